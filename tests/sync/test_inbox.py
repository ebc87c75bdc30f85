"""The inbox: what a hub has accepted is on its disk before it says so, is merged once, and counts for nothing until then."""
import os
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import BinaryIO

import pytest

from app.models import disk
from app.sync import intake, outgoing, peers, segment
from app.sync.desk import Desk
from app.sync.exchange import HubCarrier, exchange
from app.sync.hub import Hub
from app.sync.inbox import FOLDER, Inbox
from app.sync.pairing import revoke
from app.sync.peers import Peer, the_hub
from app.sync.wire import SettleAsk
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household, sync
from tests.sync.offices import Land

Accepting = Callable[[Workspace], Desk]


@pytest.fixture
def accepting() -> Iterator[Accepting]:
    """Return a maker of desks that accept first and merge later."""
    held: list[Inbox] = []

    def one(office: Workspace) -> Desk:
        desk = Desk(yes=True)
        desk.inbox = Inbox.of(office)
        assert desk.inbox is not None
        held.append(desk.inbox)
        return desk
    yield one
    for inbox in held:
        inbox.close()


def sent(laptop: Workspace, office: Workspace, rows: int = 1000) -> tuple[Peer, list[bytes]]:
    """Return the laptop as the office knows it, and its feed in steps."""
    one = peers.peer(office.ledger, laptop.ledger.me.device)
    assert one is not None
    n, out = 0, []
    while True:
        about, data = outgoing.step(laptop, the_hub(laptop.ledger), "", n, rows)
        if about.n1 == n:
            return one, out
        n = about.n1
        out.append(data)


def holds(office: Workspace, one: Peer) -> int:
    """Return how far the office says that it holds a laptop's feed."""
    row = office.ledger.db.conn.execute("SELECT n FROM cursor WHERE instance = ? AND prefix = ''", (one.instance,)).fetchone()
    return int(row[0]) if row else 0


def test_accepted_is_on_disk_sealed_and_counts_for_nothing_until_it_is_merged(land: Land, accepting: Accepting) -> None:
    stone = land.laptop("stone")
    household(stone, "练习石磊", "529999001201")
    desk = accepting(land.town)
    one, steps = sent(stone, land.town)
    assert desk.accept(land.town, one, steps[0]).waiting == 1
    held = b"".join(path.read_bytes() for path in (land.town.folder / FOLDER).glob("*.log"))
    assert len(held) > len(steps[0])
    assert steps[0][:8] not in held  # not even that it is a segment can be read
    assert holds(land.town, one) == 0
    assert intake.receipts(land.town, [one.device]) == []
    assert desk.settle(land.town) == 0
    assert holds(land.town, one) == stone.ledger.feed_mark()[0]
    assert intake.receipts(land.town, [one.device])[0].seq == stone.ledger.log_end()[0]
    assert land.town.ledger.verify().ok


def test_a_hub_that_dies_between_goes_on_where_it_stopped(land: Land, accepting: Accepting) -> None:
    stone, cloud = land.laptop("stone"), land.laptop("cloud")
    for laptop in (stone, cloud):
        for _ in range(4):
            household(laptop, "练习甲", "529999001201")
    desk = accepting(land.town)
    for laptop in (stone, cloud):
        one, steps = sent(laptop, land.town, rows=3)
        for data in steps:
            desk.accept(land.town, one, data)
    assert desk.inbox is not None
    desk.settle(land.town, seconds=0)  # one segment; then it dies: nothing is closed in order, only its lock is gone
    desk.inbox._lock.close()
    with Workspace.open(land.town.folder, "practice") as again:  # which merges what waits
        for laptop in (stone, cloud):
            one, _ = sent(laptop, again)
            assert holds(again, one) == laptop.ledger.feed_mark()[0]
        assert len(again.ledger.rows("person")) == 8
    assert not list((land.town.folder / FOLDER).glob("*.log"))


