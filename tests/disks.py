"""Disks that fail: put in the place of the real one at the seam `app.models.disk.source`, they fail at the act one names.

    with failing(at=3, error=errno.ENOSPC, torn=True): ...   # the third act of the disk fails, having done half of it
"""
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from app.models import disk

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)


class FailingFiles(disk.Files):
    """A disk whose act number `at` fails, and every one after it where it `stays` broken.

    Attributes: acts (how many there were: run once with at=0 to count), names (what they were), failed.
    """

    def __init__(self, at: int = 0, error: int = errno.ENOSPC, *, torn: bool = False, stays: bool = False) -> None:
        self.at, self.error, self.torn, self.stays = at, error, torn, stays
        self.acts, self.names, self.failed = 0, list[str](), False

    def act(self, name: str) -> bool:
        """Count one act; returns whether it fails."""
        self.acts += 1
        self.names.append(name)
        fails = self.acts == self.at or (self.stays and 0 < self.at < self.acts)
        self.failed = self.failed or fails
        return fails

    def fail(self) -> OSError:
        """Return the error of this disk."""
        return OSError(self.error, "a failing disk")

    def create(self, path: Path, *, private: bool = False) -> BinaryIO:
        if self.act("create"):
            raise self.fail()
        return cast(BinaryIO, _Written(super().create(path, private=private), self))

    def flush(self, file: BinaryIO) -> None:
        if self.act("flush"):
            raise self.fail()
        super().flush(file)

    def read(self, path: Path) -> bytes:
        if self.act("read"):
            raise self.fail()
        return super().read(path)

    def open(self, path: Path) -> BinaryIO:
        if self.act("open"):
            raise self.fail()
        return super().open(path)

    def rename(self, old: Path, new: Path) -> None:
        if self.act("rename"):
            raise self.fail()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        if self.act("remove"):
            raise self.fail()
        super().remove(path)


class _Written:
    """A file whose writes count; a torn one leaves half of what was written."""

    def __init__(self, file: BinaryIO, files: FailingFiles) -> None:
        self._file, self._files = file, files

    def write(self, data: Any) -> int:
        if self._files.act("write"):
            if self._files.torn:
                self._file.write(data[:len(data) // 2])
            raise self._files.fail()
        return self._file.write(data)

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def failing(at: int = 0, error: int = errno.ENOSPC, *, torn: bool = False, stays: bool = False) -> Iterator[FailingFiles]:
    """Put such a disk in the place of the real one inside the block."""
    before, broken = disk.source.files, FailingFiles(at, error, torn=torn, stays=stays)
    disk.source.files = broken
    try:
        yield broken
    finally:
        disk.source.files = before


def elsewhere() -> None:
    """Let what is opened from now on be opened on another computer of the same make, where no anchor lies: a disk's image."""
    os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(dir=_HOMES, prefix="home-")


_HOMES = os.environ["XDG_DATA_HOME"]  # tests/conftest.py makes it
