"""Sticks: the same exchange by file, between real workspaces."""
import random
from pathlib import Path

import pytest

from app.models.problem import Problem
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household


def paired(make: Make, *names: str) -> list[Workspace]:
    """Return an office and laptops that are paired with it and have never exchanged anything."""
    office = make("hub", role="township")
    laptops = [make(name) for name in names]
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        for laptop in laptops:
            pair(laptop, hub.url, invite(office))
    return [office, *laptops]


def test_sticks_bring_everybody_level(make: Make, tmp_path: Path) -> None:
    office, one, two = paired(make, "one", "two")
    stick = tmp_path / "stick.leye"
    for laptop, name in ((one, "练习甲"), (two, "练习乙")):
        household(laptop, name)
        assert export_stick(laptop, stick).changes >= 4
        assert import_stick(office, stick).changes >= 4
        assert import_stick(office, stick).changes == 0  # the same stick again
        assert laptop.ledger.only_here() == 2  # green only on the hub's receipt
    export_stick(office, stick)
    for laptop in (one, two):
        assert import_stick(laptop, stick).changes > 0
        assert import_stick(laptop, stick).changes == 0
        assert laptop.ledger.only_here() == 0
        assert laptop.ledger.digest(strict=True) == office.ledger.digest(strict=True)


def test_last_carries_only_what_was_not_acknowledged(make: Make, tmp_path: Path) -> None:
    office, one = paired(make, "one")
    stick = tmp_path / "stick.leye"
    household(one, "练习甲")
    first = export_stick(one, stick).changes
    assert export_stick(one, stick).changes == first  # not acknowledged yet: it must be on each stick
    import_stick(office, stick)
    export_stick(office, stick)
    given = import_stick(one, stick).changes
    assert export_stick(one, stick).changes == 0
    household(one, "练习丙")
    assert export_stick(one, stick).changes == 2
    assert export_stick(one, stick, "all").changes == first + given + 2  # also what came from the office: it may have lost it
    assert import_stick(office, stick).changes == 2


def test_damaged_foreign_and_unpaired_sticks_change_nothing(make: Make, tmp_path: Path, refused: Refused) -> None:
    office, one = paired(make, "one")
    stick = tmp_path / "stick.leye"
    household(one, "练习甲")
    export_stick(one, stick)
    good, before = stick.read_bytes(), office.ledger.digest(strict=True)
    luck = random.Random(7)
    for at in [0, len(good) - 1, *luck.sample(range(len(good)), 200)]:
        stick.write_bytes(good[:at] + bytes([good[at] ^ 1 << luck.randrange(8)]) + good[at + 1:])
        with pytest.raises(Problem):
            import_stick(office, stick)
    for length in [0, 1, len(good) - 1, *luck.sample(range(len(good)), 50)]:
        stick.write_bytes(good[:length])
        with refused("stick.damaged"):
            import_stick(office, stick)
    assert office.ledger.digest(strict=True) == before
    stick.write_bytes(good)
    with refused("sync.unpaired"):
        import_stick(make("stranger"), stick)
    with refused("stick.foreign"):
        import_stick(paired(lambda name, **k: make("other" + name, **k), "three")[0], stick)
    with refused("stick.missing"):
        import_stick(office, tmp_path / "none.leye")
    with refused("sync.unpaired"):
        export_stick(make("lonely"), tmp_path / "lonely.leye")
    assert not (tmp_path / "lonely.leye").exists()
    assert import_stick(office, stick).changes >= 4


def test_no_name_number_or_phone_in_clear(make: Make, tmp_path: Path) -> None:
    office, one = paired(make, "one")
    household(one, "明文丁")
    export_stick(one, tmp_path / "stick.leye")
    import_stick(office, tmp_path / "stick.leye")
    words = [w for text in ("明文丁", "13900001234", "one-user", "device_keys", "PRIVATE KEY") for w in (text.encode(), text.encode("utf-16-le"))]
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert {f.suffix for f in files} >= {".json", ".db", ".leye"}
    for file in files:
        data = file.read_bytes()
        assert not [w for w in words if w in data], file.name
