"""The tables of the ledger, as small named migrations. Promises that an older store is brought forward, step by step.

change (the truth, append-only) · feed (the order of arrival, with the hash of each prefix) · record (what the changes
fold to: a cache) · conflict (an index of what waits for review) · machine_setting, act, acknowledged (this machine's own) ·
same_as, redacted, erased (indexes of what was declared, derived from the changes) · blob, blob_piece, blob_named, blob_asked
(app.models.attachments).
"""
from app.models.store import SCHEMA, Database, sqlite_utils

migrations = sqlite_utils.Migrations("ledger")


@migrations()  # type: ignore[untyped-decorator]
def m001_ledger(db: Database) -> None:
    """Make the tables of the first version."""
    for statement in _FIRST:
        db.execute(statement)


@migrations()  # type: ignore[untyped-decorator]
def m002_declared(db: Database) -> None:
    """Make the indexes of links, redactions and erasures; a store of the first version has relayed them unread."""
    for statement in _SECOND:
        db.execute(statement)


@migrations()  # type: ignore[untyped-decorator]
def m003_attachments(db: Database) -> None:
    """Make the tables of attachments; who names what is derived again, as SCHEMA has changed."""
    for statement in _ATTACHMENTS:
        db.execute(statement)


@migrations()  # type: ignore[untyped-decorator]
def m004_thin(db: Database) -> None:
    """Lay records out in the order of their arrival, without a second copy of the values; they are derived again.

    One index less: what is filed on a dossier itself is found by its root.
    """
    for statement in _THIN:
        db.execute(statement)


_FIRST = (
    """CREATE TABLE change (
        cid TEXT PRIMARY KEY, n INTEGER, n_header INTEGER NOT NULL, rec TEXT NOT NULL, root TEXT NOT NULL,
        kind TEXT NOT NULL, type TEXT NOT NULL, place TEXT, log TEXT NOT NULL, seq INTEGER NOT NULL,
        h TEXT NOT NULL, came_from TEXT, header BLOB NOT NULL, salt TEXT, payload BLOB)""",
    "CREATE INDEX change_rec ON change(rec)",
    "CREATE INDEX change_root ON change(root)",
    "CREATE INDEX change_log ON change(log, seq)",
    "CREATE INDEX change_moves ON change(root) WHERE place IS NOT NULL",
    "CREATE TABLE feed (n INTEGER PRIMARY KEY, cid TEXT NOT NULL, form INTEGER NOT NULL, h BLOB NOT NULL)",
    """CREATE TABLE record (
        rec TEXT PRIMARY KEY, type TEXT NOT NULL, root TEXT NOT NULL, place TEXT, cid TEXT, state BLOB,
        whole INTEGER NOT NULL, void INTEGER NOT NULL, conflicts INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX record_root ON record(root)",
    "CREATE TABLE conflict (rec TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (rec, unit)) WITHOUT ROWID",
    "CREATE TABLE machine_setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE act (id INTEGER PRIMARY KEY, source TEXT NOT NULL, log TEXT NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0)""",
    "CREATE TABLE acknowledged (log TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
)

_SECOND = (
    """CREATE TABLE same_as (pair TEXT PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, type TEXT NOT NULL,
        holds INTEGER NOT NULL, disputed INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX same_as_a ON same_as(a)",
    "CREATE INDEX same_as_b ON same_as(b)",
    "CREATE TABLE redacted (cid TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE erased (root TEXT NOT NULL, cid TEXT NOT NULL, PRIMARY KEY (root, cid)) WITHOUT ROWID",
    "CREATE INDEX change_declared ON change(kind) WHERE kind <> 'write'",
)

_ATTACHMENTS = (
    """CREATE TABLE blob (sha TEXT PRIMARY KEY, size INTEGER NOT NULL, got INTEGER NOT NULL, whole INTEGER NOT NULL,
        at TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE blob_piece (sha TEXT NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (sha, at))",
    """CREATE TABLE blob_named (sha TEXT NOT NULL, size INTEGER NOT NULL, ending TEXT NOT NULL, rec TEXT NOT NULL,
        root TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (sha, rec, size, ending)) WITHOUT ROWID""",
    "CREATE INDEX blob_named_rec ON blob_named(rec)",
    "CREATE TABLE blob_asked (sha TEXT PRIMARY KEY) WITHOUT ROWID",
)

_THIN = (
    "DROP INDEX change_rec",
    "CREATE INDEX change_rec ON change(rec) WHERE rec <> root",
    "DROP TABLE record",
    """CREATE TABLE record (
        no INTEGER PRIMARY KEY, rec TEXT NOT NULL UNIQUE, type TEXT NOT NULL, root TEXT NOT NULL, place TEXT, cid TEXT,
        state BLOB, whole INTEGER NOT NULL, void INTEGER NOT NULL, conflicts INTEGER NOT NULL)""",
    "CREATE INDEX record_root ON record(root) WHERE root <> rec",
)


def bring_forward(db: Database) -> None:
    """Apply the migrations that this store lacks; nothing is done where the store is of this version."""
    if db.execute("PRAGMA user_version").fetchone()[0] < SCHEMA:
        migrations.apply(db)
        db.execute(f"PRAGMA user_version = {SCHEMA}")
