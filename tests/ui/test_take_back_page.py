"""Taking a book back in the window: dropped, told in plain words, cell by cell taken or left, in by Enter, out again by one undo."""
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.books.export import export
from app.models.language import set_language
from app.models.writing import Write
from app.ui.page import Desk
from app.ui.window import Window
from tests.books.rosters import person, register

Settle = Callable[[], None]
CONTROL = Qt.KeyboardModifier.ControlModifier
FIRST = 5



def heads(sheet: Any) -> dict[str, int]:
    return {str(cell.value).replace("\n", ""): cell.column for row in (3, 4) for cell in sheet[row] if cell.value}


def drop(window: Window, file: Path) -> None:
    """Drop a file on the window, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    where, copy, left, none = QPointF(400, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(where.toPoint(), copy, data, left, none)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(where, copy, data, left, none))


def edit(path: Path, *cells: tuple[int, str, Any]) -> Path:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row, head, value in cells:
        sheet.cell(row, heads(sheet)[head]).value = value
    book.save(path)
    return path


@pytest.fixture
def book(desk: Desk, tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    export(desk.ledger, "labour", path)
    return path


def ids(path: Path) -> list[str]:
    sheet = load_workbook(path).worksheets[0]
    at = heads(sheet)["_id"]
    return [str(sheet.cell(row, at).value).split()[0] for row in range(FIRST, sheet.max_row) if len(str(sheet.cell(row, at).value)) > 30]


def remark(desk: Desk, rec: str) -> Any:
    return desk.ledger.get(rec).values.get("remark")


def test_dropped_seen_left_taken_and_undone_by_keys(window: Window, desk: Desk, book: Path, settle: Settle) -> None:
    people, before = ids(book), desk.ledger.digest()
    edit(book, (FIRST, "备注", "一"), (FIRST + 1, "备注", "二"), (FIRST + 2, "备注", "三"))
    drop(window, book)
    settle()
    settle()
    page = window.page
    assert page.name == "take_back" and page.facts() == "3 格有改动" and desk.ledger.digest() == before
    assert window.rail.items["books"].isChecked()
    assert all("*" in line.who for line in page.lines)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    settle()
    assert page.rows.rows[1][6].text == "不收" and page.actions()[-1].words == "收回 2 处"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle()
    settle()
    assert page.done.values == 2 and [remark(desk, rec) for rec in people[:3]] == ["一", None, "三"]
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    settle()
    settle()
    assert [remark(desk, rec) for rec in people[:3]] == [None, None, None] and page.done is None and page.facts() == "3 格有改动"


def test_the_same_file_again_brings_nothing(window: Window, desk: Desk, book: Path, settle: Settle) -> None:
    edit(book, (FIRST, "备注", "一"))
    for _ in range(2):
        drop(window, book)
        settle()
        settle()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        settle()
    mark = desk.ledger.feed_mark()
    drop(window, book)
    settle()
    settle()
    page = window.page
    assert page.facts() == "和记录一样，没有新的" and not any(a.kind == "primary" for a in page.actions())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle()
    assert desk.ledger.feed_mark() == mark


def test_a_column_or_everything_is_left_by_a_key(window: Window, book: Path, settle: Settle) -> None:
    edit(book, (FIRST, "备注", "一"), (FIRST, "本人电话", "13800001111"), (FIRST + 1, "备注", "二"))
    drop(window, book)
    settle()
    settle()
    page = window.page
    assert "13800001111" not in str([[cell.text for cell in line] for line in page.rows.rows])
    at = next(n for n, line in enumerate(page.lines) if line.edit.name == "remark")
    page.table.choose(at)
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    settle()
    assert {edit.name for edit in page.left} == {"remark"} and len(page.left) == 2
    QTest.keyClick(window, Qt.Key.Key_A, CONTROL)
    settle()
    assert not page.left
    QTest.keyClick(window, Qt.Key.Key_A, CONTROL)
    settle()
    assert len(page.left) == 3 and not any(a.kind == "primary" for a in page.actions()) and "空格" in page.next().sentence


def test_what_disagrees_what_is_new_gone_or_broken_is_told_before(window: Window, desk: Desk, book: Path, settle: Settle) -> None:
    people = ids(book)
    desk.ledger.write([Write("person", {"remark": "别人写的"}, rec=people[0])], source="screen")
    count = len(desk.ledger.rows("person"))
    opened = load_workbook(book)
    sheet = opened.worksheets[0]
    at = heads(sheet)
    sheet.cell(FIRST, at["备注"]).value = "表里写的"
    sheet.cell(FIRST + 1, at["证件号码"]).value = 529999199001010016
    new = [c.value for c in sheet[FIRST + 2]]
    sheet.delete_rows(FIRST + 3)
    sheet.insert_rows(FIRST + 3)
    for number, value in enumerate(new, 1):
        sheet.cell(FIRST + 3, number).value = value
    for head in ("_id", "_sum", "_sig", "本人电话"):
        sheet.cell(FIRST + 3, at[head]).value = None
    sheet.cell(FIRST + 3, at["姓名"]).value = "石新来"
    sheet.cell(FIRST + 3, at["证件号码"]).value = "529999199505050014"
    opened.save(book)
    drop(window, book)
    settle()
    settle()
    page = window.page
    told = page.facts()
    assert "1 格和别人的不一致" in told and "1 行不见了（没有删除）" in told and "不收" in told
    (line,) = [line for line in page.lines if line.edit.state == "conflict"]
    assert (line.says, line.now) == ("表里写的", "别人写的") and page.next().level == "Q"
    assert any("存成了数字" in cells[2].text for cells in page.low_rows.rows) and page.low.isVisible()
    assert len(desk.ledger.rows("person")) == count


def test_a_roster_a_table_and_what_is_no_workbook_go_where_they_belong(window: Window, settle: Settle, tmp_path: Path) -> None:
    rows = [person(f"52999908{n:03d}", "5299990800", f"石{name}", order=f"{n * 2 + 1:03d}", relation="户主" if n == 0 else "其他")
            for n, name in enumerate("大小梅")]
    few = ("户编号", "人口编号", "姓名", "证件类型", "证件号码", "与户主关系")
    drop(window, register(tmp_path / "名册.xlsx", rows, few))
    settle()
    settle()
    assert window.page.name == "roster" and window.page.result.created == 3
    (tmp_path / "名单.xlsx").write_bytes(b"%PDF-1.7 no workbook")
    drop(window, tmp_path / "名单.xlsx")
    settle()
    assert window.page.name == "roster" and "名单.xlsx" in window.next_bar.sentence.text()
    (tmp_path / "名单.csv").write_text("姓名,电话\n石大,1\n", encoding="utf-8")
    drop(window, tmp_path / "名单.csv")
    settle()
    assert window.page.name == "fill"


def test_it_says_it_all_in_english_too(window: Window, book: Path, settle: Settle) -> None:
    edit(book, (FIRST, "备注", "一"))
    set_language("en")
    drop(window, book)
    settle()
    settle()
    assert window.page.facts() == "1 changed" and window.page.actions()[-1].words == "Take in 1"


def test_a_book_of_households_is_told_by_its_heads(window: Window, desk: Desk, tmp_path: Path, settle: Settle) -> None:
    path = tmp_path / "户情.xlsx"
    export(desk.ledger, "household", path)
    edit(path, (FIRST, "备注", "门牌换了"), (FIRST, "户联系电话", "13900002222"))
    drop(window, path)
    settle()
    settle()
    page = window.page
    assert page.facts() == "2 格有改动" and all(line.who.endswith("一户") and "*" in line.who for line in page.lines)
    assert "13900002222" not in str([[cell.text for cell in line] for line in page.rows.rows])
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    settle()
    settle()
    told = [values.get("remark") for _, values in desk.ledger.rows("household", {"household_phone": "13900002222"})]
    assert told == ["门牌换了"]


def test_what_arrives_meanwhile_keeps_what_was_left_left(window: Window, desk: Desk, book: Path, settle: Settle) -> None:
    people = ids(book)
    edit(book, (FIRST, "备注", "一"), (FIRST + 1, "备注", "二"))
    drop(window, book)
    settle()
    settle()
    page = window.page
    page.table.choose(0)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    desk.ledger.write([Write("person", {"remark": "别人刚写的"}, rec=people[1])], source="screen")
    settle()
    settle()
    assert len(page.left) == 1 and [line.edit.state for line in page.lines] == ["change", "conflict"]
    assert page.lines[1].now == "别人刚写的" and page.rows.rows[0][6].text == "不收"
