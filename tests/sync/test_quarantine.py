"""Quarantine: what was written under a grant that is narrower now waits, counts as only there, and comes in when it is let in."""


from app.sync import quarantine
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
