"""Posts: what work is offered, to whom, until when, and whether somebody has checked that it is true.

Promises that how many are filled follows from the spells of work alone, that whether a post is open on a day is a pure function of
values, and that a wish of an employer for one sex is kept as text, pointed at, and used for nothing.
"""
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.assistance.records import Records
from app.assistance.roll import EMPLOYED
from app.assistance.thresholds import day
from app.models.language import say

OPEN_STATE, PAUSED, FULL, EXPIRED = "1", "2", "3", "4"
PUBLIC_WELFARE, WORKSHOP, RELIEF = "4", "3", "7"  # post_source
MONTHLY, PIECEWORK = "1", "4"  # pay_basis: those whose amounts are what a month brings
CLOSED = {
    "blacklisted": ("单位已停止合作", "The employer is no longer worked with"),
    "paused": ("岗位暂停", "The post is paused"),
    "full": ("岗位已招满", "The post is full"),
    "expired": ("岗位已过有效期", "The post has expired"),
    "not_yet": ("岗位那天还没有收集", "The post was not known on that day"),
    "unverified": ("岗位还没有核验", "Nobody has checked the post yet"),
}
_POST = ("post_code", "title", "employer_id", "occupation", "headcount", "quota", "area_id", "wage_min", "wage_max", "pay_basis",
         "board_lodging", "shifts", "age_min", "age_max", "education_min", "skills", "certificates", "demands", "source", "target_site_ids",
         "collected_on", "valid_to", "verified_on", "verified_how", "state", "kind", "employer_terms")
_NO_LIMIT = re.compile(r"男\s*[、,，/和或]?\s*女(?:均|都|皆)?(?:不限|可以|可|行)?(?!各|分别)|不限男女|性别不限|子女|儿女|女儿|男孩|女孩|不限性别")
_CLAUSE = re.compile(r"[^，。；;,、\n]*[男女][^，。；;,、\n]*")


@dataclass(frozen=True, slots=True)
class Post:
    """One post as matching sees it. Codes are those of domain data; days are ISO; None: nobody has said.

    Attributes: place (of the office that made it), seats (how many are wanted; of a public-welfare post its quota), pay ((from, to)
    yuan a month; (None, None) where it is paid by day or hour and nobody can say), public (a public-welfare post), targets (site ids
    it was directed to; empty: to all), stopped (why the employer is no longer worked with), terms (the employer's own words).
    """

    id: str
    place: str
    code: str = ""
    title: str = ""
    employer: str = ""
    employer_name: str = ""
    occupation: str = ""
    seats: int = 1
    area: str = ""
    pay: tuple[int | None, int | None] = (None, None)
    basis: str = ""
    lodging: frozenset[str] | None = None
    shifts: frozenset[str] | None = None
    age_min: int | None = None
    age_max: int | None = None
    education: str = ""
    skills: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    source: str = ""
    public: bool = False
    targets: tuple[str, ...] = ()
    collected: str = ""
    valid_to: str = ""
    verified: str = ""
    verified_how: str = ""
    state: str = ""
    stopped: str = ""
    terms: str = ""
    filled: int = 0

    @property
    def left(self) -> int:
        """Return how many are still wanted."""
        return max(0, self.seats - self.filled)

    @property
    def comparable(self) -> bool:
        """Return whether the pay says what a month brings."""
        return self.basis in ("", MONTHLY, PIECEWORK) and self.pay != (None, None)

    def name(self) -> str:
        """Return what people call it: title and employer."""
        return f"{self.title or self.code}（{self.employer_name}）" if self.employer_name else self.title or self.code


def closed(post: Post, on: str, verified_only: bool = False) -> str:
    """Return why a post is not open on a day (a key of CLOSED), "" where it is. Where no state was said it is open."""
    if post.stopped:
        return "blacklisted"
    if post.state == PAUSED:
        return "paused"
    if post.state == EXPIRED or post.valid_to and post.valid_to < on:
        return "expired"
    if post.state == FULL or not post.left:
        return "full"
    if post.collected > on:
        return "not_yet"
    return "unverified" if verified_only and not (post.verified and post.verified <= on) else ""


def directed(post: Post, site: str) -> bool:
    """Return whether a post is for the people of a site: it was directed to it, or to none in particular."""
    return not post.targets or site in post.targets


