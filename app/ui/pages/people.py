"""People: households and their members, found by name, letters, number tail, door; the person card beside them."""
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from app.models import access, deciding
from app.models.language import count, counted, language, say
from app.models.ledger import Ledger
from app.models.search import find
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page, beside
from app.ui.pages.household_tree import HouseholdTree
from app.ui.pages.papers import Papers
from app.ui.pages.people_rows import PeopleRows, PersonRow, Row, from_hit, neighbour
from app.ui.pages.person import HISTORY, NOW, TALKS, PersonView
from app.ui.pages.portrait import Fact, Home, Portrait, home, portrait
from app.ui.standing import where
from app.ui.widgets import EmptyState, KeyButton, KeyCap, List, Panel, SearchBox, Words, row

LIST_WIDTH, MOST_ROWS = 316, 5
HITS = 50


class PeoplePage(Page):
    """Search and household at the left, the person at the right."""

    name = "people"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.person: Portrait | None = None
        self.home: Home | None = None
        self.counts: tuple[int, int, int] | None = None
        self._typed = ""
        self._build()
        self.typing = QTimer(self, singleShot=True, interval=60)
        self.typing.timeout.connect(self._look_up)
        self.box.typed.connect(lambda _: self.typing.start())
        self._asked_for = ""
        self.box.down.connect(self._to_list)
        self.box.opened.connect(self._open_first)
        self.list.moved.connect(self._moved)
        self.list.opened.connect(lambda _: self.view.tabs.setFocus())
        self.list.left.connect(self.box.setFocus)
        self.tree.chosen.connect(self.show_person)
        self.view.wanted.connect(self._edit)
        self.view.talk_opened.connect(lambda draft: desk.go("interview", draft=draft))
        self.view.papers_opened.connect(lambda names: Papers(self, desk.ledger, names).exec())
        self.view.turned.connect(self.refresh)
        self.view.head.number.shown.connect(self._looked)
        desk.ledger_changed.connect(self._ledger_changed)

    def _build(self) -> None:
        self.box, self.rows = SearchBox(), PeopleRows()
        self.list = List(self.rows, PersonRow(), "")
        self.found = Words("", 13, "2")
        self.pick, self.enter_word = Words("", 12, "2"), Words("", 12, "2")
        self.tree, self.view = HouseholdTree(), PersonView()
        left = Panel(padding=0)
        left.setFixedWidth(theme.px(LIST_WIDTH))
        left.body.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(8))
        head.addWidget(self.box)
        head.addLayout(row(4, self.found, None, KeyCap("↓"), self.pick, KeyCap("Return"), self.enter_word, gap=6))
        left.body.addLayout(head)
        left.body.addWidget(self.list)
        left.body.addWidget(self.tree, 1000)
        left.body.addStretch(1)
        self.none = EmptyState("people", "", "", KeyButton("", "primary"), KeyButton(""))
        self.right = QStackedWidget()
        self.right.addWidget(self.view)
        self.right.addWidget(self.none.on_sheet(lambda: self.desk.go("roster"), self._add_household))
        beside(self, left, self.right)

    # -- what the page says

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("人员", "People")

    def facts(self) -> str:
        """Return place and counts."""
        if self.counts is None:
            return where(self.ledger)
        houses, persons, surveyed = self.counts
        return say(f"{where(self.ledger)} · {count(houses)} 户 {count(persons)} 人，调查过 {count(surveyed)} 人",
                   f"{where(self.ledger)} · {counted(houses, 'household')}, {counted(persons, 'person', 'people')}, {count(surveyed)} interviewed")

    def next(self) -> Next:
        """Return what to do for the person that is open."""
        person = self.person
        if person is None:
            if self._is_empty():
                return Next(say("先把名册导进来，或者手工加第一户。", "Bring in a roster, or add the first household by hand."))
            return Next(say("输入姓名、首字母、证件尾号或门牌，找一个人。",
                            "Type a name, initials, the end of an ID or a door to find somebody."))
        if person.to_ask and self.ledger.me.role == "surveyor":
            what = say("、", ", ").join(person.to_ask)
            return Next(say(f"镇里请您再问一次{person.name}的{what}。按 F5 去问，这几题会重新问。",
                            f"The office asks you to ask {person.name} again: {what}. F5 asks anew."), say("要补问", "To ask"), "Q")
        if person.disagreements:
            what = say("、", ", ").join(person.disagreements)
            return Next(say(f"{person.name}的{what}，填得不一样。去复核里定。",
                            f"{person.name}: {what} – people say different things. Settle it in Review."), level="Q")
        if person.draft:
            return Next(say(f"{person.name}的调查填到一半，接着填。",
                            f"The interview with {person.name} is half done. Continue."))
        if not person.talks and person.not_asked:
            return Next(f"{person.name}：{person.not_asked}" if language() == "zh" else f"{person.name}. {person.not_asked}")
        if not person.talks:
            return Next(say(f"{person.name}还没有调查过。坐下来，从第一题问起。",
                            f"{person.name} has not been interviewed yet. Begin with the first question."))
        return Next(say(f"{person.name} {person.talks[0].at}调查过。有变化再问一次。",
                        f"{person.name} was interviewed {person.talks[0].at}. Ask again when things changed."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        has = self.person is not None
        acts = [Action(say("导入名册", "Bring in a roster"), lambda: self.desk.go("roster"), "Ctrl+I", icon="folder", place="header"),
                Action(say("加一户", "Add household"), self._add_household, "Ctrl+N", icon="plus", place="header")]
        if self.home is not None:
            acts.append(Action(say("加一个人", "Add person"), self._add_person, "Ctrl+Shift+N", icon="plus", place="header"))
        if has:
            acts.append(Action(say("改一项", "Change"), self._edit_any, "F2", icon="edit"))
            acts.append(Action(say("看合适的岗位", "Posts that suit"), lambda: self.desk.go("posts", person=self.person.id), "F7", icon="posts"))
            if self.person.disagreements:
                acts.append(Action(say("去复核", "To review"), lambda: self.desk.go("review", rec=self.person.id), "F8",
                                   icon="review"))
            if self.view.decision()[1]:
                acts.append(Action(say("重新打开这一条", "Open this again"), self._reopen, "F9"))
            words = say("接着填", "Continue") if self.person.draft else say("开始调查", "Start interview")
            acts.append(Action(words, self._interview, "F5", "secondary" if self.person.not_asked else "primary"))
        steps = (("PgDown", say("下一户", "Next household"), lambda: self._step(True)),
                 ("PgUp", say("上一户", "Previous household"), lambda: self._step(False)),
                 ("Ctrl+Tab", say("下一页签", "Next tab"), lambda: self.view.turn(1)))
        return acts + [Action(words, do, key, place="hidden") for key, words, do in steps]

    def _reopen(self) -> None:
        rec, unit = self.view.decision()
        self.desk.jobs.write(lambda work: deciding.reopen(work.ledger, rec, unit), lambda _: self.desk.toast(
            say("重新打开了，在复核里等人定", "Opened again; it waits in Review"), undo=True), self.desk.trouble)

    def _looked(self) -> None:
        if self.person is not None:
            rec, reason = self.person.id, say("看人员档案", "Looking at the person")
            self.desk.jobs.write(lambda work: access.note_view(work.ledger, rec, reason), None, self.desk.trouble)

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.box.setPlaceholderText(say("姓名 首字母 证件尾号 门牌", "Name, initials, ID tail, door"))
        self.box.setAccessibleName(say("找人", "Find people"))
        self.list.setAccessibleName(say("找到的人", "People found"))
        self.pick.setText(say("选人", "choose"))
        self.enter_word.setText(say("打开", "open"))
        self.none.put(say("这里还没有人", "No one here yet"),
                      say("先把名册导进来，或者手工加第一户。", "Bring in a roster, or add the first household by hand."),
                      say("导入名册", "Bring in a roster"), say("加一户", "Add household"))
        self.tree.retitle()
        self.view.retitle()
        self._look_up()
        if self.person is not None:
            self.show_person(self.person.id)

    def enter(self, person: str = "", household: str = "", find: str = "", tab: str = "", **_: Any) -> None:
        """Show a person, a household, or what is found for a text."""
        if find:
            self.box.setText(find)
        self._asked_for = person or household  # somebody is on the way: the first of the list is not put in their place
        self._look_up()
        if person:
            self.show_person(person)
        elif household:
            self._show_household(household)
        if tab:
            self.view.tabs.setCurrentIndex({"history": HISTORY, "interviews": TALKS}.get(tab, NOW))
        self.box.setFocus()

    def search(self) -> bool:
        """Put the cursor into the search box."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    # -- finding

    def _look_up(self) -> None:
        typed, known = self.box.words().strip(), self.counts
        self.desk.jobs.read(lambda work: (known if known and typed else _counts(work.ledger),
                                          find(work.ledger, typed, limit=HITS) if typed else []),
                            lambda found: self._found(typed, *found), self.desk.trouble, slot="people.find")

    def _found(self, typed: str, counts: tuple[int, int, int], hits: list[Any]) -> None:
        self.counts = counts
        if typed:
            self.rows.put([from_hit(hit, typed) for hit in hits])
            self.found.setText(_found_words(len(hits)))
        else:
            self.rows.put_all(self.ledger)
            self.found.setText(say(f"共 {count(counts[0])} 户", counted(counts[0], "household")))
        self._fit_list()
        self.right.setCurrentIndex(0 if counts[0] or counts[1] else 1)
        self.tree.setVisible(bool(counts[0] or counts[1]))
        self.list.setVisible(bool(self.rows.rows))
        anew, self._typed = typed != self._typed, typed
        if self.rows.rows and (anew and typed or self.person is None and not self._asked_for):
            self.list.choose(0)
            self._moved(0)
        elif self.person is not None:
            self._mark()
        self.refresh()

    def _fit_list(self) -> None:
        """Give the list as many rows as it has, up to five, and never more than half of the height."""
        room = int((self.height() - theme.px(90)) * 0.45 / theme.px(44))
        self.list.setFixedHeight(theme.px(44) * max(2, min(MOST_ROWS, len(self.rows.rows), room)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height of the left side anew."""
        super().resizeEvent(event)
        self._fit_list()

    def _moved(self, at: int) -> None:
        if not 0 <= at < len(self.rows.rows):
            return
        found: Row = self.rows.rows[at]
        if found.person:
            self.show_person(found.person)
        elif found.household:
            self._show_household(found.household)

    def _to_list(self) -> None:
        if self.rows.rows:
            self.list.setFocus()
            at = self.list.currentIndex().row()
            self.list.choose(min(at + 1, len(self.rows.rows) - 1) if at >= 0 else 0)

    def _open_first(self) -> None:
        self.typing.stop()
        if self.rows.rows:
            self.list.setFocus()
            self._moved(max(0, self.list.currentIndex().row()))

    # -- showing

    def show_person(self, rec: str) -> None:
        """Read and show a person with the household."""
        def read(work: Any) -> tuple[Portrait | None, Home | None]:
            person = portrait(work.ledger, rec)
            return person, home(work.ledger, person.household) if person and person.household else None

        self.desk.jobs.read(read, lambda found: self._show(*found), self.desk.trouble, slot="people.person")

    def _show_household(self, rec: str) -> None:
        def read(work: Any) -> tuple[Portrait | None, Home | None]:
            house = home(work.ledger, rec)
            first = house.members[0].id if house and house.members else None
            return portrait(work.ledger, first) if first else None, house

        self.desk.jobs.read(read, lambda found: self._show(*found), self.desk.trouble, slot="people.person")

    def _show(self, person: Portrait | None, house: Home | None) -> None:
        self.person, self.home = person, house
        if person is not None:
            self.view.put(person)
        self.view.setVisible(person is not None)
        if house is not None:
            self.tree.put(house, person.id if person else None)
        self._mark()
        self.refresh()

    def _mark(self) -> None:
        """Mark in the list what is open, the person found or the household, without reading it again."""
        who, house = self.person.id if self.person else None, self.home.id if self.home else None
        at = next((n for n, found in enumerate(self.rows.rows) if who and found.person == who), None)
        if at is None and not self._typed:
            at = next((n for n, found in enumerate(self.rows.rows) if house and found.household == house), None)
        if at is not None and at != self.list.currentIndex().row():
            model = self.list.selectionModel()
            model.blockSignals(True)
            self.list.choose(at)
            model.blockSignals(False)
            self.list.viewport().update()

    def _step(self, forward: bool) -> None:
        """Show the next or the previous household."""
        if self.home is None:
            return
        rec = neighbour(self.ledger, self.home.id, forward)
        if rec is None:
            self.desk.toast(say("已经是最后一户", "This is the last household") if forward else say("已经是第一户", "This is the first household"))
            return
        self._show_household(rec)

    def _ledger_changed(self, recs: frozenset[str]) -> None:
        if access.only_looks(self.ledger, recs):
            return
        self.counts = None
        if self.isVisible():
            self._look_up()
            if self.person is not None:
                self.show_person(self.person.id)

    def _is_empty(self) -> bool:
        return self.counts is not None and not self.counts[0] and not self.counts[1]

    # -- deeds

    def _interview(self) -> None:
        if self.person is None:
            return
        if self.person.draft:
            self.desk.go("interview", draft=self.person.draft.draft)
        else:
            self.desk.go("interview", person=self.person.id)

    def _edit(self, fact: Fact) -> None:
        from app.ui.pages.entry import edit_fact

        edit_fact(self, fact)

    def _edit_any(self) -> None:
        from app.ui.pages.entry import choose_fact

        if self.person is not None:
            choose_fact(self, self.person.id)

    def _add_household(self) -> None:
        from app.ui.pages.entry import add_record

        add_record(self, "household", {}, lambda rec: self.enter(household=rec))

    def _add_person(self) -> None:
        from app.ui.pages.entry import add_record

        if self.home is not None:
            add_record(self, "person", {"household_id": self.home.id}, lambda rec: self.enter(person=rec))


def _found_words(n: int) -> str:
    """Return how many were found; those behind the first HITS were not looked for."""
    if n == HITS:
        return say(f"先列 {n} 人，再打几个字", f"the first {n}; type more")
    return say(f"找到 {n} 人", f"{n} found") if n else say("没有找到，换个写法试试", "Nothing found; try other letters")


def _counts(ledger: Ledger) -> tuple[int, int, int]:
    """Return how many households, people in them, and people interviewed there are."""
    conn = ledger.db.conn
    houses = conn.execute("SELECT count(*) FROM household WHERE _void IS NULL").fetchone()[0]
    persons = conn.execute("SELECT count(*) FROM person WHERE _void IS NULL AND coalesce(person_status, '1') = '1'").fetchone()[0]
    asked = conn.execute("SELECT count(DISTINCT subject_id) FROM survey_response WHERE subject_kind = 'person' AND _void IS NULL").fetchone()[0]
    return houses, persons, asked
