"""Choices: the answers that another office's table offers, in drop-downs or in its heads. Promises to choose one only where it means
what the ledger says."""
import json
from typing import TYPE_CHECKING, Any

from app.books import options as offered
from app.books.asked import Question
from app.books.coded import Options
from app.models.dictionary import dictionary

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


class Choices:
    """The list validations of a sheet."""

    def __init__(self, sheet: "Worksheet") -> None:
        self._sheet = sheet
        self._lists = [(v.sqref, self._options(str(v.formula1 or ""))) for v in sheet.data_validations.dataValidation if v.type == "list"]

    def options(self, cell: str) -> list[str] | None:
        """Return what a cell may hold, None where anything."""
        return next((options for where, options in self._lists if cell in where), None)

    def fitting(self, cell: str, asked: Question, raw: Any, shown: Any, said: Options = ()) -> Any:
        """Return what to write: the option of the cell, else of its head (`said`), that means the value; the value itself where nothing is
        offered; else None."""
        options = self.options(cell)
        if said:
            written = dict(said).get(_meaning(asked, raw, shown, [label for label, _ in said]) or "")
            if written is None or options is None or str(written) in options:
                return written
        return shown if options is None else _meaning(asked, raw, shown, options)

    def answer(self, cell: str, answer: bool, said: Options = ()) -> Any:
        """Return what to write for yes or no: the option of the cell, else of its head; None where none of them means it."""
        options = self.options(cell)
        if said:
            written = dict(said).get(offered.saying([label for label, _ in said], answer) or "")
            if written is None or options is None or str(written) in options:
                return written
        return offered.saying(options or [], answer)

    def _options(self, formula: str) -> list[str]:
        if formula.startswith('"'):
            return [part.strip() for part in formula.strip('"').split(",")]
        named = self._sheet.parent.defined_names.get(formula)
        target = (named.attr_text if named is not None else formula).replace("$", "")
        sheet, _, cells = target.rpartition("!")
        try:
            rows = (self._sheet.parent[sheet.strip("'")] if sheet else self._sheet)[cells]
        except (KeyError, ValueError):
            return []
        rows = rows if isinstance(rows, tuple) else ((rows,),)
        return [str(c.value) for row in rows for c in (row if isinstance(row, tuple) else (row,)) if c.value is not None]


def _meaning(asked: Question, raw: Any, shown: Any, options: list[str]) -> str | None:
    """Return the option that means a value."""
    if str(shown) in options:
        return str(shown)
    field = asked.field
    if field is None or field.kind not in ("code", "codes"):
        return None
    codes = raw if field.kind == "code" else (json.loads(raw) if isinstance(raw, str) else raw) or [None]
    one = codes if isinstance(codes, str) else codes[0] if len(codes) == 1 else None
    return None if one is None else offered.fitting(dictionary().codes[field.list], str(one), options)
