"""Training lists come in: the course from columns or from above the heads, people by number and name, the same list twice."""
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.books import training
from app.books.recognise import recognise
from app.models.language import set_language
from app.models.ledger import Ledger
from tests.books.conftest import KEY, TOWN, households, people, person_id

HEADS = ("序号", "姓名", "性别", "身份证号", "联系电话", "考核结果", "证书编号")
SANSHI, DASHAN = ("石老三", "529999197401100057"), ("杨大山", "529999199203010017")


def list_of(path: Path, rows: list[tuple[Any, ...]], *lines: str, heads: tuple[str, ...] = HEADS) -> Path:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "练习县2026年电工技能培训班学员花名册"
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heads))
    for number, line in enumerate(lines, 2):
        sheet.cell(number, 1, line)
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    sheet.append(["合计", len(rows)])
    book.save(path)
    return path


ABOVE = ("培训工种：电工    培训机构：练习职业学校", "培训时间：2026年3月1日至3月15日    课时：80")
ROWS = [(1, *SANSHI[:1], "男", SANSHI[1], "不知道", "合格", "Z001"), (2, DASHAN[0], "男", DASHAN[1], "", "不合格", None)]


def test_a_list_comes_in_and_twice_changes_nothing(village: Ledger, tmp_path: Path) -> None:
    path = list_of(tmp_path / "a.xlsx", ROWS, *ABOVE)
    result = training.read(path, village).commit(village)
    assert (result.created, result.rejected) == (2, ())
    (service, course), = village.rows("service")
    assert (course["kind"], course["start_on"], course["end_on"], course["provider"], course["hours"]) == (
        "training", "2026-03-01", "2026-03-15", "练习职业学校", 80)
    assert course["topic"] == "练习县2026年电工技能培训班"
    told = {str(v["person_id"]): v for _, v in village.rows("service_attendance", {"service_id": service})}
    assert {rec: v["result"] for rec, v in told.items()} == {person_id("P4"): "1", person_id("P1"): "5"}
    assert told[person_id("P4")]["certificate_no"] == "Z001"
    digest = village.digest()
    again = training.read(path, village).commit(village)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2) and village.digest() == digest


def test_who_is_not_known_or_goes_by_another_name_stays_out(village: Ledger, tmp_path: Path) -> None:
    rows = [*ROWS, (3, "杨小山", "男", DASHAN[1], "", "合格", ""), (4, "没有这人", "男", "529999198001010011", "", "合格", ""),
            (5, "石老三", "男", "", "", "合格", ""), (6, "石老三", "男", SANSHI[1], "", "合格", ""),
            (7, "石老三", "男", 529999197401100050.0, "", "", "")]
    result = training.read(list_of(tmp_path / "a.xlsx", rows, *ABOVE), village).commit(village)
    assert result.created == 2
    assert [(r.row - 5, any(word in r.reason for word in words)) for r, words in zip(result.rejected, (
        ("姓名和台账里",), ("没有这个证件号码",), ("没有 18 位",), ("同一个人",), ("存成了数字",)), strict=True)] == [
            (n, True) for n in (2 + 0, 3, 4, 5, 6)]


def test_several_courses_in_one_list(village: Ledger, tmp_path: Path) -> None:
    heads = ("姓名", "身份证号", "培训项目", "开班时间", "培训机构", "是否取证")
    rows = [(*SANSHI, "电工", "2026-03-01", "练习职校", "是"), (*DASHAN, "电工", "2026-03-01", "练习职校", "否"),
            (*DASHAN, "家政服务", "2026-05-01", "练习职校", "是")]
    result = training.read(list_of(tmp_path / "a.xlsx", rows, heads=heads), village).commit(village)
    assert result.created == 3 and len(village.rows("service")) == 2
    more = training.read(list_of(tmp_path / "b.xlsx", [(*SANSHI, "家政服务", "2026-05-01", "练习职校", "是")], heads=heads), village).commit(village)
    assert more.created == 1 and len(village.rows("service")) == 2, "the course is known again"


def test_begin_and_end_stand_in_columns_and_a_course_is_stored_the_same_in_either_language(village: Ledger, tmp_path: Path) -> None:
    heads = ("姓名", "身份证号", "培训工种", "培训开始日期", "培训结束日期", "培训机构")
    path = list_of(tmp_path / "a.xlsx", [(*SANSHI, "缝纫工", "2026-03-01", "2026-03-15", "练习职校")], heads=heads)
    book = load_workbook(path)
    book.active["A1"] = None  # no title: the trade is what the course is called
    book.save(path)
    set_language("en")
    try:
        assert training.read(path, village).commit(village).created == 1
    finally:
        set_language("zh")
    (_, course), = village.rows("service")
    assert (course["start_on"], course["end_on"], course["course"], course["topic"]) == ("2026-03-01", "2026-03-15", "缝纫工", "缝纫工")


@pytest.mark.parametrize("lines, words", [(("培训工种：电工",), "培训时间"), (("培训工种：电工", "培训时间：过完年"), "不是日期")])
def test_a_course_without_dates_is_refused_in_words(village: Ledger, tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    result = training.read(list_of(tmp_path / "a.xlsx", ROWS, *lines), village).commit(village)
    assert result.created == 0 and all(words in r.reason for r in result.rejected) and not village.rows("service")


def test_a_training_list_is_recognised(village: Ledger, tmp_path: Path) -> None:
    assert recognise(village, list_of(tmp_path / "a.xlsx", ROWS, *ABOVE)) == "training"
    assert recognise(village, list_of(tmp_path / "b.xlsx", [], *ABOVE)) == "table"
    book = Workbook()
    book.active.append(["外出务工人员登记表"])
    book.active.append(["户编号", "姓名", "身份证号", "工种", "技能等级", "开始时间", "单位名称", "务工地点"])
    book.active.append(["H9", "石新来", "529999199001010011", "电工", "中级工", "2026-03-01", "某厂", "广东省佛山市"])
    book.save(tmp_path / "c.xlsx")
    assert recognise(village, tmp_path / "c.xlsx") == "roster", "who works in a trade was not trained"


CAME = st.tuples(st.sampled_from([SANSHI, DASHAN]), st.sampled_from(["电工", "家政"]), st.sampled_from(["2026-03-01", "2026-05-01"]),
                 st.sampled_from(["职校", ""]), st.sampled_from(["初级工", "中级工", ""]), st.sampled_from(["是", "否", ""]))


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(CAME, min_size=1, max_size=7))
def test_any_list_twice_changes_nothing(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]) -> None:
    """Whatever is blank: courses of one day told apart by who held them and of what level, people who came to several."""
    folder = tmp_path_factory.mktemp("training")
    ledger = Ledger.create(folder / "l.db", KEY, area=TOWN, device_name="d", user_name="u", role="township", practice=True)
    ledger.write(households() + people(), source="test")
    path = list_of(folder / "a.xlsx", [(*who, *rest) for who, *rest in rows],
                   heads=("姓名", "身份证号", "培训项目", "开班时间", "培训机构", "技能等级", "是否取证"))
    first = training.read(path, ledger).commit(ledger)
    assert first.created == len(ledger.rows("service_attendance")) and first.created + len(first.rejected) == len(rows)
    assert {(v["course"], v["start_on"]) for _, v in ledger.rows("service")} == {(row[1], row[2]) for row in rows}
    digest = ledger.digest()
    again = training.read(path, ledger).commit(ledger)
    assert (again.created, again.updated) == (0, 0) and ledger.digest() == digest
    ledger.close()
