"""Posts come in from another office's workbook: heads under titles, wages and ages in one cell, bad rows out, the same list twice."""
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.books import posts, ranges
from app.books.recognise import recognise
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import KEY, TOWN

HEADS = ("序号", "企业名称", "统一社会信用代码", "联系人", "联系电话", "招聘岗位", "招聘人数", "薪资待遇（元/月）", "年龄要求",
         "学历要求", "工作地点", "有效期至", "企业简介")
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "佛山练习电子厂", "91440600MA00000017", "陈经理", "0757-80000001", "电子装配工", "20人", "4500-6500", "18-45周岁",
     "初中及以上", "广东省佛山市", "2027-03-31", "做手机壳"),
    (2, None, None, None, None, "保安员", 3, "4000元以上", "50岁以下", "不限", "广东省佛山市某某工业园", "2027-03-31", None),
    (3, "练习县保洁公司", None, "李姐", 13800000009.0, "保洁员", "若干", "面议", "不限", "不限", "青禾镇", None, None),
    (4, "练习县保洁公司", None, "李姐", None, None, 2, 2800, "", "", "青禾镇", None, None))


def sheet_of(path: Path, rows: tuple[tuple[Any, ...], ...] = ROWS, heads: tuple[str, ...] = HEADS) -> Path:
    book = Workbook()
    book.active.title = "封面"
    book.active["A1"] = "东西部协作岗位汇总"
    sheet = book.create_sheet("岗位")
    sheet["A1"] = "2026年秋季东西部协作岗位信息表"
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heads))
    sheet["A2"] = "填报单位：练习区人社局        填报日期：2026年9月1日"
    for column, head in enumerate(heads, 1):
        sheet.cell(3, column, head)
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    if len(rows) > 1 and rows[1][1] is None:
        for column in range(2, 6):  # an employer is written once for its posts
            sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    sheet.cell(4 + len(rows), 1, "合计")
    sheet.cell(4 + len(rows), 7, 23)
    sheet.cell(5 + len(rows), 1, "填表人：")
    book.save(path)
    return path


def by_title(ledger: Ledger) -> dict[str, dict[str, Any]]:
    return {str(values["title"]): values for _, values in ledger.rows("post")}


def test_posts_come_in_and_twice_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "岗位.xlsx")
    before = ledger.digest()
    preview = posts.read(path, ledger)
    assert preview.compare(ledger).created == 3 and ledger.digest() == before
    result = preview.commit(ledger)
    assert (result.created, [r.row for r in result.rejected]) == (3, [7])
    assert "岗位名称" in result.rejected[0].reason and {c.head for c in preview.columns if not c.meaning} == {"企业简介"}
    found, employers = by_title(ledger), {str(v["name"]): (rec, v) for rec, v in ledger.rows("employer")}
    assert set(employers) == {"佛山练习电子厂", "练习县保洁公司"}
    first = found["电子装配工"]
    told = [first[name] for name in ("wage_min", "wage_max", "age_min", "age_max", "headcount", "pay_basis")]
    assert told == [4500, 6500, 18, 45, 20, "1"]
    assert first["education_min"] in ("70", "71") and first["area_id"] == "440600000000" and first["valid_to"] == "2027-03-31"
    second = found["保安员"]
    assert second["employer_id"] == employers["佛山练习电子厂"][0] and (second["wage_min"], second.get("wage_max")) == (4000, None)
    assert (second.get("age_min"), second["age_max"]) == (None, 50) and "某某工业园" in str(second["employer_terms"])
    third = found["保洁员"]
    assert third.get("headcount") is None and "若干" in str(third["employer_terms"]) and "面议" in str(third["employer_terms"])
    assert employers["练习县保洁公司"][1]["phone"] == "13800000009" and third["state"] == "1"
    digest = ledger.digest()
    again = posts.read(path, ledger).commit(ledger)
    assert (again.created, again.updated, again.unchanged, len(again.rejected)) == (0, 0, 3, 1) and ledger.digest() == digest


