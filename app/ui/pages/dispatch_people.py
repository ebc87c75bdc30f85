"""DispatchPeoplePage: who is counted in a figure. Promises each with the answer, who wrote it down, when and where; Enter opens them."""
from typing import Any

from app.models import clock, places
from app.models.language import count, say
from app.oversight.behind import Answer, Behind
from app.oversight.cells import CELLS
from app.oversight.kept import KeptFigures
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages import PAGES
from app.ui.widgets import Cell, Column, EmptyState, Panel, Rows, Table, column

FIRST = 400  # answers read before the list shows; the others follow as it scrolls


class DispatchPeoplePage(Page):
    """A list that a figure or a bar opened."""

    name = "dispatch_people"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.code, self.words, self.area, self.on, self.since = "", ("", ""), "", "", ""
        self.back, self.answered = "dispatch", False  # the page it was opened from; whether the list has been read
        self.listed: list[tuple[str, str]] = []
        self.told: dict[str, str] = {}
        self.answers: list[Answer] = []
        self.rows = Rows([Column("")] * 5)
        self.table = Table(self.rows, "", 52)
        self.table.opened.connect(lambda _: self._open())
        self.table.moved.connect(lambda _: self.refresh())
        panel, self.none = Panel(padding=1), EmptyState("people", "", "")
        panel.body.addWidget(self.table)
        panel.body.addWidget(self.none)
        whole = column(panel)
        self.setLayout(whole)
        self.none.hide()

    def title(self) -> str:
        """Return the figure."""
        return say(*self.words) if self.words[0] else CELLS[self.code].label() if self.code else self.word()

    @staticmethod
    def word() -> str:
        """Return what such a list is called."""
        return say("名单", "List")

    def facts(self) -> str:
        """Return whose, how many, up to when."""
        found = places.get(self.area, self.ledger)
        where = found.name if found else self.area
        n, kinds = count(len(self.listed)), {type for type, _ in self.listed}
        many = {"person": say(f"{n} 人", f"{n} people"), "household": say(f"{n} 户", f"{n} households")}.get(kinds.pop() if len(kinds) == 1 else "")
        return say(f"{where} · {many or f'{n} 条'} · 截止 {self.on}", f"{where} · {many or n} · up to {self.on}")

    def next(self) -> Next:
        """Return what can be done with the one that is chosen."""
        if not self.answered:
            return Next(say("正在看有谁…", "Looking who is counted…"))
        now, back = self._now(), self._back_word()
        return Next(say(f"打开{now.name}，看每一次的回答。", f"Open {now.name} to see every answer.")) if now else Next(
            say(f"这个数是 0，没有名单。按 Esc 回{back}。", f"The figure is 0 and has no list. Esc goes back to {back}."))

    def _back_word(self) -> str:
        return next(info for info in PAGES if info.name == self.back).word()

    def actions(self) -> list[Action]:
        """Return the way back, and to the person."""
        now = self._now()
        found = [Action(say(f"回{self._back_word()}", f"Back to {self._back_word()}"), lambda: self.desk.go(self.back), "Esc", icon="left")]
        if now is not None and (now.person or now.household):
            found.append(Action(say("打开", "Open"), self._open, "Return", "primary"))
        return found

    def enter(self, code: str = "", words: tuple[str, str] = ("", ""), area: str = "", on: str = "", since: str = "",
              these: list[tuple[str, str]] | None = None, told: dict[str, str] | None = None, back: str = "dispatch", **_: Any) -> None:
        """Show who is counted in a figure of a place on a day, or these records; told: what is said of one instead of the answer; back: the page
        to which Esc goes."""
        if area or not self.area:
            code, area, on = code or "B1", area or self.ledger.me.area, on or clock.today().isoformat()
            self.code, self.words, self.area, self.on, self.since, self.told = code, words, area, on, since, told or {}
            self.back, self.answered, self.listed, self.answers = back, False, these or [], []
            self._show()

            def read(work: Any) -> tuple[list[tuple[str, str]], list[Answer]]:
                kept = KeptFigures(work.ledger)
                kept.follow(clock.today().isoformat(), step=work.step)
                listed = these if these is not None else kept.listed(code, places.prefix(area), on, since)
                return listed, Behind(work.ledger, on).answers(listed[:FIRST])

            self.desk.jobs.read(read, self._put, self.desk.trouble, slot="dispatch_people")
        self.table.setFocus()

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.table.setAccessibleName(self.word())
        self.none.what.setText(say("这里没有人", "Nobody is counted here"))
        self.none.do.setText(say("这个数是 0。", "The figure is 0."))
        if self.area:
            self.answers = Behind(self.ledger, self.on).answers(self.listed[:len(self.answers)])
            self._show()

    def _put(self, found: tuple[list[tuple[str, str]], list[Answer]]) -> None:
        self.listed, self.answers = found
        self.answered = True
        self._show()
        self.table.choose(0)
        (self.table if self.listed else self).setFocus()  # Esc is heard where nobody is listed too

    def _show(self) -> None:
        self.rows.columns = [Column(say("姓名", "Name"), 210), Column(say("回答", "Answer"), 0), Column(say("谁填的", "Written by"), 140),
                             Column(say("什么时候", "When"), 130), Column(say("住处", "Lives at"), 150)]
        self.rows.again(self._more)
        self.table.fit(self.rows.columns)
        nobody = self.answered and not self.listed
        self.table.setVisible(not nobody)
        self.none.setVisible(nobody)
        self.refresh()

    def _more(self, start: int, count: int) -> list[list[Cell]]:
        if start + count > len(self.answers) and len(self.answers) < len(self.listed):
            self.answers += Behind(self.ledger, self.on).answers(self.listed[len(self.answers):start + count])
        return [self._cells(one) for one in self.answers[start:start + count]]

    def _cells(self, one: Answer) -> list[Cell]:
        said = Cell(self.told[one.id], one.says) if one.id in self.told else Cell(one.says)
        when = Cell(*one.when.split(" ")) if one.when else Cell("")
        return [Cell(one.name, one.about, bold=True), said, Cell(one.who, one.where), when, Cell(one.place)]

    def _now(self) -> Answer | None:
        at = self.table.currentIndex().row()
        return self.answers[at] if 0 <= at < len(self.answers) else None

    def _open(self) -> None:
        now = self._now()
        if now is not None and now.person:
            self.desk.go("people", person=now.person)
        elif now is not None and now.household:
            self.desk.go("people", household=now.household)
