"""QuestionSheet: the questions of one context, cut into screens by measured height. Promises nothing is cut off."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.forms.contract import Question
from app.ui import theme
from app.ui.questions import Asked, FileAsked, RosterAsked, ask, kind_of, members

GAP, SLACK = 8, 34  # between rows; kept free for an error under a field


@dataclass(frozen=True)
class Box:
    """What cutting needs to know of a question: its heights on a whole and on half a line, and whether it may share."""

    path: str
    high: int
    half: int
    narrow: bool
    alone: bool = False


Row = tuple[str, ...]


def cut(boxes: Sequence[Box], room: int, gap: int) -> list[list[Row]]:
    """Return screens of rows: two narrow neighbours share a row, a screen takes what fits, one row at least."""
    screens: list[list[Row]] = []
    used, at = room + 1, 0
    while at < len(boxes):
        pair = boxes[at:at + 2]
        two = len(pair) == 2 and all(box.narrow and not box.alone for box in pair)
        line = tuple(box.path for box in pair) if two else (boxes[at].path,)
        high = max(box.half for box in pair) if two else boxes[at].high
        alone = boxes[at].alone or (at and boxes[at - 1].alone)
        if alone or used + gap + high > room:
            screens.append([])
            used = -gap
        screens[-1].append(line)
        used += gap + high
        at += len(line)
    return screens


class Ground(QWidget):
    """The ground of the questions. Tab goes by questions, which say so; Qt moves no cursor here by itself."""

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Stay: a hidden question must not push the cursor into another one."""
        return False


class QuestionSheet(QScrollArea):
    """Shows the screen that holds the current question; keeps its widgets while the person is in the context."""

    answered = Signal(str, str)
    went_on = Signal(str)
    entered = Signal(str)
    stepped = Signal(bool)
    resized = Signal()
    explained = Signal(str, str)
    opened = Signal(str)
    added = Signal(str)
    removed = Signal(str, str)
    filed = Signal(str, bytes, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.ground = Ground()
        self.rows = QVBoxLayout(self.ground)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(theme.px(GAP))
        self.setWidget(self.ground)
        self.context: tuple[str, ...] = ()
        self.widgets: dict[str, Asked] = {}
        self.screens: list[list[Row]] = []
        self.shown: list[Row] = []
        self._order: list[str] = []
        self.shelf: Callable[[str], bytes | None] = lambda _: None

    # -- what is shown

    def put(self, context: tuple[str, ...], questions: Sequence[Question], every: Sequence[Question], at: str) -> None:
        """Show these questions of a context, on the screen that holds `at`. `every`: the whole section, for lists."""
        if context != self.context:
            self._drop(list(self.widgets))
            self.context = context
        self._drop([path for path in self.widgets if path not in {q.path for q in questions}])
        for question in questions:
            self._widget(question)
            if isinstance(roster := self.widgets[question.path], RosterAsked):
                roster.put_members(members(list(every), question))
        self._order = [q.path for q in questions]
        self.cut_again(at)

    def put_doubts(self, doubts: Mapping[str, tuple[str, str]], at: str) -> None:
        """Show what is strange, path -> (sentence, reason given), and cut again where that needs another room."""
        before = [one.doubt.words.text() for one in self.widgets.values()]
        for path, one in self.widgets.items():
            one.put_doubt(*doubts.get(path, ("", "")))
        if before != [one.doubt.words.text() for one in self.widgets.values()]:
            self.cut_again(at)

    def wants_reason(self, path: str) -> bool:
        """Give the reason line of a question the cursor if a reason is asked for there and not given."""
        one = self.widgets.get(path)
        if one is None or not one.wants_reason():
            return False
        one.why.setFocus()
        self.ensureWidgetVisible(one.why, 0, theme.px(8))
        return True

    def cut_again(self, at: str) -> None:
        """Cut for the room there is, and show the screen with this question."""
        wide, room = self.viewport().width(), self.viewport().height() - theme.px(SLACK)
        half = (wide - theme.px(16)) // 2
        boxes = []
        for path in self._order:
            one = self.widgets[path]
            alone = isinstance(one, RosterAsked)
            boxes.append(Box(path, one.high(wide), one.high(half), one.narrow, alone))
        self.screens = cut(boxes, room, theme.px(GAP))
        self.show_screen(self.number_of(at))

    def number_of(self, path: str) -> int:
        """Return which screen holds a question; 0 where none does."""
        return next((n for n, screen in enumerate(self.screens) if any(path in line for line in screen)), 0)

    def show_screen(self, number: int) -> None:
        """Put the rows of a screen on the ground."""
        wanted = self.screens[number] if self.screens else []
        if wanted == self.shown and self.rows.count():
            return
        self.shown = wanted
        for path, one in self.widgets.items():
            if not any(path in line for line in wanted):
                one.hide()
        while self.rows.count():
            item = self.rows.takeAt(0)
            if item.layout() is not None:
                while item.layout().count():
                    item.layout().takeAt(0)
                item.layout().deleteLater()
        for line in wanted:
            self.rows.addLayout(self._line(line))
        self.rows.addStretch(1)
        self.verticalScrollBar().setValue(0)

    def _line(self, line: Row) -> QHBoxLayout:
        made = QHBoxLayout()
        made.setContentsMargins(0, 0, 0, 0)
        made.setSpacing(theme.px(16))
        for path in line:
            made.addWidget(self.widgets[path], 1, Qt.AlignmentFlag.AlignTop)
            self.widgets[path].show()
        return made

    def paths(self) -> list[str]:
        """Return the questions of the screen that is shown."""
        return [path for line in self.shown for path in line]

    def first_of(self, number: int) -> str:
        """Return the first question of a screen."""
        return self.screens[number][0][0]

    # -- one question

    def repaint_question(self, question: Question) -> None:
        """Show a question as it stands now, if it is here."""
        if question.path in self.widgets:
            self._widget(question)

    def refuse(self, path: str, words: str) -> None:
        """Say under the field why nothing was stored."""
        if path in self.widgets:
            self.widgets[path].find(words)

    def commit(self, path: str) -> bool:
        """Let a question hand over what was typed; tell whether it is a value."""
        return self.widgets[path].commit() if path in self.widgets else True

    def focus(self, path: str, back: bool = False) -> None:
        """Give a question the cursor."""
        if path in self.widgets:
            self.widgets[path].focus(back)
            self.ensureWidgetVisible(self.widgets[path], 0, theme.px(8))

    def _widget(self, question: Question) -> None:
        one = self.widgets.get(question.path)
        if one is not None and type(one) is kind_of(question):
            one.put(question)
            return
        if one is not None:
            self._drop([question.path])
        one = ask(question)
        one.setParent(self.ground)
        one.hide()
        for signal, mine in ((one.answered, self.answered), (one.went_on, self.went_on), (one.entered, self.entered),
                             (one.stepped, self.stepped), (one.explained, self.explained)):
            signal.connect(mine)
        if isinstance(one, RosterAsked):
            for signal, mine in ((one.opened, self.opened), (one.added, self.added), (one.removed, self.removed)):
                signal.connect(mine)
        if isinstance(one, FileAsked):
            one.filed.connect(self.filed)
            one.shelf = self.shelf
            one.again()
        self.widgets[question.path] = one

    def _drop(self, paths: list[str]) -> None:
        gone = [self.widgets.pop(path) for path in paths]
        for one in gone:
            one.blockSignals(True)
        for one in gone:
            one.hide()
            one.deleteLater()
            self.shown = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask to be cut again for the new room."""
        super().resizeEvent(event)
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        """Leave page keys to the page."""
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
            return False
        return super().event(event)
