"""The page of posts, by keys: both ways, pins and strikes with a sentence, a check, a direction, a referral; nothing cut, nothing sent unasked."""
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.assistance.batches import CANCELLED
from app.models import clock
from app.models.identity import record_id
from app.models.ledger import Ledger
from app.models.writing import Write
from app.ui.page import Desk
from app.ui.pages.interview import InterviewPage
from app.ui.pages.interview_work import places_of_work
from app.ui.pages.posts import PostsPage
from app.ui.pages.posts_used import AgainSheet, UsedSheet
from app.ui.widgets import Sheet
from app.ui.window import Window
from tests.ui.conftest import type_han, until
from tests.ui.sheets import once_open

Settle = Callable[[], None]
Press = Callable[..., None]
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def post(ledger: Ledger, code: str, **values: object) -> str:
    today, rec = clock.today(), record_id("post", "529999", code)
    employer = record_id("employer", "529999", "车间")
    ledger.write([Write("employer", {"name": "向阳新居 2 号车间", "area_id": "529999001000"}, rec=employer, place=ledger.me.area),
                  Write("post", {"post_code": code, "title": "缝纫工", "occupation": "02", "employer_id": employer, "headcount": 8,
                                 "area_id": "529999001000", "wage_min": 2800, "wage_max": 4200, "pay_basis": "1", "source": "3", "state": "1",
                                 "collected_on": (today - timedelta(days=9)).isoformat(), "valid_to": (today + timedelta(days=200)).isoformat(),
                                 "shifts": ["1"], **values}, rec=rec, place=ledger.me.area)], source="test")
    return rec


@pytest.fixture
def sewing(desk: Desk) -> str:
    post(desk.ledger, "B1", title="木工", occupation="07", valid_to=(clock.today() + timedelta(days=3)).isoformat())
    return post(desk.ledger, "A1", employer_terms="限女性")


@pytest.fixture
def page(window: Window, sewing: str, settle: Settle) -> PostsPage:
    window.open("posts", post=sewing)
    settle()
    assert isinstance(window.page, PostsPage)
    return window.page


@pytest.fixture
def press(window: Window, settle: Settle) -> Callable[..., None]:
    """Press a key that opens a sheet, and act in it; then wait until everything is done."""
    def pressed(key: Qt.Key, do: Callable[[Sheet], object], where: QWidget | None = None, held: Qt.KeyboardModifier = NONE) -> None:
        window.activateWindow()
        settle()
        once_open(do, Sheet)
        QTest.keyClick(where or window, key, held)
        settle()

    return pressed


def test_people_for_a_post_with_reasons_and_who_is_left_out(page: PostsPage, window: Window, press: Press, settle: Settle) -> None:
    found = page.found
    assert found is not None and found.items and page.shown.subject.text() == "缝纫工" and "限女性" in page.shown.flag.text()
    assert page.shown.listed.text() == f"合适的人 {len(found.items)}" and "性别和民族不参加排序" in page.shown.how.text()
    first = page.table.model().index(0, 2).data(Qt.ItemDataRole.DisplayRole)
    assert "/" in first and f"没列进来的 {len(found.excluded)} 人" in [w.text() for w in page.shown.foot.findChildren(type(page.shown.subject))]
    assert page.rows.rows[0].title == "木工" and page.rows.data(page.rows.index(0, 0)) == "木工（向阳新居 2 号车间） 还剩 3 天"
    told = list[str]()
    press(Qt.Key.Key_F8, lambda sheet: (told.append(sheet.title.text()), sheet.accept()))
    press(Qt.Key.Key_F9, lambda sheet: (told.append(sheet.title.text()), sheet.accept()))
    assert "分" in told[0] and told[1] == f"没列进来的 {len(found.excluded)} 人"


def test_a_pin_and_a_strike_want_a_sentence(page: PostsPage, window: Window, desk: Desk, press: Press, settle: Settle) -> None:
    before = [(item.seeker.id, item.score) for item in page.found.items]
    page.table.setFocus()
    page.table.choose(1)

    def said(sheet: Sheet) -> None:
        QTest.keyClick(sheet, Qt.Key.Key_Return)  # nothing is written without a reason
        assert sheet.isVisible()
        type_han(sheet.focusWidget(), "车间点名要他")
        QTest.keyClick(sheet.focusWidget(), Qt.Key.Key_Return)

    press(Qt.Key.Key_Insert, said)
    assert [item.seeker.id for item in page.found.items[:2]] == [before[1][0], before[0][0]] and page.found.items[0].pinned
    assert desk.ledger.rows("match_item")[0][1]["note"] == "车间点名要他" and desk.ledger.rows("match_item")[0][1]["score"]
    page.table.choose(1)
    press(Qt.Key.Key_Delete, said)
    assert before[0][0] in page.found.excluded and page.found.reasons["struck"] == 1
    window.activateWindow()
    settle()
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    settle()
    assert before[0][0] not in page.found.excluded


