"""Asking: what has to be asked again at the next visit. An entry is a record of the person's own dossier, so that it
reaches the laptop of the village like everything of that person.

Promises that an entry stays until somebody has said something new there: an answer at the door, or a decision.
"""
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import clock, links
from app.models.dictionary import dictionary
from app.models.reading import Conflict, Names, heads_of
from app.models.record import chunks, marks
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger, Touched

TYPE, SOURCE = "to_ask", "review:ask"


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask again: of whom (subject), which unit of which record, who asks for it, since when, with which note."""

    rec: str
    subject: str
    about: str
    type: str
    unit: str
    by: str
    on: str
    note: str


def ask_again(ledger: "Ledger", conflict: Conflict, note: str = "") -> "Touched":
    """Put a disagreement on the list of what is asked at the next visit; undo takes it off."""
    heads = sorted({cid for cids in conflict.heads.values() for cid in cids})
    root = ledger.get(conflict.root)
    subject = conflict.root if root is not None else conflict.rec
    values = {"subject": subject, "about": conflict.rec, "unit": conflict.unit, "heads": heads, "asked_by": ledger.me.user,
              "on": clock.today().isoformat()} | ({"note": note} if note else {})
    return ledger.write([Write(TYPE, values)], source=SOURCE)


def ask_missing(ledger: "Ledger", cells: Collection[tuple[str, str]]) -> int:
    """Put fields (record, field) that say nothing on the list of what is asked at the next visit; returns how many are new."""
    waiting = {(str(v.get("about")), str(v.get("unit"))) for _, v in ledger.rows(TYPE)}
    writes = []
    for rec, name in dict.fromkeys(cells):
        record = ledger.get(rec)
        if record is None or name not in dictionary().types[record.type].fields:
            continue
        unit = dictionary().unit_of(record.type, name)
        if (rec, unit) not in waiting and record.values.get(name) is None:
            waiting.add((rec, unit))
            heads = sorted({cid for cids in heads_of(record.type, unit, record.heads).values() for cid in cids})
            writes.append(Write(TYPE, {"subject": record.root, "about": rec, "unit": unit, "heads": heads, "asked_by": ledger.me.user,
                                       "on": clock.today().isoformat()}))
    if writes:
        ledger.write(writes, source=SOURCE)
    return len(writes)


def open_questions(ledger: "Ledger", subject: str = "", prefix: str = "") -> list[Question]:
    """Return what waits for the next visit, oldest first: of one person or household, or of everybody at a place."""
    where = {"subject": subject} if subject else {}
    names, found = Names(ledger), list[Question]()
    told: set[tuple[str, str]] = set()
    for rec, values in ledger.rows(TYPE, where):
        about, unit = str(values.get("about") or ""), str(values.get("unit") or "")
        record = links.shown(ledger, about)
        if record is None or (about, unit) in told or (prefix and not _at(ledger, str(values.get("subject")), prefix)):
            continue
        now = {cid for cids in heads_of(record.type, unit, record.heads).values() for cid in cids}
        heads = values.get("heads")
        if isinstance(heads, list) and (now <= {*heads} if now else not heads):
            told.add((about, unit))
            found.append(Question(rec, str(values.get("subject")), about, record.type, unit,
                                  names.of("staff_user", str(values.get("asked_by") or "")), str(values.get("on") or ""),
                                  str(values.get("note") or "")))
    return sorted(found, key=lambda q: (q.on, q.rec))


def concerned(ledger: "Ledger", recs: Collection[str]) -> set[str]:
    """Return these records, and those that questions among them are about."""
    found = set(recs)
    for part in chunks(sorted(recs)):
        found |= {row[0] for row in ledger.db.conn.execute(f"SELECT about FROM {TYPE} WHERE id IN ({marks(part)})", part) if row[0]}
    return found


def _at(ledger: "Ledger", subject: str, prefix: str) -> bool:
    root = ledger.get(subject)
    return root is not None and (root.place or "").startswith(prefix)
