"""Hostile workbooks: each is read right or refused in a sentence, in bounded time and memory, and nothing is changed by reading."""
import resource
from pathlib import Path

import pytest

from app.books import foreign, roster, take_back
from app.models.ledger import Ledger
from app.models.problem import Problem
from tests.books.hostile import HOSTILE, ROW, Make

MOST_MEMORY = 600 * 1024  # KiB that reading any of them may take above what the tests have already


@pytest.mark.parametrize(("name", "make", "fate"), HOSTILE, ids=[name for name, _, _ in HOSTILE])
def test_a_hostile_workbook_is_read_right_or_refused_in_a_sentence(village: Ledger, tmp_path: Path, name: str, make: Make, fate: str) -> None:
    path, mark = tmp_path / "来件.xlsx", village.feed_mark()
    make(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        preview = roster.read(path)
        result = preview.compare(village)
        told = "read" if result.good == 1 and not result.rejected else "rows" if result.good > 1 else "row"
        assert all(r.reason and r.row for r in result.rejected)
        if told == "read":
            done = preview.commit(village)
            (rec,) = [rec for rec, values in village.rows("person", {"full_name": ROW[0]})]
            values = village.get(rec).values
            assert (values["id_number"], values["sex"], values["phone"]) == (ROW[2], "1", ROW[4]) or fate == "either", values
            assert values.get("birth_date") == ROW[3] and done.created == 1
            village.undo()
    except Problem as problem:
        told = "refused"
        assert problem.zh and problem.en and path.name in problem.zh and "Traceback" not in problem.zh
        assert village.feed_mark() == mark
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
    assert fate in (told, "either"), (name, told)


@pytest.mark.parametrize(("name", "make"), [(name, make) for name, make, _ in HOSTILE], ids=[name for name, _, _ in HOSTILE])
def test_none_of_them_is_a_book_or_breaks_the_filling_of_tables(village: Ledger, tmp_path: Path, name: str, make: Make) -> None:
    path, mark = tmp_path / "来件.xlsx", village.feed_mark()
    make(path)
    for read in (take_back.read, foreign.read):
        try:
            read(village, path)
        except Problem as problem:
            assert problem.zh and problem.en
    assert village.feed_mark() == mark
