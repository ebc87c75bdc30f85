"""Roster row: one row of another office's table, read. Promises the values as our dictionary has them, or reasons why not."""
import re
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from app.books.headers import PLACE, SITE, Head, Heads, Target
from app.books.incoming import Cell, Row, Sheet
from app.models import identity
from app.models.dictionary import Field, dictionary, parse
from app.models.language import say
from app.models.problem import Problem

NUMBERS = ("id_number", "head_id_number", "disability_no")
PHONES = ("phone", "household_phone")
ERRORS = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|Ref|Name|Value|Div0|Num|Null|NA)")
FOOT = ("合计", "总计", "小计", "填表人", "填报人", "制表", "审核人", "负责人", "单位负责人", "填表说明", "说明", "注：", "注:", "备注：", "备注:")
HEAD_OF_HOUSEHOLD = "02"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not taken in: the field's label, the value of its cell, the sentence."""

    field: str
    value: str
    text: str


@dataclass(slots=True)
class RosterRow:
    """One person's row.

    Attributes: sheet, row (number in the sheet), cells (as they stand), person, household, work (field -> value, only
    what the row tells), head_name, head_number, site, words (place names, widest first), coded (the table has a
    column of household codes), reasons, notes.
    """

    sheet: str
    row: int
    cells: Row
    person: dict[str, Any] = field(default_factory=dict)
    household: dict[str, Any] = field(default_factory=dict)
    work: dict[str, Any] = field(default_factory=dict)
    head_name: str = ""
    head_number: str = ""
    site: str = ""
    words: tuple[str, ...] = ()
    coded: bool = False
    reasons: list[Reason] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Return the first 18 characters of the ID number, by which persons are compared; "" where there is none."""
        return identity.base18(str(self.person.get("id_number") or ""))

    def reject(self, type: str, name: str, zh: str, en: str) -> None:
        """Refuse the row because of a field."""
        found = dictionary().field(type, name)
        value = {"person": self.person, "household": self.household}.get(type, self.work).get(name)
        self.reasons.append(Reason(found.label(), "" if value is None else str(value), say(zh, en)))


def read_rows(sheet: Sheet, heads: Heads) -> list[RosterRow]:
    """Return the persons' rows below the heads: blank rows and what stands under the table are left out."""
    rows = []
    for number in range(heads.row + 1, len(sheet.rows) + 1):
        cells = sheet.rows[number - 1]
        first = next((cell for cell in cells if cell not in ("", None)), None)
        if first is None or isinstance(first, str) and (not first.strip() or _is_foot(sheet, heads, number, first)):
            continue
        rows.append(_read(sheet, heads, number, cells))
    return rows


def read_row(sheet: Sheet, heads: Heads, number: int) -> RosterRow:
    """Return one person's row."""
    return _read(sheet, heads, number, sheet.rows[number - 1])


def _is_foot(sheet: Sheet, heads: Heads, number: int, first: str) -> bool:
    """Totals, signatures and notes under the table: their words first, and no ID number."""
    if not first.strip().startswith(FOOT):
        return False
    return not any(str(sheet.cell(number, h.column)).strip() for h in heads.columns("person.id_number"))


def _read(sheet: Sheet, heads: Heads, number: int, cells: Row) -> RosterRow:
    row = RosterRow(sheet.name, number, cells, coded=bool(heads.columns("household.household_code")))
    words = []
    for head in heads.heads:
        cell = sheet.cell(number, head.column)
        if cell == "" and any(t.name in (PLACE, SITE) or t.name.startswith("household.") for t in head.targets):
            cell = sheet.spanning(number, head.column)  # written once for all the rows of a household
        if cell == "" or isinstance(cell, str) and not cell.strip():
            continue
        names = [target.name for target in head.targets]
        if names == [PLACE]:
            words.append(_plain(cell))
        elif names == [SITE]:
            row.site = row.site or _plain(cell)
        elif isinstance(cell, str) and ERRORS.fullmatch(cell.strip()):
            if head.targets and head.targets[0].field:
                row.reasons.append(Reason(head.text, cell, say(f"{head.text} 是错误值 {cell}，请重填",
                                                               f"{head.text} is an error value {cell}; type it again")))
        else:
            _take(row, head, cell)
    row.words = tuple(words)
    _derive(row)
    return row


def _take(row: RosterRow, head: Head, cell: Cell) -> None:
    """Take a cell into the row: each target that can read it; where none can, the first one's reason."""
    trouble: Problem | None = None
    taken = False
    for target in head.targets:
        if target.field is None or _already(row, target):
            continue
        try:
            taken = _put(row, target.field, cell) or taken
        except Problem as problem:
            trouble = trouble or problem
    if trouble is not None and not taken:
        label = say(head.targets[0].field.zh, head.targets[0].field.en) if head.targets[0].field else head.text
        if head.targets[0].field is not None and head.targets[0].field.kind == "ref":
            row.notes.append(say(f"{label}没有认出来，留待补问", f"{label} was not recognised; it stays to be asked"))
        else:
            row.reasons.append(Reason(label, _plain(cell), str(trouble)))


