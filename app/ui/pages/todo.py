"""TodoPage: what a worker is to do today, in order of need. Promises the reason in each row; Enter opens the person, the case or the interview."""
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtWidgets import QHBoxLayout

from app.assistance import agenda
from app.assistance.agenda import ASK, CALL, CHECK, DRAFT, REVIEW, VISIT, ZERO, Errand
from app.models import access, clock
from app.models.language import counted, say
from app.oversight import board as boards
from app.oversight.in_need import InNeed
from app.oversight.snapshots import campaign_from
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.errand_rows import Clock, RowList, RowPainter, RowWords
from app.ui.widgets import EmptyState, List, Panel, Progress, Words, clear, column, hair, row

ICONS = {ZERO: ("home", "warn"), CHECK: ("check", "warn"), REVIEW: ("review", "ask"), CALL: ("phone", "ink2"), ASK: ("ask", "ask"),
         DRAFT: ("interview", "ink2"), VISIT: ("person", "ink2")}
DEEDS = {ZERO: ("入户", "Visit"), CHECK: ("核实", "Check"), REVIEW: ("复核", "Review"), CALL: ("打电话", "Call"), ASK: ("补问", "Ask"),
         DRAFT: ("接着填", "Go on"), VISIT: ("入户", "Visit")}
MOST_CLOCKS, MOST_PLACES = 5, 5


@dataclass
class Today:
    """What was read: errands with names, the figures of the survey; whole: those of whom nothing is known are on it too."""

    on: str = ""
    errands: list[Errand] = field(default_factory=list)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    total: tuple[int, int] = (0, 0)
    whole: bool = False


