"""Hub: the same ledger behind a few HTTPS addresses (decisions/sync-protocol.md). Promises TLS under its own root only,
limits on what it reads, one writer at a time, and a clean stop.

    with Hub(ws, "127.0.0.1", 0, yes=True) as hub: ... hub.url
"""
import gc
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec

from app.models.attachments import PIECE
from app.models.problem import Problem
from app.sync import pairing, segment
from app.sync.desk import Desk
from app.sync.inbox import Inbox
from app.sync.intaking import Acceptor, Merger, answered
from app.sync.peers import Peer
from app.sync.seal import hub_context
from app.sync.shapes import decoded
from app.sync.wire import (
    JSON_MOST,
    BlobPiece,
    BlobsAsk,
    ChallengeAsk,
    CompareAsk,
    FetchAsk,
    HelloAsk,
    LackAsk,
    PairAsk,
    PullAsk,
    SettleAsk,
)
from app.sync.workspace import Workspace

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

START_S, STOP_S = 20.0, 10
KEEP_S = 120  # a connection that is silent: on a slow line an answer takes its time to arrive, and a new handshake seconds
STRANGER_MOST = 256 * 1024  # bytes of what is said before there is a session
DESKS = 4  # connections to the store


class Route(NamedTuple):
    """How an address is answered: by which answer of the desk, to which message (None: bytes), within a session or not, and the
    most bytes it takes (0: as many as its kind does)."""

    answer: Callable[..., Any]
    shape: Any
    known: bool = True
    most: int = 0


