"""What floats: toast, the dialog that asks, the keys of a page. Promises soft painted shadows and Esc as no."""
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.language import say
from app.ui import theme
from app.ui.widgets import paint
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.inputs import Field, LineInput
from app.ui.widgets.plain import Icon, KeyCap, Words, column, row

SHADOW = 12


class Toast(QWidget):
    """What happened, and the way back; 8 s, longer while the pointer rests on it. One at a time, never an error."""

    undo = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.words = Words("", 14, bold=True)
        self.back = KeyButton("", "inverse", "Ctrl+Z", height=32)
        self.back.clicked.connect(self._undo)
        self.icon = Icon("check", 18, "surface")
        line = QHBoxLayout(self)
        edge = theme.px(SHADOW)
        line.setContentsMargins(edge + theme.px(16), 0, edge + theme.px(8), 0)
        line.setSpacing(theme.px(10))
        for part in (self.icon, self.words, self.back):
            line.addWidget(part)
        line.insertSpacing(2, theme.px(80))
        self._timer = QTimer(self, singleShot=True, interval=theme.TOAST_MS)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, words: str, undo: bool = False) -> None:
        """Show what happened, with or without the way back."""
        palette = self.words.palette()
        palette.setColor(palette.ColorRole.WindowText, theme.color("surface"))
        self.words.setProperty("ink", "none")
        self.words.setPalette(palette)
        self.words.setText(f"<span style='color:{theme.tokens().surface}'>{_escaped(words)}</span>")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setAccessibleName(words)
        self.icon.put("check", 18, "surface")
        self.back.reword(say("撤销", "Undo"))
        self.back.setVisible(undo)
        self.setAccessibleName(words)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def _undo(self) -> None:
        self.hide()
        self.undo.emit()

    def _place(self) -> None:
        over = self.parentWidget()
        self.adjustSize()
        wide = min(max(self.sizeHint().width(), theme.px(340)), over.width())
        high = theme.px(44) + 2 * theme.px(SHADOW)
        self.setGeometry((over.width() - wide) // 2, over.height() - high - theme.px(4), wide, high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom of the work."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEvent) -> None:
        """Stay while the pointer rests here."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Go after the usual time."""
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ink box and its shadow."""
        painter = QPainter(self)
        edge = theme.px(SHADOW)
        face = QRectF(self.rect()).adjusted(edge, edge - 2, -edge, -edge + 2)
        paint.shadow(painter, face)
        paint.box(painter, face, 8, theme.color("ink"))


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Roll(QScrollArea):
    """What a sheet holds: as high as it wants to be, and where the window is lower than that it scrolls."""

    def __init__(self, inside: QWidget, laid: QVBoxLayout) -> None:
        super().__init__()
        self._inside, self._laid = inside, laid
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.verticalScrollBar().rangeChanged.connect(self._grew)  # higher, where there is room

    def sizeHint(self) -> QSize:
        """Return the size of what is inside."""
        high = self._laid.totalHeightForWidth(self.width()) if self._laid.hasHeightForWidth() else 0
        return self._inside.sizeHint().expandedTo(QSize(0, high))

    def _grew(self, *_: int) -> None:
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Return the width of what is inside: only its height gives way."""
        return QSize(self._inside.minimumSizeHint().width(), 0)


class Sheet(QDialog):
    """A floating sheet over the dimmed page: title, sentences, content in `.body`, buttons named by the deed.

    Inside it connect its own methods: a lambda that knows the sheet would hold it, closed, for as long as the program runs.
    """

    def __init__(self, over: QWidget, title: str, words: str = "", wide: int = 480) -> None:
        super().__init__(over.window())
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self._over = over.window()
        self._behind = QPixmap()  # the page as it was: needs no compositing window system
        sheet = QFrame()
        sheet.setObjectName("sheet")
        sheet.setFixedWidth(theme.px(wide))
        self.title = Words(title, 18, bold=True, wrap=True)
        self.words = Words(words, 14, "2", wrap=True)
        self.words.setVisible(bool(words))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.px(8))
        inside = QWidget()
        inside.setLayout(self.body)
        self.roll = _Roll(inside, self.body)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.px(4))
        self.buttons.addStretch(1)
        whole = column(self.title, self.words, self.roll, 4, self.buttons, margin=20)
        sheet.setLayout(whole)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        outer.addWidget(sheet, 0, Qt.AlignmentFlag.AlignCenter)
        self.sheet = sheet

    def add_button(self, words: str, kind: str = "secondary", key: str = "") -> KeyButton:
        """Add a button at the right end of the row."""
        button = KeyButton(words, kind, key)
        self.buttons.addWidget(button)
        return button

    def open_over(self) -> None:
        """Lay the sheet over the whole window, dimmed."""
        self._behind = self._over.grab()
        self.setGeometry(QRect(self._over.mapToGlobal(QPoint(0, 0)), self._over.size()))

    def exec(self) -> int:
        """Show over the whole window and wait; return as a dialog does."""
        self.open_over()
        app = QApplication.instance()
        app.focusChanged.connect(self._follow)
        try:
            return super().exec()
        finally:
            app.focusChanged.disconnect(self._follow)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        """Keep the cursor in sight where the sheet is lower than what it holds."""
        if now is not None and self.roll.isAncestorOf(now):
            self.roll.ensureWidgetVisible(now, 0, theme.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page behind, dimmed, and the shadow of the sheet."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._behind)
        painter.fillRect(self.rect(), theme.color("ink", 61))
        paint.shadow(painter, QRectF(self.sheet.geometry()))


class Ask(Sheet):
    """A question before a deed. `.reason` is what was written if one is asked for."""

    def __init__(self, over: QWidget, title: str, words: str, yes: str, no: str, *, danger: bool = False,
                 reason: str = "") -> None:
        super().__init__(over, title, words)
        self.line = LineInput(reason)
        self.field = Field(reason, self.line)
        self.field.setVisible(bool(reason))
        self.body.addWidget(self.field)
        refuse = self.add_button(no, "secondary", "Esc")
        self.agree = self.add_button(yes, "danger-full" if danger else "primary", "" if danger else "Return")
        refuse.clicked.connect(self.reject)
        self.agree.clicked.connect(self._accept)
        (self.line if reason else refuse if danger else self.agree).setFocus()
        self._needs = bool(reason)

    @property
    def reason(self) -> str:
        """Return the reason written."""
        return self.line.text().strip()

    def _accept(self) -> None:
        if self._needs and not self.reason:
            self.field.find("W", say("写一句原因", "Write one sentence why"))
            self.line.setFocus()
            return
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the reason line agrees, unless the input method is at work."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.line.composing():
            self._accept()
            return
        super().keyPressEvent(event)


def ask(over: QWidget, title: str, words: str, yes: str, no: str, *, danger: bool = False) -> bool:
    """Ask before a deed; return whether the person agreed."""
    return Ask(over, title, words, yes, no, danger=danger).exec() == QDialog.DialogCode.Accepted


def ask_reason(over: QWidget, title: str, words: str, yes: str, no: str, label: str = "") -> str | None:
    """Ask for one sentence of reason; return it, or None when the person turned back."""
    question = Ask(over, title, words, yes, no, reason=label or say("为什么？", "Why?"))
    return question.reason if question.exec() == QDialog.DialogCode.Accepted else None


def tell(over: QWidget, title: str, words: str) -> None:
    """Say what went wrong and what to do."""
    sheet = Sheet(over, title, words)
    done = sheet.add_button(say("知道了", "All right"), "primary", "Return")
    done.clicked.connect(sheet.accept)
    done.setFocus()
    sheet.exec()


class KeyOverlay(Sheet):
    """All keys of a page, laid over it; any key closes."""

    def __init__(self, over: QWidget, title: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(over, title, wide=640)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(10))
        rows = -(-len(keys) // 2)
        for at, (key, words) in enumerate(keys):
            pair = QWidget()
            caps = row(*[KeyCap(part) for part in key.split(" / ")], Words(words, 14), None, gap=6)
            pair.setLayout(caps)
            grid.addWidget(pair, at % rows, at // rows)
        self.body.addLayout(grid)
        close = self.add_button(say("回去", "Back"), "secondary", "Esc")
        close.clicked.connect(self.reject)
        close.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on any key."""
        self.reject()
