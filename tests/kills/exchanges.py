"""Exchanges: a laptop process and a hub process over TLS on the loopback; one of them is killed in a named phase.

Promises that afterwards both hold together, nothing that was written or receipted is gone, the next exchange ends level,
and both digests are equal. A pair goes on from kill to kill, as two computers do that lose power again and again.
"""
import shutil
from pathlib import Path
from random import Random

from app.models.ledger import Ledger, Write
from app.models.problem import Problem
from app.models.store import transaction
from app.sync import desk, exchange, intake, leaving, outgoing, tables
from app.sync.exchange import HubCarrier
from app.sync.hub import ROUTES, Hub
from app.sync.inbox import Inbox
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.acts import whole, written
from tests.kills.moments import Aim, Tell, Watch
from tests.kills.pairs import copies, paired, the_hub_of
from tests.kills.processes import Process, start

LAPTOP = {"hello": (exchange._Session, "say_hello"), "push step": (exchange._Session, "push"),
          "push of a difference": (exchange._Session, "push_lacking"), "pull step": (exchange._Session, "pull"),
          "compare and repair": (exchange._Session, "repair"), "note": (exchange._Session, "note")}
HUB = {"hub: hello": (desk.Desk, "hello"), "hub: inbox accept": (Inbox, "append"), "hub: inbox merge": (desk, "merge_first"),
       "hub: merge": (Ledger, "merge"), "hub: push": (desk.Desk, "push"), "hub: receipt": (intake, "receipts"),
       "hub: pull": (desk.Desk, "pull"), "hub: compare": (desk.Desk, "compare"),
       "hub: fetch": (desk.Desk, "fetch"), "hub: lack": (desk.Desk, "lack")}
STRANGE = ("push of a difference", "compare and repair", "hub: fetch", "hub: lack", "hub: compare")  # only where cursors fail
GOES_ON = 12  # kills a pair lives through before it starts anew
NOBODY = Aim("nobody")
SMALL_STEP = 3  # places of the feed in one step, so that an exchange has several


