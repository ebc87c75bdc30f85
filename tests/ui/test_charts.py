"""Charts: a bar is a button with a name, the keys walk as the eye does, and what is not known is told apart without colour."""
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.widgets import paint
from app.ui.widgets.charts import Bars, Chart, Flow, Part, Row, StackedBars, Step, Trend


def stacked() -> StackedBars:
    chart = StackedBars("劳动力")
    chart.put([Row(name, (Part(f"{name}1", 60, "c1", f"{name} 已就业 60"), Part(f"{name}2", 0, "c3", "没有"),
                          Part(f"{name}3", 40, "c5", f"{name} 不明 40"))) for name in ("甲", "乙")], [("c1", "已就业")])
    return chart



def shown(chart: Chart) -> QImage:
    chart.resize(600, 220)
    chart.show()
    return chart.grab().toImage()


def test_the_keys_walk_along_a_row_and_from_row_to_row(app: QApplication) -> None:
    chart, opened = stacked(), list[str]()
    chart.opened.connect(opened.append)
    shown(chart)
    chart.setFocus()
    assert [mark.key for mark in chart.marks] == ["甲1", "甲3", "乙1", "乙3"], "a part of nobody is no button"
    for key, at in ((Qt.Key.Key_Right, "甲3"), (Qt.Key.Key_Down, "乙3"), (Qt.Key.Key_Left, "乙1"), (Qt.Key.Key_Up, "甲1"), (Qt.Key.Key_Up, "甲1")):
        QTest.keyClick(chart, key)
        assert chart.marks[chart.at].key == at
    QTest.keyClick(chart, Qt.Key.Key_Return)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.marks[3].rect.center().toPoint())
    assert opened == ["甲1", "乙3"]
    chart.close()


def test_what_is_not_known_is_told_apart_in_grey(app: QApplication) -> None:
    chart = stacked()
    image = shown(chart).convertToFormat(QImage.Format.Format_Grayscale8)

    def greys(n: int) -> set[int]:
        rect = chart.marks[n].rect.toRect().adjusted(3, 3, -3, -3)
        return {image.pixelColor(x, rect.y()).lightness() // 16 for x in range(rect.left(), rect.right())}

    assert len(greys(0)) == 1 and len(greys(1)) > 1, "a plain bar is one grey, the hatched one is not"
    chart.close()


def test_bars_are_zero_based_and_to_scale(app: QApplication) -> None:
    chart = Bars("在哪里")
    chart.put([Part("a", 100, "c1", "省外"), Part("b", 50, "c1", "县内"), Part("c", 0, "c1", "境外")])
    shown(chart)
    wide = [mark.rect.width() for mark in chart.marks]
    assert wide[1] == pytest.approx(wide[0] / 2, abs=1) and wide[2] <= 2 and [mark.name for mark in chart.marks] == ["省外 100", "县内 50", "境外 0"]
    chart.close()


def test_the_way_names_its_losses_and_the_trend_its_two_numbers(app: QApplication) -> None:
    flow, trend = Flow("路"), Trend("率")
    flow.put([Step(Part("w", 10, "c1", "想"), "想工作", (Part("lost", 4, "c5", "还没推荐"),)), Step(Part("r", 6, "c1", "荐"), "推荐")])
    trend.put([("2026-05-01", 5, 10), ("2026-05-08", 0, 0), ("2026-05-15", 6, 10)])
    shown(flow)
    shown(trend)
    assert [mark.name for mark in flow.marks] == ["想工作 10", "还没推荐 4", "推荐 6"]
    assert flow.marks[0].rect.height() * 6 == pytest.approx(flow.marks[2].rect.height() * 10, rel=.02)
    assert [mark.key for mark in trend.marks] == ["2026-05-01", "2026-05-15"] and "6 / 10 = 60.0%" in trend.marks[1].name
    flow.close()
    trend.close()


def test_the_days_of_a_trend_stand_evenly_back_from_the_last(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    days, said, plain = [f"2026-{month:02}-{day:02}" for month in (10, 11) for day in (3, 9, 17, 23, 30)], list[str](), paint.text
    monkeypatch.setattr(paint, "text", lambda *given, **more: (said.append(given[3]), plain(*given, **more))[1])
    trend = Trend("率")
    trend.put([(day, 8, 10) for day in days])
    trend.setFixedWidth(410)  # as in the window at 1366: not every day has room
    shown(trend)
    named = [at for at, day in enumerate(days) if f"{int(day[5:7])}-{int(day[8:])}" in said]
    assert named[-1] == len(days) - 1 and len({after - before for before, after in zip(named, named[1:], strict=False)}) == 1
    trend.close()


def test_a_short_column_keeps_its_figure_clear_of_what_was_lost(app: QApplication) -> None:
    flow = Flow("路")
    flow.put([Step(Part("w", 207, "c1", "想"), "想工作", (Part("not", 206, "c5", "还没推荐"),)),
              Step(Part("r", 1, "c1", "荐"), "推荐过岗位", (Part("away", 1, "c5", "没去成"),)), Step(Part("p", 0, "c1", "岗"), "到岗")])
    shown(flow)
    column, lost = (next(mark.rect for mark in flow.marks if mark.key == key) for key in ("r", "away"))
    assert lost.top() >= column.top() + 22, "the figure stands beside the column, the loss begins under it"
    flow.close()
