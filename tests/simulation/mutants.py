"""Mutants: seeded bugs in the real code. The checks must notice each of them; what no seed notices is no check."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from app.models import deriving, fold, writing
from app.models.change import PLACE
from app.models.ledger import Ledger, Write
from app.models.store import transaction
from app.sync import exchange, scope, segment
from tests.simulation.play import play
from tests.simulation.world import Broken, World

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


_MERGE, _SETTLE, _FOLLOW, _LEVEL = Ledger.merge, fold._settle_field, deriving.follow, scope.level
_SEND, _WRITE, _VOID, _DEAD = exchange._Session._send, Ledger.write, fold._settle_void, fold._writes_and_dead
_FOLD, _END = fold.fold, Ledger._end_of_log

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
    "fold without groups": [(deriving, "fold", lambda changes, groups: _FOLD(changes, {})),
                            (deriving, "follow", lambda *a: None)],
    "sequence numbers used twice": [(Ledger, "_end_of_log", staticmethod(
        lambda conn, log: (max(0, _END(conn, log)[0] - 1), _END(conn, log)[1])))],
    "acknowledged before it is sent": [(exchange._Session, "_send", _ahead)],
    "a deletion hides what its author had not seen": [(fold, "_settle_void", _void_wins)],
    "a decision that saw only what is shown": [(Ledger, "resolve", _settle_by_shown)],
    "an old form counts as having seen all": [(Ledger, "write", _write_as_now)],
    "values that had not arrived count as seen": [(writing.Drafting, "_readable", lambda self, seen: seen)],
    "level said without comparing": [(exchange._Session, "repair", lambda self: False)],
}
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
    with broken(name):
        for seed in range(seeds):
            try:
                bad = play(seed).bad
            except Exception as error:  # whatever rises is a kill
                bad = [f"{type(error).__name__}: {error}"]
            if bad:
                return seed, bad[0]
        if name in DIRECTED and (found := DIRECTED[name]()):
            return -1, found
    return None


def unread_values() -> str:
    """A decision taken where another laptop's value had not arrived yet: the value is asked about when it comes."""
    world = World(0)
    try:
        with world.running(), world.at(world.hub):
            one, other = world.hub.ledger, world.laptops[0].ledger
            rec = other.write([Write("person", {"phone": "1"}, rec="5" * 32, place="529999001201")], source="screen")
            late = other.changes(rec.cids)
            one.write([Write("person", {"phone": "2"}, rec="5" * 32, place="529999001201")], source="screen")
            one.merge([segment.without_payload(c) for c in late])
            one.resolve("5" * 32, "phone", "3")
            one.merge(late)
            return "" if one.conflicts() else "an unread value was written over"
    finally:
        world.close()


def dies_everywhere() -> str:
    """The office dies at one step of its store after the other while it takes a push: its cursor is never ahead."""
    world = World(0, wild=False)
    try:
        with world.running():
            laptop = world.laptops[0]
            for steps in range(100, 30_000, 200):
                with world.at(laptop):
                    laptop.ledger.write([Write("person", {"phone": str(steps)}, rec="5" * 32, place="529999001201")], source="screen")
                world.dies = (world.hub, steps)
                world.talk(laptop)
            return ""
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def emptied_office() -> str:
    """An office that lost everything gets back also what it had given to a laptop and what has left its scope since."""
    world = World(0, wild=False)
    try:
        with world.running():
            laptop, world.quiet = world.laptops[0], True
            with world.at(world.hub):
                world.hub.ledger.write([Write("person", {"phone": "1"}, rec="5" * 32, place="529999001201")], source="screen")
                world.talk(laptop)
                world.hub.ledger.write([Write("person", {}, rec="5" * 32, place="529999002201")], source="screen")
                world.talk(laptop)
            world.put_back(world.hub, empty=True)
            world.talk(laptop)
            return "the office did not get back what it had given" if laptop.cids(whole=True) - world.hub.cids(whole=True) - world._aside() else ""
    finally:
        world.close()


DIRECTED: dict[str, Callable[[], str]] = {"values that had not arrived count as seen": unread_values,
                                          "cursor saved outside the transaction": dies_everywhere,
                                          "echo skipped without a check": emptied_office}


def table(write: Callable[[str], object]) -> int:
    """Write the table of the mutants; returns 1 where one lives."""
    alive = 0
    for name in MUTANTS:
        found = killed_by(name)
        alive += found is None
        write(f"| {name} | {'LIVES' if found is None else f'{WHERE.get(found[0], found[0])}: {found[1][:90]}'} |\n")
    write(f"{len(MUTANTS) - alive} of {len(MUTANTS)} killed\n")
    return int(alive > 0)
