"""The hub's page: who came and how they stand, by keys alone; what waits apart; who was turned away; no flicker."""
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.clock import now
from app.models.writing import Write
from app.sync import nearby, peers
from app.sync.peers import Peer
from app.sync.stick import export_stick
from app.sync.workspace import Workspace
from app.ui.pages.sync_computers import ORDERS, state_of
from app.ui.pages.sync_side import ChosenPanel
from app.ui.pages.sync_work import Computer, clock_words
from app.ui.window import Window
from tests.sync.conftest import household
from tests.ui.conftest import wait
from tests.ui.offices import HERE, SITE, opened, press, serve, until

NAMES = [f"向阳 {at} 号" for at in range(1, 41)]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "INTERFACES", [HERE])


@pytest.fixture
def office(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "office", "529999001000", "青禾镇电脑", "陈主任", "township")


def peer(name: str, **values: object) -> Peer:
    """A laptop that came just now and is level."""
    told = {"last_at": now().isoformat(timespec="seconds"), "level": True, "via": "net", "only_there": 0, "made_at": name}
    return Peer(f"{abs(hash(name)):032x}"[:32], peers.LAPTOP, **({"state": peers.GRANTED} | told | values), name=name, area=SITE, instance=name,
                sign_key="", age_key="", prefix=SITE)


def ago(days: int) -> str:
    return (now() - timedelta(days=days)).isoformat(timespec="seconds")


def forty(office: Window) -> None:
    """Forty laptops, of which four need somebody."""
    trouble = {"向阳 7 号": {"clock_off": 8 * 3600}, "向阳 9 号": {"last_at": ago(6)}, "向阳 12 号": {"state": peers.PENDING, "last_at": ""},
               "向阳 30 号": {"expires_at": ago(1)}}
    for name in NAMES:
        peers.save(office.desk.ledger, peer(name, **trouble.get(name, {})))
    office.page.read()
    until(lambda: len(office.page.view.found) == len(NAMES))


def test_problems_come_first_and_the_next_bar_says_the_worst(office: Window) -> None:
    serve(office)
    forty(office)
    assert [one.peer.name for one in office.page.view.shown[:4]] == ["向阳 12 号", "向阳 30 号", "向阳 7 号", "向阳 9 号"]
    assert "40 台电脑" in office.page.facts() and "4 台要留意" in office.page.facts()
    assert "向阳 12 号" in office.page.next().sentence and office.page.next().level == "W"
    press(office, Qt.Key.Key_F8, SHIFT)
    until(lambda: not office.page.view.card.isVisible())
    assert "向阳 30 号" in office.page.next().sentence and "向阳 7 号" in office.page.next().sentence


def test_who_waits_does_not_hide_the_key_that_opens_the_door(office: Window) -> None:
    forty(office)
    assert "向阳 12 号" in office.page.next().sentence and office.page.hub is None
    assert ("F9", "secondary") in [(deed.key, deed.kind) for deed in office.page.actions()], "the card has the primary button"
    serve(office)
    assert ("F7", "secondary") in [(deed.key, deed.kind) for deed in office.page.actions()]


def test_forty_laptops_are_sorted_and_found_by_keys(office: Window) -> None:
    forty(office)
    office.page.view.focus()
    for order in (*ORDERS[1:], ORDERS[0]):
        press(office, Qt.Key.Key_R, CONTROL)
        assert office.page.view.order == order
    press(office, Qt.Key.Key_F3)
    box = office.page.view.find
    until(box.hasFocus)
    box.setText("30")
    assert [one.peer.name for one in office.page.view.shown] == ["向阳 30 号"] and "1 / 40" in office.page.view.count.text()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert len(office.page.view.shown) == len(NAMES)


