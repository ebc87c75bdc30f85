"""The review page over real disagreements between two computers: both values, one key, a way back."""
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models import clock
from app.models.change import VOID
from app.models.ledger import Ledger
from app.models.spells import next_id
from app.models.store import transaction
from app.models.writing import Write
from app.ui.page import Desk
from app.ui.pages.portrait import portrait
from app.ui.pages.review_parts import Marked, SideCard
from app.ui.telling import near
from app.ui.widgets import EmptyState, MaskedLabel, Words
from app.ui.window import Window
from tests import clocks

Settle = Callable[[], None]
OTHER_KEY = bytes(range(32))
WORK = {"labour_status": "1", "employment_type": "3", "employer_name": "向阳新居 2 号车间", "start_date": "2026-09-01", "monthly_income": 3100}


def everything(ledger: Ledger) -> list:
    return ledger.changes([row[2] for row in ledger.feed(0, 10**6)])


@pytest.fixture
def people(desk: Desk) -> list[str]:
    """Two people with a phone."""
    return [row[0] for row in desk.ledger.db.conn.execute("SELECT id FROM person WHERE phone IS NOT NULL ORDER BY id LIMIT 2")]


@pytest.fixture
def other(desk: Desk, people: list[str], tmp_path: Path) -> Iterator[Ledger]:
    """Another computer that said other things about the same people, without having seen ours."""
    made = Ledger.create(tmp_path / "other.db", OTHER_KEY, area="529999001000", device_name="老街 2 号", user_name="覃国华",
                         role="surveyor", practice=True)
    made.merge(everything(desk.ledger))
    spell = next_id(made, people[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock.source, "read", clocks.ticking(clock.now()))  # the other spoke last
        elsewhere = {**WORK, "employment_type": "1", "employer_name": "样州市海晨制衣厂", "monthly_income": 3800}
        for ledger, phone, work in ((desk.ledger, "13800002201", WORK), (made, "13700002210", elsewhere)):
            ledger.write([Write("person", {"phone": phone}, rec=people[0])], source="screen")
            ledger.write([Write("placement", {"person_id": people[1], **work}, rec=spell)], source="form:person_interview@2026.1/x")
    desk.ledger.merge(everything(made))
    yield made
    made.close()


@pytest.fixture
def page(window: Window, other: Ledger, settle: Settle):
    """The review page with both disagreements."""
    window.open("review")
    settle()
    return window.page


def press(key: str | Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


def test_both_values_stand_with_who_when_and_where_and_none_is_chosen(page, window: Window) -> None:
    assert {case.what for case in page.model.cases} == {"本人电话", "工作"}
    page.list.choose([case.what for case in page.model.cases].index("工作"))
    cards = page.right.findChildren(SideCard)
    names = [card.accessibleName() for card in cards if card.parent() is not None][-2:]
    assert any("覃国华" in name and "老街 2 号" in name and "样州市海晨制衣厂" in name for name in names)
    assert any("韦敏" in name and "这台" in name and "向阳新居 2 号车间" in name for name in names)
    assert not [action for action in page.actions() if action.kind == "primary"]
    assert len({(card.width(), card.height()) for card in cards if card.isVisible()}) == 1


def test_the_marker_stands_only_where_they_differ(page) -> None:
    page.list.choose([case.what for case in page.model.cases].index("工作"))
    marks = {label.text(): label.differs for label in page.right.findChildren(Marked) if label.isVisibleTo(page)}
    assert marks["样州市海晨制衣厂"] and marks["3100 元"] and not marks["2026-09-01"]


def test_one_key_settles_and_the_toast_takes_it_back(page, desk: Desk, people: list[str], window: Window, settle: Settle) -> None:
    page.list.choose([case.what for case in page.model.cases].index("本人电话"))
    at = next(n for n, side in enumerate(page.section.case.sides) if side.who == "韦敏")
    press(str(at + 1))
    settle()
    assert desk.ledger.get(people[0]).values["phone"] == "13800002201" and len(desk.ledger.conflicts()) == 1
    assert window.toast.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert len(desk.ledger.conflicts()) == 2 and len(page.model.cases) == 2


def test_a_group_is_settled_as_one_persons_whole_report(page, desk: Desk, people: list[str], settle: Settle) -> None:
    page.list.choose([case.what for case in page.model.cases].index("工作"))
    at = next(n for n, side in enumerate(page.section.case.sides) if side.who == "覃国华")
    rec = page.section.case.conflict.rec
    press(str(at + 1))
    settle()
    values = desk.ledger.get(rec).values
    assert (values["employment_type"], values["employer_name"], values["monthly_income"]) == ("1", "样州市海晨制衣厂", 3800)


def test_asking_again_leaves_it_open_and_shows_the_next(page, desk: Desk, settle: Settle) -> None:
    first = page.row.key
    press("3")
    settle()
    assert len(desk.ledger.conflicts()) == 2 and page.row.key != first and page.model.cases[-1].key == first


def test_how_it_came_about_names_what_both_had_seen(page) -> None:
    page.list.choose([case.what for case in page.model.cases].index("本人电话"))
    case = page.section.case
    assert "练习数据" in case.common and all(side.saw for side in case.sides)
    assert len({side.saw for side in case.sides}) == 1


def test_a_person_opens_at_their_own_disagreement_in_both_languages(window: Window, page, people: list[str], settle: Settle) -> None:
    window.open("review", rec=people[1])
    settle()
    assert page.row.person == people[1]
    window.switch_language()
    settle()
    assert page.row.person == people[1] and "two people say different things" in page.section.case.title()


def choose(page, what: str) -> None:
    page.list.choose([case.what for case in page.model.cases].index(what))


def key(window: Window, name: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, name, held)


def undo(window: Window, settle: Settle) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()


# -- looking closer ------------------------------------------------------------------------------------------------------

def test_the_sentence_says_who_when_how_and_what_with_numbers_masked(page) -> None:
    choose(page, "本人电话")
    said = page.section.case.sentence
    assert said.startswith("本人电话：") and "韦敏" in said and "覃国华" in said and "138****2201" in said and "13800002201" not in said
    choose(page, "工作")
    assert "入户问到" in page.section.case.sentence


def test_numbers_in_full_are_asked_for_written_down_and_hide_again(page, desk: Desk, people: list[str], window: Window, settle: Settle) -> None:
    choose(page, "本人电话")
    settle()
    marks = lambda: {label.text() for label in page.right.findChildren(Marked) if label.isVisibleTo(page)}  # noqa: E731
    assert marks() == {"138****2201", "137****2210"}
    key(window, Qt.Key.Key_F2)
    settle()
    assert marks() == {"13800002201", "13700002210"}
    (line,) = [values for _, values in desk.ledger.rows("audit_event")]
    assert (line["who"], line["action"], line["scope"]) == (desk.ledger.me.user, "view", people[0])
    page.section._hide.timeout.emit()
    settle()
    assert marks() == {"138****2201", "137****2210"}
    undo(window, settle)
    assert len(desk.ledger.rows("audit_event")) == 1  # a look is not undone


def test_a_clock_that_was_off_is_put_right_and_that_is_said(page, window: Window, desk: Desk, other: Ledger, settle: Settle) -> None:
    with transaction(desk.ledger.db) as conn:
        conn.execute("INSERT INTO peer (device, kind, state, name, area, instance, sign_key, age_key, prefix, made_at, last_at, clock_off)"
                     " VALUES (?,'laptop','granted','','','','','','529999','2026-01-01T00:00:00+00:00','2026-01-02T00:00:00+00:00',86460)",
                     (other.me.device,))
    window.open("review")
    settle()
    choose(page, "本人电话")
    theirs, ours = sorted(page.section.case.sides, key=lambda side: side.who == "韦敏")
    right = datetime.fromisoformat(theirs.version.at) - timedelta(seconds=86460)  # in the first minute of a day that is two days before
    assert "钟快 1 天" in theirs.clock and theirs.where.startswith(near(right.astimezone().isoformat(timespec="seconds")))
    assert not theirs.where.startswith(near(theirs.version.at)) and not ours.clock and ours.where.startswith(near(ours.version.at))


def test_the_eye_over_the_cards_shows_the_number_and_that_is_written_down(page, desk: Desk, settle: Settle) -> None:
    eye = page.right.findChildren(MaskedLabel)[-1]
    eye.eye.click()
    settle()
    assert eye.isVisible() and eye.words.text() == page.row.number and len(desk.ledger.rows("audit_event")) == 1


def test_a_decision_is_opened_again_from_the_persons_history(page, desk: Desk, people: list[str], window: Window, settle: Settle) -> None:
    choose(page, "本人电话")
    press("1")
    settle()
    window.open("people", person=people[0], tab="history")
    settle()
    view = window.page.view
    at = next(n for n, line in enumerate(view.person.history) if line.source == "复核")
    view.history_table.choose(at)
    settle()
    key(window, Qt.Key.Key_F9)
    settle()
    assert [c.unit for c in desk.ledger.conflicts() if c.rec == people[0]] == ["phone"]
    view.head.number.eye.click()
    settle()
    assert "*" not in view.head.number.words.text() and len(desk.ledger.rows("audit_event")) == 1


# -- a value of one's own, the next visit ---------------------------------------------------------------------------------

def test_a_value_of_ones_own_is_typed_and_goes_through_the_rules(page, desk: Desk, people: list[str], window: Window, settle: Settle) -> None:
    choose(page, "本人电话")
    settle()
    key(window, Qt.Key.Key_F4)
    settle()
    QTest.keyClicks(QApplication.focusWidget(), "1380")
    key(window, Qt.Key.Key_Return)
    settle()
    assert len(desk.ledger.conflicts()) == 2 and page.mode is not None
    QTest.keyClicks(QApplication.focusWidget(), "0009999")
    key(window, Qt.Key.Key_Return)
    settle()
    assert desk.ledger.get(people[0]).values["phone"] == "13800009999" and [c.unit for c in desk.ledger.conflicts()] == ["work"]
    assert page.mode is None and desk.ledger.history(people[0])[-1].source == "review"
    undo(window, settle)
    assert len(desk.ledger.conflicts()) == 2 and len(page.model.cases) == 2


def test_of_a_group_only_what_differs_is_typed_and_the_rest_stays(page, desk: Desk, window: Window, settle: Settle) -> None:
    choose(page, "工作")
    settle()
    rec = page.section.case.conflict.rec
    key(window, Qt.Key.Key_F4)
    settle()
    assert set(page.mode.fields) == {"employment_type", "employer_name", "monthly_income"}
    page.mode.fields["employer_name"].input.setText("样州市新厂")
    key(window, Qt.Key.Key_Return)
    settle()
    values = desk.ledger.get(rec).values
    assert values["employer_name"] == "样州市新厂" and values["start_date"] == "2026-09-01" and [c.unit for c in desk.ledger.conflicts()] == ["phone"]


def test_asking_again_stands_on_the_persons_card_on_the_laptop(page, desk: Desk, people: list[str], other: Ledger, settle: Settle) -> None:
    choose(page, "本人电话")
    press("3")
    settle()
    other.merge(everything(desk.ledger))
    assert portrait(other, people[0]).to_ask == ("本人电话",) and portrait(other, people[1]).to_ask == ()


def test_what_arrives_while_somebody_looks_is_not_decided(page, desk: Desk, people: list[str], other: Ledger, window: Window, settle: Settle) -> None:
    choose(page, "本人电话")
    other.write([Write("person", {"phone": "13900007777"}, rec=people[0])], source="screen")
    listeners, desk.ledger.listeners = desk.ledger.listeners, []  # it arrives, and the page has not heard of it yet
    desk.ledger.merge(everything(other))
    desk.ledger.listeners = listeners
    press("1")
    settle()
    assert len(desk.ledger.conflicts()) == 2 and "又有新填的到" in window.next_bar.sentence.text()
    assert {v.value for c in desk.ledger.conflicts() if c.unit == "phone" for v in c.versions} == {"13800002201", "13900007777"}
    assert len(page.model.cases) == 2


def test_skipping_puts_a_case_last_and_page_keys_go_by_person(page, window: Window, settle: Settle) -> None:
    first = page.row.key
    press("0")
    assert page.model.cases[-1].key == first and page.row.key != first
    key(window, Qt.Key.Key_PageDown)
    assert page.row.key == first
    key(window, Qt.Key.Key_PageUp)
    assert page.row.key != first


def test_who_deleted_and_who_went_on_is_asked_in_its_own_words(page, desk: Desk, people: list[str], other: Ledger, window: Window,
                                                               settle: Settle) -> None:
    other.write([Write("person", {VOID: "重复登记"}, rec=people[0])], source="screen")
    desk.ledger.write([Write("person", {"education": "20"}, rec=people[0])], source="screen")
    desk.ledger.merge(everything(other))
    settle()
    choose(page, "删除")
    assert [a.words for a in page.actions()[:3]] == ["留着", "还是删掉", "再问一次"] and "重复登记" in page.section.case.sentence
    press("2")
    settle()
    assert desk.ledger.get(people[0]).void == "重复登记"
    undo(window, settle)
    choose(page, "删除")
    press("1")
    settle()
    assert desk.ledger.get(people[0]).void is None and "删除" not in [case.what for case in page.model.cases]


# -- many at once, the other lists ----------------------------------------------------------------------------------------

def test_a_rule_is_laid_out_then_decides_and_one_undo_takes_it_back(page, desk: Desk, people: list[str], window: Window, settle: Settle) -> None:
    choose(page, "本人电话")
    settle()
    before = desk.ledger.digest()
    key(window, Qt.Key.Key_F8)
    settle()
    assert len(page.mode.found.left) == 1 and not page.mode.found.chosen  # neither phone comes from an interview
    key(window, Qt.Key.Key_Return)
    press("4")
    settle()
    assert len(page.mode.found.chosen) == 1 and desk.ledger.digest() == before
    assert "137****2210" in [cell.text for cell in page.mode.rows.rows[0]]
    page.mode.why.setFocus()
    QTest.keyClicks(page.mode.why, "zui hou 1")
    assert page.mode.rule == "newest"
    key(window, Qt.Key.Key_Return)
    settle()
    last = desk.ledger.history(people[0])[-1]
    assert desk.ledger.get(people[0]).values["phone"] == "13700002210" and last.source == "review:newest" and "zui hou 1" in last.why["newest"]
    assert [case.what for case in page.model.cases] == ["工作"] and page.mode is None
    undo(window, settle)
    assert desk.ledger.digest() == before and len(page.model.cases) == 2


def test_the_whole_interviews_stand_side_by_side(page, window: Window, settle: Settle) -> None:
    choose(page, "工作")
    settle()
    key(window, Qt.Key.Key_F7)
    settle()
    said = [label.text() for label in page.right.findChildren(Words) if label.isVisibleTo(page)]
    assert "向阳新居 2 号车间" in said and "样州市海晨制衣厂" in said
    key(window, Qt.Key.Key_Escape)
    assert page.mode is None and page.section.case is not None


def test_what_was_settled_is_opened_again_by_a_key(page, desk: Desk, window: Window, settle: Settle) -> None:
    choose(page, "本人电话")
    press("1")
    settle()
    key(window, Qt.Key.Key_Left)
    settle()
    assert [(old.who, old.what) for old in page.section.rows] == [(page.row.who, "本人电话")]
    key(window, Qt.Key.Key_Return)
    settle()
    assert len(desk.ledger.conflicts()) == 2 and not [old for old in page.section.rows if old.settled.stands]
    key(window, Qt.Key.Key_Right)
    settle()
    assert len(page.model.cases) == 2


def test_people_registered_twice_are_linked_parted_and_remembered_by_keys(page, desk: Desk, people: list[str], window: Window,
                                                                         settle: Settle) -> None:
    kept = ("full_name", "id_type", "id_number", "birth_date", "sex", "household_id")
    doubles = [desk.ledger.write([Write("person", {k: v for k, v in desk.ledger.get(rec).values.items() if k in kept})], source="roster").ids[0]
               for rec in people]
    key(window, Qt.Key.Key_Right)
    settle()
    assert {pair.key for pair in page.section.rows} == {tuple(sorted(both)) for both in zip(people, doubles, strict=True)}
    first = page.row.key
    press("2")
    settle()
    assert desk.ledger.db.conn.execute("SELECT a, b, holds FROM same_as").fetchall() == [(*first, 0)] and len(page.section.rows) == 1
    undo(window, settle)
    assert len(page.section.rows) == 2 and not desk.ledger.db.conn.execute("SELECT 1 FROM same_as").fetchall()
    key(window, Qt.Key.Key_F8)
    settle()
    key(window, Qt.Key.Key_Return)
    settle()
    assert [row[0] for row in desk.ledger.db.conn.execute("SELECT holds FROM same_as")] == [1, 1] and not page.section.rows
    key(window, Qt.Key.Key_Right)
    settle()
    assert [old.same for old in page.section.rows if old.pair] == [True, True]
    press("2")
    settle()
    assert len(desk.ledger.db.conn.execute("SELECT 1 FROM same_as").fetchall()) == 1


def test_nothing_waits(window: Window, settle: Settle) -> None:
    window.open("review")
    settle()
    assert window.page.right.findChildren(EmptyState) and not [a for a in window.page.actions() if a.place != "hidden"]
