"""Recognise: what a workbook is that somebody drops on the window. Promises to ask the file, not the person; a wrong guess is mended on the page.

A book of ours says so in its hidden sheet, in its hidden columns, or by having its whole layout. A training list, posts or a roster (which
names people by household) are filled in already; any other table with heads that are known waits to be filled.
"""
from pathlib import Path
from typing import TYPE_CHECKING

from app.books import foreign
from app.books.headers import Heads, as_text, body_of
from app.books.incoming import Sheet, read_workbook
from app.books.layout import find_layout
from app.books.lists import ListKind
from app.books.posts import POSTS
from app.books.roster import ROSTER
from app.books.shelf import to_read
from app.books.template import HIDDEN, META
from app.books.training import TRAINING
from app.models.identity import base18

if TYPE_CHECKING:
    from app.models.ledger import Ledger

BOOK, TABLE = "book", "table"  # a list is called by its kind
LISTS = (TRAINING, POSTS, ROSTER)  # in the order in which they are thought of
WHOLE = 0.9   # of a book's columns that show: it is that book, though all that is hidden was lost
FILLED = 0.6  # of the cells under known heads: somebody has filled it in already
_LOOK_IN = 200  # rows that are looked at
_HOME = {"household.household_code", "household.head_id_number", "person.relation_to_head"}  # heads that say which household


def recognise(ledger: "Ledger", path: Path) -> str:
    """Return BOOK, TABLE or the name of a kind of list. Problem where the file is no workbook, or has no heads that are known."""
    workbook = read_workbook(path, hidden=(META,))
    if any(len(row) > 1 and row[0] == "book" and row[1] for row in workbook.hidden.get(META, ())):
        return BOOK
    if any(_is_book(ledger, sheet) for sheet in workbook.sheets):
        return BOOK
    for kind in LISTS:
        if any(_is_list(ledger, kind, sheet) for sheet in workbook.sheets):
            return kind.name
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


def _is_list(ledger: "Ledger", kind: ListKind, sheet: Sheet) -> bool:
    heads = kind.heads(sheet, ledger)
    if heads is None or kind is ROSTER and not _HOME & heads.known:
        return False
    return _filled(sheet, heads) or kind is ROSTER and _of_strangers(ledger, sheet, heads)


def _filled(sheet: Sheet, heads: Heads) -> bool:
    """Return whether rows stand under the heads, and most of their cells say something."""
    rows, columns = body_of(sheet, heads).rows[:_LOOK_IN], [head.column for head in heads.heads if head.targets]
    told = sum(sheet.cell(row, column) not in ("", None) for row in rows for column in columns)
    return bool(rows) and told >= FILLED * len(rows) * len(columns)


def _of_strangers(ledger: "Ledger", sheet: Sheet, heads: Heads) -> bool:
    """Return whether most rows name people who are not here: then there is nothing to fill, however many columns are blank."""
    at = [head.column for head in heads.columns("person.id_number")][:1]
    numbers = [number for row in body_of(sheet, heads).rows[:_LOOK_IN] for column in at if (number := base18(as_text(sheet.cell(row, column))))]
    known = sum(ledger.db.conn.execute("SELECT 1 FROM person WHERE id_number >= ? AND id_number < ? || '~' AND _void IS NULL LIMIT 1",
                                       (number, number)).fetchone() is not None for number in numbers)
    return 2 * known < len(numbers)


def list_kind(ledger: "Ledger", path: Path, name: str = "") -> ListKind:
    """Return the kind of list of this name; without one, that of the file, and where it is no list the kind most of its heads are of."""
    workbook = read_workbook(path)
    for kind in LISTS:
        if kind.name == name or not name and any(_is_list(ledger, kind, sheet) for sheet in workbook.sheets):
            return kind
    told = {kind: max((heads.told for sheet in workbook.sheets if (heads := kind.heads(sheet, ledger)) is not None), default=0)
            for kind in (ROSTER, POSTS, TRAINING)}
    return max(told, key=lambda kind: told[kind])
