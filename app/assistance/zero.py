"""Zero-employment households with their clocks: when each case opened, when help and clearing are due, how it ended.

Promises that a case is cleared only by a placement that somebody checked, and that the history can be told for any day from the records
alone (domain.md 2.2). Nothing of it is typed or stored.
"""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, Home, Person, Roll, read
from app.assistance.targets import (
    AT_WORK,
    EMPLOYED_,
    UNKNOWN,
    Z2,
    HomeStanding,
    begun,
    home_standing,
    is_member,
    standing,
    status_on,
    work,
)
from app.assistance.thresholds import Terms, Thresholds, birthday, day, shifted

CASUAL = "6"
CLEARED, LAPSED = "cleared", "lapsed"


@dataclass(frozen=True, slots=True)
class Case:
    """One time a household was without work though somebody wanted it.

    Attributes: opened, help_due, clear_due (days), ended ("" still open), how (cleared: a checked placement; lapsed: nobody who could and
    wants to work is there any more), state (the household's on the day asked), helped (the first help after it opened; "").
    """

    household: str
    place: str
    opened: str
    help_due: str
    clear_due: str
    ended: str = ""
    how: str = ""
    state: str = Z2
    helped: str = ""

    @property
    def awaits_check(self) -> bool:
        """Return whether somebody has begun to work and nobody has checked it."""
        return not self.ended and self.state == AT_WORK

    def overdue(self, on: str) -> bool:
        """Return whether it should have been cleared before a day and was not."""
        return not self.ended and self.clear_due < on


def cases(home: Home, people: Iterable[Person], on: str, terms: Terms) -> list[Case]:
    """Return the household's cases up to a day, the first one first; the last may be open."""
    some = list(people)
    found: list[Case] = []
    for at in days(home, some, on, terms):
        now = stands(home, some, at, terms)
        last = found[-1] if found and not found[-1].ended else None
        if last is None:
            if now.state == Z2:
                found.append(Case(home.id, home.place, at, shifted(at, terms.help_due_days), shifted(at, terms.clear_due_days)))
        elif any(clears(p, at, terms) for p in some if p.home_on(at) == home.id and is_member(p, at)):
            found[-1] = replace(last, ended=at, how=CLEARED, state=now.state)
        elif now.state not in (Z2, AT_WORK, UNKNOWN):
            found[-1] = replace(last, ended=at, how=LAPSED, state=now.state)
        else:
            found[-1] = replace(last, state=now.state)
    return found


def all_cases(roll: Roll, on: str, thresholds: Thresholds, helped: Mapping[str, list[str]] | None = None,
              only: Collection[str] | None = None) -> list[Case]:
    """Return every household's cases up to a day, by household; `helped`: person -> the days on which help was given; `only`: these households."""
    out: list[Case] = []
    for rec, home in sorted(roll.homes.items() if only is None else ((one, roll.homes[one]) for one in only if one in roll.homes)):
        some = roll.members.get(rec, [])
        if any(ever_without(p) for p in some):
            out += [_helped(case, some, helped or {}, on) for case in cases(home, some, on, thresholds.at(home.place))]
    return out


def helped(records: Records, roll: Roll, only: Collection[str] | None = None) -> dict[str, list[str]]:
    """Return person -> the days on which help was given: measures done and referrals; `only`: as told on these records."""
    out: dict[str, list[str]] = {}
    for type, name in (("measure", "done_date"), ("referral", "date")):
        for _, _, person, on in records.rows(type, "person_id", name, only=None if only is None else ("person_id", only)):
            if day(on):
                out.setdefault(roll.of(person), []).append(day(on))
    return out


def stands(home: Home, people: Iterable[Person], on: str, terms: Terms) -> HomeStanding:
    """Return how a household stands on a day, by those who were in it then."""
    return home_standing(home, [(p, standing(p, home, on, terms)) for p in people if p.home_on(on) == home.id], on)


def clears(person: Person, on: str, terms: Terms) -> bool:
    """Return whether a person's work on a day clears the household: they are counted as at work, it was checked, casual work was long enough."""
    spell = begun(person, on)
    if spell is None or status_on(person, on) != "1" or work(person, spell, on, terms) != EMPLOYED_:
        return False
    if spell.kind == CASUAL and on < shifted(spell.start, terms.casual_clear_days):
        return False
    return bool(spell.verified) and spell.verified <= on


def ever_without(person: Person) -> bool:
    """Return whether a person can ever have been known to be without work; nearly all households need no history."""
    return any(spell.status != EMPLOYED or spell.end or spell.kind == "7" for spell in person.spells)


def days(home: Home, people: Iterable[Person], on: str, terms: Terms) -> list[str]:
    """Return the days up to `on` on which something about a household may become otherwise."""
    found = {home.moved_in, on}
    for person in people:
        found.add(person.status_date)
        found.add(person.born)
        found.update(since for since, _ in person.homes)
        if person.born:
            found.add(birthday(person.born, terms.scope_age_from))
        for spell in person.spells:
            found |= {spell.start, spell.verified, shifted(spell.as_of or on, terms.status_valid_days + 1)}
            if spell.end:
                found |= {shifted(spell.end, 1), shifted(spell.end, terms.status_valid_days + 1)}
            if spell.kind == CASUAL:
                found.add(shifted(spell.start or on, terms.casual_clear_days))
    return sorted(day for day in found if day and day <= on)


def _helped(case: Case, people: Iterable[Person], helped: Mapping[str, list[str]], on: str) -> Case:
    days = [d for p in people for d in helped.get(p.id, ()) if case.opened <= d <= on and p.home_on(d) == case.household]
    return replace(case, helped=min(days)) if days else case


def standings_of(records: Records, on: str, homes: Collection[str]) -> dict[str, HomeStanding]:
    """Return household -> how it stands on a day, of these households; what a page or a book shows of some of them."""
    roll, thresholds = read(records, homes), Thresholds(records, on)
    return {rec: stands(home, roll.members.get(rec, ()), on, thresholds.at(home.place)) for rec, home in roll.homes.items()}
