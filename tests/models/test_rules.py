"""Each rule of domain.md 1.8: one case that passes and at least one that does not, with its level."""
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import identity, rules
from app.models.rules import RULES, Context, Finding

TODAY = date(2026, 11, 23)


def number(birth: str = "19920405", order: str = "002") -> str:
    first = "529999" + birth + order
    return first + identity.check_character(first)


ID = number()  # a woman of 34
MAN = {"id": "m", "full_name": "石大山", "sex": "1", "birth_date": "1990-01-02", "relation_to_head": "02"}
WOMAN = {"id": "w", "full_name": "杨小梅", "sex": "2", "birth_date": "1992-04-05", "relation_to_head": "10"}
JOB = {"labour_status": "1", "employment_type": "1", "work_area_level": "4", "employer_name": "鞋厂", "industry": "C",
       "occupation": "缝纫", "monthly_income": 4200, "transfer_mode": "1", "months_this_year": 6, "start_date": "2026-03-01"}
POST = {**JOB, "employment_type": "2", "work_area_level": "1"}
WISH = {"wants_work": "1", "preferred_occupations": ["1"], "preferred_areas": ["1"], "expected_wage_min": 3000}


def found(type: str, values: dict[str, Any], **around: Any) -> list[Finding]:
    return rules.check(type, values, Context(today=TODAY, **around))


def born(years: int) -> str:
    return f"{TODAY.year - years}-01-01"


def of(person: dict[str, Any]) -> dict[str, Any]:
    return {"person": {"full_name": "杨小梅", **person}}


