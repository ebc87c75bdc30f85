"""Stick: what goes out by file instead of by network. Promises parcels that only the other side can read, written whole or not
at all, under names that say nothing. What comes in is read by `unload`.

A part is for one recipient: on a laptop its hub and the hub's parent, on a hub each of its laptops and its own hub.
Its head says who tells whom, from which place of the feed; its tail how far it came. More than one file holds goes on
in the next: each stands for itself, and they may be read in any order.
"""
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.models import disk
from app.models.store import transaction
from app.sync import attachments, intake, outgoing, pairing, parcel, peers, scope, segment, succession, tables
from app.sync.parcel import BLOB, HEAD, HELD, SEGMENT, TAIL, Item, Part
from app.sync.peers import GRANTED, HUB, LAPTOP, Peer, moment
from app.sync.shapes import Count
from app.sync.succession import Succession
from app.sync.voucher import Receipt
from app.sync.wire import Grant, PairAsk, SignedCard
from app.sync.workspace import Workspace

MOST = 2 * 1024**3 - 1  # FAT32 and signed lengths: more goes on in another file
SPARE = 64 * 1024  # what head, tail and sums of one more part take
INVITED = "invited"  # setting of a computer that came by a first load: its token, until the office has answered
FIRST = 500  # changes in one segment of what is served everywhere

Progress = Callable[[str, int, int], None]  # (step: "write" | "check" | "read", done, of); may raise to stop


class Office(msgspec.Struct, frozen=True):
    """Who invites: its card, its root certificate (PEM), where it can be reached."""

    signed: SignedCard
    root: str
    url: str = ""


class Head(msgspec.Struct, frozen=True):
    """What a part says of itself first, inside its signature, so that it cannot be wrapped again for somebody else.

    Attributes: sender, instance, to (device), prefix, n0 h0 (where in the sender's feed it begins), at, have (how far the
    sender holds the recipient's feed, and of which instance), receipts, was (whom the sender continues), office (on a first
    load, for a computer that is not known yet: who invites it), ask (of such a computer, until the office has answered),
    grant (what the office it is for has signed for the sender, for the office above, which may never have heard of it).
    """

    sender: str
    instance: str
    to: str
    prefix: str
    n0: Count
    h0: str
    at: str
    have: tuple[str, Count, str] = ("", 0, "")
    receipts: list[Receipt] = []
    was: list[Succession] = []
    office: Office | None = None
    ask: PairAsk | None = None
    grant: Grant | None = None


