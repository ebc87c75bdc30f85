"""Going on from the second copy: a new computer, the stick and the recovery card. Promises that everything that counted as copied
is there again, that damaged files are named and keep no good one out, and that the computer goes on as a new device.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from app.models import disk
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.sync import attachments, outgoing, parcel, seal, segment
from app.sync.backup import key_of, put_in_place
from app.sync.parcel import BLOB, HEAD, SEGMENT, SIGNED, STORE
from app.sync.seal import DeviceKeys, signed_by
from app.sync.second_copy import BASE, BLOBS, FOLDER, PURPOSE, CopyHead
from app.sync.shapes import decoded
from app.sync.workspace import KEYS, LEDGER, Workspace

STEP = 500  # changes merged at once from another base


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: where the present store was set aside (None where there was none), files that could not be read, and
    when the newest file was written there (ISO, by that computer's clock)."""

    aside: Path | None
    skipped: tuple[Problem, ...]
    at: str


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    head: CopyHead


def copies_in(place: Path) -> list[Path]:
    """Return the folders of second copies in a place, or the place itself where it is one."""
    try:
        if place.name.startswith(FOLDER):
            return [place]
        return sorted(path for path in place.iterdir() if path.is_dir() and path.name.startswith(FOLDER))
    except OSError:
        raise parcel.missing(place.name or str(place)) from None


def restore_copy(folder: Path, place: Path, passphrase: str | None = None, recovery: str | None = None) -> Restored:
    """Put what lies in a second place where the workspace is. Raises Problem, having changed nothing, where nothing there opens."""
    folder, place = Path(folder), Path(place)
    files = [path for one in copies_in(place) for path in sorted(one.glob(f"*{parcel.SUFFIX}"))]
    key, clear = _key(files, place, passphrase, recovery)
    keys = seal.keys_from(key, PURPOSE)
    found, skipped = _scan(files, keys)
    bases = sorted((one for one in found if one.head.kind == BASE), key=lambda one: one.head.n)
    if not bases:
        raise Problem("second.no_base", f"{place} 里的第二份不完整：整份数据的文件读不出来，没有任何改动。请换一份备份，或与单位联网取回。",
                      f"The second copy in {place} is not whole: the file with the whole store cannot be read; nothing was changed. "
                      "Use a backup, or sync with the office.")
    chosen = bases[-1]

    def fill(fresh: Path) -> None:
        _unpack(chosen, keys, fresh / LEDGER)
        disk.write_whole(fresh / KEYS, clear)

    def more(ws: Workspace) -> None:
        for other in bases[:-1]:
            _add_base(ws, other, keys, key)
        for kind in (False, True):  # attachments last: a record must name them
            for one in sorted((one for one in found if one.head.kind != BASE), key=lambda one: one.head.n0):
                if (one.head.kind == BLOBS) == kind:
                    parcel.read(one.path, [keys], lambda one=one: _Add(ws, one))  # type: ignore[misc]
    aside = put_in_place(folder, key, fill, more)
    return Restored(aside, tuple(skipped), max(one.head.at for one in found))


def _key(files: Sequence[Path], place: Path, passphrase: str | None, recovery: str | None) -> tuple[bytes, bytes]:
    """Return the store's key, and what is to be written as keys.json: the newest that this secret opens."""
    refused: Problem | None = None
    tried: set[bytes] = set()
    for path in sorted(files, key=lambda one: one.stat().st_mtime, reverse=True):
        try:
            clear = parcel.keys_of(path)
            if clear and clear not in tried:
                tried.add(clear)
                return key_of(seal.read_keys(clear), passphrase, recovery), clear
        except Problem as problem:
            if problem.key.startswith("workspace."):
                refused = problem
    raise refused or Problem("second.none", f"{place} 里没有乐业的第二份。请看看是不是这个U盘。",
                             f"There is no second copy of Leye in {place}. See whether this is the right stick.")


def _scan(files: Sequence[Path], keys: DeviceKeys) -> tuple[list[_Found], list[Problem]]:
    """Return the files that these keys open and that are wholly right, and what is wrong with others of ours."""
    found, skipped = [], []
    for path in files:
        scans: list[_Scan] = []

        def begin(path: Path = path, scans: list[_Scan] = scans) -> _Scan:
            scans.append(_Scan(path.name, keys))
            return scans[-1]
        try:
            if parcel.read(path, [keys], begin):
                found.append(_Found(path, scans[0].told()))
        except Problem as problem:
            skipped.append(problem)
    return found, skipped


def _unpack(base: _Found, keys: DeviceKeys, path: Path) -> None:
    with disk.source.files.create(path, private=True) as file:
        parcel.read(base.path, [keys], lambda: _Store(file))
        disk.source.files.flush(file)


def _add_base(ws: Workspace, base: _Found, keys: DeviceKeys, key: bytes) -> None:
    """Merge what another base holds: of a copy that was begun anew, or of the computer before this one."""
    path = ws.folder / "other.db"
    _unpack(base, keys, path)
    other = Ledger.open(path, key)
    try:
        n = 0
        while rows := other.feed(n, STEP):
            n = rows[-1][0]
            ws.ledger.merge(other.changes([row[2] for row in rows]))
    finally:
        other.close()
        for left in ws.folder.glob("other.db*"):
            left.unlink()


class _Scan:
    """Checks a file and keeps its head."""

    def __init__(self, name: str, keys: DeviceKeys) -> None:
        self.name, self.keys = name, keys
        self.head: CopyHead | None = None
        self.signed = False

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        if kind == HEAD:
            try:
                self.head = decoded(said, CopyHead)
            except msgspec.DecodeError:
                raise parcel.damaged(self.name) from None
        self.signed = kind == SIGNED and signed_by(self.keys.sign_public, said, before)

    def end(self) -> None:
        if not self.signed:
            raise parcel.damaged(self.name)

    def told(self) -> CopyHead:
        """Return what the file says of itself."""
        if self.head is None:
            raise parcel.damaged(self.name)
        return self.head


class _Store:
    """Writes the store of a base out."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        if kind == STORE:
            self.file.write(said)

    def end(self) -> None:
        """All of it is there."""


class _Add:
    """Adds the changes and attachments of a file to the store."""

    def __init__(self, ws: Workspace, found: _Found) -> None:
        self.ws, self.found = ws, found

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        ledger, head = self.ws.ledger, self.found.head
        if kind == SEGMENT:
            opened = segment.unpack(said, lambda device: head.sign if device == head.device else None)
            ledger.merge(opened.changes, after=lambda _: outgoing.keep_seals(ledger, opened.about.seals, head.device))
        elif kind == BLOB:
            try:
                attachments.put(ledger, said)
            except Problem:  # no record names it any more
                pass

    def end(self) -> None:
        """All of it is there."""
