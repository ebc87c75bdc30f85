"""Sheet: rows become the XML of a worksheet, a batch at a time. Promises text that stays text and memory that does not grow.

Every cell of the body keeps its reference, its style and its type: nothing that a person wrote can become a formula
or a number (text is inline text with the format "@"; what begins like a formula is also marked with a quote prefix).
A batch is made column by column, in UTF-8 from the store to the file: a column whose cells are alike only says what stands
in them, and one pattern of the row puts it in. `tail` says of one cell what all of them are (a test holds the two equal).
"""
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.books.cells import Show, Shown, as_date, as_stored
from app.books.sums import EPOCH, said

LINE = 13.0  # points that a line of the body's text needs
_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|^ | $|  ")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_BETWEEN = b"\x1f"  # the texts of a column where all of them are looked through at once
_ASKS = bytes(range(0x20)) + b"&<>=+-@ "  # what makes a text worth a second look
_BROKEN = b"\xef\xbf"  # how U+FFFE and U+FFFF begin, which XML cannot hold
_NOT_PLAIN = (b"&", b"<", b">", b"  ", b" " + _BETWEEN, *(_BETWEEN + first for first in (b" ", b"=", b"+", b"-", b"@")),
              b"\xef\xbf\xbe", b"\xef\xbf\xbf")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HAN = ("gb18030", "replace")
WHOLE = b"%b"  # around cells that are not alike
MOST_KEPT = 20_000  # cells remembered of a column with few different values
MOST_DAYS = 40_000


@dataclass(frozen=True, slots=True)
class Style:
    """How a column's body cells look: style ids (plain, and with quote prefix), width in characters, wraps, text format."""

    letter: str
    plain: int
    quoted: int
    width: float
    wraps: bool

    @property
    def text(self) -> tuple[bytes, bytes]:
        """Return what stands before and after a plain text, from behind the cell's reference."""
        return b'" s="%d" t="inlineStr"><is><t>' % self.plain, b"</t></is></c>"

    @property
    def number(self) -> tuple[bytes, bytes]:
        """Return what stands before and after a number, from behind the cell's reference."""
        return b'" s="%d"><v>' % self.plain, b"</v></c>"


@dataclass(frozen=True, slots=True)
class Strip:
    """One column's cells of a batch. Attributes: said (what each says, in UTF-8), put (what each row puts in), around (the XML
    of a cell from behind its reference, with %b where that stands)."""

    said: Sequence[bytes]
    put: Sequence[bytes]
    around: bytes

    def cells(self) -> list[bytes]:
        """Return the cells, one after the other."""
        return [self.around % one for one in self.put]


class Cells:
    """Makes the cells of one column. Attributes: style, show (stored value to what is shown). Raw values are a stored field's texts in
    UTF-8 (none is the empty one), or what a figure makes."""

    def __init__(self, style: Style, show: Show = as_stored) -> None:
        self.style, self.show, self.nothing = style, show, tail(None, style)

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells of raw values."""
        shown = [self.show(self.native(value)) for value in values]
        return Strip([said(one).encode() for one in shown], [tail(one, self.style) for one in shown], WHOLE)

    def native(self, value: Any) -> Any:
        """Return a raw value as the store holds it."""
        return (value.decode() or None) if isinstance(value, bytes) else value

    def widths(self, told: Sequence[bytes], most: int) -> Sequence[int]:
        """Return how wide each cell's text is; nothing where none can be wider than that."""
        if 2 * max(map(len, told), default=0) <= most:
            return ()
        parts = b"\n".join(told).decode().encode(*HAN).split(b"\n")  # no letter holds this byte
        return list(map(len, parts)) if len(parts) == len(told) else [width(one.decode()) for one in told]


