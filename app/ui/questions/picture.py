"""Pictures before they are kept: turned upright, shrunk to a sane size, without the camera's notes (place, time, model).

Promises to refuse in words what is no picture, and never to open one that would not fit into memory.
"""
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPixmap

from app.models.language import say

SIDE = 1600  # pixels: a payslip on paper can still be read
QUALITY = 82
MOST_PIXELS = 120_000_000  # a phone's largest picture; a bomb says more


def shrunk(data: bytes) -> tuple[bytes, str]:
    """Return a picture as it is kept, with its ending; ValueError with a sentence where it is none."""
    store = QByteArray(data)
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if not reader.canRead() or not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        raise ValueError(say("这不是能用的照片，请选 JPG 或 PNG。", "This is no usable picture: choose a JPG or PNG."))
    if max(size.width(), size.height()) > SIDE:
        reader.setScaledSize(size.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise ValueError(say("照片打不开，可能没有拷完整。请重新选。", "The picture cannot be opened; it may be incomplete. Choose it again."))
    return written(image)


def written(image: QImage) -> tuple[bytes, str]:
    """Return a picture as bytes: a photo as JPEG, one with few colours (a signature, a screen shot) as PNG where that is smaller."""
    if max(image.width(), image.height()) > SIDE:
        image = image.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    image = _bare(image)
    made = [(_bytes(image, "jpeg", QUALITY), "jpg"), (_bytes(image, "png", -1), "png")]
    return min(made, key=lambda one: len(one[0]))


def thumb(data: bytes, wide: int, high: int) -> QPixmap:
    """Return a small picture that fits, with nothing of it cut off; a null one where it cannot be read."""
    image = QImage.fromData(data)
    return QPixmap() if image.isNull() else QPixmap.fromImage(image.scaled(
        wide, high, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation))


def _bare(image: QImage) -> QImage:
    """Return the picture alone, on white: what else is written in the file (place, camera, remarks) stays behind."""
    if not image.hasAlphaChannel() and not image.textKeys():
        return image
    from PySide6.QtGui import QPainter

    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground


def _bytes(image: QImage, kind: str, quality: int) -> bytes:
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode()))
    writer.setQuality(quality)
    writer.write(image)
    buffer.close()
    return bytes(store.data())
