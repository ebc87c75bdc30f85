"""Shell: the workbook around the rows, made once from the template by openpyxl. Promises the template's layout, whole.

The body row is cut out; what stands below it moves under the last row; drop-downs, filter and code sheet are laid
over the right rows. What is left is a workbook in two halves, between which the rows are written. Where one sheet cannot
hold the rows there are more, each with the heads; what stands below the body stands on the last.
"""
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.books import package
from app.books.sheet import Style
from app.books.template import CODES, HIDDEN, META, PAPERS, Column, Template, fill

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

DEFAULT_HEIGHT = 27.0
MOST_ROWS = 1_000_000  # on one sheet; Excel ends at 1,048,576, and what stands around the body needs some
MOST_TITLE = 31  # letters of a sheet's name


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet of the book. Attributes: part (its name in the file), before and after (its XML around the rows), rows."""

    part: str
    before: bytes
    after: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Shell:
    """Attributes: parts (name to bytes of what is no leaf), leaves, styles (of the columns), first (number of the first row of a
    leaf), height (of a row, points)."""

    parts: dict[str, bytes]
    leaves: tuple[Leaf, ...]
    styles: tuple[Style, ...]
    first: int
    height: float


def make(template: Template, rows: int, values: Mapping[str, Any], meta: Mapping[str, Any], paper: str = "", most: int = MOST_ROWS) -> Shell:
    """Return the shell for this many rows, no more than `most` on a sheet; `values` fill the markers around the body, `meta` joins the
    sheet `_meta`; `paper` is the size to print on, if another than the template's."""
    workbook = template.open()
    sheet = template.sheet(workbook)
    if paper in template.papers:
        sheet.page_setup.paperSize = PAPERS[paper]
    styles = tuple(_style(sheet, template, column) for column in template.columns)
    height = sheet.row_dimensions[template.body].height or DEFAULT_HEIGHT
    _fill(sheet, values)  # before the move: afterwards the sheet is as long as the book
    counts = [min(most, rows - at) for at in range(0, rows, most)] or [0]
    leaves = [sheet, *(_again(workbook, sheet, number) for number in range(2, len(counts) + 1))]
    names = _code_sheet(workbook, template) if rows else {}
    for leaf, count in zip(leaves, counts, strict=True):
        _move_down(leaf, template.body, count - 1, below=leaf is leaves[-1])
        _lay_over(leaf, template, count, names)
    _write_meta(workbook, meta)
    return Shell(*_cut(workbook, dict(zip(leaves, counts, strict=True)), template.body), styles, template.body, height)


def _again(workbook: "Workbook", sheet: "Worksheet", number: int) -> "Worksheet":
    """Return another sheet like this one, behind it and the others."""
    ending = f" ({number})"
    found: Worksheet = workbook.copy_worksheet(sheet)
    found.title = sheet.title[:MOST_TITLE - len(ending)] + ending
    found.HeaderFooter, found.conditional_formatting, found.protection = sheet.HeaderFooter, sheet.conditional_formatting, sheet.protection
    found.print_title_rows, found.print_title_cols, found.freeze_panes = sheet.print_title_rows, sheet.print_title_cols, sheet.freeze_panes
    view, like = found.sheet_view, sheet.sheet_view
    view.showGridLines, view.zoomScale, view.zoomScaleNormal, view.view = like.showGridLines, like.zoomScale, like.zoomScaleNormal, like.view
    view.tabSelected = False  # two sheets that are chosen are edited together
    workbook.move_sheet(found, workbook.index(sheet) + number - 1 - workbook.index(found))
    return found


def _style(sheet: "Worksheet", template: Template, column: Column) -> Style:
    cell = sheet.cell(template.body, column.index)
    width = sheet.column_dimensions[column.letter].width
    plain = cell.style_id
    cell.quotePrefix = True
    return Style(column.letter, plain, cell.style_id, width - 0.7, bool(cell.alignment.wrap_text))


