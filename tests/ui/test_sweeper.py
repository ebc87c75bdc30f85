"""Garbage is collected while nobody types, in the window's thread."""
import gc
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.page import Desk
from app.ui.sweeper import FEW, MANY, Sweeper
from app.ui.window import Window


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


@pytest.mark.parametrize("much", [FEW, MANY])
def test_what_holds_itself_goes_when_nobody_types(window: Window, desk: Desk, sweeper: Sweeper, much: int) -> None:
    gone = weakref.ref(Loop())
    kept = [[] for _ in range(much + 500)]
    assert not gc.isenabled() and gone() is not None
    QTest.keyClick(window, Qt.Key.Key_Shift)
    sweeper.look()
    assert gone() is not None, "a key was just pressed"
    desk.touched = time.monotonic() - 5
    sweeper.look()
    assert gone() is None and kept
