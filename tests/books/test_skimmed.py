"""Skimming leaves out rows that nobody touched, and nothing else: a skimmed book comes home as one that was read whole."""
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books import returned, skimmed, take_back
from app.books.export import export
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.bench.books.writers import with_one_list_of_texts
from tests.books.conftest import SITE, person_id
from tests.books.editing import FIRST, edit_at_random, heads, row_of, shuffled
from tests.books.writers import write_anew


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skimmed, "LEAST", 0)


def saved(workbook: Any, path: Path) -> Path:
    workbook.save(path)
    with_one_list_of_texts(path, path)
    return path


def whole_and_skimmed(ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, take_back.Homecoming]:
    """Return how many rows were left out, and what comes home, which is the same as of a book that is read whole."""
    left_out: list[int] = []

    def counting(*asked: Any) -> Any:
        found = skimmed.skim(*asked)
        left_out.append(len(found.untouched) if found else 0)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(returned, "skim", counting)
        quick = take_back.compare(ledger, take_back.read(ledger, path))
        patch.setattr(returned, "skim", lambda *asked: None)
        plain = take_back.compare(ledger, take_back.read(ledger, path))
    told = [[(e.sheet, e.row, e.rec, e.name, e.value, e.state) for e in some.edits] for some in (quick, plain)]
    assert told[0] == told[1] and quick.as_dict() == plain.as_dict() and quick.refused == plain.refused and quick.gone == plain.gone
    assert quick.returned.digest == plain.returned.digest and quick.returned.untouched == plain.returned.untouched
    return left_out[0], quick


@pytest.mark.parametrize("seed", range(12))
def test_what_was_edited_comes_home_and_the_other_rows_are_not_read(village: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                    seed: int) -> None:
    monkeypatch.setattr(skimmed, "LOOK_IN", 4)
    export(village, "labour", tmp_path / "b.xlsx", SITE, most=3 if seed % 3 == 0 else 100)
    book = load_workbook(tmp_path / "b.xlsx")
    rnd = Random(seed)
    wanted = edit_at_random(book.worksheets[0], rnd) if seed % 3 else {}
    if seed % 2 and seed % 3:
        shuffled(book.worksheets[0], rnd, FIRST + 4)
    left_out, found = whole_and_skimmed(village, saved(book, tmp_path / "e.xlsx"), monkeypatch)
    assert {(e.rec, e.name): e.value for e in found.edits} == wanted and not found.refused
    touched = {e.row for e in found.edits}
    assert left_out >= 5 - len(touched)


def test_nothing_of_a_row_is_lost_that_its_sum_does_not_hold(village: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skimmed, "LOOK_IN", 4)
    export(village, "labour", tmp_path / "b.xlsx", SITE)
    for strange in (True, "=1+1", "#N/A", 12, 45678, "  ", "a&b<c>", "甲\n乙"):
        book = load_workbook(tmp_path / "b.xlsx")
        sheet = book.worksheets[0]
        sheet.cell(row_of(sheet, "杨大山"), heads(sheet)["备注"]).value = strange
        left_out, found = whole_and_skimmed(village, saved(book, tmp_path / "e.xlsx"), monkeypatch)
        assert left_out >= 3 and not any(e.row != FIRST for e in found.edits), strange
        assert bool(found.edits or found.refused) == (strange not in ("  ", "=1+1")), strange


def test_rows_twice_or_gone_or_new_are_the_same(village: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skimmed, "LOOK_IN", 4)
    export(village, "labour", tmp_path / "b.xlsx", SITE)
    book = load_workbook(tmp_path / "b.xlsx")
    sheet = book.worksheets[0]
    copied = [cell.value for cell in sheet[FIRST]]
    sheet.delete_rows(FIRST + 2)
    for merged in [r for r in sheet.merged_cells.ranges if r.min_row >= FIRST]:
        sheet.merged_cells.remove(merged)
    for row in (FIRST + 4, FIRST + 5):  # where the foot was
        for column, value in enumerate(copied, 1):
            sheet._cells.pop((row, column), None)
            sheet.cell(row, column).value = value
    sheet.cell(FIRST + 5, heads(sheet)["备注"]).value = "抄的"
    left_out, found = whole_and_skimmed(village, saved(book, tmp_path / "e.xlsx"), monkeypatch)
    assert left_out >= 3 and [rec for rec, _ in found.gone] == [person_id("P4")]


@pytest.mark.parametrize("seed", range(3))
def test_books_of_other_programs_are_the_same(village: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    village.write([Write("person", {"remark": "备注里有 \"引号\" & 'x'"}, rec=person_id("P4"))], source="test")
    export(village, "labour", tmp_path / "b.xlsx", SITE)
    book = load_workbook(tmp_path / "b.xlsx")
    wanted = edit_at_random(book.worksheets[0], Random(seed), most=8)
    book.save(tmp_path / "e.xlsx")
    _, found = whole_and_skimmed(village, write_anew(tmp_path / "e.xlsx", tmp_path / "w.xlsx"), monkeypatch)
    assert {(e.rec, e.name): e.value for e in found.edits} == wanted and not found.refused
