"""The window over a real workspace: pages by keys, both languages live, undo, nothing cut."""
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QPlainTextEdit, QWidget

from app.models import clock, entry
from app.models.language import language
from app.models.ledger import Touched
from app.models.problem import Problem
from app.ui import theme
from app.ui.job import Jobs
from app.ui.page import Desk
from app.ui.pages import PAGES
from app.ui.pages.entry import EntrySheet
from app.ui.widgets import KeyButton, KeyOverlay
from app.ui.widgets.frame import RAIL_KEYS
from app.ui.window import Window
from tests.ui.conftest import until, wait
from tests.ui.sheets import once_open

CONTROL = Qt.KeyboardModifier.ControlModifier


def first_person(desk: Desk) -> str:
    return desk.ledger.db.conn.execute("SELECT id FROM person ORDER BY id LIMIT 1").fetchone()[0]


def test_pages_open_by_their_digit(window: Window, settle: Callable[[], None]) -> None:
    places = [info for info in PAGES if info.rail and not info.foot]
    assert len(places) <= len(RAIL_KEYS), "every place of the rail has its key"
    for key, info in zip(RAIL_KEYS, places, strict=False):
        QTest.keyClick(window, Qt.Key(ord(key)), CONTROL)
        settle()
        assert window.page is not None and window.page.name == info.name
        assert window.header.title.text() and window.rail.items[info.name].isChecked()


def test_settings_open_by_their_key_and_the_places_tell_theirs(window: Window, settle: Callable[[], None]) -> None:
    QTest.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    settle()
    assert window.page is not None and window.page.name == "settings"
    window.rail.show_digits(True)
    assert [item.digit for name, item in window.rail.items.items() if name != "me"] == [*RAIL_KEYS[:len(window.rail.items) - 2], ","]


@pytest.mark.parametrize("high", [768, 696])
def test_every_place_of_the_rail_stands_whole_on_a_laptop(window: Window, settle: Callable[[], None], high: int) -> None:
    window.resize(1366, high)
    window.open("todo")
    for _ in range(2):
        settle()
        boxes = [item.geometry() for item in window.rail.items.values()]
        assert all(box.height() >= 36 and box.bottom() <= window.rail.height() for box in boxes)
        assert all(above.bottom() < below.top() for above, below in zip(boxes, boxes[1:], strict=False)), "none lies over another"
        window.switch_language()
    window.switch_language()


@pytest.mark.parametrize("name", [info.name for info in PAGES])
def test_every_control_of_a_page_says_its_name_in_both_languages(window: Window, settle: Callable[[], None], name: str) -> None:
    window.open(name)
    settle()
    for _ in range(2):
        for control in window.findChildren(QWidget):
            if control.isVisible() and isinstance(control, QAbstractButton | QLineEdit | QPlainTextEdit):
                assert control.accessibleName(), f"{name}: {type(control).__name__}"
        window.switch_language()
        settle()


def test_language_changes_while_running(window: Window, settle: Callable[[], None]) -> None:
    window.open("people")
    settle()
    before = (window.header.title.text(), window.rail.items["people"].text(), window.page.tree.title.text())
    QTest.keyClick(window, Qt.Key.Key_F12)
    settle()
    after = (window.header.title.text(), window.rail.items["people"].text(), window.page.tree.title.text())
    assert language() == "en" and before == ("人员", "人员", "这一户") and after == ("People", "People", "This household")
    assert "Start interview" in [b.text() for b in window.next_bar.findChildren(KeyButton)]


