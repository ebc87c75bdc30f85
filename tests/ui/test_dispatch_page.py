"""Dispatch in the window: figures and bars open their people by the keyboard; reports are frozen and corrected; places and days are chosen."""
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.assistance.records import Records
from app.models import clock, places
from app.models.language import language
from app.models.writing import Write
from app.oversight import snapshots
from app.oversight.indicators import count
from app.ui.pages import dispatch
from app.ui.window import Window

Settle = Callable[[], None]
AREA = "529999001000"


def figures(window: Window, on: str = "") -> dict[str, int]:
    report = count(Records(window.desk.ledger.db.conn), on or clock.today().isoformat(), "").report(places.prefix(AREA))
    return report.cells


def press(window: Window, key: Qt.Key) -> None:
    QTest.keyClick(window.focusWidget(), key)


def test_the_figures_are_those_of_the_recount_and_each_opens_its_people(window: Window, settle: Settle) -> None:
    window.open("dispatch")
    settle()
    page, wanted = window.page, figures(window)
    assert page.tiles.tiles["B1"].words[1] == str(wanted["B1"]) and page.tiles.tiles["C1"].words[1] == str(wanted["C1"])
    assert f"({wanted['C1']} / {wanted['B1']})" in page.tiles.tiles["C1"].words[3].replace("（", "(").replace("）", ")"), "two numbers beside a rate"
    page.tiles.tiles["C1"].setFocus()
    press(window, Qt.Key.Key_Return)
    settle()
    assert window.page.name == "dispatch_people" and len(window.page.listed) == wanted["C1"]
    first = window.page.answers[0]
    assert first.name and first.says and first.who == "韦敏" and first.where == "向阳 1 号" and first.when
    press(window, Qt.Key.Key_Return)
    settle()
    assert window.page.name == "people"


def test_bars_are_walked_by_arrows_and_opened_by_enter(window: Window, settle: Settle) -> None:
    window.open("dispatch")
    settle()
    page = window.page
    page.sites.setFocus()
    settle()
    assert page.sites.marks[0].key.startswith("cell:C1:") and page.sites.marks[0].name in page.sites.accessibleName()
    press(window, Qt.Key.Key_Right)
    mark = page.sites.marks[1]
    code, _, place = mark.key.removeprefix("cell:").partition(":")
    assert mark.name in page.sites.accessibleName()
    press(window, Qt.Key.Key_Return)
    settle()
    listed = count(Records(window.desk.ledger.db.conn), clock.today().isoformat()).entries.listed(code, places.prefix(place))
    assert window.page.name == "dispatch_people" and window.page.listed == listed
    QTest.keyClick(window.page.table, Qt.Key.Key_Escape)
    settle()
    assert window.page.name == "dispatch"


def test_the_way_from_wish_to_staying_opens_its_people(window: Window, settle: Settle) -> None:
    window.open("dispatch")
    settle()
    page = window.page
    wanted = page.way.stages[0].people
    assert wanted and page.flow.marks[0].key == "way:wanted"
    page.flow.setFocus()
    press(window, Qt.Key.Key_Return)
    settle()
    assert {rec for _, rec in window.page.listed} == wanted
    for stage, after in zip(page.way.stages, page.way.stages[1:], strict=False):
        lost = frozenset().union(*(ids for _, ids in stage.lost))
        assert stage.people == lost | after.people and not lost & after.people, "nobody is lost on the way without a reason"


def test_a_list_says_that_it_looks_until_it_knows_and_where_esc_goes(window: Window, settle: Settle) -> None:
    for back, word in (("dispatch", "调度"), ("batches", "批次")):
        window.open("dispatch_people", area=AREA, these=[], back=back)
        page = window.page
        assert page.next().sentence == "正在看有谁…" and page.none.isHidden()
        settle()
        assert page.next().sentence == f"这个数是 0，没有名单。按 Esc 回{word}。" and page.none.isVisible()
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
        settle()
        assert window.page.name == back


