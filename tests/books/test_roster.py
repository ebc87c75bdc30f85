"""Rosters come in: the register's heads, titles, bad rows with reasons, and the same file twice."""
import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import lists, rejected, roster
from app.books.export import export
from app.books.vocabulary import ROSTER
from app.models.ledger import Ledger
from app.models.problem import Problem
from tests.books.conftest import SITE, VILLAGE, household_id, number, person_id
from tests.books.rosters import REGISTER, person, register

Rows = list[dict[str, Any]]
GOOD: Rows = [
    person("P1", "H1", "杨大山", 民族="侗族", 文化程度="初中", 在校生状况="", 劳动技能="普通劳动力", 健康状况="健康", 成员联系电话="13800000001",
           **{"务工时间（月）": 10, "务工企业名称": "佛山练习电子厂", "务工所在地": "广东省佛山市", "就业渠道（易地搬迁后扶使用）": "务工"}),
    person("P2", "H1", "吴小云", "19930815", "002", "配偶", 健康状况="长期慢性病,残疾", 文化程度="大专"),
    person("P3", "H2", "石老三", "19740110", "005", 成员联系电话=13800000003.0)]


def read(path: Path) -> roster.Preview:
    return roster.read(path)


def test_the_register_comes_in_and_twice_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    file = register(tmp_path / "r.xlsx", GOOD, foot=True)
    result = read(file).commit(ledger)
    assert (result.created, result.updated, result.unchanged, result.rejected) == (3, 0, 0, ())
    home = ledger.get(household_id("H1"))
    assert home is not None and home.place == VILLAGE and home.values["poverty_status"] == "1"
    yang = ledger.get(person_id("P1"))
    assert yang is not None and yang.place == VILLAGE
    assert yang.values["sex"] == "1" and yang.values["birth_date"] == "1990-01-01" and yang.values["education"] == "71"
    assert yang.values["ethnic_group"] == "12" and yang.values["health_status"] == ["1"]
    wu, shi = ledger.get(person_id("P2")), ledger.get(person_id("P3"))
    assert wu is not None and wu.values["health_status"] == ["2", "4"] and wu.values["education"] == "31"
    assert shi is not None and shi.values["phone"] == "13800000003"
    (_, job), = ledger.rows("placement")
    assert (job["labour_status"], job["employment_type"], job["months_this_year"]) == ("1", "1", 10)
    asked = {row: fields for _, row, fields in result.to_ask}
    assert "student_status" in asked[3] and "full_name" not in asked[3]
    before = ledger.digest(strict=True)
    again = read(file).commit(ledger)
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 3, ())
    assert ledger.digest(strict=True) == before


def test_only_what_differs_is_written(ledger: Ledger, tmp_path: Path) -> None:
    read(register(tmp_path / "r.xlsx", GOOD)).commit(ledger)
    changed = [GOOD[0], {**GOOD[1], "文化程度": "本科及以上"}, GOOD[2]]
    preview = read(register(tmp_path / "s.xlsx", changed))
    dry = preview.compare(ledger)
    assert (dry.created, dry.updated, dry.unchanged) == (0, 1, 2)
    assert [e.field for e in ledger.history(person_id("P2")) if e.field == "education"] == ["education"]
    preview.commit(ledger)
    events = [e for e in ledger.history(person_id("P2")) if e.source == preview.source]
    assert [(e.field, e.before, e.after) for e in events] == [("education", "31", "21")]


def test_numbers_of_20_and_22_characters_are_certificates(ledger: Ledger, tmp_path: Path) -> None:
    rows = [person("P1", "H1", "甲", 证件号码=number("19900101", "001") + "43"),
            person("P2", "H2", "乙", 证件号码=number("19910101", "003") + "24B1")]
    assert read(register(tmp_path / "r.xlsx", rows)).commit(ledger).created == 2
    first, second = ledger.get(person_id("P1")), ledger.get(person_id("P2"))
    assert first is not None and second is not None
    assert first.values["id_number"] == number("19900101", "001")
    assert (first.values["disability_no"], first.values["disability_category"], first.values["disability_level"]) == (
        number("19900101", "001") + "43", "4", "3")
    assert second.values["disability_no"] == number("19910101", "003") + "24B1"


