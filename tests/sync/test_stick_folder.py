"""A whole stick: several computers on one, files of every kind, in any order; the office answers on the same stick."""
import random
import re
import shutil
import tracemalloc
from pathlib import Path

import pytest

from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import pairing, stick, unload
from app.sync.peers import the_hub
from app.sync.stick import export_stick, name_for
from app.sync.stick_folder import read_folder
from app.sync.unload import import_stick
from tests.sync.conftest import Make, Refused, household
from tests.sync.offices import COUNTY, STONE, TOWN, Land, person
from tests.sync.test_stick import paired

LUCK = random.Random(5)


class Stopped(Exception):
    """Somebody pressed cancel."""


def test_a_week_by_one_stick_brings_all_level_and_turns_green_only_on_receipts(make: Make, tmp_path: Path) -> None:
    office, *laptops = paired(make, "one", "two", "three")
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "photo.jpg").write_bytes(b"not ours")
    for day in range(3):
        for laptop in laptops:
            household(laptop, f"练习{day}{laptop.ledger.me.device_name}")
            export_stick(laptop, usb)
            assert laptop.ledger.only_here() == 2, "not green before the receipt"
        read = read_folder(office, usb)
        assert {f.state for f in read.files} <= ({"new"} if day == 0 else {"new", "own"})
        assert len(read.wrote) == 3 and read.unanswered is None
        assert [f.state for f in read_folder(office, usb).files].count("same") == 3
        for laptop in laptops:
            assert laptop.ledger.only_here() == 2
            states = [f.state for f in read_folder(laptop, usb).files]
            assert sorted(states) == ["new", "others", "others", "others", "others", "own"]
            assert laptop.ledger.only_here() == 0
    for laptop in laptops:
        export_stick(laptop, usb)
    read_folder(office, usb)
    for laptop in laptops:
        read_folder(laptop, usb)
        assert laptop.ledger.digest(strict=True) == office.ledger.digest(strict=True)
    names = [path.name for path in usb.iterdir() if path.suffix != ".jpg"]
    assert len(names) == 6, "each writes over its own and beside what is there"
    assert all(re.fullmatch(r"leye-[0-9a-f]{12}\.leye", name) for name in names)


def test_bad_files_are_named_and_keep_no_good_one_out(make: Make, tmp_path: Path, refused: Refused) -> None:
    office, one, two = paired(make, "one", "two")
    usb = tmp_path / "usb"
    with refused("stick.missing"):
        read_folder(office, usb)
    (usb / "deep").mkdir(parents=True)
    with refused("stick.empty"):
        read_folder(office, usb)
    other_office, other = paired(lambda name, **k: make("other" + name, **k), "x")
    stranger = make("stranger")
    pairing.keep_hub(stranger.ledger, pairing.card_of(office).card, "https://desk.test:1", office.hub_keys().root, "529999001")
    for ws in (one, other, stranger):
        household(ws, "练习甲")
        export_stick(ws, usb)
    good = (usb / name_for(one, the_hub(one.ledger))).read_bytes()
    (usb / "deep" / "old.leye").write_bytes(good)
    (usb / "cut.leye").write_bytes(good[:-5])
    (usb / "flipped.leye").write_bytes(good[:700] + bytes([good[700] ^ 4]) + good[701:])
    (usb / "empty.leye").write_bytes(b"")
    (usb / "book.leye").write_bytes(b"PK" + bytes(5000))
    household(one, "练习乙")
    export_stick(one, usb)
    household(two, "练习丙")
    export_stick(two, usb)
    read = read_folder(office, usb)
    told = {f.name: f.state for f in read.files}
    assert told == {name_for(one, the_hub(one.ledger)): "new", name_for(two, the_hub(two.ledger)): "new", "old.leye": "same",
                    name_for(other, the_hub(other.ledger)): "others", name_for(stranger, the_hub(stranger.ledger)): "stick.stranger",
                    "cut.leye": "stick.damaged", "flipped.leye": "stick.damaged", "empty.leye": "stick.damaged",
                    "book.leye": "stick.damaged"} or told["old.leye"] == "new"
    assert {f.name for f in read.files if not f.good} == {"cut.leye", "flipped.leye", "empty.leye", "book.leye",
                                                          name_for(stranger, the_hub(stranger.ledger))}
    assert len({f.words for f in read.files if f.state == "stick.damaged"}) == 4, "each is named"
    assert read.carried.changes >= 8 and set(read.carried.senders) == {"one", "two"}
    assert len(read.wrote) == 2
    shutil.rmtree(usb / "deep")
    assert read_folder(two, usb).carried.changes > 0
    assert two.ledger.only_here() == 0
    assert two.ledger.digest(strict=True) == office.ledger.digest(strict=True)


