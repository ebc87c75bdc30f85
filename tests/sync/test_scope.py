"""Scopes: levels are pure functions of the moves, and steps of a feed add up to the view."""
import secrets
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.change import Change
from app.models.ledger import Ledger, Write
from app.sync import scope
from app.sync.scope import FULL, NONE, STUB, level
from tests.sync.conftest import TOWN

STONE, CLOUD, OTHER_TOWN = "529999001201", "529999001202", "529999002000"


def move(place: str, *seen: Change) -> Change:
    return Change(cid=secrets.token_hex(16), type="household", rec="r", root="r", area=place, place=place, author="u",
                  seen={c.cid: ["_place"] for c in seen}, source="screen", log="l", seq=1, prev="", phash="")


def test_a_dossier_is_full_where_it_lives_a_stub_where_it_was_and_nothing_elsewhere() -> None:
    first = move(STONE)
    then = move(CLOUD, first)
    assert level([first, then], CLOUD) == level([first, then], "529999001") == level([then, first], "") == FULL
    assert level([first, then], STONE) == STUB
    assert level([first, then], "529999002") == level([], STONE) == NONE
    disputed = move(OTHER_TOWN, first)
    assert level([disputed, then, first], CLOUD) == level([first, then, disputed], "529999002") == FULL
    assert level([move(STONE, then, disputed), disputed, then, first], CLOUD) == STUB


def test_an_offices_own_reaches_everything_below_it() -> None:
    made = [move(TOWN)]
    assert level(made, STONE, "below") == level(made, "529999", "below") == FULL
    assert level(made, STONE) == level(made, "529999002", "below") == NONE
    assert level([], "529999002", "all") == FULL


@pytest.mark.parametrize("prefix", ["", "529999001", STONE, CLOUD, "529999002"])
@given(acts=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["edit", STONE, CLOUD, OTHER_TOWN, "employer"])), max_size=14),
       limit=st.integers(1, 9))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_steps_of_any_length_add_up_to_the_view(tmp_path: Path, prefix: str, acts: list[tuple[int, str]], limit: int) -> None:
    ledger = Ledger.create(tmp_path / secrets.token_hex(4), bytes(32), area="529999000000", device_name="d", user_name="u",
                           role="county", practice=True)
    people = ledger.write([Write("person", {"full_name": f"练习{n}"}, place=STONE) for n in range(3)], source="screen").ids
    for number, act in acts:
        person = people[number % 3]
        if act == "edit":
            ledger.write([Write("person", {"phone": f"1390000000{number}"}, rec=person)], source="screen")
        elif act == "employer":
            ledger.write([Write("employer", {"name": f"练习厂{number}"}, place=(TOWN, OTHER_TOWN)[number % 2])], source="screen")
        else:
            ledger.write([Write("person", {}, rec=person, place=act)], source="screen")
    n, got = 0, dict[str, int]()
    while (step := scope.serve(ledger, prefix, n, limit)).n1 > n:
        assert ledger.feed_valid(step.n1, step.h1)
        n = step.n1
        for c in step.changes:
            got[c.cid] = max(got.get(c.cid, 0), FULL if c.payload is not None else STUB)
    now = scope.view(ledger, prefix)
    assert all(got.get(cid, 0) >= form for cid, form in now.items())
    if prefix == "":
        assert got == now
    roots = {c.root: c for c in ledger.changes(list(got))}
    for root in roots:  # nothing is sent of a dossier that never was in the scope
        moves = [c for c in ledger.changes_of_root(root) if c.place]
        assert level(moves, prefix, scope.scope_of(moves)) >= STUB
    ledger.close()
