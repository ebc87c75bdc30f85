"""Deriving: new changes become rows of records, typed tables and projections. Promises the rows that a fold of all changes gives.

Nearly every change takes a short way on which nothing but the record's thin row is read: a new record is pointed at, and
an edit whose author had seen every head of what it writes moves those heads. An edit that begins a dispute where all was
settled folds only what it speaks of. Whatever is not plainly so is folded anew.
The short ways and the fold give the same rows; a property test says so for every order and batching.
"""
from collections.abc import Iterable, Mapping, Sequence

from app.models import erasure
from app.models.change import PLACE, VOID, WHY, Change, Value
from app.models.fold import Folded, Groups, fold
from app.models.projection import OPEN, Cells, Projection, Touch, TypedTables
from app.models.record import (
    INSERT_RECORD,
    PUT_RECORD,
    Over,
    Row,
    by_ids,
    changes_of,
    chunks,
    marks,
    over_bytes,
    over_of,
    row_of,
)
from app.models.store import Connection

Known = tuple[int, str, str, str | None, str | None, bytes | None, int, int, int]  # a record's row, its number first
Edit = tuple[Known, Sequence[Change]]  # a record's row, and what is new of it
_KNOWN = "SELECT rec, no, type, root, place, cid, state, whole, void, conflicts FROM record WHERE rec IN "


