"""Clocks for tests: a day that stays the same whenever the tests are run, on which the time goes on as it does.

What a test says of months worked, ages and last days to come is true on one day and not on another; the machine's own day is
nobody's choice, and a suite that is green in November must be green in January.
"""
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

DAY = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday, and the same day in China, in Europe and in America


def going_on_from(moment: datetime) -> Callable[[], datetime]:
    """Return what to put at `models.clock.source.read`: from this moment on the time passes at its own pace."""
    begun = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - begun)


def ticking(begun: datetime = DAY) -> Callable[[], datetime]:
    """Return a clock on which each look is a second later than the last: what was said later is newer, on a fast machine too."""
    looks = count()
    return lambda: begun + timedelta(seconds=next(looks))
