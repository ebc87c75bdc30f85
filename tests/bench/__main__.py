"""python -m tests.bench: every measurement, one table. Promises ratios of works run in turn on this machine."""
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.bench import answering, merging, starting
from tests.bench.books.__main__ import run as books
from tests.bench.measure import HEAD, Ratio

RESULTS = Path(__file__).with_name("RESULTS.md")
BENCHES: dict[str, Callable[[], list[Ratio]]] = {
    "merging": merging.run, "books": books, "answering": answering.run, "starting": starting.run}


def main(names: list[str]) -> None:
    """Measure all, or the named ones; a whole run is kept in RESULTS.md with its commit."""
    rows = []
    sys.stdout.write(HEAD + "\n")
    for name in names or BENCHES:
        for ratio in BENCHES[name]():
            rows.append(ratio.row())
            sys.stdout.write(rows[-1] + "\n")
            sys.stdout.flush()
    if not names:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
        RESULTS.write_text(
            f"# Measurements\n\n{date.today()}, commit {commit}, Python {platform.python_version()}, {platform.machine()}."
            " CPU seconds, medians of works run in turn; below 1 is faster than what stands beside it.\n\n"
            + "\n".join([HEAD, *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
