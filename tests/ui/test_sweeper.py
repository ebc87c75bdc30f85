"""Garbage is collected while nobody types, in the window's thread."""
import gc
import time
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui import sweeper as sweeping
from app.ui.page import Desk
from app.ui.sweeper import FEW, MANY, Sweeper
from app.ui.window import Window
from tests.ui.conftest import type_han


class Loop:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def sweeper(desk: Desk) -> Iterator[Sweeper]:
    made = Sweeper(desk)
    yield made
    made.stop()
    assert gc.isenabled() and not gc.get_freeze_count()


def press_shift(window: Window) -> None:
    QTest.keyClick(window, Qt.Key.Key_Shift)


def write_han(window: Window) -> None:
    window.open("people")
    type_han(window.page.box, "甲")


def point(window: Window) -> None:
    QTest.mousePress(window.rail, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))


def roll(window: Window) -> None:
    """Turn the wheel by one notch."""
    at = QPointF(2, 2)
    QApplication.sendEvent(window.rail, QWheelEvent(at, at, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                                                    Qt.ScrollPhase.NoScrollPhase, False))


@pytest.mark.parametrize("work", [press_shift, write_han, point, roll])
def test_who_works_at_the_window_is_not_disturbed(window: Window, desk: Desk, settle: Callable[[], None], work: Callable[[Window], None]) -> None:
    desk.touched = 0.0
    work(window)
    assert time.monotonic() - desk.touched < 60


@pytest.mark.parametrize("much", [FEW, MANY])
def test_what_holds_itself_goes_when_nobody_types(window: Window, desk: Desk, sweeper: Sweeper, much: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "QUIET_S", 600.0)  # between a key and the look a busy machine may take a while
    gone = weakref.ref(Loop())
    kept = [[] for _ in range(much + 500)]
    assert not gc.isenabled() and gone() is not None
    QTest.keyClick(window, Qt.Key.Key_Shift)
    sweeper.look()
    assert gone() is not None, "a key was just pressed"
    desk.touched = time.monotonic() - 601
    sweeper.look()
    assert gone() is None and kept
