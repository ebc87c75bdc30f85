"""Editing: what people do to a labour book in an office, by a seed; the tests of what comes home share it."""
from copy import copy
from datetime import date, datetime
from random import Random
from typing import Any

from app.models.identity import spell_id
from tests.books.conftest import MORE, PEOPLE, household_id, person_id

FIRST = 5  # the first row of the body
Sheet = Any


def heads(sheet: Sheet) -> dict[str, int]:
    return {str(cell.value).replace("\n", ""): cell.column for row in (3, 4) for cell in sheet[row] if cell.value}


def row_of(sheet: Sheet, name: str) -> int:
    at = heads(sheet)["姓名"]
    return next(row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, at).value == name)


TYPED: dict[str, tuple[str, str, tuple[tuple[Any, Any], ...]]] = {  # head -> type, field, (what is typed, what is stored)
    "本人电话": ("person", "phone", (("13911110001", "13911110001"), (13911110002, "13911110002"), (13911110003.0, "13911110003"), (None, None))),
    "备注": ("person", "remark", (("甲", "甲"), (" 乙 ", "乙"), ("=1+1", "=1+1"), ("A&B<c>", "A&B<c>"), (12, "12"), (None, None))),
    "期望月薪": ("person", "expected_wage_min", ((4000, 4000), ("4,500", 4500), ("5000元", 5000))),
    "楼栋房号": ("household", "dwelling_no", (("9-9-901", "9-9-901"),)),
    "民族": ("person", "ethnic_group", (("苗族", "06"), ("苗", "06"), ("06", "06"))),
    "学历": ("person", "education", (("高中", "61"), ("大学本科", "21"), (None, None))),
    "技能": ("person", "skills", (("01、03", ["01", "03"]), ("03", ["03"]), (None, None))),
    "培训意愿": ("person", "wants_training", (("是", True), ("否", False), ("√", True), (None, None))),
}
WORK: dict[str, tuple[str, str, tuple[tuple[Any, Any], ...]]] = {  # what is typed of the one who is at work
    "月收入": ("placement", "monthly_income", ((5200, 5200), ("5,300元", 5300), (5400.0, 5400))),
    "开始日期": ("placement", "start_date", ((date(2025, 4, 1), "2025-04-01"), ("2025.4.2", "2025-04-02"), (45750, "2025-04-03"))),
}
AT_WORK = "杨大山"


def before(code: str, home: str, field: str) -> Any:
    """What the village's book shows in a field of a person."""
    own = {"dwelling_no": {"H1": "3-2-501", "H2": "1-1-101", "H3": "2-1-302"}[home]}
    return MORE.get(code, {}).get(field, own.get(field))


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
    touched = set()
    for _ in range(rnd.randrange(most + 1)):
        name = rnd.choice(names)
        head = rnd.choice([h for h in (*TYPED, *(WORK if name == AT_WORK else ())) if h in at])
        code, home = {n: (c, h) for c, h, n, *_ in PEOPLE}[name]
        kind, field, typed = {**TYPED, **WORK}[head]
        value, stored = rnd.choice(typed)
        rec = {"person": person_id(code), "household": household_id(home), "placement": spell_id(person_id(code), 2)}[kind]
        if (rec, field) in touched:
            continue
        touched.add((rec, field))
        if kind == "placement" or before(code, home, field) != stored:
            wanted[rec, field] = stored
        cell = sheet.cell(row_of(sheet, name), at[head])
        cell.value = value
        cell.number_format = "General" if head == "开始日期" else cell.number_format
        if isinstance(value, str):
            cell.data_type = "s"
    return wanted


def disturb(sheet: Sheet, rnd: Random, edited: set[str]) -> set[str]:
    """Do to the sheet what offices do without editing anything; returns the records of those whose row is gone."""
    at, last = heads(sheet), FIRST + 4
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row > last]:
        sheet.unmerge_cells(merged.coord)
    for row in range(FIRST, last + 1):
        born, phone, income = (sheet.cell(row, at[head]) for head in ("出生日期", "本人电话", "月收入"))
        if rnd.random() < .5 and isinstance(born.value, (date, datetime)):
            _looks_otherwise(born, rnd)
        if rnd.random() < .5 and isinstance(phone.value, str) and phone.value.isdigit():
            phone.value, phone.number_format = int(phone.value), "0"
        if rnd.random() < .5 and isinstance(income.value, (int, float)):
            income.value, income.number_format = f"{income.value:,.2f}", "@"
    gone = set()
    for code, home, name, *_ in PEOPLE:
        free = not {person_id(code), household_id(home), spell_id(person_id(code), 2)} & edited
        if free and rnd.random() < .2 and any(sheet.cell(row, at["姓名"]).value == name for row in range(FIRST, last + 1)):
            sheet.delete_rows(row_of(sheet, name))
            last -= 1
            gone.add(person_id(code))
    if last < FIRST:
        return gone
    for _ in range(rnd.randrange(3)):  # rows copied as they are, and blank ones
        source = rnd.randrange(FIRST, last + 1) if rnd.random() < .6 else 0
        sheet.insert_rows(last + 1)
        last += 1
        for column in range(1, sheet.max_column + 1) if source else ():
            old, new = sheet.cell(source, column), sheet.cell(last, column)
            new.value, new.number_format, new.data_type = old.value, old.number_format, old.data_type
    shuffled(sheet, rnd, last)
    for _ in range(rnd.randrange(3)):
        column = rnd.randrange(2, 20)
        sheet.insert_cols(column)
        if rnd.random() < .5:
            sheet.cell(4, column).value = "核对人"
            sheet.cell(FIRST, column).value = "王干部"
    if rnd.random() < .5:
        sheet.column_dimensions[rnd.choice("DEFGH")].hidden = True
        sheet.row_dimensions[rnd.randrange(FIRST, last + 1)].hidden = True
    sheet.auto_filter.ref = f"A4:H{last}"
    return gone


def _looks_otherwise(cell: Any, rnd: Random) -> None:
    """Write a date in another way that still says the same day."""
    day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
    way = rnd.randrange(4)
    if way == 0:
        cell.number_format = 'yyyy"年"m"月"d"日"'
    elif way == 1:
        cell.value, cell.number_format = (day - date(1899, 12, 30)).days, "General"
    elif way == 2:
        cell.value, cell.number_format = f"{day:%Y.%m.%d}", "@"
    else:
        cell.value, cell.number_format = f"{day.year}年{day.month}月{day.day}日", "@"