@pytest.mark.parametrize(("bad", "words"), [
    ({"证件号码": 529999199001010017}, "第 3 行证件号码存成了数字"),
    ({"证件号码": "5.29999199001010017e+17"}, "存成了数字"),
    ({"证件号码": "529999199001010018"}, "最后一位对不上"),
    ({"证件号码": "5299991990"}, "10 位"),
    ({"姓名": None}, "没有姓名"),
    ({"性别": "女"}, "性别和证件号码对不上"),
    ({"出生日期": datetime.date(1991, 1, 1)}, "出生日期和证件号码对不上"),
    ({"民族": "火星族"}, "不在可选项中"),
    ({"成员联系电话": "12345"}, "11 位手机号"),
    ({"户编号": None}, "不知道是哪一户"),
    ({"户编号": 5.2e17}, "后几位已丢失"),
    ({"文化程度": "#N/A "}, "错误值"),
])
def test_a_bad_row_stays_out_with_its_reasons(ledger: Ledger, tmp_path: Path, bad: dict[str, Any], words: str) -> None:
    rows = [{**person("P1", "H1", "甲"), **bad}, GOOD[2]]
    preview = read(register(tmp_path / "r.xlsx", rows))
    result = preview.commit(ledger)
    assert result.created == 1 and ledger.get(person_id("P1")) is None
    (only,) = result.rejected
    assert (only.sheet, only.row) == ("人口", 3) and words in only.reason and only.field
    out = rejected.write(rejected.beside(preview.path), preview, result)
    assert out is not None
    (heads, cells) = load_workbook(out)["人口"].iter_rows(values_only=True)
    assert heads[:2] == ("未导入的原因", "原行号") and cells[0] == only.reason and cells[1] == "3"
    assert cells[heads.index("与户主关系")] == "户主"


def test_two_heads_of_one_household_stay_out_both(ledger: Ledger, tmp_path: Path) -> None:
    rows = [person("P1", "H1", "甲"), person("P2", "H1", "乙", "19910101", "003"),
            person("P3", "H1", "丙", "20100101", "005", "之子")]
    result = read(register(tmp_path / "r.xlsx", rows)).commit(ledger)
    assert result.created == 1 and [r.row for r in result.rejected] == [3, 4]
    assert all("一户只能有一个" in r.reason for r in result.rejected)


def test_one_number_on_two_rows_and_on_somebody_else(ledger: Ledger, tmp_path: Path) -> None:
    result = read(register(tmp_path / "r.xlsx", [person("P1", "H1", "甲"), person("P2", "H2", "乙")])).commit(ledger)
    assert result.created == 1 and "第 3 行相同" in result.rejected[0].reason
    result = read(register(tmp_path / "s.xlsx", [person("P9", "H9", "丁")])).commit(ledger)
    assert result.good == 0 and "已经是甲的" in result.rejected[0].reason and ledger.get(household_id("H9")) is None


def test_heads_in_two_rows_under_titles(ledger: Ledger, tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["青禾镇劳动力花名册"], ["填报单位：青禾镇"],
                ["序号", "家庭信息", None, None, "个人信息", None, None, "就业情况", None],
                [None, "户编号", "户主", "安置点名称", "劳动力姓名", "身份证号", "劳动力电话", "就业创业状态", "务工月收入"],
                [1, "H1", "甲", "向阳新居", "甲", number("19900101", "001"), "138 0000 0001", "未就业创业", None],
                [2, "H1", "甲", "向阳新居", "乙", number("19910101", "002"), None, "自主创业", 3000]):
        sheet.append(row)
    for area in ("A1:I1", "A2:I2", "A3:A4", "B3:D3", "E3:G3", "H3:I3"):
        sheet.merge_cells(area)
    workbook.save(tmp_path / "two.xlsx")
    preview = read(tmp_path / "two.xlsx")
    assert {c.head for c in preview.columns} >= {"户主", "劳动力姓名", "身份证号"} and preview.rows == 2
    assert preview.commit(ledger).created == 2
    home = ledger.get(household_id("H1"))
    assert home is not None and home.place == SITE
    states = {job["labour_status"]: job for _, job in ledger.rows("placement")}
    assert states["1"]["employment_type"] == "5" and "employment_type" not in states["2"]
    (head,) = [values for _, values in ledger.rows("person", {"full_name": "甲"})]
    assert head["relation_to_head"] == "02" and head["phone"] == "13800000001"