GOOD: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("V1", "person", {"id_number": ID}, {"practice": True}),
    ("V1", "person", {"id_number": ID[:17] + ID[17].lower()}, {}),
    ("V1", "person", {"id_type": "03", "id_number": "E12345678"}, {}),
    ("V2", "person", {"id_number": ID}, {"known_area": {"529999"}.__contains__}),
    ("V3", "person", {"id_number": ID, "sex": "2", "birth_date": "1992-04-05"}, {}),
    ("V3", "person", {"id_number": ID, "birth_date": "1992-04"}, {}),
    ("V4", "person", {"id_number": ID + "43B1", "disability_no": ID + "43"}, {}),
    ("V5", "person", {"health_status": ["2", "4"], "disability_no": ID + "43"}, {}),
    ("V5", "person", {"health_status": ["1"]}, {}),
    ("V6", "person", {"id_number": ID}, {"rec": "w", "live_persons": lambda _: [WOMAN]}),
    ("V7", "household", {}, {"members": [MAN, WOMAN], "finishing": True}),
    ("V7", "household", {}, {"members": [WOMAN]}),
    ("V7", "person", {"relation_to_head": "02"}, {"rec": "m", "members": [MAN, WOMAN]}),
    ("V8", "person", {"relation_to_head": "20", "sex": "1", "birth_date": "2010-01-01"}, {"head": MAN}),
    ("V8", "person", {"relation_to_head": "52", "sex": "2", "birth_date": "1970-01-01"}, {"members": [MAN]}),
    ("V9", "person", {"birth_date": born(30), "education": "71", "student_status": "00", "labour_capacity": "1"}, {}),
    ("V9", "person", {"birth_date": born(10), "education": "81", "student_status": "20"}, {}),
    ("V10", "person", {"birth_date": born(10), "student_status": "20"}, {}),
    ("V10", "person", {"birth_date": born(50), "student_status": "00"}, {}),
    ("V11", "person", {"birth_date": born(10), "labour_capacity": "5"}, {}),
    ("V11", "person", {"birth_date": born(30), "labour_capacity": "3", "health_status": ["2"], "student_status": "00"}, {}),
    ("V12", "placement", JOB, of({"labour_capacity": "1"})),
    ("V12", "placement", POST, {**of({}), "household": {"welfare_status": "2"}}),
    ("V13", "person", {"student_status": "00"}, {"placement": JOB}),
    ("V14", "placement", JOB, {}),
    ("V14", "placement", {**JOB, "employment_type": "6", "employer_name": None}, {}),
    ("V14", "placement", {"labour_status": "2", "unemployed_reason": ["1"]}, {}),
    ("V15", "placement", JOB, {}),
    ("V15", "placement", {**JOB, "months_this_year": 0, "start_date": "2026-11-10"}, {}),
    ("V15", "placement", {**JOB, "months_this_year": 12, "as_of": "2025-12-31"}, {}),
    ("V16", "placement", POST, {}),
    ("V17", "placement", POST, {**of({"birth_date": born(50), "student_status": "00"}), "household_placements": [JOB]}),
    ("V17", "placement", {**POST, "start_date": "2023-11-23"}, {}),
    ("V18", "person", WISH, {}),
    ("V18", "placement", {**JOB, "plan_leave": True, "plan_need": "包车"}, {}),
    ("V18", "placement", {"labour_status": "3", "unemployed_reason": ["1"]}, {}),
    ("V19", "person", {"phone": "13800000001"}, {"phone_households": lambda _: (3, 3)}),
    ("V19", "household", {"household_phone": "0855-6221234"}, {}),
    ("V20", "household", {"monitoring_type": "1", "risk_cleared": True}, {"measures": 0}),
    ("V21", "placement", JOB, {"median_wage": lambda _occupation, _area: 3100}),
    ("V22", "placement", {**JOB, "end_date": "2026-11-23"}, {"placements": [{**JOB, "end_date": "2026-03-01"}],
                                                            **of({"birth_date": "2010-03-01"})}),
    ("V22", "household", {"moved_in_date": "2019-06", "risk_cleared_date": "2020-01-01"}, {}),
    ("V23", "household", {"settlement_mode": "1", "site_id": "s"}, {"area": "529999001L01", "site_area": "529999002L01"}),
    ("V23", "household", {"settlement_mode": "2", "site_id": "s"},
     {"area": "529999001", "site_area": "520101001", "cross_county": True}),
    ("V24", "placement", {"labour_status": "2"}, of({"wants_work": "1"})),
    ("V24", "placement", {"labour_status": "3"}, of({"wants_work": "0"})),
    ("V24", "person", {"wants_work": "3"}, {"placement": JOB}),
    ("V25", "post", {"wage_min": 2800, "wage_max": 2800}, {}),
    ("V25", "post", {"age_min": 18, "age_max": 45}, {}),
    ("V26", "post", {"headcount": 1}, {}),
    ("V27", "post", {"collected_on": "2026-11-01", "valid_to": "2026-11-01"}, {}),
    ("V28", "employer", {"credit_code": "91529999MA0TE5T016"}, {}),
    ("V28", "employer", {"credit_code": "91350100M000100Y43"}, {}),
    ("V29", "post", {"wage_min": 1890, "area_id": "529999001000"}, {"least_wage": lambda area: 1890}),
    ("V29", "post", {"wage_min": 100, "pay_basis": "2"}, {"least_wage": lambda area: 1890}),
    ("V29", "post", {"wage_min": 100, "area_id": "440600000000"}, {"least_wage": lambda area: 1890 if area.startswith("529999") else None}),
]

