"""EndView: before an interview is finished. Promises that everything that stands in the way is one Enter away."""
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.forms.contract import Error, Interview, Question
from app.models.language import counted, language, say
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.interview_doubts import Doubts
from app.ui.questions.reading import aside
from app.ui.widgets import (
    Cell,
    Column,
    EmptyState,
    KeyButton,
    LineInput,
    Note,
    Rows,
    Table,
    Words,
    column,
    panel_of,
    row,
)

HIGH = 40


class Reason(QWidget):
    """One doubt: the question, what is strange, a line for the reason. `went_on` on Enter."""

    went_on = Signal()

    def __init__(self, question: Question, doubt: Error) -> None:
        super().__init__()
        self.doubt = doubt
        self.line = LineInput("")
        who = f"{question.instance_label} " if question.instance_label else ""
        self.line.setPlaceholderText(say("没有错就写一句原因", "If it is right, say why"))
        self.line.setAccessibleName(f"{say('为什么没有错', 'Why it is right')} {doubt.message}")
        self.change = KeyButton(say("去改", "Change"), "quiet", height=28)
        title = Words(f"{question.number or ''}  {who}{aside(question.label)[0]}".strip(), 15, bold=True)
        title.setContentsMargins(theme.px(4), 0, 0, 0)
        strange, self.note = Note(), Note()
        self.setLayout(column(row(title, None, self.change, gap=8), strange, self.line, self.note, gap=0))
        strange.put("W", doubt.message)
        self.line.returnPressed.connect(lambda: None if self.line.composing() else self.went_on.emit())


class EndView(QWidget):
    """What is missing or wrong, else what wants a reason, else that all is well. `opened(path)` goes to a question."""

    opened = Signal(str)
    finished = Signal()
    back = Signal()
    paused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk: Interview | None = None
        self.doubts: Doubts | None = None
        self.errors: list[Error] = []
        self.asked: list[Reason] = []
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._panel: QWidget | None = None

    def put(self, talk: Interview, doubts: Doubts) -> None:
        """Show how this interview stands."""
        self.talk, self.doubts = talk, doubts
        talk.language = language()
        self.errors, self.asked = talk.errors(), []
        doubts.again(at_end=True)
        if self._panel is not None:
            self._whole.removeWidget(self._panel)
            self._panel.hide()
            self._panel.deleteLater()
        self._panel = self._list() if self.errors else self._reasons() if doubts.unexplained() else self._well()
        self._whole.addWidget(self._panel)

    def retitle(self) -> None:
        """Say it in the language in use."""
        if self.talk is not None:
            self.put(self.talk, self.doubts)

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

    def _reasons(self) -> QWidget:
        open_ones = self.doubts.unexplained()
        title = Words(say(f"有 {len(open_ones)} 处要说明", f"{len(open_ones)} to explain"), 18, bold=True)
        words = Words(say("没有错就写一句原因，再按 Enter；写错了按“去改”。",
                          "If it is right, say why and press Enter; if not, press Change."), 13, "2")
        for doubt in open_ones:
            path = self.doubts.where(doubt)
            one = Reason(self.talk.question(path), doubt)
            one.change.clicked.connect(lambda _=False, path=path: self.opened.emit(path))
            one.went_on.connect(self._explained)
            self.asked.append(one)
        holder = QWidget()
        holder.setLayout(column(*self.asked, None, gap=12))
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        panel, inside = panel_of(title, words, scroll)
        inside.setStretch(2, 1)
        return panel

    def _explained(self) -> None:
        """Keep what was written; go to the next line without a reason, or finish."""
        for one in self.asked:
            self.doubts.keep(one.doubt, one.line.text())
            one.note.put("W", "")
        empty = next((one for one in self.asked if not one.line.text().strip()), None)
        if empty is None:
            self.finished.emit()
            return
        if empty.line.hasFocus():
            empty.note.put("W", say("写一句原因，或者去改。", "Say why in a few words, or change it."))
        empty.line.setFocus()

    def _well(self) -> QWidget:
        done, total = self.talk.progress()
        empty = EmptyState("check", say("都答好了", "All is answered"),
                           say(f"{done} 题已存好，能答的共 {total} 题。完成以后写进台账，还能再改。",
                               f"{done} of {counted(total, 'answer')} are saved. Finishing writes them to the record; they can be changed later."))
        panel, inside = panel_of(empty)
        inside.setStretch(0, 1)
        return panel

    def focus(self) -> None:
        """Take the cursor."""
        (self.table if self.errors else self.asked[0].line if self.asked else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def next(self) -> Next:
        """Return what comes next."""
        if self.errors:
            return Next(say("先把上面的改好，再完成。", "Mend what stands above, then finish."), level="E")
        if self.asked:
            return Next(say("说明上面几处，就可以完成。", "Explain what stands above, then finish."), level="W")
        return Next(say("问题都齐了，可以完成。", "Everything is there. You can finish."))

    def actions(self) -> list[Action]:
        """Return pause, back and finish."""
        pause = Action(say("先停一停", "Pause"), self.paused.emit, "Esc")
        back = Action(say("回到问题", "Back to the questions"), self.back.emit, "PgUp")
        if self.errors:
            mend = Action(say("打开这一题", "Open the question"), lambda: self.opened.emit(
                self.errors[max(0, self.table.currentIndex().row())].path), "Return", "primary")
            return [pause, back, mend]
        finish = self._explained if self.asked else self.finished.emit
        return [pause, back, Action(say("完成调查", "Finish"), finish, "Return", "primary")]
