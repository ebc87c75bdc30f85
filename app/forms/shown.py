"""What an interview shows: plain values for the window, the command line and tests; none of them changes by itself.

Values are raw strings as XForms writes them: dates `2026-11-23`, several choices `01 03` in one string, places
`lat lon alt accuracy`, a photo, signature or file the name of an attachment, an unanswered question `''`. Paths carry the
number of each repeat instance from 1: `/data/member[2]/full_name`; the path of a repeat itself carries none: `/data/member`.
"""
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "text", "integer", "decimal", "date", "time", "datetime", "select_one", "select_multiple", "rank", "note", "image",
    "file", "geopoint", "calculate", "repeat",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: the code that is stored and its label in the interview's language."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it stands now; ask the interview again after `answer` named its path.

    A `repeat` has its number of instances as value and `can_add`; its instances' questions follow it, each with
    `instance` (the path to give to `remove`) and `instance_label`. `known` means prefilled from the ledger and not
    yet touched. Questions of one `screen` (a field-list group) are shown at once; '' stands alone. `parameters` holds start, end and
    step of a range. `error` is what to show beside the question now.
    """

    path: str
    name: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    readonly: bool = False
    value: str = ""
    choices: tuple[Choice, ...] = ()
    error: str | None = None
    appearance: str = ""
    number: int = 0
    known: bool = False
    section: str = ""
    instance: str = ""
    instance_label: str = ""
    screen: str = ""
    screen_label: str = ""
    can_add: bool = False
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form: a group or repeat directly under the root, or the loose questions between them.

    answered and total count relevant questions a person can answer; missing counts the required ones without answer.
    """

    path: str
    letter: str
    label: str
    relevant: bool
    answered: int
    total: int
    missing: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What one act changed: paths to repaint, by what changed about them; `refused` says why nothing was stored.

    """

    values: frozenset[str] = frozenset()
    relevance: frozenset[str] = frozenset()
    validity: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """Why the form cannot be finished yet: where, and a sentence in the interview's language.

    Attributes: rule and rec (for a doubt of the rules: which, of which record), by which a reason is given to `finish`;
    about (all questions the rule looks at).
    """

    path: str
    message: str
    rule: str = ""
    rec: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """What a finished interview wrote: the response's id, and (type, id) of every record written, response first."""

    response: str
    wrote: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An interview that was begun and not finished. `updated` is ISO, UTC; `subject` is (type, id) or None."""

    id: str
    form: str
    subject: tuple[str, str] | None
    updated: str
    answered: int
    total: int
    title: str = ""
