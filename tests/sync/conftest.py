"""Fixtures of the sync tests."""
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from app.models.identity import new_id
from app.models.ledger import Write
from app.models.problem import Problem
from app.sync.exchange import Exchanged, HubCarrier, exchange
from app.sync.peers import the_hub
from app.sync.workspace import Workspace
from tests.sync.offices import TOWN, Land, Make

Refused = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def refused() -> Refused:
    """Return a check that the block raises the Problem of this key, with a sentence in both languages."""

    @contextmanager
    def check(key: str) -> Iterator[None]:
        with pytest.raises(Problem) as caught:
            yield
        assert caught.value.key == key
        assert caught.value.zh.strip()
        assert caught.value.en.strip()

    return check


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Return a maker of real workspaces: make(name, area) -> Workspace; all are closed at the end."""
    made: list[Workspace] = []

    def one(name: str, area: str = TOWN, role: str = "surveyor") -> Workspace:
        ws, _ = Workspace.create(tmp_path / name, "practice", area, name, f"{name}-user", role)
        made.append(ws)
        return ws

    yield one
    for ws in made:
        ws.close()


@pytest.fixture
def land(make: Make, tmp_path: Path) -> Iterator[Land]:
    """A county with a township, to which as many laptops come as a case asks for."""
    made = Land(make, tmp_path)
    yield made
    for ws in made.all:  # what a case opened again
        ws.close()


def household(ws: Workspace, head: str, place: str = "529999001201") -> tuple[str, str]:
    """Write a household with one person; returns their ids."""
    home = new_id()
    touched = ws.ledger.write([Write("household", {"household_code": f"H{home[:6]}"}, rec=home, place=place),
                               Write("person", {"full_name": head, "household_id": home, "phone": "13900001234"})], source="screen")
    return home, touched.ids[1]


def sync(ws: Workspace) -> Exchanged:
    """Exchange with the paired hub."""
    return exchange(ws, HubCarrier(the_hub(ws.ledger)))
