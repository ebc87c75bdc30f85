"""OfficePage: the hub on the desktop of an office. Promises that nothing flows before a name was confirmed here, and that
the page follows what happens at the desk by itself."""
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QFileDialog

from app.models.language import say
from app.models.problem import Problem
from app.sync import peers, revocation
from app.sync.peers import hub_above
from app.ui.courier import NEARBY
from app.ui.page import Action, Desk, Next
from app.ui.pages.sync import SyncPage
from app.ui.pages.sync_above import AboveSheet
from app.ui.pages.sync_computers import OfficeView
from app.ui.pages.sync_invite import InviteSheet
from app.ui.pages.sync_work import PORT, Errand, area_words, computers, keep_aside, pair_with
from app.ui.standing import standing
from app.ui.widgets import ask

FOLLOW_MS = 300  # what happens at the desk is gathered for so long before it is shown


class OfficePage(SyncPage):
    """The office receives, invites, lets in and shuts out; and is itself level with the office above."""

    view: OfficeView
    _stirred = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, OfficeView(desk.ledger))
        self.hub: Any = None
        self.announcer: Any = None
        self.invited: tuple[str | None, str | None] = (None, None)  # area and name of the invitation that is shown
        self._refused: dict[tuple[str, str], int] = {}
        view = self.view
        view.moved.connect(self.refresh)
        view.invite.saved.connect(self.save_invitation)
        view.invite.loaded.connect(self.first_load)
        view.card.agreed.connect(self.confirm)
        view.card.refused.connect(self.refuse)
        self._follow = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._follow.timeout.connect(self._look)
        self._stirred.connect(lambda: None if self._follow.isActive() else self._follow.start())
        self.errand = Errand(desk.workspace, self)
        self.errand.ended.connect(self._paired)
        desk.courier.changed.connect(self.refresh)
        desk.courier.ended.connect(lambda *_: self.read())
        QApplication.instance().aboutToQuit.connect(self.stop_hub)

    def state(self, work: Any) -> tuple[Any, ...]:
        """Return the computers, the office above, how this one stands, and who is here."""
        return computers(work.ledger), hub_above(work.ledger), standing(work.ledger), self.hub.desk.presence.here() if self.hub else {}

    def _look(self) -> None:
        """Something happened at the desk: show who is here at once, and read the rest."""
        if self.hub is None:
            return
        self.view.put_here(self.hub.desk.presence.here())
        for one in reversed(self.hub.desk.presence.refusals()):
            key = (one.device, one.why.key)
            if self._refused.get(key) != one.times:
                self._refused[key] = one.times
                name = one.name or say("有台电脑", "a computer")
                self.view.results.tell("warn", say(f"“{name}”没让进：{one.why.zh.split('。')[0]}",
                                                   f'"{name}" was turned away: {one.why.en.split(". ")[0]}'))
        self.read()

    # -- the door

    def start_hub(self) -> None:
        """Serve the computers below, until it is stopped or the program ends."""
        from app.sync.hub import Hub

        def go(_: Any) -> Any:
            hub = Hub(self.desk.workspace.again(), port=int(self.desk.ledger.settings.get("hub_port", PORT)))
            try:
                hub.start()
            except Problem:
                hub.ws.close()
                raise
            hub.desk.presence.changed = self._stirred.emit
            return hub
        self.view.starting = True
        self.desk.jobs.read(go, self._hub_runs, self._hub_failed)
        self.refresh()

    def _hub_runs(self, hub: Any) -> None:
        from app.sync.nearby import Announcer, own_address

        self.hub = hub
        port = hub.url.rpartition(":")[2]
        self.view.put_door(f"https://{own_address()}:{port}")
        if self.ledger.settings.get(NEARBY, True):
            self.announcer = Announcer(self.ledger.me.device_name, self.desk.workspace.hub_keys().root, int(port))
            self.announcer.start()
        self.refresh()

    def _hub_failed(self, problem: Problem) -> None:
        self.view.put_door("")
        self.desk.trouble(problem)

    def stop_hub(self, *_: Any) -> None:
        """Stop serving."""
        hub, self.hub = self.hub, None
        if hub is not None:
            hub.desk.presence.changed = None
            hub.stop()
            hub.ws.close()
            if self.announcer is not None:
                self.announcer.stop(1.0)
                self.announcer = None
            self.view.put_door("")
            self.refresh()

    # -- invitations

    def invite(self, area: str = "", name: str = "") -> None:
        """Make an invitation for one computer; area and name stand in the sheet already where it is invited again."""
        from app.sync.pairing import invitation, invite

        sheet = InviteSheet(self, self.ledger, area, name)
        if sheet.exec():
            try:
                self.invited = (sheet.chosen() or None, sheet.name.text().strip() or None)
                code = invite(self.desk.workspace, *self.invited)
                told = invitation(self.desk.workspace, code, [self.view.url])
            except Problem as problem:
                self.desk.trouble(problem)
                return
            self.view.put_invitation(code, say(f"给 {told.place}", f"For {told.place}") + (say(f"，{told.name}",
                                                                                              f", {told.name}") if told.name else ""))
            self.refresh()

    def first_load(self) -> None:
        """Put all that the invited computer needs on a stick."""
        found = QFileDialog.getExistingDirectory(self, say("U 盘", "Stick"), self.view.stick.path() or str(Path.home()))
        if found:
            self.write_first_load(found)

    def write_first_load(self, folder: str) -> None:
        """Write it there; the code that is shown then belongs to the stick, for 30 days."""
        from app.sync.first_load import DAYS, write_first_load

        area, name, url = *self.invited, self.view.url

        def go(work: Any) -> str:
            with self.desk.workspace.again() as ws:
                return write_first_load(ws, Path(folder), area, name, url=url, progress=lambda _, at, of: work.step(at, max(of, 1)))[0]

        def well(code: str) -> None:
            self.view.put_invitation(code, self.view.invite.whom, DAYS)
            self.tell("ok", [say("资料在 U 盘上了；码不要写在 U 盘上，另外告诉对方", "All is on the stick. Tell the code apart from it.")])
            self.read()
        self.desk.jobs.write(go, well, self.desk.trouble, words=say("正在存到 U 盘", "Saving to the stick"))

    def save_invitation(self) -> None:
        """Write the invitation as a file for a stick."""
        from app.sync.pairing import invitation, write_invitation

        found, _ = QFileDialog.getSaveFileName(self, say("邀请文件", "Invitation file"),
                                               str(Path.home() / say("乐业邀请.leye-invite", "leye-invitation.leye-invite")))
        panel = self.view.invite
        if found:
            try:
                write_invitation(Path(found), panel.url, panel.code, invitation(self.desk.workspace, panel.code, [panel.url]))
            except OSError:
                self.desk.trouble(Problem("invite.write", f"{Path(found).name} 写不进去。看看 U 盘是不是满了、锁了，或换一个地方。",
                                          f"{Path(found).name} cannot be written. See whether the stick is full or locked, or choose another place."))
                return
            self.desk.toast(say(f"邀请存在 {Path(found).name}", f"The invitation is in {Path(found).name}"))

    # -- computers

    def _name(self, device: str) -> str:
        return next((one.peer.name for one in self.view.found if one.peer.device == device), "")

    def confirm(self, device: str) -> None:
        """Let a waiting computer in; it was named on the screen."""
        from app.sync.pairing import confirm

        name = self._name(device)
        confirm(self.ledger, device)
        self.view.invite.withdraw()
        self.desk.toast(say(f"“{name}”可以来了", f"\"{name}\" is let in"))
        self.read()

    def refuse(self, device: str) -> None:
        """Do not let a waiting computer in."""
        from app.sync.pairing import revoke

        name = self._name(device)
        revoke(self.ledger, device)
        self.desk.toast(say(f"没有让“{name}”进来", f'"{name}" was not let in'))
        self.read()

    def revoke(self, device: str) -> None:
        """Shut a computer out; what it still sends waits apart."""
        from app.sync.pairing import revoke

        if ask(self, say(f"停用“{self._name(device)}”？", f"Shut out \"{self._name(device)}\"?"),
               say("它已经交来的都留着；以后交来的先放一边，等您看过。上下级下次同步后也不收它的。",
                   "What it has given stays; what it sends later is kept apart until you have looked. Offices above and below hear of it."),
               say("停用", "Shut out"), say("不停用", "Keep"), danger=True):
            revoke(self.ledger, device)
            self.read()

    def release(self, device: str) -> None:
        """Let in what was kept apart from a computer."""
        from app.sync.quarantine import release

        name = self._name(device)

        def go(_: Any) -> int:
            with self.desk.workspace.again() as ws:
                return release(ws, device)
        self.desk.jobs.write(go, lambda new: self._released(name, new), self.desk.trouble, words=say("正在放行", "Letting in"))

    def _released(self, name: str, new: int) -> None:
        self.tell("ok", [say(f"“{name}”放在一边的放行了，新收到 {new} 处改动", f"What was kept apart from \"{name}\" is let in: {new} new changes")])
        self.read()

    def keep(self, device: str) -> None:
        """Leave apart what is kept apart: the office has looked."""
        keep_aside(self.ledger, device)
        self.desk.toast(say("先放着，不算进去", "Left apart"))
        self.read()

    # -- the office above

    def pair_above(self) -> None:
        """Ask for the invitation of the office above, then join it; that office confirms this one by name."""
        courier = self.desk.courier
        courier.listen()
        sheet = AboveSheet(self, courier.above(), list(courier.finder.seen()) if courier.finder else [])
        if sheet.exec():
            self.errand.begin(lambda ws: pair_with(ws, *sheet.asked))
            self.tell("ok", [say(f"等{courier.above()}的人按名字确认这台电脑…", "Waiting for the office above to confirm this computer by name…")])
            self.refresh()

    def _paired(self, answer: Any, problem: Problem | None) -> None:
        courier = self.desk.courier
        courier.deaf()
        if problem is not None:
            self.tell("err", [str(problem)])
            self.desk.trouble(problem)
        else:
            self.tell("ok", [say(f"已和{answer.name}配对，会自己同步", f"Paired with {answer.name}; it syncs by itself")])
            courier.anew()
        self.read()

    # -- what the page says

    def search(self) -> bool:
        """F3: find a computer."""
        self.view.find.setFocus()
        self.view.find.selectAll()
        return True

    def next(self) -> Next:
        """Return what comes next: who waits, then what is worst."""
        view = self.view
        if (one := view.waits()) is not None:
            where = area_words(self.ledger, one.peer.prefix)
            return Next(say(f"“{one.peer.name}”（{where}）想进来。是您请的就同意。",
                            f"\"{one.peer.name}\" ({where}) wants in. Agree if you invited it."), level="W")
        worst = sorted((view.state(one) for one in view.found if view.state(one).do), key=lambda state: state.rank)
        if not view.url:
            return Next(say("先开始接收，下面的电脑就能同步。", "Start receiving, so that the computers below can sync."))
        if worst:
            return Next(say("", " ").join(state.do for state in worst[:2]), level="W" if worst[0].rank <= 2 else "")
        return Next(say("不用管它，谁来了都会显示。要加电脑就邀请。", "Nothing to do; whoever comes is shown. Invite a computer to add one."))

    def actions(self) -> list[Action]:
        """Return the deeds of the office as it stands now."""
        view = self.view
        found = [Action(say("换个排法", "Sort otherwise"), view.sort, "Ctrl+R", place="hidden")]
        chosen, waits = view.chosen(), view.waits()
        if hub_above(self.ledger) is not None:
            found.append(Action(say(f"交到{self.desk.courier.above()}",
                                    f"Give to {self.desk.courier.above()}"), self.desk.courier.go, "Ctrl+G", icon="sync",
                                why_not=say("正在同步", "Syncing") if self.desk.courier.going else ""))
        elif self.ledger.me.role != "province":
            above = self.desk.courier.above()
            found.append(Action(say(f"和{above}配对…", f"Pair with {above}…"), self.pair_above, "Ctrl+G", icon="link",
                                why_not=say("正在等确认", "Waiting to be confirmed") if self.errand.busy() else ""))
        if chosen is not None:
            found += self._about(chosen)
        if view.url:
            found.append(Action(say("停止接收", "Stop receiving"), self.stop_hub, "", place="next" if chosen is None else "header"))
        if waits is not None:
            device = waits.peer.device
            found += [Action(say(f"不同意“{waits.peer.name}”",
                                 f"Refuse \"{waits.peer.name}\""), lambda: self.refuse(device), "Shift+F8", place="hidden"),
                      Action(say(f"同意“{waits.peer.name}”", f"Agree to \"{waits.peer.name}\""), lambda: self.confirm(device), "F8", place="hidden")]
        kind = "primary" if waits is None else "secondary"  # what waits has the primary button, in its card
        if view.url:
            found.append(Action(say("邀请新电脑", "Invite a computer"), self.invite, "F7", kind, "plus"))
        else:
            found.append(Action(say("开始接收", "Start receiving"), self.start_hub, "F9", kind, "sync",
                                why_not=say("正在开始…", "Starting…") if view.starting else ""))
        return found

    def _about(self, one: Any) -> list[Action]:
        device, found = one.peer.device, []
        if one.aside:
            found += [Action(say("先放着", "Leave apart"), lambda: self.keep(device), "F11", why_not=say("已经看过",
                                                                                                      "Looked at") if one.looked else ""),
                      Action(say("放行", "Let in"), lambda: self.release(device), "F10")]
        if one.peer.state == peers.GRANTED:
            found.append(Action(say("停用这一台…", "Shut this one out…"), lambda: self.revoke(device), "", "danger"))
        elif one.peer.state == peers.REVOKED and self.view.url and not revocation.only_above(self.ledger, device):
            found.append(Action(say("再邀请它…", "Invite it again…"), lambda: self.invite(one.peer.prefix, one.person or one.peer.name)))
        return found
