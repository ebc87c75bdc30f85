"""Returned: a book that came home, read. Promises to know its own books, and to say of any other file what it is not.

What it says of itself (the sheet `_meta`) is believed only where a row's signature holds; without it, or without the hidden
columns, rows are known by number and name, and come in as having seen nothing.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books import marks
from app.books.incoming import Cell, Sheet, read_workbook
from app.books.layout import Layout, find_layout
from app.books.shelf import to_read
from app.books.skimmed import skim
from app.books.sums import sum_of, summed
from app.books.template import HIDDEN, META, Template
from app.models import clock, places
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the book. Attributes: layout (of its sheet), number (in the sheet), cells (by the order of the layout's columns), ids
    (type to record; empty where the row has none), proven (the row is as this computer wrote it)."""

    layout: Layout
    number: int
    cells: Sequence[Cell]
    ids: Mapping[str, str]
    proven: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """A book that came home.

    Attributes: path, digest (of the file), template, layouts (of its sheets, one as a rule; all with the same columns in the same
    order), rows (those that may have been edited), untouched (own record
    of each row that says what it said), on (the day of the book), area (place code), masked, n (places of the feed its
    cells had seen; None where that cannot be told).
    """

    path: Path
    digest: str
    template: Template
    layouts: tuple[Layout, ...]
    rows: tuple[Row, ...]
    untouched: frozenset[str]
    on: date
    area: str
    masked: bool
    n: int | None

    @property
    def layout(self) -> Layout:
        """Return the layout of the first sheet."""
        return self.layouts[0]

    @property
    def source(self) -> str:
        """Return how the changes of this book are named: the same for the same file."""
        return f"book:{self.digest[:16]}"


def read(ledger: "Ledger", path: Path) -> Returned:
    """Read a book that came home. Raises Problem when the file is no workbook, or none of the books there are."""
    skimmed = set[str]()

    def less(content: bytes) -> bytes:
        found = skim(content, lambda sheets, rows: _fitting(ledger, path, sheets, _told(rows)))
        skimmed.update(found.untouched if found else ())
        return found.content if found else content

    workbook = read_workbook(path, (META,), less)
    meta = _told(workbook.hidden.get(META, ()))
    template, layouts = _found(ledger, path, workbook.sheets, meta)
    position = (_whole(meta.get("seen.n")), str(meta.get("seen.h", "")))
    mark = marks.Marks(str(meta.get("id", "")), position, marks.book_key(ledger))
    known = position[0] > 0 and ledger.feed_valid(*position)
    rows, untouched = _parted(layouts, template, mark if known else None, skimmed)
    if not rows and not untouched:
        raise Problem("book.empty", f"{path.name} 里有表头，下面没有人。请看看是不是空表，或者行被筛选后删掉了。",
                      f"{path.name} has heads but no rows below them. See whether it is a blank form.")
    area = str(meta.get("area", ""))
    return Returned(path, workbook.digest, template, layouts, rows, untouched, _day(meta.get("on")),
                    area if places.is_code(area) else ledger.me.area, bool(_whole(meta.get("masked"))), position[0] if known else None)


def _told(rows: Iterable[Sequence[Cell]]) -> dict[str, Any]:
    """Return what a workbook's sheet `_meta` says."""
    return {str(row[0]): row[1] for row in rows if len(row) > 1}


def _fitting(ledger: "Ledger", path: Path, sheets: Sequence[Sheet], meta: Mapping[str, Any]) -> tuple[Template, tuple[Layout, ...]] | None:
    """Return the same as `_found`; nothing where not every row could be judged by its sum."""
    try:
        template, layouts = _found(ledger, path, sheets, meta)
    except Problem:
        return None
    return (template, layouts) if all(_summed(layout, template) for layout in layouts) else None


