"""Village, township, county by the same code: real hubs one above the other, and sticks over two tiers."""
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from app.models.change import hash_of, header_bytes
from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import intake, outgoing, pairing, peers, quarantine, segment
from app.sync.audit import check_seals
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.peers import moment
from app.sync.stick import export_stick
from app.sync.stick_folder import read_folder
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, household, sync
from tests.sync.offices import COUNTY, STONE, TOWN, Land, edit, person, phone


class Tiers:
    """A county, its township and a village laptop, paired over loopback; each office's hub runs."""

    def __init__(self, make: Make, stack: ExitStack) -> None:
        self.county, self.town, self.village = make("county", COUNTY, "county"), make("town", TOWN, "township"), make("village", STONE)
        self.upper = stack.enter_context(Hub(self.county, "127.0.0.1", 0, yes=True))
        self.lower = stack.enter_context(Hub(self.town, "127.0.0.1", 0, yes=True))
        pair(self.town, self.upper.url, invite(self.county, TOWN))
        pair(self.village, self.lower.url, invite(self.town, STONE))

    def all(self) -> list[Workspace]:
        """Return them, from below."""
        return [self.village, self.town, self.county]

    def rest(self) -> None:
        """Exchange upwards and downwards until nobody has anything new."""
        while any(done.sent or done.received for done in [sync(self.village), sync(self.town)]):
            pass
        assert sync(self.town).level and sync(self.village).level


@pytest.fixture
def tiers(make: Make) -> Iterator[Tiers]:
    """Return three tiers whose hubs run."""
    with ExitStack() as stack:
        yield Tiers(make, stack)


def test_what_a_village_writes_reaches_the_county_with_its_own_seal_and_back(tiers: Tiers) -> None:
    _, rec = household(tiers.village, "练习甲", STONE)
    tiers.rest()
    county, log = tiers.county.ledger, tiers.village.ledger.me.log
    assert county.get(rec) is not None
    (sealed,) = county.db.conn.execute("SELECT max(seq) FROM seal WHERE log = ? AND key = ?", (log, tiers.village.keys.sign_public)).fetchone()
    assert sealed == tiers.village.ledger.log_end()[0], "the village's own signature stands at the county"
    edit(tiers.county, rec, "13900005555")
    county.write([Write("employer", {"name": "练习厂"}, place=COUNTY)], source="screen")
    tiers.rest()
    assert phone(tiers.village, rec) == "13900005555"
    assert [values["name"] for _, values in tiers.village.ledger.rows("employer")] == ["练习厂"]
    digests = {ws.ledger.digest() for ws in tiers.all()}
    assert len(digests) == 1
    for ws in tiers.all():
        assert ws.ledger.verify().ok
        assert check_seals(ws) == []
    assert tiers.village.ledger.only_here() == tiers.town.ledger.only_here() == 0


def test_a_forged_village_is_refused_although_its_township_vouches(tiers: Tiers) -> None:
    """The township's store is altered: it hands up a village change with other values, under its own good segment."""
    _, rec = household(tiers.village, "练习甲", STONE)
    tiers.rest()
    edit(tiers.village, rec, "13900007777")
    sync(tiers.village)
    town, hub = tiers.town, peers.the_hub(tiers.town.ledger)
    about, data = outgoing.step(town, hub, "", hub.acked_n, skip=hub.instance)
    opened = segment.unpack(data, lambda device: town.keys.sign_public)
    forged = [_other_phone(c) if c.log == tiers.village.ledger.me.log else c for c in opened.changes]
    assert forged != opened.changes
    lie = segment.unpack(segment.pack(opened.about, forged, town.keys), lambda device: town.keys.sign_public)
    sender = peers.peer(tiers.county.ledger, town.ledger.me.device)
    assert sender is not None
    before = tiers.county.ledger.digest(strict=True)
    taken = intake.take(tiers.county, lie, sender)
    assert (taken.new, taken.aside > 0) == (0, True), "no seal of the village covers it: it is kept aside"
    assert tiers.county.ledger.digest(strict=True) == before
    assert phone(tiers.county, rec) == "13900001234"
    assert [one.why for one in quarantine.waiting(tiers.county.ledger)] == [quarantine.UNSEALED]
    assert about.n1 > 0


def test_a_seal_of_the_townships_own_making_is_not_the_villages(tiers: Tiers) -> None:
    """The township also signs the forged chain with a key of its own and calls it the village's."""
    _, rec = household(tiers.village, "练习甲", STONE)
    tiers.rest()
    edit(tiers.village, rec, "13900007777")
    sync(tiers.village)
    town, hub, log = tiers.town, peers.the_hub(tiers.town.ledger), tiers.village.ledger.me.log
    _, data = outgoing.step(town, hub, "", hub.acked_n, skip=hub.instance)
    opened = segment.unpack(data, lambda device: town.keys.sign_public)
    forged = [_other_phone(c) if c.log == log else c for c in opened.changes]
    ends = segment.run_ends([c for c in forged if c.log == log])
    own = [segment.seal_of(town.keys, name, seq, value, moment()) for (name, seq), value in ends.items()]
    about = msgspec.structs.replace(opened.about, seals=[*opened.about.seals, *own])
    lie = segment.unpack(segment.pack(about, forged, town.keys), lambda device: town.keys.sign_public)
    sender = peers.peer(tiers.county.ledger, town.ledger.me.device)
    assert sender is not None
    assert intake.take(tiers.county, lie, sender).new == 0
    assert phone(tiers.county, rec) == "13900001234"
    assert check_seals(tiers.county) == []


def _other_phone(change):  # type: ignore[no-untyped-def]
    """Return a change with another phone, its own hashes right again."""
    from app.models.change import payload_hash

    if not change.payload or "phone" not in change.payload:
        return change
    payload = {**change.payload, "phone": "13900009999"}
    made = msgspec.structs.replace(change, payload=payload, phash=payload_hash(change.salt, payload))
    assert hash_of(header_bytes(made)) != hash_of(header_bytes(change))
    return made


def test_sticks_over_two_tiers(make: Make, tmp_path: Path) -> None:
    land = Land(make, tmp_path)
    one, two = land.laptop("one"), land.laptop("two")
    usb = tmp_path / "usb"
    usb.mkdir()
    rec = [person(ws, STONE, new_id()) for ws in (one, two)]
    for turn in range(3):
        for ws in (one, two):
            export_stick(ws, usb)
        read_folder(land.town, usb)      # the villages' stick at the township
        export_stick(land.town, usb)     # goes on to the county, with the township's own beside it
        read = read_folder(land.county, usb)
        assert len(read.wrote) == 1
        assert {f.state for f in read.files} <= {"new", "same", "others", "own"}
        read_folder(land.town, usb)
        export_stick(land.town, usb)
        for ws in (one, two):
            read_folder(ws, usb)
            assert ws.ledger.only_here() == 0, "green on the township's receipt"
        if turn == 0:
            edit(land.county, rec[0], "13900002222")
            edit(one, rec[1], "13900003333")
    for ws in (one, two, land.town, land.county):
        assert (phone(ws, rec[0]), phone(ws, rec[1])) == ("13900002222", "13900003333")
        assert ws.ledger.verify().ok
        assert check_seals(ws) == []
    assert pairing.waiting(land.county.ledger) == []
