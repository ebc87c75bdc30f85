"""A computer that is shut out at one office is shut out at all, as soon as they have heard; what it had given before stays good."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.ledger import Write
from app.models.problem import Problem
from app.sync import pairing, peers, quarantine, revocation
from app.sync.audit import check_seals
from app.sync.hub import settle
from app.sync.stick import export_stick
from app.sync.succession import Succession, Was, renew
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.kills.acts import cheap_keys
from tests.sync.conftest import Make, Refused
from tests.sync.offices import AWAY, CLOUD, STONE, TOWN, Land, payloads, person


@pytest.fixture
def land(make: Make, tmp_path: Path) -> Iterator[Land]:
    """A county, a township, and as many laptops as a case asks for."""
    with cheap_keys():
        made = Land(make, tmp_path)
        yield made
    for ws in made.all:
        ws.close()


@pytest.fixture
def both(land: Land) -> Workspace:
    """Return a laptop that is paired with its township and with the county, and level with both."""
    one = land.laptop("one")
    land.join(one, land.county, STONE)
    land.rest()
    return one


def state(ws: Workspace, one: Workspace) -> str:
    """Return how an office knows a computer."""
    found = peers.peer(ws.ledger, one.ledger.me.device)
    assert found is not None
    return found.state


def waits(ws: Workspace) -> list[tuple[str, int]]:
    """Return why how many changes wait."""
    return [(w.why, w.count) for w in quarantine.waiting(ws.ledger)]


@pytest.mark.parametrize("down", [False, True], ids=["township first", "county first"])
def test_who_is_shut_out_at_one_office_is_refused_at_the_other(land: Land, both: Workspace, refused: Refused, tmp_path: Path,
                                                               down: bool) -> None:
    first, other = (land.county, land.town) if down else (land.town, land.county)
    known = person(both, STONE)
    land.rest()
    pairing.revoke(first.ledger, both.ledger.me.device)
    assert (state(first, both), state(other, both)) == ("revoked", "granted")  # it has not heard yet
    land.go(land.town)
    assert state(other, both) == "revoked"
    late = person(both, STONE)
    with refused("peer.revoked"):
        land.go(both, other)
    export_stick(both, tmp_path / "late.leye", "all")
    assert import_stick(other, tmp_path / "late.leye").aside == 1
    assert (waits(other), payloads(other, known), payloads(other, late)) == ([(quarantine.REVOKED, 1)], 1, 0)
    assert revocation.by_whom(other.ledger, both.ledger.me.device) == first.ledger.me.device_name
    assert revocation.by_whom(first.ledger, both.ledger.me.device) == ""


def test_every_laptop_remembers_it_and_an_emptied_office_hears_it_again(land: Land, both: Workspace) -> None:
    two = land.laptop("two", CLOUD)
    pairing.revoke(land.town.ledger, both.ledger.me.device)
    land.rest(both)
    for ws in (land.county, land.town, two):
        assert list(revocation.standing(ws.ledger)) == [both.ledger.me.device]
    word = revocation.words(two.ledger)[0]
    with land.county.ledger.db.conn as conn:  # as on a disk from before
        conn.execute("DELETE FROM change WHERE cid = ?", (word.cid,))
        conn.execute("DELETE FROM feed WHERE cid = ?", (word.cid,))
    assert state(land.county, both) == "granted"
    land.county.ledger.merge(two.ledger.changes([word.cid]))
    assert state(land.county, both) == "revoked"


def test_what_the_township_had_accepted_goes_on_up_by_itself_and_by_others(land: Land, both: Workspace, tmp_path: Path) -> None:
    """The county had not heard of it yet; the township hands it up, and a laptop that has pulled it does so too."""
    wide = land.laptop("wide", TOWN)
    land.join(wide, land.county, TOWN)
    land.rest()
    before = [person(both, STONE), person(both, STONE)]
    land.go(both, land.town)
    pairing.revoke(land.town.ledger, both.ledger.me.device)
    land.go(wide, land.town)
    after = person(both, STONE)
    land.go(wide, land.county)  # brings the word, and what lies before it
    assert [payloads(land.county, rec) for rec in before] == [1, 1]
    assert state(land.county, both) == "revoked"
    assert waits(land.county) == []
    export_stick(both, tmp_path / "late.leye", "all")
    import_stick(land.county, tmp_path / "late.leye")
    assert (payloads(land.county, after), waits(land.county)) == (0, [(quarantine.REVOKED, 1)])
    land.rest(both)


def test_what_the_township_lets_in_afterwards_goes_up_for_it_has_looked(land: Land, both: Workspace, tmp_path: Path) -> None:
    pairing.revoke(land.town.ledger, both.ledger.me.device)
    land.rest(both)
    late = person(both, STONE)
    export_stick(both, tmp_path / "late.leye", "all")
    assert import_stick(land.town, tmp_path / "late.leye").aside == 1
    assert quarantine.release(land.town, both.ledger.me.device) == 1
    assert land.go(land.town).level
    assert (payloads(land.county, late), waits(land.county)) == (1, [])


def test_what_lies_before_the_word_waits_only_until_its_place_comes(land: Land, both: Workspace, tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick in many small segments: the beginning of the log comes first, and the place that proves it last."""
    from app.sync import outgoing

    recs = [person(both, STONE) for _ in range(6)]
    land.go(both, land.town)
    pairing.revoke(land.town.ledger, both.ledger.me.device)
    land.county.ledger.merge(land.town.ledger.changes([word.cid for word in revocation.words(land.town.ledger)]))
    monkeypatch.setattr(outgoing, "ROWS", 2)
    export_stick(both, tmp_path / "all.leye", "all")
    import_stick(land.county, tmp_path / "all.leye")
    assert [payloads(land.county, rec) for rec in recs] == [1] * 6
    assert waits(land.county) == []


