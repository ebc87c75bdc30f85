"""Allocation in the window, by keys: each with the sentence, nothing written unasked, all recommended in one step that is taken back in one."""
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.assistance import offering
from app.assistance.records import Records
from app.ui.page import Desk
from app.ui.pages.posts_allocate import AllocatePage
from app.ui.widgets import Sheet
from app.ui.window import Window
from tests.ui.sheets import once_open
from tests.ui.test_posts_page import post

Settle = Callable[[], None]
CTRL = Qt.KeyboardModifier.ControlModifier


def referred(desk: Desk) -> set[tuple[str, str]]:
    return {(row[2], row[3]) for row in Records(desk.ledger.db.conn).rows("referral", "person_id", "post_id")}


@pytest.fixture
def page(window: Window, desk: Desk, settle: Settle) -> AllocatePage:
    post(desk.ledger, "B1", title="木工", occupation="07", headcount=2)
    post(desk.ledger, "A1", headcount=3)
    window.open("posts")
    settle()
    window.activateWindow()
    settle()
    QTest.keyClick(window, Qt.Key.Key_L, CTRL)
    settle()
    assert isinstance(window.page, AllocatePage)
    return window.page


def test_everybody_is_told_where_and_why_and_no_post_has_more_than_its_seats(page: AllocatePage, desk: Desk) -> None:
    assert page.found is not None and page.found.placed == 5 and "安排上 5 人" in page.facts()
    placed = [one for one in page.places if one.post is not None]
    assert [one.post is not None for one in page.places] == sorted((one.post is not None for one in page.places), reverse=True)
    assert sorted(one.post.title for one in placed if one.post) == ["木工"] * 2 + ["缝纫工"] * 3
    assert all(one.why() == cells[3].text for one, cells in zip(page.places, page.rows.rows, strict=True))
    assert not any(one.seeker.out for one in page.found.places), "only who is to be helped"
    assert not referred(desk), "nothing is written by looking"


def test_all_are_recommended_in_one_step_and_taken_back_in_one(page: AllocatePage, window: Window, desk: Desk, settle: Settle) -> None:
    wanted, before = {(one.seeker.id, one.post.id) for one in page.places if one.post is not None}, page.actions()[-1].words
    once_open(lambda sheet: sheet.reject())
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle()
    assert not referred(desk), "turned back"
    window.activateWindow()
    settle()
    once_open(lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Return))
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle()
    assert referred(desk) == wanted
    assert offering.refer_all(desk.ledger, sorted(wanted), "1") == 0, "who waits for an answer is not recommended again"
    deed = page.actions()[-1]
    shown = [row[1].under for row, one in zip(page.rows.rows, page.places, strict=True) if one.post]
    assert "等回音" in deed.why_not and "0" in deed.words and all("等回音" in words for words in shown), "the page says so"
    window.undo()
    settle()
    assert not referred(desk) and page.actions()[-1].words == before, "and says so when it was taken back"


def test_where_nothing_was_recorded_nothing_is_there_to_take_back(page: AllocatePage, window: Window, desk: Desk, settle: Settle) -> None:
    pairs = [(one.seeker.id, one.post.id) for one in page.places if one.post is not None]
    said: list[tuple[str, bool]] = []
    desk.toasted.connect(lambda words, undo: said.append((words, undo)))

    def meanwhile(sheet: Sheet) -> None:
        offering.refer_all(desk.ledger, pairs, "1")  # somebody else was quicker
        QTest.keyClick(sheet, Qt.Key.Key_Return)

    once_open(meanwhile)
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle()
    (words, undo), = said
    assert words.startswith("没有再记") and not undo and referred(desk) == set(pairs)


def test_who_is_kept_out_by_a_rule_meanwhile_is_left_out(page: AllocatePage, desk: Desk) -> None:
    one = next(one for one in page.places if one.post is not None)
    offering.pick(desk.ledger, one.seeker.id, one.post.id, offering.STRUCK, "和组长合不来")
    pairs = [(p.seeker.id, p.post.id) for p in page.places if p.post is not None]
    assert offering.refer_all(desk.ledger, pairs, "1") == len(pairs) - 1
    assert (one.seeker.id, one.post.id) not in referred(desk)


def test_enter_opens_the_person_with_every_post(page: AllocatePage, window: Window, settle: Settle) -> None:
    page.table.choose(1)
    settle()
    one = page.places[1]
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    settle()
    assert window.page.name == "posts" and window.page.wanted["person"] == one.seeker.id


def test_where_nobody_can_be_placed_esc_leads_back(window: Window, settle: Settle) -> None:
    window.open("posts_allocate")
    settle()
    assert isinstance(window.page, AllocatePage) and window.page.none.isVisible()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    settle()
    assert window.page.name == "posts"
