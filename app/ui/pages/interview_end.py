"""EndView: before an interview is finished. Promises that everything that stands in the way is one Enter away."""
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.forms.contract import Error, Interview
from app.models.language import language, say
from app.ui.page import Action, Next
from app.ui.questions.reading import aside
from app.ui.widgets import Cell, Column, EmptyState, Rows, Table, Words, panel_of

HIGH = 40


class EndView(QWidget):
    """What is still missing or wrong, or that all is well. `opened(path)` goes to a question, `finished` ends it."""

    opened = Signal(str)
    finished = Signal()
    back = Signal()
    paused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk: Interview | None = None
        self.errors: list[Error] = []
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._panel: QWidget | None = None

    def put(self, talk: Interview) -> None:
        """Show how this interview stands."""
        self.talk = talk
        talk.language = language()
        self.errors = talk.errors()
        if self._panel is not None:
            self._whole.removeWidget(self._panel)
            self._panel.hide()
            self._panel.deleteLater()
        self._panel = self._list() if self.errors else self._well()
        self._whole.addWidget(self._panel)

    def retitle(self) -> None:
        """Say it in the language in use."""
        if self.talk is not None:
            self.put(self.talk)

    def _list(self) -> QWidget:
        count = len(self.errors)
        title = Words(say(f"还有 {count} 处没有好", f"{count} still to mend"), 18, bold=True)
        words = Words(say("Enter 打开这一题；都好了就可以完成。", "Enter opens the question; when all are mended you can finish."), 13, "2")
        rows = Rows([Column(say("题", "No."), 60), Column(say("哪一题", "Question"), 330), Column(say("怎么了", "What is wrong"))])
        rows.put([self._row(error) for error in self.errors])
        self.table = Table(rows, title.text(), HIGH)
        self.table.opened.connect(lambda at: self.opened.emit(self.errors[at].path))
        self.table.choose(0)
        panel, inside = panel_of(title, words, self.table)
        inside.setStretch(2, 1)
        return panel

    def _row(self, error: Error) -> list[Cell]:
        question = self.talk.question(error.path)
        where = f"{question.instance_label} " if question.instance_label else ""
        return [Cell(str(question.number or ""), ink="ink2"), Cell(where + aside(question.label)[0], bold=True),
                Cell(error.message, ink="err")]

    def _well(self) -> QWidget:
        done, total = self.talk.progress()
        empty = EmptyState("check", say("都答好了", "All is answered"),
                           say(f"{done} 题已存好，能答的共 {total} 题。完成以后写进台账，还能再改。",
                               f"{done} of {total} answers are saved. Finishing writes them to the record; they can be changed later."))
        panel, inside = panel_of(empty)
        inside.setStretch(0, 1)
        return panel

    def focus(self) -> None:
        """Take the cursor."""
        (self.table if self.errors else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def next(self) -> Next:
        """Return what comes next."""
        if self.errors:
            return Next(say("先把上面的改好，再完成。", "Mend what stands above, then finish."), level="E")
        return Next(say("问题都齐了，可以完成。", "Everything is there. You can finish."))

    def actions(self) -> list[Action]:
        """Return pause, back and finish."""
        pause = Action(say("先停一停", "Pause"), self.paused.emit, "Esc")
        back = Action(say("回到问题", "Back to the questions"), self.back.emit, "PgUp")
        if self.errors:
            mend = Action(say("打开这一题", "Open the question"), lambda: self.opened.emit(
                self.errors[max(0, self.table.currentIndex().row())].path), "Return", "primary")
            return [pause, back, mend]
        return [pause, back, Action(say("完成调查", "Finish"), self.finished.emit, "Return", "primary")]
