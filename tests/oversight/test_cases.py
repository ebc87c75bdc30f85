"""Worked cases written from the rules (domain.md 2), each with the row that it must give, through the ledger."""
from typing import Any

import pytest

from app.models import links, office
from app.models.ledger import Ledger
from app.models.writing import Write
from app.oversight.cells import CELLS
from app.oversight.kept import KeptFigures
from tests.assistance.conftest import (
    DAY,
    OTHER_SITE,
    SITE,
    TOWN,
    cells,
    figures,
    hid,
    home,
    job,
    out_of_work,
    person,
    pid,
    spell,
)

ONE = (home("H"), person("a", "H", "1990-05-05"))
AT_WORK = {"A1": 1, "A2": 1, "A3": 1, "B1": 1, "B2": 1, "B3": 1, "C1": 1, "C2": 1, "E1": 1}
LOOKING = {"A1": 1, "A2": 1, "A3": 1, "B1": 1, "B2": 1, "B3": 1, "D1": 1, "Z1": 1, "Z2": 1, "E2_end": 1, "E2_new": 1, "E2_overdue": 1}
UNKNOWN = {"A1": 1, "A2": 1, "A3": 1, "B1": 1, "B2": 1, "D3": 1, "Z_unknown": 1}
NOBODY = {"A1": 1, "A2": 1}


def but(row: dict[str, int], **differs: int) -> dict[str, int]:
    """Return a row with some cells otherwise; 0 takes one away."""
    return {code: n for code, n in {**row, **differs}.items() if n}


