"""Template: a book's layout is a workbook, read here. Promises that a county changes the workbook, not the program.

Markers in double braces say what stands where: `{{area.path}}` above the body; one field to a cell in the body row
(`{{person.full_name}}`), with its width, format, alignment and border; totals below (`{{count placement.labour_status=1}}`,
`{{sum ..}}`, `{{mean ..}}`). The very hidden sheet `_meta` names the book, its language and its source of rows.
"""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books.figures import FIGURES
from app.books.kinds import KINDS
from app.models.dictionary import Field, dictionary
from app.models.problem import Problem

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

META, CODES = "_meta", "_codes"
HIDDEN = ("_id", "_sum", "_sig")
PAPERS = {"A3": 8, "A4": 9}  # as a sheet's print set-up numbers them
MARKER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_TOTAL = re.compile(r"(count|sum|mean)(?:\s+([a-z_]+\.[a-z_0-9]+)(?:=([^\s]+))?)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the body. Attributes: index (from 1), letter, marker ("person.full_name"), title (lowest head)."""

    index: int
    letter: str
    marker: str
    title: str

    @property
    def field(self) -> Field | None:
        """Return the dictionary's field, or None for what is not one: row.number, place.name, the hidden ids."""
        type, _, name = self.marker.partition(".")
        kind = dictionary().types.get(type)
        return kind.fields.get(name) if kind else None


@dataclass(frozen=True, slots=True)
class Total:
    """A figure under the body. Attributes: how (count, sum, mean), marker (or None: rows), values that are counted."""

    how: str
    marker: str | None
    values: tuple[str, ...]


class Template:
    """A template workbook. Attributes: path, columns (left to right), body (the row of the markers), meta (key to value)."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Read a template: of a file, or of its bytes, which the path then only names."""
        self.path, self._data = path, data
        workbook = self.open()
        if META not in workbook.sheetnames or all(s.sheet_state != "visible" for s in workbook.worksheets):
            raise _wrong(path, f"没有“{META}”表", f"it has no sheet {META}")
        self.meta: dict[str, Any] = {str(key): value for key, value in
                                     workbook[META].iter_rows(max_col=2, values_only=True) if key}
        sheet = self.sheet(workbook)
        self.sheet_name = sheet.title
        self.body = next((row for row in range(1, sheet.max_row + 1) if _is_body(sheet, row)), 0)
        if not self.body:
            raise _wrong(path, "没有带标记的正文行", "it has no body row with markers")
        self.columns = tuple(self._column(cell) for cell in sheet[self.body] if cell.value)
        self.last_row = sheet.max_row

    def open(self) -> "Workbook":
        """Return the workbook afresh, to be filled."""
        import io
        import zipfile

        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            return load_workbook(self.path if self._data is None else io.BytesIO(self._data))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
            raise _wrong(self.path, "打不开", "it cannot be opened") from error

    @staticmethod
    def sheet(workbook: "Workbook") -> "Worksheet":
        """Return the sheet that holds the book: the first that shows."""
        sheet: Worksheet = next(s for s in workbook.worksheets if s.sheet_state == "visible")
        return sheet

    @property
    def records(self) -> tuple[str, ...]:
        """Return the types of the records that a row is made of, in the order of their ids in the column _id."""
        return KINDS[str(self.meta["source"])].records

    @property
    def id(self) -> str:
        """Return the book's id."""
        return str(self.meta["book"])

    @cached_property
    def papers(self) -> tuple[str, ...]:
        """Return what it can be printed on, its own size first; another only where the sheet is fitted to the page."""
        sheet = self.sheet(self.open())
        own = next((name for name, number in PAPERS.items() if str(number) == str(sheet.page_setup.paperSize)), "A4")
        fits = sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
        return (own, *(name for name in PAPERS if name != own)) if fits else (own,)

    @cached_property
    def landscape(self) -> bool:
        """Tell whether it is printed on its side."""
        return bool(self.sheet(self.open()).page_setup.orientation == "landscape")

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """Return the different figures asked for under the body, in order."""
        sheet = self.sheet(self.open())
        found = [total for row in sheet.iter_rows(min_row=self.body + 1) for cell in row
                 for marker in MARKER.findall(str(cell.value or "")) if (total := total_of(marker))]
        return tuple(dict.fromkeys(found))

    def label(self, field: Field) -> str:
        """Return a field's label in the book's language."""
        return field.zh if self.meta["language"] == "zh" else field.en

    def labels(self, list: str, *, offered: bool = False) -> Mapping[str, str]:
        """Return code to label in the book's language, all codes or those that are offered."""
        codes = dictionary().codes[list]
        items = codes.offered() if offered else codes.items.values()
        return {item.code: item.zh if self.meta["language"] == "zh" else item.en for item in items}

    def _column(self, cell: "Cell") -> Column:
        marker = MARKER.fullmatch(str(cell.value))
        if marker is None:
            raise _wrong(self.path, f"{cell.coordinate} 不是一个标记", f"{cell.coordinate} is not one marker")
        column = Column(cell.column, cell.column_letter, marker[1], _title(cell))
        type, _, name = column.marker.partition(".")
        if type in dictionary().types and name not in dictionary().types[type].fields and column.marker not in FIGURES:
            raise _wrong(self.path, f"{cell.coordinate} 的标记 {column.marker} 不在数据字典里",
                         f"the marker {column.marker} in {cell.coordinate} is not in the dictionary")
        return column


def total_of(marker: str) -> Total | None:
    """Return the figure a marker asks for, or None when it asks for something else."""
    found = _TOTAL.fullmatch(marker)
    return Total(found[1], found[2], tuple(found[3].split("|")) if found[3] else ()) if found else None


def fill(text: str, values: Mapping[str, Any]) -> Any:
    """Return the text with its markers replaced; a cell that is one marker alone keeps the value's type."""
    whole = MARKER.fullmatch(text)
    if whole:
        return values.get(whole[1], "")
    return MARKER.sub(lambda found: str(values.get(found[1], "")), text)


def _is_body(sheet: "Worksheet", row: int) -> bool:
    return any(isinstance(cell.value, str) and cell.value.strip("{} ") == "row.number" for cell in sheet[row])


def _title(cell: "Cell") -> str:
    """Return the lowest head above a body cell, without line breaks."""
    for row in range(cell.row - 1, 0, -1):
        value = cell.parent.cell(row, cell.column).value
        if value:
            return str(value).replace("\n", "")
    return ""


def _wrong(path: Path, zh: str, en: str) -> Problem:
    return Problem("book.template", f"台账模板 {path.name} 有问题：{zh}。请换回原来的模板。",
                   f"The book template {path.name} is not right: {en}. Put the original template back.")
