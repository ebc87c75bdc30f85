"""Unlock: the passphrase, or the code on the recovery card. Promises that a wrong one is refused and nothing changes."""
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal

from app.models.language import say
from app.sync.workspace import Workspace
from app.ui.gate import Gate
from app.ui.widgets import Field, KeyButton, LineInput, Words, row

WRONG = ("workspace.", "store.", "seal.")


class UnlockWindow(Gate):
    """Opens a workspace; `opened(Workspace)` in this thread."""

    opened = Signal(object)

    def __init__(self, folder: Path, problem: str = "") -> None:
        super().__init__(wide=520)
        self.folder, self.by_card = folder, False
        self.secret = LineInput("", "secret")
        self.field = Field("", self.secret)
        self.where = Words("", 12, "3", wrap=True)
        self.other_way = KeyButton("", "quiet", "F4", icon="card")
        self.other_way.setShortcut("F4")
        self.other_way.clicked.connect(self.swap)
        for part in (self.field, self.where):
            self.sheet.body.addWidget(part)
        self.sheet.body.addLayout(row(self.other_way, None))
        self.show_words()
        if problem:
            self.say_next(problem, "E")
        self.secret.setFocus()

    def retitle(self) -> None:
        """Set the texts of the sheet."""
        self.sheet.retitle(say("打开工作区", "Open the workspace"))
        self.where.setText(say(f"数据在：{self.folder}", f"Data folder: {self.folder}"))
        self.field.relabel(say("恢复卡上的代码", "Code on the recovery card") if self.by_card
                           else say("口令", "Passphrase"))
        self.other_way.reword(say("用口令打开", "Use the passphrase") if self.by_card
                              else say("忘了口令，用恢复卡", "Forgotten? Use the recovery card"))
        self.primary.reword(say("打开", "Open"))
        self.say_next(say("照着卡片输入代码，横线可以不打。", "Type the code from the card; dashes may be left out.") if self.by_card
                      else say("输入口令，按回车。", "Type the passphrase and press Enter."))

    def swap(self) -> None:
        """Change between passphrase and recovery card."""
        self.by_card = not self.by_card
        self.secret.clear()
        self.secret.setEchoMode(LineInput.EchoMode.Normal if self.by_card else LineInput.EchoMode.Password)
        self.retitle()
        self.secret.setFocus()

    def forward(self) -> None:
        """Try to open the workspace."""
        words, by_card, folder = self.secret.text(), self.by_card, self.folder
        if not words:
            self.retitle()
            self.secret.setFocus()
            return

        def unlock(_: Any) -> Workspace:
            workspace = Workspace.open(folder, recovery=words) if by_card else Workspace.open(folder, passphrase=words)
            workspace.close()
            return workspace

        self.wait(say("正在打开…", "Opening…"), unlock, self._opened, self._refused)

    def _opened(self, closed: Workspace) -> None:
        self.opened.emit(closed.again())

    def _refused(self, _: Exception) -> None:
        self.secret.selectAll()
        self.secret.set_state("E")
        self.secret.setFocus()
