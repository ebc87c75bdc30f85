"""Search keys in pinyin. Promises that a name is found by every reading its surname has, in initials or in full."""
import csv
from collections.abc import Iterator
from functools import cache
from itertools import islice, product

from app.models.identity import searchable_name
from app.models.resources import resource

MOST_KEYS = 24  # a name whose letters have many readings keeps its first ones


def pinyin_keys(name: str) -> str:
    """Return the keys of a name, apart by blanks: initials, then full spellings, of all readings; ü stands as v and as u.

    单雄信 -> "cxx dxx sxx chanxiongxin danxiongxin shanxiongxin"
    """
    letters = searchable_name(name)
    if not letters:
        return ""
    if len(readings := _one_reading(letters)) == len(letters):  # as most names
        whole = "".join(readings)
        return " ".join(dict.fromkeys(("".join(part[0] for part in readings), *sorted(_umlauts(whole)))))
    spellings = {"".join(parts): "".join(part[0] for part in parts) for parts in _readings(letters)}
    full = {form for spelling in spellings for form in _umlauts(spelling)}
    return " ".join(dict.fromkeys([*sorted(set(spellings.values())), *sorted(full)]))


def sort_key(name: str) -> str:
    """Return the full pinyin of a name under the first reading of its surname, for lists in the order people expect."""
    letters = searchable_name(name)
    return "".join(next(_readings(letters))) if letters else ""


def _one_reading(letters: str) -> list[str]:
    """Return the syllables of letters that can be read in one way only, up to the first that cannot."""
    out: list[str] = []
    if len(letters) > 2 and letters[:2] in _table("surname"):
        return out
    for at, letter in enumerate(letters):
        ways = _given(letter) if at else _surname(letter)
        if len(ways) != 1:
            break
        out.append(ways[0])
    return out


def _readings(letters: str) -> Iterator[tuple[str, ...]]:
    """Return the ways to read these letters, at most MOST_KEYS, each a syllable per letter; the likeliest first."""
    double = _table("surname").get(letters[:2], ()) if len(letters) > 2 else ()
    surname: list[tuple[str, ...]] = [(syllable,) for syllable in double] or [_surname(letters[0])]
    return islice(product(*surname, *(_given(letter) for letter in letters[len(surname):])), MOST_KEYS)


@cache
def _surname(letter: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_table("surname").get(letter, ()), *_all_readings(letter))))


@cache
def _given(letter: str) -> tuple[str, ...]:
    return _table("given").get(letter) or _all_readings(letter)[:1]


@cache
def _all_readings(letter: str) -> tuple[str, ...]:
    if letter.isascii():
        return (letter,)
    from pypinyin import Style, pinyin
    found = pinyin(letter, style=Style.NORMAL, heteronym=True)
    return tuple(found[0]) if found and found[0] else (letter,)


@cache
def _table(place: str) -> dict[str, tuple[str, ...]]:
    """Return name -> readings for place "surname" or "given"; the readings of a two-letter surname are its syllables."""
    with resource("dictionary", "surnames.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: tuple(row["readings"].split()) for row in csv.DictReader(file) if row["place"] == place}


def _umlauts(spelling: str) -> tuple[str, ...]:
    return (spelling, spelling.replace("v", "u")) if "v" in spelling else (spelling,)
