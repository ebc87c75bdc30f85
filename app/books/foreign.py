"""Foreign: another office's empty or half-filled table, read so that it can be filled. Promises to say what each column is taken for.

Heads are found under titles and merged cells (books/headers); what they mean is proposed by the words of `asked`, and what a person has
once chosen for a sender's table is remembered by its heads.
"""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from app.books import remembered
from app.books.asked import DEPARTMENT, WHOSE, Question, labels, question
from app.books.cards import Said, below, labels_over, named_on, said_of
from app.books.coded import Options
from app.books.headers import CAPTION, Body, Head, as_text, body_of, find_heads, is_grouped, repeated, top_of
from app.books.incoming import Sheet, read_workbook
from app.books.pages import Label, page_of, person_of
from app.books.titled import called, place_of
from app.books.together import of_households, of_the_head, options_for, taken
from app.books.units import yuan_of
from app.models import places
from app.models.dictionary import fold
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

_SHOWN = re.compile("样表|示例|样例|范例|样本|说明|字典|代码")  # sheets that show how to fill the others
_NOBODY = frozenset(["张三", "李四", "王五", "张某", "李某", "张某某", "李某某", "×××", "XXX", "xxx", "某某某", "某某"])  # names of examples
MOST_COLUMNS = 16_384  # of a sheet
_SAYS, _BOX = re.compile(r"\w"), re.compile("[□☐○◯]")  # what a cell says, and what is drawn there to be ticked


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of the table. Attributes: column (number, from 1), head (with its groups), marker (what it is taken for; "" is not known),
    yuan (how many 元 one unit of the column is; None: its unit is not known), unit (of money, where it stands apart from the head), words
    (the head with its groups and notes: how it wants to be answered), options (the answers it offers, with what is written for each), withheld
    (what it asks for, where that is not needed for getting people into work: it stays blank until a person chooses otherwise), row (of
    the cell that answers it, in a form for one person; 0 in a table)."""

    column: int
    head: str
    marker: str
    yuan: Decimal | None = Decimal(1)
    unit: str = ""
    words: str = ""
    options: Options = ()
    withheld: str = ""
    row: int = 0

    @property
    def letter(self) -> str:
        """Return the column as Excel names it, of a form the cell."""
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(self.column)}{self.row or ''}"

    @property
    def key(self) -> int:
        """Return what a column is chosen by: its number, of a form with the row of its cell."""
        return self.row * MOST_COLUMNS + self.column

    @property
    def question(self) -> Question:
        """Return what is asked, taken apart."""
        return question(self.marker)


@dataclass(frozen=True, slots=True)
class Table:
    """A table to fill. Attributes: path, sheet (its name), row (lowest row of heads), first and last (body rows that may be
    filled, last is 0 where the table has no foot), named (rows that name somebody already), columns, place (code of the one place whose
    people it is for, where its sheet or its title says so), closed (rows of the body that hold heads again), home (what stands over it of the
    one household it is for)."""

    path: Path
    sheet: str
    row: int
    first: int
    last: int
    named: tuple[int, ...]
    columns: tuple[Asked, ...]
    source: Sheet
    place: str = ""
    closed: frozenset[int] = frozenset()
    home: Said = ()

    @property
    def known(self) -> int:
        """Return how many of its columns are known."""
        return sum(bool(c.marker) for c in self.columns)

    def text(self, row: int, marker: str) -> str:
        """Return what a row says under a marker."""
        at = next(((c.row or row, c.column) for c in self.columns if c.marker == marker), None)
        return "" if at is None else as_text(self.source.cell(*at) or self.source.spanning(*at))

    def around(self) -> tuple[str, str]:
        """Return what says whom the table is about: its title with the head of the names, and the notes around it."""
        top, rows = top_of(self.source, self.row), self.source.rows
        over = [text for cells in rows[:top - 1] for cell in cells if (text := as_text(cell))]
        under = [text for cells in rows[self.last:] for cell in cells if (text := as_text(cell))] if self.last else []
        names = [c.head for c in self.columns if c.marker == "person.full_name"]
        title = [text for text in over if not CAPTION.search(text)]
        return "|".join((self.sheet, *title, *names)), "|".join((*over, *under))

    @property
    def is_counted(self) -> bool:
        """Return whether its rows are places, with figures."""
        return any(c.marker.startswith("dispatch.") for c in self.columns)

    @property
    def is_page(self) -> bool:
        """Return whether it is a form for one person: each column answers in a row of its own."""
        return any(c.row for c in self.columns)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a workbook that are filled. Attributes: path, tables (in the order of the sheets; at least one), left (sheet and why,
    of tables that are left as they are)."""

    path: Path
    tables: tuple[Table, ...]
    left: tuple[tuple[str, str], ...] = ()


