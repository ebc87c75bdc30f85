"""Exchange over real TLS between real workspaces: everybody ends equal, and a cut, a clone or a rewound hub loses nothing."""
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.ledger import Write
from app.sync.exchange import HubCarrier, exchange
from app.sync.hub import Hub
from app.sync.pairing import invite, pair, revoke
from app.sync.peers import the_hub
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.disks import elsewhere
from tests.sync.conftest import TOWN, Make, Refused, household, sync


def test_two_laptops_and_a_hub_end_equal(make: Make) -> None:
    office, one, two = make("hub", role="township"), make("one"), make("two")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        for laptop in (one, two):
            pair(laptop, hub.url, invite(office))
        _, person = household(one, "练习甲")
        first = sync(one)
        assert first.level
        assert first.sent >= 4
        household(two, "练习乙")
        assert sync(two).level
        assert sync(one).level
        assert one.ledger.digest() == two.ledger.digest() == office.ledger.digest()
        assert one.ledger.digest(strict=True) == two.ledger.digest(strict=True) == office.ledger.digest(strict=True)
        idle = sync(one)
        assert (idle.sent, idle.received, idle.conflicts, idle.level) == (0, 0, 0, True)
        assert one.ledger.only_here() == two.ledger.only_here() == 0
        found = two.ledger.get(person)
        assert found is not None
        assert found.values["full_name"] == "练习甲"


@pytest.fixture
def room(make: Make) -> Iterator[tuple[Hub, Workspace]]:
    """Return a running hub and its office."""
    office = make("hub", role="township")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        yield hub, office


def joined(make: Make, room: tuple[Hub, Workspace], name: str, area: str | None = None) -> Workspace:
    """Return a laptop that is paired with the hub."""
    laptop = make(name, area) if area else make(name)
    pair(laptop, room[0].url, invite(room[1], area))
    return laptop


def equal(*all_of_them: Workspace) -> bool:
    return len({ws.ledger.digest(strict=True) for ws in all_of_them}) == 1


def test_a_real_disagreement_is_shown_and_settled_everywhere(make: Make, room: tuple[Hub, Workspace]) -> None:
    one, two = joined(make, room, "one"), joined(make, room, "two")
    _, person = household(one, "练习甲")
    sync(one), sync(two)
    one.ledger.write([Write("person", {"phone": "13900000001"}, rec=person)], source="screen")
    two.ledger.write([Write("person", {"phone": "13900000002"}, rec=person)], source="screen")
    assert sync(one).conflicts == 0
    assert sync(two).conflicts == 1
    sync(one)
    for ws in (one, two, room[1]):
        assert [(c.rec, c.unit) for c in ws.ledger.conflicts()] == [(person, "phone")]
    two.ledger.resolve(person, "phone", "13900000001")
    sync(two), sync(one)
    assert equal(one, two, room[1])
    assert not one.ledger.conflicts()


def test_a_laptop_holds_only_its_villages_and_a_move_carries_the_history(make: Make, room: tuple[Hub, Workspace]) -> None:
    stone, cloud = joined(make, room, "stone", "529999001201"), joined(make, room, "cloud", "529999001202")
    home, person = household(stone, "练习甲", "529999001201")
    stone.ledger.write([Write("person", {"phone": "13900000003"}, rec=person)], source="screen")
    sync(stone), sync(cloud)
    assert cloud.ledger.get(person) is None
    office = room[1].ledger
    office.write([Write("employer", {"name": "练习工厂"}, place=TOWN)], source="screen")
    office.write([Write(kind, {}, rec=rec, place="529999001202") for kind, rec in (("household", home), ("person", person))], source="screen")
    assert sync(cloud).level
    assert sync(stone).level
    moved = cloud.ledger.get(person)
    assert moved is not None
    assert (moved.values["phone"], moved.place) == ("13900000003", "529999001202")
    assert len(cloud.ledger.changes_of_root(person)) == 3
    assert all(len(ws.ledger.rows("employer")) == 1 for ws in (stone, cloud))  # an office's own reaches all below it
    late = stone.ledger.write([Write("person", {"phone": "13900000004"}, rec=person)], source="screen")  # unaware of nothing: a stale edit
    assert sync(stone).level
    sync(cloud)
    assert late.cids[0] in {c.cid for c in cloud.ledger.changes_of_root(person)}


