"""Access: who looked at numbers in full, and what was exported, is written down, and stays. Promises that the line holds no number and no name."""
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.models import clock
from app.models.change import Value
from app.models.record import CHUNK, marks
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

VIEW, EXPORT, PRINT = "view", "export", "print"
FULL, MASKED = "full", "masked"
FILLED = "fill"  # what was exported, where it is another office's table and no book
AUDIT = "audit"  # the source of these writes; undo does not take them back


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A line of the export log. Attributes: when (ISO, with its offset), who (id of the user), action (export or print), what (id of
    a book, or what else it was), area (place code), masked, count (rows), reason ("" where none was asked for), file_hash (SHA-256)."""

    when: str
    who: str
    action: str
    what: str
    area: str
    masked: bool
    count: int
    reason: str
    file_hash: str


def note_view(ledger: "Ledger", rec: str, reason: str) -> str:
    """Write down that the numbers of a record were shown in full, here and now; returns the id of the line."""
    return _note(ledger, {"action": VIEW, "scope": rec, "count": 1, "reason": reason})


def note_export(ledger: "Ledger", what: str, area: str, count: int, reason: str, *, masked: bool, file_hash: str = "",
                action: str = EXPORT) -> str:
    """Write down that rows left in a file or on paper: what (a book's id), whose, how many, masked or why not; returns the line's id."""
    values = {"action": action, "scope": f"{what} {area} {MASKED if masked else FULL}", "count": count}
    return _note(ledger, values | {key: value for key, value in (("reason", reason), ("file_hash", file_hash)) if value})


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, hex, for its line."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def exports(ledger: "Ledger", most: int = 500) -> list[ExportLine]:
    """Return what was exported or printed, the newest first."""
    rows = ledger.db.conn.execute('SELECT "when", who, action, scope, "count", reason, file_hash FROM audit_event WHERE action IN (?, ?) '
                                  'AND _void IS NULL ORDER BY "when" DESC, id DESC LIMIT ?', (EXPORT, PRINT, most))
    out = []
    for when, who, action, scope, count, reason, file_hash in rows:
        what, area, how = (*str(scope or "").split(" "), "", "", "")[:3]
        out.append(ExportLine(when or "", who or "", action, what, area, how == MASKED, count or 0, reason or "", file_hash or ""))
    return out


def _note(ledger: "Ledger", values: dict[str, Value]) -> str:
    me = ledger.me
    first = {"who": me.user, "device": me.device, "when": clock.now().astimezone().isoformat(timespec="seconds")}
    return ledger.write([Write("audit_event", {**first, **values})], source=AUDIT).ids[0]


def only_looks(ledger: "Ledger", recs: Collection[str]) -> bool:
    """Tell whether these records are nothing but such lines, so that no screen has to be read again."""
    some = sorted(recs)[:CHUNK]
    rows = ledger.db.conn.execute(f"SELECT type FROM record WHERE rec IN ({marks(some)})", some).fetchall()
    return len(some) == len(recs) > 0 and all(kind == "audit_event" for (kind,) in rows)
