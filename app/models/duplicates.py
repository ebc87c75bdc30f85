"""Duplicates: people who look the same are proposed, never joined by the program. Promises to leave alone what was decided.

By the first 18 of the number; by name, birth and household; by the sound of the name and the birth; by a number with one
digit off under a name that sounds the same.
"""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from app.models import identity, links
from app.models.change import Value, canonical
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.record import chunks, marks

if TYPE_CHECKING:
    from app.models.ledger import Ledger

NUMBER, FAMILY, SOUND, DIGIT = "id_number", "name_birth_household", "pinyin_birth", "id_number_one_off"
REASONS = (NUMBER, FAMILY, SOUND, DIGIT)  # the strongest first
MOST_ALIKE = 50  # a key that more people share says nothing
_HALF = 8
_READING, _STEP = 6, 2000  # reading takes about six times as long as one way of looking; how many people between two words
Step = Callable[[float, float], None]


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
    digits: int
    birth: str
    household: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of two records side by side: the field, what each says, whether both speak and differ."""

    field: str
    one: Value
    other: Value
    differs: bool


def proposals(ledger: "Ledger", step: Step | None = None) -> list[Proposal]:
    """Return who looks the same and was neither linked nor said to be surely different, the likeliest first.

    `step(done, total)` is told how far it is and may raise to stop; nothing is written.
    """
    tell = step or (lambda done, total: None)
    people = list(_people(ledger, tell))
    found: dict[tuple[str, str], list[str]] = {}
    for at, (why, keys, alike) in enumerate(_WAYS):
        tell(_READING + at, _READING + len(_WAYS))
        for pair in _pairs(people, keys, alike):
            reasons = found.setdefault(pair, [])
            if why not in reasons:
                reasons.append(why)
    decided = {(a, b) for a, b in ledger.db.conn.execute("SELECT a, b FROM same_as WHERE NOT disputed")}
    together = {rec: some[0] for some in links.components(ledger.db.conn) for rec in some}
    out = [Proposal(*pair, tuple(why)) for pair, why in found.items() if pair not in decided
           and (pair[0] not in together or together[pair[0]] != together.get(pair[1]))]
    tell(1, 1)
    return sorted(out, key=lambda p: ([REASONS.index(w) for w in p.why], p.one, p.other))


def sure(ledger: "Ledger", found: Iterable[Proposal]) -> list[Proposal]:
    """Return those proposals in which number and name agree and the dates of birth do not contradict: many can be linked at once."""
    numbered = [p for p in found if NUMBER in p.why]
    rows: dict[str, tuple[str, str]] = {}
    for part in chunks(sorted({rec for p in numbered for rec in (p.one, p.other)})):
        for rec, name, birth in ledger.db.conn.execute(f"SELECT id, full_name, birth_date FROM person WHERE id IN ({marks(part)})", part):
            rows[rec] = (identity.searchable_name(str(name or "")), str(birth or ""))
    agree = [p for p in numbered if p.one in rows and p.other in rows]
    return [p for p in agree if rows[p.one][0] == rows[p.other][0] != "" and len({rows[p.one][1], rows[p.other][1]} - {""}) < 2]


def compare(ledger: "Ledger", one: str, other: str) -> list[Compared]:
    """Return what two records say, side by side, in the dictionary's order: where both speak and differ, where they agree, where one is silent."""
    left, right = ledger.get(one), ledger.get(other)
    if left is None or right is None:
        return []
    rows = []
    for field in dictionary().types[left.type].stored():
        one_said, other_said = (_said(record.values.get(field.name)) for record in (left, right))
        if one_said or other_said:
            rows.append(Compared(field.name, left.values.get(field.name), right.values.get(field.name), bool(one_said and other_said)
                                 and one_said != other_said))
    return sorted(rows, key=lambda row: (not row.differs, not (_said(row.one) and _said(row.other))))


def decided(ledger: "Ledger") -> list[tuple[str, str, bool]]:
    """Return the pairs about which something was said and nobody disputes it: (one, other, whether they are the same)."""
    rows = ledger.db.conn.execute("SELECT a, b, holds FROM same_as WHERE NOT disputed AND type = 'person' ORDER BY a, b")
    return [(a, b, bool(holds)) for a, b, holds in rows]


def _said(value: Value) -> str:
    return "" if value in (None, "", []) else canonical(value).decode()


def _people(ledger: "Ledger", tell: Step) -> Iterator[_Person]:
    from app.models.pinyin import sort_key

    spell = cache(sort_key)
    total = int(ledger.db.conn.execute("SELECT count(*) FROM person").fetchone()[0])
    share = _READING / (_READING + len(_WAYS))
    for at, (rec, name, number, birth, household) in enumerate(ledger.db.conn.execute(
            "SELECT id, full_name, id_number, birth_date, household_id FROM person WHERE _void IS NULL")):
        if at % _STEP == 0:
            tell(at * share, total)
        plain, base = identity.searchable_name(str(name or "")), identity.base18(str(number or ""))
        yield _Person(rec, plain, spell(plain), base, int(base[:17]) if base[:17].isdecimal() else 0, str(birth or ""), str(household or ""))


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
    """One of the first 17 digits differs; the 18th follows from them. Most pairs are told apart by their difference alone."""
    apart = str(abs(a.digits - b.digits))
    if apart[1:].strip("0"):
        return False
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
