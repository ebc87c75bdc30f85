"""来表即填 where a row holds several people: the head, the spouse, the other members; only where it is clear who is meant."""
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import foreign
from app.books.fill import fill
from app.books.kin import parted, role_of
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.books.conftest import SITE

MEMBERS = (("02", "石一", "1980-01-01"), ("10", "龙一", "1982-01-01"), ("20", "石小", "2005-01-01"), ("30", "石妹", "2010-01-01"))


@pytest.fixture
def homes(ledger: Ledger) -> Ledger:
    """A household of four, and one of a head alone."""
    writes = []
    for n, members in ((1, MEMBERS), (2, (("02", "韦独", "1970-01-01"),))):
        home = f"{n:032x}"
        writes.append(Write("household", {"household_code": f"H{n}", "dwelling_no": f"{n}-1-101"}, rec=home, place=SITE))
        writes += [Write("person", {"full_name": name, "household_id": home, "relation_to_head": relation, "birth_date": born,
                                    "sex": "2" if relation in ("10", "30") else "1", "id_number": f"529999{born.replace('-', '')}{m}{n}0X"},
                         rec=f"{n}{m}" + "0" * 30, place=SITE) for m, (relation, name, born) in enumerate(members)]
    ledger.write(writes, source="test")
    return ledger


def filled(ledger: Ledger, path: Path, *rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path / "来表.xlsx")
    done = fill(ledger, foreign.read_all(ledger, path / "来表.xlsx"), path / "填好.xlsx")
    return [row for row in load_workbook(done.path).worksheets[0].iter_rows(min_row=len(rows) + 1, values_only=True) if any(row)]


def test_a_row_is_a_household_and_its_columns_are_its_members(homes: Ledger, tmp_path: Path) -> None:
    rows = filled(homes, tmp_path, ("户主", None, None, "配偶", None, "家庭成员1", None, "成员二", "房号"),
                  ("姓名", "性别", "年龄", "姓名", "出生日期", "姓名", "性别", "姓名", None))
    assert rows == [("石一", "男", 46, "龙一", "1982-01-01", "石小", "男", "石妹", "1-1-101"), ("韦独", "男", 56, *[None] * 5, "2-1-101")]


def test_whoever_cannot_be_told_stays_blank(homes: Ledger, tmp_path: Path) -> None:
    rows = filled(homes, tmp_path, ("户主姓名", "家庭人口", "劳动力1", None, "子女1"), (None, None, "姓名", "身份证号", "姓名"))
    assert rows == [("石一", 4, None, None, None), ("韦独", 1, None, None, None)]


def test_the_spouse_of_a_person_s_row(homes: Ledger, tmp_path: Path) -> None:
    rows = filled(homes, tmp_path, ("姓名", "身份证号", "与户主关系", "配偶姓名", "配偶身份证号"))
    told = {row[0]: row[3] for row in rows}
    assert told == {"石一": "龙一", "龙一": "石一", "石小": None, "石妹": None, "韦独": None}


@pytest.mark.parametrize(("text", "role"), [
    ("配偶", "spouse"), ("户主配偶", "spouse"), ("家庭成员2", "member2"), ("成员（三）", "member3"), ("劳动力1", ""), ("家庭成员", None),
    ("劳动力", None), ("配偶情况", None)])
def test_whom_a_group_is_about(text: str, role: str | None) -> None:
    assert role_of(text) == role


def test_whom_a_single_head_is_about() -> None:
    assert parted("配偶姓名") == ("spouse", "姓名") and parted("成员1身份证号") == ("member1", "身份证号")
    assert parted("家庭成员姓名") is None and parted("配偶") is None and parted("成员人数") is None


def test_a_member_s_facts_stand_beside_the_name_that_is_written_there(homes: Ledger, tmp_path: Path) -> None:
    """Who has a role by the ledger is not who a person wrote there: nobody's number is put beside the name of somebody else."""
    heads = ("户主姓名", "户编号", "家庭成员1姓名", "家庭成员1身份证号", "配偶姓名", "配偶身份证号", "家庭成员2姓名", "家庭成员2身份证号")
    number = {name: f"529999{born.replace('-', '')}{m}10X" for m, (_, name, born) in enumerate(MEMBERS)}
    path = tmp_path / "来表.xlsx"
    book = Workbook()
    for row in (heads, ("石一", "H1", "石妹", None, "王别人", None, None, None), ("石一", "H1", None, "529999********990X", None, None, "石小", None),
                ("石一", "H1", None, "529999********310X", "龙一", None, None, None)):
        book.active.append(row)
    book.save(path)
    done = fill(homes, foreign.read_all(homes, path), tmp_path / "填好.xlsx")
    rows = [row[2:] for row in load_workbook(done.path).worksheets[0].iter_rows(min_row=2, max_row=4, values_only=True)]
    assert rows == [("石妹", number["石妹"], "王别人", None, "石小", number["石小"]),
                    (None, "529999********990X", "龙一", number["龙一"], "石小", number["石小"]),
                    ("石妹", "529999********310X", "龙一", number["龙一"], "石小", number["石小"])]
    assert [(gap.row, gap.head) for gap in done.gaps] == [(2, "配偶身份证号"), (3, "家庭成员1姓名")]


def test_a_head_s_facts_stand_beside_no_other_head_s_name(homes: Ledger, tmp_path: Path) -> None:
    """A household's code is not enough where the row names somebody else as its head, or half of another number; a hidden name may be."""
    book = Workbook()
    for row in (("户编号", "户主姓名", "户主身份证号", "家庭人口"), ("H1", "王别人", None, None), ("H1", "石一", None, None),
                ("H1", None, "529999********990X", None), ("H2", None, "529999********020X", None),
                ("H2", "韦*", None, None), ("H2", "石＊", None, None)):
        book.active.append(row)
    book.save(tmp_path / "来表.xlsx")
    done = fill(homes, foreign.read_all(homes, tmp_path / "来表.xlsx"), tmp_path / "填好.xlsx")
    rows = [*load_workbook(done.path).worksheets[0].iter_rows(min_row=2, max_row=7, values_only=True)]
    assert rows == [("H1", "王别人", None, None), ("H1", "石一", "52999919800101010X", 4), ("H1", None, "529999********990X", None),
                    ("H2", "韦独", "529999********020X", 1), ("H2", "韦*", "52999919700101020X", 1), ("H2", "石＊", None, None)]
    assert done.strangers == [2, 4, 7]
