"""Courier: keeps this computer and its office level by itself. Promises to ask nothing, take no cursor, and disturb no typing.

It visits the office when the rhythm (app/sync/rhythm) says so, in a job of its own and on its own connection, and says by
`changed` how it stands. Visits that people ask for go the same way, so that there is never more than one.
"""
import time
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.models.language import say
from app.models.problem import Problem
from app.sync import peers
from app.sync.nearby import Finder
from app.sync.rhythm import Outcome, Rhythm, outcome_of
from app.sync.workspace import Workspace
from app.ui.job import Jobs, Work
from app.ui.standing import Standing

BY_ITSELF, NEARBY = "sync_by_itself", "find_nearby"  # settings of this computer; on unless switched off
LONGEST_MS = 60_000  # a clock that jumps or a laptop that slept is noticed within a minute
SLOW_S = 1.5  # how long a visit goes on before the strip shows how far it is


class Courier(QObject):
    """The standing order of a window to keep level with the office above.

    Attributes: going (a visit is under way), part (how far it is, 0 to 1), problem (of the last visit, None where it went
    well), lost (records the office had signed for and lost, while they are given again), patience and find (seconds).
    """

    changed = Signal()
    ended = Signal(object, object, bool)  # what was done or None, the Problem or None, whether people asked for it
    _heard = Signal()

    def __init__(self, workspace: Workspace, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.jobs = workspace, jobs
        self.patience, self.find = 30.0, 3.0
        self.rhythm = Rhythm(time.monotonic())
        self.going = self.asked = self.running = False
        self.part, self.lost, self.began_at = 0.0, 0, 0.0
        self.problem: Problem | None = None
        self.finder: Finder | None = None
        self._work: Work | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        self._heard.connect(self._seen)

    # -- orders

    def start(self) -> None:
        """Begin to keep level, where that is not switched off."""
        self.running = True
        self.rhythm.anew(time.monotonic())
        self._wait()

    def stop(self) -> None:
        """End it; a visit that is under way ends at its next step."""
        self.running = False
        self._timer.stop()
        if self._work is not None:
            self._work.cancelled.set()
        self.deaf()

    def wanted(self) -> bool:
        """Tell whether this computer is to sync by itself."""
        return bool(self.workspace.ledger.settings.get(BY_ITSELF, True))

    def on(self) -> bool:
        """Tell whether it goes by itself now; a picture of the window does not."""
        return self.running and self.wanted()

    def switch(self, on: bool) -> None:
        """Switch it on or off for this computer."""
        self.workspace.ledger.settings.set(BY_ITSELF, on)
        self.anew()

    def anew(self) -> None:
        """Something was put right: do not wait out a pause."""
        self.problem = None
        self.rhythm.anew(time.monotonic())
        self._wait()
        self.changed.emit()

    def finished(self) -> None:
        """Something was finished here; it goes soon."""
        if not self.going:
            self.rhythm.finished(time.monotonic())
            self._wait()

    def go(self) -> None:
        """Visit now: somebody asks for it."""
        self.asked = True
        if self.going and self._work is not None:
            self.jobs.name(self._work, self._doing())
        else:
            self._go()
        self.changed.emit()

    # -- visits

    def _wait(self) -> None:
        if self.running:
            self._timer.start(max(0, min(LONGEST_MS, int((self.rhythm.due - time.monotonic()) * 1000) + 1)))

    def _look(self) -> None:
        if not self.going and self.on() and self.rhythm.is_due(time.monotonic()):
            if peers.hub_above(self.workspace.ledger) is not None:
                self._go()
                return
            self.rhythm.anew(time.monotonic() + LONGEST_MS / 1000)
        self._wait()

    def _go(self) -> None:
        self.going, self.part, self.lost, self.began_at = True, 0.0, 0, time.monotonic()
        self.rhythm.began()
        self._work = self.jobs.carry(self._visit, self._well, self._ill, words=self._doing() if self.asked else "", cancelled=self._stopped)
        self.changed.emit()

    def _visit(self, work: Work) -> Any:
        from app.sync import outgoing
        from app.sync.visit import visit

        def step(what: str, at: int, of: int) -> None:
            self.lost = at if what == "lost" else self.lost
            self.part = at / max(of, 1) if what in ("push", "pull") else self.part
            work.step(self.part, 1.0)
            if self.lost or time.monotonic() - self.began_at > SLOW_S:
                self.changed.emit()
        with self.workspace.again() as ws:
            hub = peers.the_hub(ws.ledger)
            done = visit(ws, self.finder.ways(hub.root) if self.finder else (), step, patience=self.patience, find=self.find)
            return done, outgoing.owes(ws.ledger, peers.the_hub(ws.ledger))

    def _well(self, answer: Any) -> None:
        done, owes = answer
        self.problem = None
        self._over(Outcome.LEVEL if done.level else Outcome.UNEVEN)
        if owes:
            self.rhythm.finished(time.monotonic())
            self._wait()
        self.deaf()
        self._tell(done, None)

    def _ill(self, problem: Problem) -> None:
        self.problem = problem
        outcome = outcome_of(problem)
        self._over(outcome)
        if outcome is Outcome.AWAY or problem.key == "sync.another_hub":
            self.listen()
        self._tell(None, problem)

    def _stopped(self) -> None:
        """A person stopped it: not at once again."""
        self._over(Outcome.UNEVEN)
        self._tell(None, None)

    def _over(self, outcome: Outcome) -> None:
        self.going, self._work = False, None
        self.rhythm.ended(time.monotonic(), outcome)
        self._wait()

    def _tell(self, done: Any, problem: Problem | None) -> None:
        asked, self.asked = self.asked, False
        self.changed.emit()
        self.ended.emit(done, problem, asked)

    # -- hints

    def listen(self) -> None:
        """Listen for hubs on the network, where that is not switched off; never waits."""
        if self.finder is None and self.running and self.workspace.ledger.settings.get(NEARBY, True):
            self.finder = Finder(self._heard.emit)
            self.finder.start()

    def deaf(self) -> None:
        """Listen no more."""
        finder, self.finder = self.finder, None
        if finder is not None:
            finder.stop(0.0)

    def _seen(self) -> None:
        hub = peers.hub_above(self.workspace.ledger)
        if hub is not None and self.finder is not None and not self.going and self.finder.ways(hub.root):
            if self.problem is not None and self.problem.key == "sync.another_hub":
                self.rhythm.anew(time.monotonic())  # somebody else has its old address; it has another now
            self.rhythm.seen(time.monotonic())
            self._wait()
        self.changed.emit()

    # -- words

    def above(self) -> str:
        """Return what the office above is called here."""
        return above_words(self.workspace.ledger.me.role)

    def _doing(self) -> str:
        return say(f"正在和{self.above()}同步", f"Syncing with {self.above()}")

    def words(self, now: Standing) -> tuple[str, str]:
        """Return how this computer stands towards its office, and the ink: "" plain, ok, warn or err."""
        above = self.above()
        if not now.paired:
            return (now.synced() if now.synced_at else say(f"还没有和{above}配对", f"Not paired with {above} yet")), ""
        if self.going:
            if self.lost:
                return lost_words(above, self.lost), "warn"
            part = f" {self.part:.0%}" if self.part and time.monotonic() - self.began_at > SLOW_S else ""
            return say(f"正在同步…{part}", f"Syncing…{part}"), ""
        if self.problem is not None:
            return trouble_words(above, self.problem)
        if now.level:
            return say(f"已与{above}对齐 {now.hour()}", f"Level with {above}, {now.hour()}"), "ok"
        return now.synced(), ""


def above_words(role: str) -> str:
    """Return what the office above a computer of this role is called."""
    return {"surveyor": say("镇里", "the office"), "township": say("县里", "the county")}.get(role, say("上一级", "the office above"))


def lost_words(above: str, lost: int, over: bool = False) -> str:
    """Return the sentence about what the office had signed for and lost."""
    return (say(f"{above}的电脑丢了 {lost} 条已确认的数据，已经补传",
                f"{above} had lost {lost} confirmed records; they were given again") if over else
            say(f"{above}的电脑丢了 {lost} 条已确认的数据，正在补传", f"{above} lost {lost} confirmed records; giving them again"))


def trouble_words(above: str, problem: Problem) -> tuple[str, str]:
    """Return a Problem of a visit in a few words for the strip, and its ink."""
    said = {"sync.silent": (say(f"{above}联系不上，数据都在本机", f"{above} cannot be reached; everything is kept here"), ""),
            "peer.revoked": (say(f"{above}停用了这台电脑，数据都在本机", f"{above} has shut this computer out; everything is kept here"), "err"),
            "peer.expired": (say(f"和{above}的配对过期了，请重新配对", f"Pairing with {above} has expired; pair again"), "err"),
            "peer.unknown": (say(f"{above}不认得这台电脑，请重新配对", f"{above} does not know this computer; pair again"), "err"),
            "peer.pending": (say(f"等{above}确认这台电脑", f"Waiting for {above} to confirm this computer"), "warn"),
            "sync.another_hub": (say(f"那个地址不是{above}的电脑，什么也没有给它",
                                     f"Another computer is at {above}'s address; it was given nothing"), "err"),
            "sync.newer": (say(f"这里的程序比{above}的新，请{above}先升级", f"This program is newer than {above}'s; update that one first"), "warn")}
    words, ink = said.get(problem.key, (say("没有同步成，看“同步”这一页", "Not synced; see the Sync page"), "warn"))
    return words[:1].upper() + words[1:], ink
