"""The frame round every page: rail, header, next bar, status strip. Promises the same three places everywhere."""
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.models.language import say
from app.ui import icons, theme
from app.ui.standing import only_here_words
from app.ui.widgets.buttons import KeyButton, NavItem
from app.ui.widgets.inputs import LEVELS
from app.ui.widgets.plain import Elided, Icon, KeyCap, Progress, Words, bounded, clear, column, hair, row

FOOT_KEYS = {"settings": ","}
RAIL_KEYS = "1234567890-"  # with Ctrl, for the places of the rail in their order


class Rail(QFrame):
    """The places of the program. `chosen(name)` when one is pressed."""

    chosen = Signal(str)

    def __init__(self, place: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(theme.px(theme.RAIL))
        self.setAccessibleName(say("导航", "Navigation"))
        mark = QLabel()
        mark.setPixmap(icons.mark(30))
        mark.setFixedWidth(theme.px(30))
        self.title, self.place = Words("", 16, bold=True), Elided(place, 11, "2")
        names = column(self.title, self.place, gap=0)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(16), theme.px(12), theme.px(6), theme.px(10))
        head.setSpacing(theme.px(10))
        head.addWidget(mark)
        head.addLayout(names, 1)
        self._list, self._foot = QVBoxLayout(), QVBoxLayout()
        for part in (self._list, self._foot):
            part.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
            part.setSpacing(theme.px(4))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, theme.px(8))
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(self._list)
        whole.addStretch(1)
        line = QHBoxLayout()
        line.setContentsMargins(theme.px(16), 0, theme.px(16), theme.px(4))
        line.addWidget(hair())
        whole.addLayout(line)
        whole.addLayout(self._foot)
        self.items: dict[str, NavItem] = {}

    def add(self, name: str, icon: str, words: str, foot: bool = False) -> NavItem:
        """Add a place; those of the list get their digit: 1 to 9, then 0 and the key after it."""
        item = NavItem(icon, words, FOOT_KEYS.get(name, "") if foot else RAIL_KEYS[len(self.items):][:1])
        item.high = 36 if foot else 42
        item.clicked.connect(lambda _=False: self.chosen.emit(name))
        (self._foot if foot else self._list).addWidget(item)
        self.items[name] = item
        return item

    def show_now(self, name: str) -> None:
        """Mark the place that is open."""
        for mine, item in self.items.items():
            item.setChecked(mine == name)

    def show_digits(self, shown: bool) -> None:
        """Show the digits while Ctrl is held."""
        for item in self.items.values():
            if item.show_digit != (shown and bool(item.digit)):
                item.show_digit = shown and bool(item.digit)
                item.update()


class Header(QFrame):
    """What this page is: title, one line of facts, its keys or deeds at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setFixedHeight(theme.px(theme.HEADER))
        self.title, self.facts = Elided("", 20, bold=True), Elided("", 13, "2")
        self.title.setFixedHeight(theme.px(28))
        self.facts.setFixedHeight(theme.px(18))
        self._side = QHBoxLayout()
        self._side.setSpacing(theme.px(4))
        names = column(self.title, self.facts, gap=0)
        names.setContentsMargins(0, theme.px(8), 0, theme.px(6))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addLayout(names, 1)
        line.addLayout(self._side)
        whole = bounded(line)
        whole.setContentsMargins(theme.px(theme.MARGIN), 0, theme.px(theme.MARGIN - 4), 0)
        self.setLayout(whole)

    def put(self, title: str, facts: str) -> None:
        """Say what this is."""
        self.title.setText(title)
        self.facts.setText(facts)

    def put_side(self, parts: Sequence[QWidget], hints: Sequence[tuple[str, str]] = ()) -> None:
        """Show buttons, or up to four keys with their words."""
        clear(self._side)
        for key, words in list(hints)[:4] if not parts else ():
            pair = QWidget()
            line = row(*[KeyCap(part) for part in key.split(" / ")], Words(words, 13, "2"), gap=6)
            line.setContentsMargins(theme.px(8), 0, 0, 0)
            pair.setLayout(line)
            self._side.addWidget(pair)
        for part in parts:
            self._side.addWidget(part)


class NextBar(QFrame):
    """What comes next: an arrow, 下一步, one sentence; secondary deeds and at most one primary at the right edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("next")
        self.setMinimumHeight(theme.px(theme.NEXT_BAR))
        self.setAccessibleName(say("下一步", "Next"))
        self.icon = Icon("arrow", 18, "accent")
        self.lead, self.sentence = Words("", 14, "accent", bold=True), Words("", 14, wrap=True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.px(8))
        line = row(self.icon, self.lead, self.sentence, gap=10)
        line.setStretch(2, 1)
        if theme.scale() < theme.LARGE:
            line.addLayout(self._buttons)
            whole = column(line, gap=0)
        else:  # beside large buttons the sentence would stand one word a line
            deeds = row(None)
            deeds.addLayout(self._buttons)
            whole = column(line, deeds, gap=2)
        whole.setContentsMargins(0, 0, 0, 0)
        outer = bounded(whole)
        outer.setContentsMargins(theme.px(22), 0, theme.px(16), 0)
        self.setLayout(outer)

    def say(self, lead: str, sentence: str, level: str = "") -> None:
        """Say what comes next; level E, W or Q colours the lead."""
        token, name = LEVELS.get(level, ("accent", "arrow"))
        self.icon.put(name, 18, token)
        self.lead.set_ink(token)
        self.lead.setText(lead)
        self.sentence.setText(sentence)

    def put_buttons(self, buttons: Sequence[QWidget]) -> None:
        """Show the deeds in order, primary last."""
        clear(self._buttons)
        for button in buttons:
            self._buttons.addWidget(button)


