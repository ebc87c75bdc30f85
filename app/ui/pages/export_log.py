"""The export log: what left as a file or on paper, when, by whom, how much, masked or why not. Promises to only read."""
from datetime import datetime
from typing import Any

from app.models import access, places
from app.models.language import count, say
from app.ui.page import Action, Desk, Next, Page
from app.ui.widgets import Cell, Column, EmptyState, Panel, Rows, Table, column


class ExportLogPage(Page):
    """One line for each export, the newest first."""

    name = "export_log"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.lines: list[Any] = []
        self.rows = Rows([Column("")] * 6)
        self.table = Table(self.rows, "", 52, False)
        self.none = EmptyState("history", "", "")
        self.listed, self.nothing = Panel(padding=1), Panel()
        self.listed.body.addWidget(self.table)
        self.nothing.body.addWidget(self.none)
        whole = column(self.listed, self.nothing)
        self.setLayout(whole)
        desk.ledger_changed.connect(lambda _: self._read() if self.isVisible() else None)

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("导出记录", "Export log")

    def facts(self) -> str:
        """Return how many lines there are."""
        return say(f"{len(self.lines)} 次导出或打印，新的在上面", f"{len(self.lines)} exports or prints, the newest first")

    def next(self) -> Next:
        """Return what the list is for."""
        return Next(say("全写出来的每一份都写着为什么，查的时候看这里。", "Each copy in full says why; this is where to look it up."))

    def actions(self) -> list[Action]:
        """Return the way back."""
        return [Action(say("回台账", "Back to books"), lambda: self.desk.go("books"), "Esc", icon="left")]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.none.what.setText(say("还没有导出过", "Nothing was exported yet"))
        self.none.do.setText(say("导出或打印一本台账，这里就多一行。", "Export or print a book, and a line stands here."))
        self.table.setAccessibleName(self.word())
        self._show()

    def enter(self, **_: Any) -> None:
        """Read the log."""
        self._read()
        self.table.setFocus()

    def _read(self) -> None:
        self.desk.jobs.read(_lines, self._put, self.desk.trouble, slot="export_log")

    def _put(self, lines: Any) -> None:
        self.lines = lines
        self._show()

    def _show(self) -> None:
        self.rows.columns = [Column(say("什么时候", "When"), 132), Column(say("谁", "Who"), 110), Column(say("哪一本", "What"), 0),
                             Column(say("行数", "Rows"), 80, True), Column(say("姓名、号码", "Names, numbers"), 124), Column(say("为什么",
                                                                                                                          "Why"), 300)]
        self.rows.put([self._cells(who, what, line) for who, what, line in self.lines])
        self.table.fit(self.rows.columns)
        self.listed.setVisible(bool(self.lines))
        self.nothing.setVisible(not self.lines)
        self.refresh()

    def _cells(self, who: str, what: tuple[str, str] | None, line: access.ExportLine) -> list[Cell]:
        title = say(*what) if what else say("别的部门的表", "Another office's table") if line.what == access.FILLED else line.what
        title += say("（打印）", " (printed)") if line.action == access.PRINT else ""
        hidden = Cell(say("遮住", "masked"), tag="plain") if line.masked else Cell(say("全写", "in full"), tag="warn")
        day, _, hour = _when(line.when).partition(" ")
        return [Cell(day, hour), Cell(who), Cell(title, places.path(line.area, self.ledger) if places.is_code(line.area) else "", bold=True),
                Cell(count(line.count), right=True), hidden, Cell(line.reason, wrap=True)]


def _lines(work: Any) -> list[tuple[str, tuple[str, str] | None, access.ExportLine]]:
    from app.books.shelf import books_here

    names, titles = dict[str, str](), {info.id: (info.zh, info.en) for info in books_here(work.ledger)}
    out = []
    for line in access.exports(work.ledger):
        if line.who not in names:
            record = work.ledger.get(line.who) if line.who else None
            names[line.who] = work.ledger.me.user_name if line.who == work.ledger.me.user else str(record.values.get("name") or "") if record else ""
        out.append((names[line.who], titles.get(line.what), line))
    return out


def _when(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M}"
    except ValueError:
        return iso
