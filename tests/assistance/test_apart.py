"""Two laptops apart: whatever each does with batches, fairs and calls, in whatever order they meet, both say the same afterwards."""
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assistance import batches, fairs, follow_ups
from app.assistance.records import Records
from app.assistance.roll import read
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.spells import spells
from tests.assistance.conftest import DAY, figures, pid
from tests.assistance.test_batches import give
from tests.assistance.work import AWAY, employer, post, postid, seekers

PEOPLE = 3
Deed = tuple[str, int, int]  # what, where (laptop), who
deeds = st.lists(st.tuples(st.sampled_from(["on", "off", "board", "arrive", "not", "call", "left", "door", "agree", "meet"]), st.integers(0, 1),
                           st.integers(0, PEOPLE - 1)), max_size=12)


def do(ledger: Ledger, what: str, who: str, batch: str, fair: str) -> None:
    """Do one thing as a person would; what is refused changes nothing."""
    line = batches.member_id(batch, who)
    before = ledger.digest(strict=True)
    try:
        match what:
            case "on":
                batches.put_on(ledger, batch, [who], {who: {"post_id": postid("P1")}})
            case "off":
                batches.take_off(ledger, line, "不走了")
            case "board":
                batches.board(ledger, [line] if any(m.id == line for m in batches.one(ledger, batch).members) else [])
            case "arrive":
                batches.arrive(ledger, batch, [line], DAY)
            case "not":
                if any(m.id == line for m in batches.one(ledger, batch).members):
                    batches.not_arrived(ledger, line, "没来")
            case "call":
                follow_ups.no_change(ledger, who, on=DAY)
            case "left":
                follow_ups.left(ledger, who, last=DAY, reason="2", on=DAY)
            case "door":
                fairs.check_in(ledger, fair, who)
            case "agree":
                fairs.intend(ledger, fair, who, [postid("P1")])
    except Problem:
        assert ledger.digest(strict=True) == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(deeds)
def test_both_say_the_same_once_they_have_met(make: Callable[[], Ledger], some: list[Deed]) -> None:
    both = make(), make()
    both[0].write([*seekers(PEOPLE), employer(), post("P1")], source="test")
    batch = batches.plan(both[0], {"batch_no": "1", "depart_at": "2026-11-20", "to_area_id": AWAY, "seats": 2})
    fair = fairs.plan(both[0], {"name": "专场", "on": "2026-11-20", "fair_kind": "1"})
    give(both[0], both[1])
    for what, where, who in some:
        if what == "meet":
            give(both[where], both[1 - where])
        else:
            do(both[where], what, pid(f"q{who}"), batch, fair)
    give(*both)
    give(both[1], both[0])
    seen = []
    for ledger in both:
        records = Records(ledger.db.conn)
        roll = read(records)
        there, come = batches.one(ledger, batch), fairs.read(records, roll, fair)[0]
        seen.append((ledger.digest(strict=True), there, come, follow_ups.calls(records, roll, "2027-03-01"),
                     figures(ledger).report("").cells))
        assert ledger.verify().ok
        assert len({m.person for m in there.members}) == len(there.members) and len({v.person for v in come.visitors}) == len(come.visitors)
        assert (there.free is not None and there.free < 0) == any("座坐了" in words for words in batches.findings(there))
        for m in there.members:
            if m.arrived:
                assert any(s.values.get("batch_id") == batch for s in spells(ledger, m.person)), "who arrived has worked"
    assert seen[0] == seen[1]
