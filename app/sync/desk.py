"""The desk of a hub: what it answers, without HTTP. Promises that every answer can be asked for again without harm.

Sessions and challenges live in memory: a hub that starts again asks its laptops to say hello again.
"""
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from app.models.clock import now
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.store import transaction
from app.sync import attachments, intake, outgoing, pairing, peers, quarantine, scope, seal, segment, tables
from app.sync.compare import ALL, Sums, lacking
from app.sync.inbox import Became, Inbox, merge_first
from app.sync.link import Reset, SessionLost
from app.sync.peers import Peer, moment
from app.sync.presence import Presence
from app.sync.wire import (
    PROTOCOL,
    Accepted,
    BlobPiece,
    Blobs,
    BlobsAsk,
    BlobTaken,
    Challenge,
    ChallengeAsk,
    CompareAsk,
    Compared,
    FetchAsk,
    Hello,
    HelloAsk,
    Lack,
    LackAsk,
    Mark,
    PairAnswer,
    PairAsk,
    PullAsk,
    Pushed,
    SettleAsk,
)
from app.sync.workspace import Workspace

SESSION_S = 3600.0
CHALLENGE_S = 60.0
VIEWS = 64  # of prefixes, kept for the next comparison
CHALLENGES = 1000  # open at once; a flood forgets the oldest
FETCH_MOST = 5000
SETTLE_S = 5.0  # of merging before a laptop is told how much is left
HELLO_SETTLES = 4  # times that, before it is asked to come again later


