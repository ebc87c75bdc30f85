"""Vouchers: an office that lost its store takes back what it had accepted, and nobody smuggles anything in with them."""
from pathlib import Path

import msgspec

from app.models.change import Change, hash_of, header_bytes
from app.models.ledger import Write
from app.sync import outgoing, peers, quarantine, segment, voucher
from app.sync.desk import Desk
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.voucher import Voucher
from app.sync.workspace import Workspace
from tests.sync.offices import AWAY, CLOUD, STONE, TOWN, Land, edit, move, payloads, person
from tests.sync.test_directed import back
from tests.sync.test_intake import following


def kept(ws: Workspace) -> list[Voucher]:
    logs = {row[0] for row in ws.ledger.db.conn.execute("SELECT log FROM voucher")}
    return voucher.kept(ws.ledger, [c for c in ws.ledger.changes(sorted(cids(ws))) if c.log in logs], ())


def cids(ws: Workspace) -> set[str]:
    return {row[0] for row in ws.ledger.db.conn.execute("SELECT cid FROM change")}


def hand_up(laptop: Workspace, office: Workspace, changes: list[Change], vouchers: list[Voucher], seals: list[segment.Seal] = []) -> int:  # noqa: B006
    """Push these changes as this laptop would, with whatever it likes to say of them; returns how many were let in."""
    me = laptop.ledger.me
    about = segment.About(sender=me.device, instance=me.instance, to=office.ledger.me.device, seals=seals, vouchers=vouchers)
    sender = peers.peer(office.ledger, me.device)
    assert sender is not None
    return Desk().push(office, sender, segment.pack(about, changes, laptop.keys)).new


def listed(one: Voucher, change: Change) -> Voucher:
    """Return the voucher as it is handed back, with the hash of its run."""
    return msgspec.structs.replace(one, hashes=(hash_of(header_bytes(change)),))


def whys(office: Workspace) -> list[str]:
    return [row[0] for row in office.ledger.db.conn.execute("SELECT why FROM quarantine ORDER BY why")]


def test_an_office_put_back_to_its_first_day_gets_everything_back_without_anybodys_release(land: Land) -> None:
    one, two, wide = land.laptop("one"), land.laptop("two", CLOUD), land.laptop("wide", TOWN)
    first_day = land.copy(land.town, "first-day")
    del land.above[id(first_day)]
    recs = []
    for round_ in range(3):  # two's log goes to both villages, so that what one is served of it is in pieces
        recs += [person(ws, place) for ws, place in ((one, STONE), (two, CLOUD), (two, CLOUD), (wide, STONE), (wide, CLOUD))]
        land.rest()
        edit(two, recs[1], f"1390000001{round_}")
        move(wide, recs[2], CLOUD if round_ % 2 else STONE)
        recs.append(land.town.ledger.write([Write("person", {"full_name": "练习丁"}, rec=f"{round_:032x}", place=STONE)], source="screen").ids[0])
    land.rest()
    digest, whole = land.town.ledger.digest(), {rec: payloads(land.town, rec) for rec in recs}
    land.town = back(land, land.town, first_day)
    county = land.above.pop(id(land.town))
    assert land.town.ledger.me.device != peers.the_hub(one.ledger).device  # it goes on as a new device with the keys of the old
    for ws in (one, two, wide):
        land.above[id(ws)] = land.town
    land.go(one)  # the county is away, the authors' own laptops too
    assert whys(land.town) == []
    assert all(payloads(land.town, rec) == payloads(one, rec) for rec in recs)
    for ws in (two, wide, one):
        land.go(ws)
    assert whys(land.town) == []
    assert {rec: payloads(land.town, rec) for rec in recs} == whole
    assert land.town.ledger.digest() == digest
    land.above[id(land.town)] = county
    land.rest()
    land.check()


def test_an_office_put_back_takes_back_its_own_words_though_one_between_them_has_left_the_laptop(land: Land) -> None:
    one = land.laptop("one")
    first_day = land.copy(land.town, "first-day")
    del land.above[id(first_day)]
    leaves, stays = person(land.county, STONE), person(land.county, STONE)
    land.rest()
    words = [edit(land.town, stays, "13900000031"), edit(land.town, leaves, "13900000032"), edit(land.town, stays, "13900000033")]
    land.go(one)  # one run, sealed at its end
    move(land.county, leaves, CLOUD)
    land.rest()
    assert words[1] not in cids(one) and {words[0], words[2]} <= cids(one)
    land.town = back(land, land.town, first_day)
    land.above[id(one)] = land.town
    del land.above[id(land.town)]  # the county is away
    land.go(one)
    assert whys(land.town) == []
    assert {words[0], words[2]} <= cids(land.town)


