"""Figures: columns of a book that are worked out, not stored. Promises that each is made for a whole batch at once.

A figure is named by its marker (`person.age`, `household.persons`); it says which stored fields it needs.
"""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.assistance import posts, zero
from app.assistance.records import Records
from app.books.batch import Column
from app.books.kinds import Kind
from app.models.record import marks
from app.models.store import Connection
from app.oversight.cells import CELLS, RATES

ID = "id"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one batch. Attributes: conn, kind, on (the day of the book), found (type to field to values), size,
    memory (what figures keep from batch to batch)."""

    conn: Connection
    kind: Kind
    on: date
    found: Mapping[str, Mapping[str | bytes, Column]]
    size: int
    memory: dict[Any, Any]

    def of(self, marker: str, *, utf8: bool = False) -> Column:
        """Return the raw values of a marker, one for each row; those of a stored field as their text in UTF-8, if that is wanted."""
        if marker in FIGURES:
            return FIGURES[marker].make(self)
        type, _, name = marker.partition(".")
        return self.found[type][name.encode() if utf8 else name]

    def nothing(self) -> Column:
        """Return a column without values."""
        return (None,) * self.size

    def column(self, type: str, name: str) -> Column:
        """Return a stored field's values; nothing where the book's rows have no such record."""
        return self.found[type][name] if type in self.found else self.nothing()

    def by_key(self, keys: Column, sql: str) -> list[Any]:
        """Return for each key what a query says, which gives (key, value) for keys in `({})`."""
        wanted = sorted({key for key in keys if key})
        told = dict(self.conn.execute(sql.format(marks(wanted)), wanted)) if wanted else {}
        return [told.get(key) for key in keys]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Attributes: make (a batch's columns to its values), needs (type to fields)."""

    make: Callable[[Columns], Column]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _places(columns: Columns) -> list[str | None]:
    """Return where the household lives, else the person or the row's own record."""
    own = columns.column("person" if "person" in columns.found else columns.kind.root, "_place")
    return [home or mine for home, mine in zip(columns.column("household", "_place"), own, strict=True)]


def _place_names(columns: Columns) -> list[str | None]:
    """Return the name of the household's site, else its place."""
    sites, names = columns.column("household", "site_id"), columns.memory.setdefault("sites", {None: None})
    if unknown := sorted({site for site in sites if site not in names}):
        names.update(dict.fromkeys(unknown))
        names.update(columns.conn.execute(
            f"SELECT id, name FROM resettlement_site WHERE _void IS NULL AND id IN ({marks(unknown)})", unknown))
    return [names[site] or place for site, place in zip(sites, _places(columns), strict=True)]


def _ages(columns: Columns) -> list[int | None]:
    """Return full years on the day of the book."""
    on, day = columns.on, f"{columns.on:%m-%d}"
    born = [own or (f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number and len(number) >= 18 else None)
            for own, number in zip(columns.column("person", "birth_date"), columns.column("person", "id_number"), strict=True)]
    return [on.year - int(b[:4]) - (b[5:10] > day) if b and b[:4].isdigit() else None for b in born]


def _homes(columns: Columns) -> Column:
    return columns.column("household", ID) if columns.kind.root == "household" else columns.column("person", "household_id")


def _head(name: str) -> Callable[[Columns], Column]:
    sql = (f"SELECT household_id, {name} FROM person WHERE household_id IN ({{}}) AND relation_to_head = '02' "
           "AND _void IS NULL ORDER BY id DESC")
    return lambda columns: columns.by_key(_homes(columns), sql)


_LIVE = "_void IS NULL AND coalesce(person_status, '1') NOT IN ('2','3','4')"


def _members(columns: Columns) -> Column:
    return columns.by_key(_homes(columns), f"SELECT household_id, count(*) FROM person WHERE household_id IN ({{}}) AND {_LIVE} GROUP BY 1")


def _hired(columns: Columns) -> Column:
    """Return how many people stand in a post on the day of the book."""
    there = posts.filled(Records(columns.conn), {one for one in columns.column("post", ID) if one}, columns.on.isoformat())
    return [there.get(one, 0) for one in columns.column("post", ID)]


def _attended(columns: Columns) -> Column:
    return [n or 0 for n in columns.by_key(columns.column("service", ID), (
        "SELECT service_id, count(DISTINCT person_id) FROM service_attendance WHERE service_id IN ({}) AND _void IS NULL GROUP BY 1"))]


def _measures(*kinds: str) -> Callable[[Columns], Column]:
    wanted = ",".join(f"'{kind}'" for kind in kinds)
    sql = (f"SELECT person_id, count(*) FROM measure WHERE person_id IN ({{}}) AND measure_type IN ({wanted}) AND done_date IS NOT NULL "
           "AND _void IS NULL GROUP BY 1")
    return lambda columns: [n or 0 for n in columns.by_key(columns.column("person", ID), sql)]


def _standing(name: str) -> Callable[[Columns], Column]:
    """Return what makes the numbers of a household's members who are to be helped, or who are at work, on the day of the book."""
    def make(columns: Columns) -> Column:
        homes = _homes(columns)
        if columns.memory.get("standing.of") is not homes:  # both figures of a batch look at the same households
            found = zero.standings_of(Records(columns.conn), columns.on.isoformat(), {home for home in homes if home})
            columns.memory.update({"standing.of": homes, "standing": found})
        told = columns.memory["standing"]
        return [len(getattr(told[home], name)) if home in told else None for home in homes]
    return make


