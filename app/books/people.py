"""People: the rows of a book about people, read household by household. Promises one row for each person, in memory that does not grow.

Who: live persons whose dossier lies in the area, of the template's age (`age_from`) or older on the day, or of unknown
age, or younger but with work on record (so that the contradiction is seen); not who died, moved out or married out.
The work shown is the current spell: the last one, as in models.spells. In order: by household code, the head first.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from app.books.batch import Batch, Column, Joined
from app.books.template import Total
from app.models.dictionary import dictionary
from app.models.identity import spell_id
from app.models.record import marks
from app.models.store import Connection

RECORDS = ("person", "household", "placement")  # whose ids a row remembers
GONE = ("2", "3", "4")  # person_status: deceased, moved out, married out
MOST_SPELLS = 200
HOUSEHOLDS = 150  # in one batch
SORTED = 100_000  # people up to whom the households of an area are looked up and sorted; beyond, an index is walked

_BORN = ("coalesce({0}.birth_date, CASE WHEN length({0}.id_number) >= 18 THEN substr({0}.id_number, 7, 4) || '-' "
         "|| substr({0}.id_number, 11, 2) || '-' || substr({0}.id_number, 13, 2) END)")


def _who(t: str) -> str:
    born = _BORN.format(t)
    return (f"{t}._void IS NULL AND {t}._place BETWEEN ? AND ? || '~' "
            f"AND coalesce({t}.person_status, '1') NOT IN ({','.join(repr(code) for code in GONE)}) "
            f"AND ({born} IS NULL OR {born} <= ? OR EXISTS "
            f"(SELECT 1 FROM placement WHERE placement.person_id = {t}.id AND placement._void IS NULL))")


# numbers are asked for only where somebody has two spells
_FROM = ("person LEFT JOIN household ON household.id = person.household_id LEFT JOIN placement ON placement.person_id = person.id "
         "AND placement._void IS NULL AND NOT EXISTS (SELECT 1 FROM placement s WHERE s.person_id = person.id AND s._void IS NULL "
         "AND s.id <> placement.id AND (spell_number(s.person_id, s.id), s.id) > (spell_number(placement.person_id, placement.id), placement.id))")
# those whose household has a code come household by household; the others after them
_CODED = "EXISTS (SELECT 1 FROM household h WHERE h.id = p.household_id AND h.household_code IS NOT NULL)"
_HOMES_SORTED = ("SELECT h.id FROM (SELECT DISTINCT p.household_id AS home FROM person p WHERE p._place BETWEEN ? AND ? || '~') "
                 "CROSS JOIN household h ON h.id = home WHERE h.household_code IS NOT NULL ORDER BY h.household_code, h.id")
_HOMES_WALKED = "SELECT id FROM household WHERE household_code IS NOT NULL ORDER BY household_code, id"
_REST = f"SELECT p.id FROM person p WHERE {_who('p')} AND NOT {_CODED} ORDER BY p.household_id"
_LEADING = ("household_id", "relation_to_head", "birth_date", "_place", "id_number")


@dataclass(frozen=True, slots=True)
class People:
    """The people of an area on a day. Attributes: conn, prefix (of place codes), on, age_from."""

    conn: Connection
    prefix: str
    on: date
    age_from: int

    def count(self) -> int:
        """Return how many rows there must be; asked of the persons alone, apart from the query that makes the rows."""
        return int(self.conn.execute(f"SELECT count(*) FROM person WHERE {_who('person')}", self._bounds()).fetchone()[0])

    def batches(self, markers: Sequence[str]) -> Iterator[Batch]:
        """Yield the rows, household by household: the ids of its RECORDS, and the markers' raw values."""
        wanted: dict[str, list[str]] = {type: [] for type in RECORDS}
        for marker in markers:
            type, _, name = marker.partition(".")
            if marker not in _SPECIAL:
                field = dictionary().types[type].fields[name] if type in RECORDS else None
                if field is None or field.derived:
                    raise KeyError(marker)
                wanted[type].append(name)
        persons = Joined(self.conn, "person", (*_LEADING, *wanted["person"]))
        homes = Joined(self.conn, "household", ("_place", "site_id", *wanted["household"]))
        spells = Joined(self.conn, "placement", wanted["placement"])
        sites: dict[str | None, str | None] = {None: None}
        for rows in self._persons(persons):
            person = persons.columns(rows)
            keys, ids = person["household_id"], person["id"]
            home = homes.aligned(keys, {row[0]: row for row in homes.where("id", sorted({k for k in keys if k}))})
            spell = spells.aligned(ids, self._latest(spells, ids))
            columns = _Columns(self, {"person": person, "household": home, "placement": spell}, len(rows), sites)
            yield Batch(len(rows), (ids, home["id"], spell["id"]), tuple(columns.of(m) for m in markers))

    def totals(self, totals: tuple[Total, ...]) -> dict[Total, int | float | None]:
        """Return the figures under the body."""
        if not totals:
            return {}
        self.conn.create_function("spell_number", 2, spell_number, deterministic=True)
        sums = ", ".join(self._figure(total) for total in totals)
        row = self.conn.execute(f"SELECT {sums} FROM {_FROM} WHERE {_who('person')}", self._bounds()).fetchone()
        return {total: _round(value) for total, value in zip(totals, row, strict=True)}

    def _bounds(self) -> tuple[str, str, str]:
        return self.prefix, self.prefix, f"{self.on.year - self.age_from:04d}-{self.on:%m-%d}"

    def _persons(self, persons: Joined) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of `persons` in the book's order, those of some households at a time."""
        within = (self.prefix, self.prefix)
        few = self.conn.execute("SELECT count(*) FROM person WHERE _place BETWEEN ? AND ? || '~'", within).fetchone()[0] <= SORTED
        stream = self.conn.execute(_HOMES_SORTED, within) if few else self.conn.execute(_HOMES_WALKED)
        while some := [row[0] for row in islice(stream, HOUSEHOLDS)]:
            at = {home: n for n, home in enumerate(some)}
            rows = persons.where("household_id", some, _who("t"), self._bounds())
            if rows:
                yield sorted(rows, key=lambda row: (at[row[0]], *_within(row)))
        stream = self.conn.execute(_REST, self._bounds())
        while ids := [row[0] for row in islice(stream, HOUSEHOLDS * 4)]:
            yield sorted(persons.where("id", ids), key=lambda row: (row[2] or "", *_within(row)))

    @staticmethod
    def _latest(spells: Joined, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """Return person -> the spell they are in: the last one that was not deleted."""
        out: dict[str, tuple[Any, ...]] = {}
        for row in spells.where("person_id", ids, "t._void IS NULL"):
            person, other = row[0], out.get(row[0])
            if other is None or (spell_number(person, row[1]), row[1]) > (spell_number(person, other[1]), other[1]):
                out[person] = row
        return out

    def _figure(self, total: Total) -> str:
        if total.marker is None:
            return "count(*)"
        type, _, name = total.marker.partition(".")
        expression = f'{type}."{name}"'
        if total.how != "count":
            return f"{'sum' if total.how == 'sum' else 'avg'}(CAST({expression} AS REAL))"
        if not total.values:
            return f"count({expression})"
        wanted = ",".join(f"'{value}'" for value in total.values if value.isalnum())
        if dictionary().field(type, name).kind == "codes":
            return f"coalesce(sum(EXISTS (SELECT 1 FROM json_each({expression}) WHERE value IN ({wanted}))), 0)"
        return f"coalesce(sum(CAST({expression} AS TEXT) IN ({wanted})), 0)"


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of one batch. Attributes: people, of_type (type to its records), size, sites (id to name, kept)."""

    people: People
    of_type: dict[str, dict[str, Column]]
    size: int
    sites: dict[str | None, str | None]

    def of(self, marker: str) -> Column:
        """Return the raw values of a marker, one for each row."""
        if marker in _SPECIAL:
            return list(_SPECIAL[marker](self))
        type, _, name = marker.partition(".")
        return self.of_type[type][name]

    def places(self) -> list[str | None]:
        """Return where the household lives, else the person."""
        return [home or own for home, own in zip(self.of_type["household"]["_place"],
                                                 self.of_type["person"]["_place"], strict=True)]

    def place_names(self) -> list[str | None]:
        """Return the name of the household's site, else its place."""
        sites = self.of_type["household"]["site_id"]
        if unknown := sorted({site for site in sites if site not in self.sites}):
            self.sites.update(dict.fromkeys(unknown))
            self.sites.update(self.people.conn.execute(
                f"SELECT id, name FROM resettlement_site WHERE _void IS NULL AND id IN ({marks(unknown)})", unknown))
        return [self.sites[site] or place for site, place in zip(sites, self.places(), strict=True)]

    def ages(self) -> list[int | None]:
        """Return full years on the day."""
        on, person = self.people.on, self.of_type["person"]
        day = f"{on:%m-%d}"
        born = [own or (f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number and len(number) >= 18 else None)
                for own, number in zip(person["birth_date"], person["id_number"], strict=True)]
        return [on.year - int(b[:4]) - (b[5:10] > day) if b and b[:4].isdigit() else None for b in born]

    def heads(self) -> list[str | None]:
        """Return the name of the head of the household."""
        homes = self.of_type["person"]["household_id"]
        wanted = sorted({home for home in homes if home})
        found = dict(self.people.conn.execute(
            f"SELECT household_id, full_name FROM person WHERE household_id IN ({marks(wanted)}) AND relation_to_head = '02' "
            "AND _void IS NULL ORDER BY id DESC", wanted)) if wanted else {}
        return [found.get(home) for home in homes]


_SPECIAL: dict[str, Any] = {
    "row.number": lambda columns: (None,) * columns.size, "place.code": _Columns.places, "place.name": _Columns.place_names,
    "person.age": _Columns.ages, "household.head_name": _Columns.heads}


def _within(row: Sequence[Any]) -> tuple[Any, ...]:
    """Return the order inside a household: the head, then by relation and birth, as SQLite orders (nothing comes first)."""
    relation, born = row[3], row[4]
    return relation != "02", relation is not None, relation or "", born is not None, born or "", row[1]


def spell_number(person: str, spell: str) -> int:
    """Return which of the person's spells this is, from 1; 0 for one that has no number."""
    return next((n for n in range(1, MOST_SPELLS) if spell_id(person, n) == spell), 0)


def _round(value: float | None) -> int | float | None:
    return round(value) if isinstance(value, float) else value
