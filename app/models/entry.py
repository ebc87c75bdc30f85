"""Entry: what a person types goes through the rules and then through the one door. E stops, W wants a reason, Q is listed.

The command line and the window's dialogs both use this; neither holds a rule that the other lacks.
"""
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from app.models import links, places, rules
from app.models.change import VOID, Value
from app.models.dictionary import dictionary
from app.models.identity import new_id
from app.models.language import counted
from app.models.office import settings_of
from app.models.problem import Problem
from app.models.rules import Context, Finding
from app.models.spells import current, next_id, spells
from app.models.writing import SeenByField, Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger
    from app.models.record import Record

Values = Mapping[str, Value]
COMMAND = "command"  # the source of what the command line writes; its sentences go where logs are kept, and mask names
ISSUED = {"household": "household_code", "person": "person_code", "post": "post_code", "resettlement_site": "site_code"}  # an office issues it
WAGES_LEAST, WAGES_MOST = 8, 500  # how many known wages make a usual one, and how many are looked at


@dataclass(frozen=True, slots=True)
class Entered:
    """What was written: the record's id, what the rules found beside (W and Q), and what is still to be asked."""

    id: str
    findings: tuple[Finding, ...]
    to_ask: tuple[str, ...]


def add(ledger: "Ledger", kind: str, values: Values, *, source: str = "screen", reasons: Mapping[str, str] | None = None,
        place: str | None = None) -> Entered:
    """Write a new record. Raises Problem where a rule forbids it, or where the least is missing; nothing is written then."""
    _least(kind, values)
    _not_twice(ledger, kind, values)
    rec = next_id(ledger, str(values["person_id"])) if kind == "placement" and values.get("person_id") else None
    masked = source == COMMAND
    findings = judge(ledger, kind, values, rec=None, reasons=reasons or {}, masked=masked)
    why = given(findings, reasons or {})
    if kind == "resettlement_site" and values.get("site_code"):
        place = str(values["site_code"])
    rec = rec or _issued_id(ledger, kind, values)
    touched = ledger.write([Write(kind, dict(values), rec=rec, place=place, why=why, begins=True)], source=source)
    return Entered(touched.ids[0], findings, tuple(rules.missing(kind, values)))


def free_id(ledger: "Ledger", rec: str) -> str:
    """Return the id for what is begun now: this one that follows from what it is, also where that was deleted; else a new one."""
    held = ledger.get(rec)
    return rec if held is None or held.void is not None else new_id()


def change(ledger: "Ledger", rec: str, values: Values, *, source: str = "screen",
           reasons: Mapping[str, str] | None = None, seen: SeenByField | None = None) -> Entered:
    """Write some fields of a record. Raises Problem where a rule forbids what it would then say."""
    record = ledger.get(rec)
    if record is None:
        raise Problem("entry.unknown", "这条记录不在本机。请刷新后再找一次。", "This record is not on this computer. Look it up again.")
    if record.void is not None and seen is None:
        raise Problem("entry.deleted", "这条记录已删除，没有改。要找回请撤销那次删除（leye undo），或重新登记。",
                      "This record was deleted and is not changed. Take the deletion back (leye undo), or register it again.")
    after = {**record.values, **values}
    _least(record.type, after, among=values)
    findings, doubted = judge_change(ledger, record, values, reasons=reasons or {}, masked=source == COMMAND)
    ledger.write([Write(record.type, dict(values), rec=rec, why=given(doubted, reasons or {}),
                        seen=links.seen(ledger, rec) if seen is None else seen)], source=source)
    return Entered(rec, findings, tuple(rules.missing(record.type, after)))


def remove(ledger: "Ledger", rec: str, why: str, *, source: str = "screen") -> None:
    """Delete a record with a reason; its history stays."""
    record = ledger.get(rec)
    if record is None:
        raise Problem("entry.unknown", "这条记录不在本机。请刷新后再找一次。", "This record is not on this computer. Look it up again.")
    if not why.strip():
        raise Problem("entry.why", "请写一句为什么删除。", "Say in a few words why it is deleted.")
    if record.type == "household" and (members := len(_members(ledger, rec))):
        raise Problem("entry.members", f"这一户还有 {members} 人，没有删除。请先把他们转到别的户，或逐个删除。",
                      f"This household still has {counted(members, 'person', 'people')}; it was not deleted."
                      " Move them to another household or delete them first.")
    ledger.write([Write(record.type, {VOID: why.strip()}, rec=rec)], source=source)