def test_checked_directed_and_recommended(page: PostsPage, window: Window, desk: Desk, sewing: str, press: Press, settle: Settle) -> None:
    page.table.setFocus()
    press(Qt.Key.Key_F4, lambda sheet: (QTest.keyClick(sheet.focusWidget(), Qt.Key.Key_4), QTest.keyClick(sheet, Qt.Key.Key_Return)))
    values = desk.ledger.get(sewing).values
    assert (values["verified_on"], values["verified_how"], values["verified_by"]) == (clock.today().isoformat(), "4", desk.ledger.me.user)
    assert "单位核实" in page.shown.tag.text()
    press(Qt.Key.Key_F7, lambda sheet: (QTest.keyClick(sheet.focusWidget(), Qt.Key.Key_1), QTest.keyClick(sheet, Qt.Key.Key_Return)))
    site, = desk.ledger.get(sewing).values["target_site_ids"]
    assert page.board.sites[site] in page.shown.line.text() and page.found.items
    who = page.shown.item().seeker
    assert who.site == site
    page.table.setFocus()
    press(Qt.Key.Key_Return, lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Return), page.table)
    referral, = desk.ledger.rows("referral")
    assert (referral[1]["person_id"], referral[1]["post_id"], referral[1]["outcome"]) == (who.id, sewing, "1")
    press(Qt.Key.Key_Return, lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Return), page.table)
    assert len(desk.ledger.rows("referral")) == 1 and "已经推荐过" in window.next_bar.sentence.text()


def test_the_list_that_was_used_is_shown_again(page: PostsPage, window: Window, desk: Desk, press: Press, settle: Settle) -> None:
    page.table.setFocus()
    before = [(item.seeker.id, item.score) for item in page.found.items]
    press(Qt.Key.Key_Return, lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Return), page.table)
    said = list[str]()

    def look(sheet: Sheet) -> None:
        said.append(sheet.title.text())
        once_open(lambda again: (said.append(str(again.table.model().rowCount())), again.accept()), AgainSheet)
        QTest.keyClick(sheet.table, Qt.Key.Key_Return)
        settle()
        sheet.reject()

    once_open(look, UsedSheet)
    window.activateWindow()
    settle()
    QTest.keyClick(window, Qt.Key.Key_H, CTRL)
    settle()
    assert said == ["以前用过的清单 1 份", str(len(before))]


class Late:
    """Answers that are kept back until they may come; what is open then is closed, and named."""

    def __init__(self, desk: Desk, settle: Settle) -> None:
        self.desk, self.settle, self.held, self.opened = desk, settle, threading.Event(), list[str]()
        self.closer = QTimer(interval=20)
        self.closer.timeout.connect(self._close)

    def hold(self) -> None:
        self.desk.jobs.read(lambda work: self.held.wait(60))

    def come(self) -> None:
        self.closer.start()
        self.held.set()
        self.settle()
        self.closer.stop()

    def _close(self) -> None:
        if not self.desk.jobs.busy() and (sheet := QApplication.activeModalWidget()) is not None:
            self.opened.append(type(sheet).__name__)
            sheet.reject()


@pytest.fixture
def late(desk: Desk, settle: Settle) -> Iterator[Late]:
    made = Late(desk, settle)
    yield made
    made.held.set()


def test_used_lists_that_come_late_open_over_no_other_page(page: PostsPage, window: Window, late: Late) -> None:
    late.hold()
    QTest.keyClick(window, Qt.Key.Key_H, CTRL)
    QTest.keyClick(window, Qt.Key.Key_1, CTRL)
    late.come()
    assert not page.isVisible() and late.opened == []


def test_used_lists_that_come_late_do_not_cover_what_was_opened_meanwhile(page: PostsPage, window: Window, late: Late) -> None:
    late.hold()
    QTest.keyClick(window, Qt.Key.Key_H, CTRL)
    QTimer.singleShot(0, late.come)
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert late.opened == ["LeftOutSheet"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_who_closed_the_used_lists_is_shown_none_and_told_what_failed(page: PostsPage, window: Window, press: Press, settle: Settle,
                                                                     late: Late, elsewhere: bool) -> None:
    page.table.setFocus()
    press(Qt.Key.Key_Return, lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Return), page.table)
    closed = list[UsedSheet]()

    def leave(sheet: UsedSheet) -> None:
        if elsewhere:
            sheet.found[0] = replace(sheet.found[0], position=("a log of another computer", *sheet.found[0].position[1:]))
        late.hold()
        QTest.keyClick(sheet.table, Qt.Key.Key_Return)
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        closed.append(sheet)

    window.activateWindow()
    settle()
    once_open(leave, UsedSheet)
    QTest.keyClick(window, Qt.Key.Key_H, CTRL)
    until(lambda: closed)
    late.come()
    assert late.opened == [] and page.isVisible()
    assert ("另一台电脑" in window.next_bar.sentence.text()) is elsewhere


