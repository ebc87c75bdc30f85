"""People: the rows of a book about people, as SQL over the typed tables. Promises one row for each person, household by household.

Who: live persons whose dossier lies in the area, of the template's age (`age_from`) or older on the day, or of unknown
age, or younger but with work on record (so that the contradiction is seen); not who died, moved out or married out.
The work shown is the current spell: the last one, as in models.spells.
"""
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.books.template import Total
from app.models.dictionary import dictionary
from app.models.identity import spell_id
from app.models.store import Connection

RECORDS = ("person", "household", "placement")  # whose ids and heads a row remembers
GONE = ("2", "3", "4")  # person_status: deceased, moved out, married out
MOST_SPELLS = 200

_BORN = ("coalesce(person.birth_date, CASE WHEN length(person.id_number) >= 18 THEN substr(person.id_number, 7, 4) || '-' "
         "|| substr(person.id_number, 11, 2) || '-' || substr(person.id_number, 13, 2) END)")
_WHO = ("person._void IS NULL AND coalesce(person._place, '') LIKE ? || '%' "
        f"AND coalesce(person.person_status, '1') NOT IN ({','.join(repr(code) for code in GONE)}) "
        f"AND ({_BORN} IS NULL OR {_BORN} <= ? OR EXISTS "
        "(SELECT 1 FROM placement WHERE placement.person_id = person.id AND placement._void IS NULL))")
_FROM = ("person LEFT JOIN household ON household.id = person.household_id LEFT JOIN placement ON placement.id = "
         "(SELECT s.id FROM placement s WHERE s.person_id = person.id AND s._void IS NULL "
         "ORDER BY spell_number(s.person_id, s.id) DESC LIMIT 1)")
_HEADS = "".join(f" LEFT JOIN record {t}_record ON {t}_record.rec = {t}.id" for t in RECORDS)
_ORDER = ("household.household_code IS NULL, household.household_code, person.household_id, "
          "coalesce(person.relation_to_head, '') <> '02', person.relation_to_head, person.birth_date, person.id")
# only the ids are sorted, so that memory does not grow with what stands in the rows
_ORDERED = ("(SELECT person.id FROM person LEFT JOIN household ON household.id = person.household_id "
            f"WHERE {_WHO} ORDER BY {_ORDER} LIMIT ?) AS ordered")


@dataclass(frozen=True, slots=True)
class People:
    """The people of an area on a day. Attributes: conn, prefix (of place codes), on, age_from."""

    conn: Connection
    prefix: str
    on: date
    age_from: int

    def count(self) -> int:
        """Return how many rows there must be; asked of the persons alone, apart from the query that makes the rows."""
        return int(self.conn.execute(f"SELECT count(*) FROM person WHERE {_WHO}", self._who()).fetchone()[0])

    def rows(self, markers: tuple[str, ...], limit: int | None = None) -> Any:
        """Return a cursor of rows: for each of RECORDS its id, lone change and state, then the markers' raw values."""
        self._prepare()
        recs = ", ".join(f"{t}.id, {t}_record.cid, {t}_record.state" for t in RECORDS)
        values = "".join(f", {self._expression(marker)}" for marker in markers)
        return self.conn.execute(f"SELECT {recs}{values} FROM {_ORDERED} CROSS JOIN {_FROM}{_HEADS} "
                                 "WHERE person.id = ordered.id", (*self._who(), -1 if limit is None else limit))

    def totals(self, totals: tuple[Total, ...]) -> dict[Total, int | float | None]:
        """Return the figures under the body."""
        if not totals:
            return {}
        self._prepare()
        sums = ", ".join(self._figure(total) for total in totals)
        row = self.conn.execute(f"SELECT {sums} FROM {_FROM} WHERE {_WHO}", self._who()).fetchone()
        return {total: _round(value) for total, value in zip(totals, row, strict=True)}

    def _who(self) -> tuple[str, str]:
        return self.prefix, f"{self.on.year - self.age_from:04d}-{self.on:%m-%d}"

    def _prepare(self) -> None:
        self.conn.create_function("spell_number", 2, spell_number, deterministic=True)

    def _expression(self, marker: str) -> str:
        special = {
            "row.number": "NULL", "place.code": "coalesce(household._place, person._place)",
            "place.name": "coalesce((SELECT name FROM resettlement_site WHERE id = household.site_id AND _void IS NULL), "
                          "household._place, person._place)",
            "person.age": f"({self.on.year} - substr({_BORN}, 1, 4) - (substr({_BORN}, 6, 5) > '{self.on:%m-%d}'))",
            "household.head_name": "(SELECT h.full_name FROM person h WHERE h.household_id = person.household_id AND "
                                   "h.relation_to_head = '02' AND h._void IS NULL ORDER BY h.id LIMIT 1)"}
        if marker in special:
            return special[marker]
        type, _, name = marker.partition(".")
        field = dictionary().types[type].fields[name] if type in RECORDS else None
        if field is None or field.derived:
            raise KeyError(marker)
        return f'{type}."{name}"'

    def _figure(self, total: Total) -> str:
        if total.marker is None:
            return "count(*)"
        expression = self._expression(total.marker)
        if total.how != "count":
            return f"{'sum' if total.how == 'sum' else 'avg'}(CAST({expression} AS REAL))"
        if not total.values:
            return f"count({expression})"
        wanted = ",".join(f"'{value}'" for value in total.values if value.isalnum())
        if dictionary().field(*total.marker.split(".")).kind == "codes":
            return f"coalesce(sum(EXISTS (SELECT 1 FROM json_each({expression}) WHERE value IN ({wanted}))), 0)"
        return f"coalesce(sum(CAST({expression} AS TEXT) IN ({wanted})), 0)"


def spell_number(person: str, spell: str) -> int:
    """Return which of the person's spells this is, from 1; 0 for one that has no number."""
    return next((n for n in range(1, MOST_SPELLS) if spell_id(person, n) == spell), 0)


def _round(value: float | None) -> int | float | None:
    return round(value) if isinstance(value, float) else value
