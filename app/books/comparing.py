"""Comparing: a cell of a book that came home against what it had shown. Promises that what only looks different is no change.

Excel and WPS turn text into numbers, dates into serials, and add blanks: a cell counts as edited only where it says
something else. What Excel has broken (a long number without its last digits) is refused, never repaired.
"""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.books.cells import Show, Shown, as_stored
from app.books.incoming import Cell
from app.books.list_row import ERRORS, NUMBERS
from app.books.template import Column
from app.models import identity
from app.models.change import Value
from app.models.dictionary import Field, parse
from app.models.language import say
from app.models.problem import Problem

_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 100_000  # a day in the year 2173
MASK = "*"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells of one column. Attributes: column, field, show (stored value to what the book shows), masked
    (the book hides this column's values)."""

    column: Column
    field: Field
    show: Show
    masked: bool

    def says(self, cell: Cell, stored: Any) -> bool:
        """Return whether the cell says what the stored value (as a typed table holds it) was shown as."""
        shown = self.show(stored)
        if _same(cell, shown):
            return True
        told = None if _blank(cell) else self._value_or_none(cell)
        return told is not None and told == self._value_or_none(as_stored(shown))

    def value(self, cell: Cell) -> Value:
        """Return what the cell says, as it is stored; None where it is empty. Raises Problem where it cannot be read."""
        if isinstance(cell, str) and ERRORS.fullmatch(cell.strip()):
            raise Problem("book.error_cell", f"{self.column.title}是错误值 {cell}，请重填。",
                          f"{self.column.title} is an error value {cell}; type it again.")
        if self.field.name in NUMBERS and identity.was_a_number(cell):
            raise Problem("book.number", f"{self.column.title}存成了数字，末几位已经丢失，不能修复。请把这一格改为文本，照证件重填。",
                          f"{self.column.title} was stored as a number and has lost its last digits; it cannot be repaired. Make the cell"
                          " text and type it again from the document.")
        if self.masked and isinstance(cell, str) and MASK in cell:
            raise Problem("book.masked", f"{self.column.title}在这本台账里是遮住的，改了也认不出来，没有收。请填完整的。",
                          f"{self.column.title} is masked in this book, so the edit cannot be read. Type it in full.")
        return parse(self.field, as_day(cell) if self.field.kind == "date" else bare(cell))

    def _value_or_none(self, cell: Any) -> tuple[Value, bool] | None:
        try:
            return self.value(cell), True
        except Problem:
            return None


def bare(cell: Cell) -> Any:
    """Return a cell as its value: whole floats as whole numbers, so that a phone typed as a number reads as digits."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def as_day(cell: Cell) -> Any:
    """Return a date that lost its format (a serial number) as the day it is."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1 <= cell < _LAST_SERIAL and float(cell).is_integer() and cell > 9999:
        return _EPOCH + timedelta(days=int(cell))
    return cell


def _blank(cell: Any) -> bool:
    return cell is None or isinstance(cell, str) and not cell.strip()


def _same(cell: Cell, shown: Shown) -> bool:
    if cell == shown or _blank(cell) and _blank(shown):
        return True
    if isinstance(shown, date):
        return isinstance(cell, datetime) and cell.date() == shown or as_day(cell) == shown
    if isinstance(shown, str):
        text = str(bare(cell)) if not isinstance(cell, (date, datetime)) else ""
        return text.strip() == shown.strip()
    return False


def trouble_of(read: Callable[[], Value]) -> tuple[Value, str]:
    """Return (value, "") or (None, why it cannot be read)."""
    try:
        return read(), ""
    except Problem as problem:
        return None, say(problem.zh, problem.en)
