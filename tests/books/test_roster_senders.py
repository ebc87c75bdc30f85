"""Rosters of invented senders: a place in the title, numbers that a head explains, rows of notes, blocks of households."""
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from app.books import lists
from app.books.roster import ROSTER
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.books.conftest import SITE, TOWN, VILLAGE, number

HEADS = ("户编号", "户主姓名", "姓名", "公民身份号码", "与户主关系", "劳动能力")


def sent(path: Path, *rows: tuple[Any, ...], merged: tuple[str, ...] = (), sheet: str = "Sheet1") -> Path:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for one in merged:
        book.active.merge_cells(one)
    book.save(path)
    return path


def brought(ledger: Ledger, path: Path) -> lists.ListResult:
    preview = lists.read(path, ROSTER, ledger)
    found = preview.commit(ledger)
    before = ledger.digest()
    again = lists.read(path, ROSTER, ledger).commit(ledger)
    assert (again.created, again.updated) == (0, 0) and ledger.digest() == before, "the same file twice changes nothing"
    return found


def test_the_place_of_the_title_is_where_households_live_whose_rows_say_nothing_of_it(ledger: Ledger, tmp_path: Path) -> None:
    ledger.write([Write("resettlement_site", {"site_code": SITE, "name": "向阳新居安置点", "area_id": TOWN, "site_kind": "1"}, rec="5" * 32,
                        place=SITE)], source="test")
    rows = [("H1", "罗大发", "罗大发", number("19800101", "001"), "户主", "普通劳动力"),
            (None, None, "罗小花", number("19820202", "002"), "配偶", "弱劳动力或半劳动力"),
            ("H2", "韦金山", "韦金山", number("19700404", "003"), "户主", "普通劳动力")]
    file = sent(tmp_path / "a.xlsx", ("青禾镇向阳新居安置点搬迁户花名册",), ("填报单位：镇政府",), HEADS,
                ("必填", "必填", "必填", "18位", "下拉", "下拉选择"), *rows, ("合计", None, "3人"), merged=("A1:F1", "A5:A6", "B5:B6"))
    found = brought(ledger, file)
    assert (found.created, found.rejected) == (3, ())
    homes = dict(ledger.rows("household"))
    assert {values["household_code"]: (values["site_id"], ledger.get(rec).place) for rec, values in homes.items()} == {  # type: ignore[union-attr]
        "H1": ("5" * 32, SITE), "H2": ("5" * 32, SITE)}
    assert len({values["household_id"] for _, values in ledger.rows("person")}) == 2


def test_a_sheet_called_after_a_village_and_a_title_that_names_no_place(ledger: Ledger, tmp_path: Path) -> None:
    row = ("H1", "罗大发", "罗大发", number("19800101", "001"), "户主", "普通劳动力")
    brought(ledger, sent(tmp_path / "a.xlsx", HEADS, row, sheet="石板村"))
    other = ("H2", "韦金山", "韦金山", number("19700404", "003"), "户主", "普通劳动力")
    brought(ledger, sent(tmp_path / "b.xlsx", ("王家村花名册",), HEADS, other))
    where = {values["household_code"]: ledger.get(rec).place for rec, values in ledger.rows("household")}  # type: ignore[union-attr]
    assert where == {"H1": VILLAGE, "H2": ledger.me.area}


def test_numbers_are_what_their_head_says_they_are(ledger: Ledger, tmp_path: Path) -> None:
    heads = (*HEADS[:5], "就业状态（1未就业2已就业）", "性别\n1.女\n2.男")
    rows = [("H1", "罗大发", "罗大发", number("19800101", "001"), "户主", 2, 2),
            ("H1", "罗大发", "罗小花", number("19820202", "002"), "配偶", "1", 1),
            ("H1", "罗大发", "罗老三", number("19850505", "003"), "之子", 7, 2)]
    found = brought(ledger, sent(tmp_path / "a.xlsx", heads, *rows))
    assert found.created == 2 and [(r.row, "没有 7 这一项" in r.reason) for r in found.rejected] == [(4, True)]
    names = {rec: values["full_name"] for rec, values in ledger.rows("person")}
    assert {names[values["person_id"]]: values["labour_status"] for _, values in ledger.rows("placement")} == {"罗大发": "1", "罗小花": "2"}
    assert {values["full_name"]: values["sex"] for _, values in ledger.rows("person")} == {"罗大发": "1", "罗小花": "2"}


def test_several_numbers_in_a_cell_are_each_what_their_head_says(ledger: Ledger, tmp_path: Path) -> None:
    heads = (*HEADS[:5], "就业状态（1未就业2已就业）", "参保情况（1职工医保2居民医保3工伤保险）")
    told = ("1、3", "2", 3, "1，工伤保险", "2/3", "职工医保 3", "1、7", "3\n8")
    rows = [("H1", "罗大发", f"罗某{'甲乙丙丁戊己庚辛'[n]}", number(f"1980010{n + 1}", f"00{n + 1}"), "户主" if n == 0 else "之子", 2, cell)
            for n, cell in enumerate(told)]
    found = brought(ledger, sent(tmp_path / "a.xlsx", heads, *rows))
    assert [(r.row, [n in r.reason for n in ("没有 7 这一项", "没有 8 这一项")]) for r in found.rejected] == [(8, [True, False]), (9, [False, True])]
    names = {rec: values["full_name"] for rec, values in ledger.rows("person")}
    assert {names[values["person_id"]][-1]: values["insurance"] for _, values in ledger.rows("placement")} == {
        "甲": ["3", "5"], "乙": ["4"], "丙": ["5"], "丁": ["3", "5"], "戊": ["4", "5"], "己": ["3", "5"]}
