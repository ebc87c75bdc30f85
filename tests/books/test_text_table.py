"""CSV in: whatever encoding and delimiter an office writes, the letters are those that were typed, or a sentence says why not."""
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.books import foreign, roster, take_back, text_table
from app.books.export import export
from app.books.fill import fill, out_beside
from app.books.incoming import read_workbook
from app.models.ledger import Ledger
from app.models.problem import Problem
from tests.books.conftest import DAY, SITE, number

HEADS = ["户编号", "姓名", "证件号码", "与户主关系", "村", "备注"]
ROW = ["H9", "杨新一", number("19950101", "005"), "户主", "石板村", "想去广东，会电焊; 也会缝纫"]


def lines(delimiter: str, *rows: list[str]) -> str:
    return "\r\n".join(delimiter.join(f'"{c}"' if delimiter in c or '"' in c else c for c in row) for row in rows) + "\r\n"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_roster_comes_in_from_any_of_them(ledger: Ledger, tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(lines(delimiter, ["人口信息表"], HEADS, ROW).encode(encoding))
    result = roster.read(path).commit(ledger)
    assert (result.created, result.rejected) == (1, ())
    ((_, person),) = ledger.rows("person", {"full_name": "杨新一"})
    assert person["id_number"] == ROW[2] and person["remark"] == ROW[5]
    mark = ledger.feed_mark()
    assert roster.read(path).commit(ledger).unchanged == 1 and ledger.feed_mark() == mark, "the same file twice changes nothing"


def test_letters_of_the_old_standard_get_their_places(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    name = "杨".encode("gb18030") + b"\xfe\x51"  # in Python's table a private letter, 𠂇 in the standard of today
    path.write_bytes(lines(",", HEADS, [*ROW[:1], "@", *ROW[2:]]).encode("gb18030").replace(b"@", name))
    assert roster.read(path).commit(ledger).created == 1
    assert [v["full_name"] for _, v in ledger.rows("person")] == ["杨\U00020087"]


@pytest.mark.parametrize("content", [
    lines(",", HEADS, ROW).encode("utf-8")[:-40] + b"\xff\xfe\x9f" * 9,
    lines(",", ["戶編號", "姓名", "證件號碼"], ["一", "楊新一", "人員資料表格"]).encode("big5"),
    "姓名,備考\n山田,テスト".encode("shift-jis"), b"\x00\x01\x02", "Prénom,Âge\nAndré,é".encode("latin-1")])
def test_another_encoding_is_said_in_words(ledger: Ledger, tmp_path: Path, content: bytes) -> None:
    path, mark = tmp_path / "roster.csv", ledger.feed_mark()
    path.write_bytes(content)
    with pytest.raises(Problem, match=r"编码|encoding"):
        roster.read(path)
    assert ledger.feed_mark() == mark


def test_digits_dressed_against_excel_are_digits_and_broken_ones_are_refused(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(lines(",", HEADS, [ROW[0], ROW[1], f'="{ROW[2]}"', *ROW[3:]], ["H8", "杨新二", "5.29999E+17", *ROW[3:]])
                    .replace(f'"="{ROW[2]}""', f'"=""{ROW[2]}"""'), encoding="utf-8")
    result = roster.read(path).commit(ledger)
    assert result.created == 1 and [r.row for r in result.rejected] == [3] and "末几位已经丢失" in result.rejected[0].reason


def test_a_table_to_fill_becomes_a_workbook(village: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "某局[要].csv"
    path.write_bytes(lines(",", ["姓名", "身份证号", "户编号"], ["杨大山", "", ""]).encode("gb18030"))
    out = out_beside(path)
    assert out.suffix == ".xlsx" and fill(village, foreign.read(village, path), out).cells == 2
    cell = load_workbook(out).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (number("19920301", "001"), "s")


def test_a_book_saved_as_csv_comes_home_by_number_and_name(village: Ledger, tmp_path: Path) -> None:
    export(village, "labour", tmp_path / "b.xlsx", SITE, on=DAY)
    sheet = load_workbook(tmp_path / "b.xlsx").worksheets[0]
    rows = [["" if c is None else str(c).removesuffix(" 00:00:00") for c in row] for row in sheet.iter_rows(values_only=True)]
    (tmp_path / "b.csv").write_bytes(lines(",", *rows).replace("13800000001", "13800000077").encode("gb18030"))
    found = take_back.compare(village, take_back.read(village, tmp_path / "b.csv"))
    assert [(e.name, e.value) for e in found.edits] == [("phone", "13800000077")] and not found.refused


@given(st.lists(st.lists(st.text("杨石，,;\t\"'= a1\n", max_size=6), min_size=3, max_size=3), min_size=1, max_size=6),
       st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_is_what_was_typed(rows: list[list[str]], encoding: str) -> None:
    told = "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in ["甲，一", *row]) for row in rows)
    read = text_table.read_rows(Path("t.csv"), told.encode(encoding))
    assert read == [["甲，一", *[text_table._bare(c) for c in row]] for row in rows]


def test_a_workbook_by_the_name_of_csv_is_read_as_the_workbook_it_is(village: Ledger, tmp_path: Path) -> None:
    export(village, "labour", tmp_path / "b.xlsx", SITE, on=DAY)
    (tmp_path / "b.xlsx").rename(tmp_path / "b.csv")
    assert read_workbook(tmp_path / "b.csv", hidden=("_meta",)).hidden
