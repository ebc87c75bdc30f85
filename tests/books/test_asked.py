"""What a head of another office's table asks for: many words for the same, and few letters that make it something else."""
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.books import foreign
from app.books.asked import DEPARTMENT, written_date, yes_word
from app.books.wording import forms
from app.models.ledger import Ledger
from tests.books.conftest import DAY


def asked(head: str) -> str:
    return "".join(target.name for target in DEPARTMENT.targets_of(head))


@pytest.mark.parametrize("head", [
    "身份证号（后四位）", "姓名（拼音）", "姓名（签字）", "曾用名", "年龄（虚岁）", "期望月薪（上限）", "性别（代码）", "务工时间（天）",
    "就业时间（月）", "就业人数（省外）", "劳动力人数（16-59岁）", "工资（小时）", "工资（年）", "月收入（家庭）", "联系电话（家属）",
    "联系电话（户主签字）", "入住时间（计划）", "户籍（农业/非农）", "户籍情况", "培训单位", "推荐岗位", "返乡前务工地", "家庭年收入",
    "创业项目", "人员类别（常住/流动）", "户类型（1甲2乙）", "劳动力1姓名"])
def test_what_only_looks_like_it_is_nothing(head: str) -> None:
    assert asked(head) == ""


@pytest.mark.parametrize(("head", "marker"), [
    ("现就业状况", "placement.labour_status"), ("目前就业单位全称", "placement.employer_name"), ("姓名\nName", "person.full_name"),
    ("身份证号 ID No.", "person.id_number"), ("公益岗人员姓名", "person.full_name"), ("参训学员联系电话", "person.phone"),
    ("期望月薪（下限）", "person.expected_wage_min"), ("是否属于脱贫户", "household.poverty_status?1!2"),
    ("低保户（是/否）", "household.welfare_status?1!0,2"), ("劳动合同（有/无）", "placement.contract?1!3"),
    ("住户姓名（户主）", "household.head_name"), ("联系电话（户主）", "household.household_phone"),
    ("外出时间（年/月）", "placement.started_on"), ("失业时间", "placement.out_of_work_since"), ("性别（男1女2）", "person.sex"),
    ("村（社区、居委会）", "place.name"), ("务工时间（月）", "placement.months_this_year"), ("HH size", "household.persons"),
    ("楼 栋", "household.dwelling_no#1"), ("户主年龄", "head|person.age"), ("户主文化程度", "head|person.education"), ("户主月收入", ""),
    ("户主户主年龄", "")])
def test_many_words_for_the_same(head: str, marker: str) -> None:
    assert asked(head) == marker


def test_the_ways_to_read_a_head_begin_with_the_whole() -> None:
    assert list(forms("现就业状况"))[0] == "现就业状况" and "就业状况" in list(forms("现就业状况"))
    assert len(set(forms("是否属于脱贫户"))) == len(list(forms("是否属于脱贫户")))


@pytest.mark.parametrize(("words", "text"), [
    ("入职时间（XXXX年XX月XX日）", "2026年11月23日"), ("入职时间（年.月）", "2026.11"), ("入职时间（年/月）", "2026/11"),
    ("出生年月", "2026-11"), ("日期（YYYYMMDD）", "20261123"), ("Date (YYYY/MM/DD)", "2026/11/23"), ("如1990.05.01", "2026.11.23"),
    ("入职时间", "2026-11-23")])
def test_a_date_as_the_head_wants_it(words: str, text: str) -> None:
    assert written_date(words, DAY) == text and yes_word("有无证书", False) == "无"


@pytest.mark.parametrize(("title", "head", "marker"), [
    ("缝纫工技能培训班学员报名表", "工种", ""), ("搬迁劳动力花名册", "工种", "placement.occupation"), ("求职登记表", "单位", ""),
    ("求职登记表", "现工作单位", "placement.employer_name"), ("2025年务工情况表", "务工月数", ""),
    ("2026年务工情况表", "务工月数", "placement.months_this_year")])
def test_the_title_says_what_a_bare_head_is_about(ledger: Ledger, tmp_path: Path, title: str, head: str, marker: str) -> None:
    book = Workbook()
    book.active.append([title])
    book.active.append(["姓名", "身份证号", head])
    book.save(tmp_path / "a.xlsx")
    assert foreign.read(ledger, tmp_path / "a.xlsx").columns[2].marker == marker
