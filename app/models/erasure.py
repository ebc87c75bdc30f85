"""Erasure: what somebody has the right to have forgotten goes from every disk; that it was there can still be shown.

`redact` names changes, `erase` a dossier. Promises that payloads go wherever and in whatever order the two meet, that
an author who had not heard of the erasure cannot bring the person back, and that headers, hashes and chains stay.
"""
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from app.models import attachments
from app.models.change import Change, from_header
from app.models.declaring import declare
from app.models.problem import Problem
from app.models.record import changes_of, chunks, marks
from app.models.store import Connection, Database, OperationalError, once_on_disk, transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger

ERASE = "_erase"  # pseudo-field in `seen`: the author had heard of this erasure when writing
SETTING = "may_erase"  # ids of the devices that may redact and erase, as far as this workspace has granted it
OFFICES = ("township", "county")
Erased = Mapping[str, tuple[str, ...]]  # dossier -> the erasures of it


def may(ledger: "Ledger", device: str) -> bool:
    """Return whether this workspace lets a device redact and erase."""
    return device in ledger.settings.get(SETTING, [])


def grant(ledger: "Ledger", device: str, yes: bool = True) -> None:
    """Let a device redact and erase, or no longer; a grant of its own, given at an office."""
    granted = {*ledger.settings.get(SETTING, []), device} if yes else set(ledger.settings.get(SETTING, [])) - {device}
    ledger.settings.set(SETTING, sorted(granted))


def redact(ledger: "Ledger", cids: Sequence[str]) -> tuple[str, ...]:
    """Have the payloads of these changes forgotten everywhere; returns the ids of the redactions, one a dossier."""
    _judge(ledger)
    roots: dict[tuple[str, str], list[str]] = {}
    for change in ledger.changes(cids):
        if change.kind == "write":
            roots.setdefault((change.type if change.rec == change.root else "", change.root), []).append(change.cid)
    return tuple(declare(ledger, "redact", kind, root, {"targets": some}) for (kind, root), some in sorted(roots.items()))


def erase(ledger: "Ledger", root: str) -> str:
    """Have a dossier forgotten everywhere, also what is still under way; returns the id of the erasure.

    Interviews of a whole household that wrote to it are redacted too: what was answered there about others stays in
    their own records.
    """
    _judge(ledger)
    changes = [c for c in ledger.changes_of_root(root) if c.kind == "write"]
    if not changes:
        raise Problem("erase.unknown", "这条档案不在本机，没有删除。请核对编号。",
                      "This dossier is not on this computer; nothing was erased. Check the id.")
    kind = next((c.type for c in changes if c.rec == root), "")
    answered = {c.source.rpartition("/")[2] for c in changes if c.source.startswith("form:")}
    shared = sorted(c.cid for some in changes_of(ledger.db.conn, sorted(answered)).values() for c in some if c.root != root)
    if shared:
        redact(ledger, shared)
    return declare(ledger, "erase", kind, root, {})


def _judge(ledger: "Ledger") -> None:
    if ledger.me.role not in OFFICES or not may(ledger, ledger.me.device):
        raise Problem("erase.grant", "这台电脑没有彻底删除个人信息的授权，什么都没有动。请由乡镇或县里指定的人办理。",
                      "This computer is not granted to erase personal data; nothing was changed. Ask the person appointed at the township or county.")


# -- the law, a pure function of the set of changes ---------------------------------------------------------------------

def covers(change: Change, redacted: set[str], erased: Erased) -> bool:
    """Return whether a change may not have its payload: it was named, or its author had not heard of an erasure."""
    if change.kind != "write":
        return False
    heard = [cid for cid, names in change.seen.items() if ERASE in names]
    return change.cid in redacted or any(cid not in heard for cid in erased.get(change.root, ()))


def erasures(conn: Connection) -> dict[str, tuple[str, ...]]:
    """Return dossier -> the erasures of it that have arrived here."""
    out: dict[str, tuple[str, ...]] = {}
    for root, cid in conn.execute("SELECT root, cid FROM erased ORDER BY root, cid"):
        out[root] = (*out.get(root, ()), cid)
    return out


def lawful(conn: Connection, changes: Sequence[Change]) -> Sequence[Change]:
    """Return the changes as they may be kept: headers alone where the law covers them."""
    erased, redacted = erasures(conn), _redacted(conn, [c.cid for c in changes])
    if not erased and not redacted:
        return changes
    return [msgspec.structs.replace(c, payload=None, salt=None) if c.payload is not None and covers(c, redacted, erased) else c
            for c in changes]


