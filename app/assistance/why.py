"""Why: the reasons by which somebody is in the target group or not, one by one, and what their work follows from. Promises what `targets` finds."""
from dataclasses import dataclass
from datetime import date

from app.assistance import targets
from app.assistance.roll import Home, Person
from app.assistance.targets import EMPLOYED_, UNKNOWN, Standing
from app.assistance.thresholds import Terms, shifted
from app.models.dictionary import dictionary
from app.models.identity import age_on
from app.models.language import say


@dataclass(frozen=True, slots=True)
class Reason:
    """One step. Attributes: key (of targets.REASONS where it decides), holds, words."""

    key: str
    holds: bool
    words: str


def reasons(person: Person, home: Home | None, on: str, terms: Terms) -> list[Reason]:
    """Return the steps in the order in which they are asked, up to the first that fails."""
    out: list[Reason] = []
    for one in _asked(person, home, on, terms):
        out.append(one)
        if not one.holds:
            break
    return out


def _asked(person: Person, home: Home | None, on: str, terms: Terms) -> list[Reason]:
    failed = targets.out_of_scope(person, home, on, terms)
    if home is None:
        return [Reason("household", False, say(*targets.REASONS["household"]))]
    codes = dictionary().codes
    moved = say(f"{home.moved_in} 入住", f"moved in {home.moved_in}") if home.moved_in else say(
        "入住日期没有登记，按已入住算", "move-in date not known: taken as moved in")
    age = years(person.born, on)
    status = targets.status_on(person, on)
    steps = [
        (("relocation", "not_relocated"), codes["relocation_type"].label(home.relocation) if home.relocation else ""),
        (("not_yet_moved",), moved),
        (("gone",), codes["person_status"].label(status) if status in codes["person_status"].items else ""),
        (("age",), say(f"{person.born} 生", f"born {person.born}") if person.born else ""),
        (("young",), "" if age is None else say(f"{age} 周岁，{terms.scope_age_from} 周岁起", f"{age} years old, from {terms.scope_age_from} on")),
        (("student",), codes["student"].label(person.student) if person.student else say("没有登记在校", "not registered at school")),
        (("capacity", "unable"), codes["labour_capacity"].label(person.capacity) if person.capacity else "")]
    return [Reason(failed, False, say(*targets.REASONS[failed]) + (say(f"（{words}）", f" ({words})") if words else "")) if failed in keys
            else Reason(keys[0], True, words) for keys, words in steps]


def work_words(person: Person, one: Standing, on: str, terms: Terms) -> str:
    """Return what a person's work follows from, in a sentence."""
    spell = one.spell
    if spell is None:
        return say("从来没有问过就业情况", "Nobody has ever asked about work")
    ended = bool(spell.end) and spell.end < on
    known = max(spell.as_of, spell.end if ended else "")
    if one.work == UNKNOWN and known < terms.oldest(on):
        return say(f"{known or spell.start} 问过，过了 {terms.status_valid_days} 天，不能再算",
                   f"asked {known or spell.start}; older than {terms.status_valid_days} days")
    state = {EMPLOYED_: ("已就业", "employed"), targets.WILLING_: ("想工作", "wants work"), targets.UNWILLING_: ("不想工作", "does not want work"),
             UNKNOWN: ("说不准", "not known")}[one.work]
    since = say(f"，上一份到 {spell.end}", f", the last job ended {spell.end}") if ended else say(f"，{spell.start} 起", f", since {spell.start}")
    until = shifted(known, terms.status_valid_days) if known else ""
    valid = say(f"；{known} 说的，算到 {until}", f"; said {known}, counts until {until}") if known else ""
    return say(*state) + since + valid


def priority_words(code: str) -> str:
    """Return why somebody has a priority."""
    return say(*{"1": ("零就业户里想工作的人", "wants work, in a zero-employment household"),
                 "2": ("监测户，风险没有消除", "monitored household, still at risk"),
                 "3": ("脱贫户", "registered household"), "4": ("同步搬迁户", "moved along with the others")}[code])


def years(born: str, on: str) -> int | None:
    """Return full years on a day, None where it cannot be told."""
    return age_on(date.fromisoformat(born), date.fromisoformat(on)) if born and born <= on else None
