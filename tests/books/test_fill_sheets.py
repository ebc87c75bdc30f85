"""来表即填 on workbooks with several sheets: each is filled with the people of its place; whom a row is about is never guessed."""
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import foreign
from app.books.coded import options_of
from app.books.fill import LACKING, fill, look
from app.books.titled import place_of
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import TOWN

HEADS = ("序号", "姓名", "身份证号", "现居住地", "联系电话")
SITES = {"向阳新居安置点": f"{TOWN[:9]}L01", "云上家园安置点": f"{TOWN[:9]}L02"}


@pytest.fixture
def two_sites(ledger: Ledger) -> Ledger:
    writes = []
    for n, (name, code) in enumerate(SITES.items(), 1):
        site = f"{n:032x}"
        writes.append(Write("resettlement_site", {"site_code": code, "name": name, "area_id": TOWN, "site_kind": "1"}, rec=site, place=code))
        for m in (1, 2):
            home, head = f"{n}{m:031x}", f"{n}{m + 8:031x}"
            writes.append(Write("household", {"household_code": f"H{n}{m}", "site_id": site}, rec=home, place=code))
            writes.append(Write("person", {"full_name": f"石{'甲乙丙丁'[2 * n + m - 3]}", "household_id": home, "relation_to_head": "02",
                                           "id_number": f"5299991990010{n}{m}01X", "birth_date": "1990-01-01"}, rec=head, place=code))
    ledger.write(writes, source="test")
    return ledger


def drawn(path: Path, *sheets: tuple[str, str, tuple[str, ...]], rows: int = 1) -> Path:
    book = Workbook()
    for n, (name, title, heads) in enumerate(sheets):
        sheet = book.active if not n else book.create_sheet()
        sheet.title = name
        sheet["A1"] = title
        for column, head in enumerate(heads, 1):
            sheet.cell(2, column, head)
        for row in range(3, 3 + rows):
            sheet.cell(row, 1, row - 2)
        sheet.cell(3 + rows, 1, "填表人：")
    book.save(path)
    return path


def names(path: Path, sheet: str) -> list[Any]:
    return [row[1] for row in load_workbook(path)[sheet].iter_rows(min_row=3, values_only=True) if row[1]]


def test_each_sheet_gets_the_people_of_its_place(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("1.向阳新居", "搬迁劳动力花名册", HEADS), ("附表2", "青禾镇云上家园安置点花名册", HEADS),
                 ("王家村", "搬迁劳动力花名册", HEADS), ("填表示例", "花名册", HEADS))
    tables = foreign.read_all(two_sites, came)
    assert [(t.sheet, t.place) for t in tables.tables] == [("1.向阳新居", SITES["向阳新居安置点"]), ("附表2", SITES["云上家园安置点"])]
    seen = look(two_sites, tables, TOWN)
    assert [len(part.rows) for part in seen.parts] == [2, 2] and seen.done.rows == 4
    done = fill(two_sites, tables, tmp_path / "填好.xlsx", TOWN)
    assert names(done.path, "1.向阳新居") == ["石甲", "石乙"] and names(done.path, "附表2") == ["石丙", "石丁"]
    assert not names(done.path, "王家村") and not names(done.path, "填表示例")
    assert [sheet for sheet, _ in done.left] == ["王家村", "填表示例"]
    told = done.as_dict()
    assert [(s["sheet"], s["rows"]) for s in told["sheets"]] == [("1.向阳新居", 2), ("附表2", 2)] and len(told["left"]) == 2
    page = list(load_workbook(done.path)[LACKING].iter_rows(min_row=2, values_only=True))
    assert {row[4] for row in page} == {"1.向阳新居", "附表2", "王家村", "填表示例"}


def test_only_the_sheets_of_the_place_that_was_asked_for(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("向阳新居", "", HEADS), ("云上家园", "", HEADS))
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx", SITES["云上家园安置点"])
    assert not names(done.path, "向阳新居") and names(done.path, "云上家园") == ["石丙", "石丁"]
    assert [sheet for sheet, _ in done.left] == ["向阳新居"]


