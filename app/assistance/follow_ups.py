"""Follow-ups: who is to be called after beginning work, since when, and what was heard. Promises one line a person, whatever was missed.

The calls are due 7 and 30 days and 1, 3, 6 and 12 months after the start (dated settings), then quarterly for those away. One call,
or an interview that found it so, answers everything that was due by then: nobody is asked twice for one thing. What is due is a pure
function of values and a day.
"""
import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, Person, Roll, Spell
from app.assistance.targets import begun, status_on
from app.assistance.thresholds import Thresholds, day, shifted
from app.models import clock
from app.models.change import Value
from app.models.language import say
from app.models.problem import Problem
from app.models.spells import Spell as Held
from app.models.spells import current, next_id
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

ORGANISED, HELPED_KINDS, AWAY = ("1", "3", "4"), ("2", "3", "4"), ("3", "4", "5")
AWAY_MARK, FORGOTTEN = "away", 365  # days after which nobody makes up for a call any more: the yearly survey asks
CHECKED_BY = {"1": "2", "2": "1", "3": "3", "5": "4"}  # follow_method -> verify_method: a message checks nothing
RETURNED, BACK_HOME = "5", "9"  # end_reason; unemployed_reason
SOURCE = "follow_up"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When calls are due at a place. Attributes: days and months after the start, early (days before that a call counts for it), away
    (days between calls of those outside the county)."""

    days: tuple[int, ...] = (7, 30)
    months: tuple[int, ...] = (1, 3, 6, 12)
    early: int = 3
    away: int = 90

    def marks(self, start: str) -> list[tuple[str, str]]:
        """Return (mark, the day it is due) after a start, the first one first."""
        found = [(f"{n}d", shifted(start, n)) for n in self.days] + [(f"{n}m", months_after(start, n)) for n in self.months]
        return sorted(found, key=lambda one: (one[1], one[0]))


@dataclass(frozen=True, slots=True)
class Heard:
    """One follow-up. Attributes: on, reached, still (in the post; None not said), problems (codes), help (wanted now)."""

    on: str
    reached: bool
    still: bool | None
    problems: tuple[str, ...] = ()
    help: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is due. Attributes: mark (the last one it would answer), due (the first that nobody answered), tries (since then),
    heard (the last day on which somebody was reached; "")."""

    person: str
    spell: str
    mark: str
    due: str
    tries: int
    heard: str

    def overdue(self, on: str, slack: int = 0) -> int:
        """Return for how many days it has been due."""
        return max(0, (date.fromisoformat(on) - date.fromisoformat(self.due)).days - slack)