def test_who_is_let_in_again_is_let_in_everywhere(land: Land, both: Workspace) -> None:
    pairing.revoke(land.town.ledger, both.ledger.me.device)
    land.rest(both)
    land.join(both, land.town, STONE)  # a new invitation
    land.rest()
    assert (state(land.town, both), state(land.county, both)) == ("granted", "granted")
    assert land.go(both, land.county).level
    pairing.revoke(land.town.ledger, both.ledger.me.device)  # and a second time
    land.rest(both)
    assert state(land.county, both) == "revoked"
    land.county.ledger.verify()
    assert [check_seals(ws) for ws in (land.county, land.town)] == [[], []]


def test_a_township_does_not_let_in_whom_the_county_has_shut_out(land: Land, both: Workspace, refused: Refused) -> None:
    pairing.revoke(land.county.ledger, both.ledger.me.device)
    land.rest(both)
    with refused("peer.shut_above"):
        pairing.confirm(land.town.ledger, both.ledger.me.device)
    told: list[Problem] = []
    known = peers.peer(land.town.ledger, both.ledger.me.device)
    assert known is not None
    settle(land.town, known, lambda name: True, told.append)  # as the hub's own question does it
    assert [problem.key for problem in told] == ["peer.shut_above"]
    with refused("peer.shut_above"):
        land.join(both, land.town, STONE)
    assert state(land.town, both) == "revoked"
    pairing.confirm(land.county.ledger, both.ledger.me.device)
    land.go(land.town)
    assert state(land.town, both) == "granted"


