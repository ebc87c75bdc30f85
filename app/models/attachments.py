"""Attachments: photos, signatures and workbooks beside the records, in the same encrypted file.

Promises that a record holds only a name, `blob:<sha256>:<size>:<ending>`; that bytes count only once they hash to their
name; that what no record and no unfinished interview names any more is gone from the file (secure_delete).

    ref = keep(ledger, data, "jpg")      the name to write into a record, or to give as the answer of a question
    read(ledger, ref)                    the bytes, or None while they have not come yet
Tables: blob (what is here, how far), blob_piece (its bytes), blob_named (which records name it: derived), blob_asked (what
somebody on this computer wants to see).
"""
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.models.change import Change, payload_bytes
from app.models.clock import now
from app.models.dictionary import dictionary
from app.models.problem import Problem
from app.models.record import chunks, filed_on, marks
from app.models.store import Connection, transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger

MOST = 20 * 1024 * 1024  # bytes of one attachment
PIECE = 1024 * 1024  # bytes of one row, and of one step of an exchange
QUOTA = "attachments_quota_mb"  # a setting of this machine: how much of others' photos a laptop takes by itself
_NAME = re.compile(r"blob:([0-9a-f]{64}):(\d{1,9}):([a-z0-9]{1,5})")
_IN_BYTES = re.compile(rb"blob:([0-9a-f]{64}):(\d{1,9}):([a-z0-9]{1,5})(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of an attachment: its hash, its size in bytes, the ending that says what it is."""

    sha: str
    size: int
    ending: str

    def __str__(self) -> str:
        return f"blob:{self.sha}:{self.size}:{self.ending}"


@dataclass(frozen=True, slots=True)
class Missing:
    """An attachment that records name and that is not whole here: how many bytes of how many have come."""

    sha: str
    size: int
    got: int


def ref_of(text: object) -> Ref | None:
    """Return the attachment that a value names, or None where it names none."""
    found = _NAME.fullmatch(text) if isinstance(text, str) else None
    return Ref(found[1], int(found[2]), found[3]) if found else None


def sha_of(data: bytes) -> str:
    """Return the hash that names these bytes."""
    return hashlib.sha256(data).hexdigest()


def keep(ledger: "Ledger", data: bytes, ending: str) -> str:
    """Keep the bytes and return their name; Problem where they are none or too many.

    They stay as long as a record or an unfinished interview names them; the caller writes the name next.
    """
    if not data or len(data) > MOST:
        raise Problem("attachment.size", f"文件是空的，或超过 {MOST // 2**20} MB，没有收下。请换一个小一些的文件。",
                      f"The file is empty or larger than {MOST // 2**20} MB and was not taken. Choose a smaller one.")
    ref = Ref(sha_of(data), len(data), ending.lower())
    if ref_of(str(ref)) is None:
        raise ValueError("the ending is one to five letters or digits")
    with transaction(ledger.db) as conn:
        row = conn.execute("SELECT whole FROM blob WHERE sha = ?", (ref.sha,)).fetchone()
        if row is None or not row[0]:
            conn.execute("DELETE FROM blob_piece WHERE sha = ?", (ref.sha,))
            conn.execute("INSERT OR REPLACE INTO blob VALUES (?,?,?,1,?)", (ref.sha, ref.size, ref.size, _now()))
            conn.executemany("INSERT INTO blob_piece VALUES (?,?,?)",
                             [(ref.sha, at, data[at:at + PIECE]) for at in range(0, ref.size, PIECE)])
    return str(ref)


def read(ledger: "Ledger", ref: str) -> bytes | None:
    """Return the bytes of an attachment, or None where it is not whole here (yet), or the text names none."""
    named = ref_of(ref)
    if named is None or not is_here(ledger, named.sha):
        return None
    return b"".join(_pieces(ledger.db.conn, named.sha))


def is_here(ledger: "Ledger", sha: str) -> bool:
    """Return whether all of it is here and was checked."""
    return bool(ledger.db.conn.execute("SELECT 1 FROM blob WHERE sha = ? AND whole", (sha,)).fetchone())


def ask_for(ledger: "Ledger", ref: str) -> None:
    """Have the next exchange bring this attachment, whatever the quota."""
    named = ref_of(ref)
    if named is not None:
        with transaction(ledger.db) as conn:
            conn.execute("INSERT OR IGNORE INTO blob_asked VALUES (?)", (named.sha,))


# -- what an exchange moves -------------------------------------------------------------------------------------------

def piece(ledger: "Ledger", sha: str, at: int, limit: int = PIECE) -> bytes:
    """Return up to `limit` bytes (1 MiB at most) of a whole attachment from a position; b"" at its end, or where it is not here."""
    limit = max(1, min(limit, PIECE))
    row = ledger.db.conn.execute(
        "SELECT p.at, p.data FROM blob_piece p JOIN blob b ON b.sha = p.sha WHERE p.sha = ? AND b.whole AND p.at <= ? ORDER BY p.at DESC LIMIT 1",
        (sha, at)).fetchone()
    return bytes(row[1][at - row[0]:at - row[0] + limit]) if row else b""


def take_piece(ledger: "Ledger", sha: str, size: int, at: int, data: bytes, whole: Callable[[Connection], None] | None = None) -> int:
    """Add bytes that came for an attachment that a record here names; returns how many bytes are here then, without a gap.
    `whole` runs inside the transaction in which it became whole.

    What lies elsewhere than at the end of what is here changes nothing. Problem where no record names it, its size is not
    the one that was named, or, at the end, it does not hash to its name: then all of it is dropped.
    """
    with transaction(ledger.db) as conn:
        if not conn.execute("SELECT 1 FROM blob_named WHERE sha = ? AND size = ? LIMIT 1", (sha, size)).fetchone() or size > MOST:
            raise Problem("attachment.unnamed", "收到的附件没有任何档案提到，或大小不符，没有收下。",
                          "An attachment came that no record names, or of another size; it was not taken.")
        row = conn.execute("SELECT size, got, whole FROM blob WHERE sha = ?", (sha,)).fetchone()
        if row is not None and row[2]:
            return int(row[1])
        got = row[1] if row is not None and row[0] == size else 0
        if at != got or not data:
            return int(got)
        if len(data) > PIECE or got + len(data) > size:
            raise Problem("attachment.piece", "收到的附件比说好的大，没有收下。", "More came of an attachment than was named; it was not taken.")
        if got == 0:
            conn.execute("DELETE FROM blob_piece WHERE sha = ?", (sha,))
        conn.execute("INSERT INTO blob_piece VALUES (?,?,?)", (sha, at, data))
        got += len(data)
        right = got < size or _hash(conn, sha) == sha
        conn.execute("INSERT OR REPLACE INTO blob VALUES (?,?,?,?,?)", (sha, size, got, int(got == size), _now()))
        if not right:
            _remove(conn, [sha])
        elif got == size and whole is not None:
            whole(conn)
    if right and got == size:
        ledger.tell(frozenset(row[0] for row in ledger.db.conn.execute("SELECT rec FROM blob_named WHERE sha = ?", (sha,))))
    if not right:
        raise Problem("attachment.hash", "收到的附件和它的名字对不上，已丢弃，请再同步一次。",
                      "An attachment did not fit its name and was dropped. Sync once more.")
    return int(got)


def wanted(ledger: "Ledger") -> list[Missing]:
    """Return what is named, not whole here and wanted here: what offices send down first, then what somebody asked for.

    An office wants everything; a laptop takes others' photos by itself only within the quota of its settings.
    """
    office = ledger.me.role != "surveyor"
    room = int(ledger.settings.get(QUOTA, 0)) * 2**20
    if room:
        room -= ledger.db.conn.execute("SELECT coalesce(sum(size), 0) FROM blob WHERE whole").fetchone()[0]
    first, then, rest = [], [], []
    for sha, size, kinds, got, asked in ledger.db.conn.execute(_MISSING):
        one = Missing(sha, size, got)
        if size > MOST:
            continue
        if any(goes_down(kind) for kind in kinds.split(",")):
            first.append(one)
        elif asked:
            then.append(one)
        elif office or room >= size:
            room -= size
            rest.append(one)
    return first + then + rest


def missing(ledger: "Ledger") -> int:
    """Return how many attachments records here name that are not here, wanted or not."""
    return sum(1 for _ in ledger.db.conn.execute(_MISSING))


_MISSING = """
SELECT n.sha, n.size, group_concat(DISTINCT n.type), coalesce(b.got, 0), a.sha IS NOT NULL
FROM blob_named n LEFT JOIN blob b ON b.sha = n.sha AND b.size = n.size LEFT JOIN blob_asked a ON a.sha = n.sha
WHERE b.whole IS NOT 1 AND NOT EXISTS (SELECT 1 FROM blob w WHERE w.sha = n.sha AND w.whole)
GROUP BY n.sha, n.size ORDER BY n.sha, n.size
"""


def named_of(ledger: "Ledger", rec: str) -> list[Ref]:
    """Return the attachments that a record's changes name, by hash."""
    return [Ref(*row) for row in ledger.db.conn.execute(
        "SELECT sha, size, ending FROM blob_named WHERE rec = ? ORDER BY sha", (rec,))]


def roots_of(ledger: "Ledger", sha: str) -> set[str]:
    """Return the dossiers whose records name an attachment."""
    return {row[0] for row in ledger.db.conn.execute("SELECT DISTINCT root FROM blob_named WHERE sha = ?", (sha,))}


def goes_down(kind: str) -> bool:
    """Return whether what records of this type name goes to everything below the office that made them."""
    known = dictionary().types.get(kind)
    return known is not None and known.scope != "dossier"


# -- who names what ---------------------------------------------------------------------------------------------------

def note(conn: Connection, changes: Iterable[Change], redo: Collection[str]) -> None:
    """Keep blob_named: every attachment that a change of a record names, also one since overwritten.

    changes: what is new; redo: records of which something was dropped: what nobody names any more is let go of.
    """
    conn.executemany(_NAMED, sorted({(ref.sha, ref.size, ref.ending, c.rec, c.root, c.type) for c in changes
                                     if c.kind == "write" and (body := payload_bytes(c)) and b"blob:" in body for ref in refs_in(body)}))
    if not redo or conn.execute("SELECT 1 FROM blob_named LIMIT 1").fetchone() is None:
        return
    before: set[str] = set()
    for part in chunks(sorted(redo)):
        before.update(row[0] for row in conn.execute(f"SELECT sha FROM blob_named WHERE rec IN ({marks(part)})", part))
        conn.execute(f"DELETE FROM blob_named WHERE rec IN ({marks(part)})", part)
    rows = filed_on(conn, "payload, rec, root, type", redo, "kind = 'write' AND payload IS NOT NULL")
    conn.executemany(_NAMED, sorted({(ref.sha, ref.size, ref.ending, *row[1:]) for row in rows for ref in refs_in(row[0])}))
    release(conn, before)


def rebuild(conn: Connection) -> None:
    """Derive again who names what; the bytes stay."""
    conn.execute("DELETE FROM blob_named")
    rows = conn.execute("SELECT payload, rec, root, type FROM change WHERE kind = 'write' AND instr(payload, CAST('blob:' AS BLOB))")
    conn.executemany(_NAMED, sorted({(ref.sha, ref.size, ref.ending, *row[1:]) for row in rows for ref in refs_in(row[0])}))


_NAMED = "INSERT OR IGNORE INTO blob_named VALUES (?,?,?,?,?,?)"


def refs_in(payload: bytes | str) -> Iterator[Ref]:
    """Yield the attachments that a stored payload, or the text of an answer, names."""
    data = payload.encode() if isinstance(payload, str) else payload
    if b"blob:" in data:
        for found in _IN_BYTES.finditer(data):
            yield Ref(found[1].decode(), int(found[2]), found[3].decode())


def release(conn: Connection, shas: Iterable[str]) -> None:
    """Drop those of these attachments that no record and no unfinished interview names; joins the open transaction."""
    journal = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'interview_event'").fetchone()
    for sha in shas:
        if conn.execute("SELECT 1 FROM blob_named WHERE sha = ? LIMIT 1", (sha,)).fetchone():
            continue
        if journal and conn.execute("SELECT 1 FROM interview_event WHERE value LIKE ? LIMIT 1", (f"%blob:{sha}:%",)).fetchone():
            continue
        _remove(conn, [sha])


def _remove(conn: Connection, shas: Sequence[str]) -> None:
    for table in ("blob", "blob_piece", "blob_asked"):
        conn.execute(f"DELETE FROM {table} WHERE sha IN ({marks(shas)})", list(shas))


def _pieces(conn: Connection, sha: str) -> Iterator[bytes]:
    for row in conn.execute("SELECT data FROM blob_piece WHERE sha = ? ORDER BY at", (sha,)):
        yield bytes(row[0])


def _hash(conn: Connection, sha: str) -> str:
    total = hashlib.sha256()
    for data in _pieces(conn, sha):
        total.update(data)
    return total.hexdigest()


def _now() -> str:
    return now().isoformat(timespec="seconds")


# -- the check --------------------------------------------------------------------------------------------------------

def problems(conn: Connection) -> Iterator[str]:
    """Yield what does not hold: an attachment that is not what its name says, pieces with gaps, names that are not derived."""
    for sha, size, got, whole in conn.execute("SELECT sha, size, got, whole FROM blob ORDER BY sha").fetchall():
        here = conn.execute("SELECT coalesce(sum(length(data)), 0) FROM blob_piece WHERE sha = ?", (sha,)).fetchone()[0]
        if here != got or (whole and (got != size or _hash(conn, sha) != sha)):
            yield f"attachment {sha[:8]}: its bytes are not what its name says"
    if conn.execute("SELECT 1 FROM blob_piece p LEFT JOIN blob b ON b.sha = p.sha WHERE b.sha IS NULL LIMIT 1").fetchone():
        yield "attachments: bytes that belong to none"
    named: set[tuple[Any, ...]] = {tuple(row) for row in conn.execute("SELECT sha, rec FROM blob_named")}
    for sha, rec in sorted(named):
        rows = filed_on(conn, "payload", [rec], "payload IS NOT NULL")
        if not any(sha == ref.sha for row in rows for ref in refs_in(row[0])):
            yield f"attachment {sha[:8]}: named by a record that does not name it"
