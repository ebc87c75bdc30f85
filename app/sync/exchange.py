"""Exchange: a laptop and its hub end up holding the same, or say what is missing.

Promises the steps in order: hello, push to the end, pull to the end, compare, note. Each step is one transaction with its
cursor, so that an exchange that is cut goes on where it stopped; "level" is said only when both ends compared equal.
"""
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from app.forms import journal
from app.models.clock import now
from app.models.ledger import Ledger
from app.sync import attachments, compare, intake, leaving, outgoing, pairing, peers, scope, segment, succession, tables
from app.sync.compare import Range, Sums
from app.sync.desk import hello_words
from app.sync.link import PATIENCE, Link, Reset, SessionLost, Way, plain_url, silent, strange
from app.sync.peers import Peer, moment
from app.sync.wire import (
    Accepted,
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
    PullAsk,
    Pushed,
    SettleAsk,
)
from app.sync.workspace import Workspace

FIRST_STEP, QUICK_S, SLOW_S = 250, 2.0, 10.0
BLINK_S, LEAST_STEP = 0.04, 20  # how long an answer that is typed may wait for the store; fewer rows cost more than they save
FETCH, LACK = 500, 20_000  # ids asked for at once
HANDED_OVER = 8  # steps that a hub takes over before it is asked what became of them
REPAIRS = 3  # comparisons before an exchange says that it is not level

Progress = Callable[[str, int, int], None]  # (step: "push" | "pull" | "compare" | "lost" (records), done, of)


@dataclass(slots=True)
class Exchanged:
    """What an exchange did: changes that were new there and here, disagreements that began, whether both ends are level.

    Attributes: sent, received, conflicts, level, aside (changes the hub keeps aside as beyond the grant), clock_off
    (seconds this computer's clock is ahead of the hub's), lost (changes the hub had signed for and no longer has), blobs
    (attachments that became whole there or here), blobs_left (those still to go; an exchange is level without them).
    """

    sent: int = 0
    received: int = 0
    conflicts: int = 0
    level: bool = False
    aside: int = 0
    clock_off: int = 0
    lost: int = 0
    blobs: int = 0
    blobs_left: int = 0


