"""Duplicates: people who look the same are proposed, never joined by the program. Promises to leave alone what was decided.

By the first 18 of the number; by name, birth and household; by the sound of the name and the birth; by a number with one
digit off under a name that sounds the same.
"""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from app.models import identity, links
from app.models.language import say

if TYPE_CHECKING:
    from app.models.ledger import Ledger

NUMBER, FAMILY, SOUND, DIGIT = "id_number", "name_birth_household", "pinyin_birth", "id_number_one_off"
REASONS = (NUMBER, FAMILY, SOUND, DIGIT)  # the strongest first
MOST_ALIKE = 50  # a key that more people share says nothing
_HALF = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two records that may be one person, and why (keys, the strongest first)."""

    one: str
    other: str
    why: tuple[str, ...]

    def text(self) -> str:
        """Return the reasons as a sentence."""
        return say("；".join(_WORDS[w][0] for w in self.why) + "。", "; ".join(_WORDS[w][1] for w in self.why) + ".")


@dataclass(frozen=True, slots=True)
class _Person:
    rec: str
    name: str
    sound: str
    number: str
    birth: str
    household: str


def proposals(ledger: "Ledger") -> list[Proposal]:
    """Return who looks the same and was neither linked nor said to be surely different, the likeliest first."""
    people = list(_people(ledger))
    found: dict[tuple[str, str], list[str]] = {}
    for why, keys, alike in _WAYS:
        for pair in _pairs(people, keys, alike):
            reasons = found.setdefault(pair, [])
            if why not in reasons:
                reasons.append(why)
    decided = {(a, b) for a, b in ledger.db.conn.execute("SELECT a, b FROM same_as WHERE NOT disputed")}
    out = [Proposal(*pair, tuple(why)) for pair, why in found.items() if pair not in decided
           and pair[1] not in links.members(ledger.db.conn, pair[0])]
    return sorted(out, key=lambda p: ([REASONS.index(w) for w in p.why], p.one, p.other))


def _people(ledger: "Ledger") -> Iterator[_Person]:
    from app.models.pinyin import sort_key

    for rec, name, number, birth, household in ledger.db.conn.execute(
            "SELECT id, full_name, id_number, birth_date, household_id FROM person WHERE _void IS NULL"):
        plain = identity.searchable_name(str(name or ""))
        yield _Person(rec, plain, sort_key(plain), identity.base18(str(number or "")), str(birth or ""), str(household or ""))


def _pairs(people: Iterable[_Person], keys: Callable[[_Person], Iterable[tuple[str, ...]]],
           alike: Callable[[_Person, _Person], bool]) -> Iterator[tuple[str, str]]:
    groups: dict[tuple[str, ...], list[_Person]] = {}
    for one in people:
        for key in keys(one):
            if all(key):
                groups.setdefault(key, []).append(one)
    for some in groups.values():
        if 1 < len(some) <= MOST_ALIKE:
            yield from ((min(a.rec, b.rec), max(a.rec, b.rec)) for a, b in combinations(some, 2) if alike(a, b))


def _one_off(a: _Person, b: _Person) -> bool:
    """One of the first 17 digits differs; the 18th follows from them."""
    return sum(x != y for x, y in zip(a.number[:17], b.number[:17], strict=True)) == 1


def _any(a: _Person, b: _Person) -> bool:
    return True


_WAYS: tuple[tuple[str, Callable[[_Person], Iterable[tuple[str, ...]]], Callable[[_Person, _Person], bool]], ...] = (
    (NUMBER, lambda p: [(p.number,)], _any),
    (FAMILY, lambda p: [(p.name, p.birth, p.household)], _any),
    (SOUND, lambda p: [(p.sound, p.birth)], _any),
    (DIGIT, lambda p: [("first", p.sound, p.number[:_HALF]), ("last", p.sound, p.number[_HALF:17])], _one_off),
)
_WORDS = {
    NUMBER: ("证件号码前 18 位相同", "the first 18 characters of the ID are equal"),
    FAMILY: ("同户、同名、同一天出生", "same household, name and date of birth"),
    SOUND: ("姓名读音相同，同一天出生", "names that sound the same, and the same date of birth"),
    DIGIT: ("姓名读音相同，证件号码只差一位", "names that sound the same, and IDs that differ in one digit"),
}
