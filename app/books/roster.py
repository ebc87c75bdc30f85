"""Roster: households and people come in from another office's workbook. Promises good rows all or none, bad rows with reasons.

    read(path) -> Preview: what was recognised, the first rows; nothing is written
    preview.compare(ledger) -> RosterResult: what would happen
    preview.commit(ledger) -> RosterResult: what happened, in one transaction
The same roster twice changes nothing.
"""
from dataclasses import dataclass
from dataclasses import field as declared
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books.headers import IGNORED, PLACE, SITE, Heads, find_heads
from app.books.incoming import Incoming, Row, Sheet, read_workbook
from app.books.reconcile import CREATED, REJECTED, UNCHANGED, UPDATED, Reconciliation, Settled
from app.books.roster_row import read_rows
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

FIRST = 20  # rows shown in a preview


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
class RosterResult:
    """What a roster did or would do. created, updated, unchanged and rejected count rows, that is persons.

    Attributes: to_ask (row number -> fields marked * that are still missing), notes, fates (row numbers by sheet).
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
    """A column of the workbook: its sheet, number (from 1), head, and what it is taken for ("" when not known)."""

    sheet: str
    column: int
    head: str
    meaning: str


class Preview:
    """A roster that was read. Attributes: path, digest, tables (sheets and their heads), columns, rows (how many)."""

    def __init__(self, workbook: Incoming, tables: list[tuple[Sheet, Heads]]) -> None:
        self.path, self.digest, self.tables = workbook.path, workbook.digest, tables
        self.columns = tuple(ColumnInfo(sheet.name, head.column, head.text, _meaning(head.targets))
                             for sheet, heads in tables for head in heads.heads)
        self.rows = sum(len(read_rows(sheet, heads)) for sheet, heads in tables)

    @property
    def source(self) -> str:
        """Return how the changes of this roster are named: the same for the same file."""
        return f"roster:{self.digest[:16]}"

    def first(self, limit: int = FIRST) -> tuple[tuple[str, ...], ...]:
        """Return the first rows as text, under the heads of the first table."""
        sheet, heads = self.tables[0]
        return tuple(tuple(str(sheet.cell(row.row, head.column)) for head in heads.heads)
                     for row in read_rows(sheet, heads)[:limit])

    def compare(self, ledger: "Ledger", *, masked: bool = False) -> RosterResult:
        """Return what would happen; nothing is written. `masked`: the reasons mask names, for where logs are kept."""
        return _result(self._reconcile(ledger, masked).settled)

    def commit(self, ledger: "Ledger", *, masked: bool = False) -> RosterResult:
        """Write the good rows in one transaction; return what happened. Where nothing differs nothing is written."""
        found = self._reconcile(ledger, masked)
        if found.writes:
            ledger.write(found.writes, source=self.source)
        return _result(found.settled)

    def _reconcile(self, ledger: "Ledger", masked: bool) -> Reconciliation:
        return Reconciliation(ledger, [row for sheet, heads in self.tables for row in read_rows(sheet, heads)], masked)


def read(path: Path) -> Preview:
    """Read a roster. Raises Problem when the file is no workbook, or no sheet of it has heads that are known."""
    workbook = read_workbook(path)
    tables = [(sheet, heads) for sheet in workbook.sheets if (heads := find_heads(sheet)) is not None]
    if not tables:
        names = "、".join(f"“{sheet.name}”" for sheet in workbook.sheets)
        row = next((n for n, cells in enumerate(workbook.sheets[0].rows, 1) if any(c not in ("", None) for c in cells)), 1)
        raise Problem("roster.heads", f"{path.name} 的工作表{names}里没有找到表头：第 {row} 行像是标题，下面也没有“姓名”“证件号码”“户编号”"
                      "这样的列名。请在数据上面加一行列名，再导入。",
                      f"{path.name}: no heads were found on the sheet {names}. Row {row} looks like a title, and nothing below it"
                      " is a head such as 姓名, 证件号码 or 户编号. Put a row of heads above the data and import again.")
    preview = Preview(workbook, tables)
    if not preview.rows:
        raise Problem("roster.rows", f"{path.name} 的工作表“{tables[0][0].name}”有表头，下面没有人。请看看是不是空表。",
                      f"{path.name}: the sheet “{tables[0][0].name}” has heads but nobody below them. See whether it is a blank form.")
    return preview


def _result(settled: list[Settled]) -> RosterResult:
    fates = [s.fate for s in settled]
    good = [s for s in settled if s.fate != REJECTED]
    return RosterResult(
        fates.count(CREATED), fates.count(UPDATED), fates.count(UNCHANGED),
        tuple(_rejected(s) for s in settled if s.fate == REJECTED),
        tuple(Note(s.row.sheet, s.row.row, text) for s in good for text in dict.fromkeys(s.row.notes)),
        tuple((s.row.sheet, s.row.row, s.to_ask) for s in good if s.to_ask),
        tuple((s.row.sheet, s.row.row, s.fate) for s in settled))


def _rejected(settled: Settled) -> Rejected:
    row, first = settled.row, settled.row.reasons[0]
    return Rejected(row.sheet, row.row, first.field, first.value,
                    say("；", "; ").join(dict.fromkeys(reason.text.rstrip("。.") for reason in row.reasons)), row.cells)


def _meaning(targets: tuple[Any, ...]) -> str:
    words = {PLACE: say("地点", "Place"), SITE: say("安置点", "Resettlement site"), IGNORED: say("（不导入）", "(not taken)")}
    return say("、", ", ").join(words.get(t.name) or (t.field.label() if t.field else "") for t in targets)
