"""How a book is exported: masked or in full, one file or one a village, the paper, a PDF beside it. Promises seven digits, no mouse."""
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.language import say
from app.ui import theme
from app.ui.widgets import DigitChips

PDF = "pdf"


class How(QWidget):
    """Four groups of chips with the digits 1 to 7. `changed(files)` after each choice; `files` tells whether it was how many files."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.mask = DigitChips([(True, ""), (False, "")])
        self.files = DigitChips([(False, ""), (True, "")], first=3)
        self.papers = DigitChips([("A3", "A3"), ("A4", "A4")], first=5)
        self.also = DigitChips([(PDF, "")], multi=True, first=7)
        self.mask.set_value(True)
        self.files.set_value(False)
        self.papers.set_value("A3")
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(theme.px(10))
        for chips in self.groups():
            self.line.addWidget(chips)
            chips.chosen.connect(lambda _, chips=chips: self.changed.emit(chips is self.files))

    def groups(self) -> tuple[DigitChips, ...]:
        """Return the groups, in the order of their digits."""
        return self.mask, self.files, self.papers, self.also

    def masked(self) -> bool:
        """Tell whether names and numbers are masked; so it is unless somebody chose otherwise."""
        return self.mask.value() is not False

    def parted(self) -> bool:
        """Tell whether a file for each village or site is wanted."""
        return self.files.value() is True

    def paper(self) -> str:
        """Return A3 or A4."""
        return str(self.papers.value() or "")

    def pdf(self) -> bool:
        """Tell whether a PDF is wanted beside each file."""
        return bool(self.also.value())

    def allow(self, papers: tuple[str, ...], partable: bool, anew: bool) -> None:
        """Enable what the book can be; `anew` chooses the book's own paper."""
        if anew or self.paper() not in papers:
            self.papers.set_value(papers[0])
        for chip, (paper, _) in zip(self.papers.chips, self.papers.options, strict=True):
            chip.setEnabled(paper in papers)
        self.files.chips[1].setEnabled(partable)
        if not partable and self.parted():
            self.files.set_value(False)

    def relabel(self) -> None:
        """Say everything in the language in use, and give each group the room of its words."""
        for at, (chips, name, words) in enumerate((
                (self.mask, say("姓名、证件和电话", "Names, IDs, phones"), (say("遮住", "Masked"), say("全写", "In full"))),
                (self.files, say("几个文件", "How many files"), (say("一个文件", "One file"), say("分村存", "By village"))),
                (self.papers, say("纸", "Paper"), ("A3", "A4")), (self.also, "PDF", (say("也存 PDF", "PDF too"),)))):
            chips.setAccessibleName(name)
            chips.relabel(words)
            need = sum(chip.need() for chip in chips.chips)
            chips.setMinimumWidth(need)
            self.line.setStretch(at, need)

    def press(self, digit: int) -> bool:
        """Act on a digit; tell whether it stands for a choice."""
        for chips in self.groups():
            if chips.digit <= digit < chips.digit + len(chips.chips):
                return not chips.chips[digit - chips.digit].isEnabled() or chips.press(digit)
        return False
