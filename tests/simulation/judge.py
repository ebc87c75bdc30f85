"""Judge: what must hold at rest, when everybody has exchanged until nothing moves any more."""
from typing import TYPE_CHECKING

from app.models import links
from app.models.change import PLACE, canonical
from app.sync import outgoing, pairing, quarantine
from app.sync.audit import check_seals
from app.sync.peers import HUB, peers
from tests.simulation.oracle import HEADER, shown_in
from tests.simulation.people import held, members, wrong_together

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

ROUNDS, IDLE = 16, 3  # what left a scope is noted in one round, held twice in the next, and goes in a third; the last carries nothing


def rest(world: "World") -> list[str]:
    """Let everybody exchange until quiet; returns what is wrong with that."""
    world.quiet = True
    world.delayed.clear()
    outgoing.ROWS = 2500
    for office in world.offices:
        with world.at(office):
            for one in pairing.peers.peers(office.ledger, pairing.LAPTOP):
                if one.state != "revoked":
                    pairing.confirm(office.ledger, one.device)
            for waits in [w for w in quarantine.waiting(office.ledger) if w.why == quarantine.EXPIRED]:
                world.stat["expired, released"] += quarantine.release(office.ws, waits.device)
    bad = world.officials.let_in()
    below = [*world.laptops, *(one for one in world.offices if one.above is not None)]
    idle = 0
    for _ in range(ROUNDS):
        world.carried = 0
        done = [world.talk(one) for one in below]
        world.officials.let_in_beyond()
        idle = idle + 1 if all(one is not None and not one.sent and not one.received and not one.blobs for one in done) else 0
        if idle == (IDLE if world.can.land == "tiers" else IDLE - 1):
            bad += [f"{one.name} is not level at rest" for one, said in zip(below, done, strict=True) if said is None or not said.level]
            return bad + ([f"idle exchanges carried {world.carried} changes"] if world.carried and not world.disasters.forks else [])
    return [*bad, "exchanges do not come to rest"]


def judge(world: "World") -> list[str]:
    """Return everything that must not be; empty where all holds."""
    return rest(world) or stands(world)


def stands(world: "World") -> list[str]:
    """Return what is wrong with what everybody holds, at rest."""
    bad: list[str] = []
    top, oracle = world.top, world.oracle
    cids, illegal = top.cids(), world.illegal()
    lawful = oracle.cids - illegal | oracle.declared
    bad += [f"lost: {cid} is not at the top" for cid in sorted(lawful - top.cids(whole=True) - world.disasters.gone)]
    bad += [f"lost: {cid} of {one.name} is not at the top" for one in world.all() for cid in sorted(one.cids() - cids)]
    for one in world.all():
        bad += _verified(world, one)
        bad += [f"{one.name} keeps {cid} aside" for cid in sorted(one.aside())]
        bad += [f"{one.name} has what must be forgotten: {cid}" for cid in sorted(one.cids(whole=True) & illegal)]
        bad += _forgotten(world, one, illegal)
        bad += _bonds(world, one)
        bad += _records(world, one)
    bad += _equal_digests(world) + world.photos.wrong()
    if not world.disasters.lost and not world.disasters.clones:
        bad += [f"{lap.name} counts {lap.ledger.only_here()} records as only there" for lap in world.laptops if lap.ledger.only_here()]
    return bad


def _verified(world: "World", one: "Replica") -> list[str]:
    """Everything is as `verify` wants it; where a disk was copied and nobody could notice, it has to say that."""
    found = one.ledger.verify().problems + check_seals(one.ws)
    return [f"{one.name} verify: {p}" for p in found if not (world.disasters.forks and _is_of_a_copy(world, one, p))]


def _is_of_a_copy(world: "World", one: "Replica", problem: str) -> bool:
    """Return whether a copied disk explains what `verify` says: two ends of one log, of which one lies beyond the scope.

    Exact, not lenient: whatever the log or a seal points at and is not here must be at the top, or on a disk that was lost.
    """
    if "复制的磁盘" in problem:
        return True
    if "does not follow" not in problem and "封印不符" not in problem:
        return False
    mine = {row[0] for row in one.ledger.db.conn.execute("SELECT h FROM change")}
    top = {row[0] for row in world.top.ledger.db.conn.execute("SELECT h FROM change")}
    pointed = {c.prev for c in one.ledger.changes(sorted(one.cids())) if c.seq > 1}
    pointed |= {row[0] for row in one.ledger.db.conn.execute(
        "SELECT s.hash FROM seal s JOIN change c ON c.log = s.log AND c.seq = s.seq")}
    return pointed <= mine | top | world.disasters.links


def _forgotten(world: "World", one: "Replica", illegal: set[str]) -> list[str]:
    """What must be forgotten is in no table, index or quarantine either."""
    conn, bad = one.ledger.db.conn, []
    for rec in sorted(world.oracle.kinds):
        words = {cid for units in world.oracle.said.get(rec, {}).values() for cid in units}
        if words and words <= illegal:
            found = [name for name, column in ((world.oracle.kinds[rec], "id"), ("search_person", "id"))
                     if conn.execute(f'SELECT 1 FROM "{name}" WHERE {column} = ?', (rec,)).fetchone()
                     and (name == "search_person" or (one.ledger.get(rec) or _NOBODY).values)]
            bad += [f"{one.name} still finds {rec[-6:]} in {name}" for name in found]
    return bad


