"""Whom to ask about work: employers and their posts, and agencies, as the list that a visit begins from.

Promises that a new one is the first line, that whoever was looked for is the line that is meant, and that a post is open where matching says so.
"""
from collections.abc import Sequence
from dataclasses import dataclass

from app.assistance import posts
from app.assistance.batches import CANCELLED
from app.assistance.records import Records
from app.models import clock, places
from app.models.dictionary import dictionary
from app.models.language import counted, say
from app.models.ledger import Ledger

MOST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One line: what a visit can be about. Attributes: kind and rec ("" both: an employer nobody has entered), name,
    what (what a visit would do, or the kind of employer), where, state (in words), open (a post that still takes somebody)."""

    kind: str
    rec: str
    name: str
    what: str = ""
    where: str = ""
    state: str = ""
    open: bool = False


def meant(lines: Sequence[Place], words: str, wanted: str = "") -> int:
    """Return which line is meant: the record that is wanted; else, by the words typed, whose name has them, else whom they found; else the first."""
    words = words.strip().lower()
    known = [(n, one) for n, one in enumerate(lines) if one.rec]
    found = [n for n, one in known if one.rec == wanted]
    if words and not found:
        found = [n for n, one in known if words in one.name.lower()] or [n for n, _ in known]
    return found[0] if found else 0


def places_of_work(ledger: Ledger, words: str, about: str) -> list[Place]:
    """Return the lines for a form about employers, or about posts, whose employer or title has these words; by name."""
    if about == "agency":
        return _agencies(ledger, words.strip().lower())
    words, offered = words.strip().lower(), _posts(ledger)
    out = [Place("", "", say("新的单位", "A new employer"), say("还没有登记过", "Not entered yet"))]
    if about == "post":
        out = []
    for name, rec, values in sorted((str(values.get("name") or ""), rec, values) for rec, values in ledger.rows("employer")):
        mine = offered.get(rec, [])
        fits = words in name.lower()
        there = [one for one in mine if fits or words in one.name.lower()]
        if not fits and not there:
            continue
        open_ = sum(one.open for one in mine)
        if about == "post":
            out += [Place("employer", rec, name, say("给这家加一个岗位", "Add a post of this employer"), _where(values.get("area_id"))), *there]
        else:
            kind = dictionary().codes["employer_kind"].label(str(values["kind"])) if values.get("kind") else ""
            out.append(Place("employer", rec, name, kind, _where(values.get("area_id")), say(f"{open_} 个有效", f"{open_} open")))
    return out[:MOST]


def _agencies(ledger: Ledger, words: str) -> list[Place]:
    led: dict[str, int] = {}
    for _, values in ledger.rows("transfer_batch"):
        if values.get("state") != CANCELLED:
            rec = str(values.get("agency_id") or "")
            led[rec] = led.get(rec, 0) + 1
    out = [Place("", "", say("新的机构", "A new agency"), say("还没有登记过", "Not entered yet"))]
    for name, rec, values in sorted((str(values.get("name") or ""), rec, values) for rec, values in ledger.rows("agency")):
        if words in name.lower():
            licence = say("有许可证号", "licence number known") if values.get("licence_no") else say("没登记许可证", "no licence entered")
            led_by = say(f"带队 {led.get(rec, 0)} 批", counted(led.get(rec, 0), "batch", "batches"))
            out.append(Place("agency", rec, name, licence, _where(values.get("area_id")), led_by))
    return out[:MOST]


def _where(area: object) -> str:
    code = str(area or "")
    return places.path(code).split()[-1] if places.is_code(code) else ""


def _posts(ledger: Ledger) -> dict[str, list[Place]]:
    """Return employer -> lines of its posts, those that are open first."""
    today, out = clock.today().isoformat(), dict[str, list[Place]]()
    for one in posts.read(Records(ledger.db.conn), today):
        open_ = not posts.closed(one, today)
        what = say(f"改这个岗位，招 {one.seats} 人", f"Correct this post; {one.seats} wanted")
        line = Place("post", one.id, one.title, what, _where(one.area), say("有效", "Open") if open_ else say("现在不招", "Closed"), open_)
        out.setdefault(one.employer, []).append(line)
    for some in out.values():
        some.sort(key=lambda one: (not one.open, one.name))
    return out
