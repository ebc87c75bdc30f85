"""Every shipped book: golden cells, what it lists, and that it comes home as it went."""
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books import take_back
from app.books.catalogue import books, preview, source_of, template_of
from app.books.export import export
from app.books.template import HIDDEN
from app.models import places
from app.models.identity import record_id, spell_id
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.books.conftest import DAY, SITE, TOWN, household_id, person_id

GOLDEN = Path(__file__).parent / "golden"
BOOKS = [info.id for info in books()]
EMPLOYER, POST, SERVICE, BATCH = (record_id(kind, "529999", kind) for kind in ("employer", "post", "service", "transfer_batch"))


def more() -> Iterator[Write]:
    """An employer with a post, a course, a batch that travelled, a fair, measures."""
    yield Write("employer", {"name": "练习制衣厂", "credit_code": "91529999MA00000000"}, rec=EMPLOYER, place="529999000000")
    yield Write("post", {"post_code": "G-01", "employer_id": EMPLOYER, "title": "缝纫工", "headcount": 20, "wage_min": 3200, "wage_max": 4500,
                         "collected_on": "2026-05-06", "valid_to": "2026-12-31"}, rec=POST, place="529999000000")
    yield Write("service", {"service_code": "PX-1", "topic": "缝纫培训", "start_on": "2026-05-10", "end_on": "2026-05-20", "hours": 40},
                rec=SERVICE, place=TOWN)
    yield Write("service_attendance", {"service_id": SERVICE, "person_id": person_id("P2"), "certificate_no": "Z-001"},
                rec=record_id("service_attendance", "529999", "1"))
    yield Write("transfer_batch", {"batch_no": "2026-1", "depart_at": "2026-06-01T08:00", "vehicle_no": "练A00001", "leader_name": "韦领队",
                                   "seats": 40}, rec=BATCH, place=TOWN)
    for seat, code in (("10", "P2"), ("9", "P4")):
        yield Write("batch_member", {"batch_id": BATCH, "person_id": person_id(code), "seat": seat, "post_id": POST, "agreed_wage": 3500,
                                     "boarded": True, "arrived": code == "P2"}, rec=record_id("batch_member", "529999", seat))
    yield Write("fair", {"name": "练习招聘会", "on": "2026-05-15", "employers": 12, "hired": 7}, rec=record_id("fair", "529999", "1"), place=TOWN)
    for n, kind in enumerate(("2", "3", "3")):
        yield Write("measure", {"person_id": person_id("P2"), "measure_type": kind, "done_date": f"2026-05-0{n + 1}"},
                    rec=record_id("measure", "529999", str(n)))
    yield Write("household", {"poverty_status": "1"}, rec=household_id("H1"))
    for code, kind in (("P4", "2"), ("P6", "5")):  # a public-welfare post, a shop
        yield Write("placement", {"person_id": person_id(code), "labour_status": "1", "employment_type": kind, "work_area_level": "2",
                                  "start_date": "2026-07-01"}, rec=spell_id(person_id(code), 2))


def prepare(ledger: Ledger, book: str) -> None:
    """Add what one book needs and the others do not: a household where nobody works and somebody wants to."""
    if book == "zero_employment":
        home, person = record_id("household", "529999", "H9"), record_id("person", "529999", "P9")
        ledger.write([
            Write("household", {"household_code": "H9", "relocation_type": "1", "poverty_status": "1", "dwelling_no": "4-1-101"},
                  rec=home, place=SITE),
            Write("person", {"full_name": "韦阿九", "household_id": home, "birth_date": "1980-02-02", "labour_capacity": "1", "wants_work": "1",
                             "relation_to_head": "02"}, rec=person),
            Write("placement", {"person_id": person, "labour_status": "2", "start_date": "2026-11-01", "as_of": "2026-11-20"},
                  rec=spell_id(person, 1)),
            Write("measure", {"person_id": person, "measure_type": "2", "done_date": "2026-11-03"}, rec=record_id("measure", "529999", "9"))],
            source="test")


@pytest.fixture
def county(village: Ledger) -> Ledger:
    village.write(list(more()), source="test")
    return village