class Tail(msgspec.Struct, frozen=True):
    """What a part says last: how far it came in the sender's feed, and whether another file goes on from there."""

    n1: Count
    h1: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What a stick brought or took: changes written out or new here, disagreements that began, changes kept aside.

    Attributes: changes, conflicts, aside, senders (names), came (devices it came from directly), files (names written),
    blobs (attachments that became whole here).
    """

    changes: int
    conflicts: int = 0
    aside: int = 0
    senders: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    blobs: int = 0

    def __add__(self, other: "Carried") -> "Carried":
        return Carried(self.changes + other.changes, self.conflicts + other.conflicts, self.aside + other.aside,
                       _joined(self.senders, other.senders), _joined(self.came, other.came), self.files + other.files,
                       self.blobs + other.blobs)

    @property
    def received(self) -> int:
        """Return how many changes were new here."""
        return self.changes

    @property
    def level(self) -> bool:
        """Return False: a stick cannot know what the other side has done since."""
        return False


def export_stick(ws: Workspace, path: Path, since: str = "LAST", progress: Progress | None = None, most: int = MOST,
                 only: Sequence[str] | None = None) -> Carried:
    """Write what the others lack (LAST) or everything (all); returns how many changes were written, and into which files.

    all: also what came from them, which they may have lost.

    path: a file, for all of them; or a folder, where each gets a file of its own beside what is there, under a name that
    says nothing. only: these devices alone.
    """
    path, everything = Path(path), since.lower() == "all"
    ways = [Way.to_peer(ws, one, everything=everything) for one in _recipients(ws) if only is None or one.device in only]
    if not path.is_dir():
        return write_ways(ws, ways, path, progress, most)
    done = Carried(0)
    for way in ways:
        done += write_ways(ws, [way], path / name_for(ws, way.to), progress, most)
        number = len(done.files) + 1
        while (old := path / name_for(ws, way.to, number)).exists():  # a later part of an earlier stick: all of it is in this one
            disk.source.files.remove(old)
            number += 1
    return done


def name_for(ws: Workspace, to: Peer, number: int = 1) -> str:
    """Return the name of the file for a peer in a folder: always the same, and only the two of them know whose it is."""
    told = hashlib.sha256(f"leye stick {ws.ledger.me.device} {to.device}".encode()).hexdigest()[:12]
    return f"leye-{told}{f'-{number}' if number > 1 else ''}{parcel.SUFFIX}"


@dataclass(slots=True)
class Way:
    """What one recipient is still to be told: from which place of our feed, and how many changes went already."""

    to: Peer
    prefix: str
    n: int
    whole: bool  # it has nothing of us yet: what the office made for everybody goes first
    everything: bool = False  # also what came from it: a hub may have lost that
    count: int = 0
    done: bool = False
    office: Office | None = None

    @classmethod
    def to_peer(cls, ws: Workspace, to: Peer, *, everything: bool) -> "Way":
        """Return the way to a peer, from where it stands or from the beginning."""
        n0 = 0 if everything or not ws.ledger.feed_valid(to.acked_n, to.acked_h) else to.acked_n
        return cls(to, to.prefix if to.kind == LAPTOP else "", n0, whole=to.kind == LAPTOP and n0 == 0,
                   everything=everything)

    def readers(self) -> list[str]:
        """Return who can open it."""
        return [key for key in (self.to.age_key, self.to.parent_age_key) if key]


def write_ways(ws: Workspace, ways: Sequence[Way], path: Path, progress: Progress | None, most: int) -> Carried:
    names: list[str] = []
    while not names or any(not way.done for way in ways):
        target = path if not names else path.with_name(f"{path.stem}-{len(names) + 1}{path.suffix}")
        parcel.write(target, _Volume(ws, ways, progress, most).parts())
        names.append(target.name)
    return Carried(sum(way.count for way in ways), files=tuple(names))


@dataclass(slots=True)
class _Volume:
    """One file: as many parts, of as many segments, as it has room for."""

    ws: Workspace
    ways: Sequence[Way]
    progress: Progress | None
    room: int

    def parts(self) -> Iterator[Part]:
        """Return the parts, each made while it is written."""
        for at, way in enumerate(way for way in self.ways if not way.done):
            if at and self.room < SPARE:
                return
            yield Part(way.readers(), self.items(way), self.ws.keys)

    def items(self, way: Way) -> Iterator[Item]:
        """Return head, segments and tail for one recipient."""
        ledger = self.ws.ledger
        yield HEAD, msgspec.json.encode(_head(self.ws, way))
        if way.whole:
            way.whole = False
            for data in _served_everywhere(self.ws, way):
                self.room -= len(data)
                yield SEGMENT, data
        self.room -= SPARE
        while not way.done:
            about, data = outgoing.step(self.ws, way.to, way.prefix, way.n, outgoing.rows_for(ledger, way.n),
                                        skip=way.to.instance if way.to.kind == HUB and not way.everything else None)
            if about.n1 == way.n:
                way.done = True
                break
            yield SEGMENT, data
            way.n, way.count, self.room = about.n1, way.count + about.count, self.room - len(data)
            if self.progress is not None:
                self.progress("write", way.n, about.end)
            way.done = about.n1 >= about.end
            if self.room < segment.TARGET + SPARE:
                break
        if way.done:
            yield from self._attached(way.to)
        yield TAIL, msgspec.json.encode(Tail(way.n, outgoing.feed_hash(ledger, way.n), more=not way.done))

    def _attached(self, to: Peer) -> Iterator[Item]:
        """Return the attachments there is still room for, and the word on those held here."""
        if to.kind == LAPTOP:
            yield HELD, msgspec.json.encode(attachments.held(self.ws.ledger, to))
        for data in attachments.pieces_for(self.ws.ledger, to, self.room - SPARE):
            self.room -= len(data)
            yield BLOB, data


def _head(ws: Workspace, way: Way) -> Head:
    ledger, me, to = ws.ledger, ws.ledger.me, way.to
    have = tables.cursor_of(ledger.db.conn, to.instance, "" if to.kind == LAPTOP else to.prefix)
    with transaction(ledger.db):
        given = intake.receipts(ws, [to.device]) if to.kind == LAPTOP and to.device else []
    invited = ledger.settings.get(INVITED) if to.kind == HUB else None
    ask = pairing.ask_of(ws, bytes.fromhex(invited)) if invited else None
    return Head(me.device, me.instance, to.device, way.prefix, way.n, outgoing.feed_hash(ledger, way.n), moment(),
                (to.instance, *have), given, succession.steps(ledger), way.office, ask,
                pairing.grant_of(ledger, to.device) if to.kind == HUB else None)


def _served_everywhere(ws: Workspace, way: Way) -> Iterator[bytes]:
    """Return segments of what offices make for those below (forms, code lists, places, posts), the newest first."""
    forms = scope.of_offices(ws.ledger, way.prefix)
    newest = sorted(forms, reverse=True)
    for start in range(0, len(newest), FIRST):
        yield outgoing.difference(ws, way.to, way.prefix, {cid: forms[cid] for cid in newest[start:start + FIRST]})


def _recipients(ws: Workspace) -> list[Peer]:
    """Return whom a stick of this workspace is for: the hub above, the laptops below."""
    granted = [p for p in peers.peers(ws.ledger) if p.state == GRANTED]
    if not granted:
        raise peers.unpaired()
    return granted


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