BAD: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    ("V1", "E", "person", {"id_number": ID[:5] + "1" + ID[6:]}, {}),
    ("V1", "E", "person", {"id_number": "5.2263219900101e+17"}, {}),
    ("V1", "E", "person", {"id_number": number("20990101")}, {}),
    ("V1", "W", "person", {"id_number": ID.replace("9", "９")}, {}),
    ("V1", "W", "person", {"id_number": ID.replace("0", "O")}, {}),
    ("V1", "W", "person", {"id_number": ID[:5] + "1" + ID[6:]}, {"reasons": {"V1": "证件有误待更正"}}),
    ("V1", "E", "person", {"id_number": ID}, {"practice": False}),
    ("V2", "W", "person", {"id_number": ID}, {"known_area": {"522632"}.__contains__}),
    ("V3", "E", "person", {"id_number": ID, "sex": "1"}, {}),
    ("V3", "E", "person", {"id_number": ID, "birth_date": "1992-04-06"}, {}),
    ("V4", "E", "person", {"id_number": ID + "83"}, {}),
    ("V4", "E", "person", {"disability_no": ID + "45"}, {}),
    ("V4", "E", "person", {"id_number": ID, "disability_no": number("19910405") + "43"}, {}),
    ("V5", "W", "person", {"health_status": ["1"], "disability_no": ID + "43"}, {}),
    ("V5", "W", "person", {"health_status": ["1"], "id_number": ID + "43"}, {}),
    ("V5", "W", "person", {"health_status": ["4"]}, {}),
    ("V5", "W", "person", {"health_status": ["1", "2"]}, {}),
    ("V6", "E", "person", {"id_number": ID + "43"}, {"rec": "x", "live_persons": lambda n: [WOMAN] if n == ID else []}),
    ("V7", "E", "household", {}, {"members": [WOMAN], "finishing": True}),
    ("V7", "E", "household", {}, {"members": [MAN, {**MAN, "id": "n"}]}),
    ("V7", "E", "household", {}, {"members": [MAN, WOMAN, {**WOMAN, "id": "n"}]}),
    ("V7", "E", "household", {}, {"members": [MAN, {**WOMAN, "sex": "1"}]}),
    ("V7", "E", "person", {"relation_to_head": "02"}, {"rec": "x", "members": [MAN]}),
    ("V7", "E", "person", {"relation_to_head": "12"}, {"members": [WOMAN]}),
    ("V8", "W", "person", {"relation_to_head": "51", "sex": "2"}, {}),
    ("V8", "W", "person", {"relation_to_head": "38", "sex": "1"}, {}),
    ("V8", "W", "person", {"relation_to_head": "30", "sex": "2", "birth_date": "2003-12-31"}, {"head": MAN}),
    ("V8", "W", "person", {"relation_to_head": "51", "sex": "1", "birth_date": "1995-01-01"}, {"head": MAN}),
    ("V9", "E", "person", {"birth_date": born(18), "education": "71", "student_status": "41"}, {}),
    ("V9", "Q", "person", {"birth_date": born(18), "student_status": "00", "labour_capacity": "1"}, {}),
    ("V10", "W", "person", {"birth_date": born(15), "student_status": "20"}, {}),
    ("V10", "W", "person", {"birth_date": born(21), "student_status": "41"}, {}),
    ("V10", "W", "person", {"birth_date": born(31), "student_status": "60"}, {}),
    ("V11", "E", "person", {"birth_date": born(15), "labour_capacity": "1"}, {}),
    ("V11", "W", "person", {"birth_date": born(30), "labour_capacity": "5", "health_status": ["1"],
                            "student_status": "00"}, {}),
    ("V12", "W", "placement", JOB, of({"labour_capacity": "4"})),
    ("V12", "W", "person", {"labour_capacity": "5"}, {"placement": JOB}),
    ("V12", "W", "placement", JOB, {**of({}), "household": {"welfare_status": "2"}}),
    ("V13", "W", "placement", JOB, of({"student_status": "41"})),
    ("V14", "E", "placement", {**JOB, "monthly_income": None}, {}),
    ("V14", "E", "placement", {**JOB, "employer_name": ""}, {}),
    ("V14", "E", "placement", {**JOB, "work_area_level": None}, {}),
    ("V14", "Q", "placement", {**JOB, "monthly_income": None}, {"whole": False}),
    ("V15", "E", "placement", {**JOB, "months_this_year": 13}, {}),
    ("V15", "W", "placement", {**JOB, "months_this_year": 12}, {}),
    ("V15", "W", "placement", {**JOB, "months_this_year": 0}, {}),
    ("V15", "W", "placement", {**JOB, "monthly_income": None}, {}),
    ("V16", "E", "placement", {**POST, "work_area_level": "3"}, {}),
    ("V17", "E", "placement", POST, of({"birth_date": born(15)})),
    ("V17", "W", "placement", POST, of({"birth_date": born(70)})),
    ("V17", "W", "placement", POST, of({"birth_date": born(18), "student_status": "41"})),
    ("V17", "W", "placement", POST, {"household_placements": [POST]}),
    ("V17", "W", "placement", POST, {"rec": "a", "placements": [{**POST, "id": "a"}, {**POST, "id": "b"}]}),
    ("V17", "W", "placement", POST, {"cadre": True}),
    ("V17", "W", "placement", {**POST, "start_date": "2023-11-22"}, {}),
    ("V17", "W", "placement", {**POST, "public_post_months": 37}, {}),
    ("V18", "E", "placement", {"labour_status": "2"}, {}),
    ("V18", "E", "placement", {**JOB, "plan_leave": True}, {}),
    ("V18", "E", "person", {"wants_work": "2", "preferred_areas": ["2"]}, {}),
    ("V18", "Q", "person", {"wants_work": "2", "preferred_areas": ["2"]}, {"whole": False}),
    ("V19", "E", "person", {"phone": "0855-6221234"}, {}),
    ("V19", "E", "household", {"household_phone": "12"}, {}),
    ("V19", "Q", "person", {"phone": "13800000001"}, {"phone_households": lambda _: (4, 2)}),
    ("V20", "Q", "household", {"monitoring_type": "1", "risk_cleared": False},
     {"measures": 0, "members": [{"labour_capacity": "1", "birth_date": "1990-01-01"}]}),
    ("V21", "W", "placement", {**JOB, "monthly_income": 99}, {}),
    ("V21", "W", "placement", {**JOB, "monthly_income": "50000.5"}, {}),
    ("V21", "W", "placement", {**JOB, "monthly_income": 9301}, {"median_wage": lambda _occupation, _area: 3100}),
    ("V22", "W", "placement", {**JOB, "end_date": "2026-02-28"}, {}),
    ("V22", "W", "placement", {**JOB, "start_date": "2026-11-24"}, {}),
    ("V22", "W", "placement", JOB, of({"birth_date": "2010-03-02"})),
    ("V22", "W", "placement", JOB, {"rec": "a", "placements": [{**JOB, "id": "b", "start_date": "2025-01-01"}]}),
    ("V22", "W", "household", {"moved_in_date": "2026-12"}, {}),
    ("V22", "W", "household", {"risk_cleared_date": "2026-12-01"}, {}),
    ("V22", "W", "person", {"birth_date": "2026-11-24"}, {}),
    ("V23", "E", "household", {"settlement_mode": "1"}, {}),
    ("V23", "E", "household", {"site_id": "s"}, {"area": "529999001L01", "site_area": "520101001"}),
    ("V24", "W", "placement", {"labour_status": "2"}, of({"wants_work": "0"})),
    ("V24", "W", "placement", {"labour_status": "3"}, of({"wants_work": "1"})),
    ("V24", "W", "person", {"wants_work": "3"}, {"placement": {"labour_status": "2"}}),
    ("V25", "E", "post", {"wage_min": 4200, "wage_max": 2800}, {}),
    ("V25", "E", "post", {"age_min": 45, "age_max": 18}, {}),
    ("V26", "E", "post", {"headcount": 0}, {}),
    ("V27", "W", "post", {"collected_on": "2026-11-02", "valid_to": "2026-11-01"}, {}),
    ("V28", "W", "employer", {"credit_code": "91529999MA0TE5T010"}, {}),
    ("V28", "W", "employer", {"credit_code": "91529999"}, {}),
    ("V29", "W", "post", {"wage_min": 1889, "area_id": "529999001000"}, {"least_wage": lambda area: 1890}),
    ("V29", "W", "post", {"wage_min": 1200, "pay_basis": "4"}, {"least_wage": lambda area: 1890}),
]


