"""OfficeView: the computers of an office, those that need somebody first. Promises names and reasons, and no flicker."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.language import counted, say
from app.models.ledger import Ledger
from app.sync import peers
from app.sync.peers import Peer
from app.sync.presence import Visit
from app.ui import theme
from app.ui.pages.sync_parts import InvitePanel, ResultPanel, StickPanel
from app.ui.pages.sync_side import ChosenPanel, ConfirmCard, DoorPanel, ParentPanel
from app.ui.pages.sync_work import Computer, area_words, clock_words, days_since
from app.ui.standing import Standing
from app.ui.telling import near
from app.ui.widgets import Cell, Column, EmptyState, Rows, SearchBox, Table, Words, column, hair, panel_of, row

HIGH, LONG_AWAY = 46, 3  # days
WORST, NAME, LAST, THERE = "worst", "name", "last", "there"
ORDERS = (WORST, NAME, LAST, THERE)


@dataclass(frozen=True)
class State:
    """How a computer stands: how badly it needs somebody (0 first), words, kind of sign, and a sentence what to do ("" nothing)."""

    rank: int
    words: str
    kind: str
    do: str = ""


def state_of(one: Computer, visit: Visit | None) -> State:
    """Return how a computer stands now."""
    peer, apart = one.peer, sum(w.count for w in one.aside)
    name = say(f"“{peer.name}”", f'"{peer.name}"')
    if peer.state == peers.PENDING:
        return State(0, say("等您确认", "waits for you"), "clock")
    if apart and not one.looked:
        return State(1, say(f"{apart} 处放在一边", f"{apart} kept apart"), "err",
                     say(f"{name}有 {apart} 处改动放在一边，看看放不放行。",
                         f"Changes of {name} are kept apart ({apart}); look whether to let them in."))
    if peer.state == peers.REVOKED:
        return State(9, say("已停用", "shut out"), "lock")
    if peer.expires_at and peer.expires_at < peers.moment():
        return State(2, say("授权过期", "expired"), "err", say(f"{name}太久没来，授权过期了，再邀请一次。",
                                                           f"{name} stayed away too long; invite it again."))
    if visit is not None:
        part = f" {visit.part:.0%}" if visit.part else ""
        return State(5, say(f"正在收{part}" if visit.step == "push" else f"正在同步{part}",
                            f"receiving{part}" if visit.step == "push" else f"syncing{part}"), "busy")
    if words := clock_words(peer.clock_off):
        return State(3, words, "warn", say(f"{name}的{words}，请校准，记录没有丢。", f"{name}: {words}. Set it; nothing is lost."))
    if not peer.last_at:
        return State(6, say("还没来过", "never here"), "plain")
    if (days := days_since(peer.last_at)) >= LONG_AWAY:
        whom = one.person or peer.name
        return State(4, say(f"{days} 天没来", f"{counted(days, 'day')} away"), "clock", say(f"{name} {days} 天没来，打个电话问问{whom}。",
                                                                              f"{name} has not come for {counted(days, 'day')}; call {whom}."))
    if peer.only_there:
        return State(5, say(f"还有 {peer.only_there} 条没来", f"{peer.only_there} still there"), "plain")
    if peer.level is False:
        return State(4, say("还没收完", "not level"), "warn")
    return State(7, say("都已收到", "all received"), "ok") if peer.level else State(6, say("可以来", "let in"), "accent")


class OfficeView(QWidget):
    """The computers, the door, invitations, who waits. `moved` when another computer is chosen; the rest are deeds."""

    moved = Signal()

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger
        self.url, self.starting, self.order = "", False, WORST
        self.found: list[Computer] = []
        self.shown: list[Computer] = []
        self.here: dict[str, Visit] = {}
        self.title, self.count = Words("", 15, bold=True), Words("", 13, "2")
        self.find = SearchBox("")
        self.find.setFixedWidth(theme.px(230))
        self.find.typed.connect(lambda _: self._arrange())
        self.find.down.connect(lambda: self.table.setFocus())
        self.rows = Rows(self._columns())
        self.table = Table(self.rows, "", HIGH, opens=False)
        self.table.moved.connect(lambda _: self._chose())
        self.table.let_head_sort(self._sort_by)
        self.none = EmptyState("laptop", "", "")
        panel, inside = panel_of(padding=0)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        head = row(self.title, self.count, None, self.find, gap=8)
        head.setContentsMargins(theme.px(16), theme.px(6), theme.px(12), theme.px(6))
        inside.addLayout(head)
        inside.addWidget(hair())
        inside.addWidget(self.table, 1)
        inside.addWidget(self.none, 1)
        self.card, self.door, self.invite, self.chosen_panel = ConfirmCard(), DoorPanel(), InvitePanel(), ChosenPanel()
        self.parent_panel, self.stick, self.results = ParentPanel(), StickPanel(brief=True, folder=True), ResultPanel(brief=True)
        side = QWidget()
        side.setFixedWidth(theme.px(348))
        side.setLayout(column(self.door, self.invite, self.chosen_panel, self.results, self.stick, self.parent_panel, gap=12))
        side.layout().setStretch(2, 1)
        side.layout().addStretch(0)  # where no computer is chosen, the panels keep their height
        left = column(self.card, panel, gap=12)
        left.setStretch(1, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addLayout(left, 1)
        whole.addWidget(side)

    def _columns(self) -> list[Column]:
        arrow = {NAME: 0, LAST: 2, THERE: 4, WORST: 5}[self.order]
        titles = [say("电脑", "Computer"), say("管哪里", "Area"), say("最后来", "Last here"), say("已收到", "Records"),
                  say("只在那台", "Only there"), say("状态", "State")]
        titles[arrow] += " ▾"
        return [Column(titles[0], 168), Column(titles[1], 0), Column(titles[2], 128), Column(titles[3], 78, True), Column(titles[4], 92, True),
                Column(titles[5], 146)]

    def _sort_by(self, at: int) -> None:
        self.sort({0: NAME, 2: LAST, 4: THERE}.get(at, WORST))

    def sort(self, order: str = "") -> None:
        """Put the list in an order; without one in the next."""
        self.order = order or ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self._arrange()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.title.setText(say("下面的电脑", "Computers below"))
        self.table.setAccessibleName(self.title.text())
        self.find.setAccessibleName(say("找电脑", "Find a computer"))
        self.find.setPlaceholderText(say("名字、人、地方", "Name, person, place"))
        self.none.what.setText(say("还没有电脑配对", "No computer is paired yet"))
        self.none.do.setText(say("先开始接收，再邀请新电脑。", "Start receiving, then invite a computer."))
        for part in (self.stick, self.results, self.card):
            part.relabel()
        if self.invite.code:
            self.invite.relabel()
        self._arrange()

    def put_invitation(self, code: str, whom: str = "", days: int = 0) -> None:
        """Show a new invitation in the place of the address; days: for a stick."""
        self.invite.put(self.url, code, whom, days)
        self._fit_side()

    def put_door(self, url: str) -> None:
        """Say whether the hub is running, and where."""
        self.url, self.starting = url, False
        if not url:
            self.invite.withdraw()
        self._fit_side()

    def _fit_side(self) -> None:
        """The invitation takes the place of what is less pressing."""
        inviting = bool(self.invite.code)
        self.door.put(self.url, any(one.peer.via == peers.NETWORK for one in self.found))
        self.door.setVisible(not inviting)
        self.chosen_panel.setVisible(self.chosen() is not None and not inviting)
        self.stick.setVisible(not inviting)

    def put(self, found: list[Computer], hub: Peer | None, now: Standing, here: dict[str, Visit] | None = None) -> None:
        """Show the laptops, the office above, how this office stands, and who is here now."""
        self.parent_panel.put(self.ledger, hub, now)
        self.here = here or {}
        self.found = found
        self._arrange()

    def put_here(self, here: dict[str, Visit]) -> None:
        """Show who is here now."""
        self.here = here
        self._arrange()

    def state(self, one: Computer) -> State:
        """Return how a computer stands now."""
        return state_of(one, self.here.get(one.peer.device))

    def _arrange(self) -> None:
        """Show the list as it is sought and sorted; the same computer stays chosen, and rows that stay stay."""
        kept = self.chosen()
        sought = self.find.words().casefold().split()
        some = [one for one in self.found if all(word in self._text(one) for word in sought)]
        self.shown = sorted(some, key=self._key)
        self.rows.columns = self._columns()
        if self.rows.renew([self._row(one) for one in self.shown]):
            self.table.fit(self.rows.columns)
        devices = [one.peer.device for one in self.shown]
        at = devices.index(kept.peer.device) if kept and kept.peer.device in devices else 0
        if devices and self.table.currentIndex().row() != at:
            self.table.choose(at)
        self.table.setVisible(bool(self.found))
        self.find.setVisible(bool(self.found))
        self.none.setVisible(not self.found)
        few = len(self.shown) < len(self.found)
        self.count.setText(say(f"{len(self.shown)} / {len(self.found)} 台" if few else f"{len(self.found)} 台",
                               f"{len(self.shown)} of {len(self.found)}" if few else f"{len(self.found)}"))
        waiting = self.waits()
        self.card.put(waiting.peer if waiting else None, area_words(self.ledger, waiting.peer.prefix) if waiting else "")
        self._chose()

    def _text(self, one: Computer) -> str:
        return f"{one.peer.name} {one.person} {area_words(self.ledger, one.peer.prefix)} {self.state(one).words}".casefold()

    def _key(self, one: Computer) -> tuple[Any, ...]:
        peer = one.peer
        return {NAME: (peer.name,), LAST: (peer.last_at, peer.name), THERE: (-(peer.only_there or 0), peer.name),
                WORST: (self.state(one).rank, peer.name)}[self.order]

    def _row(self, one: Computer) -> Sequence[Cell]:
        peer, state = one.peer, self.state(one)
        via = {peers.STICK: say("U 盘", "stick"), peers.NETWORK: say("网络", "network")}.get(peer.via, "")
        there = str(peer.only_there) if peer.only_there is not None else say("不知道", "unknown")
        return [Cell(peer.name, one.person, bold=True), Cell(area_words(self.ledger, peer.prefix)),
                Cell(near(peer.last_at) if peer.last_at else say("从未", "never"), via), Cell(str(one.records), right=True),
                Cell(there, right=True, bold=bool(peer.only_there), ink="ink" if peer.only_there is not None else "ink3"),
                Cell(state.words, tag=state.kind)]

    def _chose(self) -> None:
        one = self.chosen()
        if one is not None:
            self.chosen_panel.put(one, self.state(one), self.here.get(one.peer.device), self.ledger)
        self._fit_side()
        self.moved.emit()

    def chosen(self) -> Computer | None:
        """Return the computer that is chosen."""
        at = self.table.currentIndex().row()
        return self.shown[at] if 0 <= at < len(self.shown) else None

    def waits(self) -> Computer | None:
        """Return the computer that waits to be confirmed: the chosen one, else the first."""
        waiting = [one for one in self.found if one.peer.state == peers.PENDING]
        return next((one for one in waiting if one is self.chosen()), waiting[0] if waiting else None)

    def usable(self, on: bool) -> None:
        """Let the stick be used, or not while something is under way."""
        self.stick.usable(on)

    def focus(self) -> None:
        """Take the cursor."""
        (self.table if self.found else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def facts_line(self) -> str:
        """Return the line under the title."""
        today = sum(1 for one in self.found if one.peer.last_at and not days_since(one.peer.last_at))
        mind = sum(1 for one in self.found if self.state(one).do or one.peer.state == peers.PENDING)
        parts = [say(f"{len(self.found)} 台电脑", f"{len(self.found)} computer{'s' if len(self.found) != 1 else ''}")]
        parts += [say(f"今天来了 {today} 台", f"{today} came today")] if self.found else []
        parts += [say(f"{mind} 台要留意", f"{mind} need somebody")] if mind else []
        return " · ".join(parts)
