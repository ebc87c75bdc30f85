"""SheetPreview: the first rows of a book as paper. Promises to be light in every theme, since paper is."""
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QTableView,
    QVBoxLayout,
)

from app.models.language import counted, say
from app.ui import theme
from app.ui.widgets import paint, row

PAPER = theme.Light()
ROW, WIDEST, PAD = 25, 150, 14
LINES = {1: (40,), 2: (24, 38)}  # heights of one row of heads, and of two
NUMBERS = set("0123456789.")


def ink(token: str) -> QColor:
    """Return a colour of the light tokens, whatever the theme."""
    return QColor(getattr(PAPER, token))


class PaperText(QLabel):
    """A line on the paper."""

    def __init__(self, px: float, bold: bool = False) -> None:
        super().__init__()
        self._font = theme.font(px, bold)
        self.setFont(self._font)

    def sizeHint(self) -> QSize:
        """Return the room of the text."""
        return QSize(round(QFontMetricsF(self._font).horizontalAdvance(self.text())) + 2, round(self._font.pixelSize() * 1.6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint in the light ink."""
        paint.text(QPainter(self), 0, self.height() / 2, self.text(), self._font, ink("ink"), self.width())


class _PaperRows(QAbstractTableModel):
    """The columns and rows of a preview."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: Sequence[str] = ()
        self.rows: Sequence[Sequence[str]] = ()

    def put(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show these."""
        self.beginResetModel()
        self.titles, self.rows = titles, rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns."""
        return len(self.titles)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell."""
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the titles of the columns."""
        return self.titles[section] if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole else None


class _PaperCell(QStyledItemDelegate):
    """A cell with its lines, as printed."""

    def paint(self, painter: QPainter, option, index) -> None:
        """Paint one cell."""
        rect, words = QRectF(option.rect), str(index.data() or "")
        now = bool(option.state & option.state.State_Selected)
        painter.fillRect(rect, ink("tint") if now else ink("surface"))
        _lines(painter, rect)
        number = bool(words) and set(words) <= NUMBERS and len(words) < 8
        font, pad = theme.font(12), theme.px(6)
        x = rect.right() - pad if number else rect.x() + pad
        paint.text(painter, x, rect.center().y(), words, font, ink("ink"), rect.width() - 2 * pad, number)


class _PaperHead(QHeaderView):
    """The heads as they are printed: groups over their columns, in two lines where they are long."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.boxes: Sequence[Any] = ()
        self.tops: list[int] = [0]
        self.setSectionsClickable(False)

    def put(self, heads: Any) -> None:
        """Show these heads."""
        lines = len(heads.heights)
        high = LINES.get(lines, (28,) * lines)
        self.boxes, self.tops = heads.boxes, [theme.px(sum(high[:n])) for n in range(lines + 1)]
        self.setFixedHeight(self.tops[-1])

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Return the height of all lines of heads."""
        return QSize(theme.px(40), self.tops[-1])

    def paintSection(self, painter: QPainter, rect, section: int) -> None:
        """Paint what stands over one column; of a group the part that lies over it."""
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(QRectF(rect), ink("sunken"))
        painter.setFont(theme.font(12, True))
        for box in self.boxes:
            if box.column <= section < box.column + box.columns:
                left = self.sectionViewportPosition(box.column)
                wide = sum(self.sectionSize(n) for n in range(box.column, box.column + box.columns))
                top, foot = self.tops[box.row], self.tops[min(box.row + box.rows, len(self.tops) - 1)]
                face = QRectF(left, top, wide, foot - top)
                _lines(painter, face)
                painter.setPen(ink("ink"))
                painter.drawText(face.adjusted(3, 1, -3, -1), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), box.text)
        painter.restore()


def _lines(painter: QPainter, rect: QRectF) -> None:
    box = rect.toRect().adjusted(0, 0, -1, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(ink("c5"), 1))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    painter.drawLine(box.topRight(), box.bottomRight())


class SheetPreview(QFrame):
    """The paper: title, unit and date, heads, first rows, how many more, who signs."""

    def __init__(self) -> None:
        super().__init__()
        self.model = _PaperRows()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.heads = _PaperHead()
        self.table.setHorizontalHeader(self.heads)
        self.table.setItemDelegate(_PaperCell(self.table))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        palette = self.table.palette()
        for role in (palette.ColorRole.Base, palette.ColorRole.Window):
            palette.setColor(role, ink("surface"))
        self.table.setPalette(palette)
        self.title, self.unit, self.date, self.measure = PaperText(17, True), PaperText(12), PaperText(12), PaperText(12)
        self.more, self.signs = PaperText(12), PaperText(12)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(PAD), theme.px(10), theme.px(PAD), theme.px(10))
        whole.setSpacing(theme.px(6))
        whole.addLayout(row(None, self.title, None))
        whole.addLayout(row(self.unit, None, self.date, None, self.measure))
        whole.addWidget(self.table, 1)
        whole.addLayout(row(None, self.more, None))
        whole.addLayout(row(self.signs, None))

    def put(self, face: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], count: int) -> None:
        """Show the first rows of a book under its face (`printing.Face`)."""
        self.title.setText(face.title)
        line = (*face.line[:1], *("",) * (3 - len(face.line)), *face.line[1:3])[:3] if face.line else ("", "", "")
        for words, text in zip((self.unit, self.date, self.measure), line, strict=True):
            words.setText(text)
        self.model.put(columns, rows)
        self.heads.put(face.heads)
        rest = count - len(rows)
        self.more.setText(say(f"…… 后面还有 {rest} 行 ……", f"…… {rest} more rows ……") if rest > 0 else
                          say(f"共 {count} 行", counted(count, "row")))
        self.signs.setText("填表人：　　　　　　　审核人：　　　　　　　负责人：")
        self.table.setAccessibleName(f"{face.title}, {count}")
        self._fit()

    def _fit(self) -> None:
        plain, bold = QFontMetricsF(theme.font(12)), QFontMetricsF(theme.font(12, True))
        for at, title in enumerate(self.model.titles):
            head = bold.horizontalAdvance(title)
            head = head if len(title) <= 4 else head / 2 + theme.px(14)
            body = max((plain.horizontalAdvance(line[at]) for line in self.model.rows), default=0)
            self.table.setColumnWidth(at, round(min(theme.px(WIDEST), max(head, body) + theme.px(14))))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the paper."""
        paint.box(QPainter(self), QRectF(self.rect()), 0, ink("surface"), ink("line2"))
