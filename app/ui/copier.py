"""Copier: keeps the second copy by itself, beside what people do. Promises a thread and a connection of its own, that nothing
runs while no place is chosen, and that a stick that is out is looked for again without a word.
"""
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.models.ledger import Ledger
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.sync.workspace import Workspace

SOON_MS = 1500  # after something was finished
AGAIN_MS = 30_000  # while nothing happens: a stick may have been put in, or pulled out


class Copier(QObject):
    """Copies soon after each change of the ledger. `told` when a turn has ended, whatever it did."""

    told = Signal()

    def __init__(self, ledger: Ledger, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ledger, self.workspace = ledger, workspace
        self._wanted, self._end = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.turn)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.turn)
        self._again.start()
        self._soon.start()

    def soon(self, _: Any = None) -> None:
        """Something was finished."""
        if not self._soon.isActive():
            self._soon.start()

    def turn(self) -> None:
        """Bring the copy up to date now, where a place is chosen."""
        if self._end.is_set() or not self.ledger.settings.get("second_copy"):
            return
        self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="leye-copier", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Let the turn under way end; what is not copied yet is copied at the next start."""
        self._end.set()
        self._wanted.set()
        for timer in (self._soon, self._again):
            timer.stop()
        if self._thread is not None:
            self._thread.join(30)

    def _run(self) -> None:
        from app.sync.second_copy import keep_up

        with self.workspace.again() as own:
            while True:
                self._wanted.wait()
                self._wanted.clear()
                if self._end.is_set():
                    return
                try:
                    keep_up(own)
                except Problem:
                    pass  # kept for the status line by keep_up itself
                self.told.emit()
