"""Comparing by ranges finds exactly the difference, and asks about little else."""
import random
import secrets

from hypothesis import given
from hypothesis import strategies as st

from app.sync.compare import ALL, Range, Sums, difference

IDS = [secrets.token_hex(16) for _ in range(40)]
HELD = st.dictionaries(st.sampled_from(IDS), st.sampled_from([1, 2]))


def lacks(mine: dict[str, int], theirs: dict[str, int]) -> dict[str, int]:
    return {cid: form for cid, form in mine.items() if form > theirs.get(cid, 0)}


@given(HELD, HELD)
def test_exactly_the_difference(mine: dict[str, int], theirs: dict[str, int]) -> None:
    here, there = Sums(mine), Sums(theirs)
    found = difference(here, lambda rs: [there.over(r) for r in rs], lambda rs: [p for r in rs for p in there.listed(r)])
    assert found == (lacks(mine, theirs), lacks(theirs, mine))
    assert (here.over(ALL) == there.over(ALL)) == (mine == theirs)


def test_ten_differences_among_many_cost_little() -> None:
    luck = random.Random(1)
    held = {f"{n:032x}": 2 for n in (luck.getrandbits(128) for _ in range(50_000))}
    theirs = dict(held)
    for cid in sorted(held)[::5000]:
        del theirs[cid]
    here, there = Sums(held), Sums(theirs)
    asked = listed = 0

    def sums(ranges: list[Range]) -> list[tuple[int, str]]:
        nonlocal asked
        asked += len(ranges)
        return [there.over(r) for r in ranges]

    def ids(ranges: list[Range]) -> list[tuple[str, int]]:
        nonlocal listed
        found = [p for r in ranges for p in there.listed(r)]
        listed += len(found)
        return found

    assert difference(here, sums, ids) == ({cid: 2 for cid in held if cid not in theirs}, {})
    assert asked < 700
    assert listed < 3000
