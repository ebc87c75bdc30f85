"""Named cases of loads that are broken off, and of files with nothing in them (sync-scopes.md 8)."""
from pathlib import Path

import pytest

from app.models.problem import Problem
from app.sync import outgoing
from app.sync.backup import restore
from app.sync.exchange import _Session
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.sync.offices import AWAY, STONE, TOWN, Land, edit, headers, move, payloads, person


def uncompared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let exchanges end without the comparison that would mend what the feed did not bring."""
    monkeypatch.setattr(_Session, "compare", lambda self: True)


class Cut(Exception):
    """The line is cut."""


def test_header_becomes_payload_midway(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    one = land.laptop("one")
    rec = person(one, STONE)
    land.rest()
    move(land.county, rec, AWAY)
    land.rest()
    fresh = land.office("fresh-town", TOWN)  # the township is made anew from the county: of this dossier it gets headers
    land.join(fresh, land.county, TOWN)
    late = land.laptop("late", STONE, fresh)
    land.go(fresh), land.go(late)
    assert (payloads(late, rec), headers(late, rec)) == (0, 2)
    move(land.county, rec, STONE)
    uncompared(monkeypatch)
    land.go(fresh), land.go(late)
    assert payloads(late, rec) == payloads(land.county, rec) == 3


def test_partly_loaded_then_away_and_back(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    one = land.laptop("one")
    rec = person(one, STONE)
    for number in range(4):
        edit(one, rec, f"1390000000{number}")
    land.rest()
    late = land.laptop("late")
    monkeypatch.setattr(outgoing, "ROWS", 2)

    def once(step: str, done: int, of: int) -> None:
        if step == "pull":
            raise Cut

    def pull_a_step() -> None:
        with pytest.raises(Cut):
            land.go(late, progress=once)

    while not payloads(late, rec):
        pull_a_step()
    assert payloads(late, rec) < 5
    move(land.county, rec, AWAY)
    land.go(land.town)
    pull_a_step()
    move(land.county, rec, STONE)
    land.go(land.town)
    uncompared(monkeypatch)
    land.go(late)
    assert payloads(late, rec) == payloads(land.town, rec) == 7


def test_an_empty_file_overwrites_nothing(land: Land, tmp_path: Path) -> None:
    one = land.laptop("one")
    rec = person(one, STONE)
    land.rest()
    before = land.town.ledger.digest()
    (tmp_path / "empty.leye").write_bytes(b"")
    with pytest.raises(Problem) as refused:
        import_stick(land.town, tmp_path / "empty.leye")
    assert refused.value.key == "stick.damaged"
    (tmp_path / "empty.backup").write_bytes(b"")
    folder = one.folder
    with pytest.raises(Problem) as refused:
        restore(folder, tmp_path / "empty.backup", "practice")
    assert refused.value.key == "restore.damaged"
    with Workspace.open(folder, "practice") as again:
        assert payloads(again, rec) == 1
    fresh = land.laptop("fresh")  # and neither does a workspace with nothing in it
    land.go(fresh)
    assert land.town.ledger.get(rec) is not None
    assert land.town.ledger.digest() == before
