"""FilePage: a page about one file that somebody brought. Promises that reading it can be stopped, and that what fails is said in words.

While nothing was brought it says what to bring; a panel of it is a TablePanel: words and facts over a list.
"""
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.models.language import say
from app.models.problem import Problem
from app.ui import bringing, theme
from app.ui.page import Action, Desk, Page
from app.ui.widgets import EmptyState, Panel, Table, Words, row


class TablePanel(Panel):
    """A list under its words. Attributes: words (bold), facts (beside them), table."""

    def __init__(self, table: Table, *beside: QWidget) -> None:
        super().__init__(padding=1)
        self.table = table
        self.words, self.facts = Words("", 15, bold=True), Words("", 13, "2")
        head = row(self.words, self.facts, None, *beside, gap=10)
        head.setContentsMargins(14, 10, 14, 4)
        self.body.addLayout(head)
        self.body.addWidget(table, 1)

    def name(self, words: str, facts: str = "") -> None:
        """Set the words over the list, which are its name too."""
        self.words.setText(words)
        self.facts.setText(facts)
        self.table.setAccessibleName(words)

    def grow(self, rows: int, most: int, each: int) -> None:
        """Be as high as its rows need, up to `most` (px at 100 %)."""
        self.setFixedHeight(min(most, 88 + each * rows))


class FilePage(Page):
    """Base. Attributes: path (of the file, None until one is brought), busy (what is being done with it, in words, "" when nothing is)."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.path: Path | None = None
        self.busy = ""

    def lay(self, icon: str, inside: "QVBoxLayout | Any", over: QWidget | None = None) -> None:
        """Lay the page out: `inside` once a file was brought, an empty state before; `over` stands above both."""
        found = QWidget()
        found.setLayout(inside)
        self.none = EmptyState(icon, "", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.none.on_sheet())
        self.stack.addWidget(found)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        if over is not None:
            whole.addWidget(over)
        whole.addWidget(self.stack, 1)

    def choosing(self, place: str = "next") -> Action:
        """Return the deed that brings a file, the first or another one."""
        first = self.path is None
        return Action(say("选文件", "Choose a file") if first else say("换一个文件", "Another file"),
                      lambda: bringing.choose(self, self.desk), "Ctrl+O", "primary" if first else "secondary", "folder", place)

    def show_file(self, brought: bool) -> None:
        """Show the inside, or the empty state."""
        self.stack.setCurrentIndex(1 if brought else 0)

    def look(self, fn: Callable[[Any], Any], then: Callable[[Any], None], words: str) -> None:
        """Read the file off the screen's thread; only the last reading of the page counts."""
        self.busy = words
        self.desk.jobs.read(fn, then, self._failed, words=words, slot=self.name, cancelled=self._stopped)
        self._show()

    def _show(self) -> None:
        raise NotImplementedError

    def _failed(self, problem: Problem) -> None:
        self.busy = ""
        self.desk.trouble(problem)
        self._show()

    def _stopped(self) -> None:
        self.busy = ""
        self._show()
