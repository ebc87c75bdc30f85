"""Targets: who is to be helped, whether they work, and which households have nobody who does. Pure functions of values and a day.

Promises that each answer has a reason, and that "not known" is an answer of its own (domain.md 2.1, 2.2).
"""
from collections.abc import Iterable
from dataclasses import dataclass

from app.assistance.roll import EMPLOYED, UNWILLING, WILLING, Home, Person, Spell
from app.assistance.thresholds import Terms, birthday
from app.models.language import say

FARMING = "7"
RELOCATED, SYNCHRONOUS = ("1", "2"), "2"
ABLE = ("1", "2", "3")
NOT_ENROLLED = ("", "00")
GONE = ("2", "3", "4")  # deceased, moved out, married out: no member any more
EMPLOYED_, WILLING_, UNWILLING_, UNKNOWN = "employed", "willing", "unwilling", "unknown"
WISH = {"1": WILLING_, "2": WILLING_, "0": UNWILLING_}
SAID = {WILLING: WILLING_, UNWILLING: UNWILLING_}
IN_SCOPE = ""
REASONS = {
    IN_SCOPE: ("帮扶对象", "In the target group"),
    "household": ("没有登记在哪一户", "Of no household"),
    "relocation": ("搬迁类型没有登记", "Whether the household was relocated is not known"),
    "not_relocated": ("不是搬迁户", "The household was not relocated"),
    "not_yet_moved": ("还没有搬迁入住", "The household had not moved in yet"),
    "gone": ("人已不在户内或不在当地", "No longer there"),
    "age": ("出生日期没有登记", "The date of birth is not known"),
    "young": ("不满 16 周岁", "Too young"),
    "student": ("在校生", "At school"),
    "capacity": ("劳动能力没有登记", "The capacity for work is not known"),
    "unable": ("没有劳动能力", "Not able to work"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One person on one day. Attributes: out (why not in scope; "" in scope), work (employed, willing, unwilling, unknown), spell."""

    out: str
    work: str
    spell: Spell | None

    @property
    def in_scope(self) -> bool:
        """Return whether the person is to be helped."""
        return not self.out

    def reason(self) -> str:
        """Return why, or why not, in the language in use."""
        return say(*REASONS[self.out])


def standing(person: Person, home: Home | None, on: str, terms: Terms) -> Standing:
    """Return how a person of a household stands on a day."""
    spell = begun(person, on)
    return Standing(out_of_scope(person, home, on, terms), work(person, spell, on, terms), spell)


def out_of_scope(person: Person, home: Home | None, on: str, terms: Terms) -> str:
    """Return why a person is not in the target group on a day, "" where they are."""
    if home is None:
        return "household"
    if home.relocation not in RELOCATED:
        return "not_relocated" if home.relocation else "relocation"
    if home.moved_in > on:
        return "not_yet_moved"
    if status_on(person, on) != "1":
        return "gone"
    if not person.born:
        return "age"
    if on < birthday(person.born, terms.scope_age_from):
        return "young"
    if person.student not in NOT_ENROLLED:
        return "student"
    if person.capacity not in ABLE:
        return "unable" if person.capacity else "capacity"
    return IN_SCOPE


def status_on(person: Person, on: str) -> str:
    """Return the person's status on a day: what has a date holds from it on, before it they were there as usual."""
    return "1" if person.status_date > on else person.status


def is_member(person: Person, on: str) -> bool:
    """Return whether a person was born and still counts as one of the household on a day."""
    return person.born <= on and status_on(person, on) not in GONE


def begun(person: Person, on: str) -> Spell | None:
    """Return the spell that decides on a day: the last that had begun, whether it has ended or not."""
    found = None
    for spell in person.spells:
        if spell.start <= on:
            found = spell
    return found


def work(person: Person, spell: Spell | None, on: str, terms: Terms) -> str:
    """Return whether a person works on a day, wants to, does not want to, or whether it is not known.

    The wish of the last interview has no day; it speaks of the last spell only. Where it contradicts that spell, it is believed.
    """
    if spell is None or not spell.status:
        return UNKNOWN
    ended = bool(spell.end) and spell.end < on
    if max(spell.as_of, spell.end if ended else "") < terms.oldest(on):
        return UNKNOWN
    last = spell is person.spells[-1]
    if spell.status == EMPLOYED:
        if not ended and counts(spell, terms):
            return EMPLOYED_
        if not ended and person.wants == "3":
            return UNWILLING_  # farms at home and does not want to change
        return WISH.get(person.wants, UNKNOWN) if last else UNKNOWN
    if ended:
        return UNKNOWN  # no longer without work as it was, and nobody has said what came
    return (WISH.get(person.wants) if last else None) or SAID.get(spell.status, UNKNOWN)


def counts(spell: Spell, terms: Terms) -> bool:
    """Return whether work of this kind counts as work; farming one's own land does where an office says so."""
    return spell.kind != FARMING or terms.farming_counts


# -- households --------------------------------------------------------------------------------------------------------

NOBODY, AT_WORK, Z1, Z2 = "nobody", "at_work", "z1", "z2"  # and UNKNOWN


@dataclass(frozen=True, slots=True)
class HomeStanding:
    """One household on one day. Attributes: state (nobody in scope, at_work, z1, z2, unknown), labour, employed (members' ids)."""

    state: str
    labour: tuple[str, ...]
    employed: tuple[str, ...]

    @property
    def zero(self) -> bool:
        """Return whether nobody of those who could work does (Z1; a household of which Z2 holds is one of them)."""
        return self.state in (Z1, Z2)


def home_standing(home: Home, members: Iterable[tuple[Person, Standing]], on: str) -> HomeStanding:
    """Return how a household stands on a day, by those who are in it then."""
    there = [(person, one) for person, one in members if is_member(person, on)]
    labour = [one for _, one in there if one.in_scope]
    employed = tuple(person.id for person, one in there if one.work == EMPLOYED_ and status_on(person, on) == "1")
    if not labour:
        state = NOBODY
    elif employed:
        state = AT_WORK
    elif any(one.work == UNKNOWN for one in labour):
        state = UNKNOWN
    else:
        state = Z2 if any(one.work == WILLING_ for one in labour) else Z1
    return HomeStanding(state, tuple(person.id for person, one in there if one.in_scope), employed)


def priority(home: Home, state: str, standing: Standing) -> str:
    """Return the priority (code) of somebody in scope: 1 zero-employment and willing, 2 monitored, 3 registered, 4 moved along."""
    if state == Z2 and standing.work == WILLING_:
        return "1"
    if home.monitoring not in ("", "0") and not home.risk_cleared:
        return "2"
    return "3" if is_registered(home) else "4"


def is_registered(home: Home) -> bool:
    """Return whether a household is a registered (formerly poor) one; where that was not said, by how it was relocated."""
    return home.poverty == "1" or not home.poverty and home.relocation == "1"


def in_need(home: Home, state: str, person: Person, standing: Standing) -> tuple[str, int, str, str]:
    """Return what those in scope are sorted by: priority, unemployed and willing first, longest without work first, id."""
    since = standing.spell.start if standing.spell else ""
    return priority(home, state, standing), (0 if standing.work == WILLING_ else 1), since, person.id