@pytest.mark.parametrize(("rule", "type", "values", "around"), GOOD)
def test_what_is_right_is_left_in_peace(rule: str, type: str, values: dict[str, Any], around: dict[str, Any]) -> None:
    assert [f for f in found(type, values, **around) if f.rule == rule] == []


@pytest.mark.parametrize(("rule", "level", "type", "values", "around"), BAD)
def test_what_is_wrong_is_found(rule: str, level: str, type: str, values: dict[str, Any], around: dict[str, Any]) -> None:
    ours = [f for f in found(type, values, **around) if f.rule == rule]
    assert [f.level for f in ours] == [level]
    assert ours[0].zh.endswith(("。", "？")) and ours[0].en.endswith((".", "?"))
    said = ours[0].zh + ours[0].en
    assert not any(secret in said for secret in (ID, "13800000001", "V1", "id_number")), "a sentence says no number or code"


def test_every_rule_is_in_the_table_and_has_both_cases() -> None:
    numbers = {f"V{n}" for n in range(1, 30)}
    assert {rule.number for rule in RULES} == {case[0] for case in BAD} == {case[0] for case in GOOD} == numbers


def test_a_rule_is_silent_where_its_data_are_missing() -> None:
    for type in ("person", "household", "placement", "post", "employer"):
        assert found(type, {}) == []
    assert found("person", {"full_name": "杨小梅", "household_id": "h"}) == []
    assert found("visit", {"result": "1"}) == []


