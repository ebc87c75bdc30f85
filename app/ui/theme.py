"""The look: colour tokens, type, one palette and one style sheet. Promises that a pixel or a colour is said only here.

    theme.use(app)                 once, at the start
    theme.px(14)                   pixels at the text size in use
    theme.color("accent")          a QColor of the tokens in use
    theme.font(15, bold=True)      a QFont with our families
"""
from dataclasses import dataclass
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.models.language import language

FAMILIES = ("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC",
            "WenQuanYi Micro Hei", "SimSun-ExtB", "HanaMinB")
LATIN_FIRST = ("Segoe UI", "Noto Sans")

RAIL, HEADER, NEXT_BAR, STRIP, MARGIN = 148, 64, 56, 30, 24
WORK = 440   # a page needs so much height (at 100 %); where large text leaves less, it scrolls
WIDE = 1440  # what is read and done takes so much width at most (at 100 %); the rest of a wider window is margin
LARGE = 1.5  # the text size from which parts that stood side by side stand under one another
TOAST_MS, UNMASK_MS = 8000, 20000


@dataclass(frozen=True)
class Light:
    """Warm paper, white sheets, near-black ink, one petrol green."""

    canvas: str = "#F6F5F1"
    surface: str = "#FFFFFF"
    sunken: str = "#EDEBE4"
    hover: str = "#F0EEE8"
    line: str = "#DEDBD2"
    line2: str = "#85837A"
    ink: str = "#1C2321"
    ink2: str = "#4A5451"
    ink3: str = "#5C6461"
    accent: str = "#0B5F67"
    accent_h: str = "#094E55"
    accent_p: str = "#073F45"
    on: str = "#FFFFFF"
    tint: str = "#DCEBEB"
    err: str = "#B42318"
    err_t: str = "#FCE8E5"
    warn: str = "#855000"
    warn_t: str = "#FBEFD5"
    ask: str = "#2B5593"
    ask_t: str = "#E4EDF8"
    ok: str = "#1E6B42"
    ok_t: str = "#E0F0E6"
    mark: str = "#FFE9A8"
    shadow: str = "#1C2321"
    c1: str = "#0B5F67"
    c2: str = "#4C97A0"
    c3: str = "#B98126"
    c4: str = "#7A5F9C"
    c5: str = "#B9B6AC"


@dataclass(frozen=True)
class Dark(Light):
    """The same signs at night."""

    canvas: str = "#151A1B"
    surface: str = "#1D2324"
    sunken: str = "#111516"
    hover: str = "#252C2D"
    line: str = "#353D3F"
    line2: str = "#7D898B"
    ink: str = "#E8EBE9"
    ink2: str = "#BAC2BF"
    ink3: str = "#9CA6A3"
    accent: str = "#74C7CB"
    accent_h: str = "#8AD3D6"
    accent_p: str = "#5DB4B9"
    on: str = "#06282B"
    tint: str = "#1B3B3E"
    err: str = "#FF9F93"
    err_t: str = "#45211D"
    warn: str = "#F0C46C"
    warn_t: str = "#3C2F14"
    ask: str = "#A3C6F6"
    ask_t: str = "#1E3048"
    ok: str = "#86D5A5"
    ok_t: str = "#1A3727"
    mark: str = "#5A4A12"
    shadow: str = "#000000"
    c1: str = "#74C7CB"
    c2: str = "#3F8A90"
    c3: str = "#E0AC57"
    c4: str = "#B49AD0"
    c5: str = "#6C7573"


class _Used:
    """The tokens and the text size in use; changed only by `use`."""

    tokens: Light = Light()
    scale: float = 1.0


def tokens() -> Light:
    """Return the tokens in use."""
    return _Used.tokens


def color(token: str, alpha: int = 255) -> QColor:
    """Return a token as a colour, 0 (clear) to 255 (solid)."""
    shade = QColor(getattr(_Used.tokens, token))
    shade.setAlpha(alpha)
    return shade


def scale() -> float:
    """Return the text size in use: 1.0 to 2.0."""
    return _Used.scale


def px(size: float) -> int:
    """Return pixels at the text size in use."""
    return max(1, round(size * _Used.scale)) if size else 0


def families() -> list[str]:
    """Return the font families in order; Latin first in the English window."""
    return [*(LATIN_FIRST if language() == "en" else ()), *FAMILIES]


def font(size: float = 14, bold: bool = False) -> QFont:
    """Return a font of ours in pixels at 100 %."""
    made = QFont(families())
    made.setPixelSize(px(size))
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return made


def palette() -> QPalette:
    """Return the palette of the tokens in use."""
    made, role = QPalette(), QPalette.ColorRole
    pairs = {role.Window: "canvas", role.Base: "surface", role.AlternateBase: "surface", role.Text: "ink",
             role.WindowText: "ink", role.ButtonText: "ink", role.PlaceholderText: "ink3", role.Highlight: "tint",
             role.HighlightedText: "ink", role.Button: "surface", role.Mid: "line", role.Dark: "line2",
             role.Link: "accent", role.Accent: "accent", role.ToolTipBase: "ink", role.ToolTipText: "surface"}
    for key, token in pairs.items():
        made.setColor(key, color(token))
    off = QPalette.ColorGroup.Disabled
    for key in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(off, key, color("ink3"))
    for key in (role.Base, role.Button):
        made.setColor(off, key, color("sunken"))
    return made


