"""Charts painted by us: bars, stacked bars, a way with losses, a trend. Promises direct numbers, zero-based bars, patterns beside colours (so that a
grey print can be read), and that every bar is a button: reached by arrow keys, opened by Enter, named for a screen reader.
"""
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui import theme
from app.ui.widgets import paint


@dataclass(frozen=True)
class Mark:
    """Something that opens: where it was painted, its key, what a screen reader and the tooltip say."""

    rect: QRectF
    key: str
    name: str


class Chart(QWidget):
    """A picture whose marks are buttons. `opened(key)`."""

    opened = Signal(str)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: list[Mark] = []
        self.at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.rename(name)

    def rename(self, name: str) -> None:
        """Set what the whole picture is called."""
        self.name = name
        self._say()

    def lay(self, painter: QPainter) -> list[Mark]:
        """Paint everything and return what can be opened, in reading order; override."""
        raise NotImplementedError

    def _say(self) -> None:
        now = self.marks[self.at].name if self.at < len(self.marks) else ""
        self.setAccessibleName(f"{self.name}: {now}" if now and self.hasFocus() else self.name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and the ring round the mark that the keys are at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.marks = self.lay(painter)
        self.at = min(self.at, max(0, len(self.marks) - 1))
        if self.hasFocus() and self.marks:
            paint.box(painter, self.marks[self.at].rect.adjusted(-3, -3, 3, 3), 5, None, theme.color("ink"), 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk from bar to bar, Enter opens; what is no longer inside goes on to the page."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self.marks:
            at = self._beyond(step) if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) else self.at + step
            self.at = min(max(0, at), len(self.marks) - 1)
            self._say()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.marks:
            self.opened.emit(self.marks[self.at].key)
        else:
            super().keyPressEvent(event)

    def _beyond(self, step: int) -> int:
        """Return the nearest mark in another row."""
        here = self.marks[self.at].rect
        rows = [(abs(m.rect.center().y() - here.center().y()), abs(m.rect.center().x() - here.center().x()), n) for n, m in enumerate(self.marks)
                if (m.rect.center().y() - here.center().y()) * step > here.height() / 2]
        return min(rows)[2] if rows else self.at + step

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        mark = self._under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.ArrowCursor)
        QToolTip.showText(event.globalPosition().toPoint(), mark.name if mark else "", self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open what was pressed."""
        mark = self._under(event.position())
        if mark is not None:
            self.at = self.marks.index(mark)
            self.update()
            self.opened.emit(mark.key)

    def _under(self, where: QPointF) -> Mark | None:
        return next((mark for mark in self.marks if mark.rect.adjusted(-1, -2, 1, 2).contains(where)), None)

    def focusInEvent(self, event: QEvent) -> None:
        """Show where the keys are."""
        self._say()
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Take the ring away."""
        self._say()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Paint again when the palette changes."""
        self.update()
        super().changeEvent(event)


def fill_bar(painter: QPainter, rect: QRectF, token: str, radius: float = 3) -> None:
    """Paint a bar in a chart colour; c5 (not known) is hatched with its edge, so that it is told apart without colour."""
    if token == "c5":
        paint.box(painter, rect, radius, theme.color("surface"), theme.color("line2"))
        painter.setBrush(QBrush(theme.color("line2"), Qt.BrushStyle.BDiagPattern))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
        return
    paint.box(painter, rect, radius, theme.color(token))


def ink_on(token: str) -> QColor:
    """Return what is read on a bar of this colour."""
    night = theme.color("canvas").lightness() < 128
    return theme.color("ink") if token == "c5" else QColor("#1C2321") if night or token == "c3" else QColor("#FFFFFF")


@dataclass(frozen=True)
class Part:
    """A segment: its key, how many, its colour token, its name."""

    key: str
    n: int
    token: str
    name: str


@dataclass(frozen=True)
class Row:
    """A bar: its label, its parts, and a remark at the right (level "" or warn)."""

    label: str
    parts: tuple[Part, ...]
    remark: str = ""
    level: str = ""


class StackedBars(Chart):
    """Rows of stacked bars on one scale, a legend above, a remark at the right of each."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.rows: list[Row] = []
        self.legend: list[tuple[str, str]] = []
        self.remark, self.left_wide = "", 118

    def put(self, rows: Sequence[Row], legend: Sequence[tuple[str, str]], remark: str = "") -> None:
        """Show these rows; legend: (colour token, word)."""
        self.rows, self.legend, self.remark = list(rows), list(legend), remark
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for every row."""
        return QSize(theme.px(520), theme.px(26) + theme.px(30) * max(1, len(self.rows)))

    def minimumSizeHint(self) -> QSize:
        """Return the height of the rows."""
        return QSize(theme.px(300), self.sizeHint().height())

    def lay(self, painter: QPainter) -> list[Mark]:
        """Paint legend and rows."""
        small, left = theme.font(12), theme.px(self.left_wide)
        side = max([paint.width(row.remark, small) for row in self.rows] + [paint.width(self.remark, small)], default=0) + theme.px(12)
        x = float(left)
        for token, word in self.legend:
            fill_bar(painter, QRectF(x, theme.px(5), theme.px(11), theme.px(11)), token, 2)
            x += theme.px(17) + paint.text(painter, x + theme.px(17), theme.px(11), word, small, theme.color("ink2")) + theme.px(16)
        paint.text(painter, self.width(), theme.px(11), self.remark, small, theme.color("ink2"), right=True)
        most = max([sum(part.n for part in row.parts) for row in self.rows], default=0)
        room = self.width() - left - side - theme.px(52)
        high = theme.px(20)
        found: list[Mark] = []
        for at, row in enumerate(self.rows):
            middle = theme.px(26) + theme.px(30) * at + theme.px(15)
            paint.text(painter, 0, middle, row.label, theme.font(14), theme.color("ink"), left - theme.px(8))
            found += self._row(painter, row, left, middle, room / most if most else 0, high)
            ink = theme.color(row.level or "ink2")
            paint.text(painter, self.width(), middle, row.remark, small, ink, right=True)
        return found

    def _row(self, painter: QPainter, row: Row, x: float, middle: float, unit: float, high: float) -> list[Mark]:
        found = []
        for part in row.parts:
            wide = part.n * unit
            if part.n and wide < 3:
                wide = 3.0
            if not part.n:
                continue
            rect = QRectF(round(x), middle - high / 2, max(2.0, wide - 1.5), high)
            fill_bar(painter, rect, part.token)
            words = str(part.n)
            if paint.width(words, theme.font(12)) + 6 < rect.width():
                if part.token == "c5":
                    back = paint.width(words, theme.font(12)) + 6
                    painter.fillRect(QRectF(rect.center().x() - back / 2, rect.y() + 2, back, rect.height() - 4), theme.color("surface"))
                paint.text(painter, rect.center().x() - paint.width(words, theme.font(12)) / 2, middle, words, theme.font(12), ink_on(part.token))
            found.append(Mark(rect, part.key, part.name))
            x += wide
        total = sum(part.n for part in row.parts)
        paint.text(painter, x + theme.px(8), middle, str(total), theme.font(13), theme.color("ink2"))
        return found


class Bars(Chart):
    """Plain bars of one measure, one under the other."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.parts: list[Part] = []

    def put(self, parts: Sequence[Part]) -> None:
        """Show these bars; a part's name begins with its label."""
        self.parts = list(parts)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for every bar."""
        return QSize(theme.px(260), theme.px(28) * max(1, len(self.parts)))

    def minimumSizeHint(self) -> QSize:
        """Return the height of the bars."""
        return QSize(theme.px(160), self.sizeHint().height())

    def lay(self, painter: QPainter) -> list[Mark]:
        """Paint labels, bars and numbers."""
        labels = [part.name for part in self.parts]
        left = min(self.width() * 0.42, max([paint.width(label, theme.font(13)) for label in labels], default=0) + theme.px(10))
        most = max([part.n for part in self.parts], default=0)
        room = self.width() - left - theme.px(48)
        found = []
        for at, (part, label) in enumerate(zip(self.parts, labels, strict=True)):
            middle = theme.px(28) * at + theme.px(14)
            paint.text(painter, 0, middle, label, theme.font(13), theme.color("ink"), left - theme.px(6))
            rect = QRectF(left, middle - theme.px(7), max(2.0, part.n / most * room if most else 2.0), theme.px(14))
            fill_bar(painter, rect, part.token)
            paint.text(painter, rect.right() + theme.px(8), middle, str(part.n), theme.font(13), theme.color("ink"))
            found.append(Mark(rect, part.key, f"{label} {part.n}"))
        return found


@dataclass(frozen=True)
class Step:
    """A stage of a way: its part, its label, and the losses that end here."""

    part: Part
    label: str
    lost: tuple[Part, ...] = ()


class Flow(Chart):
    """A way in stages: columns with counts, what goes on is a band, what is lost fades out under it with its reason."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.steps: list[Step] = []
        self.setMinimumHeight(theme.px(150))

    def put(self, steps: Sequence[Step]) -> None:
        """Show these stages, the first one left."""
        self.steps = list(steps)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a middling size; the picture takes what there is."""
        return QSize(theme.px(520), theme.px(210))

    def lay(self, painter: QPainter) -> list[Mark]:
        """Paint columns, bands and losses."""
        if not self.steps:
            return []
        top, column = theme.px(24), theme.px(14)
        apart = (self.width() - max(theme.px(72), paint.width(self.steps[-1].label, theme.font(13)) + 2)) / max(1, len(self.steps) - 1)
        unit = (self.height() - top - theme.px(6)) / max(1, self.steps[0].part.n)
        found: list[Mark] = []
        figures: list[tuple[float, str]] = []  # over the losses, which begin beside a short column
        for at, step in enumerate(self.steps):
            x, high = round(at * apart), max(2.0, step.part.n * unit)
            rect = QRectF(x, top, column, high)
            last = at == len(self.steps) - 1
            goes = self.steps[at + 1].part.n * unit if not last else 0
            if not last:
                painter.fillRect(QRectF(rect.right(), top, apart - column, max(goes, 1.0)), theme.color("c1", 48))
            fill_bar(painter, rect, step.part.token, 2)
            paint.text(painter, x, theme.px(10), step.label, theme.font(13), theme.color("ink"), apart - theme.px(4) if not last else None)
            figures.append((rect.right() + theme.px(7), str(step.part.n)))
            found.append(Mark(rect, step.part.key, f"{step.label} {step.part.n}"))
            found += self._losses(painter, step, rect, goes, unit, apart - column)
        for left, words in figures:
            paint.text(painter, left, top + theme.px(14), words, theme.font(16, True), theme.color("ink"))
        return found

    def _losses(self, painter: QPainter, step: Step, rect: QRectF, goes: float, unit: float, apart: float) -> list[Mark]:
        found, y = [], rect.y() + goes + (2 if goes else 0)
        figure = rect.y() + theme.px(26)  # where the figure beside the column ends
        for part in step.lost:
            if not part.n:
                continue
            words = f"{part.name} {part.n}"
            high = max(theme.px(18), part.n * unit - 2)
            if y + high < figure + theme.px(16):
                y = max(y, figure)
            if y + high > self.height():
                y = max(rect.y(), self.height() - high)
            wide = min(apart - theme.px(6), max(paint.width(words, theme.font(12)) + theme.px(30), apart * 0.5))
            box = QRectF(rect.right(), y, wide, high)
            shade = QLinearGradient(box.topLeft(), box.topRight())
            shade.setColorAt(0, theme.color("c5", 150))
            shade.setColorAt(1, theme.color("c5", 0))
            painter.fillRect(box, shade)
            paint.text(painter, box.x() + theme.px(8), max(box.center().y(), figure + theme.px(8)), words, theme.font(12),
                       theme.color("ink"), wide + theme.px(30))
            found.append(Mark(box.adjusted(1, 0, 0, 0), part.key, words))
            y += high + 2
        return found


class Trend(Chart):
    """A line of rates in percent: three grid lines, the last value bold; each point opens its day."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.points: list[tuple[str, int, int]] = []
        self.setMinimumHeight(theme.px(120))

    def put(self, points: Sequence[tuple[str, int, int]]) -> None:
        """Show (day, numerator, denominator) one after the other; where nobody is counted there is no point."""
        self.points = [point for point in points if point[2]]
        self.update()

    def sizeHint(self) -> QSize:
        """Return a middling size."""
        return QSize(theme.px(260), theme.px(190))

    def lay(self, painter: QPainter) -> list[Mark]:
        """Paint grid, line, last value and days."""
        if not self.points:
            return []
        rates = [over / under for _, over, under in self.points]
        low = max(0.0, (int(min(rates) * 10) - 1) / 10)
        top = min(1.0, (int(max(rates) * 10) + 1) / 10)
        small = theme.font(11)
        left, right, head, foot = theme.px(40), theme.px(46), theme.px(10), theme.px(22)
        high, wide = self.height() - head - foot, self.width() - left - right

        def y_of(rate: float) -> float:
            return head + high * (1 - (rate - low) / (top - low))

        for level in (low, (low + top) / 2, top):
            painter.fillRect(QRectF(left, round(y_of(level)), wide, 1), theme.color("line"))
            paint.text(painter, left - theme.px(6), y_of(level), f"{level:.0%}", small, theme.color("ink2"), right=True)
        spots = [QPointF(left + (wide * at / max(1, len(rates) - 1)), y_of(rate)) for at, rate in enumerate(rates)]
        painter.setPen(QPen(theme.color("c1"), 2.2))
        painter.drawPolyline(spots)
        painter.setBrush(theme.color("c1"))
        painter.drawEllipse(spots[-1], theme.px(4), theme.px(4))
        paint.text(painter, spots[-1].x() + theme.px(8), spots[-1].y(), f"{rates[-1]:.0%}", theme.font(14, True), theme.color("ink"))
        self._days(painter, spots)
        return [Mark(QRectF(spot.x() - 6, spot.y() - 6, 12, 12), day, f"{day}  {over} / {under} = {over / under:.1%}")
                for spot, (day, over, under) in zip(spots, self.points, strict=True)]

    def _days(self, painter: QPainter, spots: list[QPointF]) -> None:
        """Name the last day, and back from it every one, every second, every third: as many as stand apart."""
        metrics, days = QFontMetricsF(theme.font(11)), [f"{int(day[5:7])}-{int(day[8:])}" for day, _, _ in self.points]
        named = [(spot.x(), words, metrics.horizontalAdvance(words)) for spot, words in zip(spots, days, strict=True)]
        apart = spots[1].x() - spots[0].x() if len(spots) > 1 else self.width()
        step = math.ceil((max(wide for _, _, wide in named) + theme.px(10)) / max(1.0, apart))
        for x, words, wide in named[::-step]:
            paint.text(painter, x - wide / 2, self.height() - theme.px(9), words, theme.font(11), theme.color("ink2"))
