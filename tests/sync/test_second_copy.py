"""The second copy: whatever happens to the stick, what counted as copied comes back with the card, and nothing else is claimed."""
import random
import shutil
from pathlib import Path

import pytest

from app.models import attachments
from app.models.ledger import Write
from app.models.problem import Problem
from app.sync import second_copy
from app.sync.audit import check_seals
from app.sync.from_copy import restore_copy
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.second_copy import choose, folder_for, keep_up, state_of, trouble
from app.sync.workspace import Workspace
from tests.disks import ERRORS, failing
from tests.sync.conftest import Make, Refused, household, sync


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """Return a stick."""
    (tmp_path / "usb").mkdir()
    return tmp_path / "usb"


@pytest.fixture
def carded(tmp_path: Path) -> tuple[Workspace, str]:
    """Return a workspace and the code on its recovery card."""
    return Workspace.create(tmp_path / "one", "口令", "529999001", "甲", "乙")


def counts(ws: Workspace) -> tuple[int, int]:
    """Return how many records are on neither office nor copy, and how many are at no office."""
    return ws.ledger.only_here(), ws.ledger.not_at_office()


def test_each_finished_record_goes_there_and_is_counted(carded: tuple[Workspace, str], usb: Path, tmp_path: Path, refused: Refused) -> None:
    ws, card = carded
    household(ws, "明文丁")
    assert counts(ws) == (2, 2)
    assert not keep_up(ws), "no place, no copy"
    choose(ws, usb)
    assert counts(ws) == (2, 2), "chosen is not copied"
    assert keep_up(ws)
    assert counts(ws) == (0, 2)
    assert not keep_up(ws), "nothing new, nothing written"
    household(ws, "练习乙")
    assert counts(ws) == (2, 4)
    assert keep_up(ws)
    assert counts(ws) == (0, 4)
    files = [path for path in usb.rglob("*") if path.is_file()]
    assert len(files) == 2, "a base, and a small file beside it"
    assert min(path.stat().st_size for path in files) < 6000
    for path in files:
        assert path.suffix == ".leye"
        assert not [word for word in ("明文丁", "13900001234", "PRIVATE", ws.ledger.me.device) if word.encode() in path.read_bytes()]
    digest, device = ws.ledger.digest(strict=False), ws.ledger.me.device
    ws.close()
    with refused("workspace.passphrase"):
        restore_copy(tmp_path / "new", usb, "wrong")
    with refused("second.none"):
        restore_copy(tmp_path / "new", tmp_path, "口令")
    assert not (tmp_path / "new" / "ledger.db").exists()
    for secret in ({"recovery": card}, {"passphrase": "口令"}):
        back = restore_copy(tmp_path / "new", usb, **secret)
        assert back.skipped == ()
        with Workspace.open(tmp_path / "new", "口令") as new:
            if "recovery" in secret:
                assert new.ledger.digest() == digest
            else:  # what the new computer had written since lies there too
                assert len(new.ledger.rows("household")) == 3
            assert new.ledger.me.device != device, "a new log begins"
            assert new.ledger.verify().ok
            assert check_seals(new) == []
            household(new, "练习丙")
            assert keep_up(new), "and the new computer goes on copying, beside what lies there"
            assert counts(new)[0] == 0
    assert len(list(usb.iterdir())) == 3


def test_a_dead_laptop_is_followed_from_stick_and_card_and_levels_with_the_office(make: Make, usb: Path, tmp_path: Path) -> None:
    office = make("hub", role="township")
    one, card = Workspace.create(tmp_path / "one", "practice", "529999001", "one", "one-user")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        household(one, "练习甲")
        sync(one)
        choose(one, usb)
        keep_up(one)
        _, before = household(one, "练习乙")  # neither synced nor in the base: only in a small file
        keep_up(one)
        _, lost = household(one, "练习丙")  # not copied either
        assert counts(one) == (2, 4)
        one.close()
        shutil.rmtree(tmp_path / "one")
        restore_copy(tmp_path / "two", usb, recovery=card)
        with Workspace.open(tmp_path / "two", recovery=card) as two:
            assert two.ledger.get(before) is not None
            assert two.ledger.get(lost) is None
            assert two.ledger.not_at_office() == 2
            household(two, "练习丁")
            assert sync(two).level
            assert two.ledger.not_at_office() == 0
            assert two.ledger.digest(strict=True) == office.ledger.digest(strict=True)
            for ws in (two, office):
                assert ws.ledger.verify().ok
                assert check_seals(ws) == []