def test_the_other_way_and_by_name(page: PostsPage, window: Window, settle: Settle) -> None:
    QTest.keyClick(window, Qt.Key.Key_F6)
    settle()
    assert page.found.direction == "person" and page.shown.subject.text() == page.board.who[page.rows.rows[0].id].name
    somebody = page.rows.rows[-1].id
    page.search()
    type_han(page.box, page.board.who[somebody].name)
    page.box.typed.emit(page.box.text())
    settle()
    assert somebody in [one.id for one in page.rows.rows] and len(page.rows.rows) < 5
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_1)
    settle()
    assert page.found.direction == "post"
    window.open("posts", person=somebody)
    settle()
    assert page.found.subject == somebody and page.box.placeholderText().startswith("姓名")


def test_a_post_is_added_by_keys(page: PostsPage, window: Window, desk: Desk, press: Press, settle: Settle) -> None:
    def typed(sheet: Sheet) -> None:
        QTest.keyClick(sheet, Qt.Key.Key_Return)
        sheet.submit()
        assert sheet.isVisible(), "nothing is written while something is missing"
        for name, words in (("employer_id", "练习福利院"), ("title", "护工"), ("occupation", "护工"), ("headcount", "3"), ("source", "本县企业"),
                            ("wage_min", "2600"), ("valid_to", "2027-12-31")):
            sheet.fields[name].input.setText(words)
        sheet.submit()

    press(Qt.Key.Key_N, typed, None, CTRL)
    made, = desk.ledger.rows("post", {"title": "护工"})
    assert made[1]["area_id"] == "529999001000" and desk.ledger.get(made[1]["employer_id"]).values["name"] == "练习福利院"
    assert page.shown.subject.text() == "护工" and page.shown.tag.text() == "还没有核验"


def test_a_post_of_an_employer_that_is_known_leaves_it_as_it_is_however_its_name_is_typed(page: PostsPage, window: Window, desk: Desk, press: Press,
                                                                                        settle: Settle) -> None:
    known, = desk.ledger.write([Write("employer", {"name": "海晨电子（福清）", "area_id": "350181000000"})], source="test").ids
    before = desk.ledger.get(known).values

    def typed(sheet: Sheet) -> None:
        for name, words in (("employer_id", "海晨电子(福清)"), ("title", "护工"), ("occupation", "护工"), ("headcount", "3"),
                            ("valid_to", "2027-12-31")):
            sheet.fields[name].input.setText(words)
        sheet.submit()

    press(Qt.Key.Key_N, typed, None, CTRL)
    made, = desk.ledger.rows("post", {"title": "护工"})
    assert made[1]["employer_id"] == known and desk.ledger.get(known).values == before


def test_an_employer_is_visited_from_here_by_one_key_and_its_post_is_corrected(page: PostsPage, window: Window, desk: Desk, sewing: str,
                                                                            settle: Settle) -> None:
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle()
    visit = window.page
    assert isinstance(visit, InterviewPage) and visit.start.form == "employer"
    at = visit.start.hit_table.currentIndex().row()
    assert (visit.start.hits[0].kind, visit.start.hits[at].name) == ("", "向阳新居 2 号车间"), "at the employer of the post that was open"
    QTest.keyClick(visit.start.hit_table, Qt.Key.Key_Return)
    settle()
    answers = {"industry": "C", "kind": "2", "contact": "wu", "phone": "13900001188", "checked": "2", "hires": "1", "wage_max": "4500"}
    opened, asked = 0, list[str]()
    while visit.stack.currentWidget() is visit.asking:
        question, focus = visit.asking.current(), QApplication.focusWidget()
        assert len(asked := [*asked, question.name]) < 60, asked
        if question.kind == "repeat" and (opened := opened + 1) < 2:
            roster = visit.asking.sheet.widgets[question.path]
            names = [one.name for one in roster.members]
            assert sorted(names) == ["木工", "缝纫工"] and "岗位齐了" in roster.enough.text()
            roster.table.choose(names.index("缝纫工"))
            QTest.keyClick(roster.table, Qt.Key.Key_Return)
            continue
        if question.name in answers and (not question.value or question.name == "wage_max"):
            QTest.keyClick(focus, Qt.Key.Key_A, CTRL)
            QTest.keyClicks(focus, answers[question.name])
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert not visit.end.errors
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle()
    assert window.page is page and desk.ledger.get(sewing).values["wage_max"] == 4500
    assert desk.ledger.get(desk.ledger.get(sewing).values["employer_id"]).values["contact"] == "wu"


