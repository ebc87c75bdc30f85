"""Batches, fairs and services by keys: two taps for a call, a roster without a mouse, a queue at the door, and refusals in words."""
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.assistance import batches, fairs, follow_ups, placing, public_posts, services
from app.models import clock
from app.models.identity import record_id
from app.models.language import set_language
from app.models.ledger import Ledger
from app.models.spells import current
from app.models.writing import Write
from app.ui import paper
from app.ui.page import Desk
from app.ui.pages.batches_parts import PostSheet
from app.ui.pages.batches_sheets import LeftSheet
from app.ui.pages.deed_sheet import DeedSheet
from app.ui.pages.finding import FindSheet
from app.ui.widgets import Ask
from app.ui.window import Window
from tests.ui.conftest import type_han, until
from tests.ui.sheets import once_open

Settle = Callable[[], None]
AWAY = "440600000000"


def day(back: int) -> str:
    return (clock.today() - timedelta(back)).isoformat()


def press(key: str | Qt.Key, settle: Settle, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    if QApplication.focusWidget() is None:  # a sheet has closed; without a window system nobody gives the keys back to the window
        next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window)).activateWindow()
        settle()
    focus = QApplication.focusWidget()
    assert focus is not None, "the keys go nowhere"
    QTest.keyClick(focus, key, held)
    settle()


@pytest.fixture
def adults(desk: Desk) -> list[str]:
    """Six grown-up people who have been without work since before, and two posts."""
    ledger = desk.ledger
    who = [rec for rec, v in ledger.rows("person") if "1960" < str(v.get("birth_date")) < "2005"][:6]
    for rec in who:
        if (held := current(ledger, rec)) is not None:
            ledger.write([Write("placement", {"labour_status": "2", "start_date": "2024-01-01", "end_date": None, "end_reason": None,
                                              "as_of": "2024-01-01"}, rec=held.id)], source="test")
    boss, community = ledger.write([Write("employer", {"name": "海晨电子", "area_id": AWAY}), Write("employer", {"name": "向阳社区"})],
                                   source="test").ids
    ledger.write([Write("post", {"post_code": "P1", "title": "总装工",
                                 "employer_id": boss, "headcount": 9, "area_id": AWAY, "state": "1",
                                 "source": "5",
                                 "collected_on": "2024-01-01"}, rec=post("P1")),
                  Write("post", {"post_code": "G1", "title": "保洁员", "employer_id": community, "quota": 2, "source": "4", "kind": "3", "state": "1",
                                 "collected_on": "2024-01-01"}, rec=post("G1"))], source="test")
    return who


def post(code: str) -> str:
    return record_id("post", "529999", code)


def name(ledger: Ledger, rec: str) -> str:
    return str(ledger.get(rec).values["full_name"])  # type: ignore[union-attr]


def by_letters(sheet: PostSheet) -> None:
    """Choose the post by its pinyin letters, then agree: Enter and Enter."""
    QTest.keyClicks(sheet.posts.line, "zzg")
    QTest.keyClick(sheet.posts.line, Qt.Key.Key_Return)
    assert sheet.posts.value() == [post("P1")] and sheet.isVisible()
    QTest.keyClick(sheet.posts.line, Qt.Key.Key_Return)
    assert not sheet.isVisible()


def opened(window: Window, settle: Settle, page: str, side: str):  # type: ignore[no-untyped-def]
    window.open(page, side=side)
    settle()
    return window.page.side  # type: ignore[union-attr]


