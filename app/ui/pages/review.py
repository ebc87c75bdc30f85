"""ReviewPage: what only people can settle. Promises both values in full, no default, one key, and a way back."""
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.models.language import say
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.review_case import Case, cases
from app.ui.pages.review_parts import CaseRow, Cases, Fork, SideCard
from app.ui.widgets import EmptyState, KeyButton, List, MaskedLabel, Panel, Tag, Words, column, hair, panel_of, row

MOST_KEYS = 8


class ReviewPage(Page):
    """The list of disagreements at the left, the one that is open at the right."""

    name = "review"
    icon = "review"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.model = Cases()
        self.skipped: list[tuple[str, str]] = []
        self.case: Case | None = None
        self._wanted = ""
        self.list = List(self.model, CaseRow(), "")
        self.list.moved.connect(self._moved)
        self.list_title, self.count, self.settled = Words("", 15, bold=True), Words("", 13, "2"), Words("", 13, "2", wrap=True)
        left, inside = panel_of(padding=0)
        left.setFixedWidth(theme.px(262))
        head = row(self.list_title, None, self.count)
        head.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(10))
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(hair())
        inside.addWidget(self.list, 1)
        inside.setContentsMargins(1, 1, 1, 1)
        self.right = QWidget()
        self.place = QVBoxLayout(self.right)
        self.place.setContentsMargins(0, 0, 0, 0)
        self.place.setSpacing(theme.px(10))
        self.both = QWidget()
        line = QHBoxLayout(self.both)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(16))
        line.addWidget(left)
        line.addWidget(self.right, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self.empty: QWidget | None = None
        desk.ledger_changed.connect(lambda _: self.read() if self.isVisible() else None)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("复核", "Review")

    def facts(self) -> str:
        """Return the line under the title."""
        return say("只有人能定的事：两个人填得不一样", "What only people can settle: two people say different things")

    # -- reading and showing

    def enter(self, rec: str = "", **_: Any) -> None:
        """Show what waits; `rec` is a record, or a person, to begin with."""
        self._wanted = rec
        self.read()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.list.setAccessibleName(say("等您定的", "Waiting for you"))
        self.list_title.setText(say("等您定的", "Waiting for you"))
        if self.empty is not None:
            self.stack.removeWidget(self.empty)
            self.empty.deleteLater()
        to_people = KeyButton(say("看人员", "See people"), "secondary")
        to_people.clicked.connect(lambda: self.desk.go("people"))
        self.empty = EmptyState("review", say("没有要定的事", "Nothing waits for you"),
                                say("两个人填得不一样的，会在这里等您定。", "When two people say different things, it waits here for you."),
                                to_people)
        self.stack.addWidget(self.empty)
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Read what waits anew, off the screen's thread."""
        self.desk.jobs.read(lambda work: cases(work.ledger), self.put, slot="review")

    def put(self, found: list[Case]) -> None:
        """Show these cases; what was put off stands last."""
        found.sort(key=lambda case: case.key in self.skipped)
        keep = self.case.key if self.case else None
        self.model.put(found)
        self.count.setText(say(f"{len(found)} 件", f"{len(found)}"))
        at = next((n for n, case in enumerate(found) if self._wanted and self._wanted in (case.person, case.conflict.rec)),
                  next((n for n, case in enumerate(found) if case.key == keep), 0))
        self._wanted = ""
        if found:
            self.stack.setCurrentWidget(self.both)
            self.list.choose(at)
            self.list.setFocus()
        else:
            self.case = None
            self.stack.setCurrentWidget(self.empty)
            self.setFocus()
        self.refresh()

    def _moved(self, at: int) -> None:
        if not 0 <= at < len(self.model.cases):
            return
        self.case = self.model.cases[at]
        while self.place.count():
            item = self.place.takeAt(0)
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        self.place.addWidget(self._banner(self.case))
        self.place.addWidget(self._cards(self.case), 1)
        came = Panel(padding=14)
        came.body.addWidget(Fork(self.case))
        self.place.addWidget(came)
        self.refresh()

    def _banner(self, case: Case) -> QWidget:
        panel = Panel(edge="ask", padding=12)
        words = Words(say("两边填的时候，谁都没看到对方填的，所以电脑不替您选。都还在，定了以后也查得到。",
                          "Neither had seen what the other gave, so the computer does not choose. Both stay, and can be found later."),
                      13, "2", wrap=True)
        left = column(Words(case.title(), 18, bold=True, wrap=True), words, gap=3)
        line = row(gap=12)
        line.addLayout(left, 1)
        if case.number:
            line.addWidget(MaskedLabel(case.number))
        if case.door:
            line.addWidget(Tag(case.door))
        panel.body.addLayout(line)
        return panel

    def _cards(self, case: Case) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        for at, side in enumerate(case.sides):
            card = SideCard(at + 1, side)
            card.chosen.connect(lambda at=at: self.settle(at))
            line.addWidget(card, 1)
        return holder

    # -- settling

    def settle(self, at: int) -> None:
        """Settle the open case by the side at this place; the toast takes it back."""
        case = self.case
        if case is None or at >= len(case.sides):
            return
        rec, unit = case.key
        value = case.sides[at].version.value
        self.case = None
        self.desk.jobs.write(lambda work: work.ledger.resolve(rec, unit, value),
                             lambda _: self._settled(case, at), self._failed)

    def _settled(self, case: Case, at: int) -> None:
        self.desk.toast(say(f"{case.who}的{case.what}已按{case.sides[at].who}填的定下",
                            f"{case.what} of {case.who}: settled as {case.sides[at].who} gave it"), undo=True)
        self.read()

    def _failed(self, problem: Problem) -> None:
        self.desk.trouble(problem)
        self.read()

    def put_off(self) -> None:
        """Ask again: leave it open and go to the next."""
        if self.case is None:
            return
        case, self.case = self.case, None
        if case.key not in self.skipped:
            self.skipped.append(case.key)
        self.desk.toast(say(f"{case.who}的{case.what}先放着，下次入户再问一次", f"{case.what} of {case.who} stays open; ask again at the next visit"))
        self.read()

    # -- what the page says

    def next(self) -> Next:
        """Return what comes next."""
        if self.case is None:
            return Next(say("都定好了。", "All is settled."))
        return Next(say("几份一样重，没有默认。定了还能撤销。" if len(self.case.sides) > 2 else "两份一样重，没有默认。定了还能撤销。",
                        "They weigh the same; there is no default. You can undo."), lead=say("您来定", "You decide"))

    def actions(self) -> list[Action]:
        """Return a deed for each side, asking again, and the person's card."""
        if self.case is None:
            return []
        case = self.case
        found = [Action(_by(case, at), lambda at=at: self.settle(at), str(at + 1)) for at in range(min(MOST_KEYS, len(case.sides)))]
        found.append(Action(say("再问一次", "Ask again"), self.put_off, str(len(found) + 1)))
        if case.person:
            found.append(Action(say("看来龙去脉", "See the history"),
                                lambda: self.desk.go("people", person=case.person, tab="history"), "F6", place="hidden"))
        return found

    def hints(self) -> list[tuple[str, str]]:
        """Return more keys of this page."""
        return [("↑ / ↓", say("上一件、下一件", "previous, next"))]


def _by(case: Case, at: int) -> str:
    """Return what the button of a side says; two sides of one person are told apart by their computers."""
    names = [side.who for side in case.sides]
    if len(set(names)) < len(names):
        return say(f"按 {at + 1} 定", f"As in {at + 1}")
    return say(f"按{names[at]}填的", f"As {names[at]} gave it")
