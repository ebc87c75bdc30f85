"""What should be looked at: each check finds its case, and nothing in a household where all is well; a draw that anybody can recompute."""
from collections import Counter
from typing import Any

import pytest

from app.models.identity import new_id
from app.models.ledger import Ledger
from app.models.writing import Write
from app.oversight.checks import CHECKS, LEVELS, look
from app.oversight.sampling import draw, shared
from app.oversight.snapshots import freeze
from tests.assistance.conftest import DAY, OTHER_SITE, SITE, TOWN, home, job, out_of_work, person, pid, spell


def interview(code: str, start: str, end: str, **more: Any) -> Write:
    return Write("survey_response", {"subject_kind": "person", "subject_id": pid(code), "status": "submitted", "enumerator_id": "e" * 32,
                                     "started_at": f"2026-11-20T{start}", "ended_at": f"2026-11-20T{end}", **more}, rec=new_id())


def two(**values: Any) -> list[Write]:
    return [home("H"), home("G"), person("a", "H", "1990-05-05", **values), person("b", "G", "1980-01-01", **values)]


FINE = [home("H"), person("a", "H", "1990-05-05", wants_work="3", id_number="52999919900505001X", phone="13800000001"),
        job("a", verified_on="2026-03-05", monthly_income=4300), interview("a", "10:00:00", "10:20:00", location=[1, 2])]
