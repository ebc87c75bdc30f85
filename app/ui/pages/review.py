"""ReviewPage: what only people can settle. Promises both values in full, no default, one key, and a way back."""
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.models import access
from app.models.language import say
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page, beside
from app.ui.pages.review_differences import Differences
from app.ui.pages.review_doubles import Doubles
from app.ui.pages.review_parts import CaseRow, Cases, Tabs
from app.ui.pages.review_section import Mode, Section, Shown, stepped
from app.ui.pages.review_settled import Settled
from app.ui.widgets import EmptyState, KeyButton, List, Words, clear, hair, panel_of


class ReviewPage(Page):
    """Three lists at the left (what differs, who looks the same, what was settled), the one that is open at the right."""

    name = "review"
    icon = "review"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.model = Cases()
        self.mode: Mode | None = None
        self._wanted = ""
        self.sections: list[Section] = [Differences(self), Doubles(self), Settled(self)]
        self.at = 0
        self.list = List(self.model, CaseRow(), "")
        self.list.setUniformItemSizes(False)  # the second row of a person is lower
        self.list.moved.connect(self._moved)
        self.list.opened.connect(lambda _: self._enter())
        self.tabs = Tabs()
        self.tabs.chosen.connect(self.turn_to)
        self._build()
        desk.ledger_changed.connect(self._changed)

    def _build(self) -> None:
        left, inside = panel_of(padding=0)
        left.setFixedWidth(theme.px(262))
        inside.setSpacing(0)
        for part in (self.tabs, hair()):
            inside.addWidget(part)
        self.beside = QStackedWidget()
        self.nothing = Words("", 13, "2", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(*[theme.px(16)] * 4)
        self.beside.addWidget(self.list)
        self.beside.addWidget(self.nothing)
        inside.addWidget(self.beside, 1)
        inside.setContentsMargins(1, 1, 1, 1)
        self.right = QWidget()
        self.place = QVBoxLayout(self.right)
        self.place.setContentsMargins(0, 0, 0, 0)
        self.place.setSpacing(theme.px(10))
        beside(self, left, self.right)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("复核", "Review")

    def facts(self) -> str:
        """Return the line under the title."""
        return say("只有人能定的事：填得不一样、像是同一个人；定过的还能重新打开",
                   "What only people can settle: what differs, who looks the same; what was settled can be opened again")

    @property
    def section(self) -> Section:
        """Return the list that is open."""
        return self.sections[self.at]

    @property
    def row(self) -> Any:
        """Return the row that is chosen, or None."""
        at = self.list.currentIndex().row()
        return self.section.rows[at] if 0 <= at < len(self.section.rows) else None

    @property
    def shown(self) -> Shown:
        """Return what has the right side."""
        return self.mode or self.section

    # -- reading

    def enter(self, rec: str = "", section: str = "", **_: Any) -> None:
        """Show what waits; `rec` is a record, or a person, to begin with."""
        self._wanted = rec
        self.mode = None
        if rec or section:
            self.at = next((n for n, one in enumerate(self.sections) if type(one).__name__.lower() == section), 0)
        for one in self.sections:
            one.touched, one.fresh = None, False
        self.read()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.list.setAccessibleName(say("等您定的", "Waiting for you"))
        for section in self.sections:
            section.touched, section.fresh = None, False
        if self.isVisible():
            self.read()

    def read_changed(self) -> None:
        """Read again what changed."""
        self.section.fresh = False
        self.read()

    def show_again(self, section: Section) -> None:
        """Order the list again after something was put off, and go to the row that took its place."""
        at = self.list.currentIndex().row()
        section.take_again()
        self.model.put(section.rows, section.jump)
        self._choose(min(at, len(section.rows) - 1))

    def read_all(self) -> None:
        """Read the list that is open from the start."""
        self.section.touched = None
        self.read()

    def _changed(self, recs: Collection[str]) -> None:
        if access.only_looks(self.ledger, recs):
            return
        for section in self.sections:
            section.fresh = False
            if section.touched is not None:
                section.touched |= set(recs)
        if self.isVisible() and self.mode is None:
            self.read()

    def read(self) -> None:
        """Read the list that is open, off the screen's thread: all of it, or only what changed."""
        section = self.section
        among, section.touched = section.touched, set()
        words = section.busy_words() if section.slow and among is None else ""
        ask = self.desk.jobs.watch if words else self.desk.jobs.read  # what takes long does not hold up what people wait for
        ask(lambda work: section.read(work, among), lambda found: self.put(section, found, among), slot="", fail=self.failed, words=words)

    def put(self, section: Section, found: Any, among: Collection[str] | None) -> None:
        """Take what was read; keep the row that was chosen, or go to what somebody wanted to see."""
        keep = self.row.key if self.row is not None and section is self.section else None
        place = max(0, self.list.currentIndex().row())
        section.take(found, among)
        if section is not self.section:
            return
        self.model.put(section.rows, section.jump)
        wanted, self._wanted = self._wanted, ""
        at = next((n for n, row in enumerate(section.rows) if wanted and wanted in row.about), None)
        if at is None:
            at = next((n for n, row in enumerate(section.rows) if row.key == keep), min(place, len(section.rows) - 1))
        self._choose(at)

    def _choose(self, at: int) -> None:
        has = bool(self.section.rows)
        self.nothing.setText(self.section.empty()[0])
        self.beside.setCurrentIndex(0 if has else 1)
        self.list.blockSignals(True)
        self.list.choose(max(0, at))
        self.list.blockSignals(False)
        self._moved(at)

    def _moved(self, _: int) -> None:
        self.section.put(self.row)
        if self.mode is None:
            self.draw()

    def draw(self) -> None:
        """Show what has the right side."""
        self.tabs.put([(one.word(), one.count()) for one in self.sections], self.at)
        clear(self.place)
        if self.mode is None and self.row is None:
            self.place.addWidget(self._empty(), 1)
        else:
            for part, share in self.shown.parts():
                self.place.addWidget(part, share)
        self.refresh()
        self.shown.begin()
        if not self.section.rows and self.mode is None:
            self.setFocus()

    def _empty(self) -> QWidget:
        to_people = KeyButton(say("看人员", "See people"), "secondary")
        if not self.section.begun:
            return QWidget()
        return EmptyState("review", *self.section.empty(), to_people).on_sheet(lambda: self.desk.go("people"))

    # -- going about

    def turn_to(self, at: int) -> None:
        """Open another list."""
        self.at, self.mode = at, None
        self.model.put(self.section.rows, self.section.jump)
        self._choose(0)
        if not self.section.fresh:
            self.read()

    def put_mode(self, mode: Mode | None) -> None:
        """Give the right side to a mode, or back to the case."""
        self.mode = mode
        self.draw()
        if mode is None and not self.section.fresh:
            self.read()

    def leaving(self, row: Any) -> None:
        """Somebody dealt with a row: it leaves the list at once, the next one is shown."""
        self.mode = None
        rows = self.section.rows
        at = next((n for n, one in enumerate(rows) if one.key == row.key), None)
        if at is not None:
            del rows[at]
            self.model.put(rows, self.section.jump)
            at = min(at, len(rows) - 1)
            if rows and rows[at].asked:  # what waits for a visit stands last; what can be decided comes first
                at = next((n for n, one in enumerate(rows) if not one.asked), at)
            self._choose(at)

    def failed(self, problem: Problem) -> None:
        """Say what went wrong and read again."""
        self.desk.trouble(problem)
        self.read_all()

    def _enter(self) -> None:
        deed = next((action for action in self.actions() if action.key == "Return" and not action.why_not), None)
        if deed is not None:
            deed.do()

    def _step(self, onward: bool) -> None:
        if self.section.rows:
            self.list.choose(stepped(self.section.rows, self.list.currentIndex().row(), onward, self.section.jump))

    # -- what the page says

    def next(self) -> Next:
        """Return what comes next."""
        if self.mode is None and self.row is None:
            return Next(self.section.empty()[0] if self.section.begun else "")
        return self.shown.next()

    def actions(self) -> list[Action]:
        """Return the deeds of what has the right side, and going about."""
        if self.mode is not None:
            return self.mode.actions()
        found = self.section.actions() if self.row is not None else []
        turns = (("PgDown", say("下一个人", "Next person"), lambda: self._step(True)),
                 ("PgUp", say("上一个人", "Previous person"), lambda: self._step(False)))
        return found + [Action(words, do, key, place="hidden") for key, words, do in turns]

    def hints(self) -> list[tuple[str, str]]:
        """Return more keys of this page."""
        if self.mode is not None:
            return self.mode.hints()
        return [*self.section.hints(), ("↑ / ↓", say("上一件、下一件", "previous, next")), ("← / →", say("换一张单子", "another list"))]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn to the next list with the arrows, unless somebody types."""
        typing = isinstance(self.window().focusWidget(), QLineEdit)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not typing:
            onward = event.key() == Qt.Key.Key_Right
            if self.mode is not None:
                self.mode.turn(onward)
            else:
                self.turn_to((self.at + (1 if onward else -1)) % len(self.sections))
            return
        super().keyPressEvent(event)
