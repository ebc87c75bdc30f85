"""Headers: finds the heads of another office's table and says which field each column is. Promises to guess nothing.

Heads stand somewhere under title rows, in one row or two (a merged group above). A head is known by the dictionary's
labels and aliases; a few words below name the place of a household in other ways.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.books.incoming import Cell, Sheet
from app.models.dictionary import Field, dictionary, fold

TYPES = ("person", "household", "placement")
LOOK_IN = 20  # rows in which heads are looked for
LEAST = 3  # known heads that make a row of heads
MUST = ("person.full_name", "person.id_number")
PLACE, SITE, IGNORED = "place", "site", "ignored"
_WHERE = frozenset(["所属区域", "所在区域", "所属地区", "所属村", "所属乡镇", "所在乡镇", "所属社区", "所在社区", "乡镇街道", "村社区", "村居"])
_GROUP = "6"  # 自然村, 组: below what has a code


@dataclass(frozen=True, slots=True)
class Target:
    """What a column brings: `name` is "person.full_name", "place", "site" or "ignored"; field is the dictionary's, if any."""

    name: str
    field: Field | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. Attributes: column (number, from 1), text (as it stands), targets (empty: not known)."""

    column: int
    text: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of a sheet. Attributes: row (the lowest row of heads, from 1), heads (left to right, those with a text)."""

    row: int
    heads: tuple[Head, ...]

    def columns(self, name: str) -> tuple[Head, ...]:
        """Return the columns that bring a target, left to right."""
        return tuple(head for head in self.heads for target in head.targets if target.name == name)

    @property
    def known(self) -> frozenset[str]:
        """Return the names of the targets there are columns for."""
        return frozenset(target.name for head in self.heads for target in head.targets)


def find_heads(sheet: Sheet) -> Heads | None:
    """Return the heads of a sheet, or None where the first rows hold none."""
    best: Heads | None = None
    for row in range(1, min(LOOK_IN, len(sheet.rows)) + 1):
        heads = _heads_at(sheet, row)
        known = heads.known - {IGNORED}
        if len(known) >= LEAST and any(name in known for name in MUST) and (
                best is None or len(known) > len(best.known - {IGNORED})):
            best = heads
    return best


def targets_of(text: str) -> tuple[Target, ...]:
    """Return what a head means: one target, or two where one column tells two fields of a work spell; () when unknown."""
    word = fold(text).strip("*:?()[]#.、")
    if word == "户主":
        return targets_of("户主姓名")
    if word and not word.isdigit() and (kind := _kind_of(fold(text), word)):
        return (Target(kind, None),)
    fields = [f for f in dictionary().headers(text) if f.type in TYPES]
    if any(f.name == "site_id" for f in fields):
        return (Target(SITE, None),)
    if any(f.off for f in fields):
        return (Target(IGNORED, None),)  # not collected unless the office has grounds of its own
    for type in TYPES:
        found = [f for f in fields if f.type == type and not f.derived]
        if found:
            few = found if type == "placement" else found[:1]
            return tuple(Target(f"{f.type}.{f.name}", f) for f in few)
    return tuple(Target(f"{f.type}.{f.name}", f) for f in fields[:1])


def _kind_of(whole: str, word: str) -> str | None:
    """Return what a head is that names no field: a level of places, or a column nobody keeps."""
    bare = "".join(c for c in word if c not in "()（）/、")
    level = next((found for text in (whole, word, bare) if (found := dictionary().codes["area_level"].find(text))), None)
    if level == _GROUP or dictionary().codes["unused_header"].find(word):
        return IGNORED
    return PLACE if level or bare in _WHERE else None


def _heads_at(sheet: Sheet, row: int) -> Heads:
    """Return the heads that this row would make, with the group above it, and what reaches down into it by a merge."""
    heads = []
    for at in range(len(sheet.rows[row - 1])):
        column = sheet.first_column + at
        own, above = _text(sheet.cell(row, column)), _above(sheet, row, column)
        text = own or above
        if not text:
            continue
        joined = targets_of(above + own) if own and above else ()
        targets = joined if any(_is_of_head(t) for t in joined) else targets_of(text)
        heads.append(Head(column, text if not joined or targets is not joined else above + own, targets))
    return Heads(row, tuple(_once(heads)))


def _is_of_head(target: Target) -> bool:
    return target.name in ("household.head_name", "household.head_id_number", "household.household_phone")


def _once(heads: Sequence[Head]) -> Iterable[Head]:
    """A row of data has many equal cells; a row of heads has each text once: later doubles say nothing."""
    seen: set[str] = set()
    for head in heads:
        yield head if head.text not in seen else Head(head.column, head.text, ())
        seen.add(head.text)


def _above(sheet: Sheet, row: int, column: int) -> str:
    """Return the text of the cell above: its own, or that of the merged range it lies in, unless that is a title."""
    if row == 1:
        return ""
    for first_row, first, last_row, last in sheet.merged:
        if first_row <= row - 1 <= last_row and first <= column <= last:
            title = last - first + 1 >= max(2, 0.8 * len(sheet.rows[row - 1]))
            return "" if title else _text(sheet.cell(first_row, first))
    return _text(sheet.cell(row - 1, column))


def _text(cell: Cell) -> str:
    return "".join(cell.split()) if isinstance(cell, str) else ""
