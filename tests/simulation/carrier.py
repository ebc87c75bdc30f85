"""Carrier: the laptop's link with the hub's desk beside it instead of sockets, and the faults of the way between.

Promises to run the real link, the real desk and the real encodings; only what TLS and sockets do is played here. What TLS
would notice (a byte changed under way) breaks the connection; what lies inside segments is cut and changed as it comes.
"""
from typing import TYPE_CHECKING

from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync.exchange import HubCarrier
from app.sync.link import silent
from app.sync.peers import the_hub

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

ENDLESS = 1000  # messages of one exchange
SEGMENTS = ("/v1/push", "/v1/accept", "/v1/pull", "/v1/fetch")


class Wire:
    """The way to the office's desk, on which the world's faults befall the bytes."""

    def __init__(self, world: "World", laptop: "Replica", url: str) -> None:
        self.world, self.laptop, self.url, self.messages = world, laptop, url, 0

    def close(self) -> None:
        """Nothing is open."""

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return what comes back, if it does."""
        world = self.world
        self.messages += 1
        if self.messages > ENDLESS:
            raise RuntimeError(f"{self.laptop.name} exchanges without end")
        world.between(self.laptop)
        world.merge_late()
        fault = world.fault(path)
        if fault == "late":  # an old message of somebody's comes now
            for old in world.delayed[:1]:
                world.delayed.remove(old)
                self._serve(*old)
        if fault == "kept":  # this one will come once more, later
            world.delayed.append((path, content, token))
        if fault == "lost":
            raise silent(self.url)
        if path in ("/v1/push", "/v1/accept"):
            content = world.spoiled(content, fault)
        status, answer = self._serve(path, content, token)
        if fault == "doubled":  # the answer was lost, the link asked again
            status, answer = self._serve(path, content, token)
        if fault == "unheard" or (fault in ("cut", "corrupt") and path not in SEGMENTS):
            raise silent(self.url)
        if path in ("/v1/pull", "/v1/fetch") and status == 200:
            answer = world.spoiled(answer, fault)
        return status, answer

    def _serve(self, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the office's answer; where it dies on the way, it starts again from its disk and nobody is told."""
        world, office = self.world, self.world.hub
        with world.at(office):
            try:
                said = office.hub.answer(path, token, content)
            except DatabaseError:
                if not office.crashed:
                    raise
                said = 0, b""
            if office.crashed:
                office.crash()
                world.faulted = True
                raise silent(self.url)
        return said


def carrier(world: "World", laptop: "Replica") -> HubCarrier:
    """Return the real carrier of this laptop, on the world's way."""
    hub = the_hub(laptop.ledger)
    return HubCarrier(hub, way=Wire(world, laptop, hub.url))


def is_fault(problem: Problem) -> bool:
    """Return whether a fault of the way explains this refusal."""
    return problem.key in ("sync.silent", "segment.damaged", "segment.foreign", "sync.strange", "sync.message")