def test_more_than_one_file_holds_goes_on_in_others_in_any_order(make: Make, tmp_path: Path) -> None:
    office, one = paired(make, "one")
    office2, again = paired(lambda name, **k: make("b" + name, **k), "one")
    for ws in (one, again):
        for _ in range(60):
            ws.ledger.write([Write("person", {"full_name": "练习甲", "remark": LUCK.randbytes(40_000).hex()}, rec=new_id(),
                                   place=TOWN)], source="screen")
    usb = tmp_path / "usb"
    usb.mkdir()
    wrote = export_stick(one, usb, most=stick.segment.TARGET + 2 * stick.SPARE).files
    assert len(wrote) >= 3
    assert all((usb / name).stat().st_size < 3 * stick.segment.TARGET for name in wrote)
    read = read_folder(office, usb)
    assert [f.state for f in read.files] == ["new"] * len(wrote)
    export_stick(office, usb)
    read_folder(one, usb)
    assert one.ledger.only_here() == 0
    assert export_stick(one, usb).files == wrote[:1], "what is held needs one file again"
    assert not (usb / wrote[-1]).exists(), "and none of the longer stick is left"
    paths = [tmp_path / name for name in export_stick(again, tmp_path / "b.leye", most=stick.segment.TARGET + 2 * stick.SPARE).files]
    assert paths[0].name == "b.leye" and paths[1].name == "b-2.leye"
    assert sum(import_stick(office2, path).changes for path in reversed(paths)) >= 60
    assert sum(import_stick(office2, path).changes for path in paths) == 0
    export_stick(office2, tmp_path / "back.leye")
    import_stick(again, tmp_path / "back.leye")
    assert again.ledger.only_here() == 0
    assert again.ledger.digest(strict=True) == office2.ledger.digest(strict=True)


def test_memory_is_bounded_both_ways(make: Make, tmp_path: Path) -> None:
    office, one = paired(make, "one")
    for _ in range(10):
        one.ledger.write([Write("person", {"full_name": "练习甲", "remark": LUCK.randbytes(100_000).hex()}, rec=new_id(), place=TOWN)
                          for _ in range(40)], source="screen")
    tracemalloc.start()
    try:
        export_stick(one, tmp_path / "large.leye")
        import_stick(office, tmp_path / "large.leye")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    size = (tmp_path / "large.leye").stat().st_size
    assert size > 38_000_000
    assert peak < 0.7 * size, f"{peak / size:.2f} of what was carried"
    assert one.ledger.me.device in {row[0] for row in office.ledger.db.conn.execute("SELECT DISTINCT log FROM change")}


def test_cut_in_the_middle_it_goes_on_where_it_stopped(make: Make, tmp_path: Path) -> None:
    office, one = paired(make, "one")
    for _ in range(30):
        one.ledger.write([Write("person", {"full_name": "练习甲", "remark": LUCK.randbytes(60_000).hex()}, rec=new_id(),
                               place=TOWN)], source="screen")
    export_stick(one, tmp_path / "s.leye")
    before = office.ledger.digest(strict=True)

    def stop(at: str, part: float) -> None:
        def step(word: str, done: int, of: int) -> None:
            if word == at and done > of * part:
                raise Stopped
        import_stick(office, tmp_path / "s.leye", step)
    with pytest.raises(Stopped):
        stop("check", 0.9)
    assert office.ledger.digest(strict=True) == before, "nothing is applied before all was checked"
    with pytest.raises(Stopped):
        stop("read", 0.6)
    here = office.ledger.db.conn.execute("SELECT count(*) FROM change WHERE log = ?", (one.ledger.me.device,)).fetchone()[0]
    assert 0 < here < 30
    assert 0 < import_stick(office, tmp_path / "s.leye").changes < 33
    assert import_stick(office, tmp_path / "s.leye").changes == 0
    assert office.ledger.verify().ok


