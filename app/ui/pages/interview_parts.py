"""What stands beside the questions: the sections at the left, what is known and what is missing at the right."""
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.forms.contract import Question, Section
from app.models.language import counted, say
from app.ui import icons, theme
from app.ui.pages.interview_walk import bare
from app.ui.questions import spoken
from app.ui.questions.reading import aside
from app.ui.widgets import Elided, Icon, PaintedButton, Panel, Progress, Words, clear, hair, paint, row


class Step(PaintedButton):
    """One section: letter, tick when done, dash when skipped by a rule, what is missing."""

    def __init__(self, section: Section, now: bool, first: bool, last: bool, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.section, self.now, self.first, self.last = section, now, first, last
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEnabled(section.relevant)
        self.setAccessibleName(f"{section.letter} {bare(section)} {self.state()[0]}".strip())
        self.setToolTip(bare(section))

    def done(self) -> bool:
        """Tell whether nothing is missing here and something was answered."""
        return self.section.relevant and not self.section.missing and self.section.answered > 0

    def state(self) -> tuple[str, str]:
        """Return what stands at the right, and its ink."""
        one = self.section
        if not one.relevant:
            return say("不用问", "skipped"), "ink3"
        if self.done() and not self.now:
            return str(one.answered), "ink2"
        if one.missing and (self.now or one.answered):
            return say(f"缺 {one.missing}", f"need {one.missing}"), "warn"
        return f"{one.answered} / {one.total}", "ink2"

    def sizeHint(self) -> QSize:
        """Return 44 high, or less where the sections are many."""
        return QSize(theme.px(200), theme.px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line, disc, letter or sign, label and state."""
        painter, face = QPainter(self), QRectF(self.rect())
        if self.now:
            paint.box(painter, face, 6, theme.color("tint"))
        elif self.underMouse() and self.isEnabled():
            paint.box(painter, face, 6, theme.color("hover"))
        middle, x, side = face.center().y(), theme.px(26), theme.px(24)
        painter.setPen(theme.color("line2" if self.done() else "line"))
        for draw, top, bottom in ((not self.first, 0.0, middle - side / 2), (not self.last, middle + side / 2, face.bottom() + 1)):
            if draw:
                painter.drawLine(round(x), round(top), round(x), round(bottom))
        self._disc(painter, QRectF(x - side / 2, middle - side / 2, side, side))
        words, ink = self.state()
        font = theme.font(12)
        wide = paint.text(painter, face.right() - theme.px(12), middle, words, font, theme.color(ink), right=True)
        start = x + side / 2 + theme.px(10)
        self._label(painter, start, middle, face.right() - start - wide - theme.px(20))

    def _label(self, painter: QPainter, x: float, middle: float, room: float) -> None:
        """Write the section's name: on one line, or smaller on two where it would be cut."""
        label, ink = bare(self.section), theme.color("ink" if self.section.answered or self.now else "ink2")
        for size in (14, 12):
            if paint.width(label, theme.font(size, self.now)) <= room:
                paint.text(painter, x, middle, label, theme.font(size, self.now), ink, room)
                return
        font = theme.font(12, self.now)
        words = label.split(" ") if " " in label else [label[:len(label) // 2], label[len(label) // 2:]]
        space = " " if " " in label else ""
        cut = max((n for n in range(1, len(words) + 1) if paint.width(space.join(words[:n]), font) <= room), default=1)
        paint.text(painter, x, middle - theme.px(8), space.join(words[:cut]), font, ink, room)
        paint.text(painter, x, middle + theme.px(8), space.join(words[cut:]), font, ink, room)

    def _disc(self, painter: QPainter, disc: QRectF) -> None:
        if self.now:
            paint.box(painter, disc, 12, theme.color("accent"))
        elif self.done():
            paint.box(painter, disc, 12, theme.color("ok_t"), theme.color("ok"))
        else:
            paint.box(painter, disc, 12, theme.color("surface"), theme.color("line2" if self.section.relevant else "line"))
        if self.done() and not self.now:
            painter.drawPixmap(round(disc.x() + theme.px(4)), round(disc.y() + theme.px(4)), icons.pixmap("check", 16, "ok"))
            return
        words, font = self.section.letter if self.section.relevant else "–", theme.font(13, self.now)
        ink = "on" if self.now else "ink2" if self.section.relevant else "ink3"
        paint.text(painter, disc.center().x() - paint.width(words, font) / 2, disc.center().y(), words, font, theme.color(ink))


class Stepper(Panel):
    """The sections of the form. `chosen(path)` when one is pressed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=12, parent=parent)
        self.setFixedWidth(theme.px(232))
        self.words, self.count, self.bar = Words("", 13, "2"), Words("", 14, bold=True), Progress(100)
        self.body.addLayout(row(self.words, None, self.count))
        self.body.addWidget(self.bar)
        self.steps = QVBoxLayout()
        self.steps.setSpacing(0)
        self.body.addLayout(self.steps)
        self.body.addStretch(1)
        self._shape: tuple = ()

    def put(self, sections: Sequence[Section], now: str, done: int, total: int) -> None:
        """Show the sections as they stand."""
        self.words.setText(say("这份调查", "This interview"))
        self.count.setText(f"{done} / {total}")
        self.bar.put(done, total)
        shape = (tuple(sections), now, theme.font(14).family())
        if shape == self._shape:
            return
        self._shape = shape
        clear(self.steps)
        for at, one in enumerate(sections):
            step = Step(one, one.path == now, at == 0, at == len(sections) - 1)
            step.clicked.connect(lambda _=False, path=one.path: self.chosen.emit(path))
            self.steps.addWidget(step)


MOST_FACTS, MOST_MISSING = 6, 4


class Beside(QWidget):
    """At the right: what is known and not asked, what is missing, when the last answer was stored."""

    changed_known = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.px(236))
        self.known, self.needed = Panel(padding=14), Panel(padding=14)
        self.facts, self.missing = QGridLayout(), QGridLayout()
        for grid, first in ((self.facts, 72), (self.missing, 30)):
            grid.setHorizontalSpacing(theme.px(8))
            grid.setVerticalSpacing(theme.px(6))
            grid.setColumnMinimumWidth(0, theme.px(first))
            grid.setColumnStretch(1, 1)
        self.change = _KeyLine("F4")
        self.change.clicked.connect(self.changed_known)
        self.known.body.addLayout(self.facts)
        self.known.body.addWidget(self.change)
        self.saved = Words("", 13, "ok", wrap=True)
        tick = Icon("check", 16, "ok")
        self.tick = QWidget()
        line = row(tick, self.saved, gap=6)
        line.setStretch(1, 1)
        self.tick.setLayout(line)
        self.needed.body.addLayout(self.missing)
        self.needed.body.addWidget(hair())
        self.needed.body.addWidget(self.tick)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        whole.addWidget(self.known)
        whole.addWidget(self.needed)
        whole.addStretch(1)

    def put_known(self, known: Sequence[Question]) -> None:
        """Show what is known."""
        self.known.setVisible(bool(known))
        rest = len(known) - MOST_FACTS
        self.known.retitle(say("已经知道，不再问", "Known, not asked again"))
        self.change.put(say("变了，要改", "It changed") + (say(f"；还有 {rest} 项", f"; {rest} more") if rest > 0 else ""))
        clear(self.facts)
        for at, question in enumerate(known[:MOST_FACTS]):
            label = Elided(aside(question.label)[0], 13, "2")
            label.setFixedWidth(theme.px(84))
            self.facts.addWidget(label, at, 0)
            self.facts.addWidget(Elided(spoken(question), 13), at, 1)

    def put_missing(self, here: Sequence[tuple[str, str]], later: Sequence[Section], total: int) -> None:
        """Show what is missing in this section, and how much in the later ones."""
        self.needed.retitle(say("还差", "Still needed"), say(f"{total} 题", counted(total, "answer")) if total else say("都答了", "nothing"))
        clear(self.missing)
        lines = list(here[:MOST_MISSING])
        if len(here) > MOST_MISSING:
            lines.append(("…", say(f"这一节还有 {len(here) - MOST_MISSING} 题", f"{len(here) - MOST_MISSING} more in this section")))
        lines += [(one.letter, say(f"{bare(one)} {one.missing} 题", f"{bare(one)}, {one.missing}")) for one in later[:3]]
        for at, (number, words) in enumerate(lines):
            self.missing.addWidget(Words(number, 13, "2"), at, 0)
            self.missing.addWidget(Elided(words, 13), at, 1)

    def put_saved(self, when: str) -> None:
        """Say when the last answer was stored."""
        self.saved.setText(say(f"每一题都已存好 {when}", f"Every answer is saved {when}") if when
                           else say("每答一题就存一题", "Each answer is saved at once"))


class _KeyLine(PaintedButton):
    """A key cap and what it does, as a quiet line that can be pressed."""

    def __init__(self, key: str) -> None:
        super().__init__("")
        self.key = key
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, words: str) -> None:
        """Say what it does."""
        self.setText(words)
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line."""
        return QSize(theme.px(120), theme.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint cap and words."""
        painter, middle = QPainter(self), self.height() / 2
        wide = paint.key_cap(painter, 0, middle, self.key)
        ink = theme.color("accent" if self.underMouse() else "ink2")
        paint.text(painter, wide + theme.px(8), middle, self.text(), theme.font(13), ink, self.width() - wide - theme.px(8))

