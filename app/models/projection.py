"""Projections: tables derived from the records inside the merge's own transaction. Each can be dropped and rebuilt.

`TypedTables` keeps one table per record type for screens and books: columns are the fields, and `id`, `_place`,
`_void` (reason or NULL), `_conflicts`. Lists and json stand as JSON text, yes/no as 1 and 0. Rows lie in the order in
which records arrived: what is surveyed together is changed together, and so stays on few pages.

Rooms above bring projections of their own: `register` before a ledger is opened.
"""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.models.change import PLACE, Value, canonical
from app.models.dictionary import Field, RecordType, dictionary
from app.models.record import chunks, marks
from app.models.store import Connection, Database

OPEN = "_conflicts"  # how many units are in dispute
PSEUDO = ("id", "_place", "_void", OPEN)
UNTYPED = ("integer", "number", "yes")  # no affinity: SQLite must not turn a decimal text into a float
BIGGEST = 1 << 63  # what an integer column holds; a longer number stands as text
Cells = dict[str, Value]  # column -> what stands in it, `_place`, `_void` and `_conflicts` too


@dataclass(frozen=True, slots=True)
class Touch:
    """One record that a merge touched.

    Attributes: fields (the columns that may differ now; None: the row is new or gone), before (the columns that
    comparing projections watch, as they stood; None: there was no row, or nobody compares), after (the cells that are
    set where the row is new; else those of `fields` that anybody watches; None: the row is gone).
    """

    rec: str
    type: str
    root: str
    fields: frozenset[str] | None
    before: Cells | None
    after: Cells | None


class Projection(Protocol):
    """What the ledger keeps up to date. It is built when it is new, and again when its version is another.

    It keeps nothing in memory: one object serves every connection of a ledger.

    Attributes: name (unique), version (changes with what it derives), owns (its tables), watches (record type -> the columns it derives
    from; a touch that changes none of them is not told), compares (whether it must be told what stood there before).
    """

    name: str
    version: str
    owns: tuple[str, ...]
    watches: Mapping[str, frozenset[str]]
    compares: bool

    def tables(self, db: Database) -> None:
        """Make the projection's tables where they are missing."""

    def apply(self, conn: Connection, touched: Sequence[Touch]) -> None:
        """Bring the tables up to date; runs inside the merge's transaction, when the typed tables already are."""

    def clear(self, conn: Connection) -> None:
        """Empty the tables, before a rebuild."""


_makers: dict[str, Callable[[], Projection]] = {}


def register(name: str, make: Callable[[], Projection]) -> None:
    """Have every ledger that is opened from now on keep this projection; a name stands for one projection."""
    _makers[name] = make


def registered() -> list[Projection]:
    """Return the projections that rooms above have registered, by name; each is made anew."""
    return [_makers[name]() for name in sorted(_makers)]


