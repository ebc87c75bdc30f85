"""Public-welfare posts: quota, who is in them, age, term, monthly attendance; and local jobs: zones, workshops, work-for-relief.

Promises that what speaks against an appointment is said in words before it is written, that a quota is never passed in one ledger, and that
one post a household is passed over only with a reason that stays in the history.
"""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.assistance import placing, posts
from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, Home, Person, Roll, Spell, read
from app.assistance.targets import GONE, begun, home_standing, standing, status_on
from app.assistance.thresholds import Thresholds
from app.models import clock
from app.models.change import Value
from app.models.identity import age_on, mask_name, record_id
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KIND, WEAK, YOUNGEST = "2", "3", 16  # employment_type; labour_capacity
ZONE, WORKSHOP, RELIEF = "2", "3", "7"  # post_source
SOURCE = "public_post"


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody in a public-welfare post. Attributes: months (so far), age, days (attended this month; None: nobody has written any)."""

    person: str
    spell: str
    post: str
    start: str
    months: int
    age: int | None
    days: int | None
    over_age: bool
    over_term: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """One post with who is in it. Attributes: post, workers."""

    post: posts.Post
    workers: tuple[Worker, ...]

    @property
    def vacant(self) -> int:
        """Return how many places are free; below 0: more than the quota."""
        return self.post.seats - len(self.workers)


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against an appointment. Attributes: stops (it cannot be; else it wants a reason)."""

    key: str
    stops: bool
    zh: str
    en: str

    def text(self) -> str:
        """Return the sentence in the language in use."""
        return say(self.zh, self.en)


def workers(records: Records, roll: Roll, on: str, terms: Thresholds | None = None) -> list[Worker]:
    """Return everybody who is in a public-welfare post on a day, by when they began."""
    terms, attended = terms or Thresholds(records, on), _attended(records, on[:7])
    there = [(person, spell) for person in roll.people.values() if (spell := in_post(person, on)) is not None and status_on(person, on) not in GONE]
    before = {row[0]: row[2] for row in records.rows("placement", "public_post_months", only=("id", {spell.id for _, spell in there}))}
    found = []
    for person, spell in there:
        place = roll.place_of(person.id, on) or ""
        months = max(whole_months(spell.start, on), posts.whole(before.get(spell.id)) or 0)
        age = age_on(date.fromisoformat(person.born), date.fromisoformat(on)) if person.born else None
        found.append(Worker(person.id, spell.id, spell.post, spell.start, months, age, attended.get(spell.id),
                            age is not None and age > terms.value("public_post_age_to", place), months > terms.value("public_post_months", place)))
    return sorted(found, key=lambda one: (one.start, one.person))


def in_post(person: Person, on: str) -> Spell | None:
    """Return the spell of somebody who is in a public-welfare post on a day."""
    spell = begun(person, on)
    return spell if spell is not None and spell.status == EMPLOYED and spell.kind == KIND and spell.holds(on) else None


def quotas(records: Records, roll: Roll, on: str) -> tuple[list[Quota], list[Worker]]:
    """Return every public-welfare post with who is in it, and those who are in one that nobody has entered as a post."""
    all_of = workers(records, roll, on)
    public = [one for one in posts.read(records, on) if one.public]
    filed: dict[str, list[Worker]] = {}
    for one in all_of:
        filed.setdefault(one.post, []).append(one)
    known = {one.id for one in public}
    return [Quota(one, tuple(filed.get(one.id, ()))) for one in public], [one for one in all_of if one.post not in known]


def objections(ledger: "Ledger", person: str, post: str, on: str = "") -> list[Objection]:
    """Return what speaks against giving a person a public-welfare post, what stops it first."""
    on = on or clock.today().isoformat()
    records = Records(ledger.db.conn)
    said = ledger.get(person)
    home_of = str(said.values.get("household_id") or "") if said else ""
    roll, terms = read(records, {home_of} if home_of else set()), Thresholds(records, on)
    who = roll.people.get(roll.of(person))
    found = posts.read(records, on, {post})
    if who is None or said is None or not found:
        raise Problem("public_post.unknown", "这个人或这个岗位不在本机。请刷新后再找一次。",
                      "The person or the post is not on this computer. Look them up again.")
    name = mask_name(str(said.values.get("full_name") or ""))
    against = [*_of_post(found[0], on), *_of_person(name, who, roll, on, terms), *_of_wish(name, said.values),
               *_of_household(name, who, roll, on, terms)]
    return sorted(against, key=lambda one: not one.stops)


