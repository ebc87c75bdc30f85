"""A township joins its county from the window, by keys: the sheet, the county's confirmation by name, and both level."""
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.writing import Write
from app.sync import nearby, pairing
from app.sync.hub import Hub
from app.sync.peers import hub_above
from app.sync.workspace import Workspace
from app.ui.pages.sync_above import AboveSheet
from app.ui.window import Window
from tests.ui.offices import HERE, opened, press, until
from tests.ui.sheets import once_open

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "INTERFACES", [HERE])


@pytest.fixture
def town(app: QApplication, tmp_path: Path) -> Iterator[Window]:
    yield from opened(tmp_path / "town", "529999001000", "青禾镇电脑", "陈主任", "township")


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Hub]:
    workspace, _ = Workspace.create(tmp_path / "county", "practice", "529999000000", "县里电脑", "周局长", "county")
    hub = Hub(workspace, HERE, 0)
    hub.start()
    yield hub
    hub.stop()
    workspace.close()


def type_in(url: str, code: str) -> None:
    """Type the invitation into the sheet that opens, by keys."""
    def go(sheet: AboveSheet) -> None:
        QTest.keyClicks(sheet.panel.url, url)
        QTest.keyClick(sheet.panel.url, Qt.Key.Key_Return)
        assert sheet.panel.code.hasFocus() and sheet.isVisible()
        QTest.keyClicks(sheet.panel.code, code)
        QTest.keyClick(sheet.panel.code, Qt.Key.Key_Return)

    once_open(go, AboveSheet)


def test_a_township_joins_its_county_and_is_level_with_it(town: Window, county: Hub) -> None:
    town.desk.ledger.write([Write("household", {"household_code": "5299990007000001"})], source="screen")
    assert any("和县里配对" in action.words for action in town.page.actions())
    type_in(county.url, pairing.invite(county.ws, "529999001000"))
    press(town, Qt.Key.Key_G, CONTROL)
    device = town.desk.ledger.me.device
    until(lambda: county.ws.ledger.db.conn.execute("SELECT count(*) FROM peer WHERE device = ?", (device,)).fetchone()[0])
    assert hub_above(town.desk.ledger) is None and not county.ws.ledger.rows("household")
    pairing.confirm(county.ws.ledger, device)
    until(lambda: hub_above(town.desk.ledger) is not None and not town.page.errand.busy())
    until(lambda: any("交到县里" in action.words for action in town.page.actions()))
    town.desk.courier.go()
    until(lambda: not town.desk.courier.going)
    county.desk.settle(county.ws)
    assert [row[0] for row in county.ws.ledger.rows("household")] == [row[0] for row in town.desk.ledger.rows("household")]


def test_a_wrong_code_is_said_and_nothing_is_paired(town: Window, county: Hub) -> None:
    good = pairing.invite(county.ws, "529999001000")
    type_in(county.url, ("A" if good[0] != "A" else "B") + good[1:])
    press(town, Qt.Key.Key_G, CONTROL)
    until(lambda: not town.page.errand.busy() and town.next_bar.lead.text() == "没有办成")
    assert hub_above(town.desk.ledger) is None
    assert any("和县里配对" in action.words for action in town.page.actions())
