"""Photos, files and signatures in the interview: pasted, drawn, shrunk, taken away, seen again on the person page."""
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.forms.contract import Interview, load
from app.models import attachments
from app.models.ledger import Ledger
from app.ui.pages.papers import Papers
from app.ui.pages.portrait import portrait
from app.ui.questions import ask
from app.ui.questions.filed import FileAsked, PictureAsked, SignatureAsked
from app.ui.questions.picture import SIDE, shrunk
from app.ui.window import Window
from tests.ui.conftest import wait

FORM = """
| survey |
| | type | name | label | appearance |
| | image | photo | 佐证照片 | |
| | image | sign | 被调查人签字 | signature |
| | file | paper | 合同扫描件 | |
| | text | remark | 备注 | |
"""


def picture(wide: int, high: int, colour: str = "teal") -> QImage:
    """Return a picture that does not compress to nothing."""
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    for at in range(0, wide, 3):
        image.setPixelColor(at, at * 7 % high, QColor.fromHsv(at % 360, 200, 200))
    return image


@pytest.fixture
def talk(desk, tmp_path: Path) -> Interview:
    """Return an interview of the form with a person."""
    file = tmp_path / "papers.md"
    file.write_text(FORM, encoding="utf-8")
    person = desk.ledger.rows("person", limit=1)[0][0]
    return Interview.start(load(file), desk.ledger, subject=("person", person))


@pytest.fixture
def asking(window: Window, talk: Interview, settle):
    """Return the asking view of that interview in the window."""
    window.open("interview")
    page = window.pages["interview"]
    page._try(lambda: talk)
    settle()
    return page.asking


@pytest.fixture(autouse=True)
def _clipboard(app: QApplication):
    """Leave nothing on the clipboard: what lies there when Qt ends is freed twice."""
    yield
    QApplication.clipboard().clear()


def press(key: Qt.Key, more: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, more)
    wait(20)


def test_a_photo_is_pasted_shrunk_shown_and_taken_away(asking, talk: Interview) -> None:
    QApplication.clipboard().setImage(picture(4000, 3000))
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    value = talk.question("/data/photo").value
    kept = QImage.fromData(talk.attachment(value))
    assert max(kept.width(), kept.height()) == SIDE
    widget = asking.sheet.widgets["/data/photo"]
    assert isinstance(widget, PictureAsked) and not widget.shown.pixmap().isNull() and "已存好" in widget.said.text()
    press(Qt.Key.Key_Backspace)
    assert talk.question("/data/photo").value == "" and widget.shown.isHidden()


def test_enter_goes_on_without_a_photo_and_the_walk_reaches_the_remark(asking, talk: Interview) -> None:
    for path in ("/data/photo", "/data/sign", "/data/paper"):
        assert asking.walk.at == path
        press(Qt.Key.Key_Return)
    assert asking.walk.at == "/data/remark"


def test_a_signature_is_drawn_by_mouse_each_stroke_kept_and_signed_again(asking, talk: Interview) -> None:
    press(Qt.Key.Key_Return)
    widget = asking.sheet.widgets["/data/sign"]
    assert isinstance(widget, SignatureAsked) and widget.pad.hasFocus()
    for start, end in ((QPoint(40, 40), QPoint(120, 80)), (QPoint(150, 30), QPoint(200, 90))):
        QTest.mousePress(widget.pad, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(widget.pad, end)
        QTest.mouseRelease(widget.pad, Qt.MouseButton.LeftButton, pos=end)
        wait(20)
    value = talk.question("/data/sign").value
    ref = attachments.ref_of(value)
    assert ref is not None and ref.ending == "png" and ref.size < 20_000 and len(widget.pad.strokes) == 2
    again = Interview.reopen(talk.ledger, talk.id)
    assert again.question("/data/sign").value == value and again.attachment(value)
    press(Qt.Key.Key_Backspace)
    assert talk.question("/data/sign").value == "" and widget.pad.empty


def test_a_file_is_dropped_as_it_is_and_what_is_no_picture_is_refused_in_words(asking, talk: Interview, tmp_path: Path) -> None:
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"%PDF-1.4 invented" * 50)
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(str(paper))])
    QApplication.clipboard().setMimeData(copied)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    photo = asking.sheet.widgets["/data/photo"]
    assert "照片" in photo.error and talk.question("/data/photo").value == ""
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    value = talk.question("/data/paper").value
    assert value.endswith(":pdf") and talk.attachment(value) == paper.read_bytes()


def test_the_camera_s_notes_are_gone_and_a_bomb_is_refused(app: QApplication) -> None:
    import struct
    import zlib

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    image = picture(30, 20)
    image.setText("Comment", "taken at 26.65 106.63")
    from PySide6.QtCore import QBuffer
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "png")
    assert b"106.63" in bytes(buffer.data()) and b"106.63" not in shrunk(bytes(buffer.data()))[0]
    bomb = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)) + part(b"IEND", b"")
    for data in (bomb, b"", b"GIF89a", b"\xff\xd8\xff\xe0" + b"x" * 100):
        with pytest.raises(ValueError):
            shrunk(data)


def test_the_person_page_shows_them_and_what_is_not_here_can_be_asked_for(window: Window, talk: Interview, ledger_of, settle) -> None:
    ledger = ledger_of
    data, ending = shrunk(_png(picture(800, 600)))
    talk.attach("/data/photo", data, ending)
    talk.finish()
    person = talk.subject[1]
    shown = portrait(ledger, person)
    papers = next(one.papers for one in shown.talks if one.papers)
    assert papers == (f"blob:{attachments.ref_of(papers[0]).sha}:{len(data)}:{ending}",)
    away = f"blob:{'d' * 64}:1000:jpg"
    sheet = Papers(window, ledger, (papers[0], away))
    sheet.open_over()
    sheet.show()
    wait(20)
    assert not sheet.shown.pixmap().isNull()
    QTest.keyClick(sheet, Qt.Key.Key_Right)
    assert "还没有传到" in sheet.shown.text()
    QTest.keyClick(sheet, Qt.Key.Key_S)
    assert ledger.db.conn.execute("SELECT sha FROM blob_asked").fetchall() == [("d" * 64,)]
    sheet.close()


@pytest.fixture
def ledger_of(desk) -> Ledger:
    """Return the window's ledger."""
    return desk.ledger


def _png(image: QImage) -> bytes:
    from PySide6.QtCore import QBuffer
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "png")
    return bytes(buffer.data())


def test_a_file_question_stands_alone_too(app: QApplication) -> None:
    from app.forms.contract import Question
    assert type(ask(Question("/data/x", "x", "file", "文件"))) is FileAsked
