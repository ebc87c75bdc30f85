"""The labour book: golden cells, print set-up, drop-downs, hidden marks, and nothing half-written."""
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books import export as exporting
from app.books import marks, people, shell
from app.books.catalogue import books, preview, source_of, template_of
from app.books.export import export, suggested_name
from app.books.people import RECORDS
from app.books.template import HIDDEN
from app.models.identity import new_id
from app.models.ledger import Ledger
from app.models.past import folded_at
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import SITE, VILLAGE, household_id, number, person_id

GOLDEN = Path(__file__).parent / "golden" / "labour.json"
Sheet = Any


def book(ledger: Ledger, path: Path, **more: Any) -> Sheet:
    export(ledger, "labour", path, SITE, **more)
    return load_workbook(path).worksheets[0]


def heads(sheet: Sheet) -> dict[str, int]:
    """Return the lowest head -> its column."""
    return {cell.value: cell.column for row in (3, 4) for cell in sheet[row] if cell.value}


def test_the_book_is_the_golden_one_cell_by_cell(village: Ledger, tmp_path: Path) -> None:
    sheet = book(village, tmp_path / "b.xlsx")
    last = sheet.max_column - len(HIDDEN)
    found = {cell.coordinate: str(cell.value.date() if isinstance(cell.value, datetime) else cell.value)
             for row in sheet.iter_rows(max_col=last) for cell in row if cell.value is not None}
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_sheet_is_set_up_for_print(village: Ledger, tmp_path: Path) -> None:
    sheet = book(village, tmp_path / "b.xlsx")
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 8)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        True, 1, 0)
    assert sheet.print_title_rows == "$3:$4" and sheet.freeze_panes == "G5"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert round(sheet.page_margins.left * 25.4) == 20
    assert {"A1:AN1", "A3:A4", "B3:E3", "AN3:AN4", "A10:E10"} <= {str(r) for r in sheet.merged_cells.ranges}
    assert sheet.auto_filter.ref == "A4:AN9"
    assert sheet.row_dimensions[10].height == 27 and sheet.row_dimensions[6].height > 27


def test_drop_downs_come_from_the_code_lists(village: Ledger, tmp_path: Path) -> None:
    sheet = book(village, tmp_path / "b.xlsx")
    workbook = sheet.parent
    assert workbook["_codes"].sheet_state == "hidden" and workbook["_meta"].sheet_state == "veryHidden"
    chosen = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    column = sheet.cell(4, heads(sheet)["就业状态"]).column_letter
    assert chosen[f"{column}5:{column}9"] == "list_labour_status"
    sheet_name, cells = next(workbook.defined_names["list_labour_status"].destinations)
    assert [cell.value for (cell,) in workbook[sheet_name][cells]] == ["已就业", "未就业（想工作）", "未就业（不想工作）"]


def test_numbers_are_text_and_nothing_is_a_formula(village: Ledger, tmp_path: Path) -> None:
    sheet = book(village, tmp_path / "b.xlsx")
    at = heads(sheet)
    number = sheet.cell(5, at["证件号码"])
    assert (number.value, number.data_type, number.number_format) == ("529999199203010017", "s", "@")
    remark = sheet.cell(6, at["备注"])
    assert (remark.value, remark.data_type) == ("=1+1 <带&符号>", "s") and remark.quotePrefix
    assert sheet.cell(5, at["出生日期"]).number_format == "yyyy-mm-dd"
    with zipfile.ZipFile(tmp_path / "b.xlsx") as file:
        assert not [name for name in file.namelist() if b"<f>" in file.read(name)]


def test_strange_text_comes_through_whole(village: Ledger, tmp_path: Path) -> None:
    strange = "  甲\x07乙\n第二行 𬭎 %s %(a)d \x1f "
    village.write([Write("person", {"remark": strange}, rec=person_id("P1"))], source="test")
    sheet = book(village, tmp_path / "b.xlsx")
    assert sheet.cell(5, heads(sheet)["备注"]).value == "  甲乙\n第二行 𬭎 %s %(a)d  "


def test_who_is_in_the_book(village: Ledger, tmp_path: Path) -> None:
    names = lambda: [r[5] for r in preview(village, "labour", SITE, mask=False).rows]  # noqa: E731
    assert names() == ["杨大山", "吴小云", "石老三", "龙阿婆", "买买提·吐尔逊"]
    village.write([Write("person", {"person_status": "2"}, rec=person_id("P5")),
                   Write("person", {"_void": "重复"}, rec=person_id("P4")),
                   Write("person", {"full_name": "不知年龄", "household_id": household_id("H2")}, rec=new_id())], source="test")
    assert names() == ["杨大山", "吴小云", "不知年龄", "买买提·吐尔逊"]
    assert preview(village, "labour", "529999001L02").count == 0
    assert export(village, "labour", tmp_path / "none.xlsx", "529999001L02").rows == 0
    assert load_workbook(tmp_path / "none.xlsx").worksheets[0]["A5"].value == "合计"


