"""Questions as widgets: digits, input methods, full-width digits, long lists; every kind has one."""
from collections.abc import Iterator
from datetime import date
from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.forms.contract import Choice, Kind, Question
from app.ui.questions import KINDS, Asked, ask
from app.ui.questions.reading import distance, group_id, read_date, read_number, read_place, unit_of
from tests.ui.conftest import type_han, wait

THREE = tuple(Choice(code, label) for code, label in (("1", "已就业"), ("2", "想工作"), ("3", "不想工作")))
SKILLS = tuple(Choice(f"{n:02d}", label) for n, label in enumerate(
    ("缝纫", "电焊", "电工", "木工", "砌筑抹灰", "钢筋", "机械操作", "驾驶", "烹饪", "面点", "家政"), 1))


class Screen:
    """A question on a screen, and what it said."""

    def __init__(self, question: Question) -> None:
        self.window = QWidget()
        self.widget: Asked = ask(question)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.widget)
        layout.addStretch(1)
        self.said: list[str] = []
        self.onward = 0
        self.widget.answered.connect(self._answered)
        self.widget.went_on.connect(self._went_on)
        self.window.resize(640, 420)
        self.window.show()
        self.window.activateWindow()
        self.widget.focus()

    def _answered(self, path: str, value: str) -> None:
        self.said.append(value)
        question = self.widget.question
        self.widget.put(Question(**{**{f: getattr(question, f) for f in question.__dataclass_fields__}, "value": value}))

    def _went_on(self, _: str) -> None:
        self.onward += 1
        self.widget.commit()

    def press(self, *pressed: str | Qt.Key) -> "Screen":
        for key in pressed:
            QTest.keyClick(QApplication.focusWidget(), key)
        return self


@pytest.fixture
def show(app: QApplication) -> Iterator:
    made: list[Screen] = []

    def open_one(kind: Kind, name: str = "q", **more) -> Screen:
        made.append(Screen(Question(f"/data/{name}", name, kind, more.pop("label", "一道题"), **more)))
        wait(20)
        return made[-1]

    yield open_one
    for screen in made:
        screen.window.close()
        screen.window.deleteLater()


def test_every_kind_has_a_widget() -> None:
    assert set(get_args(Kind)) - {"calculate"} == set(KINDS)


def test_a_digit_chooses_and_enter_only_goes_on(show) -> None:
    screen = show("select_one", choices=THREE, required=True)
    screen.press(Qt.Key.Key_Return)
    assert (screen.said, screen.onward) == ([], 1)
    screen.press("2", Qt.Key.Key_Return)
    assert (screen.said, screen.onward) == (["2"], 2)
    screen.press(Qt.Key.Key_Backspace)
    assert screen.said == ["2", ""]


def test_several_are_chosen_and_taken_back_by_their_digits(show) -> None:
    screen = show("select_multiple", choices=THREE)
    screen.press("1", "3", "1")
    assert screen.said == ["1", "1 3", "3"]


def test_an_order_is_given_by_pressing_the_digits_in_that_order(show) -> None:
    screen = show("rank", choices=THREE)
    screen.press("3", "1", "2", "1")
    assert screen.said == ["3", "3 1", "3 1 2", "3 2"]
    assert "第 2" in screen.widget.chips.chips[1].accessibleName()


def test_enter_of_the_input_method_goes_nowhere(show) -> None:
    screen = show("text")
    line = screen.widget.line
    QApplication.sendEvent(line, QInputMethodEvent("shi", []))
    screen.press(Qt.Key.Key_Return)
    assert screen.onward == 0
    event = QInputMethodEvent()
    event.setCommitString("石晓梅")
    QApplication.sendEvent(line, event)
    screen.press(Qt.Key.Key_Return)
    assert (screen.onward, screen.said) == (1, ["石晓梅"])


def test_full_width_digits_become_digits(show) -> None:
    screen = show("text", "phone")
    type_han(screen.widget.line, "１３８ ０００１")
    screen.press(Qt.Key.Key_Return)
    assert screen.said == ["1380001"]


def test_an_identity_number_is_grouped_while_typing_and_stored_without_gaps(show) -> None:
    screen = show("text", "id_number")
    screen.press(*"52999919930815002x")
    assert screen.widget.line.text() == "529999 19930815 002X"
    screen.press(Qt.Key.Key_Return)
    assert screen.said == ["52999919930815002X"]


