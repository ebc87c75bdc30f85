"""Ruling: one rule for many disagreements ("for phone, take the newest interview"), shown whole before anything is written.

Promises that carrying it out is the same as deciding each by hand, that it decides exactly what was shown and nothing
that arrived since, that rule and reason stand in the history of each record, and that one undo takes all of it back.
"""
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.models import deciding
from app.models.change import PLACE, VOID
from app.models.clock import moment_of
from app.models.deciding import Decided, Decision
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.problem import Problem
from app.models.reading import Conflict
from app.models.record import Version, chunks, marks

if TYPE_CHECKING:
    from app.models.ledger import Ledger

Clocks = Mapping[str, int]  # device -> seconds its clock was ahead when it was last met
LEAST_OFF = 60  # seconds from which a clock is put right; below that, order within a minute says nothing

NEWEST_INTERVIEW, ROSTER, OFFICE, NEWEST = "newest-interview", "roster", "office", "newest"
RULES = (NEWEST_INTERVIEW, ROSTER, OFFICE, NEWEST)
_WORDS = {NEWEST_INTERVIEW: ("取最近一次调查的", "take the newest interview"), ROSTER: ("取名册的", "take the roster"),
          OFFICE: ("取镇里改过的", "take what the office changed"), NEWEST: ("取最后填的", "take what was filled in last")}
NONE, TIE = "none", "tie"
_LEFT = {NEWEST_INTERVIEW: ("哪一份都不是调查问来的", "none comes from an interview"), ROSTER: ("没有从名册来的", "none comes from a roster"),
         OFFICE: ("没有镇里改过的", "none was changed by the office"), NEWEST: ("没有", "there is none")}
OFFICE_ROLES = ("township_reviewer", "county_admin")
FORM = "form"


@dataclass(frozen=True, slots=True)
class Choice:
    """One disagreement that the rule decides, and the version it takes."""

    conflict: Conflict
    version: Version


@dataclass(frozen=True, slots=True)
class Left:
    """One disagreement that the rule cannot decide, and why not: "none" (no version is of its kind) or "tie"."""

    conflict: Conflict
    why: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule for a unit at a place, with exactly what it decides and what it leaves."""

    unit: str
    rule: str
    chosen: tuple[Choice, ...]
    left: tuple[Left, ...]

    def decisions(self) -> list[Decision]:
        """Return what would be decided by hand, one by one."""
        return [Decision(c.conflict.rec, c.conflict.unit, c.version.value, c.conflict.heads) for c in self.chosen]

    def carry_out(self, ledger: "Ledger", why: str = "") -> Decided:
        """Decide what was shown; what changed since is left, and named. why: the reason, kept in each history beside the rule."""
        text = say(f"按规则：{rule_words(self.rule)}", f"By rule: {rule_words(self.rule)}")
        return deciding.decide(ledger, self.decisions(), rule=self.rule, why={self.rule: f"{text}（{why}）" if why else text})


def rule_words(rule: str) -> str:
    """Return what a rule says."""
    return say(*_WORDS[rule])


def left_words(ruling: Ruling, left: Left) -> str:
    """Return why a rule leaves a disagreement."""
    if left.why == TIE:
        return say("同一时刻有两份，要人来定", "two of the same moment; people decide")
    return say(*_LEFT[ruling.rule])


def preview(ledger: "Ledger", unit: str, rule: str, *, prefix: str = "", clocks: Clocks | None = None,
            among: Iterable[Conflict] | None = None) -> Ruling:
    """Return what a rule would decide on a unit (or TYPE.UNIT) at a place; nothing is written. Raises Problem (rule.*)."""
    kind, _, name = unit.rpartition(".")
    _judge(kind, name, rule)
    waiting = deciding.waiting(ledger, prefix) if among is None else among
    found = [c for c in waiting if c.unit == name and (not kind or c.type == kind)]
    fits = _fitting(ledger, rule, found)
    chosen, left = list[Choice](), list[Left]()
    for conflict in found:
        some = [v for v in conflict.versions if fits(v)]
        best = max((moment(v, clocks or {}) for v in some), default=None)
        last = [v for v in some if moment(v, clocks or {}) == best]
        if len(last) == 1:
            chosen.append(Choice(conflict, last[0]))
        else:
            left.append(Left(conflict, TIE if last else NONE))
    return Ruling(name, rule, tuple(chosen), tuple(left))


def _judge(kind: str, name: str, rule: str) -> None:
    if rule not in RULES:
        raise Problem("rule.unknown", f"没有“{rule}”这条规则。有：{'、'.join(RULES)}。", f'There is no rule "{rule}". There are: {", ".join(RULES)}.')
    if name in (PLACE, VOID):
        raise Problem("rule.unit", "住在哪里、删不删，要一件一件定，不能一批定。", "Where somebody lives and what is deleted is decided one by one.")
    kinds = dictionary().types
    if (kind and kind not in kinds) or not any(name in t.fields or name in dictionary().groups(t.name)
                                               for t in kinds.values() if not kind or t.name == kind):
        raise Problem("rule.field", f"没有“{name}”这一项。用 leye conflicts 看有哪些。", f'There is no field or group "{name}". See: leye conflicts')


def _fitting(ledger: "Ledger", rule: str, found: Iterable[Conflict]) -> Callable[[Version], bool]:
    """Return the test of a version: whether it is of the kind the rule takes."""
    if rule == OFFICE:
        authors = sorted({v.author for c in found for v in c.versions})
        office = {row[0] for part in chunks(authors) for row in ledger.db.conn.execute(
            f"SELECT id FROM staff_user WHERE id IN ({marks(part)}) AND role IN ({marks(OFFICE_ROLES)})", [*part, *OFFICE_ROLES])}
        return lambda v: v.author in office and v.source.split(":")[0] not in (ROSTER, FORM)
    wanted = {NEWEST_INTERVIEW: FORM, ROSTER: ROSTER}.get(rule)
    return lambda v: wanted is None or v.source.split(":")[0] == wanted


def off_by(device: str, clocks: Clocks) -> int:
    """Return by how many seconds the moments of a device are put right; 0 where its clock is known to be good, or not known."""
    seconds = clocks.get(device, 0)
    return seconds if abs(seconds) >= LEAST_OFF else 0


def moment(version: Version, clocks: Clocks) -> datetime:
    """Return when a version was said, put right by how far the clock of its computer was off when it was last met."""
    return moment_of(version.cid) - timedelta(seconds=off_by(version.device, clocks))


__all__ = ["RULES", "Choice", "Clocks", "Left", "Ruling", "left_words", "moment", "off_by", "preview", "rule_words"]
