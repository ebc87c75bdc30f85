"""StartView: what was begun and not finished, and whom to ask next. Promises that a killed interview is one Enter away."""
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.forms.contract import Draft, drafts, offered, title_of
from app.models import clock, search
from app.models.dictionary import dictionary
from app.models.identity import age_on
from app.models.language import counted, say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.page import Action, Desk, Next
from app.ui.pages.interview_work import Place, meant, places_of_work
from app.ui.pages.people_rows import from_hit
from app.ui.telling import near
from app.ui.widgets import Cell, Column, DigitChips, EmptyState, Rows, SearchBox, Table, Words, ask, hair, panel_of
from app.ui.widgets.chips import MOST_CHIPS

MOST_HITS = 60


def how_words(how: str) -> str:
    """Return by what somebody was found."""
    return {"name": say("姓名", "name"), "pinyin": say("首字母", "initials"), "id": say("证件尾号", "ID ending"),
            "phone": say("电话尾号", "phone ending"), "household": say("户编号", "household"),
            "dwelling": say("门牌", "door")}.get(how, how)


HEAD = "02"
WORK = ("employer", "post", "agency")


def who(ledger: Ledger, rec: str) -> str:
    """Return the name of a person, employer or post, or of a household's head and its code; "" where the record is not here."""
    record = ledger.get(rec)
    if record is None:
        return ""
    if record.type != "household":
        return str(record.values.get(dictionary().types[record.type].label_field) or "")
    code = str(record.values.get("household_code") or "")
    head = next((values.get("full_name") for _, values in
                 ledger.rows("person", {"household_id": rec, "relation_to_head": HEAD}, limit=1)), None)
    return say(f"{head} 家", f"Household of {head}") if head else say(f"户 {code}", f"Household {code}")


def everybody(ledger: Ledger) -> list[search.Hit]:
    """Return the first people in the order of their households, for a search box that is still empty."""
    rows = ledger.db.conn.execute(
        "SELECT p.id, p.household_id, p.full_name, p.sex, p.birth_date, h.dwelling_no FROM person p JOIN household h ON h.id = p.household_id"
        " WHERE p._void IS NULL AND h._void IS NULL ORDER BY h.household_code, p.relation_to_head LIMIT ?", (MOST_HITS,))
    found = []
    for person, household, name, sex, birth, door in rows:
        age = age_on(date.fromisoformat(birth), clock.today()) if birth and len(birth) == 10 else None
        found.append(search.Hit(person, household, name or "", sex, age, door, "household"))
    return found


