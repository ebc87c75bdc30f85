"""A sheet that was closed goes: nothing connected inside it holds it for as long as the program runs."""
import gc
import weakref
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models import attachments
from app.ui.page import Page
from app.ui.pages.agreed_sheets import CodeSheet
from app.ui.pages.batches_parts import PostSheet
from app.ui.pages.batches_sheets import LeftSheet, TroubleSheet
from app.ui.pages.deed_sheet import DeedSheet
from app.ui.pages.dispatch_parts import DaySheet, PlaceSheet
from app.ui.pages.entry import ADD_FIELDS, ChooseFact, EntrySheet
from app.ui.pages.finding import FindSheet
from app.ui.pages.papers import Papers
from app.ui.pages.posts_sheets import PostSheet as NewPost
from app.ui.pages.posts_used import UsedSheet
from app.ui.pages.sync_above import AboveSheet
from app.ui.pages.sync_invite import InviteSheet
from app.ui.widgets import Ask, KeyOverlay, Sheet
from app.ui.window import Window
from tests.ui.conftest import type_han, until
from tests.ui.sheets import once_open

MADE: dict[str, Callable[[Page], Sheet]] = {
    "ask": lambda page: Ask(page, "问", "一句", "好", "不", reason="为什么"),
    "keys": lambda page: KeyOverlay(page, "键", [("F1", "键"), ("F2", "改")]),
    "used": lambda page: UsedSheet(page, [], {}),
    "find": lambda page: FindSheet(page, page.ledger, "找", "", lambda hit: ""),
    "papers": lambda page: Papers(page, page.ledger, (attachments.keep(page.ledger, b"paper", "pdf"),)),
    "left": lambda page: LeftSheet(page, "甲", "2026-01-01"),
    "trouble": lambda page: TroubleSheet(page, "甲"),
    "entry": lambda page: EntrySheet(page, "加", "person", None, ADD_FIELDS["person"], {}, lambda rec: None),
    "fact": lambda page: ChooseFact(page, []),
    "deed": lambda page: DeedSheet(page, "批", "transfer_batch", ("batch_no", "agency_id", "organiser"), {}, lambda ledger, values: "",
                                   lambda rec: None),
    "post": lambda page: NewPost(page, lambda rec: None),
    "posts": lambda page: PostSheet(page, "哪个", "", "好", [("a", "甲")]),
    "place": lambda page: PlaceSheet(page, page.ledger, page.ledger.me.area, page.ledger.me.area),
    "day": lambda page: DaySheet(page, "2026-01-01", ""),
    "above": lambda page: AboveSheet(page, "县里", []),
    "invite": lambda page: InviteSheet(page, page.ledger),
    "code": lambda page: CodeSheet(page, lambda *said: None),
}


def test_a_sheet_that_was_closed_goes(window: Window, settle: Callable[[], None]) -> None:
    def show(make: Callable[[Page], Sheet]) -> "weakref.ref[Sheet]":
        sheet = make(window.page)
        once_open(lambda shown: shown.reject(), Sheet)
        sheet.exec()
        return weakref.ref(sheet)

    window.open("people")
    gone = {name: show(make) for name, make in MADE.items()}
    settle()
    gc.collect()
    assert [name for name, sheet in gone.items() if sheet() is not None] == []


def test_in_a_sheet_a_digit_goes_to_the_next_field_and_a_click_turns_the_paper(window: Window, settle: Callable[[], None]) -> None:
    left = LeftSheet(window, "甲", "2026-01-01")
    left.show()
    left.home.setFocus()
    QTest.keyClick(left.home, Qt.Key.Key_1)
    assert left.wants.isAncestorOf(left.focusWidget()) and left.home.value() is True
    left.close()
    ledger = window.desk.ledger
    papers = Papers(window, ledger, tuple(attachments.keep(ledger, word, "pdf") for word in (b"one", b"two", b"three")))
    papers.show()
    at = [papers.at]
    for button in (papers.last, papers.last, papers.following):
        button.click()
        at.append(papers.at)
    papers.close()
    assert at == [0, 2, 1, 2]


def test_a_person_is_found_in_a_sheet_by_typing(window: Window, settle: Callable[[], None]) -> None:
    taken: list[str] = []
    name = str(window.desk.ledger.rows("person")[0][1]["full_name"])

    def find(sheet: FindSheet) -> None:
        type_han(sheet.box, name)
        until(lambda: sheet.hits)
        sheet.list.setFocus()
        QTest.keyClick(sheet.list, Qt.Key.Key_Return)

    once_open(find, FindSheet)
    FindSheet(window, window.desk.ledger, "找", "", lambda hit: taken.append(hit.name) or "").exec()
    assert taken == [name]
