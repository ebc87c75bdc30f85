"""Buttons that carry their key. Promises real QPushButtons, painted: keyboard and screen readers find them."""
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.ui import icons, theme
from app.ui.widgets import paint

KINDS = ("primary", "secondary", "quiet", "danger", "danger-full", "inverse")


class PaintedButton(QPushButton):
    """A push button whose Enter presses it, as everybody expects, and that paints its own face."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setAutoDefault(False)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter as on the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def face(self) -> QRectF:
        """Return the visible box, inside the room kept for the focus ring."""
        keep = paint.RESERVE
        return QRectF(self.rect()).adjusted(keep, keep, -keep, -keep)


class KeyButton(PaintedButton):
    """A button: icon, words and key cap. kind: primary, secondary, quiet, danger, danger-full, inverse."""

    def __init__(self, words: str, kind: str = "secondary", key: str = "", icon: str = "", height: int = 36,
                 parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        if kind not in KINDS:
            raise ValueError(f"no such kind of button: {kind}")
        self.kind, self.key, self.icon_name, self.high = kind, key, icon, height
        self.setToolTip("")

    def reword(self, words: str) -> None:
        """Change the words, also for the screen reader."""
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def _font_bold(self) -> bool:
        return self.kind in ("primary", "inverse", "danger-full")

    def sizeHint(self) -> QSize:
        """Return the width of icon, words and cap with 16 px on both sides, and the height with the focus room."""
        wide = paint.width(self.text(), theme.font(15 if self.kind == "primary" else 14, self._font_bold()))
        wide += theme.px(26) if self.icon_name else 0
        wide += paint.key_width(self.key) + theme.px(8) if self.key else 0
        pad = theme.px(8 if self.kind == "quiet" else 16)
        return QSize(max(theme.px(64), round(wide) + 2 * pad) + 2 * paint.RESERVE,
                     theme.px(self.high) + 2 * paint.RESERVE)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a button is never cut."""
        return self.sizeHint()

    def _tokens(self) -> tuple[str | None, str | None, str]:
        """Return fill, edge and ink for the state the button is in."""
        down, over = self.isDown(), self.underMouse()
        if not self.isEnabled():
            return ("sunken" if self.kind != "quiet" else None), None, "ink3"
        if self.kind == "primary":
            return ("accent_p" if down else "accent_h" if over else "accent"), None, "on"
        if self.kind == "danger-full":
            return "err", None, "on"
        if self.kind == "inverse":
            return None, None, "surface"
        fill = "hover" if over or down else None
        if self.kind == "quiet":
            return fill, None, "accent"
        return fill or "surface", ("err" if self.kind == "danger" else "line2"), \
            ("err" if self.kind == "danger" else "ink")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint face, ring, icon, words and cap."""
        painter = QPainter(self)
        face = self.face()
        fill, edge, ink = self._tokens()
        paint.box(painter, face, 6, theme.color(fill) if fill else None, theme.color(edge) if edge else None)
        if self.hasFocus():
            paint.ring(painter, face, "ink" if self.kind == "primary" else "accent")
        font = theme.font(15 if self.kind == "primary" else 14, self._font_bold())
        inside = paint.width(self.text(), font) + (theme.px(26) if self.icon_name else 0)
        inside += paint.key_width(self.key) + theme.px(8) if self.key else 0
        x, middle = face.center().x() - inside / 2, face.center().y()
        if self.icon_name:
            picture = icons.pixmap(self.icon_name, 18, ink)
            painter.drawPixmap(round(x), round(middle - theme.px(18) / 2), picture)
            x += theme.px(26)
        x += paint.text(painter, x, middle, self.text(), font, theme.color(ink))
        if self.key:
            self._paint_key(painter, x + theme.px(8), middle, ink)

    def _paint_key(self, painter: QPainter, x: float, middle: float, ink: str) -> None:
        if ink in ("on", "surface"):
            paint.key_cap(painter, x, middle, self.key, ink, ink, None)
        else:
            paint.key_cap(painter, x, middle, self.key, "ink3" if ink == "ink3" else "ink2", "line2", None)


class IconButton(PaintedButton):
    """A button that is only an icon; its name is told by tooltip and accessible name."""

    def __init__(self, icon: str, name: str, token: str = "accent", size: int = 18,
                 parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.icon_name, self.token, self.size_px = icon, token, size
        self.rename(name)

    def rename(self, name: str) -> None:
        """Change what the button says it does."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        """Return a square of 28 with the focus room."""
        side = theme.px(self.size_px + 8) + 2 * paint.RESERVE
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon, its hover ground and its ring."""
        painter = QPainter(self)
        face = self.face()
        if self.underMouse() and self.isEnabled():
            paint.box(painter, face, 6, theme.color("hover"))
        if self.hasFocus():
            paint.ring(painter, face)
        picture = icons.pixmap(self.icon_name, self.size_px, self.token if self.isEnabled() else "ink3")
        side = theme.px(self.size_px)
        painter.drawPixmap(round(face.center().x() - side / 2), round(face.center().y() - side / 2), picture)


class NavItem(PaintedButton):
    """A line of the rail: icon, word, count of what waits for a decision, digit while Ctrl is held."""

    def __init__(self, icon: str, words: str, digit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.icon_name, self.digit, self.count, self.show_digit, self.high = icon, digit, 0, False, 42
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def reword(self, words: str) -> None:
        """Change the word."""
        self.setText(words)
        self._say()

    def set_count(self, count: int) -> None:
        """Show how many wait for a decision; 0 shows nothing."""
        self.count = count
        self._say()

    def _say(self) -> None:
        self.setAccessibleName(f"{self.text()} {self.count}" if self.count else self.text())
        self.update()

    def sizeHint(self) -> QSize:
        """Return 42 high and the rail wide."""
        return QSize(theme.px(theme.RAIL - 16), theme.px(self.high))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pill, bar, icon, word and count."""
        painter = QPainter(self)
        face = QRectF(self.rect())
        now = self.isChecked()
        if now:
            paint.box(painter, face, 6, theme.color("surface"), theme.color("line"))
            high = theme.px(22)
            bar = QRectF(0, face.center().y() - high / 2, theme.px(4), high)
            paint.box(painter, bar, 2, theme.color("accent"))
        elif self.underMouse():
            paint.box(painter, face, 6, theme.color("hover"))
        if self.hasFocus():
            paint.box(painter, face.adjusted(1, 1, -1, -1), 6, None, theme.color("accent"), 2)
        middle = face.center().y()
        token = "accent" if now else "ink2"
        painter.drawPixmap(theme.px(14), round(middle - theme.px(20) / 2), icons.pixmap(self.icon_name, 20, token, now))
        room = face.width() - theme.px(44) - (theme.px(34) if self.count or self.show_digit else theme.px(6))
        ink = theme.color("ink" if now else "ink2")
        paint.text(painter, theme.px(44), middle, self.text(), theme.font(15, now), ink, room)
        if self.show_digit:
            paint.key_cap(painter, face.right() - theme.px(28), middle, self.digit)
        elif self.count:
            self._paint_count(painter, face.right() - theme.px(3), middle)

    def _paint_count(self, painter: QPainter, right: float, middle: float) -> None:
        words = str(self.count) if self.count < 100 else "99+"
        font = theme.font(12, True)
        wide = max(theme.px(20), paint.width(words, font) + theme.px(10))
        pill = QRectF(right - wide, middle - theme.px(10), wide, theme.px(20))
        paint.box(painter, pill, 10, theme.color("warn"))
        paint.text(painter, pill.center().x() - paint.width(words, font) / 2, middle, words, font, QColor("#FFFFFF"))
