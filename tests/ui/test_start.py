"""First start, recovery card, unlock: by keys, over real folders; what is imported at the start."""
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.problem import Problem
from app.sync.workspace import Workspace
from app.ui.desktop import Desktop, run
from app.ui.pages.start import StartWindow
from app.ui.pages.unlock import UnlockWindow
from app.ui.window import Window
from tests.ui.conftest import type_han, until

HEAVY = ("pandas", "openpyxl", "pyxform", "pypinyin", "python_calamine", "httpx", "starlette", "uvicorn", "segno", "lxml",
         "pyqtgraph", "numpy")
PASS = "春天来了的口令"


def start(desktop: Desktop) -> StartWindow:
    """Fill the first sheet by keys, up to the recovery card."""
    desktop.begin(None)
    gate = desktop.window
    assert isinstance(gate, StartWindow)
    type_han(gate.place.line, "向阳新居")
    QTest.keyClick(gate.place.line, Qt.Key.Key_Return)
    type_han(gate.name, "韦敏")
    gate.device.setText("向阳 1 号")
    for line in (gate.first, gate.second):
        type_han(line, PASS)
    QTest.keyClick(gate.second, Qt.Key.Key_Return)
    until(lambda: gate.card is not None)
    return gate


def test_the_window_goes_before_garbage_is_left_to_the_workers(app: QApplication, workspace: Workspace) -> None:
    desktop = Desktop(app, workspace.folder, None, QSize(1366, 768), alone=False)
    desktop.open(workspace)
    seen: list[bool] = []
    desktop.window.destroyed.connect(lambda: seen.append(gc.isenabled()))
    desktop.end()
    assert seen == [False] and gc.isenabled(), "until no widget is left only the sweeper collects"


def test_first_start_to_the_main_window(desktop: Desktop, tmp_path: Path) -> None:
    gate = start(desktop)
    assert gate.place.code == "529999001L01"
    gate.card.save(tmp_path / "card.pdf")
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
    QTest.keyClicks(gate.card.last, "XXXXX")
    QTest.keyClick(gate.card.last, Qt.Key.Key_Return)
    assert desktop.window is gate and gate.card.field.note.words.text()
    gate.card.last.setText(gate.card.groups[-1].lower())
    QTest.keyClick(gate.card.last, Qt.Key.Key_Return)
    assert desktop.window is gate and "第二份" in gate.sheet.title.text()
    gate.copying.place.line.setText(str(tmp_path / "none"))
    QTest.keyClick(gate.copying.place.line, Qt.Key.Key_Return)
    assert desktop.window is gate and "写不进去" in gate.copying.place.field.note.words.text()
    gate.copying.place.line.clear()
    QTest.keyClick(gate.copying.place.line, Qt.Key.Key_Return)  # none now
    until(lambda: isinstance(desktop.window, Window))
    assert desktop.desk.ledger.me.user_name == "韦敏" and desktop.window.practice.isVisible()
    assert desktop.window.page.name == "people" and "练习" in desktop.window.windowTitle()


def test_the_first_sheet_says_what_is_missing(desktop: Desktop, tmp_path: Path) -> None:
    desktop.begin(None)
    gate = desktop.window
    QTest.keyClick(gate.name, Qt.Key.Key_Return)
    assert "选一个地方" in gate.next_bar.sentence.text() and not (tmp_path / "乐业").exists()


def test_a_wrong_passphrase_is_refused_and_the_card_opens(desktop: Desktop) -> None:
    Workspace.create(desktop.folder, PASS, "529999001000", "青禾 1 号", "陈主任")[0].close()
    code = Workspace.create(desktop.folder.with_name("other"), PASS, "529999001000", "x", "y")[1]
    before = {p.name: p.read_bytes() for p in desktop.folder.iterdir()}
    desktop.begin(None)
    gate = desktop.window
    assert isinstance(gate, UnlockWindow)
    QTest.keyClicks(gate.secret, "not this")
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    until(lambda: gate.primary.isEnabled() and gate.secret.property("state") == "E")
    assert gate.next_bar.sentence.text() and desktop.window is gate
    assert {p.name: p.read_bytes() for p in desktop.folder.iterdir()} == before
    gate.swap()
    QTest.keyClicks(gate.secret, code)   # the card of another workspace
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    until(lambda: gate.primary.isEnabled())
    assert desktop.window is gate
    gate.swap()
    gate.secret.clear()
    type_han(gate.secret, PASS)
    QTest.keyClick(gate.secret, Qt.Key.Key_Return)
    until(lambda: isinstance(desktop.window, Window))
    assert desktop.desk.ledger.me.user_name == "陈主任"


def test_a_second_window_is_told_in_words(desktop: Desktop, app: QApplication) -> None:
    Workspace.create(desktop.folder, PASS, "529999001000", "青禾 1 号", "陈主任")[0].close()
    other = Workspace.open(desktop.folder, PASS)
    other.lock()
    desktop.begin(PASS)
    assert isinstance(desktop.window, UnlockWindow) and "另一个" in desktop.window.next_bar.sentence.text()
    other.close()


def test_only_the_light_things_load_at_the_start(made: tuple[Path, bytes]) -> None:
    code = ("import sys; from pathlib import Path; from app.ui.desktop import run; "
            f"run(Path({str(made[0])!r}), passphrase='practice', picture=Path({str(made[0].parent / 'p.png')!r})); "
            "print(*sorted(m for m in sys.modules if '.' not in m))")
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & set(HEAVY)


@pytest.mark.parametrize(("page", "size"), [("people", "1366x768"), ("people", "1366x696"), ("interview", "1366x696"),
                                            ("review", "1366x696"), ("books", "1366x696"), ("sync", "1366x696")])
def test_a_picture_is_saved_and_the_program_leaves(made: tuple[Path, bytes], tmp_path: Path, page: str, size: str) -> None:
    file = tmp_path / "page.png"
    code = (f"from app.ui.desktop import run; from pathlib import Path; raise SystemExit(run(Path({str(made[0])!r}), "
            f"passphrase='practice', picture=Path({str(file)!r}), page='{page}', size=({size.replace('x', ',')})))")
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, f"{page}: {done.returncode} {done.stderr}"
    picture = QImage(str(file))
    assert f"{picture.width()}x{picture.height()}" == size
    assert len({picture.pixel(x, y) for x in range(150, 1366, 3) for y in range(64, 640, 3)}) > 20  # words are drawn


def test_a_picture_of_no_page_or_with_a_wrong_passphrase_is_refused(made: tuple[Path, bytes], tmp_path: Path, app: QApplication) -> None:
    with pytest.raises(Problem, match="nosuch"):
        run(made[0], "practice", tmp_path / "p.png", "nosuch")
    with pytest.raises(Problem):
        run(made[0], "wrong", tmp_path / "p.png")
    assert not (tmp_path / "p.png").exists()
