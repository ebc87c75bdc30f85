"""Factors: the rules that exclude and the terms that score, each a small function of a little of a person and a little of a post.

Promises that a factor sees nothing but its two keys and how far the work is from home, so that it can be worked out once for each pair of
keys instead of each pair of person and post (`ranking`), and that neither key holds sex or ethnic group. `matching` puts them together.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.assistance import posts, targets
from app.assistance.posts import Post
from app.assistance.scoring import UNKNOWN, UNKNOWN_SHARE, Scoring, groups, shares, trades
from app.assistance.seekers import Seeker
from app.models import places

Key = Any  # hashable
FAR = 3  # from this level on work is too far to live at home
HAZARDS = frozenset("135")  # heavy labour, heights, dust and chemicals: not for those under 18 (demands)
NO_NIGHT, HEALTH = "4", "6"  # a limit on work; a certificate that is had in a week
DAY, NIGHT, TWO_SHIFT = "1", "2", "3"
COVERS = {1: ("1", "2"), 2: ("2",), 3: ("3",), 4: ("4",), 5: ()}  # level of the work -> the wishes (pref_area) it meets
FURTHEST = {"1": 1, "2": 2, "3": 3, "4": 4}
ORDINAL = ("first", "second", "third", "fourth")
WEAK = "3"


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a list is made: the scoring, and the day."""

    scoring: Scoring
    on: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What excludes. Attributes: key, code (excluded_reason), person and post (their keys), excludes (keys, level, terms)."""

    key: str
    code: str
    person: Callable[[Seeker], Key]
    post: Callable[[Post, Terms], Key]
    excludes: Callable[[Key, Key, int, Terms], bool]
    far: bool = False  # whether it looks at the level


@dataclass(frozen=True, slots=True)
class Term:
    """What scores. Attributes: key (its weight's), person and post (their keys), step (keys, level to the step and its share in percent)."""

    key: str
    person: Callable[[Seeker], Key]
    post: Callable[[Post], Key]
    step: Callable[[Key, Key, int], tuple[str, int]]
    far: bool = False


@lru_cache(maxsize=1 << 16)
def level(town: str, area: str) -> int:
    """Return how far work is from a township (9 digits): 1 township, 2 county, 3 province, 4 outside, 5 abroad; 0 not known."""
    home = town.ljust(12, "0")
    if not (places.is_code(home) and places.is_code(area)):
        return 0
    return places.work_area_level(home, area) or 0


def level_of(seeker: Seeker, post: Post) -> int:
    """Return how far a post is from where somebody lives."""
    return level(seeker.place[:9], post.area)


# -- what excludes ------------------------------------------------------------------------------------------------------

def _age(age: Any, limits: Any, _: int, t: Terms) -> bool:
    least, most, hard = limits
    if age is None:
        return False
    return bool(age < max(16, least or 0) or most is not None and age > most or age < 18 and hard)


def _limits(limits: Any, demand: Any, _: int, t: Terms) -> bool:
    demands, night = demand
    return bool(limits) and (bool(limits & demands) or night and NO_NIGHT in limits)


def _area(areas: Any, _: Any, far: int, t: Terms) -> bool:
    return bool(areas) and far > max((FURTHEST.get(one, 0) for one in areas), default=0) > 0


def _wage(wage: Any, pay: Any, _: int, t: Terms) -> bool:
    return wage is not None and pay is not None and pay * 100 < wage * (100 - t.scoring.wage_slack)


def _care(care: Any, children: Any, far: int, t: Terms) -> bool:
    duties = (care or frozenset()) - {"0"} - (frozenset("12") if children else frozenset())
    return far >= FAR and bool(duties)


def _placed(state: Any, public: Any, _: int, t: Terms) -> bool:
    work, wants, hired = state
    return hired or work == targets.EMPLOYED_ and wants not in ("1", "2")


def _unwilling(state: Any, public: Any, _: int, t: Terms) -> bool:
    work, wants, accepts = state
    return work == targets.UNWILLING_ or wants == "0" or public and accepts is False


def _nightly(post: Post) -> bool:
    return bool(post.shifts) and not post.shifts & {DAY, "4"} if post.shifts else False


def _most(post: Post) -> int | None:
    return (post.pay[1] or post.pay[0]) if post.comparable else None


RULES = (
    Rule("closed", "1", lambda s: None, lambda p, t: posts.closed(p, t.on, t.scoring.verified_only), lambda s, p, far, t: bool(p)),
    Rule("scope", "16", lambda s: bool(s.out), lambda p, t: None, lambda s, p, far, t: bool(s)),
    Rule("placed", "7", lambda s: (s.work, s.wants, bool(s.hired)), lambda p, t: None, _placed),
    Rule("unwilling", "5", lambda s: (s.work, s.wants, s.accepts_public), lambda p, t: p.public, _unwilling),
    Rule("directed", "14", lambda s: s.site, lambda p, t: p.targets, lambda s, p, far, t: bool(p) and s not in p),
    Rule("age", "2", lambda s: s.age, lambda p, t: (p.age_min, p.age_max, bool(p.demands & HAZARDS) or _nightly(p)), _age),
    Rule("limits", "3", lambda s: s.limits, lambda p, t: (p.demands, _nightly(p)), _limits),
    Rule("certificate", "4", lambda s: s.certificates, lambda p, t: p.certificates - {HEALTH},
         lambda s, p, far, t: s is not None and bool(p - s)),
    Rule("available", "6", lambda s: s.available, lambda p, t: p.valid_to, lambda s, p, far, t: bool(s and p) and s > p),
    Rule("area", "9", lambda s: s.areas, lambda p, t: None, _area, far=True),
    Rule("wage", "10", lambda s: s.wage, lambda p, t: _most(p), _wage),
    Rule("care", "11", lambda s: s.care, lambda p, t: "4" in (p.lodging or ()), _care, far=True),
    Rule("home_public", "12", lambda s: s.home_public, lambda p, t: p.public, lambda s, p, far, t: bool(s and p)),
    Rule("public_term", "13", lambda s: s.public_months, lambda p, t: p.public,
         lambda s, p, far, t: bool(p) and s >= t.scoring.public_months),
    Rule("weak_first", "17", lambda s: s.capacity == WEAK or s.zero, lambda p, t: p.public and t.scoring.weak_first,
         lambda s, p, far, t: bool(p and not s)),
)
REFUSED, TURNED_DOWN, STRUCK = "refused", "declined", "struck"  # of one pair, said of it alone
PAIRS = {REFUSED: "8", TURNED_DOWN: "15", STRUCK: "18"}
# the first that holds is the reason told
ORDER = ("closed", "scope", "placed", "unwilling", "directed", REFUSED, TURNED_DOWN, *(r.key for r in RULES[5:]), STRUCK)
CODES = {**{r.key: r.code for r in RULES}, **PAIRS}


# -- what scores --------------------------------------------------------------------------------------------------------

HALF = (UNKNOWN, UNKNOWN_SHARE)


_NONE: frozenset[str] = frozenset()
OTHER = "50"  # an occupation that says nothing


@lru_cache(maxsize=1 << 16)
def _jobs(wanted: tuple[str, ...] | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the occupations that somebody wants, and their groups."""
    jobs = frozenset(wanted or ())
    jobs = _NONE if jobs == {OTHER} else jobs
    return jobs, groups(jobs)


def _step(term: str, step: str) -> tuple[str, int]:
    return step, shares()[term, step]


def _occupation(said: Any, job: Any, _: int) -> tuple[str, int]:
    wanted, kin, skills = said
    if not job or not wanted:
        return HALF
    if job in wanted:
        return _step("occupation", "same")
    group, proofs = trades().get(job, ("", _NONE))
    if skills and proofs & skills:
        return _step("occupation", "skill")
    return _step("occupation", "kin" if group in kin else "other")


def _where(said: Any, province: Any, far: int) -> tuple[str, int]:
    areas, wished = said
    if not areas or not far:
        return HALF
    at = min((areas.index(one) for one in COVERS[far] if one in areas), default=None)
    found = _step("area", "nearer" if at is None else ORDINAL[min(at, 3)])
    if far == 4 and wished and province and not (wished.startswith(province[:2]) or province.startswith(wished[:2])):
        found = min(found, _step("area", "elsewhere"), key=lambda one: one[1])
    return found


def _pay(wage: Any, pay: Any, _: int) -> tuple[str, int]:
    if not wage or pay is None:
        return HALF
    share = min(100, max(0, 100 * pay // wage))
    return ("enough" if share == 100 else "short"), share


def _skill(has: Any, asked: Any, _: int) -> tuple[str, int]:
    wanted = sum(map(len, asked))
    if not wanted:
        return "none", 100
    if any(need and own is None for own, need in zip(has, asked, strict=True)):
        return HALF
    had = sum(len(need & (own or frozenset())) for own, need in zip(has, asked, strict=True))
    return ("all" if had == wanted else "some" if had else "lacks"), 100 * had // wanted


def schooling(code: str) -> int | None:
    """Return how far somebody went to school, 0 (not) to 6 (postgraduate); None where it is not known."""
    return {"X": 0, "8": 1, "7": 2, "6": 3, "4": 3, "3": 4, "2": 5, "1": 6}.get(code[:1])


def _education(own: Any, asked: Any, _: int) -> tuple[str, int]:
    need, has = schooling(asked), schooling(own)
    if not need:
        return _step("education", "enough")
    if has is None:
        return HALF
    return _step("education", "enough" if has >= need else "below" if has == need - 1 else "far")


def _lodging(needs: Any, offers: Any, far: int) -> tuple[str, int]:
    if far == 1:
        return _step("lodging", "home")
    if needs is None:
        return HALF
    wanted = needs - {"0"}
    if not wanted:
        return _step("lodging", "none")
    if offers is None:
        return HALF
    met = len(wanted & offers)
    return ("all" if met == len(wanted) else "some" if met else "lacks"), 100 * met // len(wanted)


def _shift(accepted: Any, shifts: Any, _: int) -> tuple[str, int]:
    if not accepted or not shifts:
        return HALF
    both = accepted | ({TWO_SHIFT} if {DAY, NIGHT} <= accepted else set())
    return _step("shift", "fits" if both & shifts else "not")


def _experience(said: Any, job: Any, _: int) -> tuple[str, int]:
    past, kin, worked = said
    if job and job in past:
        return _step("experience", "same")
    if job in trades() and trades()[job][0] in kin:
        return _step("experience", "kin")
    return HALF if worked is None else _step("experience", "some" if worked else "none")


def _language(mandarin: Any, _: Any, far: int) -> tuple[str, int]:
    if 0 < far < FAR:
        return _step("language", "near")
    step = {"1": "good", "2": "little", "0": "not"}.get(mandarin)
    return _step("language", step) if far and step else HALF


def _along(spouse: Any, room: Any, far: int) -> tuple[str, int]:
    if 0 < far < FAR:
        return _step("spouse", "near")
    if not far or spouse is None or spouse and room is None:
        return HALF
    return _step("spouse", "alone" if not spouse else "room" if room else "not")


def _province(area: str) -> str:
    found = places.get(area[:2].ljust(12, "0")) if places.is_code(area) else None
    return found.name if found else ""


def _least(post: Post) -> int | None:
    return (post.pay[0] or post.pay[1]) if post.comparable else None


TERMS = (
    Term("occupation", lambda s: (*_jobs(s.occupations), s.skills), lambda p: p.occupation, _occupation),
    Term("area", lambda s: (s.areas, s.province), lambda p: _province(p.area), _where, far=True),
    Term("wage", lambda s: s.wage, _least, _pay),
    Term("skill", lambda s: (s.skills, s.certificates), lambda p: (p.skills, p.certificates), _skill),
    Term("education", lambda s: s.education, lambda p: p.education, _education),
    Term("lodging", lambda s: s.lodging, lambda p: p.lodging, _lodging, far=True),
    Term("shift", lambda s: s.hours, lambda p: p.shifts, _shift),
    Term("experience", lambda s: (s.past, groups(s.past), s.worked), lambda p: p.occupation, _experience),
    Term("language", lambda s: s.mandarin, lambda p: None, _language, far=True),
    Term("spouse", lambda s: s.spouse, lambda p: None if p.lodging is None else "3" in p.lodging, _along, far=True),
)
