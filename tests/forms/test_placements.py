"""What an answer about work does to a person's spells."""
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.forms.contract import load
from app.forms.scenario import fill
from app.models import clock
from app.models.ledger import Ledger
from app.models.spells import Spell, spells
from tests.forms.people import WORKER, interviewed, steps

ASK = {"visit_mode": "1", "respondent": "1", "consent": "1"}


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    yield


@pytest.fixture
def worker(ledger: Ledger, household: str) -> str:
    return interviewed(ledger, WORKER, household)["person"]


def follow(ledger: Ledger, person: str, answers: dict[str, str]) -> list[str]:
    done = fill(ledger, load("follow_up"), steps("follow_up", answers), ("person", person))
    assert done["errors"] == []
    return [w["type"] for w in done["wrote"]]


def held(ledger: Ledger, person: str) -> list[Spell]:
    return spells(ledger, person)


def test_another_wage_in_the_same_job_changes_the_spell(ledger: Ledger, worker: str) -> None:
    interviewed(ledger, {**ASK, "monthly_income": "5200"}, person=worker)
    (only,) = held(ledger, worker)
    assert (only.values["monthly_income"], only.values["employer_name"]) == (5200, "练习电子厂")


def test_another_employer_ends_the_spell_and_opens_the_next(ledger: Ledger, worker: str) -> None:
    interviewed(ledger, {**ASK, "employer_name": "练习鞋厂", "start_date": "2026-10-01"}, person=worker)
    old, new = held(ledger, worker)
    assert (old.values["end_date"], old.values["end_reason"], old.values["employer_name"]) == ("2026-10-01", "8", "练习电子厂")
    assert (new.values["employer_name"], new.values["start_date"], new.values["monthly_income"]) == ("练习鞋厂", "2026-10-01", 4500)


def test_out_of_work_ends_the_spell_and_opens_one_without_work(ledger: Ledger, worker: str) -> None:
    interviewed(ledger, {**ASK, "labour_status": "2", "unemployed_reason": "1", "unemployed_since": "2026-11-01", "wants_work": "1",
                         "preferred_types": "1", "preferred_areas": "1", "preferred_occupations": "01", "expected_wage_min": "3000",
                         "available_from": "2026-12-01", "accept_organised_transfer": "1", "accept_public_post": "0", "startup_wish": "0"},
                person=worker)
    old, new = held(ledger, worker)
    assert old.values["end_date"] == "2026-11-01"
    assert (new.values["labour_status"], new.values["unemployed_reason"], new.values.get("employer_name")) == ("2", ["1"], None)


def test_two_taps_confirm_and_write_only_the_date(ledger: Ledger, worker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(ledger, worker)[0].values
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 12, 20, 12, tzinfo=UTC))
    assert follow(ledger, worker, {"contacted": "1", "change": "0"}) == ["survey_response", "follow_up", "placement"]
    (only,) = held(ledger, worker)
    assert {k for k in only.values if only.values[k] != before.get(k)} == {"as_of"}
    assert only.values["as_of"] == "2026-12-20"


def test_nobody_reached_writes_no_work(ledger: Ledger, worker: str) -> None:
    assert follow(ledger, worker, {"contacted": "0"}) == ["survey_response", "follow_up"]


def test_a_follow_up_ends_the_job_and_says_what_came_next(ledger: Ledger, worker: str) -> None:
    follow(ledger, worker, {"contacted": "1", "change": "1", "still_in_post": "0", "end_date": "2026-11-10", "end_reason": "5",
                            "labour_status": "2", "unemployed_reason": "1", "problem": "0", "needs_help": "1"})
    old, new = held(ledger, worker)
    assert (old.values["end_date"], old.values["end_reason"], old.values["labour_status"]) == ("2026-11-10", "5", "1")
    assert (new.values["start_date"], new.values["labour_status"], new.values["source"]) == ("2026-11-10", "2", "follow_up")
    follow_up = ledger.rows("follow_up", {"person_id": worker})[0][1]
    assert (follow_up["placement_id"], follow_up["still_in_post"], follow_up["staff_id"]) == (old.id, False, ledger.me.user)


def test_after_an_ended_spell_the_next_interview_opens_one(ledger: Ledger, worker: str) -> None:
    from app.models.writing import Write

    ledger.write([Write("placement", {"end_date": "2026-05-01"}, rec=held(ledger, worker)[0].id)], source="screen")
    interviewed(ledger, {**ASK, **{k: WORKER[k] for k in (
        "labour_status", "employment_type", "work_area_level", "work_place", "employer_name", "industry", "occupation", "months_this_year",
        "monthly_income", "contract", "transfer_mode", "point_to_point")}, "start_date": "2026-06-01"}, person=worker)
    assert [s.values["start_date"] for s in held(ledger, worker)] == ["2026-03-01", "2026-06-01"]
