"""DeedSheet: some fields of a record that a deed of the assistance writes. Promises that what the deed refuses stands in the sheet, in words."""
from collections.abc import Callable, Mapping
from typing import Any

from app.models import places, values
from app.models.dictionary import Field as Term
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.ui.page import Page
from app.ui.pages.entry import EntrySheet


class DeedSheet(EntrySheet):
    """The fields of a type, typed in; places by their names. `deed(ledger, values)` writes and returns the record's id; `done(id)` afterwards."""

    def __init__(self, page: Page, title: str, type: str, names: tuple[str, ...], given: Mapping[str, Any],
                 deed: Callable[[Ledger, dict[str, Any]], str], done: Callable[[str], None], *, rec: str | None = None, words: str = "") -> None:
        self._deed, self._done = deed, done
        super().__init__(page, title, type, rec, names, given, lambda _: None)
        if words:
            self.words.setText(words)
            self.words.setVisible(True)

    def _values(self) -> dict[str, Any] | None:
        found = dict(self.given)
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
        from app.ui.pages.entry import value_in

        text = control.text().strip() if hasattr(control, "text") else ""
        if term.kind == "ref" and term.list == "area" and text:
            return places.read(text, places.prefix(self.page.ledger.me.area)[:2], self.page.ledger)
        return value_in(control, term)

    def submit(self) -> None:
        """Write by the deed."""
        found = self._values()
        if found is None:
            return
        self.save.setEnabled(False)
        self.page.desk.jobs.write(lambda work: self._deed(work.ledger, found), self._was_done, self._refused)

    def _was_done(self, rec: str) -> None:
        self.accept()
        self._done(rec)


def shown(term: Term, value: Any) -> str:
    """Return a value as it is typed."""
    return "" if value is None else values.format(term, value)
