"""Rhythm: when a computer visits its hub by itself. Pure: it is told the time and what happened, and says when the next visit is.

Promises that two visits are never closer than LEAST, that there is always a next one, soon after something was finished
while the hub answers, ever more seldom (up to AWAY_MOST) while it does not, and that no two computers keep the same beat.
"""
import random
from collections.abc import Callable
from enum import StrEnum

from app.models.problem import Problem

LEAST = 5.0  # seconds between the end of a visit and the next
FIRST = 8.0  # after the window has opened
SETTLE = 8.0  # quiet after something was finished, so that a household typed in one go makes one visit
SETTLE_MOST = 60.0  # however busily people write
SEEN = 2.0  # after the hub was seen on the network
CALM = 600.0  # when nothing happens here: what others did comes down
AWAY, AWAY_MOST = 15.0, 240.0  # a hub that does not answer: asked again after 15 s, 30 s ...
STUCK = 1800.0  # a person has to do something first
JITTER = 0.2  # of every wait, so that forty laptops do not knock together when the power comes back


class Outcome(StrEnum):
    """How a visit ended: both level, not level yet, the hub did not answer, the hub or we refused and people must act."""

    LEVEL = "level"
    UNEVEN = "uneven"
    AWAY = "away"
    REFUSED = "refused"


class Rhythm:
    """When the next visit is due, in seconds of any clock that only goes forward.

    Attributes: due (when), outcome (of the last visit; None before the first), failures (visits in a row that did not end level).
    """

    def __init__(self, now: float, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self.outcome: Outcome | None = None
        self.failures = 0
        self._ended = now - LEAST
        self._unfinished_since: float | None = None  # when the first thing was written that no visit has taken yet
        self.due = self._later(now, FIRST)

    def finished(self, now: float) -> None:
        """Something was finished here. Where the hub answers, it is taken there once the hands rest."""
        if self._unfinished_since is None:
            self._unfinished_since = now
        if self.outcome in (None, Outcome.LEVEL):
            self.due = self._not_before(min(now + SETTLE, self._unfinished_since + SETTLE_MOST))

    def seen(self, now: float) -> None:
        """The hub was seen on the network: no need to wait out a pause."""
        if self.outcome in (None, Outcome.AWAY):
            self.due = self._not_before(min(self.due, now + SEEN))

    def began(self) -> None:
        """A visit begins: what is written from now on is for the next."""
        self._unfinished_since = None

    def ended(self, now: float, outcome: Outcome) -> None:
        """A visit ended; `due` is the next."""
        self.outcome, self._ended = outcome, now
        self.failures = 0 if outcome is Outcome.LEVEL else self.failures + 1
        if outcome is Outcome.LEVEL:
            self.due = self._later(now, CALM)
            if self._unfinished_since is not None:
                self.finished(now)
        elif outcome is Outcome.REFUSED:
            self.due = self._later(now, STUCK)
        else:
            most = AWAY_MOST if outcome is Outcome.AWAY else CALM
            self.due = self._later(now, min(most, AWAY * 2.0 ** min(self.failures - 1, 10)))

    def anew(self, now: float) -> None:
        """Begin again as after opening: paired, switched on, or a person has acted."""
        self.outcome, self.failures = None, 0
        self.due = self._not_before(now + SEEN)

    def is_due(self, now: float) -> bool:
        """Tell whether a visit should begin."""
        return now >= self.due

    def _later(self, now: float, seconds: float) -> float:
        return now + max(LEAST, seconds * (1 + JITTER * (2 * self._chance() - 1)))

    def _not_before(self, at: float) -> float:
        return max(at, self._ended + LEAST)


NEEDS_PEOPLE = ("peer.", "pair.", "sync.another_hub", "sync.newer", "sync.strange", "sync.address", "sync.unpaired", "segment.")


def outcome_of(problem: Problem) -> Outcome:
    """Return what a Problem of a visit means for the next one: away (it passes by itself) or refused (people must act)."""
    return Outcome.REFUSED if problem.key.startswith(NEEDS_PEOPLE) else Outcome.AWAY
