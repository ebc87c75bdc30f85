"""Lists: what other offices send as rows: rosters, posts, training lists. Promises good rows all or none, bad rows with reasons.

    read(path, kind, ledger) -> Preview: what was recognised, the first rows; nothing is written
    preview.compare(ledger) -> ListResult: what would happen
    preview.commit(ledger) -> ListResult: what happened, in one transaction
The same list twice changes nothing. What a person chose for a column is remembered for the next table of that sender.
"""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as declared
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.books import remembered
from app.books.headers import Heads, find_heads
from app.books.incoming import Incoming, Row, Sheet, read_workbook
from app.books.list_row import ListRow, plain
from app.books.vocabulary import Vocabulary
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

FIRST = 20  # rows shown in a preview
CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass(slots=True)
class Settled:
    """A row and what became of it: fate (created, updated, unchanged, rejected), the id of its record, what is to be asked."""

    row: ListRow
    fate: str
    rec: str = ""
    writes: tuple[Write, ...] = ()
    to_ask: tuple[str, ...] = ()


class Settling(Protocol):
    """The rows of a list against one ledger, at one moment. Attributes: settled (in the order of the rows), writes (to make)."""

    settled: list[Settled]
    writes: tuple[Write, ...]


@dataclass(frozen=True, eq=False)
class ListKind:
    """A kind of list.

    Attributes: name, zh and en (what it is called), vocabulary (what its heads mean), rows (reads those of a sheet), settle (ledger,
    rows, masked: against what is known), lacks (what a person is told to put above the data), fits (whether a sheet whose heads are
    known is one; None: it is).
    """

    name: str
    zh: str
    en: str
    vocabulary: Vocabulary
    rows: Callable[[Sheet, Heads], list[Any]]
    settle: Callable[["Ledger", Sequence[Any], bool], Settling]
    lacks: tuple[str, str]
    fits: Callable[[Sheet, Heads], bool] | None = None

    def label(self) -> str:
        """Return what it is called in the language in use."""
        return say(self.zh, self.en)

    def heads(self, sheet: Sheet, ledger: "Ledger | None") -> Heads | None:
        """Return the heads of a sheet that holds such a list, else None. With a ledger, what people chose counts."""
        recall = None if ledger is None else lambda heads: remembered.recall(ledger, self.name, heads)
        heads = find_heads(sheet, self.vocabulary, recall)
        return heads if heads is not None and (self.fits is None or self.fits(sheet, heads)) else None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken in: where it stands, the first field concerned and its value, all reasons joined."""

    sheet: str
    row: int
    field: str
    value: str
    reason: str
    cells: Row = declared(default_factory=list, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line reports."""
        return {"sheet": self.sheet, "row": self.row, "field": self.field, "value": self.value, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a row that was taken in, for people to look at."""

    sheet: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class ListResult:
    """What a list did or would do. created, updated, unchanged and rejected count rows.

    Attributes: to_ask (sheet, row number, fields marked * that are still missing), notes, fates (sheet, row number, fate).
    """

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    notes: tuple[Note, ...]
    to_ask: tuple[tuple[str, int, tuple[str, ...]], ...]
    fates: tuple[tuple[str, int, str], ...]

    @property
    def good(self) -> int:
        """Return how many rows were good."""
        return self.created + self.updated + self.unchanged

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line reports."""
        return {"created": self.created, "updated": self.updated, "unchanged": self.unchanged,
                "rejected": [r.as_dict() for r in self.rejected],
                "notes": [{"sheet": n.sheet, "row": n.row, "text": n.text} for n in self.notes],
                "to_ask": [{"sheet": s, "row": row, "fields": list(fields)} for s, row, fields in self.to_ask]}


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column of the workbook: its sheet, number (from 1), head, what it is taken for ("" when not known), and the names of that."""

    sheet: str
    column: int
    head: str
    meaning: str
    targets: tuple[str, ...]


class Preview:
    """A list that was read. Attributes: kind, path, digest, tables (sheets and their heads), columns, rows (how many)."""

    def __init__(self, kind: ListKind, workbook: Incoming, tables: list[tuple[Sheet, Heads]]) -> None:
        self.kind, self.path, self.digest, self.tables = kind, workbook.path, workbook.digest, tables
        self._workbook = workbook
        self.columns = tuple(ColumnInfo(sheet.name, head.column, head.text, say("、", ", ").join(kind.vocabulary.label(t.name) for t in head.targets),
                                        tuple(t.name for t in head.targets))
                             for sheet, heads in tables for head in heads.heads)
        self.rows = len(self._read())

    @property
    def source(self) -> str:
        """Return how the changes of this list are named: the same for the same file."""
        return f"{self.kind.name}:{self.digest[:16]}"

    def first(self, limit: int = FIRST) -> tuple[tuple[str, ...], ...]:
        """Return the first rows as text, under the heads of the first table."""
        sheet, heads = self.tables[0]
        numbers = [row.row for row in self.kind.rows(sheet, heads)[:limit]]
        return tuple(tuple(plain(sheet.cell(number, head.column)) for head in heads.heads) for number in numbers)

    def compare(self, ledger: "Ledger", *, masked: bool = False) -> ListResult:
        """Return what would happen; nothing is written. `masked`: the reasons mask names, for where logs are kept."""
        return _result(self.kind.settle(ledger, self._read(), masked).settled)

    def commit(self, ledger: "Ledger", *, masked: bool = False) -> ListResult:
        """Write the good rows in one transaction; return what happened. Where nothing differs nothing is written."""
        found = self.kind.settle(ledger, self._read(), masked)
        if found.writes:
            ledger.write(found.writes, source=self.source)
        return _result(found.settled)

    def choose(self, ledger: "Ledger", chosen: Mapping[str, str]) -> "Preview":
        """Return the list read anew with other meanings for some heads (head to target, "" is nothing), and remember them for this sender."""
        for _, heads in self.tables:
            texts = [head.text for head in heads.heads]
            if mine := {head: target for head, target in chosen.items() if head in texts}:
                remembered.remember(ledger, self.kind.name, texts, mine)
        return _preview(self.kind, self._workbook, ledger)

    def _read(self) -> list[ListRow]:
        """Return the rows, read afresh: settling leaves reasons and notes in them."""
        return [row for sheet, heads in self.tables for row in self.kind.rows(sheet, heads)]


def read(path: Path, kind: ListKind, ledger: "Ledger | None" = None) -> Preview:
    """Read a list. Problem when the file is no workbook, or no sheet of it has heads that are known."""
    return _preview(kind, read_workbook(path), ledger)


def _preview(kind: ListKind, workbook: Incoming, ledger: "Ledger | None") -> Preview:
    tables = [(sheet, heads) for sheet in workbook.sheets if (heads := kind.heads(sheet, ledger)) is not None]
    path = workbook.path
    if not tables:
        names = "、".join(f"“{sheet.name}”" for sheet in workbook.sheets)
        row = next((n for n, cells in enumerate(workbook.sheets[0].rows, 1) if any(c not in ("", None) for c in cells)), 1)
        zh, en = kind.lacks
        raise Problem("roster.heads", f"{path.name} 的工作表{names}里没有找到表头：第 {row} 行像是标题，下面也没有{zh}这样的列名。"
                      "请在数据上面加一行列名，再导入。",
                      f"{path.name}: no heads were found on the sheet {names}. Row {row} looks like a title, and nothing below it"
                      f" is a head such as {en}. Put a row of heads above the data and import again.")
    preview = Preview(kind, workbook, tables)
    if not preview.rows:
        raise Problem("roster.rows", f"{path.name} 的工作表“{tables[0][0].name}”有表头，下面没有内容。请看看是不是空表。",
                      f"{path.name}: the sheet “{tables[0][0].name}” has heads but nothing below them. See whether it is a blank form.")
    return preview


def _result(settled: list[Settled]) -> ListResult:
    fates = [s.fate for s in settled]
    good = [s for s in settled if s.fate != REJECTED]
    return ListResult(
        fates.count(CREATED), fates.count(UPDATED), fates.count(UNCHANGED),
        tuple(_rejected(s) for s in settled if s.fate == REJECTED),
        tuple(Note(s.row.sheet, s.row.row, text) for s in good for text in dict.fromkeys(s.row.notes)),
        tuple((s.row.sheet, s.row.row, s.to_ask) for s in good if s.to_ask),
        tuple((s.row.sheet, s.row.row, s.fate) for s in settled))


def _rejected(settled: Settled) -> Rejected:
    row, first = settled.row, settled.row.reasons[0]
    return Rejected(row.sheet, row.row, first.field, first.value,
                    say("；", "; ").join(dict.fromkeys(reason.text.rstrip("。.") for reason in row.reasons)), row.cells)
