"""Titled: of which place a sheet of another office's table speaks. Promises a place only where its name says so: the sheet is called after
it, or the lines over the table name it, and no other beside it."""
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from app.books.headers import as_text
from app.books.incoming import Sheet
from app.models import places

if TYPE_CHECKING:
    from app.models.ledger import Ledger

_ENDINGS = re.compile(r"(易地扶贫搬迁|易地搬迁)?(集中)?(安置点|安置区|安置小区|社区居委会|村委会|居委会|社区|小区|行政村|村|镇|乡|街道办事处|街道)$")
_DRESS = re.compile(r"^[\s\d.、．_()（）-]+|[\s\d._()（）-]+$|(花名册|名册|名单|台账|明细|情况)?表?$")
SHORT = 3  # letters: a shorter name inside of a title may be part of another word


def place_of(ledger: "Ledger", sheet: Sheet, row: int) -> str:
    """Return the code of the place that a sheet is about, "" where it names none or several; `row` is that of its heads."""
    names = dict(_names(ledger))
    called = _DRESS.sub("", _DRESS.sub("", sheet.name.strip()))
    if found := _one({code for name, code in names.items() if called in (name, _short(name))}):
        return found
    over = "|".join(text for cells in sheet.rows[:row - 1] for cell in cells if (text := as_text(cell)))
    return _one(_told(names, f"{sheet.name}|{over}"))


def called(ledger: "Ledger", text: str) -> str:
    """Return the code of the one place that a text names, "" where it names none or several."""
    return _one(_told(dict(_names(ledger)), text))


def _told(names: Mapping[str, str], text: str) -> set[str]:
    """Return the codes of the places that a text names; a name inside of a longer one is none of its own."""
    ways = {way: code for name, code in names.items() for way in (_short(name), name) if way == name or len(way) >= SHORT}
    found: set[str] = set()
    for way in sorted(ways, key=len, reverse=True):
        if way in text:
            found.add(ways[way])
            text = text.replace(way, "|")
    return found


def _one(codes: set[str]) -> str:
    """Return the innermost of places that lie in each other, "" where they do not."""
    inner = max(codes, key=lambda code: (len(places.prefix(code)), code), default="")
    return inner if all(places.within(inner, places.prefix(code)) for code in codes) else ""


def _short(name: str) -> str:
    short = _ENDINGS.sub("", name)
    return short if len(short) > 1 else name


def _names(ledger: "Ledger") -> Iterator[tuple[str, str]]:
    """Yield name and code of this office's places, towns, villages and sites; a name that two of them have is none."""
    told: dict[str, set[str]] = {}
    home = ledger.me.area
    below = [home]
    for code in below:
        if places.level_of(code) < places.LOCAL:
            below += [place.code12 for place in places.children(code, ledger)] if places.level_of(code) >= places.COUNTY else []
    found = [(code, place.name) for code in below[1:] if (place := places.get(code, ledger))]
    for code, name in (*found, *((code, name) for code, name in places.local_rows(ledger) if places.within(code, places.prefix(home)))):
        told.setdefault(name, set()).add(code)
    for name, codes in told.items():
        if len(codes) == 1:
            yield name, min(codes)