QSS = Template("""
* { outline: none; }
QWidget#page, QScrollArea, QScrollArea > QWidget > QWidget, QStackedWidget { background: transparent; border: none; }
QMainWindow, QDialog { background: $canvas; }
QToolTip { background: $ink; color: $surface; border: none; padding: ${p4}px ${p8}px; font-size: ${f13}px; }
QLabel { background: transparent; color: $ink; }
QLabel[ink="2"] { color: $ink2; } QLabel[ink="3"] { color: $ink3; } QLabel[ink="accent"] { color: $accent; }
QLabel[ink="err"] { color: $err; } QLabel[ink="warn"] { color: $warn; } QLabel[ink="ask"] { color: $ask; }
QLabel[ink="ok"] { color: $ok; }
QFrame#panel { background: $surface; border: 1px solid $line; border-radius: ${p8}px; }
QFrame#panel[edge="ask"] { border-left: ${p4}px solid $ask; } QFrame#panel[edge="warn"] { border-left: ${p4}px solid $warn; }
QFrame#panel[edge="err"] { border-left: ${p4}px solid $err; } QFrame#panel[edge="accent"] { border: 2px solid $accent; }
QFrame#panel[edge="choice"] { border: 1px solid $line2; }
QFrame#sheet { background: $surface; border: 1px solid $line2; border-radius: ${p8}px; }
QFrame#rail { background: $sunken; border: none; border-right: 1px solid $line; }
QFrame#header { background: $canvas; border: none; border-bottom: 1px solid $line; }
QFrame#next { background: $surface; border: none; border-top: 1px solid $line; }
QFrame#strip { background: $sunken; border: none; border-top: 1px solid $line; }
QFrame#hair { background: $line; border: none; }
QFrame#pill { border: none; border-radius: ${p4}px; background: $warn_t; } QFrame#pill[level="ok"] { background: $ok_t; }
QFrame#practice { background: $ask; border: none; }
QLineEdit, QPlainTextEdit { background: $surface; color: $ink; border: 1px solid $line2; border-radius: ${p6}px;
  margin: ${p4}px; padding: 0 ${p10}px; selection-background-color: $tint; selection-color: $ink; }
QPlainTextEdit { padding: ${p6}px ${p8}px; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid $accent; padding: 0 ${p9}px; }
QPlainTextEdit:focus { padding: ${p5}px ${p7}px; }
QLineEdit[state="E"] { border: 2px solid $err; } QLineEdit[state="W"] { border: 2px solid $warn; }
QLineEdit[state="Q"] { border: 2px solid $ask; }
QLineEdit:read-only { background: $canvas; border: 1px solid $canvas; }
QLineEdit:disabled, QPlainTextEdit:disabled { background: $sunken; color: $ink3; border-color: $line; }
QAbstractItemView { background: $surface; color: $ink; border: none; gridline-color: $line;
  selection-background-color: $tint; selection-color: $ink; alternate-background-color: $surface; }
QHeaderView { background: $sunken; border: none; }
QHeaderView::section { background: $sunken; color: $ink2; border: none; padding: 0 ${p10}px; font-size: ${f13}px;
  min-height: ${p34}px; }
QTableCornerButton::section { background: $sunken; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p10}px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: ${p4}px; margin: 1px; }
QScrollBar::handle:vertical { min-height: ${p34}px; } QScrollBar::handle:horizontal { min-width: ${p34}px; }
QScrollBar::handle:hover { background: $line2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $line; border: none; border-radius: ${p4}px; max-height: ${p8}px; min-height: ${p8}px; }
QProgressBar::chunk { background: $accent; border-radius: ${p4}px; }
QTabBar { background: transparent; qproperty-drawBase: 0; font-size: ${f15}px; }
QTabBar::tab { background: transparent; color: $ink2; padding: ${p6}px ${p4}px; margin-right: ${p20}px;
  border: none; border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: $ink; font-weight: bold; border-bottom: 3px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QMenu { background: $surface; border: 1px solid $line2; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p16}px; } QMenu::item:selected { background: $tint; color: $ink; }
""")


def style_sheet() -> str:
    """Return the one style sheet at the tokens and the text size in use."""
    sizes = {f"p{n}": str(px(n)) for n in (4, 5, 6, 7, 8, 9, 10, 16, 20, 34)}
    sizes |= {f"f{n}": str(px(n)) for n in (13, 15)}
    return QSS.substitute({name: getattr(_Used.tokens, name) for name in Light.__dataclass_fields__}, **sizes)


def use(app: QApplication, chosen: Light | None = None, text_scale: float | None = None) -> None:
    """Put tokens and text size on the application; called again when either, or the language, changes."""
    from app.ui import icons

    _Used.tokens = chosen or _Used.tokens
    _Used.scale = text_scale or _Used.scale
    icons.forget()
    if app.style().objectName() != "fusion" and not app.styleSheet():
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(font(14))
    app.setPalette(palette())
    if app.styleSheet() != (sheet := style_sheet()):  # the same in both languages: nothing is polished anew
        app.setStyleSheet(sheet)
