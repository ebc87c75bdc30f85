"""Attachments on their way: a queue of its own, after the changes, in pieces that go on where they stopped.

Promises that changes never wait for it (before each piece, what was written meanwhile goes first), that nothing is sent
that no record over there names or that its scope is not owed, and that a line that breaks costs one piece.
"""
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from app.models import attachments
from app.models.attachments import MOST, PIECE
from app.models.ledger import WHOLE, Ledger, chain
from app.models.problem import Problem
from app.models.store import Connection, transaction
from app.sync import scope, tables
from app.sync.link import Link, Reset, SessionLost
from app.sync.peers import LAPTOP, Peer
from app.sync.shapes import decoded
from app.sync.wire import JSON_MOST, BlobIn, BlobPiece, Blobs, BlobsAsk, BlobTaken, Mark

ASKED = 1000  # names in one question
FIRST, QUICK_S, SLOW_S = 64 * 1024, 2.0, 10.0
LONGEST_S = 600.0  # one exchange gives its attachments ten minutes; the rest goes with the next
NOT_NAMED = -1
HELD_MOST = 5000  # attachments that are named as held in one file

Named = tuple[str, int]  # (sha256, size in bytes)


@dataclass(slots=True)
class Moved:
    """What a queue did: attachments that became whole there or here, and how many are still to go."""

    whole: int = 0
    left: int = 0


# -- at the desk ------------------------------------------------------------------------------------------------------

def answer(ledger: Ledger, ask: BlobsAsk) -> Blobs:
    """Return how many bytes of each named attachment are here, -1 where no record here names it; and which the office above holds."""
    got, twice = [], []
    for sha, size in ask.names[:ASKED]:
        row = ledger.db.conn.execute(
            "SELECT coalesce((SELECT got FROM blob WHERE sha = n.sha AND (whole OR size = n.size)), 0) FROM blob_named n"
            " WHERE sha = ? AND size = ? LIMIT 1", (sha, size)).fetchone()
        got.append(NOT_NAMED if row is None or size > MOST else row[0])
        twice.append(bool(ledger.db.conn.execute("SELECT 1 FROM blob_there WHERE sha = ? LIMIT 1", (sha,)).fetchone()))
    return Blobs(got, twice, mark(ledger))


def give(ledger: Ledger, one: Peer, ask: BlobPiece) -> bytes:
    """Return a piece of an attachment that a dossier of the laptop's scope names; Problem where it is not the laptop's to see."""
    if not scope.full(ledger, attachments.roots_of(ledger, ask.sha), one.prefix):
        raise Problem("attachment.scope", "要的附件不在这台电脑的范围内，没有给出。", "The attachment asked for is not within this computer's scope.")
    return attachments.piece(ledger, ask.sha, ask.at, ask.limit)


def packed(head: BlobIn, data: bytes) -> bytes:
    """Return a piece with what is said of it, as it goes over the wire."""
    said = msgspec.json.encode(head)
    return len(said).to_bytes(4, "big") + said + data


def unpacked(body: bytes) -> tuple[BlobIn, bytes]:
    """Return what is said of a piece, and its bytes; Problem where it is no such message."""
    length = int.from_bytes(body[:4], "big")
    try:
        if length > min(JSON_MOST, len(body) - 4):
            raise msgspec.DecodeError
        head = decoded(body[4:4 + length], BlobIn)
    except msgspec.DecodeError:
        raise Problem("attachment.message", "收到的附件不是乐业的格式，没有收下。请升级程序后再试。",
                      "The attachment is not of Leye's shape and was not taken. Update the program, then try again.") from None
    return head, body[4 + length:]


def put(ledger: Ledger, body: bytes) -> BlobTaken:
    """Take a piece in; returns how many bytes are here."""
    head, data = unpacked(body)
    return BlobTaken(_taken(ledger, head.sha, head.size, head.at, data), mark(ledger))


