"""DispatchPlacesPage: the figures of each place as a table. Promises the fixed order of places, never by rate; each cell opens its list."""
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.models import clock, places
from app.models.language import counted, say
from app.oversight import board as boards
from app.oversight.board import Board, Line
from app.oversight.cells import CELLS
from app.oversight.kept import KeptFigures
from app.ui.page import Action, Desk, Next, Page
from app.ui.widgets import Cell, Column, Panel, Rows, Table, column

SHOWN = ("A1", "B1", "C1", "C2", "C3", "C4", "D1", "D2", "D3", "E2_end", "K1", "K2", "K3")
HEADS = (("户", "Homes"), ("劳动力", "Labour"), ("已就业", "At work"), ("省外", "Outside"), ("省内", "Province"), ("县内", "County"),
         ("想工作", "Willing"), ("不想", "Not"), ("不明", "Unknown"), ("零就业", "Zero"), ("摸排", "Asked"), ("抽查", "Checked"), ("不符", "Differ"))


class _Cells(Table):
    """A table in which a cell is chosen, not a row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right walk along the figures; the others as in every table."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        now = self.currentIndex()
        if step is not None and now.isValid():
            self.setCurrentIndex(self.model().index(now.row(), min(max(0, now.column() + step), len(SHOWN))))
            return
        super().keyPressEvent(event)


class DispatchPlacesPage(Page):
    """A row for each place right below, the figures as columns."""

    name = "dispatch_places"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.area, self.on, self.since = "", "", ""
        self.board: Board | None = None
        self.lines: list[Line] = []
        self.rows = Rows([Column("")] * (len(SHOWN) + 2))
        self.table = _Cells(self.rows, "", 40)
        self.table.setSelectionBehavior(Table.SelectionBehavior.SelectItems)
        self.table.opened.connect(lambda _: self._open())
        self.table.selectionModel().currentChanged.connect(lambda *_: self.refresh())
        self.panel = Panel(padding=1)
        self.panel.body.addWidget(self.table)
        whole = column(self.panel)
        self.setLayout(whole)

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("各处的数", "Figures by place")

    def facts(self) -> str:
        """Return whose, and up to when."""
        found = places.get(self.area, self.ledger) if self.area else None
        return say(f"{found.name if found else ''} · 截止 {self.on} · 按区划排列，不按高低排",
                   f"{found.name if found else ''} · up to {self.on} · in the order of places, not of rates")

    def next(self) -> Next:
        """Return what Enter opens."""
        line, code = self._now()
        if line is None:
            return Next("")
        if not code:
            return Next(say(f"打开{line.name}的调度。", f"Open the dispatch of {line.name}."))
        return Next(say(f"打开{line.name}“{CELLS[code].label()}”的名单，{line.sums[code]}。",
                        f"Open the list of “{CELLS[code].label()}” at {line.name}: {line.sums[code]}."))

    def actions(self) -> list[Action]:
        """Return the way back, and into a cell."""
        return [Action(say("回调度", "Back to dispatch"), lambda: self.desk.go("dispatch"), "Esc", icon="left"),
                Action(say("打开", "Open"), self._open, "Return", "primary")]

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys of the table."""
        return [("← / →", say("换一个数", "Another figure"))]

    def enter(self, area: str = "", on: str = "", since: str = "", **_: Any) -> None:
        """Show the places of an area."""
        if area or not self.area:
            area, on = area or self.ledger.me.area, on or clock.today().isoformat()
            self.area, self.on, self.since = area, on, since

            def read(work: Any) -> Board:
                kept = KeptFigures(work.ledger)
                kept.follow(clock.today().isoformat(), step=work.step)
                return boards.quick(kept, area, on, since)

            self.desk.jobs.read(read, self._put, self.desk.trouble, slot="dispatch_places")
        self.table.setFocus()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.table.setAccessibleName(self.word())
        if self.board is not None:
            self._put(self.board)

    def _put(self, found: Board) -> None:
        self.board = found
        self.lines = [line for line in found.lines if any(line.sums[code] for code in SHOWN)]
        self.rows.columns = [Column(say("地方", "Place"), 0), *(Column(say(*head), 74, True) for head in HEADS),
                             Column(say("资料新旧", "Data age"), 84, True)]
        self.rows.put([[Cell(line.name, bold=True), *(Cell(str(line.sums[code]), right=True) for code in SHOWN),
                        Cell("–" if line.age is None else say(f"{line.age} 天", counted(line.age, "day")), right=True)] for line in self.lines])
        self.table.fit(self.rows.columns)
        self.table.choose(0)
        self.refresh()

    def _now(self) -> tuple[Line | None, str]:
        now = self.table.currentIndex()
        if not 0 <= now.row() < len(self.lines):
            return None, ""
        return self.lines[now.row()], SHOWN[now.column() - 1] if 1 <= now.column() <= len(SHOWN) else ""

    def _open(self) -> None:
        line, code = self._now()
        if line is not None and code:
            self.desk.go("dispatch_people", code=code, area=line.code, on=self.on, since=self.since)
        elif line is not None:
            self.desk.go("dispatch", area=line.code, on=self.on, since=self.since)
