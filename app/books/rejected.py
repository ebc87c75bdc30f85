"""Rejected rows: a workbook of the rows that were not taken in, as they stood, with the reasons beside them.

Promises text cells throughout, so that a number typed anew in this file stays one, and so that it can be imported again.
"""
from pathlib import Path
from typing import TYPE_CHECKING

from app.books import package
from app.models import disk
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.books.lists import ListResult, Preview, Rejected

WIDE, NARROW = 60, 16


def beside(path: Path) -> Path:
    """Return where the rejected rows of a roster go: next to it."""
    return path.with_name(f"{path.stem}_{say('未导入', 'rejected')}.xlsx")


def write(path: Path, preview: "Preview", result: "ListResult") -> Path | None:
    """Write the rejected rows under the roster's own heads, reasons first; return the path, None when there are none."""
    from openpyxl import Workbook

    if not result.rejected:
        return None
    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet, heads in preview.tables:
        mine = [r for r in result.rejected if r.sheet == sheet.name]
        if mine:
            _sheet(workbook.create_sheet(sheet.name), [head.text for head in heads.heads],
                   [(r, [sheet.cell(r.row, head.column) for head in heads.heads]) for r in mine])
    try:
        with disk.writing(path) as file:
            package.save(workbook, file)
    except OSError as error:
        raise Problem("rejected.write", f"写不了 {path.name}（未导入的行）：请看看文件夹能不能写，文件是不是正打开着。导入已经完成。",
                      f"Cannot write {path.name} (the rejected rows): see whether the folder can be written and the file is"
                      " not open. The import itself is done.", status=1) from error
    return path


def _sheet(sheet: object, heads: list[str], rows: "list[tuple[Rejected, list[object]]]") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    assert isinstance(sheet, Worksheet)
    titles = [say("未导入的原因", "Why it was not taken in"), say("原行号", "Row"), *heads]
    for column, title in enumerate(titles, 1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE7EFF3")
        sheet.column_dimensions[get_column_letter(column)].width = WIDE if column == 1 else NARROW
    for at, (rejected, cells) in enumerate(rows, 2):
        for column, value in enumerate((rejected.reason, str(rejected.row), *cells), 1):
            cell = sheet.cell(at, column)
            cell.value = _as_text(value)
            cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
            cell.alignment = Alignment(vertical="top", wrap_text=column == 1)
    sheet.freeze_panes = "C2"


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)
