"""Panels of the office's sync page: the door, who waits, the chosen computer, the office above. Promises reasons in words."""
from PySide6.QtCore import Qt, Signal

from app.models.language import say
from app.models.ledger import Ledger
from app.sync.peers import REVOKED, Peer
from app.sync.presence import Visit
from app.ui import theme
from app.ui.courier import above_words
from app.ui.pages.sync_work import Computer, clock_words
from app.ui.standing import Standing
from app.ui.telling import near
from app.ui.widgets import FactRow, Icon, KeyButton, Panel, Progress, Words, clear, column, row


class DoorPanel(Panel):
    """Whether this office receives, and at which address, large enough to be read to somebody."""

    def __init__(self) -> None:
        super().__init__(padding=14)
        self.address, self.words = Words("", 18, bold=True, wrap=True), Words("", 13, "2", wrap=True)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self.address)
        self.body.addWidget(self.words)

    def put(self, url: str, known: bool = False) -> None:
        """Say it; no address means that nothing is received. known: somebody has come already, so the way is open."""
        self.retitle(say("正在接收", "Receiving") if url else say("没有在接收", "Not receiving"))
        self.title.set_ink("ok" if url else "warn")
        self.address.setText(url.removeprefix("https://"))
        self.address.setVisible(bool(url))
        self.words.setVisible(not url or not known)
        port = url.rpartition(":")[2]
        self.words.setText(say(f"连不上的时候：电脑问是否允许乐业联网，选“允许”；或请管电脑的人放行端口 {port}。",
                               f"If nobody can connect: answer Allow when asked about Leye and the network, or have port {port} opened.") if url
                           else say("开始接收以后，下面的电脑才连得上。关掉程序就停。",
                                    "Computers below reach this one only after you start. Closing the program stops it."))


class ConfirmCard(Panel):
    """Somebody wants to come in: who, and where to. `agreed` and `refused` carry the device."""

    agreed = Signal(str)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__(padding=14, edge="warn")
        self.device = ""
        self.words, self.more = Words("", 18, bold=True, wrap=True), Words("", 13, "2", wrap=True)
        self.no, self.yes = KeyButton("", "secondary", "Shift+F8", height=36), KeyButton("", "primary", "F8", height=36)
        self.no.clicked.connect(lambda: self.refused.emit(self.device))
        self.yes.clicked.connect(lambda: self.agreed.emit(self.device))
        line = row(Icon("laptop", 22, "warn"), gap=12)
        line.addLayout(column(self.words, self.more, gap=2), 1)
        self.body.addLayout(line)
        if theme.scale() < theme.LARGE:
            line.addWidget(self.no)
            line.addWidget(self.yes)
        else:
            self.body.addLayout(row(None, self.no, self.yes, gap=12))
        self.peer: Peer | None = None
        self.place = ""
        self.hide()

    def put(self, peer: Peer | None, place: str) -> None:
        """Show who waits, or nothing."""
        self.peer, self.place, self.device = peer, place, peer.device if peer else ""
        self.setVisible(peer is not None)
        self.relabel()

    def relabel(self) -> None:
        """Say everything in the language in use."""
        name = self.peer.name if self.peer else ""
        self.words.setText(say(f"“{name}”想加入 {self.place}", f'"{name}" wants to join {self.place}'))
        self.more.setText(say("是您请来的就同意。同意以前，一条数据也不给它。", "Agree if you invited it. It is given nothing before."))
        self.no.reword(say("不同意", "Refuse"))
        self.yes.reword(say("同意", "Agree"))


class ChosenPanel(Panel):
    """What there is to know about the chosen computer."""

    def __init__(self) -> None:
        super().__init__(padding=14)
        self.bar, self.facts = Progress(120), column(gap=4)
        self.body.addWidget(self.bar)
        self.body.addLayout(self.facts)
        self.body.addStretch(1)
        self._said: list[tuple[str, str, str]] = []

    def put(self, one: Computer, state: object, visit: Visit | None, ledger: Ledger) -> None:
        """Show it; what is the same stays as it is."""
        self.retitle(one.peer.name, one.person)
        self.bar.setVisible(visit is not None)
        if visit is not None:
            self.bar.put(visit.part, 1.0)
        said = self._facts(one, visit)
        if said == self._said:
            return
        self._said = said
        clear(self.facts)
        for label, words, ink in said:
            self.facts.addWidget(FactRow(label, words, 76, ink))

    @staticmethod
    def _facts(one: Computer, visit: Visit | None) -> list[tuple[str, str, str]]:
        peer = one.peer
        said = [(say("放在一边", "Kept apart"), say(f"{w.count} 处：{w.text()}",
                                                f"{w.count}: {w.text()}"), "" if one.looked else "err") for w in one.aside[:2]]
        if peer.state == REVOKED:
            who, by = one.shut_by or say("本单位", "this office"), say("停用", "Shut out")
            said.insert(0, (by, say(f"由{who}停用；听到的单位都不收它的", f"by {who}; no office that has heard takes its data"), "warn"))
        if visit is not None:
            said.append((say("正在", "Now"), say(f"{near(visit.since)} 来的，新收到 {visit.new} 处改动",
                                               f"here since {near(visit.since)}, {visit.new} new changes"), ""))
        if words := clock_words(peer.clock_off):
            said.append((say("时钟", "Clock"), say(f"{words}，请校准；先后由这里算，记录没有丢",
                                                 f"{words}; set it. Order is reckoned here, nothing is lost"), "warn"))
        if peer.only_there or peer.drafts:
            there = say(f"来的时候说：{peer.only_there or 0} 条只在那台，{peer.drafts or 0} 份没填完",
                        f"said when it came: {peer.only_there or 0} only there, {peer.drafts or 0} unfinished")
            said.append((say("还在那台", "Still there"), there, ""))
        said.append((say("签收到", "Signed for"), near(one.signed_at) if one.signed_at else say("还没有签收过", "nothing yet"), ""))
        if peer.expires_at:
            said.append((say("授权到", "Granted to"), peer.expires_at[:10], ""))
        return said


class ParentPanel(Panel):
    """How this office stands towards the one above."""

    def __init__(self) -> None:
        super().__init__(padding=12)
        self.icon, self.words, self.more = Icon("check", 18, "ok"), Words("", 14, bold=True, wrap=True), Words("", 13, "2", wrap=True)
        line = row(self.icon, gap=10)
        line.addLayout(column(self.words, self.more, gap=0), 1)
        self.body.addLayout(line)

    def put(self, ledger: Ledger, hub: Peer | None, now: Standing) -> None:
        """Say it."""
        above = above_words(ledger.me.role)
        self.setVisible(ledger.me.role != "province")
        if hub is None:
            self.icon.put("laptop", 18, "ink2")
            self.words.setText(say(f"没有和{above}配对", f"Not paired with {above}"))
            self.more.setText(say("数据在这台电脑上；备份要另外做。", "The data are on this computer; back it up."))
            return
        level = bool(hub.level)
        self.icon.put("check" if level else "clock", 18, "ok" if level else "warn")
        self.words.setText(say(f"和{above}{'一样' if level else '还没有对齐'}", f"{'Level' if level else 'Not level yet'} with {above}"))
        last = near(hub.last_at) if hub.last_at else say("还没有见过", "not met yet")
        self.more.setText(f"{hub.name} · {last}")


