"""Questions answered by typing: words, numbers, dates, coordinates; and those that only tell."""
import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.models import clock
from app.models.language import say
from app.ui.questions.base import Asked
from app.ui.questions.reading import bare_id, distance, group_id, plain, read_date, read_number, read_place, unit_of
from app.ui.widgets import LineInput


class LineAsked(Asked):
    """A line to type in."""

    narrow = True
    kind = "text"

    def build(self) -> None:
        """Add the line."""
        self.line = LineInput("", self.kind)
        self.whole.addWidget(self.line)
        self.line.textEdited.connect(self.typed)
        self.watch(self.line)

    def heart(self) -> QWidget:
        """Return the line."""
        return self.line

    def typed(self, _words: str) -> None:
        """Take away the error while the person mends it."""
        self.find("")

    def show_value(self, value: str) -> None:
        """Show the value, unless the person is typing something else."""
        self.line.setReadOnly(self.question.readonly)
        if self.line.text() != value and not (self.line.hasFocus() and self.line.isModified()):
            self.line.setText(value)

    def pending(self) -> str | None:
        """Return the words; spaces at the ends are nobody's answer."""
        self.line.setModified(False)
        return self.line.text().strip()


class IdAsked(LineAsked):
    """An identity number, grouped 6-8-4 while typing; Latin and digits only."""

    kind = "id"

    def typed(self, words: str) -> None:
        """Group what is typed and keep the cursor after the same character."""
        super().typed(words)
        grouped = group_id(words)
        if grouped != words:
            before = len(bare_id(words[: self.line.cursorPosition()]))
            self.line.setText(grouped)
            self.line.setModified(True)
            at, seen = 0, 0
            while at < len(grouped) and seen < before:
                seen += grouped[at] != " "
                at += 1
            self.line.setCursorPosition(at)

    def show_value(self, value: str) -> None:
        """Show the number grouped."""
        super().show_value(group_id(value))

    def pending(self) -> str | None:
        """Return the number without gaps."""
        self.line.setModified(False)
        return bare_id(self.line.text())


class PhoneAsked(LineAsked):
    """A telephone number: digits only, full-width ones converted."""

    kind = "phone"

    def pending(self) -> str | None:
        """Return the digits."""
        self.line.setModified(False)
        return re.sub(r"[\s-]", "", plain(self.line.text()))


class NumberAsked(LineAsked):
    """A number with its unit inside the field."""

    kind = "number"

    def words(self) -> tuple[str, str]:
        """Put the unit of the label into the field."""
        label, unit, rest = unit_of(self.question.label)
        self.line.set_unit(unit)
        return label, rest

    def pending(self) -> str | None:
        """Return the number, or None and the reason."""
        self.line.setModified(False)
        text = plain(self.line.text())
        whole = self.question.kind == "integer"
        value = read_number(text, whole) if text else ""
        if value is None:
            self.own_error = say("这里要填整数，比如 3100。", "A whole number, such as 3100.") if whole else \
                say("这里要填数字，比如 3.5。", "A number, such as 3.5.")
        return value


class DateAsked(LineAsked):
    """A date in any usual spelling; the field shows how far away it is."""

    kind = "date"

    def build(self) -> None:
        """Add the line with its example."""
        super().build()
        self.line.setPlaceholderText("20261123")

    def typed(self, words: str) -> None:
        """Show what the date means while it is typed."""
        super().typed(words)
        self._say(read_date(words))

    def show_value(self, value: str) -> None:
        """Show the date and what it means."""
        super().show_value(value)
        self._say(value)

    def _say(self, iso: str | None) -> None:
        self.line.set_unit(distance(iso, clock.today()) if iso and re.fullmatch(r"\d{4}-\d\d-\d\d", iso) else "")

    def pending(self) -> str | None:
        """Return the ISO date, or None and how to write one."""
        self.line.setModified(False)
        text = plain(self.line.text())
        value = read_date(text) if text else ""
        if value is None:
            self.own_error = say("没有这一天。按年月日填，比如 20261123。", "No such day. Write year, month, day: 20261123.")
        elif value:
            self.line.setText(value)
        return value


class TimeAsked(LineAsked):
    """A time, or a date and a time, as ISO writes them."""

    kind = "date"

    def pending(self) -> str | None:
        """Return the ISO words, or None and how to write them."""
        self.line.setModified(False)
        text = plain(self.line.text())
        both = self.question.kind == "datetime"
        pattern = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?" if both else r"([01]?\d|2[0-3]):[0-5]\d(:\d\d)?"
        if text and not re.fullmatch(pattern, text):
            self.own_error = say("按这样填：2026-11-23 09:30", "Write it like 2026-11-23 09:30") if both else \
                say("按这样填：09:30", "Write it like 09:30")
            return None
        return text.replace(" ", "T")


class PlaceAsked(LineAsked):
    """A position typed by hand: latitude and longitude."""

    kind = "code"

    def build(self) -> None:
        """Add the line with its example."""
        super().build()
        self.line.setPlaceholderText(say("纬度 经度，比如 26.5982 107.5173", "Latitude longitude, such as 26.5982 107.5173"))

    def show_value(self, value: str) -> None:
        """Show latitude and longitude only."""
        super().show_value(" ".join(value.split()[:2]))

    def pending(self) -> str | None:
        """Return the position, or None and how to write one."""
        self.line.setModified(False)
        text = plain(self.line.text())
        if text == " ".join(self.question.value.split()[:2]):
            return self.question.value
        value = read_place(text) if text else ""
        if value is None:
            self.own_error = say("要两个数：纬度和经度。", "Two numbers: latitude and longitude.")
        return value


class NoteAsked(Asked):
    """Something to read out; nothing to answer."""

    def focus(self, back: bool = False) -> None:
        """Take the cursor, so that Enter goes on from here."""
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def build(self) -> None:
        """Make the note itself a stop for the cursor."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.watch(self)

    def words(self) -> tuple[str, str]:
        """Return the whole note."""
        return self.question.label, ""
