"""What a dropped workbook is: ours by its hidden sheet, its hidden columns or its whole layout; a roster; another office's table."""
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from app.books.catalogue import books
from app.books.export import export
from app.books.recognise import BOOK, TABLE, recognise
from app.books.template import META
from app.models.ledger import Ledger
from app.models.problem import Problem
from tests.books.conftest import SITE
from tests.books.departments import DEPARTMENTS, Department, workbook
from tests.books.rosters import person, register


@pytest.mark.parametrize("book", [info.id for info in books()])
def test_every_book_of_ours_is_known(village: Ledger, tmp_path: Path, book: str) -> None:
    export(village, book, tmp_path / "一本.xlsx")
    assert recognise(village, tmp_path / "一本.xlsx") == BOOK


@pytest.mark.parametrize("lost", ["sheet", "columns", "both"])
def test_a_book_is_known_without_what_is_hidden(village: Ledger, tmp_path: Path, lost: str) -> None:
    path = tmp_path / "台账.xlsx"
    export(village, "labour", path, SITE)
    opened = load_workbook(path)
    if lost != "columns":
        del opened[META]
    if lost != "sheet":
        sheet = opened.worksheets[0]
        for row in (3, 4):
            for cell in list(sheet[row]):
                if cell.value in ("_id", "_sum", "_sig"):
                    sheet.delete_cols(cell.column, 3)
                    break
    opened.save(path)
    assert recognise(village, path) == BOOK


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda d: d.name)
def test_a_department_s_table_is_to_be_filled(village: Ledger, tmp_path: Path, department: Department) -> None:
    workbook(department, tmp_path / "来表.xlsx")
    assert recognise(village, tmp_path / "来表.xlsx") == TABLE


def test_a_roster_is_a_roster(village: Ledger, tmp_path: Path) -> None:
    heads = ("户编号", "人口编号", "姓名", "证件类型", "证件号码", "与户主关系", "务工企业名称")
    rows = [person(f"52999908{n:03d}", "5299990800", f"石{n}", order=f"{n * 2 + 1:03d}") for n in range(3)]
    assert recognise(village, register(tmp_path / "名册.xlsx", rows, heads)) == "roster"
    assert recognise(village, register(tmp_path / "空名册.xlsx", [], heads)) == TABLE
    assert recognise(village, register(tmp_path / "全国系统.xlsx", rows)) == "roster", "most columns of the register are blank, the people are new"
    there = [person("P1", "H1", "杨大山", "19920301", "001"), person("P4", "H2", "石老三", "19740110", "005")]
    assert recognise(village, register(tmp_path / "要填的.xlsx", there)) == TABLE, "the people are here and the rest is blank"


def test_what_is_no_table_is_refused_in_words(village: Ledger, tmp_path: Path) -> None:
    (tmp_path / "名单.doc").write_bytes(b"%PDF-1.7 no table")
    book = Workbook()
    book.active.append(["通知", "请各村周五前报送"])
    book.save(tmp_path / "通知.xlsx")
    for name in ("名单.doc", "通知.xlsx", "没有.xlsx"):
        with pytest.raises(Problem, match=name):
            recognise(village, tmp_path / name)
