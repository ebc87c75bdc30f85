"""Carrier: the laptop's link with the hub's desk beside it instead of sockets, and the faults of the way between.

Promises to run the real link, the real desk and the real encodings; only what TLS and sockets do is played here. What TLS
would notice (a byte changed under way) breaks the connection; what lies inside segments is cut and changed as it comes.
"""
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync.desk import Desk
from app.sync.hub import _told
from app.sync.link import Link, silent
from app.sync.peers import Peer, the_hub
from app.sync.wire import ChallengeAsk, CompareAsk, FetchAsk, HelloAsk, LackAsk, PullAsk

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

ENDLESS = 1000  # messages of one exchange
SEGMENTS = ("/v1/push", "/v1/pull", "/v1/fetch")
ROUTES: dict[str, tuple[Callable[..., Any], Any, bool]] = {  # path -> (answer, shape, within a session)
    "/v1/challenge": (Desk.challenge, ChallengeAsk, False), "/v1/hello": (Desk.hello, HelloAsk, False),
    "/v1/push": (Desk.push, None, True), "/v1/pull": (Desk.pull, PullAsk, True),
    "/v1/compare": (Desk.compare, CompareAsk, True), "/v1/fetch": (Desk.fetch, FetchAsk, True),
    "/v1/lack": (Desk.lack, LackAsk, True)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the link reads of an answer."""

    status_code: int
    content: bytes


class Wire(Link):
    """The real link whose bytes go through the world."""

    def __init__(self, world: "World", laptop: "Replica", url: str) -> None:
        self.world, self.laptop, self.url, self.token, self.patience = world, laptop, url, "", 0.0
        self.messages = 0

    def close(self) -> None:
        """Nothing is open."""

    def _reach(self, method: str, path: str, content: bytes) -> Answer:
        world = self.world
        self.messages += 1
        if self.messages > ENDLESS:
            raise RuntimeError(f"{self.laptop.name} exchanges without end")
        world.between(self.laptop)
        fault = world.fault(path)
        if fault == "late":  # an old message of somebody's comes now
            for old in world.delayed[:1]:
                world.delayed.remove(old)
                self._serve(*old)
        if fault == "kept":  # this one will come once more, later
            world.delayed.append((path, content, self.token))
        if fault == "lost":
            raise silent(self.url)
        if path == "/v1/push":
            content = world.spoiled(content, fault)
        answer = self._serve(path, content, self.token)
        if fault == "doubled":  # the answer was lost, the link asked again
            answer = self._serve(path, content, self.token)
        if fault == "unheard" or (fault in ("cut", "corrupt") and path not in SEGMENTS):
            raise silent(self.url)
        if path in ("/v1/pull", "/v1/fetch") and answer.status_code == 200:
            answer = Answer(200, world.spoiled(answer.content, fault))
        return answer

    def _serve(self, path: str, content: bytes, token: str) -> Answer:
        """Return the office's answer; where it dies on the way, it starts again from its disk and nobody is told."""
        world, office = self.world, self.world.hub
        answer, shape, known = ROUTES[path]

        def act(ws: Any, said: str, body: bytes) -> Any:
            told = body if shape is None else _told(body, shape)
            desk = office.hub.desk
            return answer(desk, ws, desk.peer_of(ws, said), told) if known else answer(desk, ws, told)

        with world.at(office):
            try:
                status, body = office.hub._act(act, token, content)
            except DatabaseError:
                if not office.crashed:
                    raise
                status, body = 0, b""
            if office.crashed:
                office.crash()
                world.faulted = True
                raise silent(self.url)
        return Answer(status, body)


class Carrier:
    """What `exchange` takes: the hub and the link to it."""

    def __init__(self, world: "World", laptop: "Replica") -> None:
        self.hub: Peer = the_hub(laptop.ledger)
        self.link = Wire(world, laptop, self.hub.url)

    def close(self) -> None:
        """Close the link."""
        self.link.close()


def is_fault(problem: Problem) -> bool:
    """Return whether a fault of the way explains this refusal."""
    return problem.key in ("sync.silent", "segment.damaged", "segment.foreign", "sync.strange", "sync.message")
