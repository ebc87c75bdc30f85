"""Merging: the hub takes in what laptops bring, against the very same rows written bare by the same SQLite.

Floors: for edits, INSERT the `change` and `feed` rows and UPDATE the ten fields of the typed row; for new people, INSERT the
rows of every table the merge fills. Each laptop's segment is one transaction, synchronous=FULL, on both sides. What is not
measured (opening a segment, reading rows) happens between two of them, so that a million people are never held at once.
"""
import gc
import pickle
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from app.models.change import Change
from app.models.dictionary import dictionary
from app.models.pinyin import pinyin_keys
from app.models.projection import cell_of, stored_fields
from app.models.search import _levels, letters
from app.models.store import DatabaseError, transaction
from app.sync import segment
from app.sync.workspace import Workspace
from tests.bench.sync.dataset import CACHE, EDITED, Dataset
from tests.bench.sync.stores import Stores

MACHINE_S = ("machine_setting", "act", "acknowledged", "peer", "cursor", "receipt", "seal", "log_key")
Rows = dict[str, list[tuple[Any, ...]]]
T = TypeVar("T")


@dataclass(slots=True)
class Line:
    """One work and how it went: CPU seconds of each run, how many things it did, and against which other line it stands."""

    name: str
    count: int
    floor: str = ""
    note: str = ""
    goal: str = ""
    runs: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """Return the median CPU seconds."""
        return statistics.median(self.runs)


Trial = Callable[[], float]


def in_turn(works: Sequence[tuple[Line, Trial]], times: int) -> list[Line]:
    """Run the works A B C A B C and return their lines."""
    for _ in range(times):
        for line, trial in works:
            line.runs.append(trial())
    return [line for line, _ in works]