def read(ledger: "Ledger", path: Path) -> Table:
    """Return the table of a workbook of which most is known, with what its columns are taken for. Problem as `read_all`."""
    return max(read_all(ledger, path).tables, key=lambda table: table.known)


def read_all(ledger: "Ledger", path: Path) -> Tables:
    """Return the tables of a workbook: one with a sheet for each place has many. Problem where no sheet has heads that are known."""
    from app.books.counted import counted_table

    found: list[Table] = []
    blank: list[tuple[str, str]] = []
    for sheet in read_workbook(path).sheets:
        if card := _card(ledger, path, sheet):
            found += card
        elif labels := page_of(sheet):
            if person_of(sheet, labels):
                found.append(_page(ledger, path, sheet, labels))
            else:
                blank.append((sheet.name, say("一人一张的表，还没有写是谁", "a form for one person that does not say whose it is")))
        elif (table := table_of(path, sheet, ledger)) is not None:
            some = _of_a_home(ledger, path, sheet, table)
            found += some
            if not some:
                blank.append((sheet.name, say("一户一张的表，还没有写是哪一户", "a form for one household that does not say which it is")))
        elif (counts := counted_table(path, sheet, ledger)) is not None:
            found.append(counts)
    if blank and not found:
        raise Problem("fill.page", f"{path.name} 是一人（户）一张的表：请先写上姓名或身份证号，再来填。",
                      f"{path.name} is a form for one person or household: write the name or the ID number first, then fill it.")
    if not found:
        raise Problem("fill.heads", f"{path.name} 里没有找到认识的列名（如“姓名”“身份证号”）。请看看是不是选错了文件，或者在表头里加上列名。",
                      f"{path.name} has no heads that are known (such as 姓名 or 身份证号). See whether it is the right file, or add heads.")
    tables = _to_fill(path, found)
    return replace(tables, left=(*tables.left, *blank))


def _of_a_home(ledger: "Ledger", path: Path, sheet: Sheet, table: Table) -> list[Table]:
    """Return a table, with what its labels ask for before it where it is on the card of one household; [] where that is not named yet."""
    labels = labels_over(sheet, table.row)
    said = said_of(labels, sheet, table.row)
    if said == ():
        return []
    return [*([_page(ledger, path, sheet, labels)] if said and labels else []), replace(
        table, home=said or (), columns=of_the_head(table.columns) if said else table.columns)]


def _card(ledger: "Ledger", path: Path, sheet: Sheet) -> list[Table]:
    """Return the labels and the members' table of a card whose labels stand close to the heads and look like groups of them; [] of no card."""
    labels, said = named_on(ledger.db.conn, places.prefix(ledger.me.area), sheet)
    tables = [table for rest in (below(sheet, labels) if said else ()) if (table := table_of(path, rest, ledger)) is not None
              and "person.full_name" in {c.marker for c in table.columns} and 5 * table.known >= 3 * len(table.columns)]
    if not tables:
        return []
    best = max(tables, key=lambda table: (table.known, is_grouped(table.source, table.row)))
    over = [label for label in labels if label.row < top_of(best.source, best.row)]
    return [_page(ledger, path, sheet, over), replace(best, source=sheet, home=said, columns=of_the_head(best.columns))]


