"""A real practice workspace for the window's tests: made once, copied for each test, opened by its key."""
import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.models.language import set_language
from app.models.ledger import Ledger
from app.models.practice import generate
from app.sync.workspace import LEDGER, Workspace
from app.ui import theme
from app.ui.desktop import Desktop
from app.ui.page import Desk
from app.ui.window import Window

HOUSEHOLDS, PATIENCE_MS = 12, 60_000  # however busy the machine is; what does not come about is waited for that long


def wait(ms: int) -> None:
    """Let the window live for a while; unlike QTest.qWait this lets the workers run."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def until(come: Callable[[], object]) -> None:
    """Wait until something has come about."""
    for _ in range(PATIENCE_MS // 20):
        if come():
            wait(60)
            return
        wait(20)
    raise AssertionError("it did not come about in time")


def type_han(widget: QWidget, words: str) -> None:
    """Type as an input method does: the letters in hand first, then the words."""
    QApplication.sendEvent(widget, QInputMethodEvent("pin yin", []))
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """As in the program (app/ui/sweeper): what is Qt's is never deleted by a worker in which Python happened to collect its garbage."""
    gc.disable()
    yield
    gc.enable()
    gc.collect(1)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes by itself after a while does not go while a busy machine has not looked at it yet."""
    monkeypatch.setattr(theme, "TOAST_MS", 10 * PATIENCE_MS)
    monkeypatch.setattr(theme, "UNMASK_MS", 10 * PATIENCE_MS)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A closed practice workspace and the key of its store."""
    folder = tmp_path_factory.mktemp("practice") / "made"
    workspace, _ = Workspace.create(folder, "practice", "529999001000", "向阳 1 号", "韦敏")
    generate(workspace.ledger, HOUSEHOLDS, 7)
    key = workspace._key
    workspace.close()
    return folder, key


@pytest.fixture
def workspace(made: tuple[Path, bytes], tmp_path: Path) -> Iterator[Workspace]:
    """An open workspace of twelve households."""
    folder = tmp_path / "workspace"
    shutil.copytree(made[0], folder)
    opened = Workspace(folder, made[1], Ledger.open(folder / LEDGER, made[1]))
    yield opened
    opened.close()


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """The application in our look, Chinese before and after."""
    set_language("zh")
    theme.use(qapp, text_scale=1.0)
    yield qapp
    set_language("zh")


@pytest.fixture
def desk(app: QApplication, workspace: Workspace) -> Iterator[Desk]:
    """What pages use, over the workspace."""
    made = Desk(workspace.ledger, workspace)
    yield made
    made.close()


@pytest.fixture
def window(desk: Desk, settle: Callable[[], None]) -> Iterator[Window]:
    """The main window at 1366 x 696, where Windows leaves that much."""
    shown = Window(desk)
    shown.resize(1366, 696)
    shown.show()
    shown.activateWindow()
    settle()
    yield shown
    shown.close()
    shown.deleteLater()


@pytest.fixture
def settle(app: QApplication, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Wait until no job is under way and everything that was said is drawn."""
    def settled() -> None:
        desk: Desk = request.getfixturevalue("desk")
        wait(90)
        for _ in range(PATIENCE_MS // 10):
            if not desk.jobs.busy():
                break
            wait(10)
        wait(30)
    return settled


@pytest.fixture
def desktop(app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """The program before any workspace is chosen."""
    monkeypatch.delenv("LEYE_PASSPHRASE", raising=False)
    monkeypatch.setattr("app.sync.workspace.passphrase", lambda folder: None)
    made = Desktop(app, tmp_path / "乐业", None, QSize(1366, 768))
    yield made
    made.end()
    if made.window is not None:
        made.window.close()
