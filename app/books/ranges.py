"""Ranges: what offices write in one cell that has two ends: "3000-5000 元/月", "45 岁以下", "3 月 1 日至 15 日". Promises nothing guessed: None."""
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.models.dictionary import fold

_TO = r"\s*(?:-|–|—|―|~|～|至|到|－)+\s*"
_NUMBER = r"(?<![\d.])(\d{1,9}(?:\.\d{1,4})?)(?![\d.])\s*(万|千|k|w)?"
_RANGE = re.compile(_NUMBER + r"\s*(?:元|岁|周岁)?" + _TO + _NUMBER)
_BETWEEN = re.compile(_NUMBER + r"(?:元|岁|周岁)?以上[,，、]?" + _NUMBER + r"(?:元|岁|周岁)?以下")
_ONE = re.compile(_NUMBER)
_DATE = r"(?:(\d{4})\s*[-./年])?\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?"
_PERIOD = re.compile(_DATE + r"(?:" + _TO + r"(?:" + _DATE + r"|(\d{1,2})\s*日))?\s*")
_TIMES = {"": 1, "万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000}
_FROM, _UP_TO = re.compile("以上|起|不低于|不少于|至少|≥|保底|底薪|满"), re.compile("以下|以内|不超过|不高于|至多|≤|最高")
_BASES = (("3", "时"), ("2", "天|日"), ("4", "件"))  # pay_basis: by the hour, the day, the piece


@dataclass(frozen=True, slots=True)
class Span:
    """Two ends, either of which may be open (None)."""

    low: int | None
    high: int | None


def span(text: str, unit: Decimal = Decimal(1)) -> Span | None:
    """Return the ends of a range of numbers, in whole units (`unit`: what one of them counts); None where it is no single range."""
    text = fold(text).replace(",", "")
    if found := _RANGE.search(text):
        low, low_unit, high, high_unit = found.groups()
        rest = text[:found.start()] + text[found.end():]
        return None if _ONE.search(rest) else _ordered(_times(low, low_unit or high_unit, unit), _times(high, high_unit, unit))
    if (found := _BETWEEN.fullmatch(text)) is not None:
        return _ordered(_times(found[1], found[2], unit), _times(found[3], found[4], unit))
    some = _ONE.findall(text)
    if len(some) != 1:
        return None
    value = _times(some[0][0], some[0][1], unit)
    if _FROM.search(text):
        return Span(value, None)
    return Span(None, value) if _UP_TO.search(text) else Span(value, value)


def pay_basis(text: str) -> str:
    """Return the code of how a wage is counted: by the month unless the text says otherwise."""
    return next((code for code, words in _BASES if re.search(rf"(?:/|每|一|按|计)\s*(?:小)?(?:{words})", text)), "1")


def period(text: str) -> tuple[str, str] | None:
    """Return (from, to) as YYYY-MM-DD; the same day twice where it is one; None where it is no period of days."""
    found = _PERIOD.fullmatch(fold(text).strip("。."))
    if not found or not found[1]:
        return None
    year, month, day, to_year, to_month, to_day, day_only = found.groups()
    try:
        first = date(int(year), int(month), int(day))
        last = date(int(to_year or year), int(to_month or month), int(to_day or day_only or day))
    except ValueError:
        return None
    return (first.isoformat(), last.isoformat()) if first <= last else None


def _times(number: str, word: str | None, unit: Decimal) -> int:
    return int(Decimal(number) * (_TIMES[word or ""] if word else unit))


def _ordered(low: int, high: int) -> Span | None:
    return Span(low, high) if low <= high else None
