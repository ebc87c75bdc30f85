"""Cards: sheets about one household (一户一表), labels over a table of its members. Promises that nobody of another household stands there.

    labels_over(sheet, row) -> the labels over a table and what answers them, () where they tell of no household
    said_of(labels, sheet) -> which household they name            found(conn, prefix, said) -> its record, None where there is none, or several
"""
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.books.asked import DEPARTMENT
from app.books.headers import LOOK_IN, as_text, top_of
from app.books.incoming import Sheet
from app.books.pages import Label, labels_of
from app.models.identity import base18
from app.models.store import Connection

WHICH = ("household.household_code", "household.head_name", "household.head_id_number")
CLOSE = 8  # rows of labels under the one that names the household
Said = tuple[tuple[str, str], ...]  # marker and text, of what a card says of its household
_IN_ONE = re.compile(r"([^：:]{2,12})[：:]_*([^：:]*)")  # 户主姓名：石一
_LIVE = "_void IS NULL AND _place BETWEEN ? AND ? || '~'"
_HEADS = f"SELECT household_id FROM person WHERE {_LIVE} AND relation_to_head = '02'"


def labels_over(sheet: Sheet, row: int) -> tuple[Label, ...]:
    """Return the labels over the heads in this row, with the cells that answer them; () where they say of no household which it is."""
    top = top_of(sheet, row)
    labels = tuple(labels_of(sheet, top - 1))
    return labels if any(target.name in WHICH for label in labels for target in label.targets) else ()


def named_on(conn: Connection, prefix: str, sheet: Sheet) -> tuple[tuple[Label, ...], Said]:
    """Return all labels of a sheet and what they say of a household, where that is one of ours; nothing where it is none."""
    labels = tuple(labels_of(sheet, LOOK_IN))
    some = [(target.name, text) for label in labels for target in label.targets
            if target.name in WHICH and (text := as_text(sheet.cell(label.row, label.column)))]
    return (labels, tuple(some)) if some and found(conn, prefix, tuple(some)) is not None else ((), ())


def below(sheet: Sheet, labels: Sequence[Label]) -> Iterator[Sheet]:
    """Yield a sheet without what stands over a row, for each row in which the heads of its household's members may begin."""
    first = 1 + max(label.row for label in labels for target in label.targets if target.name in WHICH)
    for row in range(first, min(first + CLOSE, len(sheet.rows)) + 1):
        yield replace(sheet, rows=(*([] for _ in sheet.rows[:row - 1]), *sheet.rows[row - 1:]))


def said_of(labels: Sequence[Label], sheet: Sheet, row: int) -> Said | None:
    """Return what stands over the heads in a row of the household that the table is about; () where its place is still blank, None where
    nothing there asks for a household."""
    asked = [(target.name, as_text(sheet.cell(label.row, label.column))) for label in labels for target in label.targets if target.name in WHICH]
    for cells in sheet.rows[:top_of(sheet, row) - 1]:
        for text in map(as_text, cells):
            if (found := _IN_ONE.fullmatch(text)) and (targets := DEPARTMENT.targets_of(found.group(1))) and targets[0].name in WHICH:
                asked.append((targets[0].name, found.group(2)))
    return tuple((marker, text) for marker, text in asked if text) if asked else None


def found(conn: Connection, prefix: str, said: Said) -> str | None:
    """Return the record of the one household of a place that is all that is said."""
    some: list[set[str]] = []
    for marker, text in said:
        sql, value = {
            "household.household_code": (f"SELECT id FROM household WHERE {_LIVE} AND household_code = ?", text),
            "household.head_name": (f"{_HEADS} AND full_name = ?", text),
            "household.head_id_number": (f"{_HEADS} AND substr(id_number, 1, 18) = ?", base18(text))}[marker]
        some.append({row[0] for row in conn.execute(sql, (prefix, prefix, value))})
    homes = set.intersection(*some) if some else set()
    return homes.pop() if len(homes) == 1 else None
