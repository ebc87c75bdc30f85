"""Bring in a list of another office (roster, posts, training): see what would happen row by row, import, keep what was not taken in."""
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
)

from app.models.dictionary import dictionary
from app.models.identity import mask_id, mask_phone
from app.models.language import count, counted, say
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Action, Desk, Next
from app.ui.pages.columns import ColumnsPanel
from app.ui.pages.file_page import FilePage
from app.ui.widgets import (
    Cell,
    Column,
    Field,
    KeyButton,
    LineInput,
    Panel,
    Rows,
    Table,
    Tag,
    clear,
    column,
    row,
)

if TYPE_CHECKING:
    from app.books.lists import ListResult, Preview

COLUMN, WIDE_COLUMN, COLUMNS = 104, 176, 330
HOMES = {"roster": "people", "posts": "posts", "training": "services"}  # kind of list -> page
BACK = {"people": ("回人员", "Back to people"), "posts": ("回岗位", "Back to posts"), "services": ("回服务", "Back to services")}
AFTER = {"people": ("去看人员", "See the people"), "posts": ("去看岗位", "See the posts"), "services": ("去看服务", "See the services")}
FIRST_ROWS, REJECTED = range(2)


class RosterPage(FilePage):
    """File, what would happen, import."""

    name = "roster"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.preview: Preview | None = None
        self.kind = ""  # as which the file was recognised; "" is not yet
        self.wanted = ""  # what a page that sent here would like to have
        self.result: ListResult | None = None
        self.done = False
        self.saved: Path | None = None
        self.line = LineInput()
        self.field = Field("", self.line)
        self.browse = KeyButton("", icon="folder")
        self.browse.clicked.connect(self._browse)
        self.line.returnPressed.connect(self._read)
        self.line.textEdited.connect(lambda _: self._forget())
        self.tags = QHBoxLayout()
        self.tags.setSpacing(theme.px(8))
        top = Panel(padding=12)
        line = row(self.field, self.browse, gap=4)
        line.setStretch(0, 1)
        line.setAlignment(self.browse, Qt.AlignmentFlag.AlignBottom)
        top.body.addLayout(line)
        self._build(top)

    def _build(self, top: Panel) -> None:
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.first, self.rejected = Rows([]), Rows([])
        self.first_table, self.rejected_table = Table(self.first, "", 34, False), Table(self.rejected, "", 52, False)
        self.lists = QStackedWidget()
        for table in (self.first_table, self.rejected_table):
            sheet = Panel(padding=1)
            sheet.body.addWidget(table)
            self.lists.addWidget(sheet)
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self.lists.setCurrentIndex)
        self.heads = ColumnsPanel(COLUMNS, 150)
        self.heads.chosen.connect(self._chosen)
        tab_line = row(self.tabs, None)
        tab_line.addLayout(self.tags)
        work = row(gap=12)
        work.addLayout(column(tab_line, self.lists, gap=8), 1)
        work.addWidget(self.heads)
        self.lay("upload", work, top)

    # -- what the page says

    @staticmethod
    def word() -> str:
        """Return the title."""
        return say("导入名单", "Bring in a list")

    def facts(self) -> str:
        """Return what is chosen."""
        if self.preview is None:
            return say("别的部门发来的名册、岗位表、培训名单", "A roster, posts or a training list of another office")
        return say(f"{self.preview.kind.label()} · {self.preview.path.name} · {count(self.preview.rows)} 行",
                   f"{self.preview.kind.label()} · {self.preview.path.name} · {counted(self.preview.rows, 'row')}")

    def next(self) -> Next:
        """Return what would happen, or happened."""
        found = self.result
        if found is None:
            return Next(say("选一个 .xlsx 或 .csv 文件，先看看会怎样，再导入。",
                            "Choose an .xlsx or .csv file; see what would happen before anything is written."))
        left = len(found.rejected)
        if self.done:
            rest = say(f"，{left} 行没有导入，可以存下来改", f"; {counted(left, 'row')} were not taken in, save them to correct") if left else ""
            return Next(say(f"已导入：新建 {found.created}，更新 {found.updated}{rest}。",
                            f"Brought in: {found.created} new, {found.updated} updated{rest}."), level="W" if left else "")
        if not found.good:
            return Next(say("没有一行能导入。照着每行的原因改好，再选一次。",
                            "No row can be taken in. Correct them by the reasons and choose the file again."), level="E")
        if not found.created + found.updated:
            return Next(say("没有要写的：好的行都和本机一样。", "Nothing to write: the good rows are as they are here already."))
        return Next(say(f"新建 {found.created}，更新 {found.updated}，没变 {found.unchanged}，{left} 行不导入。",
                        f"{found.created} new, {found.updated} to update, {found.unchanged} unchanged, {counted(left, 'row')} left out."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        found = self.result
        acts = [] if self.done else [Action(say(*BACK[self._home()]), lambda: self.desk.go(self._home()), "Esc", icon="left")]
        if found is not None and not self.done:
            acts.append(Action(say("当表来填", "Fill it as a table"), lambda: self.desk.go("fill", path=str(self.preview.path)), "Ctrl+R",
                               place="hidden"))
        if found is not None and found.rejected and (self.done or not found.created + found.updated):
            acts.append(Action(say("存没导入的行", "Save the rows left out"), self._save_rejected, "Ctrl+S", icon="save"))
        if self.done:
            acts.append(Action(say(*AFTER[self._home()]), lambda: self.desk.go(self._home()), "Return", "primary"))
        elif found is not None and found.created + found.updated:
            count = found.created + found.updated
            acts.append(Action(say(f"导入 {count} 行", f"Bring in {counted(count, 'row')}"), self._commit, "Return", "primary"))
        elif found is None:
            acts.append(Action(say("选文件", "Choose a file"), self._browse, "Ctrl+O", "primary"))
        return acts

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.field.relabel(say("名册、岗位表或培训名单（可以直接粘贴路径）", "Roster, posts or training list (a path may be pasted)"))
        self.heads.ask(say("认出的列", "Columns"), (say("列名", "Head"), say("是", "Taken for")),
                        say("这一列是什么（F2）", "What this column is (F2)"), say("不导入这一列", "Do not take this column"))
        self.browse.reword(say("选文件", "Choose"))
        self.none.what.setText(say("还没有选文件", "No file chosen yet"))
        self.none.do.setText(say("表头在标题下面也认得；证件号码要是文本。好的行导入，坏的行另存，原因写在旁边。",
                                 "Heads under title rows are found; ID numbers have to be text. Good rows go in, bad rows are "
                                 "saved apart with the reason beside them."))
        self.tabs.setAccessibleName(say("看什么", "What to see"))
        self._show()

    def hints(self) -> list[tuple[str, str]]:
        """Return the key that changes what a column is taken for."""
        return [self.heads.hint()] if self.preview is not None and not self.done else []

    def keyPressEvent(self, event: Any) -> None:
        """F2 goes to what a column is taken for."""
        if self.preview is None or self.done or not self.heads.key(event):
            super().keyPressEvent(event)

    def enter(self, path: str = "", kind: str = "", **_: Any) -> None:
        """Begin with a path, if one is given, and the kind of list it was recognised as."""
        self.kind = self.wanted = kind
        if path:
            self.line.setText(path)
            self._read()
        self.line.setFocus()

    # -- reading

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, say("选名单", "Choose a list"), str(Path.home()),
                                              "Excel, CSV (*.xlsx *.xlsm *.csv *.tsv *.txt)")
        if path:
            self.line.setText(path)
            self.kind = ""
            self._read()

    def _forget(self) -> None:
        self.preview = self.result = self.saved = None
        self.done = False
        self.field.find("E", "")
        self._show()

    def _read(self) -> None:
        chosen = self.line.text().strip().strip('"')
        if not chosen:
            return
        self._forget()

        kind = self.kind

        def look(work: Any) -> tuple[Any, Any]:
            from app.books import lists
            from app.books.recognise import list_kind

            preview = lists.read(Path(chosen), list_kind(work.ledger, Path(chosen), kind), work.ledger)
            return preview, preview.compare(work.ledger)

        self.desk.jobs.read(look, lambda found: self._found(*found), self._unreadable, words=say("正在读名单", "Reading the list"),
                            slot="roster")

    def _chosen(self, at: int, target: str) -> None:
        preview, column = self.preview, self._asked()[at]
        if preview is None or self.done or column.targets == ((target,) if target else ()):
            return

        def choose(work: Any) -> tuple[Any, Any]:
            anew = preview.choose(work.ledger, {column.head: target})
            return anew, anew.compare(work.ledger)

        self.desk.jobs.write(choose, lambda found: self._found(*found), self.desk.trouble, words=say("正在重新读", "Reading it anew"))

    def _columns(self) -> list[Any]:
        """Return the columns of the first sheet, in its order."""
        return [c for c in self.preview.columns if c.sheet == self.preview.tables[0][0].name] if self.preview is not None else []

    def _home(self) -> str:
        """Return the page that what comes in is seen on."""
        return HOMES[self.preview.kind.name if self.preview is not None else self.wanted or "roster"]

    def _asked(self) -> list[Any]:
        """Return the columns as they are asked about: those that are not known first."""
        return sorted(self._columns(), key=lambda c: bool(c.targets))

    def _unreadable(self, problem: Problem) -> None:
        self.field.find("E", str(problem))
        self.desk.trouble(problem)

    def _found(self, preview: Any, result: Any) -> None:
        anew = self.preview is None
        self.preview, self.result = preview, result
        self._show()
        if not anew:
            return
        self.heads.table.choose(0)
        self.tabs.setCurrentIndex(REJECTED if result.rejected else FIRST_ROWS)
        (self.rejected_table if result.rejected else self.first_table).setFocus()

    def _show(self) -> None:
        self.show_file(self.preview is not None)
        clear(self.tags)
        if self.preview is not None and self.result is not None:
            self._show_rows()
            self._show_heads()
            found = self.result
            for words, kind, count in ((say("新建", "New"), "accent", found.created), (say("更新", "Updated"), "accent", found.updated),
                                       (say("没变", "Unchanged"), "plain", found.unchanged),
                                       (say("不导入", "Left out"), "err", len(found.rejected))):
                if count:
                    self.tags.addWidget(Tag(f"{words} {count}", kind))
        self.refresh()

    def _show_rows(self) -> None:
        columns = self._columns()
        order = sorted(range(len(columns)), key=lambda at: columns[at].meaning in ("", say("地点", "Place")))
        columns = [columns[at] for at in order]
        wide = dictionary().field("person", "id_number").label()
        self.first.beginResetModel()
        self.first.columns = [Column(c.head.replace("\n", " "), WIDE_COLUMN if c.meaning == wide else COLUMN) for c in columns]
        self.first.endResetModel()
        self.first.put([[Cell(_hidden(c.meaning, text)) for c, text in zip(columns, [cells[at] for at in order], strict=True)]
                        for cells in self.preview.first()])
        self.first_table.fit(self.first.columns)
        self.rejected.beginResetModel()
        self.rejected.columns = [Column(say("行", "Row"), 60, True), Column(say("哪一项", "Field"), 130),
                                 Column(say("填的是", "Value"), 170), Column(say("为什么不导入，怎么改", "Why it stays out, what to do"), 0)]
        self.rejected.endResetModel()
        many = len(self.preview.tables) > 1
        self.rejected.put([[Cell(str(r.row), r.sheet if many else "", right=True), Cell(r.field, bold=True),
                            Cell(_hidden(r.field, r.value)), Cell(r.reason, ink="err", wrap=True)] for r in self.result.rejected])
        self.rejected_table.fit(self.rejected.columns)
        self.rejected_table.let_rows_grow()
        shown, left = len(self.first.rows), len(self.result.rejected)
        self.tabs.setTabText(FIRST_ROWS, say(f"前 {shown} 行", f"First {counted(shown, 'row')}"))
        self.tabs.setTabText(REJECTED, say(f"不导入的 {left}", f"Left out {left}"))
        self.first_table.setAccessibleName(self.tabs.tabText(FIRST_ROWS))
        self.rejected_table.setAccessibleName(self.tabs.tabText(REJECTED))

    def _show_heads(self) -> None:
        columns, vocabulary = self._asked(), self.preview.kind.vocabulary
        known = sum(bool(c.targets) for c in columns)
        self.heads.put(f"{known} / {len(columns)}",
                       [(c.head.replace("\n", " "), Cell(c.meaning, bold=True) if c.targets else
                         Cell(say("不认识，不导入", "not known, left out"), tag="warn")) for c in columns],
                       [c.targets[0] if c.targets else "" for c in columns], [(name, vocabulary.label(name)) for name in vocabulary.meanings()])

    # -- importing

    def _commit(self) -> None:
        preview = self.preview
        self.desk.jobs.write(lambda work: preview.commit(work.ledger), self._committed, self.desk.trouble,
                             words=say("正在导入", "Bringing it in"))

    def _committed(self, result: Any) -> None:
        self.result, self.done = result, True
        self._show()
        self.desk.toast(say(f"已导入 {result.created + result.updated} 行",
                            f"{counted(result.created + result.updated, 'row')} brought in"), undo=True)

    def _save_rejected(self) -> None:
        from app.books import rejected

        preview, result = self.preview, self.result
        self.desk.jobs.read(lambda _: rejected.write(rejected.beside(preview.path), preview, result), self._rejected_saved,
                            self.desk.trouble, words=say("正在存没导入的行", "Saving the rows left out"))

    def _rejected_saved(self, path: Path | None) -> None:
        if path is not None:
            self.saved = path
            self.desk.toast(say(f"已存到 {path.name}", f"Saved as {path.name}"))


def _hidden(meaning: str, text: str) -> str:
    """Return a value of the workbook with numbers masked, as everywhere on screen."""
    fields = dictionary().types["person"].fields
    if meaning == fields["id_number"].label():
        return mask_id(text)
    if meaning in (fields["phone"].label(), dictionary().field("household", "household_phone").label()):
        return mask_phone(text)
    return text
