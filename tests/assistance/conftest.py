"""Invented households in a real encrypted ledger, on a fixed day: what a case needs is said, the rest is usual."""
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.assistance.records import Records
from app.models import clock, places
from app.models.identity import record_id, spell_id
from app.models.ledger import Ledger
from app.models.writing import Write
from app.oversight.indicators import Figures, count

DAY = "2026-11-23"
COUNTY, TOWN, SITE, OTHER_SITE, VILLAGE = "529999000000", "529999001000", "529999001L01", "529999001L02", "529999001201"


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    made: list[Ledger] = []

    def one(area: str = TOWN) -> Ledger:
        made.append(Ledger.create(tmp_path / f"{len(made)}.db", bytes(range(32)), area=area, device_name="laptop", user_name="杨练",
                                  role="township", practice=True))
        return made[-1]

    yield one
    for ledger in made:
        ledger.close()


@pytest.fixture
def ledger(make: Callable[[], Ledger]) -> Ledger:
    return make()


def home(code: str, place: str = SITE, **values: Any) -> Write:
    """Return a registered household that lives at the site."""
    return Write("household", {"household_code": code, "relocation_type": "1", "poverty_status": "1", "monitoring_type": "0", **values},
                 rec=record_id("household", "529999", code), place=place)


def person(code: str, household: str, born: str, **values: Any) -> Write:
    """Return somebody who could work: not at school, able."""
    usual = {"student_status": "00", "labour_capacity": "1", "person_status": "1", "full_name": f"练{code}", "person_code": code,
             "household_id": record_id("household", "529999", household), "birth_date": born}
    return Write("person", {**usual, **values}, rec=pid(code))


def spell(code: str, n: int = 1, **values: Any) -> Write:
    """Return somebody's n-th spell; said on the fixed day unless another is given."""
    return Write("placement", {"person_id": pid(code), "as_of": DAY, "source": "survey", **values}, rec=spell_id(pid(code), n))


def job(code: str, n: int = 1, **values: Any) -> Write:
    """Return a job at an employer in another province."""
    return spell(code, n, **{"labour_status": "1", "employment_type": "1", "work_area_level": "4", "start_date": "2026-03-01", **values})


def out_of_work(code: str, n: int = 1, **values: Any) -> Write:
    """Return a time without work of somebody who wants it."""
    return spell(code, n, **{"labour_status": "2", "start_date": "2026-09-01", **values})


def pid(code: str) -> str:
    return record_id("person", "529999", code)


def hid(code: str) -> str:
    return record_id("household", "529999", code)


def figures(ledger: Ledger, on: str = DAY, since: str = "", at: int | None = None) -> Figures:
    return count(Records(ledger.db.conn, at), on, since)


def cells(ledger: Ledger, on: str = DAY, since: str = "", area: str = TOWN) -> dict[str, int]:
    """Return the figures that are not 0."""
    return {code: n for code, n in figures(ledger, on, since).report(places.prefix(area)).cells.items() if n}
