"""来表即填 and what a row says of whom it names: nobody is meant whom the row contradicts; heads as offices really draw them."""
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import foreign
from app.books.agreeing import agrees, the_one
from app.books.asked import DEPARTMENT
from app.books.fill import fill
from app.models.identity import spell_id
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import DAY, SITE, TOWN, household_id, person_id


def filled(ledger: Ledger, path: Path, *rows: tuple[Any, ...], merged: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path / "来表.xlsx")
    done = fill(ledger, foreign.read_all(ledger, path / "来表.xlsx"), path / "填好.xlsx")
    return list(load_workbook(done.path).worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize(("said", "told", "same"), [
    ({"person.birth_date": "1990.05"}, {"person.birth_date": "1990-05-12"}, True),
    ({"person.birth_date": "199006"}, {"person.birth_date": "1990-05-12"}, False),
    ({"person.birth_date": "1990年5月13日"}, {"person.birth_date": "1990-05-12"}, False),
    ({"person.birth_date": "不详"}, {"person.birth_date": "1990-05-12"}, True),
    ({"person.birth_date": "1990-05-12"}, {"person.birth_date": "1990-05"}, True),
    ({"person.sex": "女"}, {"person.sex": "1"}, False), ({"person.sex": "女"}, {"person.sex": None}, True),
    ({"person.age": "36"}, {"person.age": 35}, True), ({"person.age": "40"}, {"person.age": 35}, False),
    ({"household.head_name": "石一"}, {"household.head_name": "韦独"}, False)])
def test_a_row_and_the_ledger(said: dict[str, str], told: dict[str, Any], same: bool) -> None:
    assert agrees(said, told, DAY) is same


def test_a_phone_tells_namesakes_apart() -> None:
    some = [({"person.phone": "13800000001"}, "a"), ({"person.phone": "13800000002"}, "b")]
    assert the_one({"person.phone": "13800000002"}, some) == ["b"] and the_one({"person.phone": "1"}, some) == the_one({}, some) == ["a", "b"]


def test_who_was_born_otherwise_is_somebody_else_of_that_name(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("姓名", "出生年月", "性别", "联系电话"), ("杨大山", "1992.03"), ("石老三", "1980.01"),
                  ("吴小云", None, "男"))
    assert rows[1:] == [("杨大山", "1992.03", "男", "13800000001"), ("石老三", "1980.01", None, None), ("吴小云", None, "男", None)]


def test_a_number_of_somebody_else_than_the_name_is_nobody(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("姓名", "身份证号", "性别"), ("杨大山", "529999197401100057"), ("石老三", "529999197401100057"),
                  (None, "529999197401100057"))
    assert [row[2] for row in rows[1:]] == [None, "男", "男"]


def test_a_birthday_tells_namesakes_apart(village: Ledger, tmp_path: Path) -> None:
    village.write([Write("person", {"full_name": "杨大山", "household_id": household_id("H3"), "sex": "1", "birth_date": "1960-02-02",
                                    "id_number": "52999919600202001X"}, rec="f" * 32, place=SITE)], source="test")
    rows = filled(village, tmp_path, ("姓名", "出生日期", "身份证号"), ("杨大山", "19600202"), ("杨大山", None))
    assert [row[2] for row in rows[1:]] == ["52999919600202001X", None]


def test_households_that_are_counted_have_no_code_and_merge_their_rows(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("户号", "户主", "家庭成员", "与户主关系", "性别"), (1, "杨大山", "杨大山"), (None, None, "吴小云"),
                  (2, "石老三", "石老三"), ("派出所（盖章）：",), merged=("A2:A3", "B2:B3"))
    assert [row[3:] for row in rows[1:4]] == [("户主", "男"), ("配偶", "女"), ("户主", "男")]


def test_heads_that_are_parted_in_the_lowest_row_are_heads(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("序号", "姓名", "身份证号", "联系电话", "培训", None, "照料"),
                  (None, None, None, None, "是否愿意参加培训", "内容", "其他"),
                  (1,), (2,), ("户主签字：", None, "工作队员签字："),
                  merged=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"))
    assert [row[1] for row in rows[2:7]] == ["杨大山", "吴小云", "石老三", "龙阿婆", "买买提·吐尔逊"] and rows[3][4] == "是"
    assert rows[7][0] == "户主签字："


def test_a_place_of_work_that_is_asked_in_codes(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("姓名", "工作地点（1.本乡镇 2.县内乡外 3.省内县外 4.省外）", "工作地点（1.甲 2.乙）",
                                      "婚姻状况（1.未婚 2.有配偶 3.离婚 4.丧偶）"), ("杨大山",))
    assert rows[1][1:3] == (4, None)


def test_a_word_for_somebody_is_a_name_only_where_no_head_is(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("残疾人", "身份证号", "性别"), ("杨大山",))
    assert rows[1] == ("杨大山", "529999199203010017", "男")
    rows = filled(village, tmp_path / "..", ("姓名", "身份证号", "残疾人", "申请人"), ("杨大山",))
    assert rows[1] == ("杨大山", "529999199203010017", None, None)


def test_a_long_head_beside_a_group_hides_no_group(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("姓名", "身份证号", "入住时间（如：2018.06）", "上一份工作", None, "现工作", None),
                  (None, None, None, "单位名称", "月收入", "单位名称", "月收入"), ("杨大山",),
                  merged=("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"))
    assert rows[2][3:5] == (None, None) and None not in rows[2][5:]


@pytest.mark.parametrize(("group", "own", "marker"), [
    ("家庭人口情况（人）", "其中：劳动力", "household.labourers"), ("家庭人口（人）", "已就业", "household.employed_persons"),
    ("家庭类型（打√）", "监测户", "household.monitoring_type?1,2,3!0"), ("家庭类型", "监测户", ""), ("就业情况", "省外", ""),
    ("就业帮扶前情况", "月收入", ""), ("搬迁前", "就业单位", ""), ("搬迁时情况", "务工地点", ""),
    ("目前就业情况", "月收入", "placement.monthly_income"),
    ("当前情况", "务工地点", "placement.work_place"), ("年初", "月收入", "")])
def test_what_a_group_makes_of_a_head(group: str, own: str, marker: str) -> None:
    assert "".join(target.name for target in DEPARTMENT.meaning_of((group, own))) == marker


WAYS = ("省外务工", "省内县外务工", "县内务工", "公益性岗位", "自主创业", "未就业")


@pytest.mark.parametrize(("work", "ticked"), [
    ({"labour_status": "1", "employment_type": "1", "work_area_level": "4"}, "省外务工"),
    ({"labour_status": "1", "employment_type": "6", "work_area_level": "1"}, "县内务工"),
    ({"labour_status": "1", "employment_type": "2", "work_area_level": "1"}, "公益性岗位"),
    ({"labour_status": "1", "employment_type": "3", "work_area_level": "1"}, ""), ({"labour_status": "3"}, "未就业"),
    ({"labour_status": "1", "employment_type": "1"}, "")])
def test_a_way_of_work_is_ticked_once(village: Ledger, tmp_path: Path, work: dict[str, str], ticked: str) -> None:
    village.write([Write("placement", {"person_id": person_id("P6"), **work}, rec=spell_id(person_id("P6"), 9), place=SITE)], source="test")
    rows = filled(village, tmp_path, ("姓名", "身份证号", "就业去向（打√）", *[None] * 5), (None, None, *WAYS), ("买买提·吐尔逊",),
                  merged=("A1:A2", "B1:B2", "C1:H1"))
    assert [way for way, mark in zip(WAYS, rows[2][2:], strict=True) if mark == "√"] == ([ticked] if ticked else [])


def test_an_address_is_the_site_and_the_dwelling(village: Ledger, tmp_path: Path) -> None:
    village.write([Write("resettlement_site", {"site_code": SITE, "name": "向阳新居", "area_id": TOWN, "site_kind": "1"}, rec="5" * 32, place=SITE),
                   Write("household", {"site_id": "5" * 32}, rec=household_id("H1"), place=SITE),
                   Write("person", {"living_place": "3"}, rec=person_id("P2"), place=SITE)], source="test")
    rows = filled(village, tmp_path, ("姓名", "家庭住址", "现住址"), ("杨大山",), ("吴小云",), ("石老三",))
    assert [row[1:] for row in rows[1:]] == [("向阳新居3-2-501", "向阳新居3-2-501"), ("向阳新居3-2-501", None), (None, None)]


CARD = (("一户一表",), ("户主姓名", None, "门牌号", None, "家庭人口", None), ("户主身份证号", None, "搬迁类型", None, "低保户签字", None),
        ("家庭成员情况",),
        ("姓名", "与户主关系", "性别", "年龄", "身份证号", "就业状态"), *[()] * 2, ("户主签字：",))


@pytest.mark.parametrize(("head", "members", "counted"), [
    ("杨大山", ["杨大山", "吴小云", "杨小石"], 3), ("没有这户", [], None), ("龙阿婆", [], None)])
def test_a_card_of_a_household_has_its_members_and_nobody_else(village: Ledger, tmp_path: Path, head: str, members: list[str],
                                                              counted: int | None) -> None:
    card = [list(row) for row in CARD]
    card[1][1] = head
    rows = filled(village, tmp_path, *map(tuple, card), merged=("A1:F1", "A4:F4"))
    assert [row[0] for row in rows[5:] if row[0] and row[0] != "户主签字："] == members and rows[1][5] == counted
    assert rows[1][3] == ("3-2-501" if members else None)


def test_a_card_that_names_no_household_is_left(village: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="先写上"):
        filled(village, tmp_path, *CARD, merged=("A1:F1", "A4:F4"))
    rows = filled(village, tmp_path, ("户主姓名：石老三",), ("姓名", "性别", "身份证号"))
    assert [row[0] for row in rows[2:]] == ["石老三", "龙阿婆"]


def test_a_household_whose_number_is_half_hidden_is_known_by_its_head(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("户主", "户主身份证", "家庭人口"), ("杨大山", "5299**********0017"), ("石老三", "5299**********0017"))
    assert [row[2] for row in rows[1:]] == [3, None]


def test_building_unit_and_room_in_columns_of_their_own(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("户主", "家庭人口", "楼栋号", "单元号", "房号"), ("杨大山",))
    assert rows[1][2:] == ("3", "2", "501")


@pytest.mark.parametrize(("heads", "marker"), [
    ((("姓名", None), ("现务工情况", "到岗日期")), ""), ((("姓名", None), ("到岗时间", None)), ""),
    ((("姓名", None), ("到岗时间", None), ("期望月薪", None)), "person.available_from"),
    ((("姓名", None), ("最早到岗时间", None)), "person.available_from")])
def test_the_day_somebody_came_is_not_the_day_they_can_come(ledger: Ledger, tmp_path: Path, heads: Any, marker: str) -> None:
    book = Workbook()
    book.active.append([top for top, _ in heads] + ["身份证号"])
    if any(low for _, low in heads):
        book.active.append([low for _, low in heads])
    book.save(tmp_path / "a.xlsx")
    assert foreign.read(ledger, tmp_path / "a.xlsx").columns[1].marker == marker


def test_codes_are_written_as_the_head_writes_them(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("姓名", "与户主关系代码（01户主02配偶03子女04父母05其他）", "性别(1男/2女)",
                                      "文化程度代码（10研究生20本科30专科70初中80小学）"),
                  ("杨大山",), ("吴小云",), ("杨小石",), ("龙阿婆",))
    assert [row[1:3] for row in rows[1:]] == [("01", 1), ("02", 2), ("03", 1), ("04", 2)] and rows[1][3] == 70


def test_a_sentence_under_a_table_is_nobody_s_row(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("序号", "户主姓名", "证件号码", "家庭人口"), (1,), (2,), (3,), ("农户签字确认后存档。",))
    assert [row[1] for row in rows[1:4]] == ["杨大山", "石老三", "买买提·吐尔逊"] and rows[4][0] == "农户签字确认后存档。"


def test_labels_close_to_the_heads_are_no_groups(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("民情卡",), ("户主", "石老三", "门牌号", None, "网格员"), ("人口数", None, "搬迁类型", None, None),
                  ("序号", "姓名", "关系", "性别", "年龄"), (1,), (2,), (3,), ("走访人：", None, "走访时间："))
    assert rows[1][3] == "1-1-101" and rows[2][1] == 2
    assert [row[1:4] for row in rows[4:7]] == [("石老三", "户主", "男"), ("龙阿婆", "之母", "女"), (None, None, None)]


def test_what_is_asked_of_the_head_of_a_household(village: Ledger, tmp_path: Path) -> None:
    rows = filled(village, tmp_path, ("户主姓名", "户主性别", "户主年龄", "家庭人口", "户主月收入（元）"), ("石老三",), ("没有这户",))
    assert rows[1:] == [("石老三", "男", 52, 2, None), ("没有这户", None, None, None, None)]
