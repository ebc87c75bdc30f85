"""AllocatePage: everybody who seeks work and the posts there are, put together at once, best in total. Promises that each is told which of
their choices it is and why not a better one, that nothing is written before it was seen and asked for, and that who waits for an answer is said."""
from collections.abc import Collection
from typing import Any

from app.assistance import offering, seekers
from app.assistance.allocation import Allocation, Place, allocate
from app.assistance.reasons import points
from app.assistance.records import Records
from app.models import access
from app.models.language import counted, say
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages import posts_read
from app.ui.pages.posts_read import Board
from app.ui.pages.posts_rows import name_of
from app.ui.telling import years
from app.ui.widgets import Cell, Column, EmptyState, Panel, Rows, Table, ask, column

BY_PHONE = "1"  # referral_channel: how it is told is noted with the answer


class AllocatePage(Page):
    """One line a person: the post they get, their score there, and the sentence."""

    name = "posts_allocate"
    icon = "posts"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.board: Board | None = None
        self.found: Allocation | None = None
        self.places: list[Place] = []
        self.waits: dict[tuple[str, str], str] = {}  # (person, post) -> day it was recommended, and no answer yet
        self.rows = Rows([Column("")] * 4)
        self.table = Table(self.rows, "", 52)
        self.table.let_rows_grow()
        self.table.moved.connect(lambda _: self.refresh())
        self.table.opened.connect(lambda _: self._open())
        listed, self.none = Panel(padding=1), EmptyState("posts", "", "")
        listed.body.addWidget(self.table)
        listed.body.addWidget(self.none)
        whole = column(listed)
        self.setLayout(whole)
        self.none.hide()
        desk.ledger_changed.connect(self._changed)

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("一起安排", "Allocate")

    def facts(self) -> str:
        """Return how many got a post, and by which weights."""
        found = self.found
        if found is None:
            return say("正在算…", "Working it out…")
        whole = points(found.total)
        return say(f"{len(self.places)} 人能去，安排上 {found.placed} 人，合计 {whole} 分；性别和民族不参加 · 打分办法 {found.version} 版",
                   f"{len(self.places)} could go, {found.placed} placed, {whole} points in all; sex and ethnic group are not looked at"
                   f" · scoring {found.version}")

    def next(self) -> Next:
        """Return what this is, and that it writes nothing."""
        return Next(say("合起来分数最高的安排；点一个人看每一分。记下推荐之前什么都不写。",
                        "The best in total; open somebody to see every point. Nothing is written until it is recorded."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        n = len(self._pairs())
        why = "" if n else say("都推荐过了，等回音", "All were recommended and an answer is awaited") if self.found and self.found.placed else say(
            "没有安排上的人", "Nobody is placed")
        return [Action(say("回岗位", "Back to posts"), lambda: self.desk.go("posts"), "Esc", icon="left"),
                Action(say("看这个人", "See this person"), self._open, "F7", why_not="" if self._chosen() else say("先选一个人", "Choose somebody")),
                Action(say(f"推荐这 {n} 人…", f"Recommend these {n}…"), self._refer, "F9", "primary", why_not=why)]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.table.setAccessibleName(self.word())
        self.none.what.setText(say("没有能安排的人", "Nobody can be placed"))
        self.none.do.setText(say("没有有效的岗位，或者没有想找事做而够条件的人。", "No post is open, or nobody who seeks work may take one."))
        self._show()

    def enter(self, **_: Any) -> None:
        """Work it out anew, as of today."""
        self.found, self.places = None, []
        self._read()
        self.table.setFocus()

    def _changed(self, recs: Collection[str]) -> None:
        if self.isVisible() and not access.only_looks(self.ledger, recs):
            self._read()

    def _read(self) -> None:
        def read(work: Any) -> tuple[Board, Allocation, set[tuple[str, str]]]:
            board = posts_read.board(work.ledger)
            return board, allocate(seekers.to_help(board.pool), board.terms, work.step), offering.waiting(Records(work.ledger.db.conn))

        self.desk.jobs.read(read, lambda found: self._put(*found), self.desk.trouble, words=say("正在安排", "Allocating"),
                            slot="allocate")

    def _put(self, board: Board, found: Allocation, waits: dict[tuple[str, str], str]) -> None:
        now = self._chosen()
        self.board, self.found, self.waits = board, found, waits
        self.places = sorted((one for one in found.places if one.choices), key=lambda one: one.post is None)
        lost = self.table.hasFocus() and not self.places
        self._show()
        if lost:
            self.setFocus()  # Esc is heard where nobody is listed too
        self.table.choose(next((n for n, one in enumerate(self.places) if now and one.seeker.id == now.seeker.id), 0))

    def _show(self) -> None:
        self.rows.columns = [Column(say("姓名", "Name"), 170), Column(say("去哪里", "Goes to"), 300), Column(say("合适程度", "Score"), 90, True),
                             Column(say("为什么", "Why"), 0)]
        self.rows.put([self._cells(one) for one in self.places])
        self.table.fit(self.rows.columns)
        nothing = self.found is not None and not self.places
        self.table.setVisible(not nothing)
        self.none.setVisible(nothing)
        self.refresh()

    def _cells(self, one: Place) -> list[Cell]:
        assert self.board is not None
        who = name_of(self.board, one.seeker.id)
        said = one.post and (one.seeker.id, one.post.id) in self.waits and say("已推荐，等回音", "recommended")
        goes = (Cell(one.post.title, " · ".join(filter(None, (said, one.post.employer_name))), bold=True) if one.post
                else Cell(say("没有安排上", "nothing"), ink="ink2"))
        return [Cell(who.name, " · ".join(filter(None, (years(who.age), who.dwelling))), bold=True), goes,
                Cell(points(one.score) if one.post else "", right=True), Cell(one.why(), wrap=True)]

    def _chosen(self) -> Place | None:
        at = self.table.currentIndex().row()
        return self.places[at] if 0 <= at < len(self.places) else None

    def _open(self) -> None:
        one = self._chosen()
        if one is not None:
            self.desk.go("posts", person=one.seeker.id)

    def _pairs(self) -> list[tuple[str, str]]:
        """Return who is to be recommended what: everybody with a post who does not wait for an answer from there."""
        some = [(one.seeker.id, one.post.id) for one in self.places if one.post is not None]
        return [pair for pair in some if pair not in self.waits]

    def _refer(self) -> None:
        pairs = self._pairs()
        if not ask(self, say(f"记下 {len(pairs)} 条推荐？", f"Record {counted(len(pairs), 'recommendation')}?"),
                   say("每人推荐给他一个岗位，等回音。已经推荐过还没回音的不再记。可以一步撤销。",
                       "Each is recommended one post and an answer is awaited. Who waits for one already is left out. One step takes it back."),
                   say("记下", "Record"), say("先不", "Not now")):
            return
        self.desk.jobs.write(lambda work: offering.refer_all(work.ledger, pairs, BY_PHONE), self._referred, self.desk.trouble)

    def _referred(self, many: int) -> None:
        if many:
            self.desk.toast(say(f"记下了 {many} 条推荐，等回音", f"{counted(many, 'recommendation')} recorded"), undo=True)
        else:
            self.desk.toast(say("没有再记：都推荐过了，还没有回音，或者已经不能去",
                                "Nothing more recorded: all wait for an answer, or may not go any more"))