def test_the_same_segment_twice_and_in_the_wrong_order_doubles_nothing(land: Land, accepting: Accepting) -> None:
    stone = land.laptop("stone")
    for _ in range(6):
        household(stone, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, steps = sent(stone, land.town, rows=4)
    assert len(steps) > 2
    for data in (*steps[:2], steps[0], steps[1], *steps):
        desk.accept(land.town, one, data)
    assert desk.settled(land.town, one, SettleAsk()).waiting == 0
    assert holds(land.town, one) == stone.ledger.feed_mark()[0]
    assert len(land.town.ledger.rows("person")) == 6
    assert land.town.ledger.verify().ok


def test_what_a_later_push_says_counts_the_accepted_ones_too(land: Land, accepting: Accepting) -> None:
    stone = land.laptop("stone")
    for _ in range(5):
        household(stone, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, steps = sent(stone, land.town, rows=4)
    for data in steps[:-1]:
        desk.accept(land.town, one, data)
    said = desk.push(land.town, one, steps[-1])
    assert said.new == 2 + 10
    assert said.holds[0] == stone.ledger.feed_mark()[0]
    assert said.receipts[0].seq == 12


def test_a_torn_file_loses_only_what_was_never_accepted(land: Land, accepting: Accepting) -> None:
    stone = land.laptop("stone")
    for _ in range(3):
        household(stone, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, steps = sent(stone, land.town, rows=4)
    for data in steps[:2]:
        desk.accept(land.town, one, data)
    assert desk.inbox is not None
    desk.inbox.close()
    (log,) = (land.town.folder / FOLDER).glob("*.log")
    whole = log.read_bytes()
    first = 8 + 4 + 12 + 16 + 32 + len(steps[0])
    for length in (*range(40), *range(first - 3, first + 60), *range(len(whole) - 3, len(whole) + 1)):
        log.write_bytes(whole[:length])
        found = Inbox.of(land.town)
        assert found is not None
        assert found.waiting() == (2 if length == len(whole) else 1 if length >= first else 0), length
        assert found.waiting() == 0 or found.read(found.first()) == steps[0]  # type: ignore[arg-type]
        found.close()
    for at in (0, 9, 20, first - 1):  # and changed bytes are never taken for a segment
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        found = Inbox.of(land.town)
        assert found is not None
        assert found.waiting() == 0
        found.close()


class Narrow(disk.Files):
    """A disk that takes no more than so many bytes."""

    def __init__(self, left: int) -> None:
        self.left = left

    def flush(self, file: BinaryIO) -> None:
        """Fail where the file has become too long, leaving part of it there."""
        file.flush()
        if os.fstat(file.fileno()).st_size > self.left:
            os.truncate(file.fileno(), self.left)
            raise OSError(28, "no space left")
        super().flush(file)


def test_a_full_disk_refuses_and_keeps_what_was_there(land: Land, accepting: Accepting, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    stone = land.laptop("stone")
    for _ in range(3):
        household(stone, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, steps = sent(stone, land.town, rows=4)
    desk.accept(land.town, one, steps[0])
    monkeypatch.setattr(disk.source, "files", Narrow(len(steps[0]) + 300))
    with refused("store.full"):
        desk.accept(land.town, one, steps[1])
    monkeypatch.undo()
    desk.accept(land.town, one, steps[1])
    assert desk.inbox is not None
    desk.inbox.close()
    again = accepting(land.town)
    assert again.inbox is not None
    assert again.inbox.waiting(one.device) == 2
    again.settle(land.town)
    assert len(land.town.ledger.changes([c.cid for data in steps[:2] for c in segment.unpack(data, lambda _: one.sign_key).changes])) == 8
    assert not list((land.town.folder / FOLDER).glob("*.log"))


def test_what_no_merge_takes_is_said_and_does_not_hold_up_the_rest(land: Land, accepting: Accepting, refused: Refused) -> None:
    stone, cloud = land.laptop("stone"), land.laptop("cloud")
    for laptop in (stone, cloud):
        household(laptop, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, (whole,) = sent(stone, land.town)
    opened = segment.unpack(whole, lambda _: one.sign_key)
    broken = segment.pack(opened.about, [_other_chain(c) if c.seq == 3 else c for c in opened.changes], stone.keys)
    desk.accept(land.town, one, broken)
    other, (data,) = sent(cloud, land.town)
    desk.accept(land.town, other, data)
    desk.settle(land.town)
    assert holds(land.town, other) == cloud.ledger.feed_mark()[0]
    assert holds(land.town, one) == 0
    with refused("segment.chain"):
        desk.push(land.town, one, whole)
    assert desk.push(land.town, one, whole).new == 4


def _other_chain(change: segment.Change) -> segment.Change:
    import msgspec

    return msgspec.structs.replace(change, prev="0" * 64)


def test_what_comes_after_a_revocation_waits_aside_and_has_no_receipt(land: Land, accepting: Accepting) -> None:
    stone = land.laptop("stone")
    household(stone, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, (data,) = sent(stone, land.town)
    desk.accept(land.town, one, data)
    revoke(land.town.ledger, one.device)  # between the acceptance and the merge
    desk.settle(land.town)
    assert not land.town.ledger.rows("person")
    assert intake.receipts(land.town, [one.device]) == []
    assert land.town.ledger.db.conn.execute("SELECT count(*) FROM quarantine").fetchone()[0] == 4


def test_a_second_process_leaves_the_inbox_to_the_first(make: Make) -> None:
    office, one = make("hub", role="township"), make("one")
    first = Inbox.of(office)
    assert first is not None
    assert Inbox.of(office) is None
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:  # as an older hub: it merges before it answers
        _join(one, hub, office)
        for _ in range(4):
            household(one, "练习甲")
        assert hub.desk.inbox is None
        assert sync(one).level
    first.close()


def _join(laptop: Workspace, hub: Hub, office: Workspace) -> None:
    from app.sync.pairing import invite, pair

    pair(laptop, hub.url, invite(office))


def test_laptops_that_come_at_once_end_level_while_the_hub_merges_behind(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sync.outgoing.ROWS", 4)  # many steps
    monkeypatch.setattr("app.sync.exchange.QUICK_S", 1e9)  # the line is quick, however busy this machine is
    taken_over: list[int] = []
    append = Inbox.append

    def counted(self: Inbox, accepted: Sequence[tuple[str, bytes]]) -> None:
        taken_over.append(len(accepted))
        append(self, accepted)
    monkeypatch.setattr(Inbox, "append", counted)
    office, laptops = make("hub", role="township"), [make(f"laptop {n}") for n in range(5)]
    done = {}
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        for laptop in laptops:
            _join(laptop, hub, office)
            for _ in range(10):
                household(laptop, "练习甲")

        def go(laptop: Workspace) -> None:
            with laptop.again() as own:
                done[laptop.folder.name] = exchange(own, HubCarrier(the_hub(own.ledger)))
        threads = [Thread(target=go, args=(laptop,)) for laptop in laptops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(taken_over) >= 5 * 4
        assert [one.sent for one in done.values()] == [22] * 5
        assert all(laptop.ledger.only_here() == 0 for laptop in laptops)
        assert all(sync(laptop).level for laptop in laptops)
        assert hub.desk.inbox is not None
        assert hub.desk.inbox.waiting() == 0
    assert len({ws.ledger.digest(strict=True) for ws in (office, *laptops)}) == 1
    assert office.ledger.verify().ok


def test_a_bug_of_ours_rises_and_holds_up_nobody(land: Land, accepting: Accepting, monkeypatch: pytest.MonkeyPatch) -> None:
    stone, cloud = land.laptop("stone"), land.laptop("cloud")
    for laptop in (stone, cloud):
        household(laptop, "练习甲", "529999001201")
    desk, take = accepting(land.town), intake.take
    one, (first,) = sent(stone, land.town)
    other, (second,) = sent(cloud, land.town)
    desk.accept(land.town, one, first)
    desk.accept(land.town, other, second)

    def fails(ws: Workspace, opened: segment.Segment, sender: Peer) -> intake.Taken:
        if sender.device == one.device:
            raise ZeroDivisionError
        return take(ws, opened, sender)
    monkeypatch.setattr("app.sync.intake.take", fails)
    with pytest.raises(ZeroDivisionError):
        desk.settle(land.town)
    assert desk.settle(land.town) == 0
    assert holds(land.town, other) == cloud.ledger.feed_mark()[0]
    monkeypatch.undo()
    assert desk.push(land.town, one, first).new == 4  # nothing was promised, so it comes again


def test_one_device_cannot_fill_the_disk(land: Land, accepting: Accepting, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    stone = land.laptop("stone")
    household(stone, "练习甲", "529999001201")
    desk = accepting(land.town)
    one, (data,) = sent(stone, land.town)
    monkeypatch.setattr("app.sync.inbox.MOST_OF_ONE", len(data))
    desk.accept(land.town, one, data)
    with refused("sync.busy"):
        desk.accept(land.town, one, data)
    desk.settle(land.town)
    desk.accept(land.town, one, data)
