"""Where the second copy goes: chosen once, by a digit. Promises to find the sticks and disks that are in, and plain words."""
from pathlib import Path

from PySide6.QtCore import QStorageInfo, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.models.language import counted, say
from app.models.problem import Problem
from app.sync import second_copy
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.page import Desk
from app.ui.telling import near
from app.ui.widgets import DigitChips, Field, KeyButton, LineInput, Panel, Words, clear, column, row

MOST = 5  # sticks and disks that are offered
GIB = 1024**3
TWO_LINES = 38  # a sheet of the gate is as high as it says, and would take a second line from what stands below
REAL = (b"vfat", b"exfat", b"ntfs", b"ntfs3", b"fuseblk", b"ext4", b"ext3", b"btrfs", b"xfs", b"NTFS", b"FAT32", b"FAT", b"exFAT", b"apfs", b"hfs")


def volumes(workspace: Path) -> list[tuple[str, str]]:
    """Return (path, words) of the sticks and disks that are in, but for the one the data are on."""
    own = QStorageInfo(str(workspace)).device()
    out = []
    for one in QStorageInfo.mountedVolumes():
        usable = one.isValid() and one.isReady() and not one.isReadOnly() and bytes(one.fileSystemType()) in REAL
        if usable and not one.isRoot() and one.device() != own and not one.rootPath().startswith(("/boot", "/etc", "/usr")):
            free = f"{one.bytesAvailable() / GIB:.0f} GB"
            out.append((one.rootPath(), say(f"{one.displayName()}（空余 {free}）", f"{one.displayName()} ({free} free)")))
    return out[:MOST]


class PlaceLine(QWidget):
    """Chips of what is in and a line with the path; `choose`, to be placed by who uses it, looks for a folder."""

    moved = Signal()

    def __init__(self, workspace: Path) -> None:
        super().__init__()
        self.workspace = workspace
        self.line = LineInput("", "text")
        self.line.setMinimumHeight(theme.px(46))  # the sheet around it must not squeeze it
        self.field = Field("", self.line, label_px=14)
        self.choose = KeyButton("", "quiet", height=28, icon="folder")
        self.choose.clicked.connect(self._choose)
        self.chips: DigitChips | None = None
        self.found = column(gap=0)
        whole = column(gap=4)
        whole.addLayout(self.found)
        whole.addWidget(self.field)
        self.setLayout(whole)
        self.line.textChanged.connect(lambda _: self.moved.emit())
        self.setFocusProxy(self.line)

    def relabel(self, label: str, hint: str = "") -> None:
        """Say everything in the language in use, and look again at what is in."""
        self.field.relabel(label, hint)
        self.line.setPlaceholderText(say("U 盘、另一块硬盘或别处的文件夹", "A stick, another disk or a folder elsewhere"))
        self.choose.reword(say("选文件夹…", "Choose a folder…"))
        clear(self.found)
        self.chips = None
        if there := volumes(self.workspace):
            self.chips = DigitChips(there, name=label)
            self.chips.set_value(self.path())
            self.chips.chosen.connect(lambda path: self.line.setText(str(path)))
            self.found.addWidget(self.chips)

    def path(self) -> str:
        """Return the path typed or chosen."""
        return self.line.text().strip()

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.field.label.text(), self.path() or str(Path.home()))
        if found:
            self.line.setText(found)


