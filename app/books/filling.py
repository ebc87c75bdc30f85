"""Filling: one table of another office on its way. Promises that a cell is written only where it is known what it asks for, and that nothing
that stands there is touched.

    Filling(ledger, table, sheet, place, done, progress).run()
"""
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books import cards, cells
from app.books.agreeing import SURE, agrees, the_one
from app.books.asked import TICK, written_date, yes_word
from app.books.choices import Choices
from app.books.foreign import Asked, Table
from app.books.kin import FACTS, HEAD_OF_HOME, Households
from app.books.kinds import KINDS, PEOPLE
from app.books.people import People
from app.books.rows import Rows
from app.books.shelf import template_for
from app.books.template import Column
from app.books.whom import Whom, of_everybody, whom_of
from app.models import clock, identity, places
from app.models.identity import base18
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from app.models.ledger import Ledger

MOST_ROWS = 50_000
STEP = 100  # rows between two words about how far it is
Person = tuple[tuple[Any, ...], tuple[str | None, ...]]  # or a household: what is asked of them, and the ids of their records
Progress = Callable[[int, int], None]  # rows filled, rows in all; it may raise to stop
_MONTH = re.compile(r"\d{4}-\d{2}")
OF_WORK = 16  # years: a table that asks about work is about who may work


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell the ledger could not fill: row, head, whose (name), record and field, why."""

    row: int
    head: str
    name: str
    rec: str
    marker: str
    why: str


@dataclass(slots=True)
class Filled:
    """What was filled, in a table or in all of a workbook.

    Attributes: path, rows (people or households), cells (written), kept (stood there already), gaps, unknown (heads that are not known),
    withheld (heads of what is not given unless a person says so), strangers (rows that name somebody who is not in the ledger), sheet,
    place (whose people were put in; "" where rows name them), whom (which of them, where the table says so: 妇女),
    parts (of a workbook: those of its tables), left (sheet and why, of tables left alone)."""

    path: Path
    rows: int = 0
    cells: int = 0
    kept: int = 0
    gaps: list[Gap] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    sheet: str = ""
    place: str = ""
    whom: str = ""
    parts: "list[Filled]" = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)

    def take(self, part: "Filled") -> None:
        """Count in what was filled in one of the workbook's tables."""
        self.parts.append(part)
        self.rows, self.cells, self.kept = self.rows + part.rows, self.cells + part.cells, self.kept + part.kept
        self.gaps += part.gaps
        self.strangers += part.strangers
        self.unknown += [head for head in part.unknown if head not in self.unknown]
        self.withheld += [head for head in part.withheld if head not in self.withheld]

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line reports."""
        return {"path": str(self.path), "rows": self.rows, "filled": self.cells, "kept": self.kept, "unknown": self.unknown,
                "withheld": self.withheld,
                "strangers": self.strangers,
                "missing": [{"sheet": p.sheet, "row": g.row, "head": g.head, "reason": g.why} for p in self.parts for g in p.gaps],
                "sheets": [{"sheet": p.sheet, "place": p.place, "whom": p.whom, "rows": p.rows, "filled": p.cells, "kept": p.kept,
                            "strangers": p.strangers} for p in self.parts],
                "left": [{"sheet": sheet, "reason": why} for sheet, why in self.left]}


class Filling:
    """One table on its way. Attributes: ledger, table, sheet, done, touched (rows that somebody stands in)."""

    def __init__(self, ledger: "Ledger", table: Table, sheet: "Worksheet", place: str, done: Filled, progress: Progress | None) -> None:
        self.ledger, self.table, self.sheet, self.done = ledger, table, sheet, done
        self.touched: list[int] = []
        self._progress, self._all = progress, len(table.named)
        self.columns = [c for c in table.columns if c.marker and not c.question.whose]
        self.kin = [c for c in table.columns if c.question.whose]
        done.place = "" if table.named else place
        done.unknown = [c.head for c in table.columns if not c.marker and not c.withheld]
        done.withheld = [c.head for c in table.columns if c.withheld]
        self._template = template_for(ledger, "labour")
        of_people = any(c.marker in FACTS for c in table.columns)
        kind = PEOPLE if of_people else KINDS["households"]
        day, prefix = clock.today(), places.prefix(place)
        of_work = not (table.named or table.home or of_everybody(table.around()[0])) and any(_of_work(c) for c in table.columns)
        self.source = People(ledger.db.conn, kind, prefix, day, age_from=OF_WORK if of_work else 0) if of_people else Rows(
            ledger.db.conn, kind, prefix, day)
        self._shows = {c: _shown(ledger, self._template, c) for c in (*self.columns, *self.kin)}
        self._homes = Households(ledger.db.conn, prefix, day, [c.question.base for c in self.kin]) if self.kin else None
        self._choices = Choices(sheet)
        self._closed = sorted(table.closed)
        self._home = cards.found(ledger.db.conn, prefix, table.home) if table.home else None

    def run(self) -> None:
        """Fill the rows that name somebody, or, where none does, everybody of the place."""
        self.columns = [c for c in self.columns if self._fits(c)]
        markers = [c.question.base for c in self.columns]
        if self.table.named:
            told: dict[str, list[Person]] = {}
            for one in self._everybody(markers):
                for key in self._keys(one[0]):
                    told.setdefault(key, []).append(one)
            known = self._known(told)
            for row in self.table.named:
                if row in known:
                    self._row(row, *known[row])
                else:
                    self.done.strangers.append(row)
        else:
            whom = self._whom()
            everybody = [(values, ids) for values, ids in self._everybody([*markers, *whom.needs])
                         if whom.takes(dict(zip(whom.needs, values[len(markers):], strict=False)))]
            self.done.whom = whom.words()
            if self.table.home and not everybody:
                self.done.strangers.append(self.table.row)
            if len(everybody) > MOST_ROWS:
                raise Problem("fill.rows", f"这个地方有 {len(everybody)} 行，超过一张表能填的。请按村或安置点分开填。",
                              f"There are {len(everybody)} rows for this place, more than can be filled at once. Fill it by village or site.")
            self._room(len(everybody))
            self._all = len(everybody)
            open_ = (row for row in count(self.table.first) if row not in self.table.closed)
            for row, (values, ids) in zip(open_, everybody, strict=False):
                self._row(row, values, ids)

    def _whom(self) -> Whom:
        """Return who is meant by a table that names nobody; a card is about all of its household."""
        asked = Whom() if self.table.home else whom_of(*self.table.around())
        if self.source.kind is PEOPLE:
            return asked
        return Whom(tuple(group for group in asked.groups if group.field.startswith("household.")))

    def _fits(self, column: Asked) -> bool:
        type = column.question.base.partition(".")[0]
        return type in ("row", "place", "household", *self.source.records)

    def _everybody(self, markers: Sequence[str]) -> Iterator[Person]:
        for batch in self.source.batches([*markers, *(FACTS if self.source.kind is PEOPLE else ())]):
            rows = zip(batch.rows(), zip(*batch.ids, strict=True), strict=True)
            yield from (one for one in rows if not self.table.home or self._home is not None and self._home_of(one) == self._home)

    def _key(self, row: int) -> str:
        """Return what a row is known by: the number, else the household's code, else the name."""
        text = self.table.text
        if self.source.kind is not PEOPLE:
            number = text(row, "household.head_id_number")
            return text(row, "household.household_code") or ("" if "*" in number else base18(number)) or identity.searchable_name(
                text(row, "household.head_name"))
        if text(row, "person.id_number"):
            return base18(text(row, "person.id_number"))  # a number that is none of ours is nobody, whatever the name says
        name, code = identity.searchable_name(text(row, "person.full_name")), text(row, "household.household_code")
        return f"{code}|{name}" if name and code else name

    def _known(self, told: Mapping[str, list[Person]]) -> dict[int, Person]:
        """Return who each row that names somebody is about; a row of somebody who is not here, or cannot be told from others, has none."""
        meant = {row: self._meant(row, told) for row in self.table.named}
        known = {row: some[0] for row, some in meant.items() if len({ids[0] for _, ids in some}) == 1}
        stand = {ids[0] for _, ids in known.values()}
        for row, some in meant.items():
            one = self._in_block(row, some, known) if some and row not in known else None
            if one is not None and one[1][0] not in stand:
                known[row] = one
                stand.add(one[1][0])
        return known

    def _meant(self, row: int, told: Mapping[str, list[Person]]) -> list[Person]:
        """Return who may be meant by a row; a number that is partly hidden tells those of one name apart, and a household is not meant where
        somebody else is named as its head."""
        number, found = self.table.text(row, "person.id_number"), told.get(self._key(row), [])
        if self.source.kind is not PEOPLE:
            said = self._said_of(row, HEAD_OF_HOME)
            return [one for one in found if self._may_be_headed(one, *said)]
        name = self.table.text(row, "person.full_name")
        if number and "*" not in number:
            return [one for one in found if not name or identity.may_be_called(name, str(one[0][-2] or ""))]
        if number:
            found = [one for one in told.get(identity.searchable_name(name), []) if identity.may_be(number, str(one[0][-1] or ""))]
        return self._agreeing(row, found)

    def _agreeing(self, row: int, some: Sequence[Person]) -> list[Person]:
        """Return those of a name whom nothing else that stands in the row contradicts."""
        said = {c.marker: self.table.text(row, c.marker) for c in self.columns if c.marker in (*SURE, "person.phone")}
        facts = [({c.marker: value for c, value in zip(self.columns, one[0], strict=False)}, one) for one in some]
        return the_one(said, [(told, one) for told, one in facts if agrees(said, told, clock.today())])

    def _may_be_headed(self, one: Person, name: str, number: str) -> bool:
        """Return whether a household's head may be who is said, by name and number; stars, a blank and a head who is not known say nothing."""
        told = {c.marker: str(value or "") for c, value in zip(self.columns, one[0], strict=False)}
        own_name, own_number = told.get("household.head_name"), told.get("household.head_id_number")
        return ((not name or not own_name or identity.may_be_called(name, own_name))
                and (not number or not own_number or identity.may_be(number, own_number)))

    def _in_block(self, row: int, some: Sequence[Person], known: Mapping[int, Person]) -> Person | None:
        """Return which of those who may be meant is of the household whose code stands once over the rows of its members; None where there is
        no such code, or a row since then is of another household, or of nobody who is known."""
        at = bisect_left(self.table.named, row)
        code, name = "", identity.searchable_name(self.table.text(row, "person.full_name"))
        for up in (self.table.named[n] for n in range(at, -1, -1)):
            some = [one for one in some if up == row or up in known and self._home_of(one) == self._home_of(known[up])]
            code = self.table.text(up, "household.household_code")
            if code or not some:
                break
        found = [one for one in some if f"{code}|{name}" in self._keys(one[0])]
        return found[0] if len(found) == 1 else None

    def _home_of(self, one: Person) -> str | None:
        return dict(zip(self.source.records, one[1], strict=False)).get("household")

    def _keys(self, values: Sequence[Any]) -> list[str]:
        told = {c.marker: str(value) for c, value in zip(self.columns, values, strict=False) if value not in (None, "")}
        code = told.get("household.household_code", "")
        if self.source.kind is PEOPLE:
            name, number = identity.searchable_name(str(values[-2] or "")), base18(str(values[-1] or ""))
            return [key for key in (number, name, f"{code}|{name}" if code and name else "") if key]
        head = identity.searchable_name(told.get("household.head_name", ""))
        return [key for key in (code, base18(told.get("household.head_id_number", "")), head) if key]

    def _room(self, rows: int) -> None:
        """Make room above the foot where the table has fewer blank rows than are needed."""
        have = (self.table.last or 0) - self.table.first + 1 - len(self.table.closed)
        if self.table.last and rows > have:
            from app.books.room import insert_rows

            insert_rows(self.sheet, self.table.last + 1, rows - have, like=self.table.last if have > 0 else self.table.first)

    def _row(self, row: int, values: Sequence[Any], ids: Sequence[str | None]) -> None:
        self.done.rows += 1
        self.touched.append(row)
        if self._progress is not None and self.done.rows % STEP == 1:
            self._progress(self.done.rows, self._all)
        named = {c.marker: v for c, v in zip(self.columns, values, strict=False)}
        name = identity.mask_name(str(named.get("person.full_name") or named.get("household.head_name") or ""))
        for column, raw in zip(self.columns, values, strict=False):
            cell = self.cell(row, column)
            if cell.__class__.__name__ == "MergedCell" or cell.value not in (None, ""):
                self.done.kept += cell.value not in (None, "")
                continue
            value = self._number(row) if column.marker == "row.number" else self._shows[column](raw)
            trouble = self._put(cell, column, raw, value)
            if trouble:
                base = column.question.to_ask
                rec = dict(zip(self.source.records, ids, strict=False)).get(base.partition(".")[0])
                self.done.gaps.append(Gap(column.row or row, column.head, name, rec or "", base, trouble))

        if self._homes is not None:
            self._kin_of(row, name, self._homes, dict(zip(self.source.records, ids, strict=False)))

    def _number(self, row: int) -> int:
        """Return which row of the table it is, from 1; heads that are said again on a page are not counted."""
        return row - self.table.first + 1 - bisect_left(self._closed, row)

    def cell(self, row: int, column: Asked) -> Any:
        """Return the cell of a row in which a column is answered; that of a form stands where its label wants it."""
        return self.sheet.cell(column.row or row, column.column)

    def _kin_of(self, row: int, name: str, homes: Households, ids: Mapping[str, str | None]) -> None:
        """Write what columns ask of other members of the row's household; where there is nobody, blank is the answer."""
        said = {role: self._said_of(row, role) for role in dict.fromkeys(c.question.whose for c in self.kin)}
        told = homes.of(said, ids.get("household"), ids.get("person"))
        for column in self.kin:
            cell, asked, values = self.cell(row, column), column.question, told[column.question.whose]
            if cell.__class__.__name__ == "MergedCell" or cell.value not in (None, ""):
                continue
            if values:
                self._put(cell, column, values[asked.base], self._shows[column](values[asked.base]))
            elif values is None:
                self.done.gaps.append(Gap(column.row or row, column.head, name, "", asked.to_ask, say(
                    "写的这个人，台账里这一户没有，或认不准", "Whoever is named here is not in this household, or not the only one")))

    def _said_of(self, row: int, role: str) -> tuple[str, str]:
        """Return the name and the number that stand in a row for somebody of the household."""
        name, number = ("household.head_name", "household.head_id_number") if role == HEAD_OF_HOME else [f"{role}|{fact}" for fact in FACTS]
        return self.table.text(row, name), self.table.text(row, number)

    def _put(self, cell: Any, column: Asked, raw: Any, value: Any) -> str:
        """Write a cell as its column wants it; returns why it was left blank, "" where it was written."""
        asked = column.question
        if asked.yes or asked.no or asked.tick:
            return self._answer(cell, column, asked.answer(raw))
        if value in (None, ""):
            return say("台账里没有", "Not in the ledger")
        if column.yuan is None:
            return say("单位不认识，没有填", "The unit is not known; left blank")
        if column.yuan != 1:
            if not isinstance(value, (int, float)):
                return say("不是数字，换算不了单位", "Not a number; the unit cannot be converted")
            value = round(value / float(column.yuan), 6)
        chosen = self._choices.fitting(cell.coordinate, asked, raw, value, column.options)
        if chosen is None:
            return say("表里的选项中没有这一项，请手工选", "None of the table's choices means this; choose by hand")
        self._write(cell, column, chosen)
        self.done.cells += 1
        return ""

    def _answer(self, cell: Any, column: Asked, answer: bool | None) -> str:
        """Write yes or no, or a tick, as the column wants it; what is not to be ticked stays blank."""
        if answer is None:
            return say("台账里没有", "Not in the ledger")
        word = (TICK if answer else None) if column.question.tick else yes_word(column.words, answer)
        offered = column.options or self._choices.options(cell.coordinate) is not None
        if offered and (word is not None or not column.question.tick):
            word = self._choices.answer(cell.coordinate, answer, column.options)
            if word is None:
                return say("表里的选项中没有这一项，请手工选", "None of the table's choices means this; choose by hand")
        if word is not None:
            self._write(cell, column, word)
            self.done.cells += 1
        return ""

    @staticmethod
    def _write(cell: Any, column: Asked, value: Any) -> None:
        if isinstance(value, (date, datetime)) and cell.number_format in ("General", "@"):
            cell.value = written_date(column.words, value)
            cell.data_type = "s"
        elif isinstance(value, str) and _MONTH.fullmatch(value) and column.question.is_date:
            cell.value = written_date(column.words, date.fromisoformat(f"{value}-01"), whole=False)
            cell.data_type = "s"
        elif isinstance(value, str):
            cell.value = value
            cell.data_type = "s"  # never a formula
            if value.isdigit() and len(value) > 10:
                cell.number_format = "@"
        else:
            cell.value = value


