"""Posts and matching: people for a post, or posts for a person, each with its reasons. Promises that no key sends anybody without being asked
first, that a pin or a strike has a sentence, and that who is not listed can be seen with the reason."""
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from app.assistance import offering
from app.assistance.matching import FOR_PERSON, FOR_POST, Match, MatchList
from app.assistance.posts import Post
from app.models import access
from app.models.language import count, counted, say
from app.models.search import find
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page, beside
from app.ui.pages import posts_read
from app.ui.pages.posts_read import Board
from app.ui.pages.posts_rows import Listed, ListedRow, name_of
from app.ui.pages.posts_shown import Shown
from app.ui.widgets import DigitChips, EmptyState, KeyButton, List, Panel, SearchBox, Words, ask_reason

LIST_WIDTH = 272
WAYS = (FOR_POST, FOR_PERSON)


class PostsPage(Page):
    """What is offered at the left, who suits it at the right; or the other way round."""

    name = "posts"
    icon = "posts"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.way, self.board, self.found = FOR_POST, None, None
        self.wanted = {FOR_POST: "", FOR_PERSON: ""}
        self._build()
        self.way_chips.chosen.connect(lambda way: self.turn(str(way)))
        self.box.typed.connect(lambda _: self._narrow())
        self.box.down.connect(self.list.setFocus)
        self.box.opened.connect(self.list.setFocus)
        self.list.moved.connect(self._moved)
        self.list.opened.connect(lambda _: self.table.setFocus())
        self.list.left.connect(self.box.setFocus)
        self.table.moved.connect(lambda _: self.refresh())
        desk.ledger_changed.connect(self._ledger_changed)

    def _build(self) -> None:
        self.box, self.rows = SearchBox(key="F3"), Listed()
        self.way_chips = DigitChips([(way, "") for way in WAYS])
        self.list = List(self.rows, ListedRow(), "")
        self.count = Words("", 12, "2")
        left = Panel(padding=0)
        left.setFixedWidth(theme.px(LIST_WIDTH))
        left.body.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(6))
        for part in (self.way_chips, self.box, self.count):
            head.addWidget(part)
        left.body.addLayout(head)
        left.body.addWidget(self.list, 1)
        self.none = EmptyState("posts", "", "", KeyButton("", "primary"), KeyButton(""))
        self.right = QStackedWidget()
        self.shown = Shown()
        self.table = self.shown.table
        self.shown.left_out.connect(self._left_out)
        self.right.addWidget(self.shown)
        self.right.addWidget(self.none.on_sheet(lambda: self.desk.go("roster", kind="posts"), self._add))
        beside(self, left, self.right)

    # -- what the page says

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("岗位", "Posts")

    def facts(self) -> str:
        """Return the counts."""
        return self.board.facts() if self.board else ""

    def next(self) -> Next:
        """Return what to do with the match that is chosen."""
        if self.board is None or self._is_empty():
            return Next(say("先把岗位表导进来，或者手工加一个。", "Bring in a list of posts, or add one by hand."))
        post, item = self._post(), self._item()
        if self.way == FOR_POST and post is not None and self.board.closed(post):
            return Next(say("这个岗位现在不能推荐。按 F2 改，或选下一个。",
                            "This post cannot be recommended now. F2 changes it, or choose the next."))
        if item is None:
            return Next(say("这里没有合适的；按 F9 看没列进来的和原因。", "Nothing here suits; F9 shows what was left out, and why."))
        who = name_of(self.board, item.seeker.id).name
        if not item.post.verified:
            return Next(say(f"“{item.post.title}”还没有核验，先按 F4 核验，再推荐给{who}。",
                            f"{item.post.title} was not checked yet: F4 first, then recommend it to {who}."), level="W")
        return Next(say(f"把“{item.post.title}”推荐给{who}，记下愿不愿意。“131”里算一次岗位推荐。",
                        f"Recommend {item.post.title} to {who} and note the answer. It counts as one recommendation of 131."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        acts = [Action(say("导入岗位", "Bring in posts"), lambda: self.desk.go("roster", kind="posts"), "Ctrl+I", icon="folder",
                       place="header"),
                Action(say("一起安排", "Allocate"), lambda: self.desk.go("posts_allocate"), "Ctrl+L", icon="people", place="header"),
                Action(say("企业问卷", "Visit"), self._visit, "F5", icon="interview", place="header"),
                Action(say("加岗位", "Add post"), self._add, "Ctrl+N", icon="plus", place="header")]
        post, item = self._post(), self._item()
        if post is not None:
            acts += [Action(say("核验", "Check"), self._verify, "F4", icon="check"), Action(say("投放", "Direct"), self._direct, "F7", icon="place"),
                     Action(say("改岗位", "Change"), self._edit, "F2", place="hidden")]
        if item is not None:
            undo = item.pinned
            acts += [Action(say("划掉…", "Strike…"), self._strike, "Del"),
                     Action(say("不再固定", "Unpin") if undo else say("固定…", "Pin…"), self._unpin if undo else self._pin, "Ins", icon="pin"),
                     Action(say("推荐", "Recommend"), self._refer, "Return", "primary"),
                     Action(say("看每一分", "Every point"), self._score, "F8", place="hidden")]
        return [*acts, Action(say("看没列进来的", "Who is not listed"), self._left_out, "F9", place="hidden"),
                Action(say("以前用过的清单", "Lists that were used"), self._used, "Ctrl+H", place="hidden"),
                Action(say("换个方向", "The other way"), lambda: self.turn(WAYS[self.way == FOR_POST]), "F6", place="hidden")]

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys of the list."""
        return [("F6", say("换方向", "Other way")), ("F8", say("每一分", "Points"))]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.way_chips.relabel([say("按岗位", "Posts"), say("按人", "People")])
        self.way_chips.setAccessibleName(say("方向", "Direction"))
        self.way_chips.set_value(self.way)
        self._name_box()
        self.none.put(say("这里还没有岗位", "No posts here yet"),
                      say("把对口省份、车间、机构的岗位表导进来，或者手工加第一个。",
                          "Bring in the lists of partner provinces, workshops and agencies, or add the first by hand."),
                      say("导入岗位", "Bring in posts"), say("加岗位", "Add a post"))
        if self.board is not None:
            self._list()

    def _name_box(self) -> None:
        words = say("岗位、单位", "Post, employer") if self.way == FOR_POST else say("姓名 首字母 证件尾号", "Name, initials, ID end")
        self.box.setPlaceholderText(words)
        self.box.setAccessibleName(words)

    def enter(self, post: str = "", person: str = "", **_: Any) -> None:
        """Read everything that is here; a post or a person may be named."""
        if post or person:
            self.way = FOR_POST if post else FOR_PERSON
            self.wanted[self.way] = post or person
            self.way_chips.set_value(self.way)
            self.box.clear()
            self._name_box()
        self._read()
        self.list.setFocus()

    def search(self) -> bool:
        """Put the cursor into the search box."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def keyPressEvent(self, event: Any) -> None:
        """Digits choose the direction, Del and Ins strike and pin."""
        if event.text() in ("1", "2") and (self.list.hasFocus() or self.table.hasFocus()):
            self.turn(WAYS[int(event.text()) - 1])
            return
        super().keyPressEvent(event)

    # -- reading and showing

    def turn(self, way: str) -> None:
        """Look the other way: from posts to people, or from people to posts."""
        self.way = way
        self.way_chips.set_value(way)
        self.box.clear()
        self._name_box()
        self._list()
        self.list.setFocus()

    def _read(self) -> None:
        self.desk.jobs.read(lambda work: posts_read.board(work.ledger), self._put, self.desk.trouble, slot="posts.board")

    def _put(self, board: Board) -> None:
        self.board = board
        self._list()

    def _is_empty(self) -> bool:
        return self.board is not None and not self.board.pool.posts

    def _narrow(self) -> None:
        typed = self.box.words().strip()
        if self.way == FOR_POST or not typed:
            self._list()
            return
        self.desk.jobs.read(lambda work: [hit.person for hit in find(work.ledger, typed, limit=50)], self._list, self.desk.trouble,
                            slot="posts.find")

    def _list(self, ids: list[str] | None = None) -> None:
        """Put the left side: all, or what was typed for."""
        board, typed = self.board, self.box.words().strip()
        if board is None:
            return
        if self.way == FOR_POST:
            rows: list[Any] = [one for one in board.offered() if not typed or typed.lower() in one.name().lower()]
            self.count.setText(say(f"{count(len(rows))} 个岗位，先截止的在前", f"{counted(len(rows), 'post')}, those that close first"))
        else:
            rows = board.waiting() if ids is None else [one for rec in ids if (one := board.seeker(rec)) is not None]
            if ids is None and (one := board.seeker(self.wanted[FOR_PERSON])) is not None and one not in rows:
                rows = [one, *rows]
            self.count.setText(say(f"{count(len(rows))} 人，最需要帮的在前", f"{counted(len(rows), 'person', 'people')}, most in need first"))
        self.rows.put(board, rows)
        self.list.setAccessibleName(self.count.text())
        self.right.setCurrentIndex(1 if self._is_empty() else 0)
        at = self.rows.place_of(self.wanted[self.way])
        if rows:
            self.list.choose(max(0, at))
        else:
            self._show(None)
        self.refresh()

    def _moved(self, at: int) -> None:
        if self.board is None or not 0 <= at < len(self.rows.rows):
            return
        board, one = self.board, self.rows.rows[at]
        self.wanted[self.way] = one.id
        make = posts_read.people_for if isinstance(one, Post) else posts_read.posts_for
        self.desk.jobs.read(lambda work: make(board, one), self._show, self.desk.trouble, slot="posts.list")

    def _show(self, found: MatchList | None) -> None:
        """Show a list with its subject."""
        if self.board is None or found is not None and found.subject != self.wanted[self.way]:
            return
        self.found = found
        self.shown.put(self.board, found, self.way)
        self.refresh()

    def _ledger_changed(self, recs: frozenset[str]) -> None:
        if self.isVisible() and not access.only_looks(self.ledger, recs):
            self._read()

    # -- deeds

    def _item(self) -> Match | None:
        """Return the match that is chosen."""
        return self.shown.item() if self.found is not None else None

    def _post(self) -> Post | None:
        """Return the post that is open: the one at the left, or the one of the chosen match."""
        if self.way == FOR_POST:
            return self.board.post(self.found.subject) if self.board and self.found else None
        item = self._item()
        return item.post if item else None

    def _add(self) -> None:
        from app.ui.pages.posts_sheets import PostSheet

        PostSheet(self, lambda rec: self.enter(post=rec)).exec()

    def _visit(self) -> None:
        """Ask an employer and its posts: the list of employers, at that of the post that is open."""
        post = self._post()
        self.desk.go("interview", form="employer", about=post.employer if post is not None else "")

    def _edit(self) -> None:
        from app.ui.pages.posts_sheets import edit_post

        edit_post(self, self._post().id)

    def _verify(self) -> None:
        from app.ui.pages.posts_sheets import VerifySheet

        VerifySheet(self, self._post()).exec()

    def _direct(self) -> None:
        from app.ui.pages.posts_sheets import DirectSheet

        DirectSheet(self, self.board, self._post()).exec()

    def _score(self) -> None:
        from app.ui.pages.posts_sheets import ScoreSheet

        ScoreSheet(self, self.board, self.found, self._item()).exec()

    def _left_out(self) -> None:
        from app.ui.pages.posts_sheets import LeftOutSheet

        if self.board is not None and self.found is not None:
            LeftOutSheet(self, self.board, self.found).exec()

    def _used(self) -> None:
        from app.ui.pages.posts_used import open_used

        open_used(self)

    def _refer(self) -> None:
        from app.ui.pages.posts_sheets import ReferSheet

        item = self._item()
        ReferSheet(self, name_of(self.board, item.seeker.id).name, item, self.board, self.found).exec()

    def _pin(self) -> None:
        self._pick(offering.PINNED)

    def _strike(self) -> None:
        self._pick(offering.STRUCK)

    def _pick(self, action: str) -> None:
        item = self._item()
        who = name_of(self.board, item.seeker.id).name
        pinned = action == offering.PINNED
        title = (say(f"把{who}固定在前面？", f"Pin {who} in front?") if pinned else
                 say(f"把{who}从“{item.post.title}”划掉？", f"Strike {who} out for {item.post.title}?"))
        words = (say("换了打分办法也在前面。写一句为什么。", "Stays in front whatever the scoring. Say why.") if pinned else
                 say("只是这个岗位不再推荐。写一句为什么，以后收得回。", "Only for this post, and it can be taken back. Say why."))
        yes = say("固定", "Pin") if pinned else say("划掉", "Strike out")
        why = ask_reason(self, title, words, yes, say("先不", "Not now"))
        if why is None:
            return
        done = say(f"{who}已{yes}", f"{who} was {'pinned' if pinned else 'struck out'}")
        self.desk.jobs.write(lambda work: offering.pick(work.ledger, item.seeker.id, item.post.id, action, why, item),
                             lambda _: self.desk.toast(done, undo=True), self.desk.trouble)

    def _unpin(self) -> None:
        item = self._item()
        self.desk.jobs.write(lambda work: offering.unpick(work.ledger, item.seeker.id, item.post.id),
                             lambda _: self.desk.toast(say("不再固定", "No longer pinned"), undo=True), self.desk.trouble)


