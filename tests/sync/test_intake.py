"""Intake at a hub: what a paired laptop may not say is kept aside with the reason, and nothing else is lost."""
import secrets
from collections.abc import Callable

import msgspec
import pytest

from app.models import erasure
from app.models.change import Change, hash_of, header_bytes, payload_hash
from app.models.declaring import declare
from app.models.ledger import Write
from app.models.store import transaction
from app.sync import outgoing, peers, segment
from app.sync.desk import Desk
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.wire import Pushed
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household, sync

Push = Callable[[list[Change]], Pushed]


@pytest.fixture
def room(make: Make) -> tuple[Workspace, Workspace, Workspace]:
    """Return an office and two laptops, level with it."""
    office, one, two = make("hub", role="township"), make("one"), make("two")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        for laptop in (one, two):
            pair(laptop, hub.url, invite(office))
            household(laptop, "练习甲")
            assert sync(laptop).level
    return office, one, two


def push(room: tuple[Workspace, Workspace, Workspace], changes: list[Change], seals: list[segment.Seal] | None = None) -> Pushed:
    """Send changes as the first laptop would, with its key and its seals, whatever they say."""
    office, one, _ = room
    hub, me = peers.the_hub(one.ledger), one.ledger.me
    if seals is None:
        own = [c for c in changes if c.log == me.log]
        seals = [segment.seal_of(one.keys, log, seq, h, peers.moment()) for (log, seq), h in segment.run_ends(own).items()]
    about = segment.About(sender=me.device, instance=me.instance, to=hub.device, seals=seals)
    sender = peers.peer(office.ledger, me.device)
    assert sender is not None
    return Desk().push(office, sender, segment.pack(about, changes, one.keys))


def following(ws: Workspace, **other: object) -> Change:
    """Return a change that could be the next of the device's log, were it not for what the test sets."""
    last = max((c for c in ws.ledger.changes([r[2] for r in ws.ledger.feed(0, 999)]) if c.log == ws.ledger.me.log), key=lambda c: c.seq)
    salt, payload = secrets.token_hex(16), {"phone": "13900005555"}
    change = msgspec.structs.replace(last, cid=secrets.token_hex(16), fields=("phone",), place=None, seen={}, seq=last.seq + 1,
                                     prev=hash_of(header_bytes(last)), payload=payload, salt=salt, phash=payload_hash(salt, payload))
    return msgspec.structs.replace(change, **other)


def whys(office: Workspace) -> list[str]:
    return [row[0] for row in office.ledger.db.conn.execute("SELECT why FROM quarantine ORDER BY why")]


def test_an_honest_next_change_goes_in(room: tuple[Workspace, Workspace, Workspace]) -> None:
    change = following(room[1])
    assert (push(room, [change]).new, push(room, [change]).new) == (1, 0)
    assert whys(room[0]) == []


def test_a_foreign_authors_name_is_kept_aside(room: tuple[Workspace, Workspace, Workspace]) -> None:
    said = push(room, [following(room[1], author=room[2].ledger.me.user)])
    assert (said.new, said.aside, whys(room[0])) == (0, 1, ["author"])
    assert said.receipts[0].seq == following(room[1]).seq - 1  # the receipt stops before it


def test_a_forged_id_is_kept_aside_and_the_true_one_stands(room: tuple[Workspace, Workspace, Workspace]) -> None:
    office, one, two = room
    victim = two.ledger.changes([r[2] for r in two.ledger.feed(0, 99)])[-1]
    before = office.ledger.digest(strict=True)
    said = push(room, [following(one, cid=victim.cid)])
    assert (said.new, whys(office), office.ledger.digest(strict=True)) == (0, ["forged id"], before)


def test_another_devices_log_cannot_be_written(room: tuple[Workspace, Workspace, Workspace]) -> None:
    office, one, two = room
    forged = following(two)
    lie = segment.seal_of(one.keys, forged.log, forged.seq, hash_of(header_bytes(forged)), peers.moment())
    assert (push(room, [forged], [lie]).new, whys(office)) == (0, ["unsealed"])
    two.ledger.write([Write("person", {"phone": "13900006666"}, rec=two.ledger.rows("person")[0][0])], source="screen")
    true = two.ledger.changes([two.ledger.feed(two.ledger.feed_mark()[0] - 1, 1)[0][2]])
    seals = outgoing._own_seals(two, true)
    assert push(room, true, seals).new == 1  # carried honestly for a neighbour, with the neighbour's own seal


def test_a_step_outside_the_grant_and_a_broken_chain(room: tuple[Workspace, Workspace, Workspace], refused: Refused) -> None:
    office, one, _ = room
    elsewhere = {"rec": secrets.token_hex(16), "root": secrets.token_hex(16), "area": "529999002000"}
    assert (push(room, [following(one, **elsewhere)]).new, whys(office)) == (0, ["area"])
    grab = {**elsewhere, "place": "529999001201"}  # drawing a stranger's dossier into one's own area
    assert (push(room, [following(one, **grab)]).new, whys(office)) == (0, ["area", "area"])
    with refused("segment.chain"):
        push(room, [following(one, prev="0" * 64)])


def test_an_erasure_needs_a_grant_of_its_own(room: tuple[Workspace, Workspace, Workspace]) -> None:
    office, one, _ = room
    victim = one.ledger.rows("person")[0][0]
    declared = following(one, kind="erase", rec=victim, root=victim, type="person", fields=(), payload=None, salt=None, phash="", extra={})
    assert (push(room, [declared]).new, whys(office)) == (0, ["erase"])
    assert office.ledger.get(victim).values["phone"]  # type: ignore[union-attr]
    erasure.grant(office.ledger, one.ledger.me.device)
    assert push(room, [declared]).new == 1
    assert office.ledger.get(victim).values == {} and office.ledger.verify().ok  # type: ignore[union-attr]


def test_what_is_erased_is_not_kept_aside_either(room: tuple[Workspace, Workspace, Workspace]) -> None:
    office, one, _ = room
    erasure.grant(office.ledger, office.ledger.me.device)
    beyond = {"rec": secrets.token_hex(16), "root": secrets.token_hex(16), "area": "529999002000", "place": "529999002000"}
    early, late = (following(one, payload={"phone": "13987654321"}, salt="00", phash=payload_hash("00", {"phone": "13987654321"}),
                             **beyond) for _ in "ab")
    push(room, [early])
    assert b"13987654321" in body(office)
    declare(office.ledger, "erase", "person", str(beyond["root"]), {})
    push(room, [late])
    assert b"13987654321" not in body(office) and len(whys(office)) == 2
    with transaction(office.ledger.db) as conn:
        conn.execute("UPDATE quarantine SET body = ? WHERE cid = ?", (msgspec.json.encode(early), early.cid))
    assert any("should have been erased" in p for p in office.ledger.verify().problems)


def body(office: Workspace) -> bytes:
    return b"".join(row[0] for row in office.ledger.db.conn.execute("SELECT body FROM quarantine"))
