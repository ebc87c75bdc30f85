"""Counted: tables of figures, a row for each place (安置点, 户数, 劳动力: 小计 …). Promises the very figures of the dispatch table of today, and only
where a head can mean no other: 县内务工 leaves out posts for the public good, which our 县内 takes in, so it stays blank.

    table = counted_table(path, sheet, ledger)        Counting(ledger, table, worksheet, place, done).run()
"""
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books.foreign import Asked, Table
from app.books.headers import as_text, body_of, find_heads
from app.books.incoming import Sheet
from app.books.kinds import KINDS
from app.books.titled import called
from app.books.units import bare
from app.books.vocabulary import NOTE, Target, Vocabulary
from app.books.words import EDGE
from app.models import clock, places
from app.models.dictionary import fold

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from app.books.filling import Filled
    from app.models.ledger import Ledger

FIGURE = "dispatch."
_PLACES = ("place.name", "place.township")
_OF_THEM, _UNIT = re.compile("^其中[:：]?"), frozenset(["人", "户", "个", "名"])
_GROUPS = (("已就业", re.compile("已就业(情况|人数|劳动力|劳动力人数)?")), ("未就业", re.compile("未就业(情况|人数|劳动力|劳动力人数)?")),
           ("劳动力", re.compile("(搬迁)?劳动力(情况|人数|总数|总人数|资源)?")))
_OVER = re.compile("(搬迁(群众|人口|劳动力)?)?(基本|总体|就业)?(情况|信息)")  # a wider group that takes nobody out
_SOME = re.compile("残疾|妇女|女性|脱贫|监测|贫困|学生|毕业生|青年|军人|农民工|低保|特困|低收入|老年|公益|新增|本月|当月|季度|"
                   "上半年|培训|创业|返乡|困难|大龄")
_WHEN = re.compile(r"(20\d\d)(?:年|\.|-)(\d{1,2})(?:月|\.|-)?")
_ANY_YEAR = re.compile(r"(20\d\d)年")


class Figures(Vocabulary):
    """What the heads of a table of figures mean."""

    def meaning_of(self, path: Sequence[str]) -> tuple[Target, ...]:
        """Return the figure that a head asks for under its groups; () where that is not known, or it counts in another unit."""
        words = [_OF_THEM.sub("", fold(bare(text)).strip(EDGE)) for text in path]
        notes = [note.strip("()") for text in path for note in NOTE.findall(fold(text))]
        if not words or any(note not in _UNIT for note in notes if words[-1] not in _names()):
            return ()
        groups = words[:-1]
        if not groups:
            return self.targets_of(path[-1])
        kind = next((kind for kind, sign in _GROUPS if sign.fullmatch(groups[-1])), "")
        if not all(_OVER.fullmatch(group) for group in groups[:-1]):
            return ()
        return self._one(self.words.get(f"{kind}{words[-1]}", "")) if kind else ()

    def targets_of(self, text: str) -> tuple[Target, ...]:
        """Return what a head asks for by itself."""
        return self._one(self.words.get(_OF_THEM.sub("", fold(bare(text)).strip(EDGE)), ""))


def _names() -> frozenset[str]:
    return frozenset(word for word, marker in COUNTS.words.items() if marker in _PLACES)


COUNTS = Figures("counts", (), _PLACES, least=3)


def counted_table(path: Path, sheet: Sheet, ledger: "Ledger") -> Table | None:
    """Return the table of figures of a sheet, None where it is none, names no place, counts only some (妇女, 脱贫), or speaks of
    another month or year."""
    heads = find_heads(sheet, COUNTS)
    if heads is None or sum(name.startswith(FIGURE) for name in heads.known) < 2:
        return None
    over = "|".join((sheet.name, *(text for cells in sheet.rows[:heads.row - 1] for cell in cells if (text := as_text(cell)))))
    if _of_another_time(over) or _SOME.search(over):
        return None
    body = body_of(sheet, heads)
    columns = tuple(Asked(head.column, head.text, head.targets[0].name if head.targets else "", words=head.whole) for head in heads.heads)
    at = [c.column for c in columns if c.marker in _PLACES]
    named = tuple(row for row in body.rows if any(as_text(sheet.cell(row, column)) for column in at))
    return Table(path, sheet.name, heads.row, body.first, body.last, named, columns, sheet) if named else None


def _of_another_time(over: str) -> bool:
    """Return whether the lines over the heads name a month that is not this one, or another year."""
    now = clock.today()
    return (any((int(year), int(month)) != (now.year, now.month) for year, month in _WHEN.findall(over))
            or any(int(year) != now.year for year in _ANY_YEAR.findall(over)))


class Counting:
    """A table of figures on its way. Attributes: table, done, touched (rows that were filled)."""

    def __init__(self, ledger: "Ledger", table: Table, sheet: "Worksheet", place: str, done: "Filled") -> None:
        self.ledger, self.table, self.sheet, self.place, self.done = ledger, table, sheet, place, done
        self.touched: list[int] = []
        done.unknown = [c.head for c in table.columns if not c.marker]

    def run(self) -> None:
        """Fill the rows that name a place of which anything is counted."""
        from app.books.assisted import BY_MARKER, Places

        source = Places(self.ledger.db.conn, KINDS["places"], places.prefix(self.place), clock.today())
        for row in self.table.named:
            scope = self._scope(row)
            sums = [some for place, some in source.sums.items() if scope and places.within(place, scope)]
            if not sums:
                self.done.strangers.append(row)
                continue
            self.done.rows += 1
            self.touched.append(row)
            for column in self.table.columns:
                if column.marker.startswith(FIGURE):
                    code = BY_MARKER[column.marker.removeprefix(FIGURE)]
                    self._put(self.cell(row, column), sum(some[code] for some in sums))

    def cell(self, row: int, column: Asked) -> Any:
        """Return the cell of a row in a column."""
        return self.sheet.cell(row, column.column)

    def _put(self, cell: Any, figure: int) -> None:
        if cell.__class__.__name__ == "MergedCell" or cell.value not in (None, ""):
            self.done.kept += cell.value not in (None, "")
            return
        cell.value = figure
        self.done.cells += 1

    def _scope(self, row: int) -> str:
        """Return the scope of the place that a row names, "" where it names none inside of the one that is filled."""
        said = [text for c in self.table.columns if c.marker in _PLACES and (text := self.table.text(row, c.marker))]
        own = places.get(self.ledger.me.area, self.ledger)
        code = called(self.ledger, "|".join(said)) or (own.code12 if own is not None and said[-1:] == [own.name] else "")
        return places.prefix(code) if code and places.within(code, places.prefix(self.place)) else ""