def test_a_stick_pulled_at_any_act_never_loses_what_counted(make: Make, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_copy, "FEW", 2)  # so that files are often made one
    one = make("one")
    luck, acts = random.Random(11), 0
    choose(one, usb)
    for turn in range(16):
        household(one, f"练习{turn}")
        at = luck.randrange(1, 40)
        with failing(at, luck.choice(ERRORS), torn=True, stays=True) as broken:
            try:
                keep_up(one)
            except Problem as problem:
                assert problem.key in ("second.write", "second.away")
                assert broken.failed
                assert trouble(one) is not None
        acts += broken.failed
        if turn % 4 == 3:
            shutil.rmtree(tmp_path / "back", ignore_errors=True)
            copied = one.ledger.settings.get("copied", {}).get(one.ledger.me.log, 0)
            claimed = [row[0] for row in one.ledger.db.conn.execute("SELECT rec FROM change WHERE seq <= ? AND type = 'person'", (copied,))]
            if claimed:
                assert restore_copy(tmp_path / "back", usb, "practice").skipped == ()
                with Workspace.open(tmp_path / "back", "practice") as back:
                    assert all(back.ledger.get(rec) for rec in claimed)
                    assert back.ledger.verify().ok
    assert acts >= 5, "most turns were cut"
    keep_up(one)
    assert one.ledger.only_here() == 0
    assert trouble(one) is None
    assert not list(usb.rglob("*.part"))
    assert len(list(folder_for(one, usb).iterdir())) <= 4


