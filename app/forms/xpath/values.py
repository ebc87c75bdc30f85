"""Values of XPath and all casts between them, in one place. Promises that NaN prints as 'NaN' and dates as ISO.

A value is str, float, bool, a list of nodes, or a Moment (ODK's dates: days since 1970 as a number, local time as text).
"""
import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from app.forms.xpath.tree import Node

DAY_S = 86400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*")
_DATE = re.compile(r"(-?\d{4,})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a date with time; `at` None is ODK's "Invalid Date"."""

    at: datetime | None

    def days(self) -> float:
        """Return days since 1970-01-01T00:00Z; NaN when invalid."""
        return math.nan if self.at is None else (self.at - _EPOCH) / timedelta(days=1)

    def text(self) -> str:
        """Return YYYY-MM-DD at local midnight, else the local time with milliseconds and offset."""
        if self.at is None:
            return "Invalid Date"
        local = self.at.astimezone()
        if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
            return f"{local:%Y-%m-%d}" if local.year > 999 else local.date().isoformat()
        return local.isoformat(timespec="milliseconds")


class Days(float):
    """The number of a date, as number() gives it: days with their part, which print as whole days.

    Attributes: whole (the calendar day of a plain date; for a date with time, the day in UTC).
    """

    whole: int

    @classmethod
    def of(cls, text: str, moment: Moment) -> "Days":
        """Return the days of a date's text; the moment must be valid."""
        days = cls(moment.days())
        assert moment.at is not None
        plain = _DATE.fullmatch(text.strip()) is not None
        days.whole = moment.at.date().toordinal() - _EPOCH.toordinal() if plain else math.floor(days)
        return days


Value = str | float | bool | list[Node] | Moment


def local_midnight(day: date) -> datetime:
    """Return the start of this day in local time, aware."""
    return datetime(day.year, day.month, day.day).astimezone()


def _offset(zone: str) -> timezone | None:
    if zone == "Z":
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if int(digits[2:]) > 59 or minutes >= 1440:
        return None
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def parse_moment(text: str) -> Moment | None:
    """Return the moment an ISO date or date-time names, local unless it says otherwise; None where it names none."""
    text = text.strip()
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    rest = text[match.end():]
    if not rest:
        return Moment(local_midnight(day))
    time = _TIME.fullmatch(rest[1:]) if rest[0] in "T " else None
    if time is None:
        return None
    hour, minute, second, fraction, zone = time.groups()
    try:
        naive = datetime(
            day.year, day.month, day.day, int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")[:6])
        )
    except ValueError:
        return None
    if zone is None:
        return Moment(naive.astimezone())
    offset = _offset(zone)
    return None if offset is None else Moment(naive.replace(tzinfo=offset))


def moment_of_days(days: float) -> Moment:
    """Return the moment that many days after 1970-01-01T00:00Z."""
    if not math.isfinite(days):
        return Moment(None)
    try:
        return Moment(_EPOCH + timedelta(milliseconds=round(days * DAY_S * 1000)))
    except OverflowError:
        return Moment(None)


def number_text(value: float) -> str:
    """Return a number as XPath writes it: no exponent, no trailing zero, no minus zero."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    text = repr(float(value))
    if "e" in text:
        from decimal import Decimal

        text = f"{Decimal(text):f}"
    return text


def text_number(text: str) -> float:
    """Return the number a text names; a date's days; NaN."""
    if _NUMBER.fullmatch(text):
        return float(text)
    moment = parse_moment(text) if text[4:5] == "-" or text[5:6] == "-" else None
    return math.nan if moment is None else moment.days()


def to_text(value: Value) -> str:
    """Return the string of any value; of nodes that of the first."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].text() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        return value.text()
    return str(value.whole) if isinstance(value, Days) else number_text(value)


def to_number(value: Value) -> float:
    """Return the number of any value; dates as days since 1970."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, (float, int)):
        return float(value)
    if isinstance(value, Moment):
        return value.days()
    return text_number(to_text(value))


def to_boolean(value: Value) -> bool:
    """Return the truth of any value: non-empty text, non-zero number, any node, any valid date."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value == value and value != 0
    if isinstance(value, Moment):
        return value.at is not None
    return len(value) > 0


def to_moment(value: Value) -> Moment:
    """Return the date of any value: numbers are days, texts ISO; invalid where it is none."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool):
        return Moment(None)
    if isinstance(value, (float, int)):
        return moment_of_days(float(value))
    text = to_text(value)
    moment = parse_moment(text)
    if moment is None and _NUMBER.fullmatch(text):
        return moment_of_days(float(text))
    return moment or Moment(None)


_ORDER = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def _atoms(op: str, left: Value, right: Value) -> bool:
    if op in _ORDER:
        return bool(_ORDER[op](to_number(left), to_number(right)))
    if isinstance(left, bool) or isinstance(right, bool):
        equal = to_boolean(left) == to_boolean(right)
    elif isinstance(left, (float, Moment)) or isinstance(right, (float, Moment)):
        equal = to_number(left) == to_number(right)
    else:
        equal = to_text(left) == to_text(right)
    return equal == (op == "=")


def compare(op: str, left: Value, right: Value) -> bool:
    """Return left op right as XPath 1.0 has it, with ODK's casts of dates."""
    if isinstance(left, list):
        if isinstance(right, bool) and op not in _ORDER:
            return _atoms(op, bool(left), right)
        if isinstance(right, list):
            texts = [node.text() for node in right]
            return any(_atoms(op, node.text(), text) for node in left for text in texts)
        return any(_atoms(op, node.text(), right) for node in left)
    if isinstance(right, list):
        return compare(_MIRROR[op], right, left)
    return _atoms(op, left, right)
