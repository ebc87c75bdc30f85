"""World: an office, some laptops, people who write on them, and everything that goes wrong, out of one seed."""
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync import outgoing, pairing, tables
from app.sync.exchange import Exchanged, exchange
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from tests.simulation.carrier import carrier, is_fault
from tests.simulation.oracle import Oracle
from tests.simulation.people import People
from tests.simulation.replica import LAPTOPS, START, WHOLE_HUB, Replica, templates
from tests.simulation.seams import room, seams

FAULTS = ("lost", "unheard", "doubled", "kept", "late", "cut", "corrupt")
DECADES = (0, 0, 0, -3600, 40, 86_400 * 365 * 25, -86_400 * 365 * 30)  # seconds by which clocks are off


class Broken(AssertionError):
    """Something that must never be."""


@dataclass(frozen=True)
class Abilities:
    """What the app can do by now; the rest is left out of the world, never asserted loosely."""

    links: bool = False
    redaction: bool = False
    new_instance: bool = False  # a restored or cloned store begins a new instance and a new log
    dropping: bool = False
    tiers: bool = False


class World:
    """One seed's world.

    Attributes: rnd, hub, laptops, oracle, stat (what happened, counted), gone (changes that a loss of a disk took with
    it before anybody else had them), told (what happened, in words, for a failing seed).
    """

    def __init__(self, seed: int, *, wild: bool = True, laptops: int = 3, can: Abilities | None = None) -> None:
        self.rnd, self.seed, self.wild, self.can = Random(seed), seed, wild, can or Abilities()
        self.stat: Counter[str] = Counter()
        self.told: list[str] = []
        self.oracle, self.gone = Oracle(), set[str]()
        self.links = set[str]()  # the chain hashes of what was on disks that were lost
        self.delayed: list[tuple[str, bytes, str]] = []
        self.sticks: list[Path] = []
        self.copies: dict[str, list[Path]] = {}
        self.quiet, self.depth, self.faulted = False, 0, False
        self.here: list[Replica] = []
        self.elapsed = timedelta()
        self._home = tempfile.TemporaryDirectory(prefix="leye-sim-", dir=room())
        self.folder = Path(self._home.name)
        self.dies: tuple[Replica, int] | None = None  # a directed case: who dies in each exchange, and when
        self.disasters = 0
        self.clones = 0
        made = templates()  # outside the seams: they are the same in every world
        with self.running():
            picked = [0, *self.rnd.sample(range(1, len(LAPTOPS)), laptops - 1)]
            self.hub = self._copied(made.folders[WHOLE_HUB], WHOLE_HUB, made.keys[WHOLE_HUB])
            self.laptops = [self._copied(made.folders[f"lap{i}"], f"lap{i}", made.keys[f"lap{i}"]) for i in picked]
            for laptop in self.laptops:
                laptop.off = timedelta(seconds=self.rnd.choice(DECADES))
            self.people = People(self)

    def _copied(self, folder: Path, name: str, key: bytes) -> Replica:
        shutil.copytree(folder, self.folder / name)
        return Replica(name, self.folder / name, key)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the app's time and ids come from this world."""
        with seams(self.rnd, self._now):
            yield

    def close(self) -> None:
        """Away with the disks."""
        for one in self.all():
            one.close()
        self._home.cleanup()

    def all(self) -> list[Replica]:
        """Return every computer, the office first."""
        return [self.hub, *self.laptops]

    def _now(self) -> datetime:
        return START + self.elapsed + (self.here[-1].off if self.here else timedelta())

    @contextmanager
    def at(self, one: Replica) -> Iterator[Replica]:
        """Stand at a computer: its clock holds."""
        self.here.append(one)
        try:
            yield one
        finally:
            self.here.pop()

    def tell(self, *words: object) -> None:
        """Note what happened."""
        self.told.append(" ".join(str(w) for w in words))

    # -- one step

    def step(self) -> None:
        """Let one thing happen."""
        rnd = self.rnd
        self.elapsed += timedelta(milliseconds=rnd.choice((1, 900, 60_000, 3_600_000)))
        outgoing.ROWS = rnd.choice((1, 3, 50, 2500))
        x, laptop = rnd.random(), rnd.choice(self.laptops)
        if x < .47:
            self.act(laptop)
        elif x < .54:
            self.act(self.hub)
        elif x < .80:
            self.talk(laptop)
        elif x < .85:
            self.write_stick(rnd.choice((laptop, laptop, self.hub)))
        elif x < .90:
            self.read_stick()
        elif x < .925:
            laptop.off = timedelta(seconds=rnd.choice(DECADES))
            self.stat["clock jumped"] += 1
        elif x < .94:
            rnd.choice((laptop, self.hub)).crash()
            self.stat["crash between steps"] += 1
        elif self.wild:
            self.disaster(laptop, rnd.random())

    def act(self, one: Replica) -> None:
        """Let a person at a computer do something; it may die in the middle."""
        armed = not self.quiet and self.rnd.random() < .04
        with self.at(one):
            if armed:
                one.arm(self.rnd.randrange(1, 4000))
            try:
                self.people.act(one)
            except (DatabaseError, Problem):
                if not one.crashed:
                    raise
                self.stat["crash in a write"] += 1
            if one.crashed:
                one.crash()
                self.people.found(one)
            one.disarm()

    # -- talking

    def talk(self, laptop: Replica) -> Exchanged | None:
        """Let a laptop exchange with the office; None where it was cut."""
        rnd, self.faulted = self.rnd, False
        dies = None if self.quiet or rnd.random() > .15 else rnd.choice((laptop, self.hub))
        if dies is not None:
            dies.arm(int(10 ** rnd.uniform(1.5, 4.2)))
        if self.dies is not None:
            self.dies[0].arm(self.dies[1])
        self.stat["exchanges"] += 1
        self.depth += 1
        try:
            with self.at(laptop):
                done = exchange(laptop.ws, carrier(self, laptop))
            self.tell(laptop.name, "exchanged", done.sent, done.received, done.level)
            return done
        except (Problem, DatabaseError) as problem:
            self._refused(laptop, problem)
        finally:
            self.depth -= 1
            for one in (laptop, self.hub):
                if one.crashed:
                    one.crash()
                    self.stat["crash in an exchange"] += 1
                one.disarm()
            self._promised(laptop)
        return None

    def _promised(self, laptop: Replica) -> None:
        """What a laptop counts as held by the office is there (as long as no disk was lost)."""
        n, h = tables.cursor_of(self.hub.ledger.db.conn, laptop.ledger.me.instance, "")
        if laptop.ledger.feed_valid(n, h) and {r[2] for r in laptop.ledger.feed(0, n)} - self.hub.cids() - self._aside():
            raise Broken(f"the office's cursor is ahead of what it has of {laptop.name}")
        if self.disasters or self.clones:
            return
        row = laptop.ledger.db.conn.execute("SELECT seq FROM acknowledged WHERE log = ?", (laptop.ledger.me.log,)).fetchone()
        own = {r[0] for r in laptop.ledger.db.conn.execute(
            "SELECT cid FROM change WHERE log = ? AND seq <= ?", (laptop.ledger.me.log, row[0] if row else 0))}
        if own - self.hub.cids():
            raise Broken(f"{laptop.name} counts changes as held that the office does not have")

    def _refused(self, laptop: Replica, problem: Exception) -> None:
        self.stat["exchanges cut"] += 1
        key = getattr(problem, "key", "")
        if key == "peer.expired":  # the office looks at it and lets it in again
            pairing.confirm(self.hub.ledger, laptop.ledger.me.device)
            self.stat["grant renewed"] += 1
            return
        if laptop.crashed or self.hub.crashed or (self.faulted and isinstance(problem, Problem) and is_fault(problem)):
            self.tell(laptop.name, "was cut", key)
            return
        raise Broken(f"{laptop.name} was refused without a fault: {key} {problem}") from problem

    def _aside(self) -> set[str]:
        return {row[0] for row in self.hub.ledger.db.conn.execute("SELECT cid FROM quarantine")}

    def between(self, laptop: Replica) -> None:
        """Something may happen between two messages: somebody types, another laptop comes."""
        if self.quiet or self.depth > 1 or self.rnd.random() > .05:
            return
        self.stat["in mid-exchange"] += 1
        other = self.rnd.choice(self.all())
        if other.is_hub or other is laptop or self.rnd.random() < .5:
            with self.at(other):
                if not other.crashed:
                    self.people.act(other)
        else:
            faulted = self.faulted
            self.talk(other)
            self.faulted = faulted or self.faulted

    def merge_late(self) -> None:
        """The office comes to merge some of what it has accepted; it may die of it."""
        desk = self.hub.hub.desk if self.hub.hub else None
        if desk is None or desk.inbox is None or not desk.inbox.waiting() or self.rnd.random() < .6:
            return
        self.stat["merged late"] += 1
        with self.at(self.hub):
            try:
                desk.settle(self.hub.ws, seconds=0)
            except DatabaseError:
                if not self.hub.crashed:
                    raise
                self.hub.crash()
                self.faulted = True
                self.stat["crash in a late merge"] += 1

    def fault(self, path: str) -> str:
        """Return what befalls this message."""
        if self.quiet or self.rnd.random() > .06:
            return ""
        found = self.rnd.choice(FAULTS)
        self.faulted = self.faulted or found in ("lost", "unheard", "doubled", "cut", "corrupt")
        self.stat[f"message {found}"] += 1
        self.tell("message", path, found)
        return found

    def spoiled(self, data: bytes, fault: str) -> bytes:
        """Return the bytes as they arrive."""
        at = self.rnd.randrange(len(data)) if data and fault in ("cut", "corrupt") else 0
        if fault == "cut":
            return data[:at]
        return data[:at] + bytes([data[at] ^ 1 << self.rnd.randrange(8)]) + data[at + 1:] if fault == "corrupt" else data

    # -- sticks

    def write_stick(self, one: Replica) -> None:
        """Write a stick, to be read whenever."""
        path = self.folder / f"stick{len(self.sticks)}.leye"
        with self.at(one):
            export_stick(one.ws, path, self.rnd.choice(("LAST", "LAST", "all")))
        self.sticks.append(path)
        self.stat["sticks written"] += 1
        self.tell(one.name, "wrote", path.name)

    def read_stick(self) -> None:
        """Read some stick at some computer, perhaps again, late, damaged, or at the wrong one."""
        if not self.sticks:
            return
        path, one, rnd = self.rnd.choice(self.sticks), self.rnd.choice(self.all()), self.rnd
        bad = rnd.random() < .15
        if bad:
            spoiled = self.folder / "spoiled.leye"
            spoiled.write_bytes(self.spoiled(path.read_bytes(), rnd.choice(("cut", "corrupt"))))
            path = spoiled
        mark = one.ledger.feed_mark()
        with self.at(one):
            try:
                brought = import_stick(one.ws, path).received
                self.stat["sticks read"] += 1
                self.tell(one.name, "read", path.name, brought)
                if bad:
                    raise Broken(f"{one.name} took a damaged stick")
            except Problem as problem:
                expected = "stick.damaged" if bad else "stick.foreign"
                if problem.key not in (expected, "peer.expired") or one.ledger.feed_mark() != mark:
                    raise Broken(f"{one.name} refused {path.name}: {problem.key} {problem}") from problem
                self.stat[problem.key] += 1

    # -- disasters

    def disaster(self, laptop: Replica, x: float) -> None:
        """Copies of disks, older copies put back, two of one disk, an office emptied or put back."""
        if x < .35:
            self.keep(self.rnd.choice((laptop, laptop, self.hub)))
        elif x < .65:
            self.put_back(laptop)
        elif x < .80 and self.clones < 2:
            self.clone(laptop)
        elif x >= .80:
            self.put_back(self.hub, empty=self.rnd.random() < .4)

    def keep(self, one: Replica) -> None:
        """Take a copy of a disk."""
        at = self.folder / f"copy-{one.name}-{len(self.copies.setdefault(one.name, []))}"
        self.copies[one.name].append(one.copy(at))
        self.stat["disks copied"] += 1

    def put_back(self, one: Replica, *, empty: bool = False) -> None:
        """Put an older copy of a disk back (of the office also the one from before everything)."""
        made = templates()
        copies = [made.folders[one.name]] if empty else self.copies.get(one.name, [])
        if not copies:
            return
        held = one.cids(whole=True)
        self.links |= {row[0] for row in one.ledger.db.conn.execute("SELECT h FROM change")}
        one.put_back(self.rnd.choice(copies))
        self.gone |= held - set().union(*(other.cids(whole=True) for other in self.all()))
        self.disasters += 1
        self.stat["office emptied" if empty else "office rewound" if one.is_hub else "laptop put back"] += 1
        self.tell(one.name, "put back", "empty" if empty else "")

    def clone(self, laptop: Replica) -> None:
        """A second machine from the disk of a laptop; nobody notices."""
        self.clones += 1
        folder = laptop.copy(self.folder / f"{laptop.name}'{self.clones}")
        other = Replica(laptop.name, folder, laptop.key)
        other.name, other.off = f"{laptop.name}'{self.clones}", laptop.off
        self.copies[other.name] = []
        self.laptops.append(other)
        self.stat["disks cloned"] += 1
        self.tell(laptop.name, "cloned")
