"""Board: what a dispatch screen shows of a place on a day, worked out from the kept figures. Promises two numbers for each rate, and who is behind.

`quick` is what stands ready; `slow` looks through everybody's stretches: the way from a wish to a post to staying, and the trend.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.models import places
from app.models.language import say
from app.oversight.cells import IDENTITIES, RATES
from app.oversight.kept import AT, KeptFigures
from app.oversight.stretches import KNOWN, KNOWN_DAYS, ordinal

WORK = ("C1", "D1", "D2", "D3")
LEVELS = ("C2", "C3", "C4", "C5")
POINTS, WEEK = 12, 7
STALE_DAYS = 40  # from here on the age of data is said to be old


@dataclass(frozen=True, slots=True)
class Line:
    """One place of the board. Attributes: code, name, sums, age (days since its people's situations were confirmed, on average; None: none was)."""

    code: str
    name: str
    sums: Mapping[str, int]
    age: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """What stands ready. Attributes: area, on, since, sums (of the whole area), lines (its places, in their fixed order), age."""

    area: str
    on: str
    since: str
    sums: Mapping[str, int]
    lines: tuple[Line, ...]
    age: int | None

    def rate(self, key: str) -> tuple[int, int]:
        """Return numerator and denominator of a rate."""
        rate = RATES[key]
        return sum(self.sums[c] for c in rate.over), sum(self.sums[c] for c in rate.under)

    def identities(self) -> list[tuple[str, bool]]:
        """Return what must hold between the figures, as a sentence, and whether it does."""
        out = []
        for one in IDENTITIES:
            left, right = ([(code, self.sums[code]) for code in codes] for codes in (one.left, one.right))
            told, held = (sum(n for _, n in side) for side in (left, right))
            sign = "≥" if one.least else "="
            out.append((f" {sign} ".join(" + ".join(f"{_short(code)} {n}" for code, n in side) for side in (left, right)),
                        told >= held if one.least else told == held))
        return out


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way. Attributes: key, people (ids), lost ((why, ids) of those who did not come further)."""

    key: str
    people: frozenset[str]
    lost: tuple[tuple[str, frozenset[str]], ...] = ()


@dataclass(slots=True)
class Way:
    """Who wanted work in the period, and how far they came; the trend beside it. Attributes: stages, trend ((day, numerator, denominator))."""

    stages: tuple[Stage, ...] = ()
    trend: list[tuple[str, int, int]] = field(default_factory=list)


def quick(kept: KeptFigures, area: str, on: str, since: str) -> Board:
    """Return the board of an area: a line for each place right below it of which anything is counted."""
    prefix = places.prefix(area)
    by_place = kept.by_place(on, since, prefix)
    groups: dict[str, list[tuple[int, ...]]] = {}
    for place, sums in by_place.items():
        groups.setdefault(_below(place, prefix), []).append(sums)
    lines = []
    for code, some in sorted(groups.items()):
        added = _added(some)
        if any(n for key, n in added.items() if key not in (KNOWN, KNOWN_DAYS)):
            found = places.get(code, kept.ledger)
            name = found.name if found else places.path(code, kept.ledger) or say("没有登记地点", "No place on record")
            lines.append(Line(code, name, added, _age(added, on)))
    whole = _added(list(by_place.values()))
    return Board(area, on, since, whole, tuple(lines), _age(whole, on))


def slow(kept: KeptFigures, area: str, on: str, since: str) -> Way:
    """Return the way of those who wanted work since the period began (the year, where none did), and the weekly trend."""
    prefix, begin = places.prefix(area), since or f"{on[:4]}-01-01"
    day, first = ordinal(on), ordinal(begin)
    seen: dict[str, set[str]] = {key: set() for key in ("D1", "F3", "F5", "kept_3m", "C1")}
    numbers = {AT[key]: key for key in seen}
    for unit, kind, some in kept.units(prefix):
        for code, place, start, until, last, _, _ in some if kind == "person" else ():
            key = numbers.get(code)
            if key is None or not place.startswith(prefix):
                continue
            if start <= day and until > first if key == "D1" else start <= day < until and first <= last:
                seen[key].add(unit)
    days = _weeks(on, since)
    sums = kept.trend(prefix, days, since)
    return Way(_stages(seen), [(at, told["C1"], told["B3"]) for at, told in zip(days, sums, strict=True)])


def _stages(seen: Mapping[str, set[str]]) -> tuple[Stage, ...]:
    wanted = seen["D1"]
    referred = wanted & seen["F3"]
    arrived = referred & seen["F5"]
    stayed = arrived & seen["kept_3m"]
    there = (arrived - stayed) & seen["C1"]

    def ids(some: set[str]) -> frozenset[str]:
        return frozenset(some)

    return (Stage("wanted", ids(wanted), (("not_referred", ids(wanted - referred)),)),
            Stage("referred", ids(referred), (("not_arrived", ids(referred - arrived)),)),
            Stage("arrived", ids(arrived), (("not_yet", ids(there)), ("left", ids(arrived - stayed - there)))),
            Stage("stayed", ids(stayed)))


WORDS: dict[str, tuple[str, str]] = {
    "wanted": ("想工作", "Wanted work"), "referred": ("推荐过岗位", "Referred"), "arrived": ("到岗", "Began work"),
    "stayed": ("满 3 个月仍在岗", "There after 3 months"),
    "not_referred": ("还没推荐", "not referred yet"), "not_arrived": ("没去成", "did not go"), "not_yet": ("还没满 3 个月", "not 3 months yet"),
    "left": ("离开了", "left")}
SHORT: dict[str, tuple[str, str]] = {
    "B1": ("劳动力", "labour"), "C1": ("已就业", "employed"), "D1": ("想工作", "want work"), "D2": ("不想", "do not"), "D3": ("不明", "unknown"),
    "C2": ("省外", "outside"), "C3": ("省内县外", "province"), "C4": ("县内", "county"), "C5": ("境外", "abroad"),
    "A3": ("有劳动力户", "households"), "E1": ("有人就业户", "with work"), "E2_end": ("零就业户", "zero-employment")}


def _short(code: str) -> str:
    return say(*SHORT[code])


def _below(place: str, prefix: str) -> str:
    """Return the place right below a prefix under which a place lies."""
    for length in (2, 4, 6, 9):
        if length > len(prefix) and not (length == 4 and len(prefix) == 2 and place[2:4] == "00"):
            return place[:length].ljust(12, "0")
    return place


def _added(some: list[tuple[int, ...]]) -> dict[str, int]:
    return {code: sum(sums[at] for sums in some) for code, at in AT.items()}


def _age(sums: Mapping[str, int], on: str) -> int | None:
    return round(ordinal(on) - sums[KNOWN_DAYS] / sums[KNOWN]) if sums[KNOWN] else None


def _weeks(on: str, since: str) -> list[str]:
    """Return the days of the trend, a week or a few apart, from the period's first on; the last is the cut-off."""
    end = date.fromisoformat(on)
    reach = (end - date.fromisoformat(since)).days if since and since < on else WEEK * 9
    step = WEEK * max(1, -(-reach // (WEEK * (POINTS - 1))))
    return [(end - timedelta(days=n)).isoformat() for n in range(step * (reach // step), -1, -step)]
