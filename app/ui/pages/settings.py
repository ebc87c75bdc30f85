"""Settings of this computer: language, text size, second copy, passphrase; who and where this is."""
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.models import places
from app.models.language import language, say
from app.models.problem import Problem
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.courier import BY_ITSELF, NEARBY
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.second import SecondPanel
from app.ui.widgets import DigitChips, FactRow, Field, KeyButton, LineInput, Panel, Words, panel_of, row

SIZES = (1.0, 1.25, 1.5, 2.0)
LEAST_SIGNS = 6
WAYS = {"find": (True, True), "typed": (True, False), "ask": (False, False)}  # syncs by itself, looks for the office on the network
ROLES = {"surveyor": ("调查员", "Surveyor"), "township": ("乡镇", "Township"), "county": ("县", "County")}


class SettingsPage(Page):
    """Four panels; what is chosen holds at once."""

    name = "settings"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.looks, self.who, self.secret = Panel(), Panel(), Panel()
        self.languages = DigitChips([("zh", "中文"), ("en", "English")])
        self.languages.chosen.connect(self._language)
        self.sizes = DigitChips([(size, f"{size:.0%}") for size in SIZES])
        self.sizes.chosen.connect(self._size)
        self.language_word, self.size_word = Words("", 13, "2"), Words("", 13, "2")
        for word, chips in ((self.language_word, self.languages), (self.size_word, self.sizes)):
            word.setFixedWidth(theme.px(72))
            self.looks.body.addLayout(row(word, chips))
        self.looks.body.addStretch(1)
        self.by_itself = DigitChips([(how, "") for how in WAYS])
        self.by_itself.chosen.connect(self._by_itself)
        self.level_word = Words("", 15, bold=True)
        self.level, inside = panel_of(padding=4)
        inside.addLayout(row(8, self.level_word, 8, self.by_itself))
        self.old, self.new, self.again = (LineInput("", "secret") for _ in range(3))
        self.fields = [Field("", line) for line in (self.old, self.new, self.again)]
        self.change = KeyButton("", icon="key")
        self.change.clicked.connect(self._change)
        lines = QGridLayout()
        lines.setSpacing(theme.px(8))
        for at, part in enumerate((*self.fields, self.change)):
            lines.addWidget(part, at // 2, at % 2, Qt.AlignmentFlag.AlignBottom if part is self.change else Qt.AlignmentFlag.AlignTop)
        self.secret.body.addLayout(lines)
        self.secret.body.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(8))
        grid.addWidget(self.looks, 0, 0)
        grid.addWidget(self.who, 0, 1)
        self.second = SecondPanel(desk) if desk.workspace is not None else Panel()
        grid.addWidget(self.second, 1, 0)
        grid.addWidget(self.secret, 1, 1)
        grid.addWidget(self.level, 2, 0, 1, 2)
        for at in range(2):
            grid.setColumnStretch(at, 1)
        grid.setRowStretch(3, 1)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("设置", "Settings")

    def facts(self) -> str:
        """Return who works here."""
        me = self.ledger.me
        return f"{me.user_name} · {me.device_name}"

    def next(self) -> Next:
        """Return what there is to know."""
        return Next(say("选好就生效。F12 随时换语言。", "Choices hold at once. F12 switches the language any time."))

    def actions(self) -> list[Action]:
        """Return the way to what offices agree."""
        return [Action(say("统一规定", "What offices agree"), lambda: self.desk.go("agreed"), "F9", icon="list")]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.looks.retitle(say("语言和字号", "Language and text size"))
        self.language_word.setText(say("语言", "Language"))
        self.size_word.setText(say("字号", "Text size"))
        for chips, words in ((self.languages, say("语言", "Language")), (self.sizes, say("字号", "Text size"))):
            chips.setAccessibleName(words)
        self.languages.set_value(language())
        self.sizes.set_value(theme.scale())
        self.level_word.setText(say("同步", "Sync"))
        self.by_itself.relabel([say("自己同步，也在网络上找", "By itself, finding the office"),
                                say("自己同步，只用填的地址", "By itself, typed address only"),
                                say("我按了才同步", "Only when I ask")])
        self.by_itself.setAccessibleName(say("同步", "Sync"))
        kept = self.ledger.settings
        self.by_itself.set_value("ask" if not kept.get(BY_ITSELF, True) else "find" if kept.get(NEARBY, True) else "typed")
        self.level.setVisible(self.desk.courier is not None)
        self.secret.retitle(say("换口令", "Change the passphrase"))
        for field, words in zip(self.fields, (say("现在的口令", "Passphrase now"), say("新口令", "New passphrase"),
                                              say("再输一次新口令", "New passphrase again")), strict=True):
            field.relabel(words)
        self.change.reword(say("换口令", "Change it"))
        for part in (self.secret, self.second):
            part.setVisible(self.desk.workspace is not None)
        if self.desk.workspace is not None:
            self.second.relabel()
        self._tell_who()

    def enter(self, **_: Any) -> None:
        """Start at the languages."""
        self.languages.setFocus()

    def _tell_who(self) -> None:
        me = self.ledger.me
        self.who.retitle(say("这台电脑", "This computer"))
        rows = [(say("地方", "Place"), places.path(me.area, self.ledger)), (say("使用人", "User"), me.user_name),
                (say("电脑", "Computer"), me.device_name),
                (say("角色", "Role"), say(*ROLES[me.role])),
                (say("数据在", "Data folder"), str(self.ledger.path.parent))]
        while self.who.body.count() > 1:
            item = self.who.body.takeAt(1)
            if item.widget() is not None:
                item.widget().hide()  # it goes at the next turn of the loop; until then it must not show through
                item.widget().deleteLater()
        for label, value in rows:
            self.who.body.addWidget(FactRow(label, value))
        self.who.body.addStretch(1)

    def _language(self, wanted: object) -> None:
        if wanted != language():
            self.window().switch_language()

    def _by_itself(self, way: object) -> None:
        by_itself, nearby = WAYS[str(way)]
        self.ledger.settings.set(NEARBY, nearby)
        if not nearby:
            self.desk.courier.deaf()
        self.desk.courier.switch(by_itself)

    def _size(self, size: object) -> None:
        self.ledger.settings.set("text_scale", size)
        self.desk.rebuild_wanted.emit()

    def _change(self) -> None:
        """Change the passphrase after the old one was right; slow, so off the screen's thread."""
        old, new, folder = self.old.text(), self.new.text(), self.desk.workspace.folder
        if len(new) < LEAST_SIGNS or new != self.again.text():
            self.fields[1].find("E", say(f"至少 {LEAST_SIGNS} 位，两次要一样。", f"At least {LEAST_SIGNS} characters, twice the same."))
            return

        def change(_: Any) -> None:
            with Workspace.open(folder, passphrase=old) as other:
                other.change_passphrase(new)

        self.desk.jobs.write(change, self._changed, self._refused, words=say("正在换口令", "Changing the passphrase"))

    def _changed(self, _: Any) -> None:
        for field in self.fields:
            field.find("E", "")
            field.input.clear()
        self.desk.toast(say("口令已换。恢复卡还是那张。", "Passphrase changed. The recovery card stays the same."))

    def _refused(self, problem: Problem) -> None:
        self.fields[0].find("E", str(problem))
