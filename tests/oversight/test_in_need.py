"""In need: what a page finds by the kept figures is what the whole roll gives; in generated worlds, whatever came."""
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assistance import agenda, targets
from app.models import clock
from app.models.ledger import Ledger
from app.oversight.in_need import CASES, OF, OUT, InNeed
from tests.assistance.conftest import SITE, TOWN
from tests.oversight.test_kept import happen, kept_by_all
from tests.oversight.worlds import PEOPLE, beginning, deed, spells

__all__ = ["kept_by_all"]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_what_is_found_by_the_kept_figures_is_what_the_whole_roll_gives(tmp_path_factory: Any, seed: int) -> None:
    rng, read, moment = Random(seed), clock.source.read, datetime(2026, 2, 2, 12, 0, tzinfo=UTC)
    clock.source.read = lambda: moment  # type: ignore[method-assign]
    ledger = Ledger.create(Path(tmp_path_factory.mktemp("need")) / "1.db", bytes(32), area=rng.choice((TOWN, SITE)), device_name="d",
                           user_name="杨练", role="township", practice=True)
    try:
        ledger.write(beginning(rng), source="test")
        ledger.write([write for code in PEOPLE for write in spells(rng, code)], source="test")
        told = []
        for _ in range(4):
            moment += timedelta(days=rng.choice((0, 1, 45)))
            told.append(happen(rng, ledger))
            ledger.write([deed(rng) for _ in range(2)], source="test")
            same(ledger, moment.date().isoformat(), (seed, told))
    finally:
        clock.source.read = read  # type: ignore[method-assign]
        ledger.close()


def same(ledger: Ledger, on: str, note: Any) -> None:
    need = InNeed(ledger, on)
    whole = agenda.group(ledger, on, need.prefix)
    listed: dict[str, list[str]] = {group: [] for group in (*OF, OUT)}
    for rec, one in whole.standings.items():
        if targets.status_on(whole.roll.people[rec], on) not in targets.GONE:
            listed[one.work if one.in_scope else OUT].append(rec)
    cases = need.cases()
    assert cases.cases == whole.cases, note
    assert need.counts() == {**{group: len(some) for group, some in listed.items()}, CASES: len(whole.cases)}, note
    for group, some in listed.items():
        found, order = need.listed(group)
        assert order == whole.in_need(some), (group, note)
        assert [found.priority(rec) for rec in order] == [whole.priority(rec) for rec in order], (group, note)
        assert [found.standings[rec] for rec in order] == [whole.standings[rec] for rec in order], (group, note)
    for case in cases.cases:  # everybody of the household can be told of
        members = [p for p in whole.roll.members[case.household] if p.home_on(on) == case.household]
        assert [cases.roll.people[p.id] for p in members] == members, note
    parts = agenda.errands(ledger, on, need.prefix, cases, whole=False) + agenda.visits(need.unknown())
    assert parts == agenda.errands(ledger, on, need.prefix, whole), note