class TodoPage(Page):
    """The list at the left; clocks that run and the progress of the survey at the right."""

    name = "todo"
    icon = "home"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found, self._read_once = Today(), False
        self.model = RowList()
        self.list = List(self.model, RowPainter(), "")
        self.list.opened.connect(lambda _: self._open())
        self.list.moved.connect(lambda _: self.refresh())
        self.panel, self.clocks, self.survey = Panel(padding=1), Panel(padding=14), Panel(padding=14)
        self.panel.head.setContentsMargins(*[theme.px(n) for n in (15, 11, 15, 3)])
        self.panel.body.setSpacing(0)
        self.none = EmptyState("check", "", "")
        self.panel.body.addWidget(hair())
        self.panel.body.addWidget(self.list, 1)
        self.panel.body.addWidget(self.none, 1)
        self.clock_lines, self.survey_lines = column(gap=2), column(gap=6)
        self.clocks.body.addLayout(self.clock_lines)
        self.survey.body.addLayout(self.survey_lines)
        aside = column(self.survey, self.clocks, None, gap=12)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addWidget(self.panel, 1)
        for panel in (self.survey, self.clocks):
            panel.setFixedWidth(theme.px(376))
        whole.addLayout(aside)
        desk.ledger_changed.connect(self._changed)

    # -- what it says

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("今日", "Today")

    def facts(self) -> str:
        """Return the day, and who it is for."""
        now, who = clock.today(), self.ledger.me.user_name
        week = say("星期" + "一二三四五六日"[now.weekday()], now.strftime("%A"))
        return f"{now.isoformat()} {week} · {who}"

    def next(self) -> Next:
        """Return the first thing, or the one that is chosen."""
        if not self.found.whole and not self.found.errands:
            return Next(say("正在看今天有什么事…", "Looking what there is today…"))
        now = self._now()
        if now is None and self._nobody():
            return Next(say("还没有要调查的人。先把名册导进来，或者去“人员”加第一户。",
                            "Nobody to survey yet. Bring in a roster, or add the first household under People."))
        if now is None:
            return Next(say("今天没有要做的事。去“对象”看看还有谁要帮。", "Nothing to do today. See Targets for who is to be helped."))
        who = self._who(now)
        lead = {ZERO: say(f"先去{who}。", f"First visit {who}. "), CHECK: say(f"核实{who}。", f"Check {who}. "),
                REVIEW: say(f"定下{who}的情况。", f"Settle what is said of {who}. "), CALL: say(f"给{who}打电话。", f"Call {who}. "),
                ASK: say(f"再问{who}一次。", f"Ask {who} again. "), DRAFT: say(f"接着问{who}。", f"Go on with {who}. "),
                VISIT: say(f"去{who}问一问。", f"Visit {who} and ask. ")}[now.kind]
        return Next(lead + now.words + say("。", "."))

    def actions(self) -> list[Action]:
        """Return what can be done with the one that is chosen."""
        now = self._now()
        if now is None and self._nobody():
            return [Action(say("导入名册", "Bring in a roster"), lambda: self.desk.go("roster"), "Ctrl+I", "primary")]
        if now is None:
            return [Action(say("看帮扶对象", "See Targets"), lambda: self.desk.go("targets"), "F6", "primary")]
        found = [Action(say("开始调查", "Interview"), self._ask, "F5", icon="interview")] if now.kind in (ZERO, VISIT, ASK, CALL) else []
        return [*found, Action(say(*DEEDS[now.kind]), self._open, "Return", "primary")]

    # -- reading

    def enter(self, **_: Any) -> None:
        """Read what there is to do."""
        self.read()
        self.list.setFocus()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.none.what.setText(say("今天没有要做的事", "Nothing to do today"))
        self.none.do.setText(say("有人的钟在走、回访到期、复核有问题，都会排在这里。",
                                 "Running clocks, follow-ups that are due and what the review asks stand here."))
        self.list.setAccessibleName(say("今天要做的事", "To do today"))
        if self._read_once:
            self.read()

    def _changed(self, recs: Collection[str]) -> None:
        if self.isVisible() and not access.only_looks(self.ledger, recs):
            self.read()

    def read(self) -> None:
        """Read the list, off the screen's thread: what is urgent first, then whom to visit because nothing is known."""
        self.desk.jobs.read(_read, self._put, self.desk.trouble, words=say("正在看今天有什么事", "Looking what there is today"), slot="todo")

    def _put(self, found: Today) -> None:
        keep = self._now()
        self.found, self._read_once = found, True
        self.model.put([self._words(one) for one in found.errands])
        late = sum(1 for one in found.errands if one.late is not None and one.late >= 0)
        many = len(found.errands)
        count = (say(f"{many} 件，按轻重排好", f"{many}, in order of need") if found.whole else
                 say(f"{many} 件，还在看…", f"{many}, still looking…") if many else say("还在看…", "Still looking…"))
        self.panel.retitle(say("今天要做的事", "To do today"), count + (say(f"；{late} 件到期", f"; {late} due") if late else ""))
        self.list.setVisible(bool(found.errands))
        self.none.setVisible(found.whole and not found.errands)
        at = next((n for n, one in enumerate(found.errands) if keep and one.about == keep.about), 0)
        if found.errands:
            self.list.choose(at)
        self._show_aside()
        self.refresh()
        if not found.whole:
            self.desk.jobs.read(lambda work: _visits(work, found), self._put, self.desk.trouble, slot="todo")

    def _words(self, one: Errand) -> RowWords:
        icon, ink = ICONS[one.kind]
        name, door = self.found.names.get(one.household if one.kind in (ZERO, CHECK, VISIT) else one.person or one.household, ("", ""))
        nameless = say("没填完的问卷", "Not finished") if one.kind == DRAFT and not (one.person or one.household) else say("没有名字", "No name")
        title = " · ".join(filter(None, (name or nameless, door)))
        return RowWords(icon, ink, title, one.words, _tag(one), say(*DEEDS[one.kind]))

    def _show_aside(self) -> None:
        found = self.found
        clear(self.survey_lines)
        clear(self.clock_lines)
        over, under = found.total
        self.survey.retitle(say("摸排进度", "Survey"), say(f"{over} / {under} 人" + (f"，{over / under:.0%}" if under else ""),
                                                       f"{over} / {counted(under, 'person', 'people')}" + (f", {over / under:.0%}" if under else "")))
        for name, done, of in found.asked[:MOST_PLACES]:
            bar, label = Progress(90), Words(name, 13, "2")
            label.setFixedWidth(theme.px(118))
            bar.put(done, of)
            figure = Words(f"{done} / {of}", 13)
            figure.setFixedWidth(theme.px(82))
            line = row(label, gap=8)
            line.addWidget(bar, 1)
            line.addWidget(figure)
            self.survey_lines.addLayout(line)
        running = [one for one in found.errands if one.clock is not None]
        self.clocks.retitle(say("零就业户清零的时钟", "Days until zero-employment is cleared"), say(f"{len(running)} 户", str(len(running))))
        for one in running[:MOST_CLOCKS]:
            gone, span = one.clock or (0, 1)
            late = say(f"，超期 {gone - 1 - span} 天", f", {gone - 1 - span} late") if gone - 1 > span else ""
            self.clock_lines.addWidget(Clock(found.names.get(one.household, ("", ""))[0], gone, span, say(f"第 {gone} 天", f"day {gone}") + late))
        if not running:
            self.clock_lines.addWidget(Words(say("没有正在走的钟。", "No clock is running."), 13, "2"))

    # -- doing

    def _now(self) -> Errand | None:
        at = self.list.currentIndex().row()
        return self.found.errands[at] if 0 <= at < len(self.found.errands) else None

    def _nobody(self) -> bool:
        return self.found.whole and not self.found.total[1]

    def _who(self, one: Errand) -> str:
        return self.found.names.get(one.household if one.kind in (ZERO, CHECK, VISIT) else one.person or one.household, ("", ""))[0]

    def _open(self) -> None:
        now = self._now()
        if now is None:
            return
        if now.kind == REVIEW:
            self.desk.go("review", rec=now.opens)
        elif now.kind == DRAFT:
            self.desk.go("interview", draft=now.opens)
        elif now.kind == CALL:
            self.desk.go("batches", side="CallsSide", person=now.person)
        elif now.kind == ASK and now.person:
            self.desk.go("people", person=now.person)
        else:
            self.desk.go("people", household=now.household)

    def _ask(self) -> None:
        now = self._now()
        if now is not None and now.person:
            self.desk.go("interview", person=now.person)
        elif now is not None:
            self.desk.go("interview", household=now.household)


