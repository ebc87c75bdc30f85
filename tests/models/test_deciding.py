"""Decisions, one and many: exactly what was shown, the same in bulk as by hand, opened again, taken back."""
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import asking, clock, deciding, links, ruling
from app.models.change import VOID
from app.models.deciding import Decision
from app.models.ledger import Ledger, Write
from app.models.problem import Problem
from tests import clocks

PLACE = "529999001201"
KEY = bytes(range(32))
SOURCES = ("form:person_interview@2026.1/x", "roster", "screen")
WORK = {"labour_status": "1", "employment_type": "3"}


def a_ledger(folder: Path, name: str, role: str = "surveyor") -> Ledger:
    return Ledger.create(folder / f"{name}.db", KEY, area=PLACE, device_name=name, user_name=name, role=role, practice=True)


def give(one: Ledger, other: Ledger) -> None:
    """Let the other have everything."""
    other.merge(one.changes([row[2] for row in one.feed(0, 10**6)]))


@pytest.fixture(autouse=True)
def _ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", clocks.ticking())


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Ledger, Ledger, Ledger]]:
    """An office and two laptops that know the same two people."""
    found = (a_ledger(tmp_path, "office", "township"), a_ledger(tmp_path, "one"), a_ledger(tmp_path, "two"))
    found[0].write([Write("person", {"full_name": name, "phone": "1"}, rec=name * 32, place=PLACE) for name in "ab"], source="roster")
    for laptop in found[1:]:
        give(found[0], laptop)
        give(laptop, found[0])
    yield found
    for ledger in found:
        ledger.close()


A, B = "a" * 32, "b" * 32


def disagree(office: Ledger, one: Ledger, two: Ledger, rec: str = A) -> None:
    """One asked at the door, two read it in a roster; both reach the office."""
    one.write([Write("person", {"phone": "11"}, rec=rec)], source=SOURCES[0])
    two.write([Write("person", {"phone": "22"}, rec=rec)], source="roster")
    give(one, office)
    give(two, office)


# -- one -----------------------------------------------------------------------------------------------------------------

def test_a_decision_takes_only_what_was_shown(three) -> None:
    office, one, two = three
    disagree(*three)
    shown = deciding.waiting(office)[0]
    two.write([Write("person", {"phone": "33"}, rec=A)], source="screen")
    give(two, office)
    late = deciding.decide(office, [Decision(A, "phone", "11", shown.heads)])
    assert [d.rec for d in late.left] == [A] and not late.touched.cids and len(office.conflicts()) == 1
    now = deciding.waiting(office)[0]
    assert not deciding.decide(office, [Decision(A, "phone", "11", now.heads)]).left and not office.conflicts()


def test_who_does_not_hold_every_side_does_not_end_the_question(three) -> None:
    office, one, two = three
    one.write([Write("person", {"phone": "11"}, rec=A)], source="screen")
    far = two.write([Write("person", {"phone": "22"}, rec=A)], source="screen").cids
    give(one, office)
    import msgspec

    office.merge([msgspec.structs.replace(c, payload=None, salt=None) for c in two.changes(far)])  # its header alone
    office.write([Write("person", {"phone": "11"}, rec=A, seen=office.seen(A))], source="review")
    deciding.decide(office, [Decision(A, "phone", "44")])
    give(two, office)
    assert {v.value for v in office.conflicts()[0].versions} == {"22", "44"}


def test_two_clerks_who_decide_differently_are_one_ordinary_disagreement(three, tmp_path: Path) -> None:
    office, one, two = three
    county = a_ledger(tmp_path, "county", "county")
    disagree(*three)
    give(office, county)
    office.resolve(A, "phone", "11")
    county.resolve(A, "phone", "22")
    give(office, county)
    give(county, office)
    for ledger in (office, county):
        found = deciding.waiting(ledger)
        assert [(c.rec, c.unit) for c in found] == [(A, "phone")]
        assert {(v.value, v.author_name) for v in found[0].versions} == {("11", "office"), ("22", "county")}
    office.resolve(A, "phone", "11")
    give(office, county)
    assert not county.conflicts() and county.digest() == office.digest()
    county.close()


def test_a_person_registered_twice_waits_once_and_is_settled_once(three) -> None:
    office, one, two = three
    office.write([Write("person", {"phone": "2"}, rec=B)], source="screen")
    links.link(office, "person", A, B)
    assert sorted(c.unit for c in deciding.waiting(office)) == ["full_name", "phone"] and deciding.count(office) == 2
    case = next(c for c in deciding.waiting(office) if c.unit == "phone")
    deciding.decide(office, [Decision(case.rec, "phone", "2", case.heads)])
    assert [c.unit for c in deciding.waiting(office, among=[B])] == ["full_name"]
    deciding.reopen(office, case.rec, "phone")
    assert {v.value for c in deciding.waiting(office) if c.unit == "phone" for v in c.versions} == {"1", "2"}
    links.link(office, "person", A, B, False)
    assert office.get(A).values["phone"] == "1" and office.get(B).values["phone"] == "2" and not office.conflicts()


