"""What the review page is made of: the list, the equal cards, how it came about. Promises that no side looks chosen."""
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
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
from app.ui.widgets import Elided, Tag, Words, column, hair, paint, paint_badge, row, row_ground

HIGH, LABEL_ZH, LABEL_EN = 60, 92, 140


class Cases(QAbstractListModel):
    """The cases that wait."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[Case] = []

    def put(self, cases: list[Case]) -> None:
        """Show these."""
        self.beginResetModel()
        self.cases = cases
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many wait."""
        return 0 if parent.isValid() else len(self.cases)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a case, the case itself under UserRole."""
        if not index.isValid():
            return None
        case = self.cases[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return case
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{case.who} {case.short()} {case.when}"
        return None


class CaseRow(QStyledItemDelegate):
    """Name, what differs, when."""

    def sizeHint(self, option, index) -> QSize:
        """Return the row height."""
        return QSize(theme.px(200), theme.px(HIGH))

    def paint(self, painter: QPainter, option, index) -> None:
        """Paint one row."""
        row_ground(painter, option)
        case, rect = index.data(Qt.ItemDataRole.UserRole), QRectF(option.rect)
        now = bool(option.state & QStyle.StateFlag.State_Selected)
        top, low = rect.y() + theme.px(20), rect.y() + theme.px(41)
        side = theme.px(18)
        painter.drawPixmap(round(rect.x() + theme.px(16)), round(top - side / 2), icons.pixmap("review", 18, "accent" if now else "ask"))
        x, right = rect.x() + theme.px(46), rect.right() - theme.px(14)
        wide = paint.text(painter, right, top, case.when, theme.font(12), theme.color("ink2"), theme.px(110), True)
        paint.text(painter, x, top, case.who, theme.font(15, now), theme.color("ink"), right - x - wide - theme.px(8))
        paint.text(painter, x, low, case.short(), theme.font(13), theme.color("ink"), right - x)


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


class SideCard(QFrame):
    """One side: badge, who, when and where, from what, its lines. `chosen` on a double click."""

    chosen = Signal()

    def __init__(self, digit: int, side: Side) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setProperty("edge", "choice")
        said = "，".join(f"{line.label} {line.words}" for line in side.lines)
        self.setAccessibleName(f"{digit} {side.who} {side.where} {said}")
        who = Words(say(f"{side.who}填的", f"By {side.who}"), 15, bold=True)
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
        whole.addWidget(self._lines(side), 1)

    @staticmethod
    def _lines(side: Side) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(5))
        grid.setColumnStretch(1, 1)
        for at, line in enumerate(side.lines):
            label = Words(line.label, 13, "2", wrap=True)
            label.setFixedWidth(theme.px(LABEL_ZH if language() == "zh" else LABEL_EN))
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Marked(line.words, line.differs), at, 1)
        grid.setRowStretch(len(side.lines), 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
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
        return self.case.common or say("以前没有填过", "Nothing was given before")

    def branch(self, side: Side) -> str:
        """Return what one side had seen."""
        when = side.where.split(" · ")[0]
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