def _found(ledger: "Ledger", path: Path, sheets: Sequence[Sheet], meta: Mapping[str, Any]) -> tuple[Template, tuple[Layout, ...]]:
    """Return the template and the sheet that fits it best, or all that the book goes on in; the book that the workbook says it is
    comes first."""
    book, several = str(meta.get("book", "")), _whole(meta.get("sheets")) > 1
    for template, *older in to_read(ledger, book):
        found = [(made, layout) for made in (template, *older) for sheet in sheets if (layout := find_layout(sheet, made)) is not None]
        if found:
            made, best = max(found, key=lambda one: len(one[1].columns))
            if template.id == book or len(best.columns) * 2 > len(made.columns):
                return made, _together(path, best, [layout for fits, layout in found if several and fits is made])
    raise Problem("book.unrecognised", f"{path.name} 不像本程序导出的台账：没有找到台账的列名。名册请用“导入名册”。",
                  f"{path.name} does not look like a book of this program: its heads were not found. Rosters come in under People.")


def _together(path: Path, best: Layout, others: Sequence[Layout]) -> tuple[Layout, ...]:
    """Return the layouts of all sheets that the book goes on in, the columns of all in one order."""
    own = [layout for layout in others if layout is best or layout.marked] or [best]
    for layout in own:
        if layout.columns.keys() != best.columns.keys():
            first, other = best.sheet.name, layout.sheet.name
            raise Problem("book.columns", f"{path.name} 里“{first}”和“{other}”的列不一样，没有读。请把两张表的表头改成一样的再来。",
                          f"In {path.name} the sheets {first} and {other} have different columns; nothing was read. Give both the same heads.")
    return tuple(replace(layout, columns={column: layout.columns[column] for column in best.columns}) for layout in own)


def _parted(layouts: Sequence[Layout], template: Template, mark: marks.Marks | None,
            untouched: set[str]) -> tuple[tuple[Row, ...], frozenset[str]]:
    """Return (rows that have to be looked at, own records of those that say what they said, those among them that are known)."""
    rows = [row for layout in layouts for row in _to_look_at(layout, template, mark, untouched)]
    return tuple(rows), frozenset(untouched)


def _to_look_at(layout: Layout, template: Template, mark: marks.Marks | None, untouched: set[str]) -> Iterator[Row]:
    """Yield the rows of a sheet that have to be looked at; own records of the others are added to those that are untouched."""
    by_marker = {column.marker: column for column in layout.columns}
    counted, days = summed(template)

    def same(row: Sequence[Cell]) -> bool:
        known, told = hidden(row)
        if told == "" or sum_of(said(row), of_days(row)) != told:
            return False
        rec = str(known).partition(" ")[0]
        return rec not in untouched and not untouched.add(rec)  # type: ignore[func-returns-value]

    if _summed(layout, template):
        hidden, said, of_days = layout.picked([by_marker["_id"], by_marker["_sum"]]), layout.picked(counted), layout.picked(days)
        judge = same
    else:
        def judge(row: Sequence[Cell]) -> bool:
            return False
    for number, cells in layout.body(judge):
        yield _row(layout, number, cells, template, mark)


def _summed(layout: Layout, template: Template) -> bool:
    """Tell whether the rows of a sheet carry sums, and all that these are made of."""
    return {"_id", "_sum"} <= {column.marker for column in layout.columns} and all(
        column in layout.columns for some in summed(template) for column in some)


def _row(layout: Layout, number: int, cells: Sequence[Cell], template: Template, mark: marks.Marks | None) -> Row:
    hidden = {column.marker: str(cell).strip() for column, cell in zip(layout.columns, cells, strict=True) if column.marker in HIDDEN}
    ids = hidden.get("_id", "").split()
    named = dict(zip(template.records, ids, strict=False)) if len(ids) == len(template.records) else {}
    proven = bool(named) and mark is not None and mark.holds(hidden["_id"], hidden.get("_sig", ""))
    return Row(layout, number, cells, {type: rec for type, rec in named.items() if rec != marks.NONE}, proven)


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return clock.today()