def test_a_list_brings_an_open_post_up_to_date_and_begins_anew_what_is_over(ledger: Ledger, tmp_path: Path) -> None:
    posts.read(sheet_of(tmp_path / "a.xlsx", ROWS[:1])).commit(ledger)
    (rec, _), = ledger.rows("post")
    more = (*ROWS[0][:6], 30, *ROWS[0][7:])
    result = posts.read(sheet_of(tmp_path / "b.xlsx", (more,))).commit(ledger)
    assert (result.created, result.updated) == (0, 1) and ledger.get(rec).values["headcount"] == 30
    ledger.write([Write("post", {"state": "3"}, rec=rec)], source="screen")
    later = (*ROWS[0][:6], 5, *ROWS[0][7:])
    result = posts.read(sheet_of(tmp_path / "c.xlsx", (later,))).commit(ledger)
    assert result.created == 1 and ledger.get(rec).values["headcount"] == 30 and len(ledger.rows("post")) == 2 and len(ledger.rows("employer")) == 1
    assert posts.read(tmp_path / "c.xlsx").commit(ledger).unchanged == 1


def test_two_offices_make_the_same_records_of_one_list(tmp_path: Path, ledger: Ledger) -> None:
    """The ids follow from the list: what two laptops bring in on one day is one post when they have met."""
    preview = posts.read(sheet_of(tmp_path / "a.xlsx"))
    rows = [row for table in preview.tables for row in preview.kind.rows(*table)]
    elsewhere = {write.rec for write in preview.kind.settle(ledger, rows, False).writes}
    preview.commit(ledger)
    assert {rec for rec, _ in (*ledger.rows("post"), *ledger.rows("employer"))} == elsewhere


@pytest.mark.parametrize("bad, words", [
    ({"招聘人数": "很多吧"}, "招聘人数"), ({"企业名称": None}, "单位名称"), ({"统一社会信用代码": 914406000000000017.0}, "存成了数字"),
    ({"有效期至": "过完年"}, "有效期至"), ({"招聘岗位": "#REF!"}, "错误值"), ({"年龄要求": "45-18"}, ""), ({"招聘人数": -1}, "不对")])
def test_a_bad_row_stays_out_with_its_reason(ledger: Ledger, tmp_path: Path, bad: dict[str, Any], words: str) -> None:
    row = {**dict(zip(HEADS, ROWS[0], strict=True)), **bad}
    result = posts.read(sheet_of(tmp_path / "a.xlsx", (tuple(row.values()),))).commit(ledger)
    if words:
        assert result.created == 0 and words in result.rejected[0].field + result.rejected[0].reason and not ledger.rows("employer")
    else:
        assert result.created == 1 and "45-18" in str(by_title(ledger)["电子装配工"]["employer_terms"]), "what cannot be taken apart is kept"


def test_wages_in_other_units_are_worked_out_or_kept_in_words(ledger: Ledger, tmp_path: Path) -> None:
    heads = (*HEADS[:7], "月薪（万元）", *HEADS[8:])
    posts.read(sheet_of(tmp_path / "a.xlsx", ((*ROWS[0][:7], "0.45-0.6", *ROWS[0][8:]),), heads)).commit(ledger)
    assert (by_title(ledger)["电子装配工"]["wage_min"], by_title(ledger)["电子装配工"]["wage_max"]) == (4500, 6000)
    heads = (*HEADS[:7], "月薪（美元）", *HEADS[8:])
    posts.read(sheet_of(tmp_path / "b.xlsx", ((*ROWS[0][:5], "焊工", 2, "900", *ROWS[0][8:]),), heads)).commit(ledger)
    assert by_title(ledger)["焊工"].get("wage_min") is None and "900" in str(by_title(ledger)["焊工"]["employer_terms"])


def test_posts_are_recognised_and_people_are_no_posts(ledger: Ledger, tmp_path: Path) -> None:
    assert recognise(ledger, sheet_of(tmp_path / "a.xlsx")) == "posts"
    book = Workbook()
    book.active.append(["姓名", "身份证号", "单位名称", "岗位名称", "招聘人数"])
    book.active.append(["石老三", "529999197401100057", "某厂", "普工", 1])
    book.save(tmp_path / "b.xlsx")
    assert recognise(ledger, tmp_path / "b.xlsx") != "posts"
    with pytest.raises(Problem, match="岗位名称"):
        posts.read(tmp_path / "b.xlsx")


