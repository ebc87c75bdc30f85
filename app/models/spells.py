"""A person's work spells (placements), first to last. Promises that spell n has the same id on every laptop.

A spell is one job, or one time without work; ending spell n opens n + 1 (design.md 3).
"""
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.change import Value
from app.models.dictionary import dictionary
from app.models.identity import spell_id
from app.models.projection import PSEUDO, stored_fields
from app.models.reading import decode_row

if TYPE_CHECKING:
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell: n counts from 1; values as the ledger shows them; ended where it has an end date."""

    n: int
    id: str
    values: dict[str, Value]

    @property
    def ended(self) -> bool:
        """Return whether the spell has an end."""
        return bool(self.values.get("end_date"))


def spells(ledger: "Ledger", person: str) -> list[Spell]:
    """Return the spells of a person that were not deleted, first to last, those with a number of their own."""
    fields = stored_fields(dictionary().types["placement"])
    found, n = [], 1
    while row := ledger.db.conn.execute("SELECT * FROM placement WHERE id = ?", (spell_id(person, n),)).fetchone():
        if row[PSEUDO.index("_void")] is None:
            found.append(Spell(n, row[0], decode_row(fields, row[len(PSEUDO):])))
        n += 1
    return found


def current(ledger: "Ledger", person: str) -> Spell | None:
    """Return the spell a person is in: the last one; None where nobody has asked yet."""
    return found[-1] if (found := spells(ledger, person)) else None


def next_id(ledger: "Ledger", person: str) -> str:
    """Return the id of the spell that would come next, deleted ones counted."""
    n = 1
    while ledger.db.conn.execute("SELECT 1 FROM record WHERE rec = ?", (spell_id(person, n),)).fetchone():
        n += 1
    return spell_id(person, n)
