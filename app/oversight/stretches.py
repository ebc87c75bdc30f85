"""Stretches: in which figures a person, a household or an office's deed is counted, from which day until which. Pure functions of values.

Promises for every cut-off date and every period what `indicators.count` counts then. At each day on which anything may become otherwise it is asked
what is counted; between two such days nothing changes. So the calendar needs no recount: that a status will be too old is a stretch that ends.
"""
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.assistance import targets, zero
from app.assistance.roll import EMPLOYED, Home, Person, Roll
from app.assistance.targets import EMPLOYED_, UNKNOWN, WILLING_, Z2
from app.assistance.thresholds import Terms, Thresholds, birthday, shifted
from app.oversight import activity
from app.oversight.deeds import Deeds, Made
from app.oversight.indicators import STATES, more

ENDLESS = "9999-12-31"
KNOWN, KNOWN_DAYS = "known", "known_days"  # of those in scope: of how many it was ever said, and the days on which it last was, as ordinals
NOTHING = Deeds()  # of somebody for whom nothing was done
Count = tuple[str, str, str, str, int]  # code, place, since, record ("" the unit itself), how much


class Stretch(NamedTuple):
    """Counted at a place for cut-offs from a day on and before another, where the period began on `since` at the latest (ENDLESS: whatever it is)."""

    code: str
    place: str
    start: str
    until: str
    since: str = ENDLESS
    rec: str = ""
    n: int = 1


class Regimes:
    """The terms of each stretch of time: they change on the days from which settings hold. Attributes: days (the first is "")."""

    def __init__(self, thresholds: Mapping[str, Thresholds]) -> None:
        self._at = dict(sorted(thresholds.items()))
        self.days = tuple(self._at)

    def at(self, on: str, place: str) -> Terms:
        """Return what holds at a place on a day."""
        return self._at[self.days[bisect_right(self.days, on) - 1]].at(place)

    def each(self, place: str) -> Iterator[tuple[str, str, Terms]]:
        """Yield (first day, the day after the last, the terms) of each stretch of time."""
        for start, until in zip(self.days, (*self.days[1:], ENDLESS), strict=True):
            yield start, until, self._at[start].at(place)


def of_person(person: Person, roll: Roll, deeds: Deeds, regimes: Regimes) -> list[Stretch]:
    """Return where a person is counted, and when."""
    homes = [roll.homes.get(home) for _, home in person.homes]
    days = {*regimes.days, "", person.born, person.status_date, *(since for since, _ in person.homes), *(h.moved_in for h in homes if h)}
    for spell in person.spells:
        days |= {spell.start, spell.verified, spell.as_of, _three_months(spell.start)}
        if spell.end:
            days.add(shifted(spell.end, 1))
    for terms in {terms for home in [None, *homes] for _, _, terms in regimes.each(home.place if home else "")}:
        if person.born:
            days |= {birthday(person.born, terms.scope_age_from), birthday(person.born, terms.band_age_to + 1)}
        days |= {shifted(day, terms.status_valid_days + 1) for spell in person.spells for day in (spell.as_of, spell.end) if day}
    days |= {on for on, _, _ in deeds.referrals} | {*deeds.arrived, *deeds.surveys} | {on for on, _ in deeds.checks}
    days |= {begins for begins, _, _, _ in deeds.trainings}
    return _joined(days, lambda on: _person_on(person, roll, deeds, regimes, on))


def _person_on(person: Person, roll: Roll, deeds: Deeds, regimes: Regimes, on: str) -> Iterator[Count]:
    home = roll.homes.get(person.home_on(on))
    one = targets.standing(person, home, on, regimes.at(on, home.place if home else ""))
    if home is None:
        return
    if home.relocation in targets.RELOCATED and home.moved_in <= on:
        for code, since, n in _standing_on(person, home, one, regimes.at(on, home.place), on):
            yield code, home.place, since, "", n
    for code, since, rec in _deeds_on(person, one, deeds, on):
        if since and since <= on:
            yield code, home.place, since, rec, 1


def _standing_on(person: Person, home: Home, one: targets.Standing, terms: Terms, on: str) -> Iterator[tuple[str, str, int]]:
    if targets.is_member(person, on):
        yield "A2", ENDLESS, 1
    if not one.in_scope:
        return
    for code in ("B1", STATES[one.work], *more(one)):
        yield code, ENDLESS, 1
    if one.work == EMPLOYED_ and one.spell and one.spell.verified and one.spell.verified <= on:
        yield "verified", one.spell.verified, 1
    if on >= birthday(person.born, terms.band_age_to + 1):
        yield "B1_over", ENDLESS, 1
    if targets.is_registered(home) or home.monitoring not in ("", "0"):
        yield "B2", ENDLESS, 1
    if one.work in (EMPLOYED_, WILLING_):
        yield "B3", ENDLESS, 1
    if one.spell and one.spell.as_of and one.spell.as_of <= on:
        yield KNOWN, ENDLESS, 1
        yield KNOWN_DAYS, ENDLESS, ordinal(one.spell.as_of)


