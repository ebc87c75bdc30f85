"""来表即填 on tables of figures, a row for each place: the very figures of the dispatch table, and none where a head could mean others."""
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.assistance.records import Records
from app.books import foreign
from app.books.counted import COUNTS
from app.books.fill import fill, look
from app.models import places
from app.models.ledger import Ledger
from app.models.practice import generate
from app.models.problem import Problem
from app.oversight.indicators import count
from tests.books.conftest import DAY

TITLE = "易地搬迁安置点劳动力就业情况统计表"
TOP = ("序号", "安置点名称", "搬迁户数（户）", "搬迁人口（人）", "劳动力（人）", None, "已就业（人）", None, None, None, "县内务工",
       "未就业", None, "面积")
LOW = (None, None, None, None, "小计", "男", "小计", "省外", "县内", "其中：公益性岗位", None, "有就业意愿", "无就业意愿", None)
CODES = {3: "A1", 4: "A2", 5: "B1", 7: "C1", 8: "C2", 9: "C4", 10: "C6", 12: "D1", 13: "D2"}
MERGED = ("A1:N1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:J2", "K2:K3", "L2:M2", "N2:N3")


def drawn(path: Path, title: str = TITLE, *names: str) -> Path:
    book = Workbook()
    for row in ((title,), TOP, LOW):
        book.active.append(row)
    for cells in MERGED:
        book.active.merge_cells(cells)
    for n, name in enumerate(names, 1):
        book.active.append((n, name, None, None, None, None, *[None] * 6, "=1+1" if n == 1 else None))
    book.active.append(("合计", None, f"=SUM(C4:C{3 + len(names)})"))
    book.save(path)
    return path


@pytest.fixture
def practice(ledger: Ledger) -> Ledger:
    generate(ledger, 12, 5)
    return ledger


def test_each_row_has_the_figures_of_its_place(practice: Ledger, tmp_path: Path) -> None:
    sites = {str(values["name"]): str(values["site_code"]) for _, values in practice.rows("resettlement_site")
             if places.within(str(values["site_code"]), places.prefix(practice.me.area))}
    names = (*sites, "没有这个点", "青禾镇")
    tables = foreign.read_all(practice, drawn(tmp_path / "来表.xlsx", TITLE, *names))
    assert look(practice, tables).done.cells == fill(practice, tables, tmp_path / "填好.xlsx").cells
    sheet = load_workbook(tmp_path / "填好.xlsx").worksheets[0]
    figures = count(Records(practice.db.conn), DAY.isoformat(), "2026-01-01").entries.by_place()
    counted = 0
    for row, name in enumerate(names, 4):
        scope = places.prefix(sites.get(name, practice.me.area)) if name != "没有这个点" else "?"
        some = [sums for place, sums in figures.items() if places.within(place, scope)]
        for column, code in CODES.items():
            if column == 13 and row == 4:
                continue
            told: Any = sum(sums[code] for sums in some) if some else None
            assert sheet.cell(row, column).value == told, (name, code)
            counted += bool(told)
        assert [sheet.cell(row, column).value for column in (6, 11, 14)] == [None] * 3
    assert counted > 10 and sheet["M4"].value == "=1+1" and sheet.cell(4 + len(names), 3).value == f"=SUM(C4:C{3 + len(names)})"


@pytest.mark.parametrize("title", ["妇女就业情况统计表", "脱贫劳动力就业统计表", "2025年就业统计表", "就业统计表（截至2026年6月）",
                                   "本月新增就业统计表"])
def test_a_table_that_counts_only_some_or_another_time_is_left(practice: Ledger, tmp_path: Path, title: str) -> None:
    with pytest.raises(Problem):
        foreign.read_all(practice, drawn(tmp_path / "来表.xlsx", title, "向阳新居安置点"))


@pytest.mark.parametrize(("path", "marker"), [
    (("劳动力（人）", "小计"), "dispatch.b1"), (("脱贫人口", "劳动力", "小计"), ""), (("劳动力转移就业", "小计"), ""), (("培训情况", "小计"), ""),
    (("已就业", "省外"), "dispatch.c2"), (("外出务工", "省外"), ""), (("未就业", "小计"), ""), (("搬迁人口（万人）",), ""), (("人数",), ""),
    (("就业情况", "已就业", "省外"), "dispatch.c2"), (("零就业家庭户数",), "dispatch.z1")])
def test_what_a_head_counts(path: tuple[str, ...], marker: str) -> None:
    assert "".join(target.name for target in COUNTS.meaning_of(path)) == marker


def test_what_a_person_chooses_for_a_column_keeps_the_rows(practice: Ledger, tmp_path: Path) -> None:
    table = foreign.read(practice, drawn(tmp_path / "来表.xlsx", TITLE, "向阳新居安置点"))
    assert table.is_counted and foreign.choose(practice, table, {14: ""}).named == table.named
