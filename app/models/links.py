"""same_as: two dossiers, one person. A link is a change, reversible, seen by everybody (sync-scopes.md 4).

Promises that a link holds only while every word on the pair that nobody overwrote says yes, that nothing is copied or
re-pointed, and so that undoing a link leaves each record exactly as it was filed.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from app.models.change import VOID, Change, Value, from_header
from app.models.declaring import Said, declare_all
from app.models.dictionary import dictionary
from app.models.fold import fold
from app.models.identity import pair_id
from app.models.problem import Problem
from app.models.record import Record, changes_of, chunks, filed_on, load, marks
from app.models.store import Connection, transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger

SAME, LINK = "same", "link"  # the one field of a link; the step it is for undo
Pair = tuple[str, str, str, str, int, int]  # the pair's id, its two records, their type, whether it holds, whether it is disputed


@dataclass(frozen=True, slots=True)
class Together:
    """Several records of one person, seen as one.

    Attributes: representative (the same everywhere), members (all ids, the representative first), held (those that are
    here), record (the fold over the union of what is filed on them; the place is that of the record asked for).
    """

    representative: str
    members: tuple[str, ...]
    held: tuple[str, ...]
    record: Record


def rank(rec: str) -> tuple[int, str]:
    """Return what representatives are chosen by: ids that follow from issued codes first, then the smallest."""
    return (0 if rec[12:13] == "5" else 1, rec)


def link(ledger: "Ledger", type: str, one: str, other: str, yes: bool | None = True) -> str | None:
    """Say that two dossiers are the same (or surely are not; None: take back what was said of them).

    Returns the change id, None where it already stands so. One step for undo.
    """
    cids = link_many(ledger, type, [(one, other)], yes)
    return cids[0] if cids else None


def link_many(ledger: "Ledger", type: str, pairs: Iterable[tuple[str, str]], yes: bool | None = True) -> list[str]:
    """Say the same of many pairs, in one transaction and as one step for undo; returns the change ids."""
    with transaction(ledger.db) as conn:
        said: list[Said] = []
        for one, other in pairs:
            _judge(ledger, type, one, other)
            pair = pair_id(one, other)
            heads = _heads(_words(conn, [pair]).get(pair, []))
            if {_yes(c) for c in heads} != {yes} and (heads or yes is not None):
                said.append(_word(pair, sorted((one, other)), yes, [c.cid for c in heads]))
        return declare_all(ledger, "link", type, said, act=LINK)


def _word(pair: str, ends: list[str], yes: bool | None, heads: Iterable[str]) -> Said:
    return Said(pair, {"ends": ends, "yes": yes}, (SAME,), {cid: [SAME] for cid in heads})


def take_back(ledger: "Ledger", log: str, first: int, last: int) -> list[str]:
    """Say of the pairs that this stretch of a log spoke of what was said of them before; returns the records concerned."""
    conn, told = ledger.db.conn, list[str]()
    rows = conn.execute("SELECT header FROM change WHERE log = ? AND seq BETWEEN ? AND ? AND kind = 'link' AND came_from IS NULL",
                        (log, first, last))
    own = [from_header(row[0], None, None) for row in rows]
    words = _words(conn, sorted({c.rec for c in own}))
    said: dict[str, list[Said]] = {}
    for change in own:
        heads = {c.cid for c in _heads(words[change.rec])}
        if change.cid not in heads:
            continue  # somebody has spoken since
        before = {_yes(c) for c in _heads([c for c in words[change.rec] if c.cid != change.cid])} or {None}
        ends = sorted(change.extra["ends"])
        told += ends
        for yes in sorted(before, key=str):
            said.setdefault(change.type, []).append(_word(change.rec, ends, yes, [change.cid]))
    for type, some in sorted(said.items()):
        declare_all(ledger, "link", type, some, act="undo")
    return sorted(set(told))


def _judge(ledger: "Ledger", type: str, one: str, other: str) -> None:
    if dictionary().types[type].root != "self":
        raise Problem("link.type", "只有单独建档的记录能合并。请选人员、户这样的记录。",
                      "Only records that stand by themselves can be linked, such as people and households.")
    if one == other:
        raise Problem("link.self", "这是同一条记录。请给出另一条的编号。", "This is one and the same record. Give the id of the other one.")
    for rec, (kind, _, _) in load(ledger.db.conn, [one, other], ledger.groups).items():
        if kind != type:
            raise Problem("link.kinds", f"{rec[:8]} 不是这种记录，没有合并。", f"{rec[:8]} is of another type; nothing was linked.")


def members(conn: Connection, rec: str) -> tuple[str, ...]:
    """Return the ids of everything this record is linked with, itself too, the representative first."""
    found, todo = {rec}, [rec]
    while todo:
        known, todo = todo, []
        for part in chunks(known):
            for a, b in conn.execute(f"SELECT a, b FROM same_as WHERE holds AND (a IN ({marks(part)}) OR b IN ({marks(part)}))",
                                     [*part, *part]):
                todo += [end for end in (a, b) if end not in found]
                found.update((a, b))
    return tuple(sorted(found, key=rank))


def components(conn: Connection, at: int | None = None) -> list[tuple[str, ...]]:
    """Return everybody whom several records stand for: their ids, the representative first; ordered by it.

    at: as it was when the feed had so many places; None: now.
    """
    of: dict[str, set[str]] = {}
    for a, b in _holding(conn, at):
        both = of.get(a, {a}) | of.get(b, {b})
        of |= dict.fromkeys(both, both)
    return sorted(tuple(sorted(some, key=rank)) for some in {id(some): some for some in of.values()}.values())


def _holding(conn: Connection, at: int | None) -> list[tuple[str, str]]:
    """Return the pairs that hold."""
    held = {row[0]: (row[1], row[2]) for row in conn.execute("SELECT pair, a, b FROM same_as WHERE holds")}
    if at is not None:
        later = [row[0] for row in conn.execute("SELECT DISTINCT rec FROM change WHERE kind = 'link' AND n_header > ?", (at,))]
        held = {pair: ends for pair, ends in held.items() if pair not in set(later)}
        held |= {row[0]: (row[1], row[2]) for row in _judged(conn, later, f"kind = 'link' AND n_header <= {int(at)}") if row[4]}
    return sorted(held.values())


def disagreeing(ledger: "Ledger", some: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return of these people the units in which what is filed on their records differs; those of whom it does not are left out."""
    wanted = list(some)
    filed = changes_of(ledger.db.conn, sorted({rec for ids in wanted for rec in ids}))
    out = {}
    for ids in wanted:
        held = [rec for rec in ids if rec in filed]
        if len(held) > 1:
            groups = ledger.groups.get(filed[held[0]][0].type, {})
            live = [rec for rec in held if fold(filed[rec], groups).void is None]
            units = fold([of_the_person(c) for rec in live for c in filed[rec]], groups).conflicts
            if units:
                out[ids] = tuple(units)
    return out


