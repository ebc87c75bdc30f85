"""Section: one of the lists of the review page, and Mode: what stands in its place for a while. Promises one shape for all.

A section reads its rows off the screen's thread, shows the chosen one at the right, and says its deeds; a mode (a rule
to be looked over, a value to be typed) takes the right side and the keys until it is done or left with Esc.
"""
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.models import access
from app.models.language import say
from app.models.ledger import Ledger
from app.ui import theme
from app.ui.job import Work
from app.ui.page import Action, Next

if TYPE_CHECKING:
    from app.ui.pages.review import ReviewPage

Parts = list[tuple[QWidget, int]]  # widgets from top to bottom, each with its share of the height that is left


class Shown:
    """What takes the right side of the page."""

    def __init__(self, page: "ReviewPage") -> None:
        self.page = page
        self.desk = page.desk

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of the window's thread: short reads only."""
        return self.page.ledger

    def parts(self) -> Parts:
        """Return what is shown."""
        return []

    def actions(self) -> list[Action]:
        """Return the deeds."""
        return []

    def next(self) -> Next:
        """Return what comes next."""
        return Next()

    def hints(self) -> list[tuple[str, str]]:
        """Return more keys."""
        return []

    def begin(self) -> None:
        """Take the cursor where it is wanted."""
        self.page.list.setFocus()

    def write(self, deed: Callable[[Work], Any], then: Callable[[Any], None], words: str = "") -> None:
        """Do something that changes the ledger, then go on; a Problem is shown and the list read again. words: told where it takes long."""
        self.desk.jobs.write(deed, then, self.page.failed, words=words)

    def deal(self, row: Any, deed: Callable[[Work], Any], words: str) -> None:
        """Deal with a row: the next one is shown at once; the toast tells when it is on disk."""
        self.page.leaving(row)
        self.write(deed, lambda _: self.desk.toast(words, undo=True))


class Mode(Shown):
    """What stands at the right for a while."""

    def leave(self) -> None:
        """Go back to the case."""
        self.page.put_mode(None)

    def turn(self, onward: bool) -> None:
        """Take the arrows to the left and to the right."""


class Section(Shown):
    """One list. `rows` are what it lists, in order; each has key, icon, who, when, door and short()."""

    slow = False  # whether reading shows itself as a job

    def __init__(self, page: "ReviewPage") -> None:
        super().__init__(page)
        self.rows: list[Any] = []
        self.skipped: set[Any] = set()  # keys of what was put off
        self.touched: set[str] | None = None  # records to read again; None: all of them
        self.fresh = False
        self.begun = False

    def word(self) -> str:
        """Return the word on its tab."""
        return ""

    def count(self) -> int | None:
        """Return how many it lists; None before it was read."""
        return len(self.rows) if self.begun else None

    def read(self, work: Work, among: Collection[str] | None) -> Any:
        """Return the rows (of these records), off the screen's thread."""
        raise NotImplementedError

    def take(self, found: Any, among: Collection[str] | None) -> None:
        """Keep what was read."""
        self.rows, self.begun, self.fresh = list(found), True, True

    def take_again(self) -> None:
        """Order the rows again: what was put off stands last."""
        self.rows.sort(key=lambda row: row.key in self.skipped)

    def put(self, row: Any) -> None:
        """Make this row the one that is shown; None where there is none."""

    def busy_words(self) -> str:
        """Return what is said while reading takes long."""
        return ""

    def empty(self) -> tuple[str, str]:
        """Return what is said where nothing is listed: what, and what to do."""
        return "", ""

    def jump(self, row: Any) -> object:
        """Return what PgUp and PgDn jump over: rows that share it belong together."""
        return row.key


class MaskedSection(Section):
    """A list whose rows hold numbers: masked, until somebody looks closer for a while. Attributes: open (they stand in full)."""

    def __init__(self, page: "ReviewPage") -> None:
        super().__init__(page)
        self.open = False
        self._hide = QTimer(page, singleShot=True, interval=theme.UNMASK_MS)
        self._hide.timeout.connect(self._mask)

    def looked_at(self) -> tuple[Sequence[str], str]:
        """Return the records whose numbers are seen, and why; no record where nothing is shown."""
        return (), ""

    def unmask(self) -> None:
        """Show the numbers in full for 20 s, and write down who looked."""
        if not self.looked_at()[0]:
            return
        self.open = not self.open
        if self.open:
            self.note()
            self._hide.start()
        self.page.draw()

    def note(self) -> None:
        """Write down who looked."""
        recs, reason = self.looked_at()
        for rec in recs:
            self.desk.jobs.write(lambda work, rec=rec: access.note_view(work.ledger, rec, reason), None, self.page.failed)

    def unmasking(self) -> Action:
        """Return the deed that shows or masks the numbers."""
        return Action(say("遮住号码", "Mask") if self.open else say("看全号码", "Show numbers"), self.unmask, "F2", place="header")

    def _mask(self) -> None:
        if self.open:
            self.open = False
            if self.page.mode is None and self.page.section is self:
                self.page.draw()


def stepped(rows: Sequence[Any], at: int, onward: bool, same: Callable[[Any], object]) -> int:
    """Return the first row of the next or of the previous run of rows that share something."""
    if not rows:
        return 0
    starts = [n for n, row in enumerate(rows) if n == 0 or same(rows[n - 1]) != same(row)]
    if onward:
        return next((n for n in starts if n > at), at)
    return next((n for n in reversed(starts) if n < at), 0)
