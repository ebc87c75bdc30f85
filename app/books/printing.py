"""Printing: a book as lines of cells for paper, from the same rows, heads and totals as its workbook. Promises to know no Qt.

    with printing.sheet(ledger, book, area, mask) as made:  made.heads, made.rows() ...
The rows are read anew for each pass (one measures, one draws), in one read transaction.
"""
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from app.books import cells
from app.books.catalogue import source_of
from app.books.export import around, reading
from app.books.kinds import Condition
from app.books.shelf import template_for
from app.books.template import HIDDEN, Template, fill
from app.models import clock, places

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from app.models.ledger import Ledger

POINTS = 10.0  # of a cell that says no size


@dataclass(frozen=True, slots=True)
class Box:
    """A cell around the body. Attributes: row (from 0 in its block), column (from 0), rows and columns (that it spans), text, points
    (size of its letters), bold, align (left, center, right), framed (whether lines stand round it)."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    points: float
    bold: bool
    align: str
    framed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of boxes: heights (points), boxes."""

    heights: tuple[float, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A book for paper. Attributes: title, landscape, widths (of the columns, in letters), above (on the first page), heads (on
    every page), below (after the last row), points (size of the body's letters), numeric (columns that stand right), count, rows
    (gives the body's texts from the start)."""

    title: str
    landscape: bool
    widths: tuple[float, ...]
    above: Block
    heads: Block
    below: Block
    points: float
    numeric: frozenset[int]
    count: int
    rows: Callable[[], Iterator[Sequence[str]]]


@contextmanager
def sheet(ledger: "Ledger", book: str, area: str | None = None, mask: bool = True, only: tuple[Condition, ...] = ()) -> Iterator[Printed]:
    """Give a book of an area for paper (`only`: the rows for which this holds too); its rows can be read while the block lasts.

    Problem where there is no such book or place.
    """
    template, place, on = template_for(ledger, book), places.complete(area or ledger.me.area), clock.today()
    with reading(ledger.db.conn) as conn:
        source = source_of(template, conn, places.prefix(place), on)
        source = replace(source, where=(*source.where, *only)) if only else source
        values = around(ledger, template, place, on, source.totals(template.totals)) | source.told()
        columns = [c for c in template.columns if c.marker not in HIDDEN]
        shows = [cells.show(ledger, template, c, mask) for c in columns]
        markers = [c.marker for c in columns]

        def rows() -> Iterator[Sequence[str]]:
            number = 0
            for batch in source.batches(markers):
                for row in batch.rows():
                    number += 1
                    yield [str(number) if m == "row.number" else _text(show(v)) for m, show, v in zip(markers, shows, row, strict=True)]

        yield _laid_out(template, values, source.count(), rows)


@dataclass(frozen=True, slots=True)
class Face:
    """What stands above the rows. Attributes: title, line (what stands under it, from the left), heads."""

    title: str
    line: tuple[str, ...]
    heads: Block


def face(ledger: "Ledger", book: str, area: str | None = None) -> Face:
    """Return what stands above the rows of a book, without reading them."""
    template, place = template_for(ledger, book), places.complete(area or ledger.me.area)
    page, at = template.sheet(template.open()), _columns(template)
    first, values = _first_head(template, page), around(ledger, template, place, clock.today(), {})
    texts: dict[int, list[str]] = {}
    for box in _block(page, 1, first - 1, at, values).boxes:
        if box.text:
            texts.setdefault(box.row, []).append(box.text)
    lines = list(texts.values()) or [[""]]
    return Face(" ".join(lines[0]), tuple(text for line in lines[1:] for text in line), _block(page, first, template.body - 1, at, values))


def _columns(template: Template) -> dict[int, int]:
    """Return column of the sheet -> its place among those that show."""
    return {c.index: n for n, c in enumerate(c for c in template.columns if c.marker not in HIDDEN)}


def _first_head(template: Template, page: "Worksheet") -> int:
    """Return the first row of heads: the first that is repeated on every page."""
    return int(str(page.print_title_rows or "").strip("$").split(":")[0].strip("$") or template.body - 1)


def _laid_out(template: Template, values: dict[str, Any], count: int, rows: Callable[[], Iterator[Sequence[str]]]) -> Printed:
    page = template.sheet(template.open())
    columns = [c for c in template.columns if c.marker not in HIDDEN]
    at, first = _columns(template), _first_head(template, page)
    widths = tuple(float(page.column_dimensions[c.letter].width or 8.43) for c in columns)
    numeric = frozenset(n for n, c in enumerate(columns) if c.field is not None and c.field.kind in ("integer", "number"))
    size = page.cell(template.body, columns[0].index).font.size
    return Printed(str(template.meta["name_zh"] if template.meta["language"] == "zh" else template.meta["name_en"]),
                   page.page_setup.orientation == "landscape", widths, _block(page, 1, first - 1, at, values),
                   _block(page, first, template.body - 1, at, values), _block(page, template.body + 1, template.last_row, at, values),
                   float(size or POINTS), numeric, count, rows)


def _block(page: "Worksheet", first: int, last: int, at: dict[int, int], values: dict[str, Any]) -> Block:
    """Return the lines first to last of the template, their markers filled; what is merged is one box."""
    merged = {(r.min_row, r.min_col): r for r in page.merged_cells.ranges}
    inside = {(row, column) for r in merged.values() for row in range(r.min_row, r.max_row + 1) for column in range(r.min_col, r.max_col + 1)}
    boxes = []
    for row in range(first, last + 1):
        for column, place in at.items():
            span = merged.get((row, column))
            if span is None and (row, column) in inside:
                continue
            cell = page.cell(row, column)
            text = _text(fill(cell.value, values) if isinstance(cell.value, str) else cell.value)
            framed = cell.border is not None and bool(cell.border.bottom and cell.border.bottom.style or cell.border.top and cell.border.top.style)
            if not text and not framed:
                continue
            wide = sum(1 for c in at if span.min_col <= c <= span.max_col) if span else 1
            boxes.append(Box(row - first, place, span.max_row - row + 1 if span else 1, wide, text, float(cell.font.size or POINTS),
                             bool(cell.font.bold), str(cell.alignment.horizontal or "left"), framed))
    return Block(tuple(float(page.row_dimensions[row].height or 20) for row in range(first, last + 1)), tuple(boxes))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
