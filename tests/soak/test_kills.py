"""kill -9 at random moments, fifty times a kind; what was found after each is counted in RESULTS.md."""
from collections import Counter
from pathlib import Path

from tests.kills.trials import TRIALS
from tests.soak.results import record

TIMES = 50


def test_fifty_kills_of_each_kind(tmp_path: Path) -> None:
    rows = []
    for work, trial in TRIALS.items():
        found = Counter(trial(tmp_path / work, TIMES))
        assert found.total() == TIMES
        rows.append(f"| {work} | {TIMES} | {TIMES} | {' · '.join(f'{word}: {n}' for word, n in found.most_common())} |")
    record("kill -9", "| killed at | times | held | what was found |", "| --- | --- | --- | --- |", *rows)