class Desk:
    """The answers of one hub. Each takes the workspace on the thread's own connection; writes go one after another.

    Attributes: yes (invited laptops are let in without asking), asked (called with a laptop that waits to be confirmed),
    inbox (where segments wait to be merged; None: they are merged before they are answered), presence (who is here, who was
    turned away).
    """

    def __init__(self, *, yes: bool = False, asked: Callable[[Peer], None] | None = None) -> None:
        self.yes, self.asked = yes, asked
        self.inbox: Inbox | None = None
        self._became: dict[str, list[Became]] = {}  # of accepted segments, until their sender is told
        self.presence = Presence()
        self._challenges: dict[str, tuple[str, float]] = {}
        self._sessions: dict[str, tuple[str, float]] = {}
        self._views: dict[str, tuple[tuple[int, str], Sums]] = {}
        self._lock = threading.Lock()  # over the dictionaries
        self._writing = threading.Lock()  # over the store

    def pair(self, ws: Workspace, ask: PairAsk) -> PairAnswer:
        """Return the answer to an invitation."""
        with self._writing:
            before = {p.device for p in pairing.waiting(ws.ledger)}
            said = pairing.answer(ws, ask, yes=self.yes)
            found = [p for p in pairing.waiting(ws.ledger) if p.device not in before]
        for one in found if self.asked else ():
            self.asked(one)  # type: ignore[misc]
        return said

    def challenge(self, ws: Workspace, ask: ChallengeAsk) -> Challenge:
        """Return something to sign, good for a minute and one hello."""
        told = seal.token().hex()
        with self._lock:
            while len(self._challenges) >= CHALLENGES:
                del self._challenges[next(iter(self._challenges))]
            self._challenges[told] = (ask.device, time.monotonic() + CHALLENGE_S)
        return Challenge(told)

    def hello(self, ws: Workspace, ask: HelloAsk) -> Hello:
        """Return a session for a granted laptop that signed its challenge."""
        one = self._proved(ws, ask)
        if (why := peers.may(one)) is not None:
            raise why
        if self.settle(ws, one.device, SETTLE_S * HELLO_SETTLES):
            raise _busy()
        with self._lock:
            self._became.pop(one.device, None)  # of a session that was cut: what was refused comes again
        if ask.protocol > PROTOCOL:
            raise Problem("sync.newer", "这台电脑的程序比乡镇的新，请先升级乡镇的程序，再同步。",
                          "This computer's program is newer than the hub's. Update the hub first, then sync.")
        intact = all(ws.ledger.feed_valid(*mark) for mark in ask.have.values())
        off = int((_moment_of(ask.time) - now()).total_seconds()) if ask.time else 0
        with self._writing, transaction(ws.ledger.db) as conn:
            peers.update(ws.ledger, one.device, instance=ask.instance, name=ask.name or one.name, last_at=moment(), clock_off=off,
                         expires_at=peers.expiry(), via=peers.NETWORK, only_there=ask.only_here, drafts=ask.drafts)
            given = intake.receipts(ws, [one.device])
            holds = tables.cursor_of(conn, ask.instance, "")
        self.presence.came(one.device, "hello")
        token = seal.token().hex()
        with self._lock:
            self._sessions = {key: kept for key, kept in self._sessions.items() if kept[1] > time.monotonic()}
            self._sessions[seal.digest(token.encode())] = (one.device, time.monotonic() + SESSION_S)
        return Hello(token, pairing.card_of(ws), one.prefix, holds, intact, given, moment(),
                     quarantine.count(ws.ledger, one.device), _confirmed(ws.ledger), blobs=True,
                     accepts=self.inbox is not None, blobs_intact=attachments.intact(ws.ledger, ask.blobs))

    def knows(self, token: str) -> bool:
        """Return whether a session of this token is open: whose is not, of his message nothing is kept."""
        with self._lock:
            return self._sessions.get(seal.digest(token.encode()), ("", 0.0))[1] > time.monotonic()

    def peer_of(self, ws: Workspace, token: str) -> Peer:
        """Return the laptop of a session; SessionLost where it has none, Problem where its grant has ended meanwhile."""
        with self._lock:
            device, until = self._sessions.get(seal.digest(token.encode()), ("", 0.0))
        one = peers.peer(ws.ledger, device) if until > time.monotonic() else None
        if one is None:
            raise SessionLost
        if (why := peers.may(one)) is not None:
            raise why
        return one

    def accept(self, ws: Workspace, one: Peer, data: bytes) -> Accepted:
        """Take a laptop's segment over, merged or not; it is on this disk when this returns."""
        if self.inbox is None:
            raise Problem("sync.message", "这台乡镇电脑不接收待合并的数据，请重新同步。", "This hub merges at once; sync again.")
        self.check(ws, one, data)
        self.inbox.append([(one.device, data)])
        return Accepted(self.inbox.waiting(one.device))

    def check(self, ws: Workspace, one: Peer, data: bytes) -> None:
        """Raise a Problem unless size, sum and signature of a laptop's segment hold and it is meant for this store."""
        _meant(ws, one, segment.check(data, lambda device: one.sign_key if device == one.device else None)[0])
        if self.inbox is not None and not self.inbox.has_room(one.device):
            raise _busy()

    def settle(self, ws: Workspace, device: str | None = None, seconds: float | None = None) -> int:
        """Merge what was accepted (from one device: and what came before it), for so long; returns how much of it is left."""
        end = None if seconds is None else time.monotonic() + seconds
        while self.inbox is not None and self.inbox.waiting(device):
            with self._writing:
                became = merge_first(ws, self.inbox)
            if became is not None:
                with self._lock:
                    self._became.setdefault(became.sender, []).append(became)
            if end is not None and time.monotonic() >= end:
                break
        return self.inbox.waiting(device) if self.inbox is not None else 0

    def settled(self, ws: Workspace, one: Peer, ask: SettleAsk) -> Accepted:
        """Return how many of a laptop's segments still wait after a while of merging; Problem where one was refused."""
        return Accepted(self.settle(ws, one.device, SETTLE_S))

    def push(self, ws: Workspace, one: Peer, data: bytes) -> Pushed:
        """Return what became of a laptop's segment and of those it sent before; receipts are given after the commit."""
        opened = segment.unpack(data, lambda device: one.sign_key if device == one.device else None)
        _meant(ws, one, opened.about)
        self.settle(ws, one.device)
        new, conflicts = self._told(one)
        with self._writing:
            start = time.monotonic()
            taken = intake.take(ws, opened, one)
            held = round((time.monotonic() - start) * 1000)
            given = intake.receipts(ws, [one.device])
            holds = tables.cursor_of(ws.ledger.db.conn, one.instance, "")
        self.presence.came(one.device, "push", opened.about.n1, opened.about.end, new + taken.new)
        return Pushed(new + taken.new, conflicts + taken.conflicts, quarantine.count(ws.ledger, one.device), holds, given, held)

    def pull(self, ws: Workspace, one: Peer, ask: PullAsk) -> bytes:
        """Return the next step of our feed for the laptop's prefix, without what it brought itself; Reset at another history's cursor."""
        _in_grant(one, ask.prefix)
        self.settle(ws, one.device)
        if not ws.ledger.feed_valid(ask.n, ask.h):
            raise Reset
        with self._writing:
            peers.update(ws.ledger, one.device, acked_n=ask.n, acked_h=ask.h)
        self.presence.came(one.device, "pull", ask.n, ws.ledger.feed_mark()[0])
        return outgoing.step(ws, one, ask.prefix, ask.n, ask.limit, skip=one.instance)[1]

    def compare(self, ws: Workspace, one: Peer, ask: CompareAsk) -> Compared:
        """Return counts and fingerprints of what a prefix is owed here, or the ids."""
        _in_grant(one, ask.prefix)
        self.settle(ws, one.device)
        if any(low < before[1] for before, (low, _) in pairwise(ask.ranges)):
            raise Problem("sync.message", "收到的请求不是乐业的格式，已拒绝。请升级程序后再试。",
                          "The request is not of Leye's shape and was refused. Update the program, then try again.")
        mark, sums = self._sums(ws, ask.prefix)
        if ask.ids:
            return Compared(mark, ids=[pair for r in ask.ranges for pair in sums.listed(r)])
        if ask.mine is not None:
            self._compared(ws, one, level=sums.over(ALL) == ask.mine)
        return Compared(mark, sums=[sums.over(r) for r in ask.ranges])

    def _compared(self, ws: Workspace, one: Peer, *, level: bool) -> None:
        """Note how a laptop's exchange ended: what it holds of its scope is what is held here, or not."""
        aside = quarantine.count(ws.ledger, one.device)
        with self._writing:
            peers.update(ws.ledger, one.device, level=int(level and not aside), **({"only_there": 0} if level and not aside else {}))
        self.presence.came(one.device, "level" if level else "compare")

    def fetch(self, ws: Workspace, one: Peer, ask: FetchAsk) -> bytes:
        """Return the named changes, as far as the prefix is owed them."""
        _in_grant(one, ask.prefix)
        forms = self._sums(ws, ask.prefix)[1].forms
        wanted = {cid: forms[cid] for cid in ask.cids[:FETCH_MOST] if cid in forms}
        return outgoing.difference(ws, one, ask.prefix, wanted)

    def lack(self, ws: Workspace, one: Peer, ask: LackAsk) -> Lack:
        """Return which of the named changes are not here in that form."""
        self.settle(ws, one.device)
        return Lack(lacking(ws.ledger, ask.cids))

    def blobs(self, ws: Workspace, one: Peer, ask: BlobsAsk) -> Blobs:
        """Return how much of the named attachments is here."""
        self.settle(ws, one.device)
        return attachments.answer(ws.ledger, ask)

    def piece(self, ws: Workspace, one: Peer, ask: BlobPiece) -> bytes:
        """Return a piece of an attachment within the laptop's scope."""
        return attachments.give(ws.ledger, one, ask)

    def take_piece(self, ws: Workspace, one: Peer, data: bytes) -> BlobTaken:
        """Return how much of an attachment is here after this piece of it."""
        with self._writing:
            return attachments.put(ws.ledger, data)

    def _told(self, one: Peer) -> tuple[int, int]:
        """Return (new, conflicts) of a laptop's accepted segments, once; Problem where one of them was refused."""
        with self._lock:
            found = self._became.pop(one.device, [])
        for became in found:
            if became.refused is not None:
                raise became.refused
        return sum(b.taken.new for b in found), sum(b.taken.conflicts for b in found)

    def _proved(self, ws: Workspace, ask: HelloAsk) -> Peer:
        with self._lock:
            device, until = self._challenges.pop(ask.challenge, ("", 0.0))
        found = peers.heirs(ws.ledger, ask.device, ask.was)
        one = found[-1] if found else None
        words = hello_words(ask.challenge, ws.hub_keys().root, ask.instance)
        if one is not None and (device != ask.device or until < time.monotonic()):
            raise SessionLost  # a hello that came twice, or a hub that was started again meanwhile: ask anew
        if (one is None or one.kind != peers.LAPTOP
                or not seal.signed_by(one.sign_key, bytes.fromhex(ask.signature), words)):
            raise Problem("peer.unknown", "乡镇没有这台电脑的配对记录，没有交换任何数据。请向乡镇要一个配对码，重新配对。",
                          "The office does not know this computer; nothing was exchanged. Ask for a pairing code and pair again.")
        with self._writing:
            return peers.admit(ws.ledger, found)

    def _sums(self, ws: Workspace, prefix: str) -> tuple[tuple[int, str], Sums]:
        mark = ws.ledger.feed_mark()
        with self._lock:
            kept = self._views.get(prefix)
        if kept is None or kept[0] != mark:
            kept = (mark, Sums(scope.view(ws.ledger, prefix)))
            with self._lock:
                self._views.pop(prefix, None)
                while len(self._views) >= VIEWS:
                    del self._views[next(iter(self._views))]
                self._views[prefix] = kept
        return kept


