"""Sheet: rows become the XML of a worksheet, a batch at a time. Promises text that stays text and memory that does not grow.

Every cell of the body keeps its reference, its style and its type: nothing that a person wrote can become a formula
or a number (text is inline text with the format "@"; what begins like a formula is also marked with a quote prefix).
A batch is made column by column; `tail` says of one cell what all of them are (a test holds the two equal).
"""
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.books.cells import Show, Shown, as_stored

LINE = 13.0  # points that a line of the body's text needs
_EPOCH = date(1899, 12, 30)
_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|^\s|\s$|  ")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_BETWEEN = "\u2502"  # parts the texts of a column where all of them are looked through at once
_NOT_PLAIN = ("&", "<", ">", "  ", " " + _BETWEEN, *(_BETWEEN + first for first in " =+-@"))
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FRAME = 41  # letters of a text cell's XML around its style and its text
MOST_KEPT = 20_000  # cells remembered of a column with few different values


@dataclass(frozen=True, slots=True)
class Style:
    """How a column's body cells look: style ids (plain, and with quote prefix), width in characters, wraps, text format."""

    letter: str
    plain: int
    quoted: int
    width: float
    wraps: bool


class Cells:
    """Makes the cells of one column, one after the other. Attributes: style, then (what follows each cell: the next one's
    reference, or the row's end), show (stored value to what is shown), longest (length of the longest cell so far)."""

    def __init__(self, style: Style, then: str, show: Show = as_stored) -> None:
        self.style, self.then, self.show, self.longest = style, then, show, 0

    def make(self, values: Sequence[Any]) -> Sequence[str]:
        """Return the cells of raw values, each from behind its reference to the next one's."""
        show = self.show
        return self._measured([tail(show(value), self.style) + self.then for value in values])

    def lines_in(self, cell: str) -> int:
        """Return how many lines a cell of this column takes."""
        return lines(text_of(cell), self.style.width)

    def _measured(self, cells: list[str]) -> list[str]:
        if self.style.wraps:
            self.longest = max(self.longest, max(map(len, cells), default=0))
        return cells


class Few(Cells):
    """A column with few different values: each cell is made once and remembered."""

    def __init__(self, style: Style, then: str, show: Show) -> None:
        super().__init__(style, then, show)
        self._kept = _Kept(self._one)
        self._lines: dict[str, int] = {}

    def make(self, values: Sequence[Any]) -> Sequence[str]:
        """Return the cells, each value's made once."""
        return list(map(self._kept.__getitem__, values))

    def lines_in(self, cell: str) -> int:
        """Return how many lines a cell takes, each counted once."""
        if cell not in self._lines:
            self._lines[cell] = super().lines_in(cell)
        return self._lines[cell]

    def _one(self, value: Any) -> str:
        cell = tail(self.show(value), self.style) + self.then
        self.longest = max(self.longest, len(cell))
        return cell


class _Kept(dict[Any, str]):
    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        self[value] = cell = self._make(value)
        return cell


class Numbers(Cells):
    """A column of numbers: whole ones need no looking at."""

    def make(self, values: Sequence[Any]) -> Sequence[str]:
        """Return the cells."""
        style, show = self.style, self.show
        before, after, nothing = f'" s="{style.plain}"><v>', f"</v></c>{self.then}", tail(None, style) + self.then
        return [f"{before}{value}{after}" if type(value) is int else nothing if value is None else tail(show(value), style) + self.then
                for value in values]


class Texts(Cells):
    """A column of texts that are shown as they are stored: looked through together, since nearly all are plain."""

    def __init__(self, style: Style, then: str) -> None:
        super().__init__(style, then)
        self._nothing = tail(None, style) + then
        self._before, _, after = tail("x", style).partition("x</t>")
        self._after = "</t>" + after + then

    def make(self, values: Sequence[Any]) -> Sequence[str]:
        """Return the cells; where one is not plain, each is looked at."""
        try:
            told = ["", *[value for value in values if value is not None], ""]
            together = _BETWEEN.join(told)
        except TypeError:  # a later program's value, that is no text
            return super().make(values)
        # isprintable is false for everything that XML cannot hold or that a blank could be
        if not together.isprintable() or together.count(_BETWEEN) != len(told) - 1 or any(part in together for part in _NOT_PLAIN):
            return super().make(values)
        before, after, nothing = self._before, self._after, self._nothing
        return self._measured([before + value + after if value else nothing for value in values])


    def lines_in(self, cell: str) -> int:
        """Return how many lines a cell takes: what stands between what is the same in all of them."""
        plain = cell.startswith(self._before)
        return lines(cell[len(self._before):-len(self._after)], self.style.width) if plain else super().lines_in(cell)


class Plain(Texts):
    """A column of texts that this program made: plain by construction."""

    def make(self, values: Sequence[Any]) -> Sequence[str]:
        """Return the cells."""
        return [self._before + value + self._after for value in values]


class Counted(Cells):
    """The column that counts the rows."""

    def make(self, values: Sequence[Any]) -> Sequence[str]:
        """Return the cells of row numbers."""
        return [f'" s="{self.style.plain}"><v>{value}</v></c>{self.then}' for value in values]


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


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column: Han letters are two wide, as in the Chinese encoding; rare ones four."""
    wide = len(text.encode("gb18030", "replace"))
    return -(-wide // max(2, int(width))) if wide else 1


class Body:
    """The body of a sheet. Attributes: columns (left to right), first (row number), height (points)."""

    def __init__(self, columns: Sequence[Cells], first: int, height: float) -> None:
        self.columns, self.first, self.height = columns, first, height
        letter, fits = columns[0].style.letter, int(height // LINE) or 1
        self._open = f'" ht="%s" customHeight="1"><c r="{letter}'
        self._plenty = [(at, column, FRAME + len(str(column.style.plain)) + len(column.then) + int(column.style.width / 2) * fits)
                        for at, column in enumerate(columns) if column.style.wraps]

    def chunks(self, batches: Iterable[Sequence[Sequence[Any]]]) -> Iterator[tuple[int, str]]:
        """Yield (rows so far, XML) for batches of raw columns, left to right; a counted column's values are not looked at."""
        done = 0
        for raw in batches:
            size = len(raw[-1])
            cells = [column.make(range(done + 1, done + size + 1) if isinstance(column, Counted) else values)
                     for column, values in zip(self.columns, raw, strict=True)]
            numbers = map(str, range(self.first + done, self.first + done + size))
            # a row's number stands before each of its cells: joining by the number writes all the references at once
            yield done + size, "".join([number.join(row) for number, row in zip(
                numbers, zip(['<row r="'] * size, self._opens(cells, size), *cells, strict=True), strict=True)])
            done += size
        yield done, ""

    def _opens(self, cells: Sequence[Sequence[str]], size: int) -> list[str]:
        """Return the rows' heads with their heights: the template's, or more where a wrapped text would be cut."""
        heights: dict[int, float] = {}
        for at, column, limit in self._plenty:
            if column.longest > limit:
                for row, cell in enumerate(cells[at]):
                    if len(cell) > limit:
                        heights[row] = max(heights.get(row, self.height), column.lines_in(cell) * LINE + 2)
        out = [self._open % self.height] * size
        for row, height in heights.items():
            out[row] = self._open % height
        return out


def text_of(cell: str) -> str:
    """Return the text inside a cell's XML, roughly: for its length."""
    return cell.rsplit("<t", 1)[-1].partition(">")[2].partition("</t>")[0] if "<t" in cell else ""
