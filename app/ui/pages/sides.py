"""Sides: a page with a few sides under tabs, each with its own work, deeds and next step. Promises that only the side in sight reads."""
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QWidget

from app.models.language import say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.widgets import Cell, Column, EmptyState, Note, Panel, Rows, Table, Tag, Words, column, row


class Side(QWidget):
    """One side of a page. `page` is set before `build` is called once."""

    def __init__(self, page: "SidedPage") -> None:
        super().__init__()
        self.page = page
        self.desk: Desk = page.desk
        self.count: int | None = None
        self.wanted = ""  # who is to be chosen once it is read
        self.arriving = False  # what is shown has not been read yet: the cursor is placed once it is

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of the window's thread."""
        return self.desk.ledger

    def word(self) -> str:
        """Return the words of the tab."""
        return ""

    def facts(self) -> str:
        """Return the one line under the page's title while this side is in sight."""
        return ""

    def next(self) -> Next:
        """Return what the next bar says."""
        return Next()

    def actions(self) -> list[Action]:
        """Return the deeds."""
        return []

    def hints(self) -> list[tuple[str, str]]:
        """Return keys that no action names."""
        return []

    def retitle(self) -> None:
        """Set every text anew."""

    def read(self) -> None:
        """Read what is shown."""

    def ready(self) -> None:
        """Take the cursor."""

    def search(self) -> bool:
        """F3: put the cursor into this side's own search box; False if it has none."""
        return False

    # -- what sides use

    def lay_out(self, left: Panel, wide: int, *right: tuple[QWidget, int]) -> None:
        """Put a panel at the left, so wide, and beside it what stands under one another: (part, its share of the height)."""
        left.setFixedWidth(theme.px(wide))
        parts = column(gap=12)
        for part, share in right:
            parts.addWidget(part, share)
        whole = row(left, gap=12)
        whole.addLayout(parts, 1)
        self.setLayout(whole)

    def ask(self, fn: Callable[[Any], Any], then: Callable[[Any], None], slot: str = "") -> None:
        """Read beside what people wait for. An older answer of this side (and slot) is not wanted any more."""
        self.desk.jobs.watch(fn, then, f"{self.page.name}.{type(self).__name__}.{slot}".rstrip("."), fail=self.desk.trouble,
                             words=say(f"正在看{self.word()}", f"Looking at {self.word().lower()}"))

    def do(self, fn: Callable[[Any], Any], words: str, then: Callable[[Any], None] | None = None) -> None:
        """Write in a job, then say what happened; the ledger's signal reads the side anew."""
        def done(answer: Any) -> None:
            if words:
                self.desk.toast(words, undo=True)
            if then is not None:
                then(answer)
        self.desk.jobs.write(fn, done, self.desk.trouble)


class ListedSide(Side):
    """A side with a list at the left, so wide, and at the right what is open in it: its head over the people of it.

    `right` is the width of the list's second column, `columns` how many the people have; `opens` tells whether Enter on one of them
    does something. Attributes: list and list_rows, head, table and rows, none (in the place of the people where there are none).
    """

    def __init__(self, page: "SidedPage", wide: int, right: int, columns: int, opens: bool = True) -> None:
        super().__init__(page)
        self.list_rows, self.rows = Rows([Column(""), Column("", right, right=True)]), Rows([Column("")] * columns)
        self.list, self.table = Table(self.list_rows, "", 52), Table(self.rows, "", 40, opens=opens)
        self.list.horizontalHeader().hide()
        self.list.moved.connect(lambda _: self.show_open())
        self.list.opened.connect(lambda _: self.table.setFocus())
        self.table.moved.connect(lambda _: self.page.refresh())
        self.head, self.none = Head(), EmptyState("people", "", "")
        left, listed = Panel(padding=1), Panel(padding=1)
        left.body.addWidget(self.list)
        listed.body.addWidget(self.table)
        listed.body.addWidget(self.none)
        self.lay_out(left, wide, (self.head, 0), (listed, 1))

    def at(self) -> int:
        """Return the line of the list that is open, -1 where there is none."""
        return self.list.currentIndex().row()

    def show_open(self) -> None:
        """Show at the right what is open in the list."""

    def put_list(self, lines: Sequence[Sequence[Cell]], at: int) -> None:
        """Fill the list, open this line of it (the nearest there is), and say how many there are."""
        self.list_rows.put(lines)
        self.list.fit(self.list_rows.columns)
        if lines:
            self.list.choose(max(0, min(at, len(lines) - 1)))
        self.show_open()
        self.page.renumber()

    def put_people(self, cells: Sequence[Sequence[Cell]], what: str, do: str) -> None:
        """Fill the table at the right, keeping the line that was chosen; where it is empty say what is missing and what to do."""
        kept = self.table.currentIndex().row()
        self.rows.put(cells)
        if cells:
            self.table.choose(max(0, min(kept, len(cells) - 1)))
        self.table.setVisible(bool(cells))
        self.none.setVisible(not cells)
        self.none.what.setText(what)
        self.none.do.setText(do)
        self.page.refresh()


