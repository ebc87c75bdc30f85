"""Beyond one's grant: another's village, another's name, a dossier drawn into one's own area, a laptop that is not let in."""
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.models import clock
from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import pairing, peers
from app.sync.desk import Desk
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from tests.hostile.attacker import Attacker
from tests.sync.conftest import Make, Refused
from tests.sync.offices import CLOUD, STONE


def test_his_own_goes_in(attacker: Attacker) -> None:
    assert attacker.push(attacker.next()).new == 1
    assert attacker.whys() == []


def test_anothers_dossier_is_not_his_because_he_says_so(attacker: Attacker) -> None:
    """The area of a change is his own word; where the dossier has lived is not."""
    said = attacker.push(attacker.next(rec=attacker.person, root=attacker.person, area=STONE))
    assert (said.new, attacker.whys()) == (0, ["area"])
    attacker.nothing_changed()


def test_a_dossier_is_not_moved_in_order_to_reach_it(attacker: Attacker) -> None:
    grab = attacker.next(rec=attacker.person, root=attacker.person, area=STONE, place=STONE, fields=(), payload={})
    assert (attacker.push(grab).new, attacker.whys()) == (0, ["area"])
    attacker.nothing_changed()
    attacker.sync(attacker.mine)
    assert attacker.mine.ledger.get(attacker.person) is None


def test_anothers_record_is_not_written_through_ones_own_dossier(attacker: Attacker) -> None:
    assert (attacker.push(attacker.next(rec=attacker.person, root=attacker.own)).new, attacker.whys()) == (0, ["area"])
    attacker.nothing_changed()


def test_an_accomplice_carries_no_further_than_the_grant_of_who_wrote_it(attacker: Attacker, make: Make) -> None:
    """He writes beyond his area on one laptop and sends it by a second one, whose area it is."""
    second = make("second", CLOUD)
    attacker.join(second, CLOUD)
    beyond = attacker.next(rec=attacker.person, root=attacker.person)
    writer, attacker.mine = attacker.mine, second
    said = attacker.push(beyond, sealed_by=writer)
    assert (said.new, attacker.whys()) == (0, ["area"])
    attacker.nothing_changed()


def test_a_foreign_name_is_not_his_because_he_wrote_to_its_record(attacker: Attacker) -> None:
    name = attacker.victim.ledger.me.user
    touched = attacker.next(type="staff_user", rec=name, root=name, payload={"phone": "13900001111"})
    signed = attacker.next(after=touched, author=name)
    assert attacker.push(touched, signed).new == 0
    assert set(attacker.whys()) <= {"area", "author"}
    attacker.nothing_changed()


def test_a_colleague_he_added_may_write(attacker: Attacker) -> None:
    made = attacker.mine.ledger.write([Write("staff_user", {"name": "练习员乙", "role": "enumerator", "active": True}, place=STONE)],
                                      source="setup")
    attacker.mine.ledger.write([Write("person", {"phone": "13900002222"}, rec=attacker.own)], source="screen", author=made.ids[0])
    assert attacker.sync(attacker.mine).level
    assert attacker.whys() == []


def test_a_moved_dossier_can_still_be_written_where_it_came_from(attacker: Attacker) -> None:
    attacker.mine.ledger.write([Write("person", {}, rec=attacker.own, place=CLOUD)], source="screen")
    assert attacker.sync(attacker.mine).level
    attacker.mine.ledger.write([Write("person", {"phone": "13900003333"}, rec=attacker.own)], source="screen")
    attacker.sync(attacker.mine)
    assert attacker.whys() == []


@pytest.mark.parametrize("years", [0, -30])
def test_a_revoked_laptop_gains_nothing_by_its_clock(attacker: Attacker, refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                     years: int) -> None:
    """By network it is refused; by stick what it wrote waits, whatever date it bears; an accomplice carries nothing either."""
    pairing.revoke(attacker.office.ledger, attacker.mine.ledger.me.device)
    attacker.before = attacker.office.ledger.digest(strict=True)  # with the word itself
    with monkeypatch.context() as then:
        then.setattr(clock.source, "read", lambda: datetime.now(UTC) + timedelta(days=365 * years))
        attacker.mine.ledger.write([Write("person", {"phone": "13900004444"}, rec=attacker.own)], source="screen")
        export_stick(attacker.mine, tmp_path / "late.leye", "all")
    with refused("peer.revoked"):
        attacker.sync(attacker.mine)
    assert import_stick(attacker.office, tmp_path / "late.leye").aside == 1
    attacker.nothing_changed()
    late = attacker.next()
    writer, attacker.mine = attacker.mine, attacker.victim
    assert attacker.push(late, sealed_by=writer).new == 0
    assert set(attacker.whys()) == {"revoked"}
    attacker.nothing_changed()


