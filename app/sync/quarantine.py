"""Quarantine: what came beyond a grant, or after its end. Kept, shown with its reason, and let in by the office alone."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from app.models import erasure
from app.models.change import Change
from app.models.language import say
from app.models.ledger import Ledger
from app.models.store import Connection, transaction
from app.sync import peers
from app.sync.peers import Peer, moment
from app.sync.workspace import Workspace

FORGED = "forged id"  # another body under a known id: two truths, never let in
AUTHOR, AREA, UNSEALED, REVOKED, EXPIRED = "author", "area", "unsealed", "revoked", "expired"
ERASE, OFFICE = "erase", "office"
UNPROVED_MOST = 5000  # looked at again with each segment
_HELD = ("EXISTS (SELECT 1 FROM change c WHERE c.cid = quarantine.cid AND (c.n IS NOT NULL"  # as wholly as it waits: a header may have come alone
         " OR json_extract(CAST(quarantine.body AS TEXT), '$.payload') IS NULL))")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits from one computer for one reason. Attributes: device, name (of the computer), why (a key), count, since."""

    device: str
    name: str
    why: str
    count: int
    since: str

    def text(self) -> str:
        """Return the reason as a sentence for the office."""
        return _words(self.why)


def waiting(ledger: Ledger) -> list[Waiting]:
    """Return what waits, the oldest first."""
    names = {p.device: p.name for p in peers.peers(ledger)}
    return [Waiting(device, names.get(device, device[:8]), why, count, since) for device, why, count, since in ledger.db.conn.execute(
        "SELECT device, why, count(*), min(at) FROM quarantine GROUP BY device, why ORDER BY min(at), device, why")]


def count(ledger: Ledger, device: str) -> int:
    """Return how many changes of a device wait."""
    return int(ledger.db.conn.execute("SELECT count(*) FROM quarantine WHERE device = ?", (device,)).fetchone()[0])


def set_aside(conn: Connection, aside: Sequence[tuple[Change, str]], sender: Peer) -> None:
    """Keep changes with their reasons; those that have come in another way meanwhile wait no longer."""
    lawful = erasure.lawful(conn, [c for c, _ in aside])
    conn.executemany("INSERT OR IGNORE INTO quarantine VALUES (?,?,?,?,?)", [
        (c.cid, sender.device, why, moment(), msgspec.json.encode(c)) for c, (_, why) in zip(lawful, aside, strict=True)])
    conn.execute(f"DELETE FROM quarantine WHERE why <> ? AND {_HELD}", (FORGED,))


def unproved(ledger: Ledger, sender: Peer, but: Collection[str]) -> list[Change]:
    """Return what waits from a computer only for what comes now: a seal that proves who wrote it, or the place up to which its
    log had been accepted when it was shut out."""
    return [change for (body,) in ledger.db.conn.execute(
        f"SELECT body FROM quarantine WHERE device = ? AND why IN (?,?) AND NOT {_HELD} ORDER BY rowid LIMIT ?",
        (sender.device, UNSEALED, REVOKED, UNPROVED_MOST)) if (change := msgspec.json.decode(body, type=Change)).cid not in but]


def release(ws: Workspace, device: str) -> int:
    """Let in what waits from a computer, as it came; returns how many changes were new. What is forged stays."""
    ledger = ws.ledger
    with transaction(ledger.db) as conn:
        rows = conn.execute("SELECT body FROM quarantine WHERE device = ? AND why <> ?", (device, FORGED)).fetchall()
        changes = [msgspec.json.decode(row[0], type=Change) for row in rows]
        one = peers.peer(ledger, device)
        new = ledger.merge(changes, came_from=one.instance if one else None).new
        conn.execute("DELETE FROM quarantine WHERE device = ? AND why <> ?", (device, FORGED))
    return new


def _words(why: str) -> str:
    said = {
        AUTHOR: ("填写人不在这台电脑的授权名单里。", "Written by somebody this computer is not granted for."),
        AREA: ("修改的地方超出这台电脑的授权范围。", "Written for a place beyond this computer's grant."),
        UNSEALED: ("来源电脑的封印缺失，无法证明是谁写的。", "Without the seal of the computer that wrote it."),
        REVOKED: ("这台电脑停用以后才送到。", "Arrived after this computer's access was revoked."),
        EXPIRED: ("这台电脑的授权过期以后才送到。", "Arrived after this computer's access had expired."),
        ERASE: ("这台电脑没有彻底删除个人信息的授权。", "This computer is not granted to erase personal data."),
        OFFICE: ("停用或放回一台电脑，要由管它的单位说；上级停用的，下级不能放回。",
                 "Only the office over a computer shuts it out or lets it in, and not whom an office above has shut out."),
        FORGED: ("同一个编号已有不同的内容，可能被改动过，不能放行。",
                 "Another content under a known id; it may have been altered and is not let in."),
    }
    return say(*said[why]) if why in said else why
