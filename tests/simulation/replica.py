"""Replica: one computer of the simulation, a real workspace in a folder, that can crash, be copied and be put back."""
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from app.models.ledger import Ledger
from app.models.store import DatabaseError
from app.sync import pairing
from app.sync.desk import Desk
from app.sync.hub import Hub
from app.sync.inbox import Inbox
from app.sync.spelled import unspell
from app.sync.workspace import LEDGER, Workspace
from tests.simulation.seams import room, seams

START = datetime(2026, 11, 24, tzinfo=UTC)
COUNTY = "529999000000"
TOWN, OTHER_TOWN = "529999001000", "529999002000"
VILLAGES = ("529999001201", "529999001202", "529999002201")
LAPTOPS = (VILLAGES[0], VILLAGES[0], VILLAGES[1], TOWN, TOWN, COUNTY)  # the areas of those that are paired in the template
WHOLE_HUB = "hub"


class Replica:
    """One computer.

    Attributes: name, folder, key (of the store), off (how wrong its clock is), ws, desk (of a hub, while it runs).
    """

    def __init__(self, name: str, folder: Path, key: bytes) -> None:
        self.name, self.folder, self.key = name, folder, key
        self.off = timedelta()
        self.hub: Hub | None = None
        self.crashed = False
        self.lives = self.left = 0
        self.open()

    @property
    def ledger(self) -> Ledger:
        """Return its ledger."""
        return self.ws.ledger

    @property
    def is_hub(self) -> bool:
        """Return whether this is the office's."""
        return self.name == WHOLE_HUB

    def open(self) -> None:
        """Open the workspace from disk; a hub starts with no sessions."""
        self.ws = Workspace(self.folder, self.key, Ledger.open(self.folder / LEDGER, self.key))
        self.crashed = False
        if self.is_hub:
            self.hub = Hub(self.ws).beside()
            self.hub.desk.inbox = Inbox.of(self.ws)  # it accepts first, and merges when the world lets it

    def close(self) -> None:
        """Close it in order."""
        if self.hub is not None and self.hub.desk.inbox is not None:
            self.hub.desk.inbox.close()
        self.ws.close()

    def arm(self, steps: int) -> None:
        """Let the machine die after this many steps of the store's virtual machine, wherever that is."""
        self.left = steps
        self.ledger.db.conn.set_progress_handler(self._tick, 1)  # counted here: SQLite counts anew in each statement

    def disarm(self) -> None:
        """Let it live."""
        self.ledger.db.conn.set_progress_handler(None, 0)

    def _tick(self) -> int:
        self.left -= 1
        if self.left > 0:
            return 0
        self.disarm()
        self.crashed = True
        return 1

    def crash(self) -> None:
        """Go on from what is on disk now, as after a power cut of the program: nothing is closed in order."""
        self.lives += 1
        other = self.folder.with_name(f"{self.folder.name.split('~')[0]}~{self.lives}")
        shutil.copytree(self.folder, other)
        with suppress(DatabaseError):
            self.close()
        shutil.rmtree(self.folder)
        self.folder = other
        self.open()

    def copy(self, to: Path) -> Path:
        """Return a copy of the folder, as of a disk that is cloned or backed up while the program is closed."""
        self.close()
        shutil.copytree(self.folder, to)
        self.open()
        return to

    def put_back(self, copy: Path) -> None:
        """Go on from an older copy."""
        self.close()
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)
        self.open()

    def cids(self, whole: bool = False) -> set[str]:
        """Return the ids of the changes it holds."""
        return {row[0] for row in self.ledger.db.conn.execute(
            "SELECT cid FROM change" + (" WHERE n IS NOT NULL" if whole else ""))}


class Templates:
    """Paired workspaces, made once and copied for each world. `folders`: name -> folder; `keys`: name -> store key."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="leye-sim-", dir=room())
        self.folders: dict[str, Path] = {}
        self.keys: dict[str, bytes] = {}
        with seams(Random(0), lambda: START):
            made = {WHOLE_HUB: self._make(WHOLE_HUB, COUNTY, "county")}
            for at, area in enumerate(LAPTOPS):
                made[f"lap{at}"] = self._make(f"lap{at}", area, "surveyor")
                _pair(made[f"lap{at}"], made[WHOLE_HUB], area)
            for ws in made.values():
                ws.close()

    def _make(self, name: str, area: str, role: str) -> Workspace:
        folder = Path(self._home.name) / name
        ws, _ = Workspace.create(folder, "practice", area, name, f"{name}-user", role)
        self.folders[name], self.keys[name] = folder, ws._key
        return ws


def _pair(laptop: Workspace, office: Workspace, area: str) -> None:
    """Do what pairing.pair does, with the desk beside it instead of beyond a network."""
    told: Any = unspell(pairing.invite(office, area), pairing.TOKEN + pairing.seal.PIN)
    said = Desk(yes=True).pair(office, pairing.ask_of(laptop, told[:pairing.TOKEN]))
    root = office.hub_keys().root
    pairing.check_card(said.signed, root, "https://hub")
    pairing.keep_hub(laptop.ledger, said.signed.card, "https://hub", root, said.prefix)


@cache
def templates() -> Templates:
    """Return the templates of this process."""
    return Templates()
