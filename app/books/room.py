"""Room: rows put into another office's table, with everything below them moved. Promises styles, merges, heights and lists that fit."""
import re
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_CELL = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)")


def insert_rows(sheet: "Worksheet", before: int, many: int, *, like: int) -> None:
    """Insert rows before a row, each in the style of row `like` and with its formulas; what stands below moves with its formulas, merged
    cells and heights, and a sum over the rows above takes the new ones in."""
    from openpyxl.formula.translate import Translator
    from openpyxl.worksheet.cell_range import CellRange

    merges = [CellRange(r.coord) for r in sheet.merged_cells.ranges if r.min_row >= before]
    for merged in merges:
        sheet.unmerge_cells(merged.coord)
    heights = {row: sheet.row_dimensions[row].height for row in range(before, sheet.max_row + 1)}
    styles = [(cell.column, copy(cell._style)) for cell in sheet[like]]
    formulas = {cell.column_letter: cell.value for cell in sheet[like] if _is_formula(cell.value)}
    height = sheet.row_dimensions[like].height
    sheet.insert_rows(before, many)
    for merged in merges:
        merged.shift(row_shift=many)
        sheet.merge_cells(merged.coord)
    for row in sheet.iter_rows():
        for cell in row:
            if _is_formula(cell.value):
                cell.value = moved(cell.value, before, many)
    for row in range(before, before + many):
        for letter, formula in formulas.items():
            sheet[f"{letter}{row}"] = Translator(formula, f"{letter}{like}").translate_formula(f"{letter}{row}")
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


def moved(formula: str, before: int, many: int) -> str:
    """Return a formula as it reads after rows were put in before a row: references below move, a range up to that row takes them in."""
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import Token

    made = Tokenizer(formula)
    for token in made.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE and "!" not in token.value:
            token.value = _moved(token.value, before, many)
    return str(made.render())


def _moved(reference: str, before: int, many: int) -> str:
    ends = [_CELL.fullmatch(end) for end in reference.split(":")]
    if not all(ends) or not ends:
        return reference  # a name, a whole column
    rows = [int(end[2]) for end in ends if end]
    down = [row + many if row >= before else row for row in rows]
    if len(rows) == 2 and rows[0] < rows[1] == before - 1:
        down[1] += many
    return ":".join(f"{end[1]}{row}" for end, row in zip(ends, down, strict=True) if end)


def _is_formula(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=") and len(value) > 1
