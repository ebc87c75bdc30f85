"""The roster page: a real workbook is looked at, brought in by Enter, taken back by Ctrl+Z; bad rows stay out."""
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.bringing import bring
from app.ui.page import Desk
from app.ui.window import Window
from tests.books.rosters import person, register
from tests.books.test_posts import sheet_of
from tests.books.test_training import ABOVE, list_of
from tests.ui.conftest import type_han


def roster(folder: Path) -> Path:
    rows = [person(f"52999908{n:03d}", "5299990800", f"石{name}", order=f"{n * 2 + 1:03d}", relation="户主" if n == 0 else "其他")
            for n, name in enumerate("大小梅")]
    rows[2]["证件号码"] = 529999199001010010.0
    return register(folder / "名册.xlsx", rows)


def test_seen_first_then_brought_in_then_taken_back(window: Window, desk: Desk, settle: Callable[[], None], tmp_path: Path) -> None:
    before = desk.ledger.digest()
    window.open("roster", path=str(roster(tmp_path)))
    settle()
    page = window.page
    assert page.result.created == 2 and len(page.result.rejected) == 1 and desk.ledger.digest() == before
    assert "5299991990010100" not in page.rejected.rows[0][2].text
    QTest.keyClick(page.rejected_table, Qt.Key.Key_Return)
    settle()
    assert page.done and len(desk.ledger.rows("household", {"household_code": "5299990800"})) == 1
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert (tmp_path / "名册_未导入.xlsx").exists()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert not desk.ledger.rows("household", {"household_code": "5299990800"})


def test_what_is_no_workbook_is_said_in_words(window: Window, desk: Desk, settle: Callable[[], None], tmp_path: Path) -> None:
    file = tmp_path / "不是表格.xlsx"
    file.write_text("这不是工作簿")
    window.open("roster", path=str(file))
    settle()
    assert window.page.preview is None and "不是表格.xlsx" in window.page.field.note.words.text()


def test_posts_that_are_dropped_are_seen_named_and_taken_in(window: Window, desk: Desk, settle: Callable[[], None], tmp_path: Path) -> None:
    """A column that is not known is said by keys; it is known in the next list of that sender."""
    bring(desk, sheet_of(tmp_path / "岗位.xlsx"))
    settle()
    settle()
    page = window.page
    assert page.name == "roster" and page.preview.kind.name == "posts" and page.result.created == 3
    assert page.heads.rows.rows[0][0].text == "企业简介"
    page.heads.table.setFocus()
    QTest.keyClick(page.heads.table, Qt.Key.Key_F2)
    assert page.heads.meaning.line.hasFocus()
    type_han(page.heads.meaning.line, "工作量")
    QTest.keyClick(page.heads.meaning.line, Qt.Key.Key_Return)
    settle()
    assert page.heads.rows.rows[0][0].text != "企业简介" and page.result.created == 3
    QTest.keyClick(page.first_table, Qt.Key.Key_Return)
    settle()
    assert page.done and desk.ledger.rows("post", {"title": "电子装配工"})[0][1]["workload"] == "做手机壳"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert not desk.ledger.rows("post")


def test_a_training_list_in_english_is_taken_in(window: Window, desk: Desk, settle: Callable[[], None], tmp_path: Path) -> None:
    window.switch_language()
    name, number = next((str(v["full_name"]), str(v["id_number"])) for _, v in desk.ledger.rows("person") if v.get("id_number"))
    bring(desk, list_of(tmp_path / "电工班.xlsx", [(1, name, "", number, "", "合格", "Z1")], *ABOVE))
    settle()
    settle()
    page = window.page
    assert page.facts() == "Training list · 电工班.xlsx · 1 row" and page.result.created == 1
    assert number not in str([[cell.text for cell in line] for line in page.first.rows])
