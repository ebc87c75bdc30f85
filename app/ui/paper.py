"""Paper: a book drawn on pages, to a PDF or a printer. Promises heads on every page, page numbers, and no text that is cut off.

The widths are the template's, fitted to the page as Excel fits them; a row is as high as its longest cell asks.
"""
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from app.models.language import counted, say
from app.models.problem import Problem
from app.ui import theme

if TYPE_CHECKING:
    from app.books.printing import Block, Printed

Progress = Callable[[float, float], None]
MARGIN_MM, FOOT_PT, LETTER_PT, PAD_PT, LEAST_PT = 10.0, 16.0, 5.25, 2.0, 4.0
DOTS = 600
SIZES = {"A3": QPageSize.PageSizeId.A3, "A4": QPageSize.PageSizeId.A4}
INK, LINE, SHADE = QColor("#000000"), QColor("#7A7A7A"), QColor("#F0EEE8")
WRAP = Qt.TextFlag.TextWrapAnywhere.value | Qt.AlignmentFlag.AlignVCenter.value
SIDES = {"center": Qt.AlignmentFlag.AlignHCenter, "right": Qt.AlignmentFlag.AlignRight}
SQUEEZE = 1.5  # a text with digits that is so much too long is set smaller in one line: a number is not broken
STEP = 200  # rows between two words about how far it is


def to_pdf(made: "Printed", path: Path, paper: str, progress: Progress | None = None) -> int:
    """Write a book as a PDF; return how many pages. It gets its name when it is whole; Problem where it cannot be written."""
    part = path.with_name(path.name + ".part")
    device = QPdfWriter(str(part))
    device.setTitle(made.title)
    device.setCreator(say("乐业", "Leye"))
    device.setResolution(DOTS)
    try:
        pages = draw(made, device, paper, progress)
        del device  # the file is whole when its writer is gone
        part.replace(path)
    except OSError as error:
        raise Problem("book.write", f"写不了 {path.name}：请看看文件夹在不在、盘满没满，文件是不是正打开着。",
                      f"Cannot write {path.name}: see whether the folder is there, the disk is full, or the file is open.") from error
    finally:
        part.unlink(missing_ok=True)
    return pages


def draw(made: "Printed", device: QPagedPaintDevice, paper: str, progress: Progress | None = None) -> int:
    """Draw a book on a device (a PDF or a printer); return how many pages. What `progress` raises stops it."""
    way = QPageLayout.Orientation.Landscape if made.landscape else QPageLayout.Orientation.Portrait
    device.setPageLayout(QPageLayout(QPageSize(SIZES[paper]), way, QMarginsF(*[MARGIN_MM] * 4), QPageLayout.Unit.Millimeter))
    painter = QPainter()
    if not painter.begin(device):
        raise Problem("book.paper", "打印不了，或者文件写不了：请看看打印机和文件夹。",
                      "It cannot be printed or written: see to the printer and the folder.")
    try:
        return _Drawing(made, device, painter, progress).run()
    finally:
        painter.end()