def test_a_laptop_that_comes_in_is_shown_without_flicker(office: Window) -> None:
    serve(office)
    forty(office)
    view, resets = office.page.view, []
    view.rows.modelReset.connect(lambda: resets.append(1))
    view.sort("name")
    until(lambda: not office.desk.jobs.busy())
    resets.clear()
    view.table.choose(20)
    chosen = view.chosen().peer.device
    busy = next(one for one in view.found if one.peer.name == "向阳 2 号").peer.device
    office.page.hub.desk.presence.came(busy, "push", 62, 100, 7)
    until(lambda: any("62%" in cell.text for row in view.rows.rows for cell in row))
    assert not resets and view.chosen().peer.device == chosen


def test_what_waits_apart_is_released_or_left_by_keys(office: Window, tmp_path: Path) -> None:
    from app.sync import pairing, seal
    from app.sync.spelled import unspell

    serve(office)
    one, _ = Workspace.create(tmp_path / "one", "practice", SITE, "向阳 1 号", "韦敏", "surveyor")
    hub = office.desk.workspace
    told = unspell(pairing.invite(hub, SITE), pairing.TOKEN + seal.PIN)
    said = pairing.answer(hub, pairing.ask_of(one, told[:pairing.TOKEN]), yes=True)
    pairing.keep_hub(one.ledger, said.signed.card, "https://127.0.0.1:9", hub.hub_keys().root, said.prefix)
    household(one, "练习甲", SITE)
    pairing.revoke(hub.ledger, one.ledger.me.device)
    (tmp_path / "stick").mkdir()
    export_stick(one, tmp_path / "stick")
    office.page.view.stick.put_path(str(tmp_path / "stick"))
    office.page.view.stick.come.click()
    until(lambda: office.page.view.found and office.page.view.found[0].aside)
    assert "放在一边" in office.page.next().sentence and office.page.next().level == "W"
    assert any("停用" in words for _, words, _ in office.page.view.chosen_panel._said)
    press(office, Qt.Key.Key_F11)
    until(lambda: office.page.view.found[0].looked)
    assert not office.desk.ledger.rows("household")
    press(office, Qt.Key.Key_F10)
    until(lambda: office.desk.ledger.rows("household"))
    assert office.desk.ledger.rows("household")[0][0] == one.ledger.rows("household")[0][0]
    one.close()


@pytest.mark.parametrize(("seconds", "words"), [(299, ""), (8 * 3600, "时钟快 8 小时"), (-600, "时钟慢 10 分钟"), (-37 * 365 * 86400, "时钟慢 37 年"),
                                                (3 * 86400, "时钟快 3 天")])
def test_a_wrong_clock_is_told_in_words(seconds: int, words: str) -> None:
    assert clock_words(seconds) == words


def test_who_shut_a_laptop_out_is_said() -> None:
    said = [words for _, words, _ in ChosenPanel._facts(Computer(peer("甲", state="revoked"), "", 0, "", shut_by="青禾县"), None)]
    assert "由青禾县停用" in said[0]
    said = [words for _, words, _ in ChosenPanel._facts(Computer(peer("甲", state="revoked"), "", 0, ""), None)]
    assert "由本单位停用" in said[0]


def test_a_laptop_with_something_only_there_is_not_called_received() -> None:
    assert state_of(Computer(peer("甲", only_there=12), "", 0, ""), None).words == "还有 12 条没来"
    assert state_of(Computer(peer("甲"), "", 0, ""), None).words == "都已收到"


def test_a_taken_port_is_said_and_another_try_works(office: Window) -> None:
    import socket

    with socket.create_server(("0.0.0.0", 0)) as taken:
        office.desk.ledger.settings.set("hub_port", taken.getsockname()[1])
        press(office, Qt.Key.Key_F9)
        until(lambda: office.next_bar.lead.text() == "没有办成")
        wait(100)
    office.desk.ledger.settings.set("hub_port", 0)
    serve(office)
    assert office.page.view.url


def test_an_office_writes_to_its_own_records_while_it_serves(office: Window) -> None:
    serve(office)
    office.desk.ledger.write([Write("household", {"household_code": "5299990007000001"})], source="screen")
    assert len(office.desk.ledger.rows("household")) == 1
