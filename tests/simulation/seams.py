"""The seams of the simulation: time, randomness and the machine of the app come from the seed, stores and steps are made small."""
import os
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from app.models import attachments, change, clock, identity, ledger
from app.sync import anchor, outgoing, seal
from app.sync import attachments as moving

MEMORY = Path("/dev/shm")
SMALL = ((attachments, "PIECE", 1024), (moving, "PIECE", 1024), (moving, "FIRST", 256))  # so that photos travel in pieces
CHEAP = {"MEMORY_KIB": 64, "ITERATIONS": 1, "LANES": 1}


class Chance:
    """Stands for the module `secrets` in the models, out of the seed."""

    def __init__(self, rnd: random.Random) -> None:
        self.randbits, self._bytes = rnd.getrandbits, rnd.randbytes

    def token_hex(self, n: int) -> str:
        """Return n bytes of the seed as hex."""
        return self._bytes(n).hex()

    token_bytes = secrets.token_bytes


@contextmanager
def seams(rnd: random.Random, read: Callable[[], datetime], machine: Callable[[], str], home: Callable[[], Path]) -> Iterator[None]:
    """Let the app's time, ids and machine come from the world, inside the block."""
    chance = Chance(rnd)
    wanted = [(change, "secrets", chance), (clock, "secrets", chance), (ledger, "secrets", chance),
              (identity, "randbits", chance.randbits), (clock.source, "read", read), (outgoing, "ROWS", outgoing.ROWS),
              (anchor.machine, "read", machine), (anchor.machine, "home", home), *SMALL,
              *((seal, name, value) for name, value in CHEAP.items())]
    before = [(place, name, getattr(place, name)) for place, name, _ in wanted]
    try:
        for place, name, value in wanted:
            setattr(place, name, value)
        yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)


def room() -> str | None:
    """Return where temporary stores are cheap: in memory where the system offers that."""
    with suppress(OSError):
        if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
            return str(MEMORY)
    return None
