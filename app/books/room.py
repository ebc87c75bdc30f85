"""Room: rows put into another office's table, with everything below them moved. Promises styles, merges, heights and lists that fit."""
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def insert_rows(sheet: "Worksheet", before: int, many: int, *, like: int) -> None:
    """Insert rows before a row, each in the style of row `like`; merged cells and row heights below move with their rows."""
    from openpyxl.worksheet.cell_range import CellRange

    merges = [CellRange(r.coord) for r in sheet.merged_cells.ranges if r.min_row >= before]
    for merged in merges:
        sheet.unmerge_cells(merged.coord)
    heights = {row: sheet.row_dimensions[row].height for row in range(before, sheet.max_row + 1)}
    styles = [(cell.column, copy(cell._style)) for cell in sheet[like]]
    height = sheet.row_dimensions[like].height
    sheet.insert_rows(before, many)
    for merged in merges:
        merged.shift(row_shift=many)
        sheet.merge_cells(merged.coord)
    for row, tall in heights.items():
        sheet.row_dimensions[row + many].height = tall
    for row in range(before, before + many):
        sheet.row_dimensions[row].height = height
        for column, style in styles:
            sheet.cell(row, column)._style = copy(style)
    for validation in sheet.data_validations.dataValidation:
        for held in list(validation.sqref.ranges):
            if held.max_row >= like:
                held.expand(down=many) if held.max_row < before + many else None
