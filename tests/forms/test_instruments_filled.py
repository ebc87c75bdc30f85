"""The questionnaires we ship, filled: how much each person is asked, and what the answers write."""
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.demo.village import AWAY, ROSTER, SHI, SITE, YANG, Villager, everyday, job, looking
from app.forms import scenario
from app.forms.form import load
from app.forms.interview import Interview
from app.models import clock, entry
from app.models.ledger import Ledger
from app.models.spells import spells

Steps = list[dict[str, str]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.create(tmp_path / "one.db", bytes(32), area="529999001000", device_name="练习机", user_name="练习员",
                           role="township", practice=True)
    entry.add(ledger, "resettlement_site", {"site_code": SITE, "name": "向阳新居安置点", "area_id": "529999001000"})
    yield ledger
    ledger.close()


def days(n: int) -> str:
    return (clock.today() + timedelta(days=n)).isoformat()


# -- the person interview -----------------------------------------------------------------------------------------------
def answered(ledger: Ledger, answers: dict[str, str], subject: tuple[str, str] | None = None) -> Interview:
    talk = Interview.start(load("person_interview"), ledger, subject)
    for section in talk.sections():
        asked: set[str] = set()
        while question := next((q for q in talk.questions(section.path) if q.path not in asked), None):
            asked.add(question.path)
            if question.name in answers:
                assert talk.answer(question.path, answers[question.name]).refused is None, question.name
    return talk


def met(talk: Interview) -> tuple[int, int]:
    """How many items a person meets, and how many of them must be answered."""
    found = [q for s in talk.sections() for q in talk.questions(s.path) if q.kind not in ("note", "calculate")]
    return len(found), sum(q.required for q in found)


WHO = {"id_type": "01", "id_number": YANG.id_number, "full_name": YANG.name, "sex": "1", "ethnic_group": "06",
       "relation_to_head": "02", "phone": "13900001188", "education": "71"}


def test_everybody_meets_as_many_items_as_in_the_reference(ledger: Ledger) -> None:
    usual = everyday() | WHO
    willing = answered(ledger, usual | looking() | {"unemployed_reason": "99", "unemployed_reason_other": "等消息"})
    assert met(willing) == (52, 38)
    assert met(answered(ledger, usual | job(**AWAY) | {"work_area_level": "2"}))[0] == 49
    assert met(answered(ledger, usual | {"health_status": "3", "labour_capacity": "4"}))[0] == 22
    assert met(answered(ledger, {"visit_mode": "1", "respondent": "1", "consent": "0", "refusal_reason": "忙"}))[0] == 5


def test_birth_and_sex_follow_from_the_number_and_a_wrong_one_is_refused(ledger: Ledger) -> None:
    talk = answered(ledger, everyday() | WHO | job(**AWAY))
    assert talk.errors() == []
    rec = dict(talk.finish().wrote)["person"]
    record = ledger.get(rec)
    assert record is not None
    assert (record.values["birth_date"], record.values["sex"]) == ("1984-05-12", "1")
    wrong = answered(ledger, everyday() | WHO | job(**AWAY) | {"id_number": YANG.id_number[:17] + "0"})
    assert [e.path.rpartition("/")[2] for e in wrong.errors()] == ["id_number"]


def test_another_document_is_saved_as_the_number_with_the_birth_that_was_typed(ledger: Ledger) -> None:
    other = {"id_type": "03", "other_id_number": "E12345678", "birth_date_entered": "1990-02-01"}
    talk = answered(ledger, everyday() | WHO | other | looking())
    assert talk.errors() == []
    record = ledger.get(dict(talk.finish().wrote)["person"])
    assert record is not None
    assert [record.values[f] for f in ("id_type", "id_number", "birth_date")] == ["03", "E12345678", "1990-02-01"]


# -- the household ------------------------------------------------------------------------------------------------------
HOME: Steps = [{"set": f"/data/a_home/{name}", "value": value} for name, value in (
    ("household_code", "529999-X-1"), ("relocation_type", "1"), ("settlement_mode", "1"), ("site_id", SITE),
    ("dwelling_no", "1-1-101"), ("household_phone", "13900001111"))]
HOME += [{"set": f"/data/b_status/{name}", "value": value} for name, value in (
    ("origin_area_id", "529999001201"), ("moved_in_date", "2019-05-01"), ("poverty_status", "1"), ("monitoring_type", "0"))]
CHECKED = {"set": "/data/d_check/roster_checked", "value": "1"}


def member(n: int, who: Villager, relation: str) -> Steps:
    answers = {"full_name": who.name, "id_number": who.id_number, "relation_to_head": relation, "student_status": "00",
               "labour_capacity": "1", "present": "1"}
    added: Steps = [{"add": "/data/member"}] if n > 1 else []
    return added + [{"set": f"/data/member[{n}]/{name}", "value": value} for name, value in answers.items()]


def test_a_household_is_written_with_its_place_and_everybody_in_it(ledger: Ledger) -> None:
    steps = [*HOME, *member(1, YANG, "02"), *member(2, ROSTER[1], "10"), CHECKED]
    done = scenario.fill(ledger, load("household"), steps)
    assert (done["status"], done["errors"]) == ("complete", [])
    (home, values), people = ledger.rows("household")[0], ledger.rows("person")
    assert values["household_code"] == "529999-X-1"
    assert ledger.get(home).place == SITE  # type: ignore[union-attr]
    assert {(p["full_name"], p["household_id"], p["birth_date"]) for _, p in people} == {
        ("杨国强", home, "1984-05-12"), ("李桂花", home, "1986-09-23")}


@pytest.mark.parametrize(("second", "relation", "where"), [
    (ROSTER[1], "02", "/data/d_check/roster_checked"), (YANG, "97", "/data/member[2]/id_number"),
    (ROSTER[5], "10", "/data/d_check/roster_checked")], ids=["two heads", "the same number", "spouses of one sex"])
def test_a_household_that_cannot_be_is_not_written(ledger: Ledger, second: Villager, relation: str, where: str) -> None:
    steps = [*HOME, *member(1, YANG, "02"), *member(2, second, relation), CHECKED]
    done = scenario.fill(ledger, load("household"), steps)
    assert done["status"] == "refused"
    assert where in [e["path"] for e in done["errors"]]
    assert ledger.rows("household") == []


def test_a_relation_that_does_not_fit_the_sex_is_pointed_out_but_not_stopped(ledger: Ledger) -> None:
    steps = [*HOME, *member(1, YANG, "02"), *member(2, SHI, "20"), CHECKED]
    done = scenario.fill(ledger, load("household"), steps)
    assert done["status"] == "complete"
    assert "/data/member[2]/relation_note" in done["relevant"] and "/data/member[1]/relation_note" not in done["relevant"]


# -- the follow-up ------------------------------------------------------------------------------------------------------
@pytest.fixture
def at_work(ledger: Ledger) -> str:
    return dict(answered(ledger, everyday() | WHO | job(**AWAY)).finish().wrote)["person"]


def follow(ledger: Ledger, person: str, *answers: tuple[str, str]) -> dict[str, object]:
    steps = [{"set": f"/data/{path}", "value": value} for path, value in answers]
    return scenario.fill(ledger, load("follow_up"), steps, subject=("person", person))


def test_two_taps_say_that_nothing_changed(ledger: Ledger, at_work: str) -> None:
    before = spells(ledger, at_work)[0].values
    done = follow(ledger, at_work, ("a_contact/contacted", "1"), ("a_contact/change", "0"))
    assert (done["status"], done["errors"]) == ("complete", [])
    (_, made), = ledger.rows("follow_up")
    assert made["person_id"] == at_work and made["contacted"] is True and made["on"] == days(0)
    assert {f for f, v in spells(ledger, at_work)[0].values.items() if before.get(f) != v} <= {"as_of"}
    assert len(spells(ledger, at_work)) == 1


def test_who_was_not_reached_has_no_newer_state(ledger: Ledger, at_work: str) -> None:
    before = ledger.history(spells(ledger, at_work)[0].id)
    done = follow(ledger, at_work, ("a_contact/contacted", "0"), ("d_next/next_on", days(3)))
    assert done["status"] == "complete"
    assert ledger.rows("follow_up")[0][1]["next_on"] == days(3)
    assert ledger.history(spells(ledger, at_work)[0].id) == before


def test_another_wage_in_the_same_post_changes_the_spell(ledger: Ledger, at_work: str) -> None:
    done = follow(ledger, at_work, ("a_contact/contacted", "1"), ("a_contact/change", "1"),
                  ("b_changed/b_post/still_in_post", "1"), ("b_changed/b_wage/wage", "5200"),
                  ("b_changed/b_wage/months_this_year", "1"), ("b_changed/b_wage/contract", "1"), ("d_next/problem", "1"),
                  ("d_next/needs_help", "1"))
    assert (done["status"], done["errors"]) == ("complete", [])
    assert [s.values["monthly_income"] for s in spells(ledger, at_work)] == [5200]
    assert ledger.rows("follow_up")[0][1]["problem"] == ["1"]


def test_leaving_ends_the_spell_and_opens_the_next(ledger: Ledger, at_work: str) -> None:
    status = "b_changed/c_status"
    done = follow(ledger, at_work, ("a_contact/contacted", "1"), ("a_contact/change", "1"),
                  ("b_changed/b_post/still_in_post", "0"), ("b_changed/b_post/end_date", days(-20)),
                  ("b_changed/b_post/end_reason", "4"), (f"{status}/d_work/labour_status", "2"),
                  (f"{status}/d_none/unemployed_reason", "8"), (f"{status}/d_none/unemployed_since", days(-20)),
                  ("d_next/problem", "0"), ("d_next/needs_help", "1"), ("d_next/next_on", days(30)))
    assert (done["status"], done["errors"]) == ("complete", [])
    first, second = spells(ledger, at_work)
    assert (first.values["end_date"], first.values["end_reason"], first.values["employer_name"]) == (
        days(-20), "4", AWAY["employer_name"])
    assert (second.values["labour_status"], second.values["start_date"], second.values["source"]) == (
        "2", days(-20), "follow_up")
    assert "employer_name" not in second.values
