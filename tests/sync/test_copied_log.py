"""One log on two machines: a copied disk that nobody noticed. Both ends reach everybody, however they are cut on the way."""

import pytest

from app.sync import exchange, outgoing, quarantine
from tests.sync.offices import STONE, Land, payloads, person


def test_what_a_copy_brings_piece_by_piece_connects(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office has the other end of the log: the copy hands its own up from the fork on."""
    one = land.laptop("one")
    clone = land.copy(one, "clone")
    mine, its = [person(one, STONE) for _ in range(3)], [person(clone, STONE) for _ in range(3)]
    land.go(one)
    monkeypatch.setattr(exchange, "FETCH", 1)
    land.go(clone)
    land.rest()
    assert all(payloads(ws, rec) == 1 for ws in (land.town, land.county, one, clone) for rec in (*mine, *its))
    assert quarantine.waiting(land.town.ledger) == []


def test_what_an_office_hands_on_of_a_copy_waits_for_its_seal(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    """The county has the other end of the log, and the seal comes with the last piece."""
    one = land.laptop("one")
    clone = land.copy(one, "clone")
    mine, its = [person(one, STONE) for _ in range(3)], [person(clone, STONE) for _ in range(3)]
    land.go(one), land.go(land.town)
    land.go(clone)
    monkeypatch.setattr(outgoing, "ROWS", 1)
    land.go(land.town)
    assert all(payloads(land.county, rec) == 1 for rec in (*mine, *its))
    land.rest()
    assert quarantine.waiting(land.county.ledger) == []
