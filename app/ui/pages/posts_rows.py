"""The rows of the page of posts: offers and seekers at the left, matches at the right. Promises that a score never stands without its reasons."""
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.assistance import reasons
from app.assistance.matching import FOR_POST, Match, MatchList
from app.assistance.posts import Post
from app.assistance.seekers import Seeker
from app.models.language import say
from app.ui import icons, theme
from app.ui.pages import posts_read
from app.ui.pages.posts_read import Board, Who
from app.ui.telling import years
from app.ui.widgets import Cell, CellPainter, paint, paint_tag, row_ground, tag_width

OFFER_HIGH, MATCH_HIGH = 58, 78
NAME, SCORE, WHY, GAPS, ASKS = range(5)


class Listed(QAbstractListModel):
    """Posts or seekers, as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Post | Seeker] = []
        self.board: Board | None = None

    def put(self, board: Board, rows: list[Any]) -> None:
        """Show these."""
        self.beginResetModel()
        self.board, self.rows = board, rows
        self.endResetModel()

    def place_of(self, rec: str) -> int:
        """Return the row of a post or person, -1 for none."""
        return next((at for at, one in enumerate(self.rows) if one.id == rec), -1)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the post or person under UserRole, its words for everybody else."""
        if not index.isValid() or self.board is None:
            return None
        one = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return one
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if isinstance(one, Post):
                return f"{one.name()} {posts_read.standing(self.board, one)[0]}"
            return f"{name_of(self.board, one.id).name} {posts_read.situation(one)[0]}"
        return None


def name_of(board: Board, rec: str) -> Who:
    """Return how a person is called; somebody who is not to be helped has no name here."""
    return board.who.get(rec) or Who(say("不在范围", "Not in the target group"), None, "")


def who_line(who: Who) -> str:
    """Return age and door."""
    return " · ".join(filter(None, (years(who.age), who.dwelling)))


