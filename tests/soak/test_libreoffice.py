"""LibreOffice opens and saves every shipped book; each keeps what an office works with, and comes home as exactly what was edited.

Pictures of two printed books lie in build/pictures afterwards, for looking at; what was found goes to RESULTS.md.
"""
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook

from app.books import take_back
from app.books.export import export
from app.books.template import META
from app.models.identity import new_id
from app.models.ledger import Ledger
from tests.books.conftest import DAY, KEY, SITE, TOWN, households, jobs, people
from tests.books.editing import disturb, edit_at_random
from tests.books.test_shipped import BOOKS, more, prepare
from tests.soak.results import record

ROUNDS = 40
LONGEST = 300  # seconds for one run of LibreOffice
XLSX = "xlsx:Calc MS Excel 2007 XML"
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
PRINTED = ("labour", "household")
HELD: dict[str, int] = {"kept": 0, "same": 0, "edits": 0}


def village(folder: Path) -> Ledger:
    """Return the invented village with a post, a course, a batch, a fair and measures."""
    ledger = Ledger.create(folder / f"{new_id()}.db", KEY, area=TOWN, device_name="d", user_name="u", role="township", practice=True)
    ledger.write([*households(), *people(), *jobs(), *more()], source="test")
    prepare(ledger, "zero_employment")
    return ledger


def converted(folder: Path, files: Sequence[Path], to: str) -> list[Path]:
    """Return the files as LibreOffice saves them, in a profile of its own."""
    office = shutil.which("soffice")
    assert office, "make soak installs libreoffice-calc-nogui"
    out = folder / f"saved-{new_id()}"
    done = subprocess.run([office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--convert-to", to,
                           "--outdir", str(out), *map(str, files)], capture_output=True, text=True, timeout=LONGEST, check=False)
    found = [out / file.with_suffix(f".{to.partition(':')[0]}").name for file in files]
    assert done.returncode == 0 and all(file.is_file() for file in found), done.stdout + done.stderr
    return found


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, dict[str, tuple[Path, Path]]]]:
    """A ledger, and each shipped book as it went out and as LibreOffice saved it."""
    folder = tmp_path_factory.mktemp("office")
    ledger = village(folder)
    for book in BOOKS:
        export(ledger, book, folder / f"{book}.xlsx", TOWN, on=DAY)
    mine = [folder / f"{book}.xlsx" for book in BOOKS]
    yield ledger, dict(zip(BOOKS, zip(mine, converted(folder, mine, XLSX), strict=True), strict=True))
    ledger.close()


def kept(path: Path) -> dict[str, Any]:
    """Return what an office works with: what is chosen from where, print set-up, what is hidden, the cells.

    Not the frozen panes: they belong to a view, and a run without a screen has none (`test_export` holds that they go out)."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    lists = {}
    for one in sheet.data_validations.dataValidation:
        for held in one.sqref.ranges:
            lists |= dict.fromkeys(((row, column) for column in range(held.min_col, held.max_col + 1)
                                    for row in range(held.min_row, held.max_row + 1)), (one.type, options(book, str(one.formula1))))
    page = sheet.page_setup
    hidden = [letter for letter, column in sheet.column_dimensions.items() if column.hidden
              for letter in range(column.min, column.max + 1)]
    return {"lists": lists, "paper": (page.orientation, int(page.paperSize or 0)), "titles": sheet.print_title_rows,
            "hidden": sorted(c for c in hidden if c <= sheet.max_column),
            "merged": sorted(map(str, sheet.merged_cells.ranges)),
            "fit": (bool(sheet.sheet_properties.pageSetUpPr.fitToPage), int(page.fitToWidth), int(page.fitToHeight)),
            "filter": sheet.auto_filter.ref, "foot": "&P" in str(sheet.oddFooter.center.text),
            "states": {s.title: s.sheet_state != "visible" for s in book.worksheets},
            "meta": [tuple(str(v) for v in row) for row in book[META].iter_rows(max_col=2, values_only=True) if row[0]],
            "cells": {c.coordinate: str(c.value) for row in sheet.iter_rows() for c in row if c.value not in (None, "")}}


def options(book: Any, formula: str) -> tuple[str, ...]:
    """Return what a drop-down offers."""
    named = book.defined_names.get(formula)
    sheet, _, cells = (named.attr_text if named is not None else formula).replace("$", "").rpartition("!")
    return tuple(str(cell.value) for (cell,) in book[sheet.strip("'")][cells])


@pytest.mark.parametrize("book", BOOKS)
def test_a_saved_book_keeps_what_an_office_works_with(saved: Any, book: str) -> None:
    went, came = map(kept, saved[1][book])
    assert went == came
    HELD["kept"] += 1


@pytest.mark.parametrize("book", BOOKS)
def test_a_saved_book_says_nothing_new(saved: Any, book: str) -> None:
    ledger, files = saved
    found = take_back.compare(ledger, take_back.read(ledger, files[book][1]))
    assert (found.edits, found.refused, found.arrivals, found.gone) == ([], [], None, []) and found.rows
    HELD["same"] += 1


def test_edits_on_a_saved_book_come_home_as_exactly_those(saved: Any, tmp_path: Path) -> None:
    """Saved by LibreOffice, edited, sorted anew, rows copied, deleted and put in, columns put in and hidden, and saved by LibreOffice again."""
    ledger = saved[0]
    went = tmp_path / "labour.xlsx"
    export(ledger, "labour", went, SITE)
    (once,) = converted(tmp_path, [went], XLSX)
    wanted, gone, files = [], [], []
    for seed in range(ROUNDS):
        book = load_workbook(once)
        wanted.append(edit_at_random(book.worksheets[0], Random(seed), most=8))
        gone.append(disturb(book.worksheets[0], Random(seed), {rec for rec, _ in wanted[-1]}))
        files.append(tmp_path / f"{seed}.xlsx")
        book.save(files[-1])
    for seed, (file, told, left) in enumerate(zip(converted(tmp_path, files, XLSX), wanted, gone, strict=True)):
        found = take_back.compare(ledger, take_back.read(ledger, file))
        assert ({(e.rec, e.name): e.value for e in found.edits}, found.refused, found.arrivals) == (told, [], None), seed
        assert {rec for rec, _ in found.gone} == left, seed
        HELD["edits"] += len(told)
    assert HELD["edits"] > ROUNDS


def test_two_books_are_printed_to_pictures(saved: Any, tmp_path: Path) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for file in converted(tmp_path, [saved[1][book][0] for book in PRINTED], "pdf"):
        subprocess.run(["pdftoppm", "-r", "80", "-png", str(file), str(PICTURES / f"book-{file.stem}")], check=True)
        fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
        assert "yes" in fonts, "the Chinese letters are in the file"
        assert list(PICTURES.glob(f"book-{file.stem}*.png"))
    record("LibreOffice", f"Of {len(BOOKS)} books that it opened and saved, {HELD['kept']} keep drop-downs, print set-up, filter, hidden columns,"
           f" marks and every cell; {HELD['same']} come home with nothing to say.",
           f"{ROUNDS} times edited, sorted anew and saved by it: {HELD['edits']} edits, all came home, no other.")
