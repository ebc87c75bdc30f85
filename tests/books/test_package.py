"""Workbooks are written, and come home, whatever this computer's clock says."""
import ast
import io
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from app.books import crossing, fill, foreign, package, skimmed, take_back
from app.books.catalogue import books
from app.books.export import export
from app.models import clock
from app.models.ledger import Ledger
from app.oversight.cells import CELLS
from app.oversight.indicators import count
from tests.bench.books.writers import with_one_list_of_texts
from tests.books.conftest import SITE

APP = Path(__file__).parents[2] / "app"
Moment = tuple[int, ...]
CLOCKS = [(datetime(1970, 1, 2, 3, 4, 5), package.FIRST), (datetime(2026, 11, 23, 12, 0, 7), (2026, 11, 23, 12, 0, 6)),
          (datetime(2120, 3, 1), package.LAST)]


@pytest.fixture(params=CLOCKS, ids=lambda clock: f"{clock[0]:%Y}")
def dated(request: pytest.FixtureRequest, village: Ledger, monkeypatch: pytest.MonkeyPatch) -> Moment:
    """A laptop's clock goes wrong after people were written; returns what date a part can carry then."""
    now, dated = request.param
    moment = now.replace(tzinfo=UTC).timestamp()
    monkeypatch.setattr(clock.source, "read", lambda: now.replace(tzinfo=UTC))
    monkeypatch.setattr(time, "time", lambda: moment)  # what zipfile asks
    return dated


def dates(path: Path) -> set[Moment]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        return {part.date_time for part in file.infolist()}


@pytest.mark.parametrize(("now", "told"), [
    (datetime(1979, 12, 31, 23, 59, 59), package.FIRST), (datetime(1980, 1, 1, 0, 0, 2), (1980, 1, 1, 0, 0, 2)),
    (datetime(2107, 12, 31, 23, 59, 57), (2107, 12, 31, 23, 59, 57)), (datetime(2108, 1, 1), package.LAST)])
def test_a_part_carries_what_a_zip_can_say(now: datetime, told: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", lambda: now.replace(tzinfo=UTC))
    assert package.Package(io.BytesIO()).part("x").date_time == told


def test_every_book_is_written_and_its_parts_carry_the_nearest_date(village: Ledger, dated: Moment, tmp_path: Path) -> None:
    for one in books():
        done = export(village, one.id, tmp_path / f"{one.id}.xlsx", SITE, on=date(2026, 11, 23))
        assert dates(done.path) == {dated} and load_workbook(done.path).worksheets
    assert dates(export(village, "labour", tmp_path / "今天.xlsx", SITE).path) == {dated}  # on the clock's own day


def test_a_book_comes_home_then(village: Ledger, dated: Moment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export(village, "labour", tmp_path / "b.xlsx", SITE, on=date(2026, 11, 23)).path
    with monkeypatch.context() as elsewhere:  # where it was saved again the clock is right
        elsewhere.setattr(time, "time", lambda: datetime(2026, 11, 24, tzinfo=UTC).timestamp())
        load_workbook(path).save(path)
        with_one_list_of_texts(path, path)
    for name, value in (("LEAST", 0), ("LOOK_IN", 4)):  # as a large one is read
        monkeypatch.setattr(skimmed, name, value)
    home = take_back.compare(village, take_back.read(village, path)).as_dict()
    assert (home["changed"], home["rejected"]) == (0, []) and home["unchanged"] > 0


def test_another_office_s_table_is_filled_then(village: Ledger, dated: Moment, tmp_path: Path) -> None:
    book = Workbook()
    for row in (("姓名", "性别", "户编号"), ("杨大山", None, None)):
        book.active.append(row)
    package.save(book, tmp_path / "来表.xlsx")
    assert dates(tmp_path / "来表.xlsx") == {dated}
    done = fill.fill(village, foreign.read_all(village, tmp_path / "来表.xlsx"), tmp_path / "填好.xlsx")
    assert dates(done.path) == {dated} and load_workbook(done.path).worksheets[0]["B2"].value == "男"


def test_a_crossing_is_written_then(village: Ledger, dated: Moment, tmp_path: Path) -> None:
    from app.assistance.records import Records

    axes = sorted(crossing.axes())[:2]
    crossing.write(crossing.cross(village, count(Records(village.db.conn), "2026-11-23"), "", *axes, CELLS["A2"]), tmp_path / "x.xlsx")
    assert dates(tmp_path / "x.xlsx") == {dated}


def test_a_workbook_says_when_it_was_saved_and_a_wide_sheet_comes_whole(tmp_path: Path) -> None:
    book, kept = Workbook(), io.BytesIO()
    for row in range(300):
        book.active.append([f"{row}-{column}" for column in range(40)])
    package.save(book, kept)
    read = load_workbook(io.BytesIO(kept.getvalue()))
    assert [*read.active.iter_rows(values_only=True)] == [*book.active.iter_rows(values_only=True)]
    assert read.properties.modified.replace(tzinfo=UTC) - clock.now() < timedelta(seconds=1)


def test_nothing_else_writes_a_zip() -> None:
    """openpyxl's and pandas' own way to save, and zipfile's, ask a clock that a zip may not know."""
    found = []
    for file in APP.rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)):
            words = ast.unparse(call)
            if ast.unparse(call.func).endswith("ZipFile") and len(call.args) + len(call.keywords) > 1 or words.startswith(
                    ("workbook.save(", "book.save(", "wb.save(")) or ast.unparse(call.func).endswith(".to_excel") and "engine" in words:
                found.append(f"{file.relative_to(APP)}: {words}")
    assert found == []
