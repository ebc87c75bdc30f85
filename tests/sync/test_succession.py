"""Succession: what was granted to a store passes to the device that goes on in it, at the office above too."""
from app.models import erasure
from tests.sync.conftest import Make
from tests.sync.offices import STONE, Land, person


def test_the_grant_to_erase_passes_on(make: Make, tmp_path) -> None:  # type: ignore[no-untyped-def]
    land = Land(make, tmp_path)
    one, town = land.laptop("one"), land.town
    for office in (land.county, town):
        erasure.grant(office.ledger, town.ledger.me.device)
    rec = person(one, STONE)
    land.rest()
    before = town.ledger.me.device
    town.renew()
    assert town.ledger.me.device != before
    erasure.erase(town.ledger, rec)
    land.rest()
    for ws in (one, town, land.county):
        assert all(c.payload is None for c in ws.ledger.changes_of_root(rec))
    land.check()
