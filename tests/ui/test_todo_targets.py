"""Today and Targets in the window: the order, the reasons, and what Enter opens; by the keyboard."""
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.assistance import agenda
from app.assistance.agenda import VISIT
from app.models import clock, places
from app.models.identity import spell_id
from app.models.writing import Write
from app.ui.pages import errand_rows
from app.ui.pages.errand_rows import Clock
from app.ui.pages.targets import GROUPS
from app.ui.pages.todo import Today
from app.ui.widgets import Words
from app.ui.window import Window
from tests.ui.conftest import until
from tests.ui.offices import opened, press

Settle = Callable[[], None]


def without_work(window: Window, since: str) -> str:
    """Let everybody of a household be without work, and one want it; return the household."""
    ledger = window.desk.ledger
    found = agenda.group(ledger, clock.today().isoformat(), places.prefix(ledger.me.area))
    home = next(rec for rec, one in found.homes.items() if one.state == "at_work" and len(one.labour) == 1 and set(one.employed) == set(one.labour))
    person = found.homes[home].labour[0]
    n = len(found.roll.people[person].spells)
    ledger.write([Write("placement", {"person_id": person, "labour_status": "1", "end_date": since, "as_of": since}, rec=spell_id(person, n)),
                  Write("placement", {"person_id": person, "labour_status": "2", "start_date": since, "as_of": clock.today().isoformat()},
                        rec=spell_id(person, n + 1)), Write("person", {"wants_work": "1"}, rec=person)], source="test")
    return home


def test_nothing_in_a_row_moves_when_another_is_chosen(window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    without_work(window, clock.today().isoformat())
    window.open("todo")
    settle()
    at, plain, page, chosen = dict[tuple[float, bool], float](), errand_rows.paint_tag, window.page, [True]

    def paint_tag(painter: QPainter, x: float, middle: float, *tag: str) -> None:
        at[middle, chosen[0]] = x
        plain(painter, x, middle, *tag)

    monkeypatch.setattr(errand_rows, "paint_tag", paint_tag)
    for n in range(2):
        chosen[0] = n == 0
        page.list.choose(n)
        page.list.viewport().repaint()
    first = min(middle for middle, _ in at)
    assert at[first, True] == at[first, False]


def test_whose_clock_runs_stands_first_and_enter_opens_the_household(window: Window, settle: Settle) -> None:
    home = without_work(window, clock.today().isoformat())
    window.open("todo")
    settle()
    page = window.page
    at = next(n for n, one in enumerate(page.found.errands) if one.household == home)
    assert page.found.errands[at].clock == (1, 5) and page.model.rows[at].tag[0] == "还剩 3 天"
    assert all(one.clock for one in page.found.errands[:at + 1]), "nothing without a clock stands before it"
    assert page.findChildren(Clock), "the clocks stand at the right too"
    page.list.choose(at)
    assert page.found.names[home][0] in page.next().sentence
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    settle()
    assert window.page.name == "people"


def test_a_visit_begins_an_interview(window: Window, settle: Settle) -> None:
    window.open("todo")
    settle()
    page = window.page
    at = next(n for n, one in enumerate(page.found.errands) if one.kind == VISIT)
    page.list.choose(at)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle()
    assert window.page.name == "interview" and window.page.talk is not None


def test_targets_are_grouped_and_each_says_why(window: Window, settle: Settle) -> None:
    home = without_work(window, "2026-11-01")
    window.open("targets")
    settle()
    page = window.page
    ids = [case.household for case in page.found.cases]
    page.list.choose(ids.index(home))
    settle()
    words = [label.text() for label in page.scroll.findChildren(Words) if label.isVisible()]
    assert "2026-11-01" in words and any("核实" in text for text in words) and page.scroll.findChildren(Clock)
    for row, (key, *_) in enumerate(GROUPS):
        page.table.choose(row)
        settle()
        listed = ids if key == "cases" else page.found.listed
        assert page.found.at == key and len(page.model.rows) == len(listed) and page.groups.rows[row][1].text == str(len(listed))
    assert page.at == "out" and all(one.under.startswith("不在范围：") for one in page.model.rows)
    crosses = [label.text() for label in page.scroll.findChildren(Words) if label.isVisible()]
    assert page.model.rows[0].under.removeprefix("不在范围：") in " ".join(crosses)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    settle()
    assert window.page.name == "people"


def test_both_are_said_in_english(window: Window, settle: Settle) -> None:
    window.open("targets")
    settle()
    window.switch_language()
    settle()
    assert window.page.title() == "Targets" and "to be helped" in window.page.facts() and window.page.groups.rows[0][0].text == "Zero-employment"
    window.open("todo")
    settle()
    assert window.page.title() == "Today" and window.page.panel.title.text() == "To do today"


def test_nothing_is_called_done_while_today_is_still_read(window: Window, settle: Settle) -> None:
    window.open("todo")
    settle()
    page = window.page
    page._put(Today(clock.today().isoformat()))  # the first of two reads: nothing urgent
    assert "正在看" in page.next().sentence and page.panel.remark.text() == "还在看…" and page.none.isHidden()
    settle()
    assert page.found.whole and {one.kind for one in page.found.errands} == {VISIT}
    assert page.panel.remark.text().startswith(f"{len(page.found.errands)} 件，按轻重排好")
    page._put(Today(clock.today().isoformat(), whole=True, total=(1, 1)))
    assert "没有要做的事" in page.next().sentence and page.none.isVisible()


@pytest.fixture
def fresh(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    """An office's computer on its first day."""
    yield from opened(tmp_path / "fresh", "529999001000", "青禾镇电脑", "陈主任", "township")


def test_on_the_first_day_today_leads_to_the_roster(fresh: Window) -> None:
    fresh.open("todo")
    until(lambda: fresh.page.found.whole)
    assert "名册" in fresh.page.next().sentence
    press(fresh, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    until(lambda: fresh.page.name == "roster")
