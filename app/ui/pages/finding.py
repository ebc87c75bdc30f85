"""Finding a person in a sheet: typed or read number, name, initials, door. Promises that Enter takes the one that is marked.

`many` keeps the sheet open: each Enter adds one, so that a whole list is put in without leaving the keys.
"""
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.assistance import fairs
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.search import Hit
from app.ui import theme
from app.ui.pages.people_rows import PeopleRows, PersonRow, from_hit
from app.ui.widgets import List, Note, SearchBox, Sheet, Words


class FindSheet(Sheet):
    """Type, Enter. `take(hit)` is called for each; a Problem it raises stands under the list, with a reason line where `why` is asked."""

    def __init__(self, over: QWidget, ledger: Ledger, title: str, words: str, take: Callable[[Hit], str], *, many: bool = False) -> None:
        super().__init__(over, title, words, wide=520)
        self.ledger, self.take, self.many = ledger, take, many
        self.hits: list[Hit] = []
        self.box = SearchBox(say("找人", "Find people"), "")
        self.box.setPlaceholderText(say("证件号 姓名 首字母 尾号 门牌", "ID number, name, initials, tail, door"))
        self.rows = PeopleRows()
        self.list = List(self.rows, PersonRow(), say("找到的人", "People found"))
        self.list.setFixedHeight(theme.px(44) * 5)
        self.note = Note()
        self.taken = Words("", 13, "ok", wrap=True)
        for part in (self.box, self.list, self.note, self.taken):
            self.body.addWidget(part)
        done = self.add_button(say("好了", "Done") if many else say("算了", "Leave it"), "secondary", "Esc")
        done.clicked.connect(self.reject)
        self.agree = self.add_button(say("加上", "Add") if many else say("就是这个人", "This one"), "primary", "Return")
        self.agree.clicked.connect(self.choose)
        self.typing = QTimer(self, singleShot=True, interval=60)
        self.typing.timeout.connect(self.look_up)
        self.box.typed.connect(self._typed)
        self.box.opened.connect(self._entered)
        self.box.down.connect(self._to_list)
        self.list.opened.connect(self.choose)
        self.list.left.connect(self.box.setFocus)
        self.box.setFocus()

    def _typed(self) -> None:
        self.typing.start()

    def look_up(self) -> None:
        """Show whom the text may mean, the likeliest marked."""
        typed = self.box.words().strip()
        self.hits = fairs.who(self.ledger, typed) if typed else []
        self.rows.put([from_hit(hit, typed) for hit in self.hits])
        self.note.put("Q", say("没有找到。核对号码，或先在“人员”里加上。", "Nobody found. Compare the number, or add the person under People first.")
                      if typed and not self.hits else "")
        if self.hits:
            self.list.choose(0)

    def _entered(self) -> None:
        if self.typing.isActive():
            self.typing.stop()
            self.look_up()
        self.choose()

    def _to_list(self) -> None:
        if self.hits:
            self.list.setFocus()

    def choose(self) -> None:
        """Take the one that is marked."""
        at = self.list.currentIndex().row()
        if not 0 <= at < len(self.hits):
            return
        try:
            told = self.take(self.hits[at])
        except Problem as problem:
            self.note.put("E", str(problem))
            self.box.setFocus()
            self.box.selectAll()
            return
        if not self.many:
            self.accept()
            return
        self.note.put("E", "")
        self.taken.setText(told)
        self.box.clear()
        self.rows.put([])
        self.hits = []
        self.box.setFocus()
