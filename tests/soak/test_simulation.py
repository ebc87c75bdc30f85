"""Ten thousand seeds on all cores, and every mutant; figures and the table go to RESULTS.md. LEYE_SIMULATION_SEEDS plays fewer."""
import os

from tests.simulation.mutants import table
from tests.simulation.run import run
from tests.soak.results import record

SEEDS = int(os.environ.get("LEYE_SIMULATION_SEEDS", "10000"))


def test_seeds_and_mutants() -> None:
    def say(line: str) -> None:
        print(line, flush=True)

    total = run(SEEDS, jobs=os.cpu_count() or 1, say=say)
    rows: list[str] = []
    record("Simulation", *total.page())
    alive = table(lambda row: (rows.append(row.rstrip("\n")), say(row.rstrip("\n"))))
    record("Simulation", *total.page(), "", "| mutant | killed by |", "| --- | --- |", *rows)
    assert total.seeds == SEEDS
    assert not total.bad
    assert not alive
