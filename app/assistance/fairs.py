"""Fairs: who came, which posts they agreed on, who was hired later; special meetings for sites over the threshold.

Promises that a person checks in once however often they are typed, that a visitor of a live stream is nobody who came, and that what was
hired later is counted from the spells of work.
"""
import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.assistance import placing
from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, Roll, living_at, read_some
from app.assistance.targets import RELOCATED
from app.assistance.thresholds import Thresholds, day
from app.models import clock
from app.models.change import VOID, Value
from app.models.identity import record_id
from app.models.problem import Problem
from app.models.search import Hit, find
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

ON_SITE, LIVE, MOBILE = "1", "2", "3"  # fair_kind
SOURCE = "fair"
CANDIDATES = 9
_FAIR = ("name", "fair_kind", "on", "venue", "organiser", "site_id", "area_id", "special", "employers", "posts", "attended", "intentions", "hired",
         "hired_relocated")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who checked in. Attributes: at (local time of signing in; ""), posts (agreed on), hired (the spell that followed; "")."""

    id: str
    person: str
    at: str
    posts: tuple[str, ...]
    hired: str


@dataclass(frozen=True, slots=True)
class Fair:
    """One fair. Attributes: said (field to cell), visitors (by the time they came)."""

    id: str
    place: str
    said: Mapping[str, object]
    visitors: tuple[Visitor, ...] = ()

    @property
    def on(self) -> str:
        """Return the day, "" not known."""
        return day(self.said.get("on"))

    @property
    def intending(self) -> tuple[Visitor, ...]:
        """Return who agreed on a post."""
        return tuple(one for one in self.visitors if one.posts)

    @property
    def hired(self) -> tuple[Visitor, ...]:
        """Return who began work in a post they had agreed on."""
        return tuple(one for one in self.visitors if one.hired)


@dataclass(frozen=True, slots=True)
class Need:
    """A site over the threshold. Attributes: people (as planned, else as counted), huge, held (its special meetings in the period, fairs' ids)."""

    site: str
    name: str
    people: int
    huge: bool
    held: tuple[str, ...]


def read(records: Records, roll: Roll, only: str = "") -> list[Fair]:
    """Return the fairs with who came, the latest first; `only`: this one."""
    fairs = list(records.rows("fair", *_FAIR, only=("id", (only,)) if only else None))
    days = {row[0]: day(row[2 + _FAIR.index("on")]) for row in fairs}
    came: dict[str, dict[str, Visitor]] = {}
    for rec, _, fair, person, at, posts in records.rows("fair_attendance", "fair_id", "person_id", "sign_in_at", "post_ids",
                                                        only=("fair_id", (only,)) if only else None):
        one = roll.of(person)
        agreed = tuple(_ids(posts))
        before = came.setdefault(fair or "", {}).get(one)
        if before is not None:  # the same person under two records: once
            agreed, at, rec = tuple(dict.fromkeys((*before.posts, *agreed))), min(filter(None, (before.at, at or "")), default=""), before.id
        came[fair or ""][one] = Visitor(rec, one, at or "", agreed, _hired(roll, one, agreed, days.get(fair or "", "")))
    found = [Fair(row[0], row[1] or "", dict(zip(_FAIR, row[2:], strict=True)), tuple(sorted(came.get(row[0], {}).values(), key=_by_time)))
             for row in fairs]
    return sorted(found, key=lambda one: (one.on, one.id), reverse=True)


def _hired(roll: Roll, person: str, posts: Collection[str], on: str) -> str:
    who = roll.people.get(person)
    return next((s.id for s in who.spells if s.status == EMPLOYED and s.post in posts and s.start >= on), "") if who and posts and on else ""


def counted(fair: Fair, roll: Roll, employer_of: Mapping[str, str]) -> dict[str, int]:
    """Return what the lists of a fair give for its fields: attended, intentions, hired, hired_relocated, posts, employers."""
    posts = {post for one in fair.visitors for post in one.posts}
    moved = [one for one in fair.hired if _relocated(roll, one.person, fair.on)]
    return {"attended": sum(1 for one in fair.visitors if one.at), "intentions": len(fair.intending), "hired": len(fair.hired),
            "hired_relocated": len(moved),
            "posts": len(posts), "employers": len({employer_of[post] for post in posts if employer_of.get(post)})}


def _relocated(roll: Roll, person: str, on: str) -> bool:
    who = roll.people.get(person)
    home = roll.homes.get(who.home_on(on)) if who else None
    return home is not None and home.relocation in RELOCATED


def plan(ledger: "Ledger", values: Mapping[str, Value]) -> str:
    """Make a fair; returns its id. Problem where name or day are missing."""
    if not values.get("name") or not day(values.get("on")):
        raise Problem("fair.least", "招聘会要有名称和日期。填上再建。", "A fair needs a name and a day. Fill them in first.")
    return ledger.write([Write("fair", dict(values))], source=SOURCE).ids[0]


def who(ledger: "Ledger", typed: str) -> list[Hit]:
    """Return whom a typed or read text may mean, at most nine: a whole ID number means one person only; a card reader's line is one too."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).upper()
    if re.fullmatch(r"\d{17}[\dX]", plain):
        rows = ledger.db.conn.execute("SELECT id FROM person WHERE id_number >= ? AND id_number < ? || '~' AND _void IS NULL", (plain, plain))
        exact = {row[0] for row in rows}
        return [hit for hit in find(ledger, plain, limit=CANDIDATES) if hit.person in exact][:CANDIDATES]
    return [hit for hit in find(ledger, typed, limit=CANDIDATES) if hit.person]


def attendance_id(fair: str, person: str) -> str:
    """Return the id of a person's visit: the same at every desk."""
    return record_id("fair_attendance", "", f"{fair}:{person}")


def check_in(ledger: "Ledger", fair: str, person: str) -> str:
    """Write that a person came; returns the visit's id. Somebody who is there already stays there since they came."""
    there = _must(ledger, fair)
    if there.get("fair_kind") == LIVE:
        raise Problem("fair.live", "直播看的人不算到场，不登记签到；说好了岗位的，直接记意向。",
                      "Whoever watches a live stream did not come; there is no signing in. Enter intentions directly.")
    rec = attendance_id(fair, person)
    known = ledger.get(rec)
    if known is None or known.void is not None:
        ledger.write([_visit(ledger, fair, person, {"sign_in_at": _now()})], source=SOURCE)
    return rec


def intend(ledger: "Ledger", fair: str, person: str, posts: Sequence[str]) -> str:
    """Write the posts a person agreed on at a fair, each with its referral; returns the visit's id. Posts of before stay.

    Problem where no post is named.
    """
    there = _must(ledger, fair)
    if not posts:
        raise Problem("fair.post", "先选一个岗位，再记意向。", "Choose a post first.")
    on = day(there.get("on")) or clock.today().isoformat()
    known = ledger.get(attendance_id(fair, person))
    before = [str(one) for one in known.values.get("post_ids") or () if isinstance(one, str)] if known and known.void is None else []
    signs = there.get("fair_kind") != LIVE and not (known and known.void is None and known.values.get("sign_in_at"))
    visit = _visit(ledger, fair, person, {"post_ids": list(dict.fromkeys((*before, *posts))), **({"sign_in_at": _now()} if signs else {})})
    new = [placing.referring(person, post, on, placing.AT_FAIR, placing.INTENDED) for post in posts if post not in before]
    ledger.write([visit, *new], source=SOURCE)
    return attendance_id(fair, person)


def withdraw(ledger: "Ledger", fair: str, person: str) -> None:
    """Take a check-in back that was a mistake. Problem where they agreed on a post."""
    known = ledger.get(attendance_id(fair, person))
    if known is None or known.values.get("post_ids"):
        raise Problem("fair.agreed", "已经记了意向，不能取消签到。", "A post was agreed on; the check-in stays.")
    ledger.write([Write("fair_attendance", {VOID: "签到有误"}, rec=known.id)], source=SOURCE)


def settle(ledger: "Ledger", fair: str, told: Mapping[str, int] | None = None) -> dict[str, int]:
    """Write the figures of a fair: as the lists give them, a larger number where one was told (visitors nobody knows); returns them.

    Later, who was hired since is counted anew in the same way.
    """
    records = Records(ledger.db.conn)
    came = {row[2] for row in records.rows("fair_attendance", "person_id", only=("fair_id", (fair,))) if row[2]}
    roll = read_some(records, came, (), records.one_person())
    found = read(records, roll, fair)
    if not found:
        _must(ledger, fair)
    employers = {row[0]: row[2] or "" for row in records.rows("post", "employer_id")}
    figures = counted(found[0], roll, employers)
    said = {name: cell for name in figures if isinstance(cell := (told or {}).get(name, found[0].said.get(name)), int)}
    figures = {name: max(n, said.get(name, 0)) for name, n in figures.items()}
    ledger.write([Write("fair", dict(figures), rec=fair)], source=SOURCE)
    return figures


def special(records: Records, on: str, since: str = "") -> list[Need]:
    """Return the sites over the threshold that holds there on a day, the largest first, with the special meetings held since."""
    terms, living = Thresholds(records, on), living_at(records, on)
    held: dict[str, list[str]] = {}
    for rec, _, when, site, yes in records.rows("fair", "on", "site_id", "special"):
        if site and yes == 1 and since <= day(when) <= on:
            held.setdefault(site, []).append(rec)
    found = []
    for rec, place, name, planned in records.rows("resettlement_site", "name", "planned_persons"):
        people = planned if isinstance(planned, int) and planned else living.get(place or "", 0)
        if people >= min(terms.value("site_huge", place or ""), terms.value("site_large", place or "")):
            found.append(Need(rec, name or "", people, people >= terms.value("site_huge", place or ""), tuple(sorted(held.get(rec, ())))))
    return sorted(found, key=lambda one: (-one.people, one.site))


def _visit(ledger: "Ledger", fair: str, person: str, values: Mapping[str, Value]) -> Write:
    return Write("fair_attendance", {"fair_id": fair, "person_id": person, **values}, rec=attendance_id(fair, person), begins=True)


def _must(ledger: "Ledger", fair: str) -> Mapping[str, Value]:
    found = ledger.get(fair)
    if found is None or found.type != "fair" or found.void is not None:
        raise Problem("fair.unknown", "这场招聘会不在本机，或已经删除。请刷新后再找一次。",
                      "This fair is not on this computer, or was deleted. Look it up again.")
    return found.values


def _now() -> str:
    return clock.now().astimezone().strftime("%Y-%m-%d %H:%M")


def _ids(cell: object) -> list[str]:
    try:
        found = json.loads(cell) if isinstance(cell, str) else []
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _by_time(one: Visitor) -> tuple[str, str]:
    return one.at or "~", one.id
