"""Page: one place of the window. Promises the three places: header (what this is), work, next bar (what comes next).

A page says `title`, `facts`, `next` (sentence and actions) and `hints` (more keys for F1); the window draws them and
binds the keys. After anything changed, `self.refresh()`. Texts are set in `retitle`, which is called once before the
page is first shown and again when the language changes.
"""
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.models import undoing
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.ui.copier import Copier
from app.ui.courier import Courier
from app.ui.job import Jobs
from app.ui.widgets import LineInput, row

if TYPE_CHECKING:
    from app.sync.workspace import Workspace


@dataclass(frozen=True)
class Action:
    """A deed of a page: words, what it does, its key. `why_not` disables it and says why; `place` is where it shows:
    next (the bar; at most one primary, last), header (right side), hidden (key only, listed under F1)."""

    words: str
    do: Callable[[], Any]
    key: str = ""
    kind: str = "secondary"
    icon: str = ""
    place: str = "next"
    why_not: str = ""


@dataclass(frozen=True)
class Next:
    """What the next bar says: a sentence, its lead (下一步 unless given) and its level: "" E W Q."""

    sentence: str = ""
    lead: str = ""
    level: str = ""


class Desk(QObject):
    """What every page may use: the ledger, the jobs, the signals of the window.

    Attributes: ledger (of the window's thread: short reads and writes only), jobs, workspace, copier (of the second copy) and
    courier (to the office above), both None without a workspace.
    """

    ledger_changed = Signal(object)   # frozenset of record ids
    language_changed = Signal()
    toasted = Signal(str, bool)       # what happened, whether it can be undone
    troubled = Signal(str)            # a Problem in words
    wanted = Signal(str, dict)        # a page by name, with arguments
    rebuild_wanted = Signal()         # the text size changed: make the window anew

    def __init__(self, ledger: Ledger, workspace: "Workspace | None" = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ledger, self.workspace = ledger, workspace
        self.touched = 0.0  # when somebody last typed, pressed or rolled, by the monotonic clock
        self.jobs = Jobs(ledger, self)
        self.copier = Copier(ledger, workspace, self) if workspace is not None else None
        self.courier = Courier(workspace, self.jobs, self) if workspace is not None else None
        if self.courier is not None:
            self.ledger_changed.connect(lambda _: self.courier.finished())
        self._offered = undoing.last(ledger)  # the last step of which somebody was told that it can be taken back
        self._tell = self.ledger_changed.emit
        ledger.listeners.append(self._tell)
        if self.copier is not None:
            self.ledger_changed.connect(self.copier.soon)

    def close(self) -> None:
        """End the workers; the ledger stays its owner's to close."""
        if self.courier is not None:
            self.courier.stop()
        if self.copier is not None:
            self.copier.close()
        self.jobs.close()
        self.ledger.listeners.remove(self._tell)

    def toast(self, words: str, undo: bool = False) -> None:
        """Say what happened. Taking it back is offered only where something was written since it last was: what changed nothing
        writes nothing, and undo would take back what went before."""
        if undo:
            step = undoing.last(self.ledger)
            undo, self._offered = step > self._offered, max(step, self._offered)
        self.toasted.emit(words, undo)

    def trouble(self, problem: Problem) -> None:
        """Show a Problem in words."""
        self.troubled.emit(str(problem))

    def go(self, page: str, **args: Any) -> None:
        """Open a page by its name."""
        self.wanted.emit(page, args)


class Page(QWidget):
    """Base of all pages. Class attributes: name (for --page and `go`), icon, rail (whether it stands in the rail)."""

    name = ""
    icon = "list"
    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.desk = desk

    # -- what a page says; override

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return ""

    def title(self) -> str:
        """Return the title of the header."""
        return self.word()

    def facts(self) -> str:
        """Return the one line under the title."""
        return ""

    def next(self) -> Next:
        """Return what the next bar says."""
        return Next()

    def actions(self) -> list[Action]:
        """Return the deeds of the page as they stand now."""
        return []

    def hints(self) -> list[tuple[str, str]]:
        """Return (key, words) of keys that no action names, for F1 and, up to four, the header."""
        return []

    def enter(self, **args: Any) -> None:
        """The page is shown; arguments say what."""

    def leave(self) -> bool:
        """The page is about to go; return False to stay."""
        return True

    def retitle(self) -> None:
        """Set every text anew in the language in use."""

    def search(self) -> bool:
        """F3: put the cursor into the page's own search box; return False if it has none (People is opened)."""
        return False

    # -- what a page uses

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of the window's thread."""
        return self.desk.ledger

    def refresh(self) -> None:
        """Ask the window to read title, facts, next and actions again."""
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bare keys (Enter, Esc, digits) of the page's actions; other keys are bound by the window."""
        focus = self.window().focusWidget()
        if isinstance(focus, LineInput) and focus.composing():
            return
        typing = isinstance(focus, QLineEdit | QPlainTextEdit)
        key = bare_key(event)
        for action in self.actions() if key else ():
            if action.key == key and not action.why_not and not (typing and key.isdigit()):
                action.do()
                return
        if key == "Esc" and self.desk.jobs.cancel():
            return
        super().keyPressEvent(event)


def beside(page: QWidget, left: QWidget, right: QWidget) -> None:
    """Lay a page out: a list at the left, what is open in it at the right."""
    whole = row(left, gap=16)
    whole.addWidget(right, 1)
    page.setLayout(whole)


BARE = {Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "Return", Qt.Key.Key_Escape: "Esc"}


def bare_key(event: QKeyEvent) -> str:
    """Return "Return", "Esc" or a digit for a bare key, "" for any other."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return ""
    if event.key() in BARE:
        return BARE[Qt.Key(event.key())]
    return event.text() if event.text().isdigit() and len(event.text()) == 1 else ""


def is_bare(key: str) -> bool:
    """Tell whether a key is pressed alone and is handled by the page, not by a shortcut."""
    return key in ("Return", "Esc") or key.isdigit()