def _page(ledger: "Ledger", path: Path, sheet: Sheet, labels: Sequence[Label]) -> Table:
    """Return a form for one person as a table of one row, whose cells stand where its labels want them."""
    chosen = remembered.recall(ledger, DEPARTMENT.name, [label.text for label in labels])
    columns: list[Asked] = []
    for label in labels:
        told = chosen.get(fold(label.text))
        targets = label.targets if told is None else (DEPARTMENT.target(told),) if told else ()
        asked = _asked(Head(label.column, label.text, targets, (label.text,)), chosen=told is not None)
        twice = asked.marker and any(asked.marker == c.marker for c in columns)
        columns.append(replace(asked, row=label.row, marker="" if twice else asked.marker))
    row = labels[0].row
    return Table(path, sheet.name, row, row, row, (row,), of_households(tuple(columns)), sheet)


def _to_fill(path: Path, found: Sequence[Table]) -> Tables:
    """Return which tables of a workbook are filled. Of tables with the same heads that name nobody each has to be of a place of its own:
    else everybody would stand in it twice."""
    best = max(found, key=lambda table: table.known)
    tables: list[Table] = []
    left: list[tuple[str, str]] = []
    for table in found:
        alike = [one for one in found if _alike(one, table) and not one.named]
        if table is not best and (_SHOWN.search(table.sheet) or 2 * table.known < len(table.columns) and not _alike(table, best)):
            left.append((table.sheet, say("看着不是要填的表", "does not look like a table to fill")))
        elif not table.named and not table.place and any(one.place for one in alike):
            left.append((table.sheet, say("不知道是哪个地方的", "it is not known of which place it is")))
        elif not table.named and any(one in tables and (one.place, one.home) == (table.place, table.home) for one in alike):
            left.append((table.sheet, say("和前面的表一样，没有再填一遍", "the same table as one before; not filled again")))
        else:
            tables.append(table)
    return Tables(path, tuple(tables), tuple(left))


def _alike(one: Table, other: Table) -> bool:
    return [c.head for c in one.columns] == [c.head for c in other.columns]


def choose_all(ledger: "Ledger", tables: Tables, at: int, chosen: Mapping[int, str]) -> Tables:
    """Return the tables with other meanings for some columns of one of them, and of those with the same heads."""
    of = tables.tables[at]
    return replace(tables, tables=tuple(choose(ledger, one, chosen) if _alike(one, of) else one for one in tables.tables))


def choose_by_head(ledger: "Ledger", tables: Tables, head: str, marker: str) -> Tables:
    """Return the tables with another meaning for the columns of this head. Problem where there is no such head, or nothing that is so called."""
    marker = marker.strip()
    if marker and marker not in meanings():
        raise Problem("fill.meaning", f"没有 {marker} 这一项。写成 类型.字段，如 person.phone；空着表示不填。",
                      f"There is nothing called {marker}. Write TYPE.FIELD, such as person.phone; leave it empty for nothing.")
    found = [(at, c.key) for at, table in enumerate(tables.tables) for c in table.columns if fold(c.head) == fold(head)]
    if not found:
        heads = "、".join(dict.fromkeys(c.head for table in tables.tables for c in table.columns))
        raise Problem("fill.head", f"表里没有“{head}”这一列。有：{heads}。", f"The table has no column {head}. There are: {heads}.")
    for at, key in found:
        tables = choose_all(ledger, tables, at, {key: marker})
    return tables


def choose(ledger: "Ledger", table: Table, chosen: Mapping[int, str]) -> Table:
    """Return the table with other meanings for some columns (key to marker), and remember them for tables with these heads."""
    heads = [c.head for c in table.columns]
    remembered.remember(ledger, DEPARTMENT.name, heads, {c.head: chosen[c.key] for c in table.columns if c.key in chosen})
    columns = tuple(c if (marker := chosen.get(c.key)) is None else
                    replace(c, marker=marker, withheld="", yuan=yuan_of(question(marker).field, c.head, c.unit), options=options_for(marker, c.words))
                    for c in table.columns)
    kept = table.is_page or table.is_counted
    return replace(table, columns=columns, named=table.named if kept else _named(table.source, columns, body_rows(table)))


def meanings() -> dict[str, str]:
    """Return marker -> label of everything that a column can be filled with."""
    return {marker: label for marker, label in labels().items() if marker != "row.number"}


def body_rows(table: Table) -> Sequence[int]:
    """Return the rows of the body that may name somebody."""
    return [row for row in range(table.first, (table.last or len(table.source.rows)) + 1) if row not in table.closed]