class TypedTables:
    """One table per record type of the dictionary."""

    def __init__(self) -> None:
        self._columns = {t.name: stored_fields(t) for t in dictionary().types.values()}
        self._kinds = {name: {f.name: f.kind for f in fields} for name, fields in self._columns.items()}

    def tables(self, db: Database) -> None:
        """Make a table for each type, with indexes on what people and programs look things up by."""
        for name, fields in self._columns.items():
            columns = "".join(f', "{f.name}" {"" if f.kind in UNTYPED else "TEXT"}' for f in fields)
            db.execute(f'CREATE TABLE IF NOT EXISTS "{name}" (id TEXT PRIMARY KEY NOT NULL, _place TEXT, _void TEXT,'
                       f' _conflicts INTEGER NOT NULL{columns})')
            for column in _indexed(dictionary().types[name], fields):
                db.execute(f'CREATE INDEX IF NOT EXISTS "{name}_{column}" ON "{name}"("{column}")')

    def drop(self, db: Database) -> None:
        """Drop the tables, when the dictionary's columns have changed."""
        for name in self._columns:
            db.execute(f'DROP TABLE IF EXISTS "{name}"')

    def clear(self, conn: Connection) -> None:
        """Empty the tables."""
        for name in self._columns:
            conn.execute(f'DELETE FROM "{name}"')

    def knows(self, type: str) -> bool:
        """Return whether there is a table for this type; a type of a later program is kept in the ledger, shown nowhere."""
        return type in self._columns

    def cells(self, type: str, values: Mapping[str, Value]) -> Cells:
        """Return the values as columns hold them; fields without a column are dropped."""
        kinds = self._kinds[type]
        return {name: value if value.__class__ is str else _cell(kinds[name], value)
                for name, value in values.items() if name in kinds}

    def columns_of(self, type: str, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of the names that are columns."""
        kinds = self._kinds[type]
        return tuple(name for name in names if name in kinds or name == PLACE)

    def row_maker(self, type: str, columns: tuple[str, ...]) -> Callable[[Mapping[str, Value]], list[Value]]:
        """Return what makes the cells of these columns, in order, out of values."""
        kinds = [(name, self._kinds[type].get(name, "integer")) for name in columns]
        return lambda values: [value if (value := values[name]).__class__ is str else _cell(kind, value) for name, kind in kinds]

    def insert(self, conn: Connection, type: str, rows: Sequence[tuple[str, Cells]]) -> None:
        """Write new rows; columns that none of them sets are not bound."""
        used = set().union(*(cells.keys() for _, cells in rows)) - {"_conflicts"}
        columns = ("_conflicts", *sorted(used))
        sql = f'INSERT INTO "{type}" (id, {", ".join(_quoted(columns))}) VALUES ({marks(columns)}, ?)'
        named = columns[1:]
        conn.executemany(sql, [(rec, cells.get("_conflicts", 0), *map(cells.get, named)) for rec, cells in rows])

    def update(self, conn: Connection, type: str, names: tuple[str, ...], rows: list[tuple[Value, ...]]) -> None:
        """Write these columns of rows that are there; each row is the cells in order, then the id."""
        conn.executemany(f'UPDATE "{type}" SET {", ".join(f"{name} = ?" for name in _quoted(names))} WHERE id = ?', rows)

    def delete(self, conn: Connection, type: str, recs: Sequence[str]) -> None:
        """Take rows away."""
        for part in chunks(recs):
            conn.execute(f'DELETE FROM "{type}" WHERE id IN ({marks(part)})', part)

    def held(self, conn: Connection, type: str, recs: Sequence[str], names: Iterable[str] | None = None) -> dict[str, Cells]:
        """Return id -> cells (these columns, or all, NULL too) of the rows that are there."""
        if type not in self._columns:
            return {}
        columns = tuple(names) if names is not None else (*PSEUDO[1:], *self._kinds[type])
        sql = f'SELECT id{"".join(f", {name}" for name in _quoted(columns))} FROM "{type}" WHERE id IN '
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for part in chunks(recs)
                for row in conn.execute(f"{sql}({marks(part)})", part)}


def stored_fields(kind: RecordType) -> tuple[Field, ...]:
    """Return the fields of a type that are stored, in the dictionary's order; derived ones are views."""
    return tuple(f for f in kind.fields.values() if not f.derived)


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _indexed(kind: RecordType, fields: Sequence[Field]) -> list[str]:
    wanted = {kind.root_field, "household_id", "household_code", "id_number", "subject_id"}
    own = ["_place"] if kind.place == "own" else []
    return own + [f.name for f in fields if f.name in wanted]


def cell_of(field: Field, value: Value) -> Value:
    """Return a value as its field's column holds it."""
    return _cell(field.kind, value)


def _cell(kind: str, value: Value) -> Value:
    """Return a value as its column holds it; what does not fit its kind (from a later program) stands as JSON."""
    if value.__class__ is bool:
        return int(value) if kind == "yes" else canonical(value).decode()
    if value.__class__ is list:
        return canonical(value).decode()
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if kind in UNTYPED and abs(value) < BIGGEST else str(value)
    return canonical(value).decode()
