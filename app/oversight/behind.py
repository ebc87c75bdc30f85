"""Behind a figure: each one who is counted in it, with what was answered, who wrote it down, when and where. Promises to only read."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.models import identity, places
from app.models.change import from_header
from app.models.clock import moment_of
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.reading import Names
from app.models.record import filed_on

if TYPE_CHECKING:
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Answer:
    """One who is counted. Attributes: type, id (of the record), person and household (to open; "" none), name, about (age, dwelling), says (the
    answer in words), who (wrote it down), when (local), where (the device), place (name)."""

    type: str
    id: str
    person: str
    household: str
    name: str
    about: str
    says: str
    who: str
    when: str
    where: str
    place: str


class Behind:
    """Reads answers. Attributes: ledger, on (the cut-off day)."""

    def __init__(self, ledger: "Ledger", on: str) -> None:
        self.ledger, self.on, self.conn = ledger, on, ledger.db.conn
        self._names = Names(ledger)

    def answers(self, listed: Sequence[tuple[str, str]]) -> list[Answer]:
        """Return the answers of these records, in their order."""
        return [self._person(rec) if type == "person" else self._household(rec) if type == "household" else self._other(type, rec)
                for type, rec in listed]

    def _person(self, rec: str, type: str = "person", own: str = "", says: str = "") -> Answer:
        row = self.conn.execute("SELECT p.full_name, p.sex, p.birth_date, p.household_id, h.dwelling_no, h._place FROM person p"
                                " LEFT JOIN household h ON h.id = p.household_id WHERE p.id = ?", (rec,)).fetchone()
        name, sex, born, home, dwelling, place = row or ("", None, None, "", "", "")
        facts = [dictionary().codes["sex"].label(sex) if sex else "", _age(born, self.on), dwelling or ""]
        spell = self.conn.execute("SELECT id FROM placement WHERE person_id = ? AND _void IS NULL AND coalesce(start_date, as_of, '') <= ?"
                                  " ORDER BY coalesce(start_date, as_of, '') DESC, id LIMIT 1", (rec, self.on)).fetchone()
        told = own or (spell[0] if spell else rec)
        words = says or (self._work(spell[0]) if spell else say("没有问过就业情况", "Never asked about work"))
        about = " · ".join(filter(None, facts))
        return Answer(type, own or rec, rec, home or "", name or "", about, words, *self._written(told), self._place(place))

    def _household(self, rec: str) -> Answer:
        row = self.conn.execute("SELECT household_code, dwelling_no, _place, (SELECT full_name FROM person WHERE household_id = h.id AND"
                                " relation_to_head = '02' AND _void IS NULL LIMIT 1), (SELECT count(*) FROM person WHERE household_id = h.id"
                                " AND _void IS NULL) FROM household h WHERE id = ?", (rec,)).fetchone()
        code, dwelling, place, head, persons = row or ("", "", "", "", 0)
        name = say(f"{head or code or '—'} 家", f"Household of {head or code or '—'}")
        spells = [row[0] for row in self.conn.execute(
            "SELECT t.id FROM placement t JOIN person p ON p.id = t.person_id WHERE p.household_id = ? AND p._void IS NULL AND t._void IS NULL"
            " AND coalesce(t.start_date, t.as_of, '') <= ? AND NOT EXISTS (SELECT 1 FROM placement u WHERE u.person_id = t.person_id AND"
            " u._void IS NULL AND coalesce(u.start_date, u.as_of, '') <= ? AND (coalesce(u.start_date, u.as_of, ''), u.id) >"
            " (coalesce(t.start_date, t.as_of, ''), t.id)) ORDER BY p.id", (rec, self.on, self.on))]
        words = say("；", "; ").join(self._work(spell) for spell in spells) or say("没有问过就业情况", "Never asked about work")
        about = " · ".join(filter(None, [say(f"{persons} 人", f"{persons} people"), dwelling or ""]))
        return Answer("household", rec, "", rec, name, about, words, *self._written(spells[0] if spells else rec), self._place(place))

    def _other(self, type: str, rec: str) -> Answer:
        record = self.ledger.get(rec)
        kind = dictionary().types[type]
        if record is None:
            return Answer(type, rec, "", "", self._place(rec) if places.is_code(rec) else rec[:8], kind.label(), "", "", "", "", "")
        values = record.values
        if isinstance(person := values.get("person_id"), str):
            return self._person(person, type, rec, self._work(rec) if type == "placement" else _told(type, values))
        title = str(values.get("title") or values.get("name") or values.get("topic") or values.get("batch_no") or kind.label())
        return Answer(type, rec, "", "", title, kind.label(), _told(type, values), *self._written(rec), self._place(record.place))

    def _work(self, spell: str) -> str:
        row = self.conn.execute("SELECT labour_status, employment_type, work_place, employer_name, monthly_income, start_date, end_date, as_of,"
                                " unemployed_reason FROM placement WHERE id = ?", (spell,)).fetchone()
        if row is None:
            return ""
        status, kind, place, employer, wage, start, end, as_of, _ = row
        codes = dictionary().codes
        parts = [codes["employment_type"].label(kind) if status == "1" and kind else codes["labour_status"].label(status) if status else "",
                 employer or place or "", say(f"{wage} 元", f"{wage} yuan") if wage else "",
                 say(f"{start} 起", f"since {start}") if start else "", say(f"到 {end}", f"until {end}") if end else "",
                 say(f"{as_of} 说的", f"said {as_of}") if as_of else ""]
        return say("，", ", ").join(filter(None, parts))

    def _written(self, rec: str) -> tuple[str, str, str]:
        """Return (who, when, where) of the last word on a record."""
        row = max(filed_on(self.conn, "cid, header", [rec], "kind = 'write'"), default=None)
        if row is None:
            return "", "", ""
        change = from_header(row[1], None, None)
        at: datetime = moment_of(change.cid).astimezone()
        return self._names.of("staff_user", change.author), f"{at:%Y-%m-%d %H:%M}", self._names.of("device", change.log)

    def _place(self, code: str | None) -> str:
        found = places.get(code, self.ledger) if code else None
        return found.name if found else code or ""


def _age(born: str | None, on: str) -> str:
    try:
        years = identity.age_on(date.fromisoformat(born or ""), date.fromisoformat(on))
    except ValueError:
        return ""
    return say(f"{years} 周岁", f"aged {years}")


def _told(type: str, values: object) -> str:
    """Return the values of a record in words: the fields that hold a code or a day, in the dictionary's order."""
    assert isinstance(values, dict)
    out = []
    for name, field in dictionary().types[type].fields.items():
        value = values.get(name)
        if field.kind == "code" and isinstance(value, str):
            value = dictionary().codes[field.list].label(value)
        if field.kind in ("code", "date", "integer", "number") and value not in (None, "") and not isinstance(value, bool):
            out.append(f"{field.label()} {value}")
    return say("，", ", ").join(out[:4])
