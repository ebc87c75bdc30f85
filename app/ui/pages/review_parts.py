"""What the review page is made of: the list, the equal cards, how it came about. Promises that no side looks chosen."""
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from app.models.language import language, say
from app.ui import icons, theme
from app.ui.pages.review_case import Case, Side
from app.ui.widgets import Elided, Icon, PaintedButton, Tag, Words, column, hair, paint, paint_badge, row, row_ground

HIGH, LOW, LABEL_ZH, LABEL_EN = 60, 36, 92, 140


class Cases(QAbstractListModel):
    """The rows of the list that is open; those that belong to one person stand under one name."""

    FIRST = Qt.ItemDataRole.UserRole + 1

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[Any] = []
        self.firsts: list[bool] = []

    def put(self, cases: list[Any], same: Callable[[Any], object]) -> None:
        """Show these; `same` is what rows of one person share."""
        self.beginResetModel()
        self.cases = list(cases)
        self.firsts = [n == 0 or same(cases[n - 1]) != same(case) for n, case in enumerate(cases)]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many wait."""
        return 0 if parent.isValid() else len(self.cases)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a row, the row itself under UserRole, whether it begins a person under FIRST."""
        if not index.isValid():
            return None
        case = self.cases[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return case
        if role == self.FIRST:
            return self.firsts[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{case.who} {case.short()} {case.when}"
        return None


class CaseRow(QStyledItemDelegate):
    """Name, what differs, when; the second of one person only what differs."""

    def sizeHint(self, option, index) -> QSize:
        """Return the row height."""
        return QSize(theme.px(200), theme.px(HIGH if index.data(Cases.FIRST) else LOW))

    def paint(self, painter: QPainter, option, index) -> None:
        """Paint one row."""
        row_ground(painter, option)
        case, first, rect = index.data(Qt.ItemDataRole.UserRole), index.data(Cases.FIRST), QRectF(option.rect)
        now = bool(option.state & QStyle.StateFlag.State_Selected)
        x, right, side = rect.x() + theme.px(46), rect.right() - theme.px(14), theme.px(18)
        if first:
            top = rect.y() + theme.px(20)
            painter.drawPixmap(round(rect.x() + theme.px(16)), round(top - side / 2), icons.pixmap(case.icon, 18, "accent" if now else "ask"))
            wide = paint.text(painter, right, top, case.when, theme.font(12), theme.color("ink2"), theme.px(110), True)
            paint.text(painter, x, top, case.who, theme.font(15, now), theme.color("ink"), right - x - wide - theme.px(8))
        low = rect.y() + (theme.px(41) if first else rect.height() / 2)
        ink = theme.color("ink2" if case.asked else "ink")
        tail = case.door if first else ""
        wide = paint.text(painter, right, low, tail, theme.font(12), theme.color("ink2"), theme.px(90), True) if tail else 0
        words = case.short() + (say("（等下次入户）", " (next visit)") if case.asked else "")
        paint.text(painter, x, low, words, theme.font(13, now and not first), ink, right - x - wide - theme.px(8))


class Tab(PaintedButton):
    """The word of one list with how many it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count: int | None = None

    def put(self, words: str, count: int | None, now: bool) -> None:
        """Say the word and the count."""
        self.count = count
        self.setText(words)
        self.setAccessibleName(words if count is None else f"{words} {count}")
        self.setChecked(now)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a third of the list, 48 high."""
        return QSize(theme.px(80), theme.px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint word, count and the line below the list that is open."""
        painter, face, now = QPainter(self), QRectF(self.rect()), self.isChecked()
        word, figure = theme.font(14, now), theme.font(12, now)
        tail = "" if self.count is None else str(self.count)
        wide = paint.width(self.text(), word) + (paint.width(tail, figure) + theme.px(5) if tail else 0)
        x, middle = face.center().x() - wide / 2, face.center().y()
        if self.underMouse() and not now:
            painter.fillRect(face, theme.color("hover"))
        x += paint.text(painter, x, middle, self.text(), word, theme.color("ink" if now else "ink2"))
        if tail:
            paint.text(painter, x + theme.px(5), middle, tail, figure, theme.color("ink" if now else "ink2"))
        if now:
            painter.fillRect(QRectF(face.x() + theme.px(8), face.bottom() - theme.px(3), face.width() - theme.px(16), theme.px(3)),
                             theme.color("accent"))


class Tabs(QWidget):
    """The three lists. `chosen(n)` when one is pressed."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(4), 0, theme.px(4), 0)
        line.setSpacing(0)
        self.tabs = [Tab() for _ in range(3)]
        for at, tab in enumerate(self.tabs):
            tab.clicked.connect(lambda _=False, at=at: self.chosen.emit(at))
            line.addWidget(tab, 1)

    def put(self, words: list[tuple[str, int | None]], now: int) -> None:
        """Say the words and counts, and which list is open."""
        for at, (tab, (word, count)) in enumerate(zip(self.tabs, words, strict=True)):
            tab.put(word, count, at == now)


class Marked(Words):
    """A value; the marker pen is behind it where the sides differ, only as wide as the text."""

    def __init__(self, words: str, differs: bool) -> None:
        super().__init__(words, 15 if differs else 14, bold=differs, wrap=True)
        self.differs = differs
        self.setContentsMargins(theme.px(6), theme.px(2), theme.px(6), theme.px(2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marker under the words."""
        if self.differs:
            painter = QPainter(self)
            room = self.width() - theme.px(12)
            bounds = self.fontMetrics().boundingRect(0, 0, room, 10000, Qt.TextFlag.TextWordWrap, self.text())
            high = bounds.height() + theme.px(4)
            box = QRectF(0, (self.height() - high) / 2, min(self.width(), bounds.width() + theme.px(12)), high)
            paint.box(painter, box, 4, theme.color("mark"))
            painter.end()
        super().paintEvent(event)


class Badge(QWidget):
    """The digit that chooses a card; the same for both."""

    def __init__(self, digit: int) -> None:
        super().__init__()
        self.digit = digit
        self.setFixedSize(theme.px(28), theme.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the digit."""
        paint_badge(QPainter(self), QRectF(self.rect()), str(self.digit), True)


def facts_grid() -> tuple[QGridLayout, QScrollArea]:
    """Return a grid of labels and values, and what it scrolls in where there are many."""
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
    grid.setHorizontalSpacing(theme.px(8))
    grid.setVerticalSpacing(theme.px(5))
    grid.setColumnStretch(1, 1)
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inside)
    return grid, scroll


def label_of(words: str) -> Words:
    """Return the label of a line, as wide as all of them."""
    label = Words(words, 13, "2", wrap=True)
    label.setFixedWidth(theme.px(LABEL_ZH if language() == "zh" else LABEL_EN))
    return label


class SideCard(QFrame):
    """One side: badge, who, when and where, from what, its lines, how they know. `chosen` on a double click."""

    chosen = Signal()

    def __init__(self, digit: int, side: Side, in_full: bool = False) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setProperty("edge", "choice")
        said = "，".join(f"{line.label} {line.full if in_full else line.words}" for line in side.lines)
        self.setAccessibleName(f"{digit} {side.who} {side.where} {said}")
        who = Words(side.by, 15, bold=True)
        where = Elided(side.where, 12, "2")
        names = column(who, where, gap=1)
        head = row(Badge(digit), gap=10)
        head.addLayout(names, 1)
        head.addWidget(Tag(side.source))
        head.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(hair())
        whole.addWidget(self._lines(side, in_full), 1)

    @staticmethod
    def _lines(side: Side, in_full: bool) -> QWidget:
        grid, scroll = facts_grid()
        for at, line in enumerate(side.lines):
            grid.addWidget(label_of(line.label), at, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Marked(line.full if in_full else line.words, line.differs), at, 1)
        at = len(side.lines)
        grid.addWidget(hair(), at, 0, 1, 2)
        grid.addWidget(label_of(say("凭什么", "Evidence")), at + 1, 0, Qt.AlignmentFlag.AlignTop)
        known = [*side.evidence, *([("clock", side.clock)] if side.clock else [])]
        for step, (icon, words) in enumerate(known, 1):
            holder = QWidget()
            line = row(Icon(icon, 16), Words(words, 13, wrap=True), gap=8)
            line.setStretch(1, 1)
            line.setAlignment(line.itemAt(0).widget(), Qt.AlignmentFlag.AlignTop)
            line.setContentsMargins(theme.px(6), theme.px(1), 0, 0)
            holder.setLayout(line)
            grid.addWidget(holder, at + step, 1)
        grid.setRowStretch(at + len(known) + 1, 1)
        return scroll

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose this side."""
        self.chosen.emit()


class Fork(QWidget):
    """How it came about: the value both had seen, then who wrote what without having seen the other."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self.setMinimumHeight(theme.px(22 + 30 * len(case.sides)))
        self.setAccessibleName(say("这件事怎么来的", "How it came about") + " " + self.common() + " "
                               + " ".join(self.branch(side) for side in case.sides))

    def common(self) -> str:
        """Return what was there before."""
        if self.case.void:
            return say("原来两边都在", "Both had it")
        return self.case.common or say("以前没有填过", "Nothing was given before")

    def branch(self, side: Side) -> str:
        """Return what one side had seen."""
        when = side.where.split(" · ")[0]
        if side.deletes:
            return say(f"{when} {side.who}删的时候，没看到对方填的", f"{when} {side.who} deleted it, not having seen what the other gave") \
                if side.version.value else say(f"{when} {side.who}填的时候，没看到已经删了",
                                               f"{when} {side.who} gave this, not having seen the deletion")
        if side.saw:
            return say(f"{when} {side.who}填的时候，看到的是“{side.saw}”，没看到对方填的",
                       f"{when} {side.who} saw \"{side.saw}\", not what the other had given")
        return say(f"{when} {side.who}填的时候，这里还空着，没看到对方填的", f"{when} {side.who} saw nothing here, not what the other had given")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, dot, branches and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.text(painter, 0, theme.px(10), say("这件事怎么来的", "How it came about"), theme.font(14, True), theme.color("ink"))
        count, high = len(self.case.sides), self.height()
        step = (high - theme.px(4)) / count
        middle, start, bend, end = high / 2 + theme.px(4), theme.px(24), theme.px(176), theme.px(282)
        painter.setPen(QPen(theme.color("line2"), 2))
        painter.drawLine(QPointF(start, middle), QPointF(bend, middle))
        for at, side in enumerate(self.case.sides):
            y = theme.px(2) + step * (at + 0.5)
            path = QPainterPath(QPointF(bend, middle))
            path.cubicTo(QPointF(bend + theme.px(50), middle), QPointF(end - theme.px(60), y), QPointF(end, y))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("line2"), 2))
            painter.drawPath(path)
            size = theme.px(22)
            paint_badge(painter, QRectF(end, y - size / 2, size, size), str(at + 1), True)
            paint.text(painter, end + theme.px(34), y, self.branch(side), theme.font(13), theme.color("ink"),
                       self.width() - end - theme.px(36))
        paint.box(painter, QRectF(start - 6, middle - 6, 12, 12), 6, theme.color("line2"))
        paint.text(painter, theme.px(2), middle + theme.px(19), self.common(), theme.font(13), theme.color("ink2"), end - theme.px(30))