@pytest.mark.parametrize("years", [0, -30])
def test_a_revoked_laptop_gains_nothing_at_the_office_above(attacker: Attacker, make: Make, refused: Refused, tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    """His own office has shut him out and the county has heard: neither he, nor a stick meant for his office, nor an accomplice
    carries in what he writes with his clock set back, or numbers anew before the place that had been accepted."""
    county = make("county", "529999000000", "county")
    above = Attacker.__new__(Attacker)
    above.office, above.mine, above.victim, above.own, above.desk = county, attacker.mine, attacker.victim, attacker.own, Desk(yes=True)
    for ws, area in ((attacker.office, "529999001000"), (attacker.mine, STONE), (attacker.victim, CLOUD)):
        above.join(ws, area)
    assert above.sync(attacker.office).level and above.sync(attacker.mine).level and above.sync(attacker.victim).level
    me = attacker.mine.ledger.me.device
    last = max((c for c in attacker.mine.ledger.changes_of_root(attacker.own) if c.log == me), key=lambda c: c.seq)
    anew = msgspec.structs.replace(attacker.next(after=last), seq=last.seq, prev=last.prev)
    pairing.revoke(attacker.office.ledger, me)
    assert above.sync(attacker.office).level
    above.before = county.ledger.digest(strict=True)
    with monkeypatch.context() as then:
        then.setattr(clock.source, "read", lambda: datetime.now(UTC) + timedelta(days=365 * years))
        attacker.mine.ledger.write([Write("person", {"phone": "13900004444"}, rec=attacker.own)], source="screen")
        export_stick(attacker.mine, tmp_path / "late.leye", "all")
    with refused("peer.revoked"):
        above.sync(attacker.mine)
    assert import_stick(county, tmp_path / "late.leye").aside > 0
    above.nothing_changed()
    writer, above.mine = attacker.mine, attacker.victim
    assert above.push(attacker.next(), sealed_by=writer).new == 0
    assert above.push(anew, sealed_by=writer).new == 0
    assert set(above.whys()) == {"revoked"}
    above.nothing_changed()


def test_a_laptop_that_waits_to_be_confirmed_says_nothing_by_stick(attacker: Attacker, make: Make, refused: Refused, tmp_path: Path) -> None:
    waiting = make("waiting", STONE)
    attacker.join(waiting, STONE, yes=False)
    export_stick(waiting, tmp_path / "early.leye")
    with refused("stick.pending"):
        import_stick(attacker.office, tmp_path / "early.leye")
    attacker.nothing_changed()
    pairing.confirm(attacker.office.ledger, waiting.ledger.me.device)
    assert import_stick(attacker.office, tmp_path / "early.leye").changes > 0


def test_an_id_that_has_not_arrived_yet_cannot_be_taken(attacker: Attacker) -> None:
    """He learned the id of a change the victim has not sent: both stand, neither is lost, and nobody is told that all is well."""
    cid = attacker.victim.ledger.write([Write("person", {"phone": "13900008888"}, rec=attacker.person)], source="screen").cids[0]
    assert attacker.push(attacker.next(cid=cid)).new == 1
    done = attacker.sync(attacker.victim)
    assert not done.level
    assert (done.aside, attacker.whys()) == (1, ["forged id"])
    assert attacker.victim.ledger.only_here() == 1  # never green
    assert attacker.victim.ledger.get(attacker.person).values["phone"] == "13900008888"  # type: ignore[union-attr]
    assert attacker.victim.ledger.verify().ok and attacker.office.ledger.verify().ok


def test_a_laptop_cannot_take_the_id_of_another(attacker: Attacker, make: Make, refused: Refused) -> None:
    """Neither of a peer nor of a laptop that only an office below has vouched for."""
    thief = make("thief", STONE)
    peers.key_of(attacker.office.ledger, attacker.victim.ledger.me.device)
    with refused("pair.clone"):
        attacker.join(thief, STONE, device=attacker.victim.ledger.me.device)
    known = "c" * 32
    attacker.office.ledger.db.conn.execute("INSERT INTO log_key VALUES (?,?,?)", (known, "ab" * 32, "an office below"))
    attacker.office.ledger.db.conn.commit()
    with refused("pair.clone"):
        attacker.join(thief, STONE, device=known)
    assert peers.peer(attacker.office.ledger, known) is None


def test_a_registration_that_comes_after_its_move_goes_in(attacker: Attacker) -> None:
    """The move may come another way, and first: the dossier is known to live elsewhere, and who registered it is still believed."""
    rec = new_id()
    made = attacker.next(rec=rec, root=rec, area=STONE, place=STONE, payload={"full_name": "练习丙"})
    moved = attacker.victim.ledger.write([Write("person", {}, rec=rec, place=CLOUD, seen={})], source="screen")
    header = attacker.victim.ledger.changes(moved.cids)[0]
    attacker.office.ledger.merge([msgspec.structs.replace(header, seen={made.cid: ["_place"]})])
    edited = attacker.next(after=made, rec=rec, root=rec, area=STONE, seen={made.cid: ["phone"]})
    assert (attacker.push(edited, made).new, attacker.whys()) == (2, [])


def test_a_dossier_of_which_only_a_later_move_is_known_is_registered_by_whom_that_move_names(attacker: Attacker) -> None:
    rec = new_id()
    made = attacker.victim.ledger.write([Write("person", {"full_name": "练习丙"}, rec=rec, place=CLOUD)], source="screen").cids
    moved = attacker.victim.ledger.write([Write("person", {}, rec=rec, place=CLOUD[:-1] + "9")], source="screen").cids
    attacker.office.ledger.merge(attacker.victim.ledger.changes(moved))
    grab = attacker.next(rec=rec, root=rec, area=STONE, place=STONE, payload={"full_name": "练习丁"})
    named = attacker.next(after=grab, area=STONE, place=STONE, seen={grab.cid: ["_place"]}, fields=(), payload={})
    assert attacker.push(grab, named).new == 1  # his own dossier's move names it for nothing
    assert attacker.whys() == ["area"]
    assert attacker.sync(attacker.victim).level
    assert attacker.office.ledger.changes(made)
    assert attacker.office.ledger.get(rec).place == CLOUD[:-1] + "9"  # type: ignore[union-attr]
