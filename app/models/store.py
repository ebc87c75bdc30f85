"""The encrypted store: SQLite through SQLCipher and sqlite-utils. Promises full durability for whatever is committed,
one transaction per write, and a plain sentence for a wrong key, a locked, missing or damaged file and a full disk.

This module must be the first to import sqlite_utils: it catches errors of the SQLite it finds as `pysqlite3`, so
SQLCipher is put under that name before (components.md 0.1), and pandas is hidden meanwhile, which it would load.
"""
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlcipher3  # type: ignore[import-untyped]
import sqlcipher3.dbapi2  # type: ignore[import-untyped]

from app.models.problem import Problem


def _import_sqlite_utils() -> Any:
    sys.modules["pysqlite3"] = sqlcipher3
    sys.modules["pysqlite3.dbapi2"] = sqlcipher3.dbapi2
    hidden = [name for name in ("pandas", "numpy") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        import sqlite_utils
    finally:
        for name in hidden:
            del sys.modules[name]
    return sqlite_utils


sqlite_utils = _import_sqlite_utils()

if TYPE_CHECKING:
    from sqlite_utils import Database as Database
else:
    Database = sqlite_utils.Database

Connection = Any  # sqlcipher3.dbapi2.Connection, which has no type stubs
DatabaseError = sqlcipher3.dbapi2.DatabaseError
OperationalError = sqlcipher3.dbapi2.OperationalError

SCHEMA = 5  # PRAGMA user_version; a file with a greater one comes from a newer program
KEY_BYTES = 32
BUSY_MS = 15_000
CACHE_KIB = 32_000


def connect(path: Path, key: bytes, *, create: bool = False) -> Database:
    """Return the open store. Raises Problem where the file is missing, damaged, locked, newer or of another key."""
    if len(key) != KEY_BYTES:
        raise ValueError("the store's key is 32 bytes")
    if not create and not path.is_file():
        raise Problem("store.missing", f"找不到数据文件 {path.name}。请看看文件夹选得对不对，或者从备份恢复。",
                      f"The data file {path.name} is not there. Check the folder, or restore a backup.")
    try:
        conn = sqlcipher3.dbapi2.connect(str(path), timeout=BUSY_MS / 1000, check_same_thread=False)
        conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        conn.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error by itself, beside our sentence
        version = conn.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            conn.close()
            raise Problem("store.newer", "这份数据是更新版本的乐业写的。请先把本机的乐业升级，数据没有动。",
                          "This data was written by a newer Leye. Update Leye on this computer first; nothing was changed.")
        for pragma in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY",
                       "secure_delete = ON", f"cache_size = -{CACHE_KIB}", "wal_autocheckpoint = 4000", "foreign_keys = OFF"):
            conn.execute(f"PRAGMA {pragma}")
    except DatabaseError as error:
        raise as_problem(error) from error
    return Database(conn)


@contextmanager
def transaction(db: Database) -> Iterator[Connection]:
    """Run one write transaction: all of it is on disk when the block ends, or nothing is. Nested blocks join it."""
    conn = db.conn
    if conn.in_transaction:
        yield conn
        return
    try:
        conn.execute("BEGIN IMMEDIATE")
    except DatabaseError as error:
        raise as_problem(error) from error
    try:
        yield conn
        conn.execute("COMMIT")
    except BaseException as error:
        _waiting.pop(db, None)
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        if isinstance(error, DatabaseError) and (known := known_problem(error)):
            raise known from error
        raise
    for do in _waiting.pop(db, []):
        do()


@contextmanager
def uncollected() -> Iterator[None]:
    """Do not look for cyclic garbage inside the block: changes make none, and walking through them costs a quarter of a merge.

    What was made counts as old afterwards (frozen and let go of at once), so that the next look does not begin with it.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


_waiting: WeakKeyDictionary[Database, list[Callable[[], None]]] = WeakKeyDictionary()


def once_on_disk(db: Database, do: Callable[[], None]) -> None:
    """Do something when the transaction that is under way is on disk, never where it fails; at once if there is none."""
    if db.conn.in_transaction:
        _waiting.setdefault(db, []).append(do)
    else:
        do()


def as_problem(error: Exception) -> Problem:
    """Return the sentence for any store error; one that is not known says that the file cannot be read."""
    return known_problem(error) or Problem(
        "store.error", "数据文件读不了。请检查磁盘，或从备份恢复。",
        "The data file cannot be read. Check the disk, or restore a backup.", status=1)


def known_problem(error: Exception) -> Problem | None:
    """Return the sentence for a store error that a person can act on; None where it is a bug and must rise."""
    text = str(error).lower()
    for words, problem in _KNOWN:
        if any(word in text for word in words):
            return Problem(problem[0], problem[1], problem[2], status=problem[3])
    return None


_KNOWN: tuple[tuple[tuple[str, ...], tuple[str, str, str, int]], ...] = (
    (("locked", "busy"), (
        "store.locked", "数据正被另一个程序占用。请等一会儿再试，或关掉另一个乐业窗口。",
        "Another program is using the data. Wait a moment and try again, or close the other Leye window.", 2)),
    (("full", "disk i/o"), (
        "store.full", "磁盘满了或写不进去，这一次没有保存。请腾出空间再试，以前的数据都在。",
        "The disk is full or cannot be written; this was not saved. Make room and try again. Earlier data is safe.", 2)),
    (("readonly", "read-only", "unable to open"), (
        "store.readonly", "数据文件不能写。请检查文件夹的权限，或把它移到能写的地方。",
        "The data file cannot be written. Check the folder's permissions or move it to where you can write.", 2)),
    (("not a database",), (
        "store.key", "打不开数据：口令不对，或文件不是乐业的数据。什么都没有动。",
        "The data cannot be opened: wrong passphrase, or not a Leye file. Nothing was changed.", 2)),
    (("malformed", "corrupt"), (
        "store.damaged", "数据文件损坏了。请不要再写，用备份或 U 盘恢复。",
        "The data file is damaged. Stop writing and restore from a backup or stick.", 1)),
)