def timed(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a work."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def timed_each(some: Iterable[T], work: Callable[[T], object]) -> float:
    """Return the CPU seconds of a work on each of some, without those of making them."""
    seconds = 0.0
    gc.collect()
    for one in some:
        start = time.process_time()
        work(one)
        seconds += time.process_time() - start
    return seconds


class Merging:
    """The trials on one dataset in one kind of store."""

    def __init__(self, data: Dataset, *, plain: bool, laptops: int | None = None) -> None:
        self.stores = Stores(data, plain=plain)
        self.edits, self.roster = data.edits[:laptops], data.roster
        self._edit_rows: list[tuple[Rows, list[tuple[Any, ...]]]] = []
        self._new_rows: tempfile.TemporaryDirectory[str] | None = None

    def changes(self, some: Sequence[bytes]) -> Iterator[list[Change]]:
        """Yield the changes of each segment."""
        for data in some:
            yield segment.unpack(data, lambda device: self.stores.granted[device].sign_key).changes

    def from_bytes(self, some: Sequence[bytes], *, full: bool) -> float:
        """Open, check, judge and merge each segment, as the hub does."""
        with self.stores.hub(full=full) as ws:
            return timed(lambda: [self.stores.take(ws, data) for data in some])

    def merged(self, some: Sequence[bytes], *, full: bool) -> float:
        """Merge changes that are already opened and judged."""
        with self.stores.hub(full=full) as ws:
            return timed_each(self.changes(some), lambda changes: ws.ledger.merge(changes, came_from="bench"))

    def updated(self) -> float:
        """Write the edits' change and feed rows and their typed values bare."""
        if not self._edit_rows:
            self._edit_rows = self._rows_of_edits()
        update = f"UPDATE person SET {', '.join(f'{name} = ?' for name in EDITED)} WHERE id = ?"
        with self.stores.hub(full=True) as ws:
            return timed(lambda: [_insert(ws, rows, (update, values)) for rows, values in self._edit_rows])

    def only_updated(self) -> float:
        """Write the typed values alone: no history, no feed, nothing to merge by."""
        if not self._edit_rows:
            self._edit_rows = self._rows_of_edits()
        update = f"UPDATE person SET {', '.join(f'{name} = ?' for name in EDITED)} WHERE id = ?"
        with self.stores.hub(full=True) as ws:
            return timed(lambda: [_insert(ws, {}, (update, values)) for _, values in self._edit_rows])

    def inserted(self) -> float:
        """Write the rows of every table that new people fill bare."""
        if self._new_rows is None:
            self._new_rows = tempfile.TemporaryDirectory(dir=CACHE)
            for at, rows in enumerate(self._rows_of_new()):
                (Path(self._new_rows.name) / f"{at:06d}").write_bytes(pickle.dumps(rows))
        kept = sorted(Path(self._new_rows.name).iterdir())
        with self.stores.hub(full=False) as ws:
            return timed_each((pickle.loads(path.read_bytes()) for path in kept), lambda rows: _insert(ws, rows))

    def _rows_of_edits(self) -> list[tuple[Rows, list[tuple[Any, ...]]]]:
        fields = {f.name: f for f in stored_fields(dictionary().types["person"])}
        out = []
        with self.stores.hub(full=True) as ws:
            conn = ws.ledger.db.conn
            for data, changes in zip(self.edits, self.changes(self.edits), strict=True):
                marks = {name: _end(conn, name) for name in ("change", "feed")}
                self.stores.take(ws, data)
                rows = {name: [tuple(row) for row in conn.execute(f'SELECT * FROM "{name}" WHERE rowid > ?', (mark,))]
                        for name, mark in marks.items()}
                values = [(*(cell_of(fields[name], (c.payload or {}).get(name)) for name in EDITED), c.rec)
                          for c in changes if c.type == "person"]
                out.append((rows, values))
        return out

    def _rows_of_new(self) -> Iterator[Rows]:
        """Yield the rows that each of the roster's segments adds, of every table; a contentless index is spelled anew."""
        with self.stores.hub(full=False) as ws:
            conn = ws.ledger.db.conn
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE"
                                                     " 'search_name%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_%' ESCAPE '\\'")]
            for data, changes in zip(self.roster, self.changes(self.roster), strict=True):
                marks = {name: _end(conn, name) for name in tables if name not in MACHINE_S}
                self.stores.take(ws, data)
                recs = [c.rec for c in changes if c.type == "person"]
                rows = {name: _added(conn, name, mark, recs) for name, mark in marks.items()}
                rows["search_name"] = _names(conn, rows["search_person"])
                yield {name: some for name, some in rows.items() if some}


def _end(conn: Any, table: str) -> int | None:
    with suppress(DatabaseError):  # a table without rowid
        return int(conn.execute(f'SELECT coalesce(max(rowid), 0) FROM "{table}"').fetchone()[0])
    return None


def _added(conn: Any, table: str, mark: int | None, recs: Sequence[str]) -> list[tuple[Any, ...]]:
    if mark is not None:
        return [tuple(row) for row in conn.execute(f'SELECT * FROM "{table}" WHERE rowid > ?', (mark,))]
    key = next((name for name in ("rec", "id") if name in [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]), None)
    if key is None:
        return []
    return [tuple(row) for rec in recs for row in conn.execute(f'SELECT * FROM "{table}" WHERE {key} = ?', (rec,))]


def _names(conn: Any, found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    names = {row[1]: conn.execute("SELECT full_name FROM person WHERE id = ?", (row[1],)).fetchone()[0] for row in found}
    return [(row[0], letters(names[row[1]]), pinyin_keys(names[row[1]]), _levels(row[2])) for row in found]


def _insert(ws: Workspace, rows: Rows, update: tuple[str, list[tuple[Any, ...]]] | None = None) -> None:
    with transaction(ws.ledger.db) as conn:
        for table, some in rows.items():
            columns = "(rowid, name, pinyin, place)" if table == "search_name" else ""
            conn.executemany(f'INSERT INTO "{table}"{columns} VALUES ({",".join("?" * len(some[0]))})', some)
        if update:
            conn.executemany(*update)
