"""Workspace: the folder that holds one laptop's or one office's data, opened by its passphrase or its recovery card.

Promises that the passphrase is stretched once, that nothing in the folder is readable without it, and that a folder
that cannot be opened says why in a plain sentence and stays as it was.

    keys.json   the store's key, wrapped twice (app.sync.seal); no names
    ledger.db   the encrypted store (and its -wal while it is open)
    anchor.json how far the store had come, and on which machine (app.sync.anchor)
    inbox/      what a hub has accepted and not merged yet, encrypted (app.sync.inbox)
    lock        held by the window, so that two windows never share a folder; commands share it
"""
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from app.models import places
from app.models.disk import settle, source, write_whole
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync import anchor, replacing, seal, succession, tables

KEYS, LEDGER, LOCK = "keys.json", "ledger.db", "lock"
PRACTICE_COUNTY = "529999"
ROLES = ("surveyor", "township", "county")


def opened(folder: Path, key: bytes) -> Ledger:
    """Return the ledger of a workspace's folder, with all that offices keep in step with it."""
    from app.oversight import kept

    kept.keep()
    return Ledger.open(folder / LEDGER, key)


class Workspace:
    """An open workspace.

    Attributes: folder, ledger (on this thread's connection), keys (this device's own), lineage (log -> keys of this
    device and of those it continues).
    """

    def __init__(self, folder: Path, key: bytes, ledger: Ledger, anchored: str = "") -> None:
        self.folder, self._key, self.ledger, self._anchored = folder, key, ledger, anchored
        self._main = False  # not one of the connections beside it
        self._lock: IO[Any] | None = None
        tables.make_ready(ledger.db)
        self.keys = self._device_keys()
        self.lineage = succession.lineage(ledger, self.keys)

    @classmethod
    def create(cls, folder: Path, passphrase: str, area: str, name: str, user: str,
               role: str = "surveyor") -> tuple["Workspace", str]:
        """Return a new workspace and the recovery code to print. Raises Problem where there is one already."""
        folder = Path(folder)
        if (folder / LEDGER).exists():
            raise Problem("workspace.exists", "这个文件夹里已经有一个工作区，没有改动。请直接打开它，或换一个文件夹。",
                          "This folder already holds a workspace; nothing was changed. Open it, or choose another folder.")
        if not passphrase.strip():
            raise Problem("workspace.no_passphrase", "口令不能为空。请设置一个口令。", "The passphrase is empty. Choose one.")
        if role not in ROLES:
            raise Problem("workspace.role", "角色只能是 surveyor、township 或 county。", "The role is one of surveyor, township, county.")
        if not name.strip() or not user.strip():
            raise Problem("workspace.nameless", "电脑（单位）和使用人都要有名字，别人看得到是谁写的。请填上。",
                          "The computer or office and who works here need a name: others see who wrote what. Fill both in.")
        area = places.complete(area)
        _make_folder(folder)
        keys, key, recovery = seal.new_keys(passphrase)
        write_whole(folder / KEYS, msgspec.json.encode(keys))
        draft = folder / "ledger.new"
        for left in folder.glob("ledger.new*"):
            left.unlink()
        Ledger.create(draft, key, area=area, device_name=name, user_name=user, role=role,
                      practice=area.startswith(PRACTICE_COUNTY)).close()
        source.files.rename(draft, folder / LEDGER)
        settle(folder)
        return cls._first(folder, key, keys), recovery

    @classmethod
    def open(cls, folder: Path, passphrase: str | None = None, recovery: str | None = None) -> "Workspace":
        """Return the workspace in this folder. Raises Problem (workspace.*, store.*) where it cannot be opened."""
        folder = Path(folder)
        if replacing.begun(folder):
            _finish_restore(folder)
        if not (folder / KEYS).is_file():
            raise Problem("workspace.missing", f"文件夹 {folder} 里没有乐业的工作区。请看看文件夹选得对不对，或先新建（leye init）。",
                          f"There is no Leye workspace in the folder {folder}. Check the folder, or make one first (leye init).")
        keys = seal.read_keys((folder / KEYS).read_bytes())
        if recovery is not None:
            key = seal.key_by_recovery(keys, recovery)
        else:
            key = seal.key_by_passphrase(keys, passphrase or "")
        return cls._first(folder, key, keys)

    @classmethod
    def _first(cls, folder: Path, key: bytes, keys: seal.KeysFile) -> "Workspace":
        """Return the workspace; where its store is a copy of what it was, it goes on as a new device.

        What a hub accepted here and did not come to merge is merged first.
        """
        from app.sync import inbox

        ws = cls(folder, key, opened(folder, key), keys.recovery.salt)
        ws._main = True
        if anchor.noticed(folder, ws._anchored, ws.ledger):
            ws.renew()
        inbox.drain(ws)
        return ws

    @classmethod
    def bare(cls, folder: Path, key: bytes) -> "Workspace":
        """Return the workspace of a store that is not in its place yet; no anchor is asked."""
        return cls(folder, key, opened(folder, key))

    def renew(self) -> None:
        """Go on as a new device with a log and an instance of its own, so that no sequence number is used twice."""
        self.keys = succession.renew(self.ledger, self.keys)
        self.lineage = succession.lineage(self.ledger, self.keys)
        self.keep_anchor()

    def keep_anchor(self) -> None:
        """Note outside the store how far it has come."""
        if not self._anchored:
            return
        with contextlib.suppress(DatabaseError):
            anchor.keep(self.folder, self._anchored, self.ledger)

    def again(self) -> "Workspace":
        """Return the same workspace on a connection of its own, for another thread."""
        return Workspace(self.folder, self._key, self.ledger.again(), self._anchored)

    def close(self) -> None:
        """Close the store and let go of the lock."""
        if self._main:
            self._main = False
            self.keep_anchor()
        self.ledger.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lock(self) -> None:
        """Hold the folder for this window; Problem workspace.locked where another window has it."""
        self._lock = hold_folder(self.folder)

    def change_passphrase(self, passphrase: str) -> None:
        """Set another passphrase; the recovery card stays valid."""
        keys = seal.read_keys((self.folder / KEYS).read_bytes())
        write_whole(self.folder / KEYS, msgspec.json.encode(seal.changed_passphrase(keys, self._key, passphrase)))

    def box(self, purpose: str) -> seal.Box:
        """Return what seals a file beside the store; whoever opens the workspace can open it."""
        return seal.Box(self._key, purpose)

    def derived_keys(self, purpose: str) -> seal.DeviceKeys:
        """Return the keys of one purpose that whoever opens this workspace can have again."""
        return seal.keys_from(self._key, purpose)

    def _device_keys(self) -> seal.DeviceKeys:
        return seal.DeviceKeys(*self._kept("device_keys", seal.new_device_keys))

    def hub_keys(self) -> seal.HubKeys:
        """Return this office's root and working certificate; made when they are first needed."""
        return seal.HubKeys(*self._kept("hub_keys", seal.new_hub_keys))

    def _kept(self, name: str, make: Callable[[], tuple[str, ...]]) -> list[str]:
        """Return keys that are made once; two processes that need them at once get the same."""
        settings = self.ledger.settings
        if settings.get(name) is None:
            with tables.transaction(self.ledger.db):
                if settings.get(name) is None:
                    settings.set(name, list(make()))
        return list(settings.get(name))


