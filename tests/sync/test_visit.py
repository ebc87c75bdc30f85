"""A visit by itself: it finds the hub at another address, trusts only its root, is gentle, and says what a hub has lost."""
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync import peers
from app.sync.exchange import BLINK_S, LEAST_STEP, HubCarrier, Pace, exchange
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.visit import visit
from app.sync.workspace import Workspace
from tests.disks import elsewhere
from tests.sync.conftest import Make, Refused, household, sync

NOBODY = "https://127.0.0.1:9"


@pytest.fixture
def office(make: Make) -> Workspace:
    """The township's workspace."""
    return make("hub", role="township")


@pytest.fixture
def one(make: Make, office: Workspace) -> Workspace:
    """A laptop that was paired and is level; the hub has stopped since."""
    laptop = make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(laptop, hub.url, invite(office))
        household(laptop, "练习甲")
        assert sync(laptop).level
    return laptop


@contextmanager
def stranger() -> Iterator[tuple[str, list[bytes]]]:
    """Somebody who listens and keeps what he is told."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        def listen() -> None:
            while True:
                line, _ = server.accept()
                with line, suppress(OSError):  # whoever called may have hung up meanwhile
                    if not (told := line.recv(65536)):
                        return
                    heard.append(told)
                    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}", heard
        socket.create_connection(server.getsockname()).close()  # says nothing and is the last: all who called have been heard then
        thread.join()


def test_a_hub_that_came_back_at_another_port_is_found_and_its_address_kept(one: Workspace, office: Workspace) -> None:
    household(one, "练习乙")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        assert visit(one, [NOBODY, hub.url], find=5).level
        assert peers.the_hub(one.ledger).url == hub.url
    assert one.ledger.only_here() == 0


def test_another_office_at_a_seen_address_learns_nothing(one: Workspace, make: Make, refused: Refused) -> None:
    household(one, "练习乙")
    with Hub(make("other", role="township"), "127.0.0.1", 0, yes=True) as forged, refused("sync.silent"):
        visit(one, [forged.url], patience=5, find=1)
    assert not forged.desk._challenges and not forged.desk._sessions
    with stranger() as (url, heard), refused("sync.silent"):
        visit(one, [url], patience=5, find=1)
    assert heard and all(told[:1] == b"\x16" for told in heard)  # a TLS hello, and after it nothing
    assert peers.the_hub(one.ledger).url not in (url, forged.url) and one.ledger.only_here() == 2


def test_the_known_address_speaks_first_when_nobody_is_right(one: Workspace, make: Make, refused: Refused) -> None:
    with Hub(make("other", role="township"), "127.0.0.1", 0) as other:
        peers.update(one.ledger, peers.the_hub(one.ledger).device, url=other.url)
        with refused("sync.another_hub"):
            visit(one, [NOBODY], patience=5, find=1)


@pytest.mark.parametrize("noticed", [True, False])
def test_what_a_hub_lost_counts_as_only_here_again_and_is_said(one: Workspace, office: Workspace, tmp_path: Path, noticed: bool) -> None:
    office.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.folder, tmp_path / "before")
    household(one, "练习乙")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        assert visit(one, [hub.url], find=5).lost == 0
    assert one.ledger.only_here() == 0
    elsewhere()
    back = Workspace.open(tmp_path / "before", "practice")
    if noticed:
        back.renew()  # the anchor told that it is a copy
    with back, Hub(back, "127.0.0.1", 0, yes=True) as hub:
        with pytest.raises(Cut):
            exchange(one, HubCarrier(replace(peers.the_hub(one.ledger), url=hub.url)), cut_after_hello)
        assert one.ledger.only_here() == 2  # a household and its person: the hub had signed for them
        done = visit(one, [hub.url], find=5)
        assert done.level and one.ledger.only_here() == 0
        assert back.ledger.digest() == one.ledger.digest()


def test_a_hub_that_lost_something_is_told_once(one: Workspace, office: Workspace, tmp_path: Path) -> None:
    office.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.folder, tmp_path / "before")
    household(one, "练习乙")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        visit(one, [hub.url], find=5)
    elsewhere()
    with Workspace.open(tmp_path / "before", "practice") as back, Hub(back, "127.0.0.1", 0, yes=True) as hub:
        assert [visit(one, [hub.url], find=5).lost for _ in range(2)] == [2, 0]


class Cut(Exception):
    """The line is cut."""


def cut_after_hello(step: str, done: int, of: int) -> None:
    raise Cut


@given(st.lists(st.tuples(st.floats(0, 12), st.floats(0.0, 3.0)), max_size=50), st.booleans())
def test_a_gentle_pace_shrinks_when_the_store_was_held_for_long(steps: list[tuple[float, float]], gentle: bool) -> None:
    pace = Pace(gentle=gentle)
    for seconds, held in steps:
        before = pace.rows
        pace.took(seconds, held)
        assert 1 <= pace.rows <= 2500
        if gentle and held > BLINK_S:
            assert pace.rows <= max(before, LEAST_STEP)
            assert pace.rows == LEAST_STEP or pace.rows / before <= BLINK_S / held + 1e-6


def test_a_gentle_exchange_moves_many_small_steps_and_ends_level(one: Workspace, office: Workspace, make: Make,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sync.exchange.BLINK_S", 0.0)  # every merge is too long: the least steps serve
    for _ in range(40):
        household(one, "练习乙")
    taken: list[tuple[str, int]] = []
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        assert visit(one, [hub.url], lambda step, at, _: taken.append((step, at)), find=5).level
        two = make("two")
        pair(two, hub.url, invite(office))
        assert visit(two, progress=lambda step, at, _: taken.append((step, at)), find=5).level
    for way in ("push", "pull"):
        places = [at for step, at in taken if step == way]
        assert len(places) > 1 and max(b - a for a, b in zip(places, places[1:], strict=False) if b > a) <= LEAST_STEP