def cells_of(sheet: Any) -> dict[str, str]:
    last = sheet.max_column - len(HIDDEN)
    return {cell.coordinate: str(cell.value.date() if isinstance(cell.value, datetime) else cell.value)
            for row in sheet.iter_rows(max_col=last) for cell in row if cell.value is not None}


@pytest.mark.parametrize("book", BOOKS)
def test_a_shipped_book_is_the_golden_one_cell_by_cell(county: Ledger, tmp_path: Path, book: str) -> None:
    prepare(county, book)
    export(county, book, tmp_path / "b.xlsx", TOWN if book != "labour" else SITE, on=DAY)
    found, golden = cells_of(load_workbook(tmp_path / "b.xlsx").worksheets[0]), GOLDEN / f"{book}.json"
    if book != "labour":  # that one has a village of its own (test_export)
        assert found == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("book", BOOKS)
def test_a_shipped_book_comes_home_as_it_went(county: Ledger, tmp_path: Path, book: str) -> None:
    prepare(county, book)
    done = export(county, book, tmp_path / "b.xlsx", TOWN, on=DAY)
    assert done.rows, "an empty book shows nothing"
    found = take_back.compare(county, take_back.read(county, tmp_path / "b.xlsx"))
    assert (found.edits, found.refused, found.arrivals, found.gone) == ([], [], None, []) and found.rows == done.rows
    assert found.unchanged or book == "dispatch", "of a dispatch table no cell can be edited"
    assert preview(county, book, TOWN).count == done.rows


@pytest.mark.parametrize("book", BOOKS)
def test_totals_are_those_of_the_rows(county: Ledger, book: str) -> None:
    template = template_of(book)
    source = source_of(template, county.db.conn, places.prefix(TOWN), DAY)
    for total, value in source.totals(template.totals).items():
        markers = (total.marker,) if total.marker else ()
        rows = [row for batch in source.batches(markers) for row in batch.rows()]
        told = [row[0] for row in rows if row and row[0] is not None]
        if total.how == "count":
            assert value == (len(rows) if total.marker is None else sum(
                any(v in total.values for v in _said(cell)) for cell in told) if total.values else len(told)), total
        elif told:
            whole = sum(float(cell) for cell in told)
            assert value == round(whole if total.how == "sum" else whole / len(told)), total


def _said(cell: Any) -> list[str]:
    return [str(v) for v in json.loads(cell)] if isinstance(cell, str) and cell.startswith("[") else [str(cell)]


def test_who_is_listed_where(county: Ledger) -> None:
    def names(book: str, marker: str = "person.full_name") -> list[Any]:
        return [row[0] for batch in source_of(template_of(book), county.db.conn, places.prefix(TOWN), DAY).batches((marker,)) for row in batch.rows()]

    everybody = names("employment")
    working = {"杨大山", "石老三", "买买提·吐尔逊"}
    assert set(names("unemployed")) == set(everybody) - working
    assert names("batches") == ["石老三", "吴小云"], "by seat, as numbers"
    assert names("training") == ["吴小云"] and names("posts", "post.title") == ["缝纫工"], "the county's posts are the township's too"
    assert names("public_posts") == ["石老三"] and names("startup") == ["买买提·吐尔逊"] and names("transfer") == ["杨大山"]
    assert set(names("poor_labour")) == {"杨大山", "吴小云"}, "the child is too young"
    assert names("measures", "measure.referral") and dict(zip(names("measures"), names("measures", "measure.referral"), strict=True))["吴小云"] == 2


def test_a_label_that_needs_a_third_line_makes_its_row_higher(county: Ledger, tmp_path: Path) -> None:
    export(county, "labour", tmp_path / "b.xlsx", TOWN, on=DAY)
    sheet = load_workbook(tmp_path / "b.xlsx").worksheets[0]
    at = {cell.value: cell.row for row in sheet.iter_rows() for cell in row}
    assert sheet.row_dimensions[at["自主创业/个体经营"]].height > sheet.row_dimensions[at["龙阿婆"]].height
