"""The parts every page is made of (look.md 6). Promises real controls with accessible names, painted in the tokens.

Words and boxes: Words Elided Icon KeyCap Tag Panel panel_of FactRow MaskedLabel EmptyState Progress, row column hair clear
Buttons: KeyButton IconButton NavItem · Typing: LineInput TextInput SearchBox Field Note · Choosing: DigitChips
DigitList choices · Lists: Table List Rows Column Cell CellPainter row_ground · Floating: Toast Sheet Ask ask
ask_reason tell KeyOverlay
"""
from app.ui.widgets import paint
from app.ui.widgets.buttons import IconButton, KeyButton, NavItem, PaintedButton
from app.ui.widgets.chips import Chip, DigitChips, DigitList, choices, paint_badge
from app.ui.widgets.floating import Ask, KeyOverlay, Sheet, Toast, ask, ask_reason, tell
from app.ui.widgets.inputs import Field, LineInput, Note, SearchBox, TextInput
from app.ui.widgets.plain import (
                                  Elided,
                                  EmptyState,
                                  FactRow,
                                  Icon,
                                  KeyCap,
                                  MaskedLabel,
                                  Panel,
                                  Progress,
                                  Tag,
                                  Words,
                                  clear,
                                  column,
                                  hair,
                                  paint_tag,
    panel_of,
                                  row,
                                  tag_width,
)
from app.ui.widgets.tables import Cell, CellPainter, Column, List, Rows, Table, row_ground

__all__ = ["Ask", "Cell", "CellPainter", "Chip", "Column", "DigitChips", "DigitList", "Elided", "EmptyState", "FactRow",
           "Field", "Icon", "IconButton", "KeyButton", "KeyCap", "KeyOverlay", "LineInput", "List", "MaskedLabel",
           "NavItem", "Note", "PaintedButton", "Panel", "Progress", "Rows", "SearchBox", "Sheet", "Table", "Tag",
           "TextInput", "Toast", "Words", "ask", "ask_reason", "choices", "clear", "column", "hair", "paint", "paint_badge",
           "paint_tag", "panel_of", "row", "row_ground", "tag_width", "tell"]
