"""The sync page over real hubs: pairing by a code, confirming by name, exchanging over TLS, the stick."""
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.writing import Write
from app.sync import nearby
from app.sync.pairing import invite, read_invitation
from app.ui.pages.sync_invite import InviteSheet
from app.ui.pages.sync_parts import qr
from app.ui.window import Window
from tests.ui.conftest import wait
from tests.ui.offices import HERE, opened, press, serve, until
from tests.ui.sheets import once_open


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "INTERFACES", [HERE])


@pytest.fixture
def laptop(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    """A laptop of a site, with a few households, at its sync page."""
    yield from opened(tmp_path / "laptop", "529999001L01", "向阳 1 号", "韦敏", "surveyor")


@pytest.fixture
def office(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    """The township's computer, at its sync page."""
    yield from opened(tmp_path / "office", "529999001000", "青禾镇电脑", "陈主任", "township")


@pytest.fixture
def address(office: Window) -> str:
    """Where the office receives, after it was started by its key."""
    return serve(office)


def pair(laptop: Window, office: Window, address: str) -> None:
    """Pair by typing, and let the laptop in by name."""
    panel = laptop.page.view.pair
    panel.url.setText(address)
    panel.code.setText(invite(office.desk.workspace, "529999001L01").lower())
    QTest.keyClick(panel.code, Qt.Key.Key_Return)
    until(lambda: office.page.view.waits())
    assert "向阳 1 号" in office.page.next().sentence and laptop.page.view.hub is None
    press(office, Qt.Key.Key_F8)
    until(lambda: laptop.page.view.hub)


def test_a_laptop_pairs_is_confirmed_by_name_and_syncs(laptop: Window, office: Window, address: str) -> None:
    pair(laptop, office, address)
    before = laptop.page.view.only.figure.text()
    assert int(before) > 0 and laptop.page.view.only.accessibleName().startswith(before)
    press(laptop, Qt.Key.Key_F9)
    until(lambda: laptop.page.view.results.lines and laptop.page.view.results.lines[0][1].startswith("交出"))
    until(lambda: laptop.page.view.only.figure.text() == "0")
    until(lambda: office.page.view.found and office.page.view.found[0].records >= int(before))
    assert laptop.desk.ledger.digest() == office.desk.ledger.digest()
    until(lambda: laptop.strip.synced.text().startswith("已与镇里对齐"))


def test_a_stick_carries_what_the_office_lacks(laptop: Window, office: Window, address: str, tmp_path: Path) -> None:
    pair(laptop, office, address)
    stick = str(tmp_path / "stick.leye")
    for window, button in ((laptop, "out"), (office, "come")):
        window.page.view.stick.put_path(stick)
        getattr(window.page.view.stick, button).click()
        until(lambda window=window: window.page.view.results.lines and window.page.view.results.lines[0][0] == "ok"
              and window.page.view.results.lines[0][1].startswith(("存好", "读好")))
    assert office.desk.ledger.digest() == laptop.desk.ledger.digest()


def test_a_wrong_code_is_said_in_words_and_changes_nothing(laptop: Window, office: Window, address: str) -> None:
    panel = laptop.page.view.pair
    panel.url.setText(address)
    panel.code.setText("7K4M2-Q2XD7")
    panel.go.click()
    until(lambda: laptop.page.view.results.lines)
    level, words, _ = laptop.page.view.results.lines[0]
    assert level == "err" and "配对码" in words and words == laptop.next_bar.sentence.text()
    assert laptop.page.view.hub is None and office.page.view.found == []


def test_empty_fields_are_asked_for_under_the_field(laptop: Window) -> None:
    laptop.page.view.pair.go.click()
    assert laptop.page.view.pair.url_field.note.isVisible() and not laptop.page.errand.busy()


def test_an_invitation_shows_its_code_its_picture_and_its_time(office: Window, address: str, tmp_path: Path) -> None:
    once_open(lambda sheet: QTest.keyClick(sheet, Qt.Key.Key_Return), InviteSheet)
    press(office, Qt.Key.Key_F7)
    panel = office.page.view.invite
    until(panel.isVisible)
    assert panel.code.replace("-", "") == panel.words.text().replace("-", "").replace("\n", "")
    assert "30" in panel.remark.text() and not panel.picture.pixmap().isNull()
    from app.sync.pairing import write_invitation
    write_invitation(tmp_path / "x", panel.url, panel.code)
    assert read_invitation(tmp_path / "x")[1] == panel.code


def test_a_stopped_hub_answers_nobody(laptop: Window, office: Window, address: str) -> None:
    pair(laptop, office, address)
    office.page.stop_hub()
    assert office.page.view.url == "" and not office.page.view.invite.isVisible()
    laptop.desk.ledger.write([Write("household", {"household_code": "5299990007000099"})], source="screen")
    laptop.desk.courier.patience = laptop.desk.courier.find = 1.0
    press(laptop, Qt.Key.Key_F9)
    until(lambda: laptop.page.view.results.lines and laptop.page.view.results.lines[0][0] == "err")
    assert int(laptop.page.view.only.figure.text()) > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut(laptop: Window, office: Window, address: str, lang: str) -> None:
    office.page.view.put_invitation(invite(office.desk.workspace))
    if lang == "en":
        laptop.switch_language()
        office._retitle_frame()
        office.page.retitle()
    wait(300)
    for window in (laptop, office):
        view = window.page.view
        assert view.minimumSizeHint().height() <= view.height(), (lang, type(view).__name__)


def test_a_picture_of_a_code_is_no_wider_than_asked(app: QApplication) -> None:
    assert 60 < qr("https://10.8.0.12:8443 " + "7K4M2-" * 11, 124).width() <= 124


def test_a_new_computer_gets_everything_by_stick(laptop: Window, office: Window, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    office.page.invited = ("529999001L01", "向阳")
    office.page.write_first_load(str(usb))
    until(lambda: office.page.view.invite.code)
    assert "30 天" in office.page.view.invite.remark.text()
    panel = laptop.page.view.pair
    panel.url.setText(str(usb))
    panel.code.setText(office.page.view.invite.code)
    QTest.keyClick(panel.code, Qt.Key.Key_Return)
    until(lambda: laptop.page.view.hub)
    for window, button in ((laptop, "out"), (office, "come")):
        window.page.view.stick.put_path(str(usb))
        getattr(window.page.view.stick, button).click()
        until(lambda window=window: not window.desk.jobs.busy())
    until(lambda: office.page.view.waits())
    assert not office.desk.ledger.rows("household"), "nothing before somebody has agreed"
    office.page.confirm(office.page.view.waits().peer.device)
    office.page.view.stick.come.click()
    until(lambda: office.desk.ledger.rows("household"))
    laptop.page.view.stick.come.click()
    until(lambda: laptop.page.view.only.figure.text() == "0")
