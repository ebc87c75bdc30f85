"""Lines: a TCP proxy on the loopback that is slow, far away, loses packets and drops connections, as a village's line does.

Promises only delay and order: bytes arrive late or the connection ends, never changed. A lost packet comes a retransmission later, and
what follows waits for it. Counts what passes each way.
"""
import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PACKET, FRAME = 1400, 40  # bytes of data in a packet, and of headers around it


@dataclass(slots=True)
class Line:
    """One line.

    Attributes: bits (a second, each way), latency (seconds there and back), loss (of packets), cuts (after so many bytes up the
    connection is dropped, once each), up and down (bytes that passed), connections.
    """

    bits: float = 23_000
    latency: float = 0.6
    loss: float = 0.05
    cuts: tuple[int, ...] = ()
    up: int = 0
    down: int = 0
    connections: int = 0
    rng: random.Random = field(default_factory=lambda: random.Random(5))
    _free: dict[str, float] = field(default_factory=dict)  # way -> when the line is free for the next packet
    _arrived: dict[str, float] = field(default_factory=dict)

    def arrival(self, way: str, size: int) -> float:
        """Return when a packet that is sent now arrives."""
        now = time.monotonic()
        sent = max(now, self._free.get(way, 0.0)) + (size + FRAME) * 8 / self.bits
        self._free[way] = sent
        late = sent + self.latency / 2
        while self.rng.random() < self.loss:  # noticed by the other side, and sent once more
            late += 1.2 * self.latency + size * 8 / self.bits
        self._arrived[way] = late = max(late, self._arrived.get(way, 0.0))
        return late


@contextmanager
def through(url: str, line: Line) -> Iterator[str]:
    """Yield the address at which a hub is reached over this line."""
    hub = urlsplit(url)
    ready, loop = threading.Event(), asyncio.new_event_loop()
    at: list[int] = []
    tasks: set[asyncio.Task[None]] = set()

    async def serve() -> None:
        def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(loop.create_task(_connection(line, hub.hostname or "", hub.port or 0, reader, writer)))
        server = await asyncio.start_server(one, "127.0.0.1", 0)
        at.append(server.sockets[0].getsockname()[1])
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield f"https://127.0.0.1:{at[0]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def _connection(line: Line, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line.connections += 1
    await asyncio.sleep(line.latency)  # the handshake of TCP, which the loopback has done at once
    there, back = await asyncio.open_connection(host, port)
    done, _ = await asyncio.wait([asyncio.ensure_future(_way(line, "up", reader, back)), asyncio.ensure_future(_way(line, "down", there, writer))],
                                 return_when=asyncio.FIRST_COMPLETED)
    for end in (writer, back):
        with suppress(OSError):
            end.transport.abort() if any(task.result() == "cut" for task in done) else end.close()


async def _way(line: Line, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    queue: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue(16)  # what is under way fills the buffers, then the sender waits

    async def deliver() -> None:
        while (packet := await queue.get()) is not None:
            await asyncio.sleep(max(0.0, packet[0] - time.monotonic()))
            with suppress(OSError):
                writer.write(packet[1])
                await writer.drain()
    delivering = asyncio.ensure_future(deliver())
    try:
        while data := await reader.read(PACKET):
            setattr(line, way, getattr(line, way) + len(data))
            if way == "up" and line.cuts and line.up >= line.cuts[0]:
                line.cuts = line.cuts[1:]
                return "cut"
            await queue.put((line.arrival(way, len(data)), data))
            await asyncio.sleep(max(0.0, line._free[way] - time.monotonic() - 0.5))  # no more than half a second lies in the line's buffers
    except OSError:
        return "closed"
    await queue.put(None)
    await delivering
    return "closed"
