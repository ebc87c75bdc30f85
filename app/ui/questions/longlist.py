"""LongChoice: a line with a list that opens while one types. Promises Han, pinyin initials, numbers and codes all find.

The list floats over the page inside the window and never takes the cursor: the line keeps it, so an input method works.
"""
from collections.abc import Hashable, Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QVBoxLayout, QWidget

from app.models.language import say
from app.models.pinyin import pinyin_keys
from app.ui import theme
from app.ui.questions.reading import plain
from app.ui.widgets import LineInput, Words, paint, paint_badge

ROW, SHOWN = 36, 8


class _Offers(QAbstractListModel):
    """The choices that match what is typed. Each has its badge: the code where all are two long, else its number."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[tuple[str, str]] = []
        self.badges: list[str] = []
        self.shown: list[int] = []
        self.picked: list[str] = []
        self._keys: list[str] | None = None

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Take these choices."""
        self.beginResetModel()
        self.all, self._keys = list(options), None
        two = all(len(code) == 2 for code, _ in self.all)
        self.badges = [code if two else f"{n + 1:02d}" for n, (code, _) in enumerate(self.all)]
        self.shown = list(range(len(self.all)))
        self.endResetModel()

    def narrow(self, words: str) -> None:
        """Keep what matches: badge or code from its start, label anywhere, a word of its pinyin from its start."""
        words = plain(words).lower()
        self.beginResetModel()
        self.shown = [n for n in range(len(self.all)) if not words or self._fits(n, words)]
        self.shown.sort(key=lambda n: (self.badges[n].lower() != words, not self.all[n][1].lower().startswith(words)))
        if not words:
            self.shown.sort()
        self.endResetModel()

    def _fits(self, n: int, words: str) -> bool:
        code, label = self.all[n]
        if self.badges[n].lower().startswith(words) or code.lower().startswith(words):
            return True
        if words in label.lower():
            return True
        return words.isascii() and any(key.startswith(words) for key in self._pinyin(n).split())

    def _pinyin(self, n: int) -> str:
        if self._keys is None:
            self._keys = [pinyin_keys("".join(c for c in label if "一" <= c <= "鿿")) for _, label in self.all]
        return self._keys[n]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many match."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return badge and label for everybody who reads."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        n = self.shown[index.row()]
        return f"{self.badges[n]} {self.all[n][1]}"


class _Row(QStyledItemDelegate):
    """A choice: badge, label, tick."""

    def sizeHint(self, option, index) -> QSize:
        """Return the height of a row."""
        return QSize(theme.px(200), theme.px(ROW))

    def paint(self, painter: QPainter, option, index) -> None:
        """Paint one choice."""
        model: _Offers = index.model()
        n = model.shown[index.row()]
        code, label = model.all[n]
        face = QRectF(option.rect).adjusted(4, 1, -4, -1)
        chosen = code in model.picked
        if option.state & option.state.State_Selected:
            paint.box(painter, face, 6, theme.color("tint"))
        high, middle = theme.px(22), face.center().y()
        paint_badge(painter, QRectF(face.x() + theme.px(8), middle - high / 2, theme.px(28), high), model.badges[n], chosen)
        room = face.width() - theme.px(54)
        paint.text(painter, face.x() + theme.px(46), middle, label, theme.font(15, chosen), theme.color("ink"), room)


class _Sheet(QFrame):
    """The floating list, under its line or above it where there is more room."""

    def __init__(self, model: _Offers, taken) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.list = QListView()
        self.list.setModel(model)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda index: taken(index.row()))
        self.none = Words("", 13, "2")
        self.none.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(6))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2, theme.px(4), 2, theme.px(4))
        inside.setSpacing(0)
        inside.addWidget(self.list)
        inside.addWidget(self.none)

    def open_at(self, line: QWidget, count: int) -> None:
        """Show under the line."""
        window = line.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self.list.setVisible(bool(count))
        self.none.setVisible(not count)
        self.none.setText(say("没有这一项。换几个字，或者按 Esc。", "Nothing like it. Try other letters, or press Esc."))
        high = theme.px(ROW) * min(SHOWN, max(1, count)) + theme.px(10)
        top = line.mapTo(window, QPoint(4, line.height() - 2))
        if top.y() + high > window.height() - theme.px(8):
            top.setY(max(theme.px(8), line.mapTo(window, QPoint(4, 0)).y() - high + 2))
        self.setGeometry(top.x(), top.y(), max(line.width() - 8, theme.px(240)), high)
        self.show()
        self.raise_()


