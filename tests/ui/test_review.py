"""The review page over real disagreements between two computers: both values, one key, a way back."""
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.ledger import Ledger
from app.models.spells import next_id
from app.models.writing import Write
from app.ui.page import Desk
from app.ui.pages.review_parts import Marked, SideCard
from app.ui.widgets import EmptyState
from app.ui.window import Window

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
    for ledger, phone, work in ((desk.ledger, "13800002201", WORK),
                                (made, "13700002210", {**WORK, "employment_type": "1", "employer_name": "样州市海晨制衣厂", "monthly_income": 3800})):
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
    assert case.common.startswith("今天 ") and all(side.saw for side in case.sides)
    assert len({side.saw for side in case.sides}) == 1


def test_a_person_opens_at_their_own_disagreement_in_both_languages(window: Window, page, people: list[str], settle: Settle) -> None:
    window.open("review", rec=people[1])
    settle()
    assert page.row.person == people[1]
    window.switch_language()
    settle()
    assert page.row.person == people[1] and "two people say different things" in page.section.case.title()


def test_nothing_waits(window: Window, settle: Settle) -> None:
    window.open("review")
    settle()
    assert window.page.right.findChildren(EmptyState) and not [a for a in window.page.actions() if a.place != "hidden"]
