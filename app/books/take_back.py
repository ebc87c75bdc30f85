"""Take back: a book that was edited in an office comes home as exactly what was edited, through the one door.

    read(ledger, path) -> Returned            compare(ledger, returned) -> Homecoming: what would happen; nothing is written
    accept(ledger, homecoming, leave) -> Accepted: what was written, one act that one undo takes back

Each edited cell is an ordinary change whose author had seen what the book showed. What nobody else has touched is
written; where somebody else has, both values stand and are asked about. A row that is gone is asked about, never deleted.
"""
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.books import arrivals as arriving
from app.books.comparing import Reader, trouble_of
from app.books.edits import CHANGE, CONFLICT, Edit, Refused, judged, told_as, told_by
from app.books.known import Known
from app.books.returned import Returned, Row, read
from app.models import spells
from app.models.identity import spell_id
from app.models.language import say
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

BATCH = 500
__all__ = ["Accepted", "Homecoming", "accept", "compare", "read"]


@dataclass(slots=True)
class Homecoming:
    """What a book that came home would do.

    Attributes: returned, edits (values that would change or disagree), unchanged (cells that say what they said),
    refused (cells that are not taken, with reasons), arrivals (rows of people who were not in the book), gone (ids and
    row labels of who stood in the book and stands there no more), rows (how many were read).
    """

    returned: Returned
    edits: list[Edit] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    arrivals: arriving.Arrivals | None = None
    gone: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0

    def count(self, state: str) -> int:
        """Return how many values would change, or would disagree."""
        return sum(edit.state == state for edit in self.edits)

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line reports; counts are of values."""
        new = self.arrivals
        return {"changed": len(self.edits), "unchanged": self.unchanged, "conflicts": self.count(CONFLICT),
                "rejected": [r.as_dict() for r in [*self.refused, *(new.refused if new else ())]], "rows": self.rows,
                "new": new.created if new else 0, "known": new.known if new else 0, "gone": len(self.gone)}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was written: values, and rows of people who are new here."""

    values: int
    people: int


def compare(ledger: "Ledger", returned: Returned, progress: Callable[[int, int], None] | None = None) -> Homecoming:
    """Return what the book would do here; nothing is written. What `progress` (rows done, rows in all) raises stops it."""
    out = Homecoming(returned)
    known = Known(ledger, returned)
    out.unchanged = len(returned.untouched) * len(known.readers)
    mine, strangers = _whose(known, returned, out)
    for start in range(0, len(mine), BATCH):
        if progress is not None:
            progress(start, len(mine))
        _compare_rows(ledger, known, mine[start:start + BATCH], out)
    out.edits = _settled(ledger, known, out)
    out.arrivals = arriving.of(ledger, returned, strangers) if strangers else None
    out.gone = known.gone(returned.untouched.union(rec for _, ids in mine for rec in ids.values()))
    out.rows = len(returned.rows) + len(returned.untouched)
    return out


def accept(ledger: "Ledger", found: Homecoming, leave: Collection[Edit] = (), *, newcomers: bool = True) -> Accepted:
    """Write the edits, but those that are left, and, if they are wanted, the added rows; one act, or nothing of it."""
    taken = [edit for edit in found.edits if edit not in leave]
    new = found.arrivals if newcomers else None
    writes = [*_writes(ledger, taken), *(new.writes if new else ())]
    if writes:
        ledger.write(writes, source=found.returned.source)
    return Accepted(len(taken), new.created if new else 0)


def _whose(known: Known, returned: Returned, out: Homecoming) -> tuple[list[tuple[Row, Mapping[str, str]]], list[Row]]:
    """Return (rows with the records they are about, rows of nobody in the book); a row that stands twice is looked at."""
    mine: list[tuple[Row, Mapping[str, str]]] = []
    strangers: list[Row] = []
    first: dict[str, Row] = {}
    main = returned.template.records[0]
    for row, ids in known.matched(returned.rows):
        rec = ids.get(main)
        if rec is None:
            strangers.append(row)
        elif rec in returned.untouched:
            if known.somebody_else(row, rec):
                strangers.append(row)
            elif any(not reader.says(row.cells[at], known.value(rec, reader)) for at, reader in known.readers if reader.field.type == main):
                out.refused.append(Refused(row.layout.sheet.name, row.number, "", "", say(
                    "这个人在另一行没有改动，这一行却不一样；没有收，请核对哪一行对",
                    "The person stands unchanged in another row; this one was not taken. See which is right")))
        elif rec not in first:
            first[rec] = row
            mine.append((row, ids))
        elif known.somebody_else(row, rec):
            strangers.append(row)  # copied in order to fill in another person
        elif row.cells != first[rec].cells:
            out.refused.append(Refused(row.layout.sheet.name, row.number, "", "", say(
                f"和第 {first[rec].number} 行是同一个人，填的却不一样；只收了第 {first[rec].number} 行",
                f"The same person as in row {first[rec].number}, filled in otherwise; only row {first[rec].number} was taken")))
    return mine, strangers


