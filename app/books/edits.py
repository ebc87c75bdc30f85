"""Edits: the values that somebody wrote into a book. Promises that each is judged by the rules and says what would come of it."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.models import clock, entry
from app.models.change import Value
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.problem import Problem
from app.models.record import changes_of
from app.models.undoing import NOTHING

if TYPE_CHECKING:
    from app.models.fold import Folded
    from app.models.ledger import Ledger

CHANGE, CONFLICT = "change", "conflict"


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell or a row that is not taken: where it stands, its head and what it says, and why."""

    sheet: str
    row: int
    field: str
    value: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line reports."""
        return {"sheet": self.sheet, "row": self.row, "field": self.field, "value": self.value, "reason": self.reason}


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One value that a book brings.

    Attributes: sheet (its name), row (in the sheet), title (head of the column), type, rec, name (of the field), value (as stored), before
    (what the book had shown), person (whose row it is), proven (what the row had seen is known), told (what the cell says), state, now (what
    the record says meanwhile, where it differs), seen (field -> heads the author had seen), why (what the rules doubt).
    """

    sheet: str
    row: int
    title: str
    type: str
    rec: str
    name: str
    value: Value
    before: Any
    person: str | None
    proven: bool
    told: str
    state: str = CHANGE
    now: Value = None
    seen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    why: Mapping[str, str] | None = None


def told_as(cell: Any) -> str:
    """Return what a cell says, as it is reported: in full; an empty one says nothing."""
    return "" if cell is None else str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)[:40]


def judged(ledger: "Ledger", edits: Sequence[Edit]) -> tuple[list[Edit], list[Refused]]:
    """Return (edits, refusals): what a rule forbids the record to say is refused, with the rule's sentence."""
    by_rec: dict[str, list[Edit]] = {}
    for edit in edits:
        by_rec.setdefault(edit.rec, []).append(edit)
    good: list[Edit] = []
    bad: list[Refused] = []
    for rec, some in by_rec.items():
        try:
            why = _doubts(ledger, rec, some)
        except Problem as problem:
            bad += [Refused(edit.sheet, edit.row, edit.title, edit.told, say(problem.zh, problem.en)) for edit in some]
        else:
            good += [replace(edit, why=why) for edit in some]
    return good, bad


def _doubts(ledger: "Ledger", rec: str, edits: Sequence[Edit]) -> dict[str, str]:
    record, kind = ledger.get(rec), edits[0].type
    old = dict(record.values) if record else {"person_id": edits[0].person, "source": "import", "as_of": clock.today().isoformat()}
    new = {**old, **{edit.name: edit.value for edit in edits}}
    return entry.doubts(ledger, kind, old, new, rec if record else None)


def told_by(ledger: "Ledger", edit: Edit, seen: Mapping[str, Sequence[str]]) -> Edit | None:
    """Return the edit with what would come of it; None where the record says so already."""
    folded = ledger.folded(edit.rec)
    if folded is None:
        return replace(edit, seen={})
    unit = dictionary().unit_of(edit.type, edit.name)
    now, names = folded.values.get(edit.name), dictionary().fields_of_unit(edit.type, unit)
    if now == edit.value and unit not in folded.conflicts:
        return None
    told = {name: list(seen.get(name, ())) for name in names}
    if edit.proven and _unseen(folded, told):
        told = _with_restored(ledger, edit.rec, folded, told)
    unseen = _unseen(folded, told)
    return replace(edit, seen=told, state=CONFLICT if unseen else CHANGE, now=now if unseen else None)


def _unseen(folded: "Folded", seen: Mapping[str, Sequence[str]]) -> bool:
    return any(set(folded.heads.get(name, ())) - set(some) for name, some in seen.items())


def _with_restored(ledger: "Ledger", rec: str, folded: "Folded", seen: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what the author had seen, and what an undo has put back of it since: that says nothing he had not seen."""
    back = {change.cid: str(change.extra["restores"]) for change in changes_of(ledger.db.conn, [rec])[rec] if change.extra.get("restores")}
    known = {cid for some in seen.values() for cid in some} or {NOTHING}

    def origin(cid: str) -> str:
        while cid in back:
            cid = back[cid]
        return cid

    return {name: [*some, *(cid for cid in folded.heads.get(name, ()) if cid in back and cid not in some and origin(cid) in known)]
            for name, some in seen.items()}
