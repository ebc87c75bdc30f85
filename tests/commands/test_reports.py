"""leye report: the worked households of domain.md 7 through the command line, as commands.md names its keys."""
from datetime import UTC, datetime

import pytest

from app.models import clock
from tests.command_line import CommandLine


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


def household(leye: CommandLine, code: str, *people: tuple[str, ...]) -> list[str]:
    leye("add", "household", f"household_code={code}", "relocation_type=1", "poverty_status=1", "monitoring_type=0")
    return [leye("add", "person", f"household_id={code}", *fields).last for fields in people]


@pytest.fixture
def worked(leye_: CommandLine) -> CommandLine:
    able = ("student_status=00", "person_status=1")
    wish = ("wants_work=1", "preferred_occupations=02", "preferred_areas=1", "expected_wage_min=2300")
    a, b, _ = household(leye_, "H1", ("full_name=杨大山", "birth_date=1992-03-01", "labour_capacity=1", "wants_work=3", *able),
                        ("full_name=吴小云", "birth_date=1993-08-15", "labour_capacity=1", *wish, *able),
                        ("full_name=杨小石", "birth_date=2018-05-20", "labour_capacity=5", "student_status=20"))
    d, _ = household(leye_, "H2", ("full_name=石老三", "birth_date=1974-01-10", "labour_capacity=3", *wish, *able),
                     ("full_name=龙阿婆", "birth_date=1948-06-06", "labour_capacity=5", *able))
    f, _ = household(leye_, "H3", ("full_name=韦秋菊", "birth_date=1985-09-30", "labour_capacity=1", "wants_work=0", "unwilling_reason=1", *able),
                     ("full_name=韦小花", "birth_date=2009-12-02", "labour_capacity=5", "student_status=41"))
    said = ("source=survey", "as_of=2026-11-01")
    leye_("add", "placement", f"person_id={a}", "labour_status=1", "employment_type=1", "work_area_level=4", "employer_name=佛山练习电子厂",
          "industry=C", "monthly_income=4800", "transfer_mode=1", "start_date=2026-03-01", *said)
    for rec, status in ((b, "2"), (d, "2"), (f, "3")):
        leye_("add", "placement", f"person_id={rec}", f"labour_status={status}", "unemployed_reason=1", "start_date=2026-10-01", *said)
    return leye_


def test_the_worked_households_give_the_stated_numbers(worked: CommandLine) -> None:
    found = worked("report", "indicators", "--on", "2026-11-23", "--json").json
    assert (found["area"], found["on"]) == ("529999001000", "2026-11-23")
    stated = {"A3": 3, "B1": 4, "C1": 1, "D1": 2, "D2": 1, "D3": 0, "E1": 1, "E2_end": 1, "Z1": 2, "Z2": 1, "K3": 0, "I1_hired": 0, "H1_courses": 0}
    assert {code: found["cells"][code] for code in stated} == stated
    assert found["rates"]["employment_rate"] == {"numerator": 1, "denominator": 4}
    assert found["rates"]["willing_employment_rate"] == {"numerator": 1, "denominator": 3}
    assert all(check["holds"] for check in found["checks"])
    listed = worked("report", "indicators", "--on", "2026-11-23", "--cell", "B1", "--json").json
    assert len(listed) == 4 and {one["type"] for one in listed} == {"person"}


def test_another_place_another_day_a_period_and_words(worked: CommandLine) -> None:
    assert worked("report", "indicators", "--area", "529999001L01", "--on", "2026-11-23", "--json").json["cells"]["B1"] == 0
    late = worked("report", "indicators", "--on", "2027-11-23", "--json").json["cells"]
    assert (late["C1"], late["D3"]) == (0, 4), "a year later nobody's situation is known"
    assert worked("report", "indicators", "--from", "2026-10-02", "--on", "2026-11-23", "--json").json["cells"]["E2_new"] == 0
    assert worked("report", "indicators", "--from", "2026-10-01", "--on", "2026-11-23", "--json").json["cells"]["E2_new"] == 1
    told = worked("report", "indicators", "--on", "2026-11-23").out
    assert "就业率 1/4 = 25.0%" in told and "B1 = C1+D1+D2+D3: 4, 4 相符" in told
    assert len(worked("report", "indicators", "--on", "2026-11-23", "--cell", "Z2").last) == 32


def test_what_is_wrong_is_refused(worked: CommandLine) -> None:
    before = worked.digest()
    for words in (("--cell", "X9"), ("--on", "today"), ("--from", "2026-13-01"), ("--area", "12345678")):
        worked("report", "indicators", *words, status=2)
    assert worked.digest() == before


def test_a_report_is_frozen_and_recounts_the_same(worked: CommandLine) -> None:
    first = worked("report", "freeze", "--on", "2026-11-23").last
    assert worked("report", "freeze", "--on", "2026-11-23").last == first
    person = worked("report", "indicators", "--on", "2026-11-23", "--cell", "D2").last
    worked("set", "person", person, "labour_capacity=4")
    second = worked("report", "freeze", "--on", "2026-11-23").last
    rows = worked("report", "frozen", "--check", "--json").json
    assert [(row["id"], row["revision"], row["same"], row["cells"]["D2"]) for row in rows] == [(first, 1, True, 1), (second, 2, True, 0)]
    assert rows[1]["changed"]["D2"] == {"from": 1, "to": 0, "joined": [], "left": [person]}
    told = worked("report", "frozen").out
    assert "第 2 版" in told and "  D2 1 → 0（进 0，出 1）" in told.splitlines(), "what the revision changed stands below it"


def test_checks_and_a_draw(worked: CommandLine) -> None:
    found = worked("check", "--json").json
    assert [one["check"] for one in found] == ["clear_overdue"] and found[0]["type"] == "household" and found[0]["level"] == "W"
    assert "零就业户超期没有清零" in worked("check").out and "共 1 处" in worked("check").out
    drawn = worked("sample", "--size", "2", "--seed", "june", "--json").json
    assert len(drawn) == 2 and worked("sample", "--size", "2", "--seed", "june", "--json").json == drawn
    assert {one["type"] for one in drawn} == {"person"} and worked("sample", "--seed", "june").out.count("\n") == 4
    lines = worked("sample", "--seed", "june").out.splitlines()
    assert sorted(line.split()[2] for line in lines) == ["不想工作", "已就业", "想工作", "想工作"], "in words, not as the program calls it"
    worked("sample", "--size", "0", "--seed", "june", status=2)


def test_a_period_that_begins_after_its_end_is_refused(leye_: CommandLine) -> None:
    for words in (("report", "indicators"), ("report", "freeze")):
        told = leye_(*words, "--from", "2026-12-01", "--on", "2026-11-30", status=2).err
        assert "2026-12-01" in told and "2026-11-30" in told
