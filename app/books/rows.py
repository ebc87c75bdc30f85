"""Rows: what stands in a book, read from the typed tables some hundred at a time. Promises each record once, in order, in memory that does not grow.

Only ids are sorted. A row's own record and those beside it are read by key, type by type, and come out column by column.
"""
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from app.books import figures
from app.books.batch import Batch, Column, Joined
from app.books.kinds import ABOVE, SPELL, Condition, Kind, latest
from app.books.template import Total
from app.models import places
from app.models.dictionary import dictionary
from app.models.identity import spell_id
from app.models.store import Connection

SIZE = 200  # rows in one batch
MOST_SPELLS = 200


@dataclass(frozen=True)
class Rows:
    """The rows of one kind, of an area, on a day. Attributes: conn, kind, prefix (of place codes), on, where (conditions)."""

    conn: Connection
    kind: Kind
    prefix: str
    on: date
    where: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        self.conn.create_function("spell_number", 2, spell_number, deterministic=True)
        self.conn.create_function("prefix_of", 1, places.prefix, deterministic=True)

    @property
    def records(self) -> tuple[str, ...]:
        """Return the types of a row's records, in the order of a batch's ids."""
        return self.kind.records

    def count(self) -> int:
        """Return how many rows there must be; asked of the rows' own records alone, apart from the query that makes the rows."""
        listed, values = self.listed()
        return int(self.conn.execute(f'SELECT count(*) FROM "{self.kind.root}" t WHERE {listed}', values).fetchone()[0])

    def batches(self, markers: Sequence[str], utf8: Container[str] = ()) -> Iterator[Batch]:
        """Yield the rows: the ids of their records, and the markers' raw values; stored fields in `utf8` as their text in UTF-8."""
        told: dict[str, list[str]] = {}
        for type, _, name in (marker.partition(".") for marker in markers if marker in utf8):
            told.setdefault(type, []).append(name)
        wanted = self._wanted([marker for marker in markers if marker not in utf8])
        joined = {type: Joined(self.conn, type, names, told.get(type, ())) for type, names in wanted.items()}
        memory: dict[Any, Any] = self.remembered()
        for rows in self.main_rows(joined[self.kind.root]):
            found = {self.kind.root: joined[self.kind.root].columns(rows)}
            for join in self.kind.joins:
                found[join.type] = self._beside(joined[join.type], found[join.of][figures.ID if join.field == SPELL else join.field], join.field)
            columns = figures.Columns(self.conn, self.kind, self.on, found, len(rows), memory)
            yield Batch(len(rows), tuple(found[type][figures.ID] for type in self.records), tuple(columns.of(m, utf8=m in utf8) for m in markers))

    def ids(self) -> Iterator[str]:
        """Yield the ids of the rows' own records, in no order."""
        listed, values = self.listed()
        return (row[0] for row in self.conn.execute(f'SELECT t.id FROM "{self.kind.root}" t WHERE {listed}', values))

    def totals(self, totals: Sequence[Total]) -> dict[Total, int | float | None]:
        """Return the figures under the body."""
        if not totals:
            return {}
        listed, values = self.listed()
        root = self.kind.root
        beside = "".join(f' LEFT JOIN "{j.type}" ON ' + (
            f"{j.type}.person_id = t.id AND {j.type}._void IS NULL AND {latest(j.type)}" if j.field == SPELL
            else f'{j.type}.id = {"t" if j.of == root else j.of}."{j.field}"') for j in self.kind.joins)
        sums = ", ".join(self._figure(total) for total in totals)
        row = self.conn.execute(f'SELECT {sums} FROM "{root}" t{beside} WHERE {listed}', values).fetchone()
        return {total: _round(value) for total, value in zip(totals, row, strict=True)}

    def listed(self) -> tuple[str, tuple[Any, ...]]:
        """Return (SQL over the root as `t`, its values) of who is listed."""
        parts, values = [f"t._void IS NULL AND NOT ({self.kind.gone})"], list[Any]()
        if self.kind.place:
            join = next(j for j in self.kind.joins if j.type == self.kind.place)
            parts.append(f'EXISTS (SELECT 1 FROM "{join.type}" w WHERE w.id = t."{join.field}" AND w._place BETWEEN ? AND ? || \'~\')')
            values += [self.prefix, self.prefix]
        elif self.kind.scope == ABOVE:  # also what the offices above have made for this one
            parts.append("(t._place BETWEEN ? AND ? || '~' OR substr(?, 1, length(prefix_of(t._place))) = prefix_of(t._place))")
            values += [self.prefix] * 3
        else:
            parts.append("t._place BETWEEN ? AND ? || '~'")
            values += [self.prefix, self.prefix]
        for condition in self.where:
            sql, some = condition.sql(self.kind)
            parts.append(sql)
            values += some
        return " AND ".join(parts), tuple(values)

    def main_rows(self, main: Joined) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of the records that make rows, in the book's order, some hundred at a time."""
        listed, values = self.listed()
        stream = self.conn.execute(f'SELECT t.id FROM "{self.kind.root}" t WHERE {listed} ORDER BY {self.kind.order}', values)
        while ids := [row[0] for row in islice(stream, SIZE)]:
            found = {row[1]: row for row in main.where("id", ids)}
            yield [found[rec] for rec in ids]

    def remembered(self) -> dict[str, Any]:
        """Return what figures find in their memory from the first batch on."""
        return {}

    def told(self) -> dict[str, Any]:
        """Return marker -> text of what else may stand around the body."""
        return {}

    def leading(self) -> dict[str, Sequence[str]]:
        """Return type -> fields that are needed besides those that are asked for."""
        return {self.kind.root: ("_place",)}

    def _wanted(self, markers: Sequence[str]) -> dict[str, list[str]]:
        wanted = {type: list(self.leading().get(type, ())) for type in self.records}
        for join in self.kind.joins:
            if join.field != SPELL:
                wanted[join.of].append(join.field)
        for marker in markers:
            type, _, name = marker.partition(".")
            if marker in figures.FIGURES:
                for needed, names in figures.FIGURES[marker].needs.items():
                    if needed in wanted:
                        wanted[needed] += names
            else:
                field = dictionary().types[type].fields[name] if type in wanted else None
                if field is None or field.derived:
                    raise KeyError(marker)
                wanted[type].append(name)
        return wanted

    def _beside(self, joined: Joined, keys: Column, field: str) -> dict[str | bytes, Column]:
        if not joined.asked:  # nothing of it is shown: no row needs to be read
            return {figures.ID: keys if field != SPELL else (None,) * len(keys)}
        if field == SPELL:
            return joined.aligned(keys, _latest(joined, keys))
        return joined.aligned(keys, {row[0]: row for row in joined.where("id", sorted({key for key in keys if key}))})

    def _figure(self, total: Total) -> str:
        if total.marker is None:
            return "count(*)"
        type, _, name = total.marker.partition(".")
        expression = f'{"t" if type == self.kind.root else type}."{name}"'
        if total.how != "count":
            return f"{'sum' if total.how == 'sum' else 'avg'}(CAST({expression} AS REAL))"
        if not total.values:
            return f"count({expression})"
        wanted = ",".join(f"'{value}'" for value in total.values if value.isalnum())
        if dictionary().field(type, name).kind == "codes":
            return f"coalesce(sum(EXISTS (SELECT 1 FROM json_each({expression}) WHERE value IN ({wanted}))), 0)"
        return f"coalesce(sum(CAST({expression} AS TEXT) IN ({wanted})), 0)"


def _latest(spells: Joined, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return person -> the spell they are in: the last one that was not deleted."""
    out: dict[str, tuple[Any, ...]] = {}
    for row in spells.where("person_id", ids, "t._void IS NULL"):
        person, other = row[0], out.get(row[0])
        if other is None or (spell_number(person, row[1]), row[1]) > (spell_number(person, other[1]), other[1]):
            out[person] = row
    return out


def spell_number(person: str, spell: str) -> int:
    """Return which of the person's spells this is, from 1; 0 for one that has no number."""
    return next((n for n in range(1, MOST_SPELLS) if spell_id(person, n) == spell), 0)


def _round(value: float | None) -> int | float | None:
    return round(value) if isinstance(value, float) else value

