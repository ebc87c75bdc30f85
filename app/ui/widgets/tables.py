"""Lists and tables. Promises: hairlines, no zebra, tint and a bar mean chosen, a million rows scroll."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui import theme
from app.ui.widgets import paint
from app.ui.widgets.plain import paint_tag

WRAPPED = Qt.TextFlag.TextWordWrap
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Cell:
    """What a table cell shows. tag: a kind of widgets.Tag; under: a second line; ink, bold, right as in look.md."""

    text: str = ""
    under: str = ""
    tag: str = ""
    ink: str = "ink"
    bold: bool = False
    right: bool = False
    blank: bool = False  # does not apply: canvas fill
    wrap: bool = False   # an error or a reason: never shortened, the row grows


@dataclass(frozen=True)
class Column:
    """A column: title, width at 100 % (0 takes the rest), numbers stand right."""

    title: str
    width: int = 0
    right: bool = False


def row_ground(painter: QPainter, option: QStyleOptionViewItem, bar: bool = True) -> None:
    """Paint the ground of a list row: hover or chosen tint, the bar at the left, the hairline below."""
    rect = QRectF(option.rect)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.color("tint"))
        if bar:
            painter.fillRect(QRectF(rect.x(), rect.y(), theme.px(3), rect.height()), theme.color("accent"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.color("hover"))
    painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), theme.color("line"))


class CellPainter(QStyledItemDelegate):
    """Paints Cells; the model gives them under UserRole."""

    def __init__(self, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.high = high

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the row height; a wrapped cell asks for its lines at the width of its column."""
        cell, table = index.data(Qt.ItemDataRole.UserRole), self.parent()
        high = theme.px(self.high)
        if cell is not None and cell.wrap and isinstance(table, QTableView):
            room = QRectF(0, 0, table.columnWidth(index.column()) - 2 * theme.px(10), 10_000)
            lines = QFontMetricsF(theme.font(14, cell.bold)).boundingRect(room, WRAPPED, cell.text)
            high = max(high, round(lines.height()) + theme.px(16))
        return QSize(theme.px(80), high)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one cell."""
        row_ground(painter, option, bar=index.column() == 0)
        cell = index.data(Qt.ItemDataRole.UserRole) or Cell()
        rect, pad = QRectF(option.rect), theme.px(10)
        if cell.blank:
            painter.fillRect(rect.adjusted(0, 0, 0, -1), theme.color("canvas"))
        room, middle = rect.width() - 2 * pad, rect.center().y()
        x = rect.right() - pad if cell.right else rect.x() + pad
        if cell.tag:
            paint_tag(painter, rect.x() + pad, middle, cell.text, cell.tag, bool(option.state & QStyle.StateFlag.State_Selected))
            return
        if cell.wrap:
            painter.setFont(theme.font(14, cell.bold))
            painter.setPen(theme.color(cell.ink))
            painter.drawText(rect.adjusted(pad, 2, -pad, -2), WRAPPED | Qt.AlignmentFlag.AlignVCenter, cell.text)
            return
        if cell.under:
            paint.text(painter, x, middle + theme.px(10), cell.under, theme.font(12), theme.color("ink2"), room, cell.right)
            middle -= theme.px(9)
        paint.text(painter, x, middle, cell.text, theme.font(14, cell.bold), theme.color(cell.ink), room, cell.right)


class Rows(QAbstractTableModel):
    """A table over rows that come in pieces. `more(offset, count)` returns rows of Cells, fewer at the end."""

    def __init__(self, columns: Sequence[Column], more: Callable[[int, int], list[Sequence[Cell]]] | None = None,
                 piece: int = 200) -> None:
        super().__init__()
        self.columns, self.rows, self._more, self._piece = list(columns), [], more, piece
        self.ended = more is None

    def put(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show these rows and no more."""
        self.beginResetModel()
        self.rows, self.ended = list(rows), True
        self.endResetModel()

    def renew(self, rows: Sequence[Sequence[Cell]]) -> bool:
        """Show these rows, repainting only those that differ where there are as many; tell whether all were put anew."""
        if len(rows) != len(self.rows):
            self.put(rows)
            return True
        for at, (old, new) in enumerate(zip(self.rows, rows, strict=True)):
            if list(old) != list(new):
                self.rows[at] = new
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        return False

    def again(self, more: Callable[[int, int], list[Sequence[Cell]]]) -> None:
        """Read from the start, from another source."""
        self.beginResetModel()
        self.rows, self._more, self.ended = list(more(0, self._piece)), more, False
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are here so far."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns."""
        return len(self.columns)

    def canFetchMore(self, parent: QModelIndex) -> bool:
        """Tell whether more rows may come."""
        return not self.ended and not parent.isValid()

    def fetchMore(self, parent: QModelIndex) -> None:
        """Take the next piece."""
        if self._more is None:
            return
        piece = self._more(len(self.rows), self._piece)
        self.ended = len(piece) < self._piece
        if piece:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(piece) - 1)
            self.rows += piece
            self.endInsertRows()

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the Cell under UserRole, its text for everybody else."""
        if not index.isValid():
            return None
        cell = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{cell.text} {cell.under}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.text or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class Table(QTableView):
    """A styled table. `opened(row)` on Enter or double click; `moved(row)` when another row is chosen.

    Attributes: opens (whether Enter opens a row; else it goes on to the page).
    """

    opened = Signal(int)
    moved = Signal(int)

    def __init__(self, model: QAbstractItemModel, name: str, high: int = 40, opens: bool = True,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opens = opens
        self._later_measure = QTimer(self, singleShot=True, interval=0)
        self._later_measure.timeout.connect(self._measure)
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(CellPainter(high, self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(high))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setFixedHeight(theme.px(34))
        head.setSectionsClickable(False)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.moved.emit(now.row()))
        if isinstance(model, Rows):
            self.fit(model.columns)

    def let_rows_grow(self) -> None:
        """Let rows be as high as their wrapped cells ask; only those in sight are measured, however many there are."""
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        bar, model = self.verticalScrollBar(), self.model()
        for told in (bar.valueChanged, bar.rangeChanged, self.horizontalHeader().sectionResized, model.modelReset, model.layoutChanged,
                     model.dataChanged, model.rowsInserted):
            told.connect(self._soon)
        self._soon()

    def _soon(self, *_: object) -> None:
        self._later_measure.start()

    def _measure(self) -> None:
        """Give the rows in sight the height they ask for; the row that is chosen stays in sight.

        In a window that is not open nothing is measured: opening it lays the table out, which asks again, and of one that was closed
        parts may be gone already.
        """
        if not self.window().isVisible():
            return
        bottom, now = self.viewport().height(), self.currentIndex()
        held = now.isValid() and self.viewport().rect().intersects(self.visualRect(now))
        row = max(0, self.rowAt(0))
        while row < self.model().rowCount() and self.rowViewportPosition(row) < bottom:
            high = self.sizeHintForRow(row)
            if high != self.rowHeight(row):
                self.setRowHeight(row, high)
            row += 1
        if held:
            self.updateGeometries()  # the room to scroll in has grown too
            self.scrollTo(now)

    def let_head_sort(self, do: Callable[[int], None]) -> None:
        """Call this with the column whose head is pressed."""
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(do)

    def fit(self, columns: Sequence[Column]) -> None:
        """Give the columns their widths; width 0 takes what is left."""
        head = self.horizontalHeader()
        for at, column in enumerate(columns):
            if column.width:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Fixed)
                head.resizeSection(at, theme.px(column.width))
            else:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)

    def choose(self, row: int) -> None:
        """Choose a row and bring it into sight."""
        self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter; leave page keys and letters to the page."""
        if event.key() in ENTER and self.opens and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        if event.key() in (*ENTER, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) or event.text().strip():
            event.ignore()
            return
        super().keyPressEvent(event)


class List(QListView):
    """A list whose rows a delegate paints. `opened(row)` on Enter or double click; `moved(row)` on another row."""

    opened = Signal(int)
    moved = Signal(int)
    left = Signal()

    def __init__(self, model: QAbstractItemModel, painter: QStyledItemDelegate, name: str,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(painter)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.selectionModel().currentChanged.connect(lambda now, _: self.moved.emit(now.row()))

    def choose(self, row: int) -> None:
        """Choose a row and bring it into sight."""
        self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter; Up on the first row leaves upwards; leave page keys and letters to the page."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) or event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)
