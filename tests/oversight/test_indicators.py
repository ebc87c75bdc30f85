"""Any figure on generated data equals a slow recount from the changes, at any past date and any place of the feed."""
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models import clock
from app.models.ledger import Ledger
from tests.assistance.conftest import SITE, TOWN, figures
from tests.oversight.recount import recount
from tests.oversight.worlds import PEOPLE, STEPS, beginning, deed, edit, spells


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_any_figure_equals_a_slow_recount_from_the_changes(tmp_path_factory: Any, seed: int) -> None:
    rng, folder = Random(seed), Path(tmp_path_factory.mktemp("recount"))
    read, moment = clock.source.read, datetime(2026, 2, 2, 12, 0, tzinfo=UTC)
    clock.source.read = lambda: moment  # type: ignore[method-assign]
    try:
        ledger = Ledger.create(folder / "l.db", bytes(32), area=TOWN, device_name="d", user_name="杨练", role="township", practice=True)
        ledger.write(beginning(rng), source="test")
        ledger.write([write for code in PEOPLE for write in spells(rng, code)], source="test")
        ledger.write([deed(rng) for _ in range(12)], source="test")
        middle = ledger.feed_mark()[0]
        for _ in range(2):
            moment += timedelta(days=45)
            ledger.write([edit(rng) for _ in range(4)], source="test")
            ledger.write([deed(rng) for _ in range(12)], source="test")
        for mark in (None, middle):
            on, since = rng.choice(STEPS[8:]), rng.choice(("", *STEPS[:8]))
            for place in (TOWN[:9], SITE):
                found = {code: n for code, n in figures(ledger, on, since, mark).entries.sums(place).items() if n}
                assert found == recount(ledger, on, since, place, mark), (seed, on, since, place, mark)
        ledger.close()
    finally:
        clock.source.read = read  # type: ignore[method-assign]
