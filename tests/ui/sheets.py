"""Acting inside a sheet that a deed is about to open, however slow the machine: a test never waits for a sheet that never closes."""
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

OFTEN_MS = 20


def once_open(do: Callable[[Any], None], kind: type[QDialog] = QDialog) -> None:
    """Do something in the sheet of this kind as soon as one is shown; where that fails, the sheet is closed and the test fails."""
    def look() -> None:
        sheet = next((w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None)
        if sheet is None or not _ready(sheet):
            QTimer.singleShot(OFTEN_MS, look)
            return
        try:
            do(sheet)
        except BaseException:
            sheet.reject()
            raise

    QTimer.singleShot(OFTEN_MS, look)


def _ready(sheet: QDialog) -> bool:
    """Return whether the keys reach the sheet."""
    focus = QApplication.focusWidget()
    return QApplication.activeModalWidget() is sheet and focus is not None and (focus is sheet or sheet.isAncestorOf(focus))
