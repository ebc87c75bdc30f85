"""The interview page over a real workspace: by keys alone, in both languages, and again after a kill."""
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.forms.contract import Interview, drafts
from app.models.language import set_language
from app.models.spells import current
from app.models.writing import Write
from app.ui.page import Desk
from app.ui.pages.interview import InterviewPage
from app.ui.pages.interview_sheet import Box, cut
from app.ui.questions import RosterAsked
from app.ui.widgets import Ask, DigitChips, Sheet
from app.ui.window import Window
from tests.ui.conftest import type_han
from tests.ui.interviewing import REASON, keys
from tests.ui.sheets import once_open

Settle = Callable[[], None]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MOST_QUESTIONS = 120


@dataclass
class Talk:
    """An interview on the screen and the hands on the keyboard."""

    window: Window
    page: InterviewPage

    def press(self, *pressed: str | Qt.Key) -> None:
        for key in pressed:
            focus = QApplication.focusWidget()
            assert focus is not None and self.window.isAncestorOf(focus)
            if key == "ctrl+a":
                QTest.keyClick(focus, Qt.Key.Key_A, CONTROL)
            else:
                QTest.keyClick(focus, key)

    def question(self):
        return self.page.asking.current()

    def answer_all(self) -> list[str]:
        """Answer every question as it comes, by keys; return what was asked."""
        asked: list[str] = []
        while self.page.stack.currentWidget() is self.page.asking:
            question = self.question()
            asked.append(question.name)
            assert len(asked) < MOST_QUESTIONS
            self.press(*keys(question), Qt.Key.Key_Return)
            if self.reason_is_asked():
                self.press(*REASON, Qt.Key.Key_Return)
        for _ in self.page.end.asked:
            self.press(*REASON)
            if not all(one.line.text() for one in self.page.end.asked):
                self.press(Qt.Key.Key_Return)
        return asked

    def reason_is_asked(self) -> bool:
        """Tell whether the cursor stands in the line for a reason."""
        return any(one.why is QApplication.focusWidget() for one in self.page.asking.sheet.widgets.values())


@pytest.fixture
def person(desk: Desk) -> str:
    """Somebody between 25 and 45 who is in scope and has been asked before."""
    row = desk.ledger.db.conn.execute(
        "SELECT p.id FROM person p WHERE p.birth_date BETWEEN '1981-01-01' AND '2001-01-01' AND p.labour_capacity = '1' AND p.phone IS NOT NULL "
        "AND p.student_status = '00' AND p.household_id IS NOT NULL ORDER BY p.id LIMIT 1").fetchone()
    return row[0]


@pytest.fixture
def talk(window: Window, settle: Settle, person: str) -> Talk:
    """The interview of that person, just begun."""
    window.open("interview", person=person)
    settle()
    return Talk(window, window.page)


def test_a_whole_interview_by_keys_alone(talk: Talk, desk: Desk, person: str, settle: Settle) -> None:
    asked = talk.answer_all()
    assert {"labour_status", "monthly_income", "start_date", "wants_work", "remark"} <= set(asked)
    assert "full_name" not in asked and "id_number" not in asked
    assert talk.page.end.errors == []
    talk.press(Qt.Key.Key_Return)
    settle()
    assert drafts(desk.ledger) == [] and talk.window.page.name == "people"
    spell = current(desk.ledger, person)
    assert (spell.values["labour_status"], spell.values["monthly_income"], spell.values["employer_name"]) == ("1", 3100, "Xiangyang 2")
    assert any(event.source.startswith("form:person_interview") for event in desk.ledger.history(spell.id))


def test_each_answer_is_on_disk_before_the_next_question_shows(talk: Talk, desk: Desk) -> None:
    first = talk.question().path
    talk.press("2")
    other = desk.ledger.again()
    try:
        assert Interview.reopen(other, talk.page.talk.id).question(first).value == "2"
    finally:
        other.close()


def test_a_killed_program_reopens_at_the_same_question(talk: Talk, desk: Desk, settle: Settle) -> None:
    talk.press("1", Qt.Key.Key_Return, "1", Qt.Key.Key_Return)
    left, answered = talk.question().path, talk.page.talk.progress()
    talk.page.talk = None  # as after a kill: nothing was said, nothing was closed
    again = Window(desk)
    again.show()
    again.activateWindow()
    again.open("interview")
    settle()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle()
    assert again.page.asking.current().path == left and again.page.talk.progress() == answered
    assert again.page.asking.sheet.widgets[left].isVisible()
    again.close()
    again.deleteLater()