class SidedPage(Page):
    """Tabs over a stack of sides. Class attribute: sides (their classes, in order)."""

    sides: tuple[type[Side], ...] = ()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack = QStackedWidget()
        self.all = [side(self) for side in self.sides]
        for side in self.all:
            self.stack.addWidget(side)
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self._turned)
        whole = column(self.tabs, self.stack, gap=8)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        desk.ledger_changed.connect(lambda _: self.side.read() if self.isVisible() else None)

    @property
    def side(self) -> Side:
        """Return the side in sight."""
        return self.all[self.tabs.currentIndex()]

    def facts(self) -> str:
        """Return the facts of the side in sight."""
        return self.side.facts()

    def next(self) -> Next:
        """Return the next step of the side in sight."""
        return self.side.next()

    def actions(self) -> list[Action]:
        """Return the deeds of the side in sight, and the way to the others."""
        return [*self.side.actions(), Action(say("下一页签", "Next tab"), lambda: self.turn(1), "Ctrl+Tab", place="hidden"),
                Action(say("上一页签", "Previous tab"), lambda: self.turn(-1), "Ctrl+Shift+Tab", place="hidden")]

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys of the side in sight."""
        return [*self.side.hints(), ("Ctrl+Tab", say("换页签", "next tab"))]

    def enter(self, side: str = "", person: str = "", **_: Any) -> None:
        """Show the side that was looked at last, or the one of this class name, with a person chosen where it lists them."""
        at = next((n for n, one in enumerate(self.all) if type(one).__name__ == side), self.tabs.currentIndex())
        self.tabs.setCurrentIndex(at)
        self.side.wanted = person
        self._arrive()

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.tabs.setAccessibleName(self.word())
        for side in self.all:
            side.retitle()
        self.renumber()
        if self.isVisible():
            self.side.read()

    def renumber(self) -> None:
        """Say beside each tab how many there are; a side calls it when it has been read."""
        if self.side.arriving and self.side.count is not None and self.isVisible():
            self.side.arriving = False
            self.side.ready()
        for at, side in enumerate(self.all):
            self.tabs.setTabText(at, side.word() if side.count is None else f"{side.word()} {side.count}")
        self.refresh()

    def search(self) -> bool:
        """F3."""
        return self.side.search()

    def turn(self, step: int) -> None:
        """Show the next or the previous side."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % len(self.all))

    def _turned(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        self._arrive()
        self.refresh()

    def _arrive(self) -> None:
        self.side.arriving = True
        self.side.read()
        self.side.ready()


class Head(Panel):
    """What is open, over its people: title and tag, one line, figures, and what is to be looked at."""

    def __init__(self) -> None:
        super().__init__(padding=14)
        self.name, self.tag, self.told = Words("", 18, bold=True), Tag("", "accent"), Words("", 13, "2", wrap=True)
        self.figures, self.note = Figures(), Note()
        self.body.addLayout(row(self.name, self.tag, None, gap=10))
        for part in (self.told, self.figures, self.note):
            self.body.addWidget(part)

    def put(self, name: str, tag: tuple[str, str], parts: Iterable[object], figures: list[tuple[str, str, str]], wrong: str = "") -> None:
        """Show a name, a tag (words, kind), what is told in one line (nothing of what is blank), (label, number, ink) of each figure."""
        told = " · ".join(str(part) for part in parts if part)
        self.name.setText(name)
        self.tag.put(*tag)
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.figures.put(figures)
        self.note.put("W", wrong)


class Figures(QFrame):
    """A line of figures: each a small label over a number, with a word under it where it needs one."""

    def __init__(self) -> None:
        super().__init__()
        self._line = row(gap=20)
        self._line.addStretch(1)
        self.setLayout(self._line)
        self._held: list[tuple[str, str, str]] = []

    def put(self, figures: list[tuple[str, str, str]]) -> None:
        """Show (label, number, ink) of each."""
        if figures == self._held:
            return
        self._held = figures
        while self._line.count() > 1:
            item = self._line.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()
        for at, (label, number, ink) in enumerate(figures):
            one = QWidget()
            inside = column(Words(label, 13, "2"), Words(number, 20, ink, bold=True), gap=0)
            inside.setContentsMargins(0, 0, theme.px(4), 0)
            one.setLayout(inside)
            one.setAccessibleName(f"{label} {number}")
            self._line.insertWidget(at, one)
