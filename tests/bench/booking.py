"""Book export: the labour book from the store, against openpyxl's write-only mode on the same cells (peers, C)."""
import tempfile
from pathlib import Path

from app.books.export import export
from app.models.ledger import Ledger
from app.models.practice import generate
from tests.bench.measure import Ratio, Work, in_turn

KEY = bytes(range(32))
HOUSEHOLDS = 2500


def run() -> list[Ratio]:
    """Return the ratio of exporting the labour book of about 10,000 people (hidden cells and signatures included)."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        ledger = Ledger.create(here / "b.db", KEY, area="529999000000", device_name="b", user_name="b", role="county",
                               practice=True)
        generate(ledger, HOUSEHOLDS, 1)
        done = export(ledger, "labour", here / "first.xlsx")
        rows = _cells(here / "first.xlsx")
        return [in_turn(f"export the labour book, {done.rows:,} rows, read from the encrypted store", "openpyxl write-only, rows in memory",
                        lambda: lambda: export(ledger, "labour", here / "ours.xlsx"), lambda: _openpyxl(here / "theirs.xlsx", rows),
                        count=done.rows, unit="rows")]


def _cells(path: Path) -> list[list[object]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return rows


def _openpyxl(path: Path, rows: list[list[object]]) -> Work:
    def work() -> None:
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
        book.save(path)

    return work
