"""Quarantine: what was written under a grant that is narrower now waits, counts as only there, and comes in when it is let in."""


import msgspec

from app.models.store import transaction
from app.sync import quarantine, segment
from app.sync.peers import peer
from tests.sync.offices import CLOUD, STONE, TOWN, Land, edit, person, phone


def test_what_was_written_before_an_area_became_narrower_waits_until_the_office_lets_it_in(land: Land) -> None:
    one = land.laptop("one", STONE)
    land.join(one, land.town, TOWN)
    rec = person(land.town, CLOUD)
    land.rest()
    edit(one, rec, "13900000022")
    land.join(one, land.town, STONE)  # before it was sent; nobody can tell what is written and dated back from it
    said = land.go(one)
    assert (said.level, said.aside, one.ledger.only_here()) == (False, 1, 1)
    assert phone(land.town, rec) == "13900001234"
    assert [(w.name, w.why, w.count) for w in quarantine.waiting(land.town.ledger)] == [("one", quarantine.AREA, 1)]
    assert quarantine.release(land.town, one.ledger.me.device) == 1
    land.rest()
    assert (phone(land.town, rec), one.ledger.only_here()) == ("13900000022", 0)
    land.check()


def test_what_waits_whole_goes_on_waiting_when_its_header_comes_alone(land: Land) -> None:
    """The dossier has left the township meanwhile, which tells the county headers of it; the words are only here, set aside."""
    one = land.laptop("one", STONE)
    rec = person(one, STONE)
    told = one.ledger.changes([row[0] for row in one.ledger.db.conn.execute("SELECT cid FROM change WHERE rec = ?", (rec,))])
    town = peer(land.county.ledger, land.town.ledger.me.device)
    assert town is not None and len(told) == 1
    conn = land.county.ledger.db.conn

    def waits() -> list[str]:
        with transaction(land.county.ledger.db):
            quarantine.set_aside(conn, [], town)
        return [row[0] for row in conn.execute("SELECT cid FROM quarantine")]

    with transaction(land.county.ledger.db):
        quarantine.set_aside(conn, [(told[0], quarantine.REVOKED)], town)
    assert waits() == [told[0].cid]
    land.county.ledger.merge([segment.without_payload(told[0])])
    assert waits() == [told[0].cid]
    assert [c.payload for c in quarantine.unproved(land.county.ledger, town, ())] == [told[0].payload]
    assert quarantine.release(land.county, town.device) == 1
    assert phone(land.county, rec) == "13900001234" and waits() == []
    with transaction(land.county.ledger.db):  # and what is held as wholly as it waits, waits no longer
        quarantine.set_aside(conn, [(msgspec.structs.replace(told[0]), quarantine.REVOKED)], town)
    assert waits() == []
