"""Whereabouts: the place names of a roster become place codes. Promises a place inside this workspace, or a reason why not."""
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.books.incoming import Sheet
from app.books.titled import place_of
from app.models import places
from app.models.identity import record_id
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

SITE_ENDINGS = ("", "安置点", "安置区", "社区", "小区")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a household lives. Attributes: place (code), site (id of its record, or its code, or None), told (the
    roster said so), doubt (a remark for people, or ""), outside (the place is not this workspace's)."""

    place: str
    site: str | None = None
    told: bool = False
    doubt: str = ""
    outside: bool = False


@dataclass(slots=True)
class Finder:
    """Finds places by name under this workspace's area; each wording is looked up once."""

    ledger: "Ledger"
    _known: dict[tuple[str, tuple[str, ...]], Whereabouts] = field(default_factory=dict)

    def find(self, site: str, words: tuple[str, ...]) -> Whereabouts:
        """Return where a household lives by the name of its site and by the words for province down to village."""
        key = (site, words)
        if key not in self._known:
            self._known[key] = self._find(site, words)
        return self._known[key]

    def titled(self, sheet: Sheet, row: int) -> Whereabouts:
        """Return where the households of a sheet live whose rows say nothing of it: where its name or the lines over its heads say."""
        key = (sheet.name, ("", str(row)))
        if key not in self._known:
            code = place_of(self.ledger, sheet, row)
            name = place.name if code and (place := places.get(code, self.ledger)) else ""
            self._known[key] = (name and self._site(name)) or (self._inside(code, "") if code else Whereabouts(self.ledger.me.area))
        return self._known[key]

    def _find(self, site: str, words: tuple[str, ...]) -> Whereabouts:
        home = self.ledger.me.area
        if site and (found := self._site(site)):
            return found
        named = [word for word in words if word]
        for many in range(len(named), 0, -1):
            code = self._read(named[:many]) or (self._read(named[many - 1:many]) if many == len(named) else None)
            if code:
                return self._inside(code, "" if many == len(named) and not site else self._unknown(site or named[-1], code))
        if site or named:
            return Whereabouts(home, told=False, doubt=self._unknown(site or named[-1], home))
        return Whereabouts(home)

    def _site(self, name: str) -> Whereabouts | None:
        scope = places.prefix(self.ledger.me.area)
        for ending in SITE_ENDINGS:
            full = name if name.endswith(ending) else name + ending
            row = self.ledger.db.conn.execute(
                "SELECT id, site_code, _place FROM resettlement_site WHERE name = ? AND _void IS NULL ORDER BY id",
                (full,)).fetchone()
            if row:
                place = row[1] if row[1] and places.is_code(row[1]) else row[2]
                return self._inside(place or self.ledger.me.area, "", row[0])
            found = places.find(full, scope, self.ledger) or places.find(full, scope[:6], self.ledger)
            if len(found) == 1:
                return self._inside(found[0].code12, "", found[0].code12 if "L" in found[0].code12 else None)
        return None

    def _read(self, words: list[str]) -> str | None:
        text = "".join(words)
        home = places.prefix(self.ledger.me.area)
        for scope in dict.fromkeys((home, home[:6])):
            found = places.find(text, scope, self.ledger)
            if len(found) == 1:
                return found[0].code12
        try:
            return places.read(text, home[:6], self.ledger)
        except Problem:
            return None

    def _inside(self, code: str, doubt: str, site: str | None = None) -> Whereabouts:
        home = self.ledger.me.area
        if places.within(code, places.prefix(home)):
            return Whereabouts(code, site, True, doubt)
        if places.within(home, places.prefix(code)):
            return Whereabouts(home, None, False, doubt)  # a county's name on a township's roster: the township it is
        return Whereabouts(code, site, True, doubt, outside=True)

    def _unknown(self, name: str, code: str) -> str:
        there = places.path(code, self.ledger)
        return say(f"“{name}”不是已知的地点，先记在 {there}", f"“{name}” is not a known place; put under {there} for now")


def household_record(place: str, code: str) -> str:
    """Return the id of the household with this issued code."""
    return record_id("household", place[:6], code)
