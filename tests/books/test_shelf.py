"""Templates that offices send down: used beside the program's, older versions still read, what is not right passed over."""
import io
from pathlib import Path

import pytest

from app.books import shelf
from app.books.export import export
from app.books.returned import read
from app.models import attachments
from app.models.identity import new_id
from app.models.ledger import Ledger, Write
from app.models.practice import generate
from app.models.problem import Problem
from app.models.resources import resource


def changed(version: str, name: str = "本县劳动力台账", drop: str = "", meta: dict[str, object] | None = None) -> bytes:
    """Return the shipped labour template under another name and version; `drop` makes another column of one."""
    from openpyxl import load_workbook

    workbook = load_workbook(resource("books", "labour.xlsx"))
    wanted = {"template": version, "name_zh": name, **(meta or {})}
    for row in workbook["_meta"].iter_rows(max_col=2):
        if row[0].value in wanted:
            row[1].value = wanted[row[0].value]
    for sheet in workbook.worksheets if drop else ():
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == f"{{{{{drop}}}}}":
                    cell.value, cell.offset(row=-1).value = "{{row.number}}", "再编一次号"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _people(ledger: Ledger) -> None:
    generate(ledger, 3, 1)


@pytest.fixture
def send(ledger: Ledger, tmp_path: Path):
    """Return a function that sends a template down from this office."""
    def one(data: bytes) -> str:
        file = tmp_path / "模板.xlsx"
        file.write_bytes(data)
        return shelf.add(ledger, file)[1]
    return one


def test_an_office_s_template_is_used_and_the_older_still_reads_its_books(ledger: Ledger, send, tmp_path: Path) -> None:
    export(ledger, "labour", old := tmp_path / "旧.xlsx")
    send(changed("2", drop="person.phone"))
    assert [(b.id, b.zh) for b in shelf.books_here(ledger) if b.id == "labour"] == [("labour", "本县劳动力台账")]
    assert "person.phone" not in [c.marker for c in shelf.template_for(ledger, "labour").columns]
    export(ledger, "labour", new := tmp_path / "新.xlsx")
    markers = [[c.marker for c in read(ledger, path).layout.columns] for path in (old, new)]
    assert "person.phone" in markers[0] and "person.phone" not in markers[1]


def test_a_book_of_its_own_stands_beside_the_others(ledger: Ledger, send, tmp_path: Path) -> None:
    send(changed("1", "易地搬迁花名册", meta={"book": "county_list", "name_en": "County list", "file_name": "花名册"}))
    assert ("county_list", "County list") in [(b.id, b.en) for b in shelf.books_here(ledger)]
    assert export(ledger, "county_list", tmp_path / "a.xlsx").rows == export(ledger, "labour", tmp_path / "b.xlsx").rows > 0


def test_what_is_no_template_is_refused_and_one_that_arrives_all_the_same_is_passed_over(ledger: Ledger, send) -> None:
    for data in (b"no workbook", changed("1", meta={"source": "nothing"}), changed("1", meta={"language": "fr"}), changed("1", meta={"book": "a b"})):
        with pytest.raises(Problem) as caught:
            send(data)
        assert caught.value.key == "book.template" and "模板.xlsx" in caught.value.zh
    send(changed("2"))
    broken = attachments.keep(ledger, b"not a workbook", "xlsx")
    ledger.write([Write("book_template", {"book_id": "labour", "version": "9", "serial": 9, "title": "坏的", "workbook": broken}, rec=new_id())],
                 source="later")
    assert shelf.template_for(ledger, "labour").meta["template"] in ("2", 2)
    with pytest.raises(Problem):
        shelf.template_for(ledger, "nothing")
