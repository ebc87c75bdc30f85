"""The fold against an oracle that tracks what each author really saw."""
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.change import PLACE, VOID, Change
from app.models.fold import Folded, advance, fold, versions

GROUPS = {"work": ("employer", "wage")}
FIELDS = ("phone", "employer", "wage")


def change(cid: str, payload: dict[str, object] | None, seen: dict[str, list[str]] | None = None,
           place: str | None = None, fields: tuple[str, ...] | None = None) -> Change:
    return Change(cid=cid, type="person", rec="r", root="r", area="529999001L01", place=place,
                  fields=fields or tuple(sorted(payload or {})), seen=seen or {}, author="a", source="test", log="l",
                  seq=1, prev="", phash="", payload=payload, salt="00")


def test_one_write_is_the_value() -> None:
    folded = fold([change("1", {"phone": "a"}, place="529999")], {})
    assert (folded.values, folded.place, folded.conflicts) == ({"phone": "a"}, "529999", {})


def test_a_write_that_saw_the_other_settles_it() -> None:
    folded = fold([change("1", {"phone": "a"}), change("2", {"phone": "b"}, {"1": ["phone"]})], {})
    assert folded.values == {"phone": "b"} and not folded.conflicts


def test_the_clock_never_decides_between_a_write_and_one_that_saw_it() -> None:
    late = change("9", {"phone": "from a clock in 2099"})
    folded = fold([late, change("2", {"phone": "b"}, {"9": ["phone"]})], {})
    assert folded.values == {"phone": "b"} and not folded.conflicts


def test_two_who_did_not_see_each_other_disagree() -> None:
    folded = fold([change("1", {"phone": "a"}), change("2", {"phone": "b"})], {})
    assert folded.conflicts == {"phone": ("2", "1")}


def test_equal_answers_settle_themselves() -> None:
    assert not fold([change("1", {"phone": "a"}), change("2", {"phone": "a"})], {}).conflicts


def test_a_plain_edit_of_a_disputed_field_leaves_it_open() -> None:
    some = [change("1", {"phone": "a"}), change("2", {"phone": "b"}), change("3", {"phone": "c"}, {"2": ["phone"]})]
    assert fold(some, {}).conflicts == {"phone": ("3", "1")}
    both = change("4", {"phone": "c"}, {"1": ["phone"], "3": ["phone"]})
    assert not fold([*some, both], {}).conflicts


def test_a_group_is_never_a_mixture() -> None:
    first = change("1", {"employer": "A", "wage": 1})
    left = change("2", {"employer": "B", "wage": 2}, {"1": ["employer", "wage"]})
    right = change("3", {"employer": "A", "wage": 3}, {"1": ["employer", "wage"]})
    folded = fold([first, left, right], GROUPS)
    assert folded.values == {"employer": "A", "wage": 3} and folded.conflicts == {"work": ("3", "2")}
    assert versions([first, left, right], GROUPS, "work") == [
        ("3", {"employer": "A", "wage": 3}), ("2", {"employer": "B", "wage": 2})]


def test_an_old_program_continues_a_whole_report() -> None:
    first = change("1", {"employer": "A", "wage": 1})
    part = change("2", {"wage": 2}, {"1": ["wage"]})
    folded = fold([first, part], GROUPS)
    assert folded.values == {"employer": "A", "wage": 2} and not folded.conflicts


def test_an_old_program_settles_one_field_only() -> None:
    first = change("1", {"employer": "A", "wage": 1})
    sides = [change("2", {"employer": "B", "wage": 2}, {"1": ["employer", "wage"]}),
             change("3", {"employer": "C", "wage": 3}, {"1": ["employer", "wage"]})]
    part = change("4", {"wage": 2}, {"2": ["wage"], "3": ["wage"]})
    assert "work" in fold([first, *sides, part], GROUPS).conflicts


def test_a_deletion_holds_only_if_it_saw_every_head() -> None:
    first = change("1", {"phone": "a"}, place="529999")
    void = change("2", {VOID: "moved away"}, {"1": [VOID]})
    assert fold([first, void], {}).void == "moved away"
    edit = change("3", {"phone": "b"}, {"1": ["phone"]})
    folded = fold([first, void, edit], {})
    assert folded.void is None and folded.conflicts == {VOID: ("3", "2")} and folded.values["phone"] == "b"


def test_a_header_without_payload_keeps_what_it_superseded_dead() -> None:
    gone = change("2", None, {"1": ["phone"]}, fields=("phone",))
    assert fold([change("1", {"phone": "a"}), gone], {}).values == {}


def test_two_moves_are_a_conflict_of_the_place() -> None:
    folded = fold([change("1", {}, place="a"), change("2", {}, {"1": [PLACE]}, place="b"),
                   change("3", {}, {"1": [PLACE]}, place="c")], {})
    assert folded.place == "c" and folded.conflicts == {PLACE: ("3", "2")}


