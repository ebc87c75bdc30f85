"""Sticks: written at one computer, read at any, late, twice, damaged, at the wrong one."""
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.problem import Problem
from app.sync.stick import export_stick
from app.sync.unload import check, import_stick

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World


class Sticks:
    """The sticks of a world."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.written: list[Path] = []

    def write(self, one: "Replica", since: str | None = None) -> Path:
        """Write a stick, to be read whenever."""
        world = self.world
        path = world.folder / f"stick{len(self.written)}.leye"
        with world.at(one):
            export_stick(one.ws, path, since or world.rnd.choice(("LAST", "LAST", "all")))
        self.written.append(path)
        world.stat["sticks written"] += 1
        world.tell(one.name, "wrote", path.name)
        return path

    def read(self) -> None:
        """Read some stick at some computer, perhaps again, late, damaged, or at the wrong one."""
        from tests.simulation.world import Broken

        world, rnd = self.world, self.world.rnd
        if not self.written:
            return
        path, one = rnd.choice(self.written), rnd.choice(world.all())
        whole, bad = path, rnd.random() < .15
        if bad:
            spoiled = world.folder / "spoiled.leye"
            spoiled.write_bytes(world.spoiled(path.read_bytes(), rnd.choice(("cut", "corrupt"))))
            path = spoiled
        mark = one.ledger.feed_mark()
        with world.at(one):
            try:
                brought = import_stick(one.ws, path).received
                world.stat["sticks read"] += 1
                world.tell(one.name, "read", path.name, brought)
                if bad:
                    raise Broken(f"{one.name} took a damaged stick")
            except Problem as problem:
                expected = ("stick.damaged", self._refused(one, whole)) if bad else ("stick.foreign", "stick.stranger")
                if problem.key not in (*expected, "peer.expired") or one.ledger.feed_mark() != mark:
                    raise Broken(f"{one.name} refused {path.name}: {problem.key} {problem}") from problem
                world.stat[problem.key] += 1

    @staticmethod
    def _refused(one: "Replica", whole: Path) -> str:
        """Return why the file would not be read here if it were whole: a part of a stranger's is not read to its damaged end."""
        try:
            check(one.ws, whole)
        except Problem as problem:
            return problem.key if problem.key == "stick.stranger" else ""
        return ""