def passphrase(folder: Path) -> str | None:
    """Return the passphrase from LEYE_PASSPHRASE or the system keyring; None where neither has one."""
    given = os.environ.get("LEYE_PASSPHRASE")
    if given:
        return given
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("leye", str(Path(folder).resolve()))
    except KeyringError:
        return None


def hold_folder(folder: Path, name: str = LOCK) -> IO[Any]:
    """Return the lock of a folder, held until it is closed; Problem workspace.locked where a window has it."""
    file = (folder / name).open("a+b")
    try:
        _hold(file)
    except OSError:
        file.close()
        raise Problem("workspace.locked", "这个工作区已经在另一个乐业窗口里打开了。请用那个窗口，或先关掉它。",
                      "This workspace is open in another Leye window. Use that window, or close it first.") from None
    return file


def _finish_restore(folder: Path) -> None:
    """A restore was cut while the files changed places: from its turning point on it is so."""
    try:
        with hold_folder(folder):
            replacing.finish(folder)
    except OSError:
        raise Problem("restore.unfinished", f"上次恢复备份没有做完，文件夹 {folder} 现在写不进去。请看看磁盘和权限，再打开一次；数据都在。",
                      f"A restore was cut before its end, and the folder {folder} cannot be written now. Check disk and permissions, "
                      "then open it again; all data is there.") from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)
    except OSError:
        raise Problem("workspace.folder", f"无法在这里建立文件夹：{folder}。请检查路径和权限，或换一个位置。",
                      f"The folder {folder} cannot be made here. Check the path and permissions, or choose another place.") from None


if sys.platform == "win32":
    import msvcrt

    def _hold(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
