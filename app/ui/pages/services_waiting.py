"""131 at a glance: everybody who is without work and wants it, with the advice, posts and training they have had; who lacks most first."""
from PySide6.QtWidgets import QVBoxLayout

from app.assistance.services import ADVISED, ONE_THREE_ONE, TRAINED, Had
from app.models import clock
from app.models.language import counted, say
from app.models.writing import Write
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.batches_reading import Face
from app.ui.pages.services_reading import Waiting, waiting
from app.ui.pages.sides import Figures, Side, SidedPage
from app.ui.widgets import Cell, Column, EmptyState, Panel, Rows, Table, Words


class WaitingSide(Side):
    """One list."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page)
        self.shown = Waiting([], {}, "")
        self.figures, self.rule = Figures(), Words("", 13, "2", wrap=True)
        head = Panel(padding=14)
        head.body.addWidget(self.figures)
        head.body.addWidget(self.rule)
        self.rows = Rows([Column("")] * 6)
        self.table = Table(self.rows, "", 44)
        self.table.moved.connect(lambda _: self.page.refresh())
        self.table.opened.connect(lambda _: self.person())
        self.none = EmptyState("check", "", "")
        listed = Panel(padding=1)
        listed.body.addWidget(self.table)
        listed.body.addWidget(self.none)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        whole.addWidget(head)
        whole.addWidget(listed, 1)

    def word(self) -> str:
        """Return the words of the tab."""
        return say("“131”服务", "131 services")

    def facts(self) -> str:
        """Return since when it is counted."""
        since = say(f"从 {self.shown.since} 起算", f"counted since {self.shown.since}") if self.shown.since else say("从头算起",
            "counted from the beginning")
        return say(f"想工作而没有工作的 {len(self.shown.had)} 人，{since}",
                   f"{counted(len(self.shown.had), 'person', 'people')} without work who want it, {since}")

    def next(self) -> Next:
        """Return who needs what."""
        one = self.chosen()
        if one is None:
            return Next(say("没有在等工作的人。", "Nobody waits for work."))
        name = self._face(one).name
        if not one.lacks:
            return Next(say(f"{name}该有的都有了，还没上岗，再看看岗位合不合适。",
                            f"{name} has had it all and is not at work yet. See whether the posts fit."))
        advised, referred, trained = (max(0, need - had) for need, had in zip(ONE_THREE_ONE, (one.advised, one.referred, one.trained), strict=True))
        zh = "、".join(filter(None, (advised and f"{advised} 次职业介绍", referred and f"{referred} 个岗位", trained and f"{trained} 次培训")))
        en = ", ".join(filter(None, (advised and f"{advised} advice", referred and counted(referred, "post"), trained and f"{trained} training")))
        return Next(say(f"{name}还差 {zh}。", f"{name} still lacks {en}."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        none = "" if self.chosen() is not None else say("没有在等工作的人", "Nobody waits for work")
        return [Action(say("做了职业介绍", "Advice was given"), lambda: self.done(ADVISED), "F7", icon="check", why_not=none),
                Action(say("参加了培训", "Training was attended"), lambda: self.done(TRAINED), "F8", why_not=none),
                Action(say("看这个人", "Open the person"), self.person, "Ctrl+O", "primary", icon="person", why_not=none)]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.table.setAccessibleName(say("在等工作的人", "Who waits for work"))
        self.rows.columns = [Column(say("姓名", "Name"), 170), Column(say("没有工作从", "Without work since"), 160), Column(say("职业介绍 1",
            "Advice 1"), 150),
                             Column(say("岗位推荐 3", "Posts 3"), 150), Column(say("培训 1", "Training 1"), 150), Column(say("还差", "Lacks"), 0)]
        self.table.fit(self.rows.columns)
        self.none.what.setText(say("没有在等工作的人", "Nobody waits for work"))
        self.none.do.setText(say("想工作而没有工作的人会列在这里。", "Who is without work and wants it comes here."))
        self.rule.setText(say("每人至少 1 次职业介绍、3 个岗位、1 次培训。同一个岗位推荐几次算一个；计划了没做的不算。",
                              "For each at least 1 advice, 3 posts, 1 training. One post counts once; what was only planned does not count."))

    def read(self) -> None:
        """Read who waits."""
        self.ask(lambda work: waiting(work.ledger), self._put)

    def ready(self) -> None:
        """Take the cursor."""
        self.table.setFocus()

    def chosen(self) -> Had | None:
        """Return who is chosen."""
        at = self.table.currentIndex().row()
        return self.shown.had[at] if 0 <= at < len(self.shown.had) else None

    def _face(self, one: Had) -> Face:
        return self.shown.faces.get(one.person, Face(one.person, ""))

    def _put(self, found: Waiting) -> None:
        kept = self.chosen().person if self.chosen() else ""  # type: ignore[union-attr]
        self.shown, self.count = found, len(found.had)
        self.rows.put([self._cells(one) for one in found.had])
        self.table.setVisible(bool(found.had))
        self.none.setVisible(not found.had)
        if found.had:
            people = [one.person for one in found.had]
            self.table.choose(people.index(kept) if kept in people else 0)
        whole = sum(1 for one in found.had if not one.lacks)
        had = [sum(1 for one in found.had if value(one) >= need) for value, need in zip(
            (lambda o: o.advised, lambda o: o.referred, lambda o: o.trained), ONE_THREE_ONE, strict=True)]
        total = len(found.had)
        self.figures.put([(say("在等工作", "Waiting"), str(total), ""), (say("都有了", "Had it all"), f"{whole} / {total}", "ok" if whole else ""),
                          (say("有职业介绍", "Had advice"), f"{had[0]} / {total}", ""), (say("有 3 个岗位", "Had 3 posts"), f"{had[1]} / {total}",
                                                                                         ""),
                          (say("有培训", "Had training"), f"{had[2]} / {total}", "")])
        self.page.renumber()

    def _cells(self, one: Had) -> list[Cell]:
        face = self._face(one)
        parts = [Cell(f"{had} / {need}", ink="ok" if had >= need else "warn", bold=had >= need)
                 for had, need in zip((one.advised, one.referred, one.trained), ONE_THREE_ONE, strict=True)]
        lacks = Cell(say(f"差 {one.lacks} 次", f"{one.lacks} to go")) if one.lacks else Cell(say("都有了", "all had"), tag="ok")
        return [Cell(face.name, face.door, bold=True), Cell(one.since), *parts, lacks]

    def done(self, kind: str) -> None:
        """Write a measure that was done today."""
        one = self.chosen()
        if one is None:
            return
        name, on = self._face(one).name, clock.today().isoformat()
        write = Write("measure", {"person_id": one.person, "measure_type": kind, "done_date": on, "staff_id": self.ledger.me.user})
        words = say(f"{name}：职业介绍记好了", f"{name}: advice written") if kind == ADVISED else say(f"{name}：培训记好了",
            f"{name}: training written")
        self.do(lambda work: work.ledger.write([write], source="service"), words)

    def person(self) -> None:
        """Open the person."""
        if (one := self.chosen()) is not None:
            self.desk.go("people", person=one.person)
