"""What an interview writes: the person, the household and its members, the response, each with its source."""
from app.forms.contract import Interview, load
from app.forms.convert import convert
from app.forms.form import make
from app.forms.scenario import fill
from app.models import asking, deciding
from app.models.identity import record_id
from app.models.ledger import Ledger
from app.models.spells import spells
from app.models.writing import Write
from tests.forms.people import WORKER, interviewed, number, paths, steps

ASK = {"visit_mode": "1", "respondent": "1", "consent": "1"}


def test_the_interview_writes_person_spell_and_response(ledger: Ledger, household: str) -> None:
    wrote = interviewed(ledger, WORKER, household)
    person, spell, response = (ledger.get(wrote[t]) for t in ("person", "placement", "survey_response"))
    assert person and spell and response
    assert person.values["full_name"] == "蒲松龄"
    assert person.values["household_id"] == household
    assert (person.values["birth_date"], person.values["registration_moved"]) == ("1990-01-01", True)
    assert spell.values["insurance"] == ["1", "5"]
    assert (spell.values["monthly_income"], spell.values["point_to_point"]) == (4500, True)
    assert response.values["answers"][paths("person_interview")["full_name"]] == "蒲松龄"
    assert (response.values["subject_id"], response.values["status"], response.values["consent"]) == (person.id, "submitted", True)
    sources = {e.source for e in ledger.history(person.id)}
    assert sources == {f"form:person_interview@{load('person_interview').version}/{response.id}"}
    assert len(spells(ledger, person.id)) == 1


def test_what_is_known_is_shown_and_left_alone(ledger: Ledger, household: str) -> None:
    wrote = interviewed(ledger, WORKER, household)
    before = ledger.history(wrote["person"])
    talk = Interview.start(load("person_interview"), ledger, ("person", wrote["person"]))
    where = paths("person_interview")
    for name, value in ASK.items():
        talk.answer(where[name], value)
    assert talk.question(where["full_name"]).known
    assert talk.question(where["insurance"]).value == "1 5"
    assert not talk.answer(where["phone"], "13800000000").refused
    assert not talk.question(where["phone"]).known
    talk.answer(where["phone_owner"], "1")
    talk.finish()
    fresh = [e for e in ledger.history(wrote["person"]) if e not in before]
    assert {e.field for e in fresh} == {"phone", "phone_owner"}


def test_a_blanked_answer_clears_and_one_out_of_play_does_not(ledger: Ledger, household: str) -> None:
    person = interviewed(ledger, {**WORKER, "phone": "13800000000", "phone_owner": "1"}, household)["person"]
    interviewed(ledger, {**ASK, "phone": ""}, person=person)
    record = ledger.get(person)
    assert record and record.values.get("phone") is None
    assert record.values["phone_owner"] == "1"


def test_a_refusal_writes_the_response_only(ledger: Ledger, household: str) -> None:
    done = fill(ledger, load("person_interview"), steps("person_interview", {
        "visit_mode": "1", "respondent": "1", "consent": "0", "refusal_reason": "没有时间"}), household=household)
    assert [w["type"] for w in done["wrote"]] == ["survey_response"]
    response = ledger.get(done["wrote"][0]["id"])
    assert response and response.values["status"] == "refused"


def test_a_write_has_seen_what_was_shown_at_the_start(ledger: Ledger, household: str) -> None:
    person = interviewed(ledger, WORKER, household)["person"]
    talk = Interview.start(load("person_interview"), ledger, ("person", person))
    where = paths("person_interview")
    for name, value in ASK.items():
        talk.answer(where[name], value)
    talk.answer(where["education"], "61")
    ledger.write([Write("person", {"education": "31"}, rec=person)], source="screen")
    again = Interview.reopen(ledger, talk.id)
    again.finish()
    record = ledger.get(person)
    assert record and {v.value for v in record.conflicts["education"]} == {"61", "31"}


def test_the_rules_of_entry_stop_an_interview(ledger: Ledger, household: str) -> None:
    interviewed(ledger, WORKER, household)
    second = {**WORKER, "id_number": number("19920202", "125"), "full_name": "柳如是", "relation_to_head": "02"}
    done = fill(ledger, load("person_interview"), steps("person_interview", second), household=household)
    assert done["status"] == "refused"
    assert [e["path"] for e in done["errors"]] == [paths("person_interview")["relation_to_head"]]


MEMBERS = (("蒲松龄", number(), "02", "00", "1"), ("柳如是", number("19920202", "126"), "10", "00", "1"),
           ("蒲小龄", number("20180808", "117"), "20", "20", "5"))


