"""The roll: every household and person once, with their spells of work, as plain values. Promises nothing but what the records say.

A person whom several records stand for is here once, under the representative, in the representative's household.
Days are ISO text, "" where none is known: they compare as they are, and what holds on a day is asked of them elsewhere.
"""
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.assistance.records import Records, Row
from app.assistance.thresholds import day
from app.models import places
from app.models.identity import spell_id
from app.models.record import chunks, marks

Only = tuple[str, Collection[str]] | None  # (column, what stands in it)
EMPLOYED, WILLING, UNWILLING = "1", "2", "3"  # labour_status
DELETED_MOST = 20  # spells between others that were deleted
AGREES = "1"  # verification.result
_PERSON = ("household_id", "member_since", "birth_date", "id_number", "person_status", "status_date", "student_status", "labour_capacity",
           "wants_work")
_HOME = ("relocation_type", "poverty_status", "monitoring_type", "risk_cleared", "moved_in_date")
_SPELL = ("person_id", "labour_status", "employment_type", "work_area_level", "work_area_id", "start_date", "end_date", "as_of", "verified_on",
          "transfer_mode", "post_id")


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell of work, or of time without. Codes are those of domain data; days are ISO.

    Attributes: start (where no start was said: the day from which on it was reported, not after its end or the next one),
    end (the last day; "" open), as_of (the last day on which it was known to be so),
    verified (the first day on which somebody had checked it; "" nobody has).
    """

    id: str
    status: str
    kind: str
    level: str
    start: str
    end: str
    as_of: str
    verified: str
    mode: str
    post: str

    def holds(self, on: str) -> bool:
        """Return whether the spell has begun and goes on; the day of its end is its last."""
        return self.start <= on and (not self.end or on <= self.end)


@dataclass(frozen=True, slots=True)
class Home:
    """A household. Attributes: place (12 characters), the codes that say who they are, moved_in ("" not known)."""

    id: str
    place: str
    relocation: str
    poverty: str
    monitoring: str
    risk_cleared: bool
    moved_in: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person. Attributes: homes ((since, household) from the first on), spells (by their start), the rest as stored."""

    id: str
    homes: tuple[tuple[str, str], ...]
    born: str
    status: str
    status_date: str
    student: str
    capacity: str
    wants: str
    spells: tuple[Spell, ...] = ()

    def home_on(self, on: str) -> str:
        """Return the household in which the person was on a day, "" for none."""
        found = ""
        for since, home in self.homes:
            if since <= on:
                found = home
        return found