class _Drawing:
    """One book on its way to paper; lengths are in dots of the device."""

    def __init__(self, made: "Printed", device: QPagedPaintDevice, painter: QPainter, progress: Progress | None) -> None:
        self.made, self.device, self.painter, self.progress = made, device, painter, progress
        self.dot = painter.device().logicalDpiY() / 72
        area = device.pageLayout().paintRectPixels(round(painter.device().logicalDpiX()))
        self.wide, self.high = float(area.width()), float(area.height()) - FOOT_PT * self.dot
        letters = sum(made.widths) or 1
        self.scale = min(1.0, self.wide / (letters * LETTER_PT * self.dot))
        self.widths = [width / letters * self.wide for width in made.widths]
        self.lefts = [sum(self.widths[:n]) for n in range(len(self.widths))]
        self.font = self._font(made.points, False)
        self.metrics = QFontMetricsF(self.font, painter.device())
        self.pad = PAD_PT * self.dot * self.scale
        self._high: dict[tuple[int, str], float] = {}
        self.page, self.pages, self.y = 1, 1, 0.0

    def run(self) -> int:
        """Measure, then draw."""
        breaks = self._breaks()
        self.pages = len(breaks) + 1
        self._block(self.made.above)
        self._heads()
        done = 0
        for done, row in enumerate(self.made.rows(), 1):
            if done - 1 in breaks:
                self._next_page()
            self._row(row)
            self._step(self.made.count + done)
        if -1 in breaks:
            self._next_page()
        self._block(self.made.below)
        self._foot()
        if done != self.made.count:
            raise Problem("book.count", f"没有印：应有 {self.made.count} 行，只排出 {done} 行。请再来一次。",
                          f"Not printed: there should be {counted(self.made.count, 'row')}, {done} were set. Try again.", status=1)
        return self.pages

    def _breaks(self) -> set[int]:
        """Return the rows (from 0) that begin a page; -1 where what stands below the body does."""
        heads = self._height(self.made.heads)
        y, found = self._height(self.made.above) + heads, set()
        for at, row in enumerate(self.made.rows()):
            high = self._row_height(row)
            if y + high > self.high and y > heads:
                found.add(at)
                y = heads
            y += high
            self._step(at)
        if y + self._height(self.made.below) > self.high:
            found.add(-1)
        return found

    def _step(self, done: int) -> None:
        if self.progress is not None and done % STEP == 0:
            self.progress(done, 2 * self.made.count)

    def _next_page(self) -> None:
        self._foot()
        self.device.newPage()
        self.page, self.y = self.page + 1, 0.0
        self._heads()

    def _heads(self) -> None:
        self._block(self.made.heads, shade=True)

    # -- the body

    def _row_height(self, row: Sequence[str]) -> float:
        return max((self._text_height(at, text) for at, text in enumerate(row) if text), default=0.0) + 2 * self.pad

    def _text_height(self, at: int, text: str) -> float:
        key = (at, text)
        if key not in self._high:
            if len(self._high) > 100_000:
                self._high.clear()
            room, line = self.widths[at] - 2 * self.pad, self.metrics.height()
            one_line = self.metrics.horizontalAdvance(text) <= room or self._squeezed(self.metrics, text, room) < 1
            self._high[key] = line if one_line else self.metrics.boundingRect(QRectF(0, 0, room, 1e6), WRAP, text).height()
        return self._high[key]

    @staticmethod
    def _squeezed(metrics: QFontMetricsF, text: str, room: float) -> float:
        """Return by how much the letters are made smaller so that a number stays in one line; 1 where they are not."""
        wide = metrics.horizontalAdvance(text)
        return room / wide if room < wide <= SQUEEZE * room and any(c.isdigit() for c in text) else 1.0

    def _row(self, row: Sequence[str]) -> None:
        high = self._row_height(row)
        for at, text in enumerate(row):
            face = QRectF(self.lefts[at], self.y, self.widths[at], high)
            self._frame(face)
            if text:
                side = Qt.AlignmentFlag.AlignRight if at in self.made.numeric else Qt.AlignmentFlag.AlignLeft
                self._write(face, text, side, self.font)
        self.y += high

    # -- what stands around it

    def _heights(self, block: "Block") -> list[float]:
        """Return the heights of a block's lines: the template's, or what their texts ask for where that is more."""
        found = [high * self.dot * self.scale for high in block.heights]
        for box in block.boxes:
            metrics, room = QFontMetricsF(self._font(box.points, box.bold), self.painter.device()), self._width(box) - 2 * self.pad
            if self._squeezed(metrics, box.text, room) < 1:
                continue
            need = metrics.boundingRect(QRectF(0, 0, room, 1e6), WRAP, box.text).height() + 2 * self.pad
            have = sum(found[box.row:box.row + box.rows])
            if need > have:
                found[box.row + box.rows - 1] += need - have
        return found

    def _height(self, block: "Block") -> float:
        return sum(self._heights(block))

    def _width(self, box: Any) -> float:
        return sum(self.widths[box.column:box.column + box.columns])

    def _block(self, block: "Block", shade: bool = False) -> None:
        heights = self._heights(block)
        for box in block.boxes:
            top = self.y + sum(heights[:box.row])
            face = QRectF(self.lefts[box.column], top, self._width(box), sum(heights[box.row:box.row + box.rows]))
            if shade:
                self.painter.fillRect(face, SHADE)
            if box.framed or shade:
                self._frame(face)
            self._write(face, box.text, SIDES.get(box.align, Qt.AlignmentFlag.AlignLeft), self._font(box.points, box.bold))
        self.y += sum(heights)

    def _foot(self) -> None:
        words = say(f"第 {self.page} 页，共 {self.pages} 页", f"Page {self.page} of {self.pages}")
        self._write(QRectF(0, self.high, self.wide, FOOT_PT * self.dot), words, Qt.AlignmentFlag.AlignHCenter, self._font(9 / self.scale, False))

    def _frame(self, face: QRectF) -> None:
        self.painter.setPen(QPen(LINE, 0.5 * self.dot * max(self.scale, 0.6)))
        self.painter.drawRect(face)

    def _write(self, face: QRectF, text: str, side: Qt.AlignmentFlag, font: QFont) -> None:
        room = face.adjusted(self.pad, 0, -self.pad, 0)
        less = self._squeezed(self.metrics if font is self.font else QFontMetricsF(font, self.painter.device()), text, room.width())
        if less < 1:
            font = QFont(font)
            font.setPixelSize(max(1, int(font.pixelSize() * less)))
        self.painter.setFont(font)
        self.painter.setPen(INK)
        self.painter.drawText(room, (WRAP if less == 1 else Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextDontClip.value) | side.value, text)

    def _font(self, points: float, bold: bool) -> QFont:
        font = theme.font(14, bold)
        font.setPixelSize(max(1, round(max(points * self.scale, LEAST_PT) * self.dot)))
        return font