ROUTES = {
    "/v1/pair": Route(Desk.pair, PairAsk, known=False),
    "/v1/challenge": Route(Desk.challenge, ChallengeAsk, known=False),
    "/v1/hello": Route(Desk.hello, HelloAsk, known=False),
    "/v1/push": Route(Desk.push, None),
    "/v1/accept": Route(Desk.accept, None),
    "/v1/settled": Route(Desk.settled, SettleAsk),
    "/v1/pull": Route(Desk.pull, PullAsk),
    "/v1/compare": Route(Desk.compare, CompareAsk),
    "/v1/fetch": Route(Desk.fetch, FetchAsk),
    "/v1/lack": Route(Desk.lack, LackAsk),
    "/v1/blobs": Route(Desk.blobs, BlobsAsk),
    "/v1/piece": Route(Desk.piece, BlobPiece),
    "/v1/take_piece": Route(Desk.take_piece, None, most=2 * PIECE),
}


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
        self._acceptor: Acceptor | None = None
        self._merger: Merger | None = None

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
        self._take_over()
        keys = self.ws.hub_keys()
        self._root_text, context = keys.root, hub_context(keys)
        config = uvicorn.Config(self._app(), log_config=None, log_level="warning", access_log=False, lifespan="off",
                                server_header=False, timeout_keep_alive=KEEP_S, timeout_graceful_shutdown=STOP_S,
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
        for helper in (self._acceptor, self._merger):
            if helper is not None:
                helper.stop()
        self._acceptor = self._merger = None
        if self.desk.inbox is not None:
            self.desk.inbox.close()
            self.desk.inbox = None
        while not self._free.empty():
            self._free.get().close()

    def beside(self) -> Self:
        """Answer on the workspace's own connection, without a network: for one thread, which calls `answer`."""
        self._free.put(self.ws)
        return self

    def _take_over(self) -> None:
        """Accept segments first and merge them afterwards, unless another process does so for this workspace."""
        self.desk.inbox = Inbox.of(self.ws)
        if self.desk.inbox is not None:
            self._merger = Merger(self.desk, self.ws.again())
            self._acceptor = Acceptor(self.desk, self.ws.again(), self._merger)

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

    def _app(self) -> Any:
        from starlette.applications import Starlette
        from starlette.routing import Route as Address

        routes = [Address("/v1/root", self._root, methods=["GET"])]
        routes += [Address(path, self._endpoint(path), methods=["POST"]) for path in ROUTES]
        others = Starlette(routes=routes)
        return self._acceptor.before(others) if self._acceptor else others

    async def _root(self, request: "Request") -> "Response":
        from starlette.responses import PlainTextResponse

        return PlainTextResponse(self._root_text)

    def _endpoint(self, path: str) -> Callable[["Request"], Any]:
        from starlette.concurrency import run_in_threadpool
        from starlette.requests import ClientDisconnect
        from starlette.responses import Response

        route = ROUTES[path]
        most = route.most or (segment.MOST if route.shape is None else JSON_MOST if route.known else STRANGER_MOST)

        async def endpoint(request: "Request") -> "Response":
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            keep = not route.known or self.desk.knows(token)
            try:
                body = await _body(request, most, keep)
            except _TooMuch:
                return Response(status_code=413)
            except ClientDisconnect:  # a line that broke while a body was on its way: nobody is there to be told
                return Response(status_code=400)
            status, content = await run_in_threadpool(self.answer, path, token, body)
            return Response(content, status, media_type="application/octet-stream")
        return endpoint

    def answer(self, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and the bytes that answer a message at this address; what HTTP carries, without HTTP."""
        ws, route = self._free.get(), ROUTES[path]
        try:
            return answered(lambda: self._answer(ws, route, token, body))
        finally:
            self._free.put(ws)

    def _answer(self, ws: Workspace, route: Route, token: str, body: bytes) -> Any:
        who: Any = None
        try:
            one = [who := self.desk.peer_of(ws, token)] if route.known else []
            told = body if route.shape is None else _told(body, route.shape)
            who = who or told
            return route.answer(self.desk, ws, *one, told)
        except Problem as problem:
            self.desk.presence.refused(getattr(who, "name", ""), getattr(who, "device", ""), problem)
            raise


async def _body(request: "Request", most: int, keep: bool) -> bytes:
    """Return what is sent; of one without a session nothing is kept, and he is told so once he has done."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _TooMuch
        if keep:
            parts.append(part)
    return b"".join(parts)


def _told(body: bytes, shape: Any) -> Any:
    try:
        return decoded(body, shape)
    except msgspec.DecodeError:
        raise Problem("sync.message", "收到的请求不是乐业的格式，已拒绝。请升级程序后再试。",
                      "The request is not of Leye's shape and was refused. Update the program, then try again.") from None


WAKE_S = 0.5   # often, so that signals are seen on Windows too
SWEEP_S = 600  # what merges leave counts as old (store.uncollected), which Python never looks through by itself: a hub would grow for weeks


def run(ws: Workspace, host: str, port: int, *, yes: bool = False, ready: Callable[[str], None] | None = None,
        ask: Callable[[str], bool] | None = None, told: Callable[[Problem], None] | None = None) -> None:
    """Serve until TERM or INT, then stop cleanly.

    ready: called with the address when the hub answers. ask: called with the name of a laptop that waits to be confirmed,
    from a thread of its own; without it the laptop waits for `confirm`. told: called where what was answered cannot be done.
    """
    done = threading.Event()

    def asked(one: Peer) -> None:
        if ask is not None:
            threading.Thread(target=settle, args=(ws, one, ask, told), daemon=True).start()

    def end(number: int, frame: FrameType | None) -> None:
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with Hub(ws, host, port, yes=yes, asked=asked) as hub:
        if ready is not None:
            ready(hub.url)
        swept = time.monotonic()
        while not done.wait(WAKE_S):
            if time.monotonic() - swept > SWEEP_S:
                gc.collect()
                swept = time.monotonic()


def settle(ws: Workspace, one: Peer, ask: Callable[[str], bool], told: Callable[[Problem], None] | None = None) -> None:
    """Ask about a waiting laptop and do as told; a Problem (an office above has shut it out) is told."""
    said = ask(one.name)
    try:
        with ws.again() as own:
            (pairing.confirm if said else pairing.revoke)(own.ledger, one.device)
    except Problem as problem:
        if told is not None:
            told(problem)
