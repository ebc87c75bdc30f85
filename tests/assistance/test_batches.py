"""Batches: seats, one batch a day, and that work begins on arrival, in words where it is refused."""
import pytest

from app.assistance import batches
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.spells import current, spells
from tests.assistance.conftest import DAY, cells, person, pid
from tests.assistance.work import AWAY, employer, post, postid, seekers

GOES = "2026-11-20 08:00"


@pytest.fixture
def town(ledger: Ledger) -> Ledger:
    ledger.write([*seekers(6), employer(), post("P1")], source="test")
    return ledger


def planned(town: Ledger, no: str = "2026-01", **values: object) -> str:
    return batches.plan(town, {"batch_no": no, "depart_at": GOES, "to_area_id": AWAY, "seats": 4, **values})


def put_on(town: Ledger, batch: str, *codes: str, **more: object) -> list[str]:
    return batches.put_on(town, batch, [pid(c) for c in codes], {pid(c): {"post_id": postid("P1"), **more} for c in codes})


def refused(key: str, do: object, *args: object, **named: object) -> str:
    with pytest.raises(Problem) as trouble:
        do(*args, **named)  # type: ignore[operator]
    assert trouble.value.key == key
    return trouble.value.zh


def test_families_take_seats_and_a_full_bus_is_refused_in_words(town: Ledger) -> None:
    batch = planned(town)
    put_on(town, batch, "q0", "q1", companions=1)
    before = town.digest()
    words = refused("batch.full", put_on, town, batch, "q2")
    assert words == "2026-01 批次 4 座，已坐 4 人（其中随行家属 2 人），再上 1 人坐不下。换大车，或分到另一批。"
    assert town.digest() == before
    refused("batch.full", batches.change_line, town, batches.member_id(batch, pid("q0")), {"companions": 2})
    batches.change_line(town, batches.member_id(batch, pid("q0")), {"companions": 0})
    put_on(town, batch, "q2")
    assert batches.one(town, batch).free == 0


def test_somebody_travels_in_one_batch_a_day(town: Ledger) -> None:
    first, second, later = planned(town), planned(town, "2026-02"), planned(town, "2026-03", depart_at="2026-11-21")
    put_on(town, first, "q0")
    assert "当天已经在 2026-01 批次" in refused("batch.two", put_on, town, second, "q1", "q0")
    assert not batches.one(town, second).members, "all of them or none"
    put_on(town, later, "q0")
    batches.take_off(town, batches.member_id(first, pid("q0")), "改坐下一批")
    put_on(town, second, "q0")
    batches.take_off(town, batches.member_id(second, pid("q0")), "又改回来")
    assert put_on(town, first, "q0") == [batches.member_id(first, pid("q0"))], "the same line comes back"
    assert [m.person for m in batches.one(town, first).members] == [pid("q0")]


def test_a_cancelled_batch_keeps_nobody_from_another(town: Ledger) -> None:
    first, second = planned(town), planned(town, "2026-02")
    put_on(town, first, "q0")
    batches.cancel(town, first)
    put_on(town, second, "q0")
    assert "已取消" in refused("batch.closed", put_on, town, first, "q1")


def test_children_travel_as_family(town: Ledger) -> None:
    town.write([person("kid", "Q0", "2011-01-01")], source="test")
    assert "随行家属人数" in refused("batch.child", put_on, town, planned(town), "kid")


def test_boarding_is_not_work_and_arrival_is(town: Ledger) -> None:
    batch = planned(town)
    lines = put_on(town, batch, "q0", "q1", "q2", agreed_wage=5000, contract_signed=True)
    batches.board(town, lines)
    batches.depart(town, batch)
    found = cells(town)
    assert (found.get("C1", 0), found["D1"], found.get("G2", 0), found["E2_end"]) == (0, 6, 0, 6)
    batches.arrive(town, batch, lines[:2], "2026-11-21")
    batches.not_arrived(town, lines[2], "家里有事")
    found = cells(town)
    assert (found["C1"], found["C2"], found["D1"], found["G1"], found["G2"], found["F5"]) == (2, 2, 4, 1, 2, 2)
    there = batches.one(town, batch)
    assert (there.boarded, there.arrived, len(there.missing), there.state) == (3, 2, 1, batches.ARRIVED)
    held = current(town, pid("q0"))
    assert held is not None and held.n == 2
    assert {name: held.values.get(name) for name in ("start_date", "employer_name", "work_area_level", "monthly_income", "contract",
                                                     "point_to_point", "batch_id", "post_id", "industry")} == {
        "start_date": "2026-11-21", "employer_name": "练习E1电子厂", "work_area_level": "4", "monthly_income": 5000, "contract": "1",
        "point_to_point": True, "batch_id": batch, "post_id": postid("P1"), "industry": "C"}
    before = spells(town, pid("q0"))[0].values
    assert (before["end_date"], before["end_reason"]) == ("2026-11-21", "9")
    batches.hand_over(town, batch)


