"""Matching: one person and one post, judged and explained; lists both ways. This is the truth that `ranking` is kept equal to.

Promises: who a rule excludes is on no list, pinned or not, and is counted under the first reason; a score is the sum of its parts, each of
which is told; the same inputs give the same list, which carries the version of its weights and a mark of its inputs.
"""
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from app.assistance import factors, posts, targets
from app.assistance.factors import ORDER, REFUSED, RULES, STRUCK, TERMS, TURNED_DOWN, Terms, level_of
from app.assistance.posts import Post
from app.assistance.records import Records
from app.assistance.scoring import UNKNOWN, scoring_at
from app.assistance.seekers import PINNED, Pick, Pool, Seeker
from app.assistance.thresholds import Thresholds

FOR_PERSON, FOR_POST = "person", "post"


@dataclass(frozen=True, slots=True)
class Part:
    """What one term gives. Attributes: term, step (why), share (percent of the weight), weight (points at most)."""

    term: str
    step: str
    share: int
    weight: int

    @property
    def points(self) -> int:
        """Return hundredths of points."""
        return self.share * self.weight

    @property
    def asked(self) -> bool:
        """Return whether it is half of the points because nobody has said."""
        return self.step == UNKNOWN


@dataclass(frozen=True, slots=True)
class Match:
    """A person and a post that go together. Attributes: parts (in the order of the terms), pick (what staff said; None nothing)."""

    seeker: Seeker
    post: Post
    parts: tuple[Part, ...]
    pick: Pick | None = None

    @property
    def score(self) -> int:
        """Return hundredths of points: the sum of the parts."""
        return sum(part.points for part in self.parts)

    @property
    def pinned(self) -> bool:
        """Return whether staff put it in front."""
        return self.pick is not None and self.pick.action == PINNED


@dataclass(frozen=True)
class MatchList:
    """The posts for a person, or the people for a post.

    Attributes: direction, subject (id), terms, items (best first, pinned ones in front), excluded (id of the post or person to the rules that
    exclude it, the reason told first), others (the subject, then what could have been listed) and picks of each: the inputs.
    """

    direction: str
    subject: str
    terms: Terms
    items: tuple[Match, ...]
    excluded: dict[str, tuple[str, ...]]
    others: tuple[Seeker | Post, ...]
    picks: tuple[Pick | None, ...]

    @property
    def version(self) -> str:
        """Return the version of the weights."""
        return self.terms.scoring.version

    @cached_property
    def reasons(self) -> dict[str, int]:
        """Return rule -> how many it excludes, in the order of the rules; each is counted once, under the first."""
        counted = Counter(rules[0] for rules in self.excluded.values())
        return {rule: counted[rule] for rule in ORDER if counted[rule]}

    @cached_property
    def inputs(self) -> str:
        """Return a mark of everything the list was made from: equal marks, equal lists."""
        digest = hashlib.sha256(f"{self.direction} {self.subject} {self.terms.on} {self.version}".encode())
        for one in (*self.others, self.picks):
            digest.update(b"\n" + _canonical(one).encode())
        return digest.hexdigest()[:16]


def terms_of(records: Records, place: str, on: str) -> Terms:
    """Return by what a list is made at a place on a day."""
    return Terms(scoring_at(Thresholds(records, on), place), on)


def against(seeker: Seeker, post: Post, terms: Terms, pick: Pick | None = None) -> tuple[str, ...]:
    """Return the rules that keep a person from a post, in the order in which they are told; empty where none does."""
    return tuple(_against(seeker, post, terms, pick))


def _against(seeker: Seeker, post: Post, terms: Terms, pick: Pick | None) -> Iterator[str]:
    far = level_of(seeker, post)
    pairs = {REFUSED: post.id in seeker.refused, TURNED_DOWN: post.id in seeker.declined, STRUCK: pick is not None and pick.action != PINNED}
    for key in ORDER:
        rule = _RULES.get(key)
        if pairs[key] if rule is None else rule.excludes(rule.person(seeker), rule.post(post, terms), far, terms):
            yield key


_RULES = {rule.key: rule for rule in RULES}


def parts(seeker: Seeker, post: Post, terms: Terms) -> tuple[Part, ...]:
    """Return what each term gives; the score is their sum."""
    far, weights = level_of(seeker, post), terms.scoring.weights
    return tuple(Part(term.key, *term.step(term.person(seeker), term.post(post), far), weights[term.key]) for term in TERMS)


def posts_for(pool: Pool, seeker: Seeker, terms: Terms) -> MatchList:
    """Return the posts of the pool for a person, the best first; equal ones: those that close first."""
    return _listed(FOR_PERSON, seeker.id, pool, terms, [(seeker, post) for post in sorted(pool.posts, key=posts.order)])


def people_for(pool: Pool, post: Post, terms: Terms) -> MatchList:
    """Return the people of the pool for a post, the best first; equal ones: those most in need. `terms.on` is the pool's day."""
    return _listed(FOR_POST, post.id, pool, terms, [(seeker, post) for seeker in sorted(pool.seekers, key=lambda one: (one.need, one.id))])


def _listed(direction: str, subject: str, pool: Pool, terms: Terms, pairs: Iterable[tuple[Seeker, Post]]) -> MatchList:
    found, excluded, others, picks = [], dict[str, tuple[str, ...]](), list[Seeker | Post](), list[Pick | None]()
    for seeker, post in pairs:
        pick = pool.picks.get((seeker.id, post.id))
        one, other = (seeker, post) if direction == FOR_PERSON else (post, seeker)
        others += [other] if others else [one, other]
        picks.append(pick)
        why = against(seeker, post, terms, pick)
        if why:
            excluded[other.id] = why
        else:
            found.append(Match(seeker, post, parts(seeker, post, terms), pick))
    found.sort(key=lambda one: (not one.pinned, -one.score))  # stable: equal ones stay in the order of the pairs
    return MatchList(direction, subject, terms, tuple(found), excluded, tuple(others), tuple(picks))


def questions(seeker: Seeker, post: Post, told: Iterable[Part]) -> tuple[str, ...]:
    """Return what to ask before sending somebody: the terms nobody knows, and what rules could not see. Keys of `reasons`."""
    far = level_of(seeker, post)
    open_ = {
        "situation": not seeker.wants or seeker.work == targets.UNKNOWN,
        "available": not seeker.available,
        "limits": seeker.limits is None and bool(post.demands),
        "care": seeker.care is None and far >= factors.FAR,
        "certificates": seeker.certificates is None and bool(post.certificates),
        "health": factors.HEALTH in post.certificates and seeker.certificates is not None and factors.HEALTH not in seeker.certificates,
        "public": post.public and seeker.accepts_public is None,
        "verified": not post.verified,
    }
    return (*(key for key, asked in open_.items() if asked), *(part.term for part in told if part.asked))


def _canonical(one: Any) -> str:
    """Return the values of a person or post as text that does not depend on the order of sets."""
    if isinstance(one, tuple):
        return repr(one)
    values = (getattr(one, field.name) for field in fields(one))
    return repr([sorted(value) if isinstance(value, frozenset) else value for value in values])