def test_two_taps_for_a_call(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    for rec in adults[:2]:
        placing.hire(desk.ledger, rec, post("P1"), day(8))
    side = opened(window, settle, "batches", "CallsSide")
    due = [one.call.person for one in side.shown.lines]
    assert set(adults[:2]) <= set(due)
    first = side.chosen().call
    press(Qt.Key.Key_Return, settle)
    press("1", settle)
    told = desk.ledger.rows("follow_up", {"placement_id": first.spell})[0][1]
    assert (told["contacted"], told["still_in_post"], told["on"]) == (True, True, day(0))
    assert first.person not in [one.call.person for one in side.shown.lines] and len(side.shown.lines) == len(due) - 1
    assert side.table.hasFocus(), "ready for the next one"
    press(Qt.Key.Key_Return, settle)
    press("4", settle)
    assert len(side.shown.lines) == len(due) - 1 and max(one.call.tries for one in side.shown.lines) == 1, "not reached stays on the list"


def test_a_line_of_who_stays_opens_its_people(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    for rec in adults[:2]:
        placing.hire(desk.ledger, rec, post("P1"), day(8))
    follow_ups.left(desk.ledger, adults[0], last=day(3), reason="5", home=True)
    side = opened(window, settle, "batches", "CallsSide")
    names = [line.name for line in side.went.by["employer"]]
    side.stay_table.choose(names.index("海晨电子"))
    side.stay_table.setFocus()
    press(Qt.Key.Key_Return, settle)
    page = window.page
    assert page is not None and page.name == "dispatch_people" and [rec for _, rec in page.listed] == adults[:2]  # type: ignore[attr-defined]
    assert "早离，返乡" in page.told[adults[0]] and "还在" in page.told[adults[1]]  # type: ignore[attr-defined]
    press(Qt.Key.Key_Escape, settle)
    assert window.page is not None and window.page.name == "batches" and window.page.side is side, "Esc goes back where it was opened"  # type: ignore[attr-defined]


def test_the_whole_form_is_one_key_away(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    placing.hire(desk.ledger, adults[0], post("P1"), day(8))
    side = opened(window, settle, "batches", "CallsSide")
    person = side.chosen().call.person
    press(Qt.Key.Key_F5, settle)
    assert window.page.name == "interview" and window.page.talk.subject == ("person", person)  # type: ignore[union-attr]
    assert window.page.talk.form.id == "follow_up"  # type: ignore[union-attr]


def test_a_call_on_today_s_list_opens_where_it_is_answered(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    for rec in adults[:3]:
        placing.hire(desk.ledger, rec, post("P1"), day(8))
    window.open("todo")
    settle()
    page = window.page
    at = next(n for n, one in enumerate(page.found.errands) if one.kind == "call" and one.person == adults[1])  # type: ignore[union-attr]
    page.list.choose(at)  # type: ignore[union-attr]
    press(Qt.Key.Key_Return, settle)
    assert window.page.name == "batches" and window.page.side.chosen().call.person == adults[1]  # type: ignore[union-attr]


def test_who_has_left_is_asked_four_things(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    placing.hire(desk.ledger, adults[0], post("P1"), day(8))
    side = opened(window, settle, "batches", "CallsSide")
    side.table.choose([one.call.person for one in side.shown.lines].index(adults[0]))
    settle()

    def fill(sheet: LeftSheet) -> None:
        assert QApplication.focusWidget() is sheet.last
        QTest.keyClicks(sheet.last, day(2))
        QTest.keyClick(sheet.last, Qt.Key.Key_Return)
        sheet.reason.set_value("5")
        sheet.home.set_value(True)
        sheet.wants.set_value(True)
        sheet.agree()

    once_open(fill, LeftSheet)
    press(Qt.Key.Key_Return, settle)
    press("3", settle)
    held = current(desk.ledger, adults[0])
    assert held is not None and (held.values["labour_status"], held.values["start_date"]) == ("2", day(2))
    assert adults[0] not in [one.call.person for one in side.shown.lines]


def test_a_roster_by_keys(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    rec = batches.plan(desk.ledger, {"batch_no": "B1", "depart_at": day(1), "to_area_id": AWAY, "seats": 3})
    side = opened(window, settle, "batches", "RosterSide")
    assert side.batch().id == rec and not side.table.isVisible()
    assert [one.why_not for one in side.actions() if one.key in ("Ctrl+P", "Ctrl+R", "F9")] == ["名册上还没有人"] * 3

    def add(sheet: FindSheet) -> None:
        for who in adults[:4]:
            sheet.box.setText(name(desk.ledger, who))
            sheet.look_up()
            sheet.list.choose([hit.person for hit in sheet.hits].index(who))
            sheet.choose()
        assert "3 座，已坐 3 人" in sheet.note.words.text()
        sheet.reject()

    once_open(add, FindSheet)
    press(Qt.Key.Key_F7, settle)
    assert len(side.batch().members) == 3
    said: list[tuple[str, bool]] = []
    desk.toasted.connect(lambda words, undo: said.append((words, undo)))
    for _ in range(2):
        press(Qt.Key.Key_R, settle, Qt.KeyboardModifier.ControlModifier)
    assert said == [("座位排好了", True), ("每人都有座位号了", False)], "nothing was written, nothing is there to take back"
    once_open(by_letters, PostSheet)
    once_open(lambda sheet: sheet.agree.click(), Ask)
    side.table.setFocus()
    press(Qt.Key.Key_F8, settle)
    assert [m.post for m in side.batch().members] == [post("P1")] * 3, "the same for those who had none"
    once_open(lambda sheet: sheet.agree.click(), Ask)
    side.table.setFocus()
    press(Qt.Key.Key_F9, settle)
    assert side.batch().state == batches.GONE and side.batch().boarded == 3 and side.batch().arrived == 0
    side.table.setFocus()
    side.table.choose(0)
    press("2", settle)
    assert side.batch().arrived == 1 and side.table.currentIndex().row() == 1, "the next line is chosen"

    def why(sheet: Ask) -> None:
        sheet.line.setText("临时有事")
        sheet._accept()

    once_open(why, Ask)
    press("3", settle)
    press(Qt.Key.Key_F9, settle)
    there = batches.one(desk.ledger, rec)
    went = current(desk.ledger, next(m.person for m in there.members if m.arrived))
    assert went is not None and (went.values["employer_name"], went.values["post_id"]) == ("海晨电子", post("P1"))
    assert (there.arrived, len(there.missing), len(there.awaited)) == (2, 1, 0)
    press(Qt.Key.Key_F9, settle)
    assert batches.one(desk.ledger, rec).state == batches.HANDED_OVER


def test_a_new_batch_by_names(window: Window, desk: Desk, settle: Settle) -> None:
    side = opened(window, settle, "batches", "RosterSide")

    def fill(sheet: DeedSheet) -> None:
        for field, words in (("batch_no", "丙-3"), ("depart_at", day(0)), ("seats", "40"), ("to_area_id", "广东省佛山市"), ("agency_id", "启程劳务")):
            sheet.fields[field].input.setText(words)
        sheet.fields["batch_no"].input.setText("")
        sheet.submit()
        until(sheet.note.words.text)
        assert "还缺批次号" in sheet.note.words.text() and sheet.isVisible(), "what the deed refuses stands in the sheet"
        sheet.fields["batch_no"].input.setText("丙-3")
        sheet.submit()

    once_open(fill, DeedSheet)
    press("N", settle, Qt.KeyboardModifier.ControlModifier)
    made = side.batch()
    assert (made.no, made.seats, made.said["to_area_id"]) == ("丙-3", 40, AWAY)
    assert side.shown.agencies[made.said["agency_id"]] == "启程劳务" and len(desk.ledger.rows("agency")) == 1


def test_a_roster_on_paper_is_of_this_batch_and_masked(window: Window, desk: Desk, adults: list[str], settle: Settle, tmp_path: Path) -> None:
    first, second = (batches.plan(desk.ledger, {"batch_no": no, "depart_at": day(n), "to_area_id": AWAY}) for n, no in enumerate(("甲-1", "乙-2")))
    batches.put_on(desk.ledger, first, adults[:3])
    batches.put_on(desk.ledger, second, adults[3:5])
    side = opened(window, settle, "batches", "RosterSide")
    written: list[str] = []
    draw = paper._Drawing._write
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper._Drawing, "_write", lambda self, face, text, *more: (written.append(text), draw(self, face, text, *more))[1])
        printer = QPdfWriter(str(tmp_path / "花名册.pdf"))
        side.list.choose([one.id for one in side.shown.batches].index(first))
        side.print_to(printer)
        settle()
    assert (tmp_path / "花名册.pdf").exists() and written.count("甲-1") == 3 and "乙-2" not in written
    numbers = [str(desk.ledger.get(rec).values.get("id_number") or "") for rec in adults]  # type: ignore[union-attr]
    assert not any(number in written for number in numbers if number)
    log = desk.ledger.rows("audit_event", {"action": "print"})
    assert [values["count"] for _, values in log] == [3]


def test_a_queue_at_the_door(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    fair = fairs.plan(desk.ledger, {"name": "专场", "on": day(0), "fair_kind": "1"})
    side = opened(window, settle, "batches", "FairsSide")
    assert side.box.hasFocus()
    numbers = [str(desk.ledger.get(rec).values.get("id_number") or "") for rec in adults[:3]]  # type: ignore[union-attr]
    for number in [n for n in numbers if n]:
        QTest.keyClicks(side.box, number)
        press(Qt.Key.Key_Return, settle)
        assert side.box.hasFocus() and not side.box.text()
    came = {v.person for v in side.fair().visitors}
    assert came == {rec for rec, n in zip(adults, numbers, strict=False) if n} and came
    before = len(desk.ledger.rows("fair_attendance", {"fair_id": fair}))
    QTest.keyClicks(side.box, next(n for n in numbers if n))
    press(Qt.Key.Key_Return, settle)
    assert "已签到" in side.last.text() and len(desk.ledger.rows("fair_attendance", {"fair_id": fair})) == before

    once_open(by_letters, PostSheet)
    press(Qt.Key.Key_F7, settle)
    assert [v.posts for v in side.fair().visitors if v.posts] == [(post("P1"),)]
    assert desk.ledger.rows("referral", {"post_id": post("P1")})[0][1]["outcome"] == placing.INTENDED
    type_han(side.box, "没有这个人")
    settle()
    assert "没有找到" in side.note.words.text()


def test_courses_by_digits(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    rec = services.plan(desk.ledger, {"kind": "training", "topic": "缝纫工班", "start_on": day(9), "certificate_no": "批1"})
    for who in adults[:3]:
        services.sign_in(desk.ledger, rec, who)
    side = opened(window, settle, "services", "CoursesSide")
    for digit in "213":
        press(digit, settle)
    assert sorted(p.result for p in side.course().people) == ["1", "2", "5"]


def test_131_and_public_posts(window: Window, desk: Desk, adults: list[str], settle: Settle) -> None:
    spell = public_posts.appoint(desk.ledger, adults[0], post("G1"), day(30), "评议通过")
    side = opened(window, settle, "services", "PublicSide")
    assert [w.spell for w in side.quota().workers] == [spell] and side.quota().vacant == 1
    side = opened(window, settle, "services", "WaitingSide")
    if side.shown.had:
        one = side.chosen()
        press(Qt.Key.Key_F7, settle)
        assert next(h for h in side.shown.had if h.person == one.person).advised == one.advised + 1


def test_all_sides_in_both_languages_and_empty(window: Window, desk: Desk, settle: Settle) -> None:
    for language in ("zh", "en"):
        set_language(language)  # type: ignore[arg-type]
        for page in ("batches", "services"):
            window.open(page)
            window.page.retitle()  # type: ignore[union-attr]
            for _ in window.page.all:  # type: ignore[union-attr]
                press(Qt.Key.Key_Tab, settle, Qt.KeyboardModifier.ControlModifier)
                assert window.page.side.isVisible() and window.page.next().sentence  # type: ignore[union-attr]
