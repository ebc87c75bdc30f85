"""The gate: the window before the workspace is open. Promises the mark, one sheet in the middle and a next bar."""
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from app.models.language import language, say, set_language
from app.ui import icons, theme
from app.ui.job import Jobs
from app.ui.widgets import KeyButton, Panel, Words, column
from app.ui.widgets.frame import NextBar


class Gate(QMainWindow):
    """One sheet over the paper. Subclasses fill `.sheet`, say their words in `retitle` and go on in `forward`."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.setWindowIcon(icons.app_icon())
        self.jobs = Jobs(None, self)
        self.busy = ""
        mark = QLabel()
        mark.setPixmap(icons.mark(44))
        self.brand, self.motto = Words("", 20, bold=True), Words("", 13, "2")
        self.other = KeyButton("", "quiet", "F12")
        self.other.clicked.connect(self.switch_language)
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(mark)
        head.addLayout(column(self.brand, self.motto, gap=0), 1)
        head.addWidget(self.other)
        self.sheet = Panel(padding=20)
        self.sheet.title.setFont(theme.font(18, True))
        middle = QWidget()
        middle.setFixedWidth(theme.px(wide))
        middle.setLayout(column(head, 8, self.sheet))
        self.next_bar = NextBar()
        self.primary = KeyButton("", "primary", "Return")
        self.primary.clicked.connect(self._forward)
        self.next_bar.put_buttons([self.primary])
        ground = QWidget()
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addStretch(1)
        whole.addWidget(middle, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(2)
        whole.addWidget(self.next_bar)
        self.setCentralWidget(ground)
        for key in ("F12", "Ctrl+Shift+L"):
            QShortcut(QKeySequence(key), self, self.switch_language)

    def say_next(self, words: str, level: str = "") -> None:
        """Say what comes next, or what is wrong (level E)."""
        self.next_bar.say(say("请看", "Look") if level else say("下一步", "Next"), words, level)

    def wait(self, words: str, fn: Callable[[Any], Any], then: Callable[[Any], None],
             fail: Callable[[Exception], None] | None = None) -> None:
        """Do something slow off the screen's thread; meanwhile the primary says so."""
        self.primary.setEnabled(False)
        self.say_next(words)

        def done(answer: Any) -> None:
            self.primary.setEnabled(True)
            then(answer)

        def failed(problem: Exception) -> None:
            self.primary.setEnabled(True)
            self.say_next(str(problem), "E")
            if fail is not None:
                fail(problem)

        self.jobs.read(fn, done, failed)

    def switch_language(self) -> None:
        """Change between Chinese and English."""
        set_language("en" if language() == "zh" else "zh")
        theme.use(QApplication.instance())
        self.show_words()

    def show_words(self) -> None:
        """Set all texts in the language in use."""
        self.setWindowTitle(say("乐业", "Leye"))
        self.brand.setText(say("乐业", "Leye"))
        self.motto.setText(say("搬迁群众的就业台账，没有网也能用", "Work records of relocated people, also without a network"))
        self.other.reword(say("English", "中文"))
        self.retitle()

    def retitle(self) -> None:
        """Set the texts of the sheet."""

    def forward(self) -> None:
        """Do what the primary button says."""

    def _forward(self) -> None:
        if self.primary.isEnabled():
            self.forward()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, unless an input method is at work."""
        focus = self.focusWidget()
        composing = getattr(focus, "composing", lambda: False)()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not composing:
            self._forward()
            return
        super().keyPressEvent(event)

    def end(self) -> None:
        """End the worker; the window may be closed."""
        self.jobs.close()
