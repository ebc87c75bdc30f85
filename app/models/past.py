"""Past: what the records said when the feed had fewer places. Promises what was known at that place, no more.

A place of a feed is told as (instance, n, hash of the prefix): another computer, or a restored copy, sees that it is not its own.
A book, or a report that was sent, names a place of the feed; from it can be told what its figures and cells had shown.
What was redacted since is gone from the past too.
"""
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.models.change import Change, from_header
from app.models.fold import Folded, fold
from app.models.record import filed_on
from app.models.store import Connection

if TYPE_CHECKING:
    from app.models.ledger import Ledger


Position = tuple[str, int, str]  # instance, n, hash


def position(ledger: "Ledger") -> Position:
    """Return the place of the feed that is known now."""
    n, h = ledger.feed_mark()
    return ledger.me.instance, n, _text(h)


def is_here(ledger: "Ledger", position: Position) -> bool:
    """Return whether a place is one of this ledger's own feed, so that it can be read from there."""
    instance, n, h = position
    row = ledger.db.conn.execute("SELECT h FROM feed WHERE n = ?", (n,)).fetchone()
    return instance == ledger.me.instance and (n == 0 or bool(row) and _text(row[0]) == h)


def told(position: Position) -> dict[str, Any]:
    """Return a place as a record keeps it."""
    return dict(zip(("instance", "n", "h"), position, strict=True))


def position_of(value: Any) -> Position:
    """Return the place that a record keeps; one that is nobody's where it keeps none."""
    held = value if isinstance(value, dict) else {}
    n = held.get("n")
    return str(held.get("instance") or ""), n if isinstance(n, int) else -1, str(held.get("h") or "")


@contextmanager
def reading(ledger: "Ledger") -> Iterator[None]:
    """Hold one read transaction, so that a place and what is read are of the same moment."""
    if ledger.db.conn.in_transaction:
        yield
        return
    ledger.db.conn.execute("BEGIN")
    try:
        yield
    finally:
        ledger.db.conn.rollback()


def _text(h: Any) -> str:
    return h.hex() if isinstance(h, bytes) else str(h)


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