def given(findings: Iterable[Finding], reasons: Mapping[str, str]) -> dict[str, str]:
    """Return rule -> the reason given for each doubt (W), and for a stop that a reason lifted; "" where none was given."""
    return {f.rule: "" for f in findings if f.level == "W"} | {rule: text.strip() for rule, text in reasons.items() if text.strip()}


def standing(ledger: "Ledger", kind: str, values: Values, rec: str | None, *, masked: bool = True) -> set[tuple[str, str]]:
    """Return (rule, sentence) of what the rules find in a record as it stands: an edit is not to blame for it."""
    return {(f.rule, f.text()) for f in rules.check(kind, values, replace(context(ledger, kind, values, rec), masked=masked))}


def judge(ledger: "Ledger", kind: str, values: Values, *, rec: str | None, reasons: Mapping[str, str],
          known: Collection[tuple[str, str]] = (), masked: bool = False) -> tuple[Finding, ...]:
    """Return the findings below E; raise Problem with the sentences of level E that were not there before."""
    return _unstopped(rules.check(kind, values, replace(context(ledger, kind, values, rec, reasons), masked=masked)), known)


def judge_change(ledger: "Ledger", record: "Record", values: Values, *, reasons: Mapping[str, str], masked: bool = False
                 ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings below E of what a record would say with these values, and those of them that are new; raise Problem as judge does."""
    _not_twice(ledger, record.type, {name: value for name, value in values.items() if record.values.get(name) != value}, record.id)
    before = standing(ledger, record.type, record.values, record.id, masked=masked)
    found = judge(ledger, record.type, {**record.values, **values}, rec=record.id, reasons=reasons, known=before, masked=masked)
    return found, tuple(f for f in found if (f.rule, f.text()) not in before)


def doubts(ledger: "Ledger", kind: str, old: Values, new: Values, rec: str | None) -> dict[str, str]:
    """Return the doubts (rule -> "", no reason given) that a book's edit raises: it brings what it has and is not told as a whole.

    Raises Problem with the sentences of level E that were not there before; names in them are masked. Only the rules that may look at
    what was edited are asked: the others say of the record what they said of it before.
    """
    asked = rules.looking_at(kind, [name for name in {*old, *new} if old.get(name) is not new.get(name)])
    if not asked:
        return {}
    around = replace(context(ledger, kind, new, rec), masked=True, whole=False)
    known = {(f.rule, f.text()) for f in rules.check(kind, old, around, asked)}
    return given([f for f in _unstopped(rules.check(kind, new, around, asked), known) if (f.rule, f.text()) not in known], {})


def _unstopped(found: Iterable[Finding], known: Collection[tuple[str, str]]) -> tuple[Finding, ...]:
    found = tuple(found)
    stops = [f for f in found if f.level == "E" and (f.rule, f.text()) not in known]
    if stops:
        raise Problem("entry.rules", " ".join(dict.fromkeys(f.zh for f in stops)), " ".join(dict.fromkeys(f.en for f in stops)))
    return tuple(f for f in found if f.level != "E")


def context(ledger: "Ledger", kind: str, values: Values, rec: str | None, reasons: Mapping[str, str] | None = None
            ) -> Context:
    """Return what stands around a record, for the rules."""
    person = (rec or "") if kind == "person" else str(values.get("person_id") or "")
    household = rec if kind == "household" else values.get("household_id")
    person_values = None
    if kind != "person" and person:
        found = ledger.get(person)
        person_values = found.values if found else None
        household = found.values.get("household_id") if found else None
    members = _members(ledger, str(household)) if household else []
    home = ledger.get(str(household)) if household else None
    now = current(ledger, person) if person else None
    house: Values = values if kind == "household" else home.values if home else {}
    return Context(
        rec=rec, household=home.values if home else None, members=members, person=person_values,
        placement=now.values if now and kind == "person" else None,
        placements=[{**s.values, "id": s.id} for s in spells(ledger, person)] if person else [],
        household_placements=_placements_of_others(ledger, members, person),
        live_persons=lambda number: live_persons(ledger, number),
        phone_households=lambda number: _phone_households(ledger, number),
        known_area=places.is_known, least_wage=least_wages(ledger),
        median_wage=lambda occupation, area: _median_wage(ledger, occupation, area), measures=_measures(ledger, person),
        area=str(house.get("registration_area_id") or house.get("origin_area_id") or "") or (home.place if home else None),
        site_area=_place_of(ledger, house.get("site_id")), practice=ledger.me.practice, reasons=reasons or {})


def _median_wage(ledger: "Ledger", occupation: str, area: str | None) -> float | None:
    """Return the usual monthly wage of an occupation at a place, in yuan; None where too few are known to judge by."""
    where, bound = ("AND work_area_id = ?", [area]) if area else ("", [])
    known = [row[0] for row in ledger.db.conn.execute(
        f"SELECT monthly_income FROM placement WHERE occupation = ? {where} AND typeof(monthly_income) = 'integer'"
        f" AND _void IS NULL LIMIT {WAGES_MOST}", (occupation, *bound))]
    return float(median(known)) if len(known) >= WAGES_LEAST else None


def least_wages(ledger: "Ledger") -> Callable[[str], int | None]:
    """Return what tells the minimum wage in yuan a month that the nearest office has set for a place, today; None where none has."""
    @cache
    def least(area: str) -> int | None:
        found = settings_of(ledger).agreed("wage_least", place=area) if places.is_code(area) else None
        return found.value if found is not None and found.place else None
    return least


def _measures(ledger: "Ledger", person: str) -> int | None:
    if not person:
        return None
    return int(ledger.db.conn.execute("SELECT count(*) FROM measure WHERE person_id = ? AND _void IS NULL", (person,)).fetchone()[0])


def _place_of(ledger: "Ledger", rec: Value) -> str | None:
    found = ledger.get(str(rec)) if rec else None
    return found.place if found else None


def _members(ledger: "Ledger", household: str) -> list[dict[str, Value]]:
    return [{**values, "id": rec} for rec, values in ledger.rows("person", {"household_id": household})]


def _placements_of_others(ledger: "Ledger", members: list[dict[str, Value]], person: str) -> list[dict[str, Value]]:
    found = [current(ledger, str(m["id"])) for m in members if m["id"] != person]
    return [{**s.values, "id": s.id} for s in found if s]


def live_persons(ledger: "Ledger", number: str) -> Iterator[dict[str, Value]]:
    for rec, name in ledger.db.conn.execute(
            "SELECT id, full_name FROM person WHERE id_number >= ? AND id_number < ? || '~' AND _void IS NULL",
            (number, number)):
        yield {"id": rec, "full_name": name}


def _phone_households(ledger: "Ledger", number: str) -> tuple[int, int]:
    row = ledger.db.conn.execute(
        "SELECT count(*), count(DISTINCT p.household_id) FROM search_person s JOIN person p ON p.id = s.id"
        " WHERE s.phone = ?", (number[::-1],)).fetchone()  # person.phone has no index of its own
    return row[0], row[1]


def _least(kind: str, values: Values, among: Values | None = None) -> None:
    """A person needs a name and a household; anything else what its type cannot stand without. `among`: only these fields."""
    least = {"person": ("full_name", "household_id"), "household": ("household_code",)}.get(kind)
    if least is None:
        root = dictionary().types[kind].root_field
        least = (root,) if root else ()
    for name in least:
        if values.get(name) in (None, "") and (among is None or name in among):
            field = dictionary().types[kind].fields[name]
            raise Problem("entry.least", f"还缺“{field.zh}”。没有它就不能建档，请先填上。",
                          f"{field.en} is missing. The record needs it; fill it in first.")


def _issued_id(ledger: "Ledger", kind: str, values: Values) -> str | None:
    """Return the id that follows from an issued code, or None for a random one."""
    from app.models.identity import record_id

    code = values.get(ISSUED.get(kind, ""))
    return record_id(kind, ledger.me.area[:6], str(code)) if code else None


def _not_twice(ledger: "Ledger", kind: str, values: Values, rec: str | None = None) -> None:
    """Raise a Problem where an issued code is another record's already: one code names one record."""
    name = ISSUED.get(kind, "")
    if not (code := values.get(name)):
        return
    issued = _issued_id(ledger, kind, values) if rec is None else None
    known = ledger.get(issued) if issued else None
    looked = rec is not None or kind != "person"  # of a new person the id says it; a county's people are not all read
    county = ledger.me.area[:6]  # a code is issued within it, as its id says
    others = [found for found, _ in ledger.rows(kind, {name: code}, 2, prefix=county) if found != rec] if looked else []
    if others or (known is not None and known.void is None):
        field = dictionary().types[kind].fields[name]
        raise Problem("entry.twice", f"{field.zh} {code} 已经有了。请打开那一条改，或换一个编号。",
                      f"{field.en} {code} is there already. Open that record, or use another code.")