def test_a_new_employer_can_be_begun_and_the_form_for_posts_lists_both(window: Window, desk: Desk, sewing: str, settle: Settle) -> None:
    window.open("posts", post=sewing)
    settle()
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle()
    start = window.page.start
    start.box.setFocus()
    type_han(start.box, "福利院")
    settle()
    assert [one.name for one in start.hits] == ["新的单位"]
    QTest.keyClick(start.box, Qt.Key.Key_Return)
    settle()
    assert window.page.talk.subject is None and window.page.talk.form.id == "employer"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    settle()
    assert start.name_of(start.drafts[0]) == "新的单位"
    start.choose("post")
    settle()
    assert [(one.kind, one.name) for one in start.hits] == [("employer", "向阳新居 2 号车间"), ("post", "木工"), ("post", "缝纫工")]
    start.box.setText("木")
    settle()
    assert [one.name for one in start.hits] == ["向阳新居 2 号车间", "木工"]
    assert start.hits[start.hit_table.currentIndex().row()].name == "木工", "not another post of its employer"
    desk.ledger.write([Write("agency", {"name": "练习劳务"}, rec="a" * 32), Write("transfer_batch", {"batch_no": "1", "agency_id": "a" * 32}),
                       Write("transfer_batch", {"batch_no": "2", "agency_id": "a" * 32, "state": CANCELLED})], source="test")
    start.choose("agency")
    settle()
    assert [(one.name, one.state) for one in start.hits] == [("新的机构", ""), ("练习劳务", "带队 1 批")]
    start.box.setText("劳务")
    settle()
    assert start.hits[start.hit_table.currentIndex().row()].name == "练习劳务"
    start.forms.chosen.emit("person_interview")
    start.box.clear()
    settle()
    assert start.hit_rows.columns[0].title == "姓名" and start.hits and hasattr(start.hits[0], "dwelling")


def test_enter_after_typing_visits_whom_was_found(window: Window, desk: Desk, sewing: str, settle: Settle) -> None:
    other, = desk.ledger.write([Write("employer", {"name": "练习福利院", "area_id": "529999001000"})], source="test").ids
    window.open("posts", post=sewing)
    settle()
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle()
    start = window.page.start

    def chosen() -> str:
        return start.hits[start.hit_table.currentIndex().row()].name

    assert chosen() == "向阳新居 2 号车间"
    start.box.setFocus()
    type_han(start.box, "福利")
    settle()
    assert [one.name for one in start.hits] == ["新的单位", "练习福利院"] and chosen() == "练习福利院"
    QTest.keyClick(start.box, Qt.Key.Key_Escape)
    settle()
    assert chosen() == "新的单位", "who was wanted at first is not, since somebody else was looked for"
    type_han(start.box, "木工")
    settle()
    assert chosen() == "向阳新居 2 号车间", "found by a post of theirs"
    start.box.clear()
    type_han(start.box, "福利")
    settle()
    QTest.keyClick(start.box, Qt.Key.Key_Return)
    settle()
    assert window.page.talk.subject == ("employer", other)


@pytest.mark.parametrize("values", [{"state": "2"}, {"state": "3"}, {"valid_to": "2020-01-01"}, {"headcount": 0}, {"collected_on": "2999-01-01"}])
def test_a_visit_calls_a_post_open_where_matching_does(desk: Desk, values: dict[str, object]) -> None:
    post(desk.ledger, "A1")
    post(desk.ledger, "B1", title="木工", **values)
    some = places_of_work(desk.ledger, "", "post")[1:]
    assert [(one.name, one.open, one.state) for one in some] == [("缝纫工", True, "有效"), ("木工", False, "现在不招")]
    assert places_of_work(desk.ledger, "", "employer")[1].state == "1 个有效"
    desk.ledger.write([Write("employer", {"blacklist_reason": "欠薪"}, rec=record_id("employer", "529999", "车间"))], source="test")
    assert places_of_work(desk.ledger, "", "employer")[1].state == "0 个有效"


def test_without_posts_it_says_what_to_do(window: Window, settle: Settle) -> None:
    window.open("posts")
    settle()
    assert window.page.right.currentIndex() == 1 and "导进来" in window.next_bar.sentence.text()