def mark(ledger: Ledger) -> Mark:
    """Return how many attachments have come here, and the hash of which."""
    row = ledger.db.conn.execute("SELECT n, h FROM blob_arrival ORDER BY n DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, "")


def intact(ledger: Ledger, told: Mark) -> bool:
    """Return whether what had come when this mark was given has not been put back to an earlier day since."""
    row = ledger.db.conn.execute("SELECT h FROM blob_arrival WHERE n = ?", (told[0],)).fetchone()
    return told[0] == 0 or (row is not None and row[0] == told[1])


def _taken(ledger: Ledger, sha: str, size: int, at: int, data: bytes) -> int:
    """Take a piece in and number what became whole; returns how many bytes are here."""
    def whole(conn: Connection) -> None:
        n, h = mark(ledger)
        conn.execute("INSERT INTO blob_arrival VALUES (?,?)", (n + 1, chain(h, sha, WHOLE)))
    return attachments.take_piece(ledger, sha, size, at, data, whole)


# -- what a peer lacks ------------------------------------------------------------------------------------------------

def to_send(ledger: Ledger, instance: str) -> list[Named]:
    """Return the attachments that are whole here and not known to be at this peer; offices' own first.

    Those of a dossier that is about to leave are asked about until a second office holds them.
    """
    rows = ledger.db.conn.execute(
        "SELECT n.sha, b.size, max(n.type IN ('form', 'book_template')) FROM blob_named n"
        " JOIN blob b ON b.sha = n.sha AND b.size = n.size AND b.whole LEFT JOIN blob_there t ON t.sha = n.sha AND t.instance = ?"
        " WHERE t.sha IS NULL OR (NOT t.twice AND n.root IN (SELECT root FROM leaving)) GROUP BY n.sha ORDER BY 3 DESC, b.size, n.sha", (instance,))
    return [(sha, size) for sha, size, _ in rows]


def note_there(ledger: Ledger, instance: str, found: Sequence[tuple[str, bool]], at: Mark = (0, "")) -> None:
    """Remember that a peer holds these attachments, whether the office above it does too, and how far its attachments had come."""
    with transaction(ledger.db) as conn:
        tables.set_cursor(conn, instance, tables.BLOBS, *at)
        conn.executemany("INSERT INTO blob_there VALUES (?,?,?) ON CONFLICT(sha, instance) DO UPDATE SET twice = max(twice, excluded.twice)",
                         [(sha, instance, int(twice)) for sha, twice in found])


def doubt(ledger: Ledger, instance: str) -> None:
    """Forget what a peer was known to hold: it no longer has all it had signed for, and is asked again."""
    with transaction(ledger.db) as conn:
        if conn.execute("SELECT 1 FROM blob_there WHERE instance = ? LIMIT 1", (instance,)).fetchone() is None:
            return
        tables.set_cursor(conn, instance, tables.BLOBS, 0, "")
        conn.execute("DELETE FROM blob_there WHERE instance = ?", (instance,))


def unsafe(conn: Connection, instance: str) -> set[str]:
    """Return the dossiers with an attachment here that two offices are not yet known to hold: they may not be dropped."""
    return {row[0] for row in conn.execute(
        "SELECT DISTINCT n.root FROM blob_named n JOIN blob b ON b.sha = n.sha AND b.whole"
        " LEFT JOIN blob_there t ON t.sha = n.sha AND t.instance = ? WHERE coalesce(t.twice, 0) = 0", (instance,))}


# -- by file ----------------------------------------------------------------------------------------------------------

def pieces_for(ledger: Ledger, to: Peer, room: int) -> Iterator[bytes]:
    """Return the pieces of attachments that go to a peer by file, as many whole ones as fit into `room` bytes.

    To an office everything it is not known to hold; to a laptop what offices send down, within its scope.
    """
    for sha, size in to_send(ledger, to.instance):
        if size + 1024 > room or (to.kind == LAPTOP and not _down(ledger, sha, to.prefix)):
            continue
        room -= size + 1024
        at = 0
        while at < size:
            data = attachments.piece(ledger, sha, at)
            if not data:
                break  # dropped here meanwhile
            yield packed(BlobIn(sha, size, at), data)
            at += len(data)


def take(ledger: Ledger, body: bytes) -> bool:
    """Take in a piece that came by file; returns whether an attachment became whole. What is refused holds up nothing."""
    try:
        head, data = unpacked(body)
        before = attachments.is_here(ledger, head.sha)
        return _taken(ledger, head.sha, head.size, head.at, data) == head.size and not before
    except Problem as problem:
        if not problem.key.startswith("attachment."):
            raise
        return False


def held(ledger: Ledger, to: Peer) -> list[str]:
    """Return which attachments are whole here, the latest first, so that a peer need not send them by file again."""
    rows = ledger.db.conn.execute("SELECT sha FROM blob WHERE whole ORDER BY at DESC, sha LIMIT ?", (HELD_MOST * 2,)).fetchall()
    return [sha for (sha,) in rows if scope.full(ledger, attachments.roots_of(ledger, sha), to.prefix)][:HELD_MOST]


def learn_held(ledger: Ledger, instance: str, shas: Sequence[str]) -> None:
    """Remember what a peer said by file that it holds."""
    note_there(ledger, instance, [(sha, False) for sha in shas[:HELD_MOST]])


def _down(ledger: Ledger, sha: str, prefix: str) -> bool:
    kinds = ledger.db.conn.execute("SELECT DISTINCT type FROM blob_named WHERE sha = ?", (sha,)).fetchall()
    return any(attachments.goes_down(kind) for (kind,) in kinds) and scope.full(ledger, attachments.roots_of(ledger, sha), prefix)


# -- the queue of an exchange -----------------------------------------------------------------------------------------

class Queue:
    """One exchange's attachments. `first` is called before each piece: it sends changes written meanwhile."""

    def __init__(self, ledger: Ledger, link: Link, hub: Peer, first: Callable[[], None],
                 tell: Callable[[str, int, int], None]) -> None:
        self.ledger, self.link, self.hub, self.first, self.tell = ledger, link, hub, first, tell
        self.moved, self.size, self.end = Moved(), FIRST, time.monotonic() + LONGEST_S
        self.done, self.all = 0, 0

    def run(self) -> Moved:
        """Return what was moved; a line that breaks ends the queue, not the exchange, which was level before it."""
        try:
            self._up()
            self._down()
        except (SessionLost, Reset):
            pass
        except Problem as problem:
            if not problem.key.startswith("sync."):
                raise
        self.moved.left = len(to_send(self.ledger, self.hub.instance)) + len(attachments.wanted(self.ledger))
        return self.moved

    def _up(self) -> None:
        names = to_send(self.ledger, self.hub.instance)
        for start in range(0, len(names), ASKED):
            part = names[start:start + ASKED]
            said = self.link.ask("/v1/blobs", BlobsAsk(part), Blobs)
            told = list(zip(part, said.got, said.twice, strict=False))
            note_there(self.ledger, self.hub.instance, [(sha, twice) for (sha, size), got, twice in told if got >= size], said.mark)
            lacking = [(sha, size, got) for (sha, size), got, _ in told if 0 <= got < size]
            self.all += sum(size - got for _, size, got in lacking)
            for sha, size, got in lacking:
                self._try(lambda sha=sha, size=size, got=got: self._send(sha, size, got))  # type: ignore[misc]

    def _send(self, sha: str, size: int, got: int) -> None:
        at = tables.cursor_of(self.ledger.db.conn, self.hub.instance, tables.BLOBS)
        while got < size and self._go_on():
            start, data = time.monotonic(), attachments.piece(self.ledger, sha, got, self.size)
            if not data:
                return  # dropped here meanwhile
            said = self.link.send("/v1/take_piece", packed(BlobIn(sha, size, got), data), BlobTaken)
            now_there, at = said.got, said.mark
            self._count(now_there - got, time.monotonic() - start)
            if now_there == got:
                return
            got = now_there
        if got >= size:
            note_there(self.ledger, self.hub.instance, [(sha, False)], at)
            self.moved.whole += 1

    def _down(self) -> None:
        wanted = attachments.wanted(self.ledger)
        self.all += sum(one.size - one.got for one in wanted)
        came: list[tuple[str, bool]] = []
        for one in wanted:
            self._try(lambda one=one: came.extend(self._fetch(one.sha, one.size, one.got)))  # type: ignore[misc]
        if came:
            note_there(self.ledger, self.hub.instance, came, self.link.ask("/v1/blobs", BlobsAsk([]), Blobs).mark)

    def _fetch(self, sha: str, size: int, got: int) -> list[tuple[str, bool]]:
        while got < size and self._go_on():
            start = time.monotonic()
            data = self.link.fetch("/v1/piece", BlobPiece(sha, got, self.size))
            if not data:
                return []  # the hub does not have it yet either
            now_here = _taken(self.ledger, sha, size, got, data)
            self._count(now_here - got, time.monotonic() - start)
            if now_here == got:
                return []
            got = now_here
        if got >= size:
            self.moved.whole += 1
            return [(sha, False)]
        return []

    def _try(self, act: Callable[[], None]) -> None:
        """One attachment that is refused holds up no other."""
        try:
            act()
        except Problem as problem:
            if not problem.key.startswith("attachment."):
                raise

    def _go_on(self) -> bool:
        if time.monotonic() > self.end:
            return False
        self.first()
        return True

    def _count(self, more: int, seconds: float) -> None:
        self.done += more
        self.tell("attachments", self.done, max(self.done, self.all))
        if seconds < QUICK_S:
            self.size = min(PIECE, self.size * 2)
        elif seconds > SLOW_S:
            self.size = max(4096, self.size // 2)
