"""World: offices, laptops, people who write on them, and everything that goes wrong, out of one seed."""
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
from tests.simulation.carrier import Wire, carrier, is_fault
from tests.simulation.disasters import Disasters
from tests.simulation.lands import START, TOP, templates
from tests.simulation.officials import Officials
from tests.simulation.oracle import Oracle
from tests.simulation.people import People
from tests.simulation.photos import Photos
from tests.simulation.replica import Replica
from tests.simulation.seams import room, seams
from tests.simulation.sticks import Sticks

FAULTS = ("lost", "unheard", "doubled", "kept", "late", "cut", "corrupt")
DECADES = (0, 0, 0, -3600, 40, 86_400 * 365 * 25, -86_400 * 365 * 30)  # seconds by which clocks are off


class Broken(AssertionError):
    """Something that must never be."""


@dataclass(frozen=True)
class Abilities:
    """What there is in a world: the seed decides, so that most worlds are small and each kind of trouble meets each other.

    Attributes: land, wild (disks are copied, lost, put back), links, erasing, revoking, rescoping, inbox (offices take
    over first and merge later), photos (records carry attachments).
    """

    land: str = "small"
    wild: bool = True
    links: bool = False
    erasing: bool = False
    revoking: bool = False
    rescoping: bool = False
    inbox: bool = False
    photos: bool = False

    @classmethod
    def of(cls, seed: int) -> "Abilities":
        """Return what a seed's world has."""
        rnd = Random(f"abilities {seed}")
        tiers = seed % 8 == 4
        return cls("tiers" if tiers else "small", wild=seed % 3 != 0, links=rnd.random() < .5, erasing=rnd.random() < .5,
                   revoking=rnd.random() < .3, rescoping=rnd.random() < .3, inbox=rnd.random() < .3, photos=rnd.random() < .35)


