"""LaptopPage: this computer and the office it belongs to. Promises to say where it stands, in words, and what is only here."""
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.language import say
from app.models.problem import Problem
from app.sync.peers import Peer, hub_above
from app.ui import theme
from app.ui.courier import Courier, lost_words
from app.ui.page import Action, Desk, Next
from app.ui.pages.sync import SyncPage
from app.ui.pages.sync_pair import PairPanel
from app.ui.pages.sync_parts import OnlyHerePanel, ResultPanel, StickPanel
from app.ui.pages.sync_work import Errand, exchanged_words, pair_with
from app.ui.standing import Standing, standing
from app.ui.telling import near
from app.ui.widgets import FactRow, Icon, Panel, Words, clear, column, row

SIGNS = {"ok": "check", "warn": "warn", "err": "error", "": "sync"}
PAIR_AGAIN = ("peer.", "sync.another_hub")


class StandPanel(Panel):
    """How this computer stands towards its office: one sentence, what follows from it, and the facts."""

    def __init__(self) -> None:
        super().__init__(padding=16)
        self.icon, self.words, self.more = Icon("sync", 22, "accent"), Words("", 18, bold=True, wrap=True), Words("", 14, "2", wrap=True)
        line = row(self.icon, self.words, gap=10)
        line.setStretch(1, 1)
        self.facts = column(gap=6)
        self.body.addLayout(line)
        self.body.addWidget(self.more)
        self.body.addSpacing(theme.px(4))
        self.body.addLayout(self.facts)
        self.body.addStretch(1)

    def put(self, courier: Courier, hub: Peer, now: Standing) -> None:
        """Show it."""
        words, ink = courier.words(now)
        self.icon.put(SIGNS[ink], 22, ink or "accent")
        self.words.setText(words)
        self.set_edge(ink if ink in ("warn", "err") else "")
        self.more.setText(self._more(courier, now))
        clear(self.facts)
        last = near(hub.last_at) if hub.last_at else say("还没有", "not yet")
        both = {True: say("两边一样", "level"), False: say("还不一样，会接着同步", "not level yet; it goes on by itself")}
        level = both.get(hub.level, say("还不知道", "not known yet")) if now.level or not now.only_here else say("这里有新的，还没有交",
                                                                                                             "something new here was not given yet")
        for label, told in ((say("配对的电脑", "Paired with"), hub.name), (say("地址", "Address"), hub.url),
                            (say("上次同步", "Last sync"), last), (say("两边的数据", "Both sides"), level)):
            self.facts.addWidget(FactRow(label, told))

    @staticmethod
    def _more(courier: Courier, now: Standing) -> str:
        if courier.problem is not None and courier.problem.key != "sync.silent":
            return str(courier.problem)
        only = say(f"{now.only_here} 条只在这台电脑上。", f"{now.only_here} only on this computer. ") if now.only_here else ""
        if courier.problem is not None:
            return only + (say("连得上的时候会自己同步，接着填就是；也可以存到 U 盘。",
                               "It syncs by itself once it can; go on working, or save to a stick.")
                           if courier.wanted() else say("可以存到 U 盘。", "Save to a stick."))
        if not courier.wanted():
            return only + say("自己同步关着，在设置里打开；也可以按“现在同步”。", "Syncing by itself is off (Settings); or press Sync now.")
        return only + say("填完以后几秒钟自己同步，不用管它。", "It syncs by itself some seconds after something is finished.")


