"""Parts of the dispatch screen: figures that open, and the sheets that ask for a place or a day. Promises two numbers beside each rate."""
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.models import places
from app.models.language import say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.widgets import Cell, Column, Field, LineInput, PaintedButton, Rows, Sheet, Table, paint


class Tile(PaintedButton):
    """A figure: what it is, the number and its unit, a line of what it is made of. Pressed, it opens its list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.words: tuple[str, str, str, str, str] = ("", "", "", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, label: str, number: str, unit: str, under: str, level: str = "") -> None:
        """Show a figure; level "warn" for a line that presses."""
        self.words = label, number, unit, under, level
        self.setAccessibleName(f"{label} {number} {unit}, {under}")
        self.setToolTip(under)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of three lines."""
        return QSize(theme.px(150), theme.px(82))

    def minimumSizeHint(self) -> QSize:
        """Return how narrow it may be."""
        return QSize(theme.px(110), theme.px(82))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the three lines."""
        painter, face = QPainter(self), self.face()
        if self.underMouse():
            paint.box(painter, face, 6, theme.color("hover"))
        if self.hasFocus():
            paint.box(painter, face, 6, None, theme.color("accent"), 2)
        label, number, unit, under, level = self.words
        x, room = face.x() + theme.px(8), face.width() - theme.px(12)
        paint.text(painter, x, face.y() + theme.px(13), label, theme.font(13), theme.color("ink2"), room)
        wide = paint.text(painter, x, face.y() + theme.px(38), number, theme.font(26, True), theme.color("ink"))
        paint.text(painter, x + wide + theme.px(6), face.y() + theme.px(42), unit, theme.font(13), theme.color("ink2"))
        paint.text(painter, x, face.y() + theme.px(64), under, theme.font(12), theme.color(level or "ink2"), room)


class Tiles(QFrame):
    """A sheet of figures side by side. `opened(key)`."""

    opened = Signal(str)

    def __init__(self, keys: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.tiles = {key: Tile() for key in keys}
        line = QHBoxLayout(self)
        line.setContentsMargins(*[theme.px(4)] * 4)
        line.setSpacing(theme.px(4))
        for key, tile in self.tiles.items():
            tile.clicked.connect(lambda _=False, key=key: self.opened.emit(key))
            line.addWidget(tile, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines between the figures."""
        super().paintEvent(event)
        painter = QPainter(self)
        for tile in list(self.tiles.values())[1:]:
            painter.fillRect(QRectF(tile.x() - theme.px(3), theme.px(14), 1, self.height() - theme.px(28)), theme.color("line"))


class PlaceSheet(Sheet):
    """Asks for a place: those of the area, each under the one it lies in. `.code` is the one that was chosen."""

    def __init__(self, over: QWidget, ledger: Ledger, area: str, now: str) -> None:
        super().__init__(over, say("看哪里的数", "Whose figures"), say("上下键选，按回车。", "Choose with the arrows, press Enter."), 420)
        self.code = now
        self.codes = [(area, 0)]
        for one in places.children(area, ledger):
            self.codes.append((one.code12, 1))
            if len(self.codes) < 200:
                self.codes += [(below.code12, 2) for below in places.children(one.code12, ledger)]
        names = [places.get(code, ledger) for code, _ in self.codes]
        self.rows = Rows([Column("", 0)])
        self.rows.put([[Cell("　" * deep + (found.name if found else code), bold=code == now)]
                       for (code, deep), found in zip(self.codes, names, strict=True)])
        self.table = Table(self.rows, self.title.text(), 34)
        self.table.horizontalHeader().hide()
        self.table.setMinimumHeight(theme.px(min(380, 40 + 34 * len(self.codes))))
        self.body.addWidget(self.table)
        self.table.opened.connect(self._take)
        self.table.choose(next((n for n, (code, _) in enumerate(self.codes) if code == now), 0))
        self.add_button(say("不换", "Keep"), "secondary", "Esc").clicked.connect(self.reject)
        self.table.setFocus()

    def _take(self, row: int) -> None:
        self.code = self.codes[row][0]
        self.accept()


class DaySheet(Sheet):
    """Asks for a cut-off day, and from which day on the period counts. `.on` and `.since` are ISO, `since` may be empty."""

    def __init__(self, over: QWidget, on: str, since: str) -> None:
        super().__init__(over, say("截止到哪一天", "Cut-off date"), say("数字按那天的情况重新给出；以后补报的也算在内。",
                                                            "Figures are given as they stood that day, with what was reported later."), 420)
        self.on, self.since = on, since
        self.lines = [LineInput(on, "code"), LineInput(since, "code")]
        labels = (say("截止日期", "Cut-off date"), say("本期从哪天起（空着就是一直以来）", "Period from (empty: from the beginning)"))
        self.fields = [Field(label, line) for label, line in zip(labels, self.lines, strict=True)]
        for field, line, text in zip(self.fields, self.lines, (on, since), strict=True):
            line.setText(text)
            self.body.addWidget(field)
        self.add_button(say("不换", "Keep"), "secondary", "Esc").clicked.connect(self.reject)
        self.add_button(say("看这一天", "Show this day"), "primary", "Return").clicked.connect(self._take)
        for line in self.lines:
            line.returnPressed.connect(self._take)
        self.lines[0].selectAll()
        self.lines[0].setFocus()

    def _take(self) -> None:
        days = [_day(line.text()) for line in self.lines]
        for field, day, least in zip(self.fields, days, (True, False), strict=True):
            if day is None or least and not day:
                field.find("E", say("写成 2026-06-30。", "Write it as 2026-06-30."))
                return
        self.on, self.since = days[0] or "", days[1] or ""
        self.accept()


def _day(text: str) -> str | None:
    """Return a typed day as ISO, "" for none, None where it is no day."""
    digits = text.strip().replace(".", "-").replace("/", "-")
    try:
        return date.fromisoformat(digits).isoformat() if digits else ""
    except ValueError:
        return None


def chosen(sheet: QDialog) -> bool:
    """Show a sheet and return whether something was chosen."""
    return sheet.exec() == QDialog.DialogCode.Accepted


__all__ = ["DaySheet", "PlaceSheet", "Tile", "Tiles", "chosen"]
