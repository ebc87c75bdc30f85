"""Run: many seeds over some processes, told of as they go: progress, each bad seed with its commit, and what befell them."""
import multiprocessing
import resource
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.play import STEPS, Played, play

EVERY_S = 30.0
KINDS = ("lost", "diverged", "false conflict", "missed conflict")


@dataclass
class Total:
    """What a run of seeds found. Attributes: seeds (how many were played), first, bad (seed -> findings), stat, cpu_s."""

    first: int
    seeds: int = 0
    bad: dict[int, list[str]] = field(default_factory=dict)
    stat: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0

    def add(self, played: Played) -> None:
        """Count one seed."""
        self.seeds += 1
        self.stat += played.stat
        if played.bad:
            self.bad[played.seed] = played.bad

    def of(self, kind: str) -> int:
        """Return how many findings are of a kind."""
        return sum(kind in found for some in self.bad.values() for found in some)

    def __str__(self) -> str:
        """Return one line."""
        return (f"{self.seeds} seeds, {len(self.bad)} bad, {self.cpu_s:.1f} CPU s; "
                + ", ".join(f"{what} {n}" for what, n in sorted(self.stat.items())))

    def page(self) -> list[str]:
        """Return the lines of the results page."""
        faults = sorted((n, what) for what, n in self.stat.items() if what not in ("writes", "exchanges"))
        return [
            f"{self.seeds} seeds from {self.first}, {len(self.bad)} bad; {self.stat['writes']} writes, {self.stat['exchanges']} exchanges.",
            " · ".join(f"{kind}: {self.of(kind)}" for kind in KINDS) + f" · other findings: "
            f"{sum(len(some) for some in self.bad.values()) - sum(self.of(kind) for kind in KINDS)}.",
            "What befell them: " + ", ".join(f"{what} {n}" for n, what in reversed(faults)) + ".",
            *(f"- seed {seed}: {found[0]}" for seed, found in sorted(self.bad.items()))]


def run(seeds: int, *, first: int = 0, jobs: int = 1, steps: int = STEPS, seconds: float = 0.0,
        say: Callable[[str], object] = lambda line: None) -> Total:
    """Return what these seeds found; stops after so many seconds, if any. Bad seeds and progress are said at once."""
    total, start, told, commit = Total(first), time.monotonic(), time.monotonic(), _commit()
    with _played(range(first, first + seeds), jobs, steps) as results:
        for played in results:
            total.add(played)
            if played.bad:
                more = f" (and {len(played.bad) - 1} more)" if len(played.bad) > 1 else ""
                say(f"commit {commit}, python -m tests.simulation --seed {played.seed}: {played.bad[0]}{more}")
            if time.monotonic() - told > EVERY_S:
                told = time.monotonic()
                say(f"{total.seeds} of {seeds} seeds, {len(total.bad)} bad, {told - start:.0f} s")
            if seconds and time.monotonic() - start > seconds:
                break
    total.cpu_s = sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
                      for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return total


@contextmanager
def _played(seeds: Iterable[int], jobs: int, steps: int) -> Iterator[Iterator[Played]]:
    if jobs <= 1:
        yield (_one((seed, steps)) for seed in seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=500) as pool:
        yield pool.imap_unordered(_one, [(seed, steps) for seed in seeds], chunksize=5)


def _one(what: tuple[int, int]) -> Played:
    """Return how a seed went; whatever rises is a finding, and never ends the run."""
    try:
        played = play(what[0], steps=what[1])
    except Exception as error:
        return Played(what[0], [f"{type(error).__name__}: {error}"], Counter())
    return Played(played.seed, played.bad, played.stat)  # what was told stays behind: it would be carried for nothing


def _commit() -> str:
    said = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
