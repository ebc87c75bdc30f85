"""Forgetting: what is no longer this workspace's to hold goes from its disk; a stub says where a dossier went.

Promises that the feed keeps its places and hashes, that the end of this device's own log stays (so that no number is
used twice), and that everything derived follows in the same transaction.
"""
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.models import attachments
from app.models.record import chunks, marks
from app.models.store import transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger


def forget(ledger: "Ledger", roots: Mapping[str, bool]) -> None:
    """Drop these dossiers: True keeps the headers of their moves, False nothing."""
    log, (seq, _) = ledger.me.log, ledger.log_end()
    with transaction(ledger.db) as conn:
        recs = [row[0] for part in chunks(sorted(roots)) for row in conn.execute(
            f"SELECT DISTINCT rec FROM change WHERE kind = 'write' AND root IN ({marks(part)})", part)]
        for root, stub in roots.items():
            conn.execute("DELETE FROM change WHERE root = ? AND kind = 'write' AND (place IS NULL OR NOT ?) AND NOT (log = ? AND seq = ?)",
                         (root, stub, log, seq))
            conn.execute("UPDATE change SET n = NULL, salt = NULL, payload = NULL WHERE root = ? AND kind = 'write'", (root,))
        ledger.deriving.bring(conn, {}, recs)
        attachments.note(conn, (), recs)
    ledger.tell(frozenset(recs))
