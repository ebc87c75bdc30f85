"""PairPanel: coming to an office by its invitation: typed, pasted, opened or dropped. Promises that nothing is sent before Pair."""
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog

from app.models.language import say
from app.models.problem import Problem
from app.sync.nearby import Seen
from app.ui.widgets import Field, KeyButton, LineInput, Panel, Words, clear, column, row

MOST_OFFERED = 3
LONGEST = 4000  # characters of a pasted text that may be an invitation


class PairPanel(Panel):
    """Address and code of the office. `asked(urls, code)`."""

    asked = Signal(list, str)

    def __init__(self) -> None:
        super().__init__(padding=16)
        self.above, self.others = "", ()
        self.offered: list[Seen] = []
        self.url, self.code = LineInput("", "text"), LineInput("", "text")
        self.words, self.told = Words("", 14, "2", wrap=True), Words("", 14, "ok", wrap=True)
        self.url_field, self.code_field = Field("", self.url), Field("", self.code)
        self.near_word, self.near = Words("", 13, "2"), column(gap=4)
        self.file, self.go = KeyButton("", "quiet", height=32), KeyButton("", "secondary", "Return", height=36)
        for part in (self.words, self.told, self.url_field, self.near_word):
            self.body.addWidget(part)
        self.body.addLayout(self.near)
        self.body.addWidget(self.code_field)
        self.body.addLayout(row(self.go, self.file, None, gap=4))
        self.body.addStretch(1)
        self.told.hide()
        self.url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self.file.clicked.connect(self._file)
        for line in (self.url, self.code):
            line.installEventFilter(self)
        self.setAcceptDrops(True)

    def relabel(self) -> None:
        """Say everything in the language in use."""
        self.retitle(say(f"和{self.above}配对", f"Pair with {self.above}"))
        self.words.setText(say(f"只做一次。请{self.above}的人点“邀请新电脑”，把邀请文件、或者地址和码给您。",
                               "Once only. Ask the office to press Invite a computer and to give you the file, or address and code."))
        self.url_field.relabel(say(f"{self.above}电脑的地址", "Address of the office's computer"), say("比如 https://10.8.0.12:8443；或者 U 盘",
                                                                                                 "Such as https://10.8.0.12:8443; or the stick"))
        self.code_field.relabel(say("邀请码", "Invitation code"), say("整段粘贴也行。一次有效，30 分钟内",
                                                                   "The whole text may be pasted. Good once, for 30 minutes"))
        self.go.reword(say("配对", "Pair"))
        self.file.reword(say("打开邀请文件…", "Open an invitation file…"))
        self.near_word.setText(say("网络上看到的，选一个就填好：", "Seen on the network; choose one to fill it in:"))
        self.offer(self.offered)

    def offer(self, seen: Sequence[Seen]) -> None:
        """Offer offices seen on the network as addresses; choosing fills in, and no more."""
        self.offered = list(seen)[:MOST_OFFERED]
        clear(self.near)
        for one in self.offered:
            button = KeyButton(f"{one.name} · {one.url.removeprefix('https://')}", "quiet", icon="laptop", height=28)
            button.clicked.connect(lambda _=False, url=one.url: self._fill(url))
            self.near.addLayout(row(button, None))
        self.near_word.setVisible(bool(self.offered))

    def _fill(self, url: str) -> None:
        self.url.setText(url)
        self.code.setFocus()

    def _ask(self) -> None:
        for field, line, words in ((self.url_field, self.url, say(f"填{self.above}电脑的地址。", "Type the address of the office's computer.")),
                                   (self.code_field, self.code, say("填邀请码，中间的横线可以不打。", "Type the code; the dashes may be left out."))):
            field.find("E", "" if line.text().strip() else words)
            if not line.text().strip():
                line.setFocus()
                return
        self.asked.emit([self.url.text().strip(), *self.others], self.code.text().strip())

    # -- an invitation as a whole

    def take(self, text: str) -> bool:
        """Fill in from a text that holds an invitation; tell whether it does."""
        from app.sync.pairing import invitation_in

        found = invitation_in(text) if len(text) <= LONGEST else None
        if found is None:
            return False
        self._put(found.url, found.code, found.others, found.place, found.name)
        return True

    def open(self, path: Path) -> None:
        """Fill in from an invitation file, or say why not."""
        from app.sync.pairing import read_invitation

        try:
            found = read_invitation(path)
        except Problem as problem:
            self.code_field.find("E", str(problem))
        except OSError:
            self.code_field.find("E", say(f"读不到 {path.name}。看看 U 盘插好没有。", f"{path.name} cannot be read. See whether the stick is in."))
        else:
            self._put(found.url, found.code, found.others, found.place, found.name)

    def _put(self, url: str, code: str, others: tuple[str, ...], place: str, name: str) -> None:
        if url:
            self.url.setText(url)
        self.code.setText(code)
        self.others = others
        self.code_field.find("E", "")
        whom = say(f"，给{name}", f", for {name}") if name else ""
        self.told.setText(say(f"邀请读到了：{place}{whom}。按“配对”。", f"Invitation read: {place}{whom}. Press Pair."))
        self.told.setVisible(bool(place))
        (self.go if self.url.text().strip() else self.url).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A whole invitation that is pasted into either field fills both."""
        if event.type() == QEvent.Type.KeyPress and event.matches(QKeySequence.StandardKey.Paste) \
                and self.take(QGuiApplication.clipboard().text()):
            return True
        return super().eventFilter(watched, event)

    def _file(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, say("邀请文件", "Invitation file"), str(Path.home()),
                                               say("乐业邀请", "Leye invitation") + " (*.leye-invite);;*")
        if found:
            self.open(Path(found))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file or a text may be an invitation."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Fill in from what was dropped."""
        self.drop(event.mimeData())
        event.acceptProposedAction()

    def drop(self, data: QMimeData) -> None:
        """Fill in from a dropped file or text."""
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open(Path(files[0]))
        elif not self.take(data.text()):
            self.code_field.find("E", say("这段文字里没有邀请码。", "There is no invitation in this text."))
