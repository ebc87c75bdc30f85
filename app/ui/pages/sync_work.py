"""What the sync page has done off the screen's thread. Promises a workspace of its own for every deed, closed after it."""
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.models import clock
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.sync import peers
from app.sync.peers import Peer
from app.sync.workspace import Workspace

log = logging.getLogger(__name__)
PORT = 8443
ELSEWHERE = "192.0.2.1"  # an address nobody has; asking the way there sends nothing


class Errand(QObject):
    """One deed in a thread of its own, for what may wait for people: pairing. `ended(answer, problem)`."""

    ended = Signal(object, object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.thread: threading.Thread | None = None

    def begin(self, fn: Callable[[Workspace], Any]) -> None:
        """Do it; one at a time."""
        if not self.busy():
            self.thread = threading.Thread(target=self._run, args=(fn,), name="leye-errand", daemon=True)
            self.thread.start()

    def busy(self) -> bool:
        """Tell whether it is under way."""
        return self.thread is not None and self.thread.is_alive()

    def _run(self, fn: Callable[[Workspace], Any]) -> None:
        try:
            with self.workspace.again() as own:
                answer, problem = fn(own), None
        except Problem as found:
            answer, problem = None, found
        self.ended.emit(answer, problem)


@dataclass(frozen=True)
class Computer:
    """One laptop of this office: the peer, how many changes and records of it are here."""

    peer: Peer
    records: int


def computers(ledger: Ledger) -> list[Computer]:
    """Return the laptops paired with this office, those that wait first."""
    found = [Computer(one, _records(ledger, one.device)) for one in peers.peers(ledger, peers.LAPTOP)]
    return sorted(found, key=lambda one: (one.peer.state != peers.PENDING, one.peer.state == peers.REVOKED, one.peer.name))


def _records(ledger: Ledger, device: str) -> int:
    return int(ledger.db.conn.execute("SELECT count(DISTINCT rec) FROM change WHERE log = ?", (device,)).fetchone()[0])


def hub_of(ledger: Ledger) -> Peer | None:
    """Return the hub this workspace is paired with, or None."""
    found = [one for one in peers.peers(ledger, peers.HUB) if one.state == peers.GRANTED]
    return found[-1] if found else None


def met(ledger: Ledger, whom: str) -> None:
    """Keep when the last exchange was and with whom, for the strip."""
    ledger.settings.set("last_sync", {"at": clock.now().isoformat(timespec="seconds"), "with": whom})


def own_address() -> str:
    """Return the address other computers of the office network reach this one at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect((ELSEWHERE, 9))
            return str(way.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def exchanged_words(done: Any) -> list[str]:
    """Return what an exchange did, in sentences."""
    lines = [say(f"交出 {done.sent} 处改动，收到 {done.received} 处", f"{done.sent} changes given, {done.received} received")]
    lines.append(say("两边现在一样", "Both sides are level now") if done.level
                 else say("两边还不一样，再同步一次", "Not level yet; sync once more"))
    if done.blobs_left:
        lines.append(say(f"还有 {done.blobs_left} 个附件没传完，下次接着传", f"{done.blobs_left} attachments still to go; next time goes on"))
    if done.conflicts:
        lines.append(say(f"{done.conflicts} 件事两个人填得不一样，去复核", f"{done.conflicts} disagreements wait in Review"))
    if done.aside:
        lines.append(say(f"{done.aside} 处改动超出授权，镇里先放一边", f"{done.aside} changes lie beyond the grant; the office keeps them aside"))
    if abs(done.clock_off) > 300:
        lines.append(say(f"这台电脑的时钟差 {abs(done.clock_off) // 60} 分钟，请校准，记录没有丢",
                         f"This clock is off by {abs(done.clock_off) // 60} minutes; set it. Nothing is lost"))
    return lines


def carried_words(done: Any, out: bool) -> list[str]:
    """Return what a stick took or brought, in sentences."""
    if out:
        return [say(f"存好了，带走 {done.changes} 处改动，读回来核对过", f"Saved and read back: {done.changes} changes")]
    lines = [say(f"读好了，新收到 {done.changes} 处改动", f"Read: {done.changes} new changes")]
    if done.conflicts:
        lines.append(say(f"{done.conflicts} 件事两个人填得不一样，去复核", f"{done.conflicts} disagreements wait in Review"))
    if done.aside:
        lines.append(say(f"{done.aside} 处改动超出授权，先放一边", f"{done.aside} changes lie beyond the grant and are kept aside"))
    return lines