def representative(conn: Connection, rec: str) -> str:
    """Return the record under which this one's person is counted; readable from ids and links alone."""
    return members(conn, rec)[0]


def together(ledger: "Ledger", rec: str) -> Together | None:
    """Return the combined view of a linked record; None where it stands alone or is not here."""
    from app.models.reading import Names, versions_of

    ids, own = members(ledger.db.conn, rec), ledger.get(rec)
    if len(ids) == 1 or own is None:
        return None
    filed = changes_of(ledger.db.conn, ids)
    held = tuple(one for one in ids if one in filed)
    groups = ledger.groups.get(own.type, {})
    live = [one for one in held if fold(filed[one], groups).void is None] or [rec]
    changes = [of_the_person(c) for one in live for c in filed[one] if c.type == own.type]
    folded = fold(changes, groups)
    conflicts = versions_of(changes, groups, folded, Names(ledger))
    record = Record(rec, own.type, own.root, own.place, folded.values, folded.heads, folded.shown, conflicts, own.void)
    return Together(ids[0], ids, held, record)


def filed(ledger: "Ledger", rec: str) -> list[Change]:
    """Return the writes that what is shown of a record is made of: its own, or those of all it is linked with."""
    ids = members(ledger.db.conn, rec)
    some = changes_of(ledger.db.conn, ids)
    if len(ids) == 1:
        return some.get(rec, [])
    kind = next((c.type for c in some.get(rec, ())), "")
    return [of_the_person(c) for one in ids for c in some.get(one, ()) if c.type == kind]


def shown(ledger: "Ledger", rec: str) -> Record | None:
    """Return the record as people settle it: combined with what it is linked with, else the record itself; one that was
    deleted says nothing of the person any more, and what differs on it is asked of it alone."""
    one, own = together(ledger, rec), ledger.get(rec)
    return one.record if one and own and own.void is None else own


