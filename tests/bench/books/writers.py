"""The writers beside ours: the same forty columns, header style, widths, freeze, filter, one validation, date and number formats."""
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

Rows = Sequence[Sequence[Any]]


def rows_of(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Return the heads and the body of our book, as values in memory: dates as dates, numbers as numbers."""
    from python_calamine import CalamineWorkbook

    found = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    heads = [str(cell) for cell in found[3]]
    body = [[None if cell == "" else int(cell) if isinstance(cell, float) else cell for cell in row[:-2]] for row in found[4:]
            if isinstance(row[0], float)]
    return heads[:-2], body


def openpyxl(path: Path, heads: Sequence[str], rows: Rows) -> None:
    """Write with openpyxl's write-only mode."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.freeze_panes = "A2"
    for at in range(len(heads)):
        sheet.column_dimensions[_letter(at)].width = 12.7
    sheet.auto_filter.ref = f"A1:{_letter(len(heads) - 1)}{len(rows) + 1}"
    validation = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
    validation.add(f"C2:C{len(rows) + 1}")
    sheet.data_validations.append(validation)
    cells = []
    for head in heads:
        cell = WriteOnlyCell(sheet, head)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE7EFF3")
        cells.append(cell)
    sheet.append(cells)
    for row in rows:
        out = []
        for value in row:
            if isinstance(value, date):
                cell = WriteOnlyCell(sheet, value)
                cell.number_format = "yyyy-mm-dd"
                out.append(cell)
            else:
                out.append(value)
        sheet.append(out)
    book.save(path)


def xlsxwriter(path: Path, heads: Sequence[str], rows: Rows) -> None:
    """Write with XlsxWriter in its constant-memory mode."""
    import xlsxwriter as library  # type: ignore[import-not-found]

    book = library.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("台账")
    bold, day = book.add_format({"bold": True, "bg_color": "#E7EFF3"}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 12.7)
    sheet.write_row(0, 0, heads, bold)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    sheet.data_validation(1, 2, len(rows), 2, {"validate": "list", "source": ["是", "否"]})
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(at, column, value, day)
            elif isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None:
                sheet.write_number(at, column, value)
    book.close()


def rust(path: Path, heads: Sequence[str], rows: Rows) -> None:
    """Write with the Rust-backed writer: values alone, since it takes neither styles by column nor validations."""
    import rustpy_xlsxwriter as library  # type: ignore[import-not-found]

    def records() -> Iterator[dict[str, Any]]:
        for row in rows:
            yield dict(zip(heads, row, strict=True))

    library.write_worksheet(list(records()), str(path))


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at + 1))