@dataclass(slots=True)
class Pace:
    """How many places of a feed go in one step: more while steps are quick, fewer where the line is slow.

    gentle: people type meanwhile, here or at the hub; then a step is also no larger than merges in a blink.
    """

    rows: int = FIRST_STEP
    gentle: bool = False
    quick: bool = False  # the last step was

    def __post_init__(self) -> None:
        if self.gentle:
            self.rows = min(self.rows, LEAST_STEP)

    def took(self, seconds: float, held: float = 0.0) -> None:
        """Learn from a step: how long it took, and how long of that the store was held for merging (0: not known)."""
        self.quick = seconds < QUICK_S
        if self.gentle and held > BLINK_S:
            self.rows = max(LEAST_STEP, int(self.rows * BLINK_S / held))
        elif seconds > SLOW_S:
            self.rows = max(1, self.rows // 2)
        elif seconds < QUICK_S and not (self.gentle and held > BLINK_S / 2):
            self.rows = min(outgoing.ROWS, self.rows * 2)


class HubCarrier:
    """The hub, and the link to it over the network; `way` goes another, as the simulator does."""

    def __init__(self, hub: Peer, patience: float = PATIENCE, way: Way | None = None) -> None:
        self.hub = hub
        self.link = Link(hub.url, hub.root, patience, way)

    @classmethod
    def of(cls, ws: Workspace, url: str | None = None) -> "HubCarrier":
        """Return the way to the paired hub; another address serves, as long as the same root answers there."""
        hub = peers.the_hub(ws.ledger)
        return cls(replace(hub, url=plain_url(url)) if url else hub)

    def close(self) -> None:
        """Close the connection."""
        self.link.close()


def exchange(ws: Workspace, carrier: HubCarrier | None = None, progress: Progress | None = None, *, gentle: bool = False) -> Exchanged:
    """Bring this workspace and its hub level; returns what was done. Raises Problem where the hub cannot be reached or refuses.

    gentle: people are typing; the store is never held for longer than a blink.
    """
    carrier = carrier or HubCarrier.of(ws)
    try:
        try:
            return _Session(ws, carrier, progress, gentle).run()
        except SessionLost:
            pass
        try:
            return _Session(ws, carrier, progress, gentle).run()
        except SessionLost:  # twice in a row: a line that cuts every hello, or a hub that is just starting
            raise silent(carrier.link.url) from None
    except Reset:  # said where no cursor was asked about
        raise strange(carrier.link.url) from None
    finally:
        carrier.close()
        ws.keep_anchor()


@dataclass(slots=True)
class _Session:
    """One exchange under way."""

    ws: Workspace
    carrier: HubCarrier
    progress: Progress | None
    gentle: bool = False
    done: Exchanged = field(default_factory=Exchanged)
    hello: Hello = field(init=False)
    held: float = 0.0  # seconds the store was held by the last merge, here or at the hub
    mark: Mark = (0, "")  # the hub's feed as last compared
    upto: int = 0  # our own feed before that
    handed_over: int = 0  # steps that the hub has taken over and not said yet what became of them
    anew: bool = False  # this hub has begun a new history since we met

    @property
    def ledger(self) -> Ledger:
        return self.ws.ledger

    @property
    def hub(self) -> Peer:
        return self.carrier.hub

    @property
    def link(self) -> Link:
        return self.carrier.link

    def run(self) -> Exchanged:
        """Return what the whole exchange did."""
        self.say_hello()
        self.push()
        self.pull()
        self.done.level = self.compare() and not self.done.aside
        if not self.hello.intact:
            leaving.cancel(self.ledger)
        elif self.done.level:
            leaving.settle(self.ledger, self.hub, self.mark, self.hello.confirmed, self.upto)
        self.note()
        self.attachments()
        return self.done

    def attachments(self) -> None:
        """After everything else, the attachments; what was written meanwhile goes before each piece."""
        ledger = self.ledger
        if not self.hello.blobs:
            return

        upto = self.hello.holds[0]  # what was typed while we pulled and compared goes first too

        def first() -> None:
            nonlocal upto
            while (n := ledger.feed_mark()[0]) > upto:
                upto = n
                self.push()

        moved = attachments.Queue(ledger, self.link, self.hub, first, self._tell).run()
        self.done.blobs, self.done.blobs_left = moved.whole, moved.left

    def say_hello(self) -> None:
        """Prove who we are; learn the scope, how far the hub holds our feed, and what it has signed for."""
        me, ledger = self.ledger.me, self.ledger
        told = self.link.ask("/v1/challenge", ChallengeAsk(me.device), Challenge).challenge
        have = {prefix: tables.cursor_of(ledger.db.conn, self.hub.instance, prefix) for prefix in (self.hub.prefix, tables.HIGH)}
        words = hello_words(told, self.hub.root, me.instance)
        ask = HelloAsk(me.device, told, self.ws.keys.signature(words).hex(), me.instance, have,
                       now().isoformat(timespec="seconds"), name=me.device_name, was=succession.steps(ledger),
                       only_here=ledger.not_at_office(), drafts=journal.begun(ledger),
                       blobs=tables.cursor_of(ledger.db.conn, self.hub.instance, tables.BLOBS))
        self.hello = self.link.ask("/v1/hello", ask, Hello)
        self.link.token = self.hello.token
        pairing.check_card(self.hello.signed, self.hub.root, self.link.url)
        pairing.keep_card(ledger, self.hello.signed, self.hub.root)
        self.anew = bool(self.hub.last_at) and self.hub.instance != self.hello.signed.card.instance
        self.done.lost = intake.take_back(ledger, self.hello.receipts, {self.hub.device, self.hello.signed.card.device})
        if self.done.lost or not self.hello.intact or not self.hello.blobs_intact or not ask.blobs[0]:
            attachments.doubt(ledger, self.hello.signed.card.instance)
        if self.done.lost:
            self._tell("lost", self.done.lost, self.done.lost)
        self.carrier.hub = pairing.keep_hub(ledger, self.hello.signed.card, self.link.url, self.hub.root, self.hello.prefix)
        intake.acknowledge(ledger, self.hello.receipts, self.hub)
        self.done.aside = self.hello.aside
        self.done.clock_off = _seconds_ahead(self.hello.time)

    def push(self) -> None:
        """Send our feed from where the hub holds it; where it does not know our history, send what it lacks."""
        n, h = self.hello.holds
        anew = n == 0 and (self.anew or bool(self.hello.receipts and self.ledger.settings.get("earlier_logs")))
        if anew or not self.hello.intact or not self.ledger.feed_valid(n, h):
            self.push_lacking()
            return
        pace = Pace(gentle=self.gentle)
        while True:
            start = time.monotonic()
            about, data = outgoing.step(self.ws, self.hub, "", n, pace.rows, skip=self.hub.instance)
            if about.n1 == n:
                break
            if self._may_hand_over(pace) and about.n1 < about.end:
                n, held = self._hand_over(data, about.n1), 0.0
            else:
                self._settle()
                n, held = self._pushed(data, about.n1)
            self._tell("push", n, about.end)
            pace.took(time.monotonic() - start, held)
        self._settle()
        self._note_acked(n)

    def _may_hand_over(self, pace: Pace) -> bool:
        """Return whether the hub may merge a step while the next is on its way. On a slow line each step is signed for at once;
        where people type at the hub, each tells how long it held the store."""
        return self.hello.accepts and pace.quick and not pace.gentle and self.handed_over < HANDED_OVER

    def _hand_over(self, data: bytes, n: int) -> int:
        """Let the hub take a step over; it says later what became of it."""
        self.link.send("/v1/accept", data, Accepted)
        self.handed_over += 1
        return n

    def _settle(self) -> None:
        """Wait until the hub has merged what it took over."""
        while self.handed_over:
            self.handed_over = self.link.ask("/v1/settled", SettleAsk(), Accepted).waiting

    def _pushed(self, data: bytes, n: int) -> tuple[int, float]:
        """Send a step that is merged before it is answered; returns how far the hub holds our feed then, and how long it merged."""
        said = self._send(data)
        if said.holds[0] != n and not self.ledger.feed_valid(*said.holds):
            raise SessionLost
        return said.holds[0], said.held_ms / 1000  # another exchange of this computer may have gone on: take its place

    def push_lacking(self) -> None:
        """Ask which of our changes the hub lacks, send those, and only then set its cursor to where we stand."""
        mark = self.ledger.feed_mark()
        forms = _all_forms(self.ledger)
        ids = sorted(forms)
        lacking: list[str] = []
        for start in range(0, len(ids), LACK):
            part = [(cid, forms[cid]) for cid in ids[start:start + LACK]]
            lacking += self.link.ask("/v1/lack", LackAsk(part), Lack).cids
        self._send_named({cid: forms[cid] for cid in lacking if cid in forms})
        self._send(outgoing.difference(self.ws, self.hub, "", {}, whole=mark))
        self._note_acked(mark[0])

    def pull(self) -> None:
        """Take the hub's feed to the end, as served to our scope; where our cursor is not of its history, compare later."""
        pace = Pace(gentle=self.gentle)
        if self.anew:
            self.repair()
        resets = 0
        while True:
            n, h = tables.cursor_of(self.ledger.db.conn, self.hub.instance, self.hub.prefix)
            start = time.monotonic()
            try:
                data = self.link.fetch("/v1/pull", PullAsk(n, h, pace.rows, self.hub.prefix))
            except Reset:
                if (resets := resets + 1) > REPAIRS:
                    raise strange(self.link.url) from None
                self.repair()
                continue
            opened = self._open(data)
            if opened.about.n1 <= n:
                return
            self._take(opened)
            self._tell("pull", opened.about.n1, opened.about.end)
            if opened.about.n1 >= opened.about.end:  # what comes meanwhile is found by comparing
                return
            pace.took(time.monotonic() - start, self.held)

    def compare(self) -> bool:
        """Return whether both ends hold the same for our scope, after repairing what differs."""
        return any(not self.repair() for _ in range(REPAIRS))

    def repair(self) -> bool:
        """Move exactly the difference, both ways; returns whether there was one. The cursor then stands at the hub's mark."""
        prefix = self.hub.prefix
        marks: list[Mark] = []
        self.upto = self.ledger.feed_mark()[0]
        mine = Sums(scope.view(self.ledger, prefix))

        def sums_there(ranges: Sequence[Range]) -> Sequence[tuple[int, str]]:
            said = self.link.ask("/v1/compare", CompareAsk(prefix, list(ranges), mine=mine.over(compare.ALL) if not marks else None), Compared)
            marks.append(said.mark)
            if len(said.sums) != len(ranges):
                raise strange(self.link.url)
            return said.sums

        def ids_there(ranges: Sequence[Range]) -> Sequence[tuple[str, int]]:
            return self.link.ask("/v1/compare", CompareAsk(prefix, list(ranges), ids=True), Compared).ids

        they_lack, i_lack = compare.difference(mine, sums_there, ids_there)
        self._tell("compare", len(mine.ids), len(mine.ids))
        self._send_named(they_lack)
        self._fetch(sorted(i_lack))
        with tables.transaction(self.ledger.db) as conn:
            tables.set_cursor(conn, self.hub.instance, prefix, *marks[0])
            tables.set_cursor(conn, self.hub.instance, tables.HIGH, *marks[0])
        self.mark = marks[0]
        return bool(they_lack or i_lack)

    def _fetch(self, wanted: Sequence[str]) -> None:
        pace, at = Pace(min(FETCH, FIRST_STEP), self.gentle), 0
        while at < len(wanted):
            part = wanted[at:at + min(FETCH, pace.rows)]
            start = time.monotonic()
            self._take(self._open(self.link.fetch("/v1/fetch", FetchAsk(self.hub.prefix, list(part)))))
            at += len(part)
            self._tell("pull", at, len(wanted))
            pace.took(time.monotonic() - start, self.held)

    def note(self) -> None:
        """Keep when we met and how it ended; receipts may be for what came back only now."""
        intake.acknowledge(self.ledger, self.hello.receipts, self.hub)
        peers.update(self.ledger, self.hub.device, last_at=moment(), level=int(self.done.level), clock_off=self.done.clock_off)

    def _send_named(self, forms: Mapping[str, int]) -> None:
        ids, at, pace = outgoing.handed_up(self.ws, sorted(forms)), 0, Pace(min(FETCH, FIRST_STEP), self.gentle)
        while at < len(ids):
            part = {cid: forms[cid] for cid in ids[at:at + min(FETCH, pace.rows)]}
            start = time.monotonic()
            said = self._send(outgoing.difference(self.ws, self.hub, "", part))
            at += len(part)
            self._tell("push", at, len(ids))
            pace.took(time.monotonic() - start, said.held_ms / 1000)

    def _send(self, data: bytes) -> Pushed:
        said = self.link.send("/v1/push", data, Pushed)
        self.done.sent += said.new
        self.done.aside = said.aside
        intake.acknowledge(self.ledger, said.receipts, self.hub)
        return said

    def _open(self, data: bytes) -> segment.Segment:
        opened = segment.unpack(data, lambda device: self.hub.sign_key if device == self.hub.device else None)
        if opened.about.to != self.ledger.me.device or opened.about.instance != self.hub.instance:
            raise segment.misdirected()
        return opened

    def _take(self, opened: segment.Segment) -> None:
        start = time.monotonic()
        taken = intake.take(self.ws, opened, self.hub)
        self.held = time.monotonic() - start
        if self.gentle:
            time.sleep(min(self.held, BLINK_S))  # who waits for the store gets it between two steps
        self.done.received += taken.new
        self.done.conflicts += taken.conflicts

    def _note_acked(self, n: int) -> None:
        self.hello = msgspec.structs.replace(self.hello, holds=(n, outgoing.feed_hash(self.ledger, n)))
        peers.update(self.ledger, self.hub.device, acked_n=n, acked_h=outgoing.feed_hash(self.ledger, n))

    def _tell(self, step: str, done: int, of: int) -> None:
        if self.progress is not None:
            self.progress(step, done, of)


def _all_forms(ledger: Ledger) -> dict[str, int]:
    return scope.view(ledger, "")


def _seconds_ahead(their_time: str) -> int:
    from datetime import UTC, datetime

    try:
        there = datetime.fromisoformat(their_time)
        return int((now() - there.astimezone(UTC)).total_seconds()) if there.tzinfo else 0
    except (ValueError, OverflowError):  # a hub whose clock cannot be read tells nothing of ours
        return 0
