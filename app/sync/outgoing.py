"""What goes out: steps of our feed, and differences, packed as sealed segments.

Promises that the end of each run of our own log carries our seal, that seals of others travel with their changes, and
that an office vouches for what it serves to those below it.
"""
from collections.abc import Sequence

import msgspec

from app.models.change import Change, payload_bytes
from app.models.ledger import Ledger
from app.models.record import chunks, marks
from app.models.store import transaction
from app.sync import pairing, scope, segment, voucher
from app.sync.peers import HUB, LAPTOP, Peer, moment
from app.sync.segment import About, Seal
from app.sync.voucher import Receipt
from app.sync.workspace import Workspace

INSIDE = 3 * segment.TARGET  # bytes of payload that shrink to about one segment
MOST_INSIDE = 4 * INSIDE  # bytes of payload in one step, however well they pack: what packs too well would be refused as a bomb
ROWS = 2500  # places of the feed in one step, at most


def step(ws: Workspace, to: Peer, prefix: str, n: int, limit: int = ROWS, skip: str | None = None) -> tuple[About, bytes]:
    """Return the next step of our feed for a peer and its container, about 1 MiB at most; n1 == n0 at the end.

    skip: leave out what came from this instance, which holds it already; where a hub may have lost it, nothing is left out.
    """
    limit = max(1, min(limit, ROWS))
    h0 = feed_hash(ws.ledger, n)
    while True:
        served = scope.serve(ws.ledger, prefix, n, limit, skip)
        about = _about(ws, to, prefix)
        about = msgspec.structs.replace(about, n0=n, h0=h0, n1=served.n1, h1=served.h1, end=ws.ledger.feed_mark()[0],
                                           count=len(served.changes))
        if skip is None:
            about = _proving(ws, to, about, served.changes)
        data = _packed(ws, to, about, served.changes)
        inside = sum(len(payload_bytes(c) or b"") for c in served.changes)
        if (len(data) <= segment.TARGET and inside <= MOST_INSIDE) or served.n1 - n <= 1:
            return about, data
        limit = max(1, (served.n1 - n) // 2)


def rows_for(ledger: Ledger, n: int) -> int:
    """Return how many places after n make about one segment, so that giants are never held together."""
    size = 0
    for rows, (length,) in enumerate(ledger.db.conn.execute(
            "SELECT coalesce(length(c.payload), 0) FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ? ORDER BY f.n LIMIT ?", (n, ROWS))):
        size += length
        if size > INSIDE:
            return max(1, rows)
    return ROWS


def difference(ws: Workspace, to: Peer, prefix: str, forms: dict[str, int], whole: tuple[int, str] | None = None) -> bytes:
    """Return a container of just these changes, in these forms; `whole` is our mark that they bring the peer up to."""
    found = sorted(ws.ledger.changes(sorted(forms)), key=lambda c: (c.log, c.seq, c.cid))
    changes = [c if forms[c.cid] == scope.FULL else segment.without_payload(c) for c in found]
    about = _proving(ws, to, _about(ws, to, prefix), changes)
    if whole is not None:
        about = msgspec.structs.replace(about, n1=whole[0], h1=whole[1], whole=True)
    return _packed(ws, to, about, changes)


def owes(ledger: Ledger, hub: Peer) -> bool:
    """Tell whether our feed holds anything for the hub that it was not given yet."""
    if not ledger.feed_valid(hub.acked_n, hub.acked_h):
        return True
    row = ledger.db.conn.execute("SELECT 1 FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ?"
                                 " AND coalesce(c.came_from, '') <> ? LIMIT 1", (hub.acked_n, hub.instance)).fetchone()
    return row is not None


def feed_hash(ledger: Ledger, n: int) -> str:
    """Return the hash of the first n places of our feed ("" at 0)."""
    row = ledger.db.conn.execute("SELECT h FROM feed WHERE n = ?", (n,)).fetchone()
    return str(row[0]) if row else ""


def _about(ws: Workspace, to: Peer, prefix: str) -> About:
    me = ws.ledger.me
    return About(sender=me.device, instance=me.instance, to=to.device, prefix=prefix, at=moment())


def _proving(ws: Workspace, to: Peer, about: About, changes: Sequence[Change]) -> About:
    """Return a header with what a hub that lost its store knows its own earlier word by: its receipts, and who it has been."""
    if to.kind != HUB:
        return about
    return msgspec.structs.replace(about, receipts=_receipts(ws, {c.log for c in changes}), cards=pairing.cards_of(ws.ledger))


def handed_up(ws: Workspace, cids: Sequence[str]) -> list[str]:
    """Return the ids with the ends of others' logs first: what is cut off a run is then proved by its successor, which is
    there. Our own logs go as they were written, for each piece of them is sealed anew."""
    at: dict[str, tuple[str, int]] = {}
    for part in chunks(cids):
        at.update({cid: (log, seq if log in ws.lineage else -seq) for cid, log, seq in ws.ledger.db.conn.execute(
            f"SELECT cid, log, seq FROM change WHERE cid IN ({marks(part)})", part)})
    return sorted(cids, key=lambda cid: (*at.get(cid, ("", 0)), cid))


def _packed(ws: Workspace, to: Peer, about: About, changes: Sequence[Change]) -> bytes:
    seals = _own_seals(ws, changes) + _kept_seals(ws.ledger, changes)
    if to.kind == LAPTOP:  # our own words too: a laptop keeps no link of a run that has left its scope, and our seal is at the run's end
        vouchers = voucher.given(ws.keys, [c for c in changes if c.log != to.device], moment())
    else:
        vouchers = voucher.kept(ws.ledger, changes, ws.lineage)
    return segment.pack(msgspec.structs.replace(about, seals=seals, vouchers=vouchers), changes, ws.keys)


def _receipts(ws: Workspace, logs: set[str]) -> list[Receipt]:
    """Return what any hub has signed for of our own logs, also where it has lost that since."""
    return [Receipt(*row) for log in sorted(logs & ws.lineage.keys()) for row in ws.ledger.db.conn.execute(
        "SELECT hub, log, seq, hash, at, signature FROM receipt WHERE log = ? UNION"
        " SELECT hub, log, seq, hash, at, signature FROM receipt_taken_back WHERE log = ?", (log, log))]


def _own_seals(ws: Workspace, changes: Sequence[Change]) -> list[Seal]:
    ends = segment.run_ends([c for c in changes if c.log in ws.lineage])
    return [segment.seal_of(ws.lineage[name], name, seq, value, moment()) for (name, seq), value in ends.items()]


def _kept_seals(ledger: Ledger, changes: Sequence[Change]) -> list[Seal]:
    spans: dict[str, list[int]] = {}
    for c in changes:
        if c.log != ledger.me.log:
            spans.setdefault(c.log, []).append(c.seq)
    out: list[Seal] = []
    for log, seqs in spans.items():
        out += [Seal(*row) for row in ledger.db.conn.execute(
            "SELECT log, seq, hash, at, key, signature FROM seal WHERE log = ? AND seq BETWEEN ? AND ?", (log, min(seqs), max(seqs)))]
    return out


def keep_seals(ledger: Ledger, seals: Sequence[Seal], vouched_by: str) -> None:
    """Keep seals that came with changes and whose signature was checked; joins the open transaction."""
    with transaction(ledger.db) as conn:
        conn.executemany("INSERT OR IGNORE INTO seal VALUES (?,?,?,?,?,?)",
                         [(s.log, s.seq, s.hash, s.at, s.key, s.signature) for s in seals])
        conn.executemany("INSERT OR IGNORE INTO log_key VALUES (?,?,?)", {(s.log, s.key, vouched_by) for s in seals})
