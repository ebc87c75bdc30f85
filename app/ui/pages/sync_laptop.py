"""LaptopView: this computer and the office it belongs to. Promises that pairing needs an address and a code, no more."""
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.models.language import say
from app.models.problem import Problem
from app.sync.peers import Peer
from app.ui import theme
from app.ui.page import Action, Next
from app.ui.pages.sync_parts import OnlyHerePanel, ResultPanel, StickPanel
from app.ui.telling import near
from app.ui.widgets import FactRow, Field, KeyButton, LineInput, Panel, Words, clear, column, row


class PairPanel(Panel):
    """Address and code of the office. `asked(url, code)`."""

    asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(padding=16)
        self.url, self.code = LineInput("", "text"), LineInput("", "text")
        self.words = Words("", 14, "2", wrap=True)
        self.url_field, self.code_field = Field("", self.url), Field("", self.code)
        self.file, self.go = KeyButton("", "quiet", height=32), KeyButton("", "secondary", "Return", height=36)
        for part in (self.words, self.url_field, self.code_field):
            self.body.addWidget(part)
        self.body.addLayout(row(self.go, self.file, None, gap=4))
        self.body.addStretch(1)
        self.url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self.file.clicked.connect(self._file)

    def relabel(self) -> None:
        """Say everything in the language in use."""
        self.retitle(say("和镇里配对", "Pair with the office"))
        self.words.setText(say("只做一次。请镇里的人点“邀请新电脑”，把地址和码告诉您。",
                               "Once only. Ask the office to press Invite a computer and to tell you address and code."))
        self.url_field.relabel(say("镇里电脑的地址", "Address of the office's computer"), say("比如 https://10.8.0.12:8443", "Such as https://10.8.0.12:8443"))
        self.code_field.relabel(say("邀请码", "Invitation code"), say("一次有效，30 分钟内", "Good once, for 30 minutes"))
        self.go.reword(say("配对", "Pair"))
        self.file.reword(say("从邀请文件读…", "Read an invitation file…"))

    def _ask(self) -> None:
        for field, line, words in ((self.url_field, self.url, say("填镇里电脑的地址。", "Type the address of the office's computer.")),
                                   (self.code_field, self.code, say("填邀请码，中间的横线可以不打。", "Type the code; the dashes may be left out."))):
            field.find("E", "" if line.text().strip() else words)
            if not line.text().strip():
                line.setFocus()
                return
        self.asked.emit(self.url.text().strip(), self.code.text().strip())

    def _file(self) -> None:
        from app.sync.pairing import read_invitation

        found, _ = QFileDialog.getOpenFileName(self, say("邀请文件", "Invitation file"), str(Path.home()))
        if found:
            try:
                url, code = read_invitation(Path(found))
            except (Problem, OSError) as problem:
                self.code_field.find("E", str(problem))
                return
            self.url.setText(url)
            self.code.setText(code)
            self.code.setFocus()


class LaptopView(QWidget):
    """Pair first; then sync at a key. `paired(url, code)`, `synced`, `wrote(path)`, `read(path)`, `stopped`."""

    paired = Signal(str, str)
    synced = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hub: Peer | None = None
        self.waiting = self.busy = False
        self.pair, self.office = PairPanel(), Panel(padding=16)
        self.facts = column(gap=6)
        self.office.body.addLayout(self.facts)
        self.office.body.addStretch(1)
        self.only, self.stick, self.results = OnlyHerePanel(), StickPanel(), ResultPanel()
        left = column(self.pair, self.office, self.results, gap=12)
        left.setStretch(2, 1)
        right = column(self.only, self.stick, None, gap=12)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addLayout(left, 6)
        whole.addLayout(right, 4)
        self.pair.asked.connect(self.paired)

    def retitle(self) -> None:
        """Say everything in the language in use."""
        for part in (self.pair, self.stick, self.results):
            part.relabel()
        self._facts()

    def put(self, hub: Peer | None, only_here: int, synced: str) -> None:
        """Show how this computer stands."""
        self.hub = hub
        self.only.put(only_here, synced)
        self._facts()
        self.usable(not self.busy)

    def _facts(self) -> None:
        hub = self.hub
        self.pair.setVisible(hub is None)
        self.office.setVisible(hub is not None)
        if hub is None:
            return
        self.office.retitle(say("已和镇里配对", "Paired with the office"))
        clear(self.facts)
        last = near(hub.last_at) if hub.last_at else say("还没有", "not yet")
        words = {True: say("两边一样", "level"), False: say("还不一样，再同步一次", "not level; sync once more")}
        level = words.get(hub.level, say("还不知道", "not known yet"))
        for label, words in ((say("镇里的电脑", "Office computer"), hub.name), (say("地址", "Address"), hub.url),
                             (say("上次同步", "Last sync"), last), (say("两边的数据", "Both sides"), level)):
            self.facts.addWidget(FactRow(label, words))

    def usable(self, on: bool) -> None:
        """Let things be pressed, or not while something is under way."""
        self.busy = not on
        self.stick.usable(on and self.hub is not None)
        self.pair.go.setEnabled(on and not self.waiting)

    def focus(self) -> None:
        """Take the cursor."""
        if self.hub is None:
            self.pair.url.setFocus(Qt.FocusReason.OtherFocusReason)

    def facts_line(self) -> str:
        """Return the line under the title."""
        if self.hub is None:
            return say("还没有和镇里配对", "Not paired with the office yet")
        return say(f"和{self.hub.name}配对", f"Paired with {self.hub.name}")

    def next(self) -> Next:
        """Return what comes next."""
        if self.waiting:
            return Next(say("等镇里的人按名字确认这台电脑…", "Waiting for the office to confirm this computer by name…"))
        if self.hub is None:
            return Next(say("填镇里的地址和邀请码，再按“配对”。", "Type address and code of the office, then press Pair."))
        if self.busy:
            return Next(say("正在同步，可以接着做别的。", "Syncing; you can go on with other work."))
        return Next(say("连得上镇里就同步；连不上就存到 U 盘。", "Sync when the office can be reached; save to a stick when it cannot."))

    def actions(self) -> list[Action]:
        """Return sync now, or nothing while there is no office yet."""
        if self.hub is None:
            return []
        return [Action(say("现在同步", "Sync now"), self.synced.emit, "F9", "primary", "sync",
                       why_not=say("正在同步", "Syncing") if self.busy else "")]
