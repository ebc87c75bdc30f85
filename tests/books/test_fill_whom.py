"""来表即填 where a table that names nobody says who is meant: 妇女, 残疾人, 16至59周岁; nobody is left out by words that are not clear."""
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import foreign
from app.books.fill import fill
from app.books.whom import whom_of
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import SITE, household_id, person_id


@pytest.mark.parametrize(("title", "notes", "told", "taken"), [
    ("搬迁妇女培训需求摸底表", "", {"person.sex": "1"}, False), ("搬迁妇女培训需求摸底表", "", {"person.sex": "2"}, True),
    ("练习县妇女联合会就业摸底表", "", {"person.sex": "1"}, True), ("妇女、残疾人就业帮扶台账", "", {"person.sex": "1"}, True),
    ("残疾人就业状况表", "", {"person.health_status": '["1"]'}, False), ("残疾人就业状况表", "", {"person.health_status": '["2", "4"]'}, True),
    ("残疾人家庭情况表", "", {"person.health_status": '["1"]'}, True), ("学生资助台账", "", {"person.student_status": "00"}, False),
    ("学生资助台账", "", {"person.student_status": "41"}, True), ("义务教育阶段学生台账", "", {"person.student_status": "41"}, False),
    ("学生家长就业情况表", "", {"person.student_status": "00"}, True), ("公益性岗位人员花名册", "", {"placement.employment_type": "1"}, False),
    ("就业失业登记表", "", {"placement.labour_status": "1"}, True), ("未就业劳动力台账", "", {"placement.labour_status": "1"}, False),
    ("低保家庭核对表", "", {"household.welfare_status": "0"}, False),
    ("16—59周岁劳动力花名册", "", {"person.age": 60}, False), ("16—59周岁劳动力花名册", "", {"person.age": 59}, True),
    ("花名册", "填报范围：男16至60周岁、女16至55周岁。", {"person.age": 70}, True), ("花名册", "60周岁以上的不填。", {"person.age": 30}, True),
    ("花名册", "劳动力指16至59周岁的人。", {"person.age": 8}, True), ("花名册", "本表填16周岁以上、不在校的群众", {"person.age": 15}, False),
    ("花名册", "本表填有劳动能力且不在校的群众", {"person.student_status": "61"}, False),
    ("花名册", "本表填有劳动能力的群众", {"person.labour_capacity": "5"}, False),
    ("花名册", "是否有劳动能力必须填写", {"person.labour_capacity": "5"}, True), ("花名册", "", {}, True)])
def test_who_is_meant(title: str, notes: str, told: dict[str, Any], taken: bool) -> None:
    assert whom_of(title, notes).takes(told) is taken


def names(ledger: Ledger, path: Path, *rows: tuple[Any, ...]) -> tuple[list[Any], str]:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path / "来表.xlsx")
    done = fill(ledger, foreign.read_all(ledger, path / "来表.xlsx"), path / "填好.xlsx")
    told = [row[1] for row in load_workbook(done.path).worksheets[0].iter_rows(min_row=3, values_only=True) if row[1]]
    return told, done.parts[0].whom


def test_a_table_of_women_has_women_in_it(village: Ledger, tmp_path: Path) -> None:
    rows = ("序号", "姓名", "年龄", "家庭人口"), (1,), ("填表人：",), ("填表说明：本表填16周岁以上妇女。",)
    assert names(village, tmp_path, ("妇女培训摸底表",), *rows) == (["吴小云", "龙阿婆", "买买提·吐尔逊"], "妇女、16 周岁以上")
    assert names(village, tmp_path / "..", ("搬迁群众摸底表",), *rows[:3]) [1] == ""


def test_a_table_of_households_leaves_out_households_alone(village: Ledger, tmp_path: Path) -> None:
    village.write([Write("household", {"welfare_status": "1"}, rec=household_id("H2"), place=SITE)], source="test")
    heads = ("户编号", "户主姓名", "家庭人口")
    assert names(village, tmp_path, ("低保户核对表",), heads) == (["石老三"], "低保户")
    assert names(village, tmp_path / "..", ("妇女家庭核对表",), heads)[0] == ["杨大山", "石老三", "买买提·吐尔逊"]


def test_a_head_for_the_names_says_it_too(village: Ledger, tmp_path: Path) -> None:
    village.write([Write("person", {"student_status": "20"}, rec=person_id("P3"), place=SITE)], source="test")
    assert names(village, tmp_path, ("台账",), ("序号", "学生姓名", "性别", "出生日期")) == (["杨小石"], "在校学生")


@pytest.mark.parametrize(("title", "everybody"), [
    ("防返贫监测信息系统人口信息采集表", True), ("脱贫人口务工情况台账", False), ("家庭成员花名册", True), ("劳动力花名册", False)])
def test_a_table_of_everybody_has_children_too(village: Ledger, tmp_path: Path, title: str, everybody: bool) -> None:
    told, whom = names(village, tmp_path, (title,), ("序号", "姓名", "年龄", "务工地点"))
    assert ("杨小石" in told) is everybody and whom == ""


@pytest.mark.parametrize("title", ["农村留守儿童排查登记表", "退役军人信息采集表", "高校毕业生就业台账"])
def test_a_group_that_the_ledger_cannot_tell_waits_for_names(village: Ledger, tmp_path: Path, title: str) -> None:
    with pytest.raises(Problem, match="先写上名字"):
        names(village, tmp_path, (title,), ("序号", "姓名", "性别", "出生日期"))
    assert names(village, tmp_path, (title,), ("序号", "姓名", "性别"), (1, "杨小石"))[0] == ["杨小石"]
