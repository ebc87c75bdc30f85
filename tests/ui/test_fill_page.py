"""Filling another office's table in the window: heads and what they are taken for, by keys; seen first, saved beside, the missing asked."""
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models import access, asking, places
from app.models.language import set_language
from app.ui.page import Desk
from app.ui.widgets import Ask
from app.ui.window import Window
from tests.ui.conftest import type_han
from tests.ui.sheets import once_open
from tests.ui.test_take_back_page import drop

Settle = Callable[[], None]
HEADS = ("序号", "姓名", "身份证号码", "联系电话", "文化程度", "打工地方", "健康码颜色")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path, book = tmp_path / "人社局来表.xlsx", Workbook()
    sheet = book.active
    sheet.append(["农村劳动力转移就业情况统计表"])
    sheet.merge_cells("A1:G1")
    sheet.append(HEADS)
    for _ in range(3):
        sheet.append([None] * len(HEADS))
    sheet.append(["填表人："])
    book.save(path)
    return path


def key(window: Window, key: Qt.Key) -> None:
    QTest.keyClick(window.focusWidget(), key)


def give_reason(words: str) -> None:
    """Write the reason that is asked for, when it is asked, and press Enter."""
    def answer(sheet: Ask) -> None:
        type_han(sheet.line, words)
        QTest.keyClick(sheet.line, Qt.Key.Key_Return)
    once_open(answer, Ask)


def body(path: Path) -> list[list[object]]:
    return [list(row) for row in load_workbook(path).worksheets[0].iter_rows(min_row=3, values_only=True)]


def places_below(desk: Desk) -> list[tuple[str, str]]:
    return [(one.code12, one.name) for one in places.children(desk.ledger.me.area, desk.ledger)]


def living_at(desk: Desk, place: str) -> int:
    """Return how many people of a place a table that asks nothing about work is filled with: everybody."""
    return desk.ledger.db.conn.execute("SELECT count(*) FROM person WHERE _place = ? AND _void IS NULL", (place,)).fetchone()[0]


def test_dropped_looked_at_saved_beside_and_the_missing_asked(window: Window, desk: Desk, table: Path, settle: Settle) -> None:
    before, came = desk.ledger.digest(), table.read_bytes()
    drop(window, table)
    settle()
    settle()
    page = window.page
    people = len(desk.ledger.rows("person"))
    assert page.name == "fill" and page.seen.done.rows <= people and page.seen.done.cells > people
    assert desk.ledger.digest() == before and list(table.parent.glob("*.xlsx")) == [table]
    at = HEADS.index("身份证号码")
    assert len(page.seen.parts[0].rows) == min(12, page.seen.done.rows) and page.first.rowCount() == len(page.seen.parts[0].rows)
    assert all("*" in texts[at] for _, texts in page.seen.parts[0].rows if texts[at])
    give_reason("人社局要的月报")
    key(window, Qt.Key.Key_Return)
    settle()
    settle()
    out = table.with_name("人社局来表_已填.xlsx")
    assert page.done.path == out and table.read_bytes() == came
    rows = body(out)[:page.done.rows]
    truth = {values["full_name"]: values.get("id_number") for _, values in desk.ledger.rows("person")}
    assert rows and all(truth[row[1]] == row[2] for row in rows)
    (line,) = access.exports(desk.ledger)
    assert (line.what, line.reason, line.masked, line.count) == ("fill", "人社局要的月报", False, page.done.rows)
    missing = page._missing()
    assert missing
    key(window, Qt.Key.Key_Return)
    settle()
    assert page.asked_for > 0 and asking.ask_missing(desk.ledger, [(g.rec, g.marker.partition(".")[2]) for g in page.done.gaps if g.rec]) == 0


def test_what_a_column_is_taken_for_is_said_by_keys_and_remembered(window: Window, table: Path, settle: Settle) -> None:
    drop(window, table)
    settle()
    settle()
    page = window.page
    at = HEADS.index("打工地方")
    assert page.asked.columns[at].marker == "" and page.columns.table.currentIndex().row() == at
    cells = page.seen.done.cells
    key(window, Qt.Key.Key_F2)
    assert page.columns.meaning.line.hasFocus()
    type_han(page.columns.meaning.line, "安置点")
    key(window, Qt.Key.Key_Return)
    settle()
    settle()
    assert page.asked.columns[at].marker == "place.name" and page.seen.done.cells > cells and page.columns.table.hasFocus()
    drop(window, table)
    settle()
    settle()
    assert window.page.asked.columns[at].marker == "place.name"


