"""WholeTalk: the whole interviews behind a disagreement, side by side. Promises to show what was written, masked like the rest."""
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.review_case import Side
from app.ui.pages.review_parts import Badge, facts_grid, label_of
from app.ui.pages.review_section import Mode, Parts
from app.ui.telling import field_label, told
from app.ui.widgets import Panel, Tag, Words, column, hair, row

if TYPE_CHECKING:
    from app.ui.pages.review_differences import Differences

MOST = 3  # interviews side by side
NOT_TOLD = ("person_id", "answers")
HOW = ("visit_mode", "respondent", "proxy_name", "proxy_relation", "refusal_reason", "started_at", "ended_at")  # what is told of the response


@dataclass(frozen=True)
class Given:
    """One line of an interview: of which record, what, and what was given."""

    type: str
    label: str
    words: str


def given(ledger: Ledger, root: str, talk: str) -> list[Given]:
    """Return all that one interview wrote: how it was held, then record by record, in the dictionary's order."""
    lines: list[tuple[tuple[int, int], Given]] = []
    kinds = sorted(dictionary().types, key=lambda kind: (kind != "survey_response", kind != "person"))
    for change in ledger.changes_of_root(root):
        if change.source != talk or change.payload is None or change.type not in dictionary().types:
            continue
        fields = dictionary().types[change.type].fields
        for name in change.fields:
            wanted = name in HOW if change.type == "survey_response" else name in fields and name not in NOT_TOLD
            if wanted and (words := told(fields[name], change.value(name), ledger)):
                lines.append(((kinds.index(change.type), list(fields).index(name)), Given(change.type, field_label(change.type, name), words)))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


class WholeTalk(Mode):
    """One card for each interview."""

    def __init__(self, page: Any, section: "Differences") -> None:
        super().__init__(page)
        assert section.case is not None  # the deed is only offered for an open case
        self.case = section.case
        self.sides = [(at, side) for at, side in enumerate(section.case.sides) if side.talk][:MOST]

    def parts(self) -> Parts:
        """Return the cards."""
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        for at, side in self.sides:
            line.addWidget(self._card(at, side), 1)
        return [(holder, 1)]

    def _card(self, at: int, side: Side) -> QWidget:
        panel = Panel(padding=1)
        head = row(Badge(at + 1), gap=10)
        head.addLayout(column(Words(say(f"{side.who}的整份调查",
                                        f"The whole interview by {side.who}"), 15, bold=True), Words(side.where, 12, "2"), gap=1), 1)
        head.addWidget(Tag(side.source))
        head.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        grid, scroll = facts_grid()
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        last, at_row = "", 0
        for line in given(self.ledger, self.case.conflict.root, side.talk):
            if line.type != last:
                last = line.type
                grid.addWidget(Words(dictionary().types[last].label(), 13, bold=True), at_row, 0, 1, 2)
                at_row += 1
            grid.addWidget(label_of(line.label), at_row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Words(line.words, 14, wrap=True), at_row, 1)
            at_row += 1
        grid.setRowStretch(at_row, 1)
        inside = QVBoxLayout()
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(hair())
        inside.addWidget(scroll, 1)
        panel.body.addLayout(inside)
        self._scroll = scroll
        return panel

    def begin(self) -> None:
        """Let the arrows scroll."""
        self._scroll.setFocus()

    def next(self) -> Next:
        """Return what comes next."""
        return Next(say("看完按 Esc 回去定。", "Esc goes back to decide."), say("整份调查", "Whole interview"))

    def actions(self) -> list[Action]:
        """Return going back."""
        return [Action(say("回去", "Back"), self.leave, "Esc")]
