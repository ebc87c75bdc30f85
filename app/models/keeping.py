"""Keeping projections: which of them this store has kept up to date, in which version.

Promises that a projection is built when it is new, when its version is another, when a table of it is missing, and when
a program that does not know it has written in the meantime.
"""
from collections.abc import Iterable, Sequence

from app.models.deriving import tell
from app.models.projection import Projection, Touch, TypedTables
from app.models.settings import Settings
from app.models.store import Database, transaction

KEPT = "projections"  # the setting: name -> version of what is up to date in this store
BATCH = 2000


def follow(db: Database, settings: Settings, typed: TypedTables, projections: Sequence[Projection]) -> frozenset[str]:
    """Build those that are not up to date; returns the names of those in the store that nobody here keeps."""
    kept: dict[str, str] = settings.get(KEPT, {})
    there = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    behind = [p for p in projections if kept.get(p.name) != p.version or not there.issuperset(p.owns)]
    if behind:
        with transaction(db):
            make(db, settings, behind)
            _fill(db, typed, behind)
    return frozenset(kept) - {p.name for p in projections}


def make(db: Database, settings: Settings, projections: Sequence[Projection]) -> None:
    """Make the tables of these projections anew, empty, and note their versions; joins the open transaction."""
    for projection in projections:
        for table in projection.owns:
            db.execute(f'DROP TABLE IF EXISTS "{table}"')
        projection.tables(db)
    settings.set(KEPT, {**settings.get(KEPT, {}), **{p.name: p.version for p in projections}})


def let_go(settings: Settings, names: Iterable[str]) -> None:
    """Note that these are no longer up to date: somebody writes who does not know them; joins the open transaction."""
    kept: dict[str, str] = settings.get(KEPT, {})
    if not kept.keys().isdisjoint(names):
        settings.set(KEPT, {name: version for name, version in kept.items() if name not in set(names)})


def _fill(db: Database, typed: TypedTables, projections: Sequence[Projection]) -> None:
    """Tell projections of every row that is there, as if it were new."""
    for kind in sorted({kind for p in projections for kind in p.watches if typed.knows(kind)}):
        ids = [row[0] for row in db.conn.execute(f'SELECT id FROM "{kind}" ORDER BY rowid')]
        for start in range(0, len(ids), BATCH):
            part = ids[start:start + BATCH]
            roots = dict(db.conn.execute(f"SELECT rec, root FROM record WHERE rec IN ({','.join('?' * len(part))})", part))
            held = typed.held(db.conn, kind, part)
            tell(db.conn, projections, [Touch(rec, kind, roots[rec], None, None, held[rec]) for rec in part])
