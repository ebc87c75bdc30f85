"""Ranking by columns says of every pair what one person and one post are told, and keeps the best."""
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from app.assistance import ranking
from app.assistance.factors import Terms
from app.assistance.matching import MatchList, people_for, posts_for
from app.assistance.ranking import Columns, rank
from app.assistance.scoring import TERMS, Scoring
from app.assistance.seekers import Pool
from tests.assistance.conftest import DAY
from tests.assistance.offers import made_up_pool, pools

PLAIN, ODD = Terms(Scoring(), DAY), Terms(Scoring({**dict.fromkeys(TERMS, 97), "area": 3}, 0, True, False, 12), DAY)


def without_pins(pool: Pool) -> Pool:
    """A ranking has no pinned ones in front: those are few, and the page puts them there."""
    return replace(pool, picks={pair: pick for pair, pick in pool.picks.items() if pick.action != "1"})


def told(found: MatchList, post: bool, k: int) -> list[tuple[str, int]]:
    return [(item.seeker.id if post else item.post.id, item.score) for item in found.items][:k]


@pytest.mark.parametrize("terms", [PLAIN, ODD], ids=["shipped", "odd"])
@given(pools(12, 9))
@settings(max_examples=60)
def test_every_pair_is_what_the_plain_way_says(terms: Terms, pool: Pool) -> None:
    pool = without_pins(pool)
    columns = Columns(pool, terms, counting=True)
    scores = np.full((len(columns.seekers), len(columns.posts)), -9)
    for block in columns.blocks():
        scores[block.rows] = block.scores
    counted: dict[str, int] = {}
    for at, one in enumerate(columns.posts):
        found = people_for(pool, one, terms)
        plain = {item.seeker.id: item.score for item in found.items}
        assert scores[:, at].tolist() == [plain.get(s.id, -1) for s in columns.seekers]
        for rule, n in found.reasons.items():
            counted[rule] = counted.get(rule, 0) + n
    assert counted == {rule: n for rule, n in (columns.excluded or {}).items() if n}
    for k in (1, 3):
        best = rank(pool, terms, k)
        for at, one in enumerate(columns.posts):
            assert [(best.people[row], int(score)) for row, score in zip(best.for_posts[at], best.posts_scores[at], strict=True)
                    if row >= 0] == told(people_for(pool, one, terms), True, k)
        for at, who in enumerate(columns.seekers):
            assert [(best.posts[column], int(score)) for column, score in zip(best.for_people[at], best.people_scores[at], strict=True)
                    if column >= 0] == told(posts_for(pool, who, terms), False, k)


def test_small_blocks_and_narrow_tables_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = without_pins(made_up_pool(5, 300, 40))
    whole = rank(pool, PLAIN, 5)
    monkeypatch.setattr(ranking, "BLOCK", 7)
    monkeypatch.setattr(ranking, "_EXPANDED", 0)
    for one, other in zip(whole.__getstate__(), rank(pool, PLAIN, 5).__getstate__(), strict=True):
        assert np.array_equal(one, other)


def test_nobody_and_nothing() -> None:
    assert rank(Pool(DAY, [], []), PLAIN).people == ()
    only_people = made_up_pool(1, 3, 1)
    assert (rank(replace(only_people, posts=[]), PLAIN).for_people == -1).all()
    assert (rank(replace(only_people, seekers=[]), PLAIN).for_posts == -1).all()
