"""Seekers: people as matching sees them. Promises that sex and ethnic group are not among what is read, so that nothing can turn on them.

Days are ISO text; None: nobody has asked. What the answers mean on a day (in scope, at work, willing) is what `targets` says.
"""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.assistance import posts, roll, targets
from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, Person, Roll
from app.assistance.thresholds import Thresholds, day
from app.models.identity import age_on

PUBLIC_POST = "2"
PLANNED, HIRED, DECLINED, TURNED_DOWN = "3", "4", "5", "6"  # referral_outcome
PINNED, STRUCK = "1", "2"  # staff_action
HEAD, SPOUSES, MARRIED, SINGLE = "02", ("10", "11", "12"), ("20", "21", "22", "23"), ("10", "30", "40")
_MORE = ("household_id", "relation_to_head", "marital_status", "education", "mandarin", "skills", "certificates", "years_away", "work_limits",
         "care_duties", "preferred_areas", "preferred_province", "preferred_occupations", "expected_wage_min", "board_lodging",
         "hours_accepted", "available_from", "accept_public_post")
_JOB = ("person_id", "labour_status", "occupation", "public_post_months")
_ITEM = ("person_id", "post_id", "staff_action", "note")


@dataclass(frozen=True, slots=True)
class Seeker:
    """One person on one day. Attributes: site (record id), age (full years), out (why not in the target group; ""), work and wants
    (as `targets` and the code list wants_work say), need (sorts those who need help most first), zero (of a zero-employment household),
    spouse (whether somebody would travel along), past (occupations worked in), public_months (so far in public-welfare posts),
    home_public (somebody else of the household is in one), refused, declined (posts the person, the employer said no to),
    hired (posts about to begin)."""

    id: str
    place: str
    site: str = ""
    age: int | None = None
    out: str = ""
    work: str = targets.UNKNOWN
    wants: str = ""
    need: tuple[Any, ...] = ()
    capacity: str = ""
    zero: bool = False
    limits: frozenset[str] | None = None
    care: frozenset[str] | None = None
    skills: frozenset[str] | None = None
    certificates: frozenset[str] | None = None
    education: str = ""
    mandarin: str = ""
    occupations: tuple[str, ...] | None = None
    areas: tuple[str, ...] | None = None
    province: str = ""
    wage: int | None = None
    lodging: frozenset[str] | None = None
    hours: frozenset[str] | None = None
    available: str = ""
    accepts_public: bool | None = None
    spouse: bool | None = None
    past: frozenset[str] = frozenset()
    worked: bool | None = None
    home_public: bool = False
    public_months: int = 0
    refused: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    hired: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pick:
    """What staff said of a person and a post. Attributes: action (PINNED, STRUCK), note (why)."""

    action: str
    note: str


@dataclass(slots=True)
class Pool:
    """Everybody and every post on one day.

    Attributes: on, seekers (those in need first), posts (by `posts.order`), picks ((person, post) to Pick).
    """

    on: str
    seekers: list[Seeker]
    posts: list[posts.Post]
    picks: dict[tuple[str, str], Pick] = field(default_factory=dict)


def pool(records: Records, on: str, homes: Collection[str] | None = None, only_posts: Iterable[str] | None = None) -> Pool:
    """Return the people and posts of these records on a day; `homes`: only who is in these households, `only_posts`: only these posts."""
    offered = posts.read(records, on, only_posts)
    known = roll.read(records, homes)
    return Pool(on, read(records, known, on), offered, picks(records, known))


def to_help(pool: Pool) -> Pool:
    """Return every post with everybody who is to be helped: work is found for nobody outside the target group."""
    return replace(pool, seekers=[one for one in pool.seekers if not one.out])


def for_post(pool: Pool, post: "posts.Post") -> Pool:
    """Return a post with everybody who is to be helped: what a list of people for it is made of."""
    return replace(to_help(pool), posts=[post])


def home_of(records: Records, person: str) -> str:
    """Return the household in which somebody is now, as the records say; "" for nobody we know."""
    same = {rec: ids for ids in records.one_person() for rec in ids}.get(person, (person,))
    return next((row[2] or "" for row in records.rows("person", "household_id", only=("id", frozenset(same))) if row[2]), "")


def read(records: Records, known: Roll, on: str) -> list[Seeker]:
    """Return everybody on the roll as a seeker, those in need first."""
    thresholds = Thresholds(records, on)
    ids = None if len(known.people) > 10_000 else frozenset(known.homes)
    only = None if ids is None else ("household_id", ids | {rec for rec, first in known.same.items() if first in ids})
    more = {row[0]: dict(zip(_MORE, row[2:], strict=True)) for row in roll.each(records, "person", _MORE, records.one_person(), only)
            if row[0] in known.people}
    sites = {row[0]: row[2] or "" for row in roll.each(records, "household", ("site_id",), records.one_person())}
    by_place = {place: rec for rec, place in records.rows("resettlement_site") if place}
    jobs, said = _jobs(records, known), _referrals(records, known, on)
    out = []
    for rec, home in known.homes.items():
        some = [p for p in known.members.get(rec, ()) if p.home_on(on) == rec]
        stands = [(p, targets.standing(p, home, on, thresholds.at(home.place))) for p in some]
        state = targets.home_standing(home, stands, on).state
        there = [more.get(p.id, {}).get("relation_to_head") for p in some if targets.is_member(p, on)]
        public = {p.id for p, one in stands if _in_public_post(one.spell, on)}
        for person, standing in stands:
            out.append(_seeker(person, more.get(person.id, {}), on, place=home.place, site=sites.get(rec) or by_place.get(home.place, ""),
                               out=standing.out, work=standing.work, need=targets.in_need(home, state, person, standing),
                               zero=state == targets.Z2, spouse=_spouse(more.get(person.id, {}), there),
                               home_public=bool(public - {person.id}), jobs=jobs.get(person.id, []), said=said.get(person.id, {})))
    return sorted(out, key=lambda one: one.need)


