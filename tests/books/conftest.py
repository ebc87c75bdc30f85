"""A small invented village (domain.md 7) in a real encrypted ledger, on a fixed day."""
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.models import clock
from app.models.identity import check_character, record_id, spell_id
from app.models.ledger import Ledger
from app.models.writing import Write

KEY = bytes(range(32))
DAY = date(2026, 11, 23)
TOWN, SITE, VILLAGE = "529999001000", "529999001L01", "529999001201"


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = Ledger.create(tmp_path / "ledger.db", KEY, area=TOWN, device_name="laptop", user_name="杨练", role="surveyor",
                          practice=True)
    yield found
    found.close()


@pytest.fixture
def village(ledger: Ledger) -> Ledger:
    """The three households: six people, of whom five are 16 or older."""
    ledger.write(households() + people() + jobs(), source="test")
    return ledger


def number(born: str, order: str) -> str:
    """Return an invented ID number with its check character; the last digit of `order` is odd for a man."""
    first = f"529999{born}{order}"
    return first + check_character(first)


def household_id(code: str) -> str:
    return record_id("household", "529999", code)


def person_id(code: str) -> str:
    return record_id("person", "529999", code)


def households() -> list[Write]:
    return [Write("household", {"household_code": code, "dwelling_no": dwelling, "relocation_type": "1"},
                  rec=household_id(code), place=SITE)
            for code, dwelling in (("H1", "3-2-501"), ("H2", "1-1-101"), ("H3", "2-1-302"))]


PEOPLE = (
    ("P1", "H1", "杨大山", "1", "19920301", "001", "02"), ("P2", "H1", "吴小云", "2", "19930815", "002", "10"),
    ("P3", "H1", "杨小石", "1", "20180520", "003", "20"), ("P4", "H2", "石老三", "1", "19740110", "005", "02"),
    ("P5", "H2", "龙阿婆", "2", "19480606", "006", "52"), ("P6", "H3", "买买提·吐尔逊", "2", "19850930", "008", "02"))


def people() -> list[Write]:
    return [Write("person", {"full_name": name, "household_id": household_id(home), "sex": sex, "id_type": "01",
                             "id_number": number(born, order), "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
                             "relation_to_head": relation, "person_code": code, **MORE.get(code, {})}, rec=person_id(code))
            for code, home, name, sex, born, order, relation in PEOPLE]


MORE = {
    "P1": {"phone": "13800000001", "ethnic_group": "12", "education": "71", "student_status": "00", "health_status": ["1"],
           "labour_capacity": "1", "skills": ["01", "02"], "wants_work": "3"},
    "P2": {"wants_work": "1", "preferred_areas": ["1", "2"], "expected_wage_min": 3000, "wants_training": True,
           "training_wish": ["1"], "remark": "=1+1 <带&符号>"},
    "P4": {"labour_capacity": "3", "wants_work": "1", "health_status": ["2", "4"]}, "P6": {"wants_work": "0"}}


def jobs() -> list[Write]:
    def job(person: str, n: int, **values: object) -> Write:
        return Write("placement", {"person_id": person_id(person), **values}, rec=spell_id(person_id(person), n))
    return [
        job("P1", 1, labour_status="1", employer_name="旧厂", end_date="2025-01-31", monthly_income=9999),
        job("P1", 2, labour_status="1", employment_type="1", work_area_level="4", employer_name="佛山练习电子厂",
            industry="C", start_date="2025-03-01", monthly_income=4800, months_this_year=10, contract="1",
            transfer_mode="1"),
        job("P2", 1, labour_status="2", unemployed_reason=["1", "4"]), job("P4", 1, labour_status="2"),
        job("P6", 1, labour_status="3", unemployed_reason=["1"])]