def _case(name: str) -> Callable[[Columns], Column]:
    """Return what makes a column of the household's open case; the book's source has read them (books/assisted)."""
    return lambda columns: [getattr(columns.memory["cases"].get(home), name, None) or None for home in _homes(columns)]


def _state(columns: Columns) -> Column:
    told = {"at_work": "已上岗，待核实", "unknown": "情况不明"}
    return [None if (case := columns.memory["cases"].get(home)) is None else told.get(case.state) or (
        "超期未清零" if case.overdue(columns.on.isoformat()) else "帮扶中") for home in _homes(columns)]


def _away(columns: Columns) -> Column:
    """Return 1 for who works for others outside of the county, 0 for who does not, None where that is not known."""
    out: list[int | None] = []
    told = [columns.column("placement", name) for name in ("labour_status", "employment_type", "work_area_level")]
    for status, kind, level in zip(*told, strict=True):
        if status is None:
            out.append(None)
        elif status != "1" or kind is not None and kind not in ("1", "6"):
            out.append(0)
        else:
            out.append(None if kind is None or level is None else int(level in ("3", "4", "5")))
    return out


def _went(columns: Columns) -> Column:
    """Return how and how far away somebody works (1@4: for others, in another province), 0@ for who does not, None where that is not known."""
    told = [columns.column("placement", name) for name in ("labour_status", "employment_type", "work_area_level")]
    return [None if status is None else "0@" if status != "1" else f"{kind or '?'}@{level or '?'}"
            for status, kind, level in zip(*told, strict=True)]


def _addresses(columns: Columns) -> Column:
    """Return the site and the dwelling of the household, None where one of them is not known."""
    sites, dwellings = columns.column("household", "site_id"), columns.column("household", "dwelling_no")
    return [f"{name}{dwelling}" if site and name and dwelling else None
            for site, name, dwelling in zip(sites, _place_names(columns), dwellings, strict=True)]


def _lives(columns: Columns) -> Column:
    """Return the address of who lives at the site, as far as anybody asked."""
    return [address if living in (None, "1") else None for address, living in zip(_addresses(columns), columns.column("person", "living_place"),
                                                                                  strict=True)]


def _since(*statuses: str) -> Callable[[Columns], Column]:
    """Return what makes the day on which the present state began, for those who are in one of these states."""
    def make(columns: Columns) -> Column:
        told = zip(columns.column("placement", "labour_status"), columns.column("placement", "start_date"), strict=True)
        return [day if status in statuses else None for status, day in told]
    return make


def _registered(columns: Columns) -> Column:
    """Return the place of registration: the person's own, else the household's."""
    return [own or home for own, home in zip(*(columns.column(type, "registration_area_id") for type in ("person", "household")), strict=True)]


_WHERE = {"household": ("_place", "site_id"), "person": ("_place",)}
FIGURES: dict[str, Figure] = {
    "row.number": Figure(Columns.nothing),
    "place.code": Figure(_places, _WHERE),
    "place.name": Figure(_place_names, _WHERE),
    "person.age": Figure(_ages, {"person": ("birth_date", "id_number")}),
    "placement.works_away": Figure(_away, {"placement": ("labour_status", "employment_type", "work_area_level")}),
    "placement.went": Figure(_went, {"placement": ("labour_status", "employment_type", "work_area_level")}),
    "household.address": Figure(_addresses, {**_WHERE, "household": ("_place", "site_id", "dwelling_no")}),
    "person.address": Figure(_lives, {"household": ("_place", "site_id", "dwelling_no"), "person": ("_place", "living_place")}),
    "placement.started_on": Figure(_since("1"), {"placement": ("labour_status", "start_date")}),
    "placement.out_of_work_since": Figure(_since("2", "3"), {"placement": ("labour_status", "start_date")}),
    "household.registered": Figure(_registered, {"person": ("registration_area_id",), "household": ("registration_area_id",)}),
    "household.head_name": Figure(_head("full_name"), {"person": ("household_id",)}),
    "household.head_id_number": Figure(_head("id_number"), {"person": ("household_id",)}),
    "household.labourers": Figure(_standing("labour"), {"person": ("household_id",)}),
    "household.employed_persons": Figure(_standing("employed"), {"person": ("household_id",)}),
    "household.zero_since": Figure(_case("opened")),
    "case.help_due": Figure(_case("help_due")),
    "case.helped": Figure(_case("helped")),
    "case.clear_due": Figure(_case("clear_due")),
    "case.state": Figure(_state),
    **{f"dispatch.{code.lower()}": Figure(Columns.nothing) for code in (*CELLS, *RATES)},  # made place by place: books/assisted
    "household.persons": Figure(_members, {"person": ("household_id",)}),
    "post.filled": Figure(_hired),
    "service.participants": Figure(_attended),
    "measure.guidance": Figure(_measures("2")),
    "measure.referral": Figure(_measures("3")),
    "measure.training": Figure(_measures("4")),
}