def picks(records: Records, known: Roll) -> dict[tuple[str, str], Pick]:
    """Return what staff pinned and struck out."""
    return {(known.of(person), post): Pick(action, note or "") for _, _, person, post, action, note in records.rows("match_item", *_ITEM)
            if action in (PINNED, STRUCK) and post}


def _seeker(person: Person, v: Mapping[str, Any], on: str, *, spouse: bool | None, jobs: list[tuple[str, int]],
            said: Mapping[str, list[tuple[str, str]]], **where: Any) -> Seeker:
    began = max((s.start for s in person.spells if s.status == EMPLOYED and s.start <= on), default="")
    years = posts.whole(v.get("years_away"))
    past = frozenset(job for job, _ in jobs if job)
    return Seeker(
        person.id, age=age_on(date.fromisoformat(person.born), date.fromisoformat(on)) if person.born else None, wants=person.wants,
        capacity=person.capacity, limits=posts.codes(v.get("work_limits")), care=posts.codes(v.get("care_duties")),
        skills=posts.codes(v.get("skills")), certificates=posts.codes(v.get("certificates")), education=v.get("education") or "",
        mandarin=v.get("mandarin") or "", occupations=posts.ranked(v.get("preferred_occupations")),
        areas=posts.ranked(v.get("preferred_areas")), province=v.get("preferred_province") or "", wage=posts.whole(v.get("expected_wage_min")),
        lodging=posts.codes(v.get("board_lodging")), hours=posts.codes(v.get("hours_accepted")), available=day(v.get("available_from")),
        accepts_public=None if v.get("accept_public_post") is None else v["accept_public_post"] == 1, spouse=spouse, past=past,
        worked=True if past or (years or 0) > 0 else False if years == 0 else None, public_months=_public_months(person, jobs, on),
        refused=frozenset(post for post, _ in said.get(DECLINED, ())), declined=frozenset(post for post, _ in said.get(TURNED_DOWN, ())),
        hired=frozenset(post for outcome in (PLANNED, HIRED) for post, since in said.get(outcome, ()) if since > began or not began), **where)


def _jobs(records: Records, known: Roll) -> dict[str, list[tuple[str, int]]]:
    """Return person -> (occupation, months in public-welfare posts that were told) of each job."""
    out: dict[str, list[tuple[str, int]]] = {}
    for _, _, person, status, occupation, months in records.rows("placement", *_JOB):
        if status == EMPLOYED and known.of(person) in known.people:
            out.setdefault(known.of(person), []).append((occupation or "", posts.whole(months) or 0))
    return out


def _referrals(records: Records, known: Roll, on: str) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Return person -> outcome -> (post, day) of the referrals up to a day; of one post the last word counts."""
    last: dict[tuple[str, str], tuple[str, str, str]] = {}
    for rec, _, person, post, on_, outcome in records.rows("referral", "person_id", "post_id", "date", "outcome"):
        if post and day(on_) <= on:
            key = known.of(person), post
            last[key] = max(last.get(key, ("", "", "")), (day(on_), rec, outcome or ""))
    out: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for (person, post), (since, _, outcome) in last.items():
        out.setdefault(person, {}).setdefault(outcome, []).append((post, since))
    return out


def _in_public_post(spell: roll.Spell | None, on: str) -> bool:
    return spell is not None and spell.status == EMPLOYED and spell.kind == PUBLIC_POST and spell.holds(on)


def _public_months(person: Person, jobs: list[tuple[str, int]], on: str) -> int:
    """Return the months in public-welfare posts: what was told, or what the spells last, whichever is more."""
    days = sum((date.fromisoformat(min(s.end or on, on)) - date.fromisoformat(s.start)).days
               for s in person.spells if s.status == EMPLOYED and s.kind == PUBLIC_POST and s.start and s.start <= min(s.end or on, on))
    return max(days * 12 // 365, max((months for _, months in jobs), default=0))


def _spouse(v: Mapping[str, Any], there: list[str | None]) -> bool | None:
    """Return whether somebody has a husband or wife; None where it cannot be told."""
    relation, marital = v.get("relation_to_head"), v.get("marital_status")
    if relation == HEAD and any(one in SPOUSES for one in there) or relation in SPOUSES and HEAD in there or marital in MARRIED:
        return True
    return False if marital in SINGLE or relation == HEAD else None


