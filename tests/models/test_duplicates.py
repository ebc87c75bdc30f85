"""Who looks registered twice: which pairs are sure enough for many at once, what differs, and how progress is told."""
import pytest

from app.models import duplicates, links
from app.models.ledger import Ledger, Write

NUMBER = "529999199203010023"


def person(ledger: Ledger, **values: str) -> str:
    return ledger.write([Write("person", values, place="529999001201")], source="roster").ids[0]


def test_only_equal_numbers_and_names_without_another_birth_are_sure(ledger: Ledger) -> None:
    known = {"full_name": "练习甲", "id_number": NUMBER, "birth_date": "1992-03-01"}
    first = person(ledger, **known)
    others = {why: person(ledger, **values) for why, values in {
        "same": known, "birth": {**known, "birth_date": "1992-03-02"}, "name": {**known, "full_name": "练习乙"},
        "no birth": {"full_name": "练习甲", "id_number": NUMBER}}.items()}
    found = duplicates.proposals(ledger)
    sure = {frozenset((p.one, p.other)) for p in duplicates.sure(ledger, found)}
    assert {why for why, rec in others.items() if frozenset((first, rec)) in sure} == {"same", "no birth"}
    links.link_many(ledger, "person", [(p.one, p.other) for p in duplicates.sure(ledger, found)])
    assert frozenset((first, others["same"])) not in {frozenset((p.one, p.other)) for p in duplicates.proposals(ledger)}


def test_what_is_compared_marks_what_both_say_and_differs_and_shows_it_first(ledger: Ledger) -> None:
    one, other = person(ledger, full_name="练习甲", phone="1", education="20"), person(ledger, full_name="练习甲", phone="2", sex="1")
    assert [(c.field, c.differs) for c in duplicates.compare(ledger, one, other)] == [
        ("phone", True), ("full_name", False), ("sex", False), ("education", False)]


def test_one_digit_off_is_found_wherever_it_stands(ledger: Ledger) -> None:
    person(ledger, full_name="练习甲", id_number=NUMBER)
    for at in range(17):
        wrong = NUMBER[:at] + str((int(NUMBER[at]) + 1) % 10) + NUMBER[at + 1:]
        rec = person(ledger, full_name="练习甲", id_number=wrong)
        assert any(rec in (p.one, p.other) and duplicates.DIGIT in p.why for p in duplicates.proposals(ledger)), at
        ledger.write([Write("person", {"_void": "x"}, rec=rec)], source="screen")


def test_looking_tells_how_far_it_is_and_can_be_stopped(ledger: Ledger) -> None:
    person(ledger, full_name="练习甲")
    told: list[float] = []
    duplicates.proposals(ledger, lambda done, total: told.append(done / total))
    assert told == sorted(told) and told[-1] == 1

    def stop(done: float, total: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        duplicates.proposals(ledger, stop)
