"""Journal: every act of an unfinished interview, in the ledger's own encrypted file. Promises: on disk when it returns.

Tables interview (one row per interview) and interview_event (what was done, in order). Repeat instances stand in paths
by their id, `/data/member[#id]/age`, so that a removal never shifts what others answered. Kinds of events: add, remove,
set (by the form), known (prefilled), answer (by a person).
"""
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.models import clock
from app.models.attachments import refs_in, release
from app.models.store import transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger

_TABLES = (
    """CREATE TABLE IF NOT EXISTS interview (
        id TEXT PRIMARY KEY, form TEXT NOT NULL, source TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL,
        subject TEXT, household TEXT, state TEXT NOT NULL, position TEXT NOT NULL, shown TEXT NOT NULL,
        started TEXT NOT NULL, updated TEXT NOT NULL, answered INTEGER NOT NULL, total INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS interview_event (
        interview TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, value TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (interview, seq)) WITHOUT ROWID""",
)
_COLUMNS = ("id", "form", "source", "version", "title", "subject", "household", "state", "position", "shown", "started",
            "updated", "answered", "total")


@dataclass(frozen=True, slots=True)
class Event:
    """One act: kind, path with instance ids, value."""

    kind: str
    path: str
    value: str


def tables(db: Any) -> None:
    """Make the journal's tables where they are missing."""
    if db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'interview_event'").fetchone():
        return
    with transaction(db) as conn:
        for statement in _TABLES:
            conn.execute(statement)


class Journal:
    """The journal of one interview. Attributes: id, seq (of the last event on disk)."""

    def __init__(self, ledger: "Ledger", id: str) -> None:
        self.ledger, self.id = ledger, id
        tables(ledger.db)
        row = ledger.db.conn.execute("SELECT max(seq) FROM interview_event WHERE interview = ?", (id,)).fetchone()
        self.seq = row[0] or 0

    def begin(self, head: dict[str, Any], events: Sequence[Event]) -> None:
        """Keep a new interview with its first events, in one transaction."""
        row = {**head, "id": self.id, "state": "draft", "position": "", "updated": head["started"], "answered": 0}
        row["subject"] = ":".join(row["subject"]) if row["subject"] else None
        row["shown"] = json.dumps(row["shown"])
        with transaction(self.ledger.db) as conn:
            conn.execute(f"INSERT INTO interview VALUES ({','.join('?' * len(_COLUMNS))})", [row[c] for c in _COLUMNS])
            self._append(conn, events)

    def append(self, events: Sequence[Event], progress: tuple[int, int]) -> None:
        """Keep what one act did, in one transaction."""
        with transaction(self.ledger.db) as conn:
            self._append(conn, events)
            conn.execute("UPDATE interview SET updated = ?, answered = ?, total = ? WHERE id = ?",
                         (_now(), *progress, self.id))

    def _append(self, conn: Any, events: Sequence[Event]) -> None:
        at = _now()
        rows = [(self.id, self.seq + n, e.kind, e.path, e.value, at) for n, e in enumerate(events, 1)]
        conn.executemany("INSERT INTO interview_event VALUES (?,?,?,?,?,?)", rows)
        self.seq += len(rows)

    def go(self, position: str) -> None:
        """Keep the current question."""
        with transaction(self.ledger.db) as conn:
            conn.execute("UPDATE interview SET position = ? WHERE id = ?", (position, self.id))

    def head(self) -> dict[str, Any] | None:
        """Return the interview's row, subject as (type, id) and shown as a dictionary; None when there is none."""
        row = self.ledger.db.conn.execute(f"SELECT {','.join(_COLUMNS)} FROM interview WHERE id = ?", (self.id,)).fetchone()
        return _head(row) if row else None

    def events(self) -> Iterator[Event]:
        """Yield the events, first to last."""
        for row in self.ledger.db.conn.execute(
                "SELECT kind, path, value FROM interview_event WHERE interview = ? ORDER BY seq", (self.id,)).fetchall():
            yield Event(*row)

    def close(self) -> None:
        """Forget the interview: its answers and attachments are in the response now, or nowhere."""
        with transaction(self.ledger.db) as conn:
            named = {ref.sha for row in conn.execute(
                "SELECT value FROM interview_event WHERE interview = ? AND value LIKE 'blob:%'", (self.id,)) for ref in refs_in(row[0])}
            conn.execute("DELETE FROM interview_event WHERE interview = ?", (self.id,))
            release(conn, named)
            conn.execute("DELETE FROM interview WHERE id = ?", (self.id,))


def heads(ledger: "Ledger") -> list[dict[str, Any]]:
    """Return the rows of the interviews that are not finished, last touched first."""
    tables(ledger.db)
    rows = ledger.db.conn.execute(f"SELECT {','.join(_COLUMNS)} FROM interview ORDER BY updated DESC, id").fetchall()
    return [_head(row) for row in rows]


def begun(ledger: "Ledger") -> int:
    """Return how many interviews hold answers and are not finished: they are nowhere else."""
    if not ledger.db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'interview'").fetchone():
        return 0
    return int(ledger.db.conn.execute("SELECT count(*) FROM interview WHERE answered > 0").fetchone()[0])


def _head(row: Sequence[Any]) -> dict[str, Any]:
    head = dict(zip(_COLUMNS, row, strict=True))
    head["subject"] = tuple(head["subject"].split(":", 1)) if head["subject"] else None
    head["shown"] = json.loads(head["shown"])
    return head


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")
