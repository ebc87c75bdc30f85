"""Public-welfare posts: quota at the left, who is in each at the right, with age, term and this month's attendance."""
from typing import Any

from app.assistance import public_posts
from app.assistance.public_posts import Quota, Worker
from app.models import clock
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.search import Hit
from app.ui.page import Action, Next
from app.ui.pages.batches_reading import Face
from app.ui.pages.batches_sheets import LeftSheet
from app.ui.pages.deed_sheet import DeedSheet
from app.ui.pages.finding import FindSheet
from app.ui.pages.services_reading import Public, public
from app.ui.pages.sides import ListedSide, SidedPage
from app.ui.widgets import Cell, Column, ask_reason, tell

LIST = 300


class PublicSide(ListedSide):
    """Posts and who is in them."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page, LIST, 92, 6)
        self.shown = Public([], [], {})
        self.table.opened.connect(lambda _: self.attend())

    # -- what the side says

    def word(self) -> str:
        """Return the words of the tab."""
        return say("公益性岗位", "Public-welfare posts")

    def facts(self) -> str:
        """Return quota and who is in."""
        quota, there = sum(q.post.seats for q in self.shown.quotas), sum(len(q.workers) for q in self.shown.quotas)
        more = say(f"；另有 {len(self.shown.unfiled)} 人的岗位没有登记定员", f"; {len(self.shown.unfiled)} are in posts without a quota here") \
            if self.shown.unfiled else ""
        return say(f"定员 {quota} 人，在岗 {there} 人{more}", f"Quota {quota}, {there} in post{more}")

    def next(self) -> Next:
        """Return what to look at."""
        everybody = [w for _, w in self._lines()]
        absent = sum(1 for w in everybody if w.days is None)
        over = sum(1 for w in everybody if w.over_term or w.over_age)
        if over:
            return Next(say(f"这个岗位有 {over} 人超龄或超期，看看怎么退出、怎么接上。",
                            f"{over} in this post are over age or term: see how they leave and what follows."), level="W")
        if absent:
            return Next(say(f"本月还有 {absent} 人没有考勤。选中按 Enter，填出勤天数。",
                            f"{absent} have no attendance this month. Choose, Enter, type the days."))
        return Next(say("有空额的，按 F7 安排一个人；有什么不合规定会先说。",
                        "Where there is room, F7 appoints somebody; what the rules say against it comes first."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        none = "" if self.chosen() is not None else say("先选一个人", "Choose a person first")
        one = self.quota()
        room = "" if one is not None and one.vacant > 0 else say("没有空额", "No room")
        return [Action(say("退出", "Leaves"), self.leave, "F8", why_not=none), Action(say("看这个人", "Open the person"), self._person, "Ctrl+O",
                                                                                      icon="person", why_not=none),
                Action(say("记考勤", "Attendance"), self.attend, "F2", icon="edit", why_not=none),
                Action(say("安排一个人", "Appoint somebody"), self.appoint, "F7", "primary", why_not=room)]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.list.setAccessibleName(self.word())
        self.table.setAccessibleName(say("在岗的人", "Who is in post"))
        self.rows.columns = [Column(say("姓名", "Name"), 170), Column(say("年龄", "Age"), 80, right=True), Column(say("从哪天起", "Since"), 120),
                             Column(say("累计", "Months"), 110, right=True), Column(say("本月出勤", "Days this month"), 150,
                                                                                    right=True), Column(say("要看的", "To look at"), 0)]
        self.table.fit(self.rows.columns)

    # -- showing

    def read(self) -> None:
        """Read posts and who is in them."""
        self.ask(lambda work: public(work.ledger), self._put)

    def ready(self) -> None:
        """Take the cursor."""
        (self.table if self._lines() else self.list).setFocus()

    def quota(self) -> Quota | None:
        """Return the post that is open; None on the line of those without one."""
        return self.shown.quotas[self.at()] if 0 <= self.at() < len(self.shown.quotas) else None

    def _lines(self) -> list[tuple[str, Worker]]:
        one = self.quota()
        some = one.workers if one is not None else self.shown.unfiled if self.at() >= 0 else ()
        return [(w.person, w) for w in some]

    def chosen(self) -> Worker | None:
        """Return who is chosen."""
        some, at = self._lines(), self.table.currentIndex().row()
        return some[at][1] if 0 <= at < len(some) else None

    def _put(self, found: Public) -> None:
        kept = self.at()
        self.shown, self.count = found, sum(len(q.workers) for q in found.quotas) + len(found.unfiled)
        kinds = dictionary().codes["post_kind"]
        lines = [(Cell(q.post.title, say(f"{q.post.employer_name}", q.post.employer_name), bold=True),
                  Cell(f"{len(q.workers)} / {q.post.seats}", say(f"空 {q.vacant}", f"{q.vacant} free") if q.vacant >= 0 else
                       say(f"超 {-q.vacant}", f"{-q.vacant} over"), right=True, ink="err" if q.vacant < 0 else "ink")) for q in found.quotas]
        if found.unfiled:
            lines.append((Cell(say("没有登记定员的岗位", "Posts without a quota here"), kinds.label("9"), bold=True), Cell(str(len(found.unfiled)),
                right=True)))
        self.put_list(lines, kept)

    def show_open(self) -> None:
        """Show the post that is open, and who is in it."""
        one = self.quota()
        self.head.setVisible(one is not None)
        if one is not None:
            absent, aged, long = (sum(1 for w in one.workers if w.days is None), sum(w.over_age for w in one.workers),
                                  sum(w.over_term for w in one.workers))
            self.head.put(one.post.title, (one.post.employer_name, "accent"), (),
                          [(say("定员", "Quota"), str(one.post.seats), ""), (say("在岗", "In post"), str(len(one.workers)), ""),
                           (say("空额", "Free"), str(one.vacant), "err" if one.vacant < 0 else ""),
                           (say("超龄", "Over age"), str(aged), "warn" if aged else ""),
                           (say("超期", "Over term"), str(long), "warn" if long else ""),
                           (say("本月没考勤", "No attendance yet"), str(absent), "warn" if absent else "")])
        self.put_people([self._cells(w) for _, w in self._lines()], say("还没有人在这个岗位", "Nobody is in this post"),
                        say("按 F7 安排一个人。", "F7 appoints somebody.") if one else
                        say("公益性岗位和定员在“岗位”里登记。", "Public-welfare posts and their quota are entered under Posts."))

    def _cells(self, w: Worker) -> list[Cell]:
        face = self.shown.faces.get(w.person, Face(w.person, ""))
        look = say("、", ", ").join(filter(None, (w.over_age and say("超龄", "over age"), w.over_term and say("超期", "over term"),
                                                  w.days is None and say("本月没考勤", "no attendance"))))
        return [Cell(face.name, bold=True), Cell("" if w.age is None else str(w.age), right=True), Cell(w.start),
                Cell(say(f"{w.months} 个月", str(w.months)), right=True), Cell("" if w.days is None else say(f"{w.days} 天", str(w.days)),
                                                                               right=True),
                Cell(look, tag="warn") if look else Cell("")]

    # -- deeds

    def appoint(self) -> None:
        """Find a person, say what speaks against it, ask for the reason where the rules want one, write it."""
        one = self.quota()
        if one is None or one.vacant <= 0:
            return
        found: list[Hit] = []
        FindSheet(self.page, self.ledger, say(f"安排谁做{one.post.title}？", f"Who shall be {one.post.title}?"),
                  say("先找到人；有什么不合规定，下一步会说。",
                      "Find the person; what the rules say against it comes next."), lambda hit: found.append(hit) or "").exec()
        if not found or not found[0].person:
            return
        person, name, why = found[0].person, found[0].name, ""
        against = public_posts.objections(self.ledger, person, one.post.id)
        words = "\n".join(objection.text() for objection in against)
        if any(objection.stops for objection in against):
            tell(self.page, say(f"{name}不能上这个岗位", f"{name} cannot have this post"), words)
            return
        if against:
            why = ask_reason(self.page, say(f"还是安排{name}？", f"Appoint {name} all the same?"), words, say("安排", "Appoint"), say("算了",
                "Leave it")) or ""
            if not why:
                return
        self.do(lambda work: public_posts.appoint(work.ledger, person, one.post.id, why=why), say(f"{name}上岗了，就业已登记",
                                                                                                  f"{name} is appointed; the work is entered"))

    def attend(self) -> None:
        """Ask for the days of this month."""
        who = self.chosen()
        if who is None:
            return
        month = clock.today().isoformat()[:7]

        def deed(ledger: Any, values: dict[str, Any]) -> str:
            return public_posts.attend(ledger, who.spell, str(values.get("month") or month), int(values.get("days") or 0),
                                       absent=str(values.get("absent_reason") or ""), paid_on=str(values.get("paid_on") or ""))
        name = self.shown.faces.get(who.person, Face("", "")).name
        DeedSheet(self.page, say(f"{name}的考勤", f"Attendance of {name}"), "post_attendance", ("days", "month", "absent_reason", "paid_on"),
                  {"month": month, "days": who.days}, deed, self._attended).exec()

    def _attended(self, _: str) -> None:
        self.desk.toast(say("考勤记好了", "Attendance written"), undo=True)
        at = self.table.currentIndex().row()
        if at + 1 < self.rows.rowCount():
            self.table.choose(at + 1)

    def leave(self) -> None:
        """The person leaves the post."""
        who = self.chosen()
        if who is None:
            return
        name = self.shown.faces.get(who.person, Face("", "")).name
        sheet = LeftSheet(self.page, name, who.start)
        if sheet.exec():
            deed = sheet.deed(who.person, who.spell)
            self.do(lambda work: deed(work.ledger), say(f"{name}退出了", f"{name} has left"))

    def _person(self) -> None:
        if (who := self.chosen()) is not None:
            self.desk.go("people", person=who.person)