class LaptopView(QWidget):
    """Pair first; from then on it says how things stand. `paired(urls, code)`, `wrote(path)`, `read(path)`, `stopped`."""

    paired = Signal(list, str)

    def __init__(self, courier: Courier) -> None:
        super().__init__()
        self.courier, self.hub = courier, None
        self.now = Standing(0, 0, "", "")
        self.waiting = self.busy = self.again = False
        self.pair, self.office = PairPanel(), StandPanel()
        self.only, self.stick, self.results = OnlyHerePanel(), StickPanel(folder=True), ResultPanel()
        left = column(self.pair, self.office, self.results, gap=12)
        left.setStretch(2, 1)
        right = column(self.only, self.stick, None, gap=12)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addLayout(left, 6)
        whole.addLayout(right, 4)
        self.pair.asked.connect(self.paired)

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.pair.above = self.courier.above()
        for part in (self.pair, self.stick, self.results):
            part.relabel()
        self.show_standing()

    def put(self, hub: Peer | None, now: Standing) -> None:
        """Show how this computer stands."""
        self.hub, self.now = hub, now
        self.only.put(now.only_here, "\n".join(filter(None, (now.second(), now.synced()))), now.drafts)
        self.show_standing()
        self.usable(not self.busy)

    def show_standing(self) -> None:
        """Show what the courier says now."""
        self.pair.setVisible(self.pairing())
        self.office.setVisible(not self.pairing())
        if self.hub is not None:
            self.office.put(self.courier, self.hub, self.now)
        if self.courier.finder is not None:
            self.pair.offer(self.courier.finder.seen())

    def pairing(self) -> bool:
        """Tell whether the panel to pair is shown."""
        return self.hub is None or self.again

    def usable(self, on: bool) -> None:
        """Let things be pressed, or not while something is under way."""
        self.busy = not on
        self.stick.usable(on and self.hub is not None)
        self.pair.go.setEnabled(on and not self.waiting)

    def focus(self) -> None:
        """Take the cursor."""
        if self.pairing():
            self.pair.url.setFocus(Qt.FocusReason.OtherFocusReason)

    def facts_line(self) -> str:
        """Return the line under the title."""
        above = self.courier.above()
        if self.hub is None:
            return say(f"还没有和{above}配对", "Not paired with the office yet")
        return say(f"和{self.hub.name}配对", f"Paired with {self.hub.name}")

    def next(self) -> Next:
        """Return what comes next."""
        above, problem = self.courier.above(), self.courier.problem
        if self.waiting:
            return Next(say(f"等{above}的人按名字确认这台电脑…", "Waiting for the office to confirm this computer by name…"))
        if self.pairing():
            return Next(say(f"打开{above}给的邀请文件，或填地址和邀请码，再按“配对”。",
                            "Open the office's invitation file, or type address and code, then press Pair."))
        if self.courier.going:
            return Next(say("正在同步，可以接着做别的。", "Syncing; you can go on with other work."))
        if problem is not None and problem.key.startswith(PAIR_AGAIN):
            return Next(str(problem), level="E")
        if problem is not None:
            return Next(say("接着填就是。要带走就存到 U 盘。", "Just go on. Save to a stick to carry it there."))
        return Next(say("不用管它。连不上的时候，可以存到 U 盘。", "Nothing to do. When the office cannot be reached, save to a stick."))


class LaptopPage(SyncPage):
    """A laptop pairs once; then it keeps level by itself, or at a key."""

    view: LaptopView

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, LaptopView(desk.courier))
        self.errand = Errand(desk.workspace, self)
        self.courier = desk.courier
        self.view.paired.connect(self.pair)
        self.errand.ended.connect(self._paired)
        self.courier.changed.connect(self._moved)
        self.courier.ended.connect(self._met)

    def enter(self, **args: Any) -> None:
        """Show how this computer stands; listen for offices while there is none."""
        super().enter(**args)
        if self.view.pairing():
            self.courier.listen()

    def state(self, work: Any) -> tuple[Any, Any]:
        """Return how this computer stands, and its hub."""
        return hub_above(work.ledger), standing(work.ledger)

    def _moved(self) -> None:
        self.view.show_standing()
        self.refresh()

    def _met(self, done: Any, problem: Problem | None, asked: bool) -> None:
        if done is not None and (asked or done.sent or done.received or done.lost):
            lines = exchanged_words(done)
            if done.lost:
                lines.append(lost_words(self.courier.above(), done.lost, over=True))
            self.tell("ok", lines)
        if problem is not None and asked:
            self.tell("err", [str(problem)])
            self.desk.trouble(problem)
        self.read()

    def pair(self, urls: list[str], code: str) -> None:
        """Ask the office to let this computer in; the office confirms it by name."""
        if self.errand.busy():
            return
        self.view.waiting = True
        self.view.usable(True)
        self.errand.begin(lambda ws: pair_with(ws, urls, code))
        self.refresh()

    def _paired(self, answer: Any, problem: Problem | None) -> None:
        self.view.waiting = False
        if problem is not None:
            self.tell("err", [str(problem)])
            self.desk.trouble(problem)
        else:
            self.view.again = False
            self.tell("ok", [say(f"已和{answer.name}配对，会自己同步", f"Paired with {answer.name}; it syncs by itself")])
            self.desk.toast(say(f"已和{answer.name}配对", f"Paired with {answer.name}"))
            self.courier.deaf()
            self.courier.anew()
        self.view.usable(True)
        self.read()

    def sync(self) -> None:
        """Bring this computer and the office level now."""
        self.courier.go()

    def pair_again(self) -> None:
        """Show the panel to pair once more."""
        self.view.again = True
        self.courier.listen()
        self._moved()
        self.view.focus()

    def keep(self) -> None:
        """Stay with the office there is."""
        self.view.again = False
        self._moved()

    def actions(self) -> list[Action]:
        """Return sync now, and pairing anew where that is what helps."""
        view, problem = self.view, self.courier.problem
        found = []
        if self.desk.jobs.named():
            found.append(Action(say("取消", "Cancel"), self.desk.jobs.cancel, "Esc"))
        elif view.hub is not None and view.again:
            found.append(Action(say("不换了", "Leave it"), self.keep, "Esc"))
        if view.hub is None or view.again:
            return found
        stuck = problem is not None and problem.key.startswith(PAIR_AGAIN)
        found.append(Action(say("重新配对", "Pair again"), self.pair_again, "F7", place="next" if stuck else "hidden"))
        found.append(Action(say("现在同步", "Sync now"), self.sync, "F9", "primary", "sync",
                            why_not=say("正在同步", "Syncing") if self.courier.going or view.busy else ""))
        return found