def _of_post(post: posts.Post, on: str) -> list[Objection]:
    if not post.public:
        return [Objection("kind", True, f"“{post.title}”不是公益性岗位。", f'"{post.title}" is no public-welfare post.')]
    why = posts.closed(post, on)
    if why == "full":
        return [Objection("quota", True, f"“{post.title}”定员 {post.seats} 人，已有 {post.filled} 人，没有空额。先退出一人，或增加定员。",
                          f'"{post.title}" has a quota of {post.seats} and {post.filled} are in it. Let one leave first, or raise the quota.')]
    return [Objection("closed", True, f"“{post.title}”：{posts.CLOSED[why][0]}。", f'"{post.title}": {posts.CLOSED[why][1]}.')] if why else []


def _of_person(name: str, who: Person, roll: Roll, on: str, terms: Thresholds) -> list[Objection]:
    found, place = [], roll.place_of(who.id, on) or ""
    age = age_on(date.fromisoformat(who.born), date.fromisoformat(on)) if who.born else None
    if age is not None and age < YOUNGEST:
        found.append(Objection("young", True, f"{name}只有 {age} 岁，不能上公益性岗位。",
                               f"{name} is only {age} and cannot have a public-welfare post."))
    if in_post(who, on) is not None:
        found.append(Objection("two", True, f"{name}已经在公益性岗位上，不能同时有两个。",
                               f"{name} has a public-welfare post already; two at once cannot be."))
    if age is not None and age > (most := terms.value("public_post_age_to", place)):
        found.append(Objection("old", False, f"{name}已经 {age} 岁，超过 {most} 岁。", f"{name} is {age}, above {most}."))
    worked = sum(whole_months(s.start, min(s.end or on, on)) for s in who.spells if s.kind == KIND and s.status == EMPLOYED and s.start <= on)
    if worked >= (term := terms.value("public_post_months", place)):
        found.append(Objection("term", False, f"{name}在公益性岗位上累计 {worked} 个月，满 {term} 个月了。",
                               f"{name} has been in public-welfare posts for {worked} months; the term is {term}."))
    return found


def _of_wish(name: str, said: Mapping[str, Value]) -> list[Objection]:
    found = []
    if said.get("student_status") not in (None, "", "00"):
        found.append(Objection("student", True, f"{name}在校读书，不能上公益性岗位。", f"{name} is at school and cannot have a public-welfare post."))
    if said.get("accept_public_post") is False:
        found.append(Objection("unwilling", False, f"{name}说过不愿从事公益性岗位。", f"{name} has said no to public-welfare posts."))
    return found


def _of_household(name: str, who: Person, roll: Roll, on: str, terms: Thresholds) -> list[Objection]:
    home = roll.homes.get(who.home_on(on))
    others = [p for p in roll.members.get(home.id if home else "", ()) if p.id != who.id and home is not None and p.home_on(on) == home.id]
    found = []
    if any(in_post(other, on) for other in others):
        found.append(Objection("household", False, f"{name}这一户已经有人在公益性岗位，一户一岗。",
                               f"Someone else of {name}'s household has a public-welfare post; it is one for a household."))
    if who.capacity not in ("", WEAK) and home is not None and not _without_work(home, [who, *others], on, terms):
        found.append(Objection("strong", False, f"{name}是普通或技能劳动力，户里也有人就业；公益性岗位先给弱劳动力、半劳动力和零就业户。",
                               f"{name} is able and somebody of the household works; the weaker and zero-employment households come first."))
    return found


def _without_work(home: Home, members: list[Person], on: str, terms: Thresholds) -> bool:
    """Return whether nobody of the household works."""
    return home_standing(home, [(p, standing(p, home, on, terms.at(home.place))) for p in members], on).zero


