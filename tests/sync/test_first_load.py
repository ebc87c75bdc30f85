"""A new laptop by stick alone: scope and pairing in one file, opened by the code; let in by name when its first stick comes back."""
from pathlib import Path

import pytest

from app.models.ledger import Write
from app.models.problem import Problem
from app.sync import pairing, peers, segment, stick
from app.sync.audit import check_seals
from app.sync.first_load import join, write_first_load
from app.sync.hub import Hub
from app.sync.stick import INVITED, export_stick
from app.sync.stick_folder import read_folder
from tests.sync.conftest import Make, Refused, household, sync
from tests.sync.offices import CLOUD, STONE


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """Return a stick."""
    (tmp_path / "usb").mkdir()
    return tmp_path / "usb"


def test_a_laptop_that_never_saw_a_network_is_let_in_by_name(make: Make, usb: Path, refused: Refused) -> None:
    office = make("hub", role="township")
    for place in (STONE, CLOUD):
        household(office, "练习甲", place)
    office.ledger.write([Write("employer", {"name": "练习厂"}, place=office.ledger.me.area)], source="screen")
    code, wrote = write_first_load(office, usb, STONE, "石桥")
    one = make("one", STONE)
    other_code, _ = write_first_load(make("other-office", role="township"), usb)
    with refused("pair.mistyped"):
        join(one, usb, code[:-1])
    with refused("pair.no_load"):
        join(one, usb, pairing.invite(office, STONE))
    with refused("stick.foreign"):
        join(one, usb / wrote.files[0], other_code)
    with refused("pair.area"):
        join(make("cloud", CLOUD), usb, code)
    assert peers.peers(one.ledger) == []
    hub, done = join(one, usb, code)
    assert hub.name == "hub" and done.changes >= 5
    assert len(one.ledger.rows("household")) == 1, "the other village's stays away"
    assert len(one.ledger.rows("employer")) == 1, "what the office made for everybody is there"
    assert join(one, usb, code)[1].changes == 0
    household(one, "练习乙", STONE)
    export_stick(one, usb)
    before = office.ledger.digest(strict=True)
    read = read_folder(office, usb)
    assert [f.state for f in read.files if not f.good] == ["stick.pending"]
    assert office.ledger.digest(strict=True) == before, "nothing flows before somebody has confirmed it"
    assert [p.name for p in pairing.waiting(office.ledger)] == ["one"]
    pairing.confirm(office.ledger, one.ledger.me.device)
    read = read_folder(office, usb)
    assert read.carried.changes >= 2 and len(read.wrote) == 1
    assert one.ledger.settings.get(INVITED)
    read_folder(one, usb)
    assert one.ledger.only_here() == 0
    assert one.ledger.settings.get(INVITED) is None
    for ws in (one, office):
        assert ws.ledger.verify().ok
        assert check_seals(ws) == []


def test_the_code_serves_one_computer_and_the_network_afterwards(make: Make, usb: Path) -> None:
    office = make("hub", role="township")
    household(office, "练习甲")
    code, _ = write_first_load(office, usb)
    one, two = make("one"), make("two")
    for ws in (one, two):  # somebody read the code over a shoulder
        join(ws, usb, code)
        household(ws, "练习乙")
        export_stick(ws, usb)
    read = read_folder(office, usb, yes=True)
    assert sorted(f.state for f in read.files) == ["new", "others", "pair.code"]
    let_in, shut_out = (one, two) if peers.peer(office.ledger, one.ledger.me.device) else (two, one)
    assert peers.peer(office.ledger, shut_out.ledger.me.device) is None
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        peers.update(let_in.ledger, peers.the_hub(let_in.ledger).device, url=hub.url)
        assert sync(let_in).level, "the same computer syncs over the network from then on"
        assert let_in.ledger.only_here() == 0


def test_cut_in_the_middle_it_goes_on(make: Make, usb: Path) -> None:
    office = make("hub", role="township")
    for n in range(40):
        office.ledger.write([Write("person", {"full_name": "练习甲", "remark": f"{n}" + "记" * 30_000}, place=STONE)], source="screen")
    code, wrote = write_first_load(office, usb, most=segment.TARGET // 8 + 2 * stick.SPARE)
    one = make("one")

    class Cut(Exception):
        """The stick was pulled out."""

    def cut(step: str, done: int, of: int) -> None:
        if step == "read" and done > of * 0.6:
            raise Cut
    with pytest.raises(Cut):
        join(one, usb, code, cut)
    assert peers.the_hub(one.ledger).name == "hub", "paired already; the rest comes when it is done again"
    join(one, usb, code)
    assert len(one.ledger.rows("person")) == 40
    bad = usb / wrote.files[-1]
    bad.write_bytes(bad.read_bytes()[:-1])
    with pytest.raises(Problem):
        join(make("late"), usb, code)
