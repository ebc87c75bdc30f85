"""People by keys alone on a real workspace: find, open, walk households, change a fact under the rules, add people."""
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models import clock, entry
from app.models.identity import check_character
from app.ui.page import Desk
from app.ui.pages.entry import EntrySheet, add_record, edit_fact, facts_of
from app.ui.pages.people import PeoplePage
from app.ui.pages.people_rows import PIECE, PeopleRows, neighbour
from app.ui.window import Window
from tests.ui.conftest import HOUSEHOLDS, type_han
from tests.ui.sheets import once_open


@pytest.fixture
def page(window: Window, settle: Callable[[], None]) -> PeoplePage:
    window.open("people")
    settle()
    return window.page


def some_person(desk: Desk) -> tuple[str, dict[str, Any]]:
    return next(row for row in desk.ledger.rows("person") if row[1].get("phone") and row[1].get("relation_to_head") == "02")


def in_sheet(do: Callable[[EntrySheet], None]) -> None:
    """Act inside the sheet that opens next."""
    once_open(do, EntrySheet)


def test_all_households_stand_in_the_list(page: PeoplePage) -> None:
    assert len(page.rows.rows) == HOUSEHOLDS and page.person is not None
    assert f"{HOUSEHOLDS} 户" in page.facts()


@pytest.mark.parametrize("how", ["name", "number", "phone", "dwelling"])
def test_a_person_is_found(page: PeoplePage, desk: Desk, settle: Callable[[], None], how: str) -> None:
    rec, values = some_person(desk)
    house = desk.ledger.get(values["household_id"]).values
    text = {"name": values["full_name"], "number": values["id_number"][-4:], "phone": values["phone"][-4:],
            "dwelling": house["dwelling_no"]}[how]
    if how == "name":
        type_han(page.box, text)
    else:
        QTest.keyClicks(page.box, text)
    settle()
    assert rec in [row.person for row in page.rows.rows]


def test_a_list_that_was_cut_says_so(page: PeoplePage, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.pages.people.HITS", 3)
    page.box.setText("2")
    settle()
    assert len(page.rows.rows) == 3 and "先列 3 人" in page.found.text(), "more than three live behind a 2"
    page.box.setText("没有这个人")
    settle()
    assert "换个写法" in page.found.text()


def test_nobody_is_sent_to_ask_a_child_about_work(page: PeoplePage, desk: Desk, settle: Callable[[], None]) -> None:
    child = next(rec for rec, v in desk.ledger.rows("person") if str(v.get("birth_date")) > f"{clock.today().year - 10}")
    page.enter(person=child)
    settle()
    assert "不满 16 周岁" in page.next().sentence and page.actions()[-4].kind == "secondary"
    assert [block.empty for block in page.person.blocks if not block.facts][0].startswith("不满 16 周岁")


def test_arrows_and_enter_open_what_was_found(page: PeoplePage, settle: Callable[[], None]) -> None:
    page.box.setFocus()
    QTest.keyClick(page.box, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    settle()
    assert page.person is not None and page.person.id == page.rows.rows[page.list.currentIndex().row()].person


def test_what_is_open_stays_open_when_something_is_written(page: PeoplePage, desk: Desk, settle: Callable[[], None]) -> None:
    QTest.keyClicks(page.box, "l")
    settle()
    assert len(page.rows.rows) > 1
    page.list.choose(1)
    settle()
    opened = page.person.id
    desk.jobs.write(lambda work: entry.change(work.ledger, opened, {"remark": "改过"}))
    settle()
    assert page.person.id == opened == page.rows.rows[page.list.currentIndex().row()].person
    desk.go("settings")
    desk.go("people")
    settle()
    assert page.person.id == opened and page.box.text() == "l"


def test_page_keys_walk_the_households(page: PeoplePage, window: Window, settle: Callable[[], None]) -> None:
    seen = [page.home.id]
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_PageDown)
        settle()
        seen.append(page.home.id)
    QTest.keyClick(window, Qt.Key.Key_PageUp)
    settle()
    assert len(set(seen)) == 3 and page.home.id == seen[1]
    assert neighbour(page.ledger, seen[2], forward=False) == seen[1]


def in_sight(page: PeoplePage) -> None:
    box, = (box for box in page.tree.boxes.boxes() if box.isChecked())
    assert box.visibleRegion().boundingRect().height() == box.height(), box.member.name


def test_who_is_open_stands_in_sight_in_the_household(page: PeoplePage, window: Window, settle: Callable[[], None]) -> None:
    window.resize(1366, 560)
    settle()
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_PageDown)
        settle()
        in_sight(page)
    window.open("todo")
    window.switch_language()
    settle()
    window.open("people")
    settle()
    in_sight(page)


def test_the_card_masks_numbers_and_says_who_wrote_what(page: PeoplePage, desk: Desk, settle: Callable[[], None]) -> None:
    rec, values = some_person(desk)
    page.show_person(rec)
    settle()
    shown = page.view.person
    assert values["id_number"] not in page.view.head.number.words.text() and values["phone"] not in shown.phone
    assert {line.author for line in shown.history} == {"韦敏"} and {line.device for line in shown.history} == {"向阳 1 号"}
    assert all(values["id_number"] not in line.after for line in shown.history)


