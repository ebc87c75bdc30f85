"""Hostile workbooks: each is read right or refused in a sentence, in bounded time and memory, and nothing is changed by reading."""
import datetime
import resource
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE as ILLEGAL

from app.books import foreign, posts, roster, take_back, training
from app.books.recognise import recognise
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


@pytest.mark.parametrize(("name", "make"), [(name, make) for name, make, _ in HOSTILE], ids=[name for name, _, _ in HOSTILE])
def test_none_of_them_breaks_what_a_dropped_file_is_taken_for_or_another_list(village: Ledger, tmp_path: Path, name: str, make: Make) -> None:
    path, mark = tmp_path / "来件.xlsx", village.feed_mark()
    make(path)
    for read in (lambda: recognise(village, path), lambda: posts.read(path, village).compare(village),
                 lambda: training.read(path, village).compare(village)):
        try:
            read()
        except Problem as problem:
            assert problem.zh and problem.en and path.name in problem.zh
    assert village.feed_mark() == mark


def test_posts_and_trainings_of_rubbish_are_refused_row_by_row(village: Ledger, tmp_path: Path) -> None:
    """Formulas, errors, times, huge numbers and control characters under the heads of posts and of a training."""
    rubbish = ("=1+1", "#N/A", datetime.time(3, 4), 1e300, -5, "\x07\x0b", "=HYPERLINK(\"x\")", "9" * 400, True, datetime.date(1, 1, 1), "甲" * 5000)
    lists = ((posts, ("岗位名称", "单位名称", "招聘人数", "薪资待遇", "年龄要求", "有效期至", "学历要求")),
             (training, ("姓名", "身份证号", "培训项目", "培训时间", "课时", "考核结果")))
    for module, heads in lists:
        book = Workbook()
        book.active.append(["2026年培训学员岗位名册"])
        book.active.append(list(heads))
        for at in range(len(rubbish)):
            for column in range(len(heads)):
                cell = book.active.cell(3 + at, 1 + column)
                value = rubbish[(at + column) % len(rubbish)]
                cell.value = ILLEGAL.sub("", value) if isinstance(value, str) else value
        book.save(tmp_path / f"{module.__name__}.xlsx")
        mark = village.feed_mark()
        result = module.read(tmp_path / f"{module.__name__}.xlsx", village).compare(village)
        assert village.feed_mark() == mark and all(r.reason for r in result.rejected) and len(result.rejected) + result.good == len(rubbish)
