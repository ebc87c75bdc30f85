"""Typing a record by hand: add a household or a person, change one fact. Promises the same rules as the command line:
E stops, W asks for a reason in place, Q only says that it goes on the to-ask list."""
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QGridLayout, QVBoxLayout, QWidget

from app.models import entry, identity, rules, values
from app.models.dictionary import Field as Term
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Page
from app.ui.pages.portrait import Fact
from app.ui.telling import field_label, told, unit_words
from app.ui.widgets import DigitChips, DigitList, Field, LineInput, Note, Sheet, choices

ADD_FIELDS = {"household": ("household_code", "dwelling_no", "relocation_type", "poverty_status", "household_phone"),
              "person": ("full_name", "relation_to_head", "id_number", "sex", "birth_date", "phone")}
NOT_BY_HAND = ("household_id", "member_since", "move_reason", "person_code", "remark", "person_id", "evidence", "source")
LINE_KINDS = {"date": "date", "integer": "number", "number": "number"}
SPECIAL_LINES = {"id_number": "id", "phone": "phone", "household_phone": "phone"}


def control_for(term: Term, value: Any, compact: bool) -> QWidget:
    """Return what a field is typed or chosen in; compact keeps long code lists in one line with a completer."""
    if term.kind in ("code", "codes"):
        items = dictionary().codes[term.list].offered()
        options = [(item.code, item.label()) for item in items]
        if not (compact and len(options) > 6):
            made = choices(options, term.kind == "codes", term.label())
            made.set_value(value)
            return made
        line = LineInput(term.label(), "text")
        completer = QCompleter([label for _, label in options], line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        line.setCompleter(completer)
        line.setText(values.format(term, value))
        return line
    if term.kind == "yes":
        made = DigitChips([(True, say("是", "Yes")), (False, say("否", "No"))], name=term.label())
        made.set_value(value)
        return made
    kind = SPECIAL_LINES.get(term.name) or LINE_KINDS.get(term.kind, "text")
    line = LineInput(term.label(), kind, unit_words(term.unit) if term.unit else "")
    line.setText("" if value is None else values.format(term, value))
    return line


def value_in(control: QWidget, term: Term) -> Any:
    """Return the value a control holds; Problem when its text cannot be read."""
    if isinstance(control, DigitChips | DigitList):
        found = control.value()
        return found if found not in ([], None) else None
    return values.parse(term, control.text())


class EntrySheet(Sheet):
    """A few fields of one record. `rec` None makes a new one."""

    def __init__(self, page: Page, title: str, type: str, rec: str | None, names: tuple[str, ...], given: Mapping[str, Any],
                 then: Callable[[str], None]) -> None:
        super().__init__(page, title, wide=640)
        self.page, self.type, self.rec, self.given, self.then = page, type, rec, dict(given), then
        self.terms = dictionary().types[type].fields
        self.record = page.ledger.get(rec) if rec else None
        self.seen = page.ledger.seen(rec) if rec else None
        old = self.record.values if self.record else {}
        self.fields: dict[str, Field] = {}
        for name in names:
            term = self.terms[name]
            control = control_for(term, old.get(name, given.get(name)), compact=len(names) > 1)
            self.fields[name] = Field(term.label(), control, label_px=14)
        self.body.addLayout(self._arranged())
        self.reasons: dict[str, LineInput] = {}
        self.asked = QVBoxLayout()
        self.body.addLayout(self.asked)
        self.note = Note()
        self.body.addWidget(self.note)
        back = self.add_button(say("不改了", "Leave it") if rec else say("不加了", "Leave it"), key="Esc")
        back.clicked.connect(self.reject)
        self.save = self.add_button(say("存好", "Save") if rec else say("加上", "Add"), "primary", "Return")
        self.save.clicked.connect(self.submit)
        if "id_number" in self.fields and isinstance(self.fields["id_number"].input, LineInput):
            self.fields["id_number"].input.editingFinished.connect(self._read_number)
        self.fields[names[0]].input.setFocus()

    def _arranged(self) -> QGridLayout:
        """Return the fields two in a row, chips and the ID number across."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        at = 0
        for name, field in self.fields.items():
            across = len(self.fields) == 1 or name == "id_number"
            at += at % 2 if across else 0
            grid.addWidget(field, at // 2, at % 2, 1, 2 if across else 1, Qt.AlignmentFlag.AlignTop)
            at += 2 if across else 1
        return grid

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field, and saves from the last one; Esc leaves."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focus, LineInput) and focus.composing():
                return
            order = [field.input for field in self.fields.values()] + list(self.reasons.values())
            at = next((n for n, one in enumerate(order) if one is focus or one.isAncestorOf(focus)), len(order) - 1)
            if at + 1 < len(order):
                order[at + 1].setFocus()
            else:
                self.submit()
            return
        super().keyPressEvent(event)

    def _read_number(self) -> None:
        """Sex and birth date stand in the ID number: nobody types them twice."""
        try:
            number = identity.check_id_number(self.fields["id_number"].input.text())
        except Problem:
            return
        for name, value in (("sex", number.sex), ("birth_date", number.birth.isoformat())):
            control = self.fields[name].input if name in self.fields else None
            if isinstance(control, LineInput) and not control.text():
                control.setText(values.format(self.terms[name], value))
            elif isinstance(control, DigitChips) and control.value() is None:
                control.set_value(value)

    def _values(self) -> dict[str, Any] | None:
        """Return what is filled in; None when something cannot be read (it is shown beside the field)."""
        found, wrong = dict(self.given), None
        for name, field in self.fields.items():
            field.find("E", "")
            try:
                value = value_in(field.input, self.terms[name])
            except Problem as problem:
                field.find("E", str(problem))
                wrong = wrong or field
                continue
            if value is not None or self.rec:
                found[name] = value
        if wrong is not None:
            wrong.input.setFocus()
            return None
        if found.get("id_number") and self.type == "person" and not (self.record and self.record.values.get("id_type")):
            found["id_type"] = "01"
        return found

    def submit(self) -> None:
        """Write, unless a rule stops it or asks for a reason first."""
        found = self._values()
        if found is None:
            return
        old = self.record.values if self.record else {}
        after = {**old, **found}
        reasons = {rule: line.text().strip() for rule, line in self.reasons.items() if line.text().strip()}
        known = {(f.rule, f.text()) for f in self._check(old, {})} if self.record else set()
        findings = [f for f in self._check(after, reasons) if (f.rule, f.text()) not in known]
        if self._stopped(findings) or self._asked_why(findings, reasons):
            return
        self.save.setEnabled(False)
        rec, type, seen = self.rec, self.type, {name: self.seen[name] for name in found if self.seen and name in self.seen}

        def write(work: Any) -> str:
            done = (entry.change(work.ledger, rec, found, reasons=reasons, seen=seen or None) if rec
                    else entry.add(work.ledger, type, found, reasons=reasons))
            return done.id

        self.page.desk.jobs.write(write, self._written, self._refused)

    def _check(self, after: Mapping[str, Any], reasons: Mapping[str, str]) -> list[Any]:
        return list(rules.check(self.type, after, entry.context(self.page.ledger, self.type, after, self.rec, reasons)))

    def _stopped(self, findings: list[Any]) -> bool:
        """Show what a rule forbids; tell whether there was something."""
        stops = [f for f in findings if f.level == "E"]
        self.note.put("E", "")
        for finding in stops:
            field = next((self.fields[name] for name in finding.fields if name in self.fields), None)
            if field is not None:
                field.find("E", finding.text())
                field.input.setFocus()
            else:
                self.note.put("E", finding.text())
        if any(f.rule == "V1" for f in stops):
            self._ask_reason("V1", say("证件本身有误？写一句原因就能先存。", "Is the document itself wrong? With a reason it can be saved."))
        return bool(stops)

    def _asked_why(self, findings: list[Any], reasons: Mapping[str, str]) -> bool:
        """Open a reason line for each warning that has none; tell whether one was opened."""
        open_ones = [f for f in findings if f.level == "W" and not reasons.get(f.rule)]
        for finding in open_ones:
            self._ask_reason(finding.rule, finding.text())
        if open_ones:
            self.reasons[open_ones[0].rule].setFocus()
        return bool(open_ones)

    def _ask_reason(self, rule: str, words: str) -> None:
        if rule not in self.reasons:
            self.reasons[rule] = LineInput(say("原因", "Reason"))
            self.reasons[rule].setPlaceholderText(say("写一句原因", "One sentence why"))
            field = Field(say("原因", "Reason"), self.reasons[rule])
            field.find("W", words)
            self.asked.addWidget(field)

    def _written(self, rec: str) -> None:
        self.accept()
        self.then(rec)
        self.page.desk.toast(self._told(), undo=True)

    def _told(self) -> str:
        if not self.rec:
            return say("已加上，缺的放进“要补问”", "Added; what is missing is on the to-ask list")
        name, field = next(iter(self.fields.items()))
        term = self.terms[name]
        value = told(term, value_in(field.input, term), self.page.ledger)
        return say(f"{term.label()}已改为 {value}" if value else f"{term.label()}已清空",
                   f"{term.label()} changed to {value}" if value else f"{term.label()} cleared")

    def _refused(self, problem: Problem) -> None:
        self.save.setEnabled(True)
        self.note.put("E", str(problem))


def add_record(page: Page, type: str, given: Mapping[str, Any], then: Callable[[str], None]) -> None:
    """Ask for the least of a new record and write it; `then(rec)` afterwards."""
    title = say("加一户", "Add a household") if type == "household" else say("加一个人", "Add a person")
    start = dict(given)
    if type == "person" and not page.ledger.rows("person", {"household_id": given["household_id"]}, limit=1):
        start["relation_to_head"] = "02"
    EntrySheet(page, title, type, None, ADD_FIELDS[type], start, then).exec()


def edit_fact(page: Page, fact: Fact) -> None:
    """Ask for the new value of one fact and write it."""
    name = page.person.name if getattr(page, "person", None) else ""
    title = say(f"改{name}的“{fact.label}”", f"Change {fact.label} of {name}")
    EntrySheet(page, title, fact.type, fact.rec, (fact.field,), {}, lambda _: None).exec()


class ChooseFact(Sheet):
    """Which fact: two digits or a few letters."""

    def __init__(self, page: Page, facts: list[Fact]) -> None:
        super().__init__(page, say("改哪一项？", "Change what?"), wide=560)
        self.facts, self.chosen = facts, None
        self.list = DigitList([(at, f"{fact.label}：{fact.value}" if fact.value else fact.label) for at, fact in enumerate(facts)],
                              name=say("改哪一项", "Which fact"))
        self.list.setMinimumHeight(theme.px(380))
        self.list.chosen.connect(self._take)
        self.body.addWidget(self.list)
        back = self.add_button(say("不改了", "Leave it"), key="Esc")
        back.clicked.connect(self.reject)
        self.list.setFocus()

    def _take(self, at: int) -> None:
        self.chosen = self.facts[at]
        self.accept()


def facts_of(page: Page, person: str) -> list[Fact]:
    """Return what can be changed by hand of a person and of the current work spell, filled facts first."""
    from app.models.spells import current

    spell = current(page.ledger, person)
    record = page.ledger.get(person)
    facts = []
    for type, rec, held in (("person", person, record.values if record else {}),
                            ("placement", spell.id if spell else "", spell.values if spell else {})):
        for term in dictionary().types[type].stored() if rec else ():
            if term.off or term.name in NOT_BY_HAND or term.kind in ("ref", "refs", "json"):
                continue
            facts.append(Fact(field_label(type, term.name), told(term, held.get(term.name), page.ledger), rec, type, term.name))
    return sorted(facts, key=lambda fact: not fact.value)


def choose_fact(page: Page, person: str) -> None:
    """Ask which fact of a person to change, then its new value."""
    question = ChooseFact(page, facts_of(page, person))
    if question.exec() and question.chosen is not None:
        edit_fact(page, question.chosen)
