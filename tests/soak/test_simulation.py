"""Ten thousand seeds, or as many as LEYE_SIMULATION_S seconds allow (an hour); figures and the table go to RESULTS.md."""
import os
import time
from collections import Counter

from tests.simulation.mutants import table
from tests.simulation.play import play
from tests.soak.results import record

SEEDS = 10_000


def test_seeds_and_mutants() -> None:
    end, stat, bad, seeds = time.monotonic() + float(os.environ.get("LEYE_SIMULATION_S", "3600")), Counter[str](), [], 0
    for seed in range(SEEDS):
        if time.monotonic() > end:
            break
        played = play(seed)
        stat, seeds = stat + played.stat, seeds + 1
        bad += [f"- seed {seed}: {played.bad[0]}"] if played.bad else []
    rows: list[str] = []
    alive = table(rows.append)
    record("Simulation", f"{seeds} seeds from 0, {len(bad)} bad, {stat['writes']} writes. What befell them: "
           + ", ".join(f"{what} {n}" for what, n in sorted(stat.items())) + ".", "", *bad, "",
           "| mutant | killed by |", "| --- | --- |", *(row.rstrip("\n") for row in rows))
    assert not bad
    assert not alive
