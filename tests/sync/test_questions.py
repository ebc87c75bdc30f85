"""On a line of 600 ms each question costs, and each byte: an exchange asks no more and sends no more than it must."""
from dataclasses import dataclass, field
from pathlib import Path

from app.sync import peers, segment
from app.sync.desk import Desk
from app.sync.exchange import Exchanged, HubCarrier, exchange
from app.sync.workspace import Workspace
from tests.sync.conftest import household
from tests.sync.offices import Direct, Land


@dataclass
class Counted(Direct):
    """The way to the desk, with what was asked and how many changes came back."""

    asked: list[str] = field(default_factory=list)
    served: int = 0

    def __init__(self, office: Workspace, desk: Desk) -> None:
        super().__init__(office, desk)
        self.asked, self.served = [], 0

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the desk's answer."""
        self.asked.append(path.removeprefix("/v1/"))
        status, answer = super().reach(method, path, content, token)
        if path in ("/v1/pull", "/v1/fetch"):
            self.served += segment._decode(segment._parts(answer)[0], segment.About).count
        return status, answer


def go(laptop: Workspace, office: Workspace) -> tuple[Exchanged, Counted]:
    """Exchange, counting."""
    way = Counted(office, Desk(yes=True))
    (hub,) = peers.peers(laptop.ledger, peers.HUB)
    return exchange(laptop, HubCarrier(hub, way=way)), way


def test_what_a_laptop_brought_is_not_served_back_to_it_and_nothing_is_asked_twice(land: Land) -> None:
    stone, cloud = land.laptop("stone", "529999001000"), land.laptop("cloud", "529999001000")
    for _ in range(300):
        household(cloud, "练习甲", "529999001201")
    assert go(cloud, land.town)[0].level
    first, way = go(stone, land.town)  # it has nothing but itself; the others' changes come to it
    assert (first.level, first.received) == (True, 604)  # two of them of the office itself
    household(stone, "练习乙", "529999001201")
    done, way = go(stone, land.town)
    assert (done.level, done.sent, done.received) == (True, 2, 0)
    assert way.served == 0
    assert way.asked == ["challenge", "hello", "push", "pull", "compare"]  # its feed has 600 places that came from here
    household(cloud, "练习丙", "529999001201")
    for laptop in (cloud, stone):
        done, way = go(laptop, land.town)
        assert way.served == done.received > 0  # what the other brought meanwhile, and nothing else
    assert land.town.ledger.digest(strict=True) == stone.ledger.digest(strict=True) == cloud.ledger.digest(strict=True)


def test_a_laptop_put_back_gets_its_own_changes_from_the_office(land: Land, tmp_path: Path) -> None:
    stone = land.laptop("stone")
    household(stone, "练习甲", "529999001201")
    assert go(stone, land.town)[0].level
    old = land.copy(stone, "old")
    household(stone, "练习乙", "529999001201")
    assert go(stone, land.town)[0].level
    old.ledger.settings.set("me", {**stone.ledger.me.as_dict()})  # nobody noticed: the same instance, an earlier state
    done, _ = go(old, land.town)
    assert done.level
    assert old.ledger.digest(strict=True) == land.town.ledger.digest(strict=True)