def test_without_codes_people_are_known_by_number_and_name(ledger: Ledger, tmp_path: Path) -> None:
    rows = [person("", "H1", "甲"), {**person("", "H1", "小丙", relation="之子"), "证件号码": None}]
    file = register(tmp_path / "r.xlsx", rows)
    assert read(file).commit(ledger).created == 2
    assert read(file).commit(ledger).unchanged == 2
    later = [rows[0], person("", "H1", "小丙", "20200101", "009", "之子")]
    result = read(register(tmp_path / "s.xlsx", later)).commit(ledger)
    assert (result.updated, result.unchanged) == (1, 1)


def test_a_household_without_a_code_is_known_by_its_head(ledger: Ledger, tmp_path: Path) -> None:
    head = number("19900101", "001")
    rows = [{**person("", "", "甲"), "户主证件号码": head}, {**person("", "", "乙", "19910101", "002", "配偶"), "户主证件号码": head}]
    file = register(tmp_path / "r.xlsx", rows)
    assert read(file).commit(ledger).created == 2 and len(ledger.rows("household")) == 1
    assert read(file).commit(ledger).unchanged == 2


def test_an_interview_is_not_overwritten(village: Ledger, tmp_path: Path) -> None:
    from app.models.identity import spell_id
    from app.models.writing import Write

    spell = spell_id(person_id("P1"), 2)
    village.write([Write("placement", {"source": "survey"}, rec=spell)], source="form")
    row = {**person("P1", "H1", "杨大山", "19920301", "001"), "务工企业名称": "别的厂"}
    result = read(register(tmp_path / "r.xlsx", [row])).commit(village)
    record = village.get(spell)
    assert record is not None and record.values["employer_name"] == "佛山练习电子厂"
    assert any("以调查为准" in note.text for note in result.notes)


def test_a_place_that_is_not_known_is_noted_and_one_outside_refused(ledger: Ledger, tmp_path: Path) -> None:
    rows = [{**person("P1", "H1", "甲"), "村": "没有的村"}, {**person("P2", "H2", "乙", "19910101", "003"), "乡": "云溪镇", "村": "老寨村"}]
    result = read(register(tmp_path / "r.xlsx", rows)).commit(ledger)
    home = ledger.get(household_id("H1"))
    assert home is not None and home.place == "529999001000" and any("没有的村" in n.text for n in result.notes)
    assert [r.row for r in result.rejected] == [4] and "本工作区" in result.rejected[0].reason


def test_practice_numbers_stay_out_of_a_real_workspace(tmp_path: Path) -> None:
    real = Ledger.create(tmp_path / "real.db", bytes(32), area="520000000000", device_name="a", user_name="b", role="county",
                         practice=False)
    result = read(register(tmp_path / "r.xlsx", GOOD[2:], heads=[h for h in REGISTER if h not in "省市县乡村"])).commit(real)
    real.close()
    assert result.good == 0 and "练习用" in result.rejected[0].reason


def test_our_own_book_reads_as_a_roster_that_changes_nothing(village: Ledger, tmp_path: Path) -> None:
    export(village, "labour", tmp_path / "b.xlsx", SITE)
    before = village.digest()
    result = read(tmp_path / "b.xlsx").commit(village)
    assert (result.unchanged, result.created, result.updated, result.rejected) == (5, 0, 0, ())
    assert village.digest() == before


@pytest.mark.parametrize(("head", "targets"), [
    ("县（市、区）", ["place"]), ("村（社区）", ["place"]), ("自然村", ["ignored"]), ("政治面貌", ["ignored"]), ("1", []),
    ("*姓 名：", ["person.full_name"]), ("安置点（村）", ["site"]), ("就业创业状态", ["placement.labour_status", "placement.employment_type"]),
    ("户主身份证", ["household.head_id_number"]), ("公益性岗位(月数)", ["placement.public_post_months"]), ("练习县花名册", [])])
