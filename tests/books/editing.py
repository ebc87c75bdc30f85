"""Editing: what people do to a labour book in an office, by a seed; the tests of what comes home share it."""
from copy import copy
from random import Random
from typing import Any

from tests.books.conftest import PEOPLE, household_id, person_id

FIRST = 5  # the first row of the body
Sheet = Any


def heads(sheet: Sheet) -> dict[str, int]:
    return {str(cell.value).replace("\n", ""): cell.column for row in (3, 4) for cell in sheet[row] if cell.value}


def row_of(sheet: Sheet, name: str) -> int:
    at = heads(sheet)["姓名"]
    return next(row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, at).value == name)


TYPED: dict[str, tuple[str, str, tuple[tuple[Any, Any], ...]]] = {  # head -> type, field, (what is typed, what is stored)
    "本人电话": ("person", "phone", (("13911110001", "13911110001"), (13911110002, "13911110002"))),
    "备注": ("person", "remark", (("甲", "甲"), (" 乙 ", "乙"), ("=1+1", "=1+1"), ("A&B<c>", "A&B<c>"), (12, "12"))),
    "期望月薪": ("person", "expected_wage_min", ((4000, 4000), ("4,500", 4500), ("5000元", 5000))),
    "楼栋房号": ("household", "dwelling_no", (("9-9-901", "9-9-901"),)),
}


def shuffled(sheet: Sheet, rnd: Random, last: int) -> None:
    """Sort the body anew, as a person does by a column's filter."""
    rows = [[(copy(cell.value), cell.number_format, cell.data_type) for cell in sheet[row]] for row in range(FIRST, last + 1)]
    rnd.shuffle(rows)
    for at, row in enumerate(rows, FIRST):
        for column, (value, look, kind) in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value, cell.number_format, cell.data_type = value, look, kind


def edit_at_random(sheet: Sheet, rnd: Random, most: int = 5) -> dict[tuple[str, str], Any]:
    """Edit up to so many cells of the village's book; returns (record, field) -> what should come home."""
    at, wanted = heads(sheet), {}
    names = [sheet.cell(row, at["姓名"]).value for row in range(FIRST, FIRST + 5)]
    for _ in range(rnd.randrange(most + 1)):
        name, head = rnd.choice(names), rnd.choice([h for h, (_, _, typed) in TYPED.items() if h in at])
        code = {n: (person_id(c), household_id(h)) for c, h, n, *_ in PEOPLE}[name]
        kind, field, typed = TYPED[head]
        value, stored = rnd.choice(typed)
        rec = code[0] if kind == "person" else code[1]
        if (rec, field) in wanted:
            continue
        wanted[rec, field] = stored
        cell = sheet.cell(row_of(sheet, name), at[head])
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    return wanted
