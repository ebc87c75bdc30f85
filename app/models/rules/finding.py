"""What a rule is, what it looks at and what it says. Promises that a rule runs only on data that are there.

Each says which fields of its record it may look at: where none of them was edited, its verdict is the one it was.
"""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from app.models import clock, identity
from app.models.language import say
from app.models.problem import Problem

Level = Literal["E", "W", "Q"]
Values = Mapping[str, Any]
Sentence = tuple[str, str]  # Chinese, English
NOTHING: Values = {}
NAME = "full_name"
NUMBER = ("id_number", "id_type")  # what `own_id` looks at
BIRTH = ("birth_date", *NUMBER)  # what `birth` and `age` look at


@dataclass(frozen=True)
class Finding:
    """What one rule says of one record: rule ("V3"), level, the fields concerned, the sentence in both languages."""

    rule: str
    level: Level
    fields: tuple[str, ...]
    zh: str
    en: str

    def text(self) -> str:
        """Return the sentence in the language in use."""
        return say(self.zh, self.en)


@dataclass(frozen=True)
class Context:
    """What stands around the record. Everything may be left out: the rules that need it are then silent.

    Attributes:
        rec: the record's id, so that it is not taken for its own double.
        today: the day to judge by.
        household: values of the person's household. members: values of everybody in it, the person too, each with "id".
        head: values of the head; taken from members when left out.
        person: values of the person, when a placement is checked.
        placement: values of the current work spell, when a person is checked.
        placements: all spells of the person, each with "id". household_placements: current spells of the others.
        live_persons: first 18 characters -> the live persons with that number, each with "id" and "full_name".
        phone_households: number -> (persons with it, households they are of).
        median_wage: (occupation, area id) -> the usual monthly wage in yuan, or None where too few are known.
        least_wage: place code -> the minimum wage there in yuan a month, or None where no office has set one.
        known_area: six digits -> whether a county has or had them.
        measures: how many measures of help the household or person has had. cadre: whether village cadre or family.
        area, site_area: place codes of the household and of its site. cross_county: whether they may differ.
        finishing: the household is being finished (V7 wants its head).
        whole: the record is told as a whole; False for rosters and books, which bring what they have: then what should
            come together (V14, V18, V23) is asked later (Q) instead of stopped.
        masked: the sentences stand where names must not (standard error, workbooks that travel): they mask them.
        practice: whether this is a practice workspace. reasons: rule -> reason given, for what the document itself has wrong.
    """

    rec: str | None = None
    today: date = field(default_factory=clock.today)
    household: Values | None = None
    members: Sequence[Values] = ()
    head: Values | None = None
    person: Values | None = None
    placement: Values | None = None
    placements: Sequence[Values] = ()
    household_placements: Sequence[Values] = ()
    live_persons: Callable[[str], Iterable[Values]] | None = None
    phone_households: Callable[[str], tuple[int, int]] | None = None
    median_wage: Callable[[str, str | None], float | None] | None = None
    least_wage: Callable[[str], int | None] | None = None
    known_area: Callable[[str], bool] | None = None
    measures: int | None = None
    cadre: bool = False
    area: str | None = None
    site_area: str | None = None
    cross_county: bool = False
    finishing: bool = False
    whole: bool = True
    practice: bool | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    masked: bool = False

    def unnamed(self) -> "Context":
        """Return the same surroundings with every name masked: nothing else of a name matters to a rule."""
        lookup = self.live_persons
        return replace(self, masked=False, members=[unnamed(m) for m in self.members],
                       head=unnamed(self.head) if self.head else self.head,
                       person=unnamed(self.person) if self.person else self.person,
                       live_persons=(lambda number: (unnamed(p) for p in lookup(number))) if lookup else None)

    @property
    def others(self) -> list[Values]:
        """The household's members other than the record itself."""
        return [member for member in self.members if self.rec is None or member.get("id") != self.rec]

    @property
    def head_of_household(self) -> Values:
        """The head's values, or nothing."""
        return self.head or next((m for m in self.others if m.get("relation_to_head") == "02"), NOTHING)


Look = Callable[[Values, Context], Sentence | None]


@dataclass(frozen=True)
class Rule:
    """One line of the table: number, level, record type, what must be there for it to run, what else it shows, the look.

    Attributes: together (it wants fields that come together: Q instead of E when the record is not told as a whole), reads (all fields
    of the record that the look may look at).
    """

    number: str
    level: Level
    type: str
    needs: tuple[str, ...]
    also: tuple[str, ...]
    together: bool
    reads: frozenset[str]
    look: Look

    def judge(self, values: Values, context: Context) -> Finding | None:
        """Return what this rule says of these values, or None."""
        if any(blank(values.get(name)) for name in self.needs):
            return None
        sentence = self.look(values, context)
        if sentence is None:
            return None
        level: Level = "Q" if self.together and not context.whole else self.level
        if level == "E" and context.reasons.get(self.number):
            level = "W"
        return Finding(self.number, level, self.needs + self.also, *sentence)


class Book:
    """The rules on one record type; called as a decorator it enters a look under its number.

    Attributes: type, rules.
    """

    def __init__(self, type: str) -> None:
        self.type = type
        self.rules: list[Rule] = []

    def __call__(self, number: str, level: Level, *needs: str, also: tuple[str, ...] = (), together: bool = False,
                 reads: tuple[str, ...] = ()) -> Callable[[Look], Look]:
        """Enter the decorated look. `reads`: what it may look at besides, but the name."""
        def enter(look: Look) -> Look:
            self.rules.append(Rule(number, level, self.type, needs, also, together, frozenset((*needs, *also, *reads, NAME)), look))
            return look
        return enter


def blank(value: Any) -> bool:
    """Return whether there is nothing: None, an empty text or list. False and 0 are answers."""
    return value is None or value == "" or value == []


def day(value: Any) -> date | None:
    """Return the date of an ISO text; None for a month alone, or none."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def number(value: Any) -> float | None:
    """Return a whole or decimal value as a number, or None."""
    try:
        return None if blank(value) or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def own_id(values: Values) -> identity.IdNumber | None:
    """Return the parts of the person's ID number when it is one and passes."""
    text = values.get("id_number")
    if not isinstance(text, str) or not text or (values.get("id_type") or "01") != "01":
        return None
    try:
        return identity.check_id_number(text)
    except Problem:
        return None


def birth(values: Values) -> date | None:
    """Return the birth date as given, else as the ID number has it."""
    given = day(values.get("birth_date"))
    parts = own_id(values) if given is None else None
    return given or (parts.birth if parts else None)


def age(values: Values, context: Context) -> int | None:
    """Return the person's age today, or None when the birth date is not known."""
    born = birth(values)
    return identity.age_on(born, context.today) if born and born <= context.today else None


def unnamed(values: Values) -> Values:
    """Return the values with the name masked."""
    name = values.get("full_name")
    return {**values, "full_name": identity.mask_name(str(name))} if name else values


def who(values: Values) -> Sentence:
    """Return how to call the person: the name, else 这个人."""
    name = values.get("full_name")
    return (name, name) if name else ("这个人", "This person")
