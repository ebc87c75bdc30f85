"""Lists that were used: which lists somebody was recommended from, and each of them again as it was."""
from PySide6.QtWidgets import QApplication, QWidget

from app.assistance import reasons, used
from app.assistance.matching import FOR_POST, Match, MatchList
from app.assistance.used import Used
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Page
from app.ui.telling import near
from app.ui.widgets import Cell, Column, Rows, Sheet, Table, Words

Names = dict[str, str]


def open_used(page: Page) -> None:
    """Read the lists, then show them."""
    def show(found: tuple[list[Used], Names]) -> None:
        if _waits(page):
            UsedSheet(page, *found).exec()

    page.desk.jobs.read(lambda work: _read(work.ledger), show, page.desk.trouble, slot="posts.used")


def _waits(asked: QWidget) -> bool:
    """Return whether who asked here still looks at it: nothing opens over another page, or over what was opened meanwhile."""
    return asked.isVisible() and QApplication.activeModalWidget() in (None, asked)


def _read(ledger: Ledger) -> tuple[list[Used], Names]:
    found = used.used(ledger)
    return found, _names(ledger, {rec for one in found for rec in (one.subject, one.by)})


def _names(ledger: Ledger, recs: set[str]) -> Names:
    records = {rec: record for rec in recs if (record := ledger.get(rec)) is not None}
    return {rec: str(record.values.get(dictionary().types[record.type].label_field) or "") for rec, record in records.items()}


def _other(one: Used, item: Match) -> str:
    return item.seeker.id if one.direction == FOR_POST else item.post.id


class UsedSheet(Sheet):
    """The lists, the last first; Enter shows one again."""

    def __init__(self, page: Page, found: list[Used], names: Names) -> None:
        super().__init__(page, say(f"以前用过的清单 {len(found)} 份", f"{len(found)} lists that were used"),
                         say("推荐过人的清单都记着：哪天、按哪一版打分、列出多少。回车按当时的情况再看一遍。",
                             "Of each list that somebody was recommended from: the day, the version of the weights, how many."
                             " Enter shows it again as it was."), wide=780)
        self.page, self.found, self.names = page, found, names
        rows = Rows([Column(say("哪天", "Day"), 108), Column(say("给谁找", "For"), 0), Column(say("打分办法", "Version"), 118),
                     Column(say("列出", "Listed"), 84, True), Column(say("没列", "Left out"), 92, True),
                     Column(say("推荐", "Recommended"), 116, True), Column(say("谁用的", "By"), 96)])
        rows.put([[Cell(near(one.on, time=False)), Cell(names.get(one.subject) or say("不在本机", "not here"), bold=True), Cell(one.version),
                   Cell(str(one.listed), right=True), Cell(str(one.excluded), right=True), Cell(str(one.recommended), right=True),
                   Cell(names.get(one.by, ""))] for one in found])
        self.table = Table(rows, say("用过的清单", "Lists that were used"), 36)
        self.table.setMinimumHeight(theme.px(320))
        self.table.opened.connect(self._again)
        self.body.addWidget(self.table)
        self.wrong = Words("", 13, "warn", wrap=True)
        self.body.addWidget(self.wrong)
        close = self.add_button(say("看完了", "Close"), key="Esc")
        close.clicked.connect(self.reject)
        see = self.add_button(say("再看一遍", "Show it again"), "primary", "Return")
        see.clicked.connect(self._see)
        see.setEnabled(bool(found))
        if found:
            self.table.choose(0)
        self.table.setFocus()

    def _see(self) -> None:
        self._again(self.table.currentIndex().row())

    def _again(self, at: int) -> None:
        if not 0 <= at < len(self.found):
            return
        one = self.found[at]

        def read(work) -> tuple[MatchList, Names]:
            found = used.again(work.ledger, one)
            return found, _names(work.ledger, {_other(one, item) for item in found.items})

        def show(found: tuple[MatchList, Names]) -> None:
            if _waits(self):
                AgainSheet(self.page, one, self.names.get(one.subject, ""), *found).exec()

        def fail(problem: Problem) -> None:
            if _waits(self):
                self.wrong.setText(str(problem))
            else:
                self.page.desk.trouble(problem)

        self.page.desk.jobs.read(read, show, fail, slot="posts.again")


class AgainSheet(Sheet):
    """One list as it was."""

    def __init__(self, page: Page, one: Used, subject: str, found: MatchList, names: Names) -> None:
        super().__init__(page, say(f"{one.on} 给“{subject}”列的清单", f"The list for {subject} of {one.on}"),
                         say(f"打分办法 {one.version} 版；和当时用的一模一样，校验 {one.inputs}",
                             f"Scoring version {one.version}; the very list that was used, mark {one.inputs}"), wide=720)
        rows = Rows([Column("", 44, True), Column(say("姓名", "Name") if one.direction == FOR_POST else say("岗位", "Post"), 180),
                     Column(say("合适程度", "Score"), 92, True), Column(say("差什么", "What is missing"), 0)])
        rows.put([[Cell(str(n), right=True, ink="ink2"), Cell(names.get(rec, ""), bold=True), Cell(reasons.points(item.score), right=True),
                   Cell(say("；", "; ").join(reasons.gaps(item)), ink="ink2")]
                  for n, (rec, item) in enumerate(((_other(one, item), item) for item in found.items), 1)])
        self.table = Table(rows, self.windowTitle() or say("清单", "List"), 36, opens=False)
        self.table.setMinimumHeight(theme.px(360))
        self.body.addWidget(self.table)
        close = self.add_button(say("看完了", "Close"), "primary", "Return")
        close.clicked.connect(self.accept)
        self.table.setFocus()