def _of_work(column: Asked) -> bool:
    """Return whether a column asks about work, or about who wants and is able to."""
    of = column.question.field
    return column.marker.startswith(("placement.", "person.labour_")) or of is not None and of.group in ("wish", "training")


def _shown(ledger: "Ledger", template: Any, column: Asked) -> cells.Show:
    asked = column.question
    if asked.level:
        return lambda code: _named_at(code, asked.level)
    if asked.field is None and asked.is_date:
        return cells.as_date
    if asked.part:
        return lambda dwelling: _part(dwelling, asked.part)
    if asked.base == "household.registered":
        return lambda code: places.path(code, ledger) if isinstance(code, str) and places.is_code(code) else cells.as_stored(code)
    return cells.show(ledger, template, Column(column.column, "A", asked.base, column.head), mask=False)


def _named_at(code: Any, level: int) -> str | None:
    """Return the name of the province, city, county or township that a place lies in; None where it is no place, or a wider one."""
    if not isinstance(code, str) or not places.is_code(code) or places.level_of(code) < level:
        return None
    found = places.get(code[:places.LENGTHS[level - 1]].ljust(12, "0"))
    return found.name if found else None


def _part(dwelling: Any, part: int) -> str | None:
    """Return the building, the unit or the room of a dwelling that is written in three parts (3-2-501)."""
    parts = str(dwelling or "").split("-")
    return parts[part - 1] if len(parts) == 3 and all(parts) else None
