"""Rows of what is to be done and of whom it concerns: icon, name, a sentence, how urgent, what Enter does. Promises two lines that say why."""
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QWidget

from app.ui import icons, theme
from app.ui.widgets import paint, paint_tag, row_ground, tag_width

HIGH = 54


@dataclass(frozen=True)
class RowWords:
    """What a row shows. Attributes: icon, ink (of the icon), name, under (a sentence), tag (words, kind of widgets.Tag), deed (what Enter does)."""

    icon: str
    ink: str
    name: str
    under: str
    tag: tuple[str, str] = ("", "plain")
    deed: str = ""


class RowList(QAbstractListModel):
    """The rows; a million are no trouble."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RowWords] = []

    def put(self, rows: Sequence[RowWords]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row under UserRole, its words for everybody else, the sentence as tooltip."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(filter(None, (row.name, row.under, row.tag[0], row.deed)))
        return row.under if role == Qt.ItemDataRole.ToolTipRole else None


class RowPainter(QStyledItemDelegate):
    """Paints RowWords: 54 high."""

    def sizeHint(self, option, index) -> QSize:
        """Return the row height."""
        return QSize(theme.px(240), theme.px(HIGH))

    def paint(self, painter: QPainter, option, index) -> None:
        """Paint icon, two lines, tag and deed; the key of the row that is chosen."""
        row_ground(painter, option)
        row, rect = index.data(Qt.ItemDataRole.UserRole), QRectF(option.rect)
        now = bool(option.state & QStyle.StateFlag.State_Selected)
        middle, right = rect.center().y(), rect.right() - theme.px(14)
        painter.drawPixmap(round(rect.x() + theme.px(18)), round(middle - theme.px(9)), icons.pixmap(row.icon, 18, row.ink))
        if row.deed:
            end = right
            right -= paint.key_width("Return")  # in every row: what stands left of it does not move when another is chosen
            if now:
                paint.key_cap(painter, right, middle, "Return")
            else:
                painter.drawPixmap(round(end - theme.px(16)), round(middle - theme.px(8)), icons.pixmap("right", 16, "ink2"))
            right -= theme.px(10) + theme.px(56)
            paint.text(painter, right, middle, row.deed, theme.font(14, now), theme.color("accent"), theme.px(60))
            right -= theme.px(12)
        if row.tag[0]:
            right -= tag_width(*row.tag)
            paint_tag(painter, right, middle, *row.tag)
            right -= theme.px(10)
        x = rect.x() + theme.px(50)
        paint.text(painter, x, middle - theme.px(11), row.name, theme.font(15, True), theme.color("ink"), right - x)
        paint.text(painter, x, middle + theme.px(11), row.under, theme.font(13), theme.color("ink2"), right - x)


class Clock(QWidget):
    """The days of a case as boxes: those that are gone are filled; words beside."""

    def __init__(self, name: str, gone: int, span: int, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.gone, self.span, self.words = name, gone, max(1, min(span, 10)), words
        self.setAccessibleName(f"{name}: {words}")
        self.setToolTip(f"{name}: {words}")
        self.setFixedHeight(theme.px(28))

    def paintEvent(self, event: object) -> None:
        """Paint name, boxes and words."""
        painter, middle = QPainter(self), self.height() / 2
        paint.text(painter, 0, middle, self.name, theme.font(13), theme.color("ink"), theme.px(106))
        x, wide = float(theme.px(112)), theme.px(14)
        for n in range(self.span):
            late = self.gone > self.span
            face = QRectF(x, middle - theme.px(6), wide, theme.px(12))
            gone = n < self.gone
            paint.box(painter, face, 3, theme.color("sunken" if not gone else "err" if late else "warn"), None if gone else theme.color("line"))
            x += wide + theme.px(4)
        paint.text(painter, x + theme.px(6), middle, self.words, theme.font(12), theme.color("err" if self.gone > self.span else "ink2"),
                   self.width() - x - theme.px(8))
