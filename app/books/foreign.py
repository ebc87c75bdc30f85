"""Foreign: another office's empty or half-filled table, read so that it can be filled. Promises to say what each column is taken for.

Heads are found under titles and merged cells; what they mean is proposed by the dictionary's words, and what a person has
once chosen for a sender's table is remembered by its heads.
"""
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.books.figures import FIGURES
from app.books.headers import FOOT, LOOK_IN
from app.books.incoming import Cell, Sheet, read_workbook
from app.books.vocabulary import ROSTER
from app.models.change import canonical
from app.models.dictionary import dictionary, fold
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KEY = "fill.columns"  # heads of a table (hashed) -> what its columns are taken for
LEAST = 2  # heads that are known make a table of ours
NOTHING = ""
WHOSE = ("person.full_name", "person.id_number", "household.household_code", "household.head_name")  # columns that say whose row it is
_UNIT = re.compile(r"[（(\[【]\s*(?:单位[:：]\s*)?([^（()）\]】]{1,6})\s*[）)\]】]")
_UNITS: dict[str, float] = {"元": 1, "元/月": 1, "元／月": 1, "万元": 1e-4, "千元": 1e-3, "百元": 1e-2}
# heads that are worked out, in the words of offices; the dictionary has those of stored fields
_FIGURES = {
    "序号": "row.number", "编号": "", "年龄": "person.age", "周岁": "person.age", "户主": "household.head_name", "户主姓名": "household.head_name",
    "户主身份证号": "household.head_id_number", "户主证件号码": "household.head_id_number", "家庭人口": "household.persons",
    "家庭人口数": "household.persons", "人口数": "household.persons", "安置点": "place.name", "安置点名称": "place.name",
    "所在安置点": "place.name", "现居住地": "place.name", "住址": "place.name", "村（居）": "place.name", "村": "place.name", "社区": "place.name"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of the table. Attributes: column (number, from 1), head, marker (what it is taken for; "" is not known), times
    (a value in the ledger's unit is multiplied by this; None: its unit is not known)."""

    column: int
    head: str
    marker: str
    times: float | None = 1

    @property
    def letter(self) -> str:
        """Return the column as Excel names it."""
        from openpyxl.utils import get_column_letter

        return str(get_column_letter(self.column))


@dataclass(frozen=True, slots=True)
class Table:
    """A table to fill. Attributes: path, sheet (its name), row (lowest row of heads), first and last (body rows that may be
    filled, last is 0 where the table has no foot), named (rows that name somebody already), columns."""

    path: Path
    sheet: str
    row: int
    first: int
    last: int
    named: tuple[int, ...]
    columns: tuple[Asked, ...]
    source: Sheet

    @property
    def signature(self) -> str:
        """Return what the heads are remembered by."""
        return hashlib.sha256(canonical([fold(c.head) for c in self.columns])).hexdigest()[:24]

    def text(self, row: int, marker: str) -> str:
        """Return what a row says under a marker."""
        at = next((c.column for c in self.columns if c.marker == marker), None)
        return "" if at is None else as_text(self.source.cell(row, at))


def read(ledger: "Ledger", path: Path) -> Table:
    """Return the table of a workbook, with what its columns are taken for. Problem where no sheet has heads that are known."""
    found = [table for sheet in read_workbook(path).sheets if (table := table_of(path, sheet)) is not None]
    if not found:
        raise Problem("fill.heads", f"{path.name} 里没有找到认识的列名（如“姓名”“身份证号”）。请看看是不是选错了文件，或者在表头里加上列名。",
                      f"{path.name} has no heads that are known (such as 姓名 or 身份证号). See whether it is the right file, or add heads.")
    table = max(found, key=lambda t: sum(bool(c.marker) for c in t.columns))
    kept: Mapping[str, str] = ledger.settings.get(KEY, {}).get(table.signature, {})
    return replace(table, columns=tuple(replace(c, marker=kept.get(fold(c.head), c.marker)) for c in table.columns))


def choose(ledger: "Ledger", table: Table, chosen: Mapping[int, str]) -> Table:
    """Return the table with other meanings for some columns (number to marker), and remember them for tables with these heads."""
    columns = tuple(replace(c, marker=chosen.get(c.column, c.marker)) for c in table.columns)
    kept = ledger.settings.get(KEY, {})
    kept[table.signature] = {**kept.get(table.signature, {}), **{fold(c.head): c.marker for c in columns if c.column in chosen}}
    ledger.settings.set(KEY, kept)
    return replace(table, columns=columns)


def meanings() -> dict[str, str]:
    """Return marker -> label of everything that a column can be filled with."""
    out = {marker: say(zh, en) for marker, zh, en in (("person.age", "年龄", "Age"), ("place.name", "安置点（村）", "Site or village"),
                                                      ("household.head_name", "户主姓名", "Name of the head"),
                                                      ("household.head_id_number", "户主证件号码", "ID of the head"),
                                                      ("household.persons", "家庭人口", "People in the household"))}
    for type in ROSTER.types:
        out |= {f"{type}.{f.name}": f.label() for f in dictionary().types[type].fields.values() if not f.derived and not f.off}
    return out


def marker_of(head: str) -> str:
    """Return what a head is taken for, "" where that is not known or could be two things."""
    word = fold(_UNIT.sub("", head)).strip("*:?#.、")
    for text in (fold(head).strip("*:?#.、"), word):
        if text in _FOLDED:
            return _FOLDED[text]
    markers = [f"{t.field.type}.{t.field.name}" for t in ROSTER.targets_of(head) if t.field is not None]
    fit = [m for m in markers if m in FIGURES or not dictionary().field(*m.split(".")).derived]
    return fit[0] if len(fit) == 1 else NOTHING


_FOLDED = {fold(head): marker for head, marker in _FIGURES.items()}


def table_of(path: Path, sheet: Sheet) -> Table | None:
    """Return the table of a sheet, None where it has no heads that are known."""
    best: tuple[int, tuple[Asked, ...]] | None = None
    for row in range(1, min(LOOK_IN, len(sheet.rows)) + 1):
        columns = _asked(sheet, row)
        known = len({c.marker for c in columns if c.marker})
        if known >= LEAST and (best is None or known > len({c.marker for c in best[1] if c.marker})):
            best = row, columns
    if best is None or not any(c.marker in WHOSE for c in best[1]):
        return None
    row, columns = best
    first, last, named = _body(sheet, row, columns)
    return Table(path, sheet.name, row, first, last, named, columns, sheet)


def _asked(sheet: Sheet, row: int) -> tuple[Asked, ...]:
    """Return the columns that a row of heads would make: its own text, else that of the merged cell above it."""
    out = []
    wide = max((len(r) for r in sheet.rows[max(0, row - 3):row]), default=0)
    for column in range(sheet.first_column, sheet.first_column + wide):
        own, above = as_text(sheet.cell(row, column)), _above(sheet, row, column)
        head = own or above
        if not head or as_text(sheet.cell(row, column)).isdigit():
            continue
        joined = marker_of(above + own) if own and above else NOTHING
        marker = joined if joined.startswith("household.head") or above and not marker_of(own) and joined else marker_of(head)
        out.append(Asked(column, head if own else above, marker, _times(head, marker)))
    return tuple(out)


def _above(sheet: Sheet, row: int, column: int) -> str:
    """Return the head above: the cell's own, or that of the merged range it lies in, as far up as two rows; never a title."""
    for up in range(row - 1, max(0, row - 3), -1):
        for first_row, first, last_row, last in sheet.merged:
            if first_row <= up <= last_row and first <= column <= last:
                wide = last - first + 1 >= max(4, 0.7 * len(sheet.rows[row - 1]))
                return "" if wide else as_text(sheet.cell(first_row, first))
        if text := as_text(sheet.cell(up, column)):
            return text
    return ""


def _times(head: str, marker: str) -> float | None:
    """Return by what a value is multiplied for the unit in the head; None where that unit is not known."""
    type, _, name = marker.partition(".")
    field = dictionary().types[type].fields.get(name) if type in dictionary().types else None
    if field is None or field.unit not in ("元", "元/月"):
        return 1
    units = [unit.strip() for unit in _UNIT.findall(head)]
    money = [unit for unit in units if "元" in unit or "币" in unit or "美" in unit]
    return _UNITS.get(fold(money[0])) if money else 1


def _body(sheet: Sheet, row: int, columns: Sequence[Asked]) -> tuple[int, int, tuple[int, ...]]:
    """Return (first row, last row before the foot or 0, rows that name somebody)."""
    name = [c.column for c in columns if c.marker in WHOSE]
    named, last, first = [], 0, row + 1
    while first <= len(sheet.rows) and _is_numbering(sheet, first, columns):
        first += 1
    for number in range(first, len(sheet.rows) + 1):
        begin = next((as_text(cell) for cell in sheet.rows[number - 1] if as_text(cell)), "")
        if begin.startswith(FOOT):
            last = number - 1
            break
        if any(as_text(sheet.cell(number, at)) for at in name) and not begin.startswith(("例", "示例", "样例")):
            named.append(number)
    return first, last, tuple(named)


def _is_numbering(sheet: Sheet, row: int, columns: Sequence[Asked]) -> bool:
    """A row of column numbers or letters under the heads (甲 乙 1 2 3), or an example, is no row of the body."""
    cells = [as_text(sheet.cell(row, c.column)) for c in columns]
    told = [cell for cell in cells if cell]
    if told and (told[0].startswith(("例", "示例", "样例"))):
        return True
    return len(told) > 2 and all(cell.isdigit() and int(cell) <= len(columns) + 2 or cell in "甲乙丙丁戊" for cell in told)


def as_text(cell: Cell) -> str:
    """Return a cell as text without blanks and line breaks; whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "".join(str(cell).split()) if cell is not None else ""
