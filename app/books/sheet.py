"""Sheet: rows become the XML of a worksheet, a few hundred at a time. Promises text that stays text and memory that does not grow.

Every cell of the body keeps its reference, its style and its type: nothing that a person wrote can become a formula
or a number (text is inline text with the format "@"; what begins like a formula is also marked with a quote prefix).
"""
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.books.cells import Show, Shown

ROWS_A_CHUNK = 200
LINE = 13.0  # points that a line of the body's text needs
_EPOCH = date(1899, 12, 30)
_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|^\s|\s$|  ")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Tail = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Style:
    """How a column's body cells look: style ids (plain, and with quote prefix), width in characters, wraps, text format."""

    letter: str
    plain: int
    quoted: int
    width: float
    wraps: bool


class Tails(dict[Any, str]):
    """Value to cell, remembered: for columns with few different values."""

    def __init__(self, make: Tail) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        self[value] = cell = self._make(value)
        return cell


def tail(shown: Shown, style: Style) -> str:
    """Return a cell's XML from behind its reference: style, type and content."""
    if shown is None or shown == "":
        return f'" s="{style.plain}"/>'
    if isinstance(shown, str):
        look = style.quoted if shown.startswith(FORMULA) else style.plain
        if _SPECIAL.search(shown):
            return f'" s="{look}" t="inlineStr"><is><t xml:space="preserve">{escape(shown)}</t></is></c>'
        return f'" s="{look}" t="inlineStr"><is><t>{shown}</t></is></c>'
    number = (shown - _EPOCH).days if isinstance(shown, date) else shown
    return f'" s="{style.plain}"><v>{number}</v></c>'


def escape(text: str) -> str:
    """Return text as XML holds it, without the control characters that it cannot hold and nobody can see."""
    return _CONTROL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tail_of(show: Show, style: Style, *, few: bool) -> Tail:
    """Return the function from a stored value to its cell; `few`: its different values are few, so they are kept."""
    def make(value: Any) -> str:
        return tail(show(value), style)
    return Tails(make).__getitem__ if few else make


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column: Han letters are two wide."""
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
    return -(-wide // max(2, int(width))) if wide else 1


class Body:
    """The body of a sheet. Attributes: styles (of the columns, left to right), first (row number), height (points)."""

    def __init__(self, styles: Sequence[Style], tails: Sequence[Tail | None], first: int, height: float) -> None:
        self.styles, self.first, self.height = styles, first, height
        self._tails = tails
        cells = "".join(f'<c r="{style.letter}\0%s' for style in styles)
        self._row = f'<row r="\0" ht="%s" customHeight="1">{cells}</row>'
        self._number = styles[0].plain
        self._roomy = [(at, style) for at, style in enumerate(styles) if style.wraps]
        fits = int(height // LINE) or 1
        self._plenty = [(at, 44 + len(str(style.plain)) + int(style.width / 2) * fits) for at, style in self._roomy]

    def chunks(self, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, str]]:
        """Yield (rows so far, XML) for rows of raw values, one for each column; a column without a tail counts rows."""
        out: list[str] = []
        done = 0
        for done, row in enumerate(rows, 1):
            cells = [f'" s="{self._number}"><v>{done}</v></c>' if make is None else make(value)
                     for make, value in zip(self._tails, row, strict=True)]
            number = str(self.first + done - 1)
            out.append(self._row.replace("\0", number) % (self._height(cells), *cells))
            if not done % ROWS_A_CHUNK:
                yield done, "".join(out)
                out.clear()
        yield done, "".join(out)

    def _height(self, cells: Sequence[str]) -> float:
        """Return the row's height: the template's, or more where a wrapped text would be cut."""
        if all(len(cells[at]) <= limit for at, limit in self._plenty):
            return self.height
        most = max(lines(text_of(cells[at]), style.width) for at, style in self._roomy)
        return max(self.height, most * LINE + 2)


def text_of(cell: str) -> str:
    """Return the text inside a cell's XML, roughly: for its length."""
    return cell.rsplit("<t", 1)[-1].partition(">")[2].partition("</t>")[0] if "<t" in cell else ""
