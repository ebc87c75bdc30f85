"""The tables of sync beside the ledger's: peers and their grants, cursors, invitations, receipts, seals, quarantine.

Promises that they live in the same encrypted file, so that a cursor and the data it stands for commit together.

peer (whom we are paired with: a hub above or laptops below, and the grant) · cursor (how far we hold a peer's feed) ·
invitation (one-time tokens, hashed) · receipt (what a hub has signed that it holds) · seal (what a device has signed of
its log; travels on) · log_key (whose key seals a log) · quarantine (what came beyond a grant; kept, shown, not applied) · leaving (dossiers
that left the scope, and which place of the hub's feed must be held twice before they go) · blob_there (which attachments a
peer holds) · voucher (what the office above has signed that it took in) ·
card (who the office above has been) · receipt_taken_back (what it had signed for and lost) ·
copied_blob (attachments on the second copy) · blob_arrival (how many attachments came, and the hash of which)
"""
from app.models.store import Connection, Database, sqlite_utils, transaction

VERSION = 1
BLOBS = "+"  # stands for a prefix: how far a peer's attachments had come when we last heard which it holds
HIGH = "*"  # stands for a prefix: the farthest place of a peer's feed that ever came, whatever the scope was

migrations = sqlite_utils.Migrations("sync")


@migrations()  # type: ignore[untyped-decorator]
def m001_sync(db: Database) -> None:
    """Make the tables of the first version."""
    for statement in _FIRST:
        db.execute(statement)


_FIRST = (
    """CREATE TABLE peer (
        device TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, name TEXT NOT NULL, area TEXT NOT NULL,
        instance TEXT NOT NULL, sign_key TEXT NOT NULL, age_key TEXT NOT NULL, parent_age_key TEXT NOT NULL DEFAULT '',
        url TEXT NOT NULL DEFAULT '', root TEXT NOT NULL DEFAULT '', prefix TEXT NOT NULL, users TEXT NOT NULL DEFAULT '[]',
        expires_at TEXT NOT NULL DEFAULT '', made_at TEXT NOT NULL, last_at TEXT NOT NULL DEFAULT '',
        level INTEGER, clock_off INTEGER NOT NULL DEFAULT 0, acked_n INTEGER NOT NULL DEFAULT 0,
        acked_h TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE cursor (instance TEXT NOT NULL, prefix TEXT NOT NULL, n INTEGER NOT NULL, h TEXT NOT NULL,
        PRIMARY KEY (instance, prefix)) WITHOUT ROWID""",
    """CREATE TABLE invitation (token TEXT PRIMARY KEY, area TEXT NOT NULL, name TEXT NOT NULL, expires_at TEXT NOT NULL,
        used_by TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    """CREATE TABLE receipt (hub TEXT NOT NULL, log TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL,
        signature TEXT NOT NULL, PRIMARY KEY (hub, log)) WITHOUT ROWID""",
    """CREATE TABLE seal (log TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL, key TEXT NOT NULL,
        signature TEXT NOT NULL, PRIMARY KEY (log, seq, hash)) WITHOUT ROWID""",
    "CREATE TABLE log_key (log TEXT PRIMARY KEY, key TEXT NOT NULL, vouched_by TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE quarantine (cid TEXT NOT NULL, device TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY (cid, device))""",
)


@migrations()  # type: ignore[untyped-decorator]
def m002_lines(db: Database) -> None:
    """Say whom a device continues and what it is, and what is about to leave this store."""
    for statement in _SECOND:
        db.execute(statement)


_SECOND = (
    "ALTER TABLE peer ADD COLUMN parent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE peer ADD COLUMN role TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE leaving (root TEXT PRIMARY KEY, instance TEXT NOT NULL, n INTEGER NOT NULL, h TEXT NOT NULL,
        upto INTEGER NOT NULL) WITHOUT ROWID""",
)


@migrations()  # type: ignore[untyped-decorator]
def m003_blob_there(db: Database) -> None:
    """Remember which attachments a peer holds, and whether the office above it does too."""
    db.execute("""CREATE TABLE blob_there (sha TEXT NOT NULL, instance TEXT NOT NULL, twice INTEGER NOT NULL,
        PRIMARY KEY (sha, instance)) WITHOUT ROWID""")


@migrations()  # type: ignore[untyped-decorator]
def m004_vouchers(db: Database) -> None:
    """Keep what the office above has vouched for, to hand it back should it lose its store."""
    db.execute("""CREATE TABLE voucher (log TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, hash TEXT NOT NULL,
        at TEXT NOT NULL, key TEXT NOT NULL, signature TEXT NOT NULL, PRIMARY KEY (log, first, last, hash, key)) WITHOUT ROWID""")


@migrations()  # type: ignore[untyped-decorator]
def m005_copied_blob(db: Database) -> None:
    """Remember which attachments the second copy holds."""
    db.execute("CREATE TABLE copied_blob (sha TEXT PRIMARY KEY) WITHOUT ROWID")


@migrations()  # type: ignore[untyped-decorator]
def m006_standing(db: Database) -> None:
    """Remember how a laptop came last, and what it said is only there."""
    for column in ("via TEXT NOT NULL DEFAULT ''", "only_there INTEGER", "drafts INTEGER"):
        db.execute(f"ALTER TABLE peer ADD COLUMN {column}")


@migrations()  # type: ignore[untyped-decorator]
def m007_cards(db: Database) -> None:
    """Keep who the office above has been, signed by its root: one that lost its store can be told so."""
    db.execute("CREATE TABLE card (device TEXT PRIMARY KEY, root TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID")


@migrations()  # type: ignore[untyped-decorator]
def m008_hashes(db: Database) -> None:
    """Keep the hashes of a run that was vouched for: parts of it may leave this store."""
    db.execute("DELETE FROM voucher")  # said in another form before
    db.execute("ALTER TABLE voucher ADD COLUMN hashes TEXT NOT NULL DEFAULT ''")


@migrations()  # type: ignore[untyped-decorator]
def m009_taken_back(db: Database) -> None:
    """Keep receipts of an office that lost what it had signed for: handed back, they tell it what it had taken in."""
    db.execute("""CREATE TABLE receipt_taken_back (hub TEXT NOT NULL, log TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
        at TEXT NOT NULL, signature TEXT NOT NULL, PRIMARY KEY (hub, log, seq)) WITHOUT ROWID""")


@migrations()  # type: ignore[untyped-decorator]
def m010_arrivals(db: Database) -> None:
    """Number the attachments that came, with the hash of all before: an office put back to an earlier day is found out."""
    db.execute("CREATE TABLE blob_arrival (n INTEGER PRIMARY KEY, h TEXT NOT NULL)")


def make_ready(db: Database) -> None:
    """Make the tables of sync where this store lacks them."""
    done = {row[0] for row in db.conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'sync'")}
    if any(step.name not in done for step in migrations._migrations):
        migrations.apply(db)


def cursor_of(conn: Connection, instance: str, prefix: str) -> tuple[int, str]:
    """Return how far we hold a peer's feed as served to a prefix: (n, hash of the prefix of the feed)."""
    row = conn.execute("SELECT n, h FROM cursor WHERE instance = ? AND prefix = ?", (instance, prefix)).fetchone()
    return (row[0], row[1]) if row else (0, "")


def set_cursor(conn: Connection, instance: str, prefix: str, n: int, h: str) -> None:
    """Note how far we hold a peer's feed."""
    conn.execute("INSERT OR REPLACE INTO cursor VALUES (?,?,?,?)", (instance, prefix, n, h))


__all__ = ["cursor_of", "make_ready", "set_cursor", "transaction"]