class LongChoice(QWidget):
    """A line showing what is chosen; typing opens the list. `chosen(values)` after each choice."""

    chosen = Signal(object)

    def __init__(self, multi: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.multi = multi
        self.model = _Offers()
        self.line = LineInput("", "search")
        self.line.set_icon("search")
        self.line.setPlaceholderText(say("打几个字、首字母或编号", "Type letters or a number"))
        self.sheet = _Sheet(self.model, self._take)
        self.tags = Words("", 14, "accent", bold=True, wrap=True)
        self.tags.setContentsMargins(theme.px(6), 0, 0, 0)
        self.tags.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.line)
        whole.addWidget(self.tags)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._narrow)
        self.line.installEventFilter(self)
        self.destroyed.connect(self.sheet.deleteLater)

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Take these choices, if they are other than before."""
        if list(options) != self.model.all:
            self.model.offer(options)

    def value(self) -> list[Hashable]:
        """Return what is chosen, in the order of the list."""
        return [code for code, _ in self.model.all if code in self.model.picked]

    def set_value(self, values: Sequence[str]) -> None:
        """Show a choice without telling anybody."""
        self.model.picked = list(values)
        labels = [label for code, label in self.model.all if code in self.model.picked]
        if self.multi:
            self.tags.setText(say("、", ", ").join(labels))
            self.tags.setVisible(bool(labels))
        elif not self.is_open():
            self.line.setText(labels[0] if labels else "")
            self.line.setCursorPosition(0)

    def is_open(self) -> bool:
        """Tell whether the list is shown."""
        return self.sheet.isVisible()

    def settle(self) -> None:
        """Close the list and show again what is chosen."""
        self.sheet.hide()
        self.model.narrow("")
        if self.multi:
            self.line.clear()
        self.set_value(self.model.picked)

    def key(self, event: QKeyEvent) -> bool:
        """Act on a key of the line; tell whether it was meant for the list."""
        key, enter = event.key(), event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.line.isReadOnly():
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if not self.is_open():
            return False
        if key == Qt.Key.Key_Escape:
            self.settle()
            return True
        if enter and not self.line.composing() and self.model.shown:
            self._take(max(0, self.sheet.list.currentIndex().row()))
            return True
        return enter and not self.line.composing()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose the old words when the cursor comes, close when it goes."""
        if event.type() == QEvent.Type.FocusIn:
            self.line.selectAll()
        elif event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.settle()
        elif event.type() == QEvent.Type.MouseButtonRelease and not self.is_open() and not self.line.isReadOnly():
            self._open()
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        if not self.is_open():
            self._open()
            return
        at = self.sheet.list.currentIndex().row() + by
        self.sheet.list.setCurrentIndex(self.model.index(max(0, min(at, len(self.model.shown) - 1))))

    def _open(self) -> None:
        self.model.narrow("")
        self.sheet.open_at(self.line, len(self.model.shown))
        at = next((n for n, i in enumerate(self.model.shown) if self.model.all[i][0] in self.model.picked), 0)
        self.sheet.list.setCurrentIndex(self.model.index(at))

    def _narrow(self, words: str) -> None:
        typed = self.line.words()
        self.model.narrow(typed)
        if not typed and not self.multi:
            self._clear()
        self.sheet.open_at(self.line, len(self.model.shown))
        self.sheet.list.setCurrentIndex(self.model.index(0))
        if typed.isdigit() and len(typed) == 2 and len(self.model.shown) == 1:
            self._take(0)

    def _clear(self) -> None:
        if self.model.picked:
            self.model.picked = []
            self.chosen.emit([])

    def _take(self, row: int) -> None:
        if not 0 <= row < len(self.model.shown):
            return
        code = self.model.all[self.model.shown[row]][0]
        if self.multi:
            self.model.picked = [c for c in self.model.picked if c != code] if code in self.model.picked \
                else [*self.model.picked, code]
        else:
            self.model.picked = [code]
        self.settle()
        self.line.selectAll()
        self.chosen.emit(self.value())
