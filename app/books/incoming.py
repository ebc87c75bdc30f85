"""Incoming: another office's workbook or CSV file, as sheets of rows. Promises a plain sentence for every file that is not one.

Cells stay what the file says they are: a number that stands where text should be is still a number here, so that it
can be refused by name instead of being repaired.
"""
import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from app.books import text_table
from app.books.error_cells import error_cells
from app.models.problem import Problem

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]
MOST_BYTES = 1_500_000_000  # what a workbook may hold unpacked
MOST_RATIO = 1_000  # of unpacked to packed: more is a bomb
TALL = 200  # rows of a merged range
_BLANK: Row = []
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """A visible sheet. Attributes: name, rows (from the first row of the sheet on), first_column (number of the first
    cell of each row, from 1), merged (ranges as (first row, first column, last row, last column), all from 1)."""

    name: str
    rows: tuple[Row, ...]
    first_column: int
    merged: tuple[tuple[int, int, int, int], ...]

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell at a row and column of the sheet, from 1; "" where there is none."""
        at = column - self.first_column
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        return cells[at] if 0 <= at < len(cells) else ""

    def spanning(self, row: int, column: int) -> Cell:
        """Return what stands in the merged cell that a cell is part of; "" where it is part of none."""
        of_row, tall = self._merges
        for first_row, first, last_row, last in (*of_row.get(row, ()), *tall):
            if first_row <= row <= last_row and first <= column <= last:
                return self.cell(first_row, first)
        return ""

    @cached_property
    def _merges(self) -> tuple[dict[int, list[tuple[int, int, int, int]]], list[tuple[int, int, int, int]]]:
        """Return (row -> the merged ranges it is part of, ranges that are too tall to be listed by row): a body may have thousands."""
        of_row: dict[int, list[tuple[int, int, int, int]]] = {}
        tall = []
        for merged in self.merged:
            if merged[2] - merged[0] > TALL:
                tall.append(merged)
            else:
                for row in range(merged[0], merged[2] + 1):
                    of_row.setdefault(row, []).append(merged)
        return of_row, tall


@dataclass(frozen=True, slots=True)
class Incoming:
    """A workbook that was read. Attributes: path, digest (SHA-256 of the file, hex), sheets (those that show), hidden
    (name to rows of the hidden sheets that were asked for)."""

    path: Path
    digest: str
    sheets: tuple[Sheet, ...]
    hidden: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


def read_workbook(path: Path, hidden: Sequence[str] = (), less: Callable[[bytes], bytes] | None = None) -> Incoming:
    """Return the visible sheets of a workbook that hold anything, and the hidden ones of these names; a CSV file is one sheet.

    `less` may leave out of the workbook's content what need not be read. Raises Problem when the file is none, or is empty.
    """
    content = _bytes(path)
    read = _text_sheet(path, content) if _is_text(path, content) else _sheets(path, content, hidden, less)
    found = [sheet for sheet in read if sheet.rows]
    sheets = tuple(sheet for sheet in found if sheet.name not in hidden)
    if not sheets:
        raise _refuse("empty", path, "里没有内容。请看看是不是选错了文件，或者内容在隐藏的工作表里。",
                      "holds nothing. See whether it is the right file, or its content is on a hidden sheet.")
    return Incoming(path, hashlib.sha256(content).hexdigest(), sheets, {s.name: s.rows for s in found if s.name in hidden})


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _refuse("missing", path, "不在那里。请看看路径和文件名。", "is not there. Check the folder and the name.") from None
    except OSError:
        raise _refuse("unreadable", path, "读不了：是不是文件夹，或没有权限，或正被别的程序占用？请关掉它再试。",
                      "cannot be read: is it a folder, not permitted, or held by another program? Close that and try again.") from None
    if not content:
        raise _refuse("empty", path, "是空文件（0 字节），可能没有拷贝完。请重新拷贝。",
                      "is an empty file (0 bytes); the copying may have failed. Copy it again.")
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _refuse("encrypted", path, "有打开密码。请在 Excel 或 WPS 里取消密码，另存后再导入。",
                      "is protected by a password. Take the password off in Excel or WPS, save it, and import again.")
    if content.startswith(_OLE):
        raise _refuse("xls", path, "是旧的 .xls 格式。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。",
                      "is in the old .xls format. Open it in Excel or WPS, save it as .xlsx, and import that.")
    if not content.startswith(_ZIP) and not _is_text(path, content):
        raise _refuse("none", path, "不是 Excel 工作簿（.xlsx）。如果是 CSV 或网页，请用 Excel 或 WPS 另存为 .xlsx。",
                      "is not an Excel workbook (.xlsx). A CSV or web page has to be saved as .xlsx first.")
    return content


def _is_text(path: Path, content: bytes) -> bool:
    return text_table.is_text_table(path) and not content.startswith((_ZIP, _OLE))


def _text_sheet(path: Path, content: bytes) -> Iterator[Sheet]:
    rows: list[Row] = [[*row] if any(row) else _BLANK for row in text_table.read_rows(path, content)]
    while rows and not rows[-1]:
        rows.pop()
    name = "".join(c for c in path.stem if c not in "[]:*?/\\'")[:31]  # what a sheet may be called
    yield Sheet(name or "CSV", tuple(rows), 1, ())


def _sheets(path: Path, content: bytes, hidden: Sequence[str], less: Callable[[bytes], bytes] | None) -> Iterator[Sheet]:
    import io

    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            _not_a_bomb(path, file)
        content = less(content) if less is not None else content
        errors = error_cells(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for meta in workbook.sheets_metadata:
            if meta.visible == SheetVisibleEnum.Visible or meta.name in hidden:
                sheet = workbook.get_sheet_by_name(meta.name)
                start = sheet.start or (0, 0)
                merged = tuple((r1 + 1, c1 + 1, r2 + 1, c2 + 1)
                               for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ())
                rows = _rows(sheet) if sheet.start else ()
                for (row, column), text in errors.get(meta.name, {}).items():
                    if row <= len(rows) and start[1] < column <= start[1] + len(rows[row - 1]):
                        rows[row - 1][column - start[1] - 1] = text
                yield Sheet(meta.name, rows, start[1] + 1, merged)
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, zlib.error, KeyError, ValueError, OSError) as error:
        raise _refuse("damaged", path, "打不开：文件不完整或损坏，或者不是工作簿。请让对方重新发一份，或用 Excel 打开后另存。",
                      "cannot be opened: it is cut short or damaged, or no workbook. Ask for it again, or open it in Excel"
                      " and save it.") from error


def _rows(sheet: Any) -> tuple[Row, ...]:
    """Return the rows; blank ones, of which there can be a million, are one and the same, and none stands at the end."""
    out: list[Row] = []
    last = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        full = row.count("") != len(row) and any(cell != "" and not (isinstance(cell, str) and cell.isspace()) for cell in row)
        out.append(row if full else _BLANK)
        last = number if full else last
    return tuple(out[:last])


def _not_a_bomb(path: Path, file: zipfile.ZipFile) -> None:
    if "xl/workbook.xml" not in file.namelist():
        raise _refuse("none", path, "不是 Excel 工作簿（.xlsx）。请用 Excel 或 WPS 打开看看，另存为 .xlsx。",
                      "is not an Excel workbook (.xlsx). Open it in Excel or WPS and save it as .xlsx.")
    for part in file.infolist():
        if part.file_size > MOST_BYTES or part.file_size > 10_000_000 and part.file_size > MOST_RATIO * part.compress_size:
            raise _refuse("large", path, "解开后大得不正常，没有读。请让对方把名册拆小再发。",
                          "would be abnormally large when unpacked and was not read. Ask for it in smaller parts.")


def _refuse(key: str, path: Path, zh: str, en: str) -> Problem:
    return Problem(f"workbook.{key}", f"{path.name} {zh}", f"{path.name} {en}")
