"""DeedSheet: some fields of a record that a deed of the assistance writes. Promises that what the deed refuses stands in the sheet, in words.

Places, sites and agencies are typed by their names, offered while one types; an agency that nobody has entered yet is entered with the deed.
"""
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QGridLayout

from app.models import employers, places
from app.models.dictionary import Field as Term
from app.models.dictionary import dictionary
from app.models.employers import AGENCY
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from app.ui import theme
from app.ui.page import Page
from app.ui.pages.entry import EntrySheet, value_in
from app.ui.widgets import DigitChips, KeyButton, LineInput


class DeedSheet(EntrySheet):
    """The fields of a type, typed in; places by their names. `deed(ledger, values)` writes and returns the record's id; `done(id)` afterwards."""

    def __init__(self, page: Page, title: str, type: str, names: tuple[str, ...], given: Mapping[str, Any],
                 deed: Callable[[Ledger, dict[str, Any]], str], done: Callable[[str], None], *, rec: str | None = None, words: str = "") -> None:
        self._deed, self._done = deed, done
        self._named: dict[str, dict[str, str]] = {}
        self._made: list[Write] = []  # the agency that is entered with the deed
        super().__init__(page, title, type, rec, names, given, lambda _: None)
        self.save.reword(say("记下", "Write it"))
        leave = self.buttons.itemAt(1).widget()
        if isinstance(leave, KeyButton):
            leave.reword(say("算了", "Leave it"))
        self._offer_names()
        for name, hint in (("depart_at", "2026-11-28 08:00"), ("to_area_id", say("写地名，如 广东省佛山市", "A place: 广东省佛山市"))):
            if name in self.fields and isinstance(line := self.fields[name].input, LineInput):
                line.setPlaceholderText(hint)
        if words:
            self.words.setText(words)
            self.words.setVisible(True)

    def _offer_names(self) -> None:
        """Show the names of what fields refer to, and offer those there are."""
        for name, field in self.fields.items():
            term, line = self.terms[name], field.input
            if term.kind != "ref" or term.list in ("", "area") or not isinstance(line, LineInput):
                continue
            label = dictionary().types[term.list].label_field
            known = {str(values[label]): rec for rec, values in self.page.ledger.rows(term.list) if values.get(label)}
            self._named[name] = known
            completer = QCompleter(sorted(known), line)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
            line.setText(next((label for label, rec in known.items() if rec == line.text()), ""))

    def _ref_of(self, text: str, term: Term) -> str:
        """Return the record of a name; an agency's where there is none yet."""
        known = self._named.get(term.name, {})
        if text in known:
            return known[text]
        if term.list == AGENCY:
            rec, self._made = employers.named(self.page.ledger, {"name": text}, AGENCY)
            return rec
        raise Problem("deed.name", f"没有叫“{text}”的{term.zh}。打几个字，从列出来的里面选。",
                      f'There is no {term.en} "{text}". Type a few letters and take one that is offered.')

    def _arranged(self) -> QGridLayout:
        """Return the fields two in a row; chips of more than three choices take a row, so that the sheet is not higher than the window."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        at = 0
        for name, field in self.fields.items():
            across = isinstance(field.input, DigitChips) and self.terms[name].kind in ("code", "codes")
            at += at % 2 if across else 0
            grid.addWidget(field, at // 2, at % 2, 1, 2 if across else 1, Qt.AlignmentFlag.AlignTop)
            at += 2 if across else 1
        return grid

    def _values(self) -> dict[str, Any] | None:
        found, self._made = dict(self.given), []
        for name, field in self.fields.items():
            field.find("E", "")
            try:
                value = self._value_of(field.input, self.terms[name])
            except Problem as problem:
                field.find("E", str(problem))
                field.input.setFocus()
                return None
            if value is not None or self.rec:
                found[name] = value
        return found

    def _value_of(self, control: Any, term: Term) -> Any:
        text = control.text().strip() if hasattr(control, "text") else ""
        if term.kind == "ref" and term.list == "area" and text:
            return places.read(text, places.prefix(self.page.ledger.me.area)[:2], self.page.ledger)
        if term.name in self._named:
            return self._ref_of(text, term) if text else None
        return value_in(control, term)

    def submit(self) -> None:
        """Write by the deed."""
        found = self._values()
        if found is None:
            return
        self.save.setEnabled(False)
        made = self._made

        def go(work: Any) -> str:
            if made:
                work.ledger.write(made, source="screen")
            return self._deed(work.ledger, found)
        self.page.desk.jobs.write(go, self._was_done, self._refused)

    def _was_done(self, rec: str) -> None:
        self.accept()
        self._done(rec)
