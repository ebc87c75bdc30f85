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
_HEADS = ("SELECT h.id, h.household_code, h.dwelling_no, p.id, p.full_name, p.sex, p.birth_date FROM ({homes}) h LEFT JOIN person p"
          " ON p.household_id = h.id AND p._void IS NULL AND p.relation_to_head = '02'")
_HOME = "SELECT id, household_code, dwelling_no FROM household WHERE _void IS NULL AND "
_CODED = "household_code >= :code AND (household_code, id) > (:code, :id) ORDER BY household_code, id LIMIT :count"
_CODED_BACK = "household_code <= :code AND (household_code, id) < (:code, :id) ORDER BY household_code DESC, id DESC LIMIT :count"
_BARE = "household_code IS NULL AND id > :id ORDER BY id LIMIT :count"
_BARE_BACK = "household_code IS NULL AND id < :id ORDER BY id DESC LIMIT :count"
Key = tuple[str | None, str]  # code and id; those without a code come last
START: Key = ("", "")


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


def households_after(ledger: Ledger, last: Key, count: int = PIECE) -> list[tuple[Key, Row]]:
    """Return the next households by code, each with its key; as many as asked for, fewer at the end."""
    found: dict[str, tuple[Key, Row]] = {}
    if last[0] is not None:
        _collect(ledger, found, _HOME + _CODED, {"code": last[0], "id": last[1], "count": count})
        last = (None, "")
    if len(found) < count:
        _collect(ledger, found, _HOME + _BARE, {"id": last[1], "count": count - len(found)})
    return list(found.values())


def _collect(ledger: Ledger, found: dict[str, tuple[Key, Row]], homes: str, bound: dict[str, object]) -> None:
    sexes = dictionary().codes["sex"]
    for house, code, dwelling, person, name, sex, birth in ledger.db.conn.execute(_HEADS.format(homes=homes), bound).fetchall():
        age = age_of({"birth_date": birth})
        words = f"{sexes.label(sex) if sex else ''} {age if age is not None else ''}".strip()
        name = name or say(f"户 {code or '没有编号'}", f"Household {code or 'without a code'}")
        found.setdefault(house, ((code, house), Row(person, house, name, "", words, dwelling or "")))


def neighbour(ledger: Ledger, household: str, forward: bool) -> str | None:
    """Return the next or the previous household in the order of the list."""
    row = ledger.db.conn.execute("SELECT household_code FROM household WHERE id = ?", (household,)).fetchone()
    if row is None:
        return None
    bound = {"code": row[0], "id": household, "count": 1}
    coded, bare = (_CODED, _BARE) if forward else (_CODED_BACK, _BARE_BACK)
    ways = [(bare, bound)] if row[0] is None else [(coded, bound)]
    if forward and row[0] is not None:
        ways.append((_BARE, {**bound, "id": ""}))
    elif not forward and row[0] is None:
        ways.append((_CODED_BACK, {**bound, "code": "\U0010ffff", "id": ""}))
    for way, values in ways:
        found = ledger.db.conn.execute(_HOME + way, values).fetchone()
        if found:
            return str(found[0])
    return None


class PeopleRows(QAbstractListModel):
    """The rows; without a search they come in pieces, by household code."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._keys: list[Key] = []
        self._ledger: Ledger | None = None

    def put(self, rows: list[Row]) -> None:
        """Show what was found."""
        self.beginResetModel()
        self.rows, self._ledger = rows, None
        self.endResetModel()

    def put_all(self, ledger: Ledger) -> None:
        """Show all households, as far as one scrolls."""
        self.beginResetModel()
        piece = households_after(ledger, START)
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