class _NOBODY:
    values: dict[str, object] = {}


def _bonds(world: "World", one: "Replica") -> list[str]:
    """Everybody has heard of the same links, and knows the same members and representatives."""
    bonds, bad = world.oracle.bonds, []
    there = world.top.declared("link", "redact", "erase", "revoke")
    bad += [f"{one.name} has not heard of {cid}" for cid in sorted(there - one.declared("link", "redact", "erase", "revoke"))]
    words = world.top.declared("link")
    for rec in sorted(bonds.all()):
        wanted = bonds.members(rec, words)
        if list(links.members(one.ledger.db.conn, rec)) != wanted:
            bad.append(f"{one.name} counts {rec[-6:]} with {len(links.members(one.ledger.db.conn, rec))}, not {len(wanted)}")
    return bad


def prefix_of(one: "Replica") -> str:
    """Return the area its own office grants a computer: another it is paired with may have given it a wider one meanwhile, and
    an office whose disk was put back has forgotten what it had given since."""
    return "" if one.above is None else next(p.prefix for p in peers(one.ledger, HUB) if p.root == one.above.root)


def owed(world: "World", one: "Replica") -> set[str]:
    """Return the dossiers a computer must hold whole: any undecided place of theirs lies in its scope."""
    oracle, top, prefix = world.oracle, world.top.cids(), prefix_of(one)
    return {root for root in set(oracle.roots.values())
            if prefix == "" or any(str(p).startswith(prefix) for p in oracle.stands(root, PLACE, top).values())}


def _records(world: "World", one: "Replica") -> list[str]:
    """Each record in scope is here whole, says what it says at the top, and asks what has to be asked, no more."""
    oracle, top, bad, roots = world.oracle, world.top, [], owed(world, one)
    expected = set()
    for rec in sorted(oracle.kinds):
        if oracle.roots[rec] not in roots:
            bad += _stub(world, one, rec)
            continue
        here, there = held(one, rec), held(top, rec)
        if here != there:
            bad.append(f"{one.name} lacks {len(there - here)} changes of {rec[-6:]}")
            continue
        record, up = one.ledger.get(rec), top.ledger.get(rec)
        if record is None or up is None:
            bad += [] if not there else [f"{one.name} has no record {rec[-6:]}"]
            continue
        bad += [f"{one.name} {w}" for w in oracle.wrong(record, here)]
        for unit in oracle.said[rec]:
            if canonical(shown_in(record, unit)) != canonical(shown_in(up, unit)):
                bad.append(f"diverged: {one.name} shows another {unit} of {rec[-6:]}")
        expected |= {(rec, unit) for unit in oracle.open(rec, there)}
        if len(found := members(world, one, rec)) > 1:
            bad += [f"{one.name}: {w}" for w in wrong_together(world, one, rec, found)]
    listed = {(c.rec, c.unit) for c in one.ledger.conflicts() if oracle.roots.get(c.rec) in roots}
    bad += [f"{one.name} review lacks {unit} of {rec[-6:]}" for rec, unit in sorted(expected - listed)]
    bad += [f"{one.name} review asks {unit} of {rec[-6:]} for nothing" for rec, unit in sorted(listed - expected)]
    return bad


def _stub(world: "World", one: "Replica", rec: str) -> list[str]:
    """What was once in scope and has left: every move is here, so that it is known to have left, and no more than that."""
    prefix, top = prefix_of(one), held(world.top, rec)
    moves = {cid: str(w.value) for cid, w in world.oracle.said[rec].get(PLACE, {}).items() if {cid, HEADER + cid} & top}
    here = one.cids()
    if any(place.startswith(prefix) for place in moves.values()) and not moves.keys() <= here:
        return [f"{one.name} does not know that {rec[-6:]} has left"]
    granted = {p.prefix for p in peers(one.ledger, HUB)}  # another office may have given it a wider area
    stands = world.oracle.stands(world.oracle.roots[rec], PLACE, world.top.cids()).values()
    if world.can.land != "tiers" or one.office or any(str(place).startswith(prefix) for place in stands for prefix in granted):
        return []
    end = {row[0] for row in one.ledger.db.conn.execute(  # it stays, so that no number is used twice; the log of a copied disk has two
        "SELECT cid FROM change WHERE log = ? AND seq = (SELECT max(seq) FROM change WHERE log = ?)", (one.ledger.me.log,) * 2)}
    more = {cid for cid in held(one, rec) if cid.removeprefix(HEADER) not in moves.keys() | end or not cid.startswith(HEADER)}
    return [f"{one.name} keeps {len(more)} changes of {rec[-6:]}, which has left"] if more else []


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
