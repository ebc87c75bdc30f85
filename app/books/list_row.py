"""List row: one row of another office's list, read. Promises the values as our dictionary has them, or reasons why not.

What every list has in common stands here: cells that Excel broke are refused by name, a cell merged over several rows counts for
each of them, what cannot be read is a reason. What a kind of list makes of its rows is its own (roster_row, posts, training).
"""
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from app.books.coded import options_of
from app.books.headers import Head, Heads, body_of
from app.books.incoming import Cell, Row, Sheet
from app.books.units import yuan_of
from app.books.vocabulary import PLACE, SITE, Target
from app.models import identity
from app.models.dictionary import Field, dictionary, parse
from app.models.language import say
from app.models.problem import Problem

NUMBERS = ("id_number", "head_id_number", "disability_no", "credit_code")
PHONES = ("phone", "household_phone")
_WHOLE, _ALONE = re.compile(r"\A\d+\Z"), re.compile(r"(?<![^\s、,，;；/|])\d+(?![^\s、,，;；/|])")  # the number of a cell; those of several answers
ERRORS = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|Ref|Name|Value|Div0|Num|Null|NA)")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not taken in: the field's label, the value of its cell, the sentence."""

    field: str
    value: str
    text: str


@dataclass(slots=True)
class ListRow:
    """One row. Attributes: sheet, row (number in the sheet), cells (as they stand), values (type to field to value, only what the row
    tells), told (targets that are no field, as text), words (place names, widest first), reasons, notes."""

    sheet: str
    row: int
    cells: Row
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    reasons: list[Reason] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, type: str) -> dict[str, Any]:
        """Return field -> value of what the row tells of a type."""
        return self.values.setdefault(type, {})

    @property
    def number(self) -> str:
        """Return the first 18 characters of the ID number, by which persons are compared; "" where there is none."""
        return identity.base18(str(self.of("person").get("id_number") or ""))

    def reject(self, type: str, name: str, zh: str, en: str) -> None:
        """Refuse the row because of a field."""
        value = self.of(type).get(name)
        self.reasons.append(Reason(dictionary().field(type, name).label(), "" if value is None else str(value), say(zh, en)))

    def has(self, field: Field) -> bool:
        """Return whether a field was told by an earlier column."""
        return field.name in self.of(field.type)

    def put(self, field: Field, cell: Cell) -> bool:
        """Put a cell's value where it belongs; True when something was taken. Problem when it cannot be read."""
        if field.derived:
            return False
        self.of(field.type)[field.name] = value_of(field, cell)
        return True


@dataclass(frozen=True)
class RowReader:
    """How the rows of a kind of list are read. Attributes: make (an empty row), spans (types whose merged cells count for every row
    they cover), finish (what follows from the row itself)."""

    make: Callable[[str, int, Row], ListRow]
    spans: tuple[str, ...]
    finish: Callable[[Any, Heads], None]

    def rows(self, sheet: Sheet, heads: Heads) -> list[Any]:
        """Return the rows of the body."""
        return [self.row(sheet, heads, number) for number in body_of(sheet, heads).rows]

    def row(self, sheet: Sheet, heads: Heads, number: int) -> Any:
        """Return one row."""
        row = self.make(sheet.name, number, sheet.rows[number - 1])
        words = []
        for head in heads.heads:
            cell = sheet.cell(number, head.column)
            if cell == "" and any(self._spans(target) for target in head.targets):
                cell = sheet.spanning(number, head.column)  # written once for several rows
            if cell == "" or isinstance(cell, str) and not cell.strip():
                continue
            names = [target.name for target in head.targets]
            if names == [PLACE]:
                words.append(plain(cell))
            elif isinstance(cell, str) and ERRORS.fullmatch(cell.strip()):
                _refuse_error(row, head, cell)
            elif len(names) == 1 and head.targets[0].field is None:
                row.told.setdefault(names[0], plain(cell))
            else:
                _take(row, head, cell)
        row.words = tuple(words)
        self.finish(row, heads)
        return row

    def _spans(self, target: Target) -> bool:
        return target.name in (PLACE, SITE) or target.name.partition(".")[0] in self.spans


