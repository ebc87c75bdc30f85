"""BooksPage: choose a book, look at it, export or print it. Promises that what is shown is what the file will hold."""
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.models import places
from app.models.language import counted, say
from app.models.problem import Problem
from app.ui import bringing, theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages import books_export
from app.ui.pages.books_export import Wish
from app.ui.pages.books_how import How
from app.ui.pages.books_sheet import SheetPreview
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import (
    Cell,
    Column,
    Field,
    Icon,
    KeyButton,
    LineInput,
    Rows,
    Table,
    Tag,
    Words,
    ask_reason,
    column,
    hair,
    panel_of,
    row,
)

FIRST = 30


@dataclass(frozen=True)
class Shown:
    """What was looked at: columns, rows and count of the preview; papers (its own first), landscape; whether it goes by village; file name; face."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    papers: tuple[str, ...]
    landscape: bool
    partable: bool
    name: str
    face: Any


class BooksPage(Page):
    """Books and the place at the left; how, and the sheet, at the right; the export in the next bar."""

    name = "books"
    icon = "books"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.books, self._wanted = list[tuple[Any, str]](), ""
        self.shown: Shown | None = None
        self.busy = self.fresh = False
        self.done, self.printed = None, 0
        self._chosen_path = False
        self._build()

    def _build(self) -> None:
        self.title_words = Words("", 15, bold=True)
        self.rows = Rows([Column("")])
        self.table = Table(self.rows, "", 52, False)
        self.table.horizontalHeader().hide()
        self.table.moved.connect(lambda _: self._changed())
        self.area = LongChoice()
        self.area.chosen.connect(lambda _: self._changed())
        self.area_field, self.path = Field("", self.area), LineInput()
        self.path_words = Words("", 13, "2")
        self.path.textEdited.connect(self._typed)
        self.choose = KeyButton("", height=32)
        self.choose.clicked.connect(self._choose)
        left, inside = panel_of(padding=0)
        left.setFixedWidth(theme.px(252))
        inside.setContentsMargins(1, 1, 1, theme.px(10))
        inside.setSpacing(0)
        head = row(self.title_words, None)
        head.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(10))
        low = column(self.area_field, gap=2)
        low.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), 0)
        inside.addLayout(head)
        inside.addWidget(hair())
        inside.addWidget(self.table, 1)
        inside.addWidget(hair())
        inside.addLayout(low)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(14))
        whole.addWidget(left)
        whole.addWidget(self._right(), 1)

    def _right(self) -> QWidget:
        self.right_title, self.right_facts, self.tag = Words("", 15, bold=True), Words("", 13, "2"), Tag("", "lock")
        self.how = How()
        self.how.changed.connect(self._how_changed)
        self.sheet = SheetPreview()
        self.saved = QWidget()
        self.saved_words = Words("", 14, "", wrap=True)
        self.folder = KeyButton("", "secondary", "Ctrl+D", icon="folder", height=32)
        self.folder.clicked.connect(self._open_folder)
        line = row(Icon("check", 18, "ok"), self.saved_words, self.folder, gap=8)
        line.setStretch(1, 1)
        self.saved.setLayout(line)
        self.saved.hide()
        right, within = panel_of(padding=14)
        within.setSpacing(theme.px(6))
        within.addLayout(row(self.right_title, self.right_facts, None, self.tag, gap=10))
        within.addWidget(self.how)
        within.addWidget(self.sheet, 1)
        way = row(self.path_words, self.path, self.choose, gap=6)
        way.setStretch(1, 1)
        within.addLayout(way)
        within.addWidget(self.saved)
        return right

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("台账", "Books")

    def facts(self) -> str:
        """Return the line under the title."""
        return say("按县里的表样导出成 Excel，WPS 也能打开", "Exported to Excel in the county's own layout; WPS opens it too")

    # -- coming, and the two languages

    def enter(self, book: str = "", **_: Any) -> None:
        """Show the books there are, and one of them: the first where none is named."""
        self._wanted = book or self._wanted
        if self.books:
            self._changed()
        self.desk.jobs.read(lambda work: _books(work.ledger), self._put_books, self.desk.trouble, slot="books")
        self.table.setFocus()

    def _put_books(self, found: tuple[Any, ...]) -> None:
        wanted, self._wanted = self._wanted, ""
        at = next((n for n, (one, _) in enumerate(found) if one.id == wanted), None)
        if list(found) != self.books:
            self.books = list(found)
            self._name_books()
            at = at or 0
        if at is not None:
            self.table.choose(at)

    def _name_books(self) -> None:
        at = max(0, self.table.currentIndex().row())
        self.rows.put([[Cell(one.label(), say(*words), bold=True)] for one, words in self.books])
        self.table.fit(self.rows.columns)
        if self.books:
            self.table.choose(at)

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.title_words.setText(say("哪一本", "Which book"))
        self.table.setAccessibleName(self.title_words.text())
        self.area_field.relabel(say("哪里的人", "People of"))
        own, chosen = self.ledger.me.area, self.area_code()
        below = [(one.code12, one.name) for one in places.children(own, self.ledger)]
        self.area.offer([(own, places.path(own, self.ledger)), *below])
        self.area.set_value([chosen])
        self.how.relabel()
        self.choose.reword(say("选…", "Choose…"))
        self.right_title.setText(say("导出前先看", "Before you export"))
        self.folder.reword(say("打开文件夹", "Open the folder"))
        self.saved.hide()
        self._name_path()
        self._name_books()

    def _name_path(self) -> None:
        self.path_words.setText(say("存到文件夹", "Into the folder") if self.how.parted() else say("存到", "Save as"))
        self.path.setAccessibleName(self.path_words.text())

    # -- what is chosen

    def area_code(self) -> str:
        """Return the place chosen."""
        return str((self.area.value() or [self.ledger.me.area])[0])

    def book(self) -> Any:
        """Return the book chosen."""
        at = self.table.currentIndex().row()
        return self.books[at][0] if 0 <= at < len(self.books) else None

    def wish(self, reason: str = "") -> Wish:
        """Return what would be exported now."""
        path = self.path.text().strip() or self._proposed()
        how = self.how
        return Wish(self.book().id, self.area_code(), how.masked(), how.parted(), how.paper(), how.pdf(), Path(path), reason)

    def _changed(self) -> None:
        self.done, self.printed = None, 0
        self.look()

    def _how_changed(self, files: bool) -> None:
        if files:
            self._chosen_path = False
            self._name_path()
        self.done, self.printed = None, 0
        self.look(anew=False)

    def _typed(self, words: str) -> None:
        self._chosen_path = bool(words.strip())

    def _proposed(self) -> str:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or str(Path.home())
        name = Path(self.shown.name if self.shown else "book.xlsx")
        return str(Path(folder) / (name.stem if self.how.parted() else name.name))

    def _choose(self) -> None:
        if self.how.parted():
            found = QFileDialog.getExistingDirectory(self, say("存到文件夹", "Into the folder"), str(Path.home()))
        else:
            found, _ = QFileDialog.getSaveFileName(self, say("存到", "Save as"), self.path.text() or self._proposed(), "Excel (*.xlsx)")
            found = found if not found or found.endswith(".xlsx") else found + ".xlsx"
        if found:
            self.path.setText(found)
            self._chosen_path = True

    # -- looking

    def look(self, anew: bool = True) -> None:
        """Read the first rows anew, off the screen's thread; `anew`: the book or the place may be another one, with a paper of its own."""
        book = self.book()
        if book is None:
            return
        self.fresh = False
        area, mask = self.area_code(), self.how.masked()
        self.desk.jobs.read(lambda work: _preview(work.ledger, book.id, area, mask), lambda found: self._show(found, anew), self.desk.trouble,
                            slot="book")

    def _show(self, found: Shown, anew: bool) -> None:
        self.shown, self.fresh, count = found, True, found.count
        self.how.allow(found.papers, found.partable, anew)
        self._name_path()
        if not self._chosen_path:
            self.path.setText(self._proposed())
            self.path.setCursorPosition(len(self.path.text()))
        way = say("横向", "landscape") if found.landscape else say("纵向", "portrait")
        self.right_facts.setText(say(f"{self.how.paper()} {way} · {count} 行", f"{self.how.paper()} {way}, {counted(count, 'row')}"))
        self.tag.put(say("姓名、证件遮住了", "names and IDs masked") if self.how.masked() else say("姓名、证件全写出来", "names and IDs in full"),
                     "lock" if self.how.masked() else "warn")
        self.sheet.put(found.face, found.columns, found.rows, count)
        self.saved.setVisible(self.done is not None)
        self.refresh()

    # -- exporting

    def _why(self) -> str | None:
        """Return why it is to be in full, "" where it is masked; None where the person turned back."""
        if self.how.masked():
            return ""
        return ask_reason(self, say("姓名和证件号会全写出来", "Names and ID numbers will stand in full"),
                          say("写一句为什么，记在导出记录里。", "One sentence why; it goes into the export log."),
                          say("全写出来", "In full"), say("先不导", "Not now"))

    def export(self) -> None:
        """Write the file or the files, with progress; nothing half stands under its name."""
        if self.busy or self.book() is None or (reason := self._why()) is None:
            return
        wish = self.wish(reason)
        self.path.setText(str(wish.path))
        self.busy, self.done, self.printed = True, None, 0
        self.saved.hide()
        self.desk.jobs.write(lambda work: books_export.export(work, wish), self._exported, self._failed, words=say("正在导出", "Exporting"),
                             cancelled=self._stopped)
        self.refresh()

    def _exported(self, done: Any) -> None:
        self.busy, self.done = False, done
        many = len(done.files)
        if self.how.parted():
            rest = say(f"；{done.rest} 行不在任何一个村或安置点，没有导出",
                       f"; {counted(done.rest, 'row')} lie in no village or site and were left out") if done.rest else ""
            words = say(f"存好了 {many} 个文件、{done.rows} 行{rest}：{done.folder}",
                        f"{counted(many, 'file')} with {counted(done.rows, 'row')} saved{rest}: {done.folder}")
        else:
            words = say(f"存好了 {done.rows} 行，和数出来的一样：{done.files[0]}", f"{counted(done.rows, 'row')} saved, all of them: {done.files[0]}")
        self.saved_words.setText(words)
        self.saved.show()
        self.refresh()

    def _failed(self, problem: Problem) -> None:
        self.busy = False
        self.desk.trouble(problem)
        self.refresh()

    def _stopped(self) -> None:
        self.busy = False
        self.refresh()

    def _open_folder(self) -> None:
        if self.done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.done.folder)))

    def print_(self) -> None:
        """Choose a printer, and print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        if self.busy or self.book() is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QPrintDialog.DialogCode.Accepted:
            self.print_to(printer)

    def print_to(self, printer: Any) -> None:
        """Print on this printer, off the screen's thread."""
        if (reason := self._why()) is None:
            return
        wish = self.wish(reason)
        self.busy, self.done, self.printed = True, None, 0
        self.saved.hide()
        self.desk.jobs.write(lambda work: books_export.print_out(work, wish, printer), self._printed, self._failed,
                             words=say("正在打印", "Printing"), cancelled=self._stopped)
        self.refresh()

    def _printed(self, pages: int) -> None:
        self.busy, self.printed = False, pages
        self.refresh()

    # -- what the page says

    def next(self) -> Next:
        """Return what comes next."""
        if self.busy:
            return Next(say("正在写，可以接着做别的。", "Under way; you can go on with other work."))
        if self.shown is None:
            return Next(say("选一本台账。", "Choose a book."))
        if self.shown.count == 0:
            return Next(say("这里还没有要上台账的人。先导名册，或者先做调查。",
                            "Nobody here belongs in this book yet. Bring in a roster, or interview."))
        if self.printed:
            return Next(say(f"交给打印机 {self.printed} 页，记在导出记录里了。", f"{self.printed} pages sent to the printer; it stands in the log."))
        if self.done is not None:
            return Next(say("存好了，可以打开文件夹看；再导一次就是新的一份。", "Saved. Open the folder to see it, or export once more."))
        if not self.how.masked():
            return Next(say("姓名和证件号会全写在文件里，存好以后请自己保管。",
                            "The file will hold names and ID numbers in full; keep it safe."), level="W")
        return Next(say(f"看过没错就导出 {self.shown.count} 行。", f"Look it over, then export {counted(self.shown.count, 'row')}."))

    def actions(self) -> list[Action]:
        """Return the export, and stopping it."""
        there = self.shown is not None and self.shown.count
        why = say("正在写", "Under way") if self.busy else say("正在看", "Looking") if not self.fresh else "" if there else \
            say("没有可导出的", "Nothing to export")
        found = [Action(say("收回或填表", "Take back or fill"), lambda: bringing.choose(self, self.desk), "Ctrl+O", icon="folder", place="header"),
                 Action(say("导出记录", "Export log"), lambda: self.desk.go("export_log"), "Ctrl+L", icon="history", place="header"),
                 Action(say("打印", "Print"), self.print_, "Ctrl+P", icon="print", why_not=why),
                 Action(say("打开文件夹", "Open the folder"), self._open_folder, "Ctrl+D", place="hidden",
                        why_not="" if self.done else say("还没有导出", "Nothing exported yet")),
                 Action(say("导出 Excel", "Export to Excel"), self.export, "Ctrl+E", "primary", why_not=why)]
        if self.busy:
            found.insert(2, Action(say("取消", "Cancel"), self.desk.jobs.cancel, "Esc"))
        return found

    def hints(self) -> list[tuple[str, str]]:
        """Return the digits that say how."""
        return [("1 / 2", say("遮住、全写", "Masked, in full")), ("3 / 4", say("一个文件、分村存", "One file, by village")),
                ("5 / 6", "A3、A4"), ("7", say("也存 PDF", "PDF too"))]

    def keyPressEvent(self, event) -> None:
        """Digits choose how; keys of the open list of places are the list's."""
        if self.area.line.hasFocus():
            if self.area.key(event):
                return
            if event.key() == Qt.Key.Key_Escape:
                self.table.setFocus()
                return
        digit = event.text() if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and not self.path.hasFocus() else ""
        if digit.isdigit() and not self.busy and self.how.press(int(digit)):
            return
        super().keyPressEvent(event)


def _books(ledger: Any) -> Any:
    from app.books.catalogue import row_words
    from app.books.shelf import books_here, template_for

    return tuple((info, row_words(template_for(ledger, info.id))) for info in books_here(ledger))


def _preview(ledger: Any, book: str, area: str, mask: bool) -> Shown:
    from app.books.catalogue import preview
    from app.books.export import suggested_name
    from app.books.parts import can_be_parted
    from app.books.printing import face
    from app.books.shelf import template_for

    found, template = preview(ledger, book, area, limit=FIRST, mask=mask), template_for(ledger, book)
    return Shown(found.columns, found.rows, found.count, template.papers, template.landscape, can_be_parted(template),
                 suggested_name(ledger, book, area), face(ledger, book, area))
