"""A workbook is converted once, and its rows keep their numbers."""
from pathlib import Path

import openpyxl
import pytest

from app.forms import convert as module
from app.forms.checks import check_workbook
from app.forms.convert import convert


def workbook(path: Path, *rows: tuple[str | None, ...]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", ("type", "name", "label"), ("text", "a", "甲"))
    first = convert(path)
    monkeypatch.setattr(module, "_convert", lambda *_: pytest.fail("converted again"))
    assert convert(path) == first


def test_rows_keep_their_numbers_over_blank_ones_and_heads_in_capitals(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", ("Type", "Name", "Label", "Relevant"), ("text", "a", "甲", None), (None, None, None, None),
                    ("text", "b", "乙", "frob(${a})"))
    assert [(f.row, f.column) for f in check_workbook(path)] == [(4, "relevant")]


def test_our_columns_keep_the_question_s_type(tmp_path: Path) -> None:
    path = workbook(tmp_path / "c.xlsx", ("type", "name", "label", "bind::leye:type", "bind::leye:field"),
                    ("integer", "wage", "月收入", "placement", "monthly_income"))
    found = convert(path)
    assert 'type="int"' in found.xform
    assert found.rows["/data/wage"].cells["bind::leye:field"] == "monthly_income"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("LEYE_CACHE", str(blocked))
    assert convert(workbook(tmp_path / "d.xlsx", ("type", "name", "label"), ("text", "z", "丁"))).rows["/data/z"].number == 2