def test_pausing_keeps_the_draft_and_it_can_be_gone_on_with(talk: Talk, desk: Desk, settle: Settle) -> None:
    talk.press("1", Qt.Key.Key_Return, Qt.Key.Key_Escape)
    settle()
    assert talk.page.talk is None and len(drafts(desk.ledger)) == 1
    talk.press(Qt.Key.Key_Return)
    settle()
    assert talk.question().name == "respondent"


def test_the_language_changes_in_the_middle(talk: Talk, settle: Settle) -> None:
    talk.press("1", Qt.Key.Key_Return)
    before = talk.question()
    QTest.keyClick(talk.window, Qt.Key.Key_F12)
    settle()
    after = talk.question()
    assert after.path == before.path and after.label != before.label
    assert after.label.split("(")[0].strip() in talk.page.asking.sheet.widgets[after.path].heading.accessibleName()
    assert QApplication.focusWidget() in talk.page.asking.sheet.widgets[after.path].findChildren(type(QApplication.focusWidget()))


def test_what_is_known_stands_aside_until_f4(talk: Talk, settle: Settle) -> None:
    for _ in range(3):
        talk.press("1", Qt.Key.Key_Return)
    assert talk.question().section.endswith("d_work") or "labour_status" in talk.question().path
    assert "full_name" in {q.name for one in talk.page.asking.walk.sections() for q in talk.page.asking.walk.known(one.path)}
    QTest.keyClick(talk.window, Qt.Key.Key_F4)
    settle()
    assert talk.question().known and talk.page.asking.sheet.widgets[talk.question().path].isVisible()


def test_shift_tab_and_page_keys_go_back_and_forth(talk: Talk, settle: Settle) -> None:
    talk.press("1", Qt.Key.Key_Return)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, SHIFT)
    assert talk.question().name == "visit_mode"
    for _ in range(3):
        talk.press("1", Qt.Key.Key_Return)
    there = talk.question().path
    QTest.keyClick(talk.window, Qt.Key.Key_PageDown)
    assert talk.question().path != there
    QTest.keyClick(talk.window, Qt.Key.Key_PageUp)
    assert talk.question().path == there


def test_a_remark_at_any_question(talk: Talk, settle: Settle) -> None:
    for _ in range(3):
        talk.press("1", Qt.Key.Key_Return)

    def write(sheet: Sheet) -> None:
        type_han(QApplication.focusWidget(), "下周再来")
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        assert not sheet.isVisible()
    once_open(write, Sheet)
    QTest.keyClick(talk.window, Qt.Key.Key_F2)
    assert talk.page.asking.walk.find("remark").value == "下周再来"


def test_what_is_strange_asks_for_a_reason_in_place_and_the_history_keeps_it(talk: Talk, desk: Desk, person: str, settle: Settle) -> None:
    while not talk.reason_is_asked():
        talk.press(*keys(talk.question()), Qt.Key.Key_Return)
    question = talk.question()
    asked = talk.page.asking.sheet.widgets[question.path]
    assert asked.why.hasFocus() and asked.doubt.isVisible() and asked.doubt.words.text() and talk.page.next().level == "W"
    QTest.keyClick(asked.why, Qt.Key.Key_Backtab, SHIFT)
    assert asked.line.hasFocus() if hasattr(asked, "line") else asked.chips.isAncestorOf(QApplication.focusWidget())
    talk.press(Qt.Key.Key_Return, *"double shifts", Qt.Key.Key_Return)
    assert talk.question().path != question.path
    kept = type(talk.page.asking.doubts)(desk.ledger, talk.page.talk)
    assert "double shifts" in kept.reasons.values()
    talk.answer_all()
    talk.press(Qt.Key.Key_Return)
    settle()
    spell = current(desk.ledger, person)
    assert drafts(desk.ledger) == []
    assert any("double shifts" in (event.why or {}).values() for event in desk.ledger.history(spell.id))


def test_errors_stand_before_the_end_and_enter_opens_them(talk: Talk) -> None:
    while talk.page.stack.currentWidget() is talk.page.asking:
        QTest.keyClick(talk.window, Qt.Key.Key_PageDown)
    assert talk.page.end.errors
    path = talk.page.end.errors[0].path
    talk.press(Qt.Key.Key_Return)
    assert talk.question().path == path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["person_interview", "household", "post"])
