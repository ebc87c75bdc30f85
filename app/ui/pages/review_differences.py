"""Differences: the list of what was filled in differently. Promises equal cards, no default, and one key for each side."""
from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models import asking, deciding
from app.models.change import PLACE, VOID
from app.models.language import say
from app.sync.peers import clocks
from app.ui import theme
from app.ui.job import Work
from app.ui.page import Action, Next
from app.ui.pages.review_case import Case, Heading, case_of, headings, in_order, late
from app.ui.pages.review_own import OwnValue
from app.ui.pages.review_parts import Fork, SideCard
from app.ui.pages.review_rule import RuleView
from app.ui.pages.review_section import MaskedSection, Parts
from app.ui.pages.review_talk import WholeTalk
from app.ui.widgets import MaskedLabel, Panel, Tag, Words, column, row

MOST_KEYS = 8


class Differences(MaskedSection):
    """What two people filled in differently."""

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.case: Case | None = None
        self.clocks: dict[str, int] = {}

    def word(self) -> str:
        """Return the word on its tab."""
        return say("不一样", "Differ")

    def empty(self) -> tuple[str, str]:
        """Return what is said where nothing waits."""
        return (say("没有要定的事", "Nothing waits for you"),
                say("两个人填得不一样的，会在这里等您定。", "When two people say different things, it waits here for you."))

    def read(self, work: Work, among: Collection[str] | None) -> Any:
        """Return the headings (of these records), and how far clocks are off."""
        wanted = None if among is None else asking.concerned(work.ledger, among)
        return headings(work.ledger, wanted), clocks(work.ledger)

    def take(self, found: Any, among: Collection[str] | None) -> None:
        """Keep the headings; those of records that were not read again stay as they are."""
        rows, self.clocks = found
        if among is not None:
            again = {row.conflict.rec for row in rows}
            rows = in_order([*(r for r in self.rows if r.conflict.rec not in among and r.conflict.rec not in again), *rows])
        rows.sort(key=lambda row: row.key in self.skipped)
        super().take(rows, among)

    def jump(self, row: Heading) -> object:
        """Return the person."""
        return row.person or row.conflict.rec

    def put(self, row: Heading | None) -> None:
        """Read the case in words."""
        self.open = self.open and self.case is not None and row is not None and row.key == self.case.heading.key
        self.case = case_of(self.ledger, row, self.clocks) if row is not None else None

    # -- showing

    def parts(self) -> Parts:
        """Return banner, cards, and how it came about."""
        case = self.case
        if case is None:
            return []
        came = Panel(padding=12)
        came.body.addWidget(Fork(case))
        return [(self._banner(case), 0), (self._cards(case), 1), (came, 0)]

    def _banner(self, case: Case) -> QWidget:
        panel = Panel(edge="ask", padding=12)
        heading = case.heading
        left = column(Words(case.title(), 18, bold=True, wrap=True), Words(case.sentence, 13, "2", wrap=True), gap=3)
        line = row(gap=12)
        line.addLayout(left, 1)
        if heading.number:
            number = MaskedLabel(heading.number)
            number.shown.connect(self.note)
            line.addWidget(number)
        if heading.asked:
            line.addWidget(Tag(say("等下次入户", "At the next visit"), "ask"))
        if heading.door:
            line.addWidget(Tag(heading.door))
        panel.body.addLayout(line)
        return panel

    def _cards(self, case: Case) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        for at, side in enumerate(case.sides):
            card = SideCard(at + 1, side, self.open)
            card.chosen.connect(lambda at=at: self.settle(at))
            line.addWidget(card, 1)
        return holder

    # -- deciding

    def settle(self, at: int) -> None:
        """Settle the open case by the side at this place; the toast takes it back."""
        case = self.case
        if case is None or at >= len(case.sides):
            return
        version = case.sides[at].version
        what, who, by = case.heading.what, case.heading.who, case.sides[at].who
        words = say(f"{who}的{what}已按{by}填的定下", f"{what} of {who}: settled as {by} gave it")
        if case.void:
            words = say(f"{who}留着，没有删", f"{who} is kept") if version.value is None else say(f"{who}已删除", f"{who} is deleted")
        self.decide(case, version.value, words)

    def decide(self, case: Case, value: Any, words: str) -> None:
        """Write a value for the open case, as one who saw what is shown and no more."""
        heading, self.case = case.heading, None
        decision = deciding.Decision(heading.conflict.rec, heading.conflict.unit, value, heading.conflict.heads)

        def deed(work: Work) -> None:
            if deciding.decide(work.ledger, [decision]).left:
                raise late(heading)

        self.deal(heading, deed, words)

    def ask_again(self) -> None:
        """Put the case on the list for the next visit; it stays open, and stands last."""
        case = self.case
        if case is None:
            return
        heading, self.case = case.heading, None
        self.deal(heading, lambda work: asking.ask_again(work.ledger, heading.conflict),
                  say(f"{heading.who}的{heading.what}已放进“要补问”，下次入户再问",
                      f"{heading.what} of {heading.who}: on the to-ask list of the next visit"))

    def skip(self) -> None:
        """Leave it for now and go to the next."""
        heading = self.page.row
        if heading is not None:
            self.skipped.add(heading.key)
            self.page.show_again(self)

    # -- looking closer

    def looked_at(self) -> tuple[Sequence[str], str]:
        """Return whose numbers are seen, and why."""
        heading = self.case.heading if self.case is not None else None
        return ((heading.person or heading.conflict.rec,) if heading else ()), say("复核：对照几份填的", "Review: comparing what was given")

    # -- what it says

    def next(self) -> Next:
        """Return what comes next."""
        if self.case is None:
            return Next()
        if self.case.void:
            return Next(say("留着，还是删掉？两样都能撤销。", "Keep it, or delete it after all? Both can be undone."),
                        lead=say("您来定", "You decide"))
        return Next(say("几份一样重，没有默认。定了还能撤销。" if len(self.case.sides) > 2 else "两份一样重，没有默认。定了还能撤销。",
                        "They weigh the same; there is no default. You can undo."), lead=say("您来定", "You decide"))

    def actions(self) -> list[Action]:
        """Return a deed for each side, then asking again; what looks closer stands in the header."""
        case = self.case
        if case is None:
            return []
        found = [Action(_by(case, at), lambda at=at: self.settle(at), str(at + 1)) for at in range(min(MOST_KEYS, len(case.sides)))]
        found.append(Action(say("再问一次", "Ask again"), self.ask_again, str(len(found) + 1)))
        found.append(Action(say("先跳过", "Skip"), self.skip, "0", "quiet"))
        unit = case.conflict.unit
        if unit not in (VOID, PLACE):
            found.append(Action(say("都不对，另填", "Another value"), lambda: self.page.put_mode(OwnValue(self.page, self)), "F4", place="header"))
            found.append(Action(say("一批一起定", "Many at once"), lambda: self.page.put_mode(RuleView(self.page, self)), "F8", place="header"))
        if any(side.talk for side in case.sides):
            found.append(Action(say("看整份调查", "The whole interview"), lambda: self.page.put_mode(WholeTalk(self.page, self)), "F7",
                                place="header"))
        if case.hides:
            found.append(self.unmasking())
        if case.heading.person:
            found.append(Action(say("看来龙去脉", "See the history"),
                                lambda: self.desk.go("people", person=case.heading.person, tab="history"), "F6", place="hidden"))
        return found


def _by(case: Case, at: int) -> str:
    """Return what the button of a side says; two sides of one person are told apart by their computers."""
    if case.void:
        return say("还是删掉", "Delete after all") if case.sides[at].version.value else say("留着", "Keep it")
    names = [side.who for side in case.sides]
    if len(set(names)) < len(names):
        return say(f"按 {at + 1} 定", f"As in {at + 1}")
    return say(f"按{names[at]}填的", f"As {names[at]} gave it")