def test_a_table_of_one_place_is_filled_with_its_people_only(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "向阳新居安置点搬迁劳动力花名册", HEADS))
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx")
    assert names(done.path, "Sheet1") == ["石甲", "石乙"]
    same = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "又填.xlsx", SITES["向阳新居安置点"])
    assert names(same.path, "Sheet1") == ["石甲", "石乙"]
    around = replace(foreign.read(two_sites, came), place=TOWN)
    wider = fill(two_sites, around, tmp_path / "三填.xlsx", SITES["云上家园安置点"])
    assert names(wider.path, "Sheet1") == ["石丙", "石丁"], "a table of the town takes the people of one of its sites"


def test_a_table_of_one_place_is_not_filled_with_the_people_of_another(two_sites: Ledger, tmp_path: Path) -> None:
    """Not even where it is the only one: its title would say of these people that they live there."""
    other = SITES["云上家园安置点"]
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "向阳新居安置点搬迁劳动力花名册", HEADS))
    tables = foreign.read_all(two_sites, came)
    seen = look(two_sites, tables, other)
    assert not seen.parts and not seen.done.cells and [sheet for sheet, _ in seen.done.left] == ["Sheet1"]
    with pytest.raises(Problem, match="都不是.*云上家园安置点的") as refused:
        fill(two_sites, tables, tmp_path / "填好.xlsx", other)
    assert refused.value.key == "fill.place" and not (tmp_path / "填好.xlsx").exists()


def test_the_same_blank_table_twice_holds_everybody_once(two_sites: Ledger, tmp_path: Path) -> None:
    other = ("姓名", "身份证号", "性别", "联系电话")
    came = drawn(tmp_path / "来表.xlsx", ("表1", "", HEADS), ("表1副本", "", HEADS), ("表2", "", other))
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx")
    assert [part.sheet for part in done.parts] == ["表1", "表2"] and [sheet for sheet, _ in done.left] == ["表1副本"]


def test_what_is_chosen_for_one_sheet_holds_for_those_like_it(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", *((name, "", (*HEADS, "住哪里")) for name in ("向阳新居", "云上家园")))
    tables = foreign.read_all(two_sites, came)
    chosen = foreign.choose_all(two_sites, tables, 0, {6: "place.name"})
    assert [t.columns[5].marker for t in chosen.tables] == ["place.name"] * 2


def test_a_title_with_two_places_is_of_none_and_so_is_the_office_s_own(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "向阳新居安置点、云上家园安置点花名册", HEADS), ("青禾镇", "", HEADS))
    first, second = foreign.read_workbook(came).sheets
    assert place_of(two_sites, first, 2) == "" and place_of(two_sites, second, 2) == ""


@pytest.mark.parametrize("column", [4, 6])
def test_rows_that_say_something_of_their_own_are_nobody_s(two_sites: Ledger, tmp_path: Path, column: int) -> None:
    """A table whose rows are about somebody whom no head that is known names is not filled with other people."""
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "", (*HEADS, "孩子")), rows=2)
    book = load_workbook(came)
    for row, text in ((3, "小明"), (4, "小红")):
        book.active.cell(row, column, text)
    book.save(came)
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx")
    assert not names(done.path, "Sheet1") and done.strangers == [3, 4] and done.cells == 0


@pytest.mark.parametrize(("head", "options"), [
    ("性别（男1女2）", [("男", 1), ("女", 2)]), ("性别\n1.男\n2.女", [("男", 1), ("女", 2)]), ("是否就业（1=是，0=否）", [("是", 1), ("否", 0)]),
    ("文化程度（1小学及以下2初中3高中/中专4大专及以上）", [("小学及以下", 1), ("初中", 2), ("高中/中专", 3), ("大专及以上", 4)]),
    ("是否在校（是填1，否填0）", [("是", 1), ("否", 0)]), ("劳动合同（有/无）", [("有", "有"), ("无", "无")]), ("性别①男②女", [("男", 1), ("女", 2)]),
    ("身份证号（18位）", []), ("出生日期（格式：19900101）", []), ("年龄（16-59岁）", []), ("工种（限填3个）", []), ("1.性别", []), ("联系电话1", []),
    ("Sex (M/F)", [("M", "M"), ("F", "F")]), ("月收入（元）", [])])
def test_the_answers_that_a_head_offers(head: str, options: list[tuple[str, Any]]) -> None:
    assert list(options_of(head)) == options