def test_a_fact_is_changed_and_stands_in_the_history(page: PeoplePage, desk: Desk, settle: Callable[[], None]) -> None:
    rec, values = some_person(desk)
    page.show_person(rec)
    settle()
    fact = next(f for f in facts_of(page, rec) if f.field == "phone")

    def fill(sheet: EntrySheet) -> None:
        sheet.fields["phone"].input.setText("13800135678")
        QTest.keyClick(sheet.fields["phone"].input, Qt.Key.Key_Return)

    in_sheet(fill)
    edit_fact(page, fact)
    settle()
    assert desk.ledger.get(rec).values["phone"] == "13800135678"
    assert page.view.person.history[0].label == "本人电话" and page.view.person.history[0].after == "138****5678"


def test_what_changed_nothing_offers_nothing_to_take_back(desk: Desk) -> None:
    (rec, _), said, other = some_person(desk), list[bool](), "13800000001"
    desk.toasted.connect(lambda words, undo: said.append(undo))

    def told() -> bool:
        desk.toast("改好了", undo=True)
        return said[-1]

    assert not told(), "nothing was written since the window was opened"
    for wanted, offered in ((other, True), (other, False)):
        entry.change(desk.ledger, rec, {"phone": wanted})
        assert told() is offered
    desk.ledger.undo()
    assert not told(), "what stands before was told of, or is not of this afternoon"
    entry.change(desk.ledger, rec, {"phone": other})
    assert told()


def test_what_a_rule_forbids_is_not_written(page: PeoplePage, desk: Desk, settle: Callable[[], None]) -> None:
    rec, values = some_person(desk)
    fact = next(f for f in facts_of(page, rec) if f.field == "id_number")
    wrong = values["id_number"][:17] + ("1" if values["id_number"][17] != "1" else "2")
    said: list[str] = []

    def fill(sheet: EntrySheet) -> None:
        sheet.fields["id_number"].input.setText(wrong)
        sheet.submit()
        said.append(sheet.fields["id_number"].note.words.text())
        QTest.keyClick(sheet, Qt.Key.Key_Escape)

    in_sheet(fill)
    edit_fact(page, fact)
    settle()
    assert said and said[0] and desk.ledger.get(rec).values["id_number"] == values["id_number"]


def test_a_warning_asks_for_a_reason_first(page: PeoplePage, desk: Desk, settle: Callable[[], None]) -> None:
    rec = next(r for r, v in desk.ledger.rows("person") if v.get("relation_to_head") == "02" and v.get("sex") == "1")
    house = desk.ledger.get(rec).values["household_id"]
    first17 = "52999919700101" + "003"
    number = first17 + check_character(first17)

    def fill(sheet: EntrySheet) -> None:
        for name, words in (("full_name", "石老满"), ("id_number", number)):
            sheet.fields[name].input.setText(words)
        sheet._read_number()
        sheet.fields["relation_to_head"].input.setText("之女")  # a man: V8 warns
        sheet.submit()
        assert sheet.reasons and not desk.ledger.rows("person", {"id_number": number})
        next(iter(sheet.reasons.values())).setText("户口本就是这样登记的")
        sheet.submit()

    in_sheet(fill)
    add_record(page, "person", {"household_id": house}, lambda rec: None)
    settle()
    found = desk.ledger.rows("person", {"id_number": number})
    assert len(found) == 1 and found[0][1]["birth_date"] == "1970-01-01"
    assert "户口本就是这样登记的" in {text for event in desk.ledger.history(found[0][0]) for text in (event.why or {}).values()}


def test_a_household_is_added_by_keys(page: PeoplePage, window: Window, desk: Desk, settle: Callable[[], None]) -> None:
    def fill(sheet: EntrySheet) -> None:
        for name, words in (("household_code", "5299990999"), ("dwelling_no", "3-1-201")):
            QTest.keyClicks(sheet.fields[name].input, words)
        sheet.submit()

    in_sheet(fill)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle()
    found = desk.ledger.rows("household", {"household_code": "5299990999"})
    assert len(found) == 1 and page.home is not None and page.home.id == found[0][0]


def test_households_without_a_code_come_last_and_are_walked_both_ways(desk: Desk) -> None:
    from app.models.ledger import Write
    from app.ui.pages.people_rows import START, households_after

    bare = desk.ledger.write([Write("household", {"dwelling_no": f"9-{n}"}) for n in range(3)], source="screen").ids
    order = [key[1] for key, _ in households_after(desk.ledger, START, HOUSEHOLDS + 10)]
    assert set(order[-3:]) == set(bare) and len(order) == HOUSEHOLDS + 3
    pieces, key = [], START
    while piece := households_after(desk.ledger, key, 4):
        pieces += [k[1] for k, _ in piece]
        key = piece[-1][0]
    assert pieces == order
    walked = [order[0]]
    while after := neighbour(desk.ledger, walked[-1], True):
        walked.append(after)
    back = [order[-1]]
    while before := neighbour(desk.ledger, back[-1], False):
        back.append(before)
    assert walked == order and back == order[::-1]


def test_the_list_takes_households_in_pieces(desk: Desk) -> None:
    from app.models.practice import generate

    generate(desk.ledger, PIECE + 20, 11)
    rows = PeopleRows()
    rows.put_all(desk.ledger)
    assert len(rows.rows) == PIECE and rows.canFetchMore(rows.index(-1, -1))
    rows.fetchMore(rows.index(-1, -1))
    total = desk.ledger.db.conn.execute("SELECT count(*) FROM household").fetchone()[0]
    assert len({row.household for row in rows.rows}) == total and not rows.canFetchMore(rows.index(-1, -1))
