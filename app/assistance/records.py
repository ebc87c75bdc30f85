"""Records: what the ledger knows of a type, now or when its feed had fewer places. Promises each live record once.

A report says at which place of the feed it was made; read from there, it sees what was known then, whatever came since.
Cells are as the typed tables hold them: lists as JSON text, yes and no as 1 and 0.
"""
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from app.models import links, past
from app.models.change import VOID
from app.models.clock import moment_of
from app.models.dictionary import dictionary
from app.models.fold import Folded, fold
from app.models.projection import cell_of
from app.models.record import chunks, marks
from app.models.store import Connection

Row = tuple[Any, ...]


class Records:
    """The records of a ledger. Attributes: conn (of its store), at (how many places of the feed are read; None: all of them)."""

    def __init__(self, conn: Connection, at: int | None = None) -> None:
        self.conn = conn
        whole = conn.execute("SELECT coalesce(max(n), 0) FROM feed").fetchone()[0]
        self.at = None if at is not None and at >= whole else at

    def rows(self, type: str, *names: str, only: tuple[str, Collection[str]] | None = None) -> Iterator[Row]:
        """Yield (id, place, field ...) of the records of a type that were not deleted, in no order; `only`: (column, what stands in it)."""
        sql = f'SELECT id, _place{"".join(f", {chr(34)}{name}{chr(34)}" for name in names)} FROM "{type}" WHERE _void IS NULL'
        later = self._later
        for part in chunks(sorted(only[1])) if only else ((),):
            for row in self.conn.execute(sql + (f' AND "{only[0]}" IN ({marks(part)})' if only else ""), part):
                if row[0] not in later:
                    yield row
        fields = dictionary().types[type].fields
        for rec, state in self._then.get(type, {}).items():
            if state.void is None and (only is None or (rec if only[0] == "id" else state.values.get(only[0])) in only[1]):
                yield rec, state.place, *(cell_of(fields[name], state.values.get(name)) for name in names)

    def first_said(self, type: str, unless: str, only: tuple[str, Collection[str]] | None = None) -> dict[str, str]:
        """Return id -> the day on which a record was first written, of the records of a type for which the SQL does not hold; `only` as in `rows`."""
        sql = (f'SELECT t.id, (SELECT min(c.cid) FROM change c WHERE c.root = r.root AND c.rec = r.rec AND c.kind = \'write\')'
               f' FROM "{type}" t JOIN record r ON r.rec = t.id WHERE NOT ({unless})')
        found = {rec: _day_of(cid) for part in (chunks(sorted(only[1])) if only else ((),))
                 for rec, cid in self.conn.execute(sql + (f' AND t."{only[0]}" IN ({marks(part)})' if only else ""), part)}
        return found | {rec: _day_of(min(c.cid for c in self._changes[rec])) for rec in self._then.get(type, {})}

    def one_person(self) -> list[tuple[str, ...]]:
        """Return everybody whom several records stand for: their ids, the representative first."""
        return links.components(self.conn, self.at)

    def together(self, ids: tuple[str, ...], type: str, names: tuple[str, ...], own: tuple[str, ...] = ()) -> Row | None:
        """Return the row, as `rows` yields it, of what several records stand for; None where the representative is not here.

        Id and place are the representative's, and of its own fields (`own`) what it says itself, as far as it says something; the others are
        folded over all of the records that stand.
        """
        changes = past.changes_at(self.conn, ids, self.at)
        groups = dictionary().groups(type)
        states = {rec: fold(some, groups) for rec, some in changes.items()}
        live = [rec for rec in ids if rec in states and states[rec].void is None]
        if not live or ids[0] not in states or not states[ids[0]].whole:
            return None  # it is counted where the representative is held
        whole = fold([links.of_the_person(c) for rec in live for c in changes[rec] if c.type == type], groups).values
        first = states[live[0]]
        said = {**whole, **{name: first.values[name] for name in own if first.values.get(own[0]) is not None and name in first.values}}
        fields = dictionary().types[type].fields
        return ids[0], first.place, *(cell_of(fields[name], said.get(name)) for name in names)

    def said_of(self, recs: list[str], field: str) -> dict[str, list[dict[str, Any]]]:
        """Return id -> what was ever written to a record together with this field, oldest first; what was redacted is left out."""
        found = past.changes_at(self.conn, recs, self.at)
        return {rec: [dict(c.payload) for c in sorted(some, key=lambda c: c.cid) if c.payload and field in c.payload and VOID not in c.payload]
                for rec, some in found.items()}

    @cached_property
    def _later(self) -> frozenset[str]:
        return frozenset() if self.at is None else past.touched_after(self.conn, self.at)

    @cached_property
    def _changes(self) -> dict[str, list[Any]]:
        return past.changes_at(self.conn, self._later, self.at) if self._later else {}

    @cached_property
    def _then(self) -> dict[str, dict[str, Folded]]:
        """Return type -> id -> the state at that place, of the records that something came to since."""
        out: dict[str, dict[str, Folded]] = {}
        for rec, some in self._changes.items():
            state = fold(some, dictionary().groups(some[0].type))
            if state.whole:
                out.setdefault(some[0].type, {})[rec] = state
        return out


def _day_of(cid: str) -> str:
    return moment_of(cid).astimezone().date().isoformat()


