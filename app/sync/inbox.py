"""Inbox: segments that a hub has taken over as they came, on its disk but not merged yet, in the order of their arrival.

Promises that what was accepted is on disk before it is answered and stays until it is merged; that nobody reads it without
the store's key; and that nothing hangs on it: no receipt is given and no cursor moves before the merge, so a laptop whose
segment was lost here sends it again (decisions/inbox.md).

    inbox/lock            held by the one process that accepts and merges
    inbox/<number>.log    magic | u32 length | device id, nonce, sealed segment | u32 length | ...
"""
import struct
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from app.models import disk
from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync import intake, peers, segment
from app.sync.intake import Taken
from app.sync.seal import Box
from app.sync.workspace import Workspace, hold_folder

MAGIC = b"LEYEINB\x01"
FOLDER = "inbox"
ROTATE = 256 * 1024 * 1024  # a file under constant load is followed by another, so that what is merged can go
MOST_OF_ONE = 256 * 1024 * 1024  # waiting from one device: it hands over a few steps at a time, more is a fault or an attack
_DEVICE = 32  # hex digits of a device's id


@dataclass(frozen=True, slots=True)
class Letter:
    """One accepted segment: the device that sent it, and where it lies."""

    sender: str
    path: Path
    at: int
    size: int


class Inbox:
    """The accepted segments of one workspace. Any thread may ask; one process at a time holds it."""

    def __init__(self, folder: Path, box: Box, lock: IO[Any]) -> None:
        self.folder, self._box, self._lock = folder, box, lock
        self._guard = threading.Lock()
        self._letters: deque[Letter] = deque()
        self._of: Counter[str] = Counter()  # letters of each sender
        self._bytes: Counter[str] = Counter()  # of each sender
        self._in: Counter[Path] = Counter()  # letters in each file
        self._file: BinaryIO | None = None
        self._path, self._size = folder, 0
        for path in sorted(folder.glob("*.log")):
            self._add(list(self._found(path)))
            if not self._in[path]:
                disk.source.files.remove(path)

    @classmethod
    def of(cls, ws: Workspace) -> "Inbox | None":
        """Return the inbox of a workspace; None where another process holds it, which then merges it."""
        folder = ws.folder / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            lock = hold_folder(folder)
        except Problem:
            return None
        return cls(folder, ws.box(FOLDER), lock)

    def close(self) -> None:
        """Let go of it; what waits stays on disk."""
        with self._guard:
            self._leave()
            self._lock.close()

    def waiting(self, sender: str | None = None) -> int:
        """Return how many segments wait, or how many of one device."""
        with self._guard:
            return len(self._letters) if sender is None else self._of[sender]

    def has_room(self, sender: str) -> bool:
        """Return whether a device may hand over more before what it has handed over is merged."""
        with self._guard:
            return self._bytes[sender] < MOST_OF_ONE

    def append(self, accepted: Sequence[tuple[str, bytes]]) -> None:
        """Put segments (device, bytes) on disk, all of them with one flush; Problem store.full where that fails."""
        sealed = [(device.encode(), *self._box.seal(data, device.encode())) for device, data in accepted]
        with self._guard:
            try:
                file = self._room()
                file.writelines(part for one in sealed for part in (struct.pack(">I", sum(map(len, one))), *one))  # no copies
                disk.source.files.flush(file)
            except OSError:
                self._leave()  # what is torn lies behind everything that counts
                raise _full() from None
            letters, at = [], self._size
            for (device, _), one in zip(accepted, sealed, strict=True):
                size = sum(map(len, one))
                letters.append(Letter(device, self._path, at + 4, size))
                at += 4 + size
            self._size = at
            self._add(letters)

    def first(self) -> Letter | None:
        """Return the segment that has waited longest."""
        with self._guard:
            return self._letters[0] if self._letters else None

    def read(self, letter: Letter) -> bytes | None:
        """Return a segment's bytes; None where the disk has damaged them."""
        with letter.path.open("rb") as file:
            file.seek(letter.at)
            told = file.read(letter.size)
        return self._box.open(told[_DEVICE:], told[:_DEVICE])

    def done(self, letter: Letter) -> None:
        """Forget the first segment, which is merged or refused; a file with nothing left in it goes."""
        with self._guard:
            self._letters.popleft()
            self._of[letter.sender] -= 1
            self._bytes[letter.sender] -= letter.size
            self._in[letter.path] -= 1
            if self._in[letter.path]:
                return
            del self._in[letter.path]
            if letter.path != self._path or self._file is None:
                disk.source.files.remove(letter.path)
            else:  # merging it twice does no harm, so that nobody waits for the disk here
                self._file.truncate(len(MAGIC))
                self._size = self._file.seek(len(MAGIC))

    def _add(self, letters: Sequence[Letter]) -> None:
        self._letters += letters
        self._of.update(one.sender for one in letters)
        for one in letters:
            self._bytes[one.sender] += one.size
        self._in.update(one.path for one in letters)

    def _room(self) -> BinaryIO:
        """Return the file that is appended to."""
        if self._size > ROTATE:
            self._leave()
        if self._file is None:
            numbers = [int(path.stem) for path in self.folder.glob("*.log") if path.stem.isdigit()]
            self._path = self.folder / f"{max(numbers, default=0) + 1:08d}.log"
            self._file = disk.source.files.create(self._path, private=True)
            self._file.write(MAGIC)
            self._size = len(MAGIC)
            disk.source.files.settle(self.folder)
        return self._file

    def _leave(self) -> None:
        """Append to another file from now on."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
            if not self._in[self._path]:
                disk.source.files.remove(self._path)

    def _found(self, path: Path) -> Iterator[Letter]:
        """Return what an earlier run left in a file, up to where it broke off."""
        end = path.stat().st_size
        with path.open("rb") as file:
            at = len(MAGIC) if file.read(len(MAGIC)) == MAGIC else end
            while at + 4 <= end:
                file.seek(at)
                (size,) = struct.unpack(">I", file.read(4))
                told = file.read(size) if at + 4 + size <= end else b""
                if self._box.open(told[_DEVICE:], told[:_DEVICE]) is None:
                    return
                yield Letter(told[:_DEVICE].decode(), path, at + 4, size)
                at += 4 + size


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an accepted segment: who sent it, what the intake did, or why it was refused."""

    sender: str
    taken: Taken = Taken(0, 0, 0)
    refused: Problem | None = None


