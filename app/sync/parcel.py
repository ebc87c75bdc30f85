"""Parcel: the one sealed file, for a stick, a first load and the second copy (decisions/sealed-files.md).

Promises that it appears under its name only when it has been read back and is right; that whoever reads it is told of
damage before the end of a part and must act on nothing earlier; and that neither end holds more than one item in memory.

    magic | frame ... | "Z" 32: the SHA-256 of all before
    frame: kind (1 byte) | u32 length | bytes
      K  how the key is wrapped, in clear: only where the passphrase or the recovery card opens the rest
      A  the next piece of a part, which is an age file for its readers; E (0 bytes) ends the part
    inside a part, items of the same shape: H first and T last are for who wrote it, G is the Ed25519 signature of all
    before it; a kind that is not known is passed over, and signed all the same.
"""
import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.models import disk
from app.models.problem import Problem
from app.sync import seal
from app.sync.seal import DeviceKeys

MAGIC = b"LEYESTK\x02"
FAMILY = 7  # bytes of the magic before its version
SUFFIX = ".leye"
HEAD, TAIL, SEGMENT, STORE, SIGNED = b"H", b"T", b"S", b"D", b"G"
BLOB, HELD = b"B", b"N"  # a piece of an attachment; which attachments the sender holds
_KEYS, _PIECE, _END, _SUM = b"K", b"A", b"E", b"Z"
PIECE_MOST = 1024 * 1024
ITEM_MOST = 64 * 1024 * 1024 + 4096  # a segment at its largest
KEYS_MOST = 64 * 1024
STEP = 1024 * 1024
_FRAME = struct.Struct(">cI")

Item = tuple[bytes, bytes]  # (kind, what it says)
Progress = Callable[[int, int], None]  # bytes done, of


@dataclass(frozen=True, slots=True)
class Part:
    """What one set of readers (age recipients) is told, sealed by `keys`; the items are made while they are written."""

    readers: Sequence[str]
    items: Iterable[Item]
    keys: DeviceKeys


class Sink(Protocol):
    """Takes the items of a part that was meant for us."""

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        """Take an item; `before` is the SHA-256 of the part before it."""

    def end(self) -> None:
        """The part was whole."""


def write(path: Path, parts: Iterable[Part], clear: bytes = b"") -> int:
    """Write a parcel; returns its bytes. Raises Problem stick.write, and nothing new stands under the name then."""
    files = disk.source.files
    try:
        with disk.part_of(path) as part:
            with files.create(part) as file:
                out = _Out(file)
                out.whole(parts, clear)
                files.flush(file)
            if _sum_on_disk(part) != out.total.digest():
                raise Problem("stick.write", f"写入后读回核对不符，U盘可能有问题，没有生成 {path.name}。请换一个U盘。",
                              f"What was read back differs from what was written; {path.name} was not made. Use another stick.", status=1)
            files.rename(part, path)
            files.settle(path.parent)
    except OSError:
        raise Problem("stick.write", f"无法写入 {path.name}：U盘已满、只读或被拔出。请检查后重试；本机数据都在。",
                      f"{path.name} cannot be written: the stick is full, read-only or was pulled out. Check it and try again; "
                      "everything is safe on this computer.") from None
    return out.size


def read(path: Path, keys: Sequence[DeviceKeys], begin: Callable[[], Sink], told: Progress | None = None) -> int:
    """Hand the parts that these keys open to a sink each; returns how many there were. Raises Problem stick.missing,
    stick.damaged or stick.newer; what sinks were told before counts for nothing then."""
    opened = 0
    try:
        with disk.source.files.open(path) as file:
            frames = _Frames(file, path.name, told)
            while frames.another_part():
                inside = _Inside(begin, path.name)
                try:
                    mine = seal.decrypt_stream(keys, frames.pieces(), inside.write)
                except seal.Damaged:
                    raise damaged(path.name) from None
                for _ in frames.pieces():
                    pass  # meant for others: only its sum is read
                if mine:
                    inside.close()
                    opened += 1
    except OSError:
        raise missing(path.name) from None
    return opened


def keys_of(path: Path) -> bytes:
    """Return what a parcel says in clear of how its key is wrapped, b"" where it says nothing. Raises Problem as `read`."""
    try:
        with disk.source.files.open(path) as file:
            return _Frames(file, path.name, None).clear()
    except OSError:
        raise missing(path.name) from None


def framed(kind: bytes, said: bytes) -> bytes:
    """Return an item or a frame as it stands in the file."""
    return _FRAME.pack(kind, len(said)) + said


def _sealed(part: Part) -> Iterator[bytes]:
    total = hashlib.sha256()
    for kind, said in part.items:
        data = framed(kind, said)
        total.update(data)
        yield data
    yield framed(SIGNED, part.keys.signature(total.digest()))


