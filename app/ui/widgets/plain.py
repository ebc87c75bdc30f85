"""Words, boxes and facts. Promises that a page is put together from these, without colours or pixels of its own."""
from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from app.models.language import language, say
from app.ui import icons, theme
from app.ui.widgets import paint
from app.ui.widgets.buttons import IconButton, KeyButton


class Words(QLabel):
    """A text. px and bold by look.md 3, ink: "" 2 3 accent err warn ask ok; wrap for sentences."""

    def __init__(self, words: str = "", px: float = 14, ink: str = "", bold: bool = False, wrap: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._px, self._bold = px, bold
        self.setProperty("ink", ink)
        self.setFont(theme.font(px, bold))
        self.setMinimumWidth(1)

    def changeEvent(self, event: QEvent) -> None:
        """Take the families of the language in use when the application's font changes."""
        if event.type() == QEvent.Type.ApplicationFontChange:
            self.setFont(theme.font(self._px, self._bold))
        super().changeEvent(event)

    def set_ink(self, ink: str) -> None:
        """Change the colour token."""
        self.setProperty("ink", ink)
        self.style().unpolish(self)
        self.style().polish(self)

    def set_bold(self, bold: bool) -> None:
        """Change the weight."""
        self._bold = bold
        self.setFont(theme.font(self._px, bold))


class Elided(Words):
    """One line that shortens to its room and says the rest in its tooltip; for lists and heads only."""

    def minimumSizeHint(self) -> QSize:
        """Return a narrow least size: the text may be shortened."""
        return QSize(theme.px(24), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what has room."""
        painter = QPainter(self)
        ink = {"": "ink", "2": "ink2", "3": "ink3"}.get(self.property("ink"), self.property("ink"))
        cut = QFontMetricsF(self.font()).horizontalAdvance(self.text()) > self.width() + 0.5
        self.setToolTip(self.text() if cut else "")
        paint.text(painter, 0, self.height() / 2, self.text(), self.font(), theme.color(ink or "ink"), self.width())


class Icon(QLabel):
    """A picture beside a word; silent for screen readers."""

    def __init__(self, name: str, size: float = 18, token: str = "ink2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.put(name, size, token)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, name: str, size: float = 18, token: str = "ink2") -> None:
        """Show another icon."""
        self.setPixmap(icons.pixmap(name, size, token))


class KeyCap(QLabel):
    """A key drawn as a cap, before its word."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(key, parent)
        self.setAccessibleName(paint.key_name(key))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the cap."""
        return QSize(round(paint.key_width(self.text())) + 1, theme.px(18) + 1)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a cap is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cap."""
        paint.key_cap(QPainter(self), 0, self.height() / 2, self.text())


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            clear(item.layout())


def row(*parts: QWidget | int | None, gap: int = 8, stretch: bool = False) -> QHBoxLayout:
    """Return a line of widgets; a number is a gap, None a stretch."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.px(gap))
    for part in parts:
        if part is None:
            line.addStretch(1)
        elif isinstance(part, int):
            line.addSpacing(theme.px(part))
        else:
            line.addWidget(part)
    if stretch:
        line.addStretch(1)
    return line


def bounded(part: QWidget | QLayout) -> QHBoxLayout:
    """Return a line that holds a part at the left, no wider than theme.WIDE."""
    if isinstance(part, QLayout):
        held = QWidget()
        held.setLayout(part)
    else:
        held = part
    held.setMaximumWidth(theme.px(theme.WIDE))
    line = row(held)
    line.setStretch(0, 1)
    line.addStretch()
    return line


def column(*parts: QWidget | QLayout | int | None, gap: int = 8, margin: int = 0) -> QVBoxLayout:
    """Return a column of widgets or layouts; a number is a gap, None a stretch."""
    line = QVBoxLayout()
    line.setContentsMargins(*[theme.px(margin)] * 4)
    line.setSpacing(theme.px(gap))
    for part in parts:
        if part is None:
            line.addStretch(1)
        elif isinstance(part, int):
            line.addSpacing(theme.px(part))
        elif isinstance(part, QLayout):
            line.addLayout(part)
        else:
            line.addWidget(part)
    return line


def hair() -> QFrame:
    """Return a hairline."""
    line = QFrame()
    line.setObjectName("hair")
    line.setFixedHeight(1)
    return line


class Panel(QFrame):
    """A white sheet: title at the left, a remark at the right, content in `.body`. Panels are never nested."""

    def __init__(self, title: str = "", remark: str = "", padding: int = 16, edge: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setProperty("edge", edge)
        self.title = Words(title, 15, bold=True)
        self.title.setMinimumWidth(0)  # a title is never cut; the remark beside it may be shortened
        self.remark = Elided(remark, 12, "2")
        self.side = QHBoxLayout()
        self.head = row(self.title, None, self.remark)
        self.head.addLayout(self.side)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*[theme.px(padding)] * 4)
        self.body.setSpacing(theme.px(8))
        self.body.addLayout(self.head)
        self.retitle(title, remark)

    def retitle(self, title: str = "", remark: str = "") -> None:
        """Change the two texts of the head; no text, no line."""
        for label, words in ((self.title, title), (self.remark, remark)):
            label.setText(words)
            label.setVisible(bool(words))

    def set_edge(self, edge: str) -> None:
        """Change the edge: "" ask warn err accent choice."""
        self.setProperty("edge", edge)
        self.style().unpolish(self)
        self.style().polish(self)


def panel_of(*parts: QWidget, padding: int = 20) -> tuple[QFrame, QVBoxLayout]:
    """Return a white sheet without a head, with these parts, and its column."""
    frame = QFrame()
    frame.setObjectName("panel")
    whole = column(*parts, margin=padding)
    frame.setLayout(whole)
    return frame, whole


TAGS = {"plain": ("sunken", "ink2", ""), "accent": ("tint", "accent", ""), "ok": ("ok_t", "ok", "check"),
        "warn": ("warn_t", "warn", "warn"), "err": ("err_t", "err", "error"), "ask": ("ask_t", "ask", "ask"),
        "clock": ("warn_t", "warn", "clock"), "busy": ("tint", "accent", "sync"), "lock": ("sunken", "ink2", "lock")}


class Tag(QLabel):
    """A sign: tint, icon and word. kind: plain accent ok warn err ask clock busy lock."""

    def __init__(self, words: str = "", kind: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, words: str, kind: str) -> None:
        """Say something else."""
        self.kind = kind
        self.setText(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the sign."""
        return QSize(round(tag_width(self.text(), self.kind)), theme.px(22))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a sign is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        paint_tag(QPainter(self), 0, self.height() / 2, self.text(), self.kind)


def tag_width(words: str, kind: str) -> float:
    """Return how wide a sign is."""
    return paint.width(words, theme.font(12)) + theme.px(16) + (theme.px(18) if TAGS[kind][2] else 0) + 1


def paint_tag(painter: QPainter, x: float, middle: float, words: str, kind: str, chosen: bool = False) -> float:
    """Paint a sign at its left end; return its width. Rows of lists use this; on the ground of a row that is chosen it stays a sign."""
    fill, ink, name = TAGS[kind]
    if chosen and fill == "tint":
        fill = "surface"
    wide, high = tag_width(words, kind), theme.px(22)
    paint.box(painter, QRectF(x, middle - high / 2, wide, high), 4, theme.color(fill))
    at = x + theme.px(8 if not name else 6)
    if name:
        painter.drawPixmap(round(at), round(middle - theme.px(14) / 2), icons.pixmap(name, 14, ink))
        at += theme.px(18)
    paint.text(painter, at, middle, words, theme.font(12), theme.color(ink))
    return wide


class MaskedLabel(QWidget):
    """An ID number: asterisks, the last four bold, an eye that shows it for 20 s. `shown` tells that it was seen."""

    shown = Signal()

    def __init__(self, full: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full, self._open = full, False
        self.words = Words("", 14)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.eye = IconButton("eye", "", size=18)
        self.eye.clicked.connect(self._toggle)
        self._timer = QTimer(self, singleShot=True, interval=theme.UNMASK_MS)
        self._timer.timeout.connect(self._hide)
        line = row(self.words, self.eye, gap=4)
        self.setLayout(line)
        self.retitle()

    def put(self, full: str) -> None:
        """Show another number, masked."""
        self._full, self._open = full or "", False
        self.retitle()

    def retitle(self) -> None:
        """Say again what stands here, in the language in use."""
        self.eye.rename(say("显示证件号码 20 秒", "Show the ID number for 20 s"))
        self.eye.setVisible(bool(self._full))
        tail = self._full[-4:]
        stars = f"{self._full[:1]}<span style='color:{theme.tokens().ink3}'>{'*' * max(0, len(self._full) - 5)}</span>"
        self.words.setText((self._full if self._open else f"{stars}<b>{tail}</b>")
                           if self._full else say("没有证件号码", "No ID number"))
        self.words.setAccessibleName(say(f"证件号码尾号 {tail}", f"ID number ending {tail}"))

    def _toggle(self) -> None:
        self._open = not self._open
        if self._open:
            self._timer.start()
            self.shown.emit()
        self.retitle()

    def _hide(self) -> None:
        self._open = False
        self.retitle()


class FactRow(QWidget):
    """A fact: label 96 wide, value, hairline under it."""

    def __init__(self, label: str, value: str, label_width: int = 0, ink: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label_width = label_width or (96 if language() == "zh" else 124)
        self.label, self.value = Words(label, 13, "2", wrap=True), Words(value, 14, ink, wrap=True)
        self.label.setFixedWidth(theme.px(label_width))
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = row(self.label, self.value, gap=4)
        whole = column(line, hair(), gap=4)
        self.setLayout(whole)


class EmptyState(QWidget):
    """A disc, one line what, one line what to do, and the buttons that do it."""

    def __init__(self, icon: str, what: str, do: str, *buttons: KeyButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icon_name = icon
        self.what, self.do = Words(what, 16, bold=True), Words(do, 14, "2", wrap=True)
        for words in (self.what, self.do):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.buttons = buttons
        whole = column(None, 52, self.what, self.do, row(None, *buttons, None), None, gap=6)
        self.setLayout(whole)

    def on_sheet(self, *deeds: Callable[[], object]) -> Panel:
        """Return a white sheet with this on it; its buttons do these deeds, in their order."""
        for button, do in zip(self.buttons, deeds, strict=True):
            button.clicked.connect(lambda _=False, do=do: do())
        sheet = Panel()
        sheet.body.addWidget(self)
        return sheet

    def put(self, what: str, do: str, *words: str) -> None:
        """Say what is missing and what to do, and name the buttons."""
        self.what.setText(what)
        self.do.setText(do)
        for button, word in zip(self.buttons, words, strict=True):
            button.reword(word)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc over the words."""
        painter = QPainter(self)
        side = theme.px(44)
        top = self.what.y() - theme.px(52)
        disc = QRectF(self.width() / 2 - side / 2, top, side, side)
        paint.box(painter, disc, 22, theme.color("tint"))
        shift = (side - theme.px(20)) / 2
        painter.drawPixmap(round(disc.x() + shift), round(disc.y() + shift), icons.pixmap(self.icon_name, 20, "accent"))


class Progress(QWidget):
    """A flat bar, 8 high; `put(done, total)`."""

    def __init__(self, wide: int = 120, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = 0.0
        self.setFixedHeight(theme.px(8))
        self.setMinimumWidth(theme.px(wide))

    def put(self, done: float, total: float) -> None:
        """Show how far it is."""
        self.part = min(1.0, done / total) if total else 0.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        painter, face = QPainter(self), QRectF(self.rect())
        paint.box(painter, face, 4, theme.color("line"))
        if self.part > 0:
            face.setWidth(max(theme.px(8), face.width() * self.part))
            paint.box(painter, face, 4, theme.color("accent"))

    def changeEvent(self, event: QEvent) -> None:
        """Paint again when the palette changes."""
        self.update()
        super().changeEvent(event)
