"""Attacker: somebody who has a paired laptop, its keys, and a program of his own making. Nothing he sends is made by ours."""
import secrets
from typing import Any

import msgspec

from app.models.change import Change, hash_of, header_bytes, payload_hash
from app.sync import pairing, peers, seal, segment
from app.sync.desk import Desk
from app.sync.exchange import HubCarrier, exchange
from app.sync.peers import Peer
from app.sync.spelled import unspell
from app.sync.wire import PairAnswer, Pushed
from app.sync.workspace import Workspace
from tests.sync.conftest import household
from tests.sync.offices import Direct


class Attacker:
    """Attributes: office, mine (his laptop), victim (another village's laptop), home and person (the victim's)."""

    def __init__(self, office: Workspace, mine: Workspace, victim: Workspace) -> None:
        self.office, self.mine, self.victim = office, mine, victim
        self.desk = Desk(yes=True)
        for ws in (mine, victim):
            self.join(ws, ws.ledger.me.area)
        self.home, self.person = household(victim, "练习甲", victim.ledger.me.area)
        self.own_home, self.own = household(mine, "练习乙", mine.ledger.me.area)
        assert self.sync(mine).level
        assert self.sync(victim).level
        self.before = office.ledger.digest(strict=True)

    def join(self, ws: Workspace, area: str, yes: bool = True, **lies: Any) -> PairAnswer:
        """Pair a workspace with the office; `lies` replace what it says of itself."""
        told = unspell(pairing.invite(self.office, area), pairing.TOKEN + seal.PIN)
        assert told is not None
        ask = msgspec.structs.replace(pairing.ask_of(ws, told[:pairing.TOKEN]), **lies)
        ask = msgspec.structs.replace(ask, signature=ws.keys.signature(ask.message()).hex())
        said = pairing.answer(self.office, ask, yes=yes)
        pairing.keep_hub(ws.ledger, said.signed.card, "https://desk.test:8443", self.office.hub_keys().root, said.prefix)
        return said

    def sync(self, ws: Workspace) -> Any:
        """Exchange as our program does."""
        hub = peers.the_hub(ws.ledger)
        return exchange(ws, HubCarrier(hub, way=Direct(self.office, self.desk)))

    def peer(self, ws: Workspace) -> Peer:
        """Return how the office knows a laptop."""
        found = peers.peer(self.office.ledger, ws.ledger.me.device)
        assert found is not None
        return found

    def next(self, ws: Workspace | None = None, after: Change | None = None, **other: Any) -> Change:
        """Return a change that could be the next of a laptop's log, were it not for what is asked for."""
        ws = ws or self.mine
        last = after or max(ws.ledger.changes([r[2] for r in ws.ledger.feed(0, 9999)]), key=lambda c: (c.log == ws.ledger.me.log, c.seq))
        payload = other.pop("payload", {"phone": "13900005555"})
        salt = secrets.token_hex(16)
        made = msgspec.structs.replace(last, cid=secrets.token_hex(16), kind="write", type="person", rec=self.own, root=self.own,
                                       fields=tuple(sorted(payload)), place=None, seen={}, seq=last.seq + 1, extra={},
                                       prev=hash_of(header_bytes(last)), payload=payload, salt=salt, phash=payload_hash(salt, payload))
        return msgspec.structs.replace(made, **other)

    def packed(self, changes: list[Change], sealed_by: Workspace | None = None, **about: Any) -> bytes:
        """Return these changes as his laptop would send them, each log sealed with the keys of whoever is named."""
        writer = sealed_by or self.mine
        seals = [segment.seal_of(writer.keys, log, seq, h, peers.moment())
                 for (log, seq), h in segment.run_ends([c for c in changes if c.log == writer.ledger.me.log]).items()]
        me = self.mine.ledger.me
        told = segment.About(**{"sender": me.device, "instance": me.instance, "to": self.office.ledger.me.device, "seals": seals} | about)
        return segment.pack(told, changes, self.mine.keys)

    def push(self, *changes: Change, sealed_by: Workspace | None = None) -> Pushed:
        """Send changes as his laptop; returns what the office said."""
        return self.desk.push(self.office, self.peer(self.mine), self.packed(list(changes), sealed_by))

    def whys(self) -> list[str]:
        """Return why changes are kept aside at the office."""
        return [row[0] for row in self.office.ledger.db.conn.execute("SELECT why FROM quarantine ORDER BY why")]

    def nothing_changed(self) -> None:
        """The office holds what it held, and it holds together."""
        assert self.office.ledger.digest(strict=True) == self.before
        assert self.office.ledger.verify().ok


