"""Carrier: the way from a computer to the desk of the office above, with the faults of the way between.

Promises to run the real link, the real desk and the real encodings; only what TLS and sockets do is played here. What TLS
would notice (a byte changed under way) breaks the connection; what lies inside segments is cut and changed as it comes.
"""
import struct
from typing import TYPE_CHECKING

import msgspec

from app.models.problem import Problem
from app.models.store import DatabaseError
from app.sync.exchange import HubCarrier
from app.sync.link import silent
from app.sync.peers import HUB, peers
from app.sync.segment import MAGIC, About

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

ENDLESS = 1000  # messages of one exchange
UP, DOWN = ("/v1/push", "/v1/accept"), ("/v1/pull", "/v1/fetch")


class Wire:
    """The way to an office's desk, on which the world's faults befall the bytes."""

    def __init__(self, world: "World", below: "Replica", office: "Replica", url: str) -> None:
        self.world, self.below, self.office, self.url, self.messages = world, below, office, url, 0

    def close(self) -> None:
        """Nothing is open."""

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return what comes back, if it does."""
        world = self.world
        self.messages += 1
        if self.messages > ENDLESS:
            raise RuntimeError(f"{self.below.name} exchanges without end")
        world.photos.waits_its_turn(self.below, self.office, path)
        world.between(self.below)
        fault = world.fault(path)
        if fault == "late":  # an old message of somebody's comes now
            for old in world.delayed[:1]:
                world.delayed.remove(old)
                old[0]._serve(*old[1:])
        if fault == "kept":  # this one will come once more, later
            world.delayed.append((self, path, content, token))
        if fault == "lost":
            raise silent(self.url)
        if path in UP:
            world.carried += _count(content)
            content = world.spoiled(content, fault)
        status, answer = self._serve(path, content, token)
        if fault == "doubled":  # the answer was lost, the link asked again
            status, answer = self._serve(path, content, token)
        if fault == "unheard" or (fault in ("cut", "corrupt") and path not in UP + DOWN):
            raise silent(self.url)
        if path in DOWN and status == 200:
            world.carried += _count(answer)
            answer = world.spoiled(answer, fault)
        return status, answer

    def _serve(self, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the office's answer; where it dies on the way, it starts again from its disk and nobody is told."""
        world, office = self.world, self.office
        assert office.hub is not None
        with world.at(office):
            try:
                said = office.hub.answer(path, token, content)
            except DatabaseError:
                if not office.crashed:
                    raise
                said = 0, b""
        if office.crashed:
            world.starts_again(office)
            world.faulted = True
            raise silent(self.url)
        return said


def carrier(world: "World", below: "Replica", office: "Replica") -> HubCarrier:
    """Return the real carrier from a computer to an office above it, on the world's way."""
    hub = next(p for p in peers(below.ledger, HUB) if p.root == office.root)
    return HubCarrier(hub, way=Wire(world, below, office, hub.url))


def _count(data: bytes) -> int:
    """Return how many changes a segment carries."""
    (length,) = struct.unpack_from(">I", data, len(MAGIC))
    return msgspec.json.decode(data[len(MAGIC) + 4:len(MAGIC) + 4 + length], type=About).count


def is_fault(problem: Problem) -> bool:
    """Return whether a fault of the way explains this refusal."""
    return problem.key in ("sync.silent", "segment.damaged", "segment.foreign", "sync.strange", "sync.message")
