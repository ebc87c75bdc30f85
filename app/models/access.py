"""Access: who looked at numbers in full is written down, and stays. Promises that the line holds no number and no name."""
from collections.abc import Collection
from typing import TYPE_CHECKING

from app.models import clock
from app.models.record import CHUNK, marks
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

VIEW = "view"
AUDIT = "audit"  # the source of these writes; undo does not take them back


def note_view(ledger: "Ledger", rec: str, reason: str) -> str:
    """Write down that the numbers of a record were shown in full, here and now; returns the id of the line."""
    me = ledger.me
    values = {"who": me.user, "device": me.device, "when": clock.now().astimezone().isoformat(timespec="seconds"), "action": VIEW,
              "scope": rec, "count": 1, "reason": reason}
    return ledger.write([Write("audit_event", values)], source=AUDIT).ids[0]


def only_looks(ledger: "Ledger", recs: Collection[str]) -> bool:
    """Tell whether these records are nothing but such lines, so that no screen has to be read again."""
    some = sorted(recs)[:CHUNK]
    rows = ledger.db.conn.execute(f"SELECT type FROM record WHERE rec IN ({marks(some)})", some).fetchall()
    return len(some) == len(recs) > 0 and all(kind == "audit_event" for (kind,) in rows)
