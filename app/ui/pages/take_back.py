"""Take a book back: what an edited book would change, cell by cell, before it does. Promises that nothing is written before Enter."""
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.models.language import count, counted, say
from app.ui.page import Action, Desk, Next
from app.ui.pages.file_page import FilePage, TablePanel
from app.ui.widgets import Cell, Column, KeyCap, Rows, Table, Words, column

if TYPE_CHECKING:
    from app.books.edits import Edit
    from app.books.take_back import Accepted, Homecoming
    from app.books.telling import Line

MOST_GONE = 30
LOWER = 216  # most height of the panel of what is not taken


class EditTable(Table):
    """The edited cells. `toggled(row)` on the space bar."""

    toggled = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take or leave by the space bar."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.toggled.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)


class TakeBackPage(FilePage):
    """What would change above, what is not taken and who is gone below; one Enter takes in what was not left."""

    name = "take_back"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: Homecoming | None = None
        self.lines: list[Line] = []
        self.left: set[Edit] = set()
        self.newcomers = True
        self.done: Accepted | None = None
        self._build()
        desk.ledger_changed.connect(lambda _: self._again())

    def _build(self) -> None:
        self.rows, self.low_rows = Rows([Column("")] * 7), Rows([Column("")] * 3)
        self.table, self.low_table = EditTable(self.rows, "", 40, False), Table(self.low_rows, "", 34, False)
        self.table.toggled.connect(self.toggle)
        self.table.doubleClicked.connect(lambda index: self.toggle(index.row()))
        self.space, self.space_words = KeyCap(""), Words("", 13, "2")
        self.top, self.low = TablePanel(self.table, self.space, self.space_words), TablePanel(self.low_table)
        whole = column(self.top, self.low, gap=12)
        whole.setStretch(0, 1)
        self.lay("books", whole)

    # -- what the page says

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("收回台账", "Take a book back")

    def facts(self) -> str:
        """Return the one sentence of what would happen."""
        if self.found is None:
            return say("导出的台账改过以后，只收改过的格子", "Of an edited book only the cells that were edited come in")
        return self._taken_words() if self.done is not None else self._sentence()

    def _taken_words(self) -> str:
        new = say(f"，新来 {self.done.people} 人", f", {self.done.people} new people") if self.done.people else ""
        return say(f"收下了 {self.done.values} 格{new}", f"{counted(self.done.values, 'cell')} taken in{new}")

    def _sentence(self) -> str:
        from app.books.telling import summary

        told = summary(self.found)
        return say("，", ", ").join(told) if told else say("和记录一样，没有新的", "Says what the records say; nothing is new")

    def next(self) -> Next:
        """Return what Enter would do, or what it did."""
        if self.busy:
            return Next(self.busy)
        if self.found is None:
            return Next(say("选一本改过的台账，或者把它拖到窗口里。", "Choose an edited book, or drop it on the window."))
        if self.done is not None:
            return Next(say("同一个文件再收一次，不会重复。不对就按 Ctrl Z 撤销。", "The same file again changes nothing. Ctrl Z takes it back."))
        if not self._deeds():
            if self.found.edits or self._brings():
                return Next(say("每一处都不收。按空格把要收的选上。", "Everything is left. Press the space bar on what is to be taken."))
            return Next(say("没有要收的：台账里说的，记录里都有了。", "Nothing to take: the records say so already."))
        asked = sum(line.edit.state == "conflict" and line.edit not in self.left for line in self.lines)
        rest = say(f"其中 {asked} 格两边都留着，到“复核”里定。", f"{asked} of them keep both values and go to Review.") if asked else \
            say("看过没错就收下，收下以后还能撤销。", "Look it over, then take it in; it can be undone.")
        return Next(rest, level="Q" if asked else "")

    def actions(self) -> list[Action]:
        """Return the deeds."""
        acts = [self.choosing()]
        if self.busy:
            return [Action(say("取消", "Cancel"), self._cancel, "Esc")]
        acts.insert(0, Action(say("回台账", "Back to books"), lambda: self.desk.go("books"), "Esc", icon="left"))
        if self.found is None:
            return acts
        if self.done is not None:
            if self.done.values or self.done.people:
                acts.append(Action(say("去看人员", "See the people"), lambda: self.desk.go("people"), "Return", "primary"))
            return acts
        if self.rows.rows:
            acts += [Action(say("全收 / 全不收", "All or none"), self.toggle_all, "Ctrl+A", place="header"),
                     Action(say("这一列", "This column"), self.toggle_column, "Ctrl+L", place="header")]
        if deeds := self._deeds():
            acts.append(Action(say(f"收回 {deeds} 处", f"Take in {deeds}"), self.take, "Return", "primary"))
        return acts

    def hints(self) -> list[tuple[str, str]]:
        """Return the key that takes or leaves a cell."""
        return [(say("空格", "Space"), say("收 / 不收", "Take or leave"))] if self.rows.rows and self.done is None else []

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.none.what.setText(say("还没有选台账", "No book chosen yet"))
        self.none.do.setText(say("把在 Excel 或 WPS 里改过的台账拖进来，或按 Ctrl O 选。先看改了什么，再决定收不收。",
                                 "Drop a book that was edited in Excel or WPS here, or choose it with Ctrl O. You see what was edited first."))
        if self.found is not None:
            self._read(self.path, keep=self.done)
        else:
            self._show()

    # -- reading

    def enter(self, path: str = "", **_: Any) -> None:
        """Begin with a book, if one is given."""
        if path:
            self.done = None
            self._read(Path(path))
        self.table.setFocus()

    def _read(self, path: Path | None, keep: "Accepted | None" = None) -> None:
        if path is None:
            return
        self.path = path
        if keep is None:
            self.found, self.lines = None, []

        def look(work: Any) -> tuple[Any, Any]:
            from app.books import take_back, telling

            found = take_back.compare(work.ledger, take_back.read(work.ledger, path), work.step)
            return found, telling.lines(work.ledger, found)

        self.look(look, lambda answer: self._found(*answer, keep), say(f"正在看 {path.name} 里改了什么", f"Seeing what was edited in {path.name}"))

    def _found(self, found: Any, lines: Any, keep: "Accepted | None") -> None:
        self.busy = ""
        if keep is not None and (found.edits or self._brings(found)):
            keep = None  # it was taken back: what the book says is open again
        if keep is not None:
            self.done = keep  # something else came meanwhile; what was taken stays on show
            self._show()
            return
        old = {(edit.rec, edit.name) for edit in self.left}
        self.found, self.lines, self.done = found, lines, None
        self.left = {line.edit for line in lines if (line.edit.rec, line.edit.name) in old}
        self._show()
        if self.rows.rows:
            self.table.choose(0)
        self.table.setFocus()

    def _cancel(self) -> None:
        self.desk.jobs.cancel()

    def _again(self) -> None:
        """The ledger changed: what the book would do may be something else now."""
        if self.found is not None and not self.busy:
            self._read(self.path, keep=self.done)

    # -- showing

    def _brings(self, found: Any = None) -> bool:
        from app.books.telling import brings

        found = found or self.found
        return found is not None and brings(found.arrivals)

    def _deeds(self) -> int:
        """Return how many cells and added rows Enter would take."""
        new = self.found.arrivals if self.found else None
        return sum(line.edit not in self.left for line in self.lines) + (
            len({w.rec for w in new.writes if w.type == "person"}) or 1 if self.newcomers and self._brings() and new else 0)

    def _show(self) -> None:
        self.show_file(self.found is not None)
        if self.found is not None:
            self._show_edits()
            self._show_low()
        self.refresh()

    def _show_edits(self) -> None:
        self.top.name(say("收下的" if self.done else "改过的格子", "Taken in" if self.done else "Edited cells"),
                      say(f"{self.path.name} · {count(self.found.rows)} 行", f"{self.path.name} · {counted(self.found.rows, 'row')}"))
        self.rows.columns = [Column(say("姓名", "Name"), 132), Column(say("哪一项", "Field"), 150), Column(say("台账上原来是", "The book showed"), 0),
                             Column(say("表里现在是", "It says now"), 0), Column(say("记录里现在是", "The record says"), 150),
                             Column(say("位置", "Where"), 108), Column(say("怎么办", "What happens"), 176)]
        self.space.setText(say("空格", "Space"))
        self.space.updateGeometry()
        self.space_words.setText(say("收 / 不收", "Take or leave"))
        for part in (self.space, self.space_words):
            part.setVisible(self.done is None and bool(self.lines or self._brings()))
        told = [self._cells(line) for line in self.lines]
        if self._brings():
            told.append(self._new_cells())
        self.rows.renew(told)
        self.table.fit(self.rows.columns)

    def _cells(self, line: "Line") -> list[Cell]:
        taken, asked = line.edit not in self.left, line.edit.state == "conflict"
        words = say("不收", "leave") if not taken else say("两个都留，去复核", "keep both, review") if asked else \
            say("改了", "changed") if self.done else say("改", "change")
        tag = "plain" if not taken else "ask" if asked else "accent"
        blank = say("（空）", "(blank)")
        return [Cell(line.who, bold=taken), Cell(line.edit.title), Cell(line.before or blank, ink="ink2" if line.before else "ink3"),
                Cell(line.says or blank, bold=taken, ink="ink" if taken else "ink3"), Cell(line.now, ink="ask"), Cell(line.where, ink="ink2"),
                Cell(words, tag=tag)]

    def _new_cells(self) -> list[Cell]:
        new = self.found.arrivals
        rows = say("、", ", ").join(str(number) for number in new.rows[:6]) + ("…" if len(new.rows) > 6 else "")
        words = say(f"{new.created} 人是新的，{new.known} 行像是已经在册的人", f"{new.created} new, {new.known} look like people here already")
        return [Cell(say("新加的行", "Added rows"), bold=self.newcomers), Cell(""), Cell(""), Cell(words, bold=self.newcomers), Cell(""),
                Cell(say(f"第 {rows} 行", f"Row {rows}"), ink="ink2"),
                Cell(say("登记", "register") if self.newcomers else say("不收", "leave"), tag="accent" if self.newcomers else "plain")]

    def _show_low(self) -> None:
        from app.books.telling import gone_names, where_of

        found = self.found
        refused = [*found.refused, *(found.arrivals.refused if found.arrivals else ())]
        gone = gone_names(found, MOST_GONE)
        self.low.setVisible(bool(refused or gone))
        words = [say(f"不收的 {len(refused)} 处", f"{len(refused)} not taken")] if refused else []
        if gone:
            words.append(say(f"不见了的 {len(found.gone)} 行，没有删除", f"{counted(len(found.gone), 'row')} gone, nobody deleted"))
        self.low.name(say("；", "; ").join(words))
        self.low_rows.columns = [Column(say("位置", "Where"), 108), Column(say("哪一项", "Field"), 150), Column(say("为什么，怎么办",
                                                                                                               "Why, and what to do"), 0)]
        told = [[Cell(where_of(found, r), ink="ink2", wrap=True), Cell(r.field, bold=True), Cell(r.reason, ink="err", wrap=True)]
                for r in refused]
        if gone:
            more = say(" 等", " and others") if len(found.gone) > len(gone) else ""
            told.append([Cell(say("不在表里", "Gone"), ink="ink2"), Cell(""),
                         Cell(say("、", ", ").join(gone) + more + say("：要删请在人员页上删。", ": delete on the people page if that is meant."),
                              wrap=True)])
        self.low_rows.put(told)
        self.low_table.fit(self.low_rows.columns)
        self.low_table.let_rows_grow()
        self.low.grow(len(told), LOWER, 38)

    # -- take or leave

    def toggle(self, at: int) -> None:
        """Take or leave the cell in this row of the list."""
        if self.done is not None or self.busy:
            return
        if at < len(self.lines):
            self.left ^= {self.lines[at].edit}
        else:
            self.newcomers = not self.newcomers
        self._show_edits()
        if at + 1 < self.rows.rowCount():
            self.table.choose(at + 1)
        self.refresh()

    def toggle_all(self) -> None:
        """Leave everything, or take everything where something is left."""
        take = bool(self.left) or not self.newcomers
        self.left, self.newcomers = set() if take else {line.edit for line in self.lines}, take
        self._show_edits()
        self.refresh()

    def toggle_column(self) -> None:
        """Leave, or take, every cell of the column that the chosen row is of."""
        at = self.table.currentIndex().row()
        if not 0 <= at < len(self.lines):
            return
        chosen = self.lines[at].edit
        same = {line.edit for line in self.lines if (line.edit.type, line.edit.name) == (chosen.type, chosen.name)}
        self.left = self.left - same if chosen in self.left else self.left | same
        self._show_edits()
        self.refresh()

    def take(self) -> None:
        """Take in what was not left; one act, which one undo takes back."""
        if self.busy or self.found is None or not self._deeds():
            return
        found, left, newcomers = self.found, frozenset(self.left), self.newcomers
        self.busy = say("正在收回", "Taking it in")

        def accept(work: Any) -> Any:
            from app.books import take_back

            return take_back.accept(work.ledger, found, left, newcomers=newcomers)

        self.desk.jobs.write(accept, self._taken, self._failed, words=self.busy)
        self.refresh()

    def _taken(self, done: Any) -> None:
        self.busy, self.done = "", done
        self.lines = [line for line in self.lines if line.edit not in self.left]
        self._show()
        self.desk.toast(say(f"收下了 {done.values} 格", f"{counted(done.values, 'cell')} taken in"), undo=True)
