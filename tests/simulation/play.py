"""Playing a seed: a world lives some steps, comes to rest and is judged; then an office loses all and is rebuilt."""
import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace

from tests.simulation.judge import judge
from tests.simulation.rebuilding import rebuild
from tests.simulation.world import Abilities, Broken, World

STEPS = 40


@dataclass(frozen=True)
class Played:
    """How a seed went. `bad`: what must not be; `told`: what happened; `trace`: a hash of that, the same every time."""

    seed: int
    bad: list[str]
    stat: Counter[str]
    told: list[str] = field(repr=False, default_factory=list)

    @property
    def trace(self) -> str:
        """Return a hash of what happened and how often."""
        return hashlib.sha256(repr((self.told, sorted(self.stat.items()), self.bad)).encode()).hexdigest()[:16]


def play(seed: int, *, steps: int = STEPS, wild: bool | None = None, laptops: int = 3, can: Abilities | None = None) -> Played:
    """Return how a seed went; every third seed is calm (no disks copied, lost or put back) unless `wild` says."""
    can = can or Abilities.of(seed)
    world = World(seed, laptops=laptops, can=can if wild is None else replace(can, wild=wild))
    bad: list[str] = []
    at = 0
    try:
        with world.running():
            try:
                while at < steps:
                    world.step()
                    at += 1
                bad += judge(world) or rebuild(world)
            except Broken as broken:
                bad.append(f"step {at}: {broken}" if at < steps else f"at rest: {broken}")
    finally:
        world.close()
    return Played(seed, bad, world.stat, world.told)
