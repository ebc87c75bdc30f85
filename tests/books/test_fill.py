"""来表即填: of what the ledger knows at least eight cells in ten are filled, none wrongly; nothing that stood there is touched."""
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books import cells, foreign
from app.books.catalogue import source_of, template_of
from app.books.fill import LACKING, ask, fill
from app.books.kinds import KINDS
from app.books.rows import Rows
from app.books.template import Column
from app.models import asking, places
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import DAY, TOWN, person_id
from tests.books.departments import DEPARTMENTS, Department, workbook


@pytest.fixture
def told(village: Ledger) -> Ledger:
    """The village, with a little more said of everybody."""
    village.write([Write("person", {"education": "81", "phone": f"1380000000{n}", "ethnic_group": "12"}, rec=person_id(f"P{n}"))
                   for n in (2, 4, 5, 6)], source="test")
    return village


def known(ledger: Ledger, markers: list[str]) -> dict[str, dict[str, Any]]:
    """Return name -> marker -> what the book shows of it: the truth, by the way of the books."""
    people = any(m.startswith("person.full_name") for m in markers)  # those of 16 and older: the labour book's
    source = source_of(template_of("labour"), ledger.db.conn, places.prefix(TOWN), DAY) if people else Rows(
        ledger.db.conn, KINDS["households"], places.prefix(TOWN), DAY)
    shows = {m: cells.show(ledger, template_of("labour"), Column(1, "A", m, m), False) for m in markers}
    key = "person.full_name" if people else "household.household_code"
    out = {}
    for batch in source.batches([key, *markers]):
        for row in batch.rows():
            out[str(row[0])] = {m: shows[m](value) for m, value in zip(markers, row[1:], strict=True)}
    return out


def same(cell: Any, shown: Any, raw_head: str) -> bool:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(shown, date) and isinstance(cell, str):
        return shown.isoformat() == cell
    if "万元" in raw_head:
        return shown is not None and abs(float(cell) - float(shown) / 10000) < 1e-9
    return str(cell) == str(shown)


SAME_WORDS = {("教育", "person.education"): {"小学毕业": "小学", "初中毕业": "初中"}}


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda d: d.name)
def test_a_department_s_table_is_filled(told: Ledger, tmp_path: Path, department: Department) -> None:
    first, truth = workbook(department, tmp_path / "来表.xlsx")
    before = load_workbook(tmp_path / "来表.xlsx").worksheets[0]
    stood = {c.coordinate: c.value for row in before.iter_rows() for c in row if c.value is not None}
    deep = before.max_row
    done = fill(told, foreign.read(told, tmp_path / "来表.xlsx"), tmp_path / "填好.xlsx", TOWN)
    sheet = load_workbook(tmp_path / "填好.xlsx").worksheets[0]
    facts = known(told, list(truth.values()))
    at = {marker: column for column, marker in truth.items()}
    whose = at.get("person.full_name") or at["household.household_code"]
    rows = {str(sheet.cell(row, whose).value): row for row in range(first, sheet.max_row + 1) if sheet.cell(row, whose).value}
    assert department.named or set(facts) <= set(rows)
    wanted = filled = 0
    for name in department.named or [n for n in facts if n in rows]:
        for column, marker in truth.items():
            shown, cell = facts[name][marker], sheet.cell(rows[name], column).value
            head = str(before.cell(first - 1, column).value)
            if before.cell(rows[name], column).value is not None and not department.formulas and department.named:
                continue  # what stood there stays
            wanted += shown is not None
            if cell is None:
                continue
            words = SAME_WORDS.get((department.name, marker), {})
            assert same(cell, words.get(str(shown), shown), head), (name, marker, cell, shown)
            filled += 1
    assert wanted and filled >= 0.8 * wanted, (filled, wanted, [(g.head, g.why) for g in done.gaps], done.unknown)
    moved = sheet.max_row - deep
    for where, value in stood.items():
        row, column = before[where].row, before[where].column
        now = {sheet.cell(row, column).value, sheet.cell(row + max(0, moved), column).value}
        assert value in now or str(value).startswith("=") and any(str(v).startswith("=") for v in now), (where, value, now)
    assert not {rows[n] for n in rows} & set(done.strangers) or department.named


