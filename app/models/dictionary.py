"""The dictionary: record types, fields and code lists, read from resources/dictionary.

Promises one dictionary per process, read on first use, in the order of the files, which only the codes of offices are added
to (app.models.office); every name has a Chinese
and an English label; whatever a workbook calls a field or a code is found by its alias.

    Dictionary -> RecordType -> Field      types["person"].fields["full_name"]
               -> CodeList -> CodeItem     codes["sex"].items["2"]
"""
import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from app.models import clock
from app.models.language import say
from app.models.resources import resource

_SPACE = re.compile(r"\s+")
_HEADER_EDGE = "*:?()[]#.、:"
_NOTE = re.compile(r"\([^()]*\)")


def fold(text: str) -> str:
    """Return the text as names are compared: full-width folded, no white space, lower case."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type. `list` is its code list, or the types a reference may point to, joined by "|"."""

    type: str
    name: str
    kind: str
    list: str
    group: str
    need: bool
    sensitive: bool
    derived: bool
    off: bool
    purpose: str
    unit: str
    zh: str
    en: str
    aliases: tuple[str, ...]

    def label(self) -> str:
        """Return the label in the language in use."""
        return say(self.zh, self.en)

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the record types a reference may point to; empty for other kinds."""
        return tuple(self.list.split("|")) if self.kind in ("ref", "refs") else ()


@dataclass(frozen=True, slots=True)
class RecordType:
    """One kind of record. `root` is "self" or the type of dossier it belongs to, named by `root_field`."""

    name: str
    zh: str
    en: str
    root: str
    root_field: str
    place: str
    scope: str
    digest: bool
    label_field: str
    fields: dict[str, Field]

    def label(self) -> str:
        """Return the label in the language in use."""
        return say(self.zh, self.en)

    def stored(self) -> Iterator[Field]:
        """Yield the fields that are written, in order; derived ones are views."""
        return (field for field in self.fields.values() if not field.derived)


@dataclass(frozen=True, slots=True)
class CodeItem:
    """One code of a list; `off` means known when read, not offered when asked."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    maps: dict[str, str]
    off: bool

    def label(self) -> str:
        """Return the label in the language in use."""
        return say(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class LocalCode:
    """A code that an office adds to a list, or what it says of one that is there: offered from `since` until before `until`
    ("": no limit); `here`: the office's area holds this workspace, so that it is offered here at all."""

    list: str
    code: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    since: str
    until: str
    here: bool


class CodeList:
    """A code list. Attributes: name, items (by code: those of the file in its order, then those of offices)."""

    def __init__(self, name: str, items: dict[str, CodeItem]) -> None:
        self.name, self.shipped, self.items = name, items, items
        self._said: dict[str, LocalCode] = {}

    def adopt(self, local: Sequence[LocalCode]) -> None:
        """Know what offices say of this list, the nearest first, instead of what was adopted before."""
        said, items = dict[str, LocalCode](), dict(self.shipped)
        for one in local:
            if one.code in said:
                continue
            said[one.code] = one
            old = items.get(one.code)
            items[one.code] = CodeItem(one.code, one.zh or (old.zh if old else one.code), one.en or (old.en if old else one.zh or one.code),
                                       (*one.aliases, *((old.zh, old.en, *old.aliases) if old else ())), old.maps if old else {},
                                       old.off if old else False)
        self._said, self.items = said, items
        self.__dict__.pop("_words", None)

    def label(self, code: str) -> str:
        """Return the label of a code in the language in use; an unknown code stands for itself."""
        item = self.items.get(code)
        return item.label() if item else code

    def offered(self) -> tuple[CodeItem, ...]:
        """Return the items that a screen offers, in order."""
        if not self._said:
            return tuple(item for item in self.items.values() if not item.off)
        today = clock.today().isoformat()
        return tuple(item for item in self.items.values() if not item.off and self._holds(item.code, today))

    def _holds(self, code: str, today: str) -> bool:
        said = self._said.get(code)
        if said is None or (not said.here and code in self.shipped):
            return True
        return said.here and said.since <= today and not (said.until and said.until <= today)

    def find(self, text: str) -> str | None:
        """Return the code that this code, label or alias means, or None."""
        if text in self.items:
            return text
        key = fold(text)
        found = self._words.get(key)
        if found is None and key.isdigit():
            found = next((code for code in (key.zfill(2), key.lstrip("0")) if code in self.items), None)
        return found

    @cached_property
    def _words(self) -> dict[str, str]:
        words: dict[str, str] = {}
        for item in self.items.values():
            for word in (*item.aliases, item.en, item.zh, item.code):
                words[fold(word)] = item.code
        return words


class Dictionary:
    """All types, fields and code lists. Attributes: types, codes, revision (counts up when offices' codes change)."""

    def __init__(self, types: dict[str, RecordType], codes: dict[str, CodeList]) -> None:
        self.types, self.codes, self.revision = types, codes, 0
        self._local: dict[str, list[LocalCode]] = {}

    def adopt(self, local: Sequence[LocalCode]) -> None:
        """Know the codes that offices have added, instead of those adopted before; lists this program does not have are left out."""
        by_list: dict[str, list[LocalCode]] = {}
        for one in local:
            if one.list in self.codes:
                by_list.setdefault(one.list, []).append(one)
        if by_list == self._local:
            return
        for name in {*by_list, *self._local}:
            self.codes[name].adopt(by_list.get(name, []))
        self._local = by_list
        self.revision += 1

    def field(self, type: str, name: str) -> Field:
        """Return a field; KeyError when there is none."""
        return self.types[type].fields[name]

    def groups(self, type: str) -> dict[str, tuple[str, ...]]:
        """Return the merge groups of a type: group to its fields, in order."""
        return self._groups.get(type, {})

    def unit_of(self, type: str, field: str) -> str:
        """Return the unit a field is merged in: its group, or the field itself. Pseudo-fields stand alone."""
        known = self.types[type].fields.get(field)
        return known.group if known and known.group else field

    def fields_of_unit(self, type: str, unit: str) -> tuple[str, ...]:
        """Return the fields of a unit: those of the group, or the one field."""
        return self.groups(type).get(unit, (unit,))

    def headers(self, text: str, type: str | None = None) -> tuple[Field, ...]:
        """Return the fields, derived ones too, that a column of this title may mean, in the order of the file.

        Blanks, stars and, where the whole title is unknown, notes in parentheses do not count.
        """
        for word in _header_words(text):
            found = self._headers.get(word, ())
            if type is not None:
                found = tuple(field for field in found if field.type == type)
            if found:
                return found
        return ()

    @cached_property
    def _groups(self) -> dict[str, dict[str, tuple[str, ...]]]:
        groups: dict[str, dict[str, tuple[str, ...]]] = {}
        for type in self.types.values():
            for field in type.fields.values():
                if field.group:
                    mine = groups.setdefault(type.name, {})
                    mine[field.group] = (*mine.get(field.group, ()), field.name)
        return groups

    @cached_property
    def _headers(self) -> dict[str, tuple[Field, ...]]:
        headers: dict[str, tuple[Field, ...]] = {}
        for type in self.types.values():
            for field in type.fields.values():
                for word in dict.fromkeys(fold(w) for w in (field.zh, field.en, field.name, *field.aliases)):
                    headers[word] = (*headers.get(word, ()), field)
        return headers


def _header_words(text: str) -> Iterator[str]:
    """Yield the ways to read a column title, the fullest first."""
    whole = fold(text)
    yield whole
    yield whole.lstrip("*").rstrip("*:?")
    yield _NOTE.sub("", whole).strip(_HEADER_EDGE)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with resource("dictionary", name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _read_types() -> dict[str, RecordType]:
    types: dict[str, RecordType] = {}
    for row in _rows("types.csv"):
        root, _, root_field = row["root"].partition(":")
        types[row["type"]] = RecordType(
            row["type"], row["zh"], row["en"], root, root_field, row["place"], row["scope"], row["digest"] == "1",
            row["label_field"], {},
        )
    for row in _rows("fields.csv"):
        types[row["type"]].fields[row["field"]] = Field(
            row["type"], row["field"], row["kind"], row["list"], row["group"], bool(row["need"]),
            bool(row["sensitive"]), bool(row["derived"]), bool(row["off"]), row["purpose"], row["unit"], row["zh"],
            row["en"], _words(row["aliases"]),
        )
    return types


def _read_codes() -> dict[str, CodeList]:
    codes: dict[str, CodeList] = {}
    for row in _rows("codes.csv"):
        items = codes.setdefault(row["list"], CodeList(row["list"], {})).items
        maps = {key: value for key, _, value in (entry.partition("=") for entry in _words(row["maps"]))}
        items[row["code"]] = CodeItem(
            row["code"], row["zh"], row["en"], _words(row["aliases"]), maps, bool(row["off"])
        )
    return codes


@cache
def dictionary() -> Dictionary:
    """Return the dictionary, read once."""
    return Dictionary(_read_types(), _read_codes())


def parse(field: Field, value: object) -> Any:
    """Return the stored value that a person's text (or a workbook's cell) means; see values.parse."""
    from app.models import values

    return values.parse(field, value)


def format(field: Field, value: Any) -> str:
    """Return a stored value as a person reads it, in the language in use; see values.format."""
    from app.models import values

    return values.format(field, value)
