"""Books of more rows than a sheet holds: the next sheet goes on with the same heads, and comes home with the first."""
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books import take_back
from app.books.export import export
from app.books.telling import lines, where_of
from app.models.ledger import Ledger
from app.models.problem import Problem
from tests.books.conftest import SITE, person_id
from tests.books.editing import FIRST, heads, row_of

NAMES = [["杨大山", "吴小云"], ["石老三", "龙阿婆"], ["买买提·吐尔逊"]]


def body(sheet: Any, rows: int) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=FIRST, max_row=FIRST + rows - 1)]


def in_three(ledger: Ledger, path: Path) -> list[Any]:
    assert export(ledger, "labour", path, SITE, most=2).rows == 5
    return [sheet for sheet in load_workbook(path).worksheets if sheet.sheet_state == "visible"]


def test_the_sheets_hold_what_one_would_and_have_its_heads(village: Ledger, tmp_path: Path) -> None:
    export(village, "labour", tmp_path / "one.xlsx", SITE)
    one = load_workbook(tmp_path / "one.xlsx").worksheets[0]
    sheets = in_three(village, tmp_path / "b.xlsx")
    name = one.title
    assert [sheet.title for sheet in sheets] == [name, f"{name} (2)", f"{name} (3)"]
    shown = one.max_column - 1  # but the signatures, which are of another book
    assert [row[:shown] for sheet, some in zip(sheets, NAMES, strict=True) for row in body(sheet, len(some))] == [
        row[:shown] for row in body(one, 5)]
    for sheet, some in zip(sheets, NAMES, strict=True):
        last = FIRST + len(some) - 1
        assert [[c.value for c in row] for row in sheet.iter_rows(max_row=4)] == [[c.value for c in row] for row in one.iter_rows(max_row=4)]
        assert sheet.auto_filter.ref == f"A4:AN{last}" and sheet.freeze_panes == one.freeze_panes == "G5"
        assert sheet.print_title_rows == "$3:$4" and sheet.oddFooter.center.text == one.oddFooter.center.text
        assert sheet.page_setup.paperSize == one.page_setup.paperSize and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert {next(iter(v.sqref.ranges)).max_row for v in sheet.data_validations.dataValidation} == {last}
        assert sheet.column_dimensions["AO"].hidden and sheet.column_dimensions["B"].width == one.column_dimensions["B"].width
        assert {"A1:AN1", "A3:A4", "B3:E3"} <= {str(r) for r in sheet.merged_cells.ranges}
    assert [sheet.sheet_view.tabSelected for sheet in sheets][1:] == [False, False]
    foot = [cell.value for cell in one["A"][FIRST + 4:]]
    assert foot[0] == "合计" and [cell.value for cell in sheets[2]["A"][FIRST:]] == foot
    assert [sheet.max_row for sheet in sheets[:2]] == [6, 6]  # below them stands nothing


def test_what_was_edited_on_any_of_them_comes_home(village: Ledger, tmp_path: Path) -> None:
    sheets = in_three(village, tmp_path / "b.xlsx")
    at = heads(sheets[0])["备注"]
    sheets[0].cell(row_of(sheets[0], "吴小云"), at).value = "甲"
    sheets[2].cell(row_of(sheets[2], "买买提·吐尔逊"), at).value = "乙"
    sheets[1].cell(6, heads(sheets[1])["本人电话"]).value = "12"
    sheets[0].parent.save(tmp_path / "b.xlsx")
    returned = take_back.read(village, tmp_path / "b.xlsx")
    assert len(returned.layouts) == 3 and len(returned.untouched) == 2
    found = take_back.compare(village, returned)
    assert {(e.sheet, e.row, e.rec, e.value) for e in found.edits} == {
        (sheets[0].title, 6, person_id("P2"), "甲"), (sheets[2].title, 5, person_id("P6"), "乙")}
    assert [(r.sheet, r.row) for r in found.refused] == [(sheets[1].title, 6)] and not found.gone and found.arrivals is None
    assert [line.where.split("第")[0] for line in lines(village, found)] == [f"{sheets[0].title} ", f"{sheets[2].title} "]
    assert where_of(found, found.refused[0]) == f"{sheets[1].title} 第 6 行"
    take_back.accept(village, found)
    assert village.get(person_id("P6")).values["remark"] == "乙"  # type: ignore[union-attr]


def test_a_row_that_moved_to_another_sheet_is_the_same_row(village: Ledger, tmp_path: Path) -> None:
    sheets = in_three(village, tmp_path / "b.xlsx")
    moved = [cell.value for cell in sheets[0][5]]
    for column, cell in enumerate(moved, 1):
        sheets[1].cell(7, column).value = cell
    sheets[0].delete_rows(5)
    sheets[0].parent.save(tmp_path / "b.xlsx")
    found = take_back.compare(village, take_back.read(village, tmp_path / "b.xlsx"))
    assert (found.edits, found.refused, found.gone, found.arrivals) == ([], [], [], None)


def test_a_copy_kept_beside_a_book_of_one_sheet_is_not_part_of_it(village: Ledger, tmp_path: Path) -> None:
    export(village, "labour", tmp_path / "b.xlsx", SITE)
    workbook = load_workbook(tmp_path / "b.xlsx")
    sheet = workbook.worksheets[0]
    workbook.copy_worksheet(sheet).title = "备份"
    sheet.cell(row_of(sheet, "吴小云"), heads(sheet)["备注"]).value = "甲"
    workbook.save(tmp_path / "b.xlsx")
    found = take_back.compare(village, take_back.read(village, tmp_path / "b.xlsx"))
    assert [e.value for e in found.edits] == ["甲"] and not found.refused


def test_sheets_with_different_columns_are_refused(village: Ledger, tmp_path: Path) -> None:
    sheets = in_three(village, tmp_path / "b.xlsx")
    sheets[1].cell(3, heads(sheets[1])["备注"]).value = "说明"
    sheets[0].parent.save(tmp_path / "b.xlsx")
    with pytest.raises(Problem) as caught:
        take_back.read(village, tmp_path / "b.xlsx")
    assert caught.value.key == "book.columns"