def seen(ledger: "Ledger", rec: str) -> dict[str, list[str]] | None:
    """Return what an edit of a linked record has seen: its own, and what the others say alike; None where it stands alone.

    An edit is filed on the record it was typed on; that it names the others' words keeps the combined view level.
    """
    one, own = together(ledger, rec), ledger.folded(rec)
    if one is None or own is None:
        return None
    out = {name: list(cids) for name, cids in own.shown.items()}
    groups = {name: names for names in ledger.groups.get(one.record.type, {}).values() for name in names}
    words = {c.cid: c for c in ledger.changes(sorted({cid for cids in one.record.heads.values() for cid in cids}))}
    for name, cids in one.record.heads.items():
        if name in own.values:
            out[name] += [cid for cid in cids if cid not in out[name] and _alike(words[cid], own.values, groups.get(name, (name,)))]
    return out


def _alike(change: Change, values: Mapping[str, Value], names: Sequence[str]) -> bool:
    """Return whether a change says of these fields, as far as it speaks of them, what is shown."""
    return change.payload is not None and all(values.get(n) == change.payload[n] for n in names if n in change.payload)


def of_the_person(change: Change) -> Change:
    """Return a change without what concerns one record alone: where it is kept, and whether it was deleted."""
    payload = {k: v for k, v in change.payload.items() if k != VOID} if change.payload is not None else None
    return msgspec.structs.replace(change, place=None, fields=tuple(f for f in change.fields if f != VOID), payload=payload)


# -- the index of pairs, inside the merge's transaction -----------------------------------------------------------------

def note(conn: Connection, changes: Iterable[Change]) -> set[str]:
    """Bring the pairs that these changes speak of up to date; returns the records concerned."""
    pairs = sorted({c.rec for c in changes if c.kind == "link"})
    concerned: set[str] = set()
    for part in chunks(pairs):  # a pair of which everything was taken back has no row
        concerned.update(end for ends in conn.execute(f"SELECT a, b FROM same_as WHERE pair IN ({marks(part)})", part) for end in ends)
        conn.execute(f"DELETE FROM same_as WHERE pair IN ({marks(part)})", part)
    for row in _judged(conn, pairs):
        conn.execute("INSERT INTO same_as VALUES (?,?,?,?,?,?)", row)
        concerned.update(row[1:3])
    return concerned


def rebuild(conn: Connection) -> None:
    """Derive the pairs again from the changes."""
    conn.execute("DELETE FROM same_as")
    note(conn, [from_header(row[0], None, None) for row in conn.execute("SELECT header FROM change WHERE kind = 'link'")])


def problems(conn: Connection) -> list[str]:
    """Return the first digits of pairs whose row is not what their changes say."""
    pairs = [row[0] for row in conn.execute("SELECT DISTINCT rec FROM change WHERE kind = 'link'")]
    wanted = {row[0]: row for row in _judged(conn, pairs)}
    there = {row[0]: tuple(row) for row in conn.execute("SELECT * FROM same_as")}
    return [pair[:8] for pair in sorted(wanted.keys() | there.keys()) if wanted.get(pair) != there.get(pair)]


def _judged(conn: Connection, pairs: Sequence[str], which: str = "kind = 'link'") -> list[Pair]:
    out = []
    for pair, words in sorted(_words(conn, pairs, which).items()):
        said = {_yes(c) for c in _heads(words)}
        a, b = sorted(words[0].extra["ends"])
        if said != {None}:
            out.append((pair, a, b, min(c.type for c in words), int(said == {True}), int(True in said and len(said) > 1)))
    return out


def _words(conn: Connection, pairs: Sequence[str], which: str = "kind = 'link'") -> dict[str, list[Change]]:
    """Return pair -> what was said of it; a link whose ends are not those of its pair says nothing."""
    out: dict[str, list[Change]] = {}
    for row in filed_on(conn, "header", pairs, which):
        change = from_header(row[0], None, None)
        ends = change.extra.get("ends")
        if isinstance(ends, list) and len(ends) == 2 and all(isinstance(e, str) for e in ends) and pair_id(*ends) == change.rec:
            out.setdefault(change.rec, []).append(change)
    return out


def _heads(words: Iterable[Change]) -> list[Change]:
    some = list(words)
    dead = {cid for c in some for cid, names in c.seen.items() if SAME in names}
    return [c for c in some if c.cid not in dead]


def _yes(change: Change) -> bool | None:
    """Return what was said: the same, surely not, or (None) that what was said no longer counts."""
    word = change.extra.get("yes", False)
    return word if word is None else word is True