def _compare_rows(ledger: "Ledger", known: Known, rows: Sequence[tuple[Row, Mapping[str, str]]], out: Homecoming) -> None:
    """Find the edited cells of some rows."""
    known.load([ids for _, ids in rows])
    readers = known.readers
    for row, ids in rows:
        for at, reader in readers:
            cell, rec = row.cells[at], ids.get(reader.field.type)
            if reader.says(cell, known.showed(row, rec, reader)):
                out.unchanged += 1
            else:
                _edit(ledger, known, row, ids, reader, cell, out)
        for at, marker, shows in known.fixed:
            cell = row.cells[at]
            if cell not in ("", None) and not shows(row, ids, cell):
                out.refused.append(_refuse(row, marker, cell, say("这一列是算出来的，改了不收；请改它依据的数据",
                                                                        "This column is worked out and cannot be edited; edit what it is made from")))


def _edit(ledger: "Ledger", known: Known, row: Row, ids: Mapping[str, str], reader: Reader, cell: Any, out: Homecoming) -> None:
    value, trouble = trouble_of(lambda: reader.value(cell))
    if trouble:
        out.refused.append(_refuse(row, reader.column.title, cell, trouble))
        return
    rec = ids.get(reader.field.type)
    if rec is None and reader.field.type != "placement":
        out.refused.append(_refuse(row, reader.column.title, cell, say("这个人没有户，户的内容没有地方写",
                                                                            "The person has no household to write this to")))
        return
    if rec is None:
        rec = spell_id(ids["person"], 1) if not spells.spells(ledger, ids["person"]) else spells.next_id(ledger, ids["person"])
    out.edits.append(Edit(row.layout.sheet.name, row.number, reader.column.title, reader.field.type, rec, reader.field.name, value,
                          known.shown(row, ids.get(reader.field.type), reader), ids.get("person"), row.proven, told_as(cell)))


def _settled(ledger: "Ledger", known: Known, out: Homecoming) -> list[Edit]:
    """Return the edits that stand: each value once, judged by the rules, with what would come of it."""
    once: dict[tuple[str, str], Edit] = {}
    for edit in out.edits:
        other = once.setdefault((edit.rec, edit.name), edit)
        if other.value != edit.value:
            out.refused.append(Refused(edit.sheet, edit.row, edit.title, edit.told, say(
                f"同一户在第 {other.row} 行填的是别的，只收了第 {other.row} 行",
                f"Row {other.row} of the same household says otherwise; only row {other.row} was taken")))
        elif other is not edit:
            out.unchanged += 1  # said a second time
    good, bad = judged(ledger, list(once.values()))
    out.refused += bad
    told = []
    for start in range(0, len(good), BATCH):
        some = good[start:start + BATCH]
        seen = known.seen(some)
        told += [told_by(ledger, edit, seen.get(edit.rec, {}) if edit.proven else {}) for edit in some]
    out.unchanged += sum(edit is None for edit in told)
    return [edit for edit in told if edit is not None]


def _writes(ledger: "Ledger", edits: Sequence[Edit]) -> Iterator[Write]:
    """Yield one write for each record: the edited values, what their author had seen, and what the rules doubt."""
    by_rec: dict[str, list[Edit]] = {}
    for edit in edits:
        by_rec.setdefault(edit.rec, []).append(edit)
    for rec, some in by_rec.items():
        values = {edit.name: edit.value for edit in some}
        if ledger.folded(rec) is None and some[0].type == "placement":
            yield Write("placement", {**values, "person_id": some[0].person, "source": "import"}, rec=rec)
        else:
            seen = {name: cids for edit in some for name, cids in edit.seen.items()}
            yield Write(some[0].type, values, rec=rec, seen=seen, why=some[0].why or None)


def _refuse(row: Row, title: str, value: Any, reason: str) -> Refused:
    return Refused(row.layout.sheet.name, row.number, title, told_as(value), reason)


def states() -> dict[str, str]:
    """Return state -> what it is called."""
    return {CHANGE: say("改动", "changed"), CONFLICT: say("和别人的不一致", "disagrees")}
