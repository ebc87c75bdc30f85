"""The books page: what is shown is what the file holds, masked unless somebody chose otherwise."""
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.clock import today
from app.ui.page import Desk
from app.ui.window import Window

Settle = Callable[[], None]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window: Window, settle: Settle):
    """The books page with the first book looked at."""
    window.open("books")
    settle()
    settle()
    return window.page


def cells(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    sheet = next(s for s in load_workbook(path).worksheets if s.sheet_state == "visible")
    return [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_first_rows_and_the_count_are_shown_masked(page, desk: Desk) -> None:
    assert page.shown.count == len(desk.ledger.rows("person")) - young(desk) and page.sheet.model.rowCount() == min(30, page.shown.count)
    number = next(n for n, title in enumerate(page.shown.columns) if title == "证件号码")
    assert all("*" in row[number] for row in page.shown.rows if row[number])


def young(desk: Desk) -> int:
    """Return how many people are under 16, whom the labour book leaves out."""
    limit = today().replace(year=today().year - 16).isoformat()
    return desk.ledger.db.conn.execute("SELECT count(*) FROM person WHERE birth_date > ? AND _void IS NULL", (limit,)).fetchone()[0]


def test_the_export_says_where_the_file_is(page, window: Window, tmp_path: Path, settle: Settle) -> None:
    page.path.setText(str(tmp_path / "books" / "台账.xlsx"))
    page.path.textEdited.emit(page.path.text())
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    settle()
    settle()
    assert page.done.rows == page.shown.count and page.saved.isVisible() and str(tmp_path) in page.saved_words.text()
    rows = cells(tmp_path / "books" / "台账.xlsx")
    assert sum(1 for row in rows if any("**********" in cell for cell in row)) >= page.done.rows * 0.8


def test_numbers_are_written_in_full_only_when_chosen(page, window: Window, settle: Settle) -> None:
    QTest.keyClick(QApplication.focusWidget(), "2")
    settle()
    number = next(n for n, title in enumerate(page.shown.columns) if title == "证件号码")
    assert not page.masked() and page.next().level == "W"
    assert not any("*" in row[number] for row in page.shown.rows)


def test_a_file_that_cannot_be_written_is_said_in_words(page, window: Window, tmp_path: Path, settle: Settle) -> None:
    (tmp_path / "taken").mkdir()
    page.path.setText(str(tmp_path / "taken.doc"))
    page.path.textEdited.emit(page.path.text())
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    settle()
    settle()
    assert ".xlsx" in window.next_bar.sentence.text() and page.done is None and not (tmp_path / "taken.doc").exists()


def test_another_place_has_its_own_rows_and_name(page, settle: Settle) -> None:
    whole = page.shown.count
    site = page.area.model.all[1][0]
    page.area.set_value([site])
    page.area.chosen.emit([site])
    settle()
    assert page.shown.count < whole and page.area_code() == site and page.area.model.all[1][1] in page.path.text()
