"""Calls: who is to be called after beginning work, the longest due first. Two taps: Enter (reached), 1 (nothing has changed)."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.assistance import follow_ups
from app.assistance.stays import Stay
from app.models import access
from app.models.dictionary import dictionary
from app.models.language import counted, say
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.batches_parts import MaskedPhone
from app.ui.pages.batches_reading import CallLine, Calls, Stayed, calls, stayed
from app.ui.pages.batches_sheets import LeftSheet, TroubleSheet
from app.ui.pages.sides import Side, SidedPage
from app.ui.telling import near
from app.ui.widgets import (
    Cell,
    Column,
    DigitChips,
    EmptyState,
    FactRow,
    Panel,
    Rows,
    Table,
    Tag,
    Words,
    clear,
    row,
)

SAME, TROUBLE, LEFT, SILENT = "same", "trouble", "left", "silent"
ASIDE, STAYS_HIGH, MONTHS = 336, 176, (1, 3, 6)


class CallsSide(Side):
    """The list at the left with how it went below; whom to call at the right."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page)
        self.shown, self.went, self.by = Calls(""), Stayed(), "employer"
        self.rows = Rows([Column("")] * 5)
        self.table = Table(self.rows, "", 52)
        self.table.moved.connect(lambda _: self._show())
        self.table.opened.connect(lambda _: self.chips.setFocus())
        self.none = EmptyState("check", "", "")
        listed = Panel(padding=1)
        listed.body.addWidget(self.table)
        listed.body.addWidget(self.none)
        self.stay_rows = Rows([Column("")] * 7)
        self.stay_table = Table(self.stay_rows, "", 34)
        self.stay_table.opened.connect(self._stayers)
        self.stay_title, self.stay_words = Words("", 15, bold=True), Words("", 13, "2")
        self.stayed = Panel(padding=1)
        head = row(self.stay_title, self.stay_words, None, gap=10)
        head.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(4))
        self.stayed.body.addLayout(head)
        self.stayed.body.addWidget(self.stay_table)
        self.stayed.setFixedHeight(theme.px(STAYS_HIGH))
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(listed, 1)
        left.addWidget(self.stayed)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        whole.addLayout(left, 1)
        whole.addWidget(self._aside())

    def _aside(self) -> QWidget:
        self.name, self.tag = Words("", 18, bold=True), Tag("", "clock")
        self.phone_word, self.phone = Words("", 13, "2"), MaskedPhone()
        self.phone.shown.connect(self._looked)
        self.facts_box = QVBoxLayout()
        self.facts_box.setSpacing(theme.px(4))
        self.chips = DigitChips([(SAME, ""), (TROUBLE, ""), (LEFT, ""), (SILENT, "")])
        self.chips.chosen.connect(lambda _: self.answer(str(self.chips.value())))
        self.chip_words = Words("", 15, bold=True)
        aside = Panel(padding=16)
        aside.setFixedWidth(theme.px(ASIDE))
        aside.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        aside.body.addLayout(row(self.name, None, self.tag, gap=8))
        aside.body.addLayout(row(self.phone_word, self.phone, None, gap=8))
        aside.body.addLayout(self.facts_box)
        aside.body.addStretch(1)
        aside.body.addWidget(self.chip_words)
        aside.body.addWidget(self.chips)
        self.aside = aside
        return aside

    # -- what the side says

    def word(self) -> str:
        """Return the words of the tab."""
        return say("回访", "Follow-ups")

    def facts(self) -> str:
        """Return how many calls are due."""
        late = sum(1 for one in self.shown.lines if one.call.overdue(self.shown.on) >= 7)
        return say(f"到今天该回访 {len(self.shown.lines)} 人，其中 {late} 人已过 7 天以上；一次回访抵掉之前错过的各次",
                   f"{len(self.shown.lines)} calls are due today, {late} of them for 7 days or more; one call answers all that were missed")

    def next(self) -> Next:
        """Return whom to call now."""
        one = self.chosen()
        if one is None:
            return Next(say("今天没有该回访的人。", "Nobody is to be called today."))
        if one.call.tries >= 3:
            return Next(say(f"{one.face.name} {one.call.tries} 次没联系上。问问家里人，或到单位看看。",
                            f"{one.face.name} could not be reached {one.call.tries} times. Ask the family, or go to the workplace."), level="W")
        return Next(say(f"打给{one.face.name}，问问还在不在岗、工资发了没有。打通了按 Enter，没变化按 1。",
                        f"Call {one.face.name}: still at work, wage paid? Reached: Enter; nothing has changed: 1."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        none = "" if self.chosen() is not None else say("没有该回访的人", "Nobody is to be called")
        by = say("按机构看", "By agency") if self.by == "employer" else say("按单位看", "By employer")
        return [Action(by, self._swap, "Ctrl+G"), Action(say("看这个人", "Open the person"), self._person, "Ctrl+O", icon="person", why_not=none),
                Action(say("问整张表", "Whole form"), self._form, "F5", icon="interview", why_not=none),
                Action(say("回到名单", "Back to the list"), self.ready, "Esc", place="hidden"),
                Action(say("打通了", "Reached"), self.chips.setFocus, "Return", "primary", icon="phone", why_not=none)]

    def hints(self) -> list[tuple[str, str]]:
        """Return the two taps."""
        return [("Enter 1", say("没变化", "no change"))]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.table.setAccessibleName(say("该回访的人", "Who is to be called"))
        self.stay_table.setAccessibleName(say("留得住吗", "Who stays"))
        self.rows.columns = [Column(say("姓名", "Name"), 148), Column(say("单位和岗位", "Employer and post"), 0), Column(say("上岗", "Began"), 92),
                             Column(say("该回访", "Due"), 150), Column(say("联系", "Tried"), 116)]
        self.table.fit(self.rows.columns)
        self.none.what.setText(say("没有该回访的人", "Nobody is to be called"))
        self.none.do.setText(say("上岗满 7 天、30 天和 1、3、6、12 个月，会列在这里。",
                                 "Who began 7 or 30 days or 1, 3, 6, 12 months ago comes here."))
        self.chip_words.setText(say("怎么样了？", "How is it?"))
        self.phone_word.setText(say("电话", "Phone"))
        self.phone.retitle()
        self.chips.relabel([say("没变化", "No change"), say("在岗，有困难", "Has trouble"), say("离岗了", "Has left"), say("没联系上",
            "Not reached")])
        self._put_stays()

    # -- showing

    def read(self) -> None:
        """Read the calls."""
        self.ask(lambda work: calls(work.ledger), self._put)
        self.ask(lambda work: stayed(work.ledger), self._put_gone, slot="stayed")  # looks through more people: it comes after the calls

    def ready(self) -> None:
        """Take the cursor."""
        self.table.setFocus()

    def chosen(self) -> CallLine | None:
        """Return the call that is chosen."""
        at = self.table.currentIndex().row()
        return self.shown.lines[at] if 0 <= at < len(self.shown.lines) else None

    def _put(self, found: Calls) -> None:
        kept = self.wanted or (self.chosen().call.person if self.chosen() else "")
        self.wanted = ""
        at_before = max(0, self.table.currentIndex().row())
        self.shown, self.count = found, len(found.lines)
        self.rows.put([self._cells(one) for one in found.lines])
        self.table.setVisible(bool(found.lines))
        self.none.setVisible(not found.lines)
        if found.lines:
            people = [one.call.person for one in found.lines]
            self.table.choose(people.index(kept) if kept in people else min(at_before, len(people) - 1))
        if self.chips.hasFocus() or self.chips.isAncestorOf(self.window().focusWidget()):
            self.table.setFocus()
        self._show()
        self.page.renumber()

    def _cells(self, one: CallLine) -> list[Cell]:
        late = one.call.overdue(self.shown.on)
        since = say(f"{one.call.due[5:]} 起，过了 {late} 天" if late else "就是今天",
                    f"since {one.call.due[5:]}, {counted(late, 'day')}" if late else "today")
        tried = say(f"{one.call.tries} 次没联系上", f"{one.call.tries} × not reached") if one.call.tries else ""
        last = say(f"上次 {near(one.call.heard)}", f"last {near(one.call.heard)}") if one.call.heard else say("还没回访过", "not yet called")
        return [Cell(one.face.name, one.face.door, bold=True), Cell(one.employer or say("单位没填", "employer not said"), one.title),
                Cell(one.start), Cell(follow_ups.mark_words(one.call.mark), since, ink="warn" if late >= 7 else "ink"),
                Cell(tried or last, last if tried else "", ink="warn" if one.call.tries >= 3 else "ink2")]

    def _put_gone(self, found: Stayed) -> None:
        self.went = found
        self._put_stays()

    def _put_stays(self) -> None:
        some = self.went.by.get(self.by, [])
        by = say("用人单位", "Employer") if self.by == "employer" else say("带队机构", "Agency")
        kept = [Column(say(f"满 {n} 个月还在", f"Stayed {n} mo."), 118, right=True) for n in MONTHS]
        self.stay_rows.columns = [Column(by, 0), Column(say("上岗", "Began"), 70, right=True), Column(say("早离", "Left early"), 86, right=True),
                                  Column(say("返乡", "Came home"), 92, right=True), *kept]
        self.stay_rows.put([[Cell(one.name or say("没填", "not said")), Cell(str(len(one.begun)), right=True),
                             Cell(str(len(one.early)), right=True, ink="warn" if one.early else "ink2"), Cell(str(len(one.home)), right=True),
                             *(Cell(f"{stayed} / {told}" if told else "—", right=True, ink="ink" if told else "ink3")
                               for stayed, told in (one.kept[n] for n in MONTHS))] for one in some])
        self.stay_table.fit(self.stay_rows.columns)
        self.stayed.setVisible(bool(some))
        self.stay_title.setText(say("留得住吗", "Who stays"))
        self.stay_words.setText(say(f"帮扶上岗的人；早离：上岗 {self.went.early_days} 天内离岗",
                                    f"of those brought into work; early: within {counted(self.went.early_days, 'day')}"))

    def _show(self) -> None:
        one = self.chosen()
        self.aside.setVisible(one is not None)
        clear(self.facts_box)
        self.chips.set_value(None)
        if one is not None:
            self.name.setText(one.face.name)
            self.tag.put(follow_ups.mark_words(one.call.mark), "clock")
            self.phone.put(one.face.phone)
            wage = say(f"{one.wage} 元", f"{one.wage} yuan") if one.wage else say("没填", "not said")
            for label, value in ((say("单位", "Employer"), one.employer), (say("岗位", "Post"), one.title), (say("上岗", "Began"), one.start),
                                 (say("月薪", "Wage"), wage), (say("门牌", "Door"), one.face.door)):
                if value:
                    self.facts_box.addWidget(FactRow(label, value, 72))
            for heard in one.heard[-3:]:
                self.facts_box.addWidget(FactRow(near(heard.on), self._heard(heard), 72, ink="" if heard.reached else "ink2"))
        self.page.refresh()

    @staticmethod
    def _heard(one: follow_ups.Heard) -> str:
        if not one.reached:
            return say("没联系上", "not reached")
        problems = [dictionary().codes["follow_problem"].label(code) for code in one.problems if code != "0"]
        return say("在岗", "at work") + (f"：{say('、', ', ').join(problems)}" if problems else "") if one.still else say("已离岗", "had left")

    # -- deeds

    def answer(self, what: str) -> None:
        """Write what was heard of the person who is chosen."""
        one = self.chosen()
        if one is None:
            return
        person, spell, name = one.call.person, one.call.spell, one.face.name
        if what == SAME:
            self.do(lambda work: follow_ups.no_change(work.ledger, person, spell=spell), say(f"{name}：没变化，记好了",
                                                                                             f"{name}: no change, written"))
        elif what == SILENT:
            self.do(lambda work: follow_ups.not_reached(work.ledger, person, spell=spell),
                    say(f"{name}没联系上，还列在这里", f"{name} was not reached and stays on the list"))
        else:
            sheet = TroubleSheet(self.page, name) if what == TROUBLE else LeftSheet(self.page, name, one.start)
            if sheet.exec():
                deed = sheet.deed(person, spell)
                self.do(lambda work: deed(work.ledger), say(f"{name}：记好了", f"{name}: written"))
        self.chips.set_value(None)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _swap(self) -> None:
        self.by = "agency" if self.by == "employer" else "employer"
        self._put_stays()
        self.page.refresh()

    def _stayers(self, at: int) -> None:
        """Open the people behind a line of "who stays": those who left early first, each with how it went."""
        some = self.went.by.get(self.by, [])
        if not 0 <= at < len(some):
            return
        line, name = some[at], some[at].name or say("没填单位", "not said")
        order = sorted(line.begun, key=lambda one: (not one.early, not one.ended, one.begun))
        told = {one.person: _went(one) for one in reversed(order)}
        self.desk.go("dispatch_people", words=(f"{name}：帮扶上岗的人", f"{name}: brought into work"), area=self.ledger.me.area, on=self.went.on,
                     since="", these=[("person", rec) for rec in dict.fromkeys(one.person for one in order)], told=told, back="batches")

    def _person(self) -> None:
        if (one := self.chosen()) is not None:
            self.desk.go("people", person=one.call.person)

    def _form(self) -> None:
        """Ask the whole follow-up: wage, months, contract, or what came after."""
        if (one := self.chosen()) is not None:
            self.desk.go("interview", form="follow_up", person=one.call.person)

    def _looked(self) -> None:
        if (one := self.chosen()) is not None:
            person, why = one.call.person, say("打电话回访", "Calling for a follow-up")
            self.desk.jobs.write(lambda work: access.note_view(work.ledger, person, why), None, self.desk.trouble)


def _went(one: Stay) -> str:
    """Return how it went with somebody, in words."""
    if not one.ended:
        return say(f"{one.begun} 上岗，还在", f"since {one.begun}, still there")
    how = "，".join(filter(None, (say("早离", "left early") if one.early else "", say("返乡", "came home") if one.home else "")))
    return say(f"{one.begun} 上岗，{one.ended} 离岗", f"{one.begun} to {one.ended}") + (f"（{how}）" if how else "")