class World:
    """One seed's world.

    Attributes: rnd, top (the highest office), offices, laptops, oracle, stat (what happened, counted), gone (changes that
    the loss of a disk took with it before anybody else had them), told (what happened, in words, for a failing seed).
    """

    def __init__(self, seed: int, *, laptops: int = 3, can: Abilities | None = None) -> None:
        self.rnd, self.seed, self.can = Random(seed), seed, can or Abilities.of(seed)
        self.stat: Counter[str] = Counter()
        self.told: list[str] = []
        self.oracle = Oracle()
        self.delayed: list[tuple[Wire, str, bytes, str]] = []
        self.quiet, self.depth, self.faulted, self.carried = False, 0, False, 0
        self.here: list[Replica] = []
        self.elapsed = timedelta()
        self._home = tempfile.TemporaryDirectory(prefix="leye-sim-", dir=room())
        self.folder = Path(self._home.name)
        self.dies: tuple[Replica, int] | None = None  # a directed case: who dies in each exchange, and when
        made = templates(self.can.land)  # outside the seams: they are the same in every world
        with self.running():
            names = [name for name, seat in made.seats.items() if seat.role == "surveyor"]
            picked = names if self.can.land == "tiers" else [names[0], *self.rnd.sample(names[1:], laptops - 1)]
            self.seats = {name: seat for name, seat in made.seats.items() if seat.role != "surveyor" or name in picked}
            found = {name: self._copied(name) for name in self.seats}
            for name, one in found.items():
                above = self.seats[name].above
                one.above = found[above[-1]] if above else None
            self.top = found[TOP]
            self.offices = [one for one in found.values() if one.office]
            self.laptops = [one for one in found.values() if not one.office]
            for laptop in self.laptops:
                laptop.off = timedelta(seconds=self.rnd.choice(DECADES))
            self.people, self.sticks, self.photos = People(self), Sticks(self), Photos(self)
            self.officials, self.disasters = Officials(self), Disasters(self)

    def _copied(self, name: str) -> Replica:
        made = templates(self.can.land)
        shutil.copytree(made.folders[name], self.folder / name)
        return Replica(name, self.folder / name, made.keys[name], self.at, office=self.seats[name].role != "surveyor", inbox=self.can.inbox)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the app's time, ids and machines come from this world."""
        nobody = self.folder / "nobody"
        with seams(self.rnd, self._now, lambda: self.here[-1].machine if self.here else "", lambda: self.here[-1].home if self.here else nobody):
            yield

    def close(self) -> None:
        """Away with the disks."""
        with self.running():
            for one in self.all():
                one.close()
        self._home.cleanup()

    def all(self) -> list[Replica]:
        """Return every computer, the offices first."""
        return [*self.offices, *self.laptops]

    def below(self, office: Replica) -> list[Replica]:
        """Return who exchanges with an office."""
        return [one for one in self.all() if one.above is office]

    def offices_of(self, one: Replica) -> list[Replica]:
        """Return the offices a computer is paired with; the last is the one it goes to."""
        by_name = {office.name: office for office in self.offices}
        return [by_name[name] for name in self.seats[one.name.split("'")[0]].above]

    def illegal(self) -> set[str]:
        """Return the ids of the changes whose payload may be nowhere.

        A declaration that went with a disk before anybody else had heard of it binds nobody, as with any word; where it is
        on some computer again (a stick brings it), it binds everybody.
        """
        lost = self.oracle.declared & self.disasters.gone
        if lost:
            lost -= set().union(*(one.cids() | one.aside() for one in self.all()))
        return self.oracle.law.illegal(lost)

    def _now(self) -> datetime:
        return START + self.elapsed + (self.here[-1].off if self.here else timedelta())

    @contextmanager
    def at(self, one: Replica) -> Iterator[Replica]:
        """Stand at a computer: its clock holds, it is the machine."""
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
        x, laptop, office = rnd.random(), rnd.choice(self.laptops), rnd.choice(self.offices)
        if x < .45:
            self.act(laptop)
        elif x < .52:
            self.act(office)
        elif x < .78:
            self.talk(office if office.above is not None and rnd.random() < .6 else laptop)
        elif x < .83:
            self.sticks.write(rnd.choice((laptop, laptop, office)))
        elif x < .88:
            self.sticks.read()
        elif x < .90:
            laptop.off = timedelta(seconds=rnd.choice(DECADES))
            self.stat["clock jumped"] += 1
        elif x < .915:
            rnd.choice((laptop, office)).crash()
            self.stat["crash between steps"] += 1
        elif x < .94:
            self.officials.step(laptop)
        elif self.can.wild:
            self.disasters.step(laptop, office)

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
                self.starts_again(one)
            one.disarm()

    def starts_again(self, one: Replica) -> None:
        """Let a machine that died go on from its disk, and hear what is on it of what somebody was about there: a word may have
        been on disk before the machine died, in mid-exchange too."""
        one.crash()
        self.officials.found(one)
        self.people.found(one)

    # -- talking

    def talk(self, one: Replica, office: Replica | None = None) -> Exchanged | None:
        """Let a computer exchange with the office above it, sometimes with a higher one; None where it was cut."""
        rnd, self.faulted = self.rnd, False
        ways = self.offices_of(one)
        if office is None:
            office = ways[-1] if self.quiet or rnd.random() < .9 else rnd.choice(ways)
        before = set() if one.office else one.cids(whole=True)
        photos = set() if one.office else self.photos.whole(one)
        dies = None if self.quiet or rnd.random() > .15 else rnd.choice((one, office))
        if dies is not None:
            dies.arm(int(10 ** rnd.uniform(1.5, 4.2)))
        if self.dies is not None:
            self.dies[0].arm(self.dies[1])
        self.stat["exchanges"] += 1
        self.depth += 1
        lives = one.ws, office.ws
        try:
            with self.at(one):
                done = exchange(one.ws, carrier(self, one, office))
            self.tell(one.name, "exchanged with", office.name, done.sent, done.received, done.level)
            self.disasters.healed(one, office)
            return done
        except (Problem, DatabaseError) as problem:
            if (one.ws, office.ws) == lives:
                self._refused(one, office, problem)
            else:  # one of the two died meanwhile, in what somebody else was about
                self.stat["exchanges cut"] += 1
        finally:
            self.depth -= 1
            for each in (one, office):
                if each.crashed:
                    self.starts_again(each)
                    self.stat["crash in an exchange"] += 1
                each.disarm()
            self.disasters.dropped.setdefault(one.name, set()).update(before - one.cids(whole=True) - self.illegal())
            self.photos.let_go(one, photos)
            self._promised(one, office)
        return None

    def _promised(self, one: Replica, office: Replica) -> None:
        """What a laptop counts as held by the office is there (as long as no disk was lost)."""
        n, h = tables.cursor_of(office.ledger.db.conn, one.ledger.me.instance, "")
        held = office.cids() | office.aside()
        if one.ledger.feed_valid(n, h) and {r[2] for r in one.ledger.feed(0, n)} - held - self.disasters.forgotten(one, office):
            raise Broken(f"the cursor of {office.name} is ahead of what it has of {one.name}")
        if self.disasters.lost or self.disasters.clones:
            return
        row = one.ledger.db.conn.execute("SELECT seq FROM acknowledged WHERE log = ?", (one.ledger.me.log,)).fetchone()
        own = {r[0] for r in one.ledger.db.conn.execute(
            "SELECT cid FROM change WHERE log = ? AND seq <= ?", (one.ledger.me.log, row[0] if row else 0))}
        if own - set().union(*(each.cids() for each in self.offices_of(one))):
            raise Broken(f"{one.name} counts changes as held that no office has")

    def _refused(self, one: Replica, office: Replica, problem: Exception) -> None:
        self.stat["exchanges cut"] += 1
        key = getattr(problem, "key", "")
        if key == "peer.expired":  # the office looks at it and lets it in again
            office.disarm()
            with self.at(office):
                pairing.confirm(office.ledger, one.ledger.me.device)
            self.stat["grant renewed"] += 1
            return
        if key == "peer.revoked" and self.officials.is_revoked(one):
            self.stat["revoked and refused"] += 1
            return
        if one.crashed or office.crashed or (self.faulted and isinstance(problem, Problem) and is_fault(problem)):
            self.tell(one.name, "was cut", key)
            return
        raise Broken(f"{one.name} was refused without a fault: {key} {problem}") from problem

    def between(self, one: Replica) -> None:
        """Something may happen between two messages: somebody types, another laptop comes."""
        if self.quiet or self.depth > 1 or self.rnd.random() > .05:
            return
        self.stat["in mid-exchange"] += 1
        other = self.rnd.choice(self.all())
        if other.office or other is one or self.rnd.random() < .5:
            with self.at(other):
                if not other.crashed:
                    self.people.act(other)
        else:
            faulted = self.faulted
            self.talk(other)
            self.faulted = faulted or self.faulted

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
