"""Reconcile: rows of a roster are compared with the ledger. Promises to write only what differs, and nothing of a bad row.

A household is known by its code (or by its head's number), a person by 人口编号, else by ID number, else by name within
the household. What an interview found about work is not overwritten by a roster; it is noted.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.books.list_row import Reason, labels
from app.books.lists import CREATED, REJECTED, UNCHANGED, UPDATED, Settled
from app.books.roster_row import HEAD_OF_HOUSEHOLD, RosterRow
from app.books.whereabouts import Finder, Whereabouts, household_record
from app.models import clock, entry, places, rules
from app.models.change import Value
from app.models.dictionary import dictionary
from app.models.identity import new_id, record_id, spell_id
from app.models.language import say
from app.models.spells import current, next_id
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

FROM_PEOPLE = ("survey", "follow_up")  # sources of a spell that a roster does not overwrite


@dataclass(slots=True)
class Home:
    """A household of the roster. Attributes: id, old (its values in the ledger, None when new), where, rows, values."""

    id: str
    old: dict[str, Value] | None
    where: Whereabouts
    rows: list[RosterRow] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)


class Reconciliation:
    """One roster against one ledger, at one moment. Attributes: settled (the rows in their order), writes (to make)."""

    def __init__(self, ledger: "Ledger", rows: Sequence[RosterRow], masked: bool = False) -> None:
        self.ledger, self._masked = ledger, masked
        self._finder = Finder(ledger)
        self._homes: dict[str, Home] = {}
        self._home_of: dict[int, Home] = {}
        self._person_of: dict[int, tuple[str, dict[str, Value] | None]] = {}
        for row in rows:
            self._settle_home(row)
        self._refuse_doubles(rows)
        for home in self._homes.values():
            self._gather(home)
        for row in rows:
            if id(row) in self._home_of:
                self._person_of[id(row)] = self._person(row, self._home_of[id(row)])
        self._refuse_same_person(rows)
        self.settled = [self._settle(row) for row in rows]
        self.writes = self._all_writes()

    # -- households

    def _settle_home(self, row: RosterRow) -> None:
        where = self._finder.find(row.site, row.words) if row.site or row.words or row.under is None else self._finder.titled(*row.under)
        if where.outside:
            name = row.site or "".join(row.words)
            row.reasons.append(Reason(say("地点", "Place"), name, say(
                f"“{name}”不在本工作区（{places.path(self.ledger.me.area, self.ledger)}）之内",
                f"“{name}” is outside this workspace ({places.path(self.ledger.me.area, self.ledger)})")))
        code, rec = str(row.household.get("household_code") or ""), None
        key = f"code {code}"
        if code:
            rec = household_record(where.place, code)
        else:
            key, rec = self._by_head(row)
        if not key:
            row.reject("household", "household_code", "没有户编号，也没有户主证件号码，不知道是哪一户",
                       "Neither a household code nor the head's ID number: the household is not known")
            return
        home = self._homes.get(key)
        if home is None:
            old = self._values("household", rec) if rec else None
            home = self._homes[key] = Home(rec or new_id(), old, where)
        home.rows.append(row)
        if where.doubt and where.doubt not in row.notes:
            row.notes.append(where.doubt)
        self._home_of[id(row)] = home

    def _by_head(self, row: RosterRow) -> tuple[str, str | None]:
        """Return the key and, where the ledger knows it, the id of a household that has no code."""
        is_head = row.person.get("relation_to_head") == HEAD_OF_HOUSEHOLD
        number = row.head_number or (row.number if is_head and not row.coded else "")
        if not number:
            return "", None
        for known in (row.number, number):
            found = self._by_number(known)
            if found and found[1].get("household_id"):
                return str(found[1]["household_id"]), str(found[1]["household_id"])
        return f"head {number}", None

    def _gather(self, home: Home) -> None:
        """What the rows say of their household: the head's row first; a differing row is noted."""
        ordered = sorted(home.rows, key=lambda r: r.person.get("relation_to_head") != HEAD_OF_HOUSEHOLD)
        for row in (r for r in ordered if not r.reasons):
            for name, value in row.household.items():
                if home.values.setdefault(name, value) != value:
                    label = dictionary().field("household", name).label()
                    row.notes.append(say(f"{label}与同户别的行不一样，用了先读到的那一个",
                                         f"{label} differs from other rows of the household; the first was taken"))
        if home.where.site and home.old is None:
            home.values.setdefault("site_id", home.where.site)
        found = [f for f in rules.check("household", {**(home.old or {}), **home.values},
                                        rules.Context(area=home.where.place, whole=False, practice=self.ledger.me.practice))
                 if f.level == "E"]
        for row in home.rows:
            row.reasons += [Reason(labels("household", f.fields), _value_of(home.values, f.fields), f.text()) for f in found]

    # -- persons

    def _person(self, row: RosterRow, home: Home) -> tuple[str, dict[str, Value] | None]:
        """Return the id of a row's person and, where they are known, their values."""
        code = str(row.person.get("person_code") or "")
        issued = record_id("person", home.where.place[:6], code) if code else None
        if issued and (old := self._values("person", issued)) is not None:
            return issued, old
        found = self._by_number(row.number)
        if found and found[1].get("household_id") == home.id:
            return found
        if found is None and home.old is not None:
            same = [(rec, values) for rec, values in self.ledger.rows("person", {"household_id": home.id})
                    if values.get("full_name") == row.person.get("full_name")
                    and not (values.get("id_number") and row.number) and not (values.get("person_code") and code)]
            if len(same) == 1:
                return same[0]
        return issued or new_id(), None

    def _by_number(self, number: str) -> tuple[str, dict[str, Value]] | None:
        if len(number) != 18:
            return None
        row = self.ledger.db.conn.execute("SELECT id FROM person WHERE id_number >= ? AND id_number < ? || '~' "
                                          "AND _void IS NULL ORDER BY id", (number, number)).fetchone()
        values = self._values("person", row[0]) if row else None
        return (row[0], values) if row and values is not None else None

    def _values(self, kind: str, rec: str) -> dict[str, Value] | None:
        record = self.ledger.get(rec)
        return dict(record.values) if record and record.type == kind and record.void is None else None

    # -- what is wrong between rows

    def _refuse_doubles(self, rows: Iterable[RosterRow]) -> None:
        """The same number, or the same 人口编号, on two rows: the second is refused."""
        for name, key in (("id_number", lambda r: r.number), ("person_code", lambda r: str(r.person.get("person_code") or ""))):
            first: dict[str, RosterRow] = {}
            for row in rows:
                if not (value := key(row)):
                    continue
                other = first.setdefault(value, row)
                if other is not row:
                    label = dictionary().field("person", name)
                    row.reject("person", name, f"{label.zh}和第 {other.row} 行相同，请核对是不是重复",
                               f"The {label.en} is the same as in row {other.row}; see whether the person is listed twice")

    def _refuse_same_person(self, rows: Iterable[RosterRow]) -> None:
        first: dict[str, RosterRow] = {}
        for row in rows:
            rec = self._person_of.get(id(row), ("", None))[0]
            other = first.setdefault(rec, row) if rec else row
            if other is not row and not row.reasons:
                row.reject("person", "full_name", f"和第 {other.row} 行是同一个人，请核对", f"The same person as in row {other.row}; check it")

    # -- one row

    def _settle(self, row: RosterRow) -> Settled:
        home = self._home_of.get(id(row))
        if home is None or row.reasons:
            return Settled(row, REJECTED)
        person, old = self._person_of[id(row)]
        told: dict[str, Value] = {**row.person, "household_id": home.id}
        if old is None:
            told.setdefault("id_source", "imported" if told.get("id_number") else "none")
        differing = {name: value for name, value in told.items() if old is None or old.get(name) != value}
        merged = {**(old or {}), **told}
        if differing and not self._judge(row, home, person, merged, old):
            return Settled(row, REJECTED)
        work = self._work(row, home, person, merged, new=old is None)
        if row.reasons:
            return Settled(row, REJECTED)
        writes = [self._write("person", person, differing, old, self._moved_to(home, old))] if differing else []
        fate = CREATED if old is None else UPDATED if writes or work or self._home_differs(home) else UNCHANGED
        return Settled(row, fate, person, (*writes, *work), rules.missing("person", merged))

    def _write(self, kind: str, rec: str, values: dict[str, Value], old: dict[str, Value] | None, place: str | None) -> Write:
        return Write(kind, values, rec=rec, place=place, begins=old is None)

    def _moved_to(self, home: Home, old: dict[str, Value] | None) -> str | None:
        """Return the place of a household that somebody known moves to; a new person starts at the household's anyway."""
        if old is None or old.get("household_id") == home.id:
            return None
        record = self.ledger.get(home.id)
        return record.place if record else home.where.place

    def _judge(self, row: RosterRow, home: Home, person: str, merged: dict[str, Value], old: dict[str, Value] | None) -> bool:
        """Note what the rules find; False where one of level E forbids the row (and did not before)."""
        context = self._context(home, person, merged)
        before = {f.rule for f in rules.check("person", old, context) if f.level == "E"} if old else set()
        for found in rules.check("person", merged, context):
            if found.level == "E" and found.rule not in before:
                row.reasons.append(Reason(labels("person", found.fields), _value_of(merged, found.fields), found.text()))
            elif found.level == "W":
                row.notes.append(found.text())
        return not row.reasons

    def _context(self, home: Home, person: str, merged: dict[str, Value]) -> rules.Context:
        return rules.Context(
            rec=person, household={**(home.old or {}), **home.values}, members=self._members(home), person=merged,
            live_persons=lambda number: entry.live_persons(self.ledger, number),
            known_area=places.is_known,
            area=home.where.place, whole=False, practice=self.ledger.me.practice, masked=self._masked)

    def _members(self, home: Home) -> list[dict[str, Value]]:
        """Return the household as it would be: who is in the ledger, with what the rows say."""
        members = {rec: {**values, "id": rec} for rec, values in
                   (self.ledger.rows("person", {"household_id": home.id}) if home.old is not None else ())}
        for row in home.rows:
            rec, old = self._person_of[id(row)]
            members[rec] = {**(old or {}), **row.person, "id": rec}
        return list(members.values())

    # -- work

    def _work(self, row: RosterRow, home: Home, person: str, merged: dict[str, Value], *, new: bool) -> tuple[Write, ...]:
        """Return the write of the row's work spell, when it tells something new."""
        if not row.work:
            return ()
        now = None if new else current(self.ledger, person)
        known = now.values if now else {}
        if all(known.get(name) == value for name, value in row.work.items()):
            return ()
        if now and known.get("source") in FROM_PEOPLE:
            row.notes.append(say("就业情况与调查的不一样，没有改：以调查为准", "Work differs from what the interview found and was not changed"))
            return ()
        values = {**row.work, "person_id": person, "source": "import", "as_of": clock.today().isoformat()}
        fresh = now is None or now.ended
        context = self._context(home, person, merged)
        for found in rules.check("placement", values if fresh else {**known, **values}, context):
            if found.level == "E":
                row.reasons.append(Reason(labels("placement", found.fields), _value_of(values, found.fields), found.text()))
            elif found.level == "W":
                row.notes.append(found.text())
        rec = now.id if now and not now.ended else spell_id(person, 1) if new else next_id(self.ledger, person)
        return (Write("placement", values, rec=rec),)

    # -- all together

    def _home_differs(self, home: Home) -> bool:
        return home.old is None or any(home.old.get(name) != value for name, value in home.values.items())

    def _all_writes(self) -> tuple[Write, ...]:
        """Return the writes of the good rows: households that have one first, then their people and work."""
        good = [s for s in self.settled if s.fate != REJECTED]
        homes = {id(home): home for s in good if (home := self._home_of[id(s.row)]) is not None}
        first = [self._write("household", home.id, home.values, home.old, home.where.place if home.old is None else None)
                 for home in homes.values() if self._home_differs(home)]
        return (*first, *(write for s in good for write in s.writes))


def _value_of(values: dict[str, Any], fields: Sequence[str]) -> str:
    value = values.get(fields[0]) if fields else None
    return "" if value is None else str(value)
