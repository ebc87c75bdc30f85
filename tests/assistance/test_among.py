"""Who can be on a list: a page that reads those alone shows what it would show of everybody; in generated worlds, on any day, whatever came."""
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assistance import among, fairs, follow_ups, public_posts, roll, services, stays
from app.assistance.records import Records
from app.models import clock, links, office
from app.models.identity import spell_id
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.assistance.conftest import OTHER_SITE, TOWN, hid, home, job, person, pid
from tests.oversight.test_kept import happen
from tests.oversight.worlds import PEOPLE, STEPS, beginning, edit, made, spells

Lists = dict[str, tuple[Callable[[Records, str], set[str]], Callable[[Records, roll.Roll, str, bool], Any]]]
SINCE = STEPS[9]
LISTS: Lists = {
    "calls": (among.due, lambda r, whole, on, some: follow_ups.calls(r, whole, on, some=some)),
    "stays": (lambda r, _: among.brought(r, SINCE), lambda r, whole, on, _: stays.stays(r, whole, on, SINCE)),
    "waiting": (among.waiting, lambda r, whole, on, _: services.had(r, whole, on, SINCE)),
    "courses": (lambda r, _: among.who_came(r, "service_attendance"), lambda r, whole, on, _: services.read(r, whole, on)),
    "fairs": (lambda r, _: among.who_came(r, "fair_attendance"), lambda r, whole, _on, _: fairs.read(r, whole)),
    "public posts": (lambda r, _: among.in_public_posts(r), lambda r, whole, on, _: public_posts.quotas(r, whole, on)),
    "local work": (lambda r, _: among.at_local_work(r), lambda r, whole, on, _: [
        (one.source, one.employer, sorted(one.people)) for one in public_posts.local(r, whole, on)])}


def odd(rng: Random) -> Write:
    """Return a spell such as other programs write them: days that are none, months, nothing said, times to come."""
    days = ("2026-05", "2026-02-30", "", "31.5.2026", None, "2027-01-31", "2026-01-31", *STEPS[-3:])
    values = {name: rng.choice(days) for name in rng.sample(("start_date", "as_of", "end_date"), 2)}
    last = list(spells(rng, rng.choice(PEOPLE)))[-1]
    return Write("placement", {**last.values, "work_area_level": rng.choice(("3", "4", None)), **values}, rec=last.rec)


@settings(max_examples=14, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_whoever_belongs_on_a_list_is_among_those_who_are_read(tmp_path_factory: Any, seed: int) -> None:
    rng, read = Random(seed), clock.source.read
    clock.source.read = lambda: datetime(2026, 2, 2, 12, 0, tzinfo=UTC)  # type: ignore[method-assign]
    ledger = Ledger.create(Path(tmp_path_factory.mktemp("among")) / "1.db", bytes(32), area=TOWN, device_name="d", user_name="杨练",
                           role="township", practice=True)
    try:
        ledger.write(beginning(rng), source="test")
        ledger.write([write for code in PEOPLE for write in spells(rng, code)] + [odd(rng) for _ in range(4)], source="test")
        if rng.random() < .5:
            office.agree(ledger, *rng.choice((("stay_call_days", "5,40"), ("stay_call_early", 20), ("follow_up_days_away", 2),
                                              ("follow_up_days_away", 0), ("stay_call_months", "2"))))
        told = []
        for _ in range(3):
            told.append(happen(rng, ledger))
            ledger.write([edit(rng), odd(rng)], source="test")
            for on in (rng.choice(STEPS), "2026-02-03", "2026-12-20"):
                same(ledger, on, (seed, told, on))
    finally:
        clock.source.read = read  # type: ignore[method-assign]
        ledger.close()


def same(ledger: Ledger, on: str, note: Any) -> None:
    records = Records(ledger.db.conn)
    whole = roll.read(records)
    for name, (who, shown) in LISTS.items():
        some = among.roll_of(records, who(records, on))
        assert shown(records, some, on, True) == shown(records, whole, on, False), (name, note)
    living: dict[str, int] = {}
    for rec in whole.people:
        if (place := whole.place_of(rec, on)) is not None:
            living[place] = living.get(place, 0) + 1
    assert roll.living_at(records, on) == living, note


def test_a_page_leaves_out_those_of_whom_it_says_nothing(make: Callable[[], Ledger]) -> None:
    ledger, on = make(), "2026-11-23"
    ledger.write([home("H"), *(person(code, "H", "1990-05-05") for code in "abcde"),
                  job("a", post_id=made("post", 1), start_date="2026-11-10", as_of="2026-11-10"),  # a week has passed
                  job("b", post_id=made("post", 1), start_date="2026-11-10", as_of="2026-11-22"),  # somebody knew yesterday
                  job("c", employment_type="2", start_date="2024-01-01"),
                  Write("placement", {"person_id": pid("d"), "labour_status": "2", "start_date": "2026-10-01", "as_of": on})], source="test")
    records = Records(ledger.db.conn)
    assert among.due(records, on) == {pid("a")}
    assert among.waiting(records, on) == {pid("d")}
    assert among.in_public_posts(records) == {pid("c")}
    assert among.brought(records, "2026-11-01") == {pid("a"), pid("b")}
    assert set(among.roll_of(records, {pid("a")}).people) == {pid("a")}


def test_the_rare_ones_are_not_left_out(make: Callable[[], Ledger]) -> None:
    ledger, on = make(), "2026-11-30"
    ledger.write([home("H"), home("G", OTHER_SITE), *(person(code, "H", "1990-05-05", wants_work="0") for code in "abc"),
                  person("d", "H", "1990-05-05", wants_work="1"), person("e", "G", "1990-05-05"),
                  Write("placement", {"person_id": pid("a"), "labour_status": "3", "start_date": "2026-10-01", "as_of": "2026-11-01"},
                        rec=spell_id(pid("a"), 1)),
                  Write("person", {"wants_work": "1"}, rec=pid("b")),
                  job("c", post_id=made("post", 1), start_date="2026-08-31", as_of="2026-11-01"),  # three months on, in a month of 30 days
                  Write("placement", {"person_id": pid("d"), "labour_status": "1", "employment_type": "7", "start_date": "2025-01-01",
                                      "as_of": "2026-01-01"}, rec=spell_id(pid("d"), 1)),
                  Write("follow_up", {"person_id": pid("d"), "placement_id": spell_id(pid("d"), 1), "on": "2026-11-01", "still_in_post": True})],
                 source="test")
    links.link(ledger, "person", pid("a"), pid("b"), True)  # what one of them says of the wish holds for both
    links.link(ledger, "household", hid("H"), hid("G"), True)
    same(ledger, on, "")
    records = Records(ledger.db.conn)
    assert len(services.had(records, roll.read(records), on)) == 2 and [one.person for one in LISTS["calls"][1](
        records, roll.read(records), on, False)] == [pid("c")]
    assert len(roll.living_at(records, on)) == 1, "both households are one, at one place"


def test_it_speaks_of_today_only(make: Callable[[], Ledger]) -> None:
    ledger = make()
    ledger.write([home("H"), person("a", "H", "1990-05-05")], source="test")
    before = Records(ledger.db.conn, 1)
    assert before.at == 1
    with pytest.raises(AssertionError):
        among.due(before, "2026-11-23")
