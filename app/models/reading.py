"""Reading the ledger: records with their conflicts, histories, lists. Promises to change nothing."""
import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.models.change import PLACE, VOID, WHY, Change, Value
from app.models.clock import moment_of
from app.models.dictionary import dictionary
from app.models.fold import Folded, Groups, versions
from app.models.projection import PSEUDO, stored_fields
from app.models.record import Record, Version, changes_of, load

if TYPE_CHECKING:
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Conflict:
    """A unit (field or merge group) of a record whose values disagree. `at` of its newest version sorts it.

    heads: field -> ids of the writes that stand, whatever they say: what whoever decides has been shown.
    """

    type: str
    rec: str
    root: str
    unit: str
    versions: list[Version]
    heads: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One field of one change: what its author had seen there (None if nothing) and wrote. `at` is local ISO; why: rule -> the reason given."""

    cid: str
    at: str
    author_name: str
    device_name: str
    source: str
    field: str
    before: Value
    after: Value
    place: str | None
    why: dict[str, str] | None = None


class Names:
    """Who is behind an author's or a device's id; asked once each."""

    def __init__(self, ledger: "Ledger") -> None:
        self._conn = ledger.db.conn
        self._known: dict[tuple[str, str], str] = {}

    def of(self, kind: str, rec: str) -> str:
        """Return the name of a staff_user or device, or the first digits of the id where it is not known here."""
        if (kind, rec) not in self._known:
            row = self._conn.execute(f'SELECT name FROM "{kind}" WHERE id = ?', (rec,)).fetchone()
            self._known[kind, rec] = row[0] if row and row[0] else rec[:8]
        return self._known[kind, rec]


def get(ledger: "Ledger", rec: str) -> Record | None:
    """Return the record with its conflicts, or None where it is not here."""
    found = load(ledger.db.conn, [rec], ledger.groups).get(rec)
    if found is None:
        return None
    kind, root, folded = found
    conflicts = _versions(ledger, rec, kind, folded, Names(ledger)) if folded.conflicts else {}
    return Record(rec, kind, root, folded.place, folded.values, folded.heads, folded.shown, conflicts, folded.void)


def _versions(ledger: "Ledger", rec: str, kind: str, folded: Folded, names: Names) -> dict[str, list[Version]]:
    return versions_of(changes_of(ledger.db.conn, [rec])[rec], ledger.groups.get(kind, {}), folded, names)


def versions_of(changes: Sequence[Change], groups: Groups, folded: Folded, names: Names) -> dict[str, list[Version]]:
    """Return unit -> its versions, for each unit in which these changes disagree."""
    by_id = {c.cid: c for c in changes}
    out: dict[str, list[Version]] = {}
    for unit in folded.conflicts:
        if unit == VOID:
            found = [(cid, {VOID: by_id[cid].value(VOID) if VOID in by_id[cid].fields else None})
                     for cid in folded.conflicts[VOID]]
        else:
            found = versions(changes, groups, unit)
        out[unit] = [_version(_first_said(by_id, cid), value if unit in groups else value[unit], names)
                     for cid, value in found]
    return out


def _first_said(by_id: Mapping[str, Change], cid: str) -> Change:
    """Return the write that said it first: an undo only brings back what somebody else had written."""
    while (restored := str(by_id[cid].extra.get("restores"))) in by_id:
        cid = restored
    return by_id[cid]


def _version(change: Change, value: Value, names: Names) -> Version:
    return Version(value, change.cid, change.author, names.of("staff_user", change.author), change.log,
                   names.of("device", change.log), local(change.cid), change.source)


def local(cid: str) -> str:
    """Return the local wall time of a change: ISO, seconds."""
    return moment_of(cid).astimezone().isoformat(timespec="seconds")


def conflicts(ledger: "Ledger", prefix: str, among: Collection[str] | None = None) -> list[Conflict]:
    """Return what waits for review in a place, newest first; `among`: only of these records."""
    recs = [row[0] for row in ledger.db.conn.execute(
        "SELECT DISTINCT c.rec FROM conflict c JOIN record r ON r.rec = c.rec LEFT JOIN record d ON d.rec = r.root "
        "WHERE coalesce(d.place, '') LIKE ? || '%'", (prefix,)) if among is None or row[0] in among]
    names, out = Names(ledger), []
    filed = changes_of(ledger.db.conn, recs)
    for rec, (kind, root, folded) in load(ledger.db.conn, recs, ledger.groups).items():
        found = versions_of(filed[rec], ledger.groups.get(kind, {}), folded, names)
        out += [Conflict(kind, rec, root, unit, some, heads_of(kind, unit, folded.heads)) for unit, some in found.items()]
    return sorted(out, key=lambda c: (max(v.cid for v in c.versions), c.unit), reverse=True)


def heads_of(kind: str, unit: str, heads: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the writes that stand in a unit, by field; a deletion concerns all of them."""
    if unit == VOID:
        return dict(heads)
    return {name: heads[name] for name in dictionary().fields_of_unit(kind, unit) if name in heads}


