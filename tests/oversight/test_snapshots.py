"""A report that was sent: the same hash whatever came since, a correction as revision 2, nothing overwritten."""
from collections.abc import Callable

import pytest

from app.models import links
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from app.oversight import snapshots
from app.oversight.indicators import as_dict
from app.oversight.snapshots import freeze, frozen, recounted, same
from tests.assistance.conftest import DAY, SITE, TOWN, figures, hid, home, job, out_of_work, person, pid

MONTH = "2026-10-31"


def begin(ledger: Ledger) -> None:
    ledger.write([home("H"), home("G"), person("a", "H", "1990-05-05"), person("b", "G", "1985-01-01"), person("c", "G", "1985-01-01"),
                  out_of_work("a"), job("b"), job("c")], source="test")


LATE: dict[str, Callable[[Ledger], object]] = {
    "a job that had begun before": lambda ledger: ledger.write([out_of_work("a", end_date="2026-10-01"), job("a", 2, start_date="2026-10-01")],
                                                               source="test"),
    "somebody new": lambda ledger: ledger.write([person("d", "H", "1999-01-01"), job("d")], source="test"),
    "somebody deleted": lambda ledger: ledger.write([Write("person", {"_void": "重复"}, rec=pid("b"))], source="test"),
    "two who are one": lambda ledger: links.link(ledger, "person", pid("b"), pid("c")),
    "a move": lambda ledger: ledger.write([Write("person", {"household_id": hid("H"), "member_since": "2026-01-01"}, rec=pid("b"))], source="test"),
    "another rule": lambda ledger: ledger.write([Write("setting", {"key": "scope_age_from", "value": 40}, place=TOWN)], source="test"),
    "a deleted spell": lambda ledger: ledger.write([Write("placement", {"_void": "误"}, rec=job("b").rec)], source="test"),
}


@pytest.mark.parametrize("name", LATE)
def test_a_frozen_report_recomputes_to_the_same_hash_after_late_changes(ledger: Ledger, name: str) -> None:
    begin(ledger)
    sent = freeze(ledger, TOWN, MONTH)
    assert sent.new and sent.revision == 1 and sent.cells["cells"]["C1"] == 2 and same(ledger, sent)
    LATE[name](ledger)
    assert same(ledger, sent)
    assert as_dict(recounted(ledger, sent).report(TOWN[:9]), TOWN, MONTH, "") == sent.cells
    assert snapshots.told_by(figures(ledger, MONTH), TOWN)[1] != sent.hash, "now it would be another report"
    assert frozen(ledger) == [snapshots.Snapshot(*(getattr(sent, field) for field in sent.__slots__[:-1]))]


def test_a_correction_is_revision_2_with_what_changed_and_the_first_stays(ledger: Ledger) -> None:
    begin(ledger)
    first = freeze(ledger, TOWN, MONTH)
    assert freeze(ledger, TOWN, MONTH).id == first.id and not freeze(ledger, TOWN, MONTH).new, "nothing changed: nothing new"
    LATE["somebody new"](ledger)
    second = freeze(ledger, TOWN, MONTH)
    assert second.revision == 2 and second.changed["C1"] == {"from": 2, "to": 3, "joined": [pid("d")], "left": []}
    assert "D3" not in second.changed
    assert [(one.id, one.revision) for one in frozen(ledger, TOWN, MONTH)] == [(first.id, 1), (second.id, 2)]
    assert same(ledger, first) and same(ledger, second)
    assert freeze(ledger, SITE, MONTH).revision == 1 and freeze(ledger, TOWN, DAY).revision == 1


def test_the_same_numbers_of_other_people_are_another_report(ledger: Ledger) -> None:
    ledger.write([home("G"), *(person(code, "G", "1985-01-01") for code in "bc"), job("b"), out_of_work("c")], source="test")
    sent = freeze(ledger, TOWN, MONTH)
    ledger.write([Write("placement", {"_void": "误"}, rec=job(code).rec) for code in "bc"], source="test")
    ledger.write([job("c", 2), out_of_work("b", 2)], source="test")
    now = freeze(ledger, TOWN, MONTH)
    assert now.cells["cells"] == sent.cells["cells"] and now.hash != sent.hash and now.revision == 2
    assert now.changed["C1"] == {"from": 1, "to": 1, "joined": [pid("c")], "left": [pid("b")]} and same(ledger, sent)


def test_elsewhere_it_is_read_and_not_recounted(ledger: Ledger, make: Callable[[], Ledger]) -> None:
    begin(ledger)
    sent = freeze(ledger, TOWN, MONTH)
    other = make()
    other.merge(ledger.changes([row[0] for row in ledger.db.conn.execute("SELECT cid FROM change")]))
    there, = frozen(other)
    assert there.cells == sent.cells and there.hash == sent.hash
    with pytest.raises(Problem) as refused:
        same(other, there)
    assert refused.value.key == "snapshot.elsewhere"
