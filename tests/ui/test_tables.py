"""Tables: rows that wrap grow, and only those in sight are measured."""
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.widgets import Cell, Column, Rows, Table
from tests.ui.conftest import until

MANY = 20_000


def test_rows_grow_in_sight_and_the_others_are_not_asked(app: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows([Column("名", 80), Column("为什么", 0)])
    table = Table(rows, "单子", 40)
    qtbot.addWidget(table)
    asked: list[int] = []
    hint = type(table.itemDelegate()).sizeHint
    monkeypatch.setattr(type(table.itemDelegate()), "sizeHint", lambda self, option, index: (asked.append(index.row()), hint(self, option, index))[1])
    table.let_rows_grow()
    rows.put([[Cell(str(at)), Cell("很长的一句话" * (20 if at % 2 else 1), wrap=True)] for at in range(MANY)])
    table.resize(400, 300)
    table.show()
    until(lambda: table.rowHeight(1) > table.rowHeight(0))
    assert table.rowHeight(1) > table.rowHeight(0) == 40 and 0 < len(set(asked)) < 30
    table.setFocus()
    table.choose(MANY - 1)
    until(lambda: table.rowHeight(MANY - 1) > 40)
    assert table.rowHeight(MANY - 1) > 40 and len(set(asked)) < 60
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()).center()), "the row that was chosen stays in sight"
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    until(lambda: table.viewport().rect().contains(table.visualRect(table.model().index(0, 0)).center()))
    assert table.currentIndex().row() == 0
    table.resize(900, 300)
    until(lambda: table.rowHeight(1) < 200)
    assert table.rowHeight(1) < 200, "wider: fewer lines"


def test_a_sign_stays_one_in_the_row_that_is_chosen(app: QApplication, qtbot: QtBot) -> None:
    rows = Rows([Column("来源", 0)])
    table = Table(rows, "单子", 40)
    qtbot.addWidget(table)
    rows.put([[Cell("车间", tag="accent")]])
    table.resize(300, 120)
    table.show()
    table.choose(0)
    line = table.visualRect(table.model().index(0, 0))
    image = table.viewport().grab().toImage()
    sign, ground = image.pixelColor(line.left() + 14, line.center().y() - 8), image.pixelColor(line.right() - 20, line.center().y() - 8)
    assert ground == theme.color("tint") and sign != ground
