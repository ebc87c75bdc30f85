"""The person card: who this is, what is known now, how it came about, which interviews there were."""
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QTabBar, QWidget

from app.models.language import say
from app.ui import theme
from app.ui.pages.portrait import Block, Fact, Portrait, Talk
from app.ui.widgets import (
    Cell,
    Column,
    EmptyState,
    FactRow,
    Icon,
    MaskedLabel,
    Panel,
    Rows,
    Table,
    Tag,
    Words,
    clear,
    column,
    paint,
    row,
)

NOW, HISTORY, TALKS = range(3)


class Disc(QWidget):
    """The first character of a name in a tint disc."""

    def __init__(self, side: int = 52) -> None:
        super().__init__()
        self.letter = ""
        self.setFixedSize(theme.px(side), theme.px(side))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc."""
        painter, face = QPainter(self), QRectF(self.rect())
        paint.box(painter, face, self.width() / 2 / theme.scale(), theme.color("tint"))
        font = theme.font(20, True)
        paint.text(painter, face.center().x() - paint.width(self.letter, font) / 2, face.center().y(), self.letter, font, theme.color("accent"))


class PersonHead(Panel):
    """Who this is: initial, name, facts, tags, masked number, phone, door."""

    def __init__(self) -> None:
        super().__init__(padding=10)
        self.disc = Disc()
        self.name, self.line = Words("", 20, bold=True), Words("", 14, "2")
        self.tags = QHBoxLayout()
        self.tags.setSpacing(theme.px(8))
        self.number = MaskedLabel()
        self.phone, self.door = Words("", 14), Words("", 14)
        self.phone_icon, self.door_icon = Icon("phone", 16), Icon("home", 16)
        first = row(self.name, self.line, gap=12)
        first.addLayout(self.tags)
        first.addStretch(1)
        second = row(self.number, 6, self.phone_icon, self.phone, 12, self.door_icon, self.door, None, gap=6)
        whole = QHBoxLayout()
        whole.setSpacing(theme.px(14))
        whole.addWidget(self.disc)
        whole.addLayout(column(first, second, gap=2), 1)
        self.body.addLayout(whole)

    def put(self, person: Portrait) -> None:
        """Show a person."""
        self.disc.letter = person.name[:1]
        self.disc.update()
        self.name.setText(person.name)
        self.line.setText(person.line)
        clear(self.tags)
        for words, kind in person.tags[:4]:
            self.tags.addWidget(Tag(words, kind))
        self.number.put(person.number)
        for label, icon, words in ((self.phone, self.phone_icon, person.phone), (self.door, self.door_icon, person.door)):
            label.setText(words)
            label.setVisible(bool(words))
            icon.setVisible(bool(words))


class FactLine(FactRow):
    """A fact that can be changed: F2, Enter or a click asks for the new value."""

    wanted = Signal(object)

    def __init__(self, fact: Fact) -> None:
        super().__init__(fact.label, fact.value)
        self.fact = fact
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{fact.label} {fact.value}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for a new value."""
        self.wanted.emit(self.fact)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for a new value on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.wanted.emit(self.fact)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the focus as lists do: tint and a bar."""
        painter = QPainter(self)
        if self.hasFocus():
            painter.fillRect(self.rect(), theme.color("tint"))
            painter.fillRect(QRectF(0, 0, theme.px(3), self.height()), theme.color("accent"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.color("hover"))


class Now(QScrollArea):
    """What is known now: work, ability, wish, identity, each a panel."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self.grid = QGridLayout(inside)
        self.grid.setContentsMargins(0, 0, theme.px(2), theme.px(4))
        self.grid.setSpacing(theme.px(12))
        for at in range(2 if theme.scale() < theme.LARGE else 1):
            self.grid.setColumnStretch(at, 1)
        self.setWidget(inside)

    def put(self, blocks: tuple[Block, ...]) -> None:
        """Show the blocks, two in a row, one where the text is large."""
        clear(self.grid)
        wide = 2 if theme.scale() < theme.LARGE else 1
        for at, block in enumerate(blocks):
            self.grid.addWidget(self._panel(block), at // wide, at % wide)
        self.grid.setRowStretch(len(blocks) // wide + 1, 1)

    def _panel(self, block: Block) -> Panel:
        panel = Panel(block.title, block.remark)
        panel.body.setSpacing(theme.px(3))
        panel.body.addSpacing(theme.px(3))
        for fact in block.facts:
            line = FactLine(fact)
            line.wanted.connect(self.wanted)
            panel.body.addWidget(line)
        if not block.facts and block.empty:
            panel.body.addWidget(Words(block.empty, 14, "3", wrap=True))
        panel.body.addStretch(1)
        return panel


class PersonView(QWidget):
    """Card, tabs and what stands under them. `wanted(Fact)` to change one, `talk_opened(draft id)` to go on,
    `papers_opened(names)` to look at the photos and files of an interview."""

    wanted = Signal(object)
    talk_opened = Signal(str)
    turned = Signal()  # another tab, another line of the history
    papers_opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.head = PersonHead()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.now = Now()
        self.history, self.talks = Rows([]), Rows([])
        self.history_table, self.talk_table = Table(self.history, "", 40, False), Table(self.talks, "", 52)
        self.no_talks = EmptyState("interview", "", "")
        self.stack = QStackedWidget()
        for part in (self.now, _sheet(self.history_table), _sheet(self.talk_table, self.no_talks)):
            self.stack.addWidget(part)
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.tabs.currentChanged.connect(lambda _: self.turned.emit())
        self.history_table.moved.connect(lambda _: self.turned.emit())
        self.now.wanted.connect(self.wanted)
        self.talk_table.opened.connect(self._open_talk)
        self.setLayout(column(self.head, self.tabs, self.stack, gap=8))
        self.layout().setStretch(2, 1)
        self.person: Portrait | None = None

    def put(self, person: Portrait) -> None:
        """Show a person."""
        self.person = person
        self.head.put(person)
        self.now.put(person.blocks)
        self.retitle()

    def decision(self) -> tuple[str, str]:
        """Return record and unit of the line of the history that is chosen, where it is a decision of Review; else two blanks."""
        at = self.history_table.currentIndex().row()
        if self.person is None or self.tabs.currentIndex() != HISTORY or not 0 <= at < len(self.person.history):
            return "", ""
        return self.person.history[at].decided

    def turn(self, step: int) -> None:
        """Show the next or the previous tab."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.head.number.retitle()
        counts = (len(self.person.history), len(self.person.talks)) if self.person else (0, 0)
        words = (say("现在", "Now"), say(f"变更记录 {counts[0]}", f"History {counts[0]}"), say(f"调查 {counts[1]}", f"Interviews {counts[1]}"))
        for at, text in enumerate(words):
            self.tabs.setTabText(at, text)
        self.tabs.setAccessibleName(say("这个人的几页", "Views of this person"))
        self.history_table.setAccessibleName(say("变更记录", "History"))
        self.talk_table.setAccessibleName(say("调查", "Interviews"))
        self.history.columns = [Column(say("时间", "When"), 100), Column(say("谁", "Who"), 84), Column(say("电脑", "Computer"), 110),
                                Column(say("来自", "From"), 84), Column(say("哪一项", "What"), 130), Column(say("原来", "Before"), 0),
                                Column(say("改为", "After"), 0)]
        self.talks.columns = [Column(say("时间", "When"), 120), Column(say("调查表", "Form"), 0), Column(say("谁问的", "Asked by"), 120),
                              Column(say("怎么问的", "How"), 0), Column(say("状态", "State"), 190)]
        if self.person is not None:
            self.history.put([[Cell(line.at, ink="ink2"), Cell(line.author), Cell(line.device, ink="ink2"), Cell(line.source, ink="ink2"),
                               Cell(line.label, bold=True), Cell(line.before, ink="ink2"), Cell(line.after)] for line in self.person.history])
            self.talks.put([[Cell(talk.at, ink="ink2"), Cell(talk.title, bold=True), Cell(talk.who), Cell(talk.how, ink="ink2"),
                             Cell(say(f"没填完 {talk.answered}/{talk.total}", f"Begun {talk.answered}/{talk.total}"), tag="warn")
                             if talk.draft else Cell(_papers_words(talk) or talk.state, tag="ok")] for talk in self.person.talks])
        self.no_talks.what.setText(say("还没有调查过", "Not interviewed yet"))
        self.no_talks.do.setText(self.person.not_asked if self.person and self.person.not_asked
                                 else say("按 F5 开始，问完的列在这里。", "F5 begins; what was asked is listed here."))
        self.no_talks.setVisible(not counts[1])
        self.talk_table.setVisible(bool(counts[1]))
        self.history_table.fit(self.history.columns)
        self.talk_table.fit(self.talks.columns)

    def _open_talk(self, at: int) -> None:
        if self.person is not None and self.person.talks[at].draft:
            self.talk_opened.emit(self.person.talks[at].draft)
        elif self.person is not None and self.person.talks[at].papers:
            self.papers_opened.emit(self.person.talks[at].papers)


def _papers_words(talk: Talk) -> str:
    many = len(talk.papers)
    return say(f"{talk.state} · {many} 个附件", f"{talk.state} · {many} attached") if many else ""


def _sheet(*parts: QWidget) -> Panel:
    panel = Panel(padding=1)
    for part in parts:
        panel.body.addWidget(part)
    return panel
