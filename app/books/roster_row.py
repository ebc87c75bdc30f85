"""Roster row: one person's row of a roster. Promises the values as our dictionary has them, or reasons why not."""
from dataclasses import dataclass
from typing import Any

from app.books.headers import Heads
from app.books.incoming import Cell, Sheet
from app.books.list_row import ListRow, Reason, RowReader, plain
from app.books.vocabulary import SITE
from app.models import identity
from app.models.dictionary import Field, dictionary, parse
from app.models.language import say
from app.models.problem import Problem

HEAD_OF_HOUSEHOLD = "02"


@dataclass(slots=True)
class RosterRow(ListRow):
    """One person's row. Attributes besides those of every row: head_name, head_number, coded (the table has a column of household codes),
    under (the sheet and the row of its heads).
    """

    head_name: str = ""
    head_number: str = ""
    coded: bool = False
    under: tuple[Sheet, int] | None = None

    @property
    def person(self) -> dict[str, Any]:
        """Return what the row tells of the person."""
        return self.of("person")

    @property
    def household(self) -> dict[str, Any]:
        """Return what the row tells of the household."""
        return self.of("household")

    @property
    def work(self) -> dict[str, Any]:
        """Return what the row tells of work."""
        return self.of("placement")

    @property
    def site(self) -> str:
        """Return the name of the site."""
        return self.told.get(SITE, "")

    def put(self, field: Field, cell: Cell) -> bool:
        """Put a cell's value where it belongs: what a row says of the head of its household is kept apart."""
        if field.name == "head_name":
            self.head_name = identity.normalise_name(plain(cell))
        elif field.name == "head_id_number":
            self.head_number = identity.base18(plain(cell))
        elif field.name == "is_head":
            if parse(field, cell) and "relation_to_head" not in self.person:
                self.person["relation_to_head"] = HEAD_OF_HOUSEHOLD
        else:
            return ListRow.put(self, field, cell)
        return True


def read_rows(sheet: Sheet, heads: Heads) -> list[RosterRow]:
    """Return the persons' rows below the heads: blank rows, examples and what stands under the table are left out."""
    rows: list[RosterRow] = READER.rows(sheet, heads)
    for row in rows:
        row.under = sheet, heads.row
    return rows


def read_row(sheet: Sheet, heads: Heads, number: int) -> RosterRow:
    """Return one person's row."""
    row: RosterRow = READER.row(sheet, heads, number)
    return row


def _wrong_name(name: str) -> Problem | None:
    """Return what is wrong with a name; one letter passes: the register has such rows, and refusing would lose the person."""
    try:
        identity.check_name(name, least=1)
    except Problem as problem:
        return problem
    return None


def _derive(row: RosterRow, heads: Heads) -> None:
    """What follows from the row itself: number parts, certificate, who is head, employed or not, the least there must be."""
    row.coded = bool(heads.columns("household.household_code"))
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
    row.person.update(id_type="01", id_number=parts.base18)
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


READER = RowReader(RosterRow, ("household",), _derive)
