"""Jobs near home: zones, workshops and work-for-relief: how many are wanted, how many of ours work there, and who."""
from PySide6.QtWidgets import QHBoxLayout

from app.assistance.public_posts import Local
from app.models.dictionary import dictionary
from app.models.language import say
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.batches_reading import Face
from app.ui.pages.services_reading import Near, near
from app.ui.pages.sides import Side, SidedPage
from app.ui.widgets import Cell, Column, EmptyState, Panel, Rows, Table, Words

ASIDE = 320


class NearSide(Side):
    """Employers at the left, who works there at the right."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page)
        self.shown = Near([], {})
        self.rows, self.people = Rows([Column("")] * 5), Rows([Column(""), Column("", 120)])
        self.table, self.there = Table(self.rows, "", 44), Table(self.people, "", 40)
        self.there.horizontalHeader().hide()
        self.table.moved.connect(lambda _: self._show())
        self.table.opened.connect(lambda _: self.there.setFocus())
        self.there.opened.connect(lambda _: self.person())
        self.none, self.who = EmptyState("place", "", ""), Words("", 15, bold=True)
        listed = Panel(padding=1)
        listed.body.addWidget(self.table)
        listed.body.addWidget(self.none)
        self.aside = Panel(padding=1)
        self.aside.setFixedWidth(theme.px(ASIDE))
        self.who.setContentsMargins(theme.px(14), theme.px(10), 0, theme.px(6))
        self.aside.body.addWidget(self.who)
        self.aside.body.addWidget(self.there, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        whole.addWidget(listed, 1)
        whole.addWidget(self.aside)

    def word(self) -> str:
        """Return the words of the tab."""
        return say("就近就业", "Jobs near home")

    def facts(self) -> str:
        """Return how many work near home in these."""
        people, left = sum(len(one.people) for one in self.shown.local), sum(one.left for one in self.shown.local)
        return say(f"园区、帮扶车间、以工代赈 {len(self.shown.local)} 处，在岗 {people} 人，还缺 {left} 人",
                   f"{len(self.shown.local)} zones, workshops and relief works: {people} at work, {left} still wanted")

    def next(self) -> Next:
        """Return where there is room."""
        room = [one for one in self.shown.local if one.left]
        if room:
            return Next(say(f"{room[0].employer}还缺 {room[0].left} 人。照料家里走不开的人，先看这里。",
                            f"{room[0].employer} wants {room[0].left} more. Look here first for those who cannot leave their family."))
        return Next(say("工作地点在“岗位”里登记，来源选园区、车间或以工代赈。",
                        "Enter jobs near home under Posts, with zone, workshop or work-for-relief as the source."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        none = "" if self._person() else say("先选一个人", "Choose a person first")
        return [Action(say("看这个人", "Open the person"), self.person, "Ctrl+O", icon="person", why_not=none)]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.table.setAccessibleName(self.word())
        self.there.setAccessibleName(say("在这里上班的人", "Who works there"))
        self.rows.columns = [Column(say("来源", "Kind"), 150), Column(say("单位", "Employer"), 0), Column(say("招", "Wanted"), 90, right=True),
                             Column(say("在岗", "At work"), 90, right=True), Column(say("还缺", "Still"), 90, right=True)]
        self.table.fit(self.rows.columns)
        self.there.fit(self.people.columns)
        self.none.what.setText(say("还没有就近的岗位", "No jobs near home yet"))
        self.none.do.setText(say("在“岗位”里登记园区、车间和以工代赈。", "Enter zones, workshops and work-for-relief under Posts."))

    def read(self) -> None:
        """Read the local employers."""
        self.ask(lambda work: near(work.ledger), self._put)

    def ready(self) -> None:
        """Take the cursor."""
        self.table.setFocus()

    def chosen(self) -> Local | None:
        """Return the employer that is chosen."""
        at = self.table.currentIndex().row()
        return self.shown.local[at] if 0 <= at < len(self.shown.local) else None

    def _person(self) -> str:
        one, at = self.chosen(), self.there.currentIndex().row()
        return one.people[at] if one is not None and 0 <= at < len(one.people) else ""

    def _put(self, found: Near) -> None:
        kept = self.table.currentIndex().row()
        self.shown, self.count = found, sum(len(one.people) for one in found.local)
        kinds = dictionary().codes["post_source"]
        self.rows.put([[Cell(kinds.label(one.source) if one.source else "", tag="accent"), Cell(one.employer or say("没填单位", "not said"),
                                                                                                bold=True),
                        Cell(str(sum(p.seats for p in one.posts)) if one.posts else "—", right=True), Cell(str(len(one.people)), right=True),
                        Cell(str(one.left) if one.posts else "—", right=True, ink="warn" if one.left else "ink2")] for one in found.local])
        self.table.setVisible(bool(found.local))
        self.aside.setVisible(bool(found.local))
        self.none.setVisible(not found.local)
        if found.local:
            self.table.choose(max(0, min(kept, len(found.local) - 1)))
        self._show()
        self.page.renumber()

    def _show(self) -> None:
        one = self.chosen()
        people = one.people if one else ()
        self.who.setText(say(f"在岗 {len(people)} 人", f"{len(people)} at work"))
        self.people.put([(Cell((face := self.shown.faces.get(p, Face(p, ""))).name, bold=True), Cell(face.door, ink="ink2")) for p in people])
        self.there.fit(self.people.columns)
        if people:
            self.there.choose(0)
        self.page.refresh()

    def person(self) -> None:
        """Open the person."""
        if rec := self._person():
            self.desk.go("people", person=rec)