@dataclass(slots=True)
class Roll:
    """Attributes: homes and people by id, members (household to those who ever were in it), same (record to its representative)."""

    homes: dict[str, Home]
    people: dict[str, Person]
    members: dict[str, list[Person]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    def of(self, rec: str | None) -> str:
        """Return the id under which a record's person is counted."""
        return self.same.get(rec or "", rec or "")

    def filed(self) -> set[str]:
        """Return the ids of all records that stand for the people of the roll."""
        return {rec for rec, whose in self.same.items() if whose in self.people}.union(self.people)

    def place_of(self, person: str, on: str) -> str | None:
        """Return the place where a person is counted on a day; None for somebody who is not on the roll."""
        found = self.people.get(self.of(person))
        home = self.homes.get(found.home_on(on)) if found else None
        return home.place if home else None


def read(records: Records, only: Collection[str] | None = None) -> Roll:
    """Return the roll as these records give it; `only`: these households, with who is in them now."""
    together = records.one_person()
    same = {rec: ids[0] for ids in together for rec in ids}
    kept = None if only is None else {rec for one in only for rec in (one, same.get(one, one))}
    homes = {row[0]: _home(row) for row in each(records, "household", _HOME, together, None if kept is None else ("id", kept))}
    rows = list(each(records, "person", _PERSON, together, None if kept is None else ("household_id", kept), _PERSON[:2]))
    whose = None if kept is None else {row[0] for row in rows}.union(rec for ids in together for rec in ids)
    return _roll(records, homes, rows, _moves(records, rows, same), same, whose)


def read_some(records: Records, people: Collection[str], homes: Collection[str], together: list[tuple[str, ...]]) -> Roll:
    """Return the roll of these people, with each household they ever were in, and of these households.

    Who else is in those households is left out. together: what `records.one_person` returned.
    """
    same = {rec: ids[0] for ids in together for rec in ids}
    all_of = {ids[0]: ids for ids in together}

    def filed(some: Collection[str]) -> set[str]:
        return {rec for one in some for rec in all_of.get(same.get(one, one), (one,))}

    whose = filed(people)
    among = [ids for ids in together if not whose.isdisjoint(ids)]
    rows = list(each(records, "person", _PERSON, among, ("id", whose), _PERSON[:2]))
    moves = _moves(records, rows, same)
    wanted = filed([*homes, *(row[2] for row in rows if row[2]), *(home for steps in moves.values() for _, home in steps)])
    linked = [ids for ids in together if not wanted.isdisjoint(ids)]
    found = {row[0]: _home(row) for row in each(records, "household", _HOME, linked, ("id", wanted))}
    return _roll(records, found, rows, moves, same, whose)


def living_at(records: Records, on: str) -> dict[str, int]:
    """Return place -> how many people are counted there on a day, as the whole roll gives it."""
    return {place: n for place, n in present_at(records, on).items() if place and n}


def present_at(records: Records, on: str, gone: Collection[str] = ()) -> dict[str, int]:
    """Return place -> how many people are counted there on a day, "" for those of no household; gone: who has such a status is not counted.

    Who moved, left on a day that is not plain, or stands on several records is read; all the others are counted where they stand.
    """
    together = records.one_person()
    linked = sorted({rec for ids in together for rec in ids})
    left = f"p.person_status IN ({marks(tuple(gone))})"
    plain = "p.member_since IS NULL AND (p.status_date IS NULL OR date(p.status_date) IS p.status_date)"
    sql = ("SELECT coalesce(h._place, ''), count(*) FROM person p LEFT JOIN household h ON h.id = p.household_id AND h._void IS NULL"
           f" WHERE p._void IS NULL AND {plain} AND NOT coalesce({left} AND (p.status_date IS NULL OR p.status_date <= ?), 0)")
    values = (*gone, on)
    out: dict[str, int] = dict(records.conn.execute(f"{sql} GROUP BY 1", values).fetchall())
    apart = {row[0] for part in chunks(linked) for row in records.conn.execute(
        f"SELECT id FROM person WHERE _void IS NULL AND (id IN ({marks(part)}) OR household_id IN ({marks(part)}))", (*part, *part))}
    for part in chunks(sorted(apart)):
        for place, n in records.conn.execute(f"{sql} AND p.id IN ({marks(part)}) GROUP BY 1", (*values, *part)):
            out[place] -= n
    apart |= {row[0] for row in records.conn.execute(f"SELECT id FROM person p WHERE _void IS NULL AND NOT ({plain})")}
    roll = read_some(records, apart, (), together)
    for rec, person in roll.people.items():
        if not (person.status in gone and person.status_date <= on):
            at = roll.place_of(rec, on) or ""
            out[at] = out.get(at, 0) + 1
    return out


def _roll(records: Records, homes: dict[str, Home], rows: list[Row], moves: Mapping[str, tuple[tuple[str, str], ...]],
          same: Mapping[str, str], whose: Collection[str] | None) -> Roll:
    places_of = {row[0]: homes[home].place for row in rows if (home := same.get(row[2] or "", row[2] or "")) in homes}
    spells = _spells(records, same, whose, places_of)
    people = {row[0]: _person(row, moves.get(row[0]) or ((day(row[3]), same.get(row[2] or "", row[2] or "")),),
                              tuple(spells.get(row[0], ()))) for row in rows}
    roll = Roll(homes, people, same=same)
    for person in people.values():
        for home in dict.fromkeys(home for _, home in person.homes):
            roll.members.setdefault(home, []).append(person)
    return roll


def each(records: Records, type: str, names: tuple[str, ...], together: Iterable[tuple[str, ...]],
          only: Only = None, own: tuple[str, ...] = ()) -> Iterator[Row]:
    """Yield (id, place, field ...) of each once, whoever stands on several records as one."""
    linked = {rec for ids in together for rec in ids}
    held = set[str]()
    for row in records.rows(type, *names, only=only):
        if row[0] not in linked:
            yield row
        else:
            held.add(row[0])
    for ids in together:
        if not held.isdisjoint(ids) and (one := records.together(ids, type, names, own)) is not None:
            yield one


def _home(row: Row) -> Home:
    rec, place, relocation, poverty, monitoring, cleared, moved = row
    return Home(rec, place or "", _code(relocation), _code(poverty), _code(monitoring), cleared == 1, day(moved))


def _person(row: Row, homes: tuple[tuple[str, str], ...], spells: tuple[Spell, ...]) -> Person:
    rec, _, _, _, born, number, status, since, student, capacity, wants = row
    if not day(born) and isinstance(number, str) and len(number) >= 18:
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    return Person(rec, homes, day(born), _code(status) or "1", day(since), _code(student), _code(capacity), _code(wants), spells)


def _moves(records: Records, rows: Iterable[Row], same: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return person -> (since, household) from the first on, of those of whom it was said since when they are where they are.

    A later word for the same day, or for an earlier one, replaces what was said of the days after it.
    """
    dated = [row[0] for row in rows if day(row[3])]
    out = {}
    for rec, said in records.said_of(dated, "household_id").items():
        steps: dict[str, str] = {}
        for values in said:
            since, home = day(values.get("member_since")), values.get("household_id")
            steps = {s: h for s, h in steps.items() if s < since} | {since: same.get(str(home), str(home)) if home else ""}
        out[rec] = tuple(sorted(steps.items()))
    return out


def _spells(records: Records, same: Mapping[str, str], whose: Collection[str] | None, home_of: Mapping[str, str]) -> dict[str, list[Spell]]:
    """Return person -> spells by their start; `whose`: only those of these people."""
    by_person: Only = None if whose is None else ("person_id", whose)
    first = records.first_said("placement", "t.as_of IS NOT NULL AND t.start_date IS NOT NULL", by_person)
    checked, still = _checks(records, same, None if whose is None else ("subject", whose)), _confirmed(records, by_person)
    filed: dict[str, list[Row]] = {}
    for row in records.rows("placement", *_SPELL, only=by_person):
        filed.setdefault(row[2] or "", []).append(row)
    out: dict[str, list[tuple[str, int, Spell]]] = {}
    for own, rows in filed.items():
        person = same.get(own, own)
        following = ""
        for n, row in reversed(_numbered(own, rows)):
            rec, _, _, status, kind, level, area, start, end, as_of, verified, mode, post = row
            known = day(as_of) or first.get(rec, "")
            begun = day(start) or min(filter(None, (known, first.get(rec), day(end), following if n else "")), default="")
            following = begun if n else following
            checks = [max(day(verified), begun)] if day(verified) else []
            checks += [on for on in checked.get(person, ()) if begun <= on <= (day(end) or on)]
            out.setdefault(person, []).append((begun, n, Spell(
                rec, _code(status), _code(kind), _code(level) or _seen_from(home_of.get(person, ""), area), begun, day(end),
                max((known, *still.get(rec, ()))), min(checks, default=""), _code(mode), post or "")))
    return {person: [spell for _, _, spell in sorted(some, key=lambda one: (one[0], one[1], one[2].id))] for person, some in out.items()}


def _numbered(person: str, rows: list[Row]) -> list[tuple[int, Row]]:
    """Return (number, row) of a person's spells by their number; 0 for one that has none. Spell n + 1 follows spell n, whatever was not said."""
    if len(rows) == 1:
        return [(1, rows[0])]
    left, found = {row[0]: row for row in rows}, list[tuple[int, Row]]()
    for n in range(1, len(rows) + DELETED_MOST):
        if not left:
            break
        if (row := left.pop(spell_id(person, n), None)) is not None:
            found.append((n, row))
    return [*((0, row) for _, row in sorted(left.items())), *found]


def _checks(records: Records, same: Mapping[str, str], only: Only) -> dict[str, list[str]]:
    """Return person -> the days on which a spot check agreed."""
    out: dict[str, list[str]] = {}
    for _, _, subject, on, result in records.rows("verification", "subject", "on", "result", only=only):
        if result == AGREES and day(on):
            out.setdefault(same.get(subject or "", subject or ""), []).append(day(on))
    return out


def _confirmed(records: Records, only: Only) -> dict[str, list[str]]:
    """Return spell -> the days on which a follow-up heard that it goes on."""
    out: dict[str, list[str]] = {}
    for _, _, spell, on, still in records.rows("follow_up", "placement_id", "on", "still_in_post", only=only):
        if spell and still == 1 and day(on):
            out.setdefault(spell, []).append(day(on))
    return out


def _seen_from(home: str, work: Any) -> str:
    """Return the level of a place of work as seen from home, "" where it cannot be told."""
    if not (home and isinstance(work, str) and places.is_code(home) and places.is_code(work)):
        return ""
    return str(places.work_area_level(home, work) or "")


def _code(value: Any) -> str:
    return value if isinstance(value, str) else ""
