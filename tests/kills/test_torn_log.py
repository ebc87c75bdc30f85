"""A power cut may leave the end of SQLite's log unwritten, zeroed or torn: what was written whole before it stays.

kill -9 leaves all that the process gave to the system; a power cut does not. Here the log is cut and spoilt by hand
(decisions/power-cut.md).
"""
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.ledger import Write
from app.models.problem import Problem
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.disks import elsewhere
from tests.kills.acts import cheap_keys, made
from tests.kills.pairs import paired

WRITES, CUTS = 12, 6


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    """Stretch passphrases cheaply: each cut opens a workspace."""
    with cheap_keys():
        yield


States = list[tuple[int, str]]  # how long the log was when a write was acknowledged, and what the store held then


def _written(base: Path, tmp_path: Path) -> States:
    """Write in a workspace; it is copied as it lies on the disk while the program runs."""
    states: States = []
    with Workspace.open(base, PASSPHRASE) as ws:
        log = ws.folder / "ledger.db-wal"
        states.append((0, ws.ledger.digest(strict=True)))
        for n in range(WRITES):
            ws.ledger.write([Write("household", {"household_code": f"H-{n}", "remark": "练习" * 200 * n})], source="test")
            states.append((log.stat().st_size, ws.ledger.digest(strict=True)))
        shutil.copytree(base, tmp_path / "open")
    return states


def _merged(tmp_path: Path) -> States:
    """Let a laptop push to a hub; each state is one that the hub has answered and signed for."""
    from app.sync import peers
    from app.sync.desk import Desk
    from app.sync.exchange import HubCarrier, exchange
    from tests.sync.offices import Direct

    town, laptop = paired(tmp_path)
    states: States = []
    with Workspace.open(town, PASSPHRASE) as office, Workspace.open(laptop, PASSPHRASE) as ws:
        office.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        office.ledger.db.conn.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        log, desk = office.folder / "ledger.db-wal", Desk()
        states.append((0, office.ledger.digest(strict=True)))
        for n in range(WRITES):
            ws.ledger.write([Write("household", {"household_code": f"H-{n}", "remark": "练习" * 200 * n})], source="test")
            before = office.ledger.digest(strict=True)
            done = exchange(ws, HubCarrier(peers.the_hub(ws.ledger), way=Direct(office, desk)))
            assert done.level and ws.ledger.only_here() == 0  # signed for
            states.append((log.stat().st_size, office.ledger.digest(strict=True)))
            assert before != states[-1][1]
        shutil.copytree(town, tmp_path / "open")
    return states


@pytest.mark.parametrize("whose", ["laptop", "hub"])
@pytest.mark.parametrize("end", ["cut", "zeroed", "torn"])
def test_a_torn_log_opens_at_the_last_whole_write(end: str, whose: str, tmp_path: Path) -> None:
    """Nothing that was acknowledged before the byte is gone: at the laptop a write, at the hub a merge it has signed for."""
    states = _written(made(tmp_path, "one"), tmp_path) if whose == "laptop" else _merged(tmp_path)
    size, dice = states[-1][0], random.Random(7)
    assert size > 100_000
    seen = set()
    for at in [0, 1, 31, 32, size - 1, size, *(dice.randrange(size) for _ in range(CUTS))]:
        digest = _reopened(tmp_path, end, at, dice)
        known = [state for written, state in states if written <= at]
        assert digest == known[-1] or whose == "hub" and digest in [state for _, state in states[len(known):len(known) + 1]], (
            f"the log was {end} at {at} of {size}")
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