def test_arrival_told_twice_changes_nothing(town: Ledger) -> None:
    batch = planned(town)
    lines = put_on(town, batch, "q0")
    batches.arrive(town, batch, lines, "2026-11-21")
    strict = town.digest(strict=True)
    batches.arrive(town, batch, lines, "2026-11-22")
    assert town.digest(strict=True) == strict
    assert "离岗请在回访里登记" in refused("batch.arrived", batches.take_off, town, lines[0], "走了")
    refused("batch.arrived", batches.not_arrived, town, lines[0], "没来")
    refused("batch.arrived", batches.cancel, town, batch)


def test_nobody_arrives_before_leaving_nor_is_handed_over_unsaid(town: Ledger) -> None:
    batch = planned(town)
    lines = put_on(town, batch, "q0", "q1")
    refused("batch.early", batches.arrive, town, batch, lines, "2026-11-19")
    batches.arrive(town, batch, lines[:1], "2026-11-20")
    assert "还有 1 人" in refused("batch.awaited", batches.hand_over, town, batch)
    refused("batch.reason", batches.not_arrived, town, lines[1], " ")


def test_what_a_batch_needs(town: Ledger) -> None:
    refused("batch.least", batches.plan, town, {"batch_no": "1", "depart_at": GOES})
    refused("batch.depart", batches.plan, town, {"batch_no": "1", "depart_at": "明天", "to_area_id": AWAY})
    planned(town)
    refused("batch.twice", planned, town)


def test_two_laptops_fill_the_last_seat_and_the_batch_says_so(make: object) -> None:
    one, other = make(), make()  # type: ignore[operator]
    one.write([*seekers(3), employer(), post("P1")], source="test")
    batch = planned(one, seats=2)
    put_on(one, batch, "q0")
    give(one, other)
    put_on(one, batch, "q1")
    put_on(other, batch, "q2")
    give(one, other)
    give(other, one)
    assert one.digest() == other.digest() and not one.conflicts()
    assert batches.findings(batches.one(other, batch)) == ["2 座坐了 3 人：两台电脑各加了人。取下 1 人，或换大车。"]


def test_the_same_arrival_on_two_laptops_is_one_spell(make: object) -> None:
    one, other = make(), make()  # type: ignore[operator]
    one.write([*seekers(1), employer(), post("P1")], source="test")
    lines = put_on(one, batch := planned(one), "q0")
    give(one, other)
    for ledger in (one, other):
        batches.arrive(ledger, batch, lines, DAY)
    give(one, other)
    give(other, one)
    assert one.digest() == other.digest() and not one.conflicts()
    assert [s.n for s in spells(one, pid("q0"))] == [1, 2]


def test_everybody_gets_a_seat_number(town: Ledger) -> None:
    batch = planned(town)
    put_on(town, batch, "q0", seat="2")
    put_on(town, batch, "q1", "q2")
    pairs = batches.numbered(there := batches.one(town, batch))
    assert sorted(seat for _, seat in pairs) == ["1", "3"]
    assert [m.seat for m in batches.seated(there, pairs).members] == ["1", "2", "3"]


def give(one: Ledger, other: Ledger) -> None:
    other.merge(one.changes([row[2] for row in one.feed(0, 10**6)]))


def test_who_is_put_on_again_begins_with_nothing_and_an_old_page_puts_nobody_on(town: Ledger) -> None:
    batch = planned(town)
    line, = put_on(town, batch, "q0", companions=2)
    batches.take_off(town, line, "家里有事")
    for do in (lambda: batches.board(town, [line]), lambda: batches.assign(town, [line], postid("P1")), lambda: batches.depart(town, batch, [line]),
               lambda: batches.change_line(town, line, {"seat": "3"})):  # from a page that still shows the line
        refused("batch.off", do)
    put_on(town, batch, "q0")
    assert batches.one(town, batch).free == 3 and not town.conflicts()
