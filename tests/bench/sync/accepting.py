"""Accepting: fifty keep-alive clients send bundles of a thousand changes to a real HTTPS hub in a process of its own.

What is counted is the hub's CPU alone: TLS, HTTP, sum, signature, encryption, one flush for all that came meanwhile.
"""
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.sync import segment
from app.sync.seal import laptop_context
from tests.bench.sync.dataset import CACHE, PER, Dataset
from tests.bench.sync.stores import Stores

CLIENTS = 50


class Served:
    """A hub in another process. Attributes: url, root, sessions (device -> token)."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        told = self._line()
        self.url, self.root, self.sessions = told["url"], told["root"], told["sessions"]

    def say(self, word: str) -> dict[str, Any]:
        """Tell it something; returns its CPU seconds, peak MiB, how much waits, how long its feed is."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Yield a hub in a process of its own that serves the workspace in this folder."""
    with subprocess.Popen([sys.executable, "-m", "tests.bench.sync.serving", str(folder)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        try:
            yield Served(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


@contextmanager
def served(data: Dataset, *, full: bool = True) -> Iterator[Served]:
    """Yield a hub that serves a copy of the data's store."""
    kept = Stores(data, plain=False).path(full=full)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        shutil.copyfile(kept, Path(folder) / "ledger.db")
        with serving(Path(folder)) as hub:
            yield hub


def accept(data: Dataset, bundles: int, *, merge: bool) -> dict[str, float]:
    """Return what accepting cost, and then merging what was new of it: CPU seconds and counts."""
    edits = data.edits
    with served(data) as hub:
        start = hub.say("hold")
        before = asyncio.run(_send(hub, [edits[i % len(edits)] for i in range(bundles)]))
        after = hub.say("cpu")
        if after["waiting"] != bundles:
            raise RuntimeError(f"{bundles} bundles were sent, {after['waiting']} wait")
        hub.say("release")
        merged = hub.say("settle" if merge else "cpu")
    return {"bundles": bundles, "patches": bundles * PER, "cpu": after["cpu"] - before["cpu"], "new": merged["feed"] - before["feed"],
            "handshake": (before["cpu"] - start["cpu"]) / CLIENTS,
            "merge_cpu": merged["cpu"] - after["cpu"], "peak": merged["peak"], "bytes": sum(map(len, edits)) / len(edits)}


async def _send(hub: Served, bundles: Sequence[bytes]) -> dict[str, Any]:
    """Let fifty clients connect, then send all bundles; returns what the hub said in between."""
    at = urlsplit(hub.url)
    context = laptop_context(hub.root)
    asked = [_request(hub, data) for data in bundles]
    lines = await asyncio.gather(*(asyncio.open_connection(at.hostname, at.port, ssl=context) for _ in range(CLIENTS)))
    connected = hub.say("cpu")
    await asyncio.gather(*(_client(*line, asked[i::CLIENTS]) for i, line in enumerate(lines)))
    return connected


async def _client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: Sequence[bytes]) -> None:
    for request in requests:
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        body = await reader.readexactly(length)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"refused: {head!r} {body!r}")
    writer.close()


def _request(hub: Served, data: bytes) -> bytes:
    about = segment._decode(segment._parts(data)[0], segment.About)
    return (f"POST /v1/accept HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {hub.sessions[about.sender]}\r\n"
            f"content-length: {len(data)}\r\n\r\n").encode() + data
