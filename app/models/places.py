"""Places: the area codes, from province to township, and what an office adds below them.

Promises that a code is 12 characters and a prefix of it is a scope: 2 province, 2 city, 2 county, 3 township, 3 village
or site (a local one has its township's nine digits, then L and two characters). Parents are found by padding with
zeros, so that cities without counties (东莞) work too. The shipped file is read on first use and searched in place.

    get("529999001000") -> Place(code12, name "青禾镇", level 4, parent "529999000000")
"""
import csv
import gzip
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

from app.models.problem import Problem
from app.models.resources import resource

LENGTHS = (2, 4, 6, 9, 12)
COUNTY, TOWN, LOCAL = 3, 4, 5
_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|\d{9}L[0-9A-Z]{2}")
_NAMELESS = re.compile(r"市辖区|县|.*直辖县级行政区划")
_BETWEEN = re.compile(r"[\s,，、/>·-]+")
_PLAIN = str.maketrans("０１２３４５６７８９", "0123456789")


class Ledger(Protocol):
    """What places need of a ledger: its database, for local villages and sites."""

    db: Any


@dataclass(frozen=True, slots=True)
class Place:
    """A place. `level`: 1 province, 2 city, 3 county, 4 township, 5 village or site; `parent`: a code or ""."""

    code12: str
    name: str
    level: int
    parent: str


def get(code: str, ledger: Ledger | None = None) -> Place | None:
    """Return the place of a 12-character code, or None; local ones only with the ledger that holds them."""
    name = _local_name(code, ledger) or _name(code)
    return Place(code, name, level_of(code), parent(code)) if name else None


def complete(text: str) -> str:
    """Return the 12 characters of a code of 2, 4, 6, 9 or 12.

    Problem when it is no such code, or when its city is not a known one; newer counties and townships are accepted.
    """
    code = text.strip().translate(_PLAIN).upper()
    full = code.ljust(12, "0")
    if not _CODE.fullmatch(code) or not _stands(full):
        raise Problem(
            "place.code",
            f"“{text}”不是区划代码：请填 2、4、6、9 或 12 位代码，例如 529999",
            f"“{text}” is not an area code: give 2, 4, 6, 9 or 12 characters, such as 529999",
        )
    return full


def is_code(text: str) -> bool:
    """Return whether this is a 12-character place code, known or not."""
    return len(text) == 12 and _CODE.fullmatch(text) is not None


def is_known(code: str) -> bool:
    """Return whether a code of 2, 4, 6, 9 or 12 characters names a shipped place; any other text is simply unknown."""
    full = code.strip().upper().ljust(12, "0")
    return is_code(full) and _name(full) is not None


def prefix(code: str) -> str:
    """Return the scope of a 12-character code: its trailing zero levels dropped, 2, 4, 6, 9 or 12 characters."""
    return code[: LENGTHS[level_of(code) - 1]]


def level_of(code: str) -> int:
    """Return the level of a 12-character code, 1 (province) to 5 (village or site)."""
    shown = len(code.rstrip("0"))
    return next(level for level, length in enumerate(LENGTHS, 1) if shown <= length)


def level_name(level: int) -> str:
    """Return what a level is called, in the language in use."""
    from app.models.dictionary import dictionary

    return dictionary().codes["area_level"].label(str(level))


def parent(code: str) -> str:
    """Return the code of the nearest known place above, "" at the top."""
    for length in reversed(LENGTHS[: level_of(code) - 1]):
        above = code[:length].ljust(12, "0")
        if above != code and _name(above):
            return above
    return ""


def within(code: str, scope: str) -> bool:
    """Return whether a place lies under a scope prefix; "" is everywhere."""
    return code.startswith(scope)


def path(code: str, ledger: Ledger | None = None, *, whole: bool = False) -> str:
    """Return the names down to a place, "练习县 青禾镇"; from the county on, or `whole` from the province.

    A county whose name is not the only one of its kind has its city before it. An unknown code stands for itself.
    """
    steps = [step for step in _chain(code, ledger) if not _NAMELESS.fullmatch(step.name) or step.code12 == code]
    if not whole and level_of(code) >= COUNTY:
        levels = [step.level for step in steps]
        at = levels.index(COUNTY) if COUNTY in levels else min(1, len(steps) - 1)
        if levels[at] == COUNTY and _counties()[steps[at].name] > 1:
            at = max(0, at - 1)
        steps = steps[at:]
    return " ".join(step.name for step in steps)


