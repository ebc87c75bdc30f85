"""Memory: whoever sends without end, or what grows when it is unpacked, is refused before much of it is held."""
import gzip
import struct
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import msgspec
import pytest
import zstandard

from app.models.ledger import Write
from app.models.problem import Problem
from app.sync import outgoing, parcel, segment
from app.sync.hub import STRANGER_MOST, Hub
from app.sync.link import Https, Link
from app.sync.parcel import HEAD, SEGMENT, TAIL, Part
from app.sync.stick import Head, Tail
from app.sync.unload import import_stick
from tests.hostile.attacker import Attacker
from tests.sync.conftest import Refused

MIB = 1024 * 1024


@contextmanager
def most(bytes_: int) -> Iterator[None]:
    """Inside, no more than this is held at once beyond what was held before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield
        assert tracemalloc.get_traced_memory()[1] - before < bytes_
    finally:
        tracemalloc.stop()


def endless(mib: int) -> Iterator[bytes]:
    for _ in range(mib * 16):
        yield bytes(MIB // 16)


@pytest.mark.parametrize("path", ["/v1/push", "/v1/accept", "/v1/take_piece", "/v1/pull", "/v1/hello", "/v1/pair"])
def test_of_a_stranger_nothing_is_kept(attacker: Attacker, path: str) -> None:
    with Hub(attacker.office, "127.0.0.1", 0) as hub, httpx.Client(base_url=hub.url, verify=False, timeout=30) as client:
        client.get("/v1/root")
        with most(4 * MIB):
            said = client.post(path, content=endless(1 if path == "/v1/take_piece" else 6), headers={"authorization": "Bearer nobody"})
        assert said.status_code == (413 if path in ("/v1/hello", "/v1/pair") else 401)
        assert STRANGER_MOST < MIB
    attacker.nothing_changed()


@contextmanager
def answering(body: Iterator[bytes], **headers: str) -> Iterator[Link]:
    """Something that is no hub at an address that was typed or overheard."""
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            try:
                for part in body:
                    self.wfile.write(part)
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    way = Https(url, None, 10.0)
    link = Link("https://elsewhere", None, way=way)
    try:
        yield link
    finally:
        link.close()
        server.shutdown()
        server.server_close()


def test_an_answer_without_end_is_none(refused: Refused) -> None:
    with answering(endless(64)) as link, most(4 * MIB), refused("sync.strange"):
        link.text("/v1/root")


def test_an_answer_that_inflates_is_none(refused: Refused) -> None:
    with answering(iter([gzip.compress(bytes(64 * MIB))]), content_encoding="gzip") as link, most(4 * MIB), refused("sync.strange"):
        link.text("/v1/root")


def bomb(attacker: Attacker, size: int, of: bytes = b"[],") -> bytes:
    """Return a segment of his, rightly sealed, whose inside is as large as it says and packs a hundred to one."""
    inside = b"[" + of * (size // len(of)) + b"[]]"
    me = attacker.mine.ledger.me
    about = segment.About(sender=me.device, instance=me.instance, to=attacker.office.ledger.me.device, size=len(inside), count=1)
    header, body = msgspec.json.encode(about), zstandard.ZstdCompressor(level=3).compress(inside)
    data = b"".join((segment.MAGIC, struct.pack(">I", len(header)), header, struct.pack(">I", len(body)), body))
    digest = segment.hashlib.sha256(data).digest()
    return data + digest + attacker.mine.keys.signature(digest)


def stick_of(attacker: Attacker, data: bytes, path: Path) -> Path:
    """Write a segment of his as a stick for the office."""
    me, office = attacker.mine.ledger.me, attacker.office.ledger.me
    head = Head(me.device, me.instance, office.device, "", 0, "", "2026-11-24T00:00:00+00:00")
    items = [(HEAD, msgspec.json.encode(head)), (SEGMENT, data), (TAIL, msgspec.json.encode(Tail(1, "")))]
    parcel.write(path, [Part([attacker.office.keys.age_public], items, attacker.mine.keys)])
    return path


@pytest.mark.parametrize("size", [17 * MIB, segment.MOST_INSIDE + MIB])
def test_what_grows_is_refused_before_it_grows_on_every_way_in(attacker: Attacker, refused: Refused, tmp_path: Path, size: int) -> None:
    data, one = bomb(attacker, size), attacker.peer(attacker.mine)
    path = stick_of(attacker, data, tmp_path / "bomb.leye")
    with most(2 * MIB):
        with refused("segment.large"):
            attacker.desk.push(attacker.office, one, data)
        with refused("segment.large"):
            attacker.desk.check(attacker.office, one, data)  # taken over, to be merged later
        with refused("segment.large"):
            import_stick(attacker.office, path)
    attacker.nothing_changed()


def test_more_than_a_segment_may_be_is_not_opened(attacker: Attacker, refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = attacker.peer(attacker.mine)
    with refused("segment.large"):
        attacker.desk.push(attacker.office, one, bytes(segment.MOST + 1))
    assert parcel.ITEM_MOST < segment.MOST + MIB
    path = stick_of(attacker, bytes(3 * MIB), tmp_path / "large.leye")
    monkeypatch.setattr(parcel, "ITEM_MOST", 2 * MIB)
    with most(3 * MIB), refused("stick.damaged"):  # as soon as it says how long it is
        import_stick(attacker.office, path)
    attacker.nothing_changed()


def test_what_packs_too_well_goes_in_smaller_steps(attacker: Attacker) -> None:
    """An honest laptop's boilerplate is no bomb: a step holds only as much as its reader takes."""
    text = "同样的一段话。" * 4000
    writes = [Write("person", {"remark": f"{text}{at}"}, rec=attacker.own) for at in range(250)]
    for write in writes:
        attacker.mine.ledger.write([write], source="screen")
    about, data = outgoing.step(attacker.mine, attacker.peer(attacker.mine), "", 0, 2500)
    assert 0 < about.n1 < about.end
    assert segment.check(data, lambda device: attacker.mine.keys.sign_public)[0].size < segment.SMALL
    try:
        assert attacker.sync(attacker.mine).level
    except Problem as problem:
        raise AssertionError(problem.key) from problem
