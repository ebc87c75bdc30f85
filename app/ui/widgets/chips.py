"""Choices with digits. Promises that every choice can be made by its digit, and that every label stands whole."""
from collections.abc import Hashable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QListView, QSizePolicy, QStyledItemDelegate, QVBoxLayout, QWidget

from app.models.language import say
from app.ui import icons, theme
from app.ui.widgets import paint
from app.ui.widgets.buttons import PaintedButton
from app.ui.widgets.inputs import LineInput

MOST_CHIPS = 9
Options = Sequence[tuple[Hashable, str]]


def paint_badge(painter: QPainter, rect: QRectF, words: str, chosen: bool) -> None:
    """Paint the badge with the digit."""
    paint.box(painter, rect, 4, theme.color("accent" if chosen else "sunken"))
    font = theme.font(12, True)
    ink = theme.color("on" if chosen else "ink")
    paint.text(painter, rect.center().x() - paint.width(words, font) / 2, rect.center().y(), words, font, ink)


class Chip(PaintedButton):
    """One choice: badge with digit, label, tick; a real checkable button."""

    def __init__(self, digit: int, words: str, multi: bool, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.digit, self.multi = digit, multi
        self.setCheckable(True)
        self.setAccessibleName(f"{digit} {words}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def need(self) -> int:
        """Return the width at which the label stands whole, bold too."""
        wide = paint.width(self.text(), theme.font(15, True)) + theme.px(10 + 22 + 8 + 12)
        return round(wide + (theme.px(26) if self.multi else 0)) + 2 * paint.RESERVE

    def sizeHint(self) -> QSize:
        """Return the least width and 42 with the focus room."""
        return QSize(self.need(), theme.px(42) + 2 * paint.RESERVE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip as it is chosen, focused or under the pointer."""
        painter, face, chosen = QPainter(self), self.face(), self.isChecked()
        if chosen:
            paint.box(painter, face, 6, theme.color("tint"), theme.color("accent"), 2)
        else:
            ground = "sunken" if not self.isEnabled() else "hover" if self.underMouse() else "surface"
            paint.box(painter, face, 6, theme.color(ground), theme.color("line2"))
        if self.hasFocus():
            paint.ring(painter, face)
        middle, side = face.center().y(), theme.px(22)
        paint_badge(painter, QRectF(face.x() + theme.px(10), middle - side / 2, side, side), str(self.digit), chosen)
        x = face.x() + theme.px(40)
        room = face.right() - x - theme.px(34 if self.multi else 8)
        wide = paint.text(painter, x, middle, self.text(), theme.font(15, chosen), theme.color("ink"), room)
        if self.multi:
            self._paint_box(painter, face, chosen)
        elif chosen and x + wide + theme.px(32) < face.right():
            side = theme.px(18)
            painter.drawPixmap(round(face.right() - side - theme.px(9)), round(middle - side / 2),
                               icons.pixmap("check", 18, "accent", True))

    def _paint_box(self, painter: QPainter, face: QRectF, chosen: bool) -> None:
        side = theme.px(18)
        box = QRectF(face.right() - side - theme.px(9), face.center().y() - side / 2, side, side)
        paint.box(painter, box, 4, theme.color("accent" if chosen else "surface"),
                  theme.color("accent" if chosen else "line2"))
        if chosen:
            painter.drawPixmap(round(box.x() + theme.px(2)), round(box.y() + theme.px(2)),
                               icons.pixmap("check", 14, "on", True))


class DigitChips(QWidget):
    """Up to nine choices as chips in equal columns. `chosen(value)` after each choice; value is a list if multi."""

    chosen = Signal(object)
    chip_class = Chip

    def __init__(self, options: Options, multi: bool = False, name: str = "", parent: QWidget | None = None, first: int = 1) -> None:
        """Make the chips; their digits begin at `first`, where several groups stand on one page."""
        super().__init__(parent)
        self.options, self.multi, self.digit = list(options), multi, first
        self.setAccessibleName(name)
        self.chips: list[Chip] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        for number, (_, words) in enumerate(self.options):
            chip = self.chip_class(first + number, words, multi, self)
            chip.clicked.connect(lambda _=False, n=number: self._clicked(n))
            self.chips.append(chip)
        if self.chips:
            self.setFocusProxy(self.chips[0])
        self._arrange(theme.px(640))

    def relabel(self, words: Sequence[str]) -> None:
        """Say the choices in the language in use."""
        for at, (chip, label) in enumerate(zip(self.chips, words, strict=True)):
            self.options[at] = (self.options[at][0], label)
            chip.setText(label)
            chip.setAccessibleName(f"{chip.digit} {label}")
            chip.updateGeometry()

    def value(self) -> object:
        """Return the chosen value, None if none; a list of values if several are allowed."""
        values = [value for (value, _), chip in zip(self.options, self.chips, strict=True) if chip.isChecked()]
        return values if self.multi else (values[0] if values else None)

    def set_value(self, value: object) -> None:
        """Show a choice without telling anybody."""
        wanted = value if isinstance(value, list | tuple | set) else [value]
        for (mine, _), chip in zip(self.options, self.chips, strict=True):
            chip.setChecked(mine in wanted)

    def choose(self, place: int) -> None:
        """Choose, or take back, the option at this place (from 0) and tell."""
        chip = self.chips[place]
        chip.setChecked(not chip.isChecked() if self.multi else True)
        chip.setFocus(Qt.FocusReason.OtherFocusReason)
        self._clicked(place)

    def press(self, digit: int) -> bool:
        """Act on a digit key, 1 to 9; tell whether there is such a choice."""
        if not self.digit <= digit < self.digit + len(self.chips):
            return False
        self.choose(digit - self.digit)
        return True

    def _clicked(self, place: int) -> None:
        if not self.multi:
            for at, chip in enumerate(self.chips):
                chip.setChecked(at == place)
        self.chosen.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose, arrows move."""
        words = event.text()
        if words.isdigit() and len(words) == 1 and self.press(int(words)):
            return
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: self._columns,
                Qt.Key.Key_Up: -self._columns}.get(Qt.Key(event.key()))
        at = next((n for n, chip in enumerate(self.chips) if chip.hasFocus()), None)
        if step and at is not None and 0 <= at + step < len(self.chips):
            self.chips[at + step].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def columns_for(self, wide: int) -> int:
        """Return how many columns of equal width let every label stand whole, 1 to 5."""
        need = max((chip.need() for chip in self.chips), default=1)
        fit = max(1, min(5, len(self.chips) or 1, wide // need))
        rows = -(-len(self.chips) // fit) or 1
        return -(-len(self.chips) // rows) or 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the columns for the new width."""
        self._arrange(event.size().width())
        super().resizeEvent(event)

    def _arrange(self, wide: int) -> None:
        columns = self.columns_for(wide)
        if columns == self._columns:
            return
        for at in range(max(columns, self._columns)):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
        self._columns = columns
        for at, chip in enumerate(self.chips):
            self._grid.addWidget(chip, at // columns, at % columns)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height of the rows and a modest width."""
        rows = -(-len(self.chips) // max(1, self._columns))
        return QSize(theme.px(300), rows * (theme.px(42) + 2 * paint.RESERVE))

    def minimumSizeHint(self) -> QSize:
        """Return the widest single chip: below that a label would be cut."""
        return QSize(max((chip.need() for chip in self.chips), default=40), self.sizeHint().height())


class _Choices(QAbstractListModel):
    """The choices that match what is typed."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.all = list(options)
        self.shown = list(range(len(self.all)))
        self.picked: set[Hashable] = set()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self.shown)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        number = self.shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{number + 1:02d} {self.all[number][1]}"
        return number if role == Qt.ItemDataRole.UserRole else None

    def narrow(self, words: str) -> None:
        self.beginResetModel()
        words = words.strip().lower()
        if words.isdigit():
            self.shown = [n for n in range(len(self.all)) if f"{n + 1:02d}".startswith(words) or str(n + 1) == words]
        else:
            self.shown = [n for n, (value, label) in enumerate(self.all)
                          if words in label.lower() or words in str(value).lower()]
        self.endResetModel()


class _ChoiceRow(QStyledItemDelegate):
    """A row with its two digits."""

    def sizeHint(self, option, index) -> QSize:
        return QSize(theme.px(200), theme.px(38))

    def paint(self, painter, option, index) -> None:
        model: _Choices = index.model()
        number = model.shown[index.row()]
        face = QRectF(option.rect).adjusted(4, 1, -4, -1)
        now = bool(option.state & option.state.State_Selected)
        picked = model.all[number][0] in model.picked
        if now or picked:
            paint.box(painter, face, 6, theme.color("tint" if now else "surface"),
                      theme.color("accent") if picked else None, 2)
        side, middle = theme.px(24), face.center().y()
        paint_badge(painter, QRectF(face.x() + theme.px(8), middle - side / 2, side, side), f"{number + 1:02d}", picked)
        paint.text(painter, face.x() + theme.px(42), middle, model.all[number][1], theme.font(15, picked),
                   theme.color("ink"), face.width() - theme.px(50))


class DigitList(QWidget):
    """More than nine choices: type two digits or a few letters, Enter takes. Same value and signal as DigitChips."""

    chosen = Signal(object)

    def __init__(self, options: Options, multi: bool = False, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options, self.multi = list(options), multi
        self.setAccessibleName(name)
        self.model = _Choices(self.options)
        self.filter = LineInput(name, "search")
        self.filter.set_icon("search")
        self.filter.setPlaceholderText(say("两位数字，或者几个字", "Two digits, or a few letters"))
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_ChoiceRow(self.list))
        self.list.setAccessibleName(name)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(4))
        whole.addWidget(self.filter)
        whole.addWidget(self.list, 1)
        self.setMinimumHeight(theme.px(46 + 38 * min(6, len(self.options))))
        self.setFocusProxy(self.filter)
        self.filter.textEdited.connect(self._narrow)

    def value(self) -> object:
        """Return the chosen value, None if none; a list of values if several are allowed."""
        values = [value for value, _ in self.options if value in self.model.picked]
        return values if self.multi else (values[0] if values else None)

    def set_value(self, value: object) -> None:
        """Show a choice without telling anybody."""
        wanted = value if isinstance(value, list | tuple | set) else [value]
        self.model.picked = {mine for mine, _ in self.options if mine in wanted}
        at = next((n for n, (mine, _) in enumerate(self.options) if mine in wanted), None)
        if at is not None:
            self.list.setCurrentIndex(self.model.index(at))
        self.list.viewport().update()

    def _narrow(self, words: str) -> None:
        self.model.narrow(words)
        if self.model.shown:
            self.list.setCurrentIndex(self.model.index(0))
        if words.isdigit() and len(words) == 2 and len(self.model.shown) == 1:
            self._take(0)

    def _take(self, at: int) -> None:
        if not 0 <= at < len(self.model.shown):
            return
        value = self.options[self.model.shown[at]][0]
        if self.multi:
            self.model.picked ^= {value}
        else:
            self.model.picked = {value}
        self.filter.clear()
        self.model.narrow("")
        self.list.viewport().update()
        self.chosen.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list while typing; Enter takes the chosen row when something is typed."""
        at = self.list.currentIndex().row()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            at += 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self.model.index(max(0, min(at, len(self.model.shown) - 1))))
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and at >= 0 and (self.filter.text() or self.value() in (None, [])):
            self._take(at)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Send the focus to the line."""
        self.filter.setFocus(event.reason())


def choices(options: Options, multi: bool = False, name: str = "") -> "DigitChips | DigitList":
    """Return chips for up to nine options, a filtered list for more."""
    return (DigitChips if len(options) <= MOST_CHIPS else DigitList)(options, multi, name)
