"""Comparing: two ends with many changes find the ten that differ; CPU of both ends, questions and bytes."""
import random
import time
from collections.abc import Sequence

import msgspec

from app.sync import compare
from app.sync.compare import Range, Sums


def find(changes: int, different: int) -> dict[str, float]:
    """Return what finding the difference cost, once both ends have listed what they hold (which is told apart)."""
    rng = random.Random(9)
    mine = {f"{rng.getrandbits(128):032x}": 2 for _ in range(changes)}
    theirs = {**mine, **{f"{rng.getrandbits(128):032x}": 2 for _ in range(different // 2)}}
    for cid in rng.sample(sorted(mine), different - different // 2):
        del theirs[cid]
    start = time.process_time()
    here, there = Sums(mine), Sums(theirs)
    listed = time.process_time() - start
    asked = moved = 0

    def sums(ranges: Sequence[Range]) -> Sequence[tuple[int, str]]:
        nonlocal asked, moved
        said = [there.over(one) for one in ranges]
        asked, moved = asked + 1, moved + len(msgspec.json.encode([ranges, said]))
        return said

    def ids(ranges: Sequence[Range]) -> Sequence[tuple[str, int]]:
        nonlocal asked, moved
        said = [pair for one in ranges for pair in there.listed(one)]
        asked, moved = asked + 1, moved + len(msgspec.json.encode([ranges, said]))
        return said

    start = time.process_time()
    they_lack, i_lack = compare.difference(here, sums, ids)
    if len(they_lack) + len(i_lack) != different:
        raise RuntimeError("the difference was not found")
    return {"listed": listed, "found": time.process_time() - start, "asked": asked, "bytes": moved}
