"""Rosters of invented people, in the national register's heads (domain.md 1.1), as an office would send them."""
from pathlib import Path

from app.models.identity import check_character

HEADS = ("县", "乡", "村", "户编号", "人口编号", "姓名", "证件类型", "证件号码", "与户主关系", "性别", "民族", "文化程度", "联系电话")
FAMILY = "杨石吴龙韦罗陆王李潘"
GIVEN = "山云石梅花明芳贵兰英"
RELATIONS = (("户主", "1", 1970), ("配偶", "2", 1972), ("之子", "1", 1996), ("之女", "2", 1999))


def person_row(household: int, member: int) -> list[str]:
    """Return the row of one of the four members of a household; the same numbers give the same person."""
    relation, sex, year = RELATIONS[member]
    n = household * len(RELATIONS) + member
    order = f"{(n % 499) * 2 + (1 if sex == '1' else 2):03d}"
    first = f"529999{year + household % 5}{1 + n // 499 % 12:02d}{1 + n // 5988 % 28:02d}{order}"
    name = FAMILY[household % 10] + GIVEN[n % 10] + GIVEN[n // 10 % 10]
    return ["练习县", "青禾镇", "石板村", f"52999900{household:08d}", f"52999900{household:08d}{member + 1:02d}", name,
            "居民身份证", first + check_character(first), relation, "男" if sex == "1" else "女", "布依族", "初中",
            f"138{n:08d}"]


def roster(path: Path, households: int) -> Path:
    """Write a roster of this many households of four under a title row; return its path."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("搬迁人口")
    sheet.append(["练习县搬迁人口名册"])
    sheet.append(HEADS)
    for household in range(households):
        for member in range(len(RELATIONS)):
            sheet.append(person_row(household, member))
    workbook.save(path)
    return path
