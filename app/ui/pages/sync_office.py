"""OfficeView: the laptops of an office. Promises that nothing flows before a name was confirmed here."""
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models import places
from app.models.language import say
from app.models.ledger import Ledger
from app.sync import peers
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.sync_parts import InvitePanel, OnlyHerePanel, ResultPanel, StickPanel
from app.ui.pages.sync_work import Computer
from app.ui.questions.longlist import LongChoice
from app.ui.telling import near
from app.ui.widgets import (
    Cell,
    Column,
    EmptyState,
    Field,
    LineInput,
    Panel,
    Rows,
    Sheet,
    Table,
    Words,
    column,
    hair,
    panel_of,
    row,
)

HIGH = 52
CLOCK_OFF = 5  # minutes


class OfficeView(QWidget):
    """The hub of this office: its laptops, invitations, who waits. Signals carry a device id or nothing."""

    started = Signal()
    stopped = Signal()
    invited = Signal()
    confirmed = Signal(str)
    revoked = Signal(str)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger
        self.url, self.starting = "", False
        self.found: list[Computer] = []
        self.title, self.count = Words("", 15, bold=True), Words("", 13, "2")
        self.rows = Rows(self._columns())
        self.table = Table(self.rows, "", HIGH)
        self.table.moved.connect(lambda _: self.moved())
        self.table.opened.connect(self._opened)
        self.none = EmptyState("laptop", "", "")
        panel, inside = panel_of(padding=0)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        head = row(self.title, self.count, None, gap=8)
        head.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(10))
        inside.addLayout(head)
        inside.addWidget(hair())
        inside.addWidget(self.table, 1)
        inside.addWidget(self.none, 1)
        self.door, self.door_words = Panel(padding=14), Words("", 14, wrap=True)
        self.door.body.addWidget(self.door_words)
        self.invite, self.only, self.stick, self.results = InvitePanel(), OnlyHerePanel(), StickPanel(), ResultPanel()
        self.only.setFixedWidth(theme.px(260))
        for part in (self.only, self.results):
            part.setFixedHeight(theme.px(148))
        self.side = QWidget()
        self.side.setFixedWidth(theme.px(348))
        self.side.setLayout(column(self.door, self.invite, self.stick, None, gap=12))
        left = column(panel, gap=12)
        low = row(self.results, self.only, gap=12)
        low.setStretch(0, 1)
        left.addLayout(low)
        left.setStretch(0, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addLayout(left, 1)
        whole.addWidget(self.side)

    moved_changed = Signal()

    def moved(self) -> None:
        """Another computer is chosen; the deeds change."""
        self.moved_changed.emit()

    @staticmethod
    def _columns() -> list[Column]:
        return [Column(say("电脑", "Computer"), 170), Column(say("管哪里", "Area"), 0), Column(say("最后来", "Last here"), 110),
                Column(say("收到的记录", "Records"), 96, True), Column(say("状态", "State"), 140)]

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.title.setText(say("下面的电脑", "Computers below"))
        self.rows.columns = self._columns()
        self.table.setAccessibleName(self.title.text())
        self.none.what.setText(say("还没有电脑配对", "No computer is paired yet"))
        self.none.do.setText(say("先开始接收，再邀请新电脑。", "Start receiving, then invite a computer."))
        for part in (self.stick, self.results):
            part.relabel()
        if self.invite.code:
            self.invite.relabel()
        self._door()
        self.put(self.found)

    def _door(self) -> None:
        self.door.setVisible(not self.invite.code)
        self.door.retitle(say("接收", "Receiving"))
        self.door_words.setText(say(f"正在接收：{self.url}", f"Receiving at {self.url}") if self.url
                                else say("没有在接收。开始以后，下面的电脑才连得上。",
                                         "Not receiving. Computers below reach this one only after you start."))
        self.door_words.set_ink("ok" if self.url else "warn")

    def put_invitation(self, code: str) -> None:
        """Show a new invitation in the place of the address."""
        self.invite.put(self.url, code)
        self._door()

    def put_door(self, url: str) -> None:
        """Say whether the hub is running, and where."""
        self.url, self.starting = url, False
        if not url:
            self.invite.withdraw()
        self._door()

    def put(self, found: list[Computer]) -> None:
        """Show the laptops."""
        at = max(0, self.table.currentIndex().row())
        self.found = found
        self.rows.put([self._row(one) for one in found])
        self.table.fit(self.rows.columns)
        self.table.setVisible(bool(found))
        self.none.setVisible(not found)
        self.count.setText(say(f"{len(found)} 台", f"{len(found)}"))
        if found:
            self.table.choose(min(at, len(found) - 1))

    def _row(self, one: Computer) -> list[Cell]:
        peer = one.peer
        minutes = abs(peer.clock_off) // 60
        clock = say(f"时钟差 {minutes} 分钟", f"clock off by {minutes} min") if minutes >= CLOCK_OFF else ""
        name = Cell(peer.name, clock, bold=True)
        state = {peers.PENDING: (say("等您确认", "waits for you"), "clock"), peers.REVOKED: (say("已停用", "shut out"), "lock")}.get(
            peer.state, (say("都已收到", "all received"), "ok") if peer.level else (say("可以来", "let in"), "accent"))
        return [name, Cell(places.path(peer.area, self.ledger)), Cell(near(peer.last_at) if peer.last_at else say("从未", "never"), ink="ink2"),
                Cell(str(one.records), right=True), Cell(state[0], tag=state[1])]

    def chosen(self) -> Computer | None:
        """Return the computer that is chosen."""
        at = self.table.currentIndex().row()
        return self.found[at] if 0 <= at < len(self.found) else None

    def waits(self) -> Computer | None:
        """Return the computer that waits to be confirmed: the chosen one, else the first."""
        waiting = [one for one in self.found if one.peer.state == peers.PENDING]
        return next((one for one in waiting if one is self.chosen()), waiting[0] if waiting else None)

    def _opened(self, at: int) -> None:
        if self.found[at].peer.state == peers.PENDING:
            self.confirmed.emit(self.found[at].peer.device)

    def usable(self, on: bool) -> None:
        """Let the stick be used, or not while something is under way."""
        self.stick.usable(on)

    def focus(self) -> None:
        """Take the cursor."""
        (self.table if self.found else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def facts_line(self) -> str:
        """Return the line under the title."""
        waiting = sum(1 for one in self.found if one.peer.state == peers.PENDING)
        words = say(f"{len(self.found)} 台电脑", f"{len(self.found)} computer{'s' if len(self.found) != 1 else ''}")
        return f"{words} · " + say(f"{waiting} 台等您确认", f"{waiting} wait for you") if waiting else words

    def next(self) -> Next:
        """Return what comes next."""
        if (one := self.waits()) is not None:
            where = places.path(one.peer.area, self.ledger)
            return Next(say(f"“{one.peer.name}”（{where}）想进来。是您请的就确认。",
                            f"\"{one.peer.name}\" ({where}) wants in. Confirm it if you invited it."), level="W")
        if not self.url:
            return Next(say("先开始接收，下面的电脑就能同步。", "Start receiving, so that the computers below can sync."))
        return Next(say("正在接收。要加电脑就邀请；关掉程序就停。", "Receiving. Invite a computer to add one; closing the program stops it."))

    def actions(self) -> list[Action]:
        """Return the deeds of the office as it stands now."""
        found = []
        chosen = self.chosen()
        if chosen is not None and chosen.peer.state == peers.GRANTED:
            found.append(Action(say("停用这一台…", "Shut this one out…"), lambda: self.revoked.emit(chosen.peer.device), "", "danger"))
        if self.url:
            found.append(Action(say("停止接收", "Stop receiving"), self.stopped.emit))
        if (one := self.waits()) is not None:
            found.append(Action(say("邀请新电脑", "Invite a computer"), self.invited.emit, "F7", why_not=self._why_not()))
            found.append(Action(say(f"让“{one.peer.name}”进来", f"Let \"{one.peer.name}\" in"),
                                lambda: self.confirmed.emit(one.peer.device), "F8", "primary"))
        elif self.url:
            found.append(Action(say("邀请新电脑", "Invite a computer"), self.invited.emit, "F7", "primary", "plus"))
        else:
            found.append(Action(say("开始接收", "Start receiving"), self.started.emit, "F9", "primary", "sync",
                                why_not=say("正在开始…", "Starting…") if self.starting else ""))
        return found

    def _why_not(self) -> str:
        return "" if self.url else say("先开始接收", "Start receiving first")


class InviteSheet(Sheet):
    """For which place, and for whom: asked before a code is made."""

    def __init__(self, over: QWidget, ledger: Ledger) -> None:
        super().__init__(over, say("邀请一台新电脑", "Invite a computer"),
                         say("它只收得到您选的地方的数据。码一次有效，30 分钟。",
                             "It receives only the place you choose. The code is good once, for 30 minutes."))
        own = ledger.me.area
        options = [(own, places.path(own, ledger))]
        options += [(one.code12, one.name) for one in places.children(own, ledger)]
        self.area, self.name = LongChoice(), LineInput()
        self.area.offer(options)
        self.area.set_value([own])
        self.body.addWidget(Field(say("管哪里", "Area"), self.area))
        self.body.addWidget(Field(say("给谁用（可以不填）", "For whom (optional)"), self.name))
        self.add_button(say("不邀请了", "Leave it"), "secondary", "Esc").clicked.connect(self.reject)
        agree = self.add_button(say("给出邀请码", "Make the code"), "primary", "Return")
        agree.clicked.connect(self.accept)
        agree.setFocus()

    def keyPressEvent(self, event) -> None:
        """The open list takes its keys first."""
        if self.area.line.hasFocus() and self.area.key(event):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.name.composing():
            self.accept()
            return
        super().keyPressEvent(event)

    def chosen(self) -> str:
        """Return the area chosen."""
        return str((self.area.value() or [""])[0])
