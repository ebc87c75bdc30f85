"""Acts: what one computer does by itself, killed at a moment of it. Each says what must hold afterwards.

Whatever is killed: `verify` holds, every change that was acknowledged is there, and the same act, done again, succeeds.
"""
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random

from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import seal
from app.sync.audit import check_seals
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.disks import elsewhere
from tests.kills.moments import Aim, Tell, Watch
from tests.kills.processes import Process, start

TOWN = "529999001000"
CHEAP = {"MEMORY_KIB": 64, "ITERATIONS": 1, "LANES": 1}
NUMBERS = count(1)


@contextmanager
def cheap_keys() -> Iterator[None]:
    """Let new workspaces stretch their passphrase cheaply inside the block: what is killed here is not that."""
    before = {name: getattr(seal, name) for name in CHEAP}
    for name, value in CHEAP.items():
        setattr(seal, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(seal, name, value)


def made(folder: Path, name: str, households: int = 0, seed: int = 1, role: str = "township", area: str = TOWN) -> Path:
    """Return the folder of a new practice workspace with this many invented households."""
    from app.models.practice import generate

    ws, _ = Workspace.create(folder / name, PASSPHRASE, area, name, f"{name}-user", role)
    with ws:
        if households:
            generate(ws.ledger, households, seed)
    return folder / name


def whole(ws: Workspace) -> None:
    """The workspace holds together."""
    report = ws.ledger.verify()
    assert not report.problems + check_seals(ws), report.problems


def written(ws: Workspace, tell: Tell, number: int) -> str:
    """Write a household with a person and say so once it is acknowledged; returns the person's id."""
    home = new_id()
    touched = ws.ledger.write([Write("household", {"household_code": f"H{home[:8]}"}, rec=home, place="529999001201"),
                               Write("person", {"full_name": "练习甲", "household_id": home, "phone": f"1390000{number:04d}"})],
                              source="screen")
    for cid in touched.cids:
        tell("acknowledged", cid)
    return touched.ids[1]


def all_there(ws: Workspace, died: Process) -> None:
    """Every change it said was acknowledged is here with its values."""
    for (cid,) in died.heard("acknowledged"):
        row = ws.ledger.db.conn.execute("SELECT n FROM change WHERE cid = ?", (cid,)).fetchone()
        assert row and row[0] is not None, f"acknowledged and gone: {cid[:8]}"


class Act:
    """One kind of work on a copy of a prepared workspace. Attributes: phase (its name), room, base, folder (the copy in hand)."""

    phase = "write"
    households = 3

    def __init__(self, room: Path, dice: Random) -> None:
        self.room, self.dice = room, dice
        self.base = made(room, f"base-{next(NUMBERS)}", self.households)
        self.folder = self.base
        with Workspace.open(self.base, PASSPHRASE) as ws:
            self.prepare(ws)

    def prepare(self, ws: Workspace) -> None:
        """Make the base ready, once."""

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        """Do it, in the child."""
        with watch.within(self.phase):
            for number in range(3):
                written(ws, tell, number)

    def judge(self, ws: Workspace, died: Process) -> str:
        """Check what was left; returns what was found in a word."""
        return f"{len(died.heard('acknowledged')) // 2} of 3 acknowledged"

    def ready(self) -> None:
        """Make the copy in hand ready, each time."""

    def run(self, aim: Aim) -> Process:
        """Return the child that did it on a copy of its own, dead or done."""
        self.folder = Path(shutil.copytree(self.base, self.room / f"copy-{next(NUMBERS)}"))
        elsewhere()
        self.ready()
        return start(self.child, aim, self.dice).end()

    def child(self, watch: Watch, tell: Tell) -> None:
        """What the child does: open, then work."""
        with Workspace.open(self.folder, PASSPHRASE) as ws:
            self.work(ws, watch, tell)

    def look(self, died: Process) -> str:
        """Open what is left, judge it, do it again; returns what was found."""
        with Workspace.open(self.folder, PASSPHRASE) as ws:
            whole(ws)
            all_there(ws, died)
            found = self.judge(ws, died)
            whole(ws)
        shutil.rmtree(self.folder)
        return found
