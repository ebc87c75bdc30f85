"""Sheets of the pages of batches and services: leaving, trouble, a reason. Promises that Enter goes on and Esc writes nothing."""
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.assistance import follow_ups
from app.models import clock
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.page import Page
from app.ui.widgets import DigitChips, DigitList, Field, LineInput, Sheet, choices

Deed = Callable[[Ledger], str]


class _Form(Sheet):
    """Fields one under the other; Enter from a line goes to the next field, from the last it agrees."""

    def __init__(self, page: Page, title: str, words: str, yes: str) -> None:
        super().__init__(page, title, words, wide=560)
        self.fields: list[Field] = []
        self.add_button(say("算了", "Leave it"), "secondary", "Esc").clicked.connect(self.reject)
        self.add_button(yes, "primary", "Return").clicked.connect(self.agree)

    def put(self, label: str, control: DigitChips | DigitList | LineInput) -> None:
        """Add a field."""
        self.fields.append(Field(label, control, label_px=14))
        self.body.addWidget(self.fields[-1])
        if isinstance(control, DigitChips):
            control.chosen.connect(self._on)

    def agree(self) -> None:
        """Accept, unless something is missing."""
        missing = next((f for f in self.fields if not self._said(f) and f.input.property("must")), None)
        if missing is None:
            self.accept()
        else:
            missing.find("E", say("这一项要选", "Choose one"))
            missing.input.setFocus()

    @staticmethod
    def _said(field: Field) -> bool:
        control = field.input
        return bool(control.text().strip()) if isinstance(control, LineInput) else control.value() not in (None, [])

    def _on(self) -> None:
        control = self.sender()
        if not isinstance(control, DigitChips) or control.multi:
            return
        at = next(n for n, f in enumerate(self.fields) if f.input is control)
        if at + 1 < len(self.fields):
            self.fields[at + 1].input.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        if isinstance(focus, LineInput) and focus.composing():
            return
        at = next((n for n, f in enumerate(self.fields) if f.input is focus or f.input.isAncestorOf(focus)), len(self.fields) - 1)
        if at + 1 < len(self.fields):
            self.fields[at + 1].input.setFocus()
        else:
            self.agree()


class LeftSheet(_Form):
    """Somebody has left: since when, why, home again, wants work again."""

    def __init__(self, page: Page, name: str, start: str) -> None:
        super().__init__(page, say(f"{name}离岗了", f"{name} has left"),
                         say(f"{start} 上岗。记下后，未就业的日子从离岗那天算起。",
                             f"Began {start}. The time without work begins on the last day at work."),
                         say("记下", "Write it"))
        self.last = LineInput("", "date")
        self.last.setText(clock.today().isoformat())
        self.reason = choices([(i.code, i.label()) for i in dictionary().codes["end_reason"].offered() if i.code not in ("8", "9", "10")])
        self.home = DigitChips([(True, say("回来了", "Yes, home")), (False, say("还在外面", "Still away"))])
        self.wants = DigitChips([(True, say("还想工作", "Wants to work")), (False, say("不想了", "Does not"))])
        for label, control, must in ((say("最后上班那天", "Last day at work"), self.last, True), (say("为什么", "Why"), self.reason, True),
                                     (say("回来了没有", "Come home?"), self.home, True), (say("还想不想工作", "Wants work?"), self.wants, True)):
            control.setProperty("must", must)
            self.put(label, control)
        self.last.setFocus()
        self.last.selectAll()

    def deed(self, person: str, spell: str) -> Deed:
        """Return what writes it."""
        last, reason, home, wants = self.last.text().strip(), str(self.reason.value()), self.home.value() is True, self.wants.value() is True
        return lambda ledger: follow_ups.left(ledger, person, last=last, reason=reason, home=home, wants=wants, spell=spell)


class TroubleSheet(_Form):
    """Somebody is at work and has a trouble."""

    def __init__(self, page: Page, name: str) -> None:
        super().__init__(page, say(f"{name}遇到什么困难？", f"What troubles {name}?"),
                         say("还在岗，只记困难；要帮的会列进待办。", "Still at work; whoever needs help goes on the to-do list."), say("记下",
                             "Write it"))
        self.problems = DigitChips([(i.code, i.label()) for i in dictionary().codes["follow_problem"].offered() if i.code != "0"], multi=True)
        self.problems.setProperty("must", True)
        self.help = DigitChips([(True, say("要帮", "Needs help")), (False, say("自己能办", "Can manage"))])
        self.remark = LineInput()
        self.put(say("困难（可多选）", "Trouble (several allowed)"), self.problems)
        self.put(say("现在要不要帮", "Needs help now?"), self.help)
        self.put(say("记一句（可以空着）", "A note (may stay empty)"), self.remark)
        self.sheet.setMinimumHeight(theme.px(320))
        self.problems.setFocus()

    def deed(self, person: str, spell: str) -> Deed:
        """Return what writes it."""
        problems, help, remark = [str(one) for one in self.problems.value()], self.help.value() is not False, self.remark.text()  # type: ignore[attr-defined]
        return lambda ledger: follow_ups.trouble(ledger, person, problems, help=help, remark=remark, spell=spell)
