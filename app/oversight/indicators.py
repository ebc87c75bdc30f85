"""Indicators: the dispatch figures of a place at a cut-off date. Promises that each is the length, or the sum, of a list that opens.

This is the plain recount: who is counted follows from the records alone, so any date and any place of the feed can be asked for. A person is
counted once, at the home of their representative; a household at its place; what an office made at the site it was made for, else there.

    count(Records(ledger.db.conn), on="2026-11-23").report(places.prefix(area)).cells["C1"]
"""
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.assistance import targets, zero
from app.assistance.records import Records
from app.assistance.roll import Roll, read
from app.assistance.targets import EMPLOYED_, UNKNOWN, UNWILLING_, WILLING_, Z2, HomeStanding, Standing
from app.assistance.thresholds import Thresholds, birthday
from app.oversight import activity
from app.oversight.cells import CELLS, IDENTITIES, RATES, Cell
from app.oversight.entries import Entries, Period

LEVELS = {"4": "C2", "3": "C3", "1": "C4", "2": "C4", "5": "C5"}
KINDS = {"2": "C6", "3": "C7", "4": "C8", "5": "C9", "6": "C10"}
STATES = {EMPLOYED_: "C1", WILLING_: "D1", UNWILLING_: "D2", UNKNOWN: "D3"}
AWAY = ("3", "4", "5")
ORGANISED = ("1", "3", "4")


@dataclass(frozen=True, slots=True)
class Checked:
    """One identity at a place. Attributes: key, left, right (the sums), holds."""

    key: str
    left: int
    right: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one place. Attributes: cells (code to figure), rates (key to numerator and denominator), checks."""

    cells: dict[str, int]
    rates: dict[str, tuple[int, int]]
    checks: tuple[Checked, ...]


@dataclass(slots=True)
class Figures:
    """Every figure with its list. Attributes: period, entries, roll, standings (person to how they stand), homes (household to how it stands),
    cases (of zero-employment households)."""

    period: Period
    entries: Entries
    roll: Roll
    standings: dict[str, Standing] = field(default_factory=dict)
    homes: dict[str, HomeStanding] = field(default_factory=dict)
    cases: list[zero.Case] = field(default_factory=list)

    def report(self, prefix: str) -> Report:
        """Return the figures of everything under a place's prefix."""
        sums = self.entries.sums(prefix)
        rates = {rate.key: (sum(sums[c] for c in rate.over), sum(sums[c] for c in rate.under)) for rate in RATES.values()}
        checks = []
        for one in IDENTITIES:
            left, right = sum(sums[c] for c in one.left), sum(sums[c] for c in one.right)
            checks.append(Checked(one.key, left, right, left >= right if one.least else left == right))
        return Report({code: n for code, n in sums.items() if not CELLS[code].part}, rates, tuple(checks))

    def listed(self, cell: Cell, prefix: str) -> list[tuple[str, str]]:
        """Return (type, id) of who is counted in a figure, by id."""
        return self.entries.listed(cell.code, prefix)


def count(records: Records, on: str, since: str = "") -> Figures:
    """Return every figure at the end of a day (ISO); what happens in a period is counted from `since` on ("": from ever on)."""
    roll, thresholds, period = read(records), Thresholds(records, on), Period(since, on)
    found = Figures(period, Entries(), roll)
    _people(found, thresholds)
    _households(found, records, thresholds)
    activity.count(found.entries, records, roll, found.standings, period)
    return found


def _people(found: Figures, thresholds: Thresholds) -> None:
    on, roll, add = found.period.on, found.roll, found.entries.add
    for person in roll.people.values():
        home = roll.homes.get(person.home_on(on))
        terms = thresholds.at(home.place if home else "")
        one = found.standings[person.id] = targets.standing(person, home, on, terms)
        if home is None or home.relocation not in targets.RELOCATED or home.moved_in > on:
            continue
        if targets.is_member(person, on):
            add("A2", home.place, "person", person.id)
        if not one.in_scope:
            continue
        for code in ("B1", STATES[one.work], *more(one)):
            add(code, home.place, "person", person.id)
        if one.work == EMPLOYED_ and one.spell and found.period.holds(one.spell.verified):
            add("verified", home.place, "person", person.id)
        if on >= birthday(person.born, terms.band_age_to + 1):
            add("B1_over", home.place, "person", person.id)
        if targets.is_registered(home) or home.monitoring not in ("", "0"):
            add("B2", home.place, "person", person.id)
        if one.work in (EMPLOYED_, WILLING_):
            add("B3", home.place, "person", person.id)


def more(one: Standing) -> Iterable[str]:
    """Yield the other figures in which an employed person is counted."""
    if one.work != EMPLOYED_ or one.spell is None:
        return
    if one.spell.level in LEVELS:
        yield LEVELS[one.spell.level]
    if one.spell.kind in KINDS:
        yield KINDS[one.spell.kind]
    if one.spell.level in AWAY and one.spell.mode in ORGANISED:
        yield "organised"


def _households(found: Figures, records: Records, thresholds: Thresholds) -> None:
    on, roll = found.period.on, found.roll

    def add(code: str, rec: str) -> None:
        found.entries.add(code, roll.homes[rec].place, "household", rec)

    found.cases = zero.all_cases(roll, on, thresholds, zero.helped(records, roll))
    still = {case.household: case for case in found.cases if not case.ended}
    for rec, home in roll.homes.items():
        if home.relocation not in targets.RELOCATED or home.moved_in > on:
            continue
        some = [(p, found.standings[p.id]) for p in roll.members.get(rec, ()) if p.home_on(on) == rec]
        one = found.homes[rec] = targets.home_standing(home, some, on)
        add("A1", rec)
        if one.state != targets.NOBODY:
            add("A3", rec)
        if one.state == targets.AT_WORK and rec not in still:
            add("E1", rec)
        if one.zero:
            add("Z1", rec)
        if one.state in (Z2, UNKNOWN):
            add("Z2" if one.state == Z2 else "Z_unknown", rec)
    for rec in sorted({case.household for case in found.cases if found.period.holds(case.opened)}):
        add("E2_new", rec)
    for rec in sorted({case.household for case in found.cases if case.how == zero.CLEARED and found.period.holds(case.ended)}):
        add("E2_cleared", rec)
    for rec, case in still.items():
        if case.state == UNKNOWN:
            add("E2_unknown", rec)
            continue
        add("E2_end", rec)
        if case.awaits_check:
            add("E2_awaiting", rec)
        if case.overdue(on):
            add("E2_overdue", rec)


def as_dict(report: Report, area: str, on: str, since: str) -> dict[str, Any]:
    """Return a report as commands.md names it."""
    return {"area": area, "on": on, "from": since, "cells": report.cells,
            "rates": {key: {"numerator": over, "denominator": under} for key, (over, under) in report.rates.items()},
            "checks": [{"key": c.key, "left": c.left, "right": c.right, "holds": c.holds} for c in report.checks]}


