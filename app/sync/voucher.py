"""Voucher and receipt: an office's signed word that a run of a log has been taken in there: to whom it serves it, to whom wrote it.

Promises that an office which lost its store, but not its keys, takes back from its laptops what it had accepted before,
whoever hands it up, and nothing else. A voucher names its run exactly, by the chain hash of each place: what the office had
kept aside is never inside one, and nobody without the office's key can make one.
"""
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from app.models.change import Change, chain_hash, from_header
from app.models.ledger import Ledger
from app.models.store import Connection
from app.sync.seal import DeviceKeys, digest, signed_by
from app.sync.shapes import Count, Hex, Text


class Voucher(msgspec.Struct, array_like=True, frozen=True):
    """A run of a log: its first and last place, the sum of its chain hashes, when and by which key that was said (hex).

    hashes: those of the run, in order, where it is handed back: parts of it may be gone, for they had left the scope.
    """

    log: str
    first: Count
    last: Count
    hash: str
    at: str
    key: str
    signature: str
    hashes: tuple[str, ...] = ()

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return f"leye voucher 1 {self.log} {self.first} {self.last} {self.hash} {self.at}".encode()

    def holds(self) -> bool:
        """Return whether the signature fits."""
        try:
            return signed_by(self.key, bytes.fromhex(self.signature), self.message())
        except ValueError:
            return False


class Receipt(msgspec.Struct, frozen=True):
    """A hub's word that a log is on its disk without a gap up to a position."""

    hub: Text
    log: Text
    seq: Count
    hash: Text
    at: Text
    signature: Hex = ""

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return f"leye receipt 1 {self.hub} {self.log} {self.seq} {self.hash} {self.at}".encode()

    def holds(self, key: str) -> bool:
        """Return whether this hub's key has signed it."""
        try:
            return signed_by(key, bytes.fromhex(self.signature), self.message())
        except ValueError:
            return False


def given(keys: DeviceKeys, changes: Sequence[Change], at: str) -> list[Voucher]:
    """Return this office's vouchers for changes it serves: one for each unbroken run of a log."""
    out = []
    for run in _runs(changes):
        one = Voucher(run[0][0].log, run[0][0].seq, run[-1][0].seq, _sum([h for _, h in run]), at, keys.sign_public, "")
        out.append(msgspec.structs.replace(one, signature=keys.signature(one.message()).hex()))
    return out


def keep(conn: Connection, vouchers: Sequence[Voucher], changes: Sequence[Change], key: str) -> None:
    """Keep what the office of this key has vouched for, with the hashes of what came; joins the open transaction."""
    runs = {(run[0][0].log, run[0][0].seq, _sum(hashes)): hashes for run in (_runs(changes) if vouchers else ())
            if (hashes := [h for _, h in run])}
    conn.executemany("INSERT OR IGNORE INTO voucher VALUES (?,?,?,?,?,?,?,?)", [
        (v.log, v.first, v.last, v.hash, v.at, v.key, v.signature, "".join(hashes)) for v in vouchers
        if v.key == key and (hashes := runs.get((v.log, v.first, v.hash), [])) and v.holds()])


def kept(ledger: Ledger, changes: Sequence[Change], own: Iterable[str]) -> list[Voucher]:
    """Return the vouchers that speak of these changes of other logs than our own, to hand them up with them."""
    spans: dict[str, list[int]] = {}
    for change in changes:
        if change.log not in own:
            spans.setdefault(change.log, []).append(change.seq)
    rows = [row for log, seqs in sorted(spans.items()) for row in ledger.db.conn.execute(
        "SELECT log, first, last, hash, at, key, signature, hashes FROM voucher WHERE log = ? AND first <= ? AND last >= ?",
        (log, max(seqs), min(seqs)))]
    return [Voucher(log, first, last, h, at, key, signature, tuple(kept[i:i + 64] for i in range(0, len(kept), 64)))
            for log, first, last, h, at, key, signature, kept in rows]


def accepted(ledger: Ledger, changes: Sequence[Change], vouchers: Iterable[Voucher], receipts: Iterable[Receipt],
             own: Mapping[str, str]) -> set[str]:
    """Return the ids of the changes that this office has taken in before, by its own word.

    own: device -> key of this office and of those it continues. A receipt speaks of a log from its beginning.
    """
    listed = {(v.log, v.first + at, h) for v in vouchers if v.key in own.values() and _sum(v.hashes) == v.hash and v.holds()
              for at, h in enumerate(v.hashes)}
    found = {c.cid for c in changes if listed and (c.log, c.seq, chain_hash(c)) in listed}
    good = [(r.log, 1, r.seq, r.hash) for r in receipts if r.hub in own and r.holds(own[r.hub])]
    return found | before(ledger, changes, good)


def before(ledger: Ledger, changes: Sequence[Change], marks: Sequence[tuple[str, int, int, str]]) -> set[str]:
    """Return the ids of the changes that lie before one of these places (log, first, seq, hash), followed back through `prev`."""
    if not marks:
        return set()
    found, by_hash = set[str](), {(c.log, chain_hash(c)): c for c in changes}
    lowest: dict[str, int] = {}
    for change in changes:
        lowest[change.log] = min(change.seq, lowest.get(change.log, change.seq))
    for log, first, seq, at in marks:
        least = max(first, lowest.get(log, seq + 1))
        while seq >= least:
            named = by_hash.get((log, at)) or _held(ledger, log, seq, at)
            if named is None or named.seq != seq:
                break
            found.add(named.cid)
            at, seq = named.prev, seq - 1
    return found & {c.cid for c in changes}


def reached(ledger: Ledger, log: str) -> tuple[int, str] | None:
    """Return the last position of a log before its first gap: (seq, hash)."""
    row = ledger.db.conn.execute("SELECT seq, hash FROM receipt WHERE hub = ? AND log = ?", (ledger.me.device, log)).fetchone()
    seq, tip = (row[0], row[1]) if row else (0, "")
    for following, h in ledger.db.conn.execute("SELECT seq, h FROM change WHERE log = ? AND seq > ? ORDER BY seq", (log, seq)):
        if following > seq + 1:
            break
        seq, tip = following, h
    return (seq, tip) if seq else None


def _sum(hashes: Sequence[str]) -> str:
    return digest("".join(hashes).encode())


def _runs(changes: Sequence[Change]) -> list[list[tuple[Change, str]]]:
    """Return the changes of each log in unbroken runs, each with its chain hash."""
    hashed = sorted(((c, chain_hash(c)) for c in changes), key=lambda pair: (pair[0].log, pair[0].seq, pair[1]))
    runs: list[list[tuple[Change, str]]] = []
    ends: dict[tuple[str, str], list[tuple[Change, str]]] = {}
    for change, h in hashed:
        run = ends.pop((change.log, change.prev), None)
        if run is None or run[-1][0].seq + 1 != change.seq:
            run = []
            runs.append(run)
        run.append((change, h))
        ends[change.log, h] = run
    return runs


def _held(ledger: Ledger, log: str, seq: int, h: str) -> Change | None:
    row = ledger.db.conn.execute("SELECT header FROM change WHERE log = ? AND seq = ? AND h = ?", (log, seq, h)).fetchone()
    return from_header(row[0], None, None) if row else None
