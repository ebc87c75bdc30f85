"""BooksPage: choose a book, look at it, export it. Promises that what is shown is what the file will hold."""
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.models import clock, places
from app.models.language import say
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.books_sheet import SheetPreview
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import (
    Cell,
    Column,
    DigitChips,
    Field,
    Icon,
    KeyButton,
    LineInput,
    Rows,
    Table,
    Tag,
    Words,
    column,
    hair,
    panel_of,
    row,
)

FIRST = 30


class BooksPage(Page):
    """Books at the left with what to take; the sheet at the right; the export in the next bar."""

    name = "books"
    icon = "books"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.books: list[Any] = []
        self.shown: Any = None
        self.busy = False
        self.done: Any = None
        self._chosen_path = False
        self._build()

    def _build(self) -> None:
        self.title_words = Words("", 15, bold=True)
        self.rows = Rows([Column("")])
        self.table = Table(self.rows, "", 52)
        self.table.horizontalHeader().hide()
        self.table.moved.connect(lambda _: self.look())
        self.area, self.mask = LongChoice(), DigitChips([])
        self.area.chosen.connect(lambda _: self._changed())
        self.area_field, self.path = Field("", self.area), LineInput()
        self.path_words = Words("", 13, "2")
        self.path.textEdited.connect(self._typed)
        self.choose = KeyButton("", height=32)
        self.choose.clicked.connect(self._choose)
        self.mask_place, self.mask_words = column(gap=0), Words("", 13, "2")
        self.mask_words.setContentsMargins(theme.px(4), 0, 0, 0)
        left, inside = panel_of(padding=0)
        left.setFixedWidth(theme.px(252))
        inside.setContentsMargins(1, 1, 1, theme.px(10))
        inside.setSpacing(0)
        head = row(self.title_words, None)
        head.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(10))
        low = column(self.area_field, 6, self.mask_words, self.mask_place, gap=2)
        low.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
        inside.addLayout(head)
        inside.addWidget(hair())
        inside.addWidget(self.table, 1)
        inside.addLayout(low)
        self.right_title, self.right_facts, self.tag = Words("", 15, bold=True), Words("", 13, "2"), Tag("", "lock")
        self.sheet = SheetPreview()
        self.saved = QWidget()
        self.saved_words = Words("", 14, "", wrap=True)
        self.folder = KeyButton("", "secondary", icon="folder", height=32)
        self.folder.clicked.connect(self._open_folder)
        line = row(Icon("check", 18, "ok"), self.saved_words, self.folder, gap=8)
        line.setStretch(1, 1)
        self.saved.setLayout(line)
        self.saved.hide()
        right, within = panel_of(padding=14)
        within.addLayout(row(self.right_title, self.right_facts, None, self.tag, gap=10))
        within.addWidget(self.sheet, 1)
        way = row(self.path_words, self.path, self.choose, gap=6)
        way.setStretch(1, 1)
        within.addLayout(way)
        within.addWidget(self.saved)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(14))
        whole.addWidget(left)
        whole.addWidget(right, 1)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("台账", "Books")

    def facts(self) -> str:
        """Return the line under the title."""
        return say("按县里的表样导出成 Excel，WPS 也能打开", "Exported to Excel in the county's own layout; WPS opens it too")

    # -- coming, and the two languages

    def enter(self, **_: Any) -> None:
        """Show the books there are, and the first of them."""
        if self.books:
            self.look()
        self.desk.jobs.read(lambda work: _books(work.ledger), self._put_books, self.desk.trouble, slot="books", owner=self)
        self.table.setFocus()

    def _put_books(self, found: tuple[Any, ...]) -> None:
        if list(found) == self.books:
            return
        self.books = list(found)
        self._name_books()
        self.table.choose(0)

    def _name_books(self) -> None:
        at = max(0, self.table.currentIndex().row())
        self.rows.put([[Cell(one.label(), say("每人一行", "a row for each person"), bold=True)] for one in self.books])
        self.table.fit(self.rows.columns)
        if self.books:
            self.table.choose(at)

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.title_words.setText(say("哪一本", "Which book"))
        self.table.setAccessibleName(self.title_words.text())
        self.area_field.relabel(say("哪里的人", "People of"))
        own, masked = self.ledger.me.area, self.masked()
        below = [(one.code12, one.name) for one in places.children(own, self.ledger)]
        chosen = self.area_code()
        self.area.offer([(own, places.path(own, self.ledger)), *below])
        self.area.set_value([chosen])
        self.mask_words.setText(say("姓名、证件和电话", "Names, IDs, phones"))
        self._mask_chips(masked)
        self.path_words.setText(say("存到", "Save as"))
        self.path.setAccessibleName(self.path_words.text())
        self.choose.reword(say("选…", "Choose…"))
        self.right_title.setText(say("导出前先看", "Before you export"))
        self.folder.reword(say("打开文件夹", "Open the folder"))
        self._name_books()

    def _mask_chips(self, masked: bool) -> None:
        old = self.mask
        self.mask = DigitChips([(True, say("遮住", "Masked")), (False, say("全写出来", "In full"))],
                               name=say("姓名、证件和电话", "Names, IDs, phones"))
        self.mask.set_value(masked)
        self.mask.chosen.connect(lambda _: self._changed())
        self.mask_place.addWidget(self.mask)
        old.hide()
        old.deleteLater()

    # -- what is chosen

    def masked(self) -> bool:
        """Tell whether names and numbers are masked; so it is unless somebody chose otherwise."""
        return self.mask.value() is not False

    def area_code(self) -> str:
        """Return the place chosen."""
        return str((self.area.value() or [self.ledger.me.area])[0])

    def book(self) -> Any:
        """Return the book chosen."""
        at = self.table.currentIndex().row()
        return self.books[at] if 0 <= at < len(self.books) else None

    def _changed(self) -> None:
        self.done = None
        self.look()

    def _typed(self, words: str) -> None:
        self._chosen_path = bool(words.strip())

    def _proposed(self) -> str:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or str(Path.home())
        where = places.get(self.area_code(), self.ledger)
        name = f"{where.name if where else self.area_code()}_{self.book().label()}_{clock.today():%Y%m%d}.xlsx"
        return str(Path(folder) / name)

    def _choose(self) -> None:
        found, _ = QFileDialog.getSaveFileName(self, say("存到", "Save as"), self.path.text() or self._proposed(), "Excel (*.xlsx)")
        if found:
            self.path.setText(found if found.endswith(".xlsx") else found + ".xlsx")
            self._chosen_path = True

    # -- looking

    def look(self) -> None:
        """Read the first rows anew, off the screen's thread."""
        book = self.book()
        if book is None:
            return
        if not self._chosen_path:
            self.path.setText(self._proposed())
            self.path.setCursorPosition(len(self.path.text()))
        area, mask = self.area_code(), self.masked()
        self.desk.jobs.read(lambda work: _preview(work.ledger, book.id, area, mask), self._show, self.desk.trouble, slot="book")

    def _show(self, found: Any) -> None:
        self.shown = found
        count = found.count
        self.right_facts.setText(say(f"A3 横向 · {count} 行", f"A3 landscape, {count} rows"))
        self.tag.put(say("姓名、证件遮住了", "names and IDs masked") if self.masked() else say("姓名、证件全写出来", "names and IDs in full"),
                     "lock" if self.masked() else "warn")
        self.sheet.put(self.book().zh, places.path(self.area_code(), self.ledger), _long_date(clock.today()), found.columns,
                       found.rows, count)
        self.saved.setVisible(self.done is not None)
        self.refresh()

    # -- exporting

    def export(self) -> None:
        """Write the file, with progress; nothing half stands under its name."""
        path, book, area, mask = self.path.text().strip(), self.book(), self.area_code(), self.masked()
        if self.busy or book is None:
            return
        if not path:
            path = self._proposed()
            self.path.setText(path)
        self.busy, self.done = True, None
        self.saved.hide()
        self.desk.jobs.write(lambda work: _export(work, book.id, Path(path), area, mask), self._exported, self._failed,
                             words=say("正在导出", "Exporting"))
        self.refresh()

    def _exported(self, done: Any) -> None:
        self.busy, self.done = False, done
        self.saved_words.setText(say(f"存好了 {done.rows} 行，和数出来的一样：{done.path}",
                                     f"{done.rows} rows saved, as many as counted: {done.path}"))
        self.saved.show()
        self.refresh()

    def _failed(self, problem: Problem) -> None:
        self.busy = False
        self.desk.trouble(problem)
        self.refresh()

    def _open_folder(self) -> None:
        if self.done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.done.path).parent)))

    # -- what the page says

    def next(self) -> Next:
        """Return what comes next."""
        if self.busy:
            return Next(say("正在导出，可以接着做别的。", "Exporting; you can go on with other work."))
        if self.shown is None:
            return Next(say("选一本台账。", "Choose a book."))
        if self.shown.count == 0:
            return Next(say("这里还没有要上台账的人。先导名册，或者先做调查。",
                            "Nobody here belongs in this book yet. Bring in a roster, or interview."))
        if self.done is not None:
            return Next(say("存好了，可以打开文件夹看；再导一次就是新的一份。", "Saved. Open the folder to see it, or export once more."))
        if not self.masked():
            return Next(say("姓名和证件号会全写在文件里，存好以后请自己保管。",
                            "The file will hold names and ID numbers in full; keep it safe."), level="W")
        return Next(say(f"看过没错就导出 {self.shown.count} 行。", f"Look it over, then export {self.shown.count} rows."))

    def actions(self) -> list[Action]:
        """Return the export, and stopping it."""
        there = self.shown is not None and self.shown.count
        why = say("正在导出", "Exporting") if self.busy else "" if there else say("没有可导出的", "Nothing to export")
        found = [Action(say("导出 Excel", "Export to Excel"), self.export, "Ctrl+E", "primary", why_not=why)]
        if self.busy:
            found.insert(0, Action(say("取消", "Cancel"), self._cancel, "Esc"))
        return found

    def _cancel(self) -> None:
        self.desk.jobs.cancel()
        self.busy = False
        self.refresh()

    def keyPressEvent(self, event) -> None:
        """Digits choose whether names and numbers are masked."""
        if event.text() in ("1", "2") and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and not self.path.hasFocus():
            self.mask.press(int(event.text()))
            return
        super().keyPressEvent(event)


def _books(ledger: Any) -> Any:
    from app.books.shelf import books_here
    return books_here(ledger)


def _preview(ledger: Any, book: str, area: str, mask: bool) -> Any:
    from app.books.catalogue import preview
    return preview(ledger, book, area, limit=FIRST, mask=mask)


def _export(work: Any, book: str, path: Path, area: str, mask: bool) -> Any:
    from app.books.export import export
    path.parent.mkdir(parents=True, exist_ok=True)
    return export(work.ledger, book, path, area=area, mask=mask, progress=work.step)


def _long_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
