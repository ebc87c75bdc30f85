"""Panels of the sync page that laptop and office share: the stick, the results, the code. Promises words, not codes."""
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from app.models import clock
from app.models.language import counted, say
from app.ui import theme
from app.ui.widgets import Icon, KeyButton, LineInput, Panel, Progress, Words, clear, column, row

SUFFIX = ".leye"
MOST_RESULTS = 3
MINUTES = 30
QR_SIDE = 124


class OnlyHerePanel(Panel):
    """How many records exist only on this computer, large."""

    def __init__(self) -> None:
        super().__init__(padding=14)
        self.figure, self.words, self.more = Words("", 28, bold=True), Words("", 14, bold=True), Words("", 13, "2", wrap=True)
        line = row(self.figure, self.words, None, gap=10)
        self.body.addLayout(line)
        self.body.addWidget(self.more)
        self.body.addStretch(1)

    def put(self, count: int, synced: str, drafts: int = 0) -> None:
        """Say how many, when the last exchange was, and how many interviews are not finished."""
        ink = "warn" if count else "ok"
        self.figure.set_ink(ink)
        self.words.set_ink(ink)
        self.figure.setText(str(count))
        self.words.setText(say("条记录只在本机", "records only on this computer" if count != 1 else "record only on this computer"))
        begun = say(f"还有 {drafts} 份没填完的调查，也只在本机，填完才会交。",
                    f"And {drafts} unfinished interview{'s' if drafts != 1 else ''}, only here until finished.") if drafts else ""
        self.more.setText("\n".join(line for line in (synced, begun) if line))
        self.setAccessibleName(f"{count} {self.words.text()}. {synced}")


class StickPanel(Panel):
    """Out to a stick, in from a stick. `wrote(path)` and `read(path)` say what was asked for.

    brief: where there is little room, without the hint; folder: a whole stick is chosen instead of a file.
    """

    wrote = Signal(str)
    read = Signal(str)

    def __init__(self, brief: bool = False, folder: bool = False) -> None:
        super().__init__(padding=14)
        self.folder = folder
        self.line = LineInput()
        high = 28 if brief else 32
        self.choose, self.out, self.come = (KeyButton("", height=32), KeyButton("", "secondary", icon="usb", height=high),
                                            KeyButton("", "secondary", icon="folder", height=high))
        self.hint = Words("", 13, "2", wrap=True)
        self.hint.setVisible(not brief)
        deeds = row(self.out, self.come, None, gap=4)
        self.body.addWidget(self.hint)
        self.body.addLayout(row(self.line, self.choose, gap=4))
        (self.side if brief else self.body).addLayout(deeds)
        self.choose.clicked.connect(self._choose)
        self.out.clicked.connect(lambda: self.wrote.emit(self.path()))
        self.come.clicked.connect(lambda: self.read.emit(self.path()))
        self.line.returnPressed.connect(lambda: self.out.setFocus())

    def relabel(self) -> None:
        """Say everything in the language in use."""
        self.retitle(say("U 盘", "Stick"))
        self.hint.setText(say("没有网的时候用。文件封好了，只有要给的那一家打得开。",
                              "For when there is no network. The file is sealed; only the office it is for can open it."))
        what = say("U 盘的文件夹", "Folder of the stick") if self.folder else say("U 盘上的文件", "File on the stick")
        self.line.setAccessibleName(what)
        self.line.setPlaceholderText(what)
        self.choose.reword(say("选…", "Choose…"))
        self.out.reword(say("存到 U 盘", "Save to stick"))
        self.come.reword(say("读 U 盘", "Read stick"))

    def path(self) -> str:
        """Return the path typed or chosen."""
        return self.line.text().strip()

    def put_path(self, path: str) -> None:
        """Show a path."""
        self.line.setText(path)

    def _choose(self) -> None:
        if self.folder:
            found = QFileDialog.getExistingDirectory(self, self.line.placeholderText(), self.path() or str(Path.home()))
            if found:
                self.put_path(found)
            return
        found, _ = QFileDialog.getSaveFileName(self, say("U 盘上的文件", "File on the stick"), self.path() or str(Path.home()),
                                               f"Leye (*{SUFFIX})", options=QFileDialog.Option.DontConfirmOverwrite)
        if found:
            self.put_path(found if Path(found).suffix else found + SUFFIX)

    def usable(self, on: bool) -> None:
        """Let it be used, or not while something is under way."""
        for part in (self.choose, self.out, self.come):
            part.setEnabled(on)


