"""Unload: what comes in by file. Promises that a damaged, foreign or repeated parcel changes nothing: all of it is checked
before its first row is written, and what is written is what was checked.
"""
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from app.models.problem import Problem
from app.models.store import transaction
from app.sync import attachments, intake, pairing, parcel, peers, segment, tables
from app.sync.parcel import BLOB, HEAD, HELD, SEGMENT, SIGNED, TAIL
from app.sync.peers import HUB, LAPTOP, Peer, moment
from app.sync.seal import DeviceKeys, signed_by
from app.sync.shapes import Sha, decoded
from app.sync.stick import INVITED, Carried, Head, Progress, Tail
from app.sync.workspace import Workspace

T = TypeVar("T")
SendersOf = Callable[[Head], list[Peer]]


@dataclass(slots=True)
class Checked:
    """A part that is for us and wholly right; nothing of it has been applied yet.

    Attributes: senders (the sender, after those it continues that are not known here yet), head, tail, digests (of its
    segments), ends (places of the sender's feed after each).
    """

    senders: list[Peer]
    head: Head
    tail: Tail
    digests: list[str]
    ends: list[tuple[int, str]]


def import_stick(ws: Workspace, path: Path, progress: Progress | None = None, *, yes: bool = False) -> Carried:
    """Take in a file's parts that are meant for this computer; returns what was new. Raises Problem, having changed nothing.

    yes: a computer that came by a first load is let in without being confirmed by name.
    """
    return take(ws, Path(path), check(ws, Path(path), progress, yes=yes), progress)


def check(ws: Workspace, path: Path, progress: Progress | None = None, *, yes: bool = False,
          keys: Sequence[DeviceKeys] = (), senders_of: SendersOf | None = None) -> list[Checked]:
    """Return the parts of a file that are meant for this computer, all of it read and right. Raises Problem where it is not.

    keys, senders_of: of an invitation, in the place of our own keys and of the computers we are paired with.
    """
    if senders_of is None:
        awaited(ws)
    found: list[_Check] = []

    def begin() -> _Check:
        found.append(_Check(ws, path.name, senders_of or (lambda head: _senders(ws, head, path.name, yes))))
        return found[-1]
    parcel.read(path, keys or _keys(ws), begin, _telling(progress, "check"))
    if not found:
        raise Problem("stick.foreign", f"{path.name} 不是给这台电脑的，没有任何改动。请交给它要去的单位，或让对方重新导出。",
                      f"{path.name} is not meant for this computer; nothing was changed. Give it to the office it is for, or have it written again.")
    return [one.checked() for one in found]


def awaited(ws: Workspace) -> None:
    """Raise Problem sync.unpaired where nobody is paired, or invited, whose sticks could be read here."""
    invited = ws.ledger.db.conn.execute("SELECT 1 FROM invitation LIMIT 1").fetchone()
    if not invited and not [p for p in peers.peers(ws.ledger) if p.state != peers.PENDING]:
        raise peers.unpaired()


def take(ws: Workspace, path: Path, checked: Sequence[Checked], progress: Progress | None = None,
         keys: Sequence[DeviceKeys] = ()) -> Carried:
    """Apply a file that was checked; returns what was new. Each segment commits with its cursor: what is cut goes on next time."""
    done: list[_Take] = []

    def begin() -> _Take:
        done.append(_Take(ws, checked[len(done)], path.name))
        return done[-1]
    parcel.read(path, keys or _keys(ws), begin, _telling(progress, "read"))
    return sum((one.carried for one in done), Carried(0))


def _keys(ws: Workspace) -> list[DeviceKeys]:
    return list(ws.lineage.values())


def _telling(progress: Progress | None, step: str) -> parcel.Progress | None:
    return None if progress is None else lambda done, of: progress(step, done, of)


@dataclass(slots=True)
class _Check:
    """Reads a part without applying anything."""

    ws: Workspace
    name: str
    senders_of: SendersOf
    senders: list[Peer] = field(default_factory=list)
    head: Head | None = None
    tail: Tail | None = None
    signed: bool = False
    digests: list[str] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)
    tips: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        if self.signed or (self.head is None) != (kind == HEAD):
            raise parcel.damaged(self.name)
        if kind == HEAD:
            self.head = _decoded(said, Head, self.name)
            self.senders = self.senders_of(self.head)
        elif kind == SEGMENT:
            self._segment(said)
        elif kind == HELD:
            _decoded(said, list[Sha], self.name)
        elif kind == TAIL:
            self.tail = _decoded(said, Tail, self.name)
        elif kind == SIGNED:
            self.signed = signed_by(self.senders[-1].sign_key, said, before)
            if not self.signed:
                raise parcel.damaged(self.name)

    def _segment(self, said: bytes) -> None:
        opened = opened_by(self.senders[-1], said)
        if self.tail or self.head is None or (opened.about.to, opened.about.prefix) != (self.head.to, self.head.prefix):
            raise parcel.damaged(self.name)
        intake.check(self.ws, opened, self.senders[-1], self.tips)
        self.digests.append(opened.digest)
        self.ends.append((opened.about.n1, opened.about.h1))

    def end(self) -> None:
        if not self.signed:
            raise parcel.damaged(self.name)

    def checked(self) -> Checked:
        """Return what was found, once the whole file was right."""
        if self.head is None or self.tail is None:
            raise parcel.damaged(self.name)
        return Checked(self.senders, self.head, self.tail, self.digests, self.ends)


