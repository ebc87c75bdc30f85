"""Intaking: two threads of a running hub. One takes segments over, many with one flush; the other merges them afterwards.

Promises that a segment is answered only when it is on disk, and that the merger gives way to whoever asks meanwhile.
"""
import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from app.models.problem import Problem
from app.sync import segment
from app.sync.desk import Desk
from app.sync.link import Reset, SessionLost
from app.sync.wire import Accepted, Trouble
from app.sync.workspace import Workspace

ACCEPT = "/v1/accept"
TOGETHER = 64  # segments in one flush
TOGETHER_BYTES = 64 * 1024 * 1024
GIVE_WAY_S = 0.001  # between two segments, to whoever waits to write
AGAIN_S = 30.0  # after this office's own disk refused

Answer = tuple[int, bytes]  # HTTP status and content


@dataclass(frozen=True, slots=True)
class _Asked:
    token: str
    body: bytes
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Answer]"


class Acceptor:
    """Takes segments over: checks each, puts all that have come meanwhile on disk with one flush, answers them."""

    def __init__(self, desk: Desk, ws: Workspace, merger: "Merger") -> None:
        self.desk, self.ws, self.merger = desk, ws, merger
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="acceptor", daemon=True)
        self._thread.start()

    def before(self, others: Any) -> Any:
        """Return an ASGI application that accepts segments itself and leaves everything else to another: no layer between."""
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope.get("path") != ACCEPT or scope.get("method") != "POST":
                await others(scope, receive, send)
                return
            token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
            body = await _body(receive, self.desk.knows(token))
            status, content = (413, b"") if body is None else await self.accepted(token, body)
            await send({"type": "http.response.start", "status": status,
                        "headers": [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(content)).encode())]})
            await send({"type": "http.response.body", "body": content})
        return app

    async def accepted(self, token: str, body: bytes) -> Answer:
        """Return the answer to a segment, once it is on disk or refused."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._asked.put(_Asked(token, body, loop, future))
        return await future

    def stop(self) -> None:
        """Finish what is under way."""
        self._asked.put(None)
        self._thread.join()
        self.ws.close()

    def _run(self) -> None:
        while (first := self._asked.get()) is not None:
            some, size = [first], len(first.body)
            while len(some) < TOGETHER and size < TOGETHER_BYTES and not self._asked.empty():
                following = self._asked.get()
                if following is None:
                    self._asked.put(None)
                    break
                some.append(following)
                size += len(following.body)
            try:
                answers = self._take_over(some)
            except Exception as error:  # it rises where the request is answered; others go on being served
                some[0].loop.call_soon_threadsafe(_fail, some, error)
            else:
                some[0].loop.call_soon_threadsafe(_say, some, answers)

    def _take_over(self, some: list[_Asked]) -> list[Answer]:
        inbox = self.desk.inbox
        assert inbox is not None
        good: list[tuple[str, bytes]] = []
        answers = [answered(lambda one=one: self._checked(one, good)) for one in some]  # type: ignore[misc]
        try:
            inbox.append(good)
        except Problem as problem:
            return [_trouble(problem) if status == 200 else (status, content) for status, content in answers]
        self.merger.wake()
        return answers

    def _checked(self, asked: _Asked, good: list[tuple[str, bytes]]) -> Accepted:
        one = self.desk.peer_of(self.ws, asked.token)
        self.desk.check(self.ws, one, asked.body)
        good.append((one.device, asked.body))
        return Accepted(sum(device == one.device for device, _ in good) + self.desk.inbox.waiting(one.device))  # type: ignore[union-attr]


class Merger:
    """Merges what was taken over, one segment after the other."""

    def __init__(self, desk: Desk, ws: Workspace) -> None:
        self.desk, self.ws = desk, ws
        self._work, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="merger", daemon=True)
        self._work.set()  # for what an earlier run has left
        self._thread.start()

    def wake(self) -> None:
        """Say that something has come."""
        self._work.set()

    def stop(self) -> None:
        """Finish the segment that is under way; what waits stays on disk."""
        self._ended.set()
        self._work.set()
        self._thread.join()
        self.ws.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._work.wait()
            self._work.clear()
            try:
                while self.desk.settle(self.ws, seconds=0) and not self._ended.wait(GIVE_WAY_S):
                    pass
            except Exception:  # a full disk, say: whoever asks is told, and a bug rises there; here it is tried again
                self._ended.wait(AGAIN_S)
                self._work.set()


def answered(act: Callable[[], Any]) -> Answer:
    """Return what an act says, as HTTP: 200 with it, 409 and 401 where the link must begin again, 400 with a Problem."""
    try:
        said = act()
        return 200, said if isinstance(said, bytes) else msgspec.json.encode(said)
    except Reset:
        return 409, b""
    except SessionLost:
        return 401, b""
    except Problem as problem:
        return _trouble(problem)


def _trouble(problem: Problem) -> Answer:
    return 400, msgspec.json.encode(Trouble(problem.key, problem.zh, problem.en))


async def _body(receive: Any, keep: bool) -> bytes | None:
    """Return the whole body, nothing of one without a session; None where it is larger than any segment, or its sender has gone."""
    parts, size, more = [], 0, True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            return None
        part = event.get("body", b"")
        size, more = size + len(part), event.get("more_body", False)
        if size > segment.MOST:
            return None
        if keep:
            parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _fail(some: list[_Asked], error: Exception) -> None:
    for one in some:
        if not one.future.done():
            one.future.set_exception(error)


def _say(some: list[_Asked], answers: list[Answer]) -> None:
    for one, answer in zip(some, answers, strict=True):
        if not one.future.done():  # its laptop may have gone
            one.future.set_result(answer)
