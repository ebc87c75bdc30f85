"""Evenings: a laptop brings the work of a day, over a good line and over a village's; how many bytes, how long, how many questions.

The real exchange over real TLS with a real hub; between them a shaping proxy (lines.py). It must end level each time.
"""
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.models.writing import Write
from app.sync import pairing
from app.sync.exchange import Exchanged, HubCarrier, exchange
from app.sync.hub import Hub
from app.sync.link import Https
from app.sync.peers import the_hub
from app.sync.workspace import Workspace
from tests.bench.sync.dataset import CACHE, PREFIX, _computer, edit, person
from tests.bench.sync.lines import Line, through

PATIENCE = 120.0


@dataclass(slots=True)
class Counted:
    """The way of a link, counting what is said."""

    way: Any
    asked: list[tuple[str, int, int]] = field(default_factory=list)  # address, bytes there, bytes back

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Ask on and count."""
        status, answer = self.way.reach(method, path, content, token)
        self.asked.append((path, len(content), len(answer)))
        return status, answer

    def close(self) -> None:
        """Close the way."""
        self.way.close()


@dataclass(slots=True)
class Village:
    """A hub with people, and a laptop of theirs that is level with it."""

    hub: Hub
    office: Workspace
    laptop: Workspace
    people: list[str]
    rng: random.Random

    def work(self, changes: int) -> None:
        """Let the laptop's interviewer edit so many people, one write each."""
        for rec in self.rng.sample(self.people, changes):
            found = self.laptop.ledger.get(rec)
            assert found is not None
            self.laptop.ledger.write([Write("person", edit(self.rng, found.values), rec=rec)], source="screen")

    def go(self, url: str | None = None, root: str | None = None) -> tuple[Exchanged, Counted, float]:
        """Exchange; returns what it did, what was asked, and the seconds it took."""
        peer = the_hub(self.laptop.ledger)
        peer = replace(peer, url=url) if url else peer
        way = Counted(Https(peer.url, root or peer.root, PATIENCE))
        start = time.monotonic()
        done = exchange(self.laptop, HubCarrier(peer, PATIENCE, way))
        return done, way, time.monotonic() - start


@contextmanager
def village(people: int) -> Iterator[Village]:
    """Yield a village of so many people, hub and laptop level."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        office, laptop = _computer(Path(folder) / "office", "office", "township"), _computer(Path(folder) / "laptop", "laptop")
        rng, ids = random.Random(3), []
        for start in range(0, people, 500):
            ids += office.ledger.write([Write("person", person(rng, n), place=f"{PREFIX}201") for n in range(start, min(start + 500, people))],
                                       source="import:roster").ids
        with Hub(office, "127.0.0.1", 0, yes=True) as hub:
            pairing.pair(laptop, hub.url, pairing.invite(office))
            found = Village(hub, office, laptop, ids, rng)
            done = found.go()[0]
            if not done.level:
                raise RuntimeError("the village did not come level")
            yield found
        for ws in (office, laptop):
            ws.ledger.close()
        shutil.rmtree(folder, ignore_errors=True)


def evening(people: int, changes: int, line: Line) -> dict[str, Any]:
    """Return how an evening over this line went."""
    with village(people) as here:
        here.work(changes)
        with through(here.hub.url, line) as url:
            done, way, seconds = here.go(url)
        return {"level": done.level, "sent": done.sent, "seconds": seconds, "up": line.up, "down": line.down, "connections": line.connections,
                "asked": way.asked, "equal": here.laptop.ledger.digest(strict=True) == here.office.ledger.digest(strict=True)}


def quick(people: int, changes: int, times: int) -> list[float]:
    """Return the seconds of so many evenings over the plain loopback, in order of length."""
    with village(people) as here:
        out = []
        for _ in range(times):
            here.work(changes)
            done, _, seconds = here.go()
            if not done.level:
                raise RuntimeError("not level")
            out.append(seconds)
    return sorted(out)


def idle(people: int) -> tuple[int, int, int]:
    """Return (questions, bytes up, bytes down) of an exchange after which nothing has changed, and the same on the line."""
    with village(people) as here:
        line = Line(bits=1e9, latency=0.0, loss=0.0)
        with through(here.hub.url, line) as url:
            _, way, _ = here.go(url)
        return len(way.asked), line.up, line.down


def middle(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)
