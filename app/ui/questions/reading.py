"""What a person typed, read: dates, numbers, coordinates, identity numbers. Promises XForms values or None; no Qt."""
import re
import unicodedata
from datetime import date
from decimal import Decimal

from app.models.language import say

_ASIDE = re.compile(r"^(.*?)\s*[（(]([^（()）]*)[)）]\s*[？?]?$", re.DOTALL)
_DATE = re.compile(r"(\d{4})\s*[-./年]?\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


def plain(text: str) -> str:
    """Return the text with full-width characters folded and without spaces at its ends."""
    return unicodedata.normalize("NFKC", text).strip()


def aside(label: str) -> tuple[str, str]:
    """Return a label and what stands in brackets at its end, "" where nothing does."""
    found = _ASIDE.match(label)
    return (found.group(1), found.group(2)) if found and found.group(1) else (label, "")


def unit_of(label: str) -> tuple[str, str, str]:
    """Return (label, unit, rest) of a number question such as 期望月薪下限（元，到手）."""
    words, inside = aside(label)
    head, _, rest = inside.replace(",", "，").partition("，")
    known = ("元", "月", "个月", "年", "人", "户", "岁", "yuan", "months", "years", "people")
    return (words, head.strip(), rest.strip()) if head.strip() in known else (words, "", inside)


def read_date(text: str) -> str | None:
    """Return the ISO date of 20261123, 2026.11.23, 2026/11/23, 2026年11月23日 or 2026-11-23; None for anything else."""
    words = plain(text)
    if re.fullmatch(r"\d{8}", words):
        parts = (words[:4], words[4:6], words[6:])
    elif found := _DATE.fullmatch(words):
        parts = found.groups()
    else:
        return None
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError:
        return None


def distance(iso: str, today: date) -> str:
    """Return how far a day is: 2 个月 22 天, 3 年 1 个月, 今天; a later day says 后."""
    day = date.fromisoformat(iso)
    first, last = min(day, today), max(day, today)
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    days = (last - _months_on(first, months)).days
    years, rest = divmod(months, 12)
    if not (months or days):
        return say("今天", "today")
    zh = (f"{years} 年 {rest} 个月" if rest else f"{years} 年") if years else \
        (f"{months} 个月 {days} 天" if days else f"{months} 个月") if months else f"{days} 天"
    en = _counted(years, "year", rest, "month") if years else _counted(months, "month", days, "day")
    return say(f"{zh}后", f"in {en}") if day > today else say(zh, en)


def _counted(first: int, one: str, second: int, two: str) -> str:
    parts = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((first, one), (second, two)) if n]
    return " ".join(parts)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("a month has 28 days at least")


def read_number(text: str, whole: bool) -> str | None:
    """Return a number as XForms writes it, or None; commas of thousands are dropped."""
    words = plain(text).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"-?\d{1,15}" if whole else r"-?\d{1,15}(\.\d{1,9})?", words):
        return None
    return format(Decimal(words).normalize(), "f")


def read_place(text: str) -> str | None:
    """Return `lat lon 0 0` of two numbers typed by hand, in either order where that is clear; None otherwise."""
    found = re.findall(r"-?\d+(?:\.\d+)?", plain(text))
    if len(found) < 2:
        return None
    lat, lon = float(found[0]), float(found[1])
    if abs(lat) > 90 >= abs(lon):
        lat, lon = lon, lat
    return f"{_short(lat)} {_short(lon)} 0 0" if abs(lat) <= 90 and abs(lon) <= 180 else None


def _short(degrees: float) -> str:
    return f"{degrees:.7f}".rstrip("0").rstrip(".")


def group_id(text: str) -> str:
    """Return an identity number grouped 6-8-4 for the eye; anything that is none stays as it is."""
    bare = bare_id(text)
    if not re.fullmatch(r"[0-9]{1,17}[0-9X]?.{0,4}", bare) or len(bare) > 22:
        return bare
    return " ".join(part for part in (bare[:6], bare[6:14], bare[14:18], bare[18:]) if part)


def bare_id(text: str) -> str:
    """Return an identity number without its gaps, full-width folded, x as X."""
    return re.sub(r"[\s-]", "", plain(text)).upper()