class ListedRow(QStyledItemDelegate):
    """Two lines and a tag."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the row height."""
        return QSize(theme.px(200), theme.px(OFFER_HIGH))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one row."""
        row_ground(painter, option)
        one, board = index.data(Qt.ItemDataRole.UserRole), index.model().board
        if isinstance(one, Post):
            words, ink = posts_read.standing(board, one)
            self._lines(painter, option, one.title or one.code, one.employer_name, (posts_read.kind(one, board.home), "plain"), words, ink,
                        bool(board.closed(one)))
        else:
            who = name_of(board, one.id)
            wage = say(f"{one.wage} 元起", f"from {one.wage}") if one.wage else ""
            self._lines(painter, option, who.name, who_line(who), posts_read.situation(one), wage, "ink2", False)

    def _lines(self, painter: QPainter, option: QStyleOptionViewItem, first: str, second: str, tag: tuple[str, str], right: str, ink: str,
               faded: bool) -> None:
        rect, now = QRectF(option.rect), bool(option.state & QStyle.StateFlag.State_Selected)
        x, end, top = rect.x() + theme.px(16), rect.right() - theme.px(14), rect.y() + theme.px(20)
        wide = tag_width(*tag)
        paint_tag(painter, end - wide, top, *tag)
        paint.text(painter, x, top, first, theme.font(15, now), theme.color("ink3" if faded else "ink"), end - x - wide - theme.px(8))
        under = top + theme.px(23)
        shown = paint.text(painter, end, under, right, theme.font(12, ink == "warn"), theme.color(ink), theme.px(130), True)
        paint.text(painter, x, under, second, theme.font(12), theme.color("ink2"), end - x - shown - theme.px(10))


def cells(board: Board, found: MatchList) -> list[list[Cell]]:
    """Return the rows of a list: for screen readers and tooltips each cell has its words in full."""
    out = []
    for item in found.items[:posts_read.SHOWN]:
        if found.direction == FOR_POST:
            who = name_of(board, item.seeker.id)
            first = Cell(who.name, who_line(who))
        else:
            first = Cell(item.post.title or item.post.code, item.post.employer_name)
        out.append([first, Cell(reasons.points(item.score)), Cell("\n".join(posts_read.why(item))), Cell(say("；", "; ").join(reasons.gaps(item))),
                    Cell("\n".join(reasons.asks(item)))])
    return out


class MatchRow(CellPainter):
    """Paints a match: name with a pin, score with a bar, reasons with ticks, what is missing, what to ask."""

    def __init__(self, table: Any) -> None:
        super().__init__(MATCH_HIGH, table)
        self.items: tuple[Match, ...] = ()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one cell."""
        row_ground(painter, option, bar=index.column() == 0)
        cell, item = index.data(Qt.ItemDataRole.UserRole), self.items[index.row()] if index.row() < len(self.items) else None
        if cell is None or item is None:
            return
        rect = QRectF(option.rect).adjusted(theme.px(12), 0, -theme.px(8), 0)
        (self._name, self._score, self._why, self._gaps, self._asks)[index.column()](painter, rect, cell, item)

    def _name(self, painter: QPainter, rect: QRectF, cell: Cell, item: Match) -> None:
        middle = rect.center().y()
        room = rect.width() - (theme.px(22) if item.pinned else 0)
        wide = paint.text(painter, rect.x(), middle - theme.px(10), cell.text, theme.font(15, True), theme.color("ink"), room)
        if item.pinned:
            painter.drawPixmap(round(rect.x() + wide + theme.px(6)), round(middle - theme.px(18)), icons.pixmap("pin", 16, "accent"))
        under = item.pick.note if item.pinned and item.pick else cell.under
        paint.text(painter, rect.x(), middle + theme.px(12), under, theme.font(12), theme.color("accent" if item.pinned else "ink2"), rect.width())

    def _score(self, painter: QPainter, rect: QRectF, cell: Cell, item: Match) -> None:
        middle, whole = rect.center().y(), sum(part.weight for part in item.parts) or 1
        paint.text(painter, rect.x(), middle - theme.px(10), cell.text, theme.font(17, True), theme.color("ink"))
        bar = QRectF(rect.x(), middle + theme.px(8), theme.px(56), theme.px(6))
        paint.box(painter, bar, 3, theme.color("line"))
        paint.box(painter, QRectF(bar.x(), bar.y(), bar.width() * item.score / 100 / whole, bar.height()), 3, theme.color("accent"))

    def _why(self, painter: QPainter, rect: QRectF, cell: Cell, item: Match) -> None:
        lines = cell.text.split("\n")
        y = rect.center().y() - theme.px(11) * (len(lines) - 1)
        for at, line in enumerate(lines):
            last = at == len(lines) - 1
            painter.drawPixmap(round(rect.x()), round(y - theme.px(7)), icons.pixmap("plus" if last else "check", 14, "ink2" if last else "ok"))
            paint.text(painter, rect.x() + theme.px(20), y, line, theme.font(13), theme.color("ink2" if last else "ink"), rect.width() - theme.px(20))
            y += theme.px(22)

    def _gaps(self, painter: QPainter, rect: QRectF, cell: Cell, item: Match) -> None:
        wrapped(painter, rect, cell.text or "—", "ink")

    def _asks(self, painter: QPainter, rect: QRectF, cell: Cell, item: Match) -> None:
        asked = cell.text.split("\n")
        if len(asked) == 1:
            wrapped(painter, rect, cell.text, "ask")
            return
        shown = asked if len(asked) <= 3 else [*asked[:2], say(f"还有 {len(asked) - 2} 条要问", f"{len(asked) - 2} more to ask")]
        y = rect.center().y() - theme.px(11) * (len(shown) - 1)
        for line in shown:
            paint.text(painter, rect.x(), y, line, theme.font(13), theme.color("ask"), rect.width())
            y += theme.px(22)


def wrapped(painter: QPainter, rect: QRectF, words: str, ink: str, most: int = 3) -> None:
    """Paint a few lines in the middle of a cell; what has no room is shortened and stands in the tooltip."""
    if not words:
        return
    font, high = theme.font(13), theme.px(21)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(words, font)
    layout.setTextOption(option)
    layout.beginLayout()
    starts: list[int] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(rect.width())
        starts.append(line.textStart())
    layout.endLayout()
    starts = starts[:most]
    parts = [words[one:other].strip() for one, other in zip(starts, [*starts[1:], len(words)], strict=True)]
    y = rect.center().y() - high * (len(parts) - 1) / 2
    for part in parts:
        paint.text(painter, rect.x(), y, part, font, theme.color(ink), rect.width())
        y += high
