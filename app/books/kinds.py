"""Kinds of rows: what a book's rows are made of, as a table. A book names its kind in its sheet `_meta` (`source`).

Promises that a kind is data: which type's records make the rows, what else stands beside each, where it counts, in what order.
"""
from collections.abc import Sequence
from dataclasses import dataclass

from app.models.dictionary import dictionary

SPELL = "spell"  # joined as the work spell that a person is in: the last one that was not deleted
ABOVE = "below"  # a scope: made by an office for everybody below it


@dataclass(frozen=True, slots=True)
class Join:
    """Records of another type beside the row's own. Attributes: type, of (whose field points at it), field (or SPELL)."""

    type: str
    of: str
    field: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows.

    Attributes: root (type of the record that makes a row), joins (in the order in which they can be found), order
    (SQL over the root as `t`), place (through which join a row has its place; "" its own), gone (SQL over `t`: who is not listed).
    """

    root: str
    joins: tuple[Join, ...] = ()
    order: str = "t.id"
    place: str = ""
    gone: str = "0"

    @property
    def records(self) -> tuple[str, ...]:
        """Return the types of a row's records, its own first: the order of the ids that a row remembers."""
        return self.root, *(join.type for join in self.joins)

    @property
    def scope(self) -> str:
        """Return how far the root's dossiers reach."""
        return str(dictionary().types[self.root].scope)


PEOPLE = Kind("person", (Join("household", "person", "household_id"), Join("placement", "person", SPELL)),
              gone="coalesce(t.person_status, '1') IN ('2','3','4')")  # deceased, moved out, married out
KINDS: dict[str, Kind] = {
    "people": PEOPLE,
    "households": Kind("household", order="t.household_code IS NULL, t.household_code, t.id"),
    "zero_homes": Kind("household", order="t.household_code IS NULL, t.household_code, t.id"),  # with an open case: books/assisted
    "places": Kind("area"),  # where anything is counted: books/assisted
    "posts": Kind("post", (Join("employer", "post", "employer_id"),), order="t.collected_on DESC, t.post_code, t.id"),
    "services": Kind("service", order="t.start_on DESC, t.service_code, t.id"),
    "fairs": Kind("fair", order='t."on" DESC, t.id'),
    "batch_members": Kind("batch_member", (Join("transfer_batch", "batch_member", "batch_id"), Join("person", "batch_member", "person_id"),
                                           Join("post", "batch_member", "post_id"), Join("employer", "post", "employer_id")),
                          order="(SELECT b.depart_at FROM transfer_batch b WHERE b.id = t.batch_id) DESC, t.batch_id, "
                                "CAST(t.seat AS INTEGER), t.id", place="person"),
    "attendances": Kind("service_attendance", (Join("service", "service_attendance", "service_id"),
                                               Join("person", "service_attendance", "person_id")),
                        order="(SELECT s.start_on FROM service s WHERE s.id = t.service_id) DESC, t.service_id, t.id", place="person"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows a book takes: marker, whether the value is among these (or, with `but`, not among them)."""

    type: str
    field: str
    values: tuple[str, ...]
    but: bool

    @classmethod
    def read(cls, text: str) -> "Condition":
        """Return the condition that "placement.labour_status=1|2" or "…!=1" says."""
        marker, _, values = text.partition("=")
        but = marker.endswith("!")
        type, _, field = marker.rstrip("!").partition(".")
        dictionary().field(type, field)
        return cls(type, field, tuple(values.split("|")), but)

    def sql(self, kind: Kind) -> tuple[str, Sequence[str]]:
        """Return (SQL over the root as `t`, its values)."""
        among = f'"{self.field}" IN ({",".join("?" * len(self.values))})'
        if self.type == kind.root:
            return (f"coalesce(t.{among}, 0) = {int(not self.but)}" if self.but else f"t.{among}"), self.values
        join = next(j for j in kind.joins if j.type == self.type)
        link = f"j.person_id = t.id AND j._void IS NULL AND {latest('j')}" if join.field == SPELL else f't."{join.field}" = j.id'
        found = f'EXISTS (SELECT 1 FROM "{self.type}" j WHERE {link} AND j.{among})'
        return ("NOT " if self.but else "") + found, self.values


def latest(spell: str) -> str:
    """Return SQL that holds for the last spell of a person; numbers are asked for only where there are two."""
    return (f"NOT EXISTS (SELECT 1 FROM placement s WHERE s.person_id = {spell}.person_id AND s._void IS NULL AND s.id <> {spell}.id "
            f"AND (spell_number(s.person_id, s.id), s.id) > (spell_number({spell}.person_id, {spell}.id), {spell}.id))")