def test_another_day_and_another_place(window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    window.open("dispatch")
    settle()

    def choose(sheet: object) -> bool:
        if isinstance(sheet, dispatch.DaySheet):
            sheet.lines[0].setText("2026.10.01")
            sheet._take()
        else:
            sheet._take(1)
        return True

    monkeypatch.setattr(dispatch, "chosen", choose)
    QTest.keyClick(window, Qt.Key.Key_F6)
    settle()
    assert window.page.on == "2026-10-01" and window.page.tiles.tiles["C1"].words[1] == str(figures(window, "2026-10-01")["C1"])
    window.activateWindow()  # a sheet that was never shown has taken that from it
    settle()
    QTest.keyClick(window, Qt.Key.Key_F4)
    settle()
    assert window.page.area.startswith(AREA[:9]) and window.page.area != AREA and window.page.board.sums["A1"] < figures(window)["A1"]


def test_a_report_is_frozen_and_a_correction_is_revision_2(window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "ask", lambda *_, **__: True)
    window.open("dispatch")
    settle()
    QTest.keyClick(window, Qt.Key.Key_F7)
    settle()
    ledger = window.desk.ledger
    person = next(rec for rec, v in ledger.rows("person") if v.get("labour_capacity") == "1")
    ledger.write([Write("person", {"labour_capacity": "5"}, rec=person)], source="test")
    settle()
    QTest.keyClick(window, Qt.Key.Key_F7)
    settle()
    assert [one.revision for one in snapshots.frozen(ledger)] == [1, 2]
    QTest.keyClick(window, Qt.Key.Key_F8)
    settle()
    page = window.page
    assert page.name == "dispatch_frozen" and [one.revision for one in page.found] == [2, 1] and "→" in page.rows.rows[0][4].text
    for row in (0, 1):
        page.table.choose(row)
        press(window, Qt.Key.Key_Return)
        settle()
    assert set(page.same.values()) == {True}
    page.table.choose(0)
    window.activateWindow()
    settle()
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle()
    assert window.page.name == "dispatch_people" and ("person", person) in window.page.listed and "− " in window.page.told[person]


def test_places_as_a_table_open_cell_by_cell(window: Window, settle: Settle) -> None:
    window.open("dispatch")
    settle()
    window.page.more.click()
    settle()
    page = window.page
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Right)
    line, code = page._now()
    assert code == "B1" and str(line.sums["B1"]) in page.next().sentence
    press(window, Qt.Key.Key_Return)
    settle()
    assert window.page.name == "dispatch_people" and len(window.page.listed) == line.sums["B1"]


def test_everything_is_said_in_english_too(window: Window, settle: Settle) -> None:
    window.open("dispatch")
    settle()
    window.switch_language()
    settle()
    assert language() == "en" and window.page.tiles.tiles["B1"].words[0] == "Labour force" and "places" not in window.page.title()
    assert "up to" in window.page.facts() and window.page.next().sentence[:5] in ("First", "Every")


def test_the_dispatch_book_is_one_key_away(window: Window, settle: Settle) -> None:
    window.open("dispatch")
    settle()
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    settle()
    page = window.page
    assert page.name == "books" and page.books[page.table.currentIndex().row()][0].id == "dispatch"


def test_what_the_checks_found_opens_with_what_it_says(window: Window, settle: Settle) -> None:
    ledger = window.desk.ledger
    person = next(rec for rec, v in ledger.rows("person") if v.get("labour_capacity") == "1")
    ledger.write([Write("person", {"labour_capacity": "4"}, rec=person),
                  Write("placement", {"person_id": person, "labour_status": "1", "as_of": clock.today().isoformat(),
                                      "start_date": "2026-01-01"})], source="test")
    window.open("dispatch")
    settle()
    assert any(one.id == person for one in window.page.findings)
    window.page.open_findings()
    settle()
    assert window.page.title() == "要核对的" and "劳动能力登记为丧失或无" in window.page.told[person]