def _already(row: RosterRow, target: Target) -> bool:
    assert target.field is not None
    return target.field.name in _values(row, target.field.type)


def _values(row: RosterRow, type: str) -> dict[str, Any]:
    return {"person": row.person, "household": row.household}.get(type, row.work)


def _put(row: RosterRow, field: Field, cell: Cell) -> bool:
    """Put a cell's value where it belongs; True when something was taken. Raises Problem when it cannot be read."""
    if field.name in NUMBERS and identity.was_a_number(cell):
        raise Problem("roster.number", f"第 {row.row} 行{field.zh}存成了数字，末几位已经丢失，不能修复。请把这一格改为文本，照证件重新填写",
                      f"Row {row.row}: {field.en} was stored as a number and has lost its last digits; it cannot be repaired."
                      " Make the cell text and type it again from the document")
    if field.name == "head_name":
        row.head_name = identity.normalise_name(_plain(cell))
    elif field.name == "head_id_number":
        row.head_number = identity.base18(_plain(cell))
    elif field.name == "is_head":
        if parse(field, cell) and "relation_to_head" not in row.person:
            row.person["relation_to_head"] = HEAD_OF_HOUSEHOLD
    elif field.derived:
        return False
    elif isinstance(cell, (time, timedelta)):
        raise Problem("roster.time", f"{field.zh}是时间格式，请改为文本或日期重填", f"{field.en} is a time of day; type it again as text or date")
    else:
        _values(row, field.type)[field.name] = _value(field, cell)
    return True


def _value(field: Field, cell: Cell) -> Any:
    if field.name == "full_name":
        return identity.normalise_name(_plain(cell))
    if field.name in NUMBERS:
        return identity.normalise(str(cell))
    if field.name in PHONES:
        return re.sub(r"[\s-]", "", str(parse(field, cell))) if field.name == "phone" else parse(field, cell)
    return parse(field, cell)


def _plain(cell: Cell) -> str:
    """Return a cell as text: whole numbers without their ".0"."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _wrong_name(name: str) -> Problem | None:
    """Return what is wrong with a name; one letter passes: the register has such rows, and refusing would lose the person."""
    try:
        identity.check_name(name, least=1)
    except Problem as problem:
        return problem
    return None


def _derive(row: RosterRow) -> None:
    """What follows from the row itself: number parts, certificate, who is head, employed or not, the least there must be."""
    name = row.person.get("full_name")
    if not name:
        row.reject("person", "full_name", "没有姓名，请补上", "The name is missing; fill it in")
    elif (wrong := _wrong_name(name)) is not None:
        row.reject("person", "full_name", wrong.zh, wrong.en)
    elif left := identity.left_over_private(name):
        row.notes.append(say(f"姓名里有认不出的字（{'、'.join(left)}），请照证件核对",
                             f"The name has letters of no known meaning ({', '.join(left)}); compare it with the document"))
    if "relation_to_head" not in row.person and name and name == row.head_name:
        row.person["relation_to_head"] = HEAD_OF_HOUSEHOLD
    _of_number(row)
    if row.work:
        _of_work(row)


def _of_number(row: RosterRow) -> None:
    number, kind = row.person.get("id_number"), row.person.get("id_type")
    if not number or kind not in (None, "01", "09"):
        return
    try:
        parts = identity.check_id_number(number)
    except Problem as problem:
        if kind == "09" or identity.likely_meant(number) and problem.key != "identity.tail":
            return  # another kind of document; or look-alike characters, which the rules ask about
        row.reasons.append(Reason(dictionary().field("person", "id_number").label(), number, str(problem)))
        return
    row.person |= {"id_type": "01", "id_number": parts.base18}
    row.person.setdefault("sex", parts.sex)
    row.person.setdefault("birth_date", parts.birth.isoformat())
    if row.person["birth_date"] == parts.birth.isoformat()[:7]:
        row.person["birth_date"] = parts.birth.isoformat()
    if parts.tail:
        row.person.setdefault("disability_no", parts.base18 + parts.tail)
        row.person.setdefault("disability_category", parts.tail[0])
        row.person.setdefault("disability_level", parts.tail[1])


def _of_work(row: RosterRow) -> None:
    """A register has no column for the state: an employer, a place or months of work say that there is a job."""
    work = row.work
    if work.get("months_this_year") == 0 and len(work) == 1:
        work.clear()
    elif "labour_status" not in work:
        told = any(work.get(name) for name in ("employer_name", "employment_type", "work_place", "work_area_level",
                                               "monthly_income", "months_this_year"))
        if told:
            work["labour_status"] = "1"
        elif work.get("unemployed_reason"):
            work["labour_status"] = "2"