def test_people_stand_in_one_order_whichever_way_their_households_are_found(village: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    bare, other, lost = new_id(), new_id(), [new_id(), new_id()]
    village.write([Write("household", {"dwelling_no": "9"}, rec=rec, place=place) for rec, place in ((bare, SITE), (other, VILLAGE))], source="test")
    homes = [*(household_id(code) for code in ("H1", "H2", "H3")), bare, other, *lost, None]
    village.write([Write("person", {"full_name": "石小山", "birth_date": f"19{50 + n % 40}-01-01", "household_id": homes[n % len(homes)]},
                         rec=new_id(), place=VILLAGE if n % 3 else SITE) for n in range(64)], source="test")
    monkeypatch.setattr(people, "HOUSEHOLDS", 2)

    def found(area: str) -> list[str | None]:
        source = source_of(template_of("labour"), village.db.conn, area, date(2026, 11, 23))
        out = [rec for batch in source.batches(["person.full_name"]) for rec in batch.ids[0]]
        assert len(set(out)) == len(out) == source.count()
        return out

    looked_up = found(SITE)  # fewer than half of the people
    assert len(looked_up) > 20 and len(found("529999")) > 60
    monkeypatch.setattr(people, "SORTED", 0)
    assert found(SITE) == looked_up


def test_a_book_remembers_what_its_cells_had_seen(village: Ledger, tmp_path: Path) -> None:
    village.write([Write("person", {"phone": "13800000009"}, rec=person_id("P1"))], source="test")
    had_seen = {rec: village.folded(rec) for rec in (person_id("P1"), household_id("H1"))}
    sheet = book(village, tmp_path / "b.xlsx")
    meta = dict(sheet.parent["_meta"].iter_rows(values_only=True))
    ids, _, signature = (sheet.cell(5, heads(sheet)[name]).value for name in HIDDEN)
    mark = marks.Marks(meta["id"], (meta["seen.n"], meta["seen.h"]), marks.book_key(village))
    assert ids.split()[:2] == [person_id("P1"), household_id("H1")] and len(ids.split()) == len(RECORDS)
    assert mark.holds(ids, signature) and not mark.holds(ids[::-1], signature)
    later = marks.Marks(meta["id"], (meta["seen.n"] + 1, meta["seen.h"]), marks.book_key(village))
    assert not later.holds(ids, signature)  # nobody can say that a cell had seen more
    village.write([Write("person", {"phone": "13800000010"}, rec=person_id("P1"))], source="test")
    assert village.feed_valid(meta["seen.n"], meta["seen.h"]) and folded_at(village, had_seen, meta["seen.n"]) == had_seen
    assert (meta["area"], meta["masked"], meta["version"], meta["exporter_name"]) == (SITE, 0, 1, "杨练")
    assert len(meta["hash"]) == 64 and sheet.column_dimensions["AO"].hidden and "AQ" in [
        sheet.cell(4, heads(sheet)["_sig"]).column_letter]


def test_masked_books_show_no_whole_number(village: Ledger, tmp_path: Path) -> None:
    sheet = book(village, tmp_path / "b.xlsx", mask=True)
    at = heads(sheet)
    assert [sheet.cell(5, at[head]).value for head in ("户主", "姓名", "证件号码", "本人电话")] == [
        "杨**", "杨**", "5*************0017", "138****0001"]
    with zipfile.ZipFile(tmp_path / "b.xlsx") as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    assert number("19920301", "001").encode() not in everything and "杨大山".encode() not in everything


def test_a_wrong_count_fails_aloud_and_leaves_nothing(village: Ledger, tmp_path: Path) -> None:
    template = template_of("labour")
    frame = shell.make(template, 2, {}, {"hash": exporting.HASH})
    with pytest.raises(Problem) as caught, exporting._whole(tmp_path / "b.xlsx") as file:
        exporting.write(file, frame, iter([(1, b"")]), 2, lambda: "")
    assert (caught.value.key, caught.value.status) == ("book.count", 1)
    assert "应有 2 行，只写出 1 行" in caught.value.zh and not list(tmp_path.glob("b.xlsx*"))


def test_stopping_leaves_nothing_and_an_old_book_stays(village: Ledger, tmp_path: Path) -> None:
    export(village, "labour", tmp_path / "b.xlsx")
    before = (tmp_path / "b.xlsx").read_bytes()

    class Stopped(Exception):
        pass

    def stop(done: int, rows: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        export(village, "labour", tmp_path / "b.xlsx", progress=stop)
    assert (tmp_path / "b.xlsx").read_bytes() == before and not list(tmp_path.glob("*.part"))
    assert not village.db.conn.in_transaction


def test_names_versions_and_refusals(village: Ledger, tmp_path: Path) -> None:
    assert suggested_name(village, "labour", SITE) == "练习县_青禾镇_向阳新居安置点_劳动力台账_20261123_v1.xlsx"
    assert export(village, "labour", tmp_path / "b.xlsx", SITE).version == 1
    assert suggested_name(village, "labour", SITE, date(2027, 1, 5)).endswith("_20270105_v2.xlsx")
    assert {"household", "labour", "posts", "batches"} <= {b.id for b in books()}
    for wrong, key in ((("horoscope", "b.xlsx"), "book.unknown"), (("labour", "b.csv"), "book.suffix"),
                       (("labour", "no/such/b.xlsx"), "book.write")):
        with pytest.raises(Problem) as caught:
            export(village, wrong[0], tmp_path / wrong[1])
        assert caught.value.key == key