@dataclass(slots=True)
class _Take:
    """Applies a part that was checked; what it reads now must be what it read then."""

    ws: Workspace
    checked: Checked
    name: str
    at: int = 0
    skip: int = 0
    carried: Carried = Carried(0)

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        sender, head = self.checked.senders[-1], self.checked.head
        if kind == HEAD:
            if self.direct:
                peers.admit(self.ws.ledger, self.checked.senders)
            held = tables.cursor_of(self.ws.ledger.db.conn, head.instance, head.prefix)
            self.skip = self.checked.ends.index(held) + 1 if held[0] and held in self.checked.ends else 0
            self.carried = Carried(0, senders=(sender.name,), came=(sender.device,) if self.direct else ())
        elif kind == SEGMENT:
            opened = opened_by(sender, said)
            if self.at >= len(self.checked.digests) or opened.digest != self.checked.digests[self.at]:
                raise parcel.damaged(self.name)
            self.at += 1
            if self.at > self.skip:
                taken = intake.take(self.ws, opened, sender, late=True)
                self.carried += Carried(taken.new, taken.conflicts, taken.aside)
        elif kind == BLOB:
            self.carried += Carried(0, blobs=int(attachments.take(self.ws.ledger, said)))
        elif kind == HELD and self.direct and sender.kind == HUB:
            attachments.learn_held(self.ws.ledger, head.instance, _decoded(said, list[Sha], self.name))

    @property
    def direct(self) -> bool:
        """Return whether it is addressed to us, and not to an office below us that can no longer read it."""
        return self.checked.head.to in (*self.ws.lineage, "")

    def end(self) -> None:
        if self.direct:
            _note(self.ws, self.checked.senders[-1], self.checked.head)


def opened_by(sender: Peer, data: bytes) -> segment.Segment:
    """Return a segment that this sender has sealed; Problem where it has not."""
    return segment.unpack(data, lambda device: sender.sign_key if device == sender.device else None)


def _senders(ws: Workspace, head: Head, name: str, yes: bool) -> list[Peer]:
    """Return the sender, after those it continues that are not known here yet."""
    if head.to in ws.lineage:
        found = peers.heirs(ws.ledger, head.sender, head.was)
        if not found and head.ask is not None and head.ask.device == head.sender:
            pairing.answer(ws, head.ask, yes=yes)
            found = peers.heirs(ws.ledger, head.sender, head.was)
        if found:
            _let_in(ws, found[-1], name, yes)
            return [replace(one, instance=head.instance) if one.kind == HUB else one for one in found]
    elif (office := peers.peer(ws.ledger, head.to)) is not None and office.office:
        # a laptop of an office below us: the office has vouched for its key, with changes that came up or by its word on the stick
        key = peers.key_of(ws.ledger, head.sender) or pairing.key_granted(head.grant, head.sender, office)
        if key is not None:
            return [replace(office, device=head.sender, instance=head.instance, sign_key=key, users=(), role="")]
    else:
        raise parcel.damaged(name)
    raise Problem("stick.stranger", f"{name} 来自一台没有配对的电脑，没有任何改动。请先让那台电脑配对，再重新导出。",
                  f"{name} comes from a computer that was never paired: pair first, then write it again. Nothing was changed.")


def _let_in(ws: Workspace, one: Peer, name: str, yes: bool) -> None:
    """Raise Problem stick.pending for a computer that nobody here has confirmed by name yet; `yes` confirms it."""
    if one.state == peers.PENDING and yes:
        pairing.confirm(ws.ledger, one.device)
    elif one.state == peers.PENDING:
        raise Problem("stick.pending", f"{name} 来自新电脑“{one.name}”，还没有确认。请在“同步”页按名字确认，再读一次U盘。",
                      f"{name} comes from the new computer “{one.name}”. Confirm it by name on the Sync page, then read the stick again.")


def _note(ws: Workspace, sender: Peer, head: Head) -> None:
    """Learn how far the sender holds our feed, and take in its receipts."""
    instance, n, h = head.have
    with transaction(ws.ledger.db):
        if instance == ws.ledger.me.instance and ws.ledger.feed_valid(n, h) and n > sender.acked_n:
            peers.update(ws.ledger, sender.device, acked_n=n, acked_h=h)
        if sender.kind == LAPTOP:
            peers.update(ws.ledger, sender.device, last_at=moment(), instance=head.instance, via=peers.STICK)
        else:
            intake.acknowledge(ws.ledger, head.receipts, sender)
            if head.to and ws.ledger.settings.get(INVITED):
                ws.ledger.settings.set(INVITED, None)  # the office knows us now


def _decoded(said: bytes, shape: type[T], name: str) -> T:
    try:
        return decoded(said, shape)
    except msgspec.DecodeError:
        raise parcel.damaged(name) from None