def appoint(ledger: "Ledger", person: str, post: str, on: str = "", why: str = "") -> str:
    """Give a person a public-welfare post from a day on; returns the spell's id.

    Problem where something stops it, or where something speaks against it and nobody says why it is done all the same.
    """
    on = on or clock.today().isoformat()
    against = objections(ledger, person, post, on)
    stops = [one for one in against if one.stops]
    if stops:
        raise Problem("public_post.stop", " ".join(one.zh for one in stops), " ".join(one.en for one in stops))
    if against and not why.strip():
        raise Problem("public_post.why", " ".join(one.zh for one in against) + " 按规定可以的，写一句原因再定。",
                      " ".join(one.en for one in against) + " If the rules allow it, say why.")
    values = placing.of_post(ledger, person, post)
    there = ledger.get(post)
    subsidy = there.values.get("monthly_subsidy") if there else None
    writes = placing.begin(ledger, person, {**values, "employment_type": KIND, "source": "employer",
                                            **({"monthly_income": subsidy} if subsidy else {})}, on)
    reason = {"V17": why.strip()} if why.strip() else None
    told = [Write(w.type, w.values, rec=w.rec, why=reason) if w.values.get("post_id") == post and w.type == "placement" else w for w in writes]
    ids = ledger.write(told, source=SOURCE).ids
    return next(rec for rec, w in zip(ids, told, strict=True) if w.type == "placement" and w.values.get("post_id") == post)


def attend(ledger: "Ledger", spell: str, month: str, days: int, *, absent: str = "", paid_on: str = "") -> str:
    """Write how many days somebody attended in a month (2026-05); returns the record's id. Problem where the number or month cannot be."""
    held = ledger.get(spell)
    if held is None or held.values.get("employment_type") != KIND:
        raise Problem("public_post.spell", "这个人没有登记公益性岗位，不能记考勤。",
                      "No public-welfare post is entered for this person; there is no attendance.")
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) or month > clock.today().isoformat()[:7]:
        raise Problem("public_post.month", "考勤月份写成 2026-05，不能晚于本月。", "Write the month as 2026-05; it cannot be later than this one.")
    if not 0 <= days <= 31:
        raise Problem("public_post.days", "出勤天数是 0 到 31。", "The days are 0 to 31.")
    values: dict[str, Value] = {"person_id": held.values.get("person_id"), "placement_id": spell, "month": month, "days": days,
                                **({"absent_reason": absent.strip()} if absent.strip() else {}), **({"paid_on": paid_on} if paid_on else {})}
    rec = record_id("post_attendance", "", f"{spell}:{month}")
    return ledger.write([Write("post_attendance", values, rec=rec, begins=True)], source=SOURCE).ids[0]


def _attended(records: Records, month: str) -> dict[str, int]:
    return {row[2]: row[3] for row in records.rows("post_attendance", "placement_id", "days", "month")
            if row[4] == month and row[2] and isinstance(row[3], int)}


def whole_months(start: str, on: str) -> int:
    """Return the full months from a day to another; 0 where none is known."""
    if not start or on < start:
        return 0
    a, b = date.fromisoformat(start), date.fromisoformat(on)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)


# -- local jobs ----------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Local:
    """What one zone, workshop or work-for-relief project offers and gives. Attributes: source (code of post_source), people (who works there)."""

    source: str
    employer: str
    posts: tuple[posts.Post, ...]
    people: tuple[str, ...]

    @property
    def left(self) -> int:
        """Return how many are still wanted."""
        return sum(one.left for one in self.posts)


_AT = {"3": WORKSHOP, "4": RELIEF}  # employment_type -> post_source, where the work names no post


def local(records: Records, roll: Roll, on: str) -> list[Local]:
    """Return the local employers by kind and name, with who works there: also those whose work names no post."""
    offered = [one for one in posts.read(records, on) if one.source in (ZONE, WORKSHOP, RELIEF)]
    by_post = {one.id: (one.source, one.employer_name) for one in offered}
    names = {row[0]: row[2] or "" for row in records.rows("employer", "name")}
    there = [(person, spell) for person in roll.people.values() if (spell := begun(person, on)) is not None and spell.status == EMPLOYED
             and spell.holds(on) and status_on(person, on) == "1" and (spell.post in by_post or spell.kind in _AT)]
    said = {row[0]: names.get(row[2] or "") or row[3] or "" for row in records.rows(
        "placement", "employer_id", "employer_name", only=("id", {spell.id for _, spell in there if spell.post not in by_post}))}
    people: dict[tuple[str, str], list[str]] = {}
    for person, spell in there:
        where = by_post.get(spell.post) or (_AT[spell.kind], said.get(spell.id, ""))
        people.setdefault(where, []).append(person.id)
    keys = {*people, *by_post.values()}
    return [Local(source, name, tuple(p for p in offered if (p.source, p.employer_name) == (source, name)), tuple(people.get((source, name), ())))
            for source, name in sorted(keys)]