class Deriving:
    """Keeps what is derived in step. Attributes: groups (type -> merge groups), typed, projections (the others)."""

    def __init__(self, groups: Mapping[str, Groups], typed: TypedTables, projections: Sequence[Projection]) -> None:
        self.groups, self.typed, self.projections = groups, typed, projections
        self._absent: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def bring(self, conn: Connection, by_rec: Mapping[str, Sequence[Change]], anew: Iterable[str] = (),
              gone: Iterable[str] = ()) -> int:
        """Bring these records up to date with their new changes; returns by how many the open questions became more.

        anew: records to be folded whatever came; gone: ids of changes whose payload goes now.
        """
        batch = _Batch(self, conn)
        recs = {*by_rec, *anew}
        known = _known(conn, sorted(recs))
        erasure.drop(conn, gone)
        slow = set(anew)
        edits = []
        for rec, changes in by_rec.items():
            if rec in slow:
                continue
            row = known.get(rec)
            if row is not None:
                edits.append((row, changes))
            elif len(changes) == 1 and _plain_first(changes[0]):
                batch.first(changes[0])
            else:
                slow.add(rec)
        others = self._follow(conn, edits, batch)
        filed = changes_of(conn, sorted(slow.union(others))) if slow or others else {}
        slow.update(rec for rec, (row, changes) in others.items() if not self._dispute(row, changes, filed[rec], batch))
        return batch.write(known, filed, slow)

    def _follow(self, conn: Connection, edits: list[Edit], batch: "_Batch") -> dict[str, Edit]:
        """Take the short way for each edit that may; returns the others, by record."""
        edits.sort(key=lambda edit: edit[0][0])
        others, unsure = dict[str, Edit](), list[Edit]()
        for edit in edits:
            if (over := self._heads(*edit, None)) is None:
                others[edit[1][0].rec] = edit
            elif not over:
                unsure.append(edit)
            else:
                batch.edit(*edit, over)
        firsts = by_ids(conn, [row[4] for row, _ in unsure if row[4] is not None]) if unsure else {}
        for edit in unsure:
            first = firsts[str(edit[0][4])]
            if over := self._heads(*edit, frozenset(first.fields) | ({PLACE} if first.place is not None else set())):
                batch.edit(*edit, over)
            else:
                others[edit[1][0].rec] = edit
        return others

    def _heads(self, row: Known, changes: Sequence[Change], wrote: frozenset[str] | None) -> Over | None:
        """Return what `follow` says of these changes, one after the other."""
        _, kind, root, _, base, state, whole, void, conflicts = row
        if base is None or not whole or void or conflicts:
            return None
        over = over_of(state)
        for change in changes if len(changes) == 1 else sorted(changes, key=lambda c: c.cid):
            if change.type != kind or change.root != root or change.payload is None:
                return None
            absent = self._absent.get((kind, change.fields))
            if absent is None:
                absent = self._absent_members(kind, change.fields)
            found = follow(base, over, change, absent, wrote)
            if not found:
                return found
            over = found
        return over

    def _dispute(self, row: Known, changes: Sequence[Change], filed: Sequence[Change], batch: "_Batch") -> bool:
        """Take the way of an edit that begins a dispute; returns whether it may be taken."""
        groups = self.groups.get(row[1], {})
        names = disputed(row, changes, groups)
        if names is None:
            return False
        state = fold(filed, groups, names)
        if not state.conflicts:
            return False  # all is as it was, or the same was said twice: the row may still be a thin one
        batch.dispute(row, changes[0].rec, names, state)
        return True

    def _absent_members(self, kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the other fields of the merge groups that these names touch."""
        written = set(names)
        found = tuple(name for members in self.groups.get(kind, {}).values() if not written.isdisjoint(members)
                      for name in members if name not in written)
        self._absent[kind, names] = found
        return found


def disputed(row: Known, changes: Sequence[Change], groups: Groups) -> frozenset[str] | None:
    """Return the fields of which these changes may begin a dispute; None where more than those may be other than it was.

    row: as it was, all settled; the fields are those written and those seen, and all that share a merge group with them.
    """
    if not _is_thin(row) or any(c.type != row[1] or c.root != row[2] or c.payload is None for c in changes):
        return None
    names = {name for c in changes for some in (c.fields, *c.seen.values()) for name in some}
    if any(c.place is not None for c in changes):
        names.add(PLACE)
    names.update(*(members for members in groups.values() if not names.isdisjoint(members)))
    return None if VOID in names else frozenset(names)


def follow(base: str, over: Over, change: Change, absent: Sequence[str], wrote: frozenset[str] | None) -> Over | None:
    """Return the heads of a thin row after one more change whose author had seen all of those it writes to; else None.

    base, over: what the row says; absent: fields that share a merge group with those written; wrote: what the first change
    wrote, None where it was not read: then a field that only it can have written is not known to be free, and the answer
    is an empty one where everything else allows it.
    """
    names = change.fields if change.place is None else tuple(sorted((*change.fields, PLACE)))
    if not names or VOID in names or PLACE in change.fields or not change.seen and change.cid < base:  # the row points at the first that saw nothing
        return None
    written = set(names)
    if not over and not absent and len(change.seen) == 1 and written == set(change.seen.get(base, ())):
        return {change.cid: sorted(names)}  # by far the most: the first edit, by somebody who had seen all it writes
    seen: dict[str, str] = {}
    for cid, fields in change.seen.items():
        if cid != base and cid not in over:
            return None
        for name in fields:
            if seen.setdefault(name, cid) != cid:
                return None
    if not written.issuperset(seen):
        return None
    heads = {name: cid for cid, fields in over.items() for name in fields}
    free = []  # as it must be for the short way: nobody has written these
    for name in names:
        saw, head = seen.get(name), heads.get(name)
        if head is not None and saw != head or head is None and saw is not None and saw != base:
            return None
        if head is None and saw is None:
            free.append(name)
    free += absent
    if any(name in heads or (wrote is not None and name in wrote) for name in free):
        return None
    if free and wrote is None:
        return {}
    left = {cid: kept for cid, fields in over.items() if (kept := [name for name in fields if name not in written])}
    left[change.cid] = sorted(names)
    return left


class _Batch:
    """The rows of one merge on their way to the tables, gathered by statement."""

    def __init__(self, owner: Deriving, conn: Connection) -> None:
        self.typed, self.projections, self.groups, self.conn = owner.typed, owner.projections, owner.groups, conn
        self.new_records: list[Row] = []
        self.new_rows: dict[str, list[tuple[str, Cells]]] = {}
        self.moved: list[tuple[bytes, str | None, int]] = []
        self.open: list[tuple[str | None, int, int]] = []
        self.conflicts: list[tuple[str, str]] = []
        self.edits: dict[tuple[str, tuple[str, ...]], list[tuple[str, str, Mapping[str, Value]]]] = {}
        self.disputes: dict[tuple[str, tuple[str, ...]], list[tuple[str, str, Mapping[str, Value]]]] = {}
        self.touched: list[Touch] = []

    def first(self, change: Change) -> None:
        """A record begins with its only change."""
        c = change
        self.new_records.append((c.rec, c.type, c.root, c.place, c.cid, None, True, False, 0))
        if self.typed.knows(c.type):
            cells = self.typed.cells(c.type, c.payload or {})
            if c.place is not None:
                cells["_place"] = c.place
            self._insert(c.type, c.rec, c.root, cells)

    def edit(self, row: Known, changes: Sequence[Change], over: Over) -> None:
        """A record's heads move, and what was written stands in its row."""
        last = changes[-1]
        names, payload, place = last.fields, last.payload or {}, last.place
        if len(changes) > 1:
            changes = sorted(changes, key=lambda c: c.cid)
            payload = {name: value for c in changes for name, value in (c.payload or {}).items()}
            names = tuple(sorted(payload.keys() - {WHY}))
            place = next((c.place for c in reversed(changes) if c.place is not None), None)
        if place is None:
            place = row[3]
        else:
            names, payload = (PLACE, *names), {**payload, PLACE: place}
        self.moved.append((over_bytes(over), place, row[0]))
        self.edits.setdefault((row[1], names), []).append((last.rec, last.root, payload))

    def dispute(self, row: Known, rec: str, names: frozenset[str], state: Folded) -> None:
        """Of a record where all was settled some units no longer are; these are its fields, folded."""
        place = state.place if PLACE in names else row[3]
        self.open.append((place, len(state.conflicts), row[0]))
        self.conflicts += [(rec, unit) for unit in state.conflicts]
        values = dict.fromkeys(names) | state.values | {PLACE: place, OPEN: len(state.conflicts)}
        self.disputes.setdefault((row[1], tuple(sorted(names))), []).append((rec, row[2], values))

    def write(self, known: Mapping[str, Known], folded: Mapping[str, Sequence[Change]], slow: Iterable[str]) -> int:
        """Write everything to the tables; returns by how many the open questions became more."""
        self.conn.executemany(INSERT_RECORD, self.new_records)
        self.conn.executemany("UPDATE record SET state = ?, place = ? WHERE no = ?", self.moved)
        self.conn.executemany("UPDATE record SET cid = NULL, state = NULL, place = ?, conflicts = ? WHERE no = ?", self.open)
        for (kind, names), some in self.edits.items():
            if self.typed.knows(kind):
                self._write_edits(kind, self.typed.columns_of(kind, names), some)
        for (kind, names), some in self.disputes.items():
            if self.typed.knows(kind):
                self._write_edits(kind, (OPEN, *self.typed.columns_of(kind, names)), some)
        more = self._fold(known, folded, slow)
        for kind, rows in self.new_rows.items():
            self.typed.insert(self.conn, kind, rows)
        tell(self.conn, self.projections, self.touched)
        return more

    def _write_edits(self, kind: str, columns: tuple[str, ...], some: list[tuple[str, str, Mapping[str, Value]]]) -> None:
        if not columns:
            return
        written = frozenset(columns)
        watching = [p for p in self.projections if not written.isdisjoint(p.watches.get(kind, ()))]
        watched = [(at, name) for at, name in enumerate(columns) if any(name in p.watches[kind] for p in watching)]
        before: dict[str, Cells] = {}
        if compared := {name for p in watching if p.compares for name in p.watches[kind]}:
            before = self.typed.held(self.conn, kind, [rec for rec, _, _ in some], sorted(compared))
        rows = self.typed.row_maker(kind, columns)
        made = [(*rows(payload), rec) for rec, _, payload in some]
        self.typed.update(self.conn, kind, columns, made)
        if watching:
            self.touched += [Touch(rec, kind, root, written, before.get(rec), {name: row[at] for at, name in watched})
                             for (rec, root, _), row in zip(some, made, strict=True)]

    def _fold(self, known: Mapping[str, Known], changes: Mapping[str, Sequence[Change]], slow: Iterable[str]) -> int:
        """Fold records anew and write what differs; returns by how many the open questions became more."""
        recs = sorted(slow)
        records, states = [], dict[str, tuple[Change, Folded]]()
        for rec in recs:
            if some := changes.get(rec):
                first = min(some, key=lambda c: c.cid)
                state = fold(some, self.groups.get(first.type, {}))
                states[rec] = first, state
                records.append(row_of(some, state))
                self.conflicts += [(rec, unit) for unit in state.conflicts]
        lost = [rec for rec in recs if rec not in states]
        for part in chunks(recs):
            self.conn.execute(f"DELETE FROM conflict WHERE rec IN ({marks(part)})", part)
        for part in chunks(lost):
            self.conn.execute(f"DELETE FROM record WHERE rec IN ({marks(part)})", part)
        self.conn.executemany(PUT_RECORD, records)
        self.conn.executemany("INSERT INTO conflict VALUES (?,?)", self.conflicts)
        self._compare(known, states, recs)
        return len(self.conflicts) - sum(known[rec][8] for rec in recs if rec in known)

    def _compare(self, known: Mapping[str, Known], states: Mapping[str, tuple[Change, Folded]], recs: Sequence[str]) -> None:
        """Bring the typed rows of folded records up to date, in the columns that differ."""
        by_type: dict[str, list[str]] = {}
        for rec in recs:
            if rec in known:
                by_type.setdefault(known[rec][1], []).append(rec)
        held = {kind: self.typed.held(self.conn, kind, some) for kind, some in by_type.items()}
        gone: dict[str, list[str]] = {}
        for rec in recs:
            old_kind = known[rec][1] if rec in known else None
            before = held[old_kind].get(rec) if old_kind is not None else None
            first, state = states.get(rec, (None, None))
            stays = first is not None and state is not None and state.whole and self.typed.knows(first.type)
            if before is not None and old_kind is not None and not (stays and first is not None and first.type == old_kind):
                gone.setdefault(old_kind, []).append(rec)
                self.touched.append(Touch(rec, old_kind, known[rec][2], None, before, None))
                before = None
            if stays and first is not None and state is not None:
                self._settle(first, state, before)
        for kind, some in gone.items():
            self.typed.delete(self.conn, kind, some)

    def _settle(self, first: Change, state: Folded, before: Cells | None) -> None:
        cells = row_cells(self.typed, first.type, state)
        if before is None:
            self._insert(first.type, first.rec, first.root, cells)
            return
        different = {name: cells.get(name) for name, value in before.items() if cells.get(name) != value}
        if different:
            names = tuple(different)
            self.typed.update(self.conn, first.type, names, [(*different.values(), first.rec)])
            self.touched.append(Touch(first.rec, first.type, first.root, frozenset(names), before, different))

    def _insert(self, kind: str, rec: str, root: str, cells: Cells) -> None:
        self.new_rows.setdefault(kind, []).append((rec, cells))
        self.touched.append(Touch(rec, kind, root, None, None, cells))


def row_cells(typed: TypedTables, kind: str, state: Folded) -> Cells:
    """Return the cells of a folded record's row."""
    return {**typed.cells(kind, state.values), "_place": state.place, "_void": state.void, "_conflicts": len(state.conflicts)}


def tell(conn: Connection, projections: Iterable[Projection], touched: Sequence[Touch]) -> None:
    """Let each projection bring its tables up to date with what it watches."""
    for projection in projections:
        watches = projection.watches
        told = [t for t in touched if t.type in watches and (t.fields is None or not t.fields.isdisjoint(watches[t.type]))]
        if told:
            projection.apply(conn, told)


def _known(conn: Connection, recs: Sequence[str]) -> dict[str, Known]:
    return {row[0]: row[1:] for part in chunks(recs) for row in conn.execute(f"{_KNOWN}({marks(part)})", part)}


def _is_thin(row: Known) -> bool:
    """Return whether the row points at a whole change and nothing is disputed or deleted."""
    return bool(row[4] is not None and row[6] and not row[7] and not row[8])


def _plain_first(change: Change) -> bool:
    return change.payload is not None and not change.seen and VOID not in change.fields

