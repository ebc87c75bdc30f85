"""SyncPage: how data leave and reach this computer. Promises to say what exists only here, always."""
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout

from app.models.language import say
from app.models.problem import Problem
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.sync_laptop import LaptopView
from app.ui.pages.sync_office import InviteSheet, OfficeView
from app.ui.pages.sync_work import PORT, Errand, carried_words, computers, exchanged_words, hub_of, met, own_address
from app.ui.standing import standing
from app.ui.widgets import ask

EVERY_MS = 2000


class SyncPage(Page):
    """A laptop pairs and syncs; an office receives. Both can use a stick."""

    name = "sync"
    icon = "sync"
    patience = 30.0  # seconds until an office that does not answer is called out of reach

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.office = desk.ledger.me.role in ("township", "county", "province")
        self.hub: Any = None
        self.view = OfficeView(desk.ledger) if self.office else LaptopView()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.view)
        self.errand = Errand(desk.workspace, self)
        self.timer = QTimer(self, interval=EVERY_MS)
        self.timer.timeout.connect(self.read)
        self.view.stick.wrote.connect(self.stick_out)
        self.view.stick.read.connect(self.stick_in)
        self.view.results.stopped.connect(desk.jobs.cancel)
        desk.jobs.shown.connect(self.view.results.put_job)
        desk.ledger_changed.connect(lambda _: self.read() if self.isVisible() else None)
        self._bind_office() if self.office else self._bind_laptop()

    def _bind_laptop(self) -> None:
        self.view.paired.connect(self.pair)
        self.view.synced.connect(self.sync)
        self.errand.ended.connect(self._paired)

    def _bind_office(self) -> None:
        view = self.view
        for signal, do in ((view.started, self.start_hub), (view.stopped, self.stop_hub), (view.invited, self.invite),
                           (view.confirmed, self.confirm), (view.revoked, self.revoke), (view.invite.saved, self.save_invitation),
                           (view.moved_changed, self.refresh)):
            signal.connect(do)
        QApplication.instance().aboutToQuit.connect(self.stop_hub)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("同步", "Sync")

    # -- reading

    def enter(self, **_: Any) -> None:
        """Show how this computer stands, and keep it so while the page is open."""
        if not self.view.stick.path():
            self.view.stick.put_path(str(self.desk.ledger.settings.get("stick_path") or ""))
        self.setFocus()
        self.read()
        self.view.focus()
        if self.office:
            self.timer.start()

    def leave(self) -> bool:
        """Stop looking; the hub goes on."""
        self.timer.stop()
        return True

    def retitle(self) -> None:
        """Say everything in the language in use."""
        self.view.retitle()
        self.read()

    def read(self) -> None:
        """Read how this computer stands, off the screen's thread."""
        self.desk.jobs.read(self._state, self._put, slot="sync")

    def _state(self, work: Any) -> tuple[Any, Any]:
        return standing(work.ledger), computers(work.ledger) if self.office else hub_of(work.ledger)

    def _put(self, state: tuple[Any, Any]) -> None:
        now, found = state
        if self.office:
            self.view.only.put(now.only_here, now.synced())
            if found != self.view.found:
                self.view.put(found)
        else:
            self.view.put(found, now.only_here, now.synced())
        self.refresh()

    # -- laptop

    def pair(self, url: str, code: str) -> None:
        """Ask the office to let this computer in; the office confirms it by name."""
        from app.sync.pairing import pair

        if self.errand.busy():
            return
        self.view.waiting = True
        self.view.usable(True)
        self.errand.begin(lambda ws: pair(ws, url, code))
        self.refresh()

    def _paired(self, answer: Any, problem: Problem | None) -> None:
        self.view.waiting = False
        if problem is not None:
            self._tell("err", [str(problem)])
            self.desk.trouble(problem)
        else:
            self._tell("ok", [say(f"已和{answer.name}配对，可以同步了", f"Paired with {answer.name}; you can sync now")])
            self.desk.toast(say(f"已和{answer.name}配对", f"Paired with {answer.name}"))
        self.view.usable(True)
        self.read()

    def sync(self) -> None:
        """Bring this computer and the office level."""
        from app.sync.exchange import HubCarrier, exchange

        def go(work: Any) -> Any:
            with self.desk.workspace.again() as ws:
                done = exchange(ws, HubCarrier(hub_of(ws.ledger), self.patience), progress=lambda _, at, of: work.step(at, max(of, 1)))
                met(ws.ledger, hub_of(ws.ledger).name)
                return done
        self._begin(go, exchanged_words, say("正在同步", "Syncing"))

    # -- stick

    def stick_out(self, path: str) -> None:
        """Save what the other side lacks as one sealed file."""
        from app.sync.stick import export_stick

        def go(_: Any) -> Any:
            with self.desk.workspace.again() as ws:
                return export_stick(ws, Path(path))
        if self._path_is_there(path):
            self._begin(go, lambda done: carried_words(done, out=True), say("正在存到 U 盘", "Saving to the stick"))

    def stick_in(self, path: str) -> None:
        """Take in a file from a stick."""
        from app.sync.unload import import_stick

        def go(_: Any) -> Any:
            with self.desk.workspace.again() as ws:
                done = import_stick(ws, Path(path))
                met(ws.ledger, say("U 盘", "stick"))
                return done
        if self._path_is_there(path):
            self._begin(go, lambda done: carried_words(done, out=False), say("正在读 U 盘", "Reading the stick"))

    def _path_is_there(self, path: str) -> bool:
        if path:
            self.desk.ledger.settings.set("stick_path", path)
            return True
        self.desk.trouble(Problem("sync.no_path", "先选 U 盘上的文件。", "Choose the file on the stick first."))
        self.view.stick.line.setFocus()
        return False

    def _begin(self, go: Any, words: Any, doing: str) -> None:
        self.view.usable(False)

        def well(done: Any) -> None:
            self._tell("ok", words(done))
            self._over()

        def ill(problem: Problem) -> None:
            self._tell("err", [str(problem)])
            self.desk.trouble(problem)
            self._over()
        self.desk.jobs.write(go, well, ill, words=doing)
        self.timer.start()

    def _over(self) -> None:
        self.view.usable(True)
        self.read()
        if not self.office:
            self.timer.stop()

    def _tell(self, level: str, lines: list[str]) -> None:
        for words in reversed(lines[1:]):
            self.view.results.tell("warn" if words in lines[2:] else level, words)
        if lines:
            self.view.results.tell(level, lines[0])

    # -- office

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
            return hub
        self.view.starting = True
        self.desk.jobs.read(go, self._hub_runs, self._hub_failed)
        self.refresh()

    def _hub_runs(self, hub: Any) -> None:
        self.hub = hub
        port = hub.url.rpartition(":")[2]
        self.view.put_door(f"https://{own_address()}:{port}")
        self.refresh()

    def _hub_failed(self, problem: Problem) -> None:
        self.view.put_door("")
        self.desk.trouble(problem)

    def stop_hub(self, *_: Any) -> None:
        """Stop serving."""
        hub, self.hub = self.hub, None
        if hub is not None:
            hub.stop()
            hub.ws.close()
            self.view.put_door("")
            self.refresh()

    def invite(self) -> None:
        """Make an invitation for one computer."""
        from app.sync.pairing import invite

        sheet = InviteSheet(self, self.ledger)
        if sheet.exec():
            try:
                code = invite(self.desk.workspace, sheet.chosen() or None, sheet.name.text().strip() or None)
            except Problem as problem:
                self.desk.trouble(problem)
                return
            self.view.put_invitation(code)
            self.refresh()

    def save_invitation(self) -> None:
        """Write the invitation as a file for a stick."""
        from app.sync.pairing import write_invitation

        found, _ = QFileDialog.getSaveFileName(self, say("邀请文件", "Invitation file"),
                                               str(Path.home() / say("乐业邀请.leye-invite", "leye-invitation.leye-invite")))
        if found:
            write_invitation(Path(found), self.view.invite.url, self.view.invite.code)
            self.desk.toast(say(f"邀请存在 {Path(found).name}", f"The invitation is in {Path(found).name}"))

    def confirm(self, device: str) -> None:
        """Let a waiting computer in; it was named on the screen."""
        from app.sync.pairing import confirm

        name = next((one.peer.name for one in self.view.found if one.peer.device == device), "")
        confirm(self.ledger, device)
        self.desk.toast(say(f"“{name}”可以来了", f"\"{name}\" is let in"))
        self.read()

    def revoke(self, device: str) -> None:
        """Shut a computer out; what it still sends waits apart."""
        from app.sync.pairing import revoke

        name = next((one.peer.name for one in self.view.found if one.peer.device == device), "")
        if ask(self, say(f"停用“{name}”？", f"Shut out \"{name}\"?"),
               say("它已经交来的都留着；以后交来的先放一边，等您看过。",
                   "What it has given stays; what it sends later is kept apart until you have looked."),
               say("停用", "Shut out"), say("不停用", "Keep"), danger=True):
            revoke(self.ledger, device)
            self.read()

    # -- what the page says

    def facts(self) -> str:
        """Return the line under the title."""
        return self.view.facts_line()

    def next(self) -> Next:
        """Return what comes next."""
        return self.view.next()

    def actions(self) -> list[Action]:
        """Return the deeds of the view."""
        found = self.view.actions()
        if self.desk.jobs.busy() and not self.office and self.view.busy:
            found.insert(0, Action(say("取消", "Cancel"), self.desk.jobs.cancel, "Esc"))
        return found
