"""Workbooks that an office sends down: questionnaires and book templates, each version a record of its own.

Promises that a version once made never changes (what began with it ends with it), that the nearest office's newest version
comes first, and that a workbook whose bytes have not come yet is passed over, never waited for.

    form           form_id  version  serial  title  title_en  about  workbook (the name of an attachment)  active
    book_template  book_id  ...
"""
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import attachments, places
from app.models.identity import record_id
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KEYS = {"form": "form_id", "book_template": "book_id"}


@dataclass(frozen=True, slots=True)
class Workbook:
    """One version of a workbook. Attributes: rec, key (its form's or book's id), version, serial (which version it is, from 1),
    zh, en (its titles), about (whom a form is about: person, household or ""), ref (the attachment), place (the office's), active.
    """

    rec: str
    key: str
    version: str
    serial: int
    zh: str
    en: str
    about: str
    ref: str
    place: str
    active: bool

    def title(self) -> str:
        """Return the title in the language in use."""
        return say(self.zh, self.en or self.zh)


def all_of(ledger: "Ledger", kind: str, key: str | None = None) -> list[Workbook]:
    """Return the workbooks of this kind that hold here, of one key or all: by key, the nearest office first, its newest first.

    An office's workbook holds at the office and below it; what an office below has made is kept here and not offered.
    """
    about = "about" if kind == "form" else "''"
    rows = ledger.db.conn.execute(
        f'SELECT id, {KEYS[kind]}, version, serial, title, title_en, {about}, workbook, _place, active FROM "{kind}"'
        f" WHERE _void IS NULL AND (? IS NULL OR {KEYS[kind]} = ?)", (key, key)).fetchall()
    found = [Workbook(rec, str(of), str(version or ""), serial if isinstance(serial, int) else 0, title or str(of), en or "", who or "",
                      ref or "", place or "", active != 0)
             for rec, of, version, serial, title, en, who, ref, place, active in rows if of and place]
    here = [one for one in found if places.within(ledger.me.area, places.prefix(one.place))]
    return sorted(here, key=lambda one: (one.key, -len(places.prefix(one.place)), -one.serial, one.rec))


def bytes_of(ledger: "Ledger", one: Workbook) -> bytes | None:
    """Return the workbook itself, or None while it has not come."""
    return attachments.read(ledger, one.ref)


def add(ledger: "Ledger", kind: str, key: str, data: bytes, ending: str, *, version: str, zh: str, en: str = "", about: str = "") -> str:
    """Keep a new version of a workbook for this office and everything below it; returns its record's id.

    The same bytes again change nothing. Problem where this office has sent other bytes out under this version already.
    """
    mine = [one for one in all_of(ledger, kind, key) if one.place == ledger.me.area]
    known = next((one for one in mine if one.version == version), None)
    ref = attachments.Ref(attachments.sha_of(data), len(data), ending)
    if known is not None and attachments.ref_of(known.ref) != ref:
        raise Problem("workbook.version", f"“{zh}”的版本 {version} 已经发下去了，内容和这一份不同。请在工作簿里改版本号再加。",
                      f"Version {version} of {en or zh} has been sent out with other contents. Change the version in the workbook and add it again.")
    if known is not None and known.active:
        return known.rec
    rec = record_id(kind, ledger.me.area, f"{key}@{version}@{ref.sha}")
    values = {KEYS[kind]: key, "version": version, "title": zh, "title_en": en or None, "active": True,
              "serial": 1 + max((one.serial for one in all_of(ledger, kind, key)), default=0),
              "workbook": attachments.keep(ledger, data, ending)}
    if kind == "form":
        values["about"] = about or None
    ledger.write([Write(kind, {k: v for k, v in values.items() if v is not None}, rec=rec, place=ledger.me.area, begins=True)], source="office")
    return rec


def retire(ledger: "Ledger", kind: str, key: str) -> int:
    """Offer this office's versions of a workbook no more; returns how many. What began with one ends with it."""
    mine = [one for one in all_of(ledger, kind, key) if one.place == ledger.me.area and one.active]
    if mine:
        ledger.write([Write(kind, {"active": False}, rec=one.rec) for one in mine], source="office")
    return len(mine)
