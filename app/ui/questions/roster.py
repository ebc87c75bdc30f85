"""RosterAsked: a repeat as a list of its members. Promises that adding, opening and removing need no mouse."""
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.forms.contract import Question
from app.models.language import say
from app.ui import theme
from app.ui.questions.base import ENTER, Asked
from app.ui.widgets import Cell, Column, KeyButton, Rows, Table, row

MOST_ROWS, HIGH = 8, 40
POST = "post"  # the repeat of an employer's posts; every other lists people


@dataclass(frozen=True)
class Member:
    """One instance of a repeat: its path, its name, what was answered in short, how many answers it still needs."""

    instance: str
    name: str
    words: str
    missing: int


def members(questions: list[Question], repeat: Question) -> list[Member]:
    """Return the instances of a repeat from the questions of its section, in order."""
    by: dict[str, list[Question]] = {}
    for question in questions:
        if question.instance and question.instance.startswith(repeat.path + "["):
            by.setdefault(question.instance, []).append(question)
    return [_member(instance, some) for instance, some in by.items()]


def _member(instance: str, some: list[Question]) -> Member:
    words = [words for question in some[1:] if (words := spoken(question)) and question.kind != "note"]
    first = next((question.value for question in some if question.kind == "text"), "")
    missing = sum(1 for question in some if question.required and not question.value)
    return Member(instance, first, " · ".join(words[:5]), missing)


def spoken(question: Question) -> str:
    """Return an answer in words: labels for codes, an identity number by its last four."""
    if not question.value:
        return ""
    if question.choices:
        labels = {choice.name: choice.label for choice in question.choices}
        return say("、", ", ").join(labels.get(code, code) for code in question.value.split())
    if "id_number" in question.name and len(question.value) > 8:
        return "*" * 4 + question.value[-4:]
    return question.value


class RosterAsked(Asked):
    """The list of a repeat: Enter opens a member, Insert adds one, Delete takes one out."""

    opened = Signal(str)
    added = Signal(str)
    removed = Signal(str, str)

    def build(self) -> None:
        """Add the list and its two buttons."""
        self.members: list[Member] = []
        self.rows = Rows(self._columns())
        self.table = Table(self.rows, "", HIGH)
        self.table.opened.connect(lambda at: self.opened.emit(self.members[at].instance))
        self.add = KeyButton("", "secondary", "Ins", "plus")
        self.add.clicked.connect(lambda: self.added.emit(self.question.path))
        self.enough = KeyButton("", "secondary", "Return")
        self.enough.clicked.connect(lambda: self.went_on.emit(self.question.path))
        self.whole.addWidget(self.table)
        self.whole.addLayout(row(self.add, self.enough, None, gap=4))
        for part in (self.table, self.add, self.enough):
            part.installEventFilter(self)

    @staticmethod
    def _columns(posts: bool = False) -> list[Column]:
        return [Column(say("序号", "No."), 52), Column(say("岗位", "Post") if posts else say("姓名", "Name"), 130),
                Column(say("已经填的", "Answered"), 0), Column(say("情况", "State"), 96)]

    def put_members(self, found: list[Member]) -> None:
        """Show these members and keep the chosen row."""
        at = max(0, self.table.currentIndex().row())
        self.members = found
        nameless = say("还没写岗位", "No title yet") if self.question.name == POST else say("还没写姓名", "No name yet")
        self.rows.put([self._row(n, one, nameless) for n, one in enumerate(found, 1)])
        shown = min(MOST_ROWS, max(1, len(found)))
        self.table.setFixedHeight(theme.px(34 + HIGH * shown) + 2)
        if found:
            self.table.choose(min(at, len(found) - 1))
        self.add.setEnabled(self.question.can_add)

    @staticmethod
    def _row(n: int, one: Member, nameless: str) -> list[Cell]:
        state = Cell(say(f"缺 {one.missing}", f"{one.missing} missing"), tag="warn") if one.missing else \
            Cell(say("齐了", "Complete"), tag="ok")
        return [Cell(str(n), ink="ink2"), Cell(one.name or nameless, bold=True), Cell(one.words), state]

    def put(self, question: Question) -> None:
        """Say the question and the buttons in the language in use."""
        posts = question.name == POST
        self.add.reword(say("加一个岗位", "Add a post") if posts else say("加一个人", "Add one"))
        self.enough.reword(say("岗位齐了，往下走", "All posts, go on") if posts else say("人齐了，往下走", "All here, go on"))
        self.rows.columns = self._columns(posts)
        super().put(question)

    def control_high(self, wide: int) -> int:
        """Return the height of list and buttons."""
        return self.table.minimumHeight() + theme.px(50)

    def words(self) -> tuple[str, str]:
        """Say how the list is used; what it is stands over it."""
        if self.question.name == POST:
            return "", say("Enter 打开这个岗位，Insert 加一个，Delete 拿掉", "Enter opens, Insert adds, Delete takes off")
        return "", say("Enter 打开这个人，Insert 加一个，Delete 拿掉", "Enter opens, Insert adds, Delete takes off")

    def heart(self) -> QWidget:
        """Return the list."""
        return self.table

    def focus(self, back: bool = False) -> None:
        """Take the cursor: on the first member that lacks something, else on the button that goes on."""
        at = next((n for n, one in enumerate(self.members) if one.missing), None)
        if at is not None:
            self.table.choose(at)
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            (self.enough if self.members else self.add).setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Insert adds, Delete asks to take out, Enter on the list opens."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(self.question.path)
        if event.type() != QEvent.Type.KeyPress or watched is self.why:
            return super().eventFilter(watched, event) if watched is self.why else False
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            stops = [self.table, self.add, self.enough]
            at = stops.index(watched) + (1 if event.key() == Qt.Key.Key_Tab else -1)
            if 0 <= at < len(stops):
                stops[at].setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self.stepped.emit(at > 0)
            return True
        if event.key() in (Qt.Key.Key_Insert, Qt.Key.Key_Plus) and self.question.can_add:
            self.added.emit(self.question.path)
            return True
        at = self.table.currentIndex().row()
        if event.key() == Qt.Key.Key_Delete and watched is self.table and 0 <= at < len(self.members):
            self.removed.emit(self.members[at].instance, self.members[at].name)
            return True
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and watched is not self.table and self.members:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return event.key() in ENTER and watched is self.table and not self.members
