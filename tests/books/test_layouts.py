"""来表即填 on twenty more kinds of tables, with the people of a practice workspace: of what is known at least eight cells in ten, none wrongly."""
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.books import foreign
from app.books.fill import fill
from app.models import clock, places
from app.models.ledger import Ledger
from app.models.practice import generate
from app.models.spells import current
from tests.books.conftest import KEY, TOWN
from tests.books.layouts import BLANK, LAYOUTS, TRAP, Facts, Layout
from tests.books.layouts_coded import CODED

GIVEN = 12  # rows that name somebody already, where a table does


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    ledger = Ledger.create(tmp_path_factory.mktemp("practice") / "ledger.db", KEY, area=TOWN, device_name="laptop", user_name="杨练",
                           role="surveyor", practice=True)
    before = clock.source.read
    clock.source.read = lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # type: ignore[method-assign]
    try:
        generate(ledger, 40, 7)
    finally:
        clock.source.read = before  # type: ignore[method-assign]
    yield ledger
    ledger.close()


def everybody(ledger: Ledger) -> list[Facts]:
    people = [(rec, values) for rec, values in ledger.rows("person") if values.get("person_status") not in ("2", "3", "4")]
    sites = {rec: str(values["name"]) for rec, values in ledger.rows("resettlement_site")}
    homes = dict(ledger.rows("household"))
    out = []
    for rec, person in people:
        home = homes[str(person["household_id"])]
        members = [values for _, values in people if values["household_id"] == person["household_id"]]
        head = next((one for one in members if one.get("relation_to_head") == "02"), {})
        spell = current(ledger, rec)
        code = str(ledger.get(str(person["household_id"])).place)
        names = [found.name if (found := places.get(code[:n].ljust(12, "0"))) else "" for n in (2, 4, 6, 9)]
        out.append(Facts(dict(person), dict(home), dict(head), dict(spell.values) if spell else {}, len(members), names,
                         sites.get(str(home.get("site_id"))) or places.path(code, ledger).split(" ")[-1]))
    return out


def drawn(layout: Layout, path: Path, facts: list[Facts]) -> list[Facts]:
    """Draw the table; return whom it names already."""
    book = Workbook()
    layout.draw(book)
    some, row = facts[:GIVEN] if layout.given else [], layout.first
    for one in some:
        if row in layout.gaps:
            book[layout.sheet].cell(row, 1, "小计")
            row += 1
        for column, truth in layout.given.items():
            book[layout.sheet].cell(row, column, truth(one))
        row += 1
    book.save(path)
    return some


def same(cell: Any, told: Any) -> bool:
    if isinstance(cell, (datetime, date)):
        return str(cell)[:10] == str(told)[:10]
    if isinstance(cell, (int, float)) and not isinstance(told, str):
        return abs(float(cell) - float(told)) < 1e-9
    return str(cell) == str(told) or isinstance(cell, (int, float)) and abs(float(cell) - float(told)) < 1e-9


@pytest.mark.parametrize("layout", (*LAYOUTS, *CODED), ids=lambda layout: layout.name)
def test_what_is_known_is_filled_and_nothing_wrongly(practice: Ledger, tmp_path: Path, layout: Layout) -> None:
    facts = everybody(practice)
    if layout.homes:
        facts = [one for one in facts if one.person.get("relation_to_head") == "02"]
    column, key = layout.key
    names = [key(one) for one in facts]
    facts = [one for one in facts if key(one) and names.count(key(one)) == 1]
    given = drawn(layout, tmp_path / "来表.xlsx", facts)
    table = foreign.read(practice, tmp_path / "来表.xlsx")
    done = fill(practice, table, tmp_path / "填好.xlsx", TOWN)
    sheet = load_workbook(tmp_path / "填好.xlsx")[layout.sheet]
    rows = {str(sheet.cell(row, column).value): row for row in range(layout.first, sheet.max_row + 1) if sheet.cell(row, column).value}
    whose = {str(key(one)): one for one in facts}
    wanted_rows = {str(key(one)) for one in given or facts if given or layout.homes or str(one.person.get("birth_date") or "") <= "2010-11-23"}
    assert wanted_rows <= set(rows) and not done.strangers, "everybody who may work stands in it"
    wanted = filled = 0
    lacking: dict[str, int] = {}
    for name, row in rows.items():
        if (one := whose.get(name)) is None:
            continue
        for at, truth in layout.truth.items():
            cell, told = sheet.cell(row, at).value, truth(one)
            head = str(sheet.cell(layout.first - 1, at).value)
            if truth is TRAP or told is BLANK:
                assert cell is None, (head, cell)
                continue
            wanted += told is not None
            if cell is None:
                lacking[head] = lacking.get(head, 0) + (told is not None)
                continue
            assert told is not None and same(cell, told), (head, cell, told)
            filled += 1
    assert wanted and filled >= 0.8 * wanted, (filled, wanted, lacking, [(c.head, c.marker) for c in table.columns])
    assert not {head: n for head, n in lacking.items() if n}, "nothing that is known is left out of these"