def _chain(code: str, ledger: Ledger | None) -> list[Place]:
    """Return the places from the province down to this one; an unknown one is named by its code."""
    above = parent(code)
    here = get(code, ledger) or Place(code, code, level_of(code), above)
    return [*(_chain(above, None) if above else []), here]


def children(code: str = "", ledger: Ledger | None = None) -> tuple[Place, ...]:
    """Return the places directly below, by code; "" gives the provinces; with a ledger, its local ones too."""
    below = {place.code12: place for place in _shipped_children(code)}
    if code and ledger is not None and level_of(code) == TOWN:
        for local, name in _local_rows(code, ledger):
            below[local] = Place(local, name, LOCAL, code)
    return tuple(below[key] for key in sorted(below))


def find(name: str, scope: str = "", ledger: Ledger | None = None) -> tuple[Place, ...]:
    """Return the places of this exact name under a scope prefix, by code."""
    ending = "," + name
    found = {line[:12]: name for line in _under(scope) if line.endswith(ending)}
    if ledger is not None:
        found.update((code, local) for code, local in _local_rows(scope, ledger) if local == name)
    return tuple(Place(code, name, level_of(code), parent(code)) for code in sorted(found))


def matching(text: str, limit: int = 8, least: int = COUNTY) -> tuple[Place, ...]:
    """Return places to offer while somebody types a code or parts of names ("青禾", "练习 向阳"); the nearest first.

    `least` is the highest level offered: 3 leaves out provinces and cities.
    """
    words = [word for word in _BETWEEN.split(text.strip().translate(_PLAIN)) if word]
    if not words:
        return ()
    if words[0][:2].isdigit():
        lines = _under(words[0].upper())
    else:
        lines = [line for line in _lines() if words[-1] in line[13:]]
    own = [f"{code},{name}" for code, name in _adopted.items()
           if (code.startswith(words[0].upper()) if words[0][:2].isdigit() else words[-1] in name)]
    lines = [*lines, *(line for line in own if _name(line[:12]) is None)]
    found = [place for place in (Place(line[:12], line[13:], level_of(line[:12]), parent(line[:12])) for line in lines)
             if place.level >= least]
    if len(words) > 1:
        found = [place for place in found if all(word in path(place.code12, whole=True) for word in words[:-1])]
    found.sort(key=lambda place: (place.code12 not in _adopted, not place.name.startswith(words[-1]), place.level, len(place.name), place.code12))
    return tuple(found[:limit])


def read(text: str, scope: str = "", ledger: Ledger | None = None) -> str:
    """Return the code of what a person wrote: a code, or names such as "练习县青禾镇" from any level down.

    `scope` says where to look first. Problem when it names no place, or more than one.
    """
    if text.strip()[:2].translate(_PLAIN).isdigit():
        return complete(text)
    names = _BETWEEN.sub("", text)
    found: set[str] = set()
    for start in dict.fromkeys((scope, "")):
        found = _below(start.ljust(12, "0") if start else "", names, ledger) or _from_anywhere(names, start, ledger)
        if len(found) == 1:
            return found.pop()
    raise Problem(
        "place.name",
        f"“{text}”{'有多处同名' if found else '不是已知的地点'}：请写明省、市、县、乡，或填区划代码",
        f"“{text}” {'names several places' if found else 'is not a known place'}: "
        "write province, city, county and township, or the area code",
    )


def work_area_level(home: str, work: str) -> int | None:
    """Return where work is, seen from home: 1 township, 2 county, 3 province, 4 outside; None when too vague to say."""
    here, there = prefix(home), prefix(work)
    for length, level in ((9, 1), (6, 2), (2, 3)):
        known = min(len(here), len(there), length)
        if here[:known] == there[:known]:
            return level if known == length else None
    return 4


