"""来表即填 on forms for one person: labels with room beside them, one person a sheet; a table is never taken for one."""
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import foreign
from app.books.fill import fill, look
from app.books.incoming import read_workbook
from app.books.pages import page_of
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import person_id
from tests.books.layouts import LAYOUTS
from tests.books.layouts_coded import CODED

FORM = (("求职登记表",), ("姓 名", None, "性别", None, "出生年月", None), ("身份证号：", None, None, None, "民族", None),
        ("紧急联系人", None, "联系电话", None, "与本人关系", None), ("文化程度", None, "联系电话", None, "健康状况", None),
        ("求职意向", "意向工种", None, "期望月薪（元）", None, None), ("本人签字：", None, None, "日期：    年   月   日"))


def drawn(path: Path, *names: str) -> Path:
    """Draw the form once for each name."""
    book = Workbook()
    for n, name in enumerate(names):
        sheet = book.active if not n else book.create_sheet()
        sheet.title = f"登记表{n + 1}"
        for row in FORM:
            sheet.append(row)
        sheet["B2"] = name or None
        for merged in ("A1:F1", "B3:D3"):
            sheet.merge_cells(merged)
    book.save(path)
    return path


@pytest.fixture
def told(village: Ledger) -> Ledger:
    village.write([Write("person", {"education": "81", "phone": "13800000005", "ethnic_group": "12"}, rec=person_id("P5"))], source="test")
    return village


def cells(path: Path, sheet: str) -> dict[str, Any]:
    return {cell.coordinate: cell.value for row in load_workbook(path)[sheet].iter_rows() for cell in row if cell.value is not None}


def test_each_page_is_filled_for_whom_it_names(told: Ledger, tmp_path: Path) -> None:
    name = told.get(person_id("P5")).values["full_name"]  # type: ignore[union-attr]
    came = drawn(tmp_path / "来表.xlsx", name, "没有这人", "")
    tables = foreign.read_all(told, came)
    assert [table.is_page for table in tables.tables] == [True, True] and [sheet for sheet, _ in tables.left] == ["登记表3"]
    assert look(told, tables).parts[0].rows[0][1][0].endswith("*"), "names are masked on the screen"
    done = fill(told, tables, tmp_path / "填好.xlsx")
    before, now = cells(came, "登记表1"), cells(done.path, "登记表1")
    written = {where: value for where, value in now.items() if where not in before}
    known = told.get(person_id("P5")).values  # type: ignore[union-attr]
    assert (written.pop("B3"), written.pop("F2")) == (known["id_number"], known["birth_date"][:7])
    assert written.pop("D2") == {"1": "男", "2": "女"}[known["sex"]]
    assert (written.pop("B5"), written.pop("D5"), written.pop("F3")) == ("小学", "13800000005", "侗族")
    assert set(written) <= {"F5", "C6", "E6"}, "the phone beside the emergency contact, the signature and the day stay blank"
    assert cells(done.path, "登记表2") == cells(came, "登记表2") and cells(done.path, "登记表3") == cells(came, "登记表3")
    assert all(value == now[where] for where, value in before.items())


def test_a_form_that_names_nobody_is_refused_in_a_sentence(told: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="请先写上姓名或身份证号"):
        foreign.read_all(told, drawn(tmp_path / "来表.xlsx", ""))


def test_a_label_is_given_another_meaning_by_its_own_cell(told: Ledger, tmp_path: Path) -> None:
    name = str(told.get(person_id("P5")).values["full_name"])  # type: ignore[union-attr]
    tables = foreign.read_all(told, drawn(tmp_path / "来表.xlsx", name))
    at = next(c for c in tables.tables[0].columns if c.head == "健康状况")
    assert at.letter == "F5"
    chosen = foreign.choose_all(told, tables, 0, {at.key: "person.remark"}).tables[0]
    assert [c.marker for c in chosen.columns if c.column == at.column] == ["person.birth_date", "person.ethnic_group", "person.remark"]
    again = foreign.read_all(told, tmp_path / "来表.xlsx").tables[0]
    assert next(c.marker for c in again.columns if c.key == at.key) == "person.remark"


@pytest.mark.parametrize("layout", (*LAYOUTS, *CODED), ids=lambda layout: layout.name)
def test_no_table_is_a_form(tmp_path: Path, layout: Any) -> None:
    book = Workbook()
    layout.draw(book)
    book.save(tmp_path / "a.xlsx")
    assert not any(page_of(sheet) for sheet in read_workbook(tmp_path / "a.xlsx").sheets)