def test_a_cut_exchange_goes_on_where_it_stopped(make: Make, room: tuple[Hub, Workspace], monkeypatch: pytest.MonkeyPatch) -> None:
    one = joined(make, room, "one")
    for number in range(12):
        household(one, f"练习{number}")
    monkeypatch.setattr("app.sync.outgoing.ROWS", 5)
    seen: list[int] = []

    def cut(step: str, done: int, of: int) -> None:
        seen.append(done)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        exchange(one, HubCarrier(the_hub(one.ledger)), cut)
    assert seen == [5]
    assert 0 < one.ledger.only_here() < 24  # what was acknowledged before the cut counts
    again = sync(one)
    assert again.level
    assert again.sent == 26 - 5
    assert equal(one, room[1])


def test_a_clone_hides_behind_equal_length(make: Make, room: tuple[Hub, Workspace], tmp_path: Path) -> None:
    one = joined(make, room, "one")
    household(one, "练习甲")
    sync(one)
    one.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(one.folder, tmp_path / "clone")
    elsewhere()
    clone = Workspace.open(tmp_path / "clone", "practice")
    try:
        household(one, "练习乙"), household(clone, "练习丙")  # two machines, one identity, feeds of equal length
        assert one.ledger.feed_mark()[0] == clone.ledger.feed_mark()[0]
        for ws in (one, clone, one, clone):
            assert sync(ws).level
        assert equal(one, clone, room[1])
        assert len(one.ledger.rows("person")) == 3
    finally:
        clone.close()


def test_a_hub_that_lost_its_newest_days_gets_them_back(make: Make, tmp_path: Path) -> None:
    office = make("hub", role="township")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        one, two = (joined(make, (hub, office), name) for name in ("one", "two"))
        household(one, "练习甲")
        sync(one), sync(two)
    office.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.folder, tmp_path / "backup")
    elsewhere()
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office)), pair(two, hub.url, invite(office))
        household(one, "练习乙"), household(two, "练习丙")
        sync(one), sync(two), sync(one)
    restored = Workspace.open(tmp_path / "backup", "practice")
    with Hub(restored, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(restored)), pair(two, hub.url, invite(restored))
        for ws in (one, two, one):
            assert sync(ws).level
        assert one.ledger.digest() == two.ledger.digest() == restored.ledger.digest() == office.ledger.digest()
        assert len(restored.ledger.rows("person")) == 3
    restored.close()


def test_beyond_the_grant_is_kept_aside_and_said(make: Make, room: tuple[Hub, Workspace]) -> None:
    village = joined(make, room, "village", "529999001201")
    office = room[1].ledger
    household(village, "练习甲", "529999002000")  # another township
    done = sync(village)
    assert done.aside == 2
    assert not done.level
    assert not sync(village).level  # nor later, as long as they wait
    assert village.ledger.only_here() == 2
    assert not office.rows("person")
    assert {row[0] for row in office.db.conn.execute("SELECT why FROM quarantine")} == {"area"}


def test_a_revoked_laptop_is_refused_in_words(make: Make, room: tuple[Hub, Workspace], refused: Refused) -> None:
    one = joined(make, room, "one")
    household(one, "练习甲")
    revoke(room[1].ledger, one.ledger.me.device)
    with refused("peer.revoked"):
        sync(one)
    export_stick(one, one.folder.parent / "late.leye")
    assert import_stick(room[1], one.folder.parent / "late.leye").aside == 4  # kept, shown, not applied
    assert not room[1].ledger.rows("person")


def test_a_silent_hub_is_said_in_words(make: Make, room: tuple[Hub, Workspace], refused: Refused) -> None:
    one = joined(make, room, "one")
    room[0].stop()
    with refused("sync.silent"):
        exchange(one, HubCarrier(the_hub(one.ledger), 1))
    with refused("sync.unpaired"):
        exchange(make("lonely"))
