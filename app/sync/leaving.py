"""Leaving: what has left a laptop's scope goes from its disk, once two offices hold it (sync-scopes.md, rules 19 to 21).

Promises that nothing goes on one hub's word: first a note of the hub's place in its feed, in an exchange that ended
equal; later, when the hub's own parent has confirmed that place, the dossier becomes a stub or nothing. Anything new in
it cancels the note. Cursors at other hubs are forgotten with it: they promise what is no longer here.
"""
from app.models import forgetting
from app.models.ledger import Ledger
from app.models.store import transaction
from app.sync import attachments, peers, scope, tables
from app.sync.peers import HUB, LAPTOP, Peer
from app.sync.wire import Mark


def settle(ledger: Ledger, hub: Peer, mark: Mark, confirmed: Mark, upto: int) -> int:
    """Drop what may go and note what is about to; returns how many dossiers went. To be called where both ends are equal.

    mark: the hub's feed as compared; confirmed: how much of it the hub's parent holds; upto: our feed before the comparison.
    """
    if peers.peers(ledger, LAPTOP):
        return 0  # offices keep what they had
    with transaction(ledger.db) as conn:
        outside = _outside(ledger, {p.prefix for p in peers.peers(ledger, HUB)})
        noted = {row[0]: row[1:] for row in conn.execute("SELECT root, n, upto FROM leaving WHERE instance = ?", (hub.instance,))}
        held_back = attachments.unsafe(conn, hub.instance)
        gone = {root: outside[root] for root, (n, until) in noted.items()
                if root in outside and root not in held_back and n <= confirmed[0] and _newest(ledger, root) <= until}
        if gone:
            forgetting.forget(ledger, {root: held == scope.STUB for root, held in gone.items()})
            conn.execute("DELETE FROM cursor WHERE instance <> ? AND prefix NOT IN (?,?)", (hub.instance, tables.HIGH, tables.BLOBS))
        kept = {root for root, (_, until) in noted.items() if root in outside and root not in gone and _newest(ledger, root) <= until}
        conn.executemany("DELETE FROM leaving WHERE root = ?", [(root,) for root in noted if root not in kept])
        conn.executemany("INSERT OR REPLACE INTO leaving VALUES (?,?,?,?,?)", [
            (root, hub.instance, *mark, upto) for root in outside if root not in kept and root not in gone and _newest(ledger, root) <= upto])
    return len(gone)


def cancel(ledger: Ledger) -> None:
    """Forget all notes: the hub's feed is not the one they name."""
    with transaction(ledger.db) as conn:
        conn.execute("DELETE FROM leaving")


def _outside(ledger: Ledger, prefixes: set[str]) -> dict[str, int]:
    """Return root -> level of the dossiers that are held here and no longer in the scope of any hub's grant."""
    log, seq = ledger.me.log, ledger.log_end()[0]  # the end of this device's own log stays in any case
    held = {row[0]: row[1] for row in ledger.db.conn.execute(
        "SELECT root, max(n IS NOT NULL OR (place IS NULL AND NOT (log = ? AND seq = ?))) FROM change"
        " WHERE kind = 'write' AND (n IS NOT NULL OR NOT (log = ? AND seq = ?)) GROUP BY root", (log, seq, log, seq))}
    levels: dict[str, int] = {}
    for prefix in prefixes:
        levels = {root: max(level, levels.get(root, scope.NONE)) for root, level in scope.levels(ledger, prefix).items()}
    return {root: levels[root] for root, more in held.items()
            if root in levels and levels[root] < (scope.FULL if more else scope.STUB)}


def _newest(ledger: Ledger, root: str) -> int:
    row = ledger.db.conn.execute("SELECT max(max(n_header, coalesce(n, 0))) FROM change WHERE root = ?", (root,)).fetchone()
    return int(row[0] or 0)
