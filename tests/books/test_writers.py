"""Books that another program wrote anew come home as they went, and with exactly the edits that were made."""
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from app.books import take_back
from app.books.export import export
from app.models.ledger import Ledger
from tests.books.conftest import DAY, SITE, TOWN
from tests.books.editing import disturb, edit_at_random
from tests.books.test_shipped import BOOKS, more, prepare
from tests.books.writers import write_anew


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_that_was_written_anew_comes_home_as_it_went(village: Ledger, tmp_path: Path, book: str) -> None:
    village.write(list(more()), source="test")
    prepare(village, book)
    done = export(village, book, tmp_path / "b.xlsx", TOWN, on=DAY)
    found = take_back.compare(village, take_back.read(village, write_anew(tmp_path / "b.xlsx", tmp_path / "w.xlsx")))
    assert (found.edits, found.refused, found.arrivals, found.gone, found.rows) == ([], [], None, [], done.rows)


@pytest.mark.parametrize("seed", range(5))
def test_edits_in_a_book_that_was_written_anew_come_home_as_exactly_those(village: Ledger, tmp_path: Path, seed: int) -> None:
    export(village, "labour", tmp_path / "b.xlsx", SITE)
    book = load_workbook(tmp_path / "b.xlsx")
    wanted = edit_at_random(book.worksheets[0], Random(seed), most=8)
    gone = disturb(book.worksheets[0], Random(seed), {rec for rec, _ in wanted})
    book.save(tmp_path / "e.xlsx")
    found = take_back.compare(village, take_back.read(village, write_anew(tmp_path / "e.xlsx", tmp_path / "w.xlsx")))
    assert {(e.rec, e.name): e.value for e in found.edits} == wanted and not found.refused
    assert {rec for rec, _ in found.gone} == gone