@pytest.mark.parametrize("name", ["people", "settings", "roster"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut(window: Window, settle: Callable[[], None], name: str, lang: str) -> None:
    window.open(name)
    if lang == "en":
        window.switch_language()
    settle()
    assert (window.width(), window.height()) == (1366, 696)
    for control in window.findChildren(KeyButton):
        if control.isVisible():
            assert control.width() >= control.sizeHint().width() and control.height() >= control.sizeHint().height(), control.text()
    for control in window.findChildren(QLineEdit):
        if control.isVisible():
            assert control.height() >= control.sizeHint().height()


def test_a_problem_is_said_in_the_next_bar(window: Window, desk: Desk, settle: Callable[[], None]) -> None:
    window.open("people")
    settle()
    desk.trouble(Problem("x", "第 3 行没有姓名。请补上。", "Row 3 has no name. Add it."))
    assert window.next_bar.sentence.text() == "第 3 行没有姓名。请补上。"
    window.switch_language()
    assert window.next_bar.sentence.text() != "第 3 行没有姓名。请补上。"


def test_a_day_that_cannot_be_is_said_at_once_and_until_it_is_set(window: Window, settle: Callable[[], None],
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop whose battery is flat wakes up in 1970; every age and every date of its interviews would be wrong."""
    window.open("people")
    monkeypatch.setattr(clock.source, "read", lambda: datetime(1970, 1, 2, 12, tzinfo=UTC))
    window.read_standing()
    settle()
    assert "1970-01-02" in window.next_bar.sentence.text() and "校准" in window.next_bar.sentence.text()
    assert window.strip.synced.text() == "本机日期不对：1970-01-02"
    monkeypatch.undo()
    window.open("posts")
    window.read_standing()
    settle()
    assert "1970" not in window.next_bar.sentence.text() + window.strip.synced.text()


def test_an_undo_says_what_it_did(window: Window) -> None:
    for touched, words in ((None, "没有可以撤销的"), (Touched((), ()), "没有改动"), (Touched(("a",), ("b",)), "已撤销")):
        window._undone(touched)
        assert words in window.toast.words.accessibleName()


def test_undo_takes_back_the_last_edit(window: Window, desk: Desk, settle: Callable[[], None]) -> None:
    rec = first_person(desk)
    before = desk.ledger.get(rec).values.get("remark")
    desk.jobs.write(lambda work: entry.change(work.ledger, rec, {"remark": "改过"}))
    settle()
    assert desk.ledger.get(rec).values["remark"] == "改过"
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    settle()
    assert desk.ledger.get(rec).values.get("remark") == before
    assert window.toast.isVisible() and "撤销" in window.toast.words.accessibleName()


def test_only_here_counts_up(window: Window, desk: Desk, settle: Callable[[], None]) -> None:
    before = desk.ledger.only_here()
    rec = first_person(desk)
    desk.jobs.write(lambda work: entry.add(work.ledger, "person", {
        "full_name": "石小满", "household_id": work.ledger.get(rec).values["household_id"]}))
    settle()
    until(lambda: window.strip.pill.words.text() == f"{before + 1} 条记录只在本机")


def test_f1_lays_the_keys_over_the_page(window: Window, settle: Callable[[], None]) -> None:
    window.open("people")
    settle()
    seen: list[str] = []

    def look(sheet: KeyOverlay) -> None:
        seen.append(type(sheet).__name__)
        QTest.keyClick(sheet, Qt.Key.Key_Escape)

    once_open(look, KeyOverlay)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert seen == [KeyOverlay.__name__]


def test_a_sheet_lies_over_the_page_as_it_looks_without_ctrl(window: Window, settle: Callable[[], None]) -> None:
    window.open("people")
    settle()
    held: list[bool] = []

    def look(sheet: EntrySheet) -> None:
        held.append(any(item.show_digit for item in window.rail.items.values()))
        sheet.reject()

    once_open(look, EntrySheet)
    QTest.keyPress(window.focusWidget(), Qt.Key.Key_Control)
    assert window.rail.items["todo"].show_digit and not window.rail.items["me"].show_digit, "the foot has no digits to show"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert held == [False]


def test_a_sheet_in_a_low_window_scrolls_and_keeps_its_buttons(window: Window, settle: Callable[[], None]) -> None:
    window.resize(1100, 600)
    window.open("people")
    settle()

    def look(sheet: EntrySheet) -> None:
        assert sheet.sheet.height() <= 600 and sheet.rect().contains(sheet.save.mapTo(sheet, sheet.save.rect().bottomRight()))
        for field in sheet.fields.values():
            field.input.setFocus()
            wait(20)
            seen = field.input.mapTo(sheet.roll.viewport(), field.input.rect().center())
            assert sheet.roll.viewport().rect().contains(seen)
        sheet.reject()

    once_open(look, EntrySheet)
    many = ("title", "occupation", "headcount", "wage_min", "wage_max", "valid_to", "age_min", "age_max", "verified_how", "education_min",
            "pay_basis", "kind", "quota", "term_months")
    EntrySheet(window.page, "新", "post", None, many, {}, lambda _: None).exec()


def test_large_text_leaves_the_sentence_whole_and_the_page_its_height(app: QApplication, desk: Desk, settle: Callable[[], None]) -> None:
    theme.use(app, text_scale=1.5)
    window = Window(desk)
    window.resize(1366, 696)
    window.show()
    window.open("dispatch")
    settle()
    assert window.page is not None and window.page.height() >= 440 * 1.5
    assert window.next_bar.sentence.width() > 600 and window.next_bar.height() < 200
    window.close()
    window.deleteLater()
    theme.use(app, text_scale=1.0)


def test_a_newer_question_silences_the_older(app: QApplication) -> None:
    jobs, answers = Jobs(None), []
    for n in range(5):
        jobs.read(lambda work, n=n: n, answers.append, slot="typing")
    until(lambda: answers)
    jobs.close()
    assert answers == [4]


def test_a_job_can_be_stopped_and_says_how_far_it_is(app: QApplication) -> None:
    jobs, shown, ended = Jobs(None), [], []
    jobs.shown.connect(lambda words, part: shown.append((words, part)))

    def long(work) -> None:
        for step in itertools.count(1):  # it ends when it is stopped, however late that is
            work.step(step, step + 1000)
            QTest.qSleep(2)

    jobs.write(long, ended.append, words="正在导出")
    until(lambda: any(part > 0 for words, part in shown if words))
    assert jobs.cancel()
    until(lambda: shown[-1] == ("", 0.0))
    jobs.close()
    assert not ended and shown[-1] == ("", 0.0) and any(0 < part < 1 for words, part in shown if words)


def test_a_problem_of_a_job_is_told_and_a_bug_rises(app: QApplication, qtbot) -> None:
    jobs, told = Jobs(None), []

    def refuse(work) -> None:
        raise Problem("x", "不行。", "No.")

    jobs.read(refuse, fail=told.append)
    until(lambda: told)
    with qtbot.captureExceptions() as rises:
        jobs.read(lambda work: 1 / 0)
        until(lambda: rises)
    jobs.close()
    assert str(told[0]) == "不行。" and rises[0][0] is ZeroDivisionError


@pytest.mark.parametrize("refuses", [False, True])
def test_what_a_job_was_asked_with_is_deleted_in_the_windows_thread(app: QApplication, refuses: bool) -> None:
    jobs, told, where = Jobs(None), [], []

    class Asked(QDialog):
        """Of ours, as every sheet is: Qt's own dialogs are brought to the window's thread by PySide."""

    def ask() -> None:
        sheet = Asked()
        sheet.destroyed.connect(lambda: where.append(threading.current_thread()), Qt.ConnectionType.DirectConnection)

        def deed(work) -> str:
            if refuses:
                raise Problem("x", "不行。", "No.")
            return "done by " + type(sheet).__name__

        jobs.write(deed, lambda _: told.append(sheet.close()), lambda _: told.append(sheet.close()))

    ask()
    until(lambda: told)
    jobs.write(lambda work: None, told.append)
    until(lambda: len(told) == 2)
    jobs.close()
    assert where == [threading.main_thread()]


def test_a_wide_screen_gives_margin_and_no_longer_lines(window: Window, settle: Callable[[], None]) -> None:
    window.resize(1920, 1040)
    window.open("people")
    settle()
    left = window.stack.mapTo(window, QPoint(0, 0)).x()
    assert window.stack.width() == theme.px(theme.WIDE) and left == window.rail.width() + theme.px(theme.MARGIN)
    window.resize(1366, 696)
    settle()
    assert window.stack.width() == 1366 - window.rail.width() - 2 * theme.px(theme.MARGIN)
