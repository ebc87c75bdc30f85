"""Judging: what an interview would write obeys the rules of entry. Promises that what stood before is not held against it.

All writes of one interview are judged together: the members of a roster as they will be, a spell beside its person.
"""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.forms.shown import Error
from app.models import entry, rules
from app.models.change import Value
from app.models.rules import Context
from app.models.rules.finding import Level
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

JUDGED = ("household", "person", "placement", "employer", "post")
Paths = Mapping[tuple[str, str, str], str]


def findings(writes: Sequence[Write], ledger: "Ledger", paths: Paths, level: Level, masked: bool = False
             ) -> Iterator[Error]:
    """Yield the findings of a level that these writes would bring, each with the path of its question; names masked if asked."""
    after = {str(w.rec): _after(ledger, w) for w in writes if w.type in JUDGED}
    for write in writes:
        if write.type not in JUDGED:
            continue
        rec = str(write.rec)
        record = ledger.get(rec)
        before = set()
        if record is not None:
            around = replace(entry.context(ledger, write.type, record.values, rec), masked=masked)
            before = {(f.rule, f.text()) for f in rules.check(write.type, record.values, around)}
        around = replace(_together(ledger, entry.context(ledger, write.type, after[rec], rec), write, writes, after), masked=masked)
        for found in rules.check(write.type, after[rec], around):
            if found.level == level and (found.rule, found.text()) not in before:
                about = _paths(write, found.fields, paths)
                yield Error(about[0] if about else "", found.text(), found.rule, rec, about)


def _after(ledger: "Ledger", write: Write) -> dict[str, Value]:
    record = ledger.get(str(write.rec))
    return {**(record.values if record else {}), **write.values}


def _together(ledger: "Ledger", around: Context, write: Write, writes: Sequence[Write],
              after: Mapping[str, Mapping[str, Value]]) -> Context:
    """Return the context as it will be when all of these are written."""
    people = {str(w.rec): after[str(w.rec)] for w in writes if w.type == "person"}
    person = after.get(str(after[str(write.rec)].get("person_id")), around.person) if write.type == "placement" else around.person
    home = {"person": after[str(write.rec)].get("household_id"), "household": str(write.rec)}.get(write.type)
    held = [{**values, "id": rec} for rec, values in ledger.rows("person", {"household_id": home})] if home else []
    known = {str(m["id"]) for m in held}
    members: list[dict[str, Value]] = [{**m, **people.get(str(m["id"]), {})} for m in held]
    members += [{**v, "id": rec} for rec, v in people.items() if rec not in known and home and v.get("household_id") == home]
    return replace(around, person=person, members=members, placements=_spells(around, write, writes, after))


def _spells(around: Context, write: Write, writes: Sequence[Write], after: Mapping[str, Mapping[str, Value]]
            ) -> list[Mapping[str, Value]]:
    """Return the person's spells as they will be: an interview that tells of another job ends the one before it."""
    person = str(write.rec) if write.type == "person" else str(after[str(write.rec)].get("person_id") or "")
    mine = {str(w.rec): after[str(w.rec)] for w in writes if w.type == "placement" and after[str(w.rec)].get("person_id") == person}
    held = {str(p["id"]): p for p in around.placements}
    return [{**held.get(rec, {}), **mine.get(rec, {}), "id": rec} for rec in {**held, **mine}]


def _paths(write: Write, fields: Sequence[str], paths: Paths) -> tuple[str, ...]:
    """Return the questions of these fields, those of the record itself before those of its type."""
    found = [paths[write.type, key, name] for name in fields for key in (str(write.rec), "") if (write.type, key, name) in paths]
    return tuple(dict.fromkeys(found))