def test_a_new_base_cut_at_any_act_leaves_the_old_one(make: Make, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make("one")
    choose(one, usb)
    people = []
    for name in ("练习甲", "练习乙"):
        people.append(household(one, name)[1])
        keep_up(one)
    monkeypatch.setattr(second_copy, "SMALL", 0)
    monkeypatch.setattr(second_copy, "HALF", 10**9)
    before = state_of(one)
    with failing() as counted:
        keep_up(one)
    assert before == state_of(one), "nothing to copy, nothing rewritten"
    for at in (1, 2, 3, 9, 30, 60, 90):
        people.append(household(one, f"练习{at}")[1])
        with failing(counted.acts + at, stays=True) as broken:
            try:
                keep_up(one)
            except Problem:
                assert broken.failed
        shutil.rmtree(tmp_path / "back", ignore_errors=True)
        restore_copy(tmp_path / "back", usb, "practice")
        with Workspace.open(tmp_path / "back", "practice") as back:
            assert all(back.ledger.get(rec) for rec in people[:2])
            copied = one.ledger.settings.get("copied")[one.ledger.me.log]
            assert all(back.ledger.get(row[0]) for row in one.ledger.db.conn.execute("SELECT rec FROM change WHERE seq <= ?", (copied,)))
    assert before.base != state_of(one).base


def test_two_computers_of_one_origin_do_not_cover_each_other(make: Make, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make("one")
    choose(one, usb)
    keep_up(one)
    restore_copy(tmp_path / "two", usb, "practice")
    monkeypatch.setattr(second_copy, "SMALL", 0)
    monkeypatch.setattr(second_copy, "HALF", 10**9)
    people = []
    with Workspace.open(tmp_path / "two", "practice") as two:
        for ws in (one, two, one, two, two):  # the old one was not dead after all; both write bases
            people.append(household(ws, "练习甲")[1])
            keep_up(ws)
            assert ws.ledger.only_here() == 0
    restore_copy(tmp_path / "three", usb, "practice")
    with Workspace.open(tmp_path / "three", "practice") as three:
        assert all(three.ledger.get(rec) for rec in people)
        assert three.ledger.verify().ok


def test_a_missing_full_or_emptied_place_is_said_and_counted(make: Make, usb: Path, tmp_path: Path, refused: Refused) -> None:
    one = make("one")
    with refused("second.inside"):
        choose(one, one.folder)
    with refused("second.place"):
        choose(one, tmp_path / "none")
    choose(one, usb)
    household(one, "练习甲")
    keep_up(one)
    usb.rename(tmp_path / "away")
    household(one, "练习乙")
    with refused("second.away"):
        keep_up(one)
    assert counts(one) == (2, 4), "what lies on a stick that is out still lies there"
    (tmp_path / "away").rename(usb)
    assert keep_up(one) and counts(one) == (0, 4)
    shutil.rmtree(next(usb.iterdir()))
    household(one, "练习丙")
    with failing(1, stays=True), refused("second.write"):
        keep_up(one)
    assert counts(one) == (6, 6), "an emptied stick holds nothing"
    assert keep_up(one) and counts(one) == (0, 6)
    other = tmp_path / "other"
    other.mkdir()
    choose(one, other)
    assert counts(one) == (6, 6)
    assert keep_up(one) and counts(one) == (0, 6)
    choose(one, None)
    assert state_of(one) is None and not keep_up(one)
    assert counts(one) == (6, 6)


def test_damaged_files_are_named_and_the_rest_comes_back(make: Make, usb: Path, tmp_path: Path, refused: Refused) -> None:
    one = make("one")
    choose(one, usb)
    keep_up(one)
    people = []
    for turn in range(3):
        people.append(household(one, f"练习{turn}")[1])
        keep_up(one)
    state = state_of(one)
    assert state is not None
    bad = folder_for(one, usb) / list(state.files)[1]
    bad.write_bytes(bad.read_bytes()[:-40] + bytes(40))
    back = restore_copy(tmp_path / "back", usb, "practice")
    assert [bad.name in problem.zh for problem in back.skipped] == [True]
    with Workspace.open(tmp_path / "back", "practice") as new:
        assert [new.ledger.get(rec) is not None for rec in people] == [True, False, True]
    base = folder_for(one, usb) / next(iter(state.base))
    base.write_bytes(base.read_bytes()[:-1])
    with refused("second.no_base"):
        restore_copy(tmp_path / "none", usb, "practice")
    assert not (tmp_path / "none" / "ledger.db").exists()
    assert keep_up(one), "the computer sees at once that a file has another size, and writes all anew"
    assert [restore_copy(tmp_path / f"back{n}", usb, "practice").at > "" for n in (2, 3)] == [True, True]


def test_attachments_go_there_and_come_back(make: Make, usb: Path, tmp_path: Path) -> None:
    one = make("one")
    choose(one, usb)
    keep_up(one)
    photo = random.Random(2).randbytes(1_500_000)
    with_photo = attachments.keep(one.ledger, photo, "jpg")
    one.ledger.write([Write("service", {"topic": "练习", "photos": [with_photo]}, place="529999001201")], source="screen")
    keep_up(one)
    keep_up(one)
    restore_copy(tmp_path / "back", usb, "practice")
    with Workspace.open(tmp_path / "back", "practice") as back:
        assert attachments.read(back.ledger, with_photo) == photo


def test_what_was_erased_goes_from_the_copy_too(make: Make, usb: Path) -> None:
    from app.models import erasure

    one = make("one", role="county")
    choose(one, usb)
    _, person = household(one, "练习甲")
    keep_up(one)
    first = state_of(one)
    erasure.grant(one.ledger, one.ledger.me.device)
    erasure.erase(one.ledger, person)
    keep_up(one)
    second = state_of(one)
    assert first is not None and second is not None
    assert not set(first.base) & set(second.base), "the whole store is written anew"
    assert {path.name for path in folder_for(one, usb).iterdir()} == set(second.base) | set(second.files)


def test_what_a_laptop_wrote_before_it_died_and_before_it_was_ever_paired_reaches_the_office(make: Make, usb: Path, tmp_path: Path) -> None:
    office, one = make("hub", role="township"), make("one")
    choose(one, usb)
    _, person = household(one, "练习甲")
    keep_up(one)
    one.close()
    restore_copy(tmp_path / "two", usb, "practice")
    with Workspace.open(tmp_path / "two", "practice") as two, Hub(office, "127.0.0.1", 0, yes=True) as hub:
        two.renew()  # and once more, for good measure: a copied disk
        household(two, "练习乙")
        pair(two, hub.url, invite(office))
        done = sync(two)
        assert done.level and not done.aside
        assert office.ledger.get(person) is not None
        assert two.ledger.not_at_office() == 0, "receipts for all it continues"
        assert two.ledger.digest(strict=True) == office.ledger.digest(strict=True)
        for ws in (two, office):
            assert ws.ledger.verify().ok
            assert check_seals(ws) == []
