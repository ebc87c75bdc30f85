"""Scoring: what each term of a match is worth. Promises that all of it is data: the weights are dated settings of an office, the shares of
each step shipped files with a version; a list can say with which version it was made, and the same weights have the same name."""
import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from app.assistance.thresholds import Thresholds
from app.models.office import terms
from app.models.resources import resource

SHIPPED = "2026-1"
TERMS = ("occupation", "area", "wage", "skill", "education", "lodging", "shift", "experience", "language", "spouse")
UNKNOWN, UNKNOWN_SHARE = "unknown", 50  # nobody has said: half of the points, and a question


@dataclass(frozen=True, slots=True)
class Scoring:
    """How matches are scored. Attributes: weights (term -> points at most), wage_slack (%), verified_only, weak_first, public_months."""

    weights: Mapping[str, int] = field(default_factory=lambda: {t: int(terms()[f"match_{t}"].default) for t in TERMS})
    wage_slack: int = 10
    verified_only: bool = False
    weak_first: bool = True
    public_months: int = 36

    @property
    def whole(self) -> int:
        """Return the most points there are."""
        return sum(self.weights.values())

    @property
    def version(self) -> str:
        """Return what these weights are called: the shipped version, with a mark of their own where an office changed anything."""
        if self == _shipped():
            return SHIPPED
        said = repr(([self.weights[t] for t in TERMS], self.wage_slack, self.verified_only, self.weak_first, self.public_months))
        return f"{SHIPPED}-{hashlib.sha256(said.encode()).hexdigest()[:6]}"


def scoring_at(thresholds: Thresholds, place: str) -> Scoring:
    """Return the scoring that holds at a place on the thresholds' day."""
    value = thresholds.value
    return Scoring({t: value(f"match_{t}", place) for t in TERMS}, value("match_wage_slack", place), value("match_verified_only", place),
                   value("match_weak_first", place), value("public_post_months", place))


@cache
def _shipped() -> Scoring:
    return Scoring()


@cache
def shares() -> Mapping[tuple[str, str], int]:
    """Return (term, step) -> the share of the term's points, in percent."""
    with resource("matching", f"steps-{SHIPPED}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["term"], row["step"]): int(row["share"]) for row in csv.DictReader(file)}


@cache
def trades() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Return occupation -> its group, and the skills that show somebody can do it."""
    with resource("matching", f"occupations-{SHIPPED}.csv").open(encoding="utf-8", newline="") as file:
        return {row["occupation"]: (row["group"], frozenset(filter(None, row["skills"].split("|")))) for row in csv.DictReader(file)}


@lru_cache(maxsize=1 << 16)
def groups(jobs: frozenset[str]) -> frozenset[str]:
    """Return the groups of some occupations; those an office has added are of none."""
    return frozenset(trades()[job][0] for job in jobs if job in trades())
