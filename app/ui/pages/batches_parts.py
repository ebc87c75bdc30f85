"""Parts of the page of batches: a masked phone, the sheet in which posts are agreed on."""
from typing import Any

from PySide6.QtCore import Qt

from app.models.identity import mask_phone
from app.models.language import say
from app.ui import theme
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import Field, MaskedLabel, Sheet


class MaskedPhone(MaskedLabel):
    """A phone number: 138****5678, an eye that shows it for 20 s."""

    def retitle(self) -> None:
        """Say again what stands here, in the language in use."""
        self.eye.rename(say("显示电话 20 秒", "Show the phone for 20 s"))
        self.eye.setVisible(bool(self._full))
        self.words.setText((self._full if self._open else mask_phone(self._full)) if self._full else say("没有电话", "No phone"))
        self.words.setAccessibleName(say(f"电话尾号 {self._full[-4:]}", f"Phone ending {self._full[-4:]}"))


class PostSheet(Sheet):
    """Which posts: type a few letters, Enter; several where `multi`."""

    def __init__(self, over: Any, title: str, words: str, yes: str, options: list[tuple[str, str]], *, multi: bool = True) -> None:
        super().__init__(over, title, words, wide=560)
        self.posts = LongChoice(multi=multi)
        self.posts.offer(options)
        self.body.addWidget(Field(say("岗位（可以几个）", "Posts (several allowed)") if multi else say("岗位", "Post"), self.posts))
        self.sheet.setMinimumHeight(theme.px(420))
        self.body.addStretch(1)
        self.add_button(say("算了", "Leave it"), "secondary", "Esc").clicked.connect(self.reject)
        self.add_button(yes, "primary", "Return").clicked.connect(self.accept)
        self.posts.setFocus()

    def keyPressEvent(self, event: Any) -> None:
        """Enter takes a post while something is typed, else it writes."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.posts.line.composing():
            return
        if (self.posts.is_open() or not enter) and self.posts.line.hasFocus() and self.posts.key(event):
            return
        if enter:
            self.accept()
        else:
            super().keyPressEvent(event)