def test_nothing_is_cut_on_any_screen(window: Window, desk: Desk, person: str, settle: Settle, lang: str, form: str) -> None:
    if lang == "en":
        window.switch_language()
    employer = desk.ledger.write([Write("employer", {"name": "向阳新居 2 号车间"})], source="test").ids[0]
    subject = {"person_interview": ("person", person), "household": ("household", desk.ledger.get(person).values["household_id"]),
               "post": ("employer", employer)}[form]
    window.open("interview", form=form, subject=subject)
    settle()
    talk, asking = Talk(window, window.page), window.page.asking
    seen = 0
    while talk.page.stack.currentWidget() is asking:
        if asking.walk.at == asking.sheet.paths()[0]:
            QApplication.processEvents()
            sheet = asking.sheet
            assert sheet.ground.sizeHint().height() <= sheet.viewport().height(), talk.question().name
            for chips in sheet.ground.findChildren(DigitChips):
                assert all(chip.need() <= chip.width() for chip in chips.chips if chip.isVisible()), talk.question().name
            seen += 1
        question = talk.question()
        talk.press(*(keys(question) if question.kind != "repeat" else ()))
        asking.onward(question.path)
    assert seen > 2
    set_language("zh")


def test_a_roster_grows_and_shrinks_by_keys(window: Window, desk: Desk, person: str, settle: Settle) -> None:
    window.open("interview", household=desk.ledger.get(person).values["household_id"])
    settle()
    talk, asking = Talk(window, window.page), window.page.asking
    while not isinstance(asking.sheet.widgets[asking.walk.at], RosterAsked):
        asking.onward(asking.walk.at)
    roster = asking.sheet.widgets[asking.walk.at]
    before = len(roster.members)
    talk.press(Qt.Key.Key_Insert)
    assert talk.question().name == "full_name" and asking.walk.instance
    type_han(QApplication.focusWidget(), "石小满")
    while asking.walk.instance:
        talk.press(Qt.Key.Key_Return)
    roster = asking.sheet.widgets[asking.walk.at]
    assert [one.name for one in roster.members][-1] == "石小满" and len(roster.members) == before + 1
    roster.table.choose(before)
    roster.table.setFocus()

    once_open(lambda ask: ask.agree.click(), Ask)
    talk.press(Qt.Key.Key_Delete)
    assert len(asking.sheet.widgets[asking.walk.at].members) == before


def test_an_unfinished_interview_can_be_found_by_searching_the_person(window: Window, desk: Desk, person: str, settle: Settle) -> None:
    window.open("interview")
    settle()
    tail = desk.ledger.get(person).values["id_number"][-6:]
    for key in tail:
        QTest.keyClick(QApplication.focusWidget(), key)
    settle()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle()
    assert window.page.talk is not None and window.page.talk.subject == ("person", person)


def test_cutting_keeps_the_order_and_the_room() -> None:
    boxes = [Box(str(n), 60 + n * 7 % 50, 70, n % 3 == 0, n == 9) for n in range(20)]
    screens = cut(boxes, 300, 8)
    assert [path for screen in screens for line in screen for path in line] == [str(n) for n in range(20)]
    assert [[path for line in screen for path in line] for screen in screens if any("9" in line for line in screen)] == [["9"]]
    high = {box.path: box.high for box in boxes}
    for screen in screens:
        assert sum(high[line[0]] if len(line) == 1 else 70 for line in screen) + 8 * (len(screen) - 1) <= 300


def test_what_was_not_explained_in_place_is_asked_for_at_the_end(talk: Talk, desk: Desk, settle: Settle) -> None:
    while talk.page.stack.currentWidget() is talk.page.asking:
        talk.press(*keys(talk.question()), Qt.Key.Key_Return)
        if talk.reason_is_asked():
            talk.press(Qt.Key.Key_Return)
    settle()
    assert talk.page.end.asked and talk.page.end.asked[0].line.hasFocus() and talk.page.next().level == "W"
    talk.press(Qt.Key.Key_Return)
    assert talk.page.end.asked[0].note.isVisible() and len(drafts(desk.ledger)) == 1
    for _ in list(talk.page.end.asked):
        talk.press(*REASON, Qt.Key.Key_Return)
    settle()
    assert drafts(desk.ledger) == []