def test_a_stick_for_an_office_that_died_opens_at_its_successor_and_at_its_parent(make: Make, tmp_path: Path) -> None:
    land = Land(make, tmp_path)
    one = land.laptop("one")
    land.rest()
    rec = person(one, STONE)
    usb = tmp_path / "usb"
    usb.mkdir()
    export_stick(one, usb)
    read = read_folder(land.county, usb)
    assert [f.state for f in read.files] == ["new"] and read.wrote == ()
    assert land.county.ledger.get(rec) is not None
    land.town.renew()  # put back from a backup on another computer
    assert [f.state for f in read_folder(land.town, usb).files] == ["new"]
    assert land.town.ledger.get(rec) is not None
    assert land.county.ledger.me.area == COUNTY


def test_the_first_stick_of_a_laptop_opens_at_the_county_by_the_word_of_its_township(make: Make, tmp_path: Path, refused: Refused) -> None:
    """Nothing of it has ever gone up: the township signed for its key when it let it in, and the stick carries that."""
    land = Land(make, tmp_path)
    one = land.laptop("one")
    rec = person(one, STONE)
    export_stick(one, tmp_path / "s.leye")
    before = land.county.ledger.digest(strict=True)
    told = one.ledger.settings.get("grant")
    for altered in ({**told, "sign": land.county.keys.sign_public}, {**told, "expires_at": "2020-01-01T00:00:00+00:00"},
                    {**told, "expires_at": "soon"}, {**told, "prefix": ""}, {**told, "device": "0" * 32}, None):
        one.ledger.settings.set("grant", altered)
        export_stick(one, tmp_path / "bad.leye")
        with refused("stick.stranger"):
            import_stick(land.county, tmp_path / "bad.leye")
    assert land.county.ledger.digest(strict=True) == before
    assert import_stick(land.county, tmp_path / "s.leye").changes > 0 and land.county.ledger.get(rec) is not None
    assert import_stick(land.county, tmp_path / "s.leye").changes == 0
    one.ledger.settings.set("grant", told)
    land.rest()
    assert land.town.ledger.get(rec) is not None and land.county.ledger.verify().ok


def test_a_laptop_that_was_shut_out_comes_in_at_the_county_by_no_stick(make: Make, tmp_path: Path) -> None:
    """Its township's word was given before it was stolen; the county has heard of that, and keeps aside what it brings."""
    land = Land(make, tmp_path)
    one = land.laptop("one")
    land.rest(one)
    pairing.revoke(land.town.ledger, one.ledger.me.device)
    land.rest(one)
    rec = person(one, STONE)
    export_stick(one, tmp_path / "s.leye")
    read = import_stick(land.county, tmp_path / "s.leye")
    assert land.county.ledger.get(rec) is None and read.changes == 0 and read.aside > 0


def test_a_file_that_changes_while_it_is_read_is_refused(make: Make, tmp_path: Path, refused: Refused) -> None:
    office, one = paired(make, "one")
    household(one, "练习甲")
    export_stick(one, tmp_path / "s.leye")
    checked = unload.check(office, tmp_path / "s.leye")
    household(one, "练习乙")
    export_stick(one, tmp_path / "s.leye")
    before = office.ledger.digest(strict=True)
    with refused("stick.damaged"):
        unload.take(office, tmp_path / "s.leye", checked)
    assert office.ledger.digest(strict=True) == before
