"""A book for paper says what its workbook says: the same title, heads, rows and totals."""
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.books import printing
from app.books.catalogue import books
from app.books.export import export
from app.books.template import HIDDEN
from app.models.ledger import Ledger
from tests.books.conftest import TOWN


def flat(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@pytest.mark.parametrize("book", [info.id for info in books()])
@pytest.mark.parametrize("mask", [True, False])
def test_paper_and_workbook_say_the_same(village: Ledger, tmp_path: Path, book: str, mask: bool) -> None:
    path = tmp_path / "一本.xlsx"
    done = export(village, book, path, TOWN, mask=mask)
    sheet = load_workbook(path).worksheets[0]
    with printing.sheet(village, book, TOWN, mask) as made:
        rows = [list(row) for row in made.rows()]
        assert rows == [list(row) for row in made.rows()] and len(rows) == made.count == done.rows
        first = len(made.above.heights) + len(made.heads.heights) + 1
        hidden = {cell.column for row in sheet.iter_rows(max_row=first - 1) for cell in row if cell.value in HIDDEN}
        columns = [n for n in range(1, sheet.max_column + 1) if n not in hidden][:len(made.widths)]
        assert rows == [[flat(sheet.cell(first + n, c).value) for c in columns] for n in range(len(rows))]
        for block, start in ((made.above, 1), (made.heads, len(made.above.heights) + 1), (made.below, first + len(rows))):
            said = {(start + box.row, columns[box.column]): box.text for box in block.boxes if box.text}
            stands = {(cell.row, cell.column): flat(cell.value) for row in sheet.iter_rows(min_row=start, max_row=start + len(block.heights) - 1)
                      for cell in row if cell.value is not None and cell.column in columns}
            assert said == stands
