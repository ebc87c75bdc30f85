"""Rebuilding: at rest an office loses all; its laptops alone bring back all their scopes owe, then the office above the rest."""
from typing import TYPE_CHECKING

from app.sync.scope import view
from tests.simulation.judge import rest, stands

if TYPE_CHECKING:
    from tests.simulation.world import World


def rebuild(world: "World") -> list[str]:
    """Return what is wrong after an office was emptied and rebuilt; not asked where one log is on two machines."""
    if world.disasters.forks or world.seed % 2:
        return []
    office = world.rnd.choice([one for one in world.offices if any(not lap.office for lap in world.below(one))])
    before = view(office.ledger, office.ledger.me.area.rstrip("0"))
    laptops = [one for one in world.below(office) if not one.office]
    owed = {}
    for one in laptops:
        owed |= {cid: form for cid, form in view(one.ledger, "").items() if before.get(cid, 0) >= form}
    world.disasters.put_back(office, empty=True, noticed=True)
    for one in laptops:
        world.talk(one)
    world.stat["office rebuilt from its laptops"] += 1
    now = view(office.ledger, "")
    bad = [f"{office.name} keeps {cid} of its own earlier time aside" for cid in sorted(office.aside())]
    bad += [f"rebuilt from its laptops {office.name} lacks {cid}" for cid, form in sorted(owed.items()) if now.get(cid, 0) < form]
    return bad or (rest(world) or (stands(world) if world.can.land == "tiers" else world.photos.wrong()))