def household_steps() -> list[dict[str, str]]:
    found = steps("household", {
        "household_code": "LX0009", "relocation_type": "1", "settlement_mode": "1", "site_id": "529999001L01", "dwelling_no": "3-2-501",
        "household_phone": "13800000000", "origin_area_id": "529999002201", "moved_in_date": "2019-10-01", "poverty_status": "1",
        "monitoring_type": "0"})
    for n, (name, id_number, relation, student, capacity) in enumerate(MEMBERS, 1):
        if n > 1:
            found.append({"add": "/data/member"})
        found += [{"set": f"/data/member[{n}]/{k}", "value": v} for k, v in (
            ("full_name", name), ("id_number", id_number), ("relation_to_head", relation), ("student_status", student),
            ("labour_capacity", capacity), ("present", "1"))]
    return [*found, {"set": "/data/d_check/roster_checked", "value": "1"}]


def test_the_household_form_writes_the_household_and_its_members(ledger: Ledger) -> None:
    done = fill(ledger, load("household"), household_steps())
    assert done["errors"] == []
    home = ledger.get(record_id("household", "529999", "LX0009"))
    assert home and home.place == "529999001L01"
    people = dict(ledger.rows("person", {"household_id": home.id}))
    assert {v["full_name"] for v in people.values()} == {"蒲松龄", "柳如是", "蒲小龄"}
    assert {v["birth_date"] for v in people.values()} == {"1990-01-01", "1992-02-02", "2018-08-08"}


def test_the_household_form_finds_its_members_again(ledger: Ledger) -> None:
    fill(ledger, load("household"), household_steps())
    home = record_id("household", "529999", "LX0009")
    before = dict(ledger.rows("person", {"household_id": home}))
    talk = Interview.start(load("household"), ledger, ("household", home))
    names = [q.value for q in talk.questions("/data/member") if q.name == "full_name"]
    assert sorted(names) == sorted(str(v["full_name"]) for v in before.values())
    at = names.index("蒲小龄") + 1
    talk.answer(f"/data/member[{at}]/student_status", "30")
    for n in range(1, 4):
        talk.answer(f"/data/member[{n}]/present", "1")
    talk.answer("/data/d_check/roster_checked", "1")
    talk.finish()
    after = dict(ledger.rows("person", {"household_id": home}))
    assert set(after) == set(before)
    changed = {rec for rec in after if after[rec] != before[rec]}
    assert [after[rec]["full_name"] for rec in changed] == ["蒲小龄"]


def test_a_member_typed_anew_is_known_by_the_number(ledger: Ledger) -> None:
    fill(ledger, load("household"), household_steps())
    done = fill(ledger, load("household"), household_steps())
    assert done["status"] == "complete"
    assert len(ledger.rows("person", {"household_id": record_id("household", "529999", "LX0009")})) == 3


def test_an_answer_the_dictionary_cannot_keep_is_an_error_beside_its_question(ledger: Ledger, household: str) -> None:
    tables = """
| survey   |           |      |       |           |
|          | type      | name | label | save_to   |
|          | text      | who  | 姓名    | full_name |
|          | text      | sex  | 性别    | sex       |
| entities |           |      |
|          | list_name | label |
|          | person    | ${who} |
"""
    wrong = fill(ledger, make(convert(tables)), [{"set": "/data/who", "value": "蒲松龄"}, {"set": "/data/sex", "value": "?"}], household=household)
    assert (wrong["status"], [e["path"] for e in wrong["errors"]]) == ("refused", ["/data/sex"])
    right = fill(ledger, make(convert(tables)), [{"set": "/data/who", "value": "蒲松龄"}, {"set": "/data/sex", "value": "男"}], household=household)
    assert ledger.rows("person", {"sex": "1"})[0][0] == right["wrote"][1]["id"]


def test_a_new_person_joins_the_household_that_is_visited(ledger: Ledger, household: str) -> None:
    done = fill(ledger, load("person_interview"), steps("person_interview", WORKER), ("household", household))
    assert done["errors"] == []
    wrote = {w["type"]: w["id"] for w in done["wrote"]}
    person, response = ledger.get(wrote["person"]), ledger.get(wrote["survey_response"])
    assert person and person.values["household_id"] == household
    assert response and (response.values["subject_kind"], response.values["subject_id"]) == ("person", person.id)


def test_what_is_to_be_asked_again_is_not_shown_as_known(ledger: Ledger, household: str) -> None:
    person = interviewed(ledger, {**WORKER, "phone": "13800000000", "phone_owner": "1"}, household)["person"]
    ledger.write([Write("person", {"phone": "13900000000"}, rec=person, seen={})], source="roster")
    where = paths("person_interview")

    def known() -> dict[str, bool]:
        talk = Interview.start(load("person_interview"), ledger, ("person", person))
        for name, value in ASK.items():
            talk.answer(where[name], value)
        return {name: talk.question(where[name]).known for name in ("phone", "phone_owner")}

    assert known() == {"phone": True, "phone_owner": True}
    asking.ask_again(ledger, deciding.waiting(ledger)[0])
    assert known() == {"phone": False, "phone_owner": True}
    interviewed(ledger, {**ASK, "phone": "13700000000"}, person=person)
    assert known()["phone"] and {v.value for v in ledger.conflicts()[0].versions} == {"13700000000", "13800000000"}
