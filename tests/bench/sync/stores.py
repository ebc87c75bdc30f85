"""Stores to measure on: empty hubs and hubs full of people, encrypted as always, or plain so that the cipher's cost shows.

The plain store is a seam of these measurements alone; the app never opens one. Promises a fresh copy for each trial.
"""
import hashlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2  # type: ignore[import-untyped]

from app.models.ledger import Ledger
from app.models.store import BUSY_MS, CACHE_KIB, Database, connect
from app.sync import intake, segment
from app.sync.workspace import Workspace
from tests.bench.sync.dataset import CACHE, KEY, Dataset, hub_of

APP = Path(__file__).parents[3] / "app"
SHAPED_BY = ("models/schema.py", "models/store.py", "models/change.py", "models/fold.py", "models/record.py",
             "models/deriving.py", "models/projection.py", "models/search.py", "models/ledger.py", "sync/tables.py")
_names = itertools.count()


class Stores:
    """Hubs for one dataset, of one kind of file."""

    def __init__(self, data: Dataset, *, plain: bool) -> None:
        self.data, self.plain = data, plain
        self.granted = {one.device: one for one in data.peers()}
        version = hashlib.sha256(b"".join((APP / name).read_bytes() for name in SHAPED_BY)).hexdigest()[:8]
        self._kept = data.folder / f"{'plain' if plain else 'cipher'}-{version}"

    @contextmanager
    def hub(self, *, full: bool) -> Iterator[Workspace]:
        """Yield a copy of the hub: with all the people of the roster, or empty."""
        self._make(full)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            target = Path(folder) / "ledger.db"
            shutil.copyfile(self._file(full), target)
            ws = Workspace(Path(folder), KEY, self._open(target))
            try:
                yield ws
            finally:
                ws.ledger.close()

    def path(self, *, full: bool) -> Path:
        """Return the kept file of the hub."""
        self._make(full)
        return self._file(full)

    def take(self, ws: Workspace, data: bytes) -> int:
        """Open a segment as the hub does, judge it and merge it; returns how many changes were new."""
        opened = segment.unpack(data, lambda device: self.granted[device].sign_key)
        return intake.take(ws, opened, self.granted[opened.about.sender]).new

    def _file(self, full: bool) -> Path:
        return self._kept / ("people.db" if full else "empty.db")

    def _make(self, full: bool) -> None:
        if self._file(full).exists():
            return
        if full:
            self._make(False)
        self._kept.mkdir(exist_ok=True)
        draft = self._kept / "draft.db"
        for left in self._kept.glob("draft.db*"):
            left.unlink()
        if full:
            shutil.copyfile(self._file(False), draft)
            ws = Workspace(self._kept, KEY, self._open(draft))
            for data in self.data.roster:
                self.take(ws, data)
        else:
            ws = hub_of(self.data, self._kept, self._create(draft))
        ws.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ws.ledger.close()
        draft.rename(self._file(full))

    def _create(self, path: Path) -> Ledger:
        fresh = Ledger.create(path, KEY, area="529999001000", device_name="hub", user_name="练习员", role="township", practice=True)
        if not self.plain:
            return fresh
        fresh.db.conn.execute(f"ATTACH DATABASE '{path}.plain' AS plain KEY ''")
        fresh.db.conn.execute("SELECT sqlcipher_export('plain')")
        version = fresh.db.conn.execute("PRAGMA user_version").fetchone()[0]
        fresh.db.conn.execute(f"PRAGMA plain.user_version = {version}")
        fresh.close()
        for left in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            left.unlink(missing_ok=True)
        path.with_name(path.name + ".plain").rename(path)
        return self._open(path)

    def _open(self, path: Path) -> Ledger:
        return Ledger._ready(path, KEY, connect_plain(path) if self.plain else connect(path, KEY))


def connect_plain(path: Path) -> Database:
    """Return an open store without a cipher, otherwise set as the app sets its own."""
    conn = sqlcipher3.dbapi2.connect(str(path), timeout=BUSY_MS / 1000, check_same_thread=False)
    for pragma in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY",
                   "secure_delete = ON", f"cache_size = -{CACHE_KIB}", "foreign_keys = OFF"):
        conn.execute(f"PRAGMA {pragma}")
    return Database(conn)


def mib(path: Path) -> float:
    """Return how large a file is, in MiB."""
    return path.stat().st_size / 2 ** 20