def merge_first(ws: Workspace, inbox: Inbox) -> Became | None:
    """Judge and merge the segment that has waited longest; None where there is none.

    A segment that no merge will ever take is refused and let go: its sender holds what is in it, for no receipt was given.
    Raises the Problems of this office's own store (a full disk), and the segment waits on.
    """
    letter = inbox.first()
    if letter is None:
        return None
    data, sender = inbox.read(letter), peers.peer(ws.ledger, letter.sender)
    try:
        if data is None or sender is None:
            raise segment.damaged()
        became = Became(letter.sender, intake.take(ws, segment.unpack(data, lambda _: sender.sign_key), sender))
    except Problem as problem:
        if not problem.key.startswith("segment."):
            raise
        became = Became(letter.sender, refused=problem)
    except DatabaseError:
        raise
    except Exception:  # a bug of ours rises, but must not hold up everybody behind it; the sender holds what is in it
        inbox.done(letter)
        raise
    inbox.done(letter)
    return became


def drain(ws: Workspace) -> None:
    """Merge what an earlier run of this office accepted and did not come to, unless another process is about it."""
    if not any((ws.folder / FOLDER).glob("*.log")):
        return
    inbox = Inbox.of(ws)
    if inbox is None:
        return
    with closing(inbox), suppress(Problem):  # a disk too full to merge is said by whoever writes to it; the segments wait on
        while merge_first(ws, inbox) is not None:
            pass


def _full() -> Problem:
    return Problem("store.full", "磁盘满了或写不进去，这一次没有保存。请腾出空间再试，以前的数据都在。",
                   "The disk is full or cannot be written; this was not saved. Make room and try again. Earlier data is safe.")


__all__ = ["Became", "Inbox", "Letter", "drain", "merge_first"]
