"""Our own line icons. Promises one drawing per (name, size, colour, screen ratio), taken from resources/icons."""
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.models.resources import resource
from app.ui import theme


@cache
def _text(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _drawn(name: str, size: int, colour: str, ratio: float, strong: bool) -> QPixmap:
    text = _text(name).replace("currentColor", colour)
    if strong:
        text = text.replace('stroke-width="1.5"', 'stroke-width="1.8"')
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def pixmap(name: str, size: float = 18, token: str = "ink2", strong: bool = False) -> QPixmap:
    """Return an icon as a picture, in pixels at 100 % and in a colour token."""
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen else 1.0
    return _drawn(name, theme.px(size), theme.color(token).name(), ratio, strong)


def icon(name: str, size: float = 18, token: str = "ink2") -> QIcon:
    """Return an icon for Qt's own controls."""
    return QIcon(pixmap(name, size, token))


def app_icon() -> QIcon:
    """Return the mark of the program: a house on petrol green."""
    return QIcon(mark(64))


def mark(size: float = 30) -> QPixmap:
    """Return the mark of the program as a picture."""
    side = theme.px(size)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.22, side * 0.22)
    house = _drawn("mark", round(side * 0.74), theme.color("on").name(), 1.0, True)
    painter.drawPixmap(round(side * 0.13), round(side * 0.13), house)
    painter.end()
    return picture


def forget() -> None:
    """Drop the drawn icons; the theme or the text size changed."""
    _drawn.cache_clear()