class Exchange:
    """Exchanges killed in one phase. Attributes: phase, room."""

    def __init__(self, phase: str, room: Path, dice: Random) -> None:
        self.phase, self.room, self.dice = phase, room, dice
        self.folders: list[Path] = []
        self.bases = self.prepare()
        self.lived = GOES_ON

    def prepare(self) -> tuple[Path, ...]:
        """Return the folders that each pair begins as: the office, the laptop, level with each other."""
        self.folders = list(paired(self.room))
        self.again()
        return tuple(self.folders)

    @property
    def at_the_hub(self) -> bool:
        """Return whether it is the hub that dies."""
        return self.phase in HUB

    def run(self, aim: Aim) -> Process:
        """Write on both sides, exchange, kill one; returns the process that was aimed at."""
        if self.lived >= GOES_ON:
            for folder in self.folders if self.folders != list(self.bases) else ():
                shutil.rmtree(folder)
            self.folders, self.lived = copies(self.room, *self.bases), 0
        self.lived += 1
        self.wrote = self.write()
        hub = start(self._serve, aim if self.at_the_hub else NOBODY, self.dice)
        (url,) = hub.until("serving")
        laptop = start(lambda watch, tell: self._exchange(watch, tell, url), NOBODY if self.at_the_hub else aim, self.dice)
        laptop.end()
        if not self.at_the_hub:
            hub.kill()
            return laptop
        return hub.end() if laptop.heard("silent") else hub.leave()

    def write(self) -> dict[Path, list[str]]:
        """Let both sides have news, and now and then spoil a cursor; returns the changes that were acknowledged."""
        out: dict[Path, list[str]] = {}
        for folder in self.folders[:2]:
            with Workspace.open(folder, PASSPHRASE) as ws:
                told: list[str] = []
                for number in range(6 if "inbox" in self.phase else 2):
                    written(ws, lambda *words, told=told: told.append(words[1]), number)
                recs = ws.ledger.rows("person", limit=2)
                told += ws.ledger.write([Write("person", {"phone": f"1380000{self.dice.randrange(10**4):04d}"}, rec=recs[0][0])],
                                        source="screen").cids
                if self.phase in STRANGE:
                    with transaction(ws.ledger.db) as conn:
                        conn.execute("UPDATE cursor SET h = 'of another history' WHERE n > 0")
            out[folder] = told
        return out

    def _serve(self, watch: Watch, tell: Tell) -> None:
        for phase, (owner, method) in HUB.items():
            watch.name(phase, owner, method)
        for path, route in ROUTES.items():  # the addresses hold the desk's answers themselves
            ROUTES[path] = route._replace(answer=getattr(desk.Desk, route.answer.__name__))
        with Workspace.open(self.folders[0], PASSPHRASE) as ws, Hub(ws, "127.0.0.1", 0, yes=True) as hub:
            tell("serving", hub.url)
            while hub._thread is not None:
                hub._thread.join(60)

    def _exchange(self, watch: Watch, tell: Tell, url: str) -> None:
        for phase, (owner, method) in LAPTOP.items():
            watch.name(phase, owner, method)
        watch.name("drop after two hubs", leaving, "settle")
        outgoing.ROWS = SMALL_STEP
        with Workspace.open(self.folders[1], PASSPHRASE) as ws:
            try:
                carrier = HubCarrier.of(ws, url)
                carrier.link._way.patience = carrier.link._way.find = 0.0  # type: ignore[attr-defined]  # a hub that is gone is gone
                exchange.exchange(ws, carrier)
            except Problem as problem:
                if not self.at_the_hub or problem.key not in ("sync.silent", "sync.strange"):
                    raise
                tell("silent")
                return

    def look(self, died: Process) -> str:
        """Judge both, let the next exchange end, judge again; returns what was found."""
        with Workspace.open(self.folders[0], PASSPHRASE) as office, Workspace.open(self.folders[1], PASSPHRASE) as laptop:
            for ws, folder in ((office, self.folders[0]), (laptop, self.folders[1])):
                whole(ws)
                self._kept(ws, self.wrote[folder])
            self._receipted(office, laptop)
            found = self._found(office, laptop)
        self.again()
        return found

    def again(self) -> None:
        """The next exchange ends level and both are equal."""
        hub = start(self._serve, NOBODY, self.dice)
        (url,) = hub.until("serving")
        with Workspace.open(self.folders[1], PASSPHRASE) as ws:
            done = exchange.exchange(ws, HubCarrier.of(ws, url))
            assert done.level
            mine, waiting = ws.ledger.digest(strict=True), ws.ledger.only_here()
            whole(ws)
        hub.kill()
        with Workspace.open(self.folders[0], PASSPHRASE) as office:
            whole(office)
            self.equal(office, mine)
        assert waiting == 0

    def equal(self, office: Workspace, digest: str) -> None:
        """Both hold the same."""
        assert office.ledger.digest(strict=True) == digest

    @staticmethod
    def _kept(ws: Workspace, cids: list[str]) -> None:
        for cid in cids:
            assert ws.ledger.db.conn.execute("SELECT n FROM change WHERE cid = ? AND n IS NOT NULL", (cid,)).fetchone(), "written and gone"

    @staticmethod
    def _receipted(office: Workspace, laptop: Workspace) -> None:
        """What the laptop counts as held by the hub is there."""
        for log, seq in laptop.ledger.db.conn.execute("SELECT log, seq FROM acknowledged").fetchall():
            mine = {row[0] for row in laptop.ledger.db.conn.execute("SELECT cid FROM change WHERE log = ? AND seq <= ?", (log, seq))}
            there = {row[0] for row in office.ledger.db.conn.execute("SELECT cid FROM change WHERE log = ?", (log,))}
            assert mine <= there, "green at the laptop and not at the hub"

    def _found(self, office: Workspace, laptop: Workspace) -> str:
        """Return how far it had come, after checking that no cursor is ahead of its data."""
        n, h = tables.cursor_of(office.ledger.db.conn, laptop.ledger.me.instance, "")
        if laptop.ledger.feed_valid(n, h):
            there = {row[0] for row in office.ledger.db.conn.execute("SELECT cid FROM change")}
            before = {cid for place, _, cid, _ in laptop.ledger.feed(0, n) if place <= n}
            assert before <= there, "the hub's cursor is ahead of what it holds"
        up = the_hub_of(laptop)
        m, g = tables.cursor_of(laptop.ledger.db.conn, up.instance, up.prefix)
        if office.ledger.feed_valid(m, g):
            held = {row[0] for row in laptop.ledger.db.conn.execute("SELECT cid FROM change")}
            owed = {cid for place, _, cid, _ in office.ledger.feed(0, m) if place <= m} if up.prefix == "529999001" else set()
            assert owed <= held, "the laptop's cursor is ahead of what it holds"
        sent = n >= laptop.ledger.feed_mark()[0] and laptop.ledger.feed_valid(n, h)
        received = m >= office.ledger.feed_mark()[0]
        return {(False, False): "nothing through", (True, False): "sent", (False, True): "received", (True, True): "both through"}[sent, received]