class World:
    """Authors who write with what they see; the oracle keeps, for each write, the writes its author knew of."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.knew: dict[str, set[str]] = {}

    def write(self, authors: set[int], fields: tuple[str, ...], value: int) -> None:
        known = [self.changes[i] for i in sorted(authors) if i < len(self.changes)]
        known = [c for c in self.changes if any(c is k or c.cid in self.knew[k.cid] for k in known)]
        shown: Folded = fold(known, {})
        seen: dict[str, list[str]] = {}
        for name in fields:
            for cid in shown.heads.get(name, ()):
                seen.setdefault(cid, []).append(name)
        cid = f"{(value * 7919 + len(self.changes) * 104729) % 999983:06d}{len(self.changes):03d}"  # clocks are off
        self.changes.append(change(cid, dict.fromkeys(fields, value), seen))
        self.knew[cid] = {c.cid for c in known}

    def heads(self, name: str) -> set[str]:
        """A write is a head unless somebody who knew it wrote the same field."""
        writes = [c for c in self.changes if name in c.fields]
        return {c.cid for c in writes if not any(c.cid in self.knew[d.cid] for d in writes)}


STEPS = st.lists(st.tuples(st.sets(st.integers(0, 11), max_size=3), st.sets(st.sampled_from(FIELDS), min_size=1),
                           st.integers(0, 3)), min_size=1, max_size=12)


def world_of(steps: list[tuple[set[int], set[str], int]]) -> World:
    world = World()
    for authors, fields, value in steps:
        world.write(authors, tuple(sorted(fields)), value)
    return world


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_heads_are_what_nobody_knowingly_overwrote(steps: list[tuple[set[int], set[str], int]]) -> None:
    world = world_of(steps)
    folded = fold(world.changes, {})
    for name in FIELDS:
        assert set(folded.heads.get(name, ())) == world.heads(name)


@given(STEPS, st.randoms())
@settings(max_examples=150, deadline=None)
def test_order_and_repetition_do_not_matter(steps: list[tuple[set[int], set[str], int]], random) -> None:  # type: ignore[no-untyped-def]
    changes = world_of(steps).changes
    shuffled = [*changes, *random.sample(changes, len(changes) // 2)]
    random.shuffle(shuffled)
    assert fold(shuffled, GROUPS) == fold(changes, GROUPS)


def test_every_order_of_four_gives_the_same() -> None:
    some = [change("1", {"phone": "a"}), change("2", {"phone": "b"}, {"1": ["phone"]}),
            change("3", {"phone": "c"}, {"1": ["phone"]}), change("4", {VOID: "x"}, {"1": [VOID], "2": [VOID]})]
    assert all(fold(order, {}) == fold(some, {}) for order in permutations(some))


@given(st.dictionaries(st.sampled_from([*FIELDS, VOID]), st.integers(0, 3), min_size=1), st.booleans(), st.booleans())
def test_the_short_way_for_one_change_equals_the_long_one(values: dict[str, object], moves: bool, whole: bool) -> None:
    one = change("5", values, place="529999" if moves else None)
    if not whole:
        one = change("5", None, place="529999" if moves else None, fields=tuple(sorted(values)))
    other = change("1", {})  # writes nothing, so that the long way is taken
    long = fold([one, other], GROUPS)
    short = fold([one], GROUPS)
    assert (short.values, short.heads, short.shown, short.place, short.void, short.conflicts) == (
        long.values, long.heads, long.shown, long.place, long.void, long.conflicts)


@given(STEPS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_short_way_for_an_edit_equals_the_fold(steps: list[tuple[set[int], set[str], int]], grouped: bool) -> None:
    changes, groups = world_of(steps).changes, GROUPS if grouped else {}
    state = fold(changes[:1], groups)
    for n, one in enumerate(changes[1:], start=2):
        whole = fold(changes[:n], groups)
        short = advance(state, one, groups)
        assert short is None or short == whole
        state = whole


def test_what_somebody_had_seen_before_it_arrived_is_dead_on_arrival() -> None:
    late = change("2", {"phone": "late"}, {"1": ["phone"]})
    some = [change("1", {"phone": "a"}), change("3", {"phone": "new"}, {"1": ["phone"], "2": ["phone"]})]
    state = fold(some, {})
    assert state.awaited == {"2"} and advance(state, late, {}) is None
    assert fold([*some, late], {}).values == {"phone": "new"}


def test_an_edit_that_saw_everything_takes_the_short_way() -> None:
    first = change("1", {"phone": "a", "employer": "A", "wage": 1})
    edit = change("2", {"phone": "b"}, {"1": ["phone"]})
    assert advance(fold([first], GROUPS), edit, GROUPS) == fold([first, edit], GROUPS)
    assert advance(fold([first], GROUPS), change("3", {"wage": 2}, {"1": ["wage"]}), GROUPS) is None
