"""OwnValue: neither side is right, somebody knows better. Promises the same rules as any entry, and both values in the history."""
from typing import TYPE_CHECKING, Any

from app.models import deciding, entry, links
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.problem import Problem
from app.ui.job import Work
from app.ui.page import Action, Next
from app.ui.pages.entry import NOT_BY_HAND, control_for, value_in
from app.ui.pages.review_case import Case, late
from app.ui.pages.review_parts import facts_grid
from app.ui.pages.review_section import Mode, Parts
from app.ui.widgets import Field, Panel, Words

if TYPE_CHECKING:
    from app.ui.pages.review_differences import Differences


class OwnValue(Mode):
    """The fields that differ, to be typed; a group keeps what the first side says of the rest."""

    def __init__(self, page: Any, section: "Differences") -> None:
        super().__init__(page)
        case = section.case
        assert case is not None  # the deed is only offered for an open case
        self.section, self.case, self.trouble = section, case, ""
        self.fields: dict[str, Field] = {}

    def _names(self) -> list[str]:
        conflict = self.case.conflict
        names = [n for n in dictionary().fields_of_unit(conflict.type, conflict.unit) if n not in NOT_BY_HAND or n == conflict.unit]
        values = [v.value if isinstance(v.value, dict) and conflict.unit not in dictionary().types[conflict.type].fields else {conflict.unit: v.value}
                  for v in conflict.versions]
        return [n for n in names if any(v.get(n) != values[0].get(n) for v in values)]

    def parts(self) -> Parts:
        """Return what is typed in, under the sentence of the case."""
        conflict, panel = self.case.conflict, Panel(edge="ask", padding=14)
        panel.body.addWidget(Words(say(f"{self.case.heading.who}的{self.case.heading.what}：都不对，应该是",
                                       f"{self.case.heading.what} of {self.case.heading.who}: none is right, it is"), 18, bold=True, wrap=True))
        panel.body.addWidget(Words(self.case.sentence, 13, "2", wrap=True))
        grid, scroll = facts_grid()
        first = conflict.versions[0].value
        for at, name in enumerate(self._names()):
            term = dictionary().field(conflict.type, name)
            control = control_for(term, first.get(name) if isinstance(first, dict) and name != conflict.unit else None, compact=True)
            self.fields[name] = Field(term.label(), control, label_px=14)
            grid.addWidget(self.fields[name], at // 2, at % 2)
        for at in range(2):
            grid.setColumnStretch(at, 1)
        grid.setRowStretch(len(self.fields), 1)
        holder = Panel(padding=4)
        holder.body.addWidget(scroll)
        return [(panel, 0), (holder, 1)]

    def begin(self) -> None:
        """Put the cursor into the first field."""
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.input.setFocus()

    def take(self) -> None:
        """Settle the case by what was typed."""
        conflict = self.case.conflict
        terms, values = dictionary().types[conflict.type].fields, dict[str, Any]()
        for name, field in self.fields.items():
            try:
                values[name] = value_in(field.input, terms[name])
                field.find("E", "")
            except Problem as problem:
                field.find("E", str(problem))
                field.input.setFocus()
                return
        if all(value is None for value in values.values()):
            self.trouble = say("还没有填。填好再按回车，或按 Esc 回去。", "Nothing is filled in. Type it and press Enter, or Esc to go back.")
            self.page.refresh()
            return
        heading = self.case.heading
        words = say(f"{heading.who}的{heading.what}已按您填的定下", f"{heading.what} of {heading.who}: settled as you typed")

        def done(_: Any) -> None:
            self.page.leaving(heading)
            self.desk.toast(words, undo=True)

        self.desk.jobs.write(lambda work: settle_own(work, self.case, values), done, self._refused)

    def _refused(self, problem: Problem) -> None:
        self.trouble = str(problem)
        self.page.refresh()

    def next(self) -> Next:
        """Return what comes next."""
        if self.trouble:
            return Next(self.trouble, say("没有办成", "Not done"), "E")
        return Next(say("填好按回车定下；原来的几份都还查得到。", "Type it and press Enter; what the others gave can still be found."),
                    say("您来填", "You type"))

    def actions(self) -> list[Action]:
        """Return settling and going back."""
        return [Action(say("不填了", "Back"), self.leave, "Esc"), Action(say("就这样定", "Settle so"), self.take, "Return", "primary")]


def settle_own(work: Work, case: Case, values: dict[str, Any]) -> None:
    """Write a value of one's own, through the rules, having seen what is shown; a person registered twice is settled once."""
    conflict, ledger = case.conflict, work.ledger
    whole = {**conflict.versions[0].value, **values} if isinstance(conflict.versions[0].value, dict) and conflict.unit not in values else values
    if links.together(ledger, conflict.rec) is None:
        entry.change(ledger, conflict.rec, whole, source="review", seen=conflict.heads)
        return
    value = whole.get(conflict.unit, whole)
    if deciding.decide(ledger, [deciding.Decision(conflict.rec, conflict.unit, value, conflict.heads)]).left:
        raise late(case.heading)
