"""Recognise: what a workbook is that somebody drops on the window. Promises to ask the file, not the person; a wrong guess is mended on the page.

A book of ours says so in its hidden sheet, in its hidden columns, or by having its whole layout. A roster names people by household
and is filled in; any other table with heads that are known waits to be filled.
"""
from pathlib import Path
from typing import TYPE_CHECKING

from app.books import foreign
from app.books.headers import find_heads
from app.books.incoming import Sheet, read_workbook
from app.books.layout import find_layout
from app.books.roster_row import read_rows
from app.books.shelf import to_read
from app.books.template import HIDDEN, META

if TYPE_CHECKING:
    from app.models.ledger import Ledger

BOOK, ROSTER, TABLE = "book", "roster", "table"
WHOLE = 0.9   # of a book's columns that show: it is that book, though all that is hidden was lost
FILLED = 0.6  # of the cells under known heads: somebody has filled it in already
_LOOK_IN = 200  # rows that are looked at
_HOME = {"household.household_code", "household.head_id_number", "person.relation_to_head"}  # heads that say which household


def recognise(ledger: "Ledger", path: Path) -> str:
    """Return BOOK, ROSTER or TABLE. Problem where the file is no workbook, or has no heads that are known."""
    workbook = read_workbook(path, hidden=(META,))
    if any(len(row) > 1 and row[0] == "book" and row[1] for row in workbook.hidden.get(META, ())):
        return BOOK
    if any(_is_book(ledger, sheet) for sheet in workbook.sheets):
        return BOOK
    if any(_is_roster(path, sheet) for sheet in workbook.sheets):
        return ROSTER
    foreign.read(ledger, path)
    return TABLE


def _is_book(ledger: "Ledger", sheet: Sheet) -> bool:
    if any(set(HIDDEN) <= {str(cell) for cell in row} for row in sheet.rows[:_LOOK_IN]):
        return True
    for template in (made for some in to_read(ledger, "") for made in some):
        layout, shown = find_layout(sheet, template), [c for c in template.columns if c.marker not in HIDDEN]
        if layout is not None and sum(c in layout.columns for c in shown) >= WHOLE * len(shown):
            return True
    return False


def _is_roster(path: Path, sheet: Sheet) -> bool:
    heads = find_heads(sheet)
    if heads is None or not _HOME & heads.known:
        return False
    table = foreign.table_of(path, sheet)  # which knows examples and column numbers under the heads from people
    rows = [row for row in read_rows(sheet, heads)[:_LOOK_IN] if table is None or row.row in table.named]
    known = [head.column for head in heads.heads if head.targets]
    told = sum(sheet.cell(row.row, column) not in ("", None) for row in rows for column in known)
    return bool(rows) and told >= FILLED * len(rows) * len(known)
