"""A power cut may leave the end of SQLite's log unwritten, zeroed or torn: what was written whole before it stays.

kill -9 leaves all that the process gave to the system; a power cut does not. Here the log is cut and spoilt by hand
(decisions/power-cut.md).
"""
import random
import shutil
from pathlib import Path

import pytest

from app.models.ledger import Write
from app.models.problem import Problem
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.disks import elsewhere
from tests.kills.acts import made

WRITES, CUTS = 12, 6


@pytest.mark.parametrize("end", ["cut", "zeroed", "torn"])
def test_a_torn_log_opens_at_the_last_whole_write(end: str, tmp_path: Path) -> None:
    base, states = made(tmp_path, "one"), list[tuple[int, str]]()
    with Workspace.open(base, PASSPHRASE) as ws:
        log = ws.folder / "ledger.db-wal"
        states.append((0, ws.ledger.digest(strict=True)))
        for n in range(WRITES):
            ws.ledger.write([Write("household", {"household_code": f"H-{n}", "remark": "练习" * 200 * n})], source="test")
            states.append((log.stat().st_size, ws.ledger.digest(strict=True)))
        shutil.copytree(base, tmp_path / "open")  # as it lies on the disk while the program runs
    size, dice = states[-1][0], random.Random(7)
    assert size > 100_000
    seen = set()
    for at in [0, 1, 31, 32, size - 1, size, *(dice.randrange(size) for _ in range(CUTS))]:
        digest = _reopened(tmp_path, end, at, dice)
        known = [state for written, state in states if written <= at]
        assert digest == known[-1], f"the log was {end} at {at} of {size}"
        seen.add(digest)
    assert len(seen) > 3


def _reopened(tmp_path: Path, end: str, at: int, dice: random.Random) -> str:
    """Return the strict digest of a copy whose log is spoilt from this byte on; it must hold together."""
    folder = Path(shutil.copytree(tmp_path / "open", tmp_path / f"cut-{at}"))
    elsewhere()
    log = folder / "ledger.db-wal"
    data = log.read_bytes()
    rest = len(data) - at
    log.write_bytes(data[:at] + {"cut": b"", "zeroed": bytes(rest), "torn": dice.randbytes(rest)}[end])
    (folder / "ledger.db-shm").unlink(missing_ok=True)
    try:
        with Workspace.open(folder, PASSPHRASE) as ws:
            report = ws.ledger.verify()
            assert report.ok, report.problems
            return ws.ledger.digest(strict=True)
    except Problem as problem:
        raise AssertionError(f"{end} at {at}: {problem.key}") from problem
    finally:
        shutil.rmtree(folder)


def test_every_commit_is_flushed_before_it_is_acknowledged(tmp_path: Path) -> None:
    with Workspace.open(made(tmp_path, "one"), PASSPHRASE) as ws, ws.again() as other:
        for one in (ws, other):
            told = {name: one.ledger.db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")}
            assert told == {"synchronous": 2, "journal_mode": "wal"}
