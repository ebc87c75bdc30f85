"""Thresholds: ages, validities and terms by which people are counted, as offices agreed them. Promises the nearest office's word on the day."""
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from app.assistance.records import Records
from app.models.office import nearest

KEYS = ("status_valid_days", "scope_age_from", "band_age_to", "help_due_days", "clear_due_days", "farming_counts", "casual_clear_days")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds at a place on a day; the names are the keys of resources/dictionary/settings.csv (days and full years)."""

    status_valid_days: int = 180
    scope_age_from: int = 16
    band_age_to: int = 59
    help_due_days: int = 3
    clear_due_days: int = 5
    farming_counts: bool = False
    casual_clear_days: int = 30

    def oldest(self, on: str) -> str:
        """Return the day from which on a status was confirmed to hold on a day."""
        return shifted(on, -self.status_valid_days)


class Thresholds:
    """The terms of each place on one day. Attributes: on (ISO)."""

    def __init__(self, records: Records, on: str) -> None:
        self.on = on
        self._said = list(records.rows("setting", "key", "value", "valid_from"))
        self._at: dict[str, Terms] = {}

    def at(self, place: str) -> Terms:
        """Return what holds at a place."""
        if place not in self._at:
            self._at[place] = Terms(**{key: self.value(key, place) for key in KEYS})
        return self._at[place]

    def value(self, key: str, place: str) -> Any:
        """Return what holds of one setting at a place."""
        return nearest(key, self._said, self.on, place).value


@lru_cache(maxsize=8192)
def shifted(day: str, days: int) -> str:
    """Return the day so many days later; the calendar's first or last where it would pass them."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return date.min.isoformat() if days < 0 else date.max.isoformat()


@lru_cache(maxsize=65536)
def day(value: object) -> str:
    """Return a stored day as ISO; a month's first day; "" for what is none."""
    text = value if isinstance(value, str) else ""
    try:
        return date.fromisoformat(text if len(text) != 7 else f"{text}-01").isoformat()
    except ValueError:
        return ""


@lru_cache(maxsize=65536)
def birthday(born: str, years: int) -> str:
    """Return the day on which somebody is so many full years old; born on 29 February, on 1 March of a common year."""
    year = int(born[:4]) + years
    if year > date.max.year:
        return date.max.isoformat()
    try:
        return date(year, int(born[5:7]), int(born[8:])).isoformat()
    except ValueError:
        return date(year, 3, 1).isoformat()