class Few(Cells):
    """A column with few different values: each cell is made once and remembered."""

    def __init__(self, style: Style, show: Show) -> None:
        super().__init__(style, show)
        self._said, self._cells = _Kept(self._say), _Kept(lambda value: tail(self.show(self.native(value)), style))
        self._widths, self._most = _Kept(lambda told: width(told.decode())), 0
        self._forms: set[tuple[bytes, bytes] | None] = set()  # of the cells that were made, but the empty ones; None: one of its own

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells, each value's made once."""
        told = list(map(self._said.__getitem__, values))
        if len(self._forms) == 1 and all(told) and (form := next(iter(self._forms))):
            return Strip(told, told, WHOLE.join(form))
        return Strip(told, list(map(self._cells.__getitem__, values)), WHOLE)

    def widths(self, told: Sequence[bytes], most: int) -> Sequence[int]:
        """Return how wide the cells' texts are, each looked at once; nothing where none is wider than that."""
        return list(map(self._widths.__getitem__, told)) if self._most > most else ()

    def _say(self, value: Any) -> bytes:
        shown = self.show(self.native(value))
        told = said(shown).encode()
        if told:
            self._most = max(self._most, self._widths[told])
            cell = tail(shown, self.style)
            self._forms.add(next((form for form in (self.style.text, self.style.number) if told.join(form) == cell), None))
        return told


class _Kept(dict[Any, Any]):
    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> Any:
        if len(self) >= MOST_KEPT:
            self.clear()
        self[value] = made = self._make(value)
        return made


class Numbers(Cells):
    """A column of numbers: whole ones need no looking at."""

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells."""
        return self._numbered(values, values)

    def _numbered(self, values: Sequence[Any], told: Sequence[bytes]) -> Strip:
        if not b"".join(told).isdigit():
            return super().make(values)
        before, after = self.style.number
        if all(told):
            return Strip(told, told, before + WHOLE + after)
        return Strip(told, [before + one + after if one else self.nothing for one in told], WHOLE)

    def native(self, value: Any) -> Any:
        """Return a whole number as one, anything else as its text."""
        return whole(value) if isinstance(value, bytes) else value


class YesNo(Few):
    """A column of yes and no, which the store holds as numbers."""

    def native(self, value: Any) -> Any:
        """Return a number as one."""
        return whole(value) if isinstance(value, bytes) else value


def whole(told: bytes) -> Any:
    """Return what a text is to the store: a whole number, any other text, or nothing."""
    return int(told) if told.removeprefix(b"-").isdigit() else told.decode() or None


class Days(Numbers):
    """A column of dates, shown as `cells.as_date` shows them: whole ones are looked up, in one memory for all columns."""

    def __init__(self, style: Style, show: Show, memory: "Serials") -> None:
        super().__init__(style, show)
        self._memory = memory

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells; where one is no whole date, each is looked at."""
        told = list(map(self._memory.__getitem__, values))
        if None in told:
            return Cells.make(self, values)
        return self._numbered(values, told)  # type: ignore[arg-type]

    def native(self, value: Any) -> Any:
        """Return a date's text."""
        return Cells.native(self, value)


class Serials(dict[Any, bytes | None]):
    """The numbers as which Excel holds days, by their texts in UTF-8; None for a text that is no day of its calendar."""

    def __missing__(self, value: bytes) -> bytes | None:
        if len(self) >= MOST_DAYS:
            self.clear()
        shown = as_date(value.decode())
        self[value] = told = b"" if shown == "" else b"%d" % (shown - EPOCH).days if isinstance(shown, date) else None
        return told


class Texts(Cells):
    """A column of texts that are shown as they are stored: looked through together, since nearly all are plain."""

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells; where one is not plain, each is looked at."""
        return self.plain(values) if _all_plain(values) else super().make(values)

    def plain(self, told: Sequence[bytes]) -> Strip:
        """Return the cells of plain texts."""
        before, after = self.style.text
        if all(told):
            return Strip(told, told, before + WHOLE + after)
        return Strip(told, [before + one + after if one else self.nothing for one in told], WHOLE)


class Plain(Texts):
    """A column of texts that this program made: plain by construction."""

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells."""
        return self.plain(values)


class Counted(Cells):
    """The column that counts the rows."""

    def make(self, values: Sequence[Any]) -> Strip:
        """Return the cells of row numbers."""
        told = [b"%d" % value for value in values]
        return Strip(told, told, WHOLE.join(self.style.number))


def _all_plain(told: Sequence[bytes]) -> bool:
    together = _BETWEEN + _BETWEEN.join(told) + _BETWEEN
    between = len(told) + 1
    if _BROKEN not in together and len(together) - len(together.translate(None, _ASKS)) == between:
        return True  # nothing was found but what stands between them
    return len(together) - len(together.translate(None, _ASKS[:0x20])) == between and not any(part in together for part in _NOT_PLAIN)


