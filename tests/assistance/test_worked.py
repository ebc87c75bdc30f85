"""The worked households of domain.md 7: the stated numbers, through the ledger."""
from app.assistance import targets
from app.models import places
from app.models.ledger import Ledger
from tests.assistance.conftest import DAY, SITE, TOWN, cells, figures, hid, home, job, out_of_work, person, pid, spell


def worked() -> list[object]:
    return [
        home("H1"), home("H2"), home("H3"),
        person("a", "H1", "1992-03-01", wants_work="3"), person("b", "H1", "1993-08-15", wants_work="1", preferred_areas=["1"]),
        person("c", "H1", "2018-05-20", labour_capacity="5", student_status="20"),
        person("d", "H2", "1974-01-10", labour_capacity="3", wants_work="1"), person("e", "H2", "1948-06-06", labour_capacity="5"),
        person("f", "H3", "1985-09-30", wants_work="0", unwilling_reason=["1"]),
        person("g", "H3", "2009-02-02", student_status="41", labour_capacity="5"),
        job("a"), out_of_work("b"), out_of_work("d", start_date="2026-10-01"), spell("f", labour_status="3", start_date="2026-01-05")]


def test_the_stated_numbers(ledger: Ledger) -> None:
    ledger.write(worked(), source="test")
    found = cells(ledger)
    assert {c: found.get(c, 0) for c in ("A3", "B1", "C1", "C2", "D1", "D2", "D3", "E1", "E2_end", "Z1", "Z2")} == {
        "A3": 3, "B1": 4, "C1": 1, "C2": 1, "D1": 2, "D2": 1, "D3": 0, "E1": 1, "E2_end": 1, "Z1": 2, "Z2": 1}
    assert (found["A1"], found["A2"], found["B3"]) == (3, 7, 3)
    report = figures(ledger).report(places.prefix(TOWN))
    assert report.rates["employment_rate"] == (1, 4) and report.rates["willing_employment_rate"] == (1, 3)
    assert all(check.holds for check in report.checks)


def test_each_cell_opens_its_list_and_each_person_has_a_reason(ledger: Ledger) -> None:
    ledger.write(worked(), source="test")
    found = figures(ledger)
    listed = found.entries.listed("B1", places.prefix(SITE))
    assert listed == sorted(("person", pid(code)) for code in "abdf")
    for code, n in found.report(places.prefix(SITE)).cells.items():
        if code[:2] != "I1":
            assert len(found.entries.listed(code, places.prefix(SITE))) == n, code
    assert {code: found.standings[pid(code)].out for code in "abcdefg"} == {
        "a": "", "b": "", "c": "young", "d": "", "e": "unable", "f": "", "g": "student"}
    assert found.standings[pid("g")].reason() == "在校生"
    assert found.homes[hid("H2")].state == targets.Z2 and found.homes[hid("H3")].state == targets.Z1


def test_the_clock_of_the_second_household_starts(ledger: Ledger) -> None:
    ledger.write(worked(), source="test")
    case, = figures(ledger).cases
    assert (case.household, case.opened, case.help_due, case.clear_due) == (hid("H2"), "2026-10-01", "2026-10-04", "2026-10-06")
    assert case.overdue("2026-11-23") and not case.ended and not case.helped


def test_who_comes_first(ledger: Ledger) -> None:
    ledger.write([*worked(), home("H4", monitoring_type="2", poverty_status="2"), person("h", "H4", "1990-01-01"), out_of_work("h"),
                  person("j", "H4", "1991-01-01"), job("j"), home("H5", relocation_type="2", poverty_status="2"),
                  person("i", "H5", "1990-01-01"), out_of_work("i"), person("k", "H5", "1991-01-01"), job("k")], source="test")
    found = figures(ledger)
    at = {rec: found.roll.people[rec].home_on(DAY) for rec, one in found.standings.items() if one.in_scope}
    order = sorted(at, key=lambda rec: targets.in_need(found.roll.homes[at[rec]], found.homes[at[rec]].state, found.roll.people[rec],
                                                       found.standings[rec]))
    assert order[:4] == [pid(code) for code in "dhjb"], "zero-employment; monitored, the unemployed one first; registered"
    assert order[-2:] == [pid(code) for code in "ik"], "those who moved along come last, the unemployed one first"
