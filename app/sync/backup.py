"""Backup: the whole workspace as one encrypted file, opened by the passphrase or the recovery card it was made under.

Promises that the file appears under its name only when it has been read back and is right; that restoring checks all of
it first, sets the present store aside, and goes on as a new device, so that no sequence number is ever used twice.

    magic | u32 length | keys.json (the store's key, wrapped twice) | the store, encrypted with that key | sha256 of all that
"""
import hashlib
import os
import shutil
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from app.models import disk
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.store import DatabaseError, as_problem
from app.sync import anchor, inbox, replacing, seal
from app.sync.workspace import KEYS, LEDGER, Workspace, hold_folder

MAGIC = b"LEYEBAK\x01"
_STEP = 1024 * 1024
_AWAY = (f"{LEDGER}-wal", f"{LEDGER}-shm", anchor.BESIDE, inbox.FOLDER)  # of the store that gives way
_SUM = 32


def backup(ws: Workspace, path: Path) -> int:
    """Write the workspace into one encrypted file; returns its bytes. Raises Problem where it cannot be written."""
    path = Path(path)
    copy = ws.folder / "backup.new"
    copy.unlink(missing_ok=True)
    files = disk.source.files
    try:
        ws.ledger.db.conn.execute("VACUUM INTO ?", (str(copy),))
        keys = (ws.folder / KEYS).read_bytes()
        with disk.part_of(path) as part:
            told = _write(part, (MAGIC + struct.pack(">I", len(keys)) + keys, copy))
            if _sum_of(part) != told:
                raise _misread(path.name)
            files.rename(part, path)
            files.settle(path.parent)
    except DatabaseError as error:
        raise as_problem(error) from error
    except OSError:
        raise Problem("backup.write", f"无法写入 {path.name}：位置不存在、磁盘已满或只读。请检查后重试；本机数据都在。",
                      f"{path.name} cannot be written: no such place, a full or a read-only disk. Check it and try again; "
                      "everything is safe on this computer.") from None
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
    return path.stat().st_size


def restore(folder: Path, path: Path, passphrase: str | None = None, recovery: str | None = None) -> Path | None:
    """Put a backup in the place of the workspace; returns where the present one was set aside, None where there was none.

    Raises Problem, having changed nothing, where the file is damaged or opened by another passphrase, or the folder is in use.
    """
    folder, path = Path(folder), Path(path)
    keys = _checked_keys(path)
    return put_in_place(folder, key_of(keys, passphrase, recovery), lambda fresh: _unpack(path, fresh))


def key_of(keys: seal.KeysFile, passphrase: str | None, recovery: str | None) -> bytes:
    """Return the store's key by whichever secret is given; Problem workspace.passphrase or workspace.recovery."""
    return seal.key_by_recovery(keys, recovery) if recovery is not None else seal.key_by_passphrase(keys, passphrase or "")


def put_in_place(folder: Path, key: bytes, fill: Callable[[Path], None], more: Callable[[Workspace], None] | None = None) -> Path | None:
    """Put a store in the place of the workspace, going on as a new device; returns where the present one was set aside.

    fill: makes keys.json and the store in a folder; more: adds to the store before it goes on. Nothing is changed unless both end well.
    """
    fresh = folder / "restored.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with hold_folder(folder):
            if replacing.begun(folder):
                replacing.finish(folder)
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            fill(fresh)
            _go_on(fresh, key, more)
            aside = replacing.replace(folder, fresh, _AWAY)
    except OSError:
        raise Problem("restore.folder", f"文件夹 {folder} 写不进去，或正被别的程序使用，没有恢复。请关掉乐业的其他窗口，看看磁盘和权限再试。",
                      f"The folder {folder} cannot be written or is in use; nothing was restored. Close other windows of Leye, "
                      "check disk and permissions, then try again.") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return aside


def _go_on(fresh: Path, key: bytes, more: Callable[[Workspace], None] | None = None) -> None:
    """Check the store that came out of the backup and begin a new device in it."""
    ledger = Ledger.open(fresh / LEDGER, key)
    try:
        if ledger.db.conn.execute("PRAGMA cipher_integrity_check").fetchall():
            raise damaged(fresh.name)
    finally:
        ledger.close()
    with Workspace.bare(fresh, key) as ws:
        if more is not None:
            more(ws)
        ws.renew()
    (fresh / anchor.BESIDE).unlink(missing_ok=True)


def _checked_keys(path: Path) -> seal.KeysFile:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC or size < len(MAGIC) + 4 + _SUM:
                raise damaged(path.name)
            (length,) = struct.unpack(">I", file.read(4))
            if length > size or _sum_of(path, size - _SUM) != _tail(path):
                raise damaged(path.name)
            return seal.read_keys(file.read(length))
    except OSError:
        raise Problem("restore.missing", f"读不到备份文件 {path.name}。请检查U盘是否插好、文件名是否正确。",
                      f"The backup {path.name} cannot be read. See whether the stick is in and the name is right.") from None


def _unpack(path: Path, fresh: Path) -> None:
    with path.open("rb") as file:
        file.seek(len(MAGIC))
        (length,) = struct.unpack(">I", file.read(4))
        _write_plain(fresh / KEYS, (file.read(length),))
        _write_plain(fresh / LEDGER, _read(file.fileno(), path.stat().st_size - _SUM - file.tell(), file.tell()))


def _read(handle: int, length: int, at: int) -> Iterator[bytes]:
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(at)
        while length:
            data = file.read(min(_STEP, length))
            length -= len(data)
            yield data


def _write_plain(path: Path, parts: Iterable[bytes]) -> None:
    with disk.source.files.create(path, private=True) as file:
        for part in parts:
            file.write(part)
        disk.source.files.flush(file)


def _write(part: Path, pieces: tuple[bytes, Path]) -> bytes:
    """Write head, store and sum; returns the SHA-256 of the whole file."""
    total = hashlib.sha256(pieces[0])
    with disk.source.files.create(part) as file, pieces[1].open("rb") as store:
        file.write(pieces[0])
        while data := store.read(_STEP):
            total.update(data)
            file.write(data)
        told = total.digest()
        file.write(told)
        disk.source.files.flush(file)
    total.update(told)
    return total.digest()


def _sum_of(path: Path, length: int | None = None) -> bytes:
    left = path.stat().st_size if length is None else length
    total = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (data := file.read(min(_STEP, left))):
            total.update(data)
            left -= len(data)
    return total.digest()


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-_SUM, os.SEEK_END)
        return file.read()


def _misread(name: str) -> Problem:
    return Problem("backup.write", f"写入后读回核对不符，磁盘可能有问题，没有生成 {name}。请换一个地方备份。",
                   f"What was read back differs from what was written; {name} was not made. Use another disk.", status=1)


def damaged(name: str) -> Problem:
    """Return the Problem of a backup that is not whole."""
    return Problem("restore.damaged", f"{name} 不是乐业的备份，或已损坏，没有任何改动。请换一份备份。",
                   f"{name} is no backup of Leye, or is damaged; nothing was changed. Use another backup.")