CASES: dict[str, tuple[list[Write], str, dict[str, int]]] = {
    "never surveyed": ([*ONE], DAY, UNKNOWN),
    "sixteen on the cut-off date": ([home("H"), person("a", "H", "2010-11-23"), job("a", start_date="2026-11-23")], DAY, AT_WORK),
    "sixteen tomorrow": ([home("H"), person("a", "H", "2010-11-24"), job("a")], DAY, NOBODY),
    "born on a leap day, sixteen on 1 March": ([home("H"), person("a", "H", "2008-02-29"), job("a", start_date="2024-01-01")], "2024-03-01", AT_WORK),
    "born on a leap day, still fifteen": ([home("H"), person("a", "H", "2009-03-01"), job("a", start_date="2024-01-01")], "2025-02-28", NOBODY),
    "beyond working age, able": ([home("H"), person("a", "H", "1966-11-23"), job("a")], DAY, but(AT_WORK, B1_over=1)),
    "the last day of working age": ([home("H"), person("a", "H", "1966-11-24"), job("a")], DAY, AT_WORK),
    "confirmed 180 days ago": ([*ONE, job("a", as_of="2026-05-27")], DAY, AT_WORK),
    "confirmed 181 days ago": ([*ONE, job("a", as_of="2026-05-26")], DAY, UNKNOWN),
    "confirmed by a follow-up": ([*ONE, job("a", as_of="2026-03-01"), Write("follow_up", {
        "person_id": pid("a"), "placement_id": job("a").rec, "on": "2026-08-01", "still_in_post": True})], DAY, AT_WORK),
    "the job ends on the cut-off date": ([*ONE, job("a", end_date=DAY)], DAY, AT_WORK),
    "the job ended yesterday, wants work": ([home("H"), person("a", "H", "1990-05-05", wants_work="1"), job("a", end_date="2026-11-22")], DAY,
                                            but(LOOKING, E2_overdue=0)),
    "the job ended yesterday, wish not known": ([*ONE, job("a", end_date="2026-11-22")], DAY, UNKNOWN),
    "one job ends and the next begins on the cut-off date": ([*ONE, job("a", end_date=DAY), job(
        "a", 2, start_date=DAY, work_area_level="2")], DAY, but(AT_WORK, C2=0, C4=1)),
    "no days said of the first spell, the next is a job": ([*ONE, out_of_work("a", start_date=None),
                                                            job("a", 2, start_date="2026-07-01")], DAY, AT_WORK),
    "no start said of a job that ended long ago": ([*ONE, job("a", start_date=None, end_date="2025-01-31"), job("a", 2)], DAY, AT_WORK),
    "begins to work tomorrow": ([*ONE, out_of_work("a", end_date="2026-11-24"), job("a", 2, start_date="2026-11-24")], DAY, LOOKING),
    "a household of students only": ([home("H"), person("a", "H", "2007-01-01", student_status="60"),
                                      person("b", "H", "2009-01-01", student_status="41")], DAY, but(NOBODY, A2=2)),
    "two public posts in one household": ([*ONE, person("b", "H", "1980-01-01"), *(job(
        code, employment_type="2", work_area_level="1", start_date="2026-06-01") for code in "ab")], DAY,
        {"A1": 1, "A2": 2, "A3": 1, "B1": 2, "B2": 2, "B3": 2, "C1": 2, "C4": 2, "C6": 2, "E1": 1, "J1": 2}),
    "farming at home, content": ([home("H"), person("a", "H", "1990-05-05", wants_work="3"), job("a", employment_type="7", work_area_level="1")],
                                 DAY, but(LOOKING, B3=0, D1=0, D2=1, Z2=0, E2_end=0, E2_new=0, E2_overdue=0)),
    "the wish contradicts the spell and is believed": ([home("H"), person("a", "H", "1990-05-05", wants_work="1"),
                                                        spell("a", labour_status="3", start_date="2026-09-01")], DAY, LOOKING),
    "one without work, one unknown": ([*ONE, person("b", "H", "1980-01-01"), out_of_work("a")], DAY,
                                      {"A1": 1, "A2": 2, "A3": 1, "B1": 2, "B2": 2, "B3": 1, "D1": 1, "D3": 1, "Z_unknown": 1}),
    "one without work, one working member who is not able": ([*ONE, person("b", "H", "1950-01-01", labour_capacity="4"), out_of_work("a"), job("b")],
                                                             DAY, {"A1": 1, "A2": 2, "A3": 1, "B1": 1, "B2": 1, "B3": 1, "D1": 1, "E1": 1}),
    "died on the cut-off date": ([home("H"), person("a", "H", "1990-05-05", person_status="2", status_date=DAY), job("a")], DAY, {"A1": 1}),
    "died the day after": ([home("H"), person("a", "H", "1990-05-05", person_status="2", status_date="2026-11-24"), job("a")], DAY, AT_WORK),
    "moves in tomorrow": ([home("H", moved_in_date="2026-11-24"), person("a", "H", "1990-05-05"), job("a")], DAY, {}),
    "not a relocated household": ([home("H", relocation_type="9"), person("a", "H", "1990-05-05"), job("a")], DAY, {}),
    "the place of work is not known": ([*ONE, job("a", work_area_level=None)], DAY, but(AT_WORK, C2=0)),
    "the level follows from the place of work": ([*ONE, job("a", work_area_level=None, work_area_id="440600000000")], DAY, AT_WORK),
    "went back to no work, all unwilling": ([home("H"), person("a", "H", "1990-05-05", wants_work="0"), job("a", end_date="2026-06-30"),
                                             spell("a", 2, labour_status="3", start_date="2026-06-30")], DAY,
                                            {"A1": 1, "A2": 1, "A3": 1, "B1": 1, "B2": 1, "D2": 1, "Z1": 1}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case_gives_its_row(ledger: Ledger, name: str) -> None:
    writes, on, row = CASES[name]
    ledger.write(writes, source="test")
    assert cells(ledger, on) == row
    kept = KeptFigures(ledger)
    kept.follow(DAY)
    assert {code: n for code, n in kept.sums(TOWN[:9], on, "").items() if n and code in CELLS and not CELLS[code].part} == row
    holds = {check.key: check.holds for check in figures(ledger, on).report("").checks}
    assert holds.pop("C1 = C2+C3+C4+C5") == (name != "the place of work is not known") and all(holds.values())


def test_a_move_between_sites_counts_from_its_day_on(ledger: Ledger) -> None:
    ledger.write([home("H"), home("G", OTHER_SITE), person("a", "H", "1990-05-05"), job("a")], source="test")
    ledger.write([Write("person", {"household_id": hid("G"), "member_since": "2026-07-01", "move_reason": "2"}, rec=pid("a"))], source="test")
    for on, here, there in (("2026-06-30", 1, 0), ("2026-07-01", 0, 1)):
        assert (cells(ledger, on, area=SITE).get("C1", 0), cells(ledger, on, area=OTHER_SITE).get("C1", 0)) == (here, there), on
        assert cells(ledger, on)["B1"] == 1, "never twice, never lost"


def test_a_later_word_on_an_earlier_day_takes_back_what_was_said_of_the_days_after(ledger: Ledger) -> None:
    ledger.write([home("H"), home("G", OTHER_SITE), home("K", "529999001L03"), person("a", "H", "1990-05-05"), job("a")], source="test")
    for code, since in (("G", "2026-07-01"), ("K", "2026-05-01")):
        ledger.write([Write("person", {"household_id": hid(code), "member_since": since}, rec=pid("a"))], source="test")
    assert [figures(ledger, on).roll.people[pid("a")].home_on(on) for on in ("2026-04-30", "2026-05-01", DAY)] == [hid("H"), hid("K"), hid("K")]


def test_somebody_on_two_records_is_one_where_the_representative_lives(ledger: Ledger) -> None:
    ledger.write([home("H"), home("G", OTHER_SITE), person("a", "H", "1990-05-05"), person("b", "G", "1990-05-05"),
                  out_of_work("a", end_date="2026-10-01"), job("b", start_date="2026-10-01")], source="test")
    assert (cells(ledger)["B1"], cells(ledger)["D3"]) == (2, 1)
    links.link(ledger, "person", pid("a"), pid("b"))
    found, first = cells(ledger), min(pid("a"), pid("b"))
    assert (found["A2"], found["B1"], found["C1"]) == (1, 1, 1) and "D3" not in found
    where = SITE if first == pid("a") else OTHER_SITE
    assert cells(ledger, area=where)["C1"] == 1 and figures(ledger).entries.listed("C1", "") == [("person", first)]
    links.link(ledger, "person", pid("a"), pid("b"), None)
    assert cells(ledger)["B1"] == 2


def story(ledger: Ledger, on: str) -> tuple[int, ...]:
    found = cells(ledger, on, since="2026-09-01")
    return tuple(found.get(code, 0) for code in ("E2_new", "E2_cleared", "E2_end", "E2_awaiting", "E1", "Z2"))


def test_a_case_is_cleared_only_by_a_placement_that_was_checked(ledger: Ledger) -> None:
    ledger.write([*ONE, out_of_work("a")], source="test")
    assert story(ledger, "2026-08-31") == (0, 0, 0, 0, 0, 0) and story(ledger, "2026-09-01") == (1, 0, 1, 0, 0, 1)
    ledger.write([out_of_work("a", end_date="2026-10-01"), job("a", 2, start_date="2026-10-01")], source="test")
    assert story(ledger, "2026-10-15") == (1, 0, 1, 1, 0, 0), "at work, but nobody has looked"
    ledger.write([job("a", 2, start_date="2026-10-01", verified_on="2026-10-20", verified_by="2")], source="test")
    assert story(ledger, "2026-10-19") == (1, 0, 1, 1, 0, 0) and story(ledger, "2026-10-20") == (1, 1, 0, 0, 1, 0)
    case, = figures(ledger).cases
    assert (case.opened, case.ended, case.how, case.help_due, case.clear_due) == ("2026-09-01", "2026-10-20", "cleared", "2026-09-04", "2026-09-06")
    ledger.write([job("a", 2, start_date="2026-10-01", end_date="2026-11-01", verified_on="2026-10-20"),
                  out_of_work("a", 3, start_date="2026-11-02")], source="test")
    assert story(ledger, DAY) == (1, 1, 1, 0, 0, 1), "a household counts once in a period, whatever befell it"
    assert [c.opened for c in figures(ledger).cases] == ["2026-09-01", "2026-11-02"]


@pytest.mark.parametrize(("kind", "agreed", "cleared"), [("7", {}, ""), ("7", {"farming_counts": True}, "2026-10-01"), ("6", {}, "2026-10-31"),
                                                         ("6", {"casual_clear_days": 5}, "2026-10-06"), ("3", {}, "2026-10-01")])
def test_farming_and_a_few_days_of_casual_work_do_not_clear(ledger: Ledger, kind: str, agreed: dict[str, Any], cleared: str) -> None:
    ledger.write([*ONE, out_of_work("a", end_date="2026-10-01"),
                  job("a", 2, start_date="2026-10-01", employment_type=kind, verified_on="2026-10-01")], source="test")
    for key, value in agreed.items():
        office.agree(ledger, key, value)
    case, = figures(ledger).cases
    assert (case.ended if case.how == "cleared" else "") == cleared


@pytest.mark.parametrize("why", ["in prison", "confirmed long ago, not able any more"])
def test_work_that_does_not_count_clears_nothing_however_it_was_checked(ledger: Ledger, why: str) -> None:
    other = {"person_status": "5", "status_date": "2026-02-01"} if why == "in prison" else {"labour_capacity": "4"}
    ledger.write([*ONE, out_of_work("a"), person("b", "H", "1980-01-01", **other),
                  job("b", as_of=DAY if why == "in prison" else "2026-03-01", verified_on="2026-09-20")], source="test")
    case, = figures(ledger).cases
    assert (case.opened, case.ended) == ("2026-09-01", ""), "else it would open again on the day after"


def test_a_case_lapses_where_nobody_is_left_and_stays_where_nothing_is_known(ledger: Ledger) -> None:
    ledger.write([*ONE, out_of_work("a", as_of="2026-09-01")], source="test")
    late = cells(ledger, "2027-03-01")
    assert (late.get("E2_unknown"), late.get("Z2"), late.get("E2_end"), late.get("D3")) == (1, None, None, 1)
    ledger.write([Write("person", {"person_status": "3", "status_date": "2026-10-10"}, rec=pid("a"))], source="test")
    case, = figures(ledger).cases
    assert (case.how, case.ended) == ("lapsed", "2026-10-10") and "E2_cleared" not in cells(ledger)


def test_help_is_told_from_measures_and_referrals(ledger: Ledger) -> None:
    ledger.write([*ONE, out_of_work("a"), *(Write("measure", {"person_id": pid("a"), "measure_type": "2", "done_date": on}, rec=f"{n:032x}")
                                            for n, on in enumerate(("2026-08-20", "2026-09-03", "2026-09-09")))], source="test")
    assert figures(ledger).cases[0].helped == "2026-09-03"


def test_the_nearest_office_s_terms_hold_at_a_place_on_the_cut_off_date(ledger: Ledger) -> None:
    ledger.write([*ONE, job("a", as_of="2026-09-01")], source="test")
    office.agree(ledger, "status_valid_days", 30, valid_from="2026-11-01")
    assert cells(ledger, "2026-10-31").get("C1") == 1 and cells(ledger, "2026-11-01").get("D3") == 1


def test_what_was_done_in_a_period(ledger: Ledger) -> None:
    def rec(n: int) -> str:
        return f"{n:032x}"
    ledger.write([
        *ONE, person("b", "H", "1980-01-01"), out_of_work("b", end_date="2026-09-20"),
        job("b", 2, start_date="2026-09-20", transfer_mode="1", verified_on="2026-09-25"), job("a", end_date="2026-05-30"),
        Write("resettlement_site", {"name": "练习新居", "site_code": "S"}, rec=rec(1), place=SITE),
        Write("post", {"title": "缝纫工", "headcount": 20, "collected_on": "2026-09-05", "target_site_ids": [rec(1)]}, rec=rec(2), place=TOWN),
        Write("post", {"title": "保安员", "headcount": 2, "collected_on": "2026-08-31"}, rec=rec(3), place=TOWN),
        Write("referral", {"person_id": pid("b"), "post_id": rec(2), "date": "2026-09-10", "outcome": "4"}, rec=rec(4)),
        Write("referral", {"person_id": pid("a"), "post_id": rec(2), "date": "2026-09-10", "outcome": "5"}, rec=rec(5)),
        Write("transfer_batch", {"batch_no": "1", "depart_at": "2026-09-19T08:00", "from_site_id": rec(1)}, rec=rec(6), place=TOWN),
        Write("batch_member", {"batch_id": rec(6), "person_id": pid("b"), "boarded": True, "arrived": True}, rec=rec(7)),
        Write("batch_member", {"batch_id": rec(6), "person_id": pid("a"), "boarded": True, "arrived": False}, rec=rec(8)),
        Write("service", {"kind": "training", "topic": "缝纫", "start_on": "2026-09-01", "end_on": "2026-09-15"}, rec=rec(9), place=TOWN),
        Write("service_attendance", {"service_id": rec(9), "person_id": pid("b"), "result": "2"}, rec=rec(10)),
        Write("service_attendance", {"service_id": rec(9), "person_id": pid("a"), "result": "1"}, rec=rec(11)),
        Write("fair", {"name": "招聘会", "on": "2026-09-30", "employers": 12, "posts": 300, "intentions": 30, "hired": 7}, rec=rec(12), place=TOWN),
        Write("fair_attendance", {"fair_id": rec(12), "person_id": pid("a")}, rec=rec(13)),
        *(Write("survey_response", {"subject_kind": "person", "subject_id": pid(code), "status": status, "ended_at": "2026-09-30T10:00:00"},
                rec=rec(14 + n)) for n, (code, status) in enumerate((("a", "submitted"), ("b", "draft")))),
        Write("verification", {"sample_id": "1", "subject": pid("a"), "on": "2026-09-30", "result": "3"}, rec=rec(16)),
        Write("verification", {"sample_id": "1", "subject": pid("b"), "on": "2026-09-25", "result": "1"}, rec=rec(17))], source="test")
    found = figures(ledger, "2026-09-30", "2026-09-01")
    row = {code: n for code, n in found.report(TOWN[:9]).cells.items() if n and code[0] in "FGHIJK"}
    assert row == {"F1": 1, "F2": 1, "F3": 2, "F4": 1, "F5": 1, "G1": 1, "G2": 1, "H1_courses": 1, "H1_attendances": 2, "H2": 1, "H3": 1,
                   "I1_fairs": 1, "I1_employers": 12, "I1_posts": 300, "I1_attended": 1, "I1_intentions": 30, "I1_hired": 7,
                   "K1": 1, "K2": 2, "K3": 1}
    rates = found.report(TOWN[:9]).rates
    assert rates["organised_rate"] == (1, 1) and rates["verification_rate"] == (1, 1) and rates["referral_success_rate"] == (1, 2)
    assert rates["retention_3m_rate"] == (0, 0)
    at_site = found.report(SITE).cells
    assert (at_site["F1"], at_site["F2"], at_site["G1"], at_site["I1_fairs"], at_site["G2"]) == (0, 1, 1, 0, 1)
    assert figures(ledger, "2026-12-20", "2026-12-01").report("").rates["retention_3m_rate"] == (1, 1)
    assert figures(ledger, "2026-06-01", "2026-06-01").report("").rates["retention_3m_rate"] == (0, 1), "begun on 1 March, gone on 30 May"
