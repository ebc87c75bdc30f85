"""Presence: who is at the hub's desk now and how far, and who was turned away and why. For the office's page; kept in memory only.

Promises a bounded memory, whoever knocks, and that what strangers call themselves is cut to a line.
"""
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from app.models.problem import Problem
from app.sync.peers import moment

HERE_S = 20.0  # a laptop that has said nothing for so long is no longer at the desk
MOST = 40  # refusals remembered
LONGEST = 40  # characters of a stranger's name


@dataclass(frozen=True, slots=True)
class Visit:
    """A laptop that is here: its device, since when (ISO), what it does (hello push pull compare level), how far (0 to 1), what it brought."""

    device: str
    since: str
    step: str
    part: float = 0.0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody who was turned away: when last (ISO), how often, what he calls himself, his device ("" unknown), why."""

    at: str
    times: int
    name: str
    device: str
    why: Problem


class Presence:
    """What happens at the desk. `changed()` is called from the desk's threads whenever something did."""

    def __init__(self) -> None:
        self.changed: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._visits: dict[str, tuple[Visit, float]] = {}
        self._refusals: OrderedDict[tuple[str, str], Refusal] = OrderedDict()

    def came(self, device: str, step: str, done: int = 0, of: int = 0, new: int = 0) -> None:
        """Note that a granted laptop did a step."""
        with self._lock:
            old, at = self._visits.get(device, (None, 0.0))
            fresh = old is None or step == "hello" or time.monotonic() - at > HERE_S
            since, before = (moment(), 0) if fresh or old is None else (old.since, old.new)
            self._visits[device] = (Visit(device, since, step, min(1.0, done / of) if of else 0.0, before + new), time.monotonic())
        self._tell()

    def refused(self, name: str, device: str, why: Problem) -> None:
        """Note that somebody was turned away; the same for the same reason is counted."""
        name = "".join(c for c in name if c.isprintable())[:LONGEST]
        with self._lock:
            old = self._refusals.pop((device, why.key), None)
            self._refusals[device, why.key] = Refusal(moment(), (old.times if old else 0) + 1, name, device, why)
            while len(self._refusals) > MOST:
                self._refusals.popitem(last=False)
        self._tell()

    def here(self) -> dict[str, Visit]:
        """Return device -> visit of those that are at the desk."""
        with self._lock:
            return {device: visit for device, (visit, at) in self._visits.items() if time.monotonic() - at < HERE_S and visit.step != "level"}

    def refusals(self) -> list[Refusal]:
        """Return who was turned away, the last first."""
        with self._lock:
            return list(reversed(self._refusals.values()))

    def _tell(self) -> None:
        if (changed := self.changed) is not None:  # asked once: a hub that is being stopped takes it away meanwhile
            changed()
