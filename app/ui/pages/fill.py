"""Fill another office's table (来表即填): what its columns are taken for, whose rows, what it will look like, what stays blank and why.

Promises that the file that came is left as it is, and that what a column is taken for is asked once for each sender's table.
"""
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.models import access, places
from app.models.language import counted, say
from app.ui.page import Action, Desk, Next
from app.ui.pages.columns import ColumnsPanel
from app.ui.pages.file_page import FilePage, TablePanel
from app.ui.questions.longlist import LongChoice
from app.ui.widgets import Cell, Column, Elided, Field, Rows, Table, ask_reason, column, row

if TYPE_CHECKING:
    from app.books.fill import Look, Part
    from app.books.filling import Filled
    from app.books.foreign import Table as Asked
    from app.books.foreign import Tables

LEFT, LOWER = 392, 190


class FillPage(FilePage):
    """The columns at the left; whose rows, the first of them filled, and what stays blank at the right."""

    name = "fill"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tables: Tables | None = None
        self.at = 0  # which of the tables is shown
        self.seen: Look | None = None
        self.done: Filled | None = None
        self.asked_for: int | None = None
        self._build()

    def _build(self) -> None:
        self.first, self.blank = Rows([]), Rows([Column("")] * 3)
        self.columns, self.area, self.sheets = ColumnsPanel(LEFT, 200), LongChoice(), LongChoice()
        self.columns.chosen.connect(self._chosen)
        self.first_table, self.blank_table = Table(self.first, "", 34, False), Table(self.blank, "", 34, False)
        self.area.chosen.connect(lambda values: self._look() if values else None)
        self.area_field, self.sheet_field = Field("", self.area), Field("", self.sheets)
        self.sheets.chosen.connect(self._turn)
        self.to = Elided("", 13, "2")
        self.right, self.low = TablePanel(self.first_table), TablePanel(self.blank_table)
        top = row(self.sheet_field, self.area_field, self.to, gap=12)
        for at, stretch in enumerate((2, 2, 3)):
            top.setStretch(at, stretch)
        beside = column(top, self.right, self.low, gap=10)
        beside.setStretch(1, 1)
        work = row(self.columns, gap=12)
        work.addLayout(beside, 1)
        self.lay("file", work)

    @property
    def asked(self) -> "Asked | None":
        """Return the table that is shown, None until a file was read."""
        return self.tables.tables[self.at] if self.tables is not None else None

    @property
    def part(self) -> "Part | None":
        """Return what would be filled in the table that is shown; None where it is of another place."""
        shown = None if self.asked is None else (self.asked.sheet, self.asked.row)
        return next((part for part in self.seen.parts if (part.table.sheet, part.table.row) == shown), None) if self.seen else None

    # -- what the page says

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("来表即填", "Fill a table")

    def facts(self) -> str:
        """Return which table it is."""
        if self.asked is None:
            return say("别的部门发来的表，把台账里有的填进去", "Another office's table, filled with what the records know")
        many = len(self.tables.tables) + len(self.tables.left)
        if many > 1:
            return say(f"{self.asked.path.name} · {many} 张工作表", f"{self.asked.path.name}, {many} sheets")
        return say(f"{self.asked.path.name} · 工作表“{self.asked.sheet}”", f"{self.asked.path.name}, sheet {self.asked.sheet}")

    def next(self) -> Next:
        """Return what would be written, or was."""
        if self.busy:
            return Next(self.busy)
        if self.asked is None:
            return Next(say("选一张表，或者把它拖到窗口里。", "Choose a table, or drop it on the window."))
        if self.done is not None:
            asked = "" if self.asked_for is None else say(f"{self.asked_for} 处放进了要补问。", f"{self.asked_for} put on the to-ask list. ")
            return Next(say(f"存好了：{self.done.path.name}。{asked}来的那张表没有动。",
                            f"Saved: {self.done.path.name}. {asked}The table that came is as it was."))
        if self.seen is None:
            return Next(say("还没有看成。", "Not looked at yet."))
        done = self.seen.done
        if not done.cells:
            return Next(say("没有一格能填：选一选每一列是什么，或者换一个地方。",
                            "No cell can be filled: say what the columns are, or choose another place."), level="W")
        blank = len(done.gaps)
        rest = say(f"，{blank} 格空着，写在“待补”页", f", {blank} stay blank and are listed on the page 待补") if blank else ""
        sheets = say(f"{len(done.parts)} 张表、", f"{len(done.parts)} sheets, ") if len(self.tables.tables) > 1 else ""
        return Next(say(f"填 {sheets}{done.rows} 行、{done.cells} 格{rest}。",
                        f"{sheets}{counted(done.rows, 'row')}, {counted(done.cells, 'cell')}{rest}."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        if self.busy:
            return [Action(say("取消", "Cancel"), self.desk.jobs.cancel, "Esc")]
        acts = [Action(say("回台账", "Back to books"), lambda: self.desk.go("books"), "Esc", icon="left"),
                self.choosing("hidden" if self.done is not None else "next")]
        if self.asked is None:
            return acts
        acts += [Action(say("当名册导入", "Bring it in as a roster"), lambda: self.desk.go("roster", path=str(self.path)), "Ctrl+R", place="hidden"),
                 Action(say("当改过的台账收回", "Take it back as a book"), lambda: self.desk.go("take_back", path=str(self.path)), "Ctrl+B",
                        place="hidden")]
        if len(self.tables.tables) > 1:
            acts.append(Action(say("下一张工作表", "Next sheet"), self._next_sheet, "Ctrl+PgDown", place="hidden"))
        if self.done is not None:
            acts.append(Action(say("打开文件夹", "Open the folder"), self._open_folder, "Ctrl+D", icon="folder"))
            if self._missing():
                acts.append(Action(say("缺的放进要补问", "Ask what is missing"), self.ask, "Return", "primary"))
        elif self.seen is not None:
            why = "" if self.seen.done.cells else say("没有一格能填", "No cell can be filled")
            acts.append(Action(say("填好存下", "Fill and save"), self.fill, "Return", "primary", why_not=why))
        return acts

    def hints(self) -> list[tuple[str, str]]:
        """Return the key that changes what a column is taken for."""
        return [self.columns.hint()] if self.asked is not None and self.done is None else []

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.none.what.setText(say("还没有选表", "No table chosen yet"))
        self.none.do.setText(say("把别的部门发来的 Excel 表拖进来，或按 Ctrl O 选。先看怎么填，再存成新的一份。",
                                 "Drop another office's Excel table here, or choose it with Ctrl O. You see it filled, then save a new file."))
        self.columns.ask(say("表里的列", "Columns of the table"), (say("列名", "Head"), say("填", "Filled with")),
                          say("这一列填什么", "What this column asks for"), say("不填这一列", "Leave this column blank"))
        self.area_field.relabel(say("填哪里的人", "Whose rows"))
        self.sheet_field.relabel(say("工作表（Ctrl PgDn 下一张）", "Sheet (Ctrl PgDn: next)"))
        own = self.ledger.me.area
        self.area.offer([(own, places.path(own, self.ledger)), *((one.code12, one.name) for one in places.children(own, self.ledger))])
        self.area.set_value([self.area_code()])
        if self.asked is not None and self.done is None:
            self._look()
        self._show()

    def area_code(self) -> str:
        """Return the place chosen."""
        return str((self.area.value() or [self.ledger.me.area])[0])

    # -- reading

    def enter(self, path: str = "", **_: Any) -> None:
        """Begin with a table, if one is given."""
        if path:
            self._read(Path(path))
        self.columns.table.setFocus()

    def _read(self, path: Path) -> None:
        self.path, self.tables, self.at, self.seen, self.done, self.asked_for = path, None, 0, None, None, None
        area = self.area_code()
        self.look(lambda work: _read(work, path, area), lambda found: self._found(*found), say(f"正在看 {path.name}", f"Reading {path.name}"))

    def _look(self) -> None:
        tables, area = self.tables, self.area_code()
        if tables is None:
            return
        self.done, self.asked_for = None, None
        self.look(lambda work: (tables, _look(work, tables, area)), lambda found: self._found(*found),
                  say("正在算怎么填", "Working out how to fill it"))

    def _found(self, tables: Any, seen: Any) -> None:
        anew = self.tables is None
        self.busy, self.tables, self.seen = "", tables, seen
        if anew:
            self.at = max(range(len(tables.tables)), key=lambda n: tables.tables[n].known)
            twice = Counter(table.sheet for table in tables.tables)
            self.sheets.offer([(str(n), table.sheet + (say("：上面的格", ": the labels above") if table.is_page and twice[table.sheet] > 1 else ""))
                               for n, table in enumerate(tables.tables)])
            self.sheets.set_value([str(self.at)])
        self._show()
        if anew:
            first = next((n for n, c in enumerate(self.asked.columns) if not c.marker), 0)
            self.columns.table.choose(first)
            self.columns.table.setFocus()

    # -- which table is shown

    def _turn(self, values: Any) -> None:
        if values and self.tables is not None and int(values[0]) < len(self.tables.tables):
            self.at = int(values[0])
            self._show()

    def _next_sheet(self) -> None:
        self.at = (self.at + 1) % len(self.tables.tables)
        self.sheets.set_value([str(self.at)])
        self._show()

    # -- what a column is taken for

    def keyPressEvent(self, event: Any) -> None:
        """F2 goes to what the column is taken for."""
        if not self.columns.key(event, self.area):
            super().keyPressEvent(event)

    def _chosen(self, at: int, marker: str) -> None:
        tables, shown, area = self.tables, self.at, self.area_code()
        if tables is None or self.busy:
            return
        now = tables.tables[shown].columns[at]
        self.busy, self.done, self.asked_for = say("正在算怎么填", "Working out how to fill it"), None, None

        def choose(work: Any) -> Any:
            from app.books import foreign

            chosen = foreign.choose_all(work.ledger, tables, shown, {now.key: marker})
            return chosen, _look(work, chosen, area)

        self.desk.jobs.write(choose, lambda found: self._found(*found), self._failed, words=self.busy, cancelled=self._stopped)
        self.columns.table.setFocus()
        self.refresh()

    # -- showing

    def _show(self) -> None:
        self.show_file(self.asked is not None)
        if self.asked is not None:
            self._show_heads()
            self.area.setEnabled(not all(table.named for table in self.tables.tables))
            self.sheet_field.setVisible(len(self.tables.tables) > 1)
            self.to.setText(self._whose())
        if self.asked is not None and self.seen is not None:
            self._show_first()
            self._show_blank()
        self.refresh()

    def _whose(self) -> str:
        """Return whose rows the table that is shown is filled with."""
        named, part = len(self.asked.named), self.part
        if self.asked.is_page:
            return say("一人（户）一张的表：按上面写的来填", "A form for one person or household: filled for whom it names")
        if self.asked.home:
            return say("一户一张的表：只填这一户的人", "A form for one household: filled with its members alone")
        if self.asked.is_counted:
            return say("一行一个地方：填今天调度表的数", "A row for each place: filled with today's figures of the dispatch table")
        if named:
            return say(f"{named} 行已经写了名字，按名字和证件号找人", f"Rows that name somebody, filled for them: {named}")
        if self.seen is not None and part is None:
            return say("这张表是别的地方的，不填", "This sheet is of another place and is left alone")
        if part is not None and part.done.place == self.asked.place:
            there = places.path(self.asked.place, self.ledger).split(" ")[-1]
            return say(f"表上写着{there}：那里的{part.done.whom or '人'}都填进去", f"Everybody at {there}, as the table says{self._only()}")
        if self._only():
            return say(f"表里没有写名字，按表名只填{part.done.whom}", f"The table names nobody: everybody of the place{self._only()}")
        return say("表里没有写名字，这个地方的人都填进去", "The table names nobody: everybody of the place is put in")

    def _only(self) -> str:
        """Return which people of the place alone are meant, "" where it is all of them."""
        return say("，", "; only ") + self.part.done.whom if self.part is not None and self.part.done.whom else ""

    def _show_heads(self) -> None:
        from app.books.foreign import meanings

        offers = {**meanings(), **{c.marker: c.question.label() for c in self.asked.columns if c.marker}}
        known = sum(bool(c.marker) for c in self.asked.columns)
        self.columns.put(
            say(f"认出 {known} / {len(self.asked.columns)}", f"{known} of {len(self.asked.columns)} known"),
            [(f"{c.letter}　{c.head}", Cell(offers[c.marker], ink="ink", bold=True) if c.marker and c.yuan is not None else
              Cell(say("单位不认识，不填", "unit not known") if c.marker else say("默认不给", "not given") if c.withheld else
                   say("不知道，空着", "not known, blank"), tag="plain" if c.withheld else "warn"))
             for c in self.asked.columns],
            [c.marker for c in self.asked.columns] if self.done is None else [], list(offers.items()))

    def _show_first(self) -> None:
        columns, rows = self.asked.columns, self.part.rows if self.part else ()
        done = self.part.done if self.part else self.seen.done.__class__(self.path)
        rest = done.rows - len(rows)
        more = say(f"，后面还有 {rest} 行", f", {rest} more below") if rest > 0 else ""
        self.right.name(say("填好是这样", "Filled it looks like this"), say(f"{done.rows} 行 · {done.cells} 格{more}；屏幕上遮住了，文件里是全的",
                                     f"{counted(done.rows, 'row')}, {counted(done.cells, 'cell')}{more}; masked here, in full in the file"))
        self.first.beginResetModel()
        self.first.columns = [Column(say("行", "Row"), 52, True), *(Column(c.head, self._wide(n, c.head, rows)) for n, c in enumerate(columns))]
        self.first.endResetModel()
        self.first.put([[Cell(str(number), right=True, ink="ink2"), *(Cell(text, blank=not text) for text in texts)] for number,
                        texts in rows])
        self.first_table.fit(self.first.columns)

    @staticmethod
    def _wide(at: int, head: str, rows: Any) -> int:
        """Return the width that a column of the preview needs, in px at 100 %."""
        texts = [head, *(texts[at] for _, texts in rows)]
        return max(56, min(190, 22 + max(sum(9 if c.isascii() else 14 for c in text) for text in texts)))

    def _show_blank(self) -> None:
        from app.books.fill import withheld_words

        done = self.part.done if self.part else self.seen.done.__class__(self.path)
        why = Counter((gap.head, gap.why) for gap in done.gaps)
        told = [[Cell(say(f"工作表“{sheet}”", f"Sheet {sheet}"), bold=True), Cell("", right=True), Cell(reason, ink="warn", wrap=True)]
                for sheet, reason in self.seen.done.left]
        told += [[Cell(head, bold=True), Cell(str(count), right=True), Cell(reason, wrap=True)]
                 for (head, reason), count in why.most_common()]
        told += [[Cell(head, bold=True), Cell("", right=True), Cell(say("不知道这一列问的是什么：按 F2 选",
                                                                        "It is not known what this asks for: press F2"), ink="warn", wrap=True)]
                 for head in done.unknown]
        told += [[Cell(head, bold=True), Cell("", right=True), Cell(withheld_words() + say("；要给请按 F2 选", "; press F2 to give it"), wrap=True)]
                 for head in done.withheld]
        if done.strangers:
            rows = say("、", ", ").join(map(str, done.strangers[:12])) + ("…" if len(done.strangers) > 12 else "")
            told.append([Cell(say(f"第 {rows} 行", f"Rows {rows}"), bold=True), Cell(str(len(done.strangers)), right=True),
                         Cell(say("写的人不在台账里、有同名的，或和台账不一样，没有填",
                                       "Who is named is not in the records, not the only one, or otherwise there; left blank"),
                              ink="warn", wrap=True)])
        self.low.setVisible(bool(told))
        self.low.grow(len(told), LOWER, 36)
        self.low.name(say("会空着的", "What stays blank"))
        self.blank.columns = [Column(say("列", "Column"), 200), Column(say("几格", "Cells"), 64, True), Column(say("为什么", "Why"), 0)]
        self.blank.put(told)
        self.blank_table.fit(self.blank.columns)
        self.blank_table.let_rows_grow()

    # -- the deeds

    def fill(self) -> None:
        """Save the filled table beside the one that came; the reason goes into the export log, since the file holds numbers in full."""
        if self.busy or self.asked is None or self.seen is None or not self.seen.done.cells:
            return
        tables, area = self.tables, self.area_code()
        reason = ask_reason(self, say("姓名和号码会全写在文件里", "The file will hold names and numbers in full"),
                            say("表是给谁的，做什么用？写一句，记在导出记录里。",
                                "For whom is the table, and what for? One sentence for the export log."),
                            say("填好存下", "Fill and save"), say("先不填", "Not now"), say("给谁，做什么用", "For whom, what for"))
        if reason is None:
            return
        self.busy = say("正在填表", "Filling the table")

        def write(work: Any) -> Any:
            from app.books import fill as filling

            done = filling.fill(work.ledger, tables, filling.out_beside(tables.path), area, work.step)
            access.note_export(work.ledger, access.FILLED, places.complete(area), done.rows, reason, masked=False,
                               file_hash=access.hash_of(done.path))
            return done

        self.desk.jobs.write(write, self._filled, self._failed, words=self.busy, cancelled=self._stopped)
        self.refresh()

    def _filled(self, done: Any) -> None:
        self.busy, self.done = "", done
        self._show()

    def _missing(self) -> int:
        """Return how many of the blank cells can be asked about."""
        return sum(bool(gap.rec) for gap in self.done.gaps) if self.done is not None and self.asked_for is None else 0

    def ask(self) -> None:
        """Put what is missing on the list for the next visit."""
        done = self.done

        def put(work: Any) -> Any:
            from app.books import fill as filling

            return filling.ask(work.ledger, done)

        self.desk.jobs.write(put, self._put_asked, self._failed, words=say("正在放进要补问", "Putting them on the list"))

    def _put_asked(self, count: Any) -> None:
        self.asked_for = count
        self.desk.toast(say(f"{count} 处放进了要补问", f"{count} put on the to-ask list"), undo=bool(count))
        self._show()

    def _open_folder(self) -> None:
        if self.done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.done.path.parent)))


def _read(work: Any, path: Path, area: str) -> Any:
    from app.books import foreign

    tables = foreign.read_all(work.ledger, path)
    return tables, _look(work, tables, area)


def _look(work: Any, tables: Any, area: str) -> Any:
    from app.books import fill as filling

    return filling.look(work.ledger, tables, area, work.step)
