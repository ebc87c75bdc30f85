"""Mutants: seeded bugs in the real code. The checks must notice each of them; what no seed notices is no check."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from app.models import attachments, deriving, erasure, fold, ledger, links, undoing, writing
from app.models.change import PLACE
from app.models.ledger import Ledger, Write
from app.models.store import transaction
from app.sync import anchor, exchange, intake, leaving, quarantine, revocation, scope, tables, unload
from app.sync import attachments as moving
from tests.simulation.directed import DIRECTED
from tests.simulation.play import play
from tests.simulation.world import Abilities

Patch = tuple[Any, str, Any]
SEEDS = 120
WHERE = {-1: "directed"}


def _cursor_apart(self: Ledger, changes: Any, *, came_from: str | None = None, after: Any = None) -> Any:
    if after is not None:
        with transaction(self.db) as conn:
            after(conn)
    return _MERGE(self, changes, came_from=came_from)


def _shown_is_all(out: Any, by_id: Any, name: str, heads: tuple[str, ...]) -> None:
    _SETTLE(out, by_id, name, heads)
    out.shown[name] = heads


def _by_arrival(out: Any, by_id: Any, name: str, heads: tuple[str, ...]) -> None:
    _SETTLE(out, by_id, name, heads)
    held = [cid for cid in by_id if cid in heads and by_id[cid].has(name)]
    if len(held) > 1:
        out.values[name] = by_id[held[-1]].value(name)


def _short_way(base: str, over: Any, change: Any, absent: Any, wrote: Any) -> Any:
    if "_void" in change.fields or not (change.fields or change.place):
        return _FOLLOW(base, over, change, absent, wrote)
    names = change.fields if change.place is None else (*change.fields, PLACE)
    left = {cid: kept for cid, fields in over.items() if (kept := [name for name in fields if name not in names])}
    return {**left, change.cid: sorted(names)}


def _winner(moves: Any, prefix: str, scope_of: str = "dossier") -> int:
    placed = [c for c in moves if c.place is not None]
    dead = {cid for c in placed for cid, names in c.seen.items() if PLACE in names}
    alive = [c for c in placed if c.cid not in dead]
    losers = {c.cid for c in alive} - {max((c.cid for c in alive), default="")}
    return _LEVEL([c for c in placed if c.cid not in losers], prefix, scope_of)


def _ahead(self: Any, data: bytes) -> Any:
    me = self.ledger.me.log
    self.ledger.acknowledge(me, self.ledger._end_of_log(self.ledger.db.conn, me)[0])
    return _SEND(self, data)


def _settle_by_shown(self: Ledger, rec: str, unit: str, value: Any) -> Any:
    kind = self.get(rec).type
    values = dict(value) if unit in self.groups.get(kind, {}) else {} if unit == PLACE else {unit: value}
    return self.write([Write(kind, values, rec=rec, place=value if unit == PLACE else None)], source="review")


def _write_as_now(self: Ledger, writes: Any, **more: Any) -> Any:
    return _WRITE(self, [Write(w.type, w.values, w.rec, None, w.place, w.restores) if w.seen and not w.restores else w
                         for w in writes], **more)


def _void_wins(out: Any, by_id: Any) -> None:
    _VOID(out, by_id)
    if "_void" in out.conflicts:
        del out.conflicts["_void"]
        out.void = "deleted"


def _unscoped(serve: Any) -> Any:
    def step(of: Any, prefix: str, *more: Any) -> Any:
        found = serve(of, prefix, *more)
        return found if prefix == "" else scope.Step(found.n0, found.n1, found.h1, [c for c in found.changes if c.kind != "link"])
    return step


def _view_without_links(of: Any, prefix: str) -> Any:
    hidden = set() if prefix == "" else {row[0] for row in of.db.conn.execute("SELECT cid FROM change WHERE kind = 'link'")}
    return {cid: form for cid, form in _VIEW(of, prefix).items() if cid not in hidden}


def _greatest_word(conn: Any, pairs: Any) -> Any:
    out = []
    for pair, words in sorted(links._words(conn, pairs).items()):
        last = max(words, key=lambda c: c.cid)
        a, b = sorted(last.extra["ends"])
        out.append((pair, a, b, min(c.type for c in words), int(links._yes(last) is True), 0))
    return out


def _drop_at_once(of: Any, hub: Any, mark: Any, confirmed: Any, upto: int) -> int:
    return _LEAVE(of, hub, mark, (1 << 60, ""), upto)


def _at_its_place(conn: Any, log: str, first: int, last: int) -> list[str]:
    return [row[0] for row in conn.execute("SELECT cid FROM change WHERE log = ? AND seq BETWEEN ? AND ?", (log, first, last))]


def _no_high(conn: Any, instance: str, prefix: str, n: int, h: str) -> None:
    if prefix != tables.HIGH:
        _SET_CURSOR(conn, instance, prefix, n, h)


def _said_here(ledger: Ledger) -> Any:
    own = {ledger.me.log, *ledger.settings.get("earlier_logs", [])}
    return {device: left for device, some in _STANDING(ledger).items() if (left := [word for word in some if word.log in own])}


_TAKE, _STANDING = intake.take, revocation.standing
_VIEW, _SERVE, _LEAVE, _SET_CURSOR = scope.view, scope.serve, leaving.settle, tables.set_cursor
_MERGE, _SETTLE, _FOLLOW, _LEVEL = Ledger.merge, fold._settle_field, deriving.follow, scope.level
_SEND, _WRITE, _VOID, _DEAD = exchange._Session._send, Ledger.write, fold._settle_void, fold._writes_and_dead
_FOLD, _DISPUTED, _END = fold.fold, deriving.disputed, Ledger._end_of_log

MUTANTS: dict[str, list[Patch]] = {
    "cursor without the hash of the prefix": [(Ledger, "feed_valid", lambda self, n, h: n <= self.feed_mark()[0])],
    "cursor saved outside the transaction": [(Ledger, "merge", _cursor_apart)],
    "a plain edit closes the conflict": [(fold, "_settle_field", _shown_is_all)],
    "arrival breaks the tie": [(fold, "_settle_field", _by_arrival)],
    "heads without seen": [(fold, "_writes_and_dead", lambda *a: (_DEAD(*a)[0], {}))],
    "the short way though heads differ": [(deriving, "follow", _short_way)],
    "no stub on leaving": [(scope, "level", lambda *a: 0 if _LEVEL(*a) == 1 else _LEVEL(*a))],
    "scope by the winning area": [(scope, "level", _winner)],
    "echo skipped without a check": [(exchange._Session, "push_lacking", lambda self: None)],
    "fold without groups": [(deriving, "fold", lambda changes, groups, *only: _FOLD(changes, {}, *only)),
                            (deriving, "follow", lambda *a: None)],
    "a dispute without those it shares a group with": [(deriving, "disputed", lambda row, changes, groups: _DISPUTED(row, changes, {}))],
    "sequence numbers used twice": [(Ledger, "_end_of_log", staticmethod(
        lambda conn, log: (max(0, _END(conn, log)[0] - 1), _END(conn, log)[1])))],
    "acknowledged before it is sent": [(exchange._Session, "_send", _ahead)],
    "a deletion hides what its author had not seen": [(fold, "_settle_void", _void_wins)],
    "a decision that saw only what is shown": [(Ledger, "resolve", _settle_by_shown)],
    "an old form counts as having seen all": [(Ledger, "write", _write_as_now)],
    "values that had not arrived count as seen": [(writing.Drafting, "_readable", lambda self, seen: seen)],
    "level said without comparing": [(exchange._Session, "repair", lambda self: False)],
    "cursor with the id of its place alone": [(ledger, "chain", lambda h, cid, form: f"{cid}{form}")],
    "a place that is reached counts as not reached": [(scope.Held, "form", lambda self, at: (
        2 if self.n is not None and self.n < at else 1 if self.n_header < at else 0))],
    "links scoped like records": [(scope, "serve", _unscoped(scope.serve)), (scope, "view", _view_without_links)],
    "the greatest word decides a link": [(links, "_judged", _greatest_word)],
    "an edit of a linked record names its own words alone": [(links, "seen", lambda *a: None)],
    "erases only what is there at that moment": [(erasure, "lawful", lambda conn, changes: changes)],
    "dropped on the word of one office": [(leaving, "settle", _drop_at_once)],
    "the end of a grant is not asked when a stick comes": [(intake, "_ended", lambda *a: {})],
    "a revocation stays at home": [(revocation, "standing", _said_here)],
    "what was accepted before a revocation waits with the rest": [(revocation, "taken_in_before", lambda *a: set())],
    "an attachment stays when its record is forgotten": [(attachments, "release", lambda conn, shas: None)],
    "an attachment goes before what was written meanwhile": [(moving.Queue, "_go_on", lambda self: True)],
    "an office is believed to have kept its attachments": [(moving, "doubt", lambda *a: None)],
    "an office does not believe its own earlier word": [(intake, "_ours", lambda *a: set()), (intake, "_own_keys", lambda ws, about: {
        log: keys.sign_public for log, keys in ws.lineage.items()})],
    "what was cut off its seal is not proved later": [(quarantine, "unproved", lambda *a: [])],
    "where a dossier was is known from what came alone": [(intake, "_replaced", lambda move: set())],
    "a stick says what an office holds now": [(unload.intake, "take", lambda *a, late=False: _TAKE(*a))],
    "an undo takes back a place of the log": [(undoing, "_written_here", _at_its_place)],
    "a copy is not noticed": [(anchor, "noticed", lambda *a: False)],
    "the echo is trusted after a change of scope": [(tables, "set_cursor", _no_high)],
}
NEEDS: dict[str, Callable[[Abilities], bool]] = {  # where a mutant can show itself at all
    "links scoped like records": lambda can: can.links, "the greatest word decides a link": lambda can: can.links,
    "an edit of a linked record names its own words alone": lambda can: can.links,
    "erases only what is there at that moment": lambda can: can.erasing,
    "dropped on the word of one office": lambda can: can.land == "tiers" and can.wild,
    "the end of a grant is not asked when a stick comes": lambda can: can.revoking,
    "a revocation stays at home": lambda can: can.land == "tiers" and can.revoking,
    "what was accepted before a revocation waits with the rest": lambda can: can.land == "tiers" and can.revoking,
    "an attachment stays when its record is forgotten": lambda can: can.photos and can.erasing,
    "an attachment goes before what was written meanwhile": lambda can: can.photos,
    "an office is believed to have kept its attachments": lambda can: can.photos and can.wild,
    "what was cut off its seal is not proved later": lambda can: can.land == "tiers",
    "a copy is not noticed": lambda can: can.wild, "an office does not believe its own earlier word": lambda can: can.wild,
    "the echo is trusted after a change of scope": lambda can: can.rescoping and can.wild}
CHEAP = ("a plain edit closes the conflict", "heads without seen", "no stub on leaving", "sequence numbers used twice",
         "an old form counts as having seen all", "a decision that saw only what is shown")


@contextmanager
def broken(name: str) -> Iterator[None]:
    """Break the app in this way inside the block."""
    patches = [patch.object(place, attribute, value) for place, attribute, value in MUTANTS[name]]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def killed_by(name: str, seeds: int = SEEDS) -> tuple[int, str] | None:
    """Return the first seed that notices a mutant, and what it says; None where none does."""
    wanted = NEEDS.get(name, lambda can: True)
    some = [seed for seed in range(20 * seeds) if wanted(Abilities.of(seed))][:seeds]
    with broken(name):
        if name in DIRECTED and (found := DIRECTED[name]()):
            return -1, found
        for seed in some:
            try:
                bad = play(seed).bad
            except Exception as error:  # whatever rises is a kill
                bad = [f"{type(error).__name__}: {error}"]
            if bad:
                return seed, bad[0]
    return None


def table(write: Callable[[str], object]) -> int:
    """Write the table of the mutants; returns 1 where one lives."""
    alive = 0
    for name in MUTANTS:
        found = killed_by(name)
        alive += found is None
        write(f"| {name} | {'LIVES' if found is None else f'{WHERE.get(found[0], found[0])}: {found[1][:90]}'} |\n")
    write(f"{len(MUTANTS) - alive} of {len(MUTANTS)} killed\n")
    return int(alive > 0)
