"""SyncPage: how data leave and reach this computer. Promises to say what exists only here, always."""
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from app.models.language import say
from app.models.problem import Problem
from app.ui.page import Desk, Next, Page
from app.ui.pages.sync_work import carried_words, met, read_words

EVERY_MS = 5000  # how often the page reads anew while it is open, for what nobody tells it: minutes that pass


def _steps(work: Any) -> Any:
    """Return what moves the bar of a job, and stops it where a person asks for that."""
    return lambda _, at, of: work.step(at, max(of, 1))


def page_for(desk: Desk) -> "SyncPage":
    """Return the page of an office, which receives, or of a laptop, which pairs and keeps level."""
    if desk.ledger.me.role in ("township", "county", "province"):
        from app.ui.pages.sync_office import OfficePage

        return OfficePage(desk)
    from app.ui.pages.sync_laptop import LaptopPage

    return LaptopPage(desk)


class SyncPage(Page):
    """What laptop and office share: the stick, the results, and reading how things stand off the screen's thread."""

    name = "sync"
    icon = "sync"

    def __init__(self, desk: Desk, view: Any) -> None:
        super().__init__(desk)
        self.view = view
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(view)
        self.timer = QTimer(self, interval=EVERY_MS)
        self.timer.timeout.connect(self.read)
        view.stick.wrote.connect(self.stick_out)
        view.stick.read.connect(self.stick_in)
        view.results.stopped.connect(desk.jobs.cancel)
        desk.jobs.shown.connect(view.results.put_job)
        desk.ledger_changed.connect(lambda _: self.read() if self.isVisible() else None)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("同步", "Sync")

    # -- reading

    def enter(self, **_: Any) -> None:
        """Show how this computer stands, and keep it so while the page is open."""
        if not self.view.stick.path():
            self.view.stick.put_path(str(self.desk.ledger.settings.get("stick_path") or ""))
        self.setFocus()
        self.read()
        self.view.focus()
        self.timer.start()

    def leave(self) -> bool:
        """Stop looking; everything else goes on."""
        self.timer.stop()
        return True

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.view.retitle()
        self.read()

    def read(self) -> None:
        """Read how this computer stands, off the screen's thread."""
        self.desk.jobs.read(self.state, self._put, slot="sync")

    def state(self, work: Any) -> tuple[Any, ...]:
        """Return what the view is to show; in a worker's thread."""
        raise NotImplementedError

    def _put(self, state: tuple[Any, ...]) -> None:
        self.view.put(*state)
        self.refresh()

    # -- stick

    def stick_out(self, path: str) -> None:
        """Save what the other side lacks, sealed: into this file, or into this folder."""
        from app.sync.stick import export_stick

        def go(work: Any) -> list[tuple[str, str]]:
            with self.desk.workspace.again() as ws:
                return [("ok", words) for words in carried_words(export_stick(ws, Path(path), progress=_steps(work)), out=True)]
        if self._path_is_there(path):
            self._begin(go, say("正在存到 U 盘", "Saving to the stick"))

    def stick_in(self, path: str) -> None:
        """Take in a file from a stick, or every file of a folder."""
        from app.sync.stick_folder import read_folder
        from app.sync.unload import import_stick

        def go(work: Any) -> list[tuple[str, str]]:
            with self.desk.workspace.again() as ws:
                if Path(path).is_dir():
                    said = read_words(read_folder(ws, Path(path), _steps(work)))
                else:
                    said = [("ok", words) for words in carried_words(import_stick(ws, Path(path), _steps(work)), out=False)]
                met(ws.ledger, say("U 盘", "stick"))
                return said
        if self._path_is_there(path):
            self._begin(go, say("正在读 U 盘", "Reading the stick"))

    def _path_is_there(self, path: str) -> bool:
        if path:
            self.desk.ledger.settings.set("stick_path", path)
            return True
        self.desk.trouble(Problem("sync.no_path", "先选 U 盘上的文件。", "Choose the file on the stick first."))
        self.view.stick.line.setFocus()
        return False

    def _begin(self, go: Any, doing: str) -> None:
        self.view.usable(False)

        def well(said: list[tuple[str, str]]) -> None:
            for level, words in reversed(said):
                self.view.results.tell(level, words)
            self._over()

        def ill(problem: Problem) -> None:
            self.tell("err", [str(problem)])
            self.desk.trouble(problem)
            self._over()
        self.desk.jobs.write(go, well, ill, words=doing, cancelled=self._over)

    def _over(self) -> None:
        self.view.usable(True)
        self.read()

    def tell(self, level: str, lines: list[str]) -> None:
        """Add what happened to the results, the first line first."""
        for words in reversed(lines[1:]):
            self.view.results.tell("warn" if words in lines[2:] else level, words)
        if lines:
            self.view.results.tell(level, lines[0])

    # -- what the page says

    def facts(self) -> str:
        """Return the line under the title."""
        return self.view.facts_line()

    def next(self) -> Next:
        """Return what comes next."""
        return self.view.next()
