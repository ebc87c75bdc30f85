"""kill -9 at random moments, five times a kind; fifty times in the long runs (tests/soak/test_kills.py)."""
from pathlib import Path

import pytest

from tests.kills.trials import TRIALS

TIMES = 5


@pytest.mark.parametrize("work", TRIALS)
def test_a_kill_loses_at_most_what_is_in_hand(work: str, tmp_path: Path) -> None:
    assert len(list(TRIALS[work](tmp_path, TIMES))) == TIMES
