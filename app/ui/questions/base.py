"""Asked: one question on the screen. Promises: Enter goes on, Enter of the input method does not, errors stand below.

A question widget holds raw XForms values only. It says `answered(path, value)` when a value is ready to be stored and
`went_on(path)` when the person pressed Enter; the page stores and decides what comes next.
"""
from html import escape

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.forms.contract import Question
from app.models.language import say
from app.ui import theme
from app.ui.questions.reading import aside
from app.ui.widgets import LineInput, Note, TextInput, Words

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Heading(Words):
    """Number, question in bold, what stands in brackets and the hint in small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", 15, wrap=True, parent=parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setContentsMargins(theme.px(4), 0, theme.px(4), 0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def put(self, number: int, label: str, small: str, optional: bool) -> None:
        """Say the question."""
        ink = theme.tokens()
        high = theme.px(23)
        parts = [f"<span style='color:{ink.ink3};font-size:{theme.px(13)}px'>{number}&nbsp;&nbsp;&nbsp;</span>"] \
            if number else []
        parts.append(f"<b>{escape(label)}</b>")
        tail = [small] if small else []
        tail += [say("可以不填", "optional")] if optional and not ("可选" in small or "optional" in small) else []
        if tail:
            words = escape(" · ".join(tail))
            parts.append(f"&nbsp;&nbsp; <span style='color:{ink.ink2};font-size:{theme.px(12)}px'>{words}</span>")
        self.setText(f"<p style='margin:0;line-height:{high}px;-qt-line-height-type:fixed'>{''.join(parts)}</p>")
        self.setAccessibleName(label)


class Asked(QWidget):
    """Base of all question widgets. `narrow`: two of them may share a line."""

    answered = Signal(str, str)
    went_on = Signal(str)
    entered = Signal(str)
    stepped = Signal(bool)
    explained = Signal(str, str)
    narrow = False

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.heading, self.note = Heading(), Note()
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(theme.px(1))
        self.whole.addWidget(self.heading)
        self.own_error = self.error = ""
        self.build()
        self.doubt, self.why = Note(), LineInput("")
        for part in (self.note, self.doubt, self.why):
            self.whole.addWidget(part)
        self.why.hide()
        self.watch(self.why)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.put(question)

    # -- what each kind says; override

    def build(self) -> None:
        """Add the control under the heading."""

    def show_value(self, value: str) -> None:
        """Show a stored value without telling anybody."""

    def pending(self) -> str | None:
        """Return the value as it stands now; None where what is typed is no value (`own_error` says why)."""
        return self.question.value

    def heart(self) -> QWidget:
        """Return the control that takes the cursor."""
        return self

    def words(self) -> tuple[str, str]:
        """Return the question and what is said small beside it."""
        return aside(self.question.label)

    def control_high(self, wide: int) -> int:
        """Return how high the control is at this width; 0 where there is none."""
        heart = self.heart()
        return heart.sizeHint().height() if heart is not self else 0

    # -- what the page uses

    def high(self, wide: int) -> int:
        """Return how high the question is at this width, without an error."""
        heading = max(self.heading.heightForWidth(wide), theme.px(23))
        return heading + self.control_high(wide) + 2 * self.whole.spacing() + self._doubt_high(wide)

    def _doubt_high(self, wide: int) -> int:
        if not self.doubt.words.text():
            return 0
        return self.doubt.words.heightForWidth(wide - theme.px(26)) + self.why.sizeHint().height() + 3 * self.whole.spacing()

    def put(self, question: Question) -> None:
        """Show the question as it stands now."""
        self.question = question
        label, small = self.words()
        hint = " · ".join(part for part in (small, question.hint) if part)
        self.heading.put(question.number, label, hint, not question.required and question.kind not in ("note", "repeat"))
        self.heart().setAccessibleName(f"{question.number} {label}".strip())
        self.heart().setAccessibleDescription(hint)
        self.show_value(question.value)
        self.find(question.error or "")

    def find(self, words: str) -> None:
        """Show an error under the field, or none."""
        self.error = words
        self.note.put("E", words)
        self._show_edge()
        heart = self.heart()
        if words:
            heart.setAccessibleDescription(words)

    def _show_edge(self) -> None:
        heart, level = self.heart(), "E" if self.error else "W" if self.doubt.words.text() else ""
        if isinstance(heart, LineInput) and heart.property("state") != level:
            heart.set_state(level)

    def put_doubt(self, words: str, reason: str) -> None:
        """Show what the rules find strange here, with a line for the reason; no words hide both."""
        other = words != self.doubt.words.text()
        self.doubt.words.setText(words)
        self.doubt.put("W", words)
        self._show_edge()
        self.why.setVisible(bool(words))
        self.why.setPlaceholderText(say("没有错就写一句原因", "If it is right, say why"))
        self.why.setAccessibleName(say("为什么没有错", "Why it is right") + " " + words)
        if other or (self.why.text().strip() != reason and not self.why.hasFocus()):
            self.why.setText(reason)

    def wants_reason(self) -> bool:
        """Tell whether a reason is asked for and not given, and the cursor is elsewhere."""
        return bool(self.doubt.words.text()) and not self.why.text().strip() and not self.why.hasFocus()

    def commit(self) -> bool:
        """Hand over what was typed and not yet stored; tell whether it is a value."""
        self.own_error = ""
        if self.doubt.words.text():
            self.explained.emit(self.question.path, self.why.text().strip())
        value = self.pending()
        if value is None:
            self.find(self.own_error)
            return False
        if value != self.question.value:
            self.answered.emit(self.question.path, value)
        return True

    def focus(self, back: bool = False) -> None:
        """Take the cursor."""
        reason = Qt.FocusReason.BacktabFocusReason if back else Qt.FocusReason.TabFocusReason
        self.heart().setFocus(reason)

    def watch(self, *controls: QWidget) -> None:
        """Let Enter in these controls go on, and their losing the cursor store what was typed."""
        for control in controls:
            control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Enter and the cursor coming and going."""
        if event.type() == QEvent.Type.KeyPress and self._goes_on(watched, event):
            self.went_on.emit(self.question.path)
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            if watched is self.why and event.key() == Qt.Key.Key_Backtab:
                self.focus(back=True)
                return True
            self.stepped.emit(event.key() == Qt.Key.Key_Tab)
            return True
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(self.question.path)
        elif event.type() == QEvent.Type.FocusOut and self._typed_in(watched) and self.isVisible():
            self.commit()
        return super().eventFilter(watched, event)

    @staticmethod
    def _typed_in(watched: QObject) -> bool:
        return isinstance(watched, QLineEdit | QPlainTextEdit)

    @staticmethod
    def _goes_on(watched: QObject, event: QKeyEvent) -> bool:
        if event.key() not in ENTER or event.isAutoRepeat():
            return False
        if isinstance(watched, LineInput) and watched.composing():
            return False
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if isinstance(watched, TextInput):
            return plain
        return plain and isinstance(watched, QLineEdit | QAbstractButton | QWidget)
