"""Whom to ask about work: employers and their posts, and agencies, as the list that a visit begins from.

Promises that a new one is the first line.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.models import clock, places
from app.models.dictionary import dictionary
from app.models.language import counted, say
from app.models.ledger import Ledger

OVER = ("3", "4")  # post_state: filled, expired
MOST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One line: what a visit can be about. Attributes: kind and rec ("" both: an employer nobody has entered), name,
    what (what a visit would do, or the kind of employer), where, state."""

    kind: str
    rec: str
    name: str
    what: str = ""
    where: str = ""
    state: str = ""


def places_of_work(ledger: Ledger, words: str, about: str) -> list[Place]:
    """Return the lines for a form about employers, or about posts, whose employer or title has these words; by name."""
    if about == "agency":
        return _agencies(ledger, words.strip().lower())
    words, posts = words.strip().lower(), _posts(ledger)
    out = [Place("", "", say("新的单位", "A new employer"), say("还没有登记过", "Not entered yet"))]
    if about == "post":
        out = []
    for name, rec, values in sorted((str(values.get("name") or ""), rec, values) for rec, values in ledger.rows("employer")):
        mine = posts.get(rec, [])
        fits = words in name.lower()
        there = [one for one in mine if fits or words in one.name.lower()]
        if not fits and not there:
            continue
        open_ = sum(one.state == say("有效", "Open") for one in mine)
        if about == "post":
            out += [Place("employer", rec, name, say("给这家加一个岗位", "Add a post of this employer"), _where(values)), *there]
        else:
            kind = dictionary().codes["employer_kind"].label(str(values["kind"])) if values.get("kind") else ""
            out.append(Place("employer", rec, name, kind, _where(values), say(f"{open_} 个岗位", f"{open_} open")))
    return out[:MOST]


def _agencies(ledger: Ledger, words: str) -> list[Place]:
    led: dict[str, int] = {}
    for _, values in ledger.rows("transfer_batch"):
        rec = str(values.get("agency_id") or "")
        led[rec] = led.get(rec, 0) + 1
    out = [Place("", "", say("新的机构", "A new agency"), say("还没有登记过", "Not entered yet"))]
    for name, rec, values in sorted((str(values.get("name") or ""), rec, values) for rec, values in ledger.rows("agency")):
        if words in name.lower():
            licence = say("有许可证号", "licence number known") if values.get("licence_no") else say("没登记许可证", "no licence entered")
            led_by = say(f"带队 {led.get(rec, 0)} 批", counted(led.get(rec, 0), "batch", "batches"))
            out.append(Place("agency", rec, name, licence, _where(values), led_by))
    return out[:MOST]


def _where(values: Mapping[str, Any]) -> str:
    return places.path(str(values["area_id"])).split()[-1] if places.is_code(str(values.get("area_id") or "")) else ""


def _posts(ledger: Ledger) -> dict[str, list[Place]]:
    today, out = clock.today().isoformat(), dict[str, list[Place]]()
    for rec, values in ledger.rows("post"):
        until = str(values.get("valid_to") or "")
        over = values.get("state") in OVER or bool(until) and until < today
        state = say("过期或招满", "Over") if over else say("有效", "Open")
        what = say(f"改这个岗位，招 {values.get('headcount') or '—'} 人", f"Correct this post; {values.get('headcount') or '—'} wanted")
        line = Place("post", rec, str(values.get("title") or ""), what, _where(values), state)
        out.setdefault(str(values.get("employer_id") or ""), []).append(line)
    for some in out.values():
        some.sort(key=lambda one: (one.state != say("有效", "Open"), one.name))
    return out