class StartView(QWidget):
    """Two lists: drafts at the left, people at the right, or employers and posts where the form is about those.

    Signals: `resumed(draft id)`, `started(form, type, record id)`; both "" for an employer that is new.
    """

    resumed = Signal(str)
    started = Signal(str, str, str)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.drafts: list[Draft] = []
        self.hits: list[search.Hit] | list[Place] = []
        self.form, self.wanted = "person_interview", ""
        self._whole = QHBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(theme.px(12))
        self._parts: list[QWidget] = []

    def retitle(self) -> None:
        """Build both panels in the language in use."""
        typed = self.box.words() if self._parts else ""
        for part in self._parts:
            self._whole.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = [self._draft_panel(), self._people_panel()]
        self._whole.addWidget(self._parts[0], 4)
        self._whole.addWidget(self._parts[1], 6)
        self.box.setText(typed)
        self.read()

    def _draft_panel(self) -> QWidget:
        self.left_title = Words(say("没填完的", "Not finished"), 15, bold=True)
        self.draft_rows = Rows([Column(say("谁", "Who")), Column(say("到哪了", "How far"), 84, True), Column(say("上次", "Last"), 112)])
        self.draft_table = Table(self.draft_rows, say("没填完的调查", "Interviews not finished"), 52)
        self.draft_table.opened.connect(lambda at: self.resumed.emit(self.drafts[at].id))
        self.draft_table.moved.connect(lambda _: self.changed.emit())
        self.no_drafts = EmptyState("check", say("没有没填完的", "Nothing is left open"),
                                    say("中途停下的调查会在这里，一题都不会少。", "Interviews you pause stand here, with every answer."))
        panel, inside = panel_of(self.left_title, self.draft_table, self.no_drafts, padding=14)
        inside.setStretch(1, 1)
        inside.setStretch(2, 1)
        return panel

    def _people_panel(self) -> QWidget:
        title = Words(say("问谁", "Whom to ask"), 15, bold=True)
        self.forms, self.offers = DigitChips([]), []
        self.forms_place = QVBoxLayout()
        self.forms_place.addWidget(self.forms)
        self.box = SearchBox()
        self.hit_rows = Rows([Column("", 0)] * 4)
        self.hit_table = Table(self.hit_rows, say("找到的人", "People found"), 40)
        self.box.typed.connect(self._typed)
        self.box.down.connect(lambda: self.hit_table.setFocus(Qt.FocusReason.TabFocusReason))
        self.box.opened.connect(lambda: self._start(max(0, self.hit_table.currentIndex().row())))
        self.hit_table.opened.connect(self._start)
        self.nobody = EmptyState("people", "", "")
        panel, inside = panel_of(title, self.forms_place, self.box, hair(), self.hit_table, self.nobody, padding=14)
        inside.setStretch(4, 1)
        inside.setStretch(5, 1)
        inside.setSpacing(theme.px(6))
        return panel

    # -- reading

    def read(self) -> None:
        """Read forms, drafts and people anew."""
        self.read_forms()
        self.drafts = drafts(self.desk.ledger)
        self.draft_rows.put([self._draft_row(one) for one in self.drafts])
        self.draft_table.setVisible(bool(self.drafts))
        self.no_drafts.setVisible(not self.drafts)
        if self.drafts:
            self.draft_table.choose(0)
        self._search(self.box.words())

    def read_forms(self) -> None:
        """Show the forms there are now; the cursor, and what is being typed, stay as they are."""
        offers = offered(self.desk.ledger)[:MOST_CHIPS]
        if offers == self.offers:
            return
        self.offers = offers
        if self.form not in [one.id for one in offers]:
            self.form = offers[0].id
        old, self.forms = self.forms, DigitChips([(one.id, one.title()) for one in offers], name=say("哪一份调查", "Which form"))
        self.forms.set_value(self.form)
        self.forms.chosen.connect(self._form)
        held = old.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.forms_place.replaceWidget(old, self.forms)
        old.hide()
        old.deleteLater()
        if held:
            self.forms.setFocus()

    def _draft_row(self, one: Draft) -> list[Cell]:
        return [Cell(self.name_of(one), title_of(self.desk.ledger, one.form), bold=True), Cell(f"{one.answered} / {one.total}", right=True),
                Cell(near(one.updated))]

    def name_of(self, one: Draft) -> str:
        """Return whom a draft is about."""
        name = who(self.desk.ledger, one.subject[1]) if one.subject else ""
        if not one.subject and any(offer.id == one.form and offer.about in WORK for offer in self.offers):
            name = say("新的机构", "A new agency") if one.form == "agency" else say("新的单位", "A new employer")
        return name or one.title or say("还没写姓名", "No name yet")

    def _about(self) -> str:
        """Return what the chosen form is about: employer, post, agency, or "" for people and households."""
        found = next((one.about for one in self.offers if one.id == self.form), "")
        return found if found in WORK else ""

    def _name_list(self) -> None:
        """Say what can be looked for, and what stands in the columns."""
        if self._about() == "agency":
            self.box.setAccessibleName(say("找机构", "Find an agency"))
            self.box.setPlaceholderText(say("机构名称", "Agency"))
            self._name_columns([Column(say("人力资源机构", "Labour agencies"), 0), Column(say("许可证", "Licence"), 176),
                                Column(say("在哪里", "Where"), 112), Column(say("带队", "Led"), 110)])
            return
        if self._about():
            self.box.setAccessibleName(say("找单位", "Find an employer"))
            self.box.setPlaceholderText(say("单位 岗位", "Employer, post"))
            self._name_columns([Column(say("单位和岗位", "Employers and posts"), 0), Column(say("做什么", "What for"), 216),
                                Column(say("在哪里", "Where"), 112), Column(say("情况", "State"), 96)])
            return
        self.box.setAccessibleName(say("找人", "Find a person"))
        self.box.setPlaceholderText(say("姓名 首字母 证件尾号 门牌", "Name, initials, ID ending, door"))
        self._name_columns([Column(say("姓名", "Name"), 150), Column(say("性别 年龄", "Sex, age"), 110), Column(say("门牌", "Door"), 0),
                            Column(say("怎么找到的", "Found by"), 120)])

    def _name_columns(self, columns: list[Column]) -> None:
        self.hit_rows.columns = columns
        self.hit_table.fit(columns)
        self.hit_table.setAccessibleName(columns[0].title)

    def _typed(self, words: str) -> None:
        if words:
            self.wanted = ""  # now somebody else is looked for
        self._search(words)

    def _search(self, words: str) -> None:
        self._name_list()
        if about := self._about():
            self.desk.jobs.read(lambda work: places_of_work(work.ledger, words, about), self._found, slot="interview-search")
            return
        self.desk.jobs.read(lambda work: search.find(work.ledger, words.strip(), limit=MOST_HITS) if words.strip()
                            else everybody(work.ledger),
                            self._found, slot="interview-search")

    def _found(self, hits: list[search.Hit] | list[Place]) -> None:
        self.hits = hits
        self.hit_rows.put([self._hit_row(one) for one in hits])
        if hits:
            self.hit_table.choose(meant([one for one in hits if isinstance(one, Place)], self.box.words(), self.wanted))
        self.nobody.setVisible(not hits)
        self.hit_table.setVisible(bool(hits))
        what, do = self._nobody()
        self.nobody.what.setText(what)
        self.nobody.do.setText(do)
        self.changed.emit()

    def _hit_row(self, one: search.Hit | Place) -> list[Cell]:
        if isinstance(one, Place):
            return [Cell(one.name if one.kind != "post" else f"　{one.name}", bold=one.kind != "post"), Cell(one.what, ink="ink2"),
                    Cell(one.where), Cell(one.state)]
        return [Cell(one.name, bold=True), Cell(from_hit(one, "").line), Cell(one.dwelling or ""),
                Cell(how_words(one.how) if self.box.words() else "", ink="ink2")]

    def _nobody(self) -> tuple[str, str]:
        """Return what is said where nobody is listed, and what to do."""
        if self.box.words():
            return (say("没有找到", "Nothing found") if self._about() else say("没有找到这个人", "Nobody found"),
                    say("换几个字、首字母或尾号试试。", "Try other letters, initials or the end of a number."))
        if self._about():
            return say("还没有单位", "No employers yet"), say("先选“企业问卷”，登记第一家。", "Choose the employer visit and enter the first.")
        return (say("这里还没有人", "No one here yet"),
                say("先到“人员”里把名册导进来，或者加第一户。", "Bring in a roster in People, or add the first household there."))

    def _form(self, form: object) -> None:
        before = self._about()
        self.form = str(form)
        if self._about() != before:
            self._search(self.box.words())
        self.changed.emit()

    def choose(self, form: str, about: str = "") -> None:
        """Take a form, and the line of a record where it is named; the cursor goes to the list."""
        self.wanted = about
        self.read_forms()
        self.forms.set_value(form)
        self.form = form
        self.box.clear()
        self._search("")
        self.hit_table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _start(self, at: int) -> None:
        if 0 <= at < len(self.hits):
            hit = self.hits[at]
            if isinstance(hit, Place):
                self.started.emit(self.form, hit.kind, hit.rec)
                return
            households = next((one.about == "household" for one in self.offers if one.id == self.form), False)
            if hit.household and (households or hit.person is None):
                self.started.emit(self.form if households else "household", "household", hit.household)
            elif hit.person:
                self.started.emit("person_interview" if households else self.form, "person", hit.person)

    # -- what the page says

    def focus(self) -> None:
        """Take the cursor: the drafts if there are any, else the search box."""
        (self.draft_table if self.drafts else self.box).setFocus(Qt.FocusReason.OtherFocusReason)

    def next(self) -> Next:
        """Return what comes next."""
        if self.drafts:
            one = self.drafts[max(0, self.draft_table.currentIndex().row())]
            return Next(say(f"{self.name_of(one)}的{title_of(self.desk.ledger, one.form)}停在第 {one.answered + 1} 题，可以接着填。",
                            f"{self.name_of(one)}: {title_of(self.desk.ledger, one.form)} stopped after"
                            f" {counted(one.answered, 'answer')}; you can go on."))
        if self._about():
            return Next(say("选一家，或者新的一家，开始问。", "Choose one, or a new one, and begin."))
        return Next(say("选一个人，开始问。", "Choose a person and begin."))

    def actions(self) -> list[Action]:
        """Return going on with a draft, throwing one away, beginning."""
        if not self.drafts:
            return [Action(say("开始问", "Begin"), lambda: self._start(max(0, self.hit_table.currentIndex().row())), "F5", "primary",
                           why_not="" if self.hits else say("先找到要问的人", "Find the person first"))]
        return [Action(say("不要了…", "Throw away…"), self._discard, "", "danger"),
                Action(say("开始问选中的", "Begin with the chosen") if self._about() else say("开始问选中的人", "Begin with the chosen person"),
                       lambda: self._start(max(0, self.hit_table.currentIndex().row())),
                       why_not="" if self.hits else say("先找到要问的人", "Find the person first")),
                Action(say("接着填", "Continue"), self._resume, "F5", "primary")]

    def _resume(self) -> None:
        self.resumed.emit(self.drafts[max(0, self.draft_table.currentIndex().row())].id)

    def _discard(self) -> None:
        from app.forms.contract import Interview
        one = self.drafts[max(0, self.draft_table.currentIndex().row())]
        if ask(self, say(f"{self.name_of(one)}的这份不要了？", f"Throw away this interview of {self.name_of(one)}?"),
               say(f"已经答的 {one.answered} 题会丢掉，人员资料不变。", f"Its {counted(one.answered, 'answer')} go; the person's data stay."),
               say("不要了", "Throw away"), say("留着", "Keep"), danger=True):
            Interview.reopen(self.desk.ledger, one.id).discard()
            self.read()
            self.desk.toast(say("这份没填完的调查已经丢掉", "The unfinished interview was thrown away"))
