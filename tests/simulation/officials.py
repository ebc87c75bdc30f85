"""Officials: links and their undoing, what must be forgotten, who is shut out and let in again, and whose area changes."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from app.models import erasure, links
from app.models.change import Change
from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync import pairing, quarantine, revocation
from app.sync.exchange import exchange
from app.sync.peers import the_hub
from app.sync.unload import import_stick
from tests.simulation.carrier import carrier
from tests.simulation.lands import COUNTY, TOWN, pair

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World


@dataclass
class Ended:
    """A laptop that was shut out: by which office, and every device its disk could go on as."""

    office: "Replica"
    line: set[str]


class Officials:
    """Everybody who decides in a world."""

    def __init__(self, world: "World") -> None:
        self.world, self.rnd, self.oracle = world, world.rnd, world.oracle
        self.ended: Ended | None = None
        self._left: tuple[Replica, Callable[[], None]] | None = None
        self.given: dict[str, set[str]] = {}  # device -> the areas it was ever given, where that changed

    def step(self, laptop: "Replica") -> None:
        """Shut a laptop out, or give it another area."""
        if self.world.can.revoking and self.ended is None and self.rnd.random() < .7:
            self.revoke(laptop)
        elif self.world.can.rescoping:
            self.rescope(laptop)

    # -- links and what must be forgotten: with `people.act`, at one computer

    def link(self, one: "Replica", kind: str, rec: str) -> None:
        """Say that two records are the same, or surely are not."""
        others = [r for k, r in self.world.people.known(one) if k == kind and r != rec]
        if not others or kind == "visit":
            return
        other, yes = self.rnd.choice(others), self.rnd.random() < .65
        here = one.declared("link")
        try:
            links.link(one.ledger, kind, rec, other, yes)
        except (Problem, DatabaseError):
            if not one.crashed:
                raise

        def tell() -> None:
            for said in one.declared("link") - here:
                self.oracle.bonds.note(said, frozenset((rec, other)), yes, here)
                self.oracle.declared.add(said)
                self.world.stat["links" if yes else "links undone"] += 1
                self.world.tell(one.name, "linked" if yes else "parted", rec[-6:], other[-6:])
        self._told(one, tell)

    def undone(self, one: "Replica", before: set[str]) -> bool:
        """Tell the oracle of links that an undo took back or brought back; returns whether there were any."""
        new = one.ledger.changes(sorted(one.declared("link") - before))
        for change in new:
            self.oracle.bonds.took_back(change.cid, frozenset(change.extra["ends"]), change.extra["yes"], change.seen)
            self.oracle.declared.add(change.cid)
        return bool(new)

    def forget(self, one: "Replica", rec: str) -> None:
        """Have some words of a dossier, or all of it, forgotten everywhere; only offices may."""
        if not one.office or self.oracle.kinds[rec] == "visit":
            return
        before = one.declared("redact", "erase")
        changes = [c for c in one.ledger.changes_of_root(rec) if c.kind == "write"]
        try:
            if self.rnd.random() < .5:
                erasure.redact(one.ledger, [c.cid for c in self.rnd.sample(changes, min(len(changes), 2))])
            else:
                erasure.erase(one.ledger, rec)
        except (Problem, DatabaseError):
            if not one.crashed:
                raise
        self._told(one, lambda: self.heard(one, before))

    def _told(self, one: "Replica", tell: Callable[[], None]) -> None:
        """Tell the oracle now; of a machine that died in the middle, or while it is looked at, once it is seen what is on its disk."""
        self._left = one, tell
        if not one.crashed:
            tell()
            self._left = None

    def found(self, one: "Replica") -> None:
        """After a crash: tell the oracle of the declaration that was being made, if it is on disk."""
        if self._left is not None and self._left[0] is one:
            self._left[1]()
            self._left = None

    def heard(self, one: "Replica", before: set[str]) -> None:
        """Tell the oracle what was declared at a computer."""
        for change in one.ledger.changes(sorted(one.declared("redact", "erase") - before)):
            self.oracle.declared.add(change.cid)
            if change.kind == "erase":
                self.oracle.law.erased.setdefault(change.root, set()).add(change.cid)
            else:
                self.oracle.law.redacted[change.cid] = frozenset(change.extra["targets"])
            self.world.stat[f"{change.kind}d" if change.kind == "erase" else "redacted"] += 1
            self.world.tell(one.name, change.kind, change.root[-6:])

    # -- grants

    def revoke(self, laptop: "Replica") -> None:
        """Shut a laptop out at one of its offices; all it sends to any that has heard must wait from now on."""
        office, device = self.rnd.choice(self.world.offices_of(laptop)), laptop.ledger.me.device
        if pairing.peers.peer(office.ledger, device) is None:
            return  # it has not been there since it became another device
        with self.world.at(office):
            pairing.revoke(office.ledger, device)
        self.ended = Ended(office, set(laptop.ws.lineage))
        self.world.stat["revoked"] += 1
        self.world.tell(laptop.name, "revoked at", office.name)

    def is_revoked(self, one: "Replica") -> bool:
        """Return whether this computer shares a disk's history with the one that was shut out."""
        return self.ended is not None and not self.ended.line.isdisjoint(one.ws.lineage)

    def let_in(self) -> list[str]:
        """At rest: everybody hears of it; what the shut-out laptop sends to any of its offices waits, all of it and nothing is
        applied; then it is let in again by one word."""
        ended, world, bad = self.ended, self.world, list[str]()
        shut = [one for one in world.laptops if self.is_revoked(one)]
        if ended is None or not shut:
            self.ended = None
            return bad
        self._spread(shut)
        self.ended = None
        words = {office.name: revocation.standing(office.ledger).keys() for office in world.offices}
        bad += [f"{office.name} has not heard who is shut out" for office in world.offices if words[office.name] != words[world.top.name]]
        for one in shut if words[world.top.name] else ():  # else the word went with the disk of the office that spoke it
            for office in world.offices_of(one):
                bad += self._try(one, office)
        with world.at(world.top):
            revocation.let_in(world.top.ledger, words[world.top.name])
        self._spread(shut)
        for office in world.offices:
            bad += [f"{office.name} has not heard who is let in again" for _ in revocation.standing(office.ledger)]
            with world.at(office):
                for p in pairing.peers.peers(office.ledger, pairing.LAPTOP):
                    quarantine.release(office.ws, p.device)
                    pairing.confirm(office.ledger, p.device)
        for one in shut if words[world.top.name] else ():
            for office in world.offices_of(one):
                bad += [f"{cid} of {one.name} is not at {office.name} after its release" for cid in sorted(one.cids() - office.cids())]
        return bad

    def _spread(self, but: list["Replica"]) -> None:
        """Let the word reach every office: up, and down."""
        for _ in range(2):
            for one in [*(lap for lap in self.world.laptops if lap not in but), *reversed(self.world.offices)]:
                if one.above is not None:
                    self.world.talk(one)

    def _try(self, one: "Replica", office: "Replica") -> list[str]:
        """Let a shut-out laptop try an office, by network and by stick; returns what is wrong with how that went."""
        before, stick = office.cids(), self.world.sticks.write(one, "all")
        new, own = one.cids() - before, self.world.disasters.had.get(office.name, set())  # lost with its disk: its own word
        try:
            with self.world.at(one):
                exchange(one.ws, carrier(self.world, one, office))
            bad = [f"{office.name} exchanged with {one.name}, which is shut out"]
        except Problem as problem:
            bad = [] if problem.key in ("peer.revoked", "peer.unknown") else [f"{office.name} told {one.name} {problem.key}"]
        with self.world.at(office):
            import_stick(office.ws, stick)
        bad += [f"{office.name} took in {cid} of {one.name} after it was shut out" for cid in sorted(office.cids() - before - own)]
        bad += [f"{cid} of {one.name} is neither at {office.name} nor aside" for cid in sorted(new - office.cids() - office.aside())]
        self.world.stat["sent after the end, aside"] += len(new)
        return bad

    def let_in_beyond(self) -> None:
        """At rest: an office lets in what a laptop had written under an area that was made smaller since, or that the office
        forgot with its disk. Exact, not lenient: where anything else waits from a computer, all of it goes on waiting."""
        for office in self.world.offices:
            waits: dict[str, list[tuple[str, Change]]] = {}
            for device, why, body in office.ledger.db.conn.execute(
                    "SELECT device, why, body FROM quarantine WHERE cid NOT IN (SELECT cid FROM change)").fetchall():
                waits.setdefault(device, []).append((why, msgspec.json.decode(body, type=Change)))
            for device, some in sorted(waits.items()):
                if all(why == quarantine.AREA and self._was_given(office, device, change) for why, change in some):
                    with self.world.at(office):
                        self.world.stat["beyond an earlier area, released"] += quarantine.release(office.ws, device)

    def _was_given(self, office: "Replica", sender: str, change: Change) -> bool:
        """Return whether an area that the author's computer once had holds the dossier, and what it is granted now does not."""
        by = office.ledger.db.conn.execute("SELECT vouched_by FROM log_key WHERE log = ?", (change.log,)).fetchone()
        grants = (pairing.peers.peer(office.ledger, device) for device in (change.log, *(by or ()), sender))
        now = next(one.prefix for one in grants if one is not None)
        line = {change.log}.union(*(one.ws.lineage for one in self.world.all() if change.log in one.ws.lineage))
        earlier = set().union(*(self.given.get(device, set()) for device in line))
        lived = {str(c.place) for c in office.ledger.changes_of_root(change.root) if c.place}  # a move proves nothing for itself
        places = lived | {change.area, str(change.place)}
        return not any(p.startswith(now) for p in lived or {change.area}) and any(p.startswith(prefix) for p in places for prefix in earlier)

    def rescope(self, laptop: "Replica") -> None:
        """Give a laptop a wider or a narrower area, at each office it is paired with."""
        if self.is_revoked(laptop):
            return
        areas = [a for a in (laptop.ledger.me.area, TOWN, COUNTY) if laptop.ledger.me.area.startswith(a.rstrip("0"))]
        offices, held = self.world.offices_of(laptop), the_hub(laptop.ledger).prefix
        areas = [a for a in areas if a.startswith(offices[-1].ledger.me.area.rstrip("0"))] or areas[:1]
        area = self.rnd.choice(areas)
        for office in offices:
            with self.world.at(office), self.world.at(laptop):
                pair(laptop.ws, office.ws, area)
        self.given.setdefault(laptop.ledger.me.device, set()).update((held, the_hub(laptop.ledger).prefix))
        self.world.stat["area given"] += 1
        self.world.tell(laptop.name, "has area", area)