def test_a_record_that_disagrees_with_itself_and_is_linked_waits_once(three) -> None:
    office = three[0]
    disagree(*three)
    links.link(office, "person", A, B)
    phones = [c for c in deciding.waiting(office) if c.unit == "phone"]
    assert len(phones) == 1 and {v.value for v in phones[0].versions} == {"1", "11", "22"}
    assert deciding.count(office) == len(deciding.waiting(office))


# -- opening again -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("value", ["11", "22", "33"])
def test_a_settled_case_is_opened_again_with_both_values_and_that_is_undone(three, value: str) -> None:
    office = three[0]
    disagree(*three)
    before = {(v.value, v.author_name, v.source) for v in office.conflicts()[0].versions}
    office.resolve(A, "phone", value)
    decided = office.digest()
    assert [(s.rec, s.unit, s.stands) for s in deciding.settled(office)] == [(A, "phone", True)]
    deciding.reopen(office, A, "phone")
    assert {(v.value, v.author_name, v.source) for v in office.conflicts()[0].versions} == before
    assert [s.stands for s in deciding.settled(office)] == [False]
    give(office, three[1])
    assert three[1].digest() == office.digest() and three[1].verify().ok
    office.undo()
    assert office.digest() == decided and not office.conflicts()


@pytest.mark.parametrize("value", [None, "x"])
def test_a_decision_about_a_deletion_is_opened_again(three, value: str | None) -> None:
    office, one, two = three
    one.write([Write("person", {VOID: "x"}, rec=A)], source="screen")
    two.write([Write("person", {"phone": "2"}, rec=A)], source="screen")
    give(one, office)
    give(two, office)
    asked = office.digest()
    office.resolve(A, VOID, value)
    assert not office.conflicts() and (office.get(A).void is None) == (value is None)
    deciding.reopen(office, A, VOID)
    assert office.digest() == asked and [c.unit for c in office.conflicts()] == [VOID]


def test_what_somebody_changed_since_or_nobody_decided_is_not_opened(three) -> None:
    office = three[0]
    for rec, unit in ((A, "phone"), (B, "identity")):
        with pytest.raises(Problem):
            deciding.reopen(office, rec, unit)
    disagree(*three)
    office.resolve(A, "phone", "11")
    office.write([Write("person", {"phone": "44"}, rec=A)], source="screen")
    with pytest.raises(Problem):
        deciding.reopen(office, A, "phone")


# -- many ----------------------------------------------------------------------------------------------------------------

def test_a_rule_says_what_it_takes_and_what_it_leaves_before_it_writes(three) -> None:
    office, one, two = three
    disagree(*three)
    for laptop, phone in ((one, "55"), (two, "66")):
        laptop.write([Write("person", {"phone": phone}, rec=B)], source="screen")
        give(laptop, office)
    before = office.digest()
    found = ruling.preview(office, "phone", "newest-interview")
    assert [(c.conflict.rec, c.version.value) for c in found.chosen] == [(A, "11")]
    assert [(left.conflict.rec, left.why) for left in found.left] == [(B, "none")] and office.digest() == before
    assert [c.version.value for c in ruling.preview(office, "person.phone", "roster", prefix=PLACE).chosen] == ["22"]
    assert not ruling.preview(office, "phone", "roster", prefix="530000").chosen
    done = found.carry_out(office, "入户的准")
    assert not done.left and [c.rec for c in office.conflicts()] == [B]
    last = office.history(A)[-1]
    assert last.source == "review:newest-interview" and "入户的准" in last.why["newest-interview"]
    office.undo()
    assert office.digest() == before


def test_what_arrived_after_the_preview_is_left(three) -> None:
    office, one, two = three
    disagree(*three)
    disagree(*three, rec=B)
    found = ruling.preview(office, "phone", "newest-interview")
    two.write([Write("person", {"phone": "77"}, rec=A)], source=SOURCES[0])
    give(two, office)
    done = found.carry_out(office)
    assert [d.rec for d in done.left] == [A] and [c.rec for c in office.conflicts()] == [A]


def test_the_newest_is_told_by_clocks_put_right(three) -> None:
    office, one, two = three
    one.write([Write("person", {"phone": "11"}, rec=A)], source=SOURCES[0])
    two.write([Write("person", {"phone": "22"}, rec=A)], source=SOURCES[0])
    give(one, office)
    give(two, office)
    assert ruling.preview(office, "phone", "newest-interview").chosen[0].version.value == "22"
    off = {two.me.device: 86_400}  # its clock is a day ahead: it was said a day earlier than it claims
    assert ruling.preview(office, "phone", "newest-interview", clocks=off).chosen[0].version.value == "11"


