"""Killing: a child is started on a copy of a workspace and gets `kill -9` at a random moment of its work.

The window is measured: the first child works to its end. The moments are uniform over the window, every second one over
its last quarter, where things get their names; a child that was done before its moment does not count, another is started.
"""
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE, ROOT
from tests.disks import elsewhere

STARTS = 6  # children started for one kill that lands, at most
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Killed:
    """A child that is dead: its workspace, what it said before, where in its window it died (0 to 1; None: it was done)."""

    folder: Path
    said: tuple[tuple[str, ...], ...]
    at: float | None

    def heard(self, word: str) -> list[tuple[str, ...]]:
        """Return what it said after this word, each time."""
        return [line[1:] for line in self.said if line[0] == word]

    def opened(self) -> Workspace:
        """Return the workspace, opened anew."""
        return Workspace.open(self.folder, PASSPHRASE)


@dataclass(slots=True)
class Killing:
    """Kills of one kind of work. `arguments` gets the copied folder; `base` stays as it is."""

    work: str
    base: Path
    room: Path
    arguments: Callable[[Path], list[str]] = lambda _: []
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))
    window: float = 0.0
    _count: int = 0

    def whole(self) -> Killed:
        """Return a child that worked to its end; how long it took is the window from now on."""
        killed = self._run(None)
        assert killed.heard("done"), killed.said
        self.window = float(killed.heard("done")[0][0])
        return killed

    def kills(self, times: int) -> Iterator[Killed]:
        """Yield this many children that died at their work; each workspace is removed when the next is asked for."""
        dice, landed = random.Random(self.seed), 0
        for _ in range(times * STARTS):
            killed = self._run(dice.uniform(0.75 * self.window if landed % 2 else 0, self.window))
            if done := killed.heard("done"):
                self.window = min(self.window, float(done[0][0]))  # the machine is quicker now
            else:
                landed += 1
                yield killed
            shutil.rmtree(killed.folder)
            if landed == times:
                return
        raise AssertionError(f"{self.work}: only {landed} of {times} kills landed within {self.window:.2f} s")

    def _run(self, delay: float | None) -> Killed:
        self._count += 1
        elsewhere()
        folder = Path(shutil.copytree(self.base, self.room / f"{self.work}{self._count}"))
        child = subprocess.Popen([sys.executable, "-m", "tests.kills.child", self.work, str(folder), *self.arguments(folder)],
                                 cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                                 env={**os.environ, "PYTHONIOENCODING": "utf-8"})
        assert child.stdout is not None
        first = child.stdout.readline()
        if delay is not None:
            time.sleep(delay)
            child.kill()
        out, err = child.communicate(timeout=PATIENCE)
        assert first.startswith(b"ready") and (delay is not None or child.returncode == 0), err.decode()[-3000:]
        assert delay is not None or not err, err.decode()[-3000:]
        said = (first + out).decode().split("\n")[:-1]  # what follows the last line end was never said
        at = None if delay is None else delay / self.window
        return Killed(folder, tuple(tuple(line.split("\t")) for line in said), at)