def _deeds_on(person: Person, one: targets.Standing, deeds: Deeds, on: str) -> Iterator[tuple[str, str, str]]:
    """Yield (code, the day until which a period must have begun to count it, record): the last of such days counts for a person."""
    jobs = [spell for spell in person.spells if spell.status == EMPLOYED]
    if jobs:
        hired = [day for day, outcome, _ in deeds.referrals if outcome == activity.HIRED and day]
        yield "F5", _last(on, [s.start for s in jobs if s.post or any(day <= s.start for day in hired)]), ""
        yield "J1", _last(on, [s.start for s in jobs if s.kind == activity.PUBLIC_POST]), ""
    for spell in jobs:
        due = _three_months(spell.start)
        yield "placed_3m", due, spell.id
        if not spell.end or spell.end >= due:
            yield "kept_3m", due, spell.id
    if deeds is NOTHING:
        return
    for day, _, rec in deeds.referrals:
        yield "F3", day, rec
    yield "F4", _last(on, [day for day, outcome, _ in deeds.referrals if outcome in activity.INTENTION]), ""
    yield "G2", _last(on, deeds.arrived), ""
    for begins, _, _, rec in deeds.trainings:
        yield "H1_attendances", begins, rec
    yield "H2", _last(on, [begins for begins, _, certified, _ in deeds.trainings if certified]), ""
    if one.work == EMPLOYED_ and one.spell:
        start = one.spell.start
        yield "H3", _last(on, [begins for begins, ends, _, _ in deeds.trainings if start >= ends]), ""
    if one.in_scope:
        yield "K1", _last(on, deeds.surveys), ""
    yield from _checks_on(deeds, on)


def _checks_on(deeds: Deeds, on: str) -> Iterator[tuple[str, str, str]]:
    yield "K2", _last(on, (day for day, _ in deeds.checks)), ""
    yield "K3", _last(on, (day for day, result in deeds.checks if result in activity.DIFFERS)), ""


def of_home(home: Home, members: Collection[Person], deeds: Deeds, regimes: Regimes) -> list[Stretch]:
    """Return where a household is counted, and when; `members`: everybody who ever was in it."""
    some, out = list(members), list[Stretch]()
    without = any(zero.ever_without(person) for person in some)
    for start, until, terms in regimes.each(home.place):
        cases = zero.cases(home, some, shifted(until, -1), terms) if without else []
        days = {start, *zero.days(home, some, ENDLESS, terms), *(on for on, _ in deeds.checks), *(shifted(c.clear_due, 1) for c in cases),
                *(case.ended for case in cases)}
        out += _joined({day for day in days if start <= day < until},
                       lambda on, cases=cases, terms=terms: _home_on(home, some, cases, deeds, terms, on), until)  # type: ignore[misc]
    return _merged(out)


def _home_on(home: Home, some: list[Person], cases: list[zero.Case], deeds: Deeds, terms: Terms, on: str) -> Iterator[Count]:
    codes: list[tuple[str, str]] = [("E2_new", _last(on, (case.opened for case in cases))),
                                    ("E2_cleared", _last(on, (case.ended for case in cases if case.how == zero.CLEARED)))]
    codes += [(code, since) for code, since, _ in _checks_on(deeds, on)] if deeds.checks else []
    still = next((case for case in cases if case.opened <= on and (not case.ended or case.ended > on)), None)
    one = zero.stands(home, some, on, terms)
    if home.relocation in targets.RELOCATED and home.moved_in <= on:
        codes += [(code, ENDLESS) for code in _state_on(one, still is not None)]
    if still is not None:
        codes += [(code, ENDLESS) for code in _case_on(one.state, still, on)]
    for code, since in codes:
        if since and (since == ENDLESS or since <= on):
            yield code, home.place, since, "", 1


def _state_on(one: targets.HomeStanding, open_: bool) -> Iterator[str]:
    yield "A1"
    if one.state != targets.NOBODY:
        yield "A3"
    if one.state == targets.AT_WORK and not open_:
        yield "E1"
    if one.zero:
        yield "Z1"
    if one.state in (Z2, UNKNOWN):
        yield "Z2" if one.state == Z2 else "Z_unknown"


def _case_on(state: str, case: zero.Case, on: str) -> Iterator[str]:
    if state == UNKNOWN:
        yield "E2_unknown"
        return
    yield "E2_end"
    if state == targets.AT_WORK:
        yield "E2_awaiting"
    if case.clear_due < on:
        yield "E2_overdue"


def of_made(one: Made) -> list[Stretch]:
    """Return where an office's deed is counted, and when: from its day on, in periods that hold it."""
    return [Stretch(code, place, one.on, ENDLESS, one.on, "", n) for code, place, n in one.cells] if one.on else []


@lru_cache(maxsize=65536)
def ordinal(day: str) -> int:
    """Return a day as a number: 1 is the first of all, 0 is none."""
    return date.fromisoformat(day).toordinal() if day else 0


def _last(on: str, days: Iterable[str]) -> str:
    return max([day for day in days if day and day <= on], default="")


def _three_months(start: str) -> str:
    return activity.months_later(start, activity.MONTHS) if start else ""


def _joined(days: Iterable[str], ask: Callable[[str], Iterable[Count]], until: str = ENDLESS) -> list[Stretch]:
    """Return what is counted between these days as stretches, those that go on being one."""
    out: list[Stretch] = []
    open_: dict[Count, str] = {}
    for on in sorted(days):
        now = dict.fromkeys(ask(on))
        for count in [count for count in open_ if count not in now]:
            out.append(_stretch(count, open_.pop(count), on))
        for count in now:
            open_.setdefault(count, on)
    return out + [_stretch(count, start, until) for count, start in open_.items()]


def _merged(some: list[Stretch]) -> list[Stretch]:
    """Join stretches that go on across a change of terms."""
    out: list[Stretch] = []
    for one in sorted(some, key=lambda s: (s.code, s.place, s.since, s.rec, s.n, s.start)):
        last = out[-1] if out else None
        if last and last._replace(start="", until="") == one._replace(start="", until="") and last.until == one.start:
            out[-1] = last._replace(until=one.until)
        else:
            out.append(one)
    return out


def _stretch(count: Count, start: str, until: str) -> Stretch:
    code, place, since, rec, n = count
    return Stretch(code, place, start, until, since, rec, n)
