"""Commands on rosters and books: the counts that are reported are what the ledger and the workbook hold."""
from pathlib import Path

from openpyxl import load_workbook

from tests.command_line import CommandLine
from tests.kills.rosters import roster

KEYS = {"created", "updated", "unchanged", "rejected"}


def test_a_roster_goes_in_once(leye_: CommandLine, tmp_path: Path) -> None:
    book = roster(tmp_path / "名册.xlsx", 5)
    before = leye_.digest()
    dry = leye_("import", "roster", book, "--dry-run", "--json").json
    assert leye_.digest() == before
    done = leye_("import", "roster", book, "--json").json
    assert set(done) >= KEYS
    assert dry == done
    assert (done["created"], done["updated"], done["unchanged"], done["rejected"]) == (20, 0, 0, [])
    assert len(leye_("list", "person", "--json").json) == 22
    after = leye_.digest()
    again = leye_("import", "roster", book, "--json").json
    assert (again["created"], again["unchanged"]) == (0, 20)
    assert leye_.digest() == after
    leye_("undo")
    assert len(leye_("list", "person", "--json").json) == 2


def test_the_labour_book_holds_what_the_ledger_holds(leye_: CommandLine, tmp_path: Path) -> None:
    leye_("import", "roster", roster(tmp_path / "名册.xlsx", 5))
    assert "labour" in {book["id"] for book in leye_("book", "list", "--json").json}
    told = leye_("book", "export", "labour", tmp_path / "台账.xlsx")
    book = load_workbook(tmp_path / "台账.xlsx", read_only=True)
    rows = list(book[book.sheetnames[0]].iter_rows(values_only=True))
    heads = next(n for n, row in enumerate(rows) if "证件号码" in row and "本人电话" in row)
    number, phone = rows[heads].index("证件号码"), rows[heads].index("本人电话")
    shown = {row[number]: row[phone] for row in rows[heads + 1:] if row[number]}
    people = {one["fields"]["id_number"]: one["fields"]["phone"] for one in leye_("list", "person", "--json").json
              if "phone" in one["fields"]}
    assert shown.items() <= people.items()
    named = rows[heads].index("姓名") if "姓名" in rows[heads] else number
    assert f" {sum(1 for row in rows[heads + 1:] if row[named] and str(row[0]).isdigit())} " in told.out
    masked = tmp_path / "遮盖.xlsx"
    leye_("book", "export", "labour", masked, "--mask")
    book = load_workbook(masked, read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert not cells & set(people), "a number in clear"
    assert not [cell for cell in cells for value in people.values() if value in cell], "a phone in clear"


def test_a_book_that_is_none_and_a_place_that_is_none(leye_: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    assert "labour" in leye_("book", "export", "horoscope", file, status=2).err
    assert leye_("book", "export", "labour", file, "--area", "990000", status=2).err
    assert leye_("book", "export", "labour", tmp_path / "台账.doc", status=2).err
    assert leye_("book", "export", "labour", tmp_path / "nowhere" / "台账.xlsx", status=2).err
    assert not file.exists()
