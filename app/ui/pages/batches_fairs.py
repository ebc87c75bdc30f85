"""Fairs: a queue of people is checked in by typed or read number or name, their intentions with posts, who was hired later.

The cursor stays in one box: type or read, Enter, the next one. Sites over the threshold stand at the left with their special meetings.
"""
from typing import Any

from PySide6.QtCore import Qt, QTimer

from app.assistance import fairs
from app.assistance.fairs import Fair, Need, Visitor
from app.models import clock
from app.models.dictionary import dictionary
from app.models.language import count, counted, say
from app.models.problem import Problem
from app.models.search import Hit
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.batches_parts import PostSheet
from app.ui.pages.batches_reading import Face, Meetings, meetings
from app.ui.pages.deed_sheet import DeedSheet
from app.ui.pages.people_rows import PeopleRows, PersonRow, from_hit
from app.ui.pages.sides import Head, Side, SidedPage
from app.ui.widgets import (
    Cell,
    Column,
    EmptyState,
    List,
    Note,
    Panel,
    Rows,
    SearchBox,
    Table,
    Words,
)

LIST, NEEDS, MOST_HITS = 292, 190, 4
PLAN = ("name", "on", "fair_kind", "site_id", "special", "venue", "organiser")


class FairsSide(Side):
    """Fairs and who came."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page)
        self.shown, self.hits, self._wanted = Meetings([], [], {}, [], {}, {}), list[Hit](), ""
        left = self._left()
        self.head = Head()
        self._build_door()
        self.rows = Rows([Column("")] * 4)
        self.table = Table(self.rows, "", 40)
        self.table.moved.connect(lambda _: self.page.refresh())
        self.table.opened.connect(lambda _: self.agree_chosen())
        self.came = Panel(padding=1)
        self.came.body.addWidget(self.table)
        self.none = EmptyState("people", "", "")
        self.nobody = Panel(padding=1)
        self.nobody.body.addWidget(self.none)
        self.lay_out(left, LIST, (self.head, 0), (self.door, 0), (self.came, 1), (self.nobody, 1))

    def _left(self) -> Panel:
        self.list_rows, self.need_rows = Rows([Column(""), Column("", 84, right=True)]), Rows([Column(""), Column("", 110, right=True)])
        self.list, self.needs = Table(self.list_rows, "", 52), Table(self.need_rows, "", 48, opens=False)
        for table in (self.list, self.needs):
            table.horizontalHeader().hide()
        self.list.moved.connect(lambda _: self._show())
        self.list.opened.connect(lambda _: self.ready())
        left = Panel(padding=1)
        left.body.setSpacing(0)
        left.body.addWidget(self.list, 1)
        self.need_title, self.need_words = Words("", 15, bold=True), Words("", 12, "2", wrap=True)
        for words, top in ((self.need_title, 10), (self.need_words, 0)):
            words.setContentsMargins(theme.px(14), theme.px(top), theme.px(14), theme.px(4))
            left.body.addWidget(words)
        self.needs.setMaximumHeight(theme.px(NEEDS))
        left.body.addWidget(self.needs)
        return left

    def _build_door(self) -> None:
        self.box, self.hit_rows, self.note = SearchBox("", "F3"), PeopleRows(), Note()
        self.hit_list = List(self.hit_rows, PersonRow(), "")
        self.last = Words("", 14, "ok")
        self.door = Panel(padding=12)
        self.door.body.setSpacing(theme.px(4))
        for part in (self.box, self.hit_list, self.note, self.last):
            self.door.body.addWidget(part)
        self.typing = QTimer(self, singleShot=True, interval=60)
        self.typing.timeout.connect(self._look_up)
        self.box.typed.connect(lambda _: self.typing.start())
        self.box.opened.connect(self._entered)
        self.box.down.connect(self._to_hits)
        self.hit_list.opened.connect(lambda at: self.check_in(self.hits[at]))
        self.hit_list.left.connect(self.box.setFocus)

    # -- what the side says

    def word(self) -> str:
        """Return the words of the tab."""
        return say("招聘会", "Fairs")

    def facts(self) -> str:
        """Return what came of all fairs."""
        some = list(self.shown.counted.values())
        came, agreed, hired = (sum(one[name] for one in some) for name in ("attended", "intentions", "hired"))
        return say(f"{len(self.shown.fairs)} 场，登记进场 {came} 人次，意向 {agreed} 人，之后上岗 {hired} 人",
                   f"{counted(len(self.shown.fairs), 'fair')}, {counted(came, 'visit')} entered, {agreed} with an intention, {hired} hired since")

    def next(self) -> Next:
        """Return what to do at the door."""
        one = self.fair()
        wanting = [need for need in self.shown.needs if need.huge and not need.held]
        if wanting and (one is None or one.on != clock.today().isoformat()):
            return Next(say(f"{wanting[0].name} {count(wanting[0].people)} 人，还没办过专场招聘会。",
                            f"{wanting[0].name} has {counted(wanting[0].people, 'person', 'people')} and no special meeting yet."),
                        level="W")
        if one is None:
            return Next(say("先建一场招聘会。", "Make a fair first."))
        if one.said.get("fair_kind") == fairs.LIVE:
            return Next(say("直播的不登记进场：找到人，按 F7 记意向。",
                            "Of a live stream nobody is signed in: find the person, F7 writes the intention."))
        return Next(say("刷证或打字，按 Enter 签到，接着下一位。说好了岗位的，选中按 F7。", "Card or letters, then Enter. Who agreed on a post: F7."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        acts = [Action(say("新招聘会", "New fair"), self.plan, "Ctrl+N", icon="plus", place="header")]
        if self.fair() is None:
            return acts
        who = self.visitor()
        none = "" if who is not None else say("先选一个人", "Choose a person first")
        if who is not None and not who.posts:
            acts.append(Action(say("取消签到", "Take the check-in back"), self.withdraw, "Del"))
        acts += [Action(say("看这个人", "Open the person"), self._person, "Ctrl+O", icon="person", why_not=none),
                 Action(say("数字定下来", "Settle the figures"), self.settle, "F9", icon="check"),
                 Action(say("记意向", "Write an intention"), self.agree_chosen, "F7", "primary", why_not="" if who or self.hits else none)]
        return acts

    def hints(self) -> list[tuple[str, str]]:
        """Return the key of the door."""
        return [("F3", say("签到", "sign in"))]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.list.setAccessibleName(say("招聘会", "Fairs"))
        self.needs.setAccessibleName(say("大型安置点", "Large sites"))
        self.table.setAccessibleName(say("进场的人", "Who came"))
        self.box.setAccessibleName(say("签到", "Sign in"))
        self.box.setPlaceholderText(say("签到：证件号 姓名 首字母 尾号，按 Enter", "Sign in: ID number, name, initials, tail; Enter"))
        self.hit_list.setAccessibleName(say("找到的人", "People found"))
        self.need_title.setText(say("大型安置点专场", "Special meetings"))
        self.need_words.setText(say("特大型安置点要办专场；起点在“统一规定”里。",
                                    "Huge sites need one of their own; thresholds are agreed settings."))
        self.rows.columns = [Column(say("几点", "At"), 76), Column(say("姓名", "Name"), 150), Column(say("意向岗位", "Posts agreed on"), 0),
                             Column(say("上岗", "Hired"), 110)]
        for table in (self.table, self.list, self.needs):
            model = table.model()
            table.fit(model.columns)  # type: ignore[attr-defined]

    def search(self) -> bool:
        """F3: the door."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    # -- showing

    def read(self) -> None:
        """Read the fairs."""
        self.ask(lambda work: meetings(work.ledger), self._put)

    def ready(self) -> None:
        """Take the cursor."""
        (self.box if self.fair() is not None else self.list).setFocus()

    def fair(self) -> Fair | None:
        """Return the fair that is open."""
        at = self.list.currentIndex().row()
        return self.shown.fairs[at] if 0 <= at < len(self.shown.fairs) else None

    def visitor(self) -> Visitor | None:
        """Return who is chosen of those who came."""
        one, at = self.fair(), self.table.currentIndex().row()
        some = self._latest(one) if one else []
        return some[at] if 0 <= at < len(some) else None

    @staticmethod
    def _latest(one: Fair) -> list[Visitor]:
        """Return who came, the last one first: whoever stands at the door is on top."""
        return list(reversed(one.visitors))

    def _put(self, found: Meetings) -> None:
        kept, who = self._wanted or (self.fair().id if self.fair() else ""), self.visitor()
        self._wanted, self.shown, self.count = "", found, len(found.fairs)
        self.list_rows.put([self._row(one) for one in found.fairs])
        self.need_rows.put([self._need(one) for one in found.needs])
        for table, rows in ((self.list, self.list_rows), (self.needs, self.need_rows)):
            table.fit(rows.columns)
        for part in (self.need_title, self.need_words, self.needs):
            part.setVisible(bool(found.needs))
        ids = [one.id for one in found.fairs]
        if ids:
            self.list.choose(ids.index(kept) if kept in ids else 0)
        self._show(who.id if who else "")
        self.page.renumber()

    def _row(self, one: Fair) -> tuple[Cell, Cell]:
        kind = dictionary().codes["fair_kind"].label(str(one.said["fair_kind"])) if one.said.get("fair_kind") else ""
        special = say(" 专场", " special") if one.said.get("special") == 1 else ""
        came = self.shown.counted[one.id]["attended"]
        return Cell(str(one.said.get("name") or ""), f"{one.on} {kind}{special}", bold=True), Cell(say(f"{came} 人", f"{came} came"), right=True)

    @staticmethod
    def _need(one: Need) -> tuple[Cell, Cell]:
        size = say("特大型", "huge") if one.huge else say("大型", "large")
        held = say(f"办过 {len(one.held)} 场", f"{len(one.held)} held")
        return Cell(one.name, say(f"{count(one.people)} 人 {size}", f"{counted(one.people, 'person', 'people')}, {size}")), Cell(held, right=True,
            ink="warn" if one.huge and not one.held else "ink2")

    def _show(self, kept: str = "") -> None:
        one = self.fair()
        for part in (self.head, self.door):
            part.setVisible(one is not None)
        self.came.setVisible(one is not None and bool(one.visitors))
        self.nobody.setVisible(one is None or not one.visitors)
        self.none.what.setText(say("还没有招聘会", "No fair yet") if one is None else say("还没有人签到", "Nobody has signed in"))
        self.none.do.setText(say("按 Ctrl N 建一场：现场、直播或流动车。", "Ctrl N makes one: on site, live, or by van.") if one is None else
                             say("刷证或打字，按 Enter。", "Read a card or type, then Enter."))
        if one is not None:
            kind = dictionary().codes["fair_kind"].label(str(one.said["fair_kind"])) if one.said.get("fair_kind") else say("形式没填",
                "kind not said")
            told = self.shown.counted[one.id]
            names = (("attended", say("进场", "Came")), ("employers", say("单位", "Employers")), ("posts", say("岗位", "Posts")),
                     ("intentions", say("意向", "Intentions")), ("hired", say("之后上岗", "Hired since")),
                     ("hired_relocated", say("其中搬迁劳动力", "of them relocated")))
            self.head.put(str(one.said.get("name") or ""), (kind, "accent"), (one.on, one.said.get("venue"), one.said.get("organiser")),
                          [(label, self._figure(one, name, told[name]), "") for name, label in names])
            some = self._latest(one)
            self.rows.put([self._cells(v) for v in some])
            if some:
                ids = [v.id for v in some]
                self.table.choose(ids.index(kept) if kept in ids else 0)
        self._fit_hits()
        self.page.refresh()

    @staticmethod
    def _figure(one: Fair, name: str, listed: int) -> str:
        """Return a figure: as the list has it, and what was told for the whole fair where that is more."""
        said = one.said.get(name)
        return f"{listed} / {said}" if isinstance(said, int) and said > listed else str(listed)

    def _cells(self, v: Visitor) -> list[Cell]:
        face = self.shown.faces.get(v.person, Face(v.person, ""))
        posts = say("、", ", ").join(self.shown.titles.get(p, "") for p in v.posts)
        return [Cell(v.at[11:], ink="ink2"), Cell(face.name, bold=True), Cell(posts), Cell(say("上岗了", "hired"), tag="ok") if v.hired else Cell("")]

    # -- the door

    def _look_up(self) -> None:
        typed = self.box.words().strip()
        self.hits = fairs.who(self.ledger, typed) if typed else []
        self.hit_rows.put([from_hit(hit, typed) for hit in self.hits])
        self.note.put("Q", say("没有找到。核对号码，或先在“人员”里加上。", "Nobody found. Compare the number, or add the person under People first.")
                      if typed and not self.hits else "")
        if self.hits:
            self.hit_list.choose(0)
        self._fit_hits()
        self.page.refresh()

    def _fit_hits(self) -> None:
        self.hit_list.setVisible(bool(self.hits))
        self.hit_list.setFixedHeight(theme.px(44) * max(1, min(MOST_HITS, len(self.hits))))
        self.last.setVisible(bool(self.last.text()) and not self.hits)

    def _to_hits(self) -> None:
        if self.hits:
            self.hit_list.setFocus()
        elif self.came.isVisible():
            self.table.setFocus()

    def _entered(self) -> None:
        self.typing.stop()
        self._look_up()
        if len(self.hits) == 1:
            self.check_in(self.hits[0])
        elif self.hits:
            self.hit_list.setFocus()

    def check_in(self, hit: Hit) -> None:
        """Sign a person in, and be ready for the next."""
        one = self.fair()
        if one is None or not hit.person:
            return
        before = next((v for v in one.visitors if v.person == hit.person and v.at), None)
        try:
            rec = fairs.check_in(self.ledger, one.id, hit.person)
        except Problem as problem:
            self.note.put("E", str(problem))
            return
        self.last.setText(say(f"{hit.name} {before.at[11:]} 已签到", f"{hit.name} signed in at {before.at[11:]} already") if before else
                          say(f"{hit.name}签到了", f"{hit.name} is signed in"))
        self.box.clear()
        self.hits = []
        self.hit_rows.put([])
        self._fit_hits()
        self._show_first(rec)
        self.box.setFocus()

    def _show_first(self, rec: str) -> None:
        one = self.fair()
        ids = [v.id for v in self._latest(one)] if one else []
        if rec in ids:
            self.table.choose(ids.index(rec))

    # -- deeds

    def plan(self) -> None:
        """Ask for a new fair."""
        DeedSheet(self.page, say("新招聘会", "New fair"), "fair", PLAN, {}, lambda ledger, values: fairs.plan(ledger, values), self._made).exec()

    def _made(self, rec: str) -> None:
        self._wanted = rec
        self.desk.toast(say("招聘会建好了", "The fair is made"), undo=True)
        self.read()

    def agree_chosen(self) -> None:
        """Write the posts that the person at the door, or the one who is chosen, agreed on."""
        one, at = self.fair(), self.hit_list.currentIndex().row()
        hit = self.hits[at] if 0 <= at < len(self.hits) else None
        who = str(hit.person) if hit and hit.person else (self.visitor().person if self.visitor() else "")
        if one is None or not who:
            return
        name = hit.name if hit else self.shown.faces.get(who, Face(who, "")).name
        sheet = PostSheet(self.page, say(f"{name}和哪个岗位说好了？", f"Which post did {name} agree on?"),
                          say("双方都愿意才算意向；只想看看的不用记。",
                              "An intention is what both sides agree on; only looking need not be written."),
                          say("记意向", "Write it"), [(post.id, post.name()) for post in self.shown.posts])
        if sheet.exec() and (posts := [str(p) for p in sheet.posts.value()]):
            self.do(lambda work: fairs.intend(work.ledger, one.id, who, posts), say(f"{name}的意向记好了", f"{name}'s intention is written"))
            self.box.clear()

    def withdraw(self) -> None:
        """Take a check-in back."""
        one, who = self.fair(), self.visitor()
        if one is not None and who is not None:
            self.do(lambda work: fairs.withdraw(work.ledger, one.id, who.person), say("签到取消了", "The check-in is taken back"))

    def settle(self) -> None:
        """Write the figures of the fair: as listed, or larger where people came whom nobody knows."""
        one = self.fair()
        if one is None:
            return
        told = self.shown.counted[one.id]
        given = {name: max(told[name], int(one.said.get(name) or 0)) for name in ("employers", "posts", "attended")}  # type: ignore[call-overload]

        def deed(ledger: Any, values: dict[str, Any]) -> str:
            fairs.settle(ledger, one.id, {k: v for k, v in values.items() if isinstance(v, int)})
            return one.id
        DeedSheet(self.page, say(f"“{one.said.get('name')}”的数字", f'The figures of "{one.said.get("name")}"'), "fair", ("employers", "posts",
            "attended"), given,
                  deed, lambda _: self.desk.toast(say("数字定下来了；之后上岗的再按一次就补上",
                                                      "Settled; who is hired later is added by doing it again"), undo=True),
                  words=say("没有登记的人也进场的，把数字改大；意向和上岗按名单算。",
                            "Where people came whom nobody entered, make it larger; intentions and hires follow the list.")).exec()

    def _person(self) -> None:
        if (who := self.visitor()) is not None:
            self.desk.go("people", person=who.person)
