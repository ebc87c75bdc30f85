"""The writers beside ours: the same forty columns, header style, widths, freeze, filter, one validation, date and number formats."""
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

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


def with_one_list_of_texts(path: Path, to: Path) -> None:
    """Save a workbook of openpyxl as Excel, WPS and LibreOffice do: its texts in one list, each once, and named by number."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    numbers: dict[bytes, int] = {}
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb't="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*)</t></is>',
                                 lambda found: b't="s"><v>%d</v>' % numbers.setdefault(found[1], len(numbers)), parts[name])
    main = "http://schemas.openxmlformats.org"
    parts["xl/sharedStrings.xml"] = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{main}/spreadsheetml/2006/main">'.encode() + b"".join(
        b'<si><t xml:space="preserve">' + escape(unescape(text.decode())).encode() + b"</t></si>" for text in numbers) + b"</sst>"
    for name, before, more in (
            ("xl/_rels/workbook.xml.rels", b"</Relationships>", f'<Relationship Id="rIdTexts" Type="{main}/officeDocument/2006/relationships/'
             'sharedStrings" Target="sharedStrings.xml"/>'),
            ("[Content_Types].xml", b"</Types>", '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
             'officedocument.spreadsheetml.sharedStrings+xml"/>')):
        parts[name] = parts[name].replace(before, more.encode() + before)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at + 1))
