"""DispatchPage: how far it has come, by place, on a day. Promises that every figure and bar opens its people, with age of data and checks beside."""
from collections.abc import Collection
from datetime import date
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models import access, clock, places
from app.models.language import counted, say
from app.oversight import board as boards
from app.oversight.board import LEVELS, STALE_DAYS, WORDS, WORK, Board, Line, Way
from app.oversight.cells import CELLS
from app.oversight.checks import Finding, look
from app.oversight.kept import KeptFigures
from app.oversight.snapshots import campaign_from
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.dispatch_parts import DaySheet, PlaceSheet, Tiles, chosen
from app.ui.widgets import Icon, KeyButton, Panel, Words, ask, clear, column, row
from app.ui.widgets.charts import Bars, Flow, Part, Row, StackedBars, Step, Trend

TILES = ("B1", "C1", "B3", "E2_end", "placed_3m", "K2")
TOKENS = {"C1": "c1", "D1": "c3", "D2": "c4", "D3": "c5"}
MOST_LINES = 5


class DispatchPage(Page):
    """Figures above; the labour of each place and the way from wish to staying at the left, where they work and the trend at the right."""

    name = "dispatch"
    icon = "dispatch"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.area, self.on, self.since, self._since_said = self.ledger.me.area, "", "", False
        self.board: Board | None = None
        self.way, self.findings = Way(), list[Finding]()
        self.tiles = Tiles(TILES)
        self.sites, self.levels, self.flow, self.trend = StackedBars(), Bars(), Flow(), Trend()
        self.panels = [Panel(padding=14) for _ in range(4)]
        for panel, chart in zip(self.panels, (self.sites, self.flow, self.levels, self.trend), strict=True):
            panel.body.addWidget(chart, 1)
        self.more = KeyButton("", "quiet", height=28)
        self.more.clicked.connect(lambda: desk.go("dispatch_places", area=self.area, on=self.on, since=self.since))
        self.panels[0].side.addWidget(self.more)
        self.more.setMaximumHeight(theme.px(24))  # no higher than the titles of the panels beside it
        self.lines = row(gap=20)
        self._build()
        for chart in (self.sites, self.levels, self.flow):
            chart.opened.connect(self.open_list)
        self.tiles.opened.connect(lambda key: self.open_list(f"cell:{key}:{self.area}"))
        self.trend.opened.connect(lambda day: self.show_day(day, self.since))
        desk.ledger_changed.connect(self._changed)

    def _build(self) -> None:
        left, right = column(gap=12), column(gap=12)
        left.addWidget(self.panels[0], 0)
        left.addWidget(self.panels[1], 1)
        right.addWidget(self.panels[2], 0)
        right.addWidget(self.panels[3], 1)
        both = QHBoxLayout()
        both.setSpacing(theme.px(12))
        both.addLayout(left, 62)
        both.addLayout(right, 38)
        whole = column(self.tiles, both, self.lines, gap=12)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    # -- what it says

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("调度", "Dispatch")

    def facts(self) -> str:
        """Return the line under the title."""
        period = say(f"{self.since} 起，" if self.since else "", f"from {self.since}, " if self.since else "")
        return say(f"{self._name()} · {period}截止 {self.on} · 每个数都能点开到人",
                   f"{self._name()} · {period}up to {self.on} · every figure opens its people")

    def next(self) -> Next:
        """Return what should be cleared up before a report is sent."""
        if self.board is None:
            return Next(say("正在算…", "Counting…"))
        if not self.board.sums["B1"]:
            return Next(say("这里还没有劳动力。先把名册导进来，或者先做调查。",
                            "Nobody of working age is known here yet. Bring in a roster, or begin with interviews."))
        broken = [words for words, holds in self.board.identities() if not holds]
        if broken:
            return Next(say(f"对不上：{broken[0]}。点开“已就业”看谁没有就业地。",
                            f"This does not add up: {broken[0]}. Open “Employed” to see whose place of work is missing."), level="W")
        worst = self._worst()
        if worst is not None:
            n = worst.sums["D3"]
            return Next(say(f"先弄清{worst.name}的 {n} 人，再发调度表。封存后数字就固定，改动另成修订。",
                            f"First find out about {counted(n, 'person', 'people')} at {worst.name}, then send the table."
                            " A frozen report stays; changes make a revision."))
        return Next(say("情况都清楚。封存后数字就固定，改动另成修订。", "Every situation is known. A frozen report stays; changes make a revision."))

    def actions(self) -> list[Action]:
        """Return place, day, and what is done with a report."""
        ready = "" if self.board is not None else say("正在算", "Counting")
        worst = self._worst()
        found = [Action(self._name(), self._choose_place, "F4", icon="place", place="header"),
                 Action(self.on, self._choose_day, "F6", icon="clock", place="header"),
                 Action(say("以前封存的", "Frozen reports"), lambda: self.desk.go("dispatch_frozen"), "F8"),
                 Action(say("封存这一期", "Freeze"), self.freeze, "F7", icon="lock", why_not=ready),
                 Action(say("生成调度表", "Dispatch book"), lambda: self.desk.go("books", book="dispatch"), "Ctrl+E", "primary", why_not=ready)]
        if worst is not None:
            code = worst.code
            words = say(f"看这 {worst.sums['D3']} 人", f"See these {worst.sums['D3']}")
            found.insert(2, Action(words, lambda: self.open_list(f"cell:D3:{code}"), "F9"))
        return found

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys inside the charts."""
        return [("Tab", say("下一张图", "Next chart"))]

    def _name(self) -> str:
        found = places.get(self.area, self.ledger)
        return found.name if found else self.area

    def _worst(self) -> Any:
        """Return the place with most people of whom nothing is known, None where there is none."""
        lines = [line for line in self.board.lines if line.sums["D3"]] if self.board else []
        return max(lines, key=lambda line: line.sums["D3"], default=None)

    # -- reading

    def enter(self, area: str = "", on: str = "", since: str | None = None, **_: Any) -> None:
        """Show a place on a day; what was shown last where nothing is said."""
        self.area = area or self.area
        if on or not self.on:
            self.on = on or clock.today().isoformat()
            self.since = since if since is not None else ""
            self._since_said = since is not None
        self.read()
        self.tiles.tiles["B1"].setFocus()

    def show_day(self, on: str, since: str) -> None:
        """Show another cut-off date."""
        self.on, self.since, self._since_said = on, since, True
        self.read()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.more.reword(say("列成表 →", "As a table →"))
        if self.board is not None:
            self._show()
            self._show_way()

    def _changed(self, recs: Collection[str]) -> None:
        if self.isVisible() and not access.only_looks(self.ledger, recs):
            self.read()

    def read(self) -> None:
        """Read what stands ready, then what takes a look through everybody."""
        area, on, since, said = self.area, self.on, self.since, self._since_said

        def quick(work: Any) -> Board:
            begin = since if said else campaign_from(_records(work.ledger), area, on)
            kept = KeptFigures(work.ledger)
            kept.follow(clock.today().isoformat(), step=work.step)
            return boards.quick(kept, area, on, begin)

        self.desk.jobs.read(quick, self._put, self.desk.trouble, words=say("正在汇总", "Adding up"), slot="dispatch")
        self.refresh()

    def _put(self, found: Board) -> None:
        self.board, self.since, self._since_said = found, found.since, True
        self._show()
        self.desk.jobs.watch(lambda work: _slow(work, found), self._put_way, "dispatch_way", fail=self.desk.trouble)

    def _put_way(self, found: tuple[Way, list[Finding]]) -> None:
        self.way, self.findings = found
        self._show_way()

    # -- showing

    def _show(self) -> None:
        board = self.board
        if board is None:
            return
        self._show_tiles(board)
        lines = [line for line in board.lines if line.sums["A1"] or line.sums["B1"]]  # an office itself has posts and fairs, not people
        many = say(f"共 {len(lines)} 处", f"{len(lines)} places")
        self.panels[0].retitle(say("各处的劳动力", "Labour by place"),
                               many if len(lines) > MOST_LINES else say("点任何一段，看名单", "Any bar opens its list"))
        self.sites.rename(say("各处的劳动力", "Labour by place"))
        rows = [Row(line.name, tuple(_part(line, code) for code in WORK), *_aged(line.age)) for line in lines[:MOST_LINES]]
        self.sites.put(rows, [(TOKENS[code], word) for code, word in zip(WORK, _legend(), strict=True)], say("资料新旧", "Age of data"))
        self.levels.rename(say("在哪里上班", "Where they work"))
        self.panels[2].retitle(self.levels.name, say(f"{board.sums['C1']} 人", counted(board.sums['C1'], "person", "people")))
        self.levels.put([Part(f"cell:{code}:{self.area}", board.sums[code], "c1", word) for code, word in zip(LEVELS, _levels(), strict=True)])
        self._show_checks(board)
        self.refresh()

    def _show_tiles(self, board: Board) -> None:
        sums, tiles = board.sums, self.tiles.tiles
        tiles["B1"].put(say("劳动力", "Labour force"), str(sums["B1"]), say("人", "people"),
                        say(f"摸排 {_of(*board.rate('survey_rate'))}", f"surveyed {_of(*board.rate('survey_rate'))}"))
        tiles["C1"].put(say("已就业", "Employed"), str(sums["C1"]), say("人", "people"),
                        say(f"占 {_of(*board.rate('employment_rate'))}", _of(*board.rate("employment_rate"))))
        over, under = board.rate("willing_employment_rate")
        tiles["B3"].put(say("想工作的人里已就业", "Employed of the willing"), _percent(over, under), "%",
                        say(f"{over} / {under} 人", f"{over} / {counted(under, 'person', 'people')}"))
        late = sums["E2_overdue"]
        tiles["E2_end"].put(say("有意愿的零就业户", "Zero-employment"), str(sums["E2_end"]), say("户", "households"),
                            say(f"新增 {sums['E2_new']}，清零 {sums['E2_cleared']}" + (f"；{late} 户超期" if late else ""),
                                f"{sums['E2_new']} new, {sums['E2_cleared']} cleared" + (f"; {late} overdue" if late else "")),
                            "warn" if late else "")
        over, under = board.rate("retention_3m_rate")
        tiles["placed_3m"].put(say("满 3 个月仍在岗", "There after 3 months"), _percent(over, under), "%",
                               say(f"{over} / {under} 人次", f"{over} / {under} placements"))
        tiles["K2"].put(say("抽查不符", "Checks that differ"), str(sums["K3"]), say("人", "people"),
                        say(f"抽了 {sums['K2']} 人" + (f"，不符率 {_percent(sums['K3'], sums['K2'])}%" if sums["K2"] else ""),
                            f"of {sums['K2']} checked" + (f", {_percent(sums['K3'], sums['K2'])}%" if sums["K2"] else "")),
                        "warn" if sums["K3"] else "")

    def _show_checks(self, board: Board) -> None:
        clear(self.lines)
        for words, holds in board.identities()[:2]:
            self.lines.addWidget(_line("check" if holds else "warn", "ok" if holds else "warn", words))
        self.lines.addStretch(1)
        if self.findings:
            n = len({one.id for one in self.findings})
            button = KeyButton(say(f"{n} 处要核对 →", f"{n} to look into →"), "quiet", icon="warn", height=24)
            button.clicked.connect(self.open_findings)
            self.lines.addWidget(button)

    def _show_way(self) -> None:
        if self.board is None:
            return
        total = len(self.way.stages[0].people) if self.way.stages else 0
        self.flow.rename(say("从想工作到留得住", "From wish to staying"))
        when = say("本期", "this period") if self.since else say("今年", "this year")
        self.panels[1].retitle(self.flow.name, say(f"{when}，{total} 人", f"{when}, {counted(total, 'person', 'people')}"))
        self.flow.put([Step(Part(f"way:{stage.key}", len(stage.people), "c1", say(*WORDS[stage.key])), say(*WORDS[stage.key]),
                            tuple(Part(f"way:{why}", len(ids), "c5", say(*WORDS[why])) for why, ids in stage.lost)) for stage in self.way.stages])
        self.trend.rename(say("有意愿的人就业率", "Employment rate of the willing"))
        self.panels[3].retitle(self.trend.name, self._weeks())
        self.trend.put(self.way.trend)
        self._show_checks(self.board)

    def _weeks(self) -> str:
        days = [date.fromisoformat(day) for day, _, _ in self.way.trend[:2]]
        n = (days[1] - days[0]).days // 7 if len(days) > 1 else 1
        return say("每周" if n == 1 else f"每 {n} 周", "weekly" if n == 1 else f"every {n} weeks")

    # -- doing

    def open_list(self, key: str) -> None:
        """Open who is behind a bar: "cell:CODE:PLACE", or "way:STAGE"."""
        what, _, rest = key.partition(":")
        if what == "cell":
            code, _, area = rest.partition(":")
            self.desk.go("dispatch_people", code=code, area=area, on=self.on, since=self.since)
        else:
            groups = [one for stage in self.way.stages for one in ((stage.key, stage.people), *stage.lost)]
            people = next((ids for why, ids in groups if why == rest), frozenset())
            self.desk.go("dispatch_people", words=WORDS[rest], area=self.area, on=self.on, since=self.since,
                         these=[("person", rec) for rec in sorted(people)])

    def open_findings(self) -> None:
        """Open what the checks found, the worst first, each with what it says."""
        told: dict[str, str] = {}
        for one in self.findings:
            told[one.id] = say("；", "; ").join(filter(None, (told.get(one.id), one.check.label())))
        these = list(dict.fromkeys((one.type, one.id) for one in self.findings))
        self.desk.go("dispatch_people", words=("要核对的", "To look into"), area=self.area, on=self.on, since=self.since, these=these, told=told)

    def freeze(self) -> None:
        """Keep the report as it is sent."""
        from app.oversight import snapshots

        if not ask(self, say(f"封存 {self._name()} 截止 {self.on} 的报表？", f"Freeze the report of {self._name()} up to {self.on}?"),
                   say("数字和名单照现在的样子留下，以后补报不会改它；再封存一次就是第 2 版，写明改了谁。",
                       "Figures and lists stay as they are now, whatever is reported later. Freezing again makes revision 2 and says who changed."),
                   say("封存", "Freeze"), say("先不", "Not now")):
            return
        area, on, since = self.area, self.on, self.since
        self.desk.jobs.write(lambda work: snapshots.freeze(work.ledger, area, on, since), self._frozen, self.desk.trouble,
                             words=say("正在封存", "Freezing"))

    def _frozen(self, made: Any) -> None:
        n = made.revision
        self.desk.toast(say(f"已封存，第 {n} 版，校验 {made.hash[:8]}", f"Frozen as revision {n}, hash {made.hash[:8]}") if made.new
                        else say(f"和第 {n} 版一样，没有新的版本", f"The same as revision {n}; nothing new was made"))

    def _choose_place(self) -> None:
        sheet = PlaceSheet(self, self.ledger, self.ledger.me.area, self.area)
        if chosen(sheet):
            self.area = sheet.code
            self.read()

    def _choose_day(self) -> None:
        sheet = DaySheet(self, self.on, self.since)
        if chosen(sheet):
            self.show_day(sheet.on, sheet.since)


def _records(ledger: Any) -> Any:
    from app.assistance.records import Records

    return Records(ledger.db.conn)


def _slow(work: Any, found: Board) -> tuple[Way, list[Finding]]:
    doubtful = [one for one in look(work.ledger, found.on, places.prefix(found.area)) if one.check.level in ("E", "W")]
    return boards.slow(KeptFigures(work.ledger), found.area, found.on, found.since), doubtful


def _line(icon: str, token: str, words: str) -> QWidget:
    holder = QWidget()
    line = row(Icon(icon, 16, token), Words(words, 12, "warn" if token == "warn" else "2"), gap=6)
    holder.setLayout(line)
    return holder


def _part(line: Line, code: str) -> Part:
    n = line.sums[code]
    return Part(f"cell:{code}:{line.code}", n, TOKENS[code], f"{line.name} {CELLS[code].label()} {n}")


def _legend() -> tuple[str, ...]:
    return (say("已就业", "employed"), say("想工作", "want work"), say("不想工作", "do not"), say("情况不明", "unknown"))


def _levels() -> tuple[str, ...]:
    return (say("省外", "Outside the province"), say("省内县外", "In the province"), say("县内", "In the county"), say("境外", "Abroad"))


def _aged(age: int | None) -> tuple[str, str]:
    if age is None:
        return say("没问过", "never asked"), "warn"
    words = say(f"平均 {age} 天", f"{counted(age, 'day')} on average")
    return (words + say("，偏旧", ", old"), "warn") if age >= STALE_DAYS else (words, "")


def _percent(over: int, under: int) -> str:
    return f"{over / under * 100:.1f}" if under else "–"


def _of(over: int, under: int) -> str:
    return say(f"{_percent(over, under)}%（{over} / {under}）", f"{_percent(over, under)}% ({over} / {under})")
