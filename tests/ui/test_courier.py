"""Syncing by itself, in windows over real hubs: what is finished goes, a hub that moved is found, and nobody is disturbed."""
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.problem import Problem
from app.models.writing import Write
from app.sync import nearby, peers, rhythm
from app.sync.pairing import invitation, invite, revoke, write_invitation
from app.ui.courier import BY_ITSELF, trouble_words
from app.ui.standing import Standing, only_here_words
from app.ui.window import Window
from tests.ui.conftest import wait
from tests.ui.offices import HERE, SITE, opened, press, serve, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rhythm with shorter waits, and hints on loopback only."""
    monkeypatch.setattr(nearby, "INTERFACES", [HERE])
    monkeypatch.setattr(nearby, "own_address", lambda: HERE)
    for name, seconds in (("LEAST", 0.3), ("FIRST", 0.3), ("SETTLE", 0.5), ("SEEN", 0.2), ("AWAY", 0.6), ("AWAY_MOST", 1.2)):
        monkeypatch.setattr(rhythm, name, seconds)


@pytest.fixture
def office(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "office", "529999001000", "青禾镇电脑", "陈主任", "township")


@pytest.fixture
def one(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "one", SITE, "向阳 1 号", "韦敏", "surveyor")


@pytest.fixture
def two(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "two", SITE, "向阳 2 号", "蒙志成", "surveyor", 2)


def write(window: Window, code: str) -> None:
    window.desk.ledger.write([Write("household", {"household_code": code}, place=SITE)], source="screen")


def join(laptop: Window, office: Window, folder: Path) -> None:
    """Pair by a file that is dropped on the page, and let in by name."""
    code = invite(office.desk.workspace, SITE, laptop.desk.ledger.me.user_name)
    path = folder / f"{laptop.desk.ledger.me.device}.leye-invite"
    write_invitation(path, office.page.view.url, code, invitation(office.desk.workspace, code, [office.page.view.url]))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    laptop.page.view.pair.drop(data)
    assert laptop.desk.ledger.me.user_name in laptop.page.view.pair.told.text()
    laptop.page.view.pair.go.click()
    until(office.page.view.card.isVisible)
    mine = laptop.desk.ledger.me.device
    given = office.desk.ledger.db.conn.execute("SELECT count(*) FROM change WHERE log = ?", (mine,)).fetchone()[0]
    assert laptop.page.view.hub is None and not given and office.page.view.card.device == mine
    press(office, Qt.Key.Key_F8)
    until(lambda: laptop.page.view.hub)


def level(*windows: Window) -> bool:
    return len({window.desk.ledger.digest() for window in windows}) == 1 and not any(window.desk.ledger.only_here() for window in windows)


def given(*laptops: Window) -> bool:
    """Tell whether the office has all they have and no visit is under way: the next one then brings what the others gave."""
    return not any(laptop.desk.ledger.only_here() or laptop.desk.courier.going for laptop in laptops)


def test_two_laptops_and_an_office_are_level_by_themselves(office: Window, one: Window, two: Window, tmp_path: Path) -> None:
    first = serve(office)
    for laptop in (one, two):
        laptop.desk.courier.patience, laptop.desk.courier.find = 10.0, 1.0
        laptop.desk.courier.start()
        join(laptop, office, tmp_path)
    until(lambda: given(one, two))  # what both brought is at the office before either comes again
    write(one, "5299990007000001")
    until(lambda: level(office, one))
    write(two, "5299990007000002")
    until(lambda: level(office, two))
    until(lambda: one.strip.synced.text().startswith("已与镇里对齐"))
    office.page.stop_hub()  # walk away: nobody is there
    write(one, "5299990007000003")
    until(lambda: one.strip.synced.text() == "镇里联系不上，数据都在本机")
    write(two, "5299990007000004")
    until(lambda: two.strip.synced.text() == "镇里联系不上，数据都在本机")
    until(lambda: one.strip.pill.words.text().startswith("1 条记录"))
    assert one.next_bar.lead.text() != "没有办成"
    second = serve(office)  # the office's computer is back, elsewhere
    assert first != second
    until(lambda: given(one, two))  # whoever found it first
    assert peers.the_hub(one.desk.ledger).url == second
    one.desk.courier.anew()  # what the other brought comes down at the next calm visit
    two.desk.courier.anew()
    until(lambda: level(office, one, two))
    until(lambda: all(found.peer.level for found in office.page.view.found))


def test_a_visit_takes_no_cursor_and_shows_no_dialog(office: Window, one: Window, tmp_path: Path) -> None:
    serve(office)
    one.desk.courier.start()
    join(one, office, tmp_path)
    one.activateWindow()
    one.open("people")
    one.search()
    until(lambda: one.focusWidget() is not None)
    cursor, windows = one.focusWidget(), set(QApplication.topLevelWidgets())
    for at in range(3):
        write(one, f"529999000700001{at}")
        QTest.keyClicks(cursor, "ab")
        wait(300)
    until(lambda: level(office, one))
    assert one.focusWidget() is cursor and cursor.text() == "ababab"
    assert {w for w in QApplication.topLevelWidgets() if w.isVisible()} <= windows


def test_switched_off_it_waits_to_be_asked(office: Window, one: Window, tmp_path: Path) -> None:
    serve(office)
    one.desk.ledger.settings.set(BY_ITSELF, False)
    one.desk.courier.start()
    join(one, office, tmp_path)
    write(one, "5299990007000001")
    wait(1500)
    assert one.desk.ledger.only_here() and not office.desk.ledger.rows("household")
    press(one, Qt.Key.Key_F9)
    until(lambda: level(office, one))


def test_what_needs_people_is_said_once_on_the_page_and_in_the_strip(office: Window, one: Window, tmp_path: Path) -> None:
    serve(office)
    one.desk.courier.start()
    join(one, office, tmp_path)
    until(lambda: level(office, one))
    revoke(office.desk.ledger, one.desk.ledger.me.device)
    write(one, "5299990007000001")
    until(lambda: one.strip.synced.text() == "镇里停用了这台电脑，数据都在本机")
    assert "联系乡镇" in one.page.view.office.more.text() and one.next_bar.lead.text() != "没有办成"
    assert not any(level == "err" for level, *_ in one.page.view.results.lines)  # nobody asked: no line for each try
    assert one.desk.courier.rhythm.due - one.desk.courier.rhythm._ended > 1000
    until(lambda: any("没让进" in words for _, words, _ in office.page.view.results.lines))


@pytest.mark.parametrize("key", ["sync.silent", "peer.revoked", "peer.expired", "peer.unknown", "sync.another_hub", "sync.newer", "else"])
def test_every_trouble_has_a_few_words(key: str) -> None:
    words, _ = trouble_words("镇里", Problem(key, "一句话。", "A sentence."))
    assert 4 < len(words) <= 24 and "…" not in words


def test_the_pill_counts_drafts_beside_records() -> None:
    assert only_here_words(12, 0) == "12 条记录只在本机"
    assert only_here_words(12, 2) == "12 条记录、2 份没填完的调查只在本机"
    assert only_here_words(0, 0) == "没有只在本机的记录"
    assert Standing(0, 0, "", "").synced() == "还没有同步过"