def table_of(path: Path, sheet: Sheet, ledger: "Ledger | None" = None) -> Table | None:
    """Return the table of a sheet, None where it has no heads that are known. With a ledger, what people chose counts."""
    recall = None if ledger is None else lambda heads: remembered.recall(ledger, DEPARTMENT.name, heads)
    heads = find_heads(sheet, DEPARTMENT, recall)
    if heads is None:
        return None
    chosen = set(recall([head.text for head in heads.heads])) if recall is not None else set[str]()
    title = "|".join(text for cells in sheet.rows[:heads.row - 1] for cell in cells if (text := as_text(cell)))
    body = body_of(sheet, heads)
    columns = taken([_asked(head, chosen=fold(head.text) in chosen) for head in heads.heads],
                    {head.column: head.path for head in heads.heads if fold(head.text) not in chosen}, sheet, f"{sheet.name}|{title}", body.rows)
    body = _without_examples(ledger, sheet, columns, body)
    closed = repeated(sheet, heads, body.rows)
    named = _named(sheet, columns, [row for row in body.rows if row not in closed])
    return Table(path, sheet.name, heads.row, body.first, body.last, named, columns, sheet,
                 "" if ledger is None else place_of(ledger, sheet, heads.row) or _said_below(ledger, sheet, columns, body.rows), closed)


def _asked(head: Head, *, chosen: bool) -> Asked:
    marker = head.targets[0].name if head.targets else ""
    of = question(marker).field
    if of is not None and of.off and not chosen:
        return Asked(head.column, head.text, "", withheld=marker, words=head.whole + head.note)
    words = head.whole + head.note
    return Asked(head.column, head.text, marker, yuan_of(question(marker).field, head.whole, head.unit), head.unit, words, options_for(marker, words))


def _named(sheet: Sheet, columns: Sequence[Asked], rows: Sequence[int]) -> tuple[int, ...]:
    """Return the rows that name somebody, or say something else that is their own: into them nobody is put who is not named there."""
    at = [c.column for c in columns if c.marker in WHOSE]
    own = [c.column for c in columns if c.marker not in WHOSE and _of_their_own(sheet, c.column, rows)]
    return tuple(row for row in rows if any(as_text(sheet.cell(row, column)) for column in (*at, *own)))


def _without_examples(ledger: "Ledger | None", sheet: Sheet, columns: Sequence[Asked], body: Body) -> Body:
    """Return the body without first rows that name 张三 or 李四, unless somebody here is called so: they show how to fill the table."""
    at = [c.column for c in columns if c.marker == "person.full_name"]
    while (row := body.first) in body.rows and any((name := as_text(sheet.cell(row, column))) in _NOBODY and not _is_here(ledger, name)
                                                  for column in at):
        body = Body(row + 1, body.last, body.rows[1:])
    return body


def _is_here(ledger: "Ledger | None", name: str) -> bool:
    return ledger is not None and ledger.db.conn.execute("SELECT 1 FROM person WHERE full_name = ? AND _void IS NULL LIMIT 1",
                                                         (name,)).fetchone() is not None


def _said_below(ledger: "Ledger", sheet: Sheet, columns: Sequence[Asked], rows: Sequence[int]) -> str:
    """Return the place that a column of places says in every row that says one: a table drawn for one village."""
    told = {as_text(sheet.cell(row, c.column)) for c in columns if c.marker in ("place.name", "place.township") for row in rows} - {""}
    return called(ledger, "|".join(sorted(told))) if told else ""


def _of_their_own(sheet: Sheet, column: int, rows: Sequence[int]) -> bool:
    """Return whether a column tells rows apart: it has texts that are neither numbers in a row (1, 2, 3 …), nor boxes to tick (□男□女), nor
    the same all the way down."""
    told = [text for row in rows if _SAYS.search(text := fold(as_text(sheet.cell(row, column)))) and not _BOX.search(text) and text != "0"]
    if not told or len(told) > 1 and len(set(told)) == 1:
        return False
    return not (all(text.isdecimal() for text in told) and [int(text) for text in told] == list(range(int(told[0]), int(told[0]) + len(told))))