def history(ledger: "Ledger", rec: str) -> list[Event]:
    """Return every change of a record, oldest first, a row for each field."""
    changes = sorted(changes_of(ledger.db.conn, [rec]).get(rec, []), key=lambda c: c.cid)
    by_id, names = {c.cid: c for c in changes}, Names(ledger)
    out: list[Event] = []
    for change in changes:
        fields = (*change.fields, PLACE) if change.place is not None else change.fields
        for name in fields:
            saw = [by_id[cid] for cid, seen in change.seen.items() if name in seen and cid in by_id]
            held = [c for c in saw if c.has(name) and (name in c.fields or name == PLACE)]
            before = max(held, key=lambda c: c.cid).value(name) if held else None
            out.append(Event(change.cid, local(change.cid), names.of("staff_user", change.author),
                             names.of("device", change.log), change.source, name, before, change.value(name),
                             change.place, (change.payload or {}).get(WHY)))
    return out


def rows(ledger: "Ledger", kind: str, where: Mapping[str, Value], limit: int | None, prefix: str
         ) -> list[tuple[str, dict[str, Value]]]:
    """Return (id, values) of the live records of a type, by id."""
    fields = stored_fields(dictionary().types[kind])
    names = {f.name for f in fields}
    if unknown := set(where) - names:
        raise KeyError(sorted(unknown)[0])
    tests = ["_void IS NULL", *(f'"{name}" IS ?' for name in where)]
    values: list[Any] = [_bound(v) for v in where.values()]
    if prefix:
        tests.append("_place LIKE ? || '%'")
        values.append(prefix)
    sql = f'SELECT * FROM "{kind}" WHERE {" AND ".join(tests)} ORDER BY id LIMIT ?'
    found = ledger.db.conn.execute(sql, (*values, -1 if limit is None else limit))
    return [(row[0], decode_row(fields, row[len(PSEUDO):])) for row in found]


def decode_row(fields: Sequence[Any], cells: Sequence[Any]) -> dict[str, Value]:
    """Return field -> value of the cells of a typed table, those that are set."""
    out: dict[str, Value] = {}
    for field, cell in zip(fields, cells, strict=True):
        if cell is None:
            continue
        if field.kind == "yes" and isinstance(cell, int):
            out[field.name] = bool(cell)
        elif field.kind in ("codes", "refs", "json") and isinstance(cell, str):
            out[field.name] = _list_or_text(cell)
        else:
            out[field.name] = cell
    return out


def _list_or_text(cell: str) -> Value:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _bound(value: Value) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def only_here(ledger: "Ledger", copies: bool = True) -> int:
    """Return how many records of the domain hold a change of this device that no hub has acknowledged and, where `copies`
    count, that lies on no second copy either (setting `copied`: log -> sequence number)."""
    logs = [ledger.me.log, *ledger.settings.get("earlier_logs", [])]
    held = dict(ledger.db.conn.execute("SELECT log, seq FROM acknowledged"))
    copied = ledger.settings.get("copied", {}) if copies else {}
    ends = [(log, max(held.get(log, 0), copied.get(log, 0))) for log in logs]
    counted = [t.name for t in dictionary().types.values() if t.digest]
    return int(ledger.db.conn.execute(
        f"SELECT count(DISTINCT rec) FROM change WHERE ({' OR '.join(['(log = ? AND seq > ?)'] * len(ends))})"
        f" AND type IN ({','.join('?' * len(counted))})", (*(value for end in ends for value in end), *counted)).fetchone()[0])