def test_what_getting_into_work_does_not_need_is_given_only_if_a_person_says_so(two_sites: Ledger, tmp_path: Path) -> None:
    rec = two_sites.rows("person")[0][0]
    two_sites.write([Write("person", {"political_status": "13", "marital_status": "20"}, rec=rec)], source="test")
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "", ("序号", "姓名", "身份证号", "政治面貌", "婚姻状况")))
    tables = foreign.read_all(two_sites, came)
    done = fill(two_sites, tables, tmp_path / "填好.xlsx")
    rows = [row[3:5] for row in load_workbook(done.path)["Sheet1"].iter_rows(min_row=3, max_row=6, values_only=True)]
    assert [row for row in rows if any(row)] == [(None, "已婚")] and done.withheld == ["政治面貌"] and not done.unknown
    foreign.choose_by_head(two_sites, tables, "政治面貌", "person.political_status")
    again = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "又填.xlsx")
    cells = [row[3] for row in load_workbook(again.path)["Sheet1"].iter_rows(min_row=3, max_row=6, values_only=True)]
    assert [cell for cell in cells if cell] == ["群众"] and not again.withheld
    with pytest.raises(Problem, match="没有“年龄”这一列"):
        foreign.choose_by_head(two_sites, tables, "年龄", "person.age")
    with pytest.raises(Problem, match="没有 person.nothing 这一项"):
        foreign.choose_by_head(two_sites, tables, "姓名", "person.nothing")


def test_an_example_row_is_nobody_unless_somebody_here_is_called_so(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "", HEADS), rows=4)
    book = load_workbook(came)
    book.active["B3"], book.active["C3"] = "张三", "110101199001010011"
    book.save(came)
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx")
    assert names(done.path, "Sheet1") == ["张三", "石甲", "石乙", "石丙", "石丁"]
    two_sites.write([Write("person", {"full_name": "张三"}, rec=two_sites.rows("person")[0][0])], source="test")
    assert foreign.read(two_sites, came).named == (3,)


@pytest.mark.parametrize("whose", ["帮扶责任人", "紧急联系人", "监护人姓名", "Emergency contact"])
def test_a_phone_beside_somebody_else_s_name_may_be_theirs(two_sites: Ledger, tmp_path: Path, whose: str) -> None:
    two_sites.write([Write("person", {"phone": "13800000001"}, rec=rec) for rec, _ in two_sites.rows("person")], source="test")
    heads = ("序号", "姓名", "身份证号", whose, "单位", "联系电话")
    done = fill(two_sites, foreign.read_all(two_sites, drawn(tmp_path / "来表.xlsx", ("Sheet1", "", heads))), tmp_path / "填好.xlsx")
    rows = [row for row in load_workbook(done.path)["Sheet1"].iter_rows(min_row=3, values_only=True) if row[1]]
    assert len(rows) == 4 and not any(row[4] or row[5] for row in rows) and "联系电话" in done.unknown


def test_a_table_of_persons_with_their_heads_is_none_of_households(two_sites: Ledger, tmp_path: Path) -> None:
    for heads in (("户主姓名", "与户主关系", "身份证号"), ("户主姓名", "巡河员姓名", "身份证号")):
        table = foreign.read(two_sites, drawn(tmp_path / "来表.xlsx", ("Sheet1", "", heads)))
        assert table.columns[2].marker == "person.id_number"
    table = foreign.read(two_sites, drawn(tmp_path / "来表.xlsx", ("Sheet1", "", ("户主姓名", "家庭人口", "身份证号"))))
    assert table.columns[2].marker == "household.head_id_number"


@pytest.mark.parametrize("numbered", [True, False])
def test_heads_that_are_said_again_on_each_page_are_no_rows(two_sites: Ledger, tmp_path: Path, numbered: bool) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "花名册", HEADS), rows=2)
    book = load_workbook(came)
    sheet = book.active
    for row, texts in ((5, ("花名册（续）",)), (6, HEADS), (7, ("3",)), (8, ("4",)), (9, ("5",)), (10, ("填表人：",))):
        for column in range(1, 6):
            sheet.cell(row, column, texts[column - 1] if column <= len(texts) else None).value = texts[column - 1] if column <= len(texts) else None
    for row in () if numbered else (3, 4, 7, 8, 9):
        sheet.cell(row, 1).value = None
    book.save(came)
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx")
    rows = [row[:2] for row in load_workbook(done.path)["Sheet1"].iter_rows(min_row=3, values_only=True)]
    assert [name for _, name in rows] == ["石甲", "石乙", None, "姓名", "石丙", "石丁", None, None] and done.rows == 4 and not done.strangers
    assert [int(rows[at][0]) for at in (0, 1, 4, 5)] == [1, 2, 3, 4]