def test_what_offices_write_freely_is_understood_or_kept(ledger: Ledger, tmp_path: Path) -> None:
    heads = ("招聘单位", "单位性质", "职位", "缺工人数", "薪金待遇", "性别要求", "岗位要求", "是否包吃住", "联系人及电话",
             "上班地点", "有效期", "备注")
    row = ("练习物流公司", "民营企业", "分拣员", "5名", "200元/天", "男", "能吃苦", "是", "王经理 13800000008", "火星",
           "2026年9月1日至2026年12月31日", "急招")
    other = (*row[:2], "装卸工", "2名", "面议", "不限", "", "包住", "", "", "长期", "")
    result = posts.read(sheet_of(tmp_path / "a.xlsx", (row, other), heads)).commit(ledger)
    assert (result.created, result.rejected) == (2, ())
    (_, employer), = ledger.rows("employer")
    assert (employer["contact"], employer["phone"]) == ("王经理", "13800000008")
    one, two = by_title(ledger)["分拣员"], by_title(ledger)["装卸工"]
    assert (one["headcount"], one["wage_min"], one["pay_basis"], one["board_lodging"], one["valid_to"]) == (5, 200, "2", ["1", "2"], "2026-12-31")
    assert all(word in str(one["employer_terms"]) for word in ("性别：男", "能吃苦", "急招", "火星", "民营企业"))
    assert two["board_lodging"] == ["1"] and two.get("valid_to") is None and "性别" not in str(two["employer_terms"])


@pytest.mark.parametrize("text, low, high", [
    ("3000-5000元/月", 3000, 5000), ("3000～5000", 3000, 5000), ("4k-6k", 4000, 6000), ("0.4-0.6万", 4000, 6000), ("5000元以上", 5000, None),
    ("不超过45岁", None, 45), ("18周岁以上、55周岁以下", 18, 55), ("4,500", 4500, 4500), ("18至45周岁", 18, 45)])
def test_ranges_are_read(text: str, low: int | None, high: int | None) -> None:
    assert ranges.span(text) == ranges.Span(low, high)


@pytest.mark.parametrize("text", ["面议", "男18-50，女18-45", "6000-4000", "三千到五千", "", "底薪3000+提成2000"])
def test_what_is_no_single_range_is_none(text: str) -> None:
    assert ranges.span(text) is None


@pytest.mark.parametrize("text, found", [
    ("2026年3月1日至2026年3月15日", ("2026-03-01", "2026-03-15")), ("2026.3.1-3.15", ("2026-03-01", "2026-03-15")),
    ("2026-03-01~2026-03-15", ("2026-03-01", "2026-03-15")), ("2026年3月1日—15日", ("2026-03-01", "2026-03-15")),
    ("2026/3/1", ("2026-03-01", "2026-03-01")), ("3月1日-3月15日", None), ("2026年3月31日至3月1日", None), ("2026年2月30日", None)])
def test_periods_are_read(text: str, found: tuple[str, str] | None) -> None:
    assert ranges.period(text) == found


ANY = st.tuples(st.sampled_from(["甲厂", "乙厂"]), st.sampled_from(["普工", "保安"]), st.sampled_from([1, 2]),
                st.sampled_from(["3000-4000", "面议", ""]),
                st.sampled_from(["青禾镇", "", "火星"]), st.sampled_from(["2027-01-01", "2020-01-01", ""]))


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ANY, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_any_list_in_any_order_twice_changes_nothing(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]], order: Any) -> None:
    """Posts that differ in one thing are two posts; the same list again, its rows in another order, finds each of them."""
    folder = tmp_path_factory.mktemp("posts")
    ledger = Ledger.create(folder / "l.db", KEY, area=TOWN, device_name="d", user_name="u", role="township", practice=True)
    heads = ("单位名称", "岗位名称", "招聘人数", "薪资待遇", "工作地点", "有效期至")
    first = posts.read(sheet_of(folder / "a.xlsx", tuple(rows), heads)).commit(ledger)
    assert first.created == len(set(rows)) == len(ledger.rows("post")) and len(first.rejected) == len(rows) - len(set(rows))
    assert len(ledger.rows("employer")) == len({row[0] for row in rows})
    digest, again = ledger.digest(), list(rows)
    order.shuffle(again)
    second = posts.read(sheet_of(folder / "b.xlsx", tuple(again), heads)).commit(ledger)
    assert (second.created, second.updated, second.unchanged) == (0, 0, len(set(rows))) and ledger.digest() == digest
    ledger.close()
