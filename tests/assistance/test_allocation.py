"""Allocation: the greatest sum there is, no seat given twice, nobody where a rule keeps them out, and each one told why."""
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assistance.allocation import allocate
from app.assistance.factors import Terms
from app.assistance.matching import against, parts
from app.assistance.posts import Post
from app.assistance.scoring import Scoring
from app.assistance.seekers import Pick, Pool
from tests.assistance.conftest import DAY, TOWN
from tests.assistance.offers import made_up_pool, pools
from tests.assistance.test_matching import SEWING, WU, YANG

TERMS = Terms(Scoring(), DAY)


def scores(pool: Pool) -> dict[tuple[str, str], int]:
    return {(s.id, p.id): sum(part.points for part in parts(s, p, TERMS)) for s in pool.seekers for p in pool.posts
            if not against(s, p, TERMS, pool.picks.get((s.id, p.id)))}


def greatest(pool: Pool) -> int:
    """Return the greatest sum, by trying everything."""
    worth, posts = scores(pool), pool.posts

    @cache
    def best(at: int, left: tuple[int, ...]) -> int:
        if at == len(pool.seekers):
            return 0
        who = pool.seekers[at].id
        return max([best(at + 1, left)] + [worth[who, p.id] + best(at + 1, (*left[:n], left[n] - 1, *left[n + 1:]))
                                           for n, p in enumerate(posts) if left[n] and (who, p.id) in worth])

    return best(0, tuple(p.left for p in posts))


@given(pools(7, 5), st.integers(1, 3), st.booleans())
@settings(max_examples=120)
def test_no_other_allocation_has_a_greater_sum(pool: Pool, look: int, scarce: bool) -> None:
    from app.assistance import allocation

    if scarce:
        pool = replace(pool, posts=[replace(one, seats=1, filled=0) for one in pool.posts])
    pool = replace(pool, picks={pair: pick for pair, pick in pool.picks.items() if pick.action != "1"})
    before, allocation.FIRST_LOOK = allocation.FIRST_LOOK, look
    try:
        found = allocate(pool, TERMS)
    finally:
        allocation.FIRST_LOOK = before
    worth, used = scores(pool), dict.fromkeys((p.id for p in pool.posts), 0)
    for place in found.places:
        if place.post is not None:
            assert worth[place.seeker.id, place.post.id] == place.score
            used[place.post.id] += 1
    assert all(used[p.id] <= p.left for p in pool.posts) and [p.seeker.id for p in found.places] == [
        s.id for s in sorted(pool.seekers, key=lambda s: (s.need, s.id))]
    assert found.total == sum(place.score for place in found.places) == greatest(pool)
    for place in found.places:
        mine = sorted((n for (who, _), n in worth.items() if who == place.seeker.id), reverse=True)
        assert place.choices == len(mine) and place.why()
        if place.post is not None:
            assert place.choice == sum(n > place.score for n in mine) + 1
        if place.missed is not None and place.loss:  # what is told of the loss is true: force it, and look
            forced = replace(pool, seekers=[s for s in pool.seekers if s.id != place.seeker.id],
                             posts=[replace(p, seats=p.seats - 1) if p.id == place.missed.id else p for p in pool.posts])
            with_it = greatest_or_none(forced) + place.missed_score
            assert found.total - with_it >= place.loss


def greatest_or_none(pool: Pool) -> int:
    return greatest(replace(pool, posts=[p for p in pool.posts if p.left]))


def test_the_same_whatever_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = made_up_pool(11, 200, 30)
    once = allocate(pool, TERMS)
    again = allocate(Pool(pool.on, pool.seekers[::-1], pool.posts[::-1], pool.picks), TERMS)
    assert once == again and once.version == "2026-1" and 0 < once.placed <= sum(p.left for p in pool.posts)


TWO = Pool(DAY, [replace(YANG, need=("1",)), replace(YANG, id="other", need=("2",), skills=frozenset(), certificates=frozenset())],
           [replace(SEWING, seats=1), replace(SEWING, id="clean", title="保洁员", occupation="22", seats=5, skills=frozenset(), education="")])


def test_second_choice_because() -> None:
    first, second = allocate(TWO, TERMS).places
    assert (first.post and first.post.id, first.choice, first.why()) == ("sewing", 1, "第一选择，93.95 分")
    assert second.post is not None and (second.post.id, second.choice) == ("clean", 2)
    assert second.why() == ("第二选择，69.95 分，因为第一选择“缝纫工（2 号车间）”他 83.95 分，1 个名额都给了分数不低于他的人")


def test_whoever_is_pinned_has_the_seat() -> None:
    pinned = replace(TWO, picks={("other", "sewing"): Pick("1", "车间点名要他")})
    assert {p.seeker.id: p.post and p.post.id for p in allocate(pinned, TERMS).places} == {"yang": "clean", "other": "sewing"}
    struck = replace(TWO, picks={("yang", "sewing"): Pick("2", "和组长合不来")})
    assert {p.seeker.id: p.post and p.post.id for p in allocate(struck, TERMS).places} == {"yang": "clean", "other": "sewing"}
    against_the_rules = replace(TWO, seekers=[replace(one, out="student") for one in TWO.seekers], picks=pinned.picks)
    assert all(p.post is None and p.why() == "没有能去的岗位" for p in allocate(against_the_rules, TERMS).places)


def test_equal_sums_go_to_those_most_in_need() -> None:
    pool = Pool(DAY, [replace(YANG, id="a", need=("4",)), replace(YANG, id="b", need=("1",)), replace(YANG, id="c", need=("2",))],
                [replace(SEWING, seats=1)])
    assert [(p.seeker.id, p.post is not None) for p in allocate(pool, TERMS).places] == [("b", True), ("c", False), ("a", False)]
    assert "没有安排上：能去的 1 个岗位都满了" in allocate(pool, TERMS).places[1].why()


def test_nobody_and_nothing() -> None:
    assert allocate(Pool(DAY, [], []), TERMS).places == ()
    assert allocate(Pool(DAY, [WU], []), TERMS).placed == 0
    assert allocate(Pool(DAY, [], [Post("p", TOWN)]), TERMS).total == 0
    assert allocate(Pool(DAY, [YANG], [replace(SEWING, seats=0)]), TERMS).placed == 0
