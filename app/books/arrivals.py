"""Arrivals: rows that somebody added to a book. Promises that they come in as a roster's rows do, by the same rules."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.books.edits import Refused
from app.books.headers import find_heads
from app.books.lists import CREATED, REJECTED
from app.books.reconcile import Reconciliation
from app.books.returned import Returned, Row
from app.books.roster_row import read_row
from app.models.language import say
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What the added rows bring. Attributes: created (people who are new), known (rows that look like somebody who is
    here already), writes, refused (rows that are not taken), rows (their numbers in the sheet)."""

    created: int
    known: int
    writes: tuple[Write, ...]
    refused: tuple[Refused, ...]
    rows: tuple[int, ...]


def of(ledger: "Ledger", returned: Returned, rows: Sequence[Row]) -> Arrivals:
    """Return what these rows would bring."""
    heads = find_heads(returned.layout.sheet) if returned.template.records[0] == "person" else None
    if heads is None:
        refused = [Refused(row.layout.sheet.name, row.number, "", "", say("新加的行没有收：请在程序里登记",
                                                              "An added row was not taken: enter it in the program")) for row in rows]
        return Arrivals(0, 0, (), tuple(refused), tuple(row.number for row in rows))
    heads_of = {id(layout): find_heads(layout.sheet) or heads for layout in returned.layouts}
    read = [read_row(row.layout.sheet, heads_of[id(row.layout)], row.number) for row in rows]
    sheets = {id(one): row.layout.sheet.name for one, row in zip(read, rows, strict=True)}
    found = Reconciliation(ledger, read, masked=True)
    refused = [Refused(sheets.get(id(s.row), returned.layout.sheet.name), s.row.row, reason.field, reason.value, reason.text)
               for s in found.settled if s.fate == REJECTED for reason in s.row.reasons[:1]]
    created = sum(s.fate == CREATED for s in found.settled)
    return Arrivals(created, len(found.settled) - created - len(refused), found.writes, tuple(refused), tuple(s.row.row for s in found.settled))
