"""Skimmed: a returned book's sheets without the rows that nobody touched. Promises that what it leaves out says what it said.

Excel and its like keep a sheet's texts in one list and name them by number; rows then differ in their numbers alone. A row is
looked at as bytes: its shape is known from others like it, its texts are looked up, and where their sum is the one that the
row carries it needs no decoding. Whatever is unusual (and whatever is misread: its sum is wrong) is left in, and read as ever.
"""
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from app.books.error_cells import inflated, parts_of
from app.books.incoming import Row, Sheet
from app.books.layout import LOOK_IN, Layout
from app.books.package import Package
from app.books.sums import BETWEEN, SIZE, summed
from app.books.template import META, Template

LEAST = 500_000  # bytes of a sheet; a smaller one is read as quickly
MOST_SHAPES = 20_000
MOST_TOLD = 1_000  # rows of `_meta`
_STRINGS = "xl/sharedStrings.xml"
_DIGITS = b"0123456789"
_END = b"</row>"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"((?: [a-z]+="[^"]*")*)(?:/>|>(.*?)</c>)', re.DOTALL)
_ROW = re.compile(rb'<row r="(\d+)"')
_VALUE = re.compile(rb"<v>([^<]*)")
_TYPE = re.compile(rb' t="(\w+)"')
_SHAPED = re.compile(rb'(<row r=""[^>]*>)((?:<c r="[A-Z]+"(?: s="")?(?: t="[sn]")?(?:/>|><v>[-.E+]*</v></c>|></c>))*)')  # a row without its digits
_SHAPED_CELL = re.compile(rb'<c r="([A-Z]+)"(?: s="")?( t="s")?[^>]*?(?:/>|>(<v>)?[^<]*(?:</v>)?</c>)')
_ITEM = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_ANY_ITEM = re.compile(_ITEM.pattern + rb"|(<si\b)")
_MORE = {"&quot;": '"', "&apos;": "'"}
Values = Callable[[Sequence[bytes]], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Skimmed:
    """Attributes: content (of the workbook, without those rows), untouched (own record of each row left out)."""

    content: bytes
    untouched: frozenset[str]


def skim(content: bytes, fitting: Callable[[Sequence[Sheet], Sequence[Row]], tuple[Template, Sequence[Layout]] | None]) -> Skimmed | None:
    """Return a workbook that came home without the rows whose sums hold; None where it is not of the kind that can be skimmed.

    `fitting` returns, of the first rows of its sheets and those of `_meta`, the template and the sheets that are the book's.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = parts_of(file)
        if _STRINGS not in file.namelist() or META not in parts or not any(file.getinfo(p).file_size > LEAST for p in parts.values()):
            return None
        texts = _texts(inflated(file, content, _STRINGS))
        data = {name: inflated(file, content, part) for name, part in parts.items()}
        seen = _shown(file)
        found = fitting([Sheet(name, tuple(_top(data[name], texts, LOOK_IN)), 1, ()) for name in parts if name in seen],
                        list(_top(data[META], texts, MOST_TOLD)))
        if found is None:
            return None
        untouched: set[str] = set()
        template, layouts = found
        for layout in layouts:
            name = layout.sheet.name
            data[name] = _without(data[name], Judge(template, layout, texts, untouched))
        if not untouched:
            return None
        by_part = {part: data[name] for name, part in parts.items()}
        kept = io.BytesIO()
        with Package(kept, zipfile.ZIP_STORED) as out:
            for name in file.namelist():
                out.writestr(name, by_part[name] if name in by_part else inflated(file, content, name))
    return Skimmed(kept.getvalue(), frozenset(untouched))


class Judge:
    """Says of a row's XML whether nobody touched it, and remembers whose row it was."""

    def __init__(self, template: Template, layout: Layout, texts: Mapping[bytes, bytes], untouched: set[str]) -> None:
        self._texts, self.untouched = texts, untouched
        letters = {column.marker: _letters(at) for column, at in layout.columns.items()}
        self._counted = [letters[column.marker] for some in summed(template) for column in some]
        self._mine = [letters["_id"], letters["_sum"]]
        self._shapes: dict[bytes, Callable[[Sequence[bytes]], tuple[Sequence[bytes], bytes, bytes]] | None] = {}

    def untouched_row(self, xml: bytes) -> bool:
        """Return whether a row, without its end tag, says what it said; a record's second row never does."""
        shape = xml.translate(None, _DIGITS)
        if shape not in self._shapes:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            self._shapes[shape] = self._reader(shape)
        read = self._shapes[shape]
        if read is None:
            return False
        try:
            told, ids, told_sum = read(_VALUE.findall(xml))
        except KeyError:
            return False  # a text that is not plain
        if blake2b(_SEPARATOR.join(told), digest_size=SIZE).hexdigest().encode() != told_sum:
            return False
        rec = ids.partition(b" ")[0].decode()
        return rec not in self.untouched and not self.untouched.add(rec)  # type: ignore[func-returns-value]

    def _reader(self, shape: bytes) -> Callable[[Sequence[bytes]], tuple[Sequence[bytes], bytes, bytes]] | None:
        """Return what reads the values of rows of a shape: (what is summed, ids, sum); None for a shape that is not plain."""
        fits = _SHAPED.fullmatch(shape)
        if fits is None:
            return None
        place: dict[str, int] = {}
        texts: list[int] = []
        at = 0
        for letters, text, valued in _SHAPED_CELL.findall(fits[2]):
            if valued:
                place[letters.decode()] = at
                if text:
                    texts.append(at)
                at += 1
        if not all(letters in place and place[letters] in texts for letters in self._mine):
            return None
        return _reading(self._texts, at, texts, [place.get(letters) for letters in self._counted], [place[letters] for letters in self._mine])


_SEPARATOR = BETWEEN.encode()


def _reading(known: Mapping[bytes, bytes], count: int, texts: Sequence[int], counted: Sequence[int | None],
             mine: Sequence[int]) -> Callable[[Sequence[bytes]], tuple[Sequence[bytes], bytes, bytes]]:
    """Return the reader of one shape: of so many values, those at these places are texts; None among the counted stands for no value."""
    numbers = [at for at in range(count) if at not in texts]
    where = {at: n for n, at in enumerate([None, *texts, *numbers])}  # the order in which the values are taken up
    of_texts = itemgetter(*texts)
    of_numbers: Values = itemgetter(*numbers) if len(numbers) > 1 else lambda values: tuple(values[at] for at in numbers)
    of_sum = itemgetter(*[where[at] for at in counted])
    ids, told_sum = (where[at] for at in mine)

    def read(values: Sequence[bytes]) -> tuple[Sequence[bytes], bytes, bytes]:
        if len(values) != count:
            raise KeyError(count)
        all_of = [b"", *map(known.__getitem__, of_texts(values)), *of_numbers(values)]
        return of_sum(all_of), all_of[ids], all_of[told_sum]

    return read


def _without(data: bytes, judge: Judge) -> bytes:
    """Return a sheet's XML without the rows that nobody touched; its first rows, where the heads are, stay."""
    rows = data.split(_END)
    kept = [row for n, row in enumerate(rows) if n < LOOK_IN or n == len(rows) - 1 or not row.startswith(b"<row ") or not judge.untouched_row(row)]
    return _END.join(kept)


def _top(data: bytes, texts: Mapping[bytes, bytes], most: int) -> Iterator[Row]:
    """Yield the first rows of a sheet, as texts."""
    at = 0
    for xml in islice(_each(data), most):
        found = list(_ROW.finditer(xml))
        if not found:
            continue
        number = int(found[-1][1])
        yield from ([] for _ in range(min(number, most) - at - 1))
        at = number
        row: list[Any] = []
        for letters, told, inside in _CELL.findall(xml[found[-1].start():]):
            row += [""] * (_number(letters) - len(row))
            row[-1] = _said(told, inside, texts)
        yield row


def _each(data: bytes) -> Iterator[bytes]:
    """Yield a sheet's rows one by one, without their end tags."""
    start = 0
    while (end := data.find(_END, start)) >= 0:
        yield data[start:end]
        start = end + len(_END)


def _said(told: bytes, inside: bytes, texts: Mapping[bytes, bytes]) -> str:
    value = re.search(rb"<v>([^<]*)</v>", inside or b"")
    kind = _TYPE.search(told)
    if value is None:
        return ""
    return texts.get(value[1], b"").decode("utf-8", "replace") if kind and kind[1] == b"s" else value[1].decode("utf-8", "replace")


def _texts(data: bytes) -> dict[bytes, bytes]:
    """Return number -> text of a workbook's list of texts; what is not plain is left out."""
    plain: Sequence[bytes] = _ITEM.findall(data)
    numbers: Sequence[int] = range(len(plain))
    if len(plain) != data.count(b"<si"):
        numbered = [(n, text) for n, (text, odd) in enumerate(_ANY_ITEM.findall(data)) if not odd]
        numbers, plain = [n for n, _ in numbered], [text for _, text in numbered]
    said = [unescape(text.decode(), _MORE).encode() if b"&" in text else text for text in plain]
    return dict(zip(map(b"%d".__mod__, numbers), said, strict=True))


def _shown(file: zipfile.ZipFile) -> set[str]:
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
    return {sheet.get("name", "") for sheet in ElementTree.fromstring(file.read("xl/workbook.xml")).iter(main)
            if sheet.get("state", "visible") == "visible"}


def _letters(number: int) -> str:
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