class _Out:
    """A file with the sum of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.total, self.size = file, hashlib.sha256(), 0

    def add(self, data: bytes) -> None:
        self.file.write(data)
        self.total.update(data)
        self.size += len(data)

    def frame(self, kind: bytes, said: bytes) -> None:
        self.add(framed(kind, said))

    def whole(self, parts: Iterable[Part], clear: bytes) -> None:
        """Write everything a parcel is made of."""
        self.add(MAGIC)
        if clear:
            self.frame(_KEYS, clear)
        for one in parts:
            seal.encrypt_stream(one.readers, _sealed(one), lambda piece: self.frame(_PIECE, piece))
            self.frame(_END, b"")
        self.frame(_SUM, self.total.digest())


def _sum_on_disk(path: Path) -> bytes:
    total = hashlib.sha256()
    with disk.source.files.open(path) as file:
        while data := file.read(STEP):
            total.update(data)
    return total.digest()


class _Frames:
    """The frames of a file, one after the other; its sum is checked when the last is read."""

    def __init__(self, file: BinaryIO, name: str, told: Progress | None) -> None:
        self.file, self.name, self.told = file, name, told
        self.size, self.done = os.fstat(file.fileno()).st_size, 0
        self.total = hashlib.sha256()
        self.inside = False
        magic = self._read(len(MAGIC))
        if magic[:FAMILY] == MAGIC[:FAMILY] and magic != MAGIC and self._is_whole():
            raise Problem("stick.newer", f"{name} 是另一个版本的乐业写的，没有任何改动。请把两边的程序升级到同一版本，再重新导出。",
                          f"{name} was written by another version of Leye; nothing was changed. Bring both programs to one version, "
                          "then write it again.")
        if magic != MAGIC:
            raise damaged(name)
        self.next = self._head()

    def _is_whole(self) -> bool:
        """Return whether the file ends in the sum of all before it, as it does in every version: else a byte of the magic is damaged."""
        length, total = _FRAME.size + hashlib.sha256().digest_size, hashlib.sha256()
        self.file.seek(0)
        left = max(0, self.size - length)
        while left and (data := self.file.read(min(left, STEP))):
            total.update(data)
            left -= len(data)
        return self.file.read() == framed(_SUM, total.digest())

    def clear(self) -> bytes:
        """Return the wrapped keys, which come first where there are any."""
        if self.next[0] != _KEYS or self.next[1] > KEYS_MOST:
            return b""
        said = self._read(self.next[1])
        self.next = self._head()
        return said

    def another_part(self) -> bool:
        """Return whether another part begins; False at the end, when the whole was right."""
        self.clear()
        if self.next[0] == _SUM:
            if self.next[1] != len(self._before) or self.file.read(len(self._before)) != self._before or self.file.read(1):
                raise damaged(self.name)
            return False
        self.inside = True
        return True

    def pieces(self) -> Iterator[bytes]:
        """Return the pieces of the part that has begun, to its end."""
        while self.inside:
            kind, length = self.next
            if kind == _END and not length:
                self.inside = False
            elif kind != _PIECE or length > PIECE_MOST:
                raise damaged(self.name)
            data = self._read(length)
            self.next = self._head()
            if self.inside:
                yield data

    def _head(self) -> tuple[bytes, int]:
        self._before = self.total.digest()
        kind, length = _FRAME.unpack(self._read(_FRAME.size))
        return kind, length

    def _read(self, length: int) -> bytes:
        data = self.file.read(length)
        if len(data) != length:
            raise damaged(self.name)
        self.total.update(data)
        self.done += length
        if self.told is not None:
            self.told(self.done, self.size)
        return data


class _Inside:
    """Cuts what a part says into items."""

    def __init__(self, begin: Callable[[], Sink], name: str) -> None:
        self.begin, self.name = begin, name
        self.sink: Sink | None = None
        self.held, self.total = bytearray(), hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        if self.sink is None:
            self.sink = self.begin()
        self.held += data
        while len(self.held) >= _FRAME.size:
            kind, length = _FRAME.unpack_from(self.held)
            if length > ITEM_MOST:
                raise damaged(self.name)
            if len(self.held) < _FRAME.size + length:
                return
            whole = bytes(self.held[:_FRAME.size + length])
            del self.held[:len(whole)]
            self.sink.take(kind, whole[_FRAME.size:], self.total.digest())
            self.total.update(whole)

    def close(self) -> None:
        """Nothing more comes."""
        if self.held or self.sink is None:
            raise damaged(self.name)
        self.sink.end()


def damaged(name: str) -> Problem:
    """Return the Problem of a file that is not whole."""
    return Problem("stick.damaged", f"{name} 不完整或已损坏，没有任何改动。请让对方重新导出到U盘。",
                   f"{name} is incomplete or damaged; nothing was changed. Have it written to the stick again.")


def missing(name: str) -> Problem:
    """Return the Problem of a file that cannot be read."""
    return Problem("stick.missing", f"读不到 {name}。请检查U盘是否插好、文件名是否正确。",
                   f"{name} cannot be read. See whether the stick is in and the name is right.")
