"""Peers: whom this workspace is paired with, and what each is granted. A grant binds device, scope, author and expiry.

Promises that all trust in another computer is one row here: its keys, its pinned root where it is a hub, its prefix.
"""
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any

from app.models import erasure
from app.models.clock import now
from app.models.language import one_line
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.store import transaction
from app.sync import revocation
from app.sync.seal import signed_by
from app.sync.succession import Succession
from app.sync.workspace import Workspace

HUB, LAPTOP = "hub", "laptop"
NETWORK, STICK = "net", "stick"
PENDING, GRANTED, REVOKED = "pending", "granted", "revoked"
OFFICES = ("township", "county")
TOWNSHIP = 9  # digits of the prefix of the lowest office: who is granted a village is none, whatever he calls himself
GRANT_DAYS = 90  # each session renews it, so that a laptop that stays away for long has to be let in again


@dataclass(frozen=True, slots=True)
class Peer:
    """One paired computer.

    Attributes: device, kind (hub: above us; laptop: below us), state, name, area, instance (of its store), sign_key,
    age_key, parent_age_key, url and root (of a hub), prefix (the scope of the grant), users (who may write there),
    expires_at, made_at, last_at (ISO), level (the last exchange ended equal), clock_off (seconds its clock is ahead),
    acked_n and acked_h (how far it holds our feed), parent (the device it continues), role (of the person who made it),
    via (how it came last: net or stick), only_there and drafts (records and unfinished interviews that are only there, as it
    said when it came; None unknown).
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
    parent: str = ""
    role: str = ""
    via: str = ""
    only_there: int | None = None
    drafts: int | None = None

    @property
    def office(self) -> bool:
        """Return whether it is an office, which vouches for the computers below it."""
        return self.kind == LAPTOP and self.role in OFFICES and len(self.prefix) <= TOWNSHIP


def moment() -> str:
    """Return the present moment as ISO text, UTC, to the second."""
    return now().isoformat(timespec="seconds")


def expiry() -> str:
    """Return when a grant given or renewed now ends."""
    return (now() + timedelta(days=GRANT_DAYS)).isoformat(timespec="seconds")


def peers(ledger: Ledger, kind: str | None = None) -> list[Peer]:
    """Return the paired computers, oldest first; `kind` picks hubs or laptops."""
    return _shut_out(ledger, stored(ledger, kind))


def stored(ledger: Ledger, kind: str | None = None) -> list[Peer]:
    """Return the paired computers as this office has let them in, whatever offices have said of them since."""
    rows = ledger.db.conn.execute("SELECT * FROM peer ORDER BY made_at, device")
    names = [d[0] for d in rows.description]
    found = [_peer(dict(zip(names, row, strict=True))) for row in rows]
    return [p for p in found if kind is None or p.kind == kind]


def _shut_out(ledger: Ledger, found: list[Peer]) -> list[Peer]:
    """Return them with those revoked that an office has shut out, wherever it said so."""
    said = revocation.standing(ledger)
    if not said:
        return found
    parents = dict(ledger.db.conn.execute("SELECT device, parent FROM peer").fetchall())
    return [replace(p, state=REVOKED) if p.kind == LAPTOP and p.state == GRANTED and revocation.of_line(p.device, parents, said) else p
            for p in found]


def peer(ledger: Ledger, device: str) -> Peer | None:
    """Return the paired computer of this id."""
    found = _stored_one(ledger, device)
    return None if found is None else _shut_out(ledger, [found])[0]


def _stored_one(ledger: Ledger, device: str) -> Peer | None:
    rows = ledger.db.conn.execute("SELECT * FROM peer WHERE device = ?", (device,))
    names, row = [d[0] for d in rows.description], rows.fetchone()
    return None if row is None else _peer(dict(zip(names, row, strict=True)))


def clocks(ledger: Ledger) -> dict[str, int]:
    """Return device -> seconds by which its clock was ahead of the office's when they last met: of those we met, and of this one."""
    met = peers(ledger)
    return {ledger.me.log if p.kind == HUB else p.device: p.clock_off for p in met if p.last_at}


