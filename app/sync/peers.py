"""Peers: whom this workspace is paired with, and what each is granted. A grant binds device, scope, author and expiry.

Promises that all trust in another computer is one row here: its keys, its pinned root where it is a hub, its prefix.
"""
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from app.models.clock import now
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.store import transaction
from app.sync.workspace import Workspace

HUB, LAPTOP = "hub", "laptop"
PENDING, GRANTED, REVOKED = "pending", "granted", "revoked"
GRANT_DAYS = 90  # each session renews it, so that a laptop that stays away for long has to be let in again


@dataclass(frozen=True, slots=True)
class Peer:
    """One paired computer.

    Attributes: device, kind (hub: above us; laptop: below us), state, name, area, instance (of its store), sign_key,
    age_key, parent_age_key, url and root (of a hub), prefix (the scope of the grant), users (who may write there),
    expires_at, made_at, last_at (ISO), level (the last exchange ended equal), clock_off (seconds its clock is ahead),
    acked_n and acked_h (how far it holds our feed).
    """

    device: str
    kind: str
    state: str
    name: str
    area: str
    instance: str
    sign_key: str
    age_key: str
    parent_age_key: str = ""
    url: str = ""
    root: str = ""
    prefix: str = ""
    users: tuple[str, ...] = ()
    expires_at: str = ""
    made_at: str = ""
    last_at: str = ""
    level: bool | None = None
    clock_off: int = 0
    acked_n: int = 0
    acked_h: str = ""


def moment() -> str:
    """Return the present moment as ISO text, UTC, to the second."""
    return now().isoformat(timespec="seconds")


def expiry() -> str:
    """Return when a grant given or renewed now ends."""
    return (now() + timedelta(days=GRANT_DAYS)).isoformat(timespec="seconds")


def peers(ledger: Ledger, kind: str | None = None) -> list[Peer]:
    """Return the paired computers, oldest first; `kind` picks hubs or laptops."""
    rows = ledger.db.conn.execute("SELECT * FROM peer ORDER BY made_at, device")
    names = [d[0] for d in rows.description]
    found = [_peer(dict(zip(names, row, strict=True))) for row in rows]
    return [p for p in found if kind is None or p.kind == kind]


def peer(ledger: Ledger, device: str) -> Peer | None:
    """Return the paired computer of this id."""
    return next((p for p in peers(ledger) if p.device == device), None)


def devices(ws: Workspace) -> list[dict[str, Any]]:
    """Return the paired computers in plain words and dates: device, kind, name, state, area, last exchange, level."""
    return [{"device": p.device, "kind": p.kind, "name": p.name, "state": p.state, "area": p.area, "prefix": p.prefix, "url": p.url,
             "last_at": p.last_at, "expires_at": p.expires_at, "level": p.level, "clock_off": p.clock_off} for p in peers(ws.ledger)]


def the_hub(ledger: Ledger) -> Peer:
    """Return the hub this workspace is paired with; Problem sync.unpaired where there is none."""
    hubs = [p for p in peers(ledger, HUB) if p.state == GRANTED]
    if not hubs:
        raise unpaired()
    return hubs[-1]


def unpaired() -> Problem:
    """Return the Problem of a workspace that was never paired."""
    return Problem("sync.unpaired", "这台电脑还没有与乡镇配对。请先配对：向乡镇要一个配对码，再运行 leye pair。",
                   "This computer is not paired yet: pair first. Ask the office for a pairing code, then run leye pair.")


def save(ledger: Ledger, one: Peer) -> None:
    """Keep a peer; joins the open transaction."""
    row = asdict(one) | {"users": json.dumps(one.users)}
    names = [f.name for f in fields(Peer)]
    with transaction(ledger.db) as conn:
        conn.execute(f"INSERT OR REPLACE INTO peer ({','.join(names)}) VALUES ({','.join('?' * len(names))})",
                     [row[name] for name in names])


def update(ledger: Ledger, device: str, **values: Any) -> None:
    """Change some fields of a peer; joins the open transaction."""
    sets = ", ".join(f"{name} = ?" for name in values)
    with transaction(ledger.db) as conn:
        conn.execute(f"UPDATE peer SET {sets} WHERE device = ?", (*values.values(), device))


def key_of(ledger: Ledger, device: str) -> str | None:
    """Return the public signing key of a device: a peer's, our own is never asked, or one a peer has vouched for."""
    found = peer(ledger, device)
    if found is not None:
        return found.sign_key
    row = ledger.db.conn.execute("SELECT key FROM log_key WHERE log = ?", (device,)).fetchone()
    return row[0] if row else None


def may(one: Peer) -> Problem | None:
    """Return why this laptop may not exchange now; None when it may. The clock is this office's."""
    if one.state == REVOKED:
        return Problem("peer.revoked", "这台电脑的授权已被停用，数据没有交换。请联系乡镇。",
                       "This computer's access was revoked; nothing was exchanged. Speak to the office.")
    if one.state == PENDING:
        return Problem("peer.pending", "乡镇还没有确认这台电脑。请等乡镇工作人员按姓名确认后再试。",
                       "The office has not confirmed this computer yet. Wait until staff there confirm it by name, then try again.")
    if one.expires_at and one.expires_at < moment():
        return Problem("peer.expired", "这台电脑的授权已过期。请向乡镇要一个新的配对码，重新配对；数据都还在。",
                       "This computer's access has expired. Ask the office for a new pairing code and pair again; all data is still here.")
    return None


def _peer(row: Mapping[str, Any]) -> Peer:
    known = {f.name for f in fields(Peer)}
    values = {name: value for name, value in row.items() if name in known}
    values["users"] = tuple(json.loads(values["users"]))
    values["level"] = None if values["level"] is None else bool(values["level"])
    return Peer(**values)