def test_heads_are_known_by_their_words(head: str, targets: list[str]) -> None:
    assert [t.name for t in ROSTER.targets_of(head)] == targets


def test_files_that_are_no_roster(tmp_path: Path) -> None:
    def refused(name: str, content: bytes | None) -> str:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(Problem) as caught:
            read(tmp_path / name)
        assert name in caught.value.zh and name in caught.value.en and caught.value.status == 2
        return caught.value.key

    whole = register(tmp_path / "whole.xlsx", GOOD).read_bytes()
    assert refused("none.xlsx", b"name,number\n") == "workbook.none"
    assert refused("gone.xlsx", None) == "workbook.missing"
    assert refused("blank.xlsx", b"") == "workbook.empty"
    assert refused("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600)) == "workbook.xls"
    assert refused("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(60) + "EncryptedPackage".encode("utf-16-le")) == "workbook.encrypted"
    assert refused("cut.xlsx", whole[:len(whole) // 2]) == "workbook.damaged"
    empty = Workbook()
    empty.save(tmp_path / "empty.xlsx")
    assert refused("empty.xlsx", None) == "workbook.empty"


def test_a_title_where_heads_should_be(tmp_path: Path) -> None:
    file = register(tmp_path / "title.xlsx", [], heads=("练习县搬迁劳动力名册", "2026 年"), title="关于报送名册的通知")
    with pytest.raises(Problem) as caught:
        read(file)
    assert caught.value.key == "roster.heads" and "“人口”" in caught.value.zh and "title.xlsx" in caught.value.zh
    with pytest.raises(Problem) as caught:
        read(register(tmp_path / "form.xlsx", []))
    assert caught.value.key == "roster.rows"


def test_what_a_person_chose_for_a_column_is_remembered_for_that_sender(ledger: Ledger, tmp_path: Path) -> None:
    """The next table of that sender is read in the same way, also with a column more; another sender's is not."""
    heads = ("户编号", "姓名", "证件号码", "与户主关系", "联络号", "所在楼")
    row = person("52999908001", "5299990800", "石大山", 联络号="13800001111", 所在楼="3-2-501")
    first = lists.read(register(tmp_path / "甲.xlsx", [row], heads), roster.ROSTER, ledger)
    assert {c.head for c in first.columns if not c.meaning} == {"联络号", "所在楼"}
    chosen = first.choose(ledger, {"联络号": "person.phone", "所在楼": "household.dwelling_no", "与户主关系": ""})
    assert chosen.commit(ledger).created == 1
    found = ledger.rows("person", {"full_name": "石大山"})[0][1]
    assert found["phone"] == "13800001111" and found.get("relation_to_head") is None
    again = lists.read(register(tmp_path / "乙.xlsx", [row], (*heads, "新加的列")), roster.ROSTER, ledger)
    assert {c.head: c.targets for c in again.columns}["联络号"] == ("person.phone",)
    other = lists.read(register(tmp_path / "丙.xlsx", [row], ("户编号", "姓名", "证件号码", "联络号")), roster.ROSTER, ledger)
    assert {c.head: c.targets for c in other.columns}["联络号"] == ()


def test_what_stands_under_heads_of_somebody_else_is_not_the_person_s(ledger: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["某乡人员名册"])
    sheet.append(["户编号", "人员信息", None, None, "帮扶干部", None])
    sheet.append([None, "姓名", "证件号码", "与户主关系", "姓名", "联系电话"])
    for merged in ("A1:F1", "A2:A3", "B2:D2", "E2:F2"):
        sheet.merge_cells(merged)
    sheet.append(["例", "张三", "110101199001011234", "户主", "李四", "13800000000"])
    sheet.append(["5299990900", "石大山", number("19900101", "001"), "户主", "王干部", "13900009999"])
    sheet.append(["合  计", None, None, None, None, None])
    book.save(tmp_path / "a.xlsx")
    result = roster.read(tmp_path / "a.xlsx").commit(ledger)
    assert (result.created, result.rejected) == (1, ())
    assert ledger.rows("person", {"full_name": "石大山"})[0][1].get("phone") is None
