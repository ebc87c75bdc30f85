"""Agreeing: what a row of another office's table says of whom it names, beside what the ledger says. Promises that nobody is meant whom a
row contradicts: another birthday, another sex, another head of the household is somebody else of that name.

    agrees(said, told, day) -> whether a row may be about somebody        said, told: marker -> what the row, the ledger says
"""
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.models import identity
from app.models.dictionary import dictionary

BORN = re.compile(r"(\d{4})[年./-]?(\d{1,2})(?:[月./-]?(\d{1,2}))?")
SURE = ("person.sex", "person.birth_date", "person.age", "household.head_name")  # what does not change, or not by much
YEARS = 1  # an age that was written last year


def agrees(said: Mapping[str, str], told: Mapping[str, Any], day: date) -> bool:
    """Return whether nothing that a row says is against what is known of somebody; what is not known says nothing."""
    return all(_same(marker, said[marker], told[marker], day) for marker in SURE if said.get(marker) and told.get(marker) not in (None, ""))


def the_one(said: Mapping[str, str], some: Sequence[tuple[Mapping[str, Any], Any]]) -> list[Any]:
    """Return those of several of one name whose phone a row says; all of them where it says none of theirs."""
    phone = said.get("person.phone", "")
    found = [one for told, one in some if phone and str(told.get("person.phone") or "") == phone]
    return found or [one for _, one in some]


def _same(marker: str, text: str, told: Any, day: date) -> bool:
    if marker == "person.sex":
        code = dictionary().codes["sex"].find(text)
        return code is None or code == str(told)
    if marker == "person.birth_date":
        return _same_day(text, str(told))
    if marker == "person.age":
        return not text.isdecimal() or abs(int(text) - int(told)) <= YEARS
    return identity.may_be_called(text, str(told))


def _same_day(text: str, told: str) -> bool:
    """Return whether a birthday may be the one that is told, as far as both say it; what is no date says nothing."""
    said, known = (BORN.match(one) for one in (text, told))
    if said is None or known is None:
        return True
    parts = zip(said.groups(), known.groups(), strict=True)
    return all(one is None or other is None or int(one) == int(other) for one, other in parts)
