"""Measuring: pairs of works in one run, in turn, by CPU time. Promises a ratio, never a verdict by the clock."""
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the results: what, against what, CPU seconds of both (medians), how many of what, and the ratio."""

    what: str
    against: str
    ours: float
    theirs: float
    count: int
    unit: str

    @property
    def ratio(self) -> float:
        """Return ours divided by theirs: below 1 is faster."""
        return self.ours / self.theirs

    def row(self) -> str:
        """Return the line as a Markdown table row."""
        rate = self.count / self.ours if self.ours else 0
        return (f"| {self.what} | {self.against} | {self.ours:.3f} | {self.theirs:.3f} | **{self.ratio:.2f}** |"
                f" {rate:,.0f} {self.unit}/CPU-s |")


HEAD = "| ours | against | CPU s | CPU s of it | ratio | rate |\n| --- | --- | --- | --- | --- | --- |"


def in_turn(what: str, against: str, ours: Callable[[], Work], theirs: Callable[[], Work], *, count: int, unit: str,
            times: int = 3) -> Ratio:
    """Return the ratio of two works run A B A B; each is prepared anew, outside the timing."""
    mine, other = [], []
    for _ in range(times):
        mine.append(_cpu(ours()))
        other.append(_cpu(theirs()))
    return Ratio(what, against, statistics.median(mine), statistics.median(other), count, unit)


def _cpu(work: Work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
