"""Stays: who stayed in the work they were brought into, who left early, who came home; by employer and by agency. Promises that nothing of it
is typed: it follows from the spells, and each number is a list of spells.
"""
from collections.abc import Iterable
from dataclasses import dataclass

from app.assistance.follow_ups import RETURNED, is_helped, months_after
from app.assistance.records import Records
from app.assistance.roll import Roll
from app.assistance.thresholds import Thresholds, day, shifted

STAY_MONTHS = (1, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Stay:
    """One time somebody began work that they were brought into.

    Attributes: employer and agency (names, "" not known), batch (id, ""), ended (the last day at work; "" still there), early (left within the
    days the office has set), home (came home).
    """

    person: str
    spell: str
    place: str
    employer: str
    agency: str
    batch: str
    begun: str
    ended: str
    early: bool
    home: bool

    def kept(self, months: int, on: str) -> bool | None:
        """Return whether somebody stayed so many months; None where a day is too early to tell."""
        due = months_after(self.begun, months)
        if self.ended and self.ended < due:
            return False
        return True if due <= on else None


@dataclass(frozen=True, slots=True)
class Line:
    """How it went with one employer or agency. Attributes: name, begun, early, home (the stays themselves), kept (months to (stayed, could tell))."""

    name: str
    begun: tuple[Stay, ...]
    early: tuple[Stay, ...]
    home: tuple[Stay, ...]
    kept: dict[int, tuple[int, int]]


def stays(records: Records, roll: Roll, on: str, since: str = "") -> list[Stay]:
    """Return the stays that began between two days, both counted, as they stand on the last of them, by their beginning."""
    terms = Thresholds(records, on)
    begun = [(person, spell) for person in roll.people.values() for spell in person.spells
             if is_helped(spell) and spell.start and since <= spell.start <= on]
    said = {row[0]: row[2:] for row in records.rows("placement", "employer_id", "employer_name", "batch_id", "end_reason", "return_date",
                                                    only=("id", {spell.id for _, spell in begun}))}
    employers = {row[0]: row[2] or "" for row in records.rows("employer", "name")}
    agencies = {row[0]: row[2] or "" for row in records.rows("agency", "name")}
    led = {row[0]: agencies.get(row[2] or "", "") for row in records.rows("transfer_batch", "agency_id")}
    found = []
    for person, spell in begun:
        employer, name, batch, reason, returned = said.get(spell.id, ("", "", "", "", ""))
        place = roll.place_of(person.id, on) or ""
        ended = spell.end if spell.end and spell.end <= on else ""
        early = bool(ended) and ended < shifted(spell.start, terms.value("early_leave_days", place))
        home = bool(ended) and (reason == RETURNED or bool(day(returned)) and day(returned) <= on)
        found.append(Stay(person.id, spell.id, place, employers.get(employer or "") or name or "", led.get(batch or "", ""), batch or "",
                          spell.start, ended, early, home))
    return sorted(found, key=lambda one: (one.begun, one.spell))


def lines(some: Iterable[Stay], by: str, on: str) -> list[Line]:
    """Return how it went by "employer" or "agency", by name; those of whom neither is known stand under ""."""
    filed: dict[str, list[Stay]] = {}
    for one in some:
        filed.setdefault(getattr(one, by), []).append(one)
    return [Line(name, tuple(all), tuple(s for s in all if s.early), tuple(s for s in all if s.home),
                 {months: _kept(all, months, on) for months in STAY_MONTHS}) for name, all in sorted(filed.items())]


def _kept(some: Iterable[Stay], months: int, on: str) -> tuple[int, int]:
    told = [kept for one in some if (kept := one.kept(months, on)) is not None and months_after(one.begun, months) <= on]
    return sum(told), len(told)
