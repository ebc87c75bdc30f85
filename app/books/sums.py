"""Sums: a row's cells as one short sum, so that a book that comes home tells at once which rows nobody touched.

Promises that equal sums mean equal cells; what Excel has only dressed otherwise differs in its sum and is looked at cell by
cell. A sum proves nothing and protects nothing: whoever changes it hides only edits of their own.
"""
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from hashlib import blake2b
from typing import Any

from app.books.cells import Show, as_stored

SIZE = 8  # bytes
BETWEEN = "\x1f"
MOST_KEPT = 20_000


def said(shown: Any) -> str:
    """Return what a cell says, the same on its way out and when it is read: whole numbers bare, days as ISO, nothing as ""."""
    kind = type(shown)
    if kind is str:
        return str(shown)
    if shown is None:
        return ""
    if kind is float and shown.is_integer():
        return str(int(shown))
    if kind is datetime and shown.time() == time():
        return str(shown.date().isoformat())
    return str(shown.isoformat() if isinstance(shown, date) else shown)


class Sayings(dict[Any, str]):
    """What the values of one column say, each shown once."""

    def __init__(self, show: Show) -> None:
        super().__init__()
        self._show = show

    def __missing__(self, value: Any) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        told = self[value] = said(self._show(value))
        return told

    def all(self, values: Sequence[Any]) -> list[str]:
        """Return what each value says; texts that are shown as they are stored need no memory."""
        if self._show is as_stored:
            return ["" if value is None else value if type(value) is str else said(value) for value in values]
        return list(map(self.__getitem__, values))


def sums(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return the sums of a batch's rows, whose cells stand column by column."""
    return [blake2b(row.encode("utf-8", "surrogatepass"), digest_size=SIZE).hexdigest()
            for row in map(BETWEEN.join, zip(*columns, strict=True))]


def sum_of(cells: Iterable[Any]) -> str:
    """Return the sum of one row as it was read."""
    told = BETWEEN.join([cell if type(cell) is str else said(cell) for cell in cells])
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=SIZE).hexdigest()


