"""Disasters: copies of disks, older copies put back, two of one disk, an office emptied or put back; noticed or not."""
from pathlib import Path
from typing import TYPE_CHECKING

from tests.simulation.lands import templates
from tests.simulation.replica import Replica

if TYPE_CHECKING:
    from tests.simulation.world import World


class Disasters:
    """What befell the disks of a world.

    Attributes: lost (disks that were lost or put back), clones, forks (copies that nobody could notice: one log is on two
    machines then), gone (changes that went with a disk before anybody else had them), links (the chain hashes that were on
    disks that were lost), unhealed (who has to speak with an office that lost its store before another may be lost),
    had (what each computer had held before its disk was lost: an office knows it again by its own word).
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.lost = self.clones = self.forks = 0
        self.gone, self.links = set[str](), set[str]()
        self.had: dict[str, set[str]] = {}
        self.copies: dict[str, list[Path]] = {}
        self.dropped: dict[str, set[str]] = {}
        self.unhealed: set[tuple[str, str]] = set()

    def step(self, laptop: Replica, office: Replica) -> None:
        """Let one happen."""
        x, rnd = self.world.rnd.random(), self.world.rnd
        if x < .35:
            self.keep(rnd.choice((laptop, laptop, office)))
        elif x < .65:
            self.put_back(laptop)
        elif x < .80 and self.clones < 2:
            self.clone(laptop)
        elif x >= .80 and not self.unhealed:
            self.put_back(office, empty=rnd.random() < .4)

    def keep(self, one: Replica) -> None:
        """Take a copy of a disk."""
        at = self.world.folder / f"copy-{one.name}-{len(self.copies.setdefault(one.name, []))}"
        self.copies[one.name].append(one.copy(at))
        self.world.stat["disks copied"] += 1

    def put_back(self, one: Replica, *, empty: bool = False, noticed: bool | None = None) -> None:
        """Put an older copy of a disk back (of the office also the one from before everything)."""
        world = self.world
        copies = [templates(world.can.land).folders[one.name]] if empty else self.copies.get(one.name, [])
        if not copies:
            return
        noticed = world.rnd.random() < .6 if noticed is None else noticed
        photos = world.photos.whole(one)
        held, illegal = one.cids(whole=True) | one.aside(), world.illegal()
        self.had.setdefault(one.name, set()).update(one.cids())
        self.links |= {row[0] for row in one.ledger.db.conn.execute("SELECT h FROM change")}
        one.put_back(world.rnd.choice(copies), noticed=noticed)
        world.people.forms.pop(one.name, None)  # what was open lay on that disk: nobody goes on from a screen of another day
        there = set().union(*(other.cids(whole=True) | other.aside() for other in world.all()))
        away = held - illegal - there
        if one.office and (given := away & set().union(*self.dropped.values())):
            from tests.simulation.world import Broken
            raise Broken(f"{len(given)} changes that a laptop had dropped went with the disk of one office, {one.name}")
        self.gone |= away
        world.photos.went(one, photos)
        self.gone |= illegal - world.illegal() - there  # forgotten by a word that is gone itself now
        self.lost += 1
        self.forks += not noticed
        if one.office:
            edges = [(other.name, office.name) for other in world.all() for office in world.offices_of(other)[-1:]]
            self.unhealed = {edge for edge in edges if one.name in edge}
        world.stat["office emptied" if empty else "office rewound" if one.office else "laptop put back"] += 1
        world.stat["noticed" if noticed else "not noticed"] += 1
        world.tell(one.name, "put back", "empty" if empty else "", "noticed" if noticed else "")

    def clone(self, laptop: Replica) -> None:
        """A second machine from the disk of a laptop; nobody notices where the whole machine is the same."""
        world = self.world
        self.clones += 1
        name = f"{laptop.name.split(chr(39))[0]}'{self.clones}"
        folder = laptop.copy(world.folder / name)
        kind = world.rnd.choice(("image", "image", "another machine", "another folder"))
        machine = laptop.machine if kind != "another machine" else f"machine of {name}"
        home = laptop.home if kind == "another folder" else world.folder / f"{name}-home"
        other = Replica(name, folder, laptop.key, world.at, machine=machine, home=home)
        other.off, other.above = laptop.off, laptop.above
        self.dropped[name] = set(self.dropped.get(laptop.name, ()))
        world.laptops.append(other)
        self.forks += kind == "image"
        world.stat[f"disks cloned, {kind}"] += 1
        world.tell(laptop.name, "cloned", kind, "as", name)

    def healed(self, one: Replica, office: Replica) -> None:
        """An exchange went to its end."""
        self.unhealed.discard((one.name.split("'")[0], office.name))

    def forgotten(self, one: Replica, office: Replica) -> set[str]:
        """Return what a laptop's feed still names though it has dropped it."""
        return {r[2] for r in one.ledger.feed(0, 1 << 40)} - one.cids()

