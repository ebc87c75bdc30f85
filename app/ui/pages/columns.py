"""ColumnsPanel: what the columns of another office's table are taken for, and how a person says otherwise. Promises one way for every such page."""
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal

from app.models.language import say
from app.ui import theme
from app.ui.pages.file_page import TablePanel
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import Cell, Column, Field, Rows, Table, column

NOTHING = "-"  # the choice that leaves a column out


class ColumnsPanel(TablePanel):
    """A list of heads, what each is taken for, and below it the choice for the one that is looked at (F2).

    Signals: chosen (place of the column, what it is taken for; "" is nothing).
    """

    chosen = Signal(int, str)

    def __init__(self, wide: int, head: int) -> None:
        self.rows = Rows([Column("")] * 2)
        super().__init__(Table(self.rows, "", 34, False))
        self.setFixedWidth(theme.px(wide))
        self._head = head
        self._now: Sequence[str] = ()
        self._offers: Sequence[tuple[str, str]] = ()
        self.meaning = LongChoice()
        self.field = Field("", self.meaning)
        self.table.moved.connect(lambda _: self._show_meaning())
        self.table.doubleClicked.connect(lambda _: self.meaning.setFocus())
        self.meaning.chosen.connect(self._chosen)
        below = column(self.field)
        below.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(10))
        self.body.addLayout(below)

    def ask(self, words: str, heads: tuple[str, str], question: str, nothing: str) -> None:
        """Set the texts in the language in use: title, the two columns' heads, the question, and the choice that leaves a column out."""
        self.name(words)
        self.field.relabel(question)
        self.rows.columns = [Column(heads[0], self._head), Column(heads[1], 0)]
        self._nothing = nothing

    def put(self, facts: str, lines: Sequence[tuple[str, Cell]], now: Sequence[str], offers: Sequence[tuple[str, str]]) -> None:
        """Show these columns: head and what it is taken for, the same as a value, and all that may be chosen (value, label)."""
        self.facts.setText(facts)
        self._now, self._offers = now, offers
        self.rows.renew([[Cell(head), cell] for head, cell in lines])
        self.table.fit(self.rows.columns)
        self._show_meaning()

    def key(self, event: Any, *others: LongChoice) -> bool:
        """Take a key that is the panel's: F2 goes to the choice, Esc back to the list, keys of an open list are the list's."""
        choices = (self.meaning, *others)
        if any(choice.line.hasFocus() and choice.key(event) for choice in choices):
            return True
        if event.key() == Qt.Key.Key_F2 and self._now:
            self.meaning.setFocus()
            return True
        if event.key() == Qt.Key.Key_Escape and any(choice.line.hasFocus() for choice in choices):
            self.table.setFocus()
            return True
        return False

    def hint(self) -> tuple[str, str]:
        """Return the key that changes what a column is taken for."""
        return "F2", say("改这一列是什么", "Say what the column is")

    def _at(self) -> int:
        at = int(self.table.currentIndex().row())
        return at if 0 <= at < len(self._now) else -1

    def _show_meaning(self) -> None:
        at = self._at()
        self.meaning.offer([(NOTHING, self._nothing), *self._offers])
        self.meaning.set_value([self._now[at] or NOTHING] if at >= 0 else [])

    def _chosen(self, values: Any) -> None:
        at = self._at()
        if values and at >= 0:
            self.chosen.emit(at, "" if values[0] == NOTHING else str(values[0]))
            self.table.setFocus()
