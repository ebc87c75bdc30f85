"""The small windows of the page of posts: every point of a score, who is left out, a check, where a post goes, how it was recommended, a new post."""
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

from app.assistance import offering, reasons
from app.assistance.matching import FOR_POST, Match, MatchList
from app.assistance.posts import Post
from app.models import clock, employers, places
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.problem import Problem
from app.models.values import parse
from app.ui import theme
from app.ui.page import Page
from app.ui.pages.entry import ChooseFact, EntrySheet
from app.ui.pages.portrait import Fact
from app.ui.pages.posts_read import Board
from app.ui.pages.posts_rows import name_of
from app.ui.telling import field_label, told
from app.ui.widgets import Cell, Column, DigitChips, Field, LineInput, Rows, Sheet, Table, Words, choices, hair, row

ADD = ("title", "occupation", "headcount", "source", "wage_min", "wage_max", "pay_basis", "valid_to")
BY_HAND_NOT = ("post_code", "employer_id", "area_id", "source_area_id", "target_site_ids", "verified_on", "verified_by", "verified_how")


class ScoreSheet(Sheet):
    """Every point of one match: anybody can add it up."""

    def __init__(self, page: Page, board: Board, found: MatchList, item: Match) -> None:
        who = name_of(board, item.seeker.id).name
        whole = sum(part.weight for part in item.parts)
        super().__init__(page, say(f"{who} · {item.post.title}：{reasons.points(item.score)} / {whole} 分",
                                   f"{who} · {item.post.title}: {reasons.points(item.score)} of {whole}"), wide=640)
        for part in item.parts:
            ink = "ask" if part.asked else "" if part.share == 100 else "warn"
            name = Words(say(*reasons.TERM[part.term]), 13, "2")
            name.setFixedWidth(theme.px(92))
            points = Words(f"{reasons.points(part.points)} / {part.weight}", 14, ink, part.share == 100)
            points.setAlignment(Qt.AlignmentFlag.AlignRight)
            points.setFixedWidth(theme.px(84))
            line = row(name, Words(reasons.words(part, item.seeker, item.post), 14, ink, wrap=True), points)
            line.setStretch(1, 1)
            self.body.addLayout(line)
            self.body.addWidget(hair())
        for ask in reasons.asks(item):
            self.body.addWidget(Words(say(f"要问：{ask}", f"Ask: {ask}"), 13, "ask", wrap=True))
        self.body.addWidget(Words(say(f"打分办法 {found.version} 版，{found.terms.on} 的情况。性别和民族不在里面。",
                                      f"Scoring version {found.version}, as of {found.terms.on}. Sex and ethnic group are not in it."),
                                  12, "2", wrap=True))
        close = self.add_button(say("看完了", "Close"), "primary", "Return")
        close.clicked.connect(self.accept)
        close.setFocus()


class LeftOutSheet(Sheet):
    """Who, or what, is not on a list, and why."""

    def __init__(self, page: Page, board: Board, found: MatchList) -> None:
        people = found.direction == FOR_POST
        n = len(found.excluded)
        super().__init__(page, say(f"没列进来的 {n} {'人' if people else '个岗位'}", f"{n} {'people' if people else 'posts'} not listed"), wide=720)
        rows = Rows([Column(say("姓名", "Name") if people else say("岗位", "Post"), 210), Column(say("为什么", "Why"))])
        lines, mine = [], {one.id: one for one in found.others}
        for rec, rules in found.excluded.items():
            other, subject = mine[rec], mine[found.subject]
            seeker, post = (other, subject) if people else (subject, other)
            pick = board.pool.picks.get((seeker.id, post.id))
            first = reasons.why_not_this(seeker, post, found.terms, pick.note if pick else "")
            more = [reasons.why_not(rule) for rule in rules[1:]]
            lines.append([Cell(name_of(board, rec).name if people else post.name(), bold=True),
                          Cell(say("；还有", "; also ").join([first, say("、", ", ").join(more)]) if more else first, wrap=True)])
        rows.put(lines)
        self.table = Table(rows, self.windowTitle() or say("没列进来的", "Not listed"), 36, opens=False)
        self.table.let_rows_grow()
        self.table.setMinimumHeight(theme.px(380))
        self.body.addWidget(self.table)
        close = self.add_button(say("看完了", "Close"), "primary", "Return")
        close.clicked.connect(self.accept)
        self.table.setFocus()


