"""Windows of laptops and an office over real workspaces, for the tests of syncing."""
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models.practice import generate
from app.sync.workspace import Workspace
from app.ui.page import Desk
from app.ui.window import Window
from tests.ui.conftest import until

HERE, SITE = "127.0.0.1", "529999001L01"


def opened(folder: Path, area: str, name: str, user: str, role: str, households: int = 3) -> Iterator[Window]:
    """A window at its sync page; closed in order at the end."""
    workspace, _ = Workspace.create(folder, "practice", area, name, user, role)
    if role == "surveyor" and households:
        generate(workspace.ledger, households, len(name) + ord(user[0]))
    workspace.ledger.settings.set("hub_port", 0)
    desk = Desk(workspace.ledger, workspace)
    window = Window(desk)
    window.resize(1366, 696)
    window.show()
    window.open("sync")
    until(lambda: not desk.jobs.busy())
    yield window
    desk.courier.stop()
    if role == "township":
        window.pages["sync"].stop_hub()
    until(lambda: not desk.jobs.busy())
    window.close()
    window.deleteLater()
    desk.close()
    workspace.close()


def press(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in one of several windows."""
    window.activateWindow()
    until(window.isActiveWindow)
    QTest.keyClick(window, key, modifier)


def serve(office: Window) -> str:
    """Start receiving by its key; return the address on this computer."""
    press(office, Qt.Key.Key_F9)
    until(lambda: office.page.hub is not None)
    return f"https://{HERE}:{office.page.hub.url.rpartition(':')[2]}"
