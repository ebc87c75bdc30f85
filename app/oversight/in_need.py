"""In need: of whom a page shows, found by the kept figures, so that it reads those and nobody else. Promises what `agenda.group` gives of them.

    need = InNeed(ledger, on); need.counts(); need.cases(); need.listed("willing"); need.unknown()
The kept figures are brought up to date first: of many who came at once that takes its time, of those who were touched since next to none.
"""
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.assistance import agenda
from app.assistance.agenda import Group
from app.assistance.records import Records
from app.assistance.roll import present_at
from app.assistance.targets import GONE, status_on
from app.models import places
from app.oversight.kept import KeptFigures

if TYPE_CHECKING:
    from app.models.ledger import Ledger

CASES, OUT = "cases", "out"
OF = {"willing": "D1", "unknown": "D3", "unwilling": "D2", "employed": "C1"}  # group -> figure
Z2 = "Z2"  # figure of the households that want work and have none
OPEN = ("E2_end", "E2_unknown")  # figures of the open cases


class InNeed:
    """Whom to help at the office's place on a day."""

    def __init__(self, ledger: "Ledger", on: str, step: Callable[[int, int], None] | None = None) -> None:
        self.ledger, self.on, self.prefix = ledger, on, places.prefix(ledger.me.area)
        self.kept = KeptFigures(ledger)
        self.kept.follow(on, step=step)

    def counts(self) -> dict[str, int]:
        """Return group -> how many people are in it, who is out of scope too; and how many cases are open."""
        sums = self.kept.sums(self.prefix, self.on)
        found = {group: sums[code] for group, code in OF.items()}
        there = present_at(Records(self.ledger.db.conn), self.on, GONE)
        everybody = sum(n for place, n in there.items() if place.startswith(self.prefix))
        return {**found, CASES: sum(sums[code] for code in OPEN), OUT: everybody - sums["B1"]}

    def cases(self) -> Group:
        """Return the open cases with everybody who is or was in those households."""
        found = self._ids(*OPEN, Z2)
        homes = set().union(*(found[code] for code in OPEN))
        return agenda.some(self.ledger, self.on, self.prefix, self.kept.ever_in(homes), homes, found[Z2])

    def unknown(self) -> Group:
        """Return everybody of whom it is not known whether they work."""
        code = OF["unknown"]
        return agenda.some(self.ledger, self.on, self.prefix, self._ids(code)[code])

    def listed(self, group: str) -> tuple[Group, list[str]]:
        """Return those of a group, in order of need."""
        code = OF.get(group, "B1")
        found = self._ids(code, Z2)
        people = found[code]
        if group == OUT:
            people = {row[0] for row in self.ledger.db.conn.execute("SELECT id FROM person WHERE _void IS NULL")} - people
        some = agenda.some(self.ledger, self.on, self.prefix, people, z2=found[Z2])
        here = [rec for rec, one in some.standings.items() if (one.work if one.in_scope else OUT) == group
                and status_on(some.roll.people[rec], self.on) not in GONE]
        return some, some.in_need(here)

    def _ids(self, *codes: str) -> dict[str, set[str]]:
        return {code: {rec for _, rec in some} for code, some in self.kept.lists(codes, self.prefix, self.on, "").items()}
