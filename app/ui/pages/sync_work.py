"""What the sync page has done off the screen's thread. Promises a workspace of its own for every deed, closed after it."""
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.models import clock, places
from app.models.language import counted, say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.sync import peers, quarantine, revocation
from app.sync.peers import Peer
from app.sync.quarantine import Waiting
from app.sync.workspace import Workspace

log = logging.getLogger(__name__)
PORT = 8443
KEPT_ASIDE = "kept_aside"  # setting: device -> how many changes apart the office has looked at
CLOCK_RIGHT_S = 300


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
        with contextlib.suppress(RuntimeError):  # the window was closed while people were waited for
            self.ended.emit(answer, problem)


def pair_with(ws: Workspace, urls: Sequence[str], code: str) -> Peer:
    """Pair at the first of these addresses that is the office of the code, or by the first load in a folder; returns the office."""
    from app.sync.first_load import join
    from app.sync.pairing import pair_at

    return join(ws, Path(urls[0]), code)[0] if Path(urls[0]).exists() else pair_at(ws, urls, code)


@dataclass(frozen=True)
class Computer:
    """One laptop of this office: the peer, who uses it, records of it that are here, when we last signed for them (ISO, ""
    never), what waits apart from it and whether the office has looked at that already; which other office has shut it out
    ("" none)."""

    peer: Peer
    person: str
    records: int
    signed_at: str
    aside: tuple[Waiting, ...] = ()
    looked: bool = False
    shut_by: str = ""


def computers(ledger: Ledger) -> list[Computer]:
    """Return the laptops paired with this office, by name."""
    conn = ledger.db.conn
    records = dict(conn.execute("SELECT log, count(DISTINCT rec) FROM change WHERE log IN (SELECT device FROM peer) GROUP BY log").fetchall())
    signed = dict(conn.execute("SELECT log, at FROM receipt WHERE hub = ?", (ledger.me.device,)).fetchall())
    apart, kept = quarantine.waiting(ledger), ledger.settings.get(KEPT_ASIDE) or {}
    found = []
    for one in peers.peers(ledger, peers.LAPTOP):
        mine = tuple(w for w in apart if w.device == one.device)
        user = ledger.get(one.users[0]) if one.users else None
        person = str(user.values.get("full_name") or user.values.get("name") or "") if user else ""
        found.append(Computer(one, person, records.get(one.device, 0), signed.get(one.device, ""), mine,
                              sum(w.count for w in mine) <= int(kept.get(one.device, 0)),
                              revocation.by_whom(ledger, one.device) if one.state == peers.REVOKED else ""))
    return sorted(found, key=lambda one: one.peer.name)


def keep_aside(ledger: Ledger, device: str) -> None:
    """Note that the office has looked at what waits from a computer and leaves it apart; more that comes is shown anew."""
    kept = ledger.settings.get(KEPT_ASIDE) or {}
    ledger.settings.set(KEPT_ASIDE, kept | {device: quarantine.count(ledger, device)})


def area_words(ledger: Ledger, prefix: str) -> str:
    """Return what an area below this office is called here: without the office's own place before it."""
    whole, own = places.path(places.complete(prefix), ledger), places.path(ledger.me.area, ledger)
    return whole.removeprefix(own).strip() or say(f"{own.split()[-1]}全部", f"all of {own.split()[-1]}")


def clock_words(seconds: int) -> str:
    """Return by how much a clock is off, in words; "" where it is right to five minutes."""
    for size, zh, en in ((365 * 86400, "年", "years"), (86400, "天", "days"), (3600, "小时", "hours"), (60, "分钟", "minutes")):
        if abs(seconds) >= (size if size > 60 else CLOCK_RIGHT_S):
            many = round(abs(seconds) / size)
            unit = en if many != 1 else en[:-1]
            return say(f"时钟{'快' if seconds > 0 else '慢'} {many} {zh}", f"clock {many} {unit} {'fast' if seconds > 0 else 'slow'}")
    return ""


def days_since(iso: str) -> int:
    """Return how many days ago a moment was, by the calendar."""
    return (clock.today() - datetime.fromisoformat(iso).astimezone().date()).days


def met(ledger: Ledger, whom: str) -> None:
    """Keep when the last exchange was and with whom, for the strip."""
    ledger.settings.set("last_sync", {"at": clock.now().isoformat(timespec="seconds"), "with": whom})


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
        lines.append(say(f"这台电脑的{clock_words(done.clock_off)}，请校准，记录没有丢",
                         f"This {clock_words(done.clock_off)}; set it. Nothing is lost"))
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


def read_words(done: Any) -> list[tuple[str, str]]:
    """Return what a whole stick brought, as (level, sentence): in all, then file by file what is not as it should be."""
    said = [("ok", say(f"U 盘读完了，{len(done.files)} 个文件，新收到 {done.carried.changes} 处改动",
                       f"The stick is read: {counted(len(done.files), 'file')}, {done.carried.changes} new changes"))]
    said += [("ok" if one.good else "err", f"{one.name}：{one.words}" if one.name not in one.words else one.words)
             for one in done.files if one.changes or not one.good]
    if done.wrote:
        said.append(("ok", say("回执和新数据已写回 U 盘，带回去读一下", "Receipts and news were written back; read the stick on the laptop")))
    if done.unanswered is not None:
        said.append(("warn", str(done.unanswered)))
    return said