def test_a_township_with_a_program_of_its_own_does_not_either(land: Land, both: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pairing.revoke(land.county.ledger, both.ledger.me.device)
    land.rest(both)
    monkeypatch.setattr(revocation, "above", lambda *of: False)
    pairing.confirm(land.town.ledger, both.ledger.me.device)
    assert not land.go(land.town).level
    assert (state(land.county, both), waits(land.county)) == ("revoked", [(quarantine.OFFICE, 1)])


def test_two_offices_at_once_leave_it_shut_out_until_both_are_answered(land: Land, both: Workspace) -> None:
    device = both.ledger.me.device
    pairing.revoke(land.county.ledger, device)
    pairing.revoke(land.town.ledger, device)
    pairing.confirm(land.town.ledger, device)  # it has not heard of the county's word
    land.rest(both)
    assert (state(land.county, both), state(land.town, both)) == ("revoked", "revoked")
    assert waits(land.county) == []


def test_neither_a_laptop_nor_another_township_shuts_anybody_out(land: Land, both: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    far, two = land.other_town(), land.laptop("two")
    away = land.laptop("away", AWAY, far)
    land.join(away, land.county, AWAY)
    land.rest()
    monkeypatch.setattr(revocation, "speaks", lambda ledger: True)
    revocation.shut_out(two.ledger, [both.ledger.me.device])
    assert not land.go(two).level
    assert (state(land.town, both), waits(land.town)) == ("granted", [(quarantine.OFFICE, 1)])
    revocation.shut_out(land.town.ledger, [away.ledger.me.device])
    revocation.shut_out(land.town.ledger, [land.county.ledger.me.device])
    land.go(land.town)
    assert (state(land.county, away), waits(land.county)) == ("granted", [(quarantine.AREA, 2)])


def test_who_holds_the_disk_is_shut_out_as_what_it_was_and_as_what_it_becomes(land: Land, both: Workspace, refused: Refused) -> None:
    older = land.copy(both, "older")
    land.join(older, land.county, STONE)
    renew(both.ledger, both.keys)
    now = Workspace.open(both.folder, "practice")
    assert now.ledger.me.device != older.ledger.me.device
    land.above[id(now)] = land.town
    land.go(now)
    pairing.revoke(land.town.ledger, now.ledger.me.device)
    land.go(land.town)
    for ws in (now, older):
        for office in (land.town, land.county):
            with refused("peer.revoked"):
                land.go(ws, office)


def test_a_copy_that_pairs_anew_is_known_as_kin(land: Land, both: Workspace, refused: Refused) -> None:
    """It comes with an invitation instead of saying whom it continues by a hello; a made-up forefather counts for nothing."""
    import msgspec

    from app.sync import seal
    from app.sync.spelled import unspell

    first = land.copy(both, "copied")
    renew(first.ledger, first.keys)
    copied = Workspace.open(first.folder, "practice")
    land.above[id(copied)] = land.town
    assert copied.ledger.me.device != both.ledger.me.device
    land.join(copied, land.town, STONE)
    stranger = land.make("stranger", STONE)
    told = unspell(pairing.invite(land.town, STONE), pairing.TOKEN + seal.PIN)
    assert told is not None
    keys, me = seal.new_device_keys(), stranger.ledger.me
    step = Succession(both.ledger.me.device, me.device, 1, "ab" * 32, stranger.keys.sign_public, stranger.keys.age_public)
    step = msgspec.structs.replace(step, signature=keys.signature(step.message()).hex())
    lie = msgspec.structs.replace(pairing.ask_of(stranger, told[:pairing.TOKEN]), was=[Was(step, keys.sign_public)])
    pairing.answer(land.town, msgspec.structs.replace(lie, signature=stranger.keys.signature(lie.message()).hex()), yes=True)
    pairing.revoke(land.town.ledger, both.ledger.me.device)
    with refused("peer.revoked"):
        land.go(copied)
    assert state(land.town, stranger) == "granted"


def test_who_waits_to_be_confirmed_is_only_not_let_in_here(land: Land) -> None:
    from app.sync import seal
    from app.sync.spelled import unspell

    one = land.make("one", STONE)
    told = unspell(pairing.invite(land.town, STONE), pairing.TOKEN + seal.PIN)
    assert told is not None
    assert pairing.answer(land.town, pairing.ask_of(one, told[:pairing.TOKEN]), yes=False).state == "pending"
    pairing.revoke(land.town.ledger, one.ledger.me.device)
    assert state(land.town, one) == "revoked"
    assert revocation.words(land.town.ledger) == []


def test_a_word_of_another_shape_is_a_letting_in_of_nobody(land: Land, both: Workspace) -> None:
    from app.models.declaring import declare

    declare(land.town.ledger, "revoke", "device", both.ledger.me.device, {"shut": "yes", "upto": {"a": 1}})
    assert revocation.standing(land.town.ledger) == {}
    declare(land.town.ledger, "revoke", "device", both.ledger.me.device, {"shut": True, "upto": ["x", None]})
    assert revocation.standing(land.town.ledger)[both.ledger.me.device][0].upto == (0, "")
    land.rest(both)
    assert state(land.county, both) == "revoked"


def test_a_later_edit_of_its_record_does_not_let_it_in(land: Land, both: Workspace) -> None:
    device = both.ledger.me.device
    pairing.revoke(land.town.ledger, device)
    land.town.ledger.write([Write("device", {"status": "active"}, rec=device)], source="screen")
    land.rest(both)
    assert state(land.county, both) == "revoked"