def note(db: Database, changes: Iterable[Change]) -> dict[str, str]:
    """Take note of redactions and erasures; returns what now has to go of what is here: change id -> record."""
    conn = db.conn
    declared = [c for c in changes if c.kind in ("redact", "erase")]
    if not declared:
        return {}
    named = [t for c in declared if c.kind == "redact" and isinstance(ts := c.extra.get("targets"), list) for t in ts if isinstance(t, str)]
    roots = sorted({c.root for c in declared if c.kind == "erase"})
    conn.executemany("INSERT OR IGNORE INTO redacted VALUES (?)", [(cid,) for cid in named])
    conn.executemany("INSERT OR IGNORE INTO erased VALUES (?,?)", [(c.root, c.cid) for c in declared if c.kind == "erase"])
    _forget_journals(conn, roots)
    _forget_aside(conn)
    gone = _present(conn, "cid", sorted(set(named))) | _present(conn, "root", roots)
    once_on_disk(db, partial(purge, db))
    return gone


def drop(conn: Connection, gone: Iterable[str]) -> None:
    """Take the payloads of these changes from the table; the headers stay."""
    conn.executemany("UPDATE change SET n = NULL, salt = NULL, payload = NULL WHERE cid = ?", [(cid,) for cid in gone])


def rebuild(db: Database) -> dict[str, str]:
    """Derive both lists again from the changes; returns what has to go, as `note` does."""
    db.conn.execute("DELETE FROM redacted")
    db.conn.execute("DELETE FROM erased")
    return note(db, [from_header(row[0], None, None) for row in db.conn.execute(
        "SELECT header FROM change WHERE kind IN ('redact', 'erase')").fetchall()])


def problems(conn: Connection) -> list[str]:
    """Return the first digits of changes that still have the payload they may not have."""
    named = [row[0] for row in conn.execute("SELECT cid FROM redacted")]
    here = _present(conn, "cid", named) | _present(conn, "root", sorted(erasures(conn)))
    return sorted({cid[:8] for cid in here} | {change.cid[:8] for _, change in _unlawful_aside(conn)})


def purge(db: Database) -> None:
    """Clear what was dropped from the file itself: out of the search index and the write-ahead log.

    Freed pages are overwritten as they are freed (secure_delete). Where somebody is reading just now, the log is emptied
    by a later checkpoint, at the latest when the store is closed.
    """
    with transaction(db) as conn:
        conn.execute("INSERT INTO search_name(search_name) VALUES ('optimize')")
    with suppress(OperationalError):
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _present(conn: Connection, column: str, keys: Sequence[str]) -> dict[str, str]:
    """Return change id -> record of the payloads that are here and that the law covers."""
    erased, out = erasures(conn), dict[str, str]()
    for part in chunks(keys):
        rows = conn.execute("SELECT header, rec FROM change WHERE kind = 'write' AND payload IS NOT NULL"
                            f" AND {column} IN ({marks(part)})", part).fetchall()
        found = [(from_header(header, None, None), rec) for header, rec in rows]
        redacted = _redacted(conn, [c.cid for c, _ in found])
        out.update({c.cid: rec for c, rec in found if covers(c, redacted, erased)})
    return out


def _redacted(conn: Connection, cids: Sequence[str]) -> set[str]:
    if conn.execute("SELECT 1 FROM redacted LIMIT 1").fetchone() is None:
        return set()
    return {row[0] for part in chunks(cids) for row in conn.execute(f"SELECT cid FROM redacted WHERE cid IN ({marks(part)})", part)}


def _forget_aside(conn: Connection) -> None:
    """What an office keeps aside (app.sync.quarantine) is on its disk too."""
    for row, change in _unlawful_aside(conn):
        bare = msgspec.structs.replace(change, payload=None, salt=None)
        conn.execute("UPDATE quarantine SET body = ? WHERE rowid = ?", (msgspec.json.encode(bare), row))


def _unlawful_aside(conn: Connection) -> list[tuple[int, Change]]:
    if conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'quarantine'").fetchone() is None:
        return []
    rows = {row: msgspec.json.decode(body, type=Change) for row, body in conn.execute("SELECT rowid, body FROM quarantine")}
    if not rows:
        return []
    erased, redacted = erasures(conn), _redacted(conn, [c.cid for c in rows.values()])
    return [(row, c) for row, c in rows.items() if c.payload is not None and covers(c, redacted, erased)]


def _forget_journals(conn: Connection, roots: Sequence[str]) -> None:
    """Unfinished interviews with the erased go too; their tables are there once somebody was interviewed."""
    if not roots or conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'interview_event'").fetchone() is None:
        return
    told: set[str] = set()
    for root in roots:
        which = "SELECT id FROM interview WHERE substr(subject, instr(subject, ':') + 1) = ? OR household = ?"
        told |= {ref.sha for row in conn.execute(
            f"SELECT value FROM interview_event WHERE value LIKE 'blob:%' AND interview IN ({which})", (root, root))
            for ref in attachments.refs_in(row[0])}
        conn.execute(f"DELETE FROM interview_event WHERE interview IN ({which})", (root, root))
        conn.execute("DELETE FROM interview WHERE substr(subject, instr(subject, ':') + 1) = ? OR household = ?", (root, root))
    attachments.release(conn, told)
