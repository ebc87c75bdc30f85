"""Sheets in which an office says what holds: a setting with its day, a choice of its own. Promises that Enter goes from line to line."""
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.dictionary import dictionary
from app.models.language import say
from app.models.office import Term
from app.models.problem import Problem
from app.ui.pages.agreed_lines import list_title
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import Field, LineInput, Sheet


class _Asked(Sheet):
    """Fields, and the deed that may refuse them: then its words stand under the first field and the sheet stays."""

    def __init__(self, over: QWidget, title: str, words: str, yes: str, do: Callable[[], Any]) -> None:
        super().__init__(over, title, words)
        self._do = do
        self.fields: list[Field] = []
        self.add_button(say("算了", "Leave it"), "secondary", "Esc").clicked.connect(self.reject)
        self.agree = self.add_button(yes, "primary", "Return")
        self.agree.clicked.connect(self._agree)

    def ask(self, label: str, control: QWidget, hint: str = "") -> None:
        """Add a field."""
        self.fields.append(Field(label, control, hint))
        self.body.addWidget(self.fields[-1])

    def _agree(self) -> None:
        try:
            self._do()
        except Problem as problem:
            self.fields[0].find("E", str(problem))
        else:
            self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field that is empty, then agrees; an open list and the input method take theirs first."""
        for field in self.fields:
            if isinstance(field.input, LongChoice) and field.input.line.hasFocus() and field.input.key(event):
                return
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        lines = [field.input for field in self.fields if isinstance(field.input, LineInput)]
        if any(line.composing() for line in lines):
            return
        here = next((at for at, line in enumerate(lines) if line.hasFocus()), -1)
        if here + 1 < len(lines):
            lines[here + 1].setFocus()
        else:
            self._agree()


class SettingSheet(_Asked):
    """What shall hold, and from which day."""

    def __init__(self, over: QWidget, term: Term, value: str, do: Callable[[str, str], Any]) -> None:
        self.value, self.since = LineInput(), LineInput()
        self.value.setText(value)
        super().__init__(over, term.label(), say(term.purpose, "Holds for this office and every place below it."), say("就这样定", "Agree it"),
                         lambda: do(self.value.text().strip(), self.since.text().strip()))
        hint = say("填“是”或“否”", "yes or no") if term.kind == "yes" else say("写成 2027-01-01", "As 2027-01-01") if term.kind == "date" else ""
        self.ask(say(f"定为{f'（{term.unit}）' if term.unit else ''}", f"Shall be{f' ({term.unit_label()})' if term.unit else ''}"), self.value, hint)
        self.ask(say("从哪天起（空着是一直）", "From which day (empty: always)"), self.since, say("写成 2027-01-01", "As 2027-01-01"))
        self.value.setFocus()
        self.value.selectAll()


class CodeSheet(_Asked):
    """A choice of this office's own in one of the lists."""

    def __init__(self, over: QWidget, do: Callable[[str, str, str, str], Any]) -> None:
        self.list, self.code, self.zh, self.en = LongChoice(), LineInput(), LineInput(), LineInput()
        words = say("本单位和下面的电脑都能选到它。加了就收不回，只能不再给选。",
                    "This office and those below can choose it. It cannot be taken away again, only be offered no more.")
        super().__init__(over, say("加一个选项", "Add a choice"), words, say("加上", "Add it"),
                         lambda: do(str((self.list.value() or [""])[0]), *(line.text().strip() for line in (self.code, self.zh, self.en))))
        self.list.offer(sorted(((name, list_title(name)) for name in dictionary().codes if list_title(name) != name), key=lambda one: one[1]))
        for label, line, hint in ((say("加到哪一项里", "To which list"), self.list, ""),
                                  (say("代码", "Code"), self.code, say("这一项里没用过的，比如 95", "One that the list has not, such as 95")),
                                  (say("名称", "Chinese label"), self.zh, ""),
                                  (say("英文名称（可以不填）", "English label (optional)"), self.en, "")):
            self.ask(label, line, hint)
        self.list.setFocus()
