"""Follow-ups: what is due on any day, one line a person; the two taps; leaving and coming home; who stayed, by employer and agency."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assistance import batches, follow_ups, stays
from app.assistance.follow_ups import Heard, Rhythm, call
from app.assistance.records import Records
from app.assistance.roll import Person, Spell, read
from app.assistance.thresholds import shifted
from app.models.ledger import Ledger
from app.models.office import agree
from app.models.problem import Problem
from app.models.spells import spells
from app.models.writing import Write
from tests.assistance.conftest import DAY, cells, figures, hid, pid
from tests.assistance.work import AWAY, employer, post, postid, seekers

START = "2026-05-01"


def somebody(**values: str) -> Person:
    usual = {"status": "1", "kind": "1", "level": "4", "start": START, "end": "", "as_of": START, "verified": "", "mode": "1", "post": "p"}
    return Person("a", (("", "h"),), "1990-01-01", "1", "", "00", "1", "1", (Spell("s", **{**usual, **values}),))


def due(on: str, *heard: str, person: Person | None = None) -> tuple[str, str] | None:
    found = call(person or somebody(), [Heard(one, True, True) for one in heard], on, Rhythm())
    return (found.mark, found.due) if found else None


def test_when_calls_are_due() -> None:
    assert Rhythm().marks(START) == [("7d", "2026-05-08"), ("30d", "2026-05-31"), ("1m", "2026-06-01"), ("3m", "2026-08-01"),
                                     ("6m", "2026-11-01"), ("12m", "2027-05-01")]
    assert due("2026-05-07") is None
    assert due("2026-05-08") == ("7d", "2026-05-08")
    assert due("2026-06-02") == ("1m", "2026-05-08"), "one line for everything that was missed"
    assert due("2026-06-02", "2026-05-09") == ("1m", "2026-05-31")
    assert due("2026-06-02", "2026-05-30") is None, "a call one day early answers both the 30 days and the month"
    assert due("2026-06-02", "2026-05-29") is None and due("2026-06-02", "2026-05-28") == ("1m", "2026-06-01"), "three days early, not four"
    assert due("2026-06-02", person=somebody(as_of="2026-06-01")) is None, "an interview found it so"
    assert due("2028-05-02", person=somebody(level="2")) is None, "after a year nobody makes up for a call"
    assert due("2026-08-01", "2026-06-02") == ("3m", "2026-08-01")


def test_who_is_not_called() -> None:
    assert due("2026-05-08", person=somebody(end="2026-05-07")) is None
    assert due("2026-05-08", person=somebody(end="2026-05-08")) == ("7d", "2026-05-08"), "the day of the end is the last at work"
    assert due("2026-05-08", person=somebody(status="2")) is None
    assert due("2026-05-08", person=somebody(mode="2", post="", level="2")) is None, "found by themselves, in the county"
    assert due("2026-07-29", person=somebody(mode="2", post="")) is None
    assert due("2026-07-30", person=somebody(mode="2", post="")) == ("away", "2026-07-30"), "90 days after it was known"
    assert due("2026-07-31", "2026-07-30", person=somebody(mode="2", post="")) is None


@given(st.integers(0, 500), st.lists(st.integers(0, 500), max_size=6))
def test_a_call_answers_all_that_was_due_and_nothing_is_asked_twice(after: int, talks: list[int]) -> None:
    on, heard = day(after), sorted(day(n) for n in talks)
    last = max((one for one in heard if one <= on), default="")
    found = call(somebody(), [Heard(one, True, True) for one in heard], on, Rhythm())
    # plainly: a mark is open where its day has come and no talk was held from three days before it on
    held = [date.fromisoformat(one) for one in heard if one <= on]
    open_ = [at for _, at in Rhythm().marks(START) if at <= on <= shifted(at, 365)
             and not any(date.fromisoformat(at) - timedelta(3) <= one for one in held)]
    if open_:
        assert found is not None and found.due == open_[0]
    elif found is not None:
        assert found.mark == "away" and (not last or date.fromisoformat(on) - date.fromisoformat(last) >= timedelta(90))
    assert call(somebody(), [*[Heard(one, True, True) for one in heard], Heard(on, True, True)], on, Rhythm()) is None


def day(n: int) -> str:
    return (date.fromisoformat(START) + timedelta(n)).isoformat()


@pytest.fixture
def town(ledger: Ledger) -> Ledger:
    """Three who arrived in a batch of an agency on 1 May."""
    agency = ledger.write([*seekers(3), employer(), post("P1"), Write("agency", {"name": "练习劳务公司"})], source="test").ids[-1]
    batch = batches.plan(ledger, {"batch_no": "1", "depart_at": "2026-04-30", "to_area_id": AWAY, "agency_id": agency})
    lines = batches.put_on(ledger, batch, [pid(f"q{n}") for n in range(3)], {pid(f"q{n}"): {"post_id": postid("P1")} for n in range(3)})
    ledger.write([Write("placement", {"start_date": "2026-04-01", "as_of": "2026-04-30"}, rec=s.id)
                  for n in range(3) for s in spells(ledger, pid(f"q{n}"))], source="test")
    batches.arrive(ledger, batch, lines, START)
    return ledger


def calls(town: Ledger, on: str) -> list[tuple[str, str, int]]:
    records = Records(town.db.conn)
    return sorted((one.person, one.mark, one.tries) for one in follow_ups.calls(records, read(records), on))


def test_two_taps_write_one_confirmation_and_check_what_nobody_had_checked(town: Ledger) -> None:
    assert calls(town, "2026-05-07") == []
    assert [mark for _, mark, _ in calls(town, "2026-05-08")] == ["7d"] * 3
    follow_ups.no_change(town, pid("q0"), on="2026-05-08")
    follow_ups.not_reached(town, pid("q1"), on="2026-05-08")
    assert calls(town, "2026-05-08") == sorted([(pid("q1"), "7d", 1), (pid("q2"), "7d", 0)])
    held = spells(town, pid("q0"))[-1].values
    assert (held["as_of"], held["verified_on"], held["verified_by"]) == ("2026-05-08", "2026-05-08", "2")
    assert "verified_on" not in spells(town, pid("q1"))[-1].values
    follow_ups.no_change(town, pid("q0"), on="2026-06-02", method="4")
    assert spells(town, pid("q0"))[-1].values["verified_on"] == "2026-05-08", "the first check stays"
    assert cells(town, "2026-06-02")["E2_end"] == 2, "cleared only where somebody checked"


def test_a_message_checks_nothing(town: Ledger) -> None:
    follow_ups.no_change(town, pid("q0"), on="2026-05-08", method="4")
    assert "verified_on" not in spells(town, pid("q0"))[-1].values
    assert calls(town, "2026-05-08") == sorted([(pid("q1"), "7d", 0), (pid("q2"), "7d", 0)])


def test_leaving_opens_the_time_without_work_and_the_household_s_case(town: Ledger) -> None:
    for n in range(3):
        follow_ups.no_change(town, pid(f"q{n}"), on="2026-05-08")
    assert cells(town, "2026-05-08").get("E2_end", 0) == 0
    follow_ups.left(town, pid("q0"), last="2026-05-20", reason="5", on="2026-06-01", home=True)
    before, after = spells(town, pid("q0"))[-2:]
    assert (before.values["end_date"], before.values["return_date"], after.values["labour_status"]) == ("2026-05-20", "2026-05-20", "2")
    found = figures(town, "2026-06-01")
    assert [(c.household, c.opened) for c in found.cases if not c.ended] == [(hid("Q0"), "2026-05-20")]
    assert calls(town, "2026-06-02") == sorted([(pid("q1"), "1m", 0), (pid("q2"), "1m", 0)])
    with pytest.raises(Problem, match="没有登记在岗"):
        follow_ups.no_change(town, pid("q0"), on="2026-06-02")
    with pytest.raises(Problem, match="离岗日期"):
        follow_ups.left(town, pid("q1"), last="2026-04-01", reason="2", on="2026-06-01")


def test_who_stayed_by_employer_and_agency(town: Ledger) -> None:
    follow_ups.left(town, pid("q0"), last="2026-05-20", reason="5", on="2026-06-01", home=True)
    follow_ups.left(town, pid("q1"), last="2026-08-15", reason="2", on="2026-08-16")

    def lines(by: str, on: str) -> list[tuple[str, int, int, int, dict[int, tuple[int, int]]]]:
        records = Records(town.db.conn)
        some = stays.stays(records, read(records), on)
        return [(one.name, len(one.begun), len(one.early), len(one.home), one.kept) for one in stays.lines(some, by, on)]

    assert lines("agency", "2026-06-05") == [("练习劳务公司", 3, 1, 1, {1: (2, 3), 3: (0, 0), 6: (0, 0), 12: (0, 0)})]
    assert lines("employer", DAY) == [("练习E1电子厂", 3, 1, 1, {1: (2, 3), 3: (2, 3), 6: (1, 3), 12: (0, 0)})]
    agree(town, "early_leave_days", 120)
    assert lines("employer", DAY)[0][2] == 2, "what is early is the office's to say"


def test_the_borders_of_leaving_early_and_of_staying() -> None:
    def stay(ended: str) -> stays.Stay:
        return stays.Stay("p", "s", "529999001L01", "厂", "", "", "2026-05-01", ended, False, False)

    assert [stay(ended).kept(3, "2026-08-01") for ended in ("2026-07-31", "2026-08-01", "")] == [False, True, True], "until the day itself"
    assert stay("").kept(3, "2026-07-31") is None


def test_the_ninetieth_day_is_no_longer_early(town: Ledger) -> None:
    begun = str(town.rows("placement", {"person_id": pid("q0")})[0][1]["start_date"])
    for code, days in (("q0", 89), ("q1", 90)):
        follow_ups.left(town, pid(code), last=shifted(begun, days), reason="2", on=shifted(begun, 100))
    records = Records(town.db.conn)
    early = {one.person for one in stays.stays(records, read(records), DAY) if one.early}
    assert early == {pid("q0")}


def test_the_rhythm_is_the_office_s(town: Ledger) -> None:
    agree(town, "stay_call_days", "3、14", "2026-05-01")
    assert [mark for _, mark, _ in calls(town, "2026-05-04")] == ["3d"] * 3
    assert calls(town, "2026-04-30") == []
