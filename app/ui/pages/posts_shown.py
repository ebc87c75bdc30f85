"""The right side of the page of posts: the post or person, the matches, and who is left out, by reason."""
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.assistance import reasons
from app.assistance.matching import FOR_POST, Match, MatchList
from app.assistance.posts import Post
from app.assistance.seekers import Seeker
from app.models.language import say
from app.ui import theme
from app.ui.pages import posts_read
from app.ui.pages.posts_read import SHOWN, Board
from app.ui.pages.posts_rows import MATCH_HIGH, MatchRow, cells, name_of, who_line
from app.ui.widgets import Column, Elided, KeyButton, Panel, Rows, Table, Tag, Words, clear, row, tag_width

WIDTHS = (142, 88, 276, 0, 178)


class Shown(QWidget):
    """One list with its subject. Signals: left_out (the list of those who are not on it is wanted)."""

    left_out = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.subject, self.beside, self.tag = Words("", 18, bold=True), Elided("", 14, "2"), Tag()
        self.line, self.flag = Words("", 13, "2", wrap=True), Words("", 13, "warn", wrap=True)
        top = Panel(padding=14)
        top.body.setSpacing(theme.px(4))
        head = row(self.subject, self.beside, self.tag, gap=10)
        head.setStretch(1, 1)
        top.body.addLayout(head)
        top.body.addWidget(self.line)
        top.body.addWidget(self.flag)
        self.listed, self.how, self.version = Words("", 15, bold=True), Words("", 13, "2"), Words("", 13, "2")
        self.matches = Rows([Column("", width) for width in WIDTHS])
        self.table = Table(self.matches, "", MATCH_HIGH, opens=False)
        self.painter_ = MatchRow(self.table)
        self.table.setItemDelegate(self.painter_)
        self.nobody = Words("", 14, "2", wrap=True)
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.foot = QWidget()
        self.out = QHBoxLayout(self.foot)
        self.out.setContentsMargins(theme.px(14), theme.px(6), theme.px(10), theme.px(6))
        sheet = Panel(padding=1)
        sheet.body.setSpacing(0)
        for part, share in ((self.table, 1), (self.nobody, 1), (self.foot, 0)):
            sheet.body.addWidget(part, share)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.px(8))
        inside.addWidget(top)
        inside.addLayout(row(4, self.listed, self.how, None, self.version, 4))
        inside.addWidget(sheet, 1)

    def item(self) -> Match | None:
        """Return the match that is chosen."""
        at = self.table.currentIndex().row()
        return self.painter_.items[at] if 0 <= at < len(self.painter_.items) else None

    def put(self, board: Board, found: MatchList | None, way: str) -> None:
        """Show a list; the chosen match stays chosen where it is still there."""
        before = self.item()
        kept = (before.seeker.id, before.post.id) if before else None
        self._head(board, found)
        self._titles(found, board, way)
        items = found.items[:SHOWN] if found else ()
        self.painter_.items = items
        self.matches.put(cells(board, found) if found else [])
        self.table.setVisible(bool(items))
        self.nobody.setVisible(not items)
        if items:
            self.table.choose(next((n for n, one in enumerate(items) if (one.seeker.id, one.post.id) == kept), 0))
        self._foot(found, way)

    def _titles(self, found: MatchList | None, board: Board, way: str) -> None:
        n = len(found.items) if found else 0
        self.listed.setText(say(f"合适的{'人' if way == FOR_POST else '岗位'} {n}", f"{n} suitable"))
        self.how.setText(say("按合适程度排；性别和民族不参加排序", "By score; sex and ethnic group are not in it"))
        self.version.setText(say(f"打分办法 {board.terms.scoring.version} 版", f"Scoring version {board.terms.scoring.version}"))
        self.nobody.setText(say("没有合适的。下面是没列进来的原因，按 F9 看名单。", "Nothing suits. The reasons are below; F9 lists them.")
                            if found else "")
        words = (say("姓名", "Name") if way == FOR_POST else say("岗位", "Post"), say("合适程度", "Score"), say("为什么合适", "Why"),
                 say("差什么", "What is missing"), say("要问什么", "Ask"))
        self.matches.columns = [Column(title, width) for title, width in zip(words, WIDTHS, strict=True)]
        self.table.setAccessibleName(self.listed.text())

    def _head(self, board: Board, found: MatchList | None) -> None:
        one = board.post(found.subject) if found and found.direction == FOR_POST else board.seeker(found.subject) if found else None
        self.flag.setText("")
        if isinstance(one, Post):
            self.subject.setText(one.title or one.code)
            self.beside.setText(one.employer_name)
            self.tag.put(*posts_read.checked(one))
            self.line.setText(posts_read.line(board, one))
            self.flag.setText(" ".join(reasons.flags(one)))
        elif isinstance(one, Seeker):
            who = name_of(board, one.id)
            self.subject.setText(who.name)
            self.beside.setText(who_line(who))
            self.tag.put(*posts_read.situation(one))
            self.line.setText(posts_read.seeks(one))
        else:
            self.subject.setText(say("没有找到", "Nothing found"))
            self.beside.setText("")
            self.line.setText("")
        self.tag.setVisible(one is not None)
        self.flag.setVisible(bool(self.flag.text()))

    def _foot(self, found: MatchList | None, way: str) -> None:
        """Put the foot: who is not on the list, by reason; as many reasons as there is room for, F9 has them all."""
        clear(self.out)
        self.foot.setVisible(bool(found and found.excluded))
        if found is None or not found.excluded:
            return
        n = len(found.excluded)
        lead = Words(say(f"没列进来的 {n} {'人' if way == FOR_POST else '个'}", f"{n} not listed"), 14, bold=True)
        see = KeyButton(say("看名单", "See them"), "quiet", "F9", height=30)
        see.clicked.connect(self.left_out)
        self.out.addWidget(lead)
        room = self.width() - lead.sizeHint().width() - see.sizeHint().width() - theme.px(60)
        for words in reasons.excluded_words(found):
            room -= round(tag_width(words, "plain")) + theme.px(8)
            if room < 0:
                break
            self.out.addWidget(Tag(words))
        self.out.addStretch(1)
        self.out.addWidget(see)