def test_boxes_dots_and_numbers_in_rings_say_nothing_and_a_village_in_every_row_does(two_sites: Ledger, tmp_path: Path) -> None:
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "", ("序号", "姓名", "身份证号", "安置点", "性别", "备注")), rows=3)
    book = load_workbook(came)
    for row, mark in ((3, "①"), (4, "②"), (5, "……")):
        book.active.cell(row, 1, mark)
        book.active.cell(row, 4, "云上家园安置点")
    book.active["E3"] = "□男 □女"
    book.save(came)
    done = fill(two_sites, foreign.read_all(two_sites, came), tmp_path / "填好.xlsx")
    assert names(done.path, "Sheet1") == ["石丙", "石丁"] and not done.strangers


def listed(ledger: Ledger, path: Path, *rows: tuple[Any, ...]) -> tuple[list[Any], list[int]]:
    """Fill a list with a household's code, a name and a number, and return the numbers and the rows of strangers."""
    book = Workbook()
    for row in (("户编号", "姓名", "身份证号"), *rows):
        book.active.append(row)
    book.save(path / "来表.xlsx")
    done = fill(ledger, foreign.read_all(ledger, path / "来表.xlsx"), path / "填好.xlsx")
    filled = load_workbook(done.path).worksheets[0].iter_rows(min_row=2, max_row=1 + len(rows), values_only=True)
    return [row[2] for row in filled], done.strangers


def test_the_code_over_a_household_s_rows_holds_until_another_household_begins(two_sites: Ledger, tmp_path: Path) -> None:
    """石甲 is the head of H11 and of H21, and 石小 a child of both; 石乙 is of H12 and nobody else."""
    head = {f"H{n}{m}": f"5299991990010{n}{m}01X" for n in (1, 2) for m in (1, 2)}
    child = {"H11": "52999920150101001X", "H21": "52999920160101002X"}
    other = next(rec for rec, values in two_sites.rows("person") if values["full_name"] == "石丙")
    two_sites.write([Write("person", {"full_name": "石甲"}, rec=other), *(
        Write("person", {"full_name": "石小", "household_id": f"{home[1]}{home[2]:0>31}", "id_number": number},
              place=code) for (home, number), code in zip(child.items(), SITES.values(), strict=True))], source="test")
    for rows, numbers in (
            ((("H11", "石甲"), (None, "石小"), ("H21", "石甲"), (None, "石小")), (head["H11"], child["H11"], head["H21"], child["H21"])),
            ((("H11", "石甲"), (None, "石乙"), (None, "石甲")), (head["H11"], head["H12"], None)),  # the second is of another household
            ((("H11", "石甲"), (None, "石甲")), (head["H11"], None)),  # who stands in one row does not stand in two
            ((("H11", "石甲"), (None, "王别人"), (None, "石小")), (head["H11"], None, None)),  # nobody knows whose household has begun
            ((("H11", "石甲"), (None, "石小", "529999********002X")), (head["H11"], "529999********002X"))):
        assert listed(two_sites, tmp_path, *rows) == ([*numbers], [n for n, number in enumerate(numbers, 2) if number is None])


def test_a_look_shows_nothing_of_a_column_that_is_not_known(two_sites: Ledger, tmp_path: Path) -> None:
    """Of two numbers that both say whose they are neither is known, nor is a guardian's phone: the sender's texts are masked with the rest."""
    heads = ("序号", "姓名", "学生身份证号", "申请人身份证号", "监护人电话", "政治面貌", "联系电话")
    typed = ("1", "石甲", "529999201501010013", "529999198001010021", "13800005678", "群众", "13800001111")
    came = drawn(tmp_path / "来表.xlsx", ("Sheet1", "", heads))
    book = load_workbook(came)
    for column, text in enumerate(typed, 1):
        book.active.cell(3, column, text)
    book.save(came)
    (part,) = look(two_sites, foreign.read_all(two_sites, came)).parts
    assert [c.head for c in part.table.columns if not c.marker] == [*heads[2:5], "政治面貌"] and part.done.withheld == ["政治面貌"]
    assert part.rows == ((3, ("1", "石*", "***", "***", "***", "***", "138****1111")),)
    assert [c.head for c in part.table.columns] == list(heads)
