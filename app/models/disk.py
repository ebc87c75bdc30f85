"""Disk: files that are there whole or not at all, whenever the power goes. Every file but the store is written through here.

Promises one seam, `source`, between the program and the disk: a test or the simulator puts a disk there that is full,
read-only, torn or pulled out. What an OSError means to a person, the caller says.
"""
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PART = ".part"


class Files:
    """What this computer's disk does: seven acts, each of which may fail with an OSError."""

    def create(self, path: Path, *, private: bool = False) -> BinaryIO:
        """Return a new file to write; an older one of that name is emptied. private: no other user may read it."""
        return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600 if private else 0o666))

    def flush(self, file: BinaryIO) -> None:
        """Put what was written on the disk itself."""
        file.flush()
        os.fsync(file.fileno())

    def read(self, path: Path) -> bytes:
        """Return the whole content of a file."""
        return path.read_bytes()

    def open(self, path: Path) -> BinaryIO:
        """Return a file to read piece by piece, as the disk has it and not as the system still remembers it, where it can be asked so."""
        file = path.open("rb")
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its name, in the place of what had it."""
        os.replace(old, new)

    def settle(self, folder: Path) -> None:
        """Put a rename on disk; Windows has no such call and does it by itself."""
        if os.name == "posix":
            with suppress(OSError):  # the file is there; some disks cannot say more
                handle = os.open(folder, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)


class _Source:
    """Where the files are; tests and the simulator put another disk here."""

    files: Files = Files()


source = _Source()


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """Give the name under which a file is made before it gets its own; what is left there on failure goes."""
    part = path.with_name(path.name + PART)
    try:
        yield part
    except BaseException:
        with suppress(OSError):
            source.files.remove(part)
        raise


@contextmanager
def writing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write; it gets its name, whole and on disk, when the block ends well, and is gone when it does not."""
    with part_of(path) as part:
        with source.files.create(part, private=private) as file:
            yield file
            source.files.flush(file)
        source.files.rename(part, path)
        source.files.settle(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write a private file so that either the old or the new one is there, whole, whenever the power goes."""
    with writing(path, private=True) as file:
        file.write(data)


def write_note(path: Path, data: bytes) -> None:
    """Write a small file that may be lost or old after a power cut, but is never torn; it does not wait for the disk."""
    with part_of(path) as part:
        with source.files.create(part) as file:
            file.write(data)
        source.files.rename(part, path)


def settle(folder: Path) -> None:
    """Put a rename on disk."""
    source.files.settle(folder)
