"""Strokes that the painted controls share. Promises whole-pixel baselines and lines that stay inside their box."""
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.ui import theme

RESERVE = 4  # round every control, so that focus moves nothing

KEY_WORDS = {"Return": "Enter", "Esc": "Esc", "PgUp": "PgUp", "PgDown": "PgDn", "Ctrl+Z": "Ctrl Z"}


def box(painter: QPainter, rect: QRectF, radius: float, fill: QColor | None = None, edge: QColor | None = None,
        width: float = 1) -> None:
    """Paint a rounded box with its edge inside the rectangle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, width) if edge is not None else Qt.PenStyle.NoPen)
    half = width / 2 if edge is not None else 0
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), theme.px(radius), theme.px(radius))


def text(painter: QPainter, x: float, middle: float, words: str, font: QFont, colour: QColor,
         room: float | None = None, right: bool = False) -> float:
    """Paint one line around a middle height, shortened to the room; return its width."""
    metrics = QFontMetricsF(font)
    if room is not None and metrics.horizontalAdvance(words) > room + 0.5:
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    wide = metrics.horizontalAdvance(words)
    painter.setFont(font)
    painter.setPen(colour)
    base = round(middle + (metrics.ascent() - metrics.descent()) / 2)
    painter.drawText(QPointF(round(x - wide if right else x), base), words)
    return wide


def width(words: str, font: QFont) -> float:
    """Return how wide one line is."""
    return QFontMetricsF(font).horizontalAdvance(words)


def key_name(key: str) -> str:
    """Return how a key is written on its cap: `Ctrl+Z` is `Ctrl Z`."""
    return KEY_WORDS.get(key, key.replace("+", " "))


def key_width(key: str) -> float:
    """Return how wide the cap of a key is."""
    return max(theme.px(20), width(key_name(key), theme.font(11)) + theme.px(12)) if key else 0


def key_cap(painter: QPainter, x: float, middle: float, key: str, ink: str = "ink2", edge: str = "line2",
            fill: str | None = "surface") -> float:
    """Paint a key cap at its left end; return its width."""
    high = theme.px(18)
    wide = key_width(key)
    rect = QRectF(round(x), round(middle - high / 2), round(wide), high)
    box(painter, rect, 4, theme.color(fill) if fill else None, theme.color(edge))
    font = theme.font(11)
    name = key_name(key)
    text(painter, rect.center().x() - width(name, font) / 2, middle, name, font, theme.color(ink))
    return wide


def ring(painter: QPainter, rect: QRectF, token: str = "accent", radius: float = 8) -> None:
    """Paint the focus ring: 2 px wide, 2 px away from the face given."""
    box(painter, rect.adjusted(-4, -4, 4, 4), radius, None, theme.color(token), 2)


def shadow(painter: QPainter, rect: QRectF, radius: float = 8, layers: int = 8) -> None:
    """Paint a soft shadow as layered rounded boxes (no graphics effect: slow on old laptops)."""
    for n in range(layers, 0, -1):
        box(painter, rect.adjusted(-n, -n + 2, n, n + 2), radius + n, theme.color("shadow", 7))
