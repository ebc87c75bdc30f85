"""Work off the screen's thread. Promises that a page never waits: results come back by signal, Problems in words.

    jobs.read(lambda work: work.ledger.get(rec), then=self.show)            one reader thread, its own connection
    jobs.write(lambda work: work.ledger.write(...), then=..., words="...")  one writer thread, its own connection
    jobs.watch(lambda work: counts(work.ledger), then=..., slot="counts")   a third one, for what nobody waits for
    jobs.carry(lambda work: visit(...), then=..., fail=...)                 a fourth one, for what waits on a line
`work.step(done, total)` moves the bar and stops the job when the person cancelled it. `slot` names a question whose
older answers nobody needs any more (typing in a search box).
"""
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.models.ledger import Ledger
from app.models.problem import Problem

log = logging.getLogger(__name__)
PATIENCE_MS = 200


class Cancelled(Exception):
    """The person does not want this any more."""


@dataclass(eq=False)
class Work:
    """What a job is given: a ledger of its own thread, and a way to say how far it is. It carries the answer, or the trouble, back."""

    fn: Callable[["Work"], Any]
    then: Callable[[Any], None] | None
    fail: Callable[[Problem], None] | None
    words: str = ""
    slot: str = ""
    stopped: Callable[[], None] | None = None
    part: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)
    said: Callable[["Work"], None] | None = None
    answer: Any = None
    trouble: Exception | None = None
    _ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of this thread."""
        if self._ledger is None:
            raise RuntimeError("this window has no ledger open")
        return self._ledger

    def let_go(self) -> None:
        """Drop everything it was asked with and brought. In the window's thread: what is Qt's is never deleted by a worker."""
        self.fn = self.then = self.fail = self.stopped = self.answer = self.trouble = self._ledger = None  # type: ignore[assignment]

    def step(self, done: float, total: float, *_: Any) -> None:
        """Say how far it is; raises Cancelled when the person does not want it any more."""
        if self.cancelled.is_set():
            raise Cancelled
        self.part = done / total if total else 0.0
        if self.said:
            self.said(self)


class _Thread(threading.Thread):
    """One worker with one queue and one connection."""

    def __init__(self, name: str, jobs: "Jobs") -> None:
        super().__init__(name=f"leye-{name}", daemon=True)
        self.jobs = jobs
        self.queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def run(self) -> None:
        """Do the jobs one after the other until told to stop."""
        ledger: Ledger | None = None
        while (work := self.queue.get()) is not None:
            try:
                if self.jobs.stale(work):
                    raise Cancelled
                if ledger is None and self.jobs.ledger is not None:
                    ledger = self.jobs.ledger.again()
                work._ledger = ledger
                work.answer = work.fn(work)
            except Exception as trouble:  # told to the window's thread, where bugs rise
                work.trouble = trouble
            self.jobs.ended.emit(work)
            del work  # while it waits for the next job this thread holds nothing of the last one
        if ledger is not None:
            ledger.close()


class Jobs(QObject):
    """The workers of a window. `shown(words, part)` for the strip; words "" when nothing runs."""

    ended = Signal(object)
    moved = Signal(object)
    shown = Signal(str, float)

    def __init__(self, ledger: Ledger | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ledger = ledger
        self._open: list[Work] = []
        self._newest: dict[str, Work] = {}
        self._threads = {name: _Thread(name, self) for name in ("read", "write", "watch", "carry")}
        self.ended.connect(self._ended)
        self.moved.connect(lambda _: self._show())
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show)
        for thread in self._threads.values():
            thread.start()

    def read(self, fn: Callable[[Work], Any], then: Callable[[Any], None] | None = None,
             fail: Callable[[Problem], None] | None = None, *, words: str = "", slot: str = "",
             cancelled: Callable[[], None] | None = None) -> Work:
        """Ask something; `then(answer)` or `fail(problem)` comes back in the window's thread, `cancelled()` where a person stopped it."""
        return self._put("read", Work(fn, then, fail, words, slot, stopped=cancelled))

    def watch(self, fn: Callable[[Work], Any], then: Callable[[Any], None], slot: str, *, fail: Callable[[Problem], None] | None = None,
              words: str = "") -> Work:
        """Ask something that may take a while and nobody waits for, beside what people wait for; with words it shows how far it is."""
        return self._put("watch", Work(fn, then, fail, words, slot))

    def write(self, fn: Callable[[Work], Any], then: Callable[[Any], None] | None = None,
              fail: Callable[[Problem], None] | None = None, *, words: str = "",
              cancelled: Callable[[], None] | None = None) -> Work:
        """Do something that changes the ledger or a file; answers like `read`, and `cancelled()` where a person stopped it."""
        return self._put("write", Work(fn, then, fail, words, "", stopped=cancelled))

    def carry(self, fn: Callable[[Work], Any], then: Callable[[Any], None] | None = None,
              fail: Callable[[Problem], None] | None = None, *, words: str = "", cancelled: Callable[[], None] | None = None) -> Work:
        """Do something that waits on a line or on other people, so that nothing else waits for it; answers like `read`."""
        return self._put("carry", Work(fn, then, fail, words, "", stopped=cancelled))

    def name(self, work: Work, words: str) -> None:
        """Show a job that began quietly: somebody asks about it now."""
        work.words = words
        self._patience.start()

    def cancel(self) -> bool:
        """Ask the job that shows itself to stop; tell whether there was one."""
        found = [work for work in self._open if work.words]
        for work in found:
            work.cancelled.set()
        return bool(found)

    def named(self) -> bool:
        """Tell whether anything is under way that shows itself, which a person may stop."""
        return any(work.words for work in self._open)

    def busy(self) -> bool:
        """Tell whether anything is under way."""
        return bool(self._open)

    def stale(self, work: Work) -> bool:
        """Tell whether a newer question stands in the same slot, or nobody waits any more."""
        return work.cancelled.is_set() or bool(work.slot and self._newest.get(work.slot) is not work)

    def close(self) -> None:
        """Let the workers end what they do, then end them."""
        for work in self._open:
            work.cancelled.set()
        for thread in self._threads.values():
            thread.queue.put(None)
        for thread in self._threads.values():
            thread.join(10)

    def _put(self, name: str, work: Work) -> Work:
        work.said = self.moved.emit
        if work.slot:
            self._newest[work.slot] = work
        self._open.append(work)
        self._threads[name].queue.put(work)
        if work.words:
            self._patience.start()
        return work

    def _show(self) -> None:
        named = [work for work in self._open if work.words]
        self.shown.emit(named[0].words if named else "", named[0].part if named else 0.0)

    def _ended(self, work: Work) -> None:
        if work in self._open:
            self._open.remove(work)
        self._show()
        try:
            self._tell(work)
        finally:
            work.let_go()

    def _tell(self, work: Work) -> None:
        """Call back who waits for it, in the window's thread."""
        trouble = work.trouble
        if isinstance(trouble, Cancelled) or (trouble is None and self.stale(work)):
            if work.stopped is not None:
                work.stopped()
            return
        if isinstance(trouble, Problem):
            if work.fail is not None:
                work.fail(trouble)
            return
        if trouble is not None:
            log.error("a job ended with %s", type(trouble).__name__)
            raise trouble
        if work.then is not None:
            work.then(work.answer)
