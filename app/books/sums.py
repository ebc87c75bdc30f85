"""Sums: a row's cells as one short sum, so that a book that comes home tells at once which rows nobody touched.

Promises that equal sums mean equal cells; what Excel has only dressed otherwise differs in its sum and is looked at cell by
cell. A sum proves nothing and protects nothing: whoever changes it hides only edits of their own.
"""
from binascii import hexlify
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from hashlib import blake2b
from typing import Any

from app.books.template import HIDDEN, Column, Template

SIZE = 8  # bytes
BETWEEN = "\x1f"
EPOCH = date(1899, 12, 30)  # from which Excel counts days
MOST_KEPT = 20_000


def summed(template: Template) -> tuple[list[Column], list[Column]]:
    """Return the columns that a row's sum is made of, in its order: all that show but the row's number; days come last, since
    of a cell of days its number says the day, and of any other it does not."""
    shown = [c for c in template.columns if c.marker not in HIDDEN and c.marker != "row.number"]
    days = [c for c in shown if c.field is not None and c.field.kind == "date"]
    return [c for c in shown if c not in days], days


def said(shown: Any) -> str:
    """Return what a cell says on its way out: whole numbers bare, days as the numbers that stand in their cells, nothing as ""."""
    kind = type(shown)
    if kind is str:
        return str(shown)
    if shown is None:
        return ""
    if kind is float and shown.is_integer():
        return str(int(shown))
    return str((shown - EPOCH).days if isinstance(shown, date) else shown)


def sums(columns: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Return the sums of a batch's rows; what their cells say stands column by column, in the order of `summed`."""
    return [hexlify(blake2b(row, digest_size=SIZE).digest()) for row in map(BETWEEN.encode().join, zip(*columns, strict=True))]


def sum_of(cells: Iterable[Any], days: Iterable[Any]) -> str:
    """Return the sum of one row as it was read: its cells, those of days apart."""
    told = BETWEEN.join([*[cell if type(cell) is str else _read(cell) for cell in cells],
                         *[day if type(day) is str else _read_day(day) for day in days]])
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=SIZE).hexdigest()


def _read(cell: Any) -> str:
    """Return what a cell says when it is read: a day where none is looked for is not the number that it stands as."""
    return str(cell.isoformat()) if isinstance(cell, (date, time)) else said(cell)


def _read_day(cell: Any) -> str:
    day = cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell
    return said(day) if type(day) is date else _read(day)
