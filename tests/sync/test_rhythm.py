"""When a computer visits its hub by itself: never too often, always again, soon after work, more seldom into silence."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.problem import Problem
from app.sync.link import another_hub, silent
from app.sync.peers import unpaired
from app.sync.rhythm import (
    AWAY_MOST,
    CALM,
    FIRST,
    JITTER,
    LEAST,
    SETTLE,
    SETTLE_MOST,
    STUCK,
    Outcome,
    Rhythm,
    outcome_of,
)

LONGEST = STUCK * (1 + JITTER)
STEPS = st.lists(st.tuples(st.sampled_from(["finished", "seen", "wait", "anew", *Outcome]), st.floats(0, 2000)), max_size=60)


@given(STEPS, st.floats(0, 1))
def test_never_more_often_than_least_and_always_again(steps: list[tuple[str, float]], chance: float) -> None:
    now, ended = 1000.0, None
    beat = Rhythm(now, lambda: chance)
    for what, seconds in steps:
        now += seconds
        if isinstance(what, Outcome):
            if not beat.is_due(now):
                now = beat.due
            assert ended is None or now >= ended + LEAST
            beat.began()
            beat.ended(now, what)
            ended = now
        elif what != "wait":
            getattr(beat, what)(now)
        assert now - 2000 * 60 < beat.due <= now + LONGEST
        assert ended is None or beat.due >= ended + LEAST


@given(st.lists(st.floats(0, SETTLE), min_size=1, max_size=80))
def test_what_was_finished_goes_once_the_hands_rest_and_within_a_minute(pauses: list[float]) -> None:
    now = 0.0
    beat = level_at(now)
    first = None
    for pause in pauses:
        now += pause
        if beat.is_due(now):
            break
        first = now if first is None else first
        beat.finished(now)
    assert beat.due <= max((first or 0) + SETTLE_MOST, LEAST)


def level_at(now: float) -> Rhythm:
    """Return a rhythm whose last visit has just ended level."""
    beat = Rhythm(now - 100, lambda: 0.5)
    beat.began()
    beat.ended(now, Outcome.LEVEL)
    return beat


def test_a_quiet_computer_visits_calmly_and_one_with_news_soon() -> None:
    beat = level_at(0)
    assert beat.due == CALM
    beat.finished(100)
    assert beat.due == 100 + SETTLE
    beat.finished(103)
    assert beat.due == 103 + SETTLE


def test_what_is_written_during_a_visit_makes_another() -> None:
    beat = level_at(0)
    beat.began()
    beat.finished(50)
    beat.ended(51, Outcome.LEVEL)
    assert beat.due == 51 + SETTLE


def test_silence_is_asked_ever_more_seldom_whatever_is_written_and_at_once_when_the_hub_is_seen() -> None:
    beat, waits, now = Rhythm(0, lambda: 0.5), [], 0.0
    for _ in range(8):
        now = beat.due
        beat.began()
        beat.ended(now, Outcome.AWAY)
        beat.finished(now + 1)
        waits.append(beat.due - now)
    assert waits == sorted(waits) and waits[0] == 15 and waits[-1] == AWAY_MOST
    beat.seen(now + 20)
    assert beat.due == now + 22
    beat.began()
    beat.ended(now + 22, Outcome.LEVEL)
    assert beat.failures == 0


def test_a_refusal_waits_for_people_and_is_not_hurried_by_work() -> None:
    beat = level_at(0)
    beat.ended(10, Outcome.REFUSED)
    for hurry in (beat.finished, beat.seen):
        hurry(20)
        assert beat.due == 10 + STUCK
    beat.anew(30)
    assert beat.due < 40


def test_two_computers_do_not_keep_one_beat() -> None:
    assert len({Rhythm(0).due for _ in range(20)}) > 10
    assert all(FIRST * (1 - JITTER) <= Rhythm(0).due <= max(LEAST, FIRST * (1 + JITTER)) for _ in range(20))


@pytest.mark.parametrize(("problem", "outcome"), [
    (silent("https://10.0.0.1"), Outcome.AWAY), (another_hub("https://10.0.0.1"), Outcome.REFUSED), (unpaired(), Outcome.REFUSED),
    (Problem("peer.revoked", "停用", "revoked"), Outcome.REFUSED), (Problem("store.busy", "忙", "busy"), Outcome.AWAY)])
def test_a_problem_passes_by_itself_or_needs_people(problem: Problem, outcome: Outcome) -> None:
    assert outcome_of(problem) is outcome
