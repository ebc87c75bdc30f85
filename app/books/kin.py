"""Kin: columns that speak of another member of a row's household: the spouse, the first, the second member. Promises somebody only where
it is clear who is meant.

    role_of("配偶") -> "spouse"      role_of("家庭成员2") -> "member2"      role_of("劳动力1") -> "" (somebody, but not who)
Members are counted without the head, and without the spouse where the table has columns for the spouse. Whom a row names already is who is
meant; a number is never put beside the name of somebody else.
"""
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.books.kinds import PEOPLE
from app.books.people import People
from app.models import identity
from app.models.dictionary import fold
from app.models.store import Connection

SPOUSE, MEMBER, HEAD_OF_HOME = "spouse", "member", "head"
HEAD, SPOUSES = "02", ("10", "11", "12")
_NUMBER = r"[(]?([1-9一二三四五六七八九])[)]?号?"
_SPOUSE = re.compile(r"(?:户主)?(?:配偶|妻子|丈夫|爱人)")
_MEMBER = re.compile(rf"(?:其他|其它|共同生活|户内)?(?:家庭)?成员{_NUMBER}")
_SOMEBODY = re.compile(rf"(?:家庭|搬迁|脱贫)?(?:劳动力|人员|务工人员|就业人员|子女|孩子|学生){_NUMBER}")
_HAN = "一二三四五六七八九"
FACTS = "person.full_name", "person.id_number"
Member = tuple[str, tuple[Any, ...]]  # relation to the head, and what is asked of them: name and number first
Said = tuple[str, str]  # the name and the number that a row says of somebody; "" where it says none


def role_of(text: str) -> str | None:
    """Return who a group of columns is about, "" for somebody who cannot be told, None where it is about the row itself."""
    word = fold(text)
    if _SPOUSE.fullmatch(word):
        return SPOUSE
    if found := _MEMBER.fullmatch(word):
        return f"{MEMBER}{_count(found)}"
    return "" if _SOMEBODY.fullmatch(word) else None


def parted(head: str) -> tuple[str, str] | None:
    """Return who a single head is about and what it asks of them (配偶姓名), None where it is about the row itself."""
    word = fold(head)
    if (found := _SPOUSE.match(word)) and found.end() < len(word):
        return SPOUSE, word[found.end():]
    if (found := _MEMBER.match(word)) and found.end() < len(word):
        return f"{MEMBER}{_count(found)}", word[found.end():]
    return None


def _count(found: re.Match[str]) -> int:
    return int(found.group(1)) if found.group(1).isdigit() else _HAN.index(found.group(1)) + 1


class Households:
    """The members of the households of a place, with their names and numbers and what some columns ask of them.

    Attributes: bases (markers that are read of each)."""

    def __init__(self, conn: Connection, prefix: str, day: date, bases: Sequence[str]) -> None:
        self.bases = tuple(dict.fromkeys((*FACTS, *bases)))
        self._homes: dict[str, list[Member]] = {}
        self._recs: dict[str, str] = {}
        for batch in People(conn, PEOPLE, prefix, day).batches(["person.relation_to_head", *self.bases]):
            for values, ids in zip(batch.rows(), zip(*batch.ids, strict=True), strict=True):
                rec, home = ids[0], ids[1]
                if rec and home:
                    self._homes.setdefault(home, []).append((str(values[0] or ""), tuple(values[1:])))
                    self._recs[rec] = str(values[0] or "")

    def of(self, said: Mapping[str, Said], home: str | None, person: str | None) -> dict[str, dict[str, Any] | None]:
        """Return role -> what is asked of whoever has it for a row, by base: of the member whom the row names there, else of the ledger's;
        {} where there is nobody, or several; None where the row names somebody who cannot be told."""
        members = self._homes.get(home or "", [])
        own = HEAD if person is None else self._recs.get(person, "")
        named = {role: [one for one in members if _is(one, *facts)] for role, facts in said.items() if any(facts)}
        taken = [some[0] for some in named.values() if len(some) == 1]
        told: dict[str, dict[str, Any] | None] = {}
        for role in said:
            some = named[role] if role in named else [one for one in _by_ledger(role, own, members, taken, said) if one not in taken]
            told[role] = dict(zip(self.bases, some[0][1], strict=True)) if len(some) == 1 else None if role in named else {}
        return told


def _is(member: Member, name: str, number: str) -> bool:
    """Return whether a member is who a row names, by name, by number or by both."""
    own_name, own_number = (str(fact or "") for fact in member[1][:len(FACTS)])
    return ((not name or identity.searchable_name(name) == identity.searchable_name(own_name))
            and (not number or identity.may_be(number, own_number)))


def _by_ledger(role: str, own: str, members: Sequence[Member], taken: Sequence[Member], said: Mapping[str, Said]) -> Sequence[Member]:
    """Return who has a role that a row does not name, if it is clear; those whom it names under other roles are counted there."""
    heads, spouses = ([one for one in members if one[0] in kind] for kind in ((HEAD,), SPOUSES))
    if len(heads) != 1:
        return ()
    if role == HEAD_OF_HOME:
        return heads
    if role == SPOUSE:
        some = spouses if own == HEAD else heads if own in SPOUSES else []
        return some if len(some) == 1 else ()
    rest = [one for one in members if own == HEAD and one[0] != HEAD and not (SPOUSE in said and one[0] in SPOUSES) and one not in taken]
    at = int(role.removeprefix(MEMBER)) - 1 - sum(any(facts) for other, facts in said.items() if MEMBER in other and other < role)
    return rest[at:at + 1]
