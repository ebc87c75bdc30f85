"""Deciding: what people settle about disagreements, one or many at once, and how a settled one is opened again.

Promises that a decision supersedes exactly what whoever decided was shown: where something arrived meanwhile the
decision is left out and named, never taken; and that a decision, like its reopening, is an ordinary change.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import links, reading
from app.models.change import PLACE, VOID, Change, Value
from app.models.dictionary import dictionary
from app.models.fold import fold, versions
from app.models.problem import Problem
from app.models.reading import Conflict
from app.models.record import Record, marks
from app.models.store import transaction
from app.models.undoing import take_back
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger, Touched

ASKS = "review:ask"  # the source of a question for the next visit, which decides nothing
REVIEW = "review"  # the source of a decision; a rule adds its name after a colon
Heads = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Decision:
    """One disagreement and what it shall say (a dict for a group). shown: the heads that whoever decides was shown; None: those that stand now."""

    rec: str
    unit: str
    value: Value
    shown: Heads | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was written, and which decisions were left out because something else stands there by now."""

    touched: "Touched"
    left: tuple[Decision, ...]


def decide(ledger: "Ledger", decisions: Iterable[Decision], *, rule: str = "", why: Mapping[str, str] | None = None) -> Decided:
    """Write decisions in one transaction and as one step that undo takes back. Raises KeyError where a record is not here."""
    writes, left = [], []
    with transaction(ledger.db):
        for one in decisions:
            own = one.unit in (PLACE, VOID)  # where a record is kept and whether it stands is its own matter, linked or not
            record = ledger.get(one.rec) if own else links.shown(ledger, one.rec)
            if record is None:
                raise KeyError(one.rec)
            if one.shown is not None and _sets(one.shown) != _sets(reading.heads_of(record.type, one.unit, record.heads)):
                left.append(one)
            else:
                writes.append(_write(ledger, record, one, why))
        touched = ledger.write(writes, source=f"{REVIEW}:{rule}" if rule else REVIEW)
    return Decided(touched, tuple(left))


def _sets(heads: Heads) -> dict[str, frozenset[str]]:
    return {name: frozenset(cids) for name, cids in heads.items() if cids}


def _write(ledger: "Ledger", record: Record, one: Decision, why: Mapping[str, str] | None) -> Write:
    alone, groups = links.together(ledger, one.rec) is None, ledger.groups.get(record.type, {})
    fields = dictionary().fields_of_unit(record.type, one.unit)
    seen = {name: list(record.heads.get(name, ())) for name in fields}
    values = dict(one.value) if one.unit in groups else {one.unit: one.value}
    if one.unit in groups:
        values = {name: values.get(name) for name in fields if name in values or name in record.heads}
    place = values.pop(PLACE, None)
    return Write(record.type, values, rec=one.rec, seen=seen, place=place, settles=not alone, why=why)


# -- what waits ---------------------------------------------------------------------------------------------------------

def waiting(ledger: "Ledger", prefix: str = "", among: Iterable[str] | None = None) -> list[Conflict]:
    """Return what waits for a decision, newest first: of each record, and once of each person registered twice."""
    wanted = None if among is None else {*among}
    linked = [some for some in links.components(ledger.db.conn) if wanted is None or not wanted.isdisjoint(some)]
    if wanted is not None:
        wanted |= {rec for some in linked for rec in some}
    out: list[Conflict] = []
    covered: set[tuple[str, str]] = set()
    for some, units in links.disagreeing(ledger, linked).items():
        covered |= {(rec, unit) for unit in units for rec in some}
        out += _of_linked(ledger, some, prefix)
    out += [c for c in reading.conflicts(ledger, prefix, wanted) if (c.rec, c.unit) not in covered]
    return sorted(out, key=lambda c: (max(v.cid for v in c.versions), c.unit), reverse=True)


def _of_linked(ledger: "Ledger", some: tuple[str, ...], prefix: str) -> list[Conflict]:
    held = next((found for rec in some if (found := ledger.get(rec)) is not None), None)
    one = links.together(ledger, held.id) if held and (held.place or "").startswith(prefix) else None
    if one is None:
        return []
    record = one.record
    return [Conflict(record.type, record.id, record.root, unit, found, reading.heads_of(record.type, unit, record.heads))
            for unit, found in record.conflicts.items()]


