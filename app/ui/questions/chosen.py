"""Questions answered by choosing: digits choose, Enter goes on and never chooses by accident."""
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.models.language import say
from app.ui import theme
from app.ui.questions.base import Asked
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import Chip, DigitChips, paint


class ChipsAsked(Asked):
    """One of up to nine choices."""

    multi = False
    chips_class = DigitChips

    def build(self) -> None:
        """Add the chips."""
        self.chips: DigitChips | None = None
        self._shape: tuple = ()
        self._reshape()

    def _reshape(self) -> None:
        shape = self.question.choices
        if self.chips is not None and shape == self._shape:
            return
        had = self.chips is not None and any(chip.hasFocus() for chip in self.chips.chips)
        old, self._shape = self.chips, shape
        self.chips = self.chips_class([(choice.name, choice.label) for choice in shape], self.multi)
        self.chips.chosen.connect(self._chosen)
        for chip in self.chips.chips:
            self.watch(chip)
        if old is None:
            self.whole.addWidget(self.chips)
        else:
            self.whole.replaceWidget(old, self.chips)
            old.hide()
            old.deleteLater()
        if had:
            self.focus()

    def put(self, question) -> None:
        """Show the question; its choices may have changed too."""
        self.question = question
        self._reshape()
        super().put(question)

    def _chosen(self, value: object) -> None:
        raw = " ".join(value) if isinstance(value, list) else str(value or "")
        if raw != self.question.value:
            self.answered.emit(self.question.path, raw)

    def show_value(self, value: str) -> None:
        """Mark what is chosen."""
        self.chips.set_value(value.split() if self.multi else value)
        self.chips.setEnabled(not self.question.readonly)

    def heart(self) -> QWidget:
        """Return the chips."""
        return self.chips

    def control_high(self, wide: int) -> int:
        """Return the height of the rows of chips."""
        columns = self.chips.columns_for(wide)
        return -(-len(self.chips.chips) // columns) * (theme.px(42) + 2 * paint.RESERVE)

    def focus(self, back: bool = False) -> None:
        """Take the cursor, on what is chosen if anything is."""
        chip = next((chip for chip in self.chips.chips if chip.isChecked()), None) if not self.multi else None
        chip = chip or (self.chips.chips[0] if self.chips.chips else self)
        chip.setFocus(Qt.FocusReason.BacktabFocusReason if back else Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Backspace takes the choice back."""
        if event.type() == QEvent.Type.KeyPress and watched is not self.why and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            if self.question.value:
                self.answered.emit(self.question.path, "")
            return True
        return super().eventFilter(watched, event)


class MultiAsked(ChipsAsked):
    """Any of up to nine choices; each digit chooses or takes back."""

    multi = True


class RankChip(Chip):
    """A choice that shows at its right which place it was given."""

    rank = 0

    def _paint_box(self, painter: QPainter, face: QRectF, chosen: bool) -> None:
        side = theme.px(20)
        box = QRectF(face.right() - side - theme.px(8), face.center().y() - side / 2, side, side)
        paint.box(painter, box, 10, theme.color("accent" if chosen else "surface"),
                  theme.color("accent" if chosen else "line2"))
        if chosen and self.rank:
            font, words = theme.font(12, True), str(self.rank)
            paint.text(painter, box.center().x() - paint.width(words, font) / 2, box.center().y(), words, font,
                       theme.color("on"))


class RankChips(DigitChips):
    """Choices put in order by pressing their digits in that order; pressing again takes one out."""

    chip_class = RankChip

    def __init__(self, options, multi: bool = True, name: str = "", parent: QWidget | None = None) -> None:
        self.order: list = []
        super().__init__(options, True, name, parent)

    def value(self) -> list:
        """Return the chosen values in their order."""
        return list(self.order)

    def set_value(self, value: object) -> None:
        """Show an order without telling anybody."""
        known = {mine for mine, _ in self.options}
        self.order = [v for v in value if v in known] if isinstance(value, list | tuple) else []
        self._show()

    def _show(self) -> None:
        for (mine, words), chip in zip(self.options, self.chips, strict=True):
            chip.rank = self.order.index(mine) + 1 if mine in self.order else 0
            chip.setChecked(bool(chip.rank))
            place = say(f"，第 {chip.rank}", f", place {chip.rank}") if chip.rank else ""
            chip.setAccessibleName(f"{chip.digit} {words}{place}")
            chip.update()

    def _clicked(self, place: int) -> None:
        mine = self.options[place][0]
        if mine in self.order:
            self.order.remove(mine)
        else:
            self.order.append(mine)
        self._show()
        self.chosen.emit(self.value())


class RankAsked(ChipsAsked):
    """An order: press the digits in the order that counts."""

    multi = True
    chips_class = RankChips

    def words(self) -> tuple[str, str]:
        """Say how to give the order."""
        label, small = super().words()
        how = say("按先后顺序按数字", "press the digits in order")
        return label, f"{small} · {how}" if small else how


class LongAsked(Asked):
    """One of more than nine choices: type a few letters or its number."""

    narrow = True
    multi = False

    def build(self) -> None:
        """Add the line and its list."""
        self.list = LongChoice(self.multi)
        self.list.chosen.connect(self._chosen)
        self.whole.addWidget(self.list)
        self.watch(self.list.line)

    def put(self, question) -> None:
        """Show the question and its choices."""
        self.list.offer([(choice.name, choice.label) for choice in question.choices])
        super().put(question)

    def show_value(self, value: str) -> None:
        """Show what is chosen."""
        self.list.set_value(value.split() if self.multi else [value] if value else [])
        self.list.line.setReadOnly(self.question.readonly)

    def _chosen(self, values: list) -> None:
        raw = " ".join(values)
        if raw != self.question.value:
            self.answered.emit(self.question.path, raw)

    def pending(self) -> str | None:
        """Return what is chosen; letters that were typed and led to nothing are let go."""
        self.list.settle()
        return " ".join(self.list.value())

    def heart(self) -> QWidget:
        """Return the line."""
        return self.list.line

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The open list takes Enter, arrows and Esc before the question does."""
        if event.type() == QEvent.Type.KeyPress and watched is self.list.line and self.list.key(event):
            return True
        return super().eventFilter(watched, event)


class LongMultiAsked(LongAsked):
    """Any of more than nine choices."""

    multi = True
    narrow = False

    def control_high(self, wide: int) -> int:
        """Return the height of the line and of what is chosen so far."""
        tags = self.list.tags
        return super().control_high(wide) + max(theme.px(22), tags.heightForWidth(wide) if tags.text() else 0)
