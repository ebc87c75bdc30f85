"""The household as a tree: its line, then each member as a box on a line. Promises that every member is a button."""
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.models.language import counted, say
from app.ui import theme
from app.ui.pages.portrait import Home, Member
from app.ui.widgets import Elided, KeyCap, PaintedButton, Tag, Words, clear, column, paint, row

INDENT = 22


class MemberBox(PaintedButton):
    """One member: name, relation, sex and age; one line of state."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.name)
        self.member = member
        self.setCheckable(True)
        self.setAccessibleName(f"{member.name} {member.relation} {member.line} {member.state}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return 46 high with the focus room."""
        return QSize(theme.px(220), theme.px(46) + 2 * paint.RESERVE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box."""
        painter, face, now = QPainter(self), self.face(), self.isChecked()
        if now:
            paint.box(painter, face, 6, theme.color("tint"), theme.color("accent"), 2)
        else:
            paint.box(painter, face, 6, theme.color("hover" if self.underMouse() else "surface"), theme.color("line"))
        if self.hasFocus():
            paint.ring(painter, face)
        x, room = face.x() + theme.px(12), face.width() - theme.px(24)
        top, low = face.y() + theme.px(15), face.y() + theme.px(33)
        used = paint.text(painter, x, top, self.member.name, theme.font(15, now), theme.color("ink"), room * 0.5) + theme.px(14)
        words = "  ".join(part for part in (self.member.relation, self.member.line) if part)
        paint.text(painter, x + used, top, words, theme.font(13), theme.color("ink2"), room - used)
        ink = {"2": "ink2", "3": "ink3"}.get(self.member.level, self.member.level or "ink2")
        paint.text(painter, x, low, self.member.state, theme.font(12), theme.color(ink), room)


class _Boxes(QWidget):
    """The boxes and the line that joins them."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.px(INDENT), 0, 0, 0)
        self.column.setSpacing(0)

    def boxes(self) -> list[MemberBox]:
        """Return the boxes, from the top."""
        found = [self.column.itemAt(n).widget() for n in range(self.column.count())]
        return [box for box in found if isinstance(box, MemberBox)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line of the tree."""
        boxes = self.boxes()
        if not boxes:
            return
        painter = QPainter(self)
        painter.setPen(QPen(theme.color("line2"), 1))
        x = theme.px(8)
        painter.drawLine(x, 0, x, boxes[-1].geometry().center().y())
        for box in boxes:
            y = box.geometry().center().y()
            painter.drawLine(x, y, theme.px(INDENT) + paint.RESERVE, y)


class HouseholdTree(QWidget):
    """This household: how many, its code and door, its members. `chosen(person id)`."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.title, self.count, self.line = Words("", 15, bold=True), Words("", 13, "2"), Elided("", 13, "2")
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tags = QVBoxLayout()
        second = row(self.line)
        second.addLayout(self.tags)
        self.boxes = _Boxes()
        self.scroll = QScrollArea()
        self.scroll.setWidget(self.boxes)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.before, self.after = Words("", 12, "2"), Words("", 12, "2")
        keys = row(KeyCap("PgUp"), self.before, 8, KeyCap("PgDown"), self.after, None, gap=6)
        whole = column(row(self.title, None, self.count), second, self.scroll, keys, gap=6)
        whole.setContentsMargins(theme.px(16), theme.px(10), theme.px(12), theme.px(10))
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.home: Home | None = None

    def put(self, home: Home, person: str | None) -> None:
        """Show a household and mark the person that is open."""
        if home != self.home:
            self.home = home
            clear(self.boxes.column)
            for member in home.members:
                box = MemberBox(member)
                box.clicked.connect(lambda _=False, rec=member.id: self.chosen.emit(rec))
                self.boxes.column.addWidget(box)
            self.boxes.column.addStretch(1)
            clear(self.tags)
            for words, kind in home.tags:
                self.tags.addWidget(Tag(words, kind))
            self.boxes.update()
        for box in self.boxes.boxes():
            box.setChecked(box.member.id == person)
        self._soon_into_sight()
        self.retitle()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring into sight who was opened while another page was shown."""
        super().showEvent(event)
        self._soon_into_sight()

    def _soon_into_sight(self) -> None:
        QTimer.singleShot(0, self, self._into_sight)  # once the boxes have their places

    def _into_sight(self) -> None:
        """Bring the member that is open into sight."""
        for box in self.boxes.boxes():
            if box.isChecked() and box.isVisible():
                self.scroll.ensureWidgetVisible(box)

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.title.setText(say("这一户", "This household"))
        self.before.setText(say("上一户", "Previous"))
        self.after.setText(say("下一户", "Next"))
        self.scroll.setAccessibleName(self.title.text())
        if self.home is not None:
            number = len(self.home.members)
            self.count.setText(say(f"{number} 人", counted(number, "person", "people")))
            self.line.setText(" · ".join(part for part in (say(f"户 {self.home.code}", f"No. {self.home.code}") if self.home.code else "",
                                                           self.home.dwelling) if part))

