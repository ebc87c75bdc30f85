"""Record: what the changes of one record fold to, kept as a thin row that can be rebuilt. Promises row = fold(changes)."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.models.change import PLACE, VOID, Change, Value, canonical, from_header
from app.models.fold import Folded, Groups, Heads, fold
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


Row = tuple[Any, ...]
CHANGE_COLUMNS = "header, payload, salt"
COLUMNS = ("rec", "type", "root", "place", "cid", "state", "whole", "void", "conflicts")
INSERT_RECORD = f"INSERT INTO record ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
PUT_RECORD = (f"{INSERT_RECORD} ON CONFLICT(rec) DO UPDATE SET "
              + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:]))
Over = dict[str, list[str]]  # change id -> the fields at whose head it stands
_over = msgspec.json.Decoder(Over).decode


def row_of(changes: Sequence[Change], folded: Folded) -> Row:
    """Return the record's row, a function of the set of its changes alone.

    It holds no copy of the values. Where one change that saw nothing is all there is, the row points at it (`cid`).
    Where every field has one head whose value is here, it points at the first such change and names the heads that stand
    elsewhere (`state`). Else both are NULL: whoever reads the record folds its changes.
    """
    first, cid, state = min(changes, key=lambda c: c.cid), None, None
    if len(changes) == 1 and not first.seen and VOID not in first.fields:
        cid = first.cid
    elif (thin := _thin(changes, folded)) is not None:
        cid, state = thin[0], over_bytes(thin[1])
    return (first.rec, first.type, first.root, folded.place, cid, state, folded.whole, folded.void is not None,
            len(folded.conflicts))


def _thin(changes: Sequence[Change], folded: Folded) -> tuple[str, Over] | None:
    """Return the change to point at, and the heads elsewhere; None where the state says more than its heads do."""
    by_id = {c.cid: c for c in changes}
    base = min((cid for cid, c in by_id.items() if not c.seen), default=None)
    if (base is None or by_id[base].payload is None or folded.conflicts or folded.awaited or VOID in folded.heads
            or any(len(cids) != 1 for cids in folded.heads.values()) or folded.shown != folded.heads):
        return None
    over: Over = {}
    for name in sorted(folded.heads):
        over.setdefault(folded.heads[name][0], []).append(name)
    over.pop(base, None)
    heads = {cid: by_id[cid] for cid in (base, *over)}
    if any(c.payload is None for c in heads.values()) or _state_of(base, over, heads) != folded:
        return None
    return base, over


def _state_of(base: str, over: Over, heads: Mapping[str, Change]) -> Folded:
    """Return the state that a thin row stands for."""
    first = heads[base]
    cid_of = dict.fromkeys(first.fields if first.place is None else (*first.fields, PLACE), base)
    cid_of.update((name, cid) for cid, names in over.items() for name in names)
    values = {name: heads[cid].value(name) for name, cid in cid_of.items()}
    place = values.pop(PLACE, None)
    tuples: Heads = {name: (cid,) for name, cid in cid_of.items()}
    return Folded(values=values, heads=tuples, shown=dict(tuples), place=place, whole=True)


def over_bytes(over: Over) -> bytes:
    """Return the heads that stand elsewhere as they are kept in a thin row."""
    return canonical(over)


def over_of(state: bytes | None) -> Over:
    """Return the heads that a thin row names: change id -> fields."""
    return {} if state is None else _over(state)


def load(conn: Connection, recs: Sequence[str], groups_of: Mapping[str, Groups]) -> dict[str, tuple[str, str, Folded]]:
    """Return rec -> (type, root, state) of those records that are there."""
    rows = [row for part in chunks(recs) for row in conn.execute(
        f"SELECT rec, type, root, cid, state FROM record WHERE rec IN ({marks(part)})", part)]
    heads = by_ids(conn, {cid for row in rows if row[3] is not None for cid in (row[3], *over_of(row[4]))})
    filed = changes_of(conn, [row[0] for row in rows if row[3] is None])
    out: dict[str, tuple[str, str, Folded]] = {}
    for rec, kind, root, cid, state in rows:
        if cid is None:
            folded = fold(filed[rec], groups_of.get(kind, {}))
        elif state is None:
            folded = fold([heads[cid]], groups_of.get(kind, {}))
        else:
            folded = _state_of(cid, over_of(state), heads)
        out[rec] = (kind, root, folded)
    return out


def by_ids(conn: Connection, cids: Iterable[str]) -> dict[str, Change]:
    """Return id -> change of those that are here."""
    out: dict[str, Change] = {}
    for part in chunks(sorted(set(cids))):
        for row in conn.execute(f"SELECT {CHANGE_COLUMNS} FROM change WHERE cid IN ({marks(part)})", part):
            change = from_header(*row)
            out[change.cid] = change
    return out


def changes_of(conn: Connection, recs: Sequence[str], column: str = "rec") -> dict[str, list[Change]]:
    """Return id -> all writes of these records (or, with column "root", everything said of these dossiers)."""
    out: dict[str, list[Change]] = {}
    if column == "rec":
        rows: Iterable[Row] = filed_on(conn, f"rec, {CHANGE_COLUMNS}", recs, "kind = 'write'")
    else:
        rows = (row for part in chunks(sorted(recs)) for row in conn.execute(
            f"SELECT root, {CHANGE_COLUMNS} FROM change WHERE root IN ({marks(part)})", part))
    for key, header, payload, salt in rows:
        out.setdefault(key, []).append(from_header(header, payload, salt))
    return out


def filed_on(conn: Connection, columns: str, recs: Iterable[str], where: str) -> Iterator[Row]:
    """Yield these columns of the changes that are filed on these records.

    A dossier's own record is found by its root, which spares nearly every change an index.
    """
    for part in chunks(sorted(recs)):
        some = marks(part)
        yield from conn.execute(f"SELECT {columns} FROM change WHERE root IN ({some}) AND rec = root AND {where} UNION ALL"
                                f" SELECT {columns} FROM change WHERE rec IN ({some}) AND rec <> root AND {where}", [*part, *part])


def chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return the items in parts that fit into one statement."""
    return (items[i:i + CHUNK] for i in range(0, len(items), CHUNK))


def marks(items: Sequence[str]) -> str:
    """Return as many question marks as there are items."""
    return ",".join("?" * len(items))
