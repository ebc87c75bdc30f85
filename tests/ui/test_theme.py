"""The look keeps its own law: contrast on every ground, real controls with names, labels that stand whole."""
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.resources import resource
from app.ui import icons, theme
from app.ui.widgets import DigitChips, DigitList, KeyButton, LineInput, MaskedLabel, SearchBox, choices
from tests.ui.conftest import type_han


def ratio(one: str, other: str) -> float:
    """The WCAG contrast of two colours."""
    def light(name: str) -> float:
        parts = [(c / 12.92) if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(name).getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [theme.Light(), theme.Dark()])
@pytest.mark.parametrize(("text", "ground"), [
    ("ink", "canvas"), ("ink", "surface"), ("ink", "tint"), ("ink", "mark"), ("ink2", "surface"), ("ink2", "sunken"),
    ("ink3", "surface"), ("ink3", "sunken"), ("accent", "surface"), ("on", "accent"), ("err", "err_t"), ("warn", "warn_t"),
    ("ask", "ask_t"), ("ok", "ok_t")])
def test_text_can_be_read(tokens: theme.Light, text: str, ground: str) -> None:
    assert ratio(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.Light(), theme.Dark()])
def test_edges_can_be_seen(tokens: theme.Light) -> None:
    assert ratio(tokens.line2, tokens.surface) >= 3 and ratio(tokens.line2, tokens.canvas) >= 3


def test_every_icon_draws_something(app: QApplication) -> None:
    for file in resource("icons").glob("*.svg"):
        picture = icons.pixmap(file.stem, 20, "ink").toImage()
        assert any(picture.pixelColor(x, y).alpha() for x in range(20) for y in range(20)), file.stem


def test_a_button_is_a_control_with_a_name(app: QApplication) -> None:
    pressed: list[bool] = []
    button = KeyButton("保存", "primary", "Ctrl+S")
    button.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [True] and button.accessibleName() == "保存"
    button.reword("Save")
    assert button.accessibleName() == "Save"


def test_digits_choose_one(app: QApplication) -> None:
    chips = DigitChips([("1", "已就业"), ("2", "未就业（想工作）"), ("3", "未就业（不想工作）")])
    told: list[object] = []
    chips.chosen.connect(told.append)
    QTest.keyClick(chips, Qt.Key.Key_3)
    QTest.keyClick(chips, Qt.Key.Key_2)
    QTest.keyClick(chips, Qt.Key.Key_9)
    assert told == ["3", "2"] and chips.value() == "2"


def test_digits_choose_several_and_take_back(app: QApplication) -> None:
    chips = DigitChips([("1", "健康"), ("2", "慢性病"), ("3", "残疾")], multi=True)
    QTest.keyClick(chips, Qt.Key.Key_2)
    QTest.keyClick(chips, Qt.Key.Key_3)
    QTest.keyClick(chips, Qt.Key.Key_2)
    assert chips.value() == ["3"]


def test_labels_stand_whole(app: QApplication) -> None:
    chips = DigitChips([(n, f"很长很长的一个选项，第 {n} 个") for n in range(1, 7)])
    chips.resize(760, 300)
    chips.show()
    assert chips.columns_for(760) == 2 and all(chip.width() >= chip.need() for chip in chips.chips)


def test_more_than_nine_are_typed_by_two_digits_or_letters(app: QApplication) -> None:
    options = [(f"{n:02d}", f"工种{n}") for n in range(1, 15)] + [("z", "缝纫工")]
    many = choices(options)
    assert isinstance(many, DigitList)
    QTest.keyClicks(many.filter, "12")
    assert many.value() == "12"
    type_han(many.filter, "缝纫")
    QTest.keyClick(many.filter, Qt.Key.Key_Return)
    assert many.value() == "z"


def test_full_width_digits_become_digits(app: QApplication) -> None:
    line = LineInput("电话", "phone")
    type_han(line, "１３８Ｘ")
    assert line.text() == "138X"


def test_a_number_is_masked_until_asked_for(app: QApplication) -> None:
    label = MaskedLabel("529999199001010019")
    assert "19900101" not in label.words.text() and "0019" in label.words.text()
    label.eye.click()
    assert "529999199001010019" in label.words.text()
    label.put("529999199001010019")
    assert "19900101" not in label.words.text()


def test_search_leaves_undo_to_the_window(app: QApplication) -> None:
    box = SearchBox("找人")
    QTest.keyClicks(box, "pst")
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.text() in ("pst", "")  # never a half of what was typed
