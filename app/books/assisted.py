"""Assisted: books whose rows follow from rules and not from records alone: zero-employment households, and the dispatch table.

Promises the very households and figures that `leye report indicators` gives for the same place and day; the period of a dispatch table
is the campaign's, as offices agreed it.
"""
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.assistance.records import Records
from app.assistance.zero import Case
from app.books.batch import Batch, Column
from app.books.rows import Rows
from app.books.template import Total
from app.models.places import within
from app.oversight.cells import CELLS, RATES
from app.oversight.indicators import Figures, count
from app.oversight.snapshots import campaign_from

AT = "dispatch."
BY_MARKER = {code.lower(): code for code in (*CELLS, *RATES)}


def figures_of(source: Rows) -> Figures:
    """Return the figures of everything, at the end of the book's day."""
    records, on = Records(source.conn), source.on.isoformat()
    return count(records, on, campaign_from(records, source.prefix.ljust(12, "0"), on))


@dataclass(frozen=True)
class ZeroHomes(Rows):
    """The households of an area whose zero-employment case is open: to be helped, waiting for a check, or unknown by now."""

    @cached_property
    def cases(self) -> dict[str, Case]:
        """Return household -> its open case."""
        return {case.household: case for case in figures_of(self).cases if not case.ended and within(case.place, self.prefix)}

    def listed(self) -> tuple[str, tuple[Any, ...]]:
        """Return who is listed: as for all rows, with an open case."""
        import json

        sql, values = super().listed()
        return f"{sql} AND t.id IN (SELECT value FROM json_each(?))", (*values, json.dumps(sorted(self.cases)))

    def remembered(self) -> dict[str, Any]:
        """Return the cases, for the figures of a batch."""
        return {"cases": self.cases}


@dataclass(frozen=True)
class Places(Rows):
    """The places of an area of which anything is counted, by code; a row for each with its figures."""

    @cached_property
    def sums(self) -> dict[str, dict[str, int]]:
        """Return place -> code -> figure."""
        return {place: some for place, some in sorted(self._figures.entries.by_place().items()) if within(place, self.prefix)}

    @cached_property
    def _figures(self) -> Figures:
        return figures_of(self)

    def count(self) -> int:
        """Return how many rows there must be."""
        return len(self.sums)

    def ids(self) -> Iterator[str]:
        """Return the places' codes."""
        return iter(self.sums)

    def batches(self, markers: Sequence[str], utf8: Container[str] = ()) -> Iterator[Batch]:
        """Yield the rows."""
        if self.sums:
            yield Batch(len(self.sums), (list(self.sums),), tuple(self._column(marker) for marker in markers))

    def totals(self, totals: Sequence[Total]) -> dict[Total, int | float | None]:
        """Return the figures of the whole area: those of its rows, added up."""
        return {total: len(self.sums) if total.marker is None else sum(self._column(total.marker)) for total in totals}

    def told(self) -> dict[str, Any]:
        """Return the identities of the whole area, and the period."""
        report = self._figures.report(self.prefix)
        since = self._figures.period.since
        return {"checks": "; ".join(f"{c.key}: {c.left}, {c.right} {'✓' if c.holds else '✗'}" for c in report.checks),
                "period": f"{since or '…'} — {self.on.isoformat()}",
                **{f"rate {key}": _percent(over, under) for key, (over, under) in report.rates.items()}}

    def _column(self, marker: str) -> Column:
        if marker in ("place.name", "place.code"):
            return list(self.sums)
        if not marker.startswith(AT):
            return (None,) * len(self.sums)
        code = BY_MARKER[marker.removeprefix(AT)]
        if code in CELLS:
            return [some[code] for some in self.sums.values()]
        rate = RATES[code]
        return [_percent(sum(some[c] for c in rate.over), sum(some[c] for c in rate.under)) for some in self.sums.values()]


def _percent(over: int, under: int) -> str | None:
    return f"{over / under:.1%}" if under else None


SOURCES: dict[str, type[Rows]] = {"zero_homes": ZeroHomes, "places": Places}
