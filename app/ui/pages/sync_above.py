"""AboveSheet: where an office types or opens the invitation of the office above it. Promises that nothing is sent before Pair."""
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.language import say
from app.sync.nearby import Seen
from app.ui.pages.sync_pair import PairPanel
from app.ui.widgets import Sheet


class AboveSheet(Sheet):
    """`.asked` is (addresses, code) when it was accepted; who opened it does the pairing, which may wait for people."""

    def __init__(self, over: QWidget, above: str, offered: list[Seen]) -> None:
        super().__init__(over, say(f"和{above}配对", f"Pair with {above}"), wide=600)
        self.asked: tuple[list[str], str] = ([], "")
        self.panel = PairPanel()
        self.panel.above = above
        self.panel.relabel()
        self.panel.retitle()
        self.panel.offer(offered)
        self.panel.asked.connect(self._asked)
        self.body.addWidget(self.panel)
        self.add_button(say("先不配对", "Not now"), "secondary", "Esc").clicked.connect(self.reject)
        self.panel.url.setFocus()

    def _asked(self, urls: list[str], code: str) -> None:
        self.asked = urls, code
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the panel: it never closes the sheet by itself."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
