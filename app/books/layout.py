"""Layout: where a book's columns stand in a workbook that has come home. Promises to survive moved, hidden and added columns.

A column is known by its lowest head. Where a head stands twice, the left one is the template's left one.
"""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from app.books.headers import FOOT
from app.books.incoming import Cell, Row, Sheet
from app.books.template import HIDDEN, Column, Template

LOOK_IN = 30  # rows in which heads are looked for
LEAST = 3  # heads that make a row of heads
Pick = Callable[[Sequence[Cell]], tuple[Cell, ...]]
GROUPS = 3  # rows above the lowest head in which a merged head may stand


@dataclass(frozen=True, slots=True)
class Layout:
    """Attributes: sheet, row (the lowest row of heads, from 1), columns (template's column to its number in the sheet)."""

    sheet: Sheet
    row: int
    columns: dict[Column, int]

    @property
    def marked(self) -> bool:
        """Return whether the hidden columns are there."""
        return {c.marker for c in self.columns} >= set(HIDDEN)

    def number_of(self, marker: str) -> int | None:
        """Return the column of a marker in the sheet, None where it is gone."""
        return next((at for column, at in self.columns.items() if column.marker == marker), None)

    def picked(self, columns: Sequence[Column]) -> Pick:
        """Return the function that takes these columns' cells out of a row of the sheet."""
        places = [self.columns[column] - self.sheet.first_column for column in columns]
        return itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[place] for place in places)

    def body(self, untouched: Callable[[Row], bool]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield (row number, cells by the order of `columns`) of the rows below the heads that are not untouched; blank rows
        and the foot are left out."""
        pick, marks = self.picked(list(self.columns)), [place for place, column in enumerate(self.columns) if column.marker == HIDDEN[0]]
        wide = max(self.columns.values()) - self.sheet.first_column + 1
        for number in range(self.row + 1, len(self.sheet.rows) + 1):
            row = self.sheet.rows[number - 1]
            if not row:
                continue
            if len(row) < wide:
                row = [*row, *("",) * (wide - len(row))]
            if untouched(row):
                continue
            cells = pick(row)
            if marks and cells[marks[0]] != "" or self._tells(row, cells):
                yield number, cells

    @staticmethod
    def _tells(row: Row, cells: Sequence[Cell]) -> bool:
        """Return whether a row without a mark is one of the body: not blank, not the foot, no lone word."""
        first = next((cell for cell in row if cell not in ("", None)), None)
        if first is None or isinstance(first, str) and (not first.strip() or first.strip().startswith(FOOT)):
            return False
        return sum(cell not in ("", None) for cell in cells) > 1


def find_layout(sheet: Sheet, template: Template) -> Layout | None:
    """Return where the template's columns stand in a sheet, None where hardly any of them does."""
    best: Layout | None = None
    for row in range(1, min(LOOK_IN, len(sheet.rows)) + 1):
        columns = _matched(_heads(sheet, row), template.columns)
        shown = sum(c.marker not in HIDDEN for c in columns)
        if shown >= LEAST and (best is None or len(columns) > len(best.columns)):
            best = Layout(sheet, row, columns)
    return best


def _heads(sheet: Sheet, row: int) -> list[tuple[int, str]]:
    """Return (column, head) of a row of heads: the lowest text of each column, as far up as groups go."""
    wide = max((len(sheet.rows[r - 1]) for r in range(max(1, row - GROUPS), row + 1)), default=0)
    out = []
    for column in range(sheet.first_column, sheet.first_column + wide):
        for above in range(row, max(0, row - GROUPS), -1):
            cell = sheet.cell(above, column)
            if isinstance(cell, str) and cell.strip():
                out.append((column, plain(cell)))
                break
    return out


def _matched(heads: Sequence[tuple[int, str]], columns: Sequence[Column]) -> dict[Column, int]:
    """Return column -> its number; where a head stands twice they are given out from the left."""
    free: dict[str, list[int]] = {}
    for at, text in heads:
        free.setdefault(text, []).append(at)
    return {column: free[title].pop(0) for column in columns if free.get(title := plain(column.title))}


def plain(text: str) -> str:
    """Return a head as it is compared: without blanks and line breaks."""
    return "".join(text.split())
