"""Looking: what all checks look through, read once. Promises plain values and records by their ids."""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from app.assistance.records import Records
from app.assistance.targets import GONE, status_on
from app.oversight.indicators import Figures

PUBLIC_POST = "2"


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a check points at. Attributes: type, rec, place, told (a number that belongs to it)."""

    type: str
    rec: str
    place: str
    told: str = ""


class Look:
    """What there is to look through. Attributes: records, figures, on (the day)."""

    def __init__(self, records: Records, figures: Figures) -> None:
        self.records, self.figures, self.on = records, figures, figures.period.on

    @cached_property
    def homes_of(self) -> dict[str, str]:
        """Return person -> household on the day."""
        return {rec: one.home_on(self.on) for rec, one in self.figures.roll.people.items()}

    def sharing(self, name: str, key: Callable[[str], str]) -> dict[str, list[str]]:
        """Return what a field says -> the people it is said of: those who are there, linked ones as one."""
        out: dict[str, list[str]] = {}
        for rec, _, value in self.records.rows("person", name):
            person = self.figures.roll.people.get(self.figures.roll.of(rec))
            if person is not None and isinstance(value, str) and value and status_on(person, self.on) not in GONE:
                some = out.setdefault(key(value), [])
                if person.id not in some:
                    some.append(person.id)
        return out

    def in_public_post(self, person: str) -> bool:
        """Return whether somebody is in a public-welfare post on the day."""
        spell = self.figures.standings[person].spell
        return spell is not None and spell.status == "1" and spell.kind == PUBLIC_POST and spell.holds(self.on)

    def person(self, rec: str, told: str = "") -> Found:
        """Return a finding on a person."""
        return Found("person", rec, self.figures.roll.place_of(rec, self.on) or "", told)

    def home(self, rec: str, told: str = "") -> Found:
        """Return a finding on a household."""
        return Found("household", rec, self.figures.roll.homes[rec].place, told)
