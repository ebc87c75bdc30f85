"""AgreedPage: what offices have agreed for everything below them, and who said so. Promises that only an office changes it here,
that nothing is taken in that does not run, and that what began with the old ends with it."""
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.models import office
from app.models.language import say
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.agreed_lines import BOOK, CODE, FORM, KINDS, SETTING, Line, lines_of
from app.ui.pages.agreed_sheets import CodeSheet, SettingSheet
from app.ui.widgets import Cell, Column, DigitChips, EmptyState, Panel, Rows, Table, ask, column


class AgreedPage(Page):
    """Four lists: settings, codes, questionnaires, book templates."""

    name = "agreed"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.kind, self.lines = SETTING, list[Line]()
        self.kinds = DigitChips([(kind, "") for kind in KINDS])
        self.kinds.chosen.connect(self._turn)
        self.rows = Rows([Column("")] * 4)
        self.table = Table(self.rows, "", 52)
        self.table.moved.connect(lambda _: self.refresh())
        self.table.opened.connect(lambda _: self.change())
        listed, self.none = Panel(padding=1), EmptyState("list", "", "")
        listed.body.addWidget(self.table)
        listed.body.addWidget(self.none)
        whole = column(self.kinds, listed, gap=8)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        desk.ledger_changed.connect(lambda _: self._read() if self.isVisible() else None)

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("统一规定", "What offices agree")

    def facts(self) -> str:
        """Return who may change it."""
        if self.office():
            return say("本单位定的，下面的电脑都照着；近的单位说了算", "What this office says holds below it; the nearest office wins")
        return say("单位定的，这台电脑照着做", "Offices say; this computer follows")

    def office(self) -> bool:
        """Tell whether this computer is an office's."""
        return self.ledger.me.role != "surveyor"

    def chosen(self) -> Line | None:
        """Return the line that is chosen."""
        at = self.table.currentIndex().row()
        return self.lines[at] if 0 <= at < len(self.lines) else None

    def next(self) -> Next:
        """Return what can be done with this list."""
        if not self.office():
            return Next(say("这里只看。要改，告诉镇里。", "Only to be read here. Tell the office what should change."))
        return Next({SETTING: say("选一项，按 Enter 改；可以定从哪天起。", "Choose one, Enter changes it, from a day on if you wish."),
                     CODE: say("加的选项，下次同步就到各台电脑。", "A choice that is added goes out with the next sync."),
                     FORM: say("新版本从下一份调查起用，正在填的不受影响。", "A new version is used from the next interview on."),
                     BOOK: say("新模板从下一次导出起用，以前导出的照样收得回。", "A new template is used from the next export on.")}[self.kind])

    def actions(self) -> list[Action]:
        """Return what this office may do with the list and the line."""
        found = [Action(say("回设置", "Back to settings"), lambda: self.desk.go("settings"), "Esc", icon="left")]
        line = self.chosen()
        if not self.office():
            return found
        if self.kind == SETTING:
            return [*found, Action(say("改", "Change"), self.change, "F2", "primary", why_not="" if line else say("先选一项", "Choose one"))]
        if line is not None and line.ends:
            found.append(Action(say("不再给选…", "Offer no more…") if self.kind == CODE else say("停用…", "End it…"), self.end, "F8", "danger"))
        words = {CODE: say("加一个选项", "Add a choice"), FORM: say("加一份调查表", "Add a questionnaire"), BOOK: say("加一个模板", "Add a template")}
        return [*found, Action(words[self.kind], self.add, "F7", "primary", "plus")]

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys of the lists."""
        return [("1–4", say("换一类", "Another list"))]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.kinds.relabel([say("设置", "Settings"), say("选项", "Choices"), say("调查表", "Questionnaires"), say("台账模板", "Book templates")])
        self.kinds.setAccessibleName(self.word())
        self.kinds.set_value(self.kind)
        self.table.setAccessibleName(self.word())
        self.none.what.setText(say("还没有单位加过选项", "No office has added a choice"))
        self.none.do.setText(say("程序自带的选项都在；缺哪一个，在这里加。", "Those of the program are all there; add what lacks."))
        self._read()

    def enter(self, **_: Any) -> None:
        """Read the list that was looked at last."""
        self._read()
        self.table.setFocus()

    def keyPressEvent(self, event: Any) -> None:
        """Digits turn to another list."""
        if event.text() in tuple("1234"):
            self._turn(KINDS[int(event.text()) - 1])
            return
        super().keyPressEvent(event)

    # -- showing

    def _turn(self, kind: object) -> None:
        self.kind = str(kind)
        self.kinds.set_value(self.kind)
        self.table.setFocus()
        self._read()

    def _read(self) -> None:
        kind = self.kind
        self.desk.jobs.read(lambda work: lines_of(work.ledger, kind), lambda lines: self._put(kind, lines), self.desk.trouble,
                            slot="agreed")

    def _put(self, kind: str, lines: list[Line]) -> None:
        if kind != self.kind:
            return
        kept = self.chosen()
        self.lines = lines
        heads = {SETTING: say("现在是", "Holds now"), CODE: say("给不给选", "Offered")}.get(kind, say("用不用", "In use"))
        self.rows.columns = [Column(say("哪一样", "What"), 0), Column(heads, 190), Column(say("谁定的", "Who says so"), 220),
                             Column(say("从哪天起", "Since") if kind in (SETTING, CODE) else "", 128)]
        self.rows.put([self._cells(line) for line in lines])
        self.table.fit(self.rows.columns)
        self.table.setVisible(bool(lines))
        self.none.setVisible(not lines)
        if lines:
            keys = [line.key for line in lines]
            self.table.choose(keys.index(kept.key) if kept is not None and kept.key in keys else 0)
        self.refresh()

    def _cells(self, line: Line) -> list[Cell]:
        own = say("本单位", "this office") if line.mine else line.who or say("程序自带", "the program")
        return [Cell(line.title, line.told, bold=True), Cell(line.value), Cell(own, bold=line.mine, ink="ink" if line.who else "ink2"),
                Cell(line.since or (say("一直", "always") if line.kind == SETTING else ""), ink="ink2")]

    # -- deeds

    def change(self) -> None:
        """Ask what a setting shall be, and write it."""
        line = self.chosen()
        if line is None or self.kind != SETTING or not self.office():
            return
        term = office.terms()[line.key]
        now = office.settings_of(self.ledger).value(line.key)
        text = "" if now is None else say("是" if now else "否", "yes" if now else "no") if term.kind == "yes" else str(now)
        if SettingSheet(self, term, text, lambda value, since: office.agree(self.ledger, term.key, value, since)).exec():
            self._told(term.label())

    def add(self) -> None:
        """Add a code by a sheet, a workbook by its file."""
        if self.kind == CODE:
            sheet = CodeSheet(self, lambda name, code, zh, en: office.add_code(self.ledger, name, code, zh, en))
            if sheet.exec():
                self._told(sheet.zh.text().strip())
            return
        file, _ = QFileDialog.getOpenFileName(self, self.actions()[-1].words, str(Path.home()),
                                              say("Excel 工作簿", "Excel workbooks") + " (*.xlsx *.xlsm *.xls)")
        if file:
            self.take(Path(file))

    def take(self, file: Path) -> None:
        """Take a workbook in as what this list holds; it is looked at whole first."""
        kind = self.kind

        def go(work: Any) -> str:
            if kind == FORM:
                from app.forms import library

                return library.add(work.ledger, file)[0].title(say("zh", "en"))
            from app.books import shelf

            meta = shelf.add(work.ledger, file)[0].meta
            return say(str(meta["name_zh"]), str(meta["name_en"]))
        self.desk.jobs.write(go, self._told, self.desk.trouble, words=say("正在看这份工作簿", "Looking at the workbook"))

    def end(self) -> None:
        """Offer a code or this office's versions of a workbook no more."""
        line = self.chosen()
        if line is None or not line.ends:
            return
        words = say("已经填了的不变，以后不再给选。", "Where it stands it stays; it is offered no more.") if line.kind == CODE else \
            say("本单位发的各个版本都不再用，改用上级的或程序自带的。正在填的照旧填完。",
                "This office's versions are used no more; the office above or the program has its own. What is under way ends as it began.")
        if not ask(self, say(f"停用“{line.title}”？", f'End "{line.title}"?'), words, say("停用", "End it"), say("留着", "Keep it"), danger=True):
            return
        if line.kind == CODE:
            name, _, code = line.key.partition(":")
            office.retire_code(self.ledger, name, code)
        else:
            from app.models import workbooks

            workbooks.retire(self.ledger, line.kind, line.key)
        self.desk.toast(say(f"停用了“{line.title}”，下次同步送下去", f'"{line.title}" is ended; it goes out with the next sync'))
        self._read()

    def _told(self, title: str) -> None:
        self.desk.toast(say(f"“{title}”定好了，下次同步送到各台电脑", f'"{title}" is agreed; it goes out with the next sync'))
        self._read()
