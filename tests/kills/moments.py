"""Moments: where a process can be killed. Each SQL statement and each file that is made, renamed or removed counts as one.

Promises that the program runs as it is: the statements come from SQLite's own trace, the files from Python's audit events and
the flushes from the file seam. A process that reaches its moment is killed there and then (`now`), or tells its parent, who kills
it a hair later (`soon`: inside the COMMIT, between two writes of the log).
"""
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import sqlcipher3.dbapi2

from app.models import disk

Tell = Callable[..., None]
SHARP = ("COMMIT", "RELEASE", "rename", "flush")  # where things become so


@dataclass(frozen=True, slots=True)
class Aim:
    """A moment: the `at`-th event (from 1; 0 is never) of a phase; `soon` leaves the hair to the parent."""

    phase: str
    at: int = 0
    soon: bool = False


@dataclass(slots=True)
class Watch:
    """Counts the events of the phase aimed at, in this process. Attributes: aim, events (their kinds, in order)."""

    aim: Aim
    tell: Tell
    events: list[str] = field(default_factory=list)
    _inside: threading.local = field(default_factory=threading.local)

    def begin(self) -> None:
        """Watch from now on: every connection opened from now on, and all files."""
        connect = sqlcipher3.dbapi2.connect

        @wraps(connect)
        def traced(*arguments: Any, **options: Any) -> Any:
            conn = connect(*arguments, **options)
            conn.set_trace_callback(self._stated)
            return conn
        sqlcipher3.dbapi2.connect = traced
        sys.addaudithook(self._audited)
        flush = disk.Files.flush

        @wraps(flush)
        def flushed(files: disk.Files, file: Any) -> None:
            self.event("flush")
            flush(files, file)
        disk.Files.flush = flushed  # type: ignore[method-assign]

    def _stated(self, statement: str) -> None:
        words = statement.split(None, 1)
        self.event("search index" if words[:1] == ["--"] else words[0] if words else "")

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.rename":
            self.event("rename")
        elif event in ("os.remove", "os.mkdir", "os.rmdir"):
            self.event(event[3:])
        elif event == "open" and isinstance(arguments[1], str):
            self.event("create" if "w" in arguments[1] else "read")

    def event(self, kind: str) -> None:
        """Count one event of the phase aimed at; die where it is the moment."""
        if self.aim.phase not in getattr(self._inside, "phases", ()):
            return
        self.events.append(kind)
        if len(self.events) == self.aim.at:
            if not self.aim.soon:
                os.kill(os.getpid(), signal.SIGKILL)
            self.tell("soon")

    @contextmanager
    def within(self, phase: str) -> Iterator[None]:
        """The block is this phase of the work, in this thread."""
        phases = self._inside.__dict__.setdefault("phases", [])
        phases.append(phase)
        try:
            yield
        finally:
            phases.remove(phase)

    def name(self, phase: str, owner: Any, method: str) -> None:
        """Let a function of the program be a phase of its own; it is called as before."""
        plain = getattr(owner, method)

        @wraps(plain)
        def watched(*arguments: Any, **options: Any) -> Any:
            with self.within(phase):
                return plain(*arguments, **options)
        setattr(owner, method, watched)
