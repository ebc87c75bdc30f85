"""The window: rail, header, work, next bar, status strip. Promises one frame for every page, in both languages, live."""
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models import clock
from app.models.language import language, say, set_language
from app.models.undoing import overtaken_words
from app.ui import bringing, icons, theme
from app.ui.news import news
from app.ui.page import Action, Desk, Next, Page, is_bare
from app.ui.pages import PAGES, PageInfo
from app.ui.standing import Standing, standing, where
from app.ui.widgets import KeyButton, KeyOverlay, Toast
from app.ui.widgets.frame import RAIL_KEYS, Header, NextBar, Rail, StatusStrip
from app.ui.widgets.plain import bounded

SETTINGS_KEY = "Ctrl+,"
LANGUAGE_KEYS = ("F12", "Ctrl+Shift+L")
TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.InputMethod, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})


class Window(QMainWindow):
    """The main window over an open workspace."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setMinimumSize(1024, 600)
        self.setAcceptDrops(True)
        self.setWindowIcon(icons.app_icon())
        self.pages: dict[str, Page] = {}
        self.infos: dict[str, PageInfo] = {info.name: info for info in PAGES}
        self.page: Page | None = None
        self._trouble = ""
        self._standing: Standing | None = None
        self._day_told = False
        self._bar = _Deeds(self)
        self._build()
        self._bind()
        self._retitle_frame()
        self.read_standing()

    # -- building

    def _build(self) -> None:
        self.rail, self.header, self.stack = Rail(where(self.desk.ledger)), Header(), QStackedWidget()
        self.next_bar, self.strip = NextBar(), StatusStrip(self._stop_job)
        self.practice = QFrame()
        self.practice.setObjectName("practice")
        self.practice.setFixedHeight(theme.px(4))
        self.practice.setVisible(self.desk.ledger.me.practice)
        for info in PAGES:
            if info.rail:
                self.rail.add(info.name, info.icon, "", info.foot)
        self.rail.add("me", "person", self.desk.ledger.me.user_name, foot=True)
        self.work = QWidget()
        inside = QVBoxLayout(self.work)
        inside.setContentsMargins(theme.px(theme.MARGIN), theme.px(16), theme.px(theme.MARGIN), theme.px(16))
        inside.addLayout(bounded(self._rolling(self.stack) if theme.scale() > 1 else self.stack))
        right = QVBoxLayout()
        right.setSpacing(0)
        for part, share in ((self.header, 0), (self.work, 1), (self.next_bar, 0)):
            right.addWidget(part, share)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        ground = QWidget()
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.practice)
        whole.addLayout(middle, 1)
        whole.addWidget(self.strip)
        self.setCentralWidget(ground)
        self.toast = Toast(self.work)

    @staticmethod
    def _rolling(stack: QStackedWidget) -> QScrollArea:
        """Return the pages in a frame that scrolls where large text leaves less height than they need."""
        stack.setMinimumHeight(theme.px(theme.WORK))
        roll = QScrollArea()
        roll.setFrameShape(QFrame.Shape.NoFrame)
        roll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        roll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        roll.setWidgetResizable(True)
        roll.setWidget(stack)
        return roll

    def _bind(self) -> None:
        self.rail.chosen.connect(lambda name: self.open("settings" if name == "me" else name))
        self.toast.undo.connect(self.undo)
        desk = self.desk
        desk.toasted.connect(self._toasted)
        desk.troubled.connect(self.show_trouble)
        desk.wanted.connect(lambda name, args: self.open(name, **args))
        desk.ledger_changed.connect(lambda _: self._later.start())
        self._heard: set[str] = set()
        desk.ledger_changed.connect(self._hear)
        desk.jobs.shown.connect(self.strip.put_job)
        if desk.copier is not None:
            desk.copier.told.connect(self._later_standing)
        if desk.courier is not None:
            desk.courier.changed.connect(self._tell_standing)
            desk.courier.ended.connect(self.read_standing)
        self._later = QTimer(self, singleShot=True, interval=150)
        self._later.timeout.connect(self.read_standing)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self.show_page)
        keys = {"F1": self.show_keys, "F3": self.search, "Ctrl+Z": self.undo, SETTINGS_KEY: lambda: self.open("settings")}
        keys |= dict.fromkeys(LANGUAGE_KEYS, self.switch_language)
        for digit, name in zip(RAIL_KEYS, [i.name for i in PAGES if i.rail and not i.foot], strict=False):
            keys[f"Ctrl+{digit}"] = lambda name=name: self.open(name)
        for key, do in keys.items():
            QShortcut(QKeySequence(key), self, do)
        QApplication.instance().installEventFilter(self)

    # -- pages

    def open(self, name: str, **args: Any) -> bool:
        """Show a page by its name; return False when the page that is open does not want to go."""
        if self.page is not None and self.page.name != name and not self.page.leave():
            self.rail.show_now(self.infos[self.page.name].under or self.page.name)
            return False
        if name not in self.pages:
            page = self.infos[name].load()(self.desk)
            page.changed.connect(self._again.start)
            page.retitle()
            self.pages[name] = page
            self.stack.addWidget(page)
        self.page = self.pages[name]
        self._trouble = ""
        self.stack.setCurrentWidget(self.page)
        self.rail.show_now(self.infos[name].under or name)
        self.page.enter(**args)
        self.show_page()
        focus = self.focusWidget()
        if focus is None or not self.page.isAncestorOf(focus):
            self.page.setFocus()
        return True

    def show_page(self) -> None:
        """Read title, facts, next and actions of the page that is open, and show them."""
        if self.page is None:
            return
        self.header.put(self.page.title(), self.page.facts())
        said = Next(self._trouble, say("没有办成", "Not done"), "E") if self._trouble else self.page.next()
        actions = self.page.actions()
        reason = next((a.why_not for a in actions if a.why_not and a.kind == "primary"), "")
        self._bar.put(actions, self.page.hints())
        self.next_bar.say(said.lead or say("下一步", "Next"), said.sentence or reason, said.level)

    def show_trouble(self, words: str) -> None:
        """Show a Problem in the next bar until the next deed."""
        self._trouble = words
        self.show_page()

    def act(self, action: Action) -> None:
        """Do a deed of the page; what went wrong before is no longer shown."""
        self._trouble = ""
        self.rail.show_digits(False)  # a sheet lies over the page as it looks now, and Ctrl is let go in the sheet
        action.do()
        self._again.start()

    # -- standing orders

    def read_standing(self, *_: Any) -> None:
        """Ask what is only here, what waits, when the last sync was."""
        self.desk.jobs.watch(lambda work: standing(work.ledger), self._stand, slot="standing")

    def _later_standing(self) -> None:
        self._later.start()

    def _stand(self, now: Standing) -> None:
        self._standing = now
        if (wrong := clock.wrong_day()) is not None and not self._day_told:
            self._day_told = True
            self.show_trouble(str(wrong))
        self.strip.pill.put(now.only_here, now.drafts)
        self.strip.put_second(now.second(), now.copy in ("", "ok"))
        self._tell_standing()
        if "review" in self.rail.items:
            self.rail.items["review"].set_count(now.conflicts)

    def _hear(self, recs: frozenset[str]) -> None:
        self._heard |= recs
        heard = frozenset(self._heard)
        self.desk.jobs.watch(lambda work: (heard, news(work.ledger, heard)), self._tell_news, slot="news")

    def _tell_news(self, found: tuple[frozenset[str], str]) -> None:
        self._heard -= found[0]
        if found[1]:
            self.desk.toast(found[1])

    def _tell_standing(self) -> None:
        if clock.wrong_day() is not None:
            self.strip.put_standing(say(f"本机日期不对：{clock.today()}", f"This computer's date is wrong: {clock.today()}"), "err")
        elif self._standing is not None:
            courier = self.desk.courier
            self.strip.put_standing(*(courier.words(self._standing) if courier is not None else (self._standing.synced(), "")))

    def undo(self) -> None:
        """Take back the last import, review or edit."""
        self.desk.jobs.write(lambda work: work.ledger.undo(), self._undone, self.desk.trouble,
                             words=say("正在撤销", "Undoing"))

    def _undone(self, touched: Any) -> None:
        self.desk.toast(say("没有可以撤销的", "There is nothing to take back") if touched is None
                        else say("已撤销上一步", "The last step was taken back") if touched.ids else overtaken_words())

    def search(self) -> None:
        """F3: the search box of this page, or of People."""
        if self.page is None or not self.page.search():
            self.open("people")
            self.page.search()

    def show_keys(self) -> None:
        """F1: lay the keys of this page over it."""
        if self.page is None:
            return
        keys = [(a.key, a.words) for a in self.page.actions() if a.key] + list(self.page.hints())
        keys += [("Ctrl+1", say("第一页；数字是第几页，第十一页是 -", "First page; the digit is the page, - the eleventh")),
                 (SETTINGS_KEY, say("设置", "Settings")), ("F3", say("找人", "Find")),
                 ("Ctrl+Z", say("撤销", "Undo")), ("F12", say("换成 English", "Switch to 中文"))]
        KeyOverlay(self, say(f"“{self.page.title()}”的按键", f"Keys of {self.page.title()}"), keys).exec()

    def switch_language(self) -> None:
        """Change between Chinese and English while running; every page is re-labelled."""
        set_language("en" if language() == "zh" else "zh")
        self.desk.ledger.settings.set("language", language())
        theme.use(QApplication.instance())
        self._trouble = ""
        self.toast.hide()  # what it says is in the other language
        self._retitle_frame()
        for page in self.pages.values():
            page.retitle()
        self.desk.language_changed.emit()
        self.show_page()
        self.read_standing()

    def _retitle_frame(self) -> None:
        me = self.desk.ledger.me
        name = say("乐业", "Leye")
        self.setWindowTitle(say(f"{name}（练习）", f"{name} (practice)") if me.practice else name)
        self.rail.title.setText(name)
        self.rail.place.setText(where(self.desk.ledger))
        for info in PAGES:
            if info.name in self.rail.items:
                self.rail.items[info.name].reword(info.word())
        self.strip.put_keys([("F12", say("English", "中文")), ("F1", say("这页的按键", "Keys of this page")),
                             ("F3", say("找人", "Find")), ("Ctrl+Z", say("撤销", "Undo"))])

    # -- what Qt tells

    def _toasted(self, words: str, undo: bool) -> None:
        self.toast.say(words, undo)

    def _stop_job(self) -> None:
        self.desk.jobs.cancel()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the digits of the rail while Ctrl is held; note when somebody typed, pressed or rolled."""
        kind = event.type()
        if kind in TOUCHES:
            self.desk.touched = time.monotonic()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Control:
                self.rail.show_digits(kind == QEvent.Type.KeyPress)
        elif kind == QEvent.Type.WindowDeactivate and watched is self:
            self.rail.show_digits(False)
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what is a file of this computer; what it is, is asked when it is dropped."""
        if bringing.file_of(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a file on the page that it is for."""
        file = bringing.file_of(event.mimeData())
        if file is not None:
            event.acceptProposedAction()
            self._trouble = ""
            bringing.bring(self.desk, file)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the page keep what it has; stay if it asks to."""
        if self.page is not None and not self.page.leave():
            event.ignore()
            return
        QApplication.instance().removeEventFilter(self)
        super().closeEvent(event)


class _Deeds:
    """The buttons and the keys of the page that is open; kept while they are the same, so that focus stays."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._shape: list[Any] = []
        self._actions: list[Action] = []
        self._buttons: list[KeyButton | None] = []
        self._keys: list[QShortcut] = []

    def put(self, actions: list[Action], hints: list[tuple[str, str]]) -> None:
        """Show these deeds."""
        shape = [self.window.page, hints, *[(a.words, a.kind, a.key, a.icon, a.place) for a in actions]]
        self._actions = actions
        if shape != self._shape:
            self._shape = shape
            self._rebuild(actions, hints)
        for action, button in zip(actions, self._buttons, strict=True):
            if button is not None:
                button.setEnabled(not action.why_not)
                button.setToolTip(action.why_not)

    def _rebuild(self, actions: list[Action], hints: list[tuple[str, str]]) -> None:
        for key in self._keys:
            key.setEnabled(False)
            key.deleteLater()
        lost = any(b is not None and b.hasFocus() for b in self._buttons)
        self._keys, self._buttons = [], []
        for at, action in enumerate(actions):
            self._buttons.append(self._button(at, action) if action.place != "hidden" else None)
            if action.key and not is_bare(action.key):
                self._keys.append(QShortcut(QKeySequence(action.key), self.window, lambda at=at: self._do(at)))
        ordered = sorted((a.kind == "primary", at) for at, a in enumerate(actions) if a.place == "next")
        self.window.next_bar.put_buttons([self._buttons[at] for _, at in ordered])
        self.window.header.put_side([b for a, b in zip(actions, self._buttons, strict=True) if a.place == "header"], hints)
        if lost and self.window.page is not None:
            self.window.page.setFocus()

    def _button(self, at: int, action: Action) -> KeyButton:
        button = KeyButton(action.words, action.kind, action.key, action.icon)
        button.clicked.connect(lambda _=False: self._do(at))
        return button

    def _do(self, at: int) -> None:
        if at < len(self._actions) and not self._actions[at].why_not:
            self.window.act(self._actions[at])

