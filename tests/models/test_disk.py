"""Whatever a disk does at whichever act, a file is there whole, old or new, and nothing half lies beside it."""
from pathlib import Path

import pytest

from app.models import disk
from tests.disks import ERRORS, failing

OLD, NEW = b"old" * 100, b"new" * 200


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("write", [disk.write_whole, disk.write_note])
def test_old_or_new_and_whole(tmp_path: Path, write: object, error: int, torn: bool) -> None:
    path = tmp_path / "f"
    with failing() as counted:
        write(path, OLD)  # type: ignore[operator]
    assert counted.acts >= 3 and "rename" in counted.names
    for at in range(1, counted.acts + 1):
        path.write_bytes(OLD)
        with failing(at, error, torn=torn) as broken:
            with pytest.raises(OSError) as raised:
                write(path, NEW)  # type: ignore[operator]
            assert broken.failed and raised.value.errno == error
        assert path.read_bytes() == OLD
        assert [p.name for p in tmp_path.iterdir()] == ["f"]
    write(path, NEW)  # type: ignore[operator]
    assert path.read_bytes() == NEW


def test_what_is_private_is_read_by_nobody_else(tmp_path: Path) -> None:
    disk.write_whole(tmp_path / "keys", b"x")
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
