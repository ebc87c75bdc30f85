"""The agenda: whose clock runs comes first, nothing is told twice, each with its reason; and the reasons are those of the rules."""
from app.assistance import agenda, targets, why
from app.assistance.agenda import ASK, CALL, CHECK, REVIEW, VISIT, ZERO
from app.assistance.thresholds import Terms
from app.models import asking
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.assistance.conftest import DAY, OTHER_SITE, SITE, hid, home, job, out_of_work, person, pid
from tests.assistance.test_worked import worked


def test_the_worked_households_give_one_clock_and_it_is_late(ledger: Ledger) -> None:
    ledger.write(worked(), source="test")
    first, *rest = agenda.errands(ledger, DAY)
    assert (first.kind, first.household, first.due, first.late, first.clock) == (ZERO, hid("H2"), "2026-10-04", 50, (54, 5))
    assert "还没有开始帮扶" in first.words and not rest
    ledger.write([Write("measure", {"person_id": pid("d"), "measure_type": "2", "done_date": "2026-10-03"}, rec="1" * 32)], source="test")
    first = agenda.errands(ledger, DAY)[0]
    assert (first.due, first.late) == ("2026-10-06", 48) and "2026-10-03 帮过" in first.words


def test_help_counts_from_the_day_on_which_the_case_opened(ledger: Ledger) -> None:
    ledger.write([*worked(), *(Write("measure", {"person_id": pid("d"), "measure_type": "2", "done_date": on}, rec=n * 32)
                               for n, on in (("1", "2026-09-30"), ("2", "2026-10-01"), ("3", "2026-10-02")))], source="test")
    case, = agenda.group(ledger, DAY).cases
    assert (case.opened, case.helped) == ("2026-10-01", "2026-10-01")


def test_in_order_of_need(ledger: Ledger) -> None:
    ledger.write([
        home("Z"), person("z", "Z", "1990-01-01"), out_of_work("z", start_date="2026-11-22"),
        home("Y"), person("y", "Y", "1990-01-01"), out_of_work("y", start_date="2026-10-01"),
        home("C"), person("c", "C", "1990-01-01"), out_of_work("c", end_date="2026-11-20"), job("c", 2, start_date="2026-11-20"),
        home("F"), person("f", "F", "1990-01-01"), job("f", start_date="2026-11-10", as_of="2026-11-10", transfer_mode="1", verified_on="2026-11-10"),
        home("U"), person("u", "U", "1990-01-01"), person("v", "U", "1990-01-01")], source="test")
    ledger.write([Write("person", {"phone": "13800000001"}, rec=pid("f"))], source="test")
    found = agenda.errands(ledger, DAY)
    assert [one.kind for one in found] == [ZERO, ZERO, CHECK, CALL, VISIT]
    assert [one.household for one in found[:3]] == [hid("Y"), hid("Z"), hid("C")], "the one that is late comes before the one that has time"
    assert found[1].late == -2 and found[3].person == pid("f") and "7 天" in found[3].words and found[4].words.startswith("2 人情况不明")
    told = agenda.names(ledger, [pid("f")], [hid("Y")])
    assert told[pid("f")][0] == "练f" and told[hid("Y")][0].endswith("家（1 人）")


def test_what_the_review_asks_stands_on_the_list(ledger: Ledger, make: object) -> None:
    other = make()  # type: ignore[operator]
    ledger.write([home("H"), person("a", "H", "1990-05-05", phone="1"), job("a", verified_on="2026-03-01")], source="test")
    other.merge(ledger.changes([row[2] for row in ledger.feed(0, 99)]))
    ledger.write([Write("person", {"phone": "2"}, rec=pid("a"))], source="test")
    other.write([Write("person", {"phone": "3"}, rec=pid("a"))], source="test")
    ledger.merge(other.changes([row[2] for row in other.feed(0, 99)]))
    one = next(one for one in agenda.errands(ledger, DAY) if one.kind == REVIEW)
    assert (one.person, one.opens) == (pid("a"), pid("a"))
    asking.ask_again(ledger, ledger.conflicts()[0], "问清楚")
    kinds = {one.kind: one for one in agenda.errands(ledger, DAY)}
    assert "问清楚" in kinds[ASK].words and kinds[ASK].person == pid("a")


def test_only_what_lies_under_the_place(ledger: Ledger) -> None:
    ledger.write([home("Z"), person("z", "Z", "1990-01-01"), out_of_work("z"),
                  home("Y", OTHER_SITE), person("y", "Y", "1990-01-01"), out_of_work("y")], source="test")
    assert {one.household for one in agenda.errands(ledger, DAY, SITE)} == {hid("Z")}
    assert set(agenda.group(ledger, DAY, SITE).standings) == {pid("z")}


def test_the_reasons_end_where_the_rule_says_no(ledger: Ledger) -> None:
    ledger.write([*worked(), home("N", relocation_type="9"), person("n", "N", "1990-01-01"), home("M", moved_in_date="2026-12-01"),
                  person("m", "M", "1990-01-01"), person("x", "H1", "1990-01-01", person_status="2", status_date="2026-01-01"),
                  person("k", "H1", "1990-01-01", labour_capacity=None), person("o", "nowhere", "1990-01-01"),
                  person("y", "H1", "1990-01-01", birth_date=None)], source="test")
    found = agenda.group(ledger, DAY)
    told = {}
    for rec, one in found.standings.items():
        steps = why.reasons(found.roll.people[rec], found.home_of(found.roll.people[rec]), DAY, Terms())
        assert all(step.holds for step in steps[:-1]) and all(step.words for step in steps)
        assert steps[-1].holds == one.in_scope and (one.in_scope or steps[-1].key == one.out)
        told[rec] = steps[-1]
    assert {told[pid(code)].key for code in "ceg"} == {"young", "unable", "student"}
    assert {told[pid(code)].key for code in "nmxkoy"} == {"not_relocated", "not_yet_moved", "gone", "capacity", "household", "age"}
    assert told[pid("c")].words == "不满 16 周岁（8 周岁，16 周岁起）"


def test_what_work_follows_from_is_said(ledger: Ledger) -> None:
    ledger.write([*worked(), home("U"), person("u", "U", "1990-01-01"), person("v", "U", "1990-01-01"), job("v", as_of="2026-03-01")], source="test")
    found = agenda.group(ledger, DAY)

    def words(code: str) -> str:
        return why.work_words(found.roll.people[pid(code)], found.standings[pid(code)], DAY, Terms())

    assert words("a") == "已就业，2026-03-01 起；2026-11-23 说的，算到 2027-05-22"
    assert words("u") == "从来没有问过就业情况" and words("v") == "2026-03-01 问过，过了 180 天，不能再算"
    assert found.priority(pid("d")) == "1" and found.priority(pid("c")) == "" and targets.REASONS
    assert found.in_need([pid("a"), pid("d"), pid("c")]) == [pid("d"), pid("a"), pid("c")]
