"""Judge: what must hold at rest, when everybody has exchanged until nothing moves any more."""
from typing import TYPE_CHECKING

from app.models.change import PLACE, canonical
from app.sync import pairing
from app.sync.audit import check_seals
from app.sync.peers import the_hub
from tests.simulation.oracle import shown_in
from tests.simulation.people import held

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

ROUNDS = 12


def rest(world: "World") -> list[str]:
    """Let everybody exchange until quiet; returns what is wrong with that."""
    world.quiet = True
    world.delayed.clear()
    from app.sync import outgoing
    outgoing.ROWS = 2500
    for laptop in world.laptops:
        pairing.confirm(world.hub.ledger, laptop.ledger.me.device)
    if world.hub.hub is not None:
        world.hub.hub.desk.settle(world.hub.ws)
    for _ in range(ROUNDS):
        done = [world.talk(laptop) for laptop in world.laptops]
        if all(one is not None and not one.sent and not one.received for one in done):
            return [f"{lap.name} is not level at rest" for lap, one in zip(world.laptops, done, strict=True) if one is None or not one.level]
    return ["exchanges do not come to rest"]


def judge(world: "World") -> list[str]:
    """Return everything that must not be; empty where all holds."""
    bad = rest(world)
    hub, oracle = world.hub, world.oracle
    top, whole = hub.cids(), hub.cids(whole=True)
    for cid in sorted(oracle.cids - whole - world.gone):
        bad.append(f"lost: {cid} is not at the office")
    for laptop in world.laptops:
        bad += [f"lost: {cid} of {laptop.name} is not at the office" for cid in sorted(laptop.cids() - top)]
    forks = world.clones or world.disasters  # then one log is on two machines, and `verify` has to say so
    for one in world.all():
        report = one.ledger.verify()
        bad += [f"{one.name} verify: {p}" for p in report.problems + check_seals(one.ws)
                if not (forks and _is_of_a_copy(world, one, p))]
        waiting = one.ledger.db.conn.execute("SELECT count(*) FROM quarantine WHERE cid NOT IN (SELECT cid FROM change)").fetchone()[0]
        if waiting:
            bad.append(f"{one.name} keeps {waiting} changes aside")
    for one in world.all():
        bad += _records(world, one)
    bad += _equal_digests(world)
    if not world.disasters and not world.clones:
        bad += [f"{lap.name} counts {lap.ledger.only_here()} records as only there" for lap in world.laptops if lap.ledger.only_here()]
    return bad


def _is_of_a_copy(world: "World", one: "Replica", problem: str) -> bool:
    """Return whether a copied disk explains what `verify` says: two ends of one log, of which one lies beyond the scope.

    Exact, not lenient: whatever the log or a seal points at and is not here must be at the office, or on a disk that was lost.
    """
    if "复制的磁盘" in problem:
        return True
    if "does not follow" not in problem and "封印不符" not in problem:
        return False
    mine = {row[0] for row in one.ledger.db.conn.execute("SELECT h FROM change")}
    top = {row[0] for row in world.hub.ledger.db.conn.execute("SELECT h FROM change")}
    pointed = {c.prev for c in one.ledger.changes(sorted(one.cids())) if c.seq > 1}
    pointed |= {row[0] for row in one.ledger.db.conn.execute(
        "SELECT s.hash FROM seal s JOIN change c ON c.log = s.log AND c.seq = s.seq")}
    return pointed <= mine | top | world.links


def owed(world: "World", one: "Replica") -> set[str]:
    """Return the dossiers a computer must hold whole: any undecided place of theirs lies in its scope."""
    oracle, top = world.oracle, world.hub.cids()
    prefix = "" if one.is_hub else the_hub(one.ledger).prefix
    return {root for root in set(oracle.roots.values())
            if prefix == "" or any(str(p).startswith(prefix) for p in oracle.stands(root, PLACE, top).values())}


def _records(world: "World", one: "Replica") -> list[str]:
    """Each record in scope is here whole, says what it says at the office, and asks what has to be asked, no more."""
    oracle, hub, bad, roots = world.oracle, world.hub, [], owed(world, one)
    expected = set()
    for rec in sorted(oracle.kinds):
        if oracle.roots[rec] not in roots:
            bad += _stub(world, one, rec)
            continue
        here, there = held(one, rec), held(hub, rec)
        if here != there:
            bad.append(f"{one.name} lacks {len(there - here)} changes of {rec[-6:]}")
            continue
        record, up = one.ledger.get(rec), hub.ledger.get(rec)
        if record is None or up is None:
            bad += [] if not there else [f"{one.name} has no record {rec[-6:]}"]
            continue
        bad += [f"{one.name} {w}" for w in oracle.wrong(record, here)]
        for unit in oracle.said[rec]:
            if canonical(shown_in(record, unit)) != canonical(shown_in(up, unit)):
                bad.append(f"diverged: {one.name} shows another {unit} of {rec[-6:]}")
        expected |= {(rec, unit) for unit in oracle.open(rec, there)}
    listed = {(c.rec, c.unit) for c in one.ledger.conflicts() if oracle.roots.get(c.rec) in roots}
    bad += [f"{one.name} review lacks {unit} of {rec[-6:]}" for rec, unit in sorted(expected - listed)]
    bad += [f"{one.name} review asks {unit} of {rec[-6:]} for nothing" for rec, unit in sorted(listed - expected)]
    return bad


def _stub(world: "World", one: "Replica", rec: str) -> list[str]:
    """What was once in scope and has left: every move is here, so that it is known to have left."""
    prefix, top = the_hub(one.ledger).prefix, held(world.hub, rec)
    moves = {cid: str(w.value) for cid, w in world.oracle.said[rec].get(PLACE, {}).items() if cid in top}
    if not any(place.startswith(prefix) for place in moves.values()) or moves.keys() <= one.cids():
        return []
    return [f"{one.name} does not know that {rec[-6:]} has left"]


def _equal_digests(world: "World") -> list[str]:
    """Computers that hold the same dossiers whole, and none beyond their scope, say the same in one line."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for one in world.all():
        wholes = [row[0] for row in one.ledger.db.conn.execute(
            "SELECT rec FROM record WHERE whole AND type IN ('person', 'household', 'visit') ORDER BY rec")]
        roots = owed(world, one)
        if all(world.oracle.roots.get(rec) in roots for rec in wholes):
            found.setdefault(tuple(wholes), {}).setdefault(one.ledger.digest(), []).append(one.name)
    return [f"diverged: digests of {sorted(map(str, some.values()))}" for some in found.values() if len(some) > 1]
