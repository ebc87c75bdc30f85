"""Processes: real ones, forked from this one so that each costs a few milliseconds, and killed with `kill -9`.

Promises that what a process told before it died was told when it was so: lines go through a pipe, one write each. The
parent must have no threads and no open store while it forks.
"""
import os
import random
import select
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.kills.moments import Aim, Tell, Watch

PATIENCE = 60.0  # seconds until a process that says nothing counts as hung
HAIR = 0.004  # seconds within which the parent kills one that is about to commit
Work = Callable[[Watch, Tell], None]


class _Asked(Exception):
    """The process was asked to leave."""


@dataclass(slots=True)
class Process:
    """A child at work. Attributes: pid, said (the lines heard so far, each a tuple of words), killed (how it ended)."""

    pid: int
    pipe: int
    dice: random.Random
    said: list[tuple[str, ...]] = field(default_factory=list)
    killed: bool = False
    _rest: bytes = b""

    def heard(self, word: str) -> list[tuple[str, ...]]:
        """Return what it said after this word, each time."""
        return [line[1:] for line in self.said if line[0] == word]

    def until(self, word: str) -> tuple[str, ...]:
        """Listen until it has said this word; returns what it said after it."""
        while not self.heard(word):
            if not self._listen():
                raise AssertionError(f"it never said {word}: {self.said[-3:]}")
        return self.heard(word)[-1]

    def end(self) -> "Process":
        """Listen until it is gone; kill it where it asked for that. Returns itself."""
        while self._listen():
            pass
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        self.killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert self.killed or status == 0, f"it broke: {self.said[-3:]}"
        return self

    def leave(self) -> "Process":
        """Ask it to leave, and listen until it has."""
        os.kill(self.pid, signal.SIGTERM)
        return self.end()

    def kill(self) -> "Process":
        """Kill it now and listen to its last words."""
        os.kill(self.pid, signal.SIGKILL)
        return self.end()

    def _listen(self) -> bool:
        """Hear some more; False when there is nobody any more."""
        ready, _, _ = select.select([self.pipe], [], [], PATIENCE)
        if not ready:
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError(f"it hangs: {self.said[-3:]}")
        data = os.read(self.pipe, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        heard = [tuple(line.decode().split("\t")) for line in lines]
        self.said += heard
        if ("soon",) in heard:
            time.sleep(self.dice.uniform(0, HAIR))
            os.kill(self.pid, signal.SIGKILL)
        return bool(data)


def start(work: Work, aim: Aim, dice: random.Random) -> Process:
    """Fork a child that does this work and dies at the moment aimed at; it says `done` and its events where it lived."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(out)
        status = 1

        def tell(*words: str) -> None:
            os.write(into, ("\t".join(words) + "\n").encode())

        def asked(*_: object) -> None:
            raise _Asked
        signal.signal(signal.SIGTERM, asked)
        watch = Watch(aim, tell)
        try:
            watch.begin()
            with suppress(_Asked):
                work(watch, tell)
            tell("done", *watch.events)
            status = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(status)
    os.close(into)
    return Process(pid, out, dice)
