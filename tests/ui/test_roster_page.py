"""The roster page: a real workbook is looked at, brought in by Enter, taken back by Ctrl+Z; bad rows stay out."""
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.page import Desk
from app.ui.window import Window
from tests.books.rosters import person, register


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