def hello_words(challenge: str, root: str, instance: str) -> bytes:
    """Return what a laptop signs to prove itself: the challenge, for the hub of this root, from this store."""
    return f"leye hello 1 {challenge} {seal.digest(root.encode())} {instance}".encode()


def _confirmed(ledger: Ledger) -> Mark:
    """Return how much of our feed our own parent holds; nothing where there is none, or the two were not equal."""
    above = [p for p in peers.peers(ledger, peers.HUB) if p.level and ledger.feed_valid(p.acked_n, p.acked_h)]
    return max(((p.acked_n, p.acked_h) for p in above), default=(0, ""))


def _meant(ws: Workspace, one: Peer, about: segment.About) -> None:
    if about.to != ws.ledger.me.device or about.instance != one.instance or about.prefix != "":
        raise segment.misdirected()


def _busy() -> Problem:
    return Problem("sync.busy", "乡镇正在整理这台电脑上次送去的数据，请过几分钟再同步；数据都在。",
                   "The office is still sorting in what this computer sent last time. Sync again in a few minutes; nothing is lost.")


def _in_grant(one: Peer, prefix: str) -> None:
    if not prefix.startswith(one.prefix):
        raise Problem("peer.scope", "请求的地区超出这台电脑的授权范围，没有交换数据。",
                      "The area asked for lies outside this computer's grant; nothing was exchanged.")


def _moment_of(text: str) -> datetime:
    try:
        there = datetime.fromisoformat(text)
        return there.astimezone(UTC) if there.tzinfo else now()
    except (ValueError, OverflowError):
        return now()
