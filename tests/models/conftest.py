"""Real ledgers, encrypted, in a temporary folder."""
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.models.ledger import Ledger

KEY = bytes(range(32))
SITE = "529999001L01"
MakeLedger = Callable[..., Ledger]


@pytest.fixture
def make_ledger(tmp_path: Path) -> Iterator[MakeLedger]:
    made: list[Ledger] = []

    def make(name: str = "one", area: str = SITE, role: str = "surveyor") -> Ledger:
        ledger = Ledger.create(tmp_path / f"{name}.db", KEY, area=area, device_name=f"电脑 {name}", user_name=f"调查员 {name}",
                               role=role, practice=True)
        made.append(ledger)
        return ledger

    yield make
    for ledger in made:
        ledger.close()


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> Ledger:
    return make_ledger()
