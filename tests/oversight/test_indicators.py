"""Any figure on generated data equals a slow recount from the changes, at any past date and any place of the feed."""
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models import clock
from app.models.identity import spell_id
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.assistance.conftest import OTHER_SITE, SITE, TOWN, figures, hid, home, person, pid
from tests.oversight.recount import FIRST, recount

HOMES, PEOPLE = "GHIJK", "abcdefgh"
STEPS = [(FIRST + timedelta(days=n)).isoformat() for n in range(0, 330, 11)]  # few days, so that borders meet


def spells(rng: Random, code: str) -> Iterator[Write]:
    """Yield a life of work: jobs and times without, one after the other, checked now and then, some of it not said."""
    days = sorted(rng.sample(STEPS, rng.randint(1, 4)))
    for n, start in enumerate(days, 1):
        after = days[n] if n < len(days) else None
        values: dict[str, Any] = {"labour_status": rng.choice("1112223"), "employment_type": rng.choice("123667"),
                                  "work_area_level": rng.choice("12345"), "start_date": start, "end_date": after,
                                  "as_of": rng.choice([d for d in STEPS if d >= start])}
        if after is None and rng.random() < .4:
            values["end_date"] = rng.choice([d for d in STEPS if d >= start])
        if rng.random() < .5:
            values["verified_on"] = rng.choice([d for d in STEPS if d >= start])
        for name in ("start_date", "as_of"):
            if rng.random() < .1:
                values[name] = None
        yield Write("placement", {"person_id": pid(code), **values}, rec=spell_id(pid(code), n))


def edit(rng: Random) -> Write:
    """Return something that is said later, of somebody, of their work, of a household."""
    code, kind = rng.choice(PEOPLE), rng.choice(("spell", "person", "person", "move", "home", "check", "heard", "void"))
    if kind == "spell":
        return rng.choice(list(spells(rng, code)))
    if kind == "person":
        name, value = rng.choice((("wants_work", rng.choice("0123")), ("student_status", "60"), ("labour_capacity", rng.choice("35")),
                                  ("birth_date", rng.choice(("2010-06-15", "1966-07-01", "2010-03-08")))))
        return Write("person", {name: value}, rec=pid(code))
    if kind == "move":
        return Write("person", {"household_id": hid(rng.choice(HOMES)), "member_since": rng.choice(STEPS)}, rec=pid(code))
    if kind == "home":
        return Write("household", dict([rng.choice((("moved_in_date", rng.choice(STEPS)), ("monitoring_type", "2"), ("relocation_type", "9")))]),
                     rec=hid(rng.choice(HOMES)), place=rng.choice((SITE, OTHER_SITE)))
    if kind == "check":
        return Write("verification", {"sample_id": "1", "subject": pid(code), "on": rng.choice(STEPS), "result": rng.choice("113")})
    if kind == "heard":
        return Write("follow_up", {"person_id": pid(code), "placement_id": spell_id(pid(code), rng.randint(1, 2)), "on": rng.choice(STEPS),
                                   "still_in_post": rng.random() < .8})
    return Write("person", {"person_status": rng.choice("235"), "status_date": rng.choice(STEPS)}, rec=pid(code))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_any_figure_equals_a_slow_recount_from_the_changes(tmp_path_factory: Any, seed: int) -> None:
    rng, folder = Random(seed), Path(tmp_path_factory.mktemp("recount"))
    read, moment = clock.source.read, datetime(2026, 2, 2, 4, 0, tzinfo=UTC)
    clock.source.read = lambda: moment  # type: ignore[method-assign]
    try:
        ledger = Ledger.create(folder / "l.db", bytes(32), area=TOWN, device_name="d", user_name="杨练", role="township", practice=True)
        ledger.write([home(code, rng.choice((SITE, OTHER_SITE)), relocation_type=rng.choice("112")) for code in HOMES]
                     + [person(code, rng.choice(HOMES), "1990-05-05", wants_work=rng.choice("0112")) for code in PEOPLE], source="test")
        ledger.write([write for code in PEOPLE for write in spells(rng, code)], source="test")
        middle = ledger.feed_mark()[0]
        for _ in range(2):
            moment += timedelta(days=45)
            ledger.write([edit(rng) for _ in range(4)], source="test")
        for mark in (None, middle):
            on, since = rng.choice(STEPS[8:]), rng.choice(("", *STEPS[:8]))
            for place in (TOWN[:9], SITE):
                found = {code: n for code, n in figures(ledger, on, since, mark).report(place).cells.items() if n and code[0] in "ABCDEZ"}
                assert found == recount(ledger, on, since, place, mark), (seed, on, since, place, mark)
        ledger.close()
    finally:
        clock.source.read = read  # type: ignore[method-assign]
