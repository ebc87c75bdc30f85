"""Fields to type in. Promises: full-width digits become digits, an Enter of the input method submits nothing."""
import unicodedata

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.ui import icons, theme
from app.ui.widgets import paint
from app.ui.widgets.plain import Icon, Words, row

LEVELS = {"E": ("err", "error"), "W": ("warn", "warn"), "Q": ("ask", "ask")}


class LineInput(QLineEdit):
    """A line, 38 high: unit at the right inside, halo when focused. kind: text number id phone secret search."""

    LATIN = ("number", "id", "phone", "code", "date")

    def __init__(self, name: str = "", kind: str = "text", unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.unit, self.icon_name, self.key = kind, "", "", ""
        self.setFixedHeight(theme.px(38) + 2 * paint.RESERVE)
        self.setAccessibleName(name)
        self.setFont(theme.font(15))
        self.set_unit(unit)
        self._preedit = ""
        if kind in self.LATIN:
            self.setInputMethodHints(Qt.InputMethodHint.ImhLatinOnly | Qt.InputMethodHint.ImhPreferNumbers)
            self.textEdited.connect(self._narrow)
        if kind == "secret":
            self.setEchoMode(QLineEdit.EchoMode.Password)

    def set_unit(self, unit: str) -> None:
        """Put a unit such as 元 at the right end."""
        self.unit = unit
        wide = round(paint.width(unit, theme.font(14))) + theme.px(10) if unit else 0
        self.setTextMargins(theme.px(26) if self.icon_name else 0, 0, wide or self._key_room(), 0)
        self.update()

    def set_icon(self, icon: str, key: str = "") -> None:
        """Put an icon at the left end and a key cap at the right end, as the search box has."""
        self.icon_name, self.key = icon, key
        self.set_unit(self.unit)

    def _key_room(self) -> int:
        return round(paint.key_width(self.key)) + theme.px(8) if self.key else 0

    def set_state(self, level: str) -> None:
        """Show a finding on the edge: E, W, Q or "" for none."""
        self.setProperty("state", level)
        self.style().unpolish(self)
        self.style().polish(self)

    def _narrow(self, words: str) -> None:
        plain = unicodedata.normalize("NFKC", words)
        if plain != words:
            at = self.cursorPosition()
            self.setText(plain)
            self.setCursorPosition(at)

    def inputMethodEvent(self, event) -> None:
        """Remember what the input method holds, so that searching works while it is on."""
        super().inputMethodEvent(event)
        self._preedit = event.preeditString()
        if self.kind == "search":
            self.textEdited.emit(self.words())

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window where there is no typing of one's own to take back."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) \
                and event.matches(QKeySequence.StandardKey.Undo) and (self.kind == "search" or not self.isUndoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def words(self) -> str:
        """Return the text together with the letters the input method still holds."""
        return self.text() + self._preedit

    def composing(self) -> bool:
        """Tell whether the input method is at work; no key may act then."""
        return bool(self._preedit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the halo, the field and what stands in it at both ends."""
        painter = QPainter(self)
        face = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        if self.hasFocus() and not self.isReadOnly():
            paint.box(painter, face.adjusted(-3, -3, 3, 3), 9, theme.color("tint"))
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self)
        middle = face.center().y()
        if self.unit:
            paint.text(painter, face.right() - theme.px(12), middle, self.unit, theme.font(14), theme.color("ink2"),
                       right=True)
        elif self.key:
            wide = paint.key_width(self.key)
            paint.key_cap(painter, face.right() - wide - theme.px(10), middle, self.key)
        if self.icon_name:
            side = theme.px(16)
            painter.drawPixmap(QPointF(face.left() + theme.px(12), round(middle - side / 2)),
                               icons.pixmap(self.icon_name, 16, "ink2"))

    def sizeHint(self) -> QSize:
        """Return a usual width and the fixed height."""
        return QSize(theme.px(200), theme.px(38) + 2 * paint.RESERVE)


class TextInput(QPlainTextEdit):
    """A few lines of free text; Tab leaves it, Ctrl+Enter goes on."""

    go_on = Signal()

    def __init__(self, name: str = "", lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(theme.font(15))
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.px(22 * lines + 16) + 2 * paint.RESERVE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Ctrl+Enter go on; Enter makes a line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.go_on.emit()
            return
        super().keyPressEvent(event)


class Note(QWidget):
    """A finding under a field: icon and words in the colour of its level."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icon, self.words = Icon("ask", 16, "ask"), Words("", 13, "ask", wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = row(self.icon, self.words, gap=6)
        line.setContentsMargins(theme.px(4), 0, 0, 0)
        line.setAlignment(self.icon, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.hide()

    def put(self, level: str, words: str) -> None:
        """Say a finding of level E, W or Q; no words hide the line."""
        if words:
            token, name = LEVELS[level]
            self.icon.put(name, 16, token)
            self.words.set_ink(token)
            self.words.setText(words)
        self.setVisible(bool(words))


class Field(QWidget):
    """A labelled input with its hint and its finding. `.input` is whatever is typed in or chosen from."""

    def __init__(self, label: str, control: QWidget, hint: str = "", label_px: int = 13,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.input = control
        self.label = Words(label, label_px, "" if label_px > 13 else "2", bold=label_px > 13, wrap=True)
        self.label.setBuddy(control)
        self.hint, self.note = Words(hint, 12, "3", wrap=True), Note()
        self.hint.setVisible(bool(hint))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(1))
        for words in (self.label, self.hint):
            words.setContentsMargins(theme.px(4), 0, 0, 0)
        for part in (self.label, control, self.hint, self.note):
            whole.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        if not control.accessibleName():
            self._name(label)

    def _name(self, label: str) -> None:
        """Give the label to the control, and to the line inside it that takes the cursor."""
        inner = self.input.focusProxy()
        for control in (self.input, inner if isinstance(inner, QLineEdit) else self.input):
            control.setAccessibleName(label)

    def relabel(self, label: str, hint: str = "") -> None:
        """Change the label, the hint and the accessible name."""
        self.label.setText(label)
        self._name(label)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def find(self, level: str, words: str) -> None:
        """Show a finding (E, W or Q), or none when there are no words."""
        self.note.put(level, words)
        if isinstance(self.input, LineInput):
            self.input.set_state(level if words else "")


class SearchBox(LineInput):
    """The search box. `typed` carries what is typed, also what the input method still holds; arrows go to the list."""

    typed = Signal(str)
    down = Signal()
    opened = Signal()

    def __init__(self, name: str = "", key: str = "F3", parent: QWidget | None = None) -> None:
        super().__init__(name, "search", parent=parent)
        self.set_icon("search", key)
        self.textChanged.connect(lambda _: self.typed.emit(self.words()))
        self.textEdited.connect(self.typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send arrows to the list, Enter to what is chosen, Esc to empty the box."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.down.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.composing():
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the old words, so that typing begins anew."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.ShortcutFocusReason:
            self.selectAll()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the room for icon and cap when the fonts change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.set_unit(self.unit)