def test_an_office_that_lost_a_wider_grant_too_takes_back_what_it_had_signed_for_under_it(land: Land) -> None:
    one = land.laptop("one", STONE)
    first_day = land.copy(land.town, "first-day")
    del land.above[id(first_day)]
    land.join(one, land.town, TOWN)
    rec = person(land.town, CLOUD)
    land.rest()
    edit(one, rec, "13900000021")
    land.rest()
    land.town = back(land, land.town, first_day)
    land.above[id(one)] = land.town
    del land.above[id(land.town)]  # the county is away
    land.go(one)
    assert whys(land.town) == []  # its grant is for its own village again; the receipt is the office's word of what it had
    assert payloads(land.town, rec) == 2


def test_a_voucher_covers_its_run_and_not_what_was_kept_aside_before_it(land: Land) -> None:
    one, two = land.laptop("one"), land.laptop("two", STONE)
    land.rest()
    aside = person(two, AWAY)  # beyond its grant: the office keeps it aside
    good = person(two, STONE)
    land.go(two), land.go(one)
    assert whys(land.town) == ["area"]
    held = {rec: two.ledger.changes_of_root(rec) for rec in (aside, good)}
    vouchers = kept(one)
    [about] = [v for v in vouchers if v.last == held[good][0].seq and v.log == two.ledger.me.log]
    assert about.first == about.last
    assert hand_up(one, land.town, [*held[aside], *held[good]], vouchers) == 0
    assert whys(land.town) == ["area", "area"]  # it is two's own word, and two may not say it
    stretched = msgspec.structs.replace(about, first=about.first - 1, hashes=(hash_of(header_bytes(held[aside][0])), *about.hashes))
    assert hand_up(one, land.town, [*held[aside], *held[good]], [stretched]) == 0
    assert payloads(land.town, aside) == 0


def test_a_neighbour_cannot_carry_in_what_its_author_may_not_say(land: Land) -> None:
    one, two = land.laptop("one"), land.laptop("two", STONE)
    land.rest()
    beyond = two.ledger.changes_of_root(person(two, AWAY))
    own = segment.seal_of(two.keys, two.ledger.me.log, *two.ledger.log_end(), peers.moment())
    assert hand_up(one, land.town, beyond, [], [own]) == 0
    assert whys(land.town) == ["area"]
    assert quarantine.waiting(land.town.ledger)[0].name == "one"


def test_nobody_makes_vouchers_but_the_office(land: Land) -> None:
    one, two = land.laptop("one"), land.laptop("two", STONE)
    person(two, STONE)
    land.rest()
    forged = following(two)
    for keys in (one.keys, two.keys):
        assert hand_up(one, land.town, [forged], [listed(v, forged) for v in voucher.given(keys, [forged], peers.moment())]) == 0
    [real] = voucher.given(land.town.keys, [forged], peers.moment())
    real = listed(real, forged)
    for bent in (msgspec.structs.replace(real, first=real.first - 1), msgspec.structs.replace(real, signature="00" * 64),
                 msgspec.structs.replace(real, signature="xyz")):
        assert hand_up(one, land.town, [forged], [bent]) == 0
    altered = msgspec.structs.replace(forged, area=AWAY)
    assert hand_up(one, land.town, [altered], [real]) == 0
    assert set(whys(land.town)) == {"unsealed"}
    assert hand_up(one, land.town, [forged], [real]) == 1  # and what the office did sign goes in


def test_what_the_office_lets_go_out_it_vouches_for_by_runs(land: Land) -> None:
    one, two = land.laptop("one"), land.laptop("two", STONE)
    for _ in range(20):
        person(two, STONE)
    land.rest()
    told = [v for v in kept(one) if v.log == two.ledger.me.log]
    assert all(v.holds() for v in told)
    assert sum(v.last - v.first + 1 for v in told) >= 20
    assert len(told) <= 3
    its = [c.cid for c in sorted(two.ledger.changes(sorted(cids(two))), key=lambda c: c.seq) if c.log == two.ledger.me.log]
    assert outgoing.handed_up(one, its) == its[::-1]  # a neighbour's, its seal first
    assert outgoing.handed_up(two, its[::-1]) == its


def test_a_stick_of_everything_brings_an_office_back_what_it_had_given(land: Land, tmp_path: Path) -> None:
    one = land.laptop("one")
    copy = land.copy(land.town, "copy")
    rec = person(land.town, STONE)
    assert land.go(one).level
    export_stick(one, tmp_path / "last.leye")
    export_stick(one, tmp_path / "all.leye", "all")
    town = back(land, land.town, copy)
    import_stick(town, tmp_path / "last.leye")
    assert payloads(town, rec) == 0  # what came from the office is not asked for
    import_stick(town, tmp_path / "all.leye")
    assert payloads(town, rec) == 1
