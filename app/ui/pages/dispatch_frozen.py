"""DispatchFrozenPage: the reports that were sent, each revision with what changed. Promises to overwrite none, and a recount on request."""
from typing import Any

from app.models import places
from app.models.language import say
from app.models.problem import Problem
from app.oversight.cells import CELLS
from app.oversight.snapshots import Snapshot
from app.ui.page import Action, Desk, Next, Page
from app.ui.widgets import Cell, Column, EmptyState, Panel, Rows, Table, column

MOST_CHANGED = 4


class DispatchFrozenPage(Page):
    """One line for each revision, the newest first."""

    name = "dispatch_frozen"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: list[Snapshot] = []
        self.same: dict[str, bool | None] = {}
        self.rows = Rows([Column("")] * 6)
        self.table = Table(self.rows, "", 52, False)
        self.table.moved.connect(lambda _: self.refresh())
        panel, self.none = Panel(padding=1), EmptyState("lock", "", "")
        panel.body.addWidget(self.table)
        panel.body.addWidget(self.none)
        whole = column(panel)
        self.setLayout(whole)

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("封存的报表", "Frozen reports")

    def facts(self) -> str:
        """Return how many there are."""
        return say(f"{len(self.found)} 份，发出以后不再变；改正是新的一版", f"{len(self.found)}; what was sent stays, a correction is a new revision")

    def next(self) -> Next:
        """Return what a recount does, or how the first report comes here."""
        if not self.found:
            return Next(say("先在“调度”里按 F7 封存一期。", "First freeze a report: F7 in Dispatch."))
        return Next(say("核一核：按封存时的资料重算一遍，校验要相同。", "Check: recounted from what was known then, the hash must be the same."))

    def actions(self) -> list[Action]:
        """Return the way back, and the check."""
        now = self._now()
        same = "" if now and now.changed else say("这一版没有改动", "Nothing changed in it")
        return [Action(say("回调度", "Back to dispatch"), lambda: self.desk.go("dispatch"), "Esc", icon="left"),
                Action(say("改了谁", "Who changed"), self._who, "F9", why_not=same),
                Action(say("看那一天的数", "Figures of that day"), self._open, "F6", why_not="" if now else say("还没有封存过", "None yet")),
                Action(say("核一核", "Check"), self.check, "Return", "primary", why_not="" if now else say("还没有封存过", "None yet"))]

    def enter(self, **_: Any) -> None:
        """Read what is frozen."""
        from app.oversight import snapshots

        self.desk.jobs.read(lambda work: snapshots.frozen(work.ledger), self._put, self.desk.trouble, slot="frozen")
        self.table.setFocus()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.none.what.setText(say("还没有封存过报表", "No report is frozen yet"))
        self.none.do.setText(say("在“调度”里按 F7，这里就多一份。", "Press F7 in Dispatch, and one stands here."))
        self.table.setAccessibleName(self.word())
        self._show()

    def _put(self, found: list[Snapshot]) -> None:
        self.found = sorted(found, key=lambda one: (one.at, one.revision), reverse=True)
        self._show()
        self.table.choose(0)

    def _show(self) -> None:
        at = max(0, self.table.currentIndex().row())
        heads = (("哪里", "Place", 170), ("期间", "Period", 150), ("版", "Rev.", 56), ("封存时间", "Frozen", 120),
                 ("这一版改了什么", "What it changed", 0), ("重算", "Recount", 150))
        self.rows.columns = [Column(say(zh, en), wide, zh == "版") for zh, en, wide in heads]
        self.rows.put([self._cells(one) for one in self.found])
        self.table.fit(self.rows.columns)
        if self.found:
            self.table.choose(at)
        self.table.setVisible(bool(self.found))
        self.none.setVisible(not self.found)
        self.refresh()

    def _cells(self, one: Snapshot) -> list[Cell]:
        found = places.get(one.area, self.ledger)
        told = [f"{CELLS[code].label()} {v['from']} → {v['to']}" for code, v in one.changed.items() if code in CELLS and not CELLS[code].part]
        more = say(f"，还有 {len(told) - MOST_CHANGED} 项", f", and {len(told) - MOST_CHANGED} more") if len(told) > MOST_CHANGED else ""
        changed = say("，", ", ").join(told[:MOST_CHANGED]) + more if told else say("第一版", "the first one") if one.revision == 1 else ""
        people = len({rec for v in one.changed.values() for rec in (*v["joined"], *v["left"])})
        state = {True: ("ok", say("重算相同", "the same")), False: ("err", say("重算不同", "it differs")),
                 None: ("plain", say("在别处封存", "frozen elsewhere"))}
        tag = state[self.same[one.id]] if one.id in self.same else None
        return [Cell(found.name if found else one.area, bold=True), Cell(one.on, say(f"{one.since} 起", f"from {one.since}") if one.since else ""),
                Cell(str(one.revision), right=True), Cell(one.at[:10], one.at[11:16]),
                Cell(changed, say(f"涉及 {people} 条", f"{people} concerned") if people else ""),
                Cell(tag[1], tag=tag[0]) if tag else Cell(one.hash[:12], ink="ink3")]

    def _now(self) -> Snapshot | None:
        at = self.table.currentIndex().row()
        return self.found[at] if 0 <= at < len(self.found) else None

    def check(self) -> None:
        """Recount the report that is chosen."""
        now = self._now()
        if now is None:
            return

        def recount(work: Any) -> tuple[str, bool | None]:
            from app.oversight import snapshots

            try:
                return now.id, snapshots.same(work.ledger, now)
            except Problem as problem:
                if problem.key != "snapshot.elsewhere":
                    raise
                return now.id, None

        self.desk.jobs.read(recount, self._checked, self.desk.trouble, words=say("正在重算", "Recounting"))

    def _checked(self, found: tuple[str, bool | None]) -> None:
        self.same[found[0]] = found[1]
        self._show()

    def _who(self) -> None:
        """Open who joined or left a figure in this revision, each with which."""
        now = self._now()
        if now is None:
            return
        told: dict[str, list[str]] = {}
        these: dict[tuple[str, str], None] = {}
        for code, change in now.changed.items():
            for name, sign in (("joined", "+"), ("left", "−")):
                for rec in change[name]:
                    told.setdefault(rec, []).append(f"{sign} {CELLS[code].label()}")
                    these[CELLS[code].type, rec] = None
        self.desk.go("dispatch_people", words=("这一版改了谁", "Who changed in it"), area=now.area, on=now.on, since=now.since, these=list(these),
                     told={rec: say("，", ", ").join(words) for rec, words in told.items()})

    def _open(self) -> None:
        now = self._now()
        if now is not None:
            self.desk.go("dispatch", area=now.area, on=now.on, since=now.since)
