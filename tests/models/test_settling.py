"""What the simulation found: places settled, equal reports, undo beside somebody else's word."""
import secrets
from pathlib import Path

import pytest

from app.models import clock
from app.models.change import VOID
from app.models.ledger import Ledger, Write
from tests import clocks

A, B = "529999001201", "529999001202"


@pytest.fixture(autouse=True)
def _ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", clocks.ticking())


def two(folder: Path) -> tuple[Ledger, Ledger]:
    """Return two ledgers of one village."""
    folder.mkdir(exist_ok=True)
    return tuple(Ledger.create(folder / name, secrets.token_bytes(32), area=A, device_name=name, user_name=name,
                               role="surveyor", practice=True) for name in ("one", "two"))  # type: ignore[return-value]


def give(one: Ledger, other: Ledger) -> None:
    """Let the other have everything."""
    other.merge(one.changes([row[2] for row in one.feed(0, 10_000)]))


def test_a_disputed_place_is_settled_by_the_one_that_is_shown(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲"}, place=A)], source="screen").ids[0]
    give(one, other)
    one.write([Write("person", {}, rec=rec, place=B)], source="screen")
    other.write([Write("person", {}, rec=rec, place="529999002201")], source="screen")
    give(other, one)
    record = one.get(rec)
    assert record is not None
    assert list(record.conflicts) == ["_place"]
    one.resolve(rec, "_place", record.place)
    assert not one.conflicts()


def test_who_saw_one_of_two_equal_reports_saw_both(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲"}, place=A)], source="screen").ids[0]
    give(one, other)
    one.write([Write("person", {"member_since": "2024-01-01"}, rec=rec)], source="screen")
    other.write([Write("person", {"member_since": "2024-01-01", "move_reason": None}, rec=rec)], source="screen")
    give(other, one)
    one.write([Write("person", {"member_since": "2025-01-01"}, rec=rec)], source="screen")
    assert not one.conflicts()


def test_an_undone_word_gives_way_to_the_one_beside_it(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲", "phone": "1"}, place=A)], source="screen").ids[0]
    give(one, other)
    other.write([Write("person", {"phone": "2"}, rec=rec)], source="screen")
    one.write([Write("person", {"phone": "3"}, rec=rec)], source="screen")
    give(other, one)
    assert [c.unit for c in one.conflicts()] == ["phone"]
    one.undo()
    record = one.get(rec)
    assert record is not None
    assert (record.values["phone"], list(record.conflicts)) == ("2", [])


def test_an_undone_decision_on_a_deletion_puts_both_sides_back(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲"}, place=A)], source="screen").ids[0]
    one.write([Write("person", {VOID: "x"}, rec=rec)], source="screen")
    give(one, other)
    one.write([Write("person", {VOID: "y"}, rec=rec)], source="screen")
    other.write([Write("person", {VOID: None}, rec=rec)], source="screen")
    give(other, one)
    assert [c.unit for c in one.conflicts()] == [VOID]
    one.resolve(rec, VOID, "z")
    assert not one.conflicts()
    one.undo()
    assert [c.unit for c in one.conflicts()] == [VOID]


def test_an_edit_that_comes_before_the_person_is_taken_in(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲"}, place=A)], source="screen").ids[0]
    edit = one.write([Write("person", {"phone": "1"}, rec=rec)], source="screen")
    other.merge(one.changes(edit.cids))
    give(one, other)
    assert one.digest() == other.digest()
    assert other.verify().ok


def test_of_two_deletions_the_one_that_saw_everything_is_enough_whatever_the_clocks(tmp_path: Path) -> None:
    for first in (0, 1):
        one, other = two(tmp_path / str(first))
        rec = one.write([Write("person", {"full_name": "练习甲"}, place=A)], source="screen").ids[0]
        give(one, other)
        other.write([Write("person", {"skills": ["1"]}, rec=rec)], source="screen")
        for each in (one, other) if first else (other, one):
            each.write([Write("person", {VOID: "x"}, rec=rec)], source="screen")
        give(other, one)
        record = one.get(rec)
        assert record is not None
        assert (record.void, list(record.conflicts)) == ("x", [])


def test_keeping_what_somebody_deleted_is_undone_to_the_question_not_to_the_deletion(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲", "phone": "1"}, place=A)], source="screen").ids[0]
    give(one, other)
    one.write([Write("person", {VOID: "x"}, rec=rec)], source="screen")
    other.write([Write("person", {"phone": "2"}, rec=rec)], source="screen")
    give(other, one)
    before = one.digest()
    for value in (None, "x"):
        one.resolve(rec, VOID, value)
        assert not one.conflicts()
        one.undo()
        assert [c.unit for c in one.conflicts()] == [VOID] and one.digest() == before


def test_an_undone_undeletion_deletes_again(tmp_path: Path) -> None:
    one, _ = two(tmp_path)
    rec = one.write([Write("person", {"full_name": "练习甲", "phone": "1"}, place=A)], source="screen").ids[0]
    one.write([Write("person", {VOID: "x"}, rec=rec)], source="screen")
    deleted = one.digest()
    one.write([Write("person", {VOID: None}, rec=rec)], source="screen")
    one.undo()
    assert one.digest() == deleted and not one.conflicts()
