"""Sweeper: Python's garbage is collected in the window's thread, while nobody types. Promises that no worker stops the window for it,
and that none of them deletes what is Qt's."""
import gc
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from app.ui.page import Desk

LOOK_MS = 500
QUIET_S = 1.0                # after somebody last typed, pressed or rolled
FEW, MANY = 2_000, 50_000    # new objects: worth a look among the young; worth a look at all
ROUNDS = 20                  # looks among the young after which all are looked at
TOO_MANY = 1_000_000         # nobody waits any longer


class Sweeper(QObject):
    """One for the program. Left to itself, Python looks through everything whenever a worker has read much: a third of a second with
    ten thousand people, during which no key is taken."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.desk = desk
        gc.collect()
        gc.freeze()  # what the start has loaded stays for ever
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect as much as is worth it now."""
        young, rounds, _ = gc.get_count()
        quiet = not self.desk.jobs.busy() and time.monotonic() - self.desk.touched > QUIET_S
        if quiet and (young > MANY or rounds > ROUNDS):
            gc.collect()
        elif (quiet and young > FEW) or young > TOO_MANY:
            gc.collect(0)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
