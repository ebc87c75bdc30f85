"""The rules judge an interview as it will stand when all of it is written."""
from app.forms.contract import Interview, load
from app.models.ledger import Ledger
from app.models.spells import spells
from tests.forms.people import WORKER, interviewed, paths

ASK = {"visit_mode": "1", "respondent": "1", "consent": "1"}


def asked_again(ledger: Ledger, person: str, answers: dict[str, str]) -> Interview:
    talk = Interview.start(load("person_interview"), ledger, ("person", person))
    where = paths("person_interview")
    for name, value in {**ASK, **answers}.items():
        talk.answer(where[name], value)
    return talk


def test_a_new_job_ends_the_old_one_and_nothing_overlaps(ledger: Ledger, household: str) -> None:
    person = interviewed(ledger, WORKER, household)["person"]
    [first] = spells(ledger, person)
    talk = asked_again(ledger, person, {"employer_name": "样州市海晨制衣厂", "start_date": "2026-06-01"})
    assert [d for d in talk.doubts() if d.rule == "V22"] == []
    talk.finish()
    one, two = spells(ledger, person)
    assert (one.id, one.values["end_date"]) == (first.id, "2026-06-01")
    assert (two.values["employer_name"], two.values["start_date"]) == ("样州市海晨制衣厂", "2026-06-01")


def test_the_reason_for_a_doubt_is_kept_beside_what_it_explains(ledger: Ledger, household: str) -> None:
    person = interviewed(ledger, WORKER, household)["person"]
    talk = asked_again(ledger, person, {"relation_to_head": "30"})  # a man who is a daughter
    doubts = {(d.rec, d.rule) for d in talk.doubts()}
    assert doubts
    talk.finish(dict.fromkeys(doubts, "户口本就是这样登记的"))
    for rec, rule in doubts:
        assert {rule: "户口本就是这样登记的"} in [{r: t for r, t in (e.why or {}).items() if r == rule} for e in ledger.history(rec)]
