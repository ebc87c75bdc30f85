"""Crossings: the total is the figure's, each number is a plain recount, nobody is named, no label becomes a formula."""
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assistance.records import Records
from app.books import crossing
from app.models import office
from app.models.ledger import Ledger
from app.models.practice import generate
from app.models.problem import Problem
from app.models.writing import Write
from app.oversight.cells import CELLS
from app.oversight.indicators import count
from tests.command_line import CommandLine

ON = "2026-11-26"
AXES = st.sampled_from(sorted(crossing.axes()))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger.create(tmp_path_factory.mktemp("crossing") / "l.db", bytes(32), area="529999001000", device_name="d", user_name="杨练",
                           role="township", practice=True)
    generate(ledger, 20, 3)
    return ledger


@settings(max_examples=40, deadline=None)
@given(rows=AXES, columns=AXES, code=st.sampled_from(["A2", "B1", "C1", "D3"]))
def test_the_total_is_the_figure_and_the_sums_are_sums(village: Ledger, rows: str, columns: str, code: str) -> None:
    figures = count(Records(village.db.conn), ON)
    table = crossing.cross(village, figures, "", rows, columns, CELLS[code])
    assert table.loc["合计", "合计"] == figures.report("").cells[code]
    inner = table.drop(index="合计").drop(columns="合计")
    assert (inner.sum(axis=1) == table["合计"].drop("合计")).all() and (inner.sum(axis=0) == table.loc["合计"].drop("合计")).all()
    assert (inner.to_numpy() >= 0).all()


def test_each_number_is_a_plain_recount(village: Ledger) -> None:
    figures = count(Records(village.db.conn), ON)
    table = crossing.cross(village, figures, "", "person.sex", "work", CELLS["B1"])
    sexes = dict(village.db.conn.execute("SELECT id, sex FROM person").fetchall())
    words = {"employed": "已就业", "willing": "想工作", "unwilling": "不想工作", "unknown": "情况不明"}
    plain = Counter(({"1": "男", "2": "女"}[sexes[rec]], words[figures.standings[rec].work]) for _, rec in figures.listed(CELLS["B1"], ""))
    assert sum(plain.values()) > 20
    assert {(r, c): n for r in ("男", "女") for c in words.values() if c in table and (n := int(table.loc[r, c]))} == dict(plain)


def test_what_nobody_has_said_is_a_line_of_its_own(village: Ledger) -> None:
    table = crossing.cross(village, count(Records(village.db.conn), ON), "", "person.satisfaction", "work", CELLS["A2"])
    assert table.loc["没有填", "合计"] > 0


def test_no_axis_and_no_people_are_said(village: Ledger) -> None:
    figures = count(Records(village.db.conn), ON)
    for axis, cell in (("person.full_name", "B1"), ("town", "A1")):
        with pytest.raises(Problem) as caught:
            crossing.cross(village, figures, "", axis, "work", CELLS[cell])
        assert caught.value.key == "report.axis"


def test_a_choice_that_looks_like_a_formula_stays_words_in_the_workbook(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    ledger = Ledger.create(tmp_path / "l.db", bytes(32), area="529999001000", device_name="d", user_name="杨练", role="township", practice=True)
    office.add_code(ledger, "education", "X9", "=1+1")
    generate(ledger, 3, 5)
    rec = ledger.rows("person")[0][0]
    ledger.write([Write("person", {"education": "X9"}, rec=rec)], source="screen")
    table = crossing.cross(ledger, count(Records(ledger.db.conn), ON), "", "person.education", "town", CELLS["A2"])
    crossing.write(table, tmp_path / "交叉表.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "交叉表.xlsx").active.iter_rows() for cell in row]
    assert any(cell.value == "'=1+1" for cell in cells) and all(cell.data_type != "f" for cell in cells)
    assert cells[0].value == "学历 / 乡镇"


def test_the_command_prints_it(tmp_path: Path) -> None:
    leye = CommandLine(tmp_path / "w")
    leye("init", "--area", "529999001000", "--name", "镇", "--user", "陈", "--role", "township")
    leye("generate", "--households", 5, "--seed", 1)
    found = leye("report", "cross", "village", "work", "--json", "--out", tmp_path / "t.xlsx").json
    assert found["cell"] == "B1" and "合计" in found["table"] and (tmp_path / "t.xlsx").exists()
    assert leye("report", "cross", "nobody", "work", status=2).err