def _stands(full: str) -> bool:
    """Return whether a full code has a known city (or province) and no gap between its levels."""
    if not _name(full[:4].ljust(12, "0")):
        return False
    parts = [full[:2], full[2:4], full[4:6], full[6:9], full[9:]]
    given = [bool(part.strip("0")) for part in parts]
    gap = any(after and not before for before, after in pairwise(given))
    return not gap or (given[3] and _name(full[:9] + "000") is not None)


@cache
def _lines() -> list[str]:
    """Return "code,name" of every shipped place, by code."""
    with gzip.open(resource("places", "areas.csv.gz"), "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()
    with resource("places", "practice.csv").open(encoding="utf-8", newline="") as practice:
        lines += [f"{row['code']},{row['name']}" for row in csv.DictReader(practice)]
    lines.sort()
    return lines


def _name(code: str) -> str | None:
    lines = _lines()
    at = bisect_left(lines, code)
    if len(code) == 12 and at < len(lines) and lines[at].startswith(code):
        return lines[at][13:]
    return None


def _under(scope: str) -> list[str]:
    """Return the lines of a scope prefix."""
    lines = _lines()
    return lines[bisect_left(lines, scope) : bisect_left(lines, scope + "~")]


@cache
def _shipped_children(code: str) -> tuple[Place, ...]:
    scope = prefix(code) if code else ""
    level = level_of(code) if code else 0
    return tuple(
        Place(line[:12], line[13:], level_of(line[:12]), code)
        for line in _under(scope)
        if level_of(line[:12]) > level and parent(line[:12]) == code
    )


@cache
def _upper() -> list[str]:
    """Return the lines of provinces, cities and counties."""
    return [line for line in _lines() if line[6:12] == "000000"]


@cache
def _counties() -> Counter[str]:
    """Return how many counties bear a name."""
    return Counter(line[13:] for line in _upper() if level_of(line[:12]) == COUNTY)


def _below(start: str, names: str, ledger: Ledger | None) -> set[str]:
    """Return the codes that the names lead to, step by step, from a place down; nameless levels are passed through."""
    found: set[str] = set()
    for place in children(start, ledger):
        if names == place.name:
            found.add(place.code12)
        elif names.startswith(place.name):
            found |= _below(place.code12, names[len(place.name) :], ledger)
        if _NAMELESS.fullmatch(place.name):
            found |= _below(place.code12, names, ledger)
    return found


def _from_anywhere(names: str, scope: str, ledger: Ledger | None) -> set[str]:
    """Return the codes that the names lead to when they start at any city or county of a scope."""
    found: set[str] = set()
    for line in _upper():
        code, name = line[:12], line[13:]
        if names.startswith(name) and within(code, scope):
            found |= {code} if name == names else _below(code, names[len(name) :], ledger)
    return found


def _local_rows(scope: str, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield code and name of the ledger's own villages and sites under a scope prefix."""
    yield from ledger.db.execute(_LOCAL, {"low": prefix(scope) if len(scope) == 12 else scope}).fetchall()


_LOCAL = """
SELECT code, name FROM area WHERE substr(code, 1, length(:low)) = :low AND name IS NOT NULL AND _void IS NULL
UNION SELECT _place, name FROM resettlement_site
WHERE substr(_place, 1, length(:low)) = :low AND length(_place) = 12 AND name IS NOT NULL AND _void IS NULL
"""
_ONE_LOCAL = """
SELECT name FROM area WHERE code = :code AND name IS NOT NULL
UNION ALL SELECT name FROM resettlement_site WHERE _place = :code AND name IS NOT NULL LIMIT 1
"""


def local_rows(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield code and name of all of the ledger's own villages and sites."""
    return _local_rows("", ledger)


def adopt(local: dict[str, str]) -> None:
    """Know these villages and sites (code -> name) also where no ledger is given, instead of those adopted before."""
    global _adopted
    _adopted = {code: name for code, name in local.items() if is_code(code) and level_of(code) == LOCAL}


_adopted: dict[str, str] = {}


def _local_name(code: str, ledger: Ledger | None) -> str | None:
    if ledger is None:
        return _adopted.get(code)
    if not is_code(code) or level_of(code) != LOCAL:
        return None
    row = ledger.db.execute(_ONE_LOCAL, {"code": code}).fetchone()
    return str(row[0]) if row else None