def test_no_reason_no_file(window: Window, desk: Desk, table: Path, settle: Settle) -> None:
    drop(window, table)
    settle()
    settle()
    once_open(lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Escape), Ask)
    key(window, Qt.Key.Key_Return)
    settle()
    assert window.page.done is None and list(table.parent.glob("*.xlsx")) == [table] and not access.exports(desk.ledger)


def test_another_place_another_rows_and_english(window: Window, desk: Desk, table: Path, settle: Settle) -> None:
    offered = [code for code, _ in places_below(desk)]
    homes = [rec[0] for rec in desk.ledger.db.conn.execute("SELECT DISTINCT _place FROM person") if rec[0] in offered]
    set_language("en")
    drop(window, table)
    settle()
    settle()
    page = window.page
    everybody = page.seen.done.rows
    page.area.set_value([homes[0]])
    page.area.chosen.emit(page.area.value())
    settle()
    assert 0 < page.seen.done.rows <= everybody and page.seen.done.rows == living_at(desk, homes[0])
    assert "rows" in page.next().sentence and page.actions()[-1].words == "Fill and save"


def test_a_sheet_for_each_place_is_looked_at_and_filled_sheet_by_sheet(window: Window, desk: Desk, tmp_path: Path, settle: Settle) -> None:
    sites = [(code, name) for code, name in places_below(desk) if living_at(desk, code)][:2]
    path, book = tmp_path / "来表.xlsx", Workbook()
    for n, name in enumerate((*(name for _, name in sites), "汇总")):
        sheet = book.active if not n else book.create_sheet()
        sheet.title = name
        sheet.append(HEADS)
    book.save(path)
    drop(window, path)
    settle()
    settle()
    page = window.page
    assert [len(page.tables.tables), len(page.tables.left)] == [2, 1] and page.sheets.isVisible() and "3" in page.facts()
    counts = [living_at(desk, code) for code, _ in sites]
    assert [part.done.rows for part in page.seen.parts] == counts and sites[page.at][1] in page.to.text()
    first = page.at
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page.at == 1 - first and sites[page.at][1] in page.to.text() and page.first.rowCount() == min(12, counts[page.at])
    assert "汇总" in page.blank.rows[0][0].text
    give_reason("县里要的摸底表")
    key(window, Qt.Key.Key_Return)
    settle()
    settle()
    out = load_workbook(page.done.path)
    assert [sum(1 for row in out[name].iter_rows(min_row=2, values_only=True) if row[1]) for _, name in sites] == counts
    assert not any(row[1] for row in out["汇总"].iter_rows(min_row=2, values_only=True))


def test_a_table_of_one_place_is_left_alone_while_another_is_chosen(window: Window, desk: Desk, table: Path, settle: Settle) -> None:
    (one, name), (other, _) = [(code, name) for code, name in places_below(desk) if living_at(desk, code)][:2]
    book = load_workbook(table)
    book.active["A1"] = f"{name}搬迁劳动力花名册"
    book.save(table)
    drop(window, table)
    settle()
    settle()
    page = window.page
    assert page.seen.done.rows == living_at(desk, one)
    for place, rows in ((other, 0), (one, living_at(desk, one))):
        page.area.set_value([place])
        page.area.chosen.emit(page.area.value())
        settle()
        assert page.seen.done.rows == rows and page.first.rowCount() == min(12, rows)
        assert bool(page.actions()[-1].why_not) == (not rows) == ("别的地方" in page.to.text())


def test_a_card_of_a_household_shows_its_labels_and_its_members(window: Window, desk: Desk, tmp_path: Path, settle: Settle) -> None:
    name, home = desk.ledger.db.conn.execute("SELECT full_name, household_id FROM person WHERE relation_to_head = '02' AND full_name IN "
                                             "(SELECT full_name FROM person GROUP BY 1 HAVING count(*) = 1) LIMIT 1").fetchone()
    path, book = tmp_path / "一户一表.xlsx", Workbook()
    for row in (("一户一表",), ("户主姓名", name, "门牌号", None, "家庭人口", None), ("户主身份证号", None, "搬迁类型"), ("家庭成员情况",),
                ("姓名", "与户主关系", "性别", "年龄", "身份证号", "就业状态")):
        book.active.append(row)
    book.active.merge_cells("A1:F1")
    book.active.merge_cells("A4:F4")
    book.save(path)
    drop(window, path)
    settle()
    settle()
    page = window.page
    members = desk.ledger.db.conn.execute("SELECT count(*) FROM person WHERE household_id = ? AND _void IS NULL", (home,)).fetchone()[0]
    assert [(part.table.is_page, part.done.rows) for part in page.seen.parts] == [(True, 1), (False, members)]
    assert page.part is page.seen.parts[page.at]