def test_the_worst_comes_first() -> None:
    levels = [f.level for f in found("person", {
        "full_name": "杨小梅", "id_number": ID, "sex": "1", "health_status": ["4"], "phone": "13800000001",
    }, phone_households=lambda _: (4, 2))]
    assert levels == ["E", "W", "Q"]


def test_a_person_is_called_by_name() -> None:
    one = found("person", {"full_name": "杨小梅", "phone": "1"})[0]
    assert "杨小梅" in one.zh and "杨小梅" in one.en
    assert one.text() in (one.zh, one.en)


@pytest.mark.parametrize(("birth", "stopped"), [("2010-11-23", False), ("2010-11-24", True)])
def test_sixteen_begins_on_the_birthday(birth: str, stopped: bool) -> None:
    assert bool(found("person", {"birth_date": birth, "labour_capacity": "1"})) is stopped


@pytest.mark.parametrize(("birth", "asked"), [("1966-11-24", True), ("1966-11-23", False)])
def test_sixty_is_out_of_the_band(birth: str, asked: bool) -> None:
    person = {"birth_date": birth, "labour_capacity": "5", "health_status": ["1"], "student_status": "00"}
    assert bool(found("person", person)) is asked


def test_what_still_has_to_be_asked_is_what_the_dictionary_marks() -> None:
    known = {"full_name": "杨小梅", "household_id": "h", "sex": "2"}
    asked = rules.missing("person", known)
    assert {"id_number", "birth_date", "labour_capacity"} <= set(asked)
    assert not {"full_name", "sex", "phone", "in_scope", "political_status"} & set(asked)


class Watched(dict[str, Any]):
    """Values that note which of them were looked at."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __iter__(self) -> Any:
        raise AssertionError("a rule looks at fields by their names")


CASES = [(type, values, around) for _, type, values, around in GOOD] + [(type, values, around) for _, _, type, values, around in BAD]
SAID = {type: sorted({(name, repr(value)): (name, value) for kind, values, _ in CASES for name, value in values.items() if kind == type}.items())
        for type in ("person", "household", "placement", "post", "employer")}


def test_a_rule_looks_at_no_field_but_those_it_names() -> None:
    for type, values, around in CASES:
        for rule in (rule for rule in RULES if rule.type == type):
            watched = Watched({"full_name": "石小山", **values})
            rule.judge(watched, Context(today=TODAY, **around))
            assert watched.read <= rule.reads, rule


@given(st.data())
def test_an_edit_of_other_fields_leaves_a_rule_s_verdict(data: st.DataObject) -> None:
    type, values, around = data.draw(st.sampled_from(CASES))
    context = Context(today=TODAY, **around)
    more = [told for _, told in data.draw(st.lists(st.sampled_from(SAID[type]), max_size=6))]
    before = {"full_name": "石小山", **values, **dict(more)}
    name, value = data.draw(st.sampled_from([told for _, told in SAID[type]] + [("full_name", "石大山"), ("remark", "迁走了")]))
    after = {**before, name: data.draw(st.sampled_from([value, None]))}
    asked = rules.looking_at(type, [name])
    for rule in (rule for rule in RULES if rule.type == type and rule not in asked):
        assert rule.judge(before, context) == rule.judge(after, context), rule
