"""Replica: one computer of the simulation, a real workspace in a folder, that can crash, be copied and be put back."""
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from pathlib import Path

from app.models.ledger import Ledger
from app.models.store import DatabaseError
from app.sync import seal
from app.sync.hub import Hub
from app.sync.inbox import Inbox
from app.sync.workspace import KEYS, Workspace

Stand = Callable[["Replica"], AbstractContextManager["Replica"]]


class Replica:
    """One computer.

    Attributes: name, folder, key (of the store), machine (what it is known by), home (its user's data folder), office,
    above (the office it exchanges with), off (how wrong its clock is), ws, hub (of an office, while it runs), inbox
    (whether an office takes over first and merges later).
    """

    def __init__(self, name: str, folder: Path, key: bytes, stand: Stand, *, office: bool = False, machine: str = "",
                 home: Path | None = None, inbox: bool = False) -> None:
        self.name, self.folder, self.key, self.stand = name, folder, key, stand
        self.office, self.machine, self.inbox = office, machine or name, inbox
        self.home = home or folder.with_name(f"{folder.name}-home")
        self.above: Replica | None = None
        self.off = timedelta()
        self.hub: Hub | None = None
        self.crashed = False
        self.left = 0
        self.open()
        self.root = self.ws.hub_keys().root if office else ""

    @property
    def ledger(self) -> Ledger:
        """Return its ledger."""
        return self.ws.ledger

    def open(self) -> None:
        """Open the workspace from disk, as the program does: a copy is noticed; a hub starts with no sessions."""
        with self.stand(self):
            self.ws = Workspace._first(self.folder, self.key, seal.read_keys((self.folder / KEYS).read_bytes()))
            self.crashed = False
            if self.office:
                self.hub = Hub(self.ws).beside()
                self.hub.desk.inbox = Inbox.of(self.ws) if self.inbox else None

    def close(self) -> None:
        """Close it in order."""
        with self.stand(self):
            self._let_go()
            self.ws.close()

    def _let_go(self) -> None:
        if self.hub is not None and self.hub.desk.inbox is not None:
            self.hub.desk.inbox.close()

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
        other = self.folder.with_name(f"{self.folder.name}~")
        shutil.copytree(self.folder, other)
        self._let_go()
        with suppress(DatabaseError):
            self.ledger.close()
        shutil.rmtree(self.folder)
        other.rename(self.folder)
        self.open()

    def copy(self, to: Path) -> Path:
        """Return a copy of the folder, as of a disk that is cloned or backed up while the program is closed."""
        self.close()
        shutil.copytree(self.folder, to)
        self.open()
        return to

    def put_back(self, copy: Path, *, noticed: bool) -> None:
        """Go on from an older copy; where the whole disk is put back, no note outside the folder tells of it."""
        self.close()
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)
        if not noticed:
            shutil.rmtree(self.home, ignore_errors=True)
        self.open()

    def cids(self, whole: bool = False) -> set[str]:
        """Return the ids of the changes it holds."""
        return {row[0] for row in self.ledger.db.conn.execute(
            "SELECT cid FROM change" + (" WHERE n IS NOT NULL" if whole else ""))}

    def declared(self, *kinds: str) -> set[str]:
        """Return the ids of the links, redactions or erasures it has heard of."""
        return {row[0] for row in self.ledger.db.conn.execute(
            f"SELECT cid FROM change WHERE kind IN ({','.join('?' * len(kinds))})", kinds)}

    def aside(self) -> set[str]:
        """Return the ids of what it keeps aside and has not taken in by another way."""
        return {row[0] for row in self.ledger.db.conn.execute("SELECT cid FROM quarantine WHERE cid NOT IN (SELECT cid FROM change)")}
