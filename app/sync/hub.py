"""Hub: the same ledger behind a few HTTPS addresses (decisions/sync-protocol.md). Promises TLS under its own root only,
limits on what it reads, one writer at a time, and a clean stop.

    with Hub(ws, "127.0.0.1", 0, yes=True) as hub: ... hub.url
"""
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from app.models.problem import Problem
from app.sync import pairing, segment
from app.sync.desk import Desk
from app.sync.link import Reset, SessionLost
from app.sync.peers import Peer
from app.sync.seal import hub_context
from app.sync.wire import (
    JSON_MOST,
    ChallengeAsk,
    CompareAsk,
    FetchAsk,
    HelloAsk,
    LackAsk,
    PairAsk,
    PullAsk,
    Trouble,
)
from app.sync.workspace import Workspace

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

START_S, STOP_S = 20.0, 10
DESKS = 4  # connections to the store


class _TooMuch(Exception):
    """A request is larger than its address takes."""


class Hub:
    """A running hub.

    Attributes: url (once started), desk.
    """

    def __init__(self, ws: Workspace, host: str = "0.0.0.0", port: int = 8443, *, yes: bool = False,
                 asked: Callable[[Peer], None] | None = None) -> None:
        self.ws, self.host, self.port = ws, host, port
        self.desk = Desk(yes=yes, asked=asked)
        self.url = ""
        self._root_text = ""
        self._free: queue.Queue[Workspace] = queue.Queue()
        self._server: Any = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve from a thread; returns when the hub answers. Problem hub.port where the address is taken."""
        import uvicorn

        sock = self._bound()
        port = sock.getsockname()[1]
        for _ in range(DESKS):
            self._free.put(self.ws.again())
        keys = self.ws.hub_keys()
        self._root_text, context = keys.root, hub_context(keys)
        config = uvicorn.Config(self._app(), log_config=None, log_level="warning", access_log=False, lifespan="off",
                                server_header=False, timeout_graceful_shutdown=STOP_S,
                                ssl_context_factory=lambda *_: context)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [sock]}, name="hub", daemon=True)
        self._thread.start()
        end = time.monotonic() + START_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                raise Problem("hub.start", "共享服务没有启动成功。请重新启动程序。", "The hub did not start. Start the program again.", status=1)
            time.sleep(0.01)
        self.url = f"https://{self.host}:{port}"

    def stop(self) -> None:
        """Finish what is under way, then close."""
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join(STOP_S + START_S)
            self._thread = None
        while not self._free.empty():
            self._free.get().close()

    def confirm(self, device: str) -> None:
        """Let a waiting laptop in."""
        pairing.confirm(self.ws.ledger, device)

    def _bound(self) -> socket.socket:
        # asyncio sends small answers at once only on sockets that say they are TCP; else each waits 40 ms
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((self.host.strip("[]"), self.port))
        except (OSError, OverflowError):
            sock.close()
            raise Problem("hub.port", f"无法在 {self.host}:{self.port} 上提供服务：地址不对，或端口已被占用。请换一个端口。",
                          f"Cannot listen on {self.host}:{self.port}: not an address of this computer, or the port is taken. "
                          "Choose another.") from None
        return sock

    def _app(self) -> "Starlette":
        from starlette.applications import Starlette
        from starlette.routing import Route

        desk = self.desk
        routes = [Route("/v1/root", self._root, methods=["GET"]),
                  Route("/v1/pair", self._open(desk.pair, PairAsk), methods=["POST"]),
                  Route("/v1/challenge", self._open(desk.challenge, ChallengeAsk), methods=["POST"]),
                  Route("/v1/hello", self._open(desk.hello, HelloAsk), methods=["POST"]),
                  Route("/v1/push", self._known(desk.push, None), methods=["POST"]),
                  Route("/v1/pull", self._known(desk.pull, PullAsk), methods=["POST"]),
                  Route("/v1/compare", self._known(desk.compare, CompareAsk), methods=["POST"]),
                  Route("/v1/fetch", self._known(desk.fetch, FetchAsk), methods=["POST"]),
                  Route("/v1/lack", self._known(desk.lack, LackAsk), methods=["POST"])]
        return Starlette(routes=routes)

    async def _root(self, request: "Request") -> "Response":
        from starlette.responses import PlainTextResponse

        return PlainTextResponse(self._root_text)

    def _open(self, answer: Callable[[Workspace, Any], Any], shape: Any) -> Callable[["Request"], Any]:
        """Return the endpoint of an answer that needs no session."""
        return self._endpoint(lambda ws, token, body: answer(ws, _told(body, shape)), JSON_MOST)

    def _known(self, answer: Callable[[Workspace, Peer, Any], Any], shape: Any) -> Callable[["Request"], Any]:
        """Return the endpoint of an answer within a session; without a shape it takes the bytes of a segment."""
        def act(ws: Workspace, token: str, body: bytes) -> Any:
            one = self.desk.peer_of(ws, token)
            return answer(ws, one, body if shape is None else _told(body, shape))
        return self._endpoint(act, segment.MOST if shape is None else JSON_MOST)

    def _endpoint(self, act: Callable[[Workspace, str, bytes], Any], most: int) -> Callable[["Request"], Any]:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import Response

        async def endpoint(request: "Request") -> "Response":
            try:
                body = await _body(request, most)
            except _TooMuch:
                return Response(status_code=413)
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            status, content = await run_in_threadpool(self._act, act, token, body)
            return Response(content, status, media_type="application/octet-stream")
        return endpoint

    def _act(self, act: Callable[[Workspace, str, bytes], Any], token: str, body: bytes) -> tuple[int, bytes]:
        ws = self._free.get()
        try:
            said = act(ws, token, body)
            return 200, said if isinstance(said, bytes) else msgspec.json.encode(said)
        except Reset:
            return 409, b""
        except SessionLost:
            return 401, b""
        except Problem as problem:
            return 400, msgspec.json.encode(Trouble(problem.key, problem.zh, problem.en))
        finally:
            self._free.put(ws)


async def _body(request: "Request", most: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _TooMuch
        parts.append(part)
    return b"".join(parts)


def _told(body: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError:
        raise Problem("sync.message", "收到的请求不是乐业的格式，已拒绝。请升级程序后再试。",
                      "The request is not of Leye's shape and was refused. Update the program, then try again.") from None


def run(ws: Workspace, host: str, port: int, *, yes: bool = False, ready: Callable[[str], None] | None = None,
        ask: Callable[[str], bool] | None = None) -> None:
    """Serve until TERM or INT, then stop cleanly.

    ready: called with the address when the hub answers. ask: called with the name of a laptop that waits to be confirmed,
    from a thread of its own; without it the laptop waits for `confirm`.
    """
    done = threading.Event()

    def asked(one: Peer) -> None:
        if ask is not None:
            threading.Thread(target=_settle, args=(ws, one, ask), daemon=True).start()

    def end(number: int, frame: FrameType | None) -> None:
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with Hub(ws, host, port, yes=yes, asked=asked) as hub:
        if ready is not None:
            ready(hub.url)
        while not done.wait(0.5):  # woken often, so that signals are seen on Windows too
            pass


def _settle(ws: Workspace, one: Peer, ask: Callable[[str], bool]) -> None:
    """Ask about a waiting laptop and do as told."""
    said = ask(one.name)
    with ws.again() as own:
        (pairing.confirm if said else pairing.revoke)(own.ledger, one.device)
