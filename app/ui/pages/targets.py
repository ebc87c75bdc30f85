"""TargetsPage: whom to help, and why; whom not, and why not. Promises the reasons step by step, and the clock of each zero-employment household."""
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.assistance import agenda, targets, why
from app.assistance.agenda import Group
from app.assistance.zero import Case
from app.models import access, clock
from app.models.language import counted, say
from app.oversight.in_need import CASES, OUT, InNeed
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.errand_rows import Clock, RowList, RowPainter, RowWords
from app.ui.telling import years
from app.ui.widgets import (
    Cell,
    Column,
    EmptyState,
    Icon,
    List,
    Panel,
    Rows,
    Table,
    Tag,
    Words,
    clear,
    column,
    hair,
    row,
)

GROUPS = ((CASES, "零就业户", "Zero-employment"), ("willing", "想工作，没有工作", "Want work"), ("unknown", "情况不明", "Not known"),
          ("unwilling", "不想工作", "Do not want it"), ("employed", "已就业", "Employed"), (OUT, "不在范围", "Not in the group"))
ICONS = {"willing": ("person", "warn"), "unknown": ("ask", "ask"), "unwilling": ("person", "ink2"), "employed": ("check", "ok"),
         OUT: ("person", "ink3")}


@dataclass
class Everybody:
    """What was read: how many are in each group, and who is in one of them, in order of need, with names.

    Attributes: at (the group), group (those of it), listed (in order; of CASES nobody), cases, names, counts.
    """

    at: str = CASES
    group: Group | None = None
    listed: list[str] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class TargetsPage(Page):
    """Groups at the left, who is in one in the middle, why at the right."""

    name = "targets"
    icon = "targets"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found, self.at = Everybody(), CASES
        self.groups = Rows([Column("", 0), Column("", 60, True)])
        self.table = Table(self.groups, "", 44, opens=False)
        self.table.horizontalHeader().hide()
        self.table.setFixedWidth(theme.px(208))
        self.table.moved.connect(self._turn)
        self.model = RowList()
        self.list = List(self.model, RowPainter(), "")
        self.list.opened.connect(lambda _: self._open())
        self.list.moved.connect(lambda _: self._show_why())
        self.left, self.middle, self.right = Panel(padding=1), Panel(padding=1), Panel(padding=14)
        self.none = EmptyState("people", "", "")
        self.left.body.addWidget(self.table)
        self.middle.body.addWidget(self.list, 1)
        self.middle.body.addWidget(self.none, 1)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.px(6))
        inside = QWidget()
        inside.setLayout(column(self.lines, None, gap=0))
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setWidget(inside)
        self.right.body.addWidget(self.scroll, 1)
        self.right.setFixedWidth(theme.px(340))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        for panel, share in ((self.left, 0), (self.middle, 1), (self.right, 0)):
            whole.addWidget(panel, share)
        desk.ledger_changed.connect(self._changed)

    # -- what it says

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("对象", "Targets")

    def facts(self) -> str:
        """Return how many are in the target group."""
        found = self.found
        if found.group is None:
            return say("正在算…", "Counting…")
        n, homes = sum(some for key, some in found.counts.items() if key not in (CASES, OUT)), found.counts.get(CASES, 0)
        return say(f"{found.group.on} · 帮扶对象 {n} 人 · 零就业户 {homes} 户 · 都由登记的情况算出来，不用填",
                   f"{found.group.on} · {counted(n, 'person', 'people')} to be helped · {homes} zero-employment households · worked out, never typed")

    def next(self) -> Next:
        """Return what the one that is chosen needs."""
        case = self._case()
        if case is not None and self.found.group is not None:
            who = self.found.names.get(case.household, ("", ""))[0]
            late = case.overdue(self.found.group.on)
            if case.awaits_check:
                return Next(say(f"{who}有人上岗了，去核实，核实了才销号。",
                                f"{who}: somebody began work; check it, only then the case is closed."), level="W")
            return Next(say(f"{who}：{'已超期，' if late else ''}{case.clear_due} 前要有人上岗，并且核实。",
                            f"{who}: {'overdue, ' if late else ''}work that was checked is due {case.clear_due}."), level="W" if late else "")
        return Next(say("按需要的先后排好。回车打开，F5 调查。", "In order of need. Enter opens, F5 interviews.") if self.model.rows else "")

    def actions(self) -> list[Action]:
        """Return what can be done with the one that is chosen."""
        has = "" if self._chosen() else say("先选一个", "Choose somebody first")
        return [Action(say("开始调查", "Interview"), self._ask, "F5", icon="interview", why_not=has),
                Action(say("打开", "Open"), self._open, "Return", "primary", why_not=has)]

    def hints(self) -> list[tuple[str, str]]:
        """Return how the lists are reached."""
        return [("Tab", say("换到名单", "To the list"))]

    # -- reading

    def enter(self, group: str = "", **_: Any) -> None:
        """Show a group: that of the zero-employment households where none is named."""
        self.at = group or self.at
        self.read()
        self.list.setFocus()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.table.setAccessibleName(say("分类", "Groups"))
        self.list.setAccessibleName(say("名单", "List"))
        self.none.what.setText(say("这一类没有人", "Nobody is in this group"))
        if self.found.group is not None:
            self._show()

    def _changed(self, recs: Collection[str]) -> None:
        if self.isVisible() and not access.only_looks(self.ledger, recs):
            self.read()

    def read(self) -> None:
        """Read how many are in each group and who is in the one that is shown, off the screen's thread."""
        at = self.at
        self.desk.jobs.read(lambda work: _read(work, at), self._put, self.desk.trouble, words=say("正在算帮扶对象", "Working out whom to help"),
                            slot="targets")

    def _put(self, found: Everybody) -> None:
        self.found = found
        self._show()

    def _show(self) -> None:
        counts = self.found.counts
        self.groups.put([[Cell(say(zh, en), bold=key == self.at), Cell(str(counts.get(key, 0)), right=True, ink="warn" if key == CASES else "ink")]
                         for key, zh, en in GROUPS])
        self.table.fit(self.groups.columns)
        self.table.blockSignals(True)
        self.table.choose(next(n for n, (key, _, _) in enumerate(GROUPS) if key == self.at))
        self.table.blockSignals(False)
        self._show_list()

    def _turn(self, row: int) -> None:
        if 0 <= row < len(GROUPS) and GROUPS[row][0] != self.at and self.found.group is not None:
            self.at = GROUPS[row][0]
            self.read()

    def _show_list(self) -> None:
        keep = self._chosen()
        ids = self._ids()
        self.model.put([self._case_words(case) for case in self.found.cases] if self.found.at == CASES else [self._words(rec) for rec in ids])
        self.list.setVisible(bool(ids))
        self.none.setVisible(not ids)
        if ids:
            self.list.choose(ids.index(keep) if keep in ids else 0)
        self._show_why()

    def _case_words(self, case: Case) -> RowWords:
        on = self.found.group.on if self.found.group else ""
        late = case.overdue(on)
        state = say("有人上岗，待核实", "at work, not checked") if case.awaits_check else say("情况不明", "unknown") if case.state == "unknown" else \
            say(f"{case.helped} 帮过", f"helped {case.helped}") if case.helped else say("还没有开始帮扶", "nobody has helped yet")
        tag = (say("超期", "overdue"), "err") if late else (say(f"{case.clear_due} 到期", f"due {case.clear_due}"), "clock")
        words = say(f"{case.opened} 起，{case.clear_due} 前清零；{state}", f"since {case.opened}, clear due {case.clear_due}; {state}")
        return RowWords("home", "warn", self._name(case.household), words, tag)

    def _words(self, rec: str) -> RowWords:
        group = self.found.group
        assert group is not None
        one, person = group.standings[rec], group.roll.people[rec]
        icon, ink = ICONS[self.found.at]
        if not one.in_scope:
            return RowWords(icon, ink, self._name(rec), say("不在范围：", "Not in the group: ") + one.reason())
        code = group.priority(rec)
        words = why.work_words(person, one, group.on, group.terms(group.home_of(person)))
        kind = {"1": "warn", "2": "ask"}.get(code, "plain")
        return RowWords(icon, ink, self._name(rec), words, (say(f"优先 {code}", f"priority {code}"), kind))

    # -- why

    def _show_why(self) -> None:
        clear(self.lines)
        chosen, group = self._chosen(), self.found.group
        self.right.retitle(say("为什么", "Why"))
        if chosen and group is not None:
            case = self._case()
            for rec in self._members(chosen) if case is not None else [chosen]:
                self._tell(group, rec)
            if case is not None:
                self._tell_case(case, group)
        self.refresh()

    def _members(self, home: str) -> list[str]:
        group = self.found.group
        assert group is not None
        return [p.id for p in group.roll.members.get(home, ()) if p.home_on(group.on) == home and targets.is_member(p, group.on)]

    def _tell(self, group: Group, rec: str) -> None:
        person, one = group.roll.people[rec], group.standings[rec]
        home = group.home_of(person)
        told = Words(self._name(rec), 14, bold=True)
        tag = Tag(say("帮扶对象", "to be helped"), "accent") if one.in_scope else Tag(say("不在范围", "not in the group"), "plain")
        self.lines.addLayout(row(told, None, tag, gap=8))
        brief = self.found.at == CASES
        steps = why.reasons(person, home, group.on, group.terms(home))
        for step in steps if not brief else [step for step in steps if not step.holds]:
            self.lines.addLayout(_step("check" if step.holds else "close", "ok" if step.holds else "err", step.words))
        if one.in_scope:
            self.lines.addLayout(_step("clock", "ink2", why.work_words(person, one, group.on, group.terms(home))))
            if not brief:
                code = group.priority(rec)
                self.lines.addLayout(_step("arrow", "accent", say(f"优先 {code}：", f"Priority {code}: ") + why.priority_words(code)))
        self.lines.addWidget(hair())

    def _tell_case(self, case: Case, group: Group) -> None:
        from datetime import date

        gone = (date.fromisoformat(group.on) - date.fromisoformat(case.opened)).days + 1
        span = (date.fromisoformat(case.clear_due) - date.fromisoformat(case.opened)).days
        self.lines.addWidget(Clock(say("这一次", "This case"), gone, span, say(f"第 {gone} 天", f"day {gone}")))
        helped = say(f"，{case.helped} 帮过", f", helped {case.helped}") if case.helped else ""
        for label, words in ((say("开始", "Opened"), case.opened), (say("开始帮扶", "Help due"), case.help_due + helped),
                             (say("清零", "Clear due"), case.clear_due)):
            name = Words(label, 13, "2")
            name.setFixedWidth(theme.px(84))
            self.lines.addLayout(row(name, Words(words, 13), None, gap=4))
        rule = say("有人上岗并且核实了，才销号；务农和没做满的零工不算。",
                   "Closed only by work that was checked; farming and casual work that is too short do not count.")
        self.lines.addWidget(Words(rule, 12, "2", wrap=True))

    # -- doing

    def _ids(self) -> list[str]:
        """Return what the list shows: households with an open case, or people."""
        return [case.household for case in self.found.cases] if self.found.at == CASES else self.found.listed

    def _chosen(self) -> str:
        at, ids = self.list.currentIndex().row(), self._ids()
        return ids[at] if 0 <= at < len(ids) else ""

    def _case(self) -> Case | None:
        at = self.list.currentIndex().row()
        return self.found.cases[at] if self.found.at == CASES and 0 <= at < len(self.found.cases) else None

    def _name(self, rec: str) -> str:
        group = self.found.group
        name, door = self.found.names.get(rec, ("", ""))
        person = group.roll.people.get(rec) if group else None
        age = why.years(person.born, group.on) if person and group else None
        return " · ".join(filter(None, (name or say("没有名字", "No name"), years(age), door if self.found.at != CASES or not person else "")))

    def _open(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.desk.go("people", **({"household": chosen} if self.found.at == CASES else {"person": chosen}))

    def _ask(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.desk.go("interview", **({"household": chosen} if self.found.at == CASES else {"person": chosen}))


def _step(icon: str, token: str, words: str) -> QHBoxLayout:
    line = row(Icon(icon, 16, token), gap=8)
    line.addWidget(Words(words, 13, wrap=True), 1)
    return line


def _read(work: Any, at: str) -> Everybody:
    need = InNeed(work.ledger, clock.today().isoformat(), work.step)
    found, listed = (need.cases(), []) if at == CASES else need.listed(at)
    homes = [case.household for case in found.cases] if at == CASES else []
    people = found.standings if at == CASES else listed
    return Everybody(at, found, listed, found.cases, agenda.names(work.ledger, people, homes), need.counts())
