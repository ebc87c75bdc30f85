"""A ledger with one household, and forms written as Markdown tables inside the tests."""
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.forms.contract import Form, Interview
from app.forms.convert import convert
from app.forms.form import make
from app.models import clock
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.clocks import DAY, going_on_from

SITE = "529999001L01"


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEYE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The people of these tests have worked so many months this year: the day they are asked is always the same."""
    monkeypatch.setattr(clock.source, "read", going_on_from(DAY))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger.create(tmp_path / "ledger.db", b"k" * 32, area=SITE, device_name="笔记本", user_name="王小练", role="surveyor",
                         practice=True)
    yield made
    made.close()


@pytest.fixture
def household(ledger: Ledger) -> str:
    return ledger.write([Write("household", {"household_code": "LX0001"}, place=SITE)], source="test").ids[0]


@pytest.fixture
def form() -> Callable[[str], Form]:
    return lambda tables: make(convert(tables))


@pytest.fixture
def begin(ledger: Ledger) -> Callable[[str], Interview]:
    """Begin an interview of a form of Markdown tables."""
    return lambda tables: Interview.start(make(convert(tables)), ledger)