class _OneAnswer(Sheet):
    """A sheet that asks for one choice, and writes it."""

    def __init__(self, page: Page, title: str, words: str, yes: str) -> None:
        super().__init__(page, title, words, wide=560)
        self.page = page
        back = self.add_button(say("先不", "Not now"), key="Esc")
        back.clicked.connect(self.reject)
        self.save = self.add_button(yes, "primary", "Return")
        self.save.clicked.connect(self.submit)

    def keyPressEvent(self, event: Any) -> None:
        """Enter goes on, Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
            return
        super().keyPressEvent(event)

    def submit(self) -> None:
        """Write; override."""


class VerifySheet(_OneAnswer):
    """Who checked a post, how, and when."""

    def __init__(self, page: Page, post: Post) -> None:
        super().__init__(page, say(f"“{post.name()}”是真的吗？", f"Is {post.name()} true?"),
                         say("问过单位、看过现场才记。记在您的名下。",
                             "Only after asking the employer or seeing the place. It is kept under your name."),
                         say("核验过了", "It was checked"))
        self.post = post
        items = dictionary().codes["verify_method"].offered()
        self.how = DigitChips([(item.code, item.label()) for item in items], name=say("怎么核验的", "How"))
        self.how.set_value("2")
        self.on = LineInput(say("哪天", "Day"), "date")
        self.on.setText(clock.today().isoformat())
        self.field = Field(say("哪天核验的", "On which day"), self.on)
        self.body.addWidget(Field(say("怎么核验的", "How"), self.how))
        self.body.addWidget(self.field)
        self.how.setFocus()

    def submit(self) -> None:
        """Write the check."""
        try:
            on = parse(dictionary().field("post", "verified_on"), self.on.text())
        except Problem as problem:
            self.field.find("E", str(problem))
            return
        how, post = str(self.how.value()), self.post
        self.page.desk.jobs.write(lambda work: offering.verify(work.ledger, post.id, how, on), self._done,
                                  lambda problem: self.field.find("E", str(problem)))

    def _done(self, _: object) -> None:
        self.accept()
        self.page.desk.toast(say(f"“{self.post.title}”已核验", f"{self.post.title} was checked"), undo=True)


class DirectSheet(_OneAnswer):
    """Which sites a post is for."""

    def __init__(self, page: Page, board: Board, post: Post) -> None:
        super().__init__(page, say(f"“{post.name()}”投给哪些安置点？", f"Which sites is {post.name()} for?"),
                         say("一个也不选，就是各处的人都能推荐。", "None chosen: people of every place may be recommended."),
                         say("投放", "Direct it"))
        self.post = post
        self.sites = choices([(rec, name or rec) for rec, name in sorted(board.sites.items(), key=lambda one: one[1])], True,
                             say("安置点", "Sites"))
        self.sites.set_value(list(post.targets))
        self.body.addWidget(self.sites)
        self.sites.setFocus()

    def submit(self) -> None:
        """Write where it goes."""
        sites, post = [str(one) for one in self.sites.value() or ()], self.post
        self.page.desk.jobs.write(lambda work: offering.direct(work.ledger, post.id, sites), self._done, self.page.desk.trouble)

    def _done(self, _: object) -> None:
        self.accept()
        self.page.desk.toast(say(f"“{self.post.title}”已投放", f"{self.post.title} was directed"), undo=True)


class ReferSheet(_OneAnswer):
    """How a post was recommended to somebody; a referral is written."""

    def __init__(self, page: Page, name: str, item: Match, board: Board, found: MatchList) -> None:
        asks = reasons.asks(item)
        super().__init__(page, say(f"把“{item.post.title}”推荐给{name}", f"Recommend {item.post.title} to {name}"),
                         (say("先问：", "Ask first: ") + " ".join(asks)) if asks else say("该问的都知道了。", "Everything is known."),
                         say("记下推荐", "Record it"))
        self.name, self.item, self.found, self.position = name, item, found, board.position
        items = dictionary().codes["referral_channel"].offered()
        self.channel = DigitChips([(one.code, one.label()) for one in items], name=say("怎么推荐的", "How"))
        self.channel.set_value("1")
        self.body.addWidget(Field(say("怎么推荐的", "How"), self.channel))
        self.channel.setFocus()

    def submit(self) -> None:
        """Write the referral."""
        channel, item, found, position = str(self.channel.value()), self.item, self.found, self.position
        self.page.desk.jobs.write(lambda work: offering.refer(work.ledger, item.seeker.id, item.post.id, channel, found, position),
                                  self._done, self._failed)

    def _done(self, _: object) -> None:
        self.accept()
        self.page.desk.toast(say(f"已把“{self.item.post.title}”推荐给{self.name}，等回音",
                                 f"{self.item.post.title} recommended to {self.name}; awaiting an answer"), undo=True)

    def _failed(self, problem: Problem) -> None:
        self.reject()
        self.page.desk.trouble(problem)


class PostSheet(EntrySheet):
    """A new post: employer and place by name, the rest by the dictionary. An employer nobody knows yet is made with it."""

    def __init__(self, page: Page, then: Callable[[str], None]) -> None:
        today = clock.today().isoformat()
        super().__init__(page, say("加一个岗位", "Add a post"), "post", None, ADD, {"state": "1", "collected_on": today, "pay_basis": "1"}, then)
        self.employer = LineInput(say("用人单位", "Employer"))
        completer = QCompleter(sorted({str(values["name"]) for _, values in page.ledger.rows("employer") if values.get("name")}), self.employer)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.employer.setCompleter(completer)
        self.place = LineInput(say("工作地点", "Place of work"))
        self.place.setText(places.path(page.ledger.me.area[:9] + "000"))
        self.more = (Field(say("用人单位", "Employer"), self.employer, label_px=14),
                     Field(say("工作地点（县、乡）", "Place of work"), self.place, label_px=14))
        line = row(*self.more)
        self.body.insertLayout(0, line)
        self.fields = {"employer_id": self.more[0], "area_id": self.more[1], **self.fields}
        for one, other in ((self.employer, self.place), (self.place, self.fields["title"].input)):
            self.setTabOrder(one, other)
        self.employer.setFocus()

    def _values(self) -> dict[str, Any] | None:
        """Return what is filled in, employer and place as what they are."""
        whole, self.fields = self.fields, {name: field for name, field in self.fields.items() if name in ADD}
        found = super()._values()
        self.fields = whole
        if found is None:
            return None
        name, wrong = self.employer.text().strip(), None
        needed = [(self.fields[one], found.get(one) is None) for one in ("title", "occupation", "headcount", "valid_to")]
        for field, missing in ((self.more[0], not name), *needed):
            field.find("E", say("还没有填", "Not filled in yet") if missing else "")
            wrong = wrong or (field if missing else None)
        try:
            self.more[1].find("E", "")
            found["area_id"] = places.read(self.place.text(), self.page.ledger.me.area[:6], self.page.ledger)
        except Problem as problem:
            self.more[1].find("E", str(problem))
            wrong = wrong or self.more[1]
        if wrong is not None:
            wrong.input.setFocus()
            return None
        employer, made = employers.named(self.page.ledger, {"name": name, "area_id": found["area_id"]})
        if made:
            self.page.ledger.write(made, source="screen")
        return {**found, "employer_id": employer}


def edit_post(page: Page, post: str) -> None:
    """Ask which fact of a post to change, then its new value."""
    record = page.ledger.get(post)
    if record is None:
        return
    held: Mapping[str, Any] = record.values
    facts = [Fact(field_label("post", term.name), told(term, held.get(term.name), page.ledger), post, "post", term.name)
             for term in dictionary().types["post"].stored() if term.name not in BY_HAND_NOT]
    question = ChooseFact(page, sorted(facts, key=lambda fact: not fact.value))
    if question.exec() and question.chosen is not None:
        fact = question.chosen
        title = say(f"改“{held.get('title', '')}”的“{fact.label}”", f"Change {fact.label} of {held.get('title', '')}")
        EntrySheet(page, title, "post", post, (fact.field,), {}, lambda _: None).exec()
