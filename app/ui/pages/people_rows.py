"""The list at the left of People: what was found, or all households in order. Promises that a million rows scroll."""
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.search import Hit
from app.ui import theme
from app.ui.pages.portrait import age_of
from app.ui.widgets import paint, row_ground

PIECE = 100
_SELECT = ("SELECT h.id, coalesce(h.household_code, ''), h.dwelling_no, p.id, p.full_name, p.sex, p.birth_date FROM household h "
           "LEFT JOIN person p ON p.household_id = h.id AND p._void IS NULL AND p.relation_to_head = '02' WHERE h._void IS NULL ")
_ALL = _SELECT + "AND (coalesce(h.household_code, ''), h.id) > (?, ?) ORDER BY coalesce(h.household_code, ''), h.id LIMIT ?"
_NEXT = ("SELECT id FROM household WHERE _void IS NULL AND (coalesce(household_code, ''), id) > (?, ?) "
         "ORDER BY coalesce(household_code, ''), id LIMIT 1")
_BEFORE = ("SELECT id FROM household WHERE _void IS NULL AND (coalesce(household_code, ''), id) < (?, ?) "
           "ORDER BY coalesce(household_code, '') DESC, id DESC LIMIT 1")


@dataclass(frozen=True)
class Row:
    """One row: a person found, or a household by its head."""

    person: str | None
    household: str | None
    name: str
    hint: str
    line: str
    dwelling: str


def from_hit(hit: Hit, typed: str) -> Row:
    """Return the row of a search hit; letters that found it stand beside the name."""
    sex = dictionary().codes["sex"].label(hit.sex) if hit.sex else ""
    hint = typed.strip().lower() if hit.how == "pinyin" else ""
    return Row(hit.person, hit.household, hit.name or say("没有人", "Nobody"), hint, f"{sex} {hit.age if hit.age is not None else ''}".strip(),
               hit.dwelling or "")


def households_after(ledger: Ledger, last: tuple[str, str], count: int = PIECE) -> list[tuple[tuple[str, str], Row]]:
    """Return the next households by code, each with its key."""
    found: dict[str, tuple[tuple[str, str], Row]] = {}
    for house, code, dwelling, person, name, sex, birth in ledger.db.conn.execute(_ALL, (*last, count)):
        age = age_of({"birth_date": birth})
        words = f"{dictionary().codes['sex'].label(sex) if sex else ''} {age if age is not None else ''}".strip()
        found.setdefault(house, ((code, house), Row(person, house, name or say(f"户 {code}", f"Household {code}"), "", words, dwelling or "")))
    return list(found.values())


def neighbour(ledger: Ledger, household: str, forward: bool) -> str | None:
    """Return the next or the previous household by code."""
    row = ledger.db.conn.execute("SELECT coalesce(household_code, ''), id FROM household WHERE id = ?", (household,)).fetchone()
    found = row and ledger.db.conn.execute(_NEXT if forward else _BEFORE, tuple(row)).fetchone()
    return found[0] if found else None


class PeopleRows(QAbstractListModel):
    """The rows; without a search they come in pieces, by household code."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._keys: list[tuple[str, str]] = []
        self._ledger: Ledger | None = None

    def put(self, rows: list[Row]) -> None:
        """Show what was found."""
        self.beginResetModel()
        self.rows, self._ledger = rows, None
        self.endResetModel()

    def put_all(self, ledger: Ledger) -> None:
        """Show all households, as far as one scrolls."""
        self.beginResetModel()
        piece = households_after(ledger, ("", ""))
        self._ledger = ledger if len(piece) == PIECE else None
        self.rows, self._keys = [row for _, row in piece], [key for key, _ in piece]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are here so far."""
        return 0 if parent.isValid() else len(self.rows)

    def canFetchMore(self, parent: QModelIndex) -> bool:
        """Tell whether more households may come."""
        return self._ledger is not None and not parent.isValid()

    def fetchMore(self, parent: QModelIndex) -> None:
        """Take the next piece of households."""
        if self._ledger is None:
            return
        piece = households_after(self._ledger, self._keys[-1])
        if len(piece) < PIECE:
            self._ledger = None
        if piece:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(piece) - 1)
            self.rows += [row for _, row in piece]
            self._keys += [key for key, _ in piece]
            self.endInsertRows()

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row under UserRole, its words for everybody else."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.name} {row.line} {row.dwelling}"
        return None


class PersonRow(QStyledItemDelegate):
    """Name, letters that found it, sex and age, door."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the row height."""
        return QSize(theme.px(200), theme.px(44))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one row."""
        row_ground(painter, option)
        row, rect = index.data(Qt.ItemDataRole.UserRole), QRectF(option.rect)
        now = bool(option.state & QStyle.StateFlag.State_Selected)
        middle, x = rect.center().y(), rect.x() + theme.px(16)
        right = rect.right() - theme.px(16)
        right -= paint.text(painter, right, middle, row.dwelling, theme.font(13), theme.color("ink2"), theme.px(90), True) + theme.px(8)
        x += paint.text(painter, x, middle, row.name, theme.font(15, now), theme.color("ink"), theme.px(110)) + theme.px(14)
        if row.hint:
            x += paint.text(painter, x, middle, row.hint, theme.font(13), theme.color("accent"), theme.px(60)) + theme.px(14)
        if right - x > theme.px(30):
            paint.text(painter, x, middle, row.line, theme.font(13), theme.color("ink2"), right - x)