def _refuse_error(row: ListRow, head: Head, cell: str) -> None:
    if head.targets and (head.targets[0].field or "." in head.targets[0].name):
        row.reasons.append(Reason(head.text, cell, say(f"{head.text} 是错误值 {cell}，请重填",
                                                           f"{head.text} is an error value {cell}; type it again")))


def _take(row: ListRow, head: Head, cell: Cell) -> None:
    """Take a cell into the row: each target that can read it; where none can, the first one's reason."""
    trouble: Problem | None = None
    taken = False
    for target in head.targets:
        if target.field is None or row.has(target.field):
            continue
        try:
            if target.field.name in NUMBERS and identity.was_a_number(cell):
                raise _broken(row, target.field)
            if isinstance(cell, (time, timedelta)) and not target.field.derived:
                raise Problem("roster.time", f"{target.field.zh}是时间格式，请改为文本或日期重填",
                              f"{target.field.en} is a time of day; type it again as text or date")
            taken = row.put(target.field, _in_yuan(target.field, head, _in_words(target.field, head, cell))) or taken
        except Problem as problem:
            trouble = trouble or problem
    if trouble is not None and not taken:
        first = head.targets[0].field
        label = say(first.zh, first.en) if first else head.text
        if first is not None and first.kind == "ref":
            row.notes.append(say(f"{label}没有认出来，留待补问", f"{label} was not recognised; it stays to be asked"))
        else:
            row.reasons.append(Reason(label, plain(cell), str(trouble)))


def _in_words(field: Field, head: Head, cell: Cell) -> Cell:
    """Return what the numbers in a cell stand for where its head says so (1未就业2已就业). Problem where one is none of the head's numbers."""
    number, text = _ALONE if field.kind == "codes" else _WHOLE, plain(cell)
    if field.kind not in ("code", "codes", "yes") or not (written := number.findall(text)):
        return cell
    said = {str(key): label for label, key in options_of(head.whole + head.note) if isinstance(key, int)}
    if not said:
        return cell
    if strangers := [one for one in written if one not in said]:
        raise Problem("roster.option", f"“{head.path[-1] if head.path else head.text}”里没有 {strangers[0]} 这一项",
                      f"{head.text} has no option {strangers[0]}")
    return number.sub(lambda found: said[found[0]], text)


def _in_yuan(field: Field, head: Head, cell: Cell) -> Cell:
    """Return an amount in 元, of whichever unit the head names. Problem where that is not known."""
    unit = yuan_of(field, head.whole, head.unit)
    if unit is None:
        raise Problem("roster.unit", f"{head.text}的单位不认识，不能换算成元。请换算成元，把表头的单位改好",
                      f"The unit of {head.text} is not known. Work it out in 元 and correct the head")
    if unit == 1 or isinstance(cell, bool):
        return cell
    try:
        return f"{(Decimal(str(cell).strip()) * unit).normalize():f}"
    except InvalidOperation:
        return cell  # whatever it is, its field refuses it


def _broken(row: ListRow, field: Field) -> Problem:
    return Problem("roster.number", f"第 {row.row} 行{field.zh}存成了数字，末几位已经丢失，不能修复。请把这一格改为文本，照证件重新填写",
                   f"Row {row.row}: {field.en} was stored as a number and has lost its last digits; it cannot be repaired."
                   " Make the cell text and type it again from the document")


def value_of(field: Field, cell: Cell) -> Any:
    """Return the stored value of a cell. Problem when it cannot be read."""
    if field.name == "full_name":
        return identity.normalise_name(plain(cell))
    if field.name in NUMBERS:
        return identity.normalise(str(cell))
    if field.name in PHONES:
        return re.sub(r"[\s-]", "", str(parse(field, cell))) if field.name == "phone" else parse(field, cell)
    return parse(field, cell)


def plain(cell: Cell) -> str:
    """Return a cell as text: whole numbers without their ".0"."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def labels(type: str, fields: Sequence[str]) -> str:
    """Return what the first of these fields is called."""
    return "、".join(dictionary().field(type, name).label() for name in fields[:1])
