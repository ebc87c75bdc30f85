"""Forgetting: what is no longer this workspace's to hold goes from its disk; a stub says where a dossier went.

Promises that the feed keeps its places and hashes, that the end of this device's own log stays (so that no number is
used twice), and that everything derived follows in the same transaction.
"""
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.models.fold import fold
from app.models.record import INSERT_RECORD, Touch, changes_of, chunks, load, marks, outlook, row_of
from app.models.store import transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger


def forget(ledger: "Ledger", roots: Mapping[str, bool]) -> None:
    """Drop these dossiers: True keeps the headers of their moves, False nothing."""
    log, (seq, _) = ledger.me.log, ledger.log_end()
    with transaction(ledger.db) as conn:
        recs = [row[0] for part in chunks(sorted(roots)) for row in conn.execute(
            f"SELECT DISTINCT rec FROM change WHERE kind = 'write' AND root IN ({marks(part)})", part)]
        before = load(conn, recs, ledger.groups)
        for root, stub in roots.items():
            conn.execute("DELETE FROM change WHERE root = ? AND kind = 'write' AND (place IS NULL OR NOT ?) AND NOT (log = ? AND seq = ?)",
                         (root, stub, log, seq))
            conn.execute("UPDATE change SET n = NULL, salt = NULL, payload = NULL WHERE root = ? AND kind = 'write'", (root,))
        for part in chunks(recs):
            conn.execute(f"DELETE FROM record WHERE rec IN ({marks(part)})", part)
            conn.execute(f"DELETE FROM conflict WHERE rec IN ({marks(part)})", part)
        left = changes_of(conn, recs)
        for rec, some in left.items():
            folded = fold(some, ledger.groups.get(some[0].type, {}))
            conn.execute(INSERT_RECORD, row_of(some[0], folded, len(some) == 1))
            conn.executemany("INSERT INTO conflict VALUES (?,?)", [(rec, unit) for unit in folded.conflicts])
        touched = [Touch(rec, kind, root, outlook(folded), None) for rec, (kind, root, folded) in before.items()]
        for projection in ledger.projections:
            projection.apply(conn, touched)
    ledger.tell(frozenset(before))
