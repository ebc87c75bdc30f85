"""The desktop: opens a workspace in a window. Promises that only Qt, the store and the first page load at the start."""
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QSize, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from app.models.language import language, set_language
from app.models.problem import Problem
from app.sync import workspace as workspaces
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.page import Desk
from app.ui.pages import PAGES
from app.ui.sweeper import Sweeper
from app.ui.window import Window

SETTLE_MS = 250  # how long nothing may be under way before a picture is taken


class Desktop:
    """One run of the program: the gate first if needed, then the main window."""

    def __init__(self, app: QApplication, folder: Path, page: str | None, size: QSize, alone: bool = True) -> None:
        self.app, self.folder, self.page, self.size, self.alone = app, folder, page, size, alone
        self.window: QMainWindow | None = None
        self.desk: Desk | None = None
        self.sweeper: Sweeper | None = None

    def begin(self, passphrase: str | None) -> None:
        """Show the first window: start, unlock or the workspace itself."""
        if not (self.folder / workspaces.KEYS).exists():
            self._start()
            return
        problem = ""
        given = passphrase or workspaces.passphrase(self.folder)
        if given:
            try:
                self.open(Workspace.open(self.folder, passphrase=given))
                return
            except Problem as found:
                if not self.alone:
                    raise
                problem = str(found)
        from app.ui.pages.unlock import UnlockWindow

        unlock = UnlockWindow(self.folder, problem)
        unlock.opened.connect(self._leave_gate)
        self._show(unlock)

    def _start(self) -> None:
        """Show the first start."""
        from app.ui.pages.start import StartWindow

        gate = StartWindow(self.folder)
        gate.opened.connect(self._leave_gate)
        gate.restore_wanted.connect(lambda: self._another(self._go_on))
        self._show(gate)

    def _go_on(self) -> None:
        """Show the way to go on from a second copy."""
        from app.ui.pages.go_on import GoOnWindow

        gate = GoOnWindow(self.folder)
        gate.opened.connect(self._leave_gate)
        gate.back.connect(lambda: self._another(self._start))
        self._show(gate)

    def _another(self, show: Callable[[], None]) -> None:
        """Show another gate in the place of this one, which ends."""
        gate = self.window
        show()
        gate.end()

    def open(self, workspace: Workspace) -> None:
        """Show the main window of a workspace."""
        if self.alone:
            workspace.lock()
        kept = workspace.ledger.settings.get("language")
        if kept in ("zh", "en") and not _language_is_set():
            set_language(kept)
        theme.use(self.app, text_scale=float(workspace.ledger.settings.get("text_scale", 1.0)))
        self.desk = Desk(workspace.ledger, workspace)
        self.sweeper = Sweeper(self.desk)
        self.desk.rebuild_wanted.connect(self.rebuild)
        if self.alone:  # a picture shares the workspace with the window that keeps it level
            self.desk.courier.start()
        self._window(self.page or "people")

    def rebuild(self) -> None:
        """Make the main window anew, at the same page; the text size changed."""
        if self.desk is not None:
            theme.use(self.app, text_scale=float(self.desk.ledger.settings.get("text_scale", 1.0)))
            page = self.window.page.name if isinstance(self.window, Window) and self.window.page else "people"
            self._window(page)

    def end(self) -> None:
        """Close everything in order: workers, window, store; Qt's objects go before the interpreter does, and until they have gone
        garbage is the sweeper's, so that no worker deletes them."""
        window, self.window = self.window, None
        if self.desk is not None:
            self.desk.close()
        elif window is not None and hasattr(window, "end"):
            window.end()
        if window is not None:
            window.hide()
            window.deleteLater()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if self.sweeper is not None:
            self.sweeper.stop()
        if self.desk is not None and self.desk.workspace is not None:
            self.desk.workspace.close()

    def _leave_gate(self, workspace: Workspace) -> None:
        gate = self.window
        try:
            self.open(workspace)
        except Problem as problem:
            workspace.close()
            gate.say_next(str(problem), "E")
            return
        gate.end()

    def _window(self, page: str) -> None:
        if self.desk is not None:
            window = Window(self.desk)
            self._show(window)
            window.open(page)

    def _show(self, window: QMainWindow) -> None:
        old, self.window = self.window, window
        window.resize(old.size() if old is not None else self.size)
        window.show()
        if old is not None:
            old.close()
            old.deleteLater()


def run(workspace_dir: Path, passphrase: str | None = None, picture: Path | None = None, page: str | None = None,
        size: tuple[int, int] = (1366, 768)) -> int:
    """Open the desktop on a workspace; return the exit status when the last window is closed.

    With `picture` the window is drawn at `size`, saved there and closed; it shares the workspace as commands do. Problem
    where there is no such page, and, with `picture`, where the workspace cannot be opened.
    """
    if page is not None and page not in (known := [info.name for info in PAGES]):
        raise Problem("desktop.page", f"没有“{page}”这一页。有：{'、'.join(known)}。",
                      f"There is no page “{page}”. There are: {', '.join(known)}.")
    _see_that_there_is_a_display(needed=picture is None)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("Leye")
    _own_words(app)
    theme.use(app)
    desktop = Desktop(app, Path(workspace_dir), page, QSize(*size), alone=picture is None)
    desktop.begin(passphrase)
    if picture is not None:
        saved = Picture(desktop, Path(picture))
        app.exec()
        desktop.end()
        if not saved.done:
            raise Problem("desktop.picture", f"图片 {picture.name} 写不进去。请看看文件夹在不在、能不能写，文件名是不是以 .png 结尾。",
                          f"The picture {picture.name} cannot be written. See whether the folder is there and can be written to,"
                          " and whether the name ends in .png.", status=1)
        return 0
    if QGuiApplication.primaryScreen().availableSize().width() <= size[0]:
        desktop.window.showMaximized()
    status = app.exec()
    desktop.end()
    return status


def _see_that_there_is_a_display(*, needed: bool) -> None:
    """A picture is drawn without a display; for a window raise a Problem where there is none, before Qt ends the program with its own words."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not needed:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise Problem("desktop.display", "这里没有显示器，打不开窗口。请在桌面上运行，或用命令：leye --help。",
                      "There is no display here to open a window on. Run it on a desktop, or use the commands: leye --help.")


class Picture:
    """Waits until nothing is under way, saves the window and ends the program."""

    def __init__(self, desktop: Desktop, path: Path) -> None:
        self.desktop, self.path, self.done, self.quiet = desktop, path, False, 0
        self.timer = QTimer(interval=SETTLE_MS // 5)
        self.timer.timeout.connect(self._look)
        self.timer.start()

    def _look(self) -> None:
        busy = self.desktop.desk is not None and self.desktop.desk.jobs.busy()
        self.quiet = 0 if busy else self.quiet + 1
        if self.quiet >= 5 and self.desktop.window is not None:
            self.timer.stop()
            self.desktop.window.resize(self.desktop.size)
            self.done = self.desktop.window.grab().save(str(self.path), "PNG")
            self.desktop.app.exit(0)


def _language_is_set() -> bool:
    import os

    return bool(os.environ.get("LEYE_LANG"))


def _own_words(app: QApplication) -> None:
    """Let Qt's own dialogs (choose a file, print) speak Chinese too."""
    if language() == "zh":
        words = QTranslator(app)
        if words.load(QLocale(QLocale.Language.Chinese), "qtbase", "_",
                      QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(words)
