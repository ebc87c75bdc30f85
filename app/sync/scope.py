"""What a scope may hold of a dossier, and what it is owed out of a feed (sync-scopes.md 2 and 3).

Promises pure functions of the headers of the moves: no rows that enter or leave, no clock, no order of arrival. A prefix
of place codes is a scope; "" is everything. Down is the difference of two views of the feed.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.models import places
from app.models.change import PLACE, Change, from_header
from app.models.dictionary import dictionary
from app.models.ledger import HEADER, WHOLE, Ledger

FULL, STUB, NONE = 2, 1, 0
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A change as this replica holds it: where in the feed its header came, where its payload, and from which instance."""

    change: Change
    n_header: int
    n: int | None
    came_from: str | None

    def form(self, at: int) -> int:
        """Return in which form it was here when the feed had `at` places: 0 not, 1 header, 2 whole."""
        return WHOLE if self.n is not None and self.n <= at else HEADER if self.n_header <= at else 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the feed for one prefix: from n0 to n1, the hash there, and what the prefix is owed in it."""

    n0: int
    n1: int
    h1: str
    changes: list[Change]


def level(moves: Iterable[Change], prefix: str, scope: str = "dossier") -> int:
    """Return what a prefix may hold of a dossier with these moves: FULL, STUB or NONE.

    scope: `dossier` is held where it lives; `below` (an office's own) also by everything below the office; `all` by all.
    """
    if prefix == "" or scope == "all":
        return FULL
    moves = [c for c in moves if c.place is not None]
    dead = {cid for c in moves for cid, fields in c.seen.items() if PLACE in fields}
    if any(_concerns(c.place, prefix, scope) for c in moves if c.cid not in dead):
        return FULL
    return STUB if any(_concerns(c.place, prefix, scope) for c in moves) else NONE


def owed(dossier: Iterable[Held], prefix: str, at: int) -> dict[str, int]:
    """Return change id -> form that a prefix is owed of one dossier, out of the first `at` places of the feed."""
    here = [(h.change, h.form(at)) for h in dossier if h.form(at)]
    out = {c.cid: form for c, form in here if c.kind != "write"}
    writes = [(c, form) for c, form in here if c.kind == "write"]
    held = level((c for c, _ in writes), prefix, scope_of(c for c, _ in writes))
    if held == FULL:
        out.update({c.cid: form for c, form in writes})
    elif held == STUB:
        out.update({c.cid: HEADER for c, _ in writes if c.place is not None})
    return out


def scope_of(dossier: Iterable[Change]) -> str:
    """Return how far a dossier reaches: that of the type of its own record; `dossier` where the type is not known here."""
    for change in dossier:
        if change.rec == change.root and (kind := dictionary().types.get(change.type)):
            return str(kind.scope)
    return "dossier"


def serve(ledger: Ledger, prefix: str, n: int, limit: int, skip: str | None = None) -> Step:
    """Return the step of up to `limit` places after n for a prefix; `skip`: what came from that instance is left out and not counted."""
    m, h1, cids = _places_after(ledger, prefix, n, limit, skip or "")
    if m == n:
        return Step(n, n, ledger.feed_mark()[1] if n else "", [])
    ranged = _held(ledger, "cid", sorted(cids))
    if prefix == "":
        return Step(n, m, h1, [_in_form(h, h.form(m)) for h in ranged])
    moved = {h.change.root for h in ranged if h.change.place is not None}
    still = [h for h in ranged if h.change.root not in moved]
    levels = _levels(ledger, {h.change.root for h in still}, prefix, m)
    out = [_in_form(h, h.form(m)) for h in still if h.change.kind != "write" or levels[h.change.root] == FULL]
    for dossier in _dossiers(ledger, sorted(moved)):
        before, after = owed(dossier, prefix, n), owed(dossier, prefix, m)
        out += [_in_form(h, after[h.change.cid]) for h in dossier if after.get(h.change.cid, 0) > before.get(h.change.cid, 0)
                and not (skip is not None and h.came_from == skip and h.n_header > n and h.n in (None, h.n_header))]
    return Step(n, m, h1, out)


def _places_after(ledger: Ledger, prefix: str, n: int, limit: int, skip: str) -> tuple[int, str, set[str]]:
    """Return (n, hash, change ids) of a step: up to `limit` places besides those whose change an instance has brought itself.

    What moves a dossier counts all the same, for it is what shows or hides the others.
    """
    end, cids, count = (n, ""), set[str](), 0
    for m, h, cid, known in ledger.db.conn.execute(
            "SELECT f.n, f.h, f.cid, c.came_from IS ? AND coalesce(c.n, c.n_header) = c.n_header AND (? OR c.place IS NULL)"
            " FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ? ORDER BY f.n", (skip, prefix == "", n)):
        end = (m, h)
        if not known:
            cids.add(cid)
            count += 1
            if count == limit:
                break
    return *end, cids


def full(ledger: Ledger, roots: set[str], prefix: str) -> bool:
    """Return whether a prefix may hold one of these dossiers in full, out of all that is here."""
    return FULL in _levels(ledger, roots, prefix, ledger.feed_mark()[0]).values()


def levels(ledger: Ledger, prefix: str) -> dict[str, int]:
    """Return root -> level of every dossier that is here."""
    conn = ledger.db.conn
    moves: dict[str, list[Change]] = {}
    for root, header in conn.execute("SELECT root, header FROM change WHERE place IS NOT NULL"):
        moves.setdefault(root, []).append(from_header(header, None, None))
    reach = dict(conn.execute("SELECT root, type FROM change WHERE rec = root"))
    roots = [row[0] for row in conn.execute("SELECT DISTINCT root FROM change")]
    return {root: level(moves.get(root, ()), prefix, _reach(reach.get(root, ""))) for root in roots}


def view(ledger: Ledger, prefix: str) -> dict[str, int]:
    """Return change id -> form of everything a prefix is owed now: what both ends of an exchange compare."""
    held = levels(ledger, prefix)
    out: dict[str, int] = {}
    for cid, root, kind, place, n in ledger.db.conn.execute("SELECT cid, root, kind, place, n FROM change"):
        if kind != "write" or held[root] == FULL:
            out[cid] = WHOLE if n is not None else HEADER
        elif held[root] == STUB and place is not None:
            out[cid] = HEADER
    return out


def of_offices(ledger: Ledger, prefix: str) -> dict[str, int]:
    """Return change id -> form of what offices made for those below them, as far as a prefix is owed it now."""
    made = [t.name for t in dictionary().types.values() if t.scope != "dossier"]
    roots = [row[0] for row in ledger.db.conn.execute(
        f"SELECT DISTINCT rec FROM change WHERE rec = root AND type IN ({','.join('?' * len(made))})", made)]
    out: dict[str, int] = {}
    for part in _parts(roots):
        for dossier in _dossiers(ledger, part):
            out.update(owed(dossier, prefix, ledger.feed_mark()[0]))
    return out


def _concerns(place: str | None, prefix: str, scope: str) -> bool:
    if place is None:
        return False
    return place.startswith(prefix) or (scope == "below" and prefix.startswith(places.prefix(place)))


def _reach(kind: str) -> str:
    known = dictionary().types.get(kind)
    return str(known.scope) if known else "dossier"


def _in_form(held: Held, form: int) -> Change:
    from app.sync.segment import without_payload
    return held.change if form == WHOLE else without_payload(held.change)


def _levels(ledger: Ledger, roots: set[str], prefix: str, at: int) -> Mapping[str, int]:
    """Return root -> level out of the first `at` places, for dossiers of which only the moves are read."""
    moves: dict[str, list[Change]] = {root: [] for root in roots}
    kinds: dict[str, str] = {}
    for part in _parts(sorted(roots)):
        marks = ",".join("?" * len(part))
        for root, header in ledger.db.conn.execute(
                f"SELECT root, header FROM change WHERE root IN ({marks}) AND place IS NOT NULL AND n_header <= ?", (*part, at)):
            moves[root].append(from_header(header, None, None))
        kinds.update(ledger.db.conn.execute(
            f"SELECT root, min(type) FROM change WHERE root IN ({marks}) AND rec = root GROUP BY root", part))
    return {root: level(some, prefix, _reach(kinds.get(root, ""))) for root, some in moves.items()}


def _dossiers(ledger: Ledger, roots: Sequence[str]) -> list[list[Held]]:
    by_root: dict[str, list[Held]] = {}
    for held in _held(ledger, "root", roots):
        by_root.setdefault(held.change.root, []).append(held)
    return list(by_root.values())


def _held(ledger: Ledger, column: str, values: Sequence[str]) -> list[Held]:
    out: list[Held] = []
    for part in _parts(values):
        out += [Held(from_header(row[0], row[1], row[2]), row[3], row[4], row[5]) for row in ledger.db.conn.execute(
            f"SELECT header, payload, salt, n_header, n, came_from FROM change WHERE {column} IN ({','.join('?' * len(part))})"
            " ORDER BY cid", part)]
    return out


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start:start + _CHUNK]
