"""Choices: the drop-downs of another office's table. Promises to choose an option only where it means what the ledger says."""
import json
from typing import TYPE_CHECKING, Any

from app.books.asked import Question
from app.models.dictionary import CodeList, dictionary, fold

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


_YES = frozenset(["是", "有", "yes", "y", "√", "愿意", "1", "已", "会", "能"])
_NO = frozenset(["否", "无", "没有", "no", "n", "×", "不愿意", "0", "未", "不会", "不能"])


class Choices:
    """The list validations of a sheet."""

    def __init__(self, sheet: "Worksheet") -> None:
        self._sheet = sheet
        self._lists = [(v.sqref, self._options(str(v.formula1 or ""))) for v in sheet.data_validations.dataValidation if v.type == "list"]

    def options(self, cell: str) -> list[str] | None:
        """Return what a cell may hold, None where anything."""
        return next((options for where, options in self._lists if cell in where), None)

    def fitting(self, cell: str, asked: Question, raw: Any, shown: Any) -> Any:
        """Return what to write: the option that means the value, the value itself where the cell has no options, else None."""
        options = self.options(cell)
        if options is None:
            return shown
        if str(shown) in options:
            return str(shown)
        field = asked.field
        if field is None or field.kind not in ("code", "codes"):
            return None
        codes = raw if field.kind == "code" else (json.loads(raw) if isinstance(raw, str) else raw) or [None]
        one = codes if isinstance(codes, str) else codes[0] if len(codes) == 1 else None
        return None if one is None else _option(dictionary().codes[field.list], str(one), options)

    @staticmethod
    def yes(options: list[str], answer: bool) -> str | None:
        """Return the option that means yes or no, None where there is none."""
        wanted = _YES if answer else _NO
        return next((option for option in options if fold(option) in wanted), None)

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


def _option(codes: CodeList, code: str, options: list[str]) -> str | None:
    """Return the option that names this code; else the only one that names a wider code it belongs to (21 is of 20)."""
    named = {option: codes.find(option) for option in options}
    exact = [option for option, found in named.items() if found == code]
    if exact:
        return exact[0]
    wider = [option for option, found in named.items() if found and found.endswith("0") and found[0] == code[0] and len(found) == len(code)]
    return wider[0] if len(wider) == 1 else None