class ResultPanel(Panel):
    """What happened last, the newest first; a bar and a way to stop while something is under way.

    brief: where there is little room, two lines, and no panel while there is nothing to say.
    """

    stopped = Signal()

    def __init__(self, brief: bool = False) -> None:
        super().__init__(padding=14)
        self.brief = brief
        self.lines: list[tuple[str, str, str]] = []
        self.doing, self.bar, self.stop = Words("", 14, bold=True), Progress(120), KeyButton("", key="Esc", height=32)
        self.work = QWidget()
        whole = row(gap=12)
        whole.addLayout(column(self.doing, self.bar, gap=6), 1)
        whole.addWidget(self.stop)
        self.work.setLayout(whole)
        self.work.hide()
        self.stop.clicked.connect(self.stopped)
        self.body.addWidget(self.work)
        self.list = column(gap=8)
        self.body.addLayout(self.list)
        self.body.addStretch(1)

    def relabel(self) -> None:
        """Say everything in the language in use."""
        self.retitle(say("刚才做的", "What was done"))
        self.stop.reword(say("取消", "Cancel"))
        self._show()

    def tell(self, level: str, words: str) -> None:
        """Add a line: level ok, warn or err."""
        at = clock.now().astimezone().strftime("%H:%M")
        self.lines = [(level, words, at), *self.lines][:2 if self.brief else MOST_RESULTS]
        self._show()

    def _show(self) -> None:
        clear(self.list)
        for level, words, at in self.lines:
            text = Words(words, 14, "" if level == "ok" else level, wrap=True)
            when = Words(at, 12, "2")
            line = row(Icon({"ok": "check", "warn": "warn", "err": "error"}[level], 18, level), gap=8)
            line.addWidget(text, 1)
            line.addWidget(when)
            holder = QWidget()
            holder.setLayout(line)
            self.list.addWidget(holder)
        self.setVisible(bool(self.lines) or not self.brief or not self.work.isHidden())
        if not self.lines and not self.brief:
            self.list.addWidget(Words(say("打开以后还没有同步过。", "Nothing has been exchanged since the program was opened."), 13, "2", wrap=True))

    def put_job(self, words: str, part: float) -> None:
        """Show what is under way; no words hide it."""
        self.work.setVisible(bool(words))
        self.setVisible(bool(self.lines) or not self.brief or bool(words))
        self.doing.setText(f"{words} {part * 100:.0f}%" if part else words)
        self.bar.put(part, 1.0)


class InvitePanel(Panel):
    """An invitation: the code in groups, its picture, how long it holds. `saved` asks for the file, `loaded` for a stick with
    all that the new computer needs, so that it needs no network."""

    saved = Signal()
    loaded = Signal()

    def __init__(self) -> None:
        super().__init__(padding=14)
        self.code, self.url, self.whom, self.days, self.until = "", "", "", 0, datetime.min
        self.words, self.address, self.how = Words("", 15, bold=True), Words("", 13), Words("", 13, "2", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.picture = QLabel()
        self.picture.setFixedSize(theme.px(QR_SIDE), theme.px(QR_SIDE))
        self.save, self.load = KeyButton("", "quiet", height=28), KeyButton("", "quiet", height=28)
        self.save.clicked.connect(self.saved)
        self.load.clicked.connect(self.loaded)
        line = row(self.picture, gap=16)
        line.addLayout(column(self.words, None, gap=2), 1)
        self.body.addLayout(line)
        self.body.addLayout(row(self.save, self.load, None, gap=0))
        self.body.addWidget(self.address)
        self.body.addWidget(self.how)
        self.hide()
        self.timer = QTimer(self, interval=10_000)
        self.timer.timeout.connect(self._count)

    def put(self, url: str, code: str, whom: str = "", days: int = 0) -> None:
        """Show a new invitation; `whom` says for which place and person; days: it holds so long, for a stick."""
        self.url, self.code, self.whom, self.days = url, code, whom, days
        self.until = datetime.now() + (timedelta(days=days) if days else timedelta(minutes=MINUTES))
        self.picture.setPixmap(qr(f"{url} {code}", theme.px(QR_SIDE)))
        self.timer.start()
        self.show()
        self.relabel()

    def relabel(self) -> None:
        """Say everything in the language in use."""
        groups = self.code.split("-")
        self.words.setText("\n".join("-".join(groups[n:n + 2]) for n in range(0, len(groups), 2)))
        self.words.setAccessibleName(say("邀请码", "Code") + " " + " ".join(groups))
        self.picture.setAccessibleName(say("邀请码的二维码", "The code as a picture"))
        self.address.setText(say(f"地址 {self.url}", f"Address {self.url}"))
        how = say("在新电脑上点“同步”，填地址和这个码；或者存成文件用 U 盘带过去。",
                  "On the new computer open Sync and type address and code, or carry the file there.")
        if self.days:
            how = say("在新电脑上点“同步”，地址填 U 盘，再填这个码。码不要写在 U 盘上。",
                      "On the new computer open Sync, with the stick as address and this code. Never write the code on the stick.")
        self.how.setText(f"{self.whom}\n{how}" if self.whom else how)
        self.save.reword(say("存成邀请文件…", "Save as a file…"))
        self.load.reword(say("连资料存到 U 盘…", "All on a stick…"))
        self.save.setVisible(not self.days)
        self.address.setVisible(not self.days)
        self._count()

    def withdraw(self) -> None:
        """Show no invitation any more."""
        self.code = ""
        self.timer.stop()
        self.hide()

    def _count(self) -> None:
        left = int((self.until - datetime.now()).total_seconds() // 60) + 1 if self.code else 0
        if self.days:
            self.retitle(say("邀请码", "Invitation"), say(f"配 U 盘用，{self.days} 天内", f"for the stick, {counted(self.days, 'day')}"))
            return
        self.retitle(say("邀请码", "Invitation"), say(f"一次有效，还剩 {left} 分钟", f"good once, {counted(left, 'minute')} left") if left > 0
                        else say("过期了，再邀请一次", "expired; invite again"))
        self.remark.set_ink("warn")


def qr(text: str, side: int) -> QPixmap:
    """Return a text as a QR code of at most this many pixels a side, light ground in every theme."""
    import segno

    out = BytesIO()
    made = segno.make(text, error="l", micro=False)
    made.save(out, kind="png", scale=max(1, side // made.symbol_size(border=1)[0]), border=1)
    image = QImage.fromData(out.getvalue())
    return QPixmap.fromImage(image if image.width() <= side else image.scaledToWidth(side))
