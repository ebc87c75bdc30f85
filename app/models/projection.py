"""Projections: tables derived from the records inside the merge's own transaction. Each can be dropped and rebuilt.

`TypedTables` keeps one table per record type for screens and books: columns are the fields, and `id`, `_place`,
`_void` (reason or NULL), `_conflicts`. Lists and json stand as JSON text, yes/no as 1 and 0.
"""
from collections.abc import Iterable, Sequence
from typing import Protocol

from app.models.change import Value, canonical
from app.models.dictionary import Field, RecordType, dictionary
from app.models.record import Touch
from app.models.store import Connection, Database

PSEUDO = ("id", "_place", "_void", "_conflicts")
UNTYPED = ("integer", "number", "yes")  # no affinity: SQLite must not turn a decimal text into a float


class Projection(Protocol):
    """What the ledger keeps up to date. `apply` runs inside the merge's transaction."""

    def tables(self, db: Database) -> None:
        """Make the projection's tables where they are missing."""

    def apply(self, conn: Connection, touched: Sequence[Touch]) -> None:
        """Bring the tables up to date with the touched records."""

    def clear(self, conn: Connection) -> None:
        """Empty the tables, before a rebuild."""


class TypedTables:
    """One table per record type of the dictionary."""

    def __init__(self) -> None:
        self._columns = {t.name: stored_fields(t) for t in dictionary().types.values()}
        self._insert = {
            name: f'INSERT OR REPLACE INTO "{name}" VALUES ({",".join("?" * (len(PSEUDO) + len(fields)))})'
            for name, fields in self._columns.items()}

    def tables(self, db: Database) -> None:
        """Make a table for each type, with indexes on what people and programs look things up by."""
        for name, fields in self._columns.items():
            columns = "".join(f', "{f.name}" {"" if f.kind in UNTYPED else "TEXT"}' for f in fields)
            db.execute(f'CREATE TABLE IF NOT EXISTS "{name}" (id TEXT PRIMARY KEY, _place TEXT, _void TEXT,'
                       f' _conflicts INTEGER NOT NULL{columns}) WITHOUT ROWID')
            for column in _indexed(dictionary().types[name], fields):
                db.execute(f'CREATE INDEX IF NOT EXISTS "{name}_{column}" ON "{name}"("{column}")')

    def drop(self, db: Database) -> None:
        """Drop the tables, when the dictionary's columns have changed."""
        for name in self._columns:
            db.execute(f'DROP TABLE IF EXISTS "{name}"')

    def apply(self, conn: Connection, touched: Sequence[Touch]) -> None:
        """Write the touched records' rows; a stub has none."""
        rows: dict[str, list[tuple[Value, ...]]] = {}
        for touch in touched:
            fields = self._columns.get(touch.type)
            if fields is None:
                continue  # a type of a later program: kept in the ledger, shown nowhere
            if touch.after is None:
                conn.execute(f'DELETE FROM "{touch.type}" WHERE id = ?', (touch.rec,))
            else:
                rows.setdefault(touch.type, []).append(_row(touch.rec, touch.after, fields))
        for name, some in rows.items():
            conn.executemany(self._insert[name], some)

    def clear(self, conn: Connection) -> None:
        """Empty the tables."""
        for name in self._columns:
            conn.execute(f'DELETE FROM "{name}"')

    def problems(self, conn: Connection, touched: Iterable[Touch]) -> Iterable[str]:
        """Return the ids of records whose row is not what their state says."""
        for touch in touched:
            fields = self._columns.get(touch.type)
            if fields is None:
                continue
            row = conn.execute(f'SELECT * FROM "{touch.type}" WHERE id = ?', (touch.rec,)).fetchone()
            wanted = None if touch.after is None else _row(touch.rec, touch.after, fields)
            if (None if row is None else tuple(row)) != wanted:
                yield touch.rec


def stored_fields(kind: RecordType) -> tuple[Field, ...]:
    """Return the fields of a type that are stored, in the dictionary's order; derived ones are views."""
    return tuple(f for f in kind.fields.values() if not f.derived)


def _indexed(kind: RecordType, fields: Sequence[Field]) -> list[str]:
    wanted = {kind.root_field, "household_id", "household_code", "id_number", "subject_id"}
    own = ["_place"] if kind.place == "own" else []
    return own + [f.name for f in fields if f.name in wanted]


def _row(rec: str, values: dict[str, Value], fields: Sequence[Field]) -> tuple[Value, ...]:
    return (rec, values["_place"], values["_void"], values["_conflicts"],
            *(cell_of(f, values.get(f.name)) for f in fields))


def cell_of(field: Field, value: Value) -> Value:
    """Return a value as its column holds it; what does not fit its kind (from a later program) stands as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) and field.kind == "yes":
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if field.kind in ("integer", "number", "yes") else str(value)
    return canonical(value).decode()
