"""Visit: one exchange with the hub wherever it answers: at the address it had last, else where it was seen on the network.

Promises that an address is only ever a way: who answers there must show the pinned root, or nothing is said to him.
"""
from collections.abc import Sequence
from dataclasses import replace

from app.models.problem import Problem
from app.sync import peers
from app.sync.exchange import Exchanged, HubCarrier, Progress, exchange
from app.sync.link import PATIENCE, Https, plain_url
from app.sync.workspace import Workspace

FIND = 3.0  # seconds to find a hub that is there
ELSEWHERE = ("sync.silent", "sync.another_hub", "sync.strange", "sync.address")  # then another way may still lead to it


def visit(ws: Workspace, seen: Sequence[str] = (), progress: Progress | None = None, *, patience: float = PATIENCE,
          find: float = FIND) -> Exchanged:
    """Bring this workspace and its hub level, gently; the address that served is kept. Returns what was done.

    seen: addresses at which the hub may be besides. Raises Problem where it cannot be reached or refuses: the one of its own
    address, whatever the others said.
    """
    hub = peers.the_hub(ws.ledger)
    told: Problem | None = None
    for url in dict.fromkeys([hub.url, *seen]):
        try:
            there = replace(hub, url=plain_url(url))
            return exchange(ws, HubCarrier(there, way=Https(there.url, hub.root, patience, find)), progress, gentle=True)
        except Problem as problem:
            if problem.key not in ELSEWHERE:
                raise
            told = told or problem
    assert told is not None
    raise told