def _move_down(sheet: "Worksheet", body: int, by: int, *, below: bool = True) -> None:
    """Take the body row out, and move what is below it down by so many rows (up by one when there are none), or take it out too."""
    from openpyxl.worksheet.cell_range import CellRange

    under = range(body + 1, sheet.max_row + 1)
    merges = [r for r in sheet.merged_cells.ranges if r.min_row > body]
    for merged in merges:
        sheet.unmerge_cells(merged.coord)
    kept = [(cell.row, cell.column, cell.value, cell._style) for row in under for cell in sheet[row]]
    heights = {row: sheet.row_dimensions[row].height for row in under}
    sheet.delete_rows(body, len(under) + 1)
    for row in (body, *under):
        sheet.row_dimensions.pop(row, None)
    if not below:
        return
    for row, column, value, style in kept:
        cell = sheet.cell(row + by, column)
        cell.value, cell._style = value, style
    for row, height in heights.items():
        sheet.row_dimensions[row + by].height = height
    for merged in merges:
        moved = CellRange(merged.coord)
        moved.shift(row_shift=by)
        sheet.merge_cells(moved.coord)


def _fill(sheet: "Worksheet", values: Mapping[str, Any]) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "{{" in cell.value:
                cell.value = fill(cell.value, values)
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # a place or an office is never a formula


def _lay_over(sheet: "Worksheet", template: Template, rows: int, names: Mapping[str, str]) -> None:
    """Lay drop-downs from the code sheet (list -> defined name), and the filter, over the rows there are."""
    from openpyxl.worksheet.datavalidation import DataValidation

    last = template.body + max(rows, 1) - 1
    shown = [c for c in template.columns if c.marker not in HIDDEN]
    sheet.auto_filter.ref = f"{shown[0].letter}{template.body - 1}:{shown[-1].letter}{last}"
    if not rows:
        return
    zh = template.meta["language"] == "zh"
    for column in template.columns:
        field = column.field
        name = names.get("yes" if field.kind == "yes" else field.list) if field and field.kind in ("code", "yes") else None
        if name is None:
            continue
        chosen = DataValidation(type="list", formula1=name, allow_blank=True, showErrorMessage=True, errorStyle="stop",
                                errorTitle=column.title,
                                error="请从下拉中选一项。" if zh else "Choose one from the list.")
        chosen.add(f"{column.letter}{template.body}:{column.letter}{last}")
        sheet.add_data_validation(chosen)


def _code_sheet(workbook: "Workbook", template: Template) -> dict[str, str]:
    """Write the code lists of the columns to a hidden sheet, a column each; return list -> defined name."""
    from openpyxl.utils import get_column_letter
    from openpyxl.workbook.defined_name import DefinedName

    fields = [c.field for c in template.columns if c.field]
    lists: dict[str, Sequence[str]] = {
        f.list: list(template.labels(f.list, offered=True).values()) for f in fields if f.kind == "code"}
    if any(f.kind == "yes" for f in fields):
        lists["yes"] = ("是", "否") if template.meta["language"] == "zh" else ("Yes", "No")
    if CODES in workbook.sheetnames:
        del workbook[CODES]
    sheet = workbook.create_sheet(CODES)
    sheet.sheet_state = "hidden"
    names = {}
    for at, (list_name, labels) in enumerate(lists.items(), 1):
        for row, label in enumerate((list_name, *labels), 1):
            sheet.cell(row, at, label).number_format = "@"
        letter = get_column_letter(at)
        names[list_name] = name = f"list_{list_name}"
        workbook.defined_names[name] = DefinedName(name, attr_text=f"'{CODES}'!${letter}$2:${letter}${len(labels) + 1}")
    return names


def _write_meta(workbook: "Workbook", meta: Mapping[str, Any]) -> None:
    sheet = workbook[META]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for key, value in meta.items():
        row = rows.get(key) or sheet.max_row + 1
        for column, text in ((1, key), (2, value)):
            cell = sheet.cell(row, column, text)
            if isinstance(text, str):
                cell.data_type = "s"
    sheet.sheet_state = "veryHidden"


def _cut(workbook: "Workbook", rows: Mapping["Worksheet", int], body: int) -> tuple[dict[str, bytes], tuple[Leaf, ...]]:
    """Save the workbook in memory and cut these sheets at the body row; return the other parts, and the leaves."""
    kept = io.BytesIO()
    package.save(workbook, kept)
    with zipfile.ZipFile(kept) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    leaves = []
    for sheet, count in rows.items():
        name = f"xl/worksheets/sheet{workbook.worksheets.index(sheet) + 1}.xml"
        xml = parts.pop(name)
        cut = next((found.start() for found in re.finditer(rb'<row r="(\d+)"', xml) if int(found[1]) >= body), xml.index(b"</sheetData>"))
        leaves.append(Leaf(name, xml[:cut], xml[cut:], count))
    return parts, tuple(leaves)
