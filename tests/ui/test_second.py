"""The second copy in the window: chosen once, kept by itself, counted on the strip; and a new computer that goes on from it."""
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models.ledger import Write
from app.sync.second_copy import choose, keep_up, state_of
from app.sync.workspace import Workspace
from app.ui import copier
from app.ui.desktop import Desktop
from app.ui.pages.go_on import GoOnWindow
from app.ui.pages.start import StartWindow
from app.ui.window import Window
from tests.ui.conftest import type_han, until


def test_chosen_once_it_is_kept_by_itself_and_counted(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copier, "SOON_MS", 50)
    ledger, workspace, usb = window.desk.ledger, window.desk.workspace, tmp_path / "usb"
    window.desk.copier._soon.setInterval(50)
    usb.mkdir()
    window.open("settings")
    panel = window.page.second
    assert "没有选" in panel.state.text() or "还没有选" in panel.state.text()
    QTest.keyClick(panel.place.line, Qt.Key.Key_Return)
    assert panel.place.field.note.words.text(), "nothing chosen yet"
    panel.place.line.setText(str(workspace.folder))
    QTest.keyClick(panel.place.line, Qt.Key.Key_Return)
    assert "一起坏" in panel.place.field.note.words.text()
    panel.place.line.setText(str(usb))
    QTest.keyClick(panel.place.line, Qt.Key.Key_Return)
    until(lambda: state_of(workspace).at and not ledger.only_here())
    until(lambda: "存齐了" in panel.state.text() and "没有只在本机" in window.strip.pill.words.text())
    assert "单位还没有" in window.strip.second.text()
    ledger.write([Write("household", {"household_code": "H-77"}, place=ledger.me.area)], source="screen")
    until(lambda: len(state_of(workspace).files) == 1)
    usb.rename(tmp_path / "away")
    ledger.write([Write("household", {"household_code": "H-78"}, place=ledger.me.area)], source="screen")
    until(lambda: "不在" in window.strip.second.text())
    until(lambda: window.strip.pill.words.text() == "1 条记录只在本机")
    (tmp_path / "away").rename(usb)
    window.desk.copier.turn()
    until(lambda: "没有只在本机" in window.strip.pill.words.text() and "不在" not in window.strip.second.text())
    panel.off.click()
    until(lambda: "只在本机" in window.strip.pill.words.text() and not window.strip.second.isVisible())
    assert state_of(workspace) is None


def test_a_new_computer_goes_on_from_stick_and_card(desktop: Desktop, tmp_path: Path) -> None:
    lost, card = Workspace.create(tmp_path / "lost", "口令口令", "529999001000", "向阳 1 号", "韦敏")
    usb = tmp_path / "usb"
    usb.mkdir()
    with lost:
        choose(lost, usb)
        rec = lost.ledger.write([Write("household", {"household_code": "H-77"}, place="529999001000")], source="screen").ids[0]
        keep_up(lost)
    shutil.rmtree(tmp_path / "lost")
    desktop.begin(None)
    assert isinstance(desktop.window, StartWindow)
    desktop.window.other_way.click()
    gate = desktop.window
    assert isinstance(gate, GoOnWindow)
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    assert gate.place.field.note.words.text()
    gate.place.line.setText(str(tmp_path))
    type_han(gate.secret, card)
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    until(lambda: gate.primary.isEnabled() and "没有乐业的第二份" in gate.place.field.note.words.text())
    gate.place.line.setText(str(usb))
    gate.secret.setText(card[:-1] + ("2" if card[-1] != "2" else "3"))
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    until(lambda: gate.primary.isEnabled() and gate.field.note.words.text())
    assert not (desktop.folder / "ledger.db").exists()
    gate.secret.setText(card.lower())
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    until(lambda: isinstance(desktop.window, Window))
    assert desktop.desk.ledger.get(rec) is not None
    assert desktop.desk.ledger.me.user_name == "韦敏"
    until(lambda: len(list(usb.iterdir())) == 2)  # and copies on, beside what lies there


def test_back_to_the_first_start(desktop: Desktop) -> None:
    desktop.begin(None)
    desktop.window.other_way.click()
    desktop.window.turn_back.click()
    assert isinstance(desktop.window, StartWindow)
