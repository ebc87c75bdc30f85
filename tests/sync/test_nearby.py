"""Finding the hub on the network: a hint on loopback, never trusted, silently absent where it cannot work."""
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync import nearby, peers
from app.sync.hub import Hub
from app.sync.nearby import Announcer, Finder, read, short_pin
from app.sync.pairing import invite, pair
from app.sync.visit import visit
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household
from tests.sync.test_visit import NOBODY, stranger

LOOPBACK = ["127.0.0.1"]


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "INTERFACES", LOOPBACK)


@pytest.fixture
def finder() -> Iterator[Finder]:
    """One who listens."""
    made = Finder()
    made.start()
    yield made
    made.stop()


def until(come: Callable[[], object], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not come():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def paired(make: Make, office: Workspace) -> Workspace:
    """Return a laptop whose hub has gone from the address it knows."""
    laptop = make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(laptop, hub.url, invite(office))
    peers.update(laptop.ledger, peers.the_hub(laptop.ledger).device, url=NOBODY)
    household(laptop, "练习甲")
    return laptop


def test_a_hub_whose_address_changed_is_found_by_its_pin(make: Make, finder: Finder) -> None:
    office = make("hub", role="township")
    laptop = paired(make, office)
    root = peers.the_hub(laptop.ledger).root
    with Hub(office, "127.0.0.1", 0) as hub:
        port = int(hub.url.rpartition(":")[2])
        announcer = Announcer("青禾镇电脑", office.hub_keys().root, port, LOOPBACK)
        announcer.start()
        until(lambda: finder.ways(root))
        assert [(one.name, one.url, one.pin) for one in finder.seen() if one.url == hub.url] == [("青禾镇电脑", hub.url, short_pin(root))]
        assert visit(laptop, finder.ways(root), patience=10, find=5).level
        assert peers.the_hub(laptop.ledger).url == hub.url
        announcer.stop()
        until(lambda: not finder.ways(root))


def test_a_forged_announcement_is_told_nothing(make: Make, finder: Finder, refused: Refused) -> None:
    office = make("hub", role="township")
    laptop = paired(make, office)
    root = peers.the_hub(laptop.ledger).root
    with stranger() as (url, heard):
        forged = Announcer("青禾镇电脑", root, int(url.rpartition(":")[2]), LOOPBACK)  # the pin is no secret
        forged.start()
        until(lambda: finder.ways(root))
        with refused("sync.silent"):
            visit(laptop, finder.ways(root), patience=5, find=1)
        forged.stop()
    assert heard and all(told[:1] == b"\x16" for told in heard)  # a TLS hello, and after it nothing
    assert peers.the_hub(laptop.ledger).url == NOBODY
    assert laptop.ledger.only_here() == 2


def test_an_office_that_is_not_ours_is_no_way(make: Make, finder: Finder) -> None:
    ours, other = make("hub", role="township"), make("other", role="township")
    announcer = Announcer("别的镇", other.hub_keys().root, 8443, LOOPBACK)
    announcer.start()
    pin = short_pin(other.hub_keys().root)
    until(lambda: any(one.pin == pin for one in finder.seen()))
    assert not finder.ways(ours.hub_keys().root)
    announcer.stop()


def test_a_hub_that_moved_says_so_and_who_listens_hears_it_in_any_round(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener begins anew again and again, and the office's computer goes over to another network."""
    monkeypatch.setattr(nearby, "ROUND", 1.0)
    monkeypatch.setattr(nearby, "own_address", lambda: "192.0.2.7")
    root = make("hub", role="township").hub_keys().root
    made = Finder()
    made.start()
    announcer = Announcer("青禾镇电脑", root, 8443)
    announcer.start()
    until(lambda: made.ways(root) == ["https://192.0.2.7:8443"])
    monkeypatch.setattr(nearby, "own_address", lambda: "192.0.2.8")
    until(lambda: made.ways(root) == ["https://192.0.2.8:8443"])
    announcer.stop()
    until(lambda: not made.ways(root))
    made.stop()
    until(lambda: not [one for one in threading.enumerate() if "ServiceBrowser" in one.name])  # a round leaves nothing behind


def test_what_does_not_work_yet_is_tried_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that began before its network card was there is heard once it is."""
    monkeypatch.setattr(nearby, "ROUND", 0.2)
    monkeypatch.setattr(nearby, "INTERFACES", ["no card"])
    root = make("hub", role="township").hub_keys().root
    made, announcer = Finder(), Announcer("青禾镇电脑", root, 8443, LOOPBACK)
    made.start()
    announcer.start()
    time.sleep(0.5)
    monkeypatch.setattr(nearby, "INTERFACES", LOOPBACK)
    monkeypatch.setattr(nearby, "ROUND", 5.0)
    until(lambda: made.ways(root))
    announcer.stop()
    made.stop()


def test_where_it_cannot_work_it_is_silently_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "INTERFACES", ["no card"])
    made = Finder()
    made.start()
    made.stop()
    assert made.seen() == []


@given(st.dictionaries(st.sampled_from([b"pin", b"name", b"x"]), st.none() | st.binary(max_size=80)),
       st.lists(st.ip_addresses().map(str), max_size=6), st.none() | st.integers(-1, 70000))
def test_a_strangers_words_are_bounded(properties: dict[bytes, bytes | None], addresses: list[str], port: int | None) -> None:
    for one in read(properties, addresses, port):
        assert 0 < len(one.name) <= 60 and one.name.isprintable() and len(one.pin) == 16 and one.url.startswith("https://")


def test_a_short_pin_is_the_beginning_of_the_pin(make: Make) -> None:
    from app.sync import seal

    root = make("hub", role="township").hub_keys().root
    assert seal.pin_of(root).hex().startswith(short_pin(root)) and len(short_pin(root)) == 16
