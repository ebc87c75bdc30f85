"""The recovery card: its code in large groups, to print, to save and to check. Promises never to keep the code."""
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPaintEvent, QPdfWriter
from PySide6.QtWidgets import QWidget

from app.models import clock
from app.models.language import say
from app.ui import theme
from app.ui.widgets import Field, KeyButton, LineInput, Words, column, paint, row

DOTS_PER_MM = 300 / 25.4


class CodeCard(QWidget):
    """The groups of the code, large; two lines."""

    def __init__(self, groups: list[str]) -> None:
        super().__init__()
        self.groups = groups
        self.setFixedHeight(theme.px(104))
        self.setAccessibleName(" ".join(groups))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groups on a sunken card."""
        painter, face = QPainter(self), QRectF(self.rect()).adjusted(0, 2, 0, -2)
        paint.box(painter, face, 8, theme.color("canvas"), theme.color("line2"))
        half = -(-len(self.groups) // 2)
        font = theme.font(24, True)
        for line, some in enumerate((self.groups[:half], self.groups[half:])):
            wide = face.width() / half
            for at, words in enumerate(some):
                x = face.x() + wide * (at + 0.5) - paint.width(words, font) / 2
                paint.text(painter, x, face.y() + face.height() * (0.28 + 0.44 * line), words, font, theme.color("ink"))


class RecoveryCard(QWidget):
    """The card with its buttons and the check that somebody kept it."""

    printed = Signal()

    def __init__(self, code: str, place: str, device: str) -> None:
        super().__init__()
        self.code, self.place, self.device = code, place, device
        self.groups = code.split("-")
        self.words = Words("", 14, "2", wrap=True)
        self.to_print, self.to_save = KeyButton("", icon="print"), KeyButton("", icon="save")
        self.to_print.clicked.connect(self.print)
        self.to_save.clicked.connect(self.printed)
        self.last = LineInput("", "code")
        self.last.setMaximumWidth(theme.px(220))
        self.field = Field("", self.last, label_px=14)
        self.setLayout(column(self.words, CodeCard(self.groups), row(self.to_print, self.to_save, None), self.field))

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.words.setText(say("口令忘了，就用这组代码打开。请打印或抄在纸上，锁进抽屉，别拍照、别放在这台电脑里。",
                               "When the passphrase is forgotten, this code opens the workspace. Print or copy it and lock it away; "
                               "no photo, not on this computer."))
        self.to_print.reword(say("打印", "Print"))
        self.to_save.reword(say("存成 PDF", "Save as PDF"))
        self.field.relabel(say("输入卡上的最后一组，表示您已经留好", "Type the last group on the card to show that you kept it"))

    def matches(self) -> bool:
        """Tell whether the last group was typed as it stands."""
        return self.last.text().strip().upper() == self.groups[-1].upper()

    def save(self, path: Path) -> None:
        """Write the card as a PDF of one page."""
        writer = QPdfWriter(str(path))
        writer.setResolution(300)
        writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait,
                                         QMarginsF(20, 20, 20, 20)))
        painter = QPainter(writer)
        self._draw(painter)
        painter.end()

    def print(self) -> None:
        """Print the card on a printer of the person's choice."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(300)
        if QPrintDialog(printer, self).exec():
            painter = QPainter(printer)
            self._draw(painter)
            painter.end()

    def _draw(self, painter: QPainter) -> None:
        lines = [(say("乐业恢复卡", "Leye recovery card"), 8, True), (self.place, 5, False), (self.device, 5, False),
                 (clock.today().isoformat(), 5, False), ("", 4, False)]
        half = -(-len(self.groups) // 2)
        lines += [("  ".join(some), 9, True) for some in (self.groups[:half], self.groups[half:])]
        lines += [("", 4, False), (say("口令忘了才用。请锁好，不要拍照。", "Only for a forgotten passphrase. Lock it away, no photo."), 5, False)]
        y = 0.0
        for words, high_mm, bold in lines:
            font = theme.font(14, bold)
            font.setPixelSize(round(high_mm * DOTS_PER_MM))
            painter.setFont(font)
            high = high_mm * DOTS_PER_MM * 1.6
            painter.drawText(QRectF(0, y, painter.window().width(), high), Qt.AlignmentFlag.AlignLeft, words)
            y += high
