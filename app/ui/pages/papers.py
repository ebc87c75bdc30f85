"""Papers: the photos, the signature and the files of one interview. Promises keys: arrows turn, S saves, Esc closes."""
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from app.models import attachments
from app.models.language import say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.questions.picture import thumb
from app.ui.widgets import Sheet

WIDE, HIGH = 660, 400
PICTURES = ("jpg", "jpeg", "png", "bmp", "webp")


class Papers(Sheet):
    """One attachment at a time. What has not come to this computer is asked for, and comes with the next exchange."""

    def __init__(self, over: QWidget, ledger: Ledger, names: tuple[str, ...]) -> None:
        super().__init__(over, say("照片和附件", "Photos and files"), " ", WIDE + 40)
        self.ledger, self.names, self.at = ledger, names, 0
        self.shown = QLabel()
        self.shown.setFixedSize(theme.px(WIDE), theme.px(HIGH))
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown.setWordWrap(True)
        self.body.addWidget(self.shown)
        self.last = self.add_button(say("上一个", "Previous"), "secondary", "Left")
        self.following = self.add_button(say("下一个", "Next"), "secondary", "Right")
        self.deed = self.add_button("", "secondary", "S")
        self.closing = self.add_button(say("关上", "Close"), "primary", "Esc")
        self.last.clicked.connect(self._back)
        self.following.clicked.connect(self._on)
        self.deed.clicked.connect(self.do)
        self.closing.clicked.connect(self.reject)
        for button in (self.last, self.following):
            button.setVisible(len(names) > 1)
        self.turn(0)
        self.closing.setFocus()

    def _back(self) -> None:
        self.turn(-1)

    def _on(self) -> None:
        self.turn(1)

    def turn(self, step: int) -> None:
        """Show the next or the previous one."""
        self.at = (self.at + step) % len(self.names)
        ref = attachments.ref_of(self.names[self.at])
        assert ref is not None
        data = attachments.read(self.ledger, str(ref))
        self.shown.setPixmap(QPixmap())
        if data is None:
            self.shown.setText(say("还没有传到这台电脑", "Not on this computer yet"))
            self.deed.reword(say("下次同步取来", "Bring it with the next sync"))
        else:
            picture = thumb(data, theme.px(WIDE), theme.px(HIGH)) if ref.ending in PICTURES else QPixmap()
            if picture.isNull():
                self.shown.setText(say(f"{ref.ending.upper()} 文件，存出来再打开", f"A {ref.ending.upper()} file: save it to open it"))
            else:
                self.shown.setPixmap(picture)
            self.deed.reword(say("另存为…", "Save as…"))
        size = f"{max(1, ref.size // 1024)} KB"
        self.words.setText(say(f"第 {self.at + 1} 个，共 {len(self.names)} 个 · {size}", f"{self.at + 1} of {len(self.names)} · {size}"))
        self.shown.setAccessibleName(self.words.text())

    def do(self) -> None:
        """Save it as a file of its own, or have the next exchange bring it."""
        ref = attachments.ref_of(self.names[self.at])
        assert ref is not None
        data = attachments.read(self.ledger, str(ref))
        if data is None:
            attachments.ask_for(self.ledger, str(ref))
            self.shown.setText(say("记下了，下次同步取来", "Noted: the next sync brings it"))
            return
        found, _ = QFileDialog.getSaveFileName(self, say("另存为", "Save as"), str(Path.home() / f"{ref.sha[:8]}.{ref.ending}"))
        if found:
            try:
                Path(found).write_bytes(data)
            except OSError:
                self.shown.setText(say("存不进去，请换一个位置。", "It cannot be saved there; choose another place."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn by the arrows."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turn(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_S:
            self.do()
        else:
            super().keyPressEvent(event)
