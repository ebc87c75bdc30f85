"""Foreign: another office's empty or half-filled table, read so that it can be filled. Promises to say what each column is taken for.

Heads are found under titles and merged cells (books/headers); what they mean is proposed by the words of `asked`, and what a person has
once chosen for a sender's table is remembered by its heads.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from app.books import remembered
from app.books.asked import DEPARTMENT, WHOSE, Question, labels, question
from app.books.headers import Head, as_text, body_of, find_heads
from app.books.incoming import Sheet, read_workbook
from app.books.units import yuan_of
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

# where a table names the head of each household and nobody else, what it asks of a person it asks of the head
_OF_HEADS = {"person.full_name": "household.head_name", "person.id_number": "household.head_id_number", "person.phone": "household.household_phone"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of the table. Attributes: column (number, from 1), head (with its groups), marker (what it is taken for; "" is not known),
    yuan (how many 元 one unit of the column is; None: its unit is not known), unit (of money, where it stands apart from the head)."""

    column: int
    head: str
    marker: str
    yuan: Decimal | None = Decimal(1)
    unit: str = ""

    @property
    def letter(self) -> str:
        """Return the column as Excel names it."""
        from openpyxl.utils import get_column_letter

        return str(get_column_letter(self.column))

    @property
    def question(self) -> Question:
        """Return what is asked, taken apart."""
        return question(self.marker)


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

    def text(self, row: int, marker: str) -> str:
        """Return what a row says under a marker."""
        at = next((c.column for c in self.columns if c.marker == marker), None)
        return "" if at is None else as_text(self.source.cell(row, at) or self.source.spanning(row, at))


def read(ledger: "Ledger", path: Path) -> Table:
    """Return the table of a workbook, with what its columns are taken for. Problem where no sheet has heads that are known."""
    found = [table for sheet in read_workbook(path).sheets if (table := table_of(path, sheet, ledger)) is not None]
    if not found:
        raise Problem("fill.heads", f"{path.name} 里没有找到认识的列名（如“姓名”“身份证号”）。请看看是不是选错了文件，或者在表头里加上列名。",
                      f"{path.name} has no heads that are known (such as 姓名 or 身份证号). See whether it is the right file, or add heads.")
    return max(found, key=lambda t: sum(bool(c.marker) for c in t.columns))


def choose(ledger: "Ledger", table: Table, chosen: Mapping[int, str]) -> Table:
    """Return the table with other meanings for some columns (number to marker), and remember them for tables with these heads."""
    heads = [c.head for c in table.columns]
    remembered.remember(ledger, DEPARTMENT.name, heads, {c.head: chosen[c.column] for c in table.columns if c.column in chosen})
    columns = tuple(c if (marker := chosen.get(c.column)) is None else
                    replace(c, marker=marker, yuan=yuan_of(question(marker).field, c.head, c.unit)) for c in table.columns)
    return replace(table, columns=columns, named=_named(table.source, columns, body_rows(table)))


def meanings() -> dict[str, str]:
    """Return marker -> label of everything that a column can be filled with."""
    return {marker: label for marker, label in labels().items() if marker != "row.number"}


def body_rows(table: Table) -> Sequence[int]:
    """Return the rows of the body that may name somebody."""
    return range(table.first, (table.last or len(table.source.rows)) + 1)


def table_of(path: Path, sheet: Sheet, ledger: "Ledger | None" = None) -> Table | None:
    """Return the table of a sheet, None where it has no heads that are known. With a ledger, what people chose counts."""
    recall = None if ledger is None else lambda heads: remembered.recall(ledger, DEPARTMENT.name, heads)
    heads = find_heads(sheet, DEPARTMENT, recall)
    if heads is None:
        return None
    columns = _of_households(tuple(_asked(head) for head in heads.heads))
    body = body_of(sheet, heads)
    return Table(path, sheet.name, heads.row, body.first, body.last, _named(sheet, columns, body.rows), columns, sheet)


def _asked(head: Head) -> Asked:
    marker = head.targets[0].name if head.targets else ""
    return Asked(head.column, head.text, marker, yuan_of(question(marker).field, head.whole, head.unit), head.unit)


def _of_households(columns: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """A table that names heads of households and nobody else is one of households: its ID numbers and phones are the heads'."""
    known = {c.marker for c in columns}
    homes = {"household.head_name", "household.persons", "household.labourers"}
    if "person.full_name" in known or not homes & known or "household.head_id_number" in known and "person.id_number" in known:
        return columns
    return tuple(replace(c, marker=_OF_HEADS.get(c.marker, c.marker)) for c in columns)


def _named(sheet: Sheet, columns: Sequence[Asked], rows: Sequence[int]) -> tuple[int, ...]:
    at = [c.column for c in columns if c.marker in WHOSE]
    return tuple(row for row in rows if any(as_text(sheet.cell(row, column)) for column in at))