def test_of_two_versions_of_one_moment_people_decide(three) -> None:
    disagree(*three)
    (case,) = deciding.waiting(three[0])
    same = replace(case, versions=[replace(v, cid=case.versions[0].cid) for v in case.versions])
    found = ruling.preview(three[0], "phone", "newest", among=[same])
    assert not found.chosen and [left.why for left in found.left] == ["tie"]


def test_the_office_rule_takes_what_the_office_changed(three) -> None:
    office, one, two = three
    one.write([Write("person", {"phone": "11"}, rec=A)], source=SOURCES[0])
    office.write([Write("person", {"phone": "99"}, rec=A)], source="screen")
    give(one, office)
    assert [c.version.value for c in ruling.preview(office, "phone", "office").chosen] == ["99"]


@pytest.mark.parametrize(("unit", "rule"), [("phone", "oldest"), ("nonsense", "newest"), ("nobody.phone", "newest"), (VOID, "newest"),
                                            ("_place", "newest")])
def test_a_rule_that_is_none_is_refused(three, unit: str, rule: str) -> None:
    with pytest.raises(Problem):
        ruling.preview(three[0], unit, rule)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed ledgers of two offices and two laptops that know the same two people."""
    folder = tmp_path_factory.mktemp("made")
    some = [a_ledger(folder, name, role) for name, role in (("office", "township"), ("other", "township"), ("one", "surveyor"), ("two", "surveyor"))]
    some[0].write([Write("person", {"full_name": n, "phone": "1"}, rec=n * 32, place=PLACE) for n in "ab"], source="roster")
    for ledger in some[1:]:
        give(some[0], ledger)
    for ledger in some:
        ledger.close()
    return folder


said = st.tuples(st.sampled_from(["one", "two"]), st.sampled_from([A, B]), st.sampled_from(["phone", "education", "wants_work", "full_name"]),
                 st.sampled_from(["1", "2", "3"]), st.sampled_from(SOURCES))


@settings(max_examples=20, deadline=None)
@given(st.lists(said, min_size=2, max_size=14), st.sampled_from(ruling.RULES), st.sampled_from(["phone", "wish", "full_name", "education"]))
def test_a_rule_is_the_same_as_the_same_decisions_by_hand_and_undo_brings_the_digest_back(made, words, rule: str, unit: str) -> None:
    with TemporaryDirectory() as here:
        office, other, one, two = (Ledger.open(Path(shutil.copy(made / f"{name}.db", here)), KEY) for name in ("office", "other", "one", "two"))
        laptops = {"one": one, "two": two}
        for who, rec, field, value, source in words:
            laptops[who].write([Write("person", {field: value}, rec=rec)], source=source)
        for laptop in laptops.values():
            give(laptop, office)
        give(office, other)
        before, found = office.digest(), ruling.preview(office, unit, rule)
        assert len(found.chosen) + len(found.left) == sum(c.unit == unit for c in deciding.waiting(office))
        found.carry_out(office)
        for one_by_one in ruling.preview(office, unit, rule, among=deciding.waiting(other)).decisions():
            other.resolve(one_by_one.rec, one_by_one.unit, one_by_one.value)
        assert office.digest() == other.digest() and office.verify().ok
        if found.chosen:
            decided = office.digest()
            first = found.chosen[0].conflict
            deciding.reopen(office, first.rec, first.unit)
            again = next(c for c in office.conflicts() if (c.rec, c.unit) == (first.rec, first.unit))
            assert {repr(v.value) for v in again.versions} == {repr(v.value) for v in first.versions}
            office.undo()
            assert office.digest() == decided
            office.undo()
        assert office.digest() == before
        for ledger in (office, one, two, other):
            ledger.close()


# -- asking again --------------------------------------------------------------------------------------------------------

def test_a_question_reaches_the_laptop_stays_until_something_new_is_said_and_can_be_taken_off(three) -> None:
    office, one, two = three
    disagree(*three)
    case = deciding.waiting(office)[0]
    asking.ask_again(office, case, "打给他儿子")
    asking.ask_again(office, case)
    give(office, one)
    (there,) = asking.open_questions(one, A)
    assert (there.about, there.unit, there.by, there.note) == (A, "phone", "office", "打给他儿子")
    assert asking.open_questions(one, B) == [] and len(asking.open_questions(one, prefix=PLACE)) == 1
    one.write([Write("person", {"phone": "12"}, rec=A)], source=SOURCES[0])
    assert asking.open_questions(one, A) == []
    give(one, office)
    assert asking.open_questions(office) == [] and "12" in {v.value for v in office.conflicts()[0].versions}
    two.undo()
    again = deciding.waiting(office)[0]
    asking.ask_again(office, again)
    assert len(asking.open_questions(office)) == 1
    office.undo()
    assert asking.open_questions(office) == []
    asking.ask_again(office, again)
    office.resolve(A, "phone", "12")
    assert asking.open_questions(office) == [] and office.verify().ok
