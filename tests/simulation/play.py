"""Playing a seed: a world lives some steps, comes to rest and is judged."""
import hashlib
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.judge import judge
from tests.simulation.world import Broken, World

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


def play(seed: int, *, steps: int = STEPS, wild: bool | None = None, laptops: int = 3) -> Played:
    """Return how a seed went; every third seed is calm (no disks copied, lost or put back) unless `wild` says."""
    world = World(seed, wild=seed % 3 != 0 if wild is None else wild, laptops=laptops)
    bad: list[str] = []
    try:
        with world.running():
            for at in range(steps):
                try:
                    world.step()
                except Broken as broken:
                    bad.append(f"step {at}: {broken}")
                    break
            else:
                try:
                    bad += judge(world)
                except Broken as broken:
                    bad.append(f"at rest: {broken}")
    finally:
        world.close()
    return Played(seed, bad, world.stat, world.told)