class SecondPanel(Panel):
    """The second copy in the settings: where, since when, how much; choose another place, or none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.state, self.words = Words("", 14, wrap=True), Words("", 13, "2", wrap=True)
        self.place = PlaceLine(desk.workspace.folder)
        self.keep, self.off = KeyButton("", icon="usb", height=28), KeyButton("", "quiet", height=28)
        self.keep.clicked.connect(self._keep)
        self.off.clicked.connect(self._off)
        for part in (self.words, self.state, self.place):
            self.body.addWidget(part)
        self.side.addLayout(row(self.keep, self.place.choose, self.off, gap=0))
        self.body.addStretch(1)
        self.place.line.returnPressed.connect(self._keep)
        if desk.copier is not None:
            desk.copier.told.connect(self.tell)

    def relabel(self) -> None:
        """Say everything in the language in use."""
        self.retitle(say("第二份", "Second copy"))
        self.words.setText(say("每做完一份，几秒后自己再封好存一份到这里。电脑坏了，凭它和恢复卡接着做。",
                               "Whatever is finished is sealed and copied here within seconds. With it and the recovery card another "
                               "computer goes on."))
        self.place.relabel(say("存在哪里", "Where it goes"))
        self.place.field.label.hide()  # the title above says it
        self.keep.reword(say("存在这里", "Keep it here"))
        self.off.reword(say("不存了", "Keep none"))
        state = second_copy.state_of(self.desk.workspace)
        if state is not None and not self.place.path():
            self.place.line.setText(state.place)
        self.tell()

    def tell(self) -> None:
        """Say how it stands."""
        level, words = told(self.desk.workspace)
        self.state.set_ink(level)
        self.state.setText(words)
        chosen = second_copy.state_of(self.desk.workspace) is not None
        self.off.setVisible(chosen)
        if self.place.chips is not None:
            self.place.chips.setVisible(not chosen)  # they are for choosing

    def _keep(self) -> None:
        path = self.place.path()
        if not path:
            self.place.field.find("E", say("先插上 U 盘，或选一个文件夹。", "Put a stick in, or choose a folder."))
            self.place.line.setFocus()
            return
        try:
            second_copy.choose(self.desk.workspace, Path(path))
        except Problem as problem:
            self.place.field.find("E", str(problem))
            return
        self.place.field.find("", "")
        if second_copy.same_disk(self.desk.workspace, Path(path)):
            self.place.field.find("W", same_disk_words())
        if self.desk.copier is not None:
            self.desk.copier.turn()
        self.desk.toast(say("好，以后自己存到这里", "From now on it is kept here by itself"))
        self.tell()

    def _off(self) -> None:
        second_copy.choose(self.desk.workspace, None)
        self.place.line.clear()
        self.desk.toast(say("不再存第二份了；已经存的还在那里", "No second copy any more; what lies there stays"))
        if self.desk.copier is not None:
            self.desk.copier.told.emit()
        self.tell()


class SecondStep(QWidget):
    """The last step of the first start: asked once, and it may stay open."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.words, self.place = Words("", 14, "2", wrap=True), PlaceLine(workspace.folder)
        self.words.setFixedHeight(theme.px(TWO_LINES))
        whole = column(self.words, self.place, gap=10)
        whole.addLayout(row(self.place.choose, None))
        self.setLayout(whole)

    def relabel(self) -> None:
        """Say everything in the language in use."""
        self.words.setText(say("每做完一份，几秒后自己再存一份到这里，封好了，只有口令或恢复卡打得开。电脑坏了、丢了，凭它和恢复卡在新电脑上接着做。",
                               "Whatever is finished is copied here within seconds, sealed: only the passphrase or the recovery card opens it. "
                               "Should this computer fail or be lost, go on from it on another with the card."))
        self.place.relabel(say("存在哪里", "Where it goes"))

    def begin(self) -> None:
        """Take the cursor."""
        (self.place.chips or self.place).setFocus()

    def choose(self) -> bool:
        """Keep what was chosen, or nothing; tell whether it could be."""
        path = self.place.path()
        try:
            if path:
                second_copy.choose(self.workspace, Path(path))
        except Problem as problem:
            self.place.field.find("E", str(problem))
            self.place.setFocus()
            return False
        return True


def same_disk_words() -> str:
    """Return the warning about a place on the disk of the data."""
    return say("这里和本机数据在同一块硬盘上：误删救得回，硬盘坏了救不回。有 U 盘最好用 U 盘。",
               "This is on the disk of the data: it helps against deletion, not against a broken disk. Better use a stick.")


def told(workspace: Workspace) -> tuple[str, str]:
    """Return the ink and the sentence of how the second copy stands."""
    state, ledger = second_copy.state_of(workspace), workspace.ledger
    if state is None:
        return "warn", say("还没有选。现在只有这台电脑上有一份。", "None chosen yet: what is here exists only here.")
    problem = second_copy.trouble(workspace)
    if problem is not None:
        return "warn", str(problem)
    if not state.at:
        return "2", say("正在存第一份，可以接着做别的。", "The first copy is being made; you can go on with other work.")
    only, waiting = ledger.only_here(), ledger.not_at_office()
    when = near(state.at)
    if only:
        return "2", say(f"{when} 存过；还有 {only} 条没有存到。", f"Copied {when}; {counted(only, 'record')} are not there yet.")
    also = say(f"；其中 {waiting} 条单位还没有收到", f"; {waiting} of them have not reached the office") if waiting else ""
    return "ok", say(f"{when} 存齐了{also}。", f"Complete {when}{also}.")