def months_after(start: str, months: int) -> str:
    """Return the day so many months later; the month's last day where it has no such day."""
    began = date.fromisoformat(start)
    years, month = divmod(began.month - 1 + months, 12)
    year = min(began.year + years, date.max.year)
    return date(year, month + 1, min(began.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def mark_words(mark: str) -> str:
    """Return a mark in words: 7 天, 3 个月."""
    if mark == AWAY_MARK:
        return say("外出季度回访", "quarterly, away")
    n, unit = mark[:-1], mark[-1]
    return say(f"满 {n} 天" if unit == "d" else f"满 {n} 个月", f"{n} {'days' if unit == 'd' else 'month' if n == '1' else 'months'}")


def is_helped(spell: Spell) -> bool:
    """Return whether somebody was brought into this work: by a post, an organised way, or a post of the public or a workshop."""
    return spell.status == EMPLOYED and bool(spell.post or spell.mode in ORGANISED or spell.kind in HELPED_KINDS)


def call(person: Person, heard: Sequence[Heard], on: str, rhythm: Rhythm) -> Call | None:
    """Return the call that is due to a person on a day, None for none; `heard`: the follow-ups of the spell, oldest first."""
    spell = begun(person, on)
    if spell is None or spell.status != EMPLOYED or not spell.start or not spell.holds(on) or status_on(person, on) != "1":
        return None
    known = [spell.as_of] if spell.start < spell.as_of <= on else []  # an interview that found it so answers as well: nobody is asked twice
    last = max(known + [one.on for one in heard if one.reached and spell.start <= one.on <= on], default="")
    due = [(mark, at) for mark, at in (rhythm.marks(spell.start) if is_helped(spell) else ())
           if shifted(on, -FORGOTTEN) <= at <= on and not (last and shifted(last, rhythm.early) >= at)]
    if not due and spell.level in AWAY:
        following = shifted(max(last, spell.as_of, spell.start), rhythm.away)
        due = [(AWAY_MARK, following)] if following <= on else []
    if not due:
        return None
    tries = sum(1 for one in heard if not one.reached and due[0][1] <= one.on <= on)
    return Call(person.id, spell.id, due[-1][0], due[0][1], tries, last)


def next_mark(spell: Spell, heard: Iterable[Heard], on: str, rhythm: Rhythm) -> tuple[str, str] | None:
    """Return (mark, day) of the call after the ones that are due."""
    return next(((mark, at) for mark, at in rhythm.marks(spell.start) if at > on), None) if spell.start else None


def calls(records: Records, roll: Roll, on: str, thresholds: Thresholds | None = None, *, some: bool = False) -> list[Call]:
    """Return every call that is due on a day, the longest due first; some: the roll has only some people, so that only theirs are read."""
    terms, heard = thresholds or Thresholds(records, on), read_heard(records, roll.filed() if some else None)
    rhythms: dict[str, Rhythm] = {}
    found = []
    for person in roll.people.values():
        if not person.spells:
            continue
        home = roll.homes.get(person.home_on(on))
        place = home.place if home else ""
        rhythm = rhythms.get(place) or rhythms.setdefault(place, rhythm_at(terms, place))
        spell = begun(person, on)
        if spell is not None and (one := call(person, heard.get(spell.id, ()), on, rhythm)) is not None:
            found.append(one)
    return sorted(found, key=lambda one: (one.due, one.person))


def rhythm_at(thresholds: Thresholds, place: str) -> Rhythm:
    """Return when calls are due at a place; numbers that cannot be read are left out."""
    return Rhythm(numbers(thresholds.value("stay_call_days", place)), numbers(thresholds.value("stay_call_months", place)),
                  thresholds.value("stay_call_early", place), thresholds.value("follow_up_days_away", place))


def numbers(said: object) -> tuple[int, ...]:
    """Return the numbers of a setting, "7,30", the least first; what is no number is left out."""
    parts = str(said).replace("，", ",").replace("、", ",").split(",")
    return tuple(sorted({int(one) for one in parts if one.strip().isdecimal() and 0 < int(one) < 1000}))


def read_heard(records: Records, people: Collection[str] | None = None) -> dict[str, list[Heard]]:
    """Return spell -> its follow-ups, oldest first; `people`: only theirs."""
    out: dict[str, list[Heard]] = {}
    for _, _, spell, on, reached, still, problems, help in records.rows(
            "follow_up", "placement_id", "on", "contacted", "still_in_post", "problem", "needs_help",
            only=None if people is None else ("person_id", people)):
        if spell and day(on):
            out.setdefault(spell, []).append(Heard(day(on), reached == 1 or reached is None and still is not None,
                                                   None if still is None else still == 1, _codes(problems), help == 1))
    return {spell: sorted(some, key=lambda one: (one.on, not one.reached)) for spell, some in out.items()}


def _codes(cell: object) -> tuple[str, ...]:
    import json

    try:
        found = json.loads(cell) if isinstance(cell, str) else []
    except ValueError:
        return ()
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


# -- what was heard is written -------------------------------------------------------------------------------------------

def no_change(ledger: "Ledger", person: str, *, on: str = "", method: str = "1", spell: str = "") -> str:
    """Write that somebody was reached and nothing has changed: the two taps. Returns the follow-up's id.

    The spell is confirmed on that day; a talk that nobody had made before checks it. spell: the one that was shown; Problem where it is
    not what the person is in any more.
    """
    on = on or clock.today().isoformat()
    held = _held(ledger, person, spell)
    confirmed: dict[str, Value] = {"as_of": max(on, str(held.values.get("as_of") or ""))}
    if method in CHECKED_BY and not held.values.get("verified_on"):
        confirmed |= {"verified_on": on, "verified_by": CHECKED_BY[method]}
    return ledger.write([_heard(ledger, person, held.id, on, method, contacted=True, still_in_post=True, problem=["0"]),
                         Write("placement", confirmed, rec=held.id)], source=SOURCE).ids[0]


def not_reached(ledger: "Ledger", person: str, *, on: str = "", method: str = "1", again: str = "", spell: str = "") -> str:
    """Write that nobody answered; returns the follow-up's id. The call stays due. again: the day on which to try."""
    on = on or clock.today().isoformat()
    held = _held(ledger, person, spell)
    return ledger.write([_heard(ledger, person, held.id, on, method, contacted=False, next_on=again or shifted(on, 1))], source=SOURCE).ids[0]


def trouble(ledger: "Ledger", person: str, problems: list[str], *, on: str = "", method: str = "1", help: bool = True, remark: str = "",
            spell: str = "") -> str:
    """Write that somebody is in the post and has a trouble; returns the follow-up's id."""
    on = on or clock.today().isoformat()
    held = _held(ledger, person, spell)
    return ledger.write([_heard(ledger, person, held.id, on, method, contacted=True, still_in_post=True, problem=problems, needs_help=help,
                                remark=remark.strip() or None),
                         Write("placement", {"as_of": max(on, str(held.values.get("as_of") or ""))}, rec=held.id)], source=SOURCE).ids[0]


def left(ledger: "Ledger", person: str, *, last: str, reason: str, on: str = "", method: str = "1", home: bool = False,
         wants: bool = True, why: tuple[str, ...] = (), spell: str = "") -> str:
    """Write that somebody left the post, and that the time without work began; returns the follow-up's id.

    last: the last day at work. reason: code of end_reason. home: came home. wants: wants to work again. why: codes of unemployed_reason.
    """
    on = on or clock.today().isoformat()
    held = _held(ledger, person, spell)
    person = str(held.values.get("person_id") or person)
    if not str(held.values.get("start_date") or "") <= last <= on:
        raise Problem("follow_up.left", "离岗日期要在上岗之后、今天之前。请改日期。",
                      "The last day at work lies between the start and today. Change it.")
    ended: dict[str, Value] = {"end_date": last, "end_reason": reason, "as_of": on, **({"return_date": last} if home else {})}
    after: dict[str, Value] = {"person_id": person, "labour_status": "2" if wants else "3", "start_date": last, "as_of": on, "source": "follow_up",
                               "unemployed_reason": list(why) or [BACK_HOME if home else "99"]}
    return ledger.write([_heard(ledger, person, held.id, on, method, contacted=True, still_in_post=False),
                         Write("placement", ended, rec=held.id), Write("placement", after, rec=next_id(ledger, person))], source=SOURCE).ids[0]


def _held(ledger: "Ledger", person: str, shown: str) -> Held:
    told = ledger.get(shown) if shown else None  # a person's spells may be filed on another record of theirs
    held = current(ledger, str(told.values.get("person_id") or person) if told else person)
    if held is None or held.ended or held.values.get("labour_status") != EMPLOYED or shown and held.id != shown:
        raise Problem("follow_up.none", "这个人现在没有登记在岗的工作，回访没有记。请先核对就业情况。",
                      "Nothing says that this person is at work now; no follow-up was written. Check the work first.")
    return held


def _heard(ledger: "Ledger", person: str, spell: str, on: str, method: str, **more: Value) -> Write:
    values: Mapping[str, Value] = {"person_id": person, "placement_id": spell, "on": on, "method": method, "staff_id": ledger.me.user, **more}
    return Write("follow_up", {name: value for name, value in values.items() if value is not None})