EMPLOYER = "9" * 32
CASES: dict[str, list[Write]] = {
    "same_number": two(id_number="52999919900505001X"),
    "unable_at_work": [home("H"), person("a", "H", "1990-05-05", labour_capacity="4"), job("a")],
    "public_post_away": [home("H"), person("a", "H", "1990-05-05"), job("a", employment_type="2")],
    "place_unknown": [home("H"), person("a", "H", "1990-05-05"), job("a", work_area_level=None)],
    "student_at_work": [home("H"), person("a", "H", "1990-05-05", student_status="60"), job("a")],
    "wish_contradicts": [home("H"), person("a", "H", "1990-05-05", wants_work="1"), spell("a", labour_status="3", start_date="2026-11-20")],
    "overlapping_jobs": [home("H"), person("a", "H", "1990-05-05"), job("a", end_date="2026-10-01"), job("a", 2, start_date="2026-09-01")],
    "two_public_posts": [home("H"), *(w for c in "ab" for w in (person(c, "H", "1990-05-05"), job(c, employment_type="2", work_area_level="1")))],
    "no_longer_there": [home("H"), person("a", "H", "1990-05-05"), job("a"), Write(
        "follow_up", {"person_id": pid("a"), "placement_id": job("a").rec, "on": "2026-11-01", "still_in_post": False})],
    "clear_overdue": [home("H"), person("a", "H", "1990-05-05"), out_of_work("a")],
    "awaits_check": [home("H"), person("a", "H", "1990-05-05"), out_of_work("a", end_date="2026-11-20", start_date="2026-11-19"),
                     job("a", 2, start_date="2026-11-20")],
    "no_credit_code": [Write("employer", {"name": "练习厂"}, rec=EMPLOYER, place=TOWN), *(w for n in range(21) for w in (
        home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05"), job(f"p{n}", employer_id=EMPLOYER)))],
    "interviews_overlap": [*two(), interview("a", "10:00:00", "10:20:00"), interview("b", "10:10:00", "10:30:00")],
    "interview_short": [*two(), interview("a", "10:00:00", "10:01:29")],
    "interviews_many": [*two(), *(interview("a", f"10:{4 * n:02d}:00", f"10:{4 * n + 3:02d}:00") for n in range(13))],
    "same_spot": [*two(), interview("a", "10:00:00", "10:20:00", location=[26.1, 108.2]),
                  interview("b", "11:00:00", "11:20:00", location=[26.1, 108.2])],
    "interview_at_night": [*two(), interview("a", "22:00:00", "22:20:00")],
    "by_proxy": [*two(), *(interview("a", f"{8 + n}:00:00".zfill(8), f"{8 + n}:20:00".zfill(8), respondent="12"[n % 3 > 0]) for n in range(12))],
    "heaped_wages": [w for n in range(10) for w in (home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05"),
                                                    job(f"p{n}", monthly_income=3000 if n < 8 else 3100 + n))],
    "same_phone": [w for n in range(4) for w in (home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05", phone="13800000001"))],
    "not_helped": [home("H", monitoring_type="2"), person("a", "H", "1990-05-05"), job("a")],
}


def test_where_all_is_well_nothing_is_found(ledger: Ledger) -> None:
    ledger.write(FINE, source="test")
    assert look(ledger, DAY) == []


@pytest.mark.parametrize("key", CASES)
def test_each_check_finds_its_case(ledger: Ledger, key: str) -> None:
    ledger.write(CASES[key], source="test")
    found = Counter(one.check.key for one in look(ledger, DAY))
    assert found[key], found
    assert look(ledger, DAY, "529999002") == [], "only what lies under the place"


RIGHT: dict[str, list[Write]] = {  # just short of what is found
    "same_phone": [w for n in range(3) for w in (home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05", phone="13800000001"))],
    "overlapping_jobs": [home("H"), person("a", "H", "1990-05-05"), job("a", end_date="2026-10-01"), job("a", 2, start_date="2026-10-01")],
    "no_credit_code": CASES["no_credit_code"][:-3],
    "heaped_wages": [w for n in range(10) for w in (home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05"),
                                                    job(f"p{n}", monthly_income=3000 if n < 7 else 3100 + n))],
    "two_public_posts": [w for w in CASES["two_public_posts"] if w.rec not in (pid("b"), job("b").rec)],
    "no_longer_there": [*CASES["no_longer_there"], Write("follow_up", {
        "person_id": pid("a"), "placement_id": job("a").rec, "on": "2026-11-02", "still_in_post": True})],
}


@pytest.mark.parametrize("key", RIGHT)
def test_what_is_just_short_of_it_is_left_alone(ledger: Ledger, key: str) -> None:
    ledger.write(RIGHT[key], source="test")
    assert key not in {one.check.key for one in look(ledger, DAY)}


def test_whose_last_day_at_work_it_is_still_counts_for_the_employer(ledger: Ledger) -> None:
    some = [w for w in CASES["no_credit_code"] if w.type != "placement"]
    ledger.write([*some, *(job(f"p{n}", employer_id=EMPLOYER, end_date=DAY if n else None) for n in range(21))], source="test")
    assert "no_credit_code" in {one.check.key for one in look(ledger, DAY)}


def test_who_asked_last_does_not_check(ledger: Ledger) -> None:
    ledger.write([home("H"), person("a", "H", "1990-05-05"), job("a"), interview("a", "10:00:00", "10:20:00"),
                  interview("a", "11:00:00", "11:20:00", enumerator_id="f" * 32), interview("a", "09:00:00", "09:20:00", enumerator_id="d" * 32)],
                 source="test")
    assert [one.not_by for one in draw(ledger, "june", DAY)] == ["f" * 32]


def test_a_job_that_ends_on_the_day_after_the_report_is_found(ledger: Ledger) -> None:
    ledger.write([home("H"), person("a", "H", "1990-05-05"), job("a", end_date="2026-11-01")], source="test")
    assert "ended_after_report" not in {one.check.key for one in look(ledger, DAY)}
    freeze(ledger, TOWN, "2026-10-31")
    assert "ended_after_report" in {one.check.key for one in look(ledger, DAY)}


def test_every_check_has_a_case_and_the_worst_comes_first(ledger: Ledger) -> None:
    assert {check.key for check in CHECKS} == {*CASES, "ended_after_report"}
    ledger.write([home("H"), person("a", "H", "1990-05-05", labour_capacity="4", student_status="60"), job("a"), home("G", monitoring_type="1"),
                  person("b", "G", "1990-05-05"), job("b")], source="test")
    levels = [LEVELS.index(one.check.level) for one in look(ledger, DAY)]
    assert levels == sorted(levels) and set(levels) == {0, 1, 2}


def test_the_same_seed_draws_the_same_people_in_proportion_and_not_who_asked(ledger: Ledger) -> None:
    ledger.write([w for n in range(30) for w in (home(f"H{n}", SITE if n < 20 else OTHER_SITE), person(f"p{n}", f"H{n}", "1990-05-05"))],
                 source="test")
    ledger.write([job(f"p{n}") for n in range(10)] + [interview(f"p{n}", "10:00:00", "10:20:00") for n in range(10)], source="test")
    drawn = draw(ledger, "june", DAY, size=6)
    assert draw(ledger, "june", DAY, size=6) == drawn != draw(ledger, "july", DAY, size=6)
    assert Counter((one.place, one.work) for one in drawn) == {(SITE, "employed"): 2, (SITE, "unknown"): 2, (OTHER_SITE, "unknown"): 2}
    assert {one.not_by for one in drawn if one.work == "employed"} == {"e" * 32} and [one.line for one in drawn] == [1, 2, 3, 4, 5, 6]
    assert len(draw(ledger, "june", DAY)) == 5 and len(draw(ledger, "june", DAY, size=99)) == 30 and draw(ledger, "june", DAY, "11") == []


def test_shares_are_whole_and_never_more_than_there_are() -> None:
    assert shared({("a", ""): 1, ("b", ""): 1, ("c", ""): 8}, 5) == {("a", ""): 1, ("b", ""): 0, ("c", ""): 4}
    assert shared({}, 5) == {} and shared({("a", ""): 3}, 3) == {("a", ""): 3}
