"""Exchange over real TLS between real workspaces: everybody ends equal, and a cut, a clone or a rewound hub loses nothing."""
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from tests.sync.conftest import Make, household, sync


def test_two_laptops_and_a_hub_end_equal(make: Make) -> None:
    office, one, two = make("hub", role="township"), make("one"), make("two")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        for laptop in (one, two):
            pair(laptop, hub.url, invite(office))
        _, person = household(one, "练习甲")
        first = sync(one)
        assert first.level
        assert first.sent >= 4
        household(two, "练习乙")
        assert sync(two).level
        assert sync(one).level
        assert one.ledger.digest() == two.ledger.digest() == office.ledger.digest()
        assert one.ledger.digest(strict=True) == two.ledger.digest(strict=True) == office.ledger.digest(strict=True)
        idle = sync(one)
        assert (idle.sent, idle.received, idle.conflicts, idle.level) == (0, 0, 0, True)
        assert one.ledger.only_here() == two.ledger.only_here() == 0
        found = two.ledger.get(person)
        assert found is not None
        assert found.values["full_name"] == "练习甲"
