"""People: the rows of a book about people, read household by household. Promises one row for each person.

Who: live persons whose dossier lies in the area, of the template's age (`age_from`) or older on the day, or of unknown
age, or younger but with work on record (so that the contradiction is seen); not who died, moved out or married out.
The work shown is the current spell: the last one, as in models.spells. In order: by household code, the head first.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.books.batch import Joined
from app.books.kinds import PEOPLE
from app.books.rows import SIZE, Rows

RECORDS = PEOPLE.records  # whose ids a row remembers
HOUSEHOLDS = 40  # in one batch: its values stay near the processor, which more than makes up for asking oftener
SORTED = 100_000  # people up to whom the households of an area are looked up and sorted; beyond, or of most of the store, an index is walked
_BORN = ("coalesce(t.birth_date, CASE WHEN length(t.id_number) >= 18 THEN substr(t.id_number, 7, 4) || '-' "
         "|| substr(t.id_number, 11, 2) || '-' || substr(t.id_number, 13, 2) END)")
_OLD_ENOUGH = (f"({_BORN} IS NULL OR {_BORN} <= ? OR EXISTS "
               "(SELECT 1 FROM placement WHERE placement.person_id = t.id AND placement._void IS NULL))")
# those whose household has a code come household by household; the others after them
_CODED = "EXISTS (SELECT 1 FROM household h WHERE h.id = t.household_id AND h.household_code IS NOT NULL)"
_WITHIN = "t.relation_to_head IS NOT '02', t.relation_to_head, t.birth_date, t.id"  # inside a household: the head, then by relation and birth
_HOMES_SORTED = ("SELECT h.id FROM (SELECT DISTINCT p.household_id AS home FROM person p WHERE p._place BETWEEN ? AND ? || '~') "
                 "CROSS JOIN household h ON h.id = home WHERE h.household_code IS NOT NULL ORDER BY h.household_code, h.id")
_HOMES_WALKED = "SELECT id FROM household WHERE household_code IS NOT NULL ORDER BY household_code, id"
_HOMES_AFTER = ("SELECT id FROM household WHERE household_code IS NULL UNION SELECT p.household_id FROM person p WHERE p.household_id IS NOT NULL "
                "AND NOT EXISTS (SELECT 1 FROM household h WHERE h.id = p.household_id) ORDER BY 1")
_HOW_MANY = "SELECT (SELECT count(*) FROM person WHERE _place BETWEEN ? AND ? || '~'), (SELECT count(*) FROM person)"


@dataclass(frozen=True)
class People(Rows):
    """The people of an area on a day. Attributes: age_from (full years on the day of the book)."""

    age_from: int = 0

    def listed(self) -> tuple[str, tuple[Any, ...]]:
        """Return who is listed: as for all rows, and old enough."""
        sql, values = super().listed()
        return f"{sql} AND {_OLD_ENOUGH}", (*values, f"{self.on.year - self.age_from:04d}-{self.on:%m-%d}")

    def leading(self) -> dict[str, Sequence[str]]:
        """Return nothing: the store puts people in order."""
        return {}

    def main_rows(self, main: Joined) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the people in the book's order, those of some households at a time.

        Walking an index spares two ways through all people, but meets the households of other areas too.
        """
        within = (self.prefix, self.prefix)
        here, everybody = self.conn.execute(_HOW_MANY, within).fetchone()
        if here <= SORTED and here * 2 <= everybody:
            yield from self._by_household(main, _HOMES_SORTED, within)
            yield from self._others(main, f"NOT {_CODED}")
        else:
            yield from self._by_household(main, _HOMES_WALKED)
            yield from self._others(main, "t.household_id IS NULL")
            yield from self._by_household(main, _HOMES_AFTER)

    def _by_household(self, main: Joined, homes: str, bound: Sequence[str] = ()) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the people of households, in the order in which a query gives these."""
        listed, values = self.listed()
        stream = self.conn.execute(homes, bound)
        while some := [row[0] for row in islice(stream, HOUSEHOLDS)]:
            at = {home: n for n, home in enumerate(some)}
            if rows := main.where("household_id", some, listed, values, f"ORDER BY t.household_id, {_WITHIN}"):
                yield sorted(rows, key=lambda row: at[row[0]])

    def _others(self, main: Joined, who: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield people by the ids of their households."""
        listed, values = self.listed()
        stream = self.conn.execute(f"SELECT t.id FROM person t WHERE {listed} AND {who} ORDER BY t.household_id, {_WITHIN}", values)
        while ids := [row[0] for row in islice(stream, SIZE)]:
            found = {row[1]: row for row in main.where("id", ids)}
            yield [found[rec] for rec in ids]
