"""The dispatch table as a book, read back: the figures stated for the worked households of domain.md 7, and those of each worked case."""
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books.export import export
from app.models.ledger import Ledger
from app.oversight.kept import KeptFigures
from tests.assistance.conftest import DAY, TOWN, cells, fixed_day, ledger, make
from tests.assistance.test_worked import worked
from tests.oversight.test_cases import CASES

__all__ = ["fixed_day", "ledger", "make"]
HEADS = {
    "搬迁户数": "A1", "搬迁人口": "A2", "有劳动力户": "A3", "劳动力总数": "B1", "其中超龄": "B1_over", "其中脱贫含监测": "B2", "有就业意愿": "B3",
    "合计": "C1", "省外": "C2", "省内县外": "C3", "县内": "C4", "境外": "C5", "公益岗": "C6", "车间": "C7", "以工代赈": "C8", "创业": "C9",
    "灵活": "C10", "有意愿": "D1", "无意愿": "D2", "有人就业户": "E1", "零就业新增": "E2_new", "清零": "E2_cleared", "期末": "E2_end"}


def total_row(ledger: Ledger, file: Path, on: str) -> tuple[dict[str, Any], str]:
    """Return (head to cell of the row of totals, the note under the table) of a written table."""
    export(ledger, "dispatch", file, TOWN, on=date.fromisoformat(on))
    rows = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    heads = next(row for row in rows if "劳动力总数" in row)
    total = next(row for row in rows if row[0] == "合计")
    note = next(str(row[0]) for row in rows if str(row[0]).startswith("填表说明"))
    return {head: cell for head, cell in zip(heads, total, strict=True) if head}, note


def test_the_book_of_the_worked_households_says_what_is_stated(ledger: Ledger, tmp_path: Path) -> None:
    ledger.write(worked(), source="test")
    row, note = total_row(ledger, tmp_path / "b.xlsx", DAY)
    assert {head: row[head] for head in ("有劳动力户", "劳动力总数", "合计", "有意愿", "无意愿", "有人就业户", "期末", "就业率", "有意愿就业率")} == {
        "有劳动力户": 3, "劳动力总数": 4, "合计": 1, "有意愿": 2, "无意愿": 1, "有人就业户": 1, "期末": 1, "就业率": "25.0%", "有意愿就业率": "33.3%"}
    assert "B1 = C1+D1+D2+D3: 4, 4 ✓" in note and "✗" not in note


@pytest.mark.parametrize("name", [name for name, (_, on, row) in CASES.items() if row and on == DAY][::3])
def test_book_table_and_kept_figures_give_a_case_s_row_alike(ledger: Ledger, tmp_path: Path, name: str) -> None:
    writes, on, expected = CASES[name]
    ledger.write(writes, source="test")
    row, _ = total_row(ledger, tmp_path / "b.xlsx", on)
    wanted = {code: expected.get(code, 0) for code in HEADS.values()}
    assert {code: row[head] for head, code in HEADS.items()} == wanted
    assert {code: cells(ledger, on).get(code, 0) for code in HEADS.values()} == wanted
    kept = KeptFigures(ledger)
    kept.follow(on)
    assert {code: kept.sums("", on)[code] for code in HEADS.values()} == wanted
