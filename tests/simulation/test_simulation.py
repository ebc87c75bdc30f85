"""The seeds of every test run: nothing lost, nothing diverged, no conflict false or missed, and a seed repeats itself."""
import pytest

from tests.simulation.directed import DIRECTED, wider_area_forgotten
from tests.simulation.mutants import CHEAP, killed_by
from tests.simulation.play import play

SEEDS, PART = 300, 25


@pytest.mark.parametrize("first", range(0, SEEDS, PART))
def test_seeds(first: int) -> None:
    bad = [f"python -m tests.simulation --seed {p.seed}: {p.bad[0]}" for p in map(play, range(first, first + PART)) if p.bad]
    assert not bad, "\n".join(bad)


def test_a_seed_plays_the_same_again() -> None:
    assert play(7).trace == play(7).trace
    assert play(7).trace != play(8).trace


@pytest.mark.parametrize("name", CHEAP)
def test_a_broken_build_is_noticed(name: str) -> None:
    assert killed_by(name, 30) is not None


@pytest.mark.parametrize("name", DIRECTED)
def test_what_seeds_rarely_meet(name: str) -> None:
    assert DIRECTED[name]() == ""


def test_an_area_that_went_with_the_disk_of_an_office_is_owed_no_more() -> None:
    assert wider_area_forgotten() == []
