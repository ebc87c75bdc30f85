"""Anchor: a small note outside the store that says how far its log had come and on which machine.

Promises that a store put back from a copy, started on another machine, or copied to a second folder of this one, is
noticed when it is opened. It lies beside the store and in the per-user data folder, holds no personal data, and is never
needed: where there is none, or it cannot be read, nothing is noticed. A folder that is moved stays the same device.
"""
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.models.disk import source, write_note
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.sync import seal
from app.sync.shapes import decoded

BESIDE = "anchor.json"


class Anchor(msgspec.Struct, frozen=True):
    """How far a store had come: the machine (hashed), its instance, its log and the last place of that log.

    folder: in the user's own profile alone, where this instance was opened last.
    """

    machine: str
    instance: str
    log: str
    seq: int
    hash: str
    folder: str = ""


class _Machine:
    """What this computer is known by, and the data folder of its user; tests and the simulator replace both."""

    read: Callable[[], str] = staticmethod(lambda: _machine())
    home: Callable[[], Path] = staticmethod(lambda: _home())


machine = _Machine()


def keep(folder: Path, salt: str, ledger: Ledger) -> None:
    """Write down where the store stands, wherever that can be written."""
    seq, tip = ledger.log_end()
    told = Anchor(_hashed(salt), ledger.me.instance, ledger.me.log, seq, tip)
    placed = msgspec.structs.replace(told, folder=str(folder.resolve()))
    for path, words in (*((path, told) for path in _paths(folder, salt)), (_by_instance(salt, ledger), placed)):
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_note(path, msgspec.json.encode(words))  # an older note, or none, only notices less: not worth waiting for the disk


def noticed(folder: Path, salt: str, ledger: Ledger) -> bool:
    """Return whether the store is an older copy of what it was, has come to another machine, or is a second one here."""
    last = _read(_by_instance(salt, ledger))
    if last is not None and _stands_elsewhere(last.folder, folder, salt):
        return True
    found = [*(_read(path) for path in _paths(folder, salt)), last]
    return any(_differs(read, ledger, _hashed(salt)) for read in found if read is not None)


def _stands_elsewhere(last: str, folder: Path, salt: str) -> bool:
    """Return whether this store was opened last in another folder, and still stands there: then one of the two is a copy."""
    other = Path(last)
    if not last or other == folder.resolve():
        return False
    try:
        kept = seal.read_keys(source.files.read(other / "keys.json"))
        return kept.recovery.salt == salt and (other / "ledger.db").is_file() and not other.samefile(folder)
    except (OSError, Problem):  # moved away from there, or something else stands there now
        return False


def _differs(kept: Anchor, ledger: Ledger, here: str) -> bool:
    if kept.log in ledger.settings.get("earlier_logs", []):
        return False  # it was noticed before, and the note could not be written since
    if kept.machine != here or kept.log != ledger.me.log:
        return True
    found = {row[0] for row in ledger.db.conn.execute("SELECT h FROM change WHERE log = ? AND seq = ?", (kept.log, kept.seq))}
    return kept.seq > ledger.log_end()[0] or bool(found and kept.hash not in found)


def _paths(folder: Path, salt: str) -> list[Path]:
    return [folder / BESIDE, _note(f"leye anchor {salt} {folder.resolve()}")]


def _by_instance(salt: str, ledger: Ledger) -> Path:
    return _note(f"leye instance {salt} {ledger.me.instance}")


def _note(words: str) -> Path:
    return machine.home() / "anchors" / f"{seal.digest(words.encode())[:32]}.json"


def _home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("leye", appauthor=False))


def _read(path: Path) -> Anchor | None:
    try:
        return decoded(source.files.read(path), Anchor)
    except (OSError, msgspec.DecodeError, RecursionError):
        return None


def _hashed(salt: str) -> str:
    return seal.digest(f"{salt} {machine.read()}".encode())[:32]


if sys.platform == "win32":
    import winreg

    def _machine() -> str:
        out = []
        for key, value in ((r"SYSTEM\HardwareConfig", "LastConfig"), (r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")):
            with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
                out.append(str(winreg.QueryValueEx(opened, value)[0]))
        return " ".join(out)
else:
    _TOLD = ("/etc/machine-id", "/sys/class/nvme/nvme0/serial", "/sys/class/dmi/id/product_name", "/sys/class/dmi/id/board_name")

    def _machine() -> str:
        out = []
        for path in _TOLD:  # the disk's own number differs where an image was copied to another disk
            with contextlib.suppress(OSError):
                out.append(Path(path).read_text().strip())
        return " ".join(out)
