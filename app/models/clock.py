"""Time: the wall clock behind one seam, and the hybrid logical clock that stamps changes.

Promises that a stamp of this device is always later than every stamp it made before, whatever the wall clock does,
that a stamp from the far future is accepted but never adopted (sync.md 2.1), and that a day that cannot be is told.
"""
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from app.models.problem import Problem

MADE = date(2025, 1, 1)  # this program is younger; and no computer is used half a century on
LONGEST_YEARS = 50
DAY_MS = 24 * 3600 * 1000
COUNTER_BITS = 12
RANDOM_BITS = 62


class _Source:
    """Where the time comes from; tests and the simulator replace `read`."""

    read: Callable[[], datetime] = staticmethod(lambda: datetime.now(UTC))


source = _Source()


def now() -> datetime:
    """Return the present moment, UTC, aware."""
    return source.read()


def today() -> date:
    """Return the local date."""
    return now().astimezone().date()


def wrong_day() -> Problem | None:
    """Return what is to be said where the date of this computer cannot be (a flat battery: 1970, 2000); None where it may be right."""
    day = today()
    if day >= MADE and day.year <= MADE.year + LONGEST_YEARS:
        return None
    return Problem("clock.wrong", f"这台电脑的日期是 {day}，不对：年龄和填的日期都会按它算。先在系统里把日期时间校准。",
                   f"This computer's date is {day}, which cannot be: ages and dates of what is entered go by it. Set date and time first.")


def wall_ms() -> int:
    """Return the wall clock in milliseconds since 1970, never below 0."""
    return max(0, int(now().timestamp() * 1000))


class Clock:
    """A hybrid logical clock: `stamp()` gives change ids that sort by time.

    Attributes: last (the greatest 60-bit time this clock has used: milliseconds and counter).
    """

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def stamp(self) -> str:
        """Return a new change id: UUIDv7 layout, 48 bits of milliseconds, 12 of counter, 62 random."""
        self.last = max(self.last + 1, wall_ms() << COUNTER_BITS)
        return _uuid7(self.last, secrets.randbits(RANDOM_BITS))

    def saw(self, cid: str) -> None:
        """Move past a stamp from elsewhere, unless it is more than a day ahead of the wall clock."""
        time = time_of(cid)
        if time > self.last and (time >> COUNTER_BITS) <= wall_ms() + DAY_MS:
            self.last = time


def _uuid7(time: int, random: int) -> str:
    ms, counter = time >> COUNTER_BITS, time & 0xFFF
    value = (ms & (2**48 - 1)) << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random
    return f"{value:032x}"


def time_of(cid: str) -> int:
    """Return the 60-bit time inside a change id: milliseconds << 12 | counter."""
    return int(cid[:12], 16) << COUNTER_BITS | int(cid[13:16], 16)


def moment_of(cid: str) -> datetime:
    """Return the wall time inside a change id, UTC; the year 9999 at most."""
    ms = int(cid[:12], 16)
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    except OverflowError:
        return datetime(9999, 12, 31, tzinfo=UTC)