def _read(work: Any) -> Today:
    ledger, on = work.ledger, clock.today().isoformat()
    area = ledger.me.area
    need = InNeed(ledger, on, work.step)
    found = agenda.errands(ledger, on, need.prefix, need.cases(), whole=False)
    from app.assistance.records import Records

    told = boards.quick(need.kept, area, on, campaign_from(Records(ledger.db.conn), area, on))
    asked = [(line.name, line.sums["K1"], line.sums["B1"]) for line in told.lines if line.sums["B1"]]
    names = agenda.names(ledger, (one.person for one in found), (one.household for one in found))
    return Today(on, found, names, asked, (told.sums["K1"], told.sums["B1"]))


def _visits(work: Any, first: Today) -> Today:
    """Add those of whom nothing is known to what was read first."""
    more = agenda.visits(InNeed(work.ledger, first.on, work.step).unknown())
    names = agenda.names(work.ledger, (one.person for one in more), (one.household for one in more))
    return replace(first, errands=[*first.errands, *more], names={**first.names, **names}, whole=True)


def _tag(one: Errand) -> tuple[str, str]:
    """Return how urgent it is, in a word or two."""
    if one.late is None:
        return (one.due[5:] if one.due else "", "plain")
    if one.late > 0:
        return say(f"超期 {one.late} 天", f"{counted(one.late, 'day')} late"), "clock"
    if one.late == 0:
        return say("今天", "today"), "clock"
    return say(f"还剩 {-one.late} 天", f"{counted(-one.late, 'day')} left"), "clock" if one.late >= -2 else "plain"
