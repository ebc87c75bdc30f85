"""First start: place, name, passphrase, recovery card, second copy. Promises a workspace only after the card's code was kept."""
import platform
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QStyledItemDelegate, QVBoxLayout, QWidget

from app.models import places
from app.models.language import say
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.gate import Gate
from app.ui.pages.card import RecoveryCard
from app.ui.pages.second import SecondStep
from app.ui.widgets import Field, KeyButton, LineInput, List, Words, clear, column, paint, row, row_ground

LEAST_SIGNS = 6


class _Found(QAbstractListModel):
    """The places that match what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[places.Place] = []

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) and index.isValid():
            return places.path(self.rows[index.row()].code12)
        return None

    def put(self, rows: list[places.Place]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class _PlaceRow(QStyledItemDelegate):
    """A place: its name, and the way to it."""

    def sizeHint(self, option, index) -> QSize:
        return QSize(theme.px(200), theme.px(34))

    def paint(self, painter, option, index) -> None:
        row_ground(painter, option)
        place, rect = index.model().rows[index.row()], QRectF(option.rect)
        x, middle = rect.x() + theme.px(12), rect.center().y()
        x += paint.text(painter, x, middle, place.name, theme.font(14, True), theme.color("ink")) + theme.px(12)
        way = places.path(place.code12, whole=True).rsplit(" ", 1)
        paint.text(painter, x, middle, way[0] if len(way) > 1 else "", theme.font(12), theme.color("ink2"),
                   rect.right() - x - theme.px(8))


class PlacePicker(QWidget):
    """Type part of a township's or a site's name, or its code; arrows choose, Enter takes. `.code` is the place."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.code = ""
        self.line = LineInput("", "search")
        self.line.set_icon("place")
        self.found = _Found()
        self.list = List(self.found, _PlaceRow(), "")
        self.list.setFixedHeight(theme.px(34 * 5))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        self.setFocusProxy(self.line)
        self.setLayout(column(self.line, self.list, gap=2))

    def _typed(self, _: str) -> None:
        self.code = ""
        self.found.put(list(places.matching(self.line.words(), 20)))
        if self.found.rows:
            self.list.choose(0)

    def _take(self, at: int) -> None:
        if 0 <= at < len(self.found.rows):
            place = self.found.rows[at]
            self.code = place.code12
            self.line.setText(places.path(place.code12))
            self.found.put([place])
            self.list.choose(0)
            self.picked.emit(self.code)

    def eventFilter(self, watched, event) -> bool:
        """Arrows move in the list, Enter takes the chosen place, as long as none is taken."""
        if event.type() == event.Type.KeyPress and not self.line.composing():
            at = self.list.currentIndex().row()
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                at += 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.choose(max(0, min(at, len(self.found.rows) - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.code and self.found.rows:
                self._take(max(0, at))
                return True
        return super().eventFilter(watched, event)


class StartWindow(Gate):
    """Makes a workspace; `opened(Workspace)` once the recovery card is kept."""

    opened = Signal(object)
    restore_wanted = Signal()  # another computer is to be followed from its second copy

    def __init__(self, folder: Path) -> None:
        super().__init__(wide=760)
        self.folder = folder
        self.workspace: Workspace | None = None
        self.card: RecoveryCard | None = None
        self.place = PlacePicker()
        self.name, self.device = LineInput(), LineInput()
        self.first, self.second = LineInput("", "secret"), LineInput("", "secret")
        self.fields = {key: Field("", control, label_px=14) for key, control in (
            ("place", self.place), ("name", self.name), ("device", self.device), ("first", self.first),
            ("second", self.second))}
        self.device.setText(platform.node()[:20])
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(8))
        grid.addWidget(self.fields["place"], 0, 0, 1, 2)
        for at, key in enumerate(("name", "device", "first", "second")):
            grid.addWidget(self.fields[key], 1 + at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
        self.where = Words("", 12, "3", wrap=True)
        self.copying: SecondStep | None = None
        self.other_way = KeyButton("", "quiet", "F4", icon="usb")
        self.other_way.setShortcut("F4")
        self.other_way.clicked.connect(self.restore_wanted)
        self.body = QVBoxLayout()
        self.body.addLayout(grid)
        self.body.addWidget(self.where)
        self.body.addLayout(row(self.other_way, None))
        self.sheet.body.addLayout(self.body)
        self.place.picked.connect(lambda _: self.name.setFocus())
        self.show_words()
        self.place.setFocus()

    def retitle(self) -> None:
        """Set the texts of the step that is open."""
        if self.copying is not None:
            self.sheet.retitle(say("第二份存在哪里", "Where the second copy goes"))
            self.copying.relabel()
            self.primary.reword(say("开始用", "Start"))
            self.say_next(say("有 U 盘就插着，按数字选；现在没有就直接按回车，以后在“设置”里选。",
                              "Leave a stick in and choose it by its digit; if there is none now, press Enter and choose one later in Settings."))
            return
        if self.card is not None:
            self.sheet.retitle(say("恢复卡：口令忘了，只有它能打开", "Recovery card: the only way in when the passphrase is forgotten"))
            self.card.retitle()
            self.primary.reword(say("记好了，开始用", "Kept it, start"))
            self.say_next(say("打印或抄下这张卡，再输入最后一组，按回车。", "Print or copy the card, type its last group and press Enter."))
            return
        self.sheet.retitle(say("第一次用：四件事，一分钟", "First start: four things, one minute"))
        for key, (label, hint) in _labels().items():
            self.fields[key].relabel(label, hint)
        self.place.line.setAccessibleName(_labels()["place"][0])
        self.place.line.setPlaceholderText(say("输入乡镇、安置点的名字或区划代码", "Type the name of the township or site, or its code"))
        self.place.list.setAccessibleName(say("找到的地方", "Places found"))
        self.where.setText(say(f"数据只放在这台电脑：{self.folder}", f"Data stays on this computer: {self.folder}"))
        self.other_way.reword(say("电脑换了，用 U 盘和恢复卡接着做", "A new computer: go on from stick and recovery card"))
        self.primary.reword(say("建好工作区", "Make the workspace"))
        self.say_next(say("填好四项，按回车。练习请选“练习县”里的地方。",
                          "Fill in the four and press Enter. To practise, choose a place in 练习县."))

    def forward(self) -> None:
        """Make the workspace, or, when it is made, check the card and open it."""
        if self.copying is not None:
            self._choose_second()
        elif self.card is not None:
            self._check_card()
        elif self._ready():
            given = (self.folder, self.first.text(), self.place.code, self.device.text().strip(), self.name.text().strip())

            def make(_: Any) -> tuple[Workspace, str]:
                workspace, code = Workspace.create(*given)
                workspace.close()
                return workspace, code

            self.wait(say("正在建工作区…", "Making the workspace…"), make, self._made)

    def _ready(self) -> bool:
        """Tell whether all is filled in; else show what is missing and go there."""
        wrong = {
            "place": "" if self.place.code else say("选一个地方：输入几个字，用上下键，回车。", "Choose a place: type, use the arrows, press Enter."),
            "name": "" if self.name.text().strip() else say("写上您的名字，记录上会写是谁填的。", "Your name: records say who filled them in."),
            "device": "" if self.device.text().strip() else say("给这台电脑起个名。", "Give this computer a name."),
            "first": "" if len(self.first.text()) >= LEAST_SIGNS else say(f"口令至少 {LEAST_SIGNS} 位。", f"At least {LEAST_SIGNS} characters."),
            "second": "" if self.first.text() == self.second.text() else say("两次口令不一样。", "The two passphrases differ."),
        }
        for key, words in wrong.items():
            self.fields[key].find("E", words)
        for key, words in wrong.items():
            if words:
                self.say_next(words, "E")
                self.fields[key].input.setFocus()
                return False
        return True

    def _made(self, made: tuple[Workspace, str]) -> None:
        self.workspace = made[0].again()
        clear(self.body)
        self.card = RecoveryCard(made[1], places.path(self.workspace.ledger.me.area), self.workspace.ledger.me.device_name)
        self.body.addWidget(self.card)
        self.card.printed.connect(self._save_card)
        self.retitle()
        self.card.last.setFocus()

    def _save_card(self) -> None:
        name = say("乐业恢复卡.pdf", "Leye recovery card.pdf")
        path, _ = QFileDialog.getSaveFileName(self, say("存恢复卡", "Save the card"), str(Path.home() / name), "PDF (*.pdf)")
        if path and self.card is not None:
            self.card.save(Path(path))
            self.say_next(say("已存好。别和电脑放在一起。", "Saved. Keep it away from this computer."))

    def _check_card(self) -> None:
        if self.card is None or self.workspace is None:
            return
        if not self.card.matches():
            self.card.field.find("E", say("和卡上的最后一组不一样，请再看一眼。", "Not the last group on the card. Look again."))
            self.card.last.selectAll()
            self.card.last.setFocus()
            return
        clear(self.body)
        self.copying = SecondStep(self.workspace)
        self.body.addWidget(self.copying)
        self.retitle()
        self.copying.begin()

    def _choose_second(self) -> None:
        if self.copying is not None and self.copying.choose():
            self.opened.emit(self.workspace)


def _labels() -> dict[str, tuple[str, str]]:
    return {
        "place": (say("在哪里用", "Where"), ""),
        "name": (say("您的名字", "Your name"), say("记录上会写是谁填的", "Records say who filled them in")),
        "device": (say("这台电脑叫什么", "Name of this computer"), say("例如：向阳 1 号", "For example: Xiangyang 1")),
        "first": (say("口令", "Passphrase"), say(f"至少 {LEAST_SIGNS} 位，每次打开都要用", f"At least {LEAST_SIGNS} characters, needed each time")),
        "second": (say("再输一次口令", "Passphrase again"), ""),
    }
