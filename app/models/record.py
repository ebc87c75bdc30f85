"""Record: what the changes of one record fold to, kept as a thin row that can be rebuilt. Promises row = fold(changes)."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.models.change import Change, Value, canonical, from_header
from app.models.fold import Folded, Groups, fold
from app.models.store import Connection

CHUNK = 500  # ids bound in one statement


@dataclass(frozen=True, slots=True)
class Version:
    """One of several values of a unit. `value` is a dict for a merge group, else the field's value; `at` is local ISO."""

    value: Value
    cid: str
    author: str
    author_name: str
    device: str
    device_name: str
    at: str
    source: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is shown.

    Attributes: values (field -> value), heads (field -> ids of the writes nobody knowingly overwrote), shown (those of
    them whose value is shown), conflicts (unit -> its versions, greatest first), void (reason of deletion or None).
    """

    id: str
    type: str
    root: str
    place: str | None
    values: dict[str, Value]
    heads: dict[str, tuple[str, ...]]
    shown: dict[str, tuple[str, ...]]
    conflicts: dict[str, list[Version]] = field(default_factory=dict)
    void: str | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """One record that a merge touched: its values before and after (None: not there, or only a stub).

    Both dicts also hold `_place`, `_void` and `_conflicts` (how many units disagree).
    """

    rec: str
    type: str
    root: str
    before: dict[str, Value] | None
    after: dict[str, Value] | None


Row = tuple[Any, ...]
INSERT_RECORD = "INSERT OR REPLACE INTO record VALUES (?,?,?,?,?,?,?,?,?)"
CHANGE_COLUMNS = "header, payload, salt"


def row_of(change: Change, folded: Folded, alone: bool) -> Row:
    """Return the record's row; where one change is all there is, the row only points at it."""
    state = None if alone else pack(folded)
    return (change.rec, change.type, change.root, folded.place, change.cid if alone else None, state,
            folded.whole, folded.void is not None, len(folded.conflicts))


def pack(folded: Folded) -> bytes:
    """Return the folded state as canonical JSON."""
    shown = {name: cids for name, cids in folded.shown.items() if cids != folded.heads[name]}
    by_head: dict[str, list[str]] = {}  # an id is longer than a field's name: write it once
    for name in sorted(folded.heads):
        for cid in folded.heads[name]:
            by_head.setdefault(cid, []).append(name)
    headless = sorted(name for name, cids in folded.heads.items() if not cids)
    return canonical([folded.values, by_head, headless, shown, folded.conflicts, folded.place, folded.void, folded.whole,
                      sorted(folded.awaited)])


def unpack(state: bytes) -> Folded:
    """Return the folded state that `pack` wrote."""
    values, by_head, headless, shown, conflicts, place, void, whole, awaited = msgspec.json.decode(state)
    heads: dict[str, list[str]] = {name: [] for name in headless}
    for cid in sorted(by_head):
        for name in by_head[cid]:
            heads.setdefault(name, []).append(cid)
    tuples = {name: tuple(cids) for name, cids in heads.items()}
    return Folded(values=values, heads=tuples, place=place, void=void, whole=whole, awaited=frozenset(awaited),
                  shown={**tuples, **{name: tuple(cids) for name, cids in shown.items()}},
                  conflicts={unit: tuple(cids) for unit, cids in conflicts.items()})


def outlook(folded: Folded) -> dict[str, Value] | None:
    """Return what projections are given: the values and the three pseudo-columns; None for a stub."""
    if not folded.whole:
        return None
    return {**folded.values, "_place": folded.place, "_void": folded.void, "_conflicts": len(folded.conflicts)}


def load(conn: Connection, recs: Sequence[str], groups_of: Mapping[str, Groups]) -> dict[str, tuple[str, str, Folded]]:
    """Return rec -> (type, root, state) of those records that are there."""
    out: dict[str, tuple[str, str, Folded]] = {}
    for part in chunks(recs):
        rows = conn.execute(
            "SELECT r.rec, r.type, r.root, r.state, c.header, c.payload, c.salt FROM record r "
            f"LEFT JOIN change c ON c.cid = r.cid WHERE r.rec IN ({marks(part)})", part)
        for rec, kind, root, state, header, payload, salt in rows:
            folded = (unpack(state) if state is not None
                      else fold([from_header(header, payload, salt)], groups_of.get(kind, {})))
            out[rec] = (kind, root, folded)
    return out


def changes_of(conn: Connection, recs: Sequence[str], column: str = "rec") -> dict[str, list[Change]]:
    """Return id -> all writes of these records (or, with column "root", everything said of these dossiers)."""
    out: dict[str, list[Change]] = {}
    only = " AND kind = 'write'" if column == "rec" else ""
    for part in chunks(sorted(recs)):
        for key, header, payload, salt in conn.execute(
                f"SELECT {column}, {CHANGE_COLUMNS} FROM change WHERE {column} IN ({marks(part)}){only}", part):
            out.setdefault(key, []).append(from_header(header, payload, salt))
    return out


def chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return the items in parts that fit into one statement."""
    return (items[i:i + CHUNK] for i in range(0, len(items), CHUNK))


def marks(items: Sequence[str]) -> str:
    """Return as many question marks as there are items."""
    return ",".join("?" * len(items))
