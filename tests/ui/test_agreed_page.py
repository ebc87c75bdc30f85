"""What offices agree, on its page by keys: a setting, a choice, a questionnaire; a laptop only reads."""
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.forms import library
from app.models import office
from app.models.dictionary import dictionary
from app.models.resources import resource
from app.ui.pages.agreed_lines import lines_of
from app.ui.pages.agreed_sheets import CodeSheet, SettingSheet
from app.ui.window import Window
from tests.ui.offices import SITE, opened, press, until
from tests.ui.sheets import once_open


@pytest.fixture
def town(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "town", "529999001000", "青禾镇电脑", "陈主任", "township")


@pytest.fixture
def laptop(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "laptop", SITE, "向阳 1 号", "韦敏", "surveyor", households=0)


def at(window: Window, kind: int) -> None:
    """Open the page at one of its lists."""
    window.open("agreed")
    QTest.keyClick(window.page.table, Qt.Key(Qt.Key.Key_0 + kind))
    until(lambda: not window.desk.jobs.busy())


def choose(window: Window, title: str) -> None:
    """Choose a line by its title."""
    window.page.table.choose([line.title for line in window.page.lines].index(title))


def typed(*words: str) -> Callable[[CodeSheet | SettingSheet], None]:
    """Type words into the lines of a sheet, Enter after each: the last agrees."""
    def go(sheet: CodeSheet | SettingSheet) -> None:
        for word in words:
            line = QApplication.focusWidget()
            line.clear()
            if word.isascii():
                QTest.keyClicks(line, word)
            else:
                line.insert(word)  # an input method hands over whole words
                line.textEdited.emit(line.text())
            QTest.keyClick(line, Qt.Key.Key_Return)
            if isinstance(sheet, CodeSheet) and line is sheet.list.line:
                QTest.keyClick(line, Qt.Key.Key_Return)
    return go


def test_an_office_changes_a_setting_from_a_day_on(town: Window) -> None:
    at(town, 1)
    choose(town, "就业状态有效期")
    once_open(typed("90", "2026-07-01"), SettingSheet)
    QTest.keyClick(town.page.table, Qt.Key.Key_Return)
    until(lambda: not town.desk.jobs.busy())
    line = town.page.chosen()
    assert (line.value, line.since, line.mine) == ("90 天", "2026-07-01", True)
    assert office.settings_of(town.desk.ledger).value("status_valid_days") == 90


def test_a_value_of_the_wrong_kind_is_said_in_the_sheet_and_changes_nothing(town: Window) -> None:
    def wrong(sheet: SettingSheet) -> None:
        typed("九十", "")(sheet)
        assert sheet.isVisible() and "不对" in sheet.fields[0].note.words.text()
        sheet.reject()

    at(town, 1)
    choose(town, "就业状态有效期")
    once_open(wrong, SettingSheet)
    QTest.keyClick(town.page.table, Qt.Key.Key_Return)
    assert office.settings_of(town.desk.ledger).value("status_valid_days") == 180


def test_an_office_adds_a_choice_and_offers_it_no_more(town: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    at(town, 2)
    assert not town.page.lines and town.page.none.isVisible()
    once_open(typed("掌握的技能", "95", "编竹器", "Bamboo ware"), CodeSheet)
    press(town, Qt.Key.Key_F7)
    until(lambda: len(town.page.lines) == 1)
    assert "95" in [item.code for item in dictionary().codes["skill"].offered()]
    monkeypatch.setattr("app.ui.pages.agreed.ask", lambda *_, **__: True)
    press(town, Qt.Key.Key_F8)
    until(lambda: town.page.lines[0].value == "不再给选")
    assert "95" not in [item.code for item in dictionary().codes["skill"].offered()]


def test_an_office_sends_a_questionnaire_down_and_ends_it(town: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "回访.xlsx"
    file.write_bytes(resource("forms", "follow_up.xlsx").read_bytes())
    at(town, 3)
    assert {line.who for line in town.page.lines} == {""}
    town.page.take(file)
    until(lambda: any(line.mine for line in town.page.lines))
    mine = next(line for line in town.page.lines if line.mine)
    assert mine.value == "在用" and sum(line.key == "follow_up" for line in town.page.lines) == 1
    assert next(one for one in library.offered(town.desk.ledger) if one.id == "follow_up").serial == 1
    choose(town, mine.title)
    monkeypatch.setattr("app.ui.pages.agreed.ask", lambda *_, **__: True)
    press(town, Qt.Key.Key_F8)
    until(lambda: any(line.key == "follow_up" and not line.mine and line.value == "在用" for line in town.page.lines))


def test_a_file_that_is_no_questionnaire_is_refused_in_words(town: Window, tmp_path: Path) -> None:
    (tmp_path / "乱.xlsx").write_bytes(b"no workbook at all")
    at(town, 3)
    town.page.take(tmp_path / "乱.xlsx")
    until(lambda: town.next_bar.lead.text() == "没有办成")
    assert not any(line.mine for line in town.page.lines)


def test_a_laptop_only_reads(laptop: Window) -> None:
    at(laptop, 1)
    assert [action.key for action in laptop.page.actions()] == ["Esc"] and laptop.page.lines
    QTest.keyClick(laptop.page.table, Qt.Key.Key_Return)
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, SettingSheet) and w.isVisible()]
    assert [line.value for line in lines_of(laptop.desk.ledger, "book_template")].count("在用") == len(lines_of(laptop.desk.ledger, "book_template"))