def count(ledger: "Ledger") -> int:
    """Return how many units wait for a decision."""
    conn = ledger.db.conn
    total = int(conn.execute("SELECT count(*) FROM conflict").fetchone()[0])
    for some, units in links.disagreeing(ledger, links.components(conn)).items():
        own = conn.execute(f"SELECT count(*) FROM conflict WHERE rec IN ({marks(some)}) AND unit IN ({marks(units)})", (*some, *units))
        total += len(units) - int(own.fetchone()[0])
    return total


# -- opening again ------------------------------------------------------------------------------------------------------

def reopen(ledger: "Ledger", rec: str, unit: str) -> "Touched":
    """Put back, beside each other, what a decision that still stands had put an end to; undo takes the reopening back.

    Raises Problem where nothing was decided here, or somebody has written since.
    """
    record = links.shown(ledger, rec)
    if record is None:
        raise Problem("reopen.unknown", "这条记录不在本机。", "This record is not on this computer.")
    filed = links.filed(ledger, rec)
    by_id = {c.cid: c for c in filed}
    names = dictionary().fields_of_unit(record.type, unit)
    standing = {cid for name in names for cid in record.heads.get(name, ()) if cid in by_id}
    if not standing or unit in record.conflicts or any(by_id[cid].source.split(":")[0] != REVIEW for cid in standing):
        raise Problem("reopen.none", "这里没有复核定过、后来又没改过的事。要改，请直接改这一项。",
                      "Nothing decided in Review stands here. To change it, edit the field itself.")
    writes = _opening(ledger, record, unit, filed, standing)
    if len(writes) < (1 if unit == VOID else 2):
        raise Problem("reopen.one", "定之前的几份这台电脑上不全，打不开。请到定的那台电脑上重新打开。",
                      "This computer does not hold what was decided between. Reopen it where it was decided.")
    return ledger.write(writes, source=REVIEW)


def _opening(ledger: "Ledger", record: Record, unit: str, filed: Sequence[Change], standing: set[str]) -> list[Write]:
    if links.together(ledger, record.id) is None:
        return take_back(ledger, record.id, list(filed), standing, only=unit)
    groups, by_id = ledger.groups.get(record.type, {}), {c.cid: c for c in filed}
    others = [c for c in filed if c.cid not in standing]
    names = dictionary().fields_of_unit(record.type, unit)
    seen = {name: [cid for cid in record.heads.get(name, ()) if cid in standing] for name in names}
    if unit in (VOID, PLACE) or unit not in fold(others, groups).conflicts:
        return []
    return [Write(record.type, value, rec=by_id[cid].rec, seen=seen, restores=cid)
            for cid, value in reversed(versions(others, groups, unit))]


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision made on this computer: what it concerned, the change that says it, whether undo or somebody took it back."""

    rec: str
    type: str
    unit: str
    cid: str
    source: str
    stands: bool


def settled(ledger: "Ledger", most: int = 200) -> list[Settled]:
    """Return the last decisions of this computer, newest first, one line for each unit."""
    rows = ledger.db.conn.execute(
        "SELECT c.cid FROM act a JOIN change c ON c.log = a.log AND c.seq BETWEEN a.first AND a.last "
        "WHERE a.source LIKE ? || '%' AND a.source <> ? AND NOT a.undone AND c.kind = 'write' ORDER BY a.id DESC, c.seq DESC LIMIT ?",
        (REVIEW, ASKS, most)).fetchall()
    out: list[Settled] = []
    told: set[tuple[str, str]] = set()
    for change in sorted(ledger.changes([row[0] for row in rows]), key=lambda c: c.seq, reverse=True):
        if change.extra.get("restores") or change.payload is None:
            continue
        name = PLACE if change.place is not None and not change.fields else change.fields[0]
        unit = name if name in (PLACE, VOID) else dictionary().unit_of(change.type, name)
        if (change.rec, unit) not in told:
            told.add((change.rec, unit))
            record = links.shown(ledger, change.rec)
            stands = record is not None and unit not in record.conflicts and change.cid in record.heads.get(name, ())
            out.append(Settled(change.rec, change.type, unit, change.cid, change.source, stands))
    return out
