"""Photos: attachments of a world's records: who took which, whose bytes went with a disk, and where they must be at rest.

Written from the requirements: an office has the bytes of whatever a dossier of its area names; what must be forgotten has none
anywhere; a laptop's own go no sooner than with the dossier, and then two offices have them.
"""
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.models import attachments

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

SIZES = (1, 200, 256, 700, 1500, 3000)  # bytes; steps begin with 256 and rows hold 1024 (seams)
WAYS = ("/v1/piece", "/v1/take_piece")


class Photos:
    """Attributes: taken (names, in order), gone (hashes whose bytes went with a disk before anybody else had them)."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.taken: list[str] = []
        self.gone = set[str]()
        self._dropped: set[str] = set()

    def take(self, one: "Replica") -> str:
        """Return the name of a photo that somebody has just put in, now and then one that was put in before elsewhere."""
        rnd = self.world.rnd
        data = rnd.randbytes(rnd.choice(SIZES))
        again = [ref for ref in self.taken if rnd.random() < .1 and (found := attachments.read(one.ledger, ref)) and found != data]
        ref = again[0] if again else attachments.keep(one.ledger, data, "jpg")
        self.taken.append(ref)
        self.world.stat["photos taken"] += 1
        return ref

    def whole(self, one: "Replica") -> set[str]:
        """Return the hashes of those whose bytes are all at a computer."""
        return set() if not self.taken else {row[0] for row in one.ledger.db.conn.execute("SELECT sha FROM blob WHERE whole")}

    def let_go(self, one: "Replica", before: set[str]) -> None:
        """Note what a laptop no longer has after an exchange."""
        self._dropped |= before - self.whole(one)

    def went(self, one: "Replica", before: set[str]) -> None:
        """Note what went with a disk: of what a laptop had let go of, nothing may, for two offices had it."""
        away = before - set().union(*(self.whole(other) for other in self.world.all()))
        if one.office and (given := away & self._dropped & self._named().keys()):
            from tests.simulation.world import Broken
            raise Broken(f"{len(given)} photos that a laptop had dropped went with the disk of one office, {one.name}")
        self.gone |= away

    def waits_its_turn(self, below: "Replica", office: "Replica", path: str) -> None:
        """Before a piece, everything that was written is at the office already."""
        if path not in WAYS:
            return
        own = {row[0] for row in below.ledger.db.conn.execute("SELECT cid FROM change WHERE log = ?", (below.ledger.me.log,))}
        if own - office.cids() - office.aside():
            from tests.simulation.world import Broken
            raise Broken(f"{below.name} sends a photo before what was written")

    def _named(self) -> dict[str, set[str]]:
        """Return hash -> dossiers of the lawful words that name it and that somebody has."""
        oracle, illegal, out = self.world.oracle, self.world.illegal(), dict[str, set[str]]()
        here = set().union(*(one.cids(whole=True) for one in self.world.all()))
        for sha, rec, cid in self._words():
            if cid in here and cid not in illegal:
                out.setdefault(sha, set()).add(oracle.roots[rec])
        return out

    def _words(self) -> Iterable[tuple[str, str, str]]:
        for rec, units in self.world.oracle.said.items():
            for words in units.values():
                for word in words.values():
                    if (ref := attachments.ref_of(word.value)) is not None:
                        yield ref.sha, rec, word.cid

    def wrong(self) -> list[str]:
        """Return which bytes are missing at rest, and which are where they must not be."""
        from tests.simulation.judge import owed

        if not self.taken:
            return []
        world, named, words, bad = self.world, self._named(), dict[str, set[str]](), list[str]()
        for sha, _, cid in self._words():
            words.setdefault(sha, set()).add(cid)
        illegal = world.illegal()
        forgotten = {sha for sha, cids in words.items() if cids <= illegal}
        for one in world.all():
            there = {row[0] for row in one.ledger.db.conn.execute("SELECT sha FROM blob UNION SELECT sha FROM blob_piece")}
            bad += [f"{one.name} has the bytes of {sha[:8]}, which must be forgotten" for sha in sorted(there & forgotten)]
        for office in world.offices:
            roots, whole = owed(world, office), self.whole(office)
            lacks = {sha for sha, some in named.items() if some & roots} - whole - self.gone
            bad += [f"lost: {office.name} lacks the bytes of {sha[:8]}" for sha in sorted(lacks)]
            world.stat["photos at offices"] += len(whole & named.keys())
        return bad
