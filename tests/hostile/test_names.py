"""Names: what a stranger calls himself never becomes a command, a formula, another line, or another folder."""
from pathlib import Path

import pytest

from app.books.export import export, suggested_name
from app.models.ledger import Write
from app.sync import peers
from app.sync.peers import devices
from tests.command_line import CommandLine
from tests.hostile.attacker import Attacker
from tests.sync.conftest import Make
from tests.sync.offices import STONE

NAMES = ("a\nlistening https://evil", "\x1b[2Jclean", "\u202egnp.exe", "a\u2028b", "\x07\x08", "a\0b", "../../etc/passwd", "=cmd|'/C calc'!A0",
         "<img src=x>", "'; DROP TABLE peer; --", "a\rb", "\u200f\u2066x")
UNSEEN = set(map(chr, range(0x20))) | {"\x7f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
                                               "\u200e", "\u200f", "\u2028", "\u2029"}


@pytest.mark.parametrize("name", NAMES, ids=[n.encode("unicode_escape").decode() for n in NAMES])
def test_a_laptops_name_is_one_plain_line(attacker: Attacker, make: Make, name: str) -> None:
    liar = make("liar", STONE)
    attacker.join(liar, STONE, name=name)
    said = next(d for d in devices(attacker.office) if d["device"] == liar.ledger.me.device)
    assert not UNSEEN & set(str(said["name"]))
    hello = attacker.peer(liar)
    peers.update(attacker.office.ledger, hello.device, name=name)  # and at each hello
    assert not UNSEEN & set(attacker.peer(liar).name)


def test_the_command_line_prints_no_control_characters(attacker: Attacker) -> None:
    attacker.office.ledger.write([Write("household", {"household_code": "H1", "remark": "\x1b[2J\u202e藏"}, place=STONE)], source="screen")
    line = CommandLine(attacker.office.folder, "practice")
    for words in (("list", "household"), ("list", "household", "--json"), ("devices",)):
        ran = line(*words)
        assert not (UNSEEN - {"\n", "\t"}) & set(ran.out), words


def test_a_formula_stays_text_in_a_book(attacker: Attacker, tmp_path: Path) -> None:
    import openpyxl

    for number, name in enumerate(("=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0", "\t=1")):
        attacker.office.ledger.write([Write("person", {"full_name": name, "birth_date": "1980-01-01", "labour_capacity": "1",
                                                       "household_id": attacker.home}, place=f"52999900120{number % 2 + 1}")], source="screen")
    export(attacker.office.ledger, "labour", tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    kinds = {cell.data_type for row in book[book.sheetnames[0]].iter_rows() for cell in row}
    assert "f" not in kinds


def test_a_file_name_never_leaves_its_folder(attacker: Attacker) -> None:
    for book in ("labour",):
        name = suggested_name(attacker.office.ledger, book)
        assert Path(name).name == name and not UNSEEN & set(name)