class StatusStrip(QFrame):
    """What is always said: records only here, the last sync, the job under way, the keys that work everywhere."""

    def __init__(self, on_cancel: Callable[[], Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setFixedHeight(theme.px(theme.STRIP))
        self.pill, self.second, self.synced = OnlyHere(), Words("", 13, "2"), Words("", 13, "2")
        self.job, self.bar, self.percent = Words("", 13, "2"), Progress(120), Words("", 13, "2")
        self.stop = KeyButton("", "quiet", "", height=22)
        self.stop.clicked.connect(on_cancel)
        for part in (self.job, self.bar, self.percent, self.stop):
            part.hide()
        self.keys = QHBoxLayout()
        self.keys.setSpacing(theme.px(6))
        line = row(self.pill, self.second, self.synced, self.job, self.bar, self.percent, self.stop, None, gap=14)
        line.addLayout(self.keys)
        line.setContentsMargins(theme.px(10), 0, theme.px(16), 0)
        self.setLayout(line)

    def put_second(self, words: str, good: bool) -> None:
        """Say how the second copy stands; no words hide it."""
        self.second.setText(words)
        self.second.set_ink("2" if good else "warn")
        self.second.setVisible(bool(words))

    def put_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show the keys that work everywhere."""
        clear(self.keys)
        for key, words in keys:
            self.keys.addSpacing(theme.px(8))
            self.keys.addWidget(KeyCap(key))
            self.keys.addWidget(Words(words, 13, "2"))

    def put_standing(self, words: str, ink: str) -> None:
        """Say how this computer stands towards its office."""
        self.synced.set_ink(ink if ink in ("warn", "err") else "2")
        self.synced.setText(words)

    def put_job(self, words: str, part: float) -> None:
        """Show what is under way; no words hide it."""
        for widget in (self.job, self.bar, self.percent, self.stop):
            widget.setVisible(bool(words))
        self.stop.reword(say("停下", "Stop"))
        self.job.setText(words)
        self.bar.put(part, 1.0)
        self.percent.setText(f"{part * 100:.0f}%" if part else "")


class OnlyHere(QFrame):
    """The pill that says how many records exist only on this computer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pill")
        self.icon, self.words = Icon("laptop", 16, "warn"), Words("", 13, "warn", bold=True)
        line = row(self.icon, self.words, gap=6)
        line.setContentsMargins(theme.px(6), theme.px(2), theme.px(6), theme.px(2))
        self.setLayout(line)

    def put(self, count: int, drafts: int = 0) -> None:
        """Say how many, and how many interviews are not finished."""
        ink, icon = ("warn", "laptop") if count or drafts else ("ok", "check")
        self.icon.put(icon, 16, ink)
        self.words.set_ink(ink)
        self.words.setText(only_here_words(count, drafts))
        self.setProperty("level", ink)
        self.style().unpolish(self)
        self.style().polish(self)