def test_a_date_says_how_far_it_is_and_a_wrong_one_says_how_to_write_it(show) -> None:
    screen = show("date")
    screen.press(*"20260230", Qt.Key.Key_Return)
    assert screen.said == [] and "20261123" in screen.widget.note.words.text()
    screen.widget.line.clear()
    screen.press(*"2026.9.1", Qt.Key.Key_Return)
    assert screen.said == ["2026-09-01"] and screen.widget.line.unit


def test_a_number_keeps_its_unit_inside_and_refuses_words(show) -> None:
    screen = show("integer", label="月均收入（元）")
    assert screen.widget.line.unit == "元"
    screen.press(*"31oo", Qt.Key.Key_Return)
    assert screen.said == [] and screen.widget.note.words.text()


@pytest.mark.parametrize("typed", ["面", "md", "miandian", "10"])
def test_a_long_list_finds_by_han_initials_pinyin_and_number(show, typed: str) -> None:
    screen = show("select_one", choices=SKILLS)
    if typed.isascii():
        screen.press(*typed)
    else:
        type_han(screen.widget.list.line, typed)
    if not screen.said:
        screen.press(Qt.Key.Key_Return)
    assert screen.said == ["10"] and screen.widget.list.line.text() == "面点"


def test_escape_closes_a_long_list_and_keeps_the_choice(show) -> None:
    screen = show("select_one", choices=SKILLS, value="04")
    screen.press("1", Qt.Key.Key_Escape, Qt.Key.Key_Return)
    assert screen.said == [] and screen.widget.list.line.text() == "木工" and screen.onward == 1


def test_several_of_a_long_list(show) -> None:
    screen = show("select_multiple", choices=SKILLS)
    screen.press("0", "1", "1", "1", "0", "1")
    assert screen.said == ["01", "01 11", "11"]


def test_a_position_is_two_numbers_in_either_order(show) -> None:
    screen = show("geopoint")
    screen.press(*"107.5173, 26.5982", Qt.Key.Key_Return)
    assert screen.said == ["26.5982 107.5173 0 0"]


def test_what_stops_the_person_has_words_and_an_icon(show) -> None:
    screen = show("text", error="证件号还差 4 位。")
    assert screen.widget.note.isVisible() and screen.widget.line.property("state") == "E"
    assert screen.widget.line.accessibleDescription() == "证件号还差 4 位。"


@pytest.mark.parametrize(("typed", "iso"), [
    ("20261123", "2026-11-23"), ("2026.11.23", "2026-11-23"), ("2026/1/3", "2026-01-03"), ("2026年11月23日", "2026-11-23"),
    ("２０２６１１２３", "2026-11-23"), ("2026-02-29", None), ("1123", None), ("", None)])
def test_dates_in_usual_spellings(typed: str, iso: str | None) -> None:
    assert read_date(typed) == iso


@pytest.mark.parametrize(("iso", "words"), [
    ("2026-09-01", "2 个月 22 天"), ("2026-11-23", "今天"), ("2026-11-20", "3 天"), ("2023-10-23", "3 年 1 个月"), ("2026-12-01", "8 天后")])
def test_how_far_a_day_is(app: QApplication, iso: str, words: str) -> None:
    assert distance(iso, date(2026, 11, 23)) == words


@pytest.mark.parametrize(("text", "whole", "number"), [
    ("３１００", True, "3100"), ("3,100", True, "3100"), ("3.5", True, None), ("3.50", False, "3.5"), ("abc", False, None),
    ("1e999", False, None), ("-07", True, "-7")])
def test_numbers(text: str, whole: bool, number: str | None) -> None:
    assert read_number(text, whole) == number


def test_labels_give_their_unit_and_numbers_their_groups() -> None:
    assert unit_of("期望月薪下限（元，到手）") == ("期望月薪下限", "元", "到手")
    assert unit_of("健康状况（可多选）") == ("健康状况", "", "可多选")
    assert group_id("52999919930815") == "529999 19930815"
    assert read_place("26.6 107.5") == "26.6 107.5 0 0" and read_place("200 300") is None
