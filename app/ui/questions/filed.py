"""Questions answered by a picture, a file or a signature. Promises keys for all of it but the pen: Space chooses, Ctrl V
pastes, Backspace takes away, Enter goes on.

The widget holds the name of the attachment; `filed(path, bytes, ending)` hands over what was chosen, `shelf` (set by who
shows it) gives back the bytes of a name.
"""
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from app.models.attachments import MOST, ref_of
from app.models.language import say
from app.ui import theme
from app.ui.questions.base import Asked
from app.ui.questions.picture import shrunk, thumb, written
from app.ui.widgets import KeyButton, Words, paint, row

HIGH = 76  # of what is shown of a picture
PEN_WIDE, PEN_HIGH = 380, 112
MOST_READ = 64 * 1024 * 1024


class FileAsked(Asked):
    """A file: chosen, or dropped here; kept as it is."""

    filed = Signal(str, bytes, str)
    picture = False

    def build(self) -> None:
        """Add what is shown of it, its words and the two buttons."""
        self.shelf: Callable[[str], bytes | None] = lambda _: None
        self.shown = QLabel()
        self.shown.setFixedSize(theme.px(HIGH), theme.px(HIGH))
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose_button = KeyButton("", "secondary", "Space", "upload", 32)
        self.drop_button = KeyButton("", "quiet", "Backspace", "trash", 32)
        self.said = Words("", 13, "2", wrap=True)
        line = row(self.shown, self.choose_button, self.drop_button, self.said, gap=8)
        line.setStretch(3, 1)
        self.whole.addLayout(line)
        self.watch(self.choose_button, self.drop_button)
        self.choose_button.clicked.connect(self.choose)
        self.drop_button.clicked.connect(self.take_away)
        self.setAcceptDrops(True)
        self._showing = ""

    def heart(self) -> QWidget:
        """Return the button that chooses."""
        return self.choose_button

    def control_high(self, wide: int) -> int:
        """Return the height of the line."""
        return theme.px(HIGH)

    def show_value(self, value: str) -> None:
        """Show what is kept."""
        ref = ref_of(value)
        zh, en = ("张照片", "picture") if self.picture else ("个文件", "file")
        self.choose_button.reword(say(f"换一{zh}…", f"Another {en}…") if ref else say(f"选一{zh}…", f"Choose a {en}…"))
        self.choose_button.setAccessibleName(f"{self.question.label} {self.choose_button.text()}")
        self.drop_button.reword(say("拿掉", "Take away"))
        self.drop_button.setVisible(ref is not None)
        for button in (self.choose_button, self.drop_button):
            button.setEnabled(not self.question.readonly)
        if ref is None:
            self.said.setText(say("Ctrl V 贴上复制的照片；没有就按 Enter 跳过。", "Ctrl V pastes a copied picture; without one, Enter goes on.")
                              if self.picture else say("没有就按 Enter 跳过。", "Without one, Enter goes on."))
        else:
            self.said.setText(say(f"已存好 · {_size(ref.size)}", f"Kept · {_size(ref.size)}"))
        if value != self._showing:
            self._showing = value
            self._show_picture(value)
        self.shown.setVisible(not self.shown.pixmap().isNull())

    def again(self) -> None:
        """Look on the shelf again, now that there is one."""
        self._showing = ""
        self.show_value(self.question.value)

    def _show_picture(self, value: str) -> None:
        data = self.shelf(value) if value and self.picture else None
        self.shown.setPixmap(thumb(data, theme.px(HIGH), theme.px(HIGH)) if data else QPixmap())

    # -- choosing

    def choose(self) -> None:
        """Ask for a file and take it."""
        kinds = say("照片 (*.jpg *.jpeg *.png *.bmp *.webp)", "Pictures (*.jpg *.jpeg *.png *.bmp *.webp)") if self.picture \
            else say("文件 (*)", "Files (*)")
        found, _ = QFileDialog.getOpenFileName(self, self.choose_button.text(), str(Path.home()), kinds)
        if found:
            self.take(Path(found))
        self.choose_button.setFocus()

    def take(self, file: Path) -> None:
        """Read a file and hand it over; say why not where it cannot be used."""
        try:
            size = file.stat().st_size
            if size > (MOST_READ if self.picture else MOST):
                self.find(say(f"这个文件有 {_size(size)}，太大了，请选小一些的。", f"This file has {_size(size)}, too much; choose a smaller one."))
                return
            self._hand_over(file.read_bytes(), file.suffix)
        except OSError:
            self.find(say(f"{file.name} 读不出来，请重新选。", f"{file.name} cannot be read; choose again."))

    def _hand_over(self, data: bytes, suffix: str) -> None:
        if not data:
            self.find(say("这个文件是空的。", "This file is empty."))
            return
        ending = "".join(c for c in suffix.lower() if c.isascii() and c.isalnum())[:5] or "bin"
        self.find("")
        self.filed.emit(self.question.path, data, ending)

    def take_away(self) -> None:
        """Take back what was given."""
        if self.question.value and not self.question.readonly:
            self.answered.emit(self.question.path, "")
        self.heart().setFocus()

    def paste(self, what: QMimeData) -> bool:
        """Take what was copied or dropped; tell whether it was something to take."""
        files = [Path(url.toLocalFile()) for url in what.urls() if url.isLocalFile()]
        if files:
            self.take(files[0])
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space chooses by itself; Ctrl V pastes, Backspace takes away, here as in the other questions."""
        if event.type() == QEvent.Type.KeyPress and watched is not self.why and isinstance(event, QKeyEvent) and not self.question.readonly:
            if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
                self.take_away()
                return True
            if event.key() == Qt.Key.Key_V and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if not self.paste(QApplication.clipboard().mimeData()):
                    self.find(say("没有复制好的照片或文件。", "No picture or file was copied."))
                return True
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event) -> None:
        """Let files be dropped here."""
        if not self.question.readonly and (event.mimeData().hasUrls() or event.mimeData().hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event) -> None:
        """Take a dropped file."""
        self.paste(event.mimeData())


class PictureAsked(FileAsked):
    """A photo: chosen, pasted or dropped; shrunk before it is kept."""

    picture = True

    def _hand_over(self, data: bytes, suffix: str) -> None:
        try:
            made, ending = shrunk(data)
        except ValueError as trouble:
            self.find(str(trouble))
            return
        super()._hand_over(made, ending)

    def paste(self, what: QMimeData) -> bool:
        """Take a copied picture too."""
        if not what.hasUrls() and what.hasImage():
            image = QImage(what.imageData())
            if not image.isNull():
                made, ending = written(image)
                self.find("")
                self.filed.emit(self.question.path, made, ending)
                return True
        return super().paste(what)


class Pad(QWidget):
    """Where somebody signs with the mouse, a pen or a finger. `signed(QImage)` when the hand is lifted; `empty` until then."""

    signed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme.px(PEN_HIGH))
        self.setMinimumWidth(theme.px(280))
        self.setMaximumWidth(theme.px(PEN_WIDE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.strokes: list[list[QPointF]] = []
        self.kept = QPixmap()
        self.locked = False

    @property
    def empty(self) -> bool:
        """Return whether nothing is on the pad."""
        return not self.strokes and self.kept.isNull()

    def put(self, data: bytes | None) -> None:
        """Show a signature that is kept, or an empty pad."""
        self.strokes = []
        self.kept = thumb(data, self.width() or theme.px(PEN_WIDE), theme.px(PEN_HIGH - 8)) if data else QPixmap()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the pen down; a kept signature gives way to the new one."""
        if event.button() == Qt.MouseButton.LeftButton and not self.locked:
            self.setFocus()
            self.kept = QPixmap()
            self.strokes.append([event.position()])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw."""
        if self.strokes and event.buttons() & Qt.MouseButton.LeftButton and not self.locked:
            self.strokes[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Hand over what is drawn so far: a killed program keeps it."""
        if event.button() == Qt.MouseButton.LeftButton and self.strokes and not self.locked:
            self.signed.emit(self._image())

    def _image(self) -> QImage:
        image = QImage(self.size() * 2, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.scale(2, 2)
        self._draw(painter, Qt.GlobalColor.black)
        painter.end()
        return image.convertToFormat(QImage.Format.Format_Grayscale8)

    def _draw(self, painter: QPainter, ink) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(ink, theme.px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self.strokes:
            if len(stroke) == 1:
                painter.drawPoint(stroke[0])
            else:
                painter.drawPolyline(stroke)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint paper, line and what is drawn."""
        painter, face = QPainter(self), QRectF(self.rect()).adjusted(2, 2, -2, -2)
        paint.box(painter, face, 8, Qt.GlobalColor.white, theme.color("line2"))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(face, theme.px(8), theme.px(8))
        base = face.bottom() - theme.px(24)
        painter.setPen(QPen(theme.color("line2"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(face.left() + theme.px(16), base), QPointF(face.right() - theme.px(16), base))
        if not self.kept.isNull():
            painter.drawPixmap(round(face.center().x() - self.kept.width() / 2), round(face.center().y() - self.kept.height() / 2), self.kept)
        self._draw(painter, Qt.GlobalColor.black)

    def sizeHint(self) -> QSize:
        """Return the size of a line to sign on."""
        return QSize(theme.px(PEN_WIDE), theme.px(PEN_HIGH))


class SignatureAsked(PictureAsked):
    """A signature, drawn here; each stroke is kept as it is drawn."""

    def build(self) -> None:
        """Add the pad beside the words and the buttons."""
        super().build()
        self.pad = Pad()
        self.pad.signed.connect(self._signed)
        self.whole.itemAt(1).layout().insertWidget(0, self.pad)
        self.choose_button.hide()
        self.watch(self.pad)

    def heart(self) -> QWidget:
        """Return the pad."""
        return self.pad

    def control_high(self, wide: int) -> int:
        """Return the height of the pad."""
        return theme.px(PEN_HIGH)

    def _signed(self, image: QImage) -> None:
        made, ending = written(image)
        self._showing = "*"  # what comes back is what is on the pad already
        self.filed.emit(self.question.path, made, ending)

    def show_value(self, value: str) -> None:
        """Show what is kept."""
        mine = self._showing == "*" and bool(value)
        if mine:
            self._showing = value
        super().show_value(value)
        self.shown.hide()
        self.choose_button.hide()
        self.pad.locked = self.question.readonly
        if not value:
            self.said.setText(say("请在这里签字，用鼠标、笔或手指；不签就按 Enter。", "Sign here with mouse, pen or finger; Enter goes on without."))
            self.pad.put(None)
        self.drop_button.reword(say("重签", "Sign again"))

    def _show_picture(self, value: str) -> None:
        self.pad.put(self.shelf(value) if value else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the pad's picture within the pad."""
        super().resizeEvent(event)
        if not self.pad.kept.isNull():
            self.pad.put(self.shelf(self.question.value))


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, size // 1024)} KB"
