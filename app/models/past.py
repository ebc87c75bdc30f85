"""Past: what the records said when the feed had fewer places. Promises what was known at that place, no more.

A book, or a report that was sent, names a place of the feed; from it can be told what its figures and cells had shown.
What was redacted since is gone from the past too.
"""
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.models.change import Change, from_header
from app.models.fold import Folded, fold
from app.models.record import filed_on
from app.models.store import Connection

if TYPE_CHECKING:
    from app.models.ledger import Ledger


def changes_at(conn: Connection, recs: Iterable[str], n: int | None) -> dict[str, list[Change]]:
    """Return record -> its writes as they were known when the feed had n places (None: now); who was not there yet is left out."""
    known = "kind = 'write'" if n is None else f"kind = 'write' AND n_header <= {int(n)}"
    by_rec: dict[str, list[Change]] = {}
    for rec, header, payload, salt, at in filed_on(conn, "rec, header, payload, salt, n", set(recs), known):
        held = at is not None and (n is None or at <= n)
        by_rec.setdefault(rec, []).append(from_header(header, payload if held else None, salt if held else None))
    return by_rec


def folded_at(ledger: "Ledger", recs: Iterable[str], n: int | None) -> dict[str, Folded]:
    """Return record -> its state when the feed had n places (None: now); who was not there yet is left out."""
    return {rec: fold(some, ledger.groups.get(some[0].type, {})) for rec, some in changes_at(ledger.db.conn, recs, n).items()}


def touched_since(ledger: "Ledger", n: int) -> frozenset[str]:
    """Return the records of which something came after the feed had n places."""
    return touched_after(ledger.db.conn, n)


def touched_after(conn: Connection, n: int) -> frozenset[str]:
    """Return the same, where there is only the connection."""
    return frozenset(row[0] for row in conn.execute(
        "SELECT DISTINCT c.rec FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ?", (n,)))