def open_for(posts: Iterable[Post], site: str, on: str, verified_only: bool = False) -> list[Post]:
    """Return the posts that are open on a day for the people of a site, those that close first before the others."""
    return sorted((p for p in posts if not closed(p, on, verified_only) and directed(p, site)), key=order)


def order(post: Post) -> tuple[str, str, str]:
    """Return what posts are sorted by where nothing else decides: those that close first, then code and id."""
    return post.valid_to or "9999", post.code, post.id


def sex_limit(post: Post) -> str:
    """Return the words in which the employer asks for one sex, "" for none: kept as text, pointed at, never used."""
    for text in (post.title, post.terms):
        if found := _CLAUSE.search(_NO_LIMIT.sub("", text)):
            return found.group().strip()
    return ""


def why_closed(key: str) -> str:
    """Return the reason in the language in use."""
    return say(*CLOSED[key])


def read(records: Records, on: str, only: Iterable[str] | None = None) -> list[Post]:
    """Return the posts as these records give them, by `order`; `filled` is how many stand in them on a day."""
    rows = list(records.rows("post", *_POST, only=None if only is None else ("id", frozenset(only))))
    employers = {rec: (name or "", stopped or "") for rec, _, name, stopped in records.rows("employer", "name", "blacklist_reason")}
    counts = filled(records, [row[0] for row in rows], on)
    return sorted((_post(row, employers, counts) for row in rows), key=order)


def filled(records: Records, posts: Iterable[str], on: str) -> dict[str, int]:
    """Return post -> how many people stand in it on a day: whose work there has begun and not ended. Never typed."""
    same = {rec: ids[0] for ids in records.one_person() for rec in ids}
    there: dict[str, set[str]] = {}
    names = ("person_id", "post_id", "labour_status", "start_date", "as_of", "end_date")
    for _, _, person, post, status, start, as_of, end in records.rows("placement", *names, only=("post_id", frozenset(posts))):
        if status == EMPLOYED and (day(start) or day(as_of)) <= on and (not day(end) or on <= day(end)):
            there.setdefault(post, set()).add(same.get(person or "", person or ""))
    return {post: len(people) for post, people in there.items()}


def _post(row: tuple[Any, ...], employers: Mapping[str, tuple[str, str]], counts: Mapping[str, int]) -> Post:
    rec, place, *cells = row
    v = dict(zip(_POST, cells, strict=True))
    name, stopped = employers.get(v["employer_id"] or "", ("", ""))
    kind, source = v["kind"] or "", v["source"] or ""
    public = source == PUBLIC_WELFARE or bool(kind)
    seats = whole(v["quota"]) if public and whole(v["quota"]) is not None else whole(v["headcount"])
    basis = v["pay_basis"] or ""
    monthly = basis in ("", MONTHLY, PIECEWORK)
    return Post(
        rec, place or "", v["post_code"] or "", v["title"] or "", v["employer_id"] or "", name, v["occupation"] or "",
        1 if seats is None else seats, v["area_id"] or "", (whole(v["wage_min"]), whole(v["wage_max"])) if monthly else (None, None), basis,
        codes(v["board_lodging"]), codes(v["shifts"]), whole(v["age_min"]), whole(v["age_max"]), v["education_min"] or "",
        codes(v["skills"]) or frozenset(), (codes(v["certificates"]) or frozenset()) - {"0"}, (codes(v["demands"]) or frozenset()) - {"0"},
        source, public, tuple(sorted(codes(v["target_site_ids"]) or ())), day(v["collected_on"]), day(v["valid_to"]), day(v["verified_on"]),
        v["verified_how"] or "", v["state"] or "", stopped, v["employer_terms"] or "", counts.get(rec, 0))


def codes(cell: Any) -> frozenset[str] | None:
    """Return the codes of a stored list; None where nobody has said."""
    return None if (found := ranked(cell)) is None else frozenset(found)


def ranked(cell: Any) -> tuple[str, ...] | None:
    """Return the codes of a stored list in their order; None where nobody has said."""
    if not isinstance(cell, str):
        return None
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) and found else None


def whole(cell: Any) -> int | None:
    """Return a stored amount in whole units, what is behind the point dropped; None where there is none."""
    try:
        return None if cell is None or isinstance(cell, bool) else int(float(cell))
    except (TypeError, ValueError, OverflowError):
        return None
