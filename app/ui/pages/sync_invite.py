"""InviteSheet: for which place, and for whom, asked before a code is made."""
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.models import places
from app.models.language import say
from app.models.ledger import Ledger
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import Field, LineInput, Sheet


class InviteSheet(Sheet):
    """For which place, and for whom: asked before a code is made."""

    def __init__(self, over: QWidget, ledger: Ledger, area: str = "", name: str = "") -> None:
        super().__init__(over, say("邀请一台新电脑", "Invite a computer"),
                         say("它只收得到您选的地方的数据。码一次有效，30 分钟。",
                             "It receives only the place you choose. The code is good once, for 30 minutes."))
        own = ledger.me.area
        options = [(own, places.path(own, ledger))]
        options += [(one.code12, one.name) for one in places.children(own, ledger)]
        self.area, self.name = LongChoice(), LineInput()
        self.area.offer(options)
        known = next((code for code, _ in options if area and code.startswith(area)), own)
        self.area.set_value([known])
        self.name.setText(name)
        self.body.addWidget(Field(say("管哪里", "Area"), self.area))
        self.body.addWidget(Field(say("给谁用（可以不填）", "For whom (optional)"), self.name))
        self.add_button(say("不邀请了", "Leave it"), "secondary", "Esc").clicked.connect(self.reject)
        agree = self.add_button(say("给出邀请码", "Make the code"), "primary", "Return")
        agree.clicked.connect(self.accept)
        agree.setFocus()

    def keyPressEvent(self, event) -> None:
        """The open list takes its keys first."""
        if self.area.line.hasFocus() and self.area.key(event):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.name.composing():
            self.accept()
            return
        super().keyPressEvent(event)

    def chosen(self) -> str:
        """Return the area chosen."""
        return str((self.area.value() or [""])[0])
