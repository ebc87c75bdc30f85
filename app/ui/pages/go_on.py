"""Going on from the second copy: the stick and the recovery card make a new computer the one that was lost."""
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal

from app.models.language import counted, say
from app.models.problem import Problem
from app.sync import from_copy, seal
from app.sync.backup import restore
from app.sync.spelled import unspell
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.gate import Gate
from app.ui.pages.second import TWO_LINES, PlaceLine
from app.ui.widgets import Field, KeyButton, LineInput, Words, row


class GoOnWindow(Gate):
    """Where the copy lies, and the card; `opened(Workspace)`, `back` to the first start."""

    opened = Signal(object)
    back = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__(wide=620)
        self.folder = folder
        self.workspace: Workspace | None = None
        self.words, self.place = Words("", 14, "2", wrap=True), PlaceLine(folder)
        self.words.setFixedHeight(theme.px(TWO_LINES))
        self.secret = LineInput("", "text")
        self.field = Field("", self.secret, label_px=14)
        self.turn_back = KeyButton("", "quiet", "F4")
        self.turn_back.setShortcut("F4")
        self.turn_back.clicked.connect(self.back)
        for part in (self.words, self.place, self.field):
            self.sheet.body.addWidget(part)
        self.sheet.body.addLayout(row(self.place.choose, None, self.turn_back))
        self.show_words()
        self._begin()

    def retitle(self) -> None:
        """Set the texts of the sheet."""
        self.sheet.retitle(say("接着做：U 盘和恢复卡", "Going on: stick and recovery card"))
        self.words.setText(say("插上存着第二份的 U 盘，照恢复卡输入代码。做完并存过的都会回来，下次同步再和单位对齐。",
                               "Put in the stick with the second copy and type the code from the card. Whatever was finished and copied comes back; "
                               "the next sync levels with the office."))
        self.place.relabel(say("第二份在哪里", "Where the second copy is"), say("U 盘，或者一份备份文件", "The stick, or a backup file"))
        self.field.relabel(say("恢复卡上的代码", "Code on the recovery card"),
                           say("横线可以不打；记得口令也可以填口令", "Dashes may be left out; the passphrase serves too"))
        self.turn_back.reword(say("不是换电脑，第一次用", "Not a new computer: first start"))
        self.primary.reword(say("接着做", "Go on"))
        if self.workspace is None:
            self.say_next(say("选好 U 盘，输入代码，按回车。", "Choose the stick, type the code and press Enter."))

    def _begin(self) -> None:
        chips = self.place.chips
        if chips is not None:
            held = [path for path, _ in chips.options if _holds(Path(str(path)))]
            if held:
                self.place.line.setText(str(held[0]))
                chips.set_value(held[0])
        (self.secret if self.place.path() else self.place).setFocus()

    def forward(self) -> None:
        """Bring it back; where files were damaged, say so first and go on at the next Enter."""
        if self.workspace is not None:
            self.opened.emit(self.workspace.again())
            return
        no_place = say("选放第二份的 U 盘或文件夹。", "Choose the stick or folder of the second copy.")
        no_code = say("照恢复卡输入代码。", "Type the code from the recovery card.")
        for field, line, words in ((self.place.field, self.place.line, no_place), (self.field, self.secret, no_code)):
            field.find("E", "" if line.text().strip() else words)
            if not line.text().strip():
                line.setFocus()
                return
        folder, place, secret = self.folder, Path(self.place.path()), self.secret.text().strip()
        card = secret if unspell(secret, seal.RECOVERY) is not None else None

        def bring(_: Any) -> tuple[Workspace, tuple[Problem, ...]]:
            skipped: tuple[Problem, ...] = ()
            if place.is_file():
                restore(folder, place, None if card else secret, card)
            else:
                skipped = from_copy.restore_copy(folder, place, None if card else secret, card).skipped
            workspace = Workspace.open(folder, None if card else secret, card)
            workspace.close()
            return workspace, skipped
        self.wait(say("正在取回，请别拔 U 盘…", "Bringing everything back; leave the stick in…"), bring, self._brought, self._refused)

    def _brought(self, brought: tuple[Workspace, tuple[Problem, ...]]) -> None:
        self.workspace, skipped = brought
        if not skipped:
            self.forward()
            return
        self.say_next(say(f"取回来了，但有 {len(skipped)} 个文件坏了，里面的可能要重做。按回车继续。",
                          f"It is back, but {counted(len(skipped), 'file')} were damaged; what was in them may have to be done again. "
                          "Press Enter to go on."), "W")

    def _refused(self, problem: Exception) -> None:
        about_code = str(getattr(problem, "key", "")).startswith("workspace.")
        (self.field if about_code else self.place.field).find("E", str(problem))


def _holds(place: Path) -> bool:
    try:
        return bool(from_copy.copies_in(place))
    except Problem:
        return False