def tail(shown: Shown, style: Style) -> bytes:
    """Return a cell's XML from behind its reference: style, type and content."""
    if shown is None or shown == "":
        return b'" s="%d"/>' % style.plain
    if isinstance(shown, str):
        look = style.quoted if shown.startswith(FORMULA) else style.plain
        keep = ' xml:space="preserve"' if _SPECIAL.search(shown) else ""
        return f'" s="{look}" t="inlineStr"><is><t{keep}>{escape(shown)}</t></is></c>'.encode()
    number = (shown - EPOCH).days if isinstance(shown, date) else shown
    return f'" s="{style.plain}"><v>{number}</v></c>'.encode()


def escape(text: str) -> str:
    """Return text as XML holds it, without the control characters that it cannot hold and nobody can see."""
    return _CONTROL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def width(text: str) -> int:
    """Return how wide a text is: Han letters are two wide, as in the Chinese encoding; rare ones four."""
    return len(text.encode(*HAN))


class Body:
    """The body of a book's sheets. Attributes: columns (left to right), first (row number of each sheet), height (points), most (rows of
    a sheet), done (rows so far)."""

    def __init__(self, columns: Sequence[Cells], first: int, height: float, most: int) -> None:
        self.columns, self.first, self.height, self.most, self.done = columns, first, height, most, 0
        self._told = _Kept(lambda height: str(height).encode())
        self._fits = int(height // LINE) or 1
        self._wrapped = [(at, column, max(2, int(column.style.width))) for at, column in enumerate(columns) if column.style.wraps]
        self._heights: dict[int, _Kept] = {}  # by the width of a column: of a text's width

    def strip(self, at: int, values: Sequence[Any]) -> Strip:
        """Return the cells of one column of the next rows; a counted column's values are not looked at."""
        maker = self.columns[at]
        return maker.make(range(self.done + 1, self.done + len(values) + 1) if isinstance(maker, Counted) else values)

    def rows(self, strips: Sequence[Strip]) -> Iterator[bytes]:
        """Yield the next rows, whose cells these are: once, or in parts where a sheet ends between them."""
        size, start = len(strips[0].put), 0
        while start < size:
            end = min(size, start + self.most - self.done % self.most)
            yield self._rows(strips if end - start == size else [Strip(s.said[start:end], s.put[start:end], s.around) for s in strips])
            start = end

    def _rows(self, strips: Sequence[Strip]) -> bytes:
        size = len(strips[0].put)
        at = self.first + self.done % self.most
        self.done += size
        # a row's number stands before each of its cells: joining the pattern by the number writes all the references at once
        opens = [b'<c r="' + column.style.letter.encode() for column in self.columns]
        pattern = [b'<row r="', b'" ht="%b" customHeight="1">' + opens[0],
                   *(strip.around + then for strip, then in zip(strips, [*opens[1:], b"</row>"], strict=True))]
        numbers = [b"%d" % n for n in range(at, at + size)]
        rows = zip(self._tall(strips, size), *[strip.put for strip in strips], strict=True)
        return b"".join([number.join(pattern) % row for number, row in zip(numbers, rows, strict=True)])

    def _tall(self, strips: Sequence[Strip], size: int) -> Sequence[bytes]:
        """Return the rows' heights: the template's, or more where a wrapped text would be cut."""
        widest: dict[int, list[Sequence[int]]] = {}
        for at, column, wide in self._wrapped:
            if widths := column.widths(strips[at].said, wide * self._fits):
                widest.setdefault(wide, []).append(widths)
        if not widest:
            return [str(self.height).encode()] * size
        high = [list(map(self._high(wide).__getitem__, map(max, *some) if len(some) > 1 else some[0])) for wide, some in widest.items()]
        return list(map(self._told.__getitem__, map(max, *high) if len(high) > 1 else high[0]))

    def _high(self, wide: int) -> _Kept:
        """Return the heights of rows by the width of their widest text, in columns so wide."""
        if wide not in self._heights:
            self._heights[wide] = _Kept(lambda n: self.height if n <= wide * self._fits else -(-n // wide) * LINE + 2)
        return self._heights[wide]
