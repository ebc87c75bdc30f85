"""The books page: what is shown is what the file holds, masked unless somebody chose otherwise."""
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from app.models import access
from app.models.clock import today
from app.ui.page import Desk
from app.ui.widgets import Ask
from app.ui.window import Window
from tests.ui.conftest import type_han
from tests.ui.sheets import once_open

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
    QTest.keyClick(window.focusWidget(), "2")
    settle()
    number = next(n for n, title in enumerate(page.shown.columns) if title == "证件号码")
    assert not page.how.masked() and page.next().level == "W"
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


def save_to(page, path: Path) -> None:
    page.path.setText(str(path))
    page.path.textEdited.emit(page.path.text())


def press(window: Window, keys: str) -> None:
    for key in keys:
        QTest.keyClick(window.focusWidget(), key)


def answer(words: str) -> None:
    """Write the reason that is asked for, when it is asked; without words turn back."""
    def act(sheet: Ask) -> None:
        if words:
            type_han(sheet.line, words)
        QTest.keyClick(sheet.line, Qt.Key.Key_Return if words else Qt.Key.Key_Escape)
    once_open(act, Ask)


def test_in_full_only_for_a_reason_which_is_in_the_log(page, window: Window, desk: Desk, tmp_path: Path, settle: Settle) -> None:
    press(window, "2")
    settle()
    save_to(page, tmp_path / "全.xlsx")
    answer("")
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    settle()
    assert not (tmp_path / "全.xlsx").exists() and access.exports(desk.ledger) == []
    window.activateWindow()
    settle()
    answer("县里要的原件")
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    settle()
    settle()
    window.activateWindow()
    settle()
    (line,) = access.exports(desk.ledger)
    assert (line.what, line.masked, line.count, line.reason) == ("labour", False, page.done.rows, "县里要的原件") and len(line.file_hash) == 64
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    settle()
    log = window.page
    assert log.name == "export_log" and [cell.text for cell in log.rows.rows[0]][2:] == ["劳动力实名制台账", str(line.count), "全写", "县里要的原件"]
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.page.name == "books"


def test_a_file_a_village_on_the_paper_wished_for_with_a_pdf_beside_each(page, window: Window, desk: Desk, tmp_path: Path, settle: Settle) -> None:
    press(window, "467")
    settle()
    save_to(page, tmp_path / "各村")
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    settle()
    settle()
    books, papers = sorted((tmp_path / "各村").glob("*.xlsx")), sorted((tmp_path / "各村").glob("*.pdf"))
    assert len(books) == len(page.done.files) > 1 and [p.stem for p in papers] == [b.stem for b in books]
    assert page.done.rows == page.shown.count and page.done.rest == 0
    assert all(str(load_workbook(book).worksheets[0].page_setup.paperSize) == "9" for book in books)
    assert all(paper.read_bytes().startswith(b"%PDF") for paper in papers)
    lines = access.exports(desk.ledger)
    assert len(lines) == len(books) and sum(line.count for line in lines) == page.done.rows and all(line.masked for line in lines)
    assert not list((tmp_path / "各村").glob("*.part"))


def test_printing_stands_in_the_log_and_says_how_many_pages(page, window: Window, desk: Desk, tmp_path: Path, settle: Settle) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "印.pdf"))
    page.print_to(printer)
    settle()
    settle()
    (line,) = access.exports(desk.ledger)
    assert page.printed >= 1 and (line.action, line.count) == ("print", page.shown.count) and (tmp_path / "印.pdf").stat().st_size > 10_000
    assert str(page.printed) in page.next().sentence


def test_every_book_shipped_can_be_looked_at(page, window: Window, settle: Settle) -> None:
    assert len(page.books) >= 15
    for at, (book, words) in enumerate(page.books):
        page.table.choose(at)
        settle()
        assert page.sheet.title.text().startswith("练习县青禾镇") and page.sheet.unit.text().startswith("填报单位") and words[0]
        heads = {box.text for box in page.sheet.heads.boxes if box.row + box.rows == len(page.shown.face.heads.heights)}
        assert {"".join(title.split()) for title in page.shown.columns} == {"".join(head.split()) for head in heads}, book.id


def test_what_offices_make_for_everybody_is_one_file(page, settle: Settle) -> None:
    page.table.choose(next(n for n, (book, _) in enumerate(page.books) if book.id == "posts"))
    settle()
    assert not page.how.files.chips[1].isEnabled() and not page.how.parted()