def test_what_is_missing_is_a_page_and_can_be_asked_at_the_next_visit(told: Ledger, tmp_path: Path) -> None:
    department = DEPARTMENTS[0]
    workbook(department, tmp_path / "来表.xlsx")
    done = fill(told, foreign.read(told, tmp_path / "来表.xlsx"), tmp_path / "填好.xlsx", TOWN)
    page = load_workbook(tmp_path / "填好.xlsx")[LACKING]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert rows and not any("杨大山" in str(cell) for row in rows for cell in row), "the workbook travels: names are masked"
    assert {row[2] for row in rows} >= {"务工企业名称"}
    questions = ask(told, done)
    assert questions and ask(told, done) == 0, "nothing is asked twice"
    assert len(asking.open_questions(told)) == questions


def test_what_a_person_chose_is_remembered_for_tables_with_these_heads(told: Ledger, tmp_path: Path) -> None:
    workbook(DEPARTMENTS[9], tmp_path / "a.xlsx")
    table = foreign.read(told, tmp_path / "a.xlsx")
    column = next(c for c in table.columns if "回访" in c.head)
    assert column.marker == ""
    foreign.choose(told, table, {column.column: "person.remark"})
    again = foreign.read(told, tmp_path / "a.xlsx")
    assert next(c.marker for c in again.columns if c.column == column.column) == "person.remark"
    assert "person.remark" in foreign.meanings()


def test_a_table_without_heads_and_a_bad_name_are_refused_in_a_sentence(told: Ledger, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["甲", "乙"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(Problem, match="没有找到认识的列名"):
        foreign.read(told, tmp_path / "x.xlsx")
    workbook(DEPARTMENTS[0], tmp_path / "a.xlsx")
    with pytest.raises(Problem, match="xlsx"):
        fill(told, foreign.read(told, tmp_path / "a.xlsx"), tmp_path / "x.doc", TOWN)


def test_sums_take_in_the_rows_that_were_put_in_and_formulas_go_down(told: Ledger, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["序号", "姓名", "身份证号", "月收入", "年收入", "说明"])
    sheet.append([1, None, None, None, "=D2*12", '=IF(D2>0,"D2","无")'])
    sheet.append([2, None, None, None, "=D3*12", None])
    sheet.append(["合计", None, None, "=SUM(D2:D3)", "=SUM(E$2:E$3)", "=D4/COUNT(D2:D3)"])
    sheet.append(["填表人：", None, None, "=D4", "=汇总!A1", None])
    book.create_sheet("汇总")["A1"] = 5
    book.save(tmp_path / "来表.xlsx")
    done = fill(told, foreign.read(told, tmp_path / "来表.xlsx"), tmp_path / "填好.xlsx", TOWN)
    now = load_workbook(tmp_path / "填好.xlsx")["Sheet"]
    last = 1 + done.rows
    assert done.rows > 2 and [now.cell(row, 5).value for row in range(2, last + 1)] == [f"=D{row}*12" for row in range(2, last + 1)]
    assert [now.cell(last + 1, column).value for column in (1, 4, 5, 6)] == [
        "合计", f"=SUM(D2:D{last})", f"=SUM(E$2:E${last})", f"=D{last + 1}/COUNT(D2:D{last})"]
    assert [now.cell(last + 2, column).value for column in (1, 4, 5)] == ["填表人：", f"=D{last + 1}", "=汇总!A1"]
    assert now.cell(2, 6).value == '=IF(D2>0,"D2","无")'


def test_a_number_that_is_partly_hidden_tells_who_is_meant(told: Ledger, tmp_path: Path) -> None:
    from openpyxl import Workbook

    told.write([Write("person", {"full_name": "石老三", "household_id": told.get(person_id("P1")).values["household_id"], "id_type": "01",
                                 "id_number": "529999196001010010", "phone": "13800000088"})], source="test")
    book = Workbook()
    book.active.append(["姓名", "身份证号", "联系电话"])
    for name, hidden in (("石老三", "529999********0010"), ("石老三", "5299991974****0057"), ("杨大山", "5299991974****0057"), ("石老三", "")):
        book.active.append([name, hidden])
    book.save(tmp_path / "来表.xlsx")
    done = fill(told, foreign.read(told, tmp_path / "来表.xlsx"), tmp_path / "填好.xlsx", TOWN)
    now = load_workbook(tmp_path / "填好.xlsx").worksheets[0]
    assert [now.cell(row, 3).value for row in range(2, 6)] == ["13800000088", "13800000004", None, None]
    assert done.strangers == [4, 5] and now.cell(2, 2).value == "529999********0010"