def devices(ws: Workspace) -> list[dict[str, Any]]:
    """Return the paired computers in plain words and dates: device, kind, name, state, area, last exchange, level."""
    return [{"device": p.device, "kind": p.kind, "name": p.name, "state": p.state, "area": p.area, "prefix": p.prefix, "url": p.url,
             "last_at": p.last_at, "expires_at": p.expires_at, "level": p.level, "clock_off": p.clock_off} for p in peers(ws.ledger)]


def heirs(ledger: Ledger, device: str, steps: Sequence[Succession]) -> list[Peer]:
    """Return the peer of this id; else those that continue one who is known, down to this id, not kept yet."""
    known = peer(ledger, device)
    if known is not None:
        return [known]
    found: list[Peer] = []
    for step in steps:
        old = _stored_one(ledger, step.old) or (found[-1] if found and found[-1].device == step.old else None)
        if old is not None and signed_by(old.sign_key, bytes.fromhex(step.signature), step.message()):
            found.append(replace(old, device=step.new, sign_key=step.sign, age_key=step.age, parent=step.old, made_at=moment(),
                                 acked_n=0, acked_h="", level=None))
    return found if found and found[-1].device == device else []


def admit(ledger: Ledger, found: Sequence[Peer]) -> Peer:
    """Keep those heirs that are not kept yet; a hub's takes its place. Returns the last, as it stands."""
    with transaction(ledger.db) as conn:
        for one in found:
            if peer(ledger, one.device) is None:
                save(ledger, one)
                if erasure.may(ledger, one.parent):
                    erasure.grant(ledger, one.device)
                conn.execute("INSERT OR IGNORE INTO log_key VALUES (?,?,?)", (one.device, one.sign_key, ledger.me.device))
                if one.kind == HUB:
                    conn.execute("DELETE FROM peer WHERE device = ?", (one.parent,))
    return _shut_out(ledger, [found[-1]])[0]


def line(ledger: Ledger, device: str) -> list[str]:
    """Return a device and those it continues, newest first; last those that were never known here but through it."""
    known = {p.device: p for p in peers(ledger)}
    out = [device]
    while (one := known.get(out[-1])) is not None and one.parent and one.parent not in out:
        out.append(one.parent)
    laptops = [d for d in out if d in known and known[d].kind == LAPTOP and not known[d].office]
    for one_of in laptops:
        out += [row[0] for row in ledger.db.conn.execute("SELECT log FROM log_key WHERE vouched_by = ? ORDER BY log", (one_of,))
                if row[0] not in out]
    return out


def hub_above(ledger: Ledger) -> Peer | None:
    """Return the hub this workspace is paired with, None where there is none."""
    hubs = [p for p in peers(ledger, HUB) if p.state == GRANTED]
    return hubs[-1] if hubs else None


def the_hub(ledger: Ledger) -> Peer:
    """Return the hub this workspace is paired with; Problem sync.unpaired where there is none."""
    found = hub_above(ledger)
    if found is None:
        raise unpaired()
    return found


def unpaired() -> Problem:
    """Return the Problem of a workspace that was never paired."""
    return Problem("sync.unpaired", "这台电脑还没有与乡镇配对。请先配对：向乡镇要一个配对码，再运行 leye pair。",
                   "This computer is not paired yet: pair first. Ask the office for a pairing code, then run leye pair.")


def save(ledger: Ledger, one: Peer) -> None:
    """Keep a peer; joins the open transaction."""
    row = asdict(one) | {"users": json.dumps(one.users), "name": one_line(one.name)}
    names = [f.name for f in fields(Peer)]
    with transaction(ledger.db) as conn:
        conn.execute(f"INSERT OR REPLACE INTO peer ({','.join(names)}) VALUES ({','.join('?' * len(names))})",
                     [row[name] for name in names])


def update(ledger: Ledger, device: str, **values: Any) -> None:
    """Change some fields of a peer; joins the open transaction."""
    if "name" in values:
        values["name"] = one_line(values["name"])
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


_FIELDS = frozenset(f.name for f in fields(Peer))


def _peer(row: Mapping[str, Any]) -> Peer:
    values = {name: value for name, value in row.items() if name in _FIELDS}
    values["users"] = tuple(json.loads(values["users"]))
    values["level"] = None if values["level"] is None else bool(values["level"])
    return Peer(**values)
