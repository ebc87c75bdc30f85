"""Services and training: signing in, certificates, who works afterwards; 131 at a glance."""
import pytest

from app.assistance import placing, services
from app.assistance.records import Records
from app.assistance.roll import read
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.assistance.conftest import DAY, cells, pid
from tests.assistance.work import employer, post, postid, seekers


@pytest.fixture
def town(ledger: Ledger) -> Ledger:
    ledger.write([*seekers(3), employer(), *(post(f"P{n}") for n in range(1, 5))], source="test")
    return ledger


def course(town: Ledger, **values: object) -> str:
    return services.plan(town, {"kind": "training", "topic": "缝纫工班", "start_on": "2026-10-01", "end_on": "2026-10-20", **values})


def shown(town: Ledger, rec: str) -> services.Service:
    records = Records(town.db.conn)
    return services.read(records, read(records), DAY, rec)[0]


def test_a_course_from_sign_in_to_work(town: Ledger) -> None:
    rec = course(town)
    lines = [services.sign_in(town, rec, pid(f"q{n}")) for n in range(3)]
    strict = town.digest(strict=True)
    services.sign_in(town, rec, pid("q0"))
    assert town.digest(strict=True) == strict
    with pytest.raises(Problem, match="证书编号"):
        services.end(town, lines[0], services.CERTIFIED)
    services.end(town, lines[0], services.CERTIFIED, "练2026-001")
    services.end(town, lines[1], services.COMPLETED)
    services.end(town, lines[2], services.NOT_COMPLETED)
    placing_day = "2026-11-01"
    placing.hire(town, pid("q0"), postid("P1"), placing_day)
    there = shown(town, rec)
    by = {one.person: one for one in there.people}
    assert [by[pid(f"q{n}")].certified for n in range(3)] == [True, False, False]
    assert [by[pid(f"q{n}")].works for n in range(3)] == [True, False, False]
    found = cells(town)
    assert (found["H1_courses"], found["H1_attendances"], found["H2"], found["H3"]) == (1, 3, 1, 1), "as the dispatch table counts it"


def test_work_from_before_the_course_is_not_its_fruit(town: Ledger) -> None:
    placing.hire(town, pid("q0"), postid("P1"), "2026-10-19")
    rec = course(town)
    services.sign_in(town, rec, pid("q0"))
    assert not shown(town, rec).people[0].works and "H3" not in cells(town)


def test_work_from_the_day_on_which_the_course_ended_is(town: Ledger) -> None:
    rec = course(town)
    ended = services.read(Records(town.db.conn), read(Records(town.db.conn)), DAY, rec)[0].end
    services.sign_in(town, rec, pid("q0"))
    placing.hire(town, pid("q0"), postid("P1"), ended)
    assert shown(town, rec).people[0].works and cells(town)["H3"] == 1


def test_one_number_for_the_whole_course_will_do(town: Ledger) -> None:
    rec = course(town, certificate_no="练2026-批1")
    services.end(town, services.sign_in(town, rec, pid("q0")), services.CERTIFIED)
    assert shown(town, rec).people[0].certified


def test_what_a_service_needs(town: Ledger) -> None:
    with pytest.raises(Problem, match="类型、主题"):
        services.plan(town, {"kind": "training"})
    with pytest.raises(Problem, match="早于"):
        course(town, end_on="2026-09-30")


def test_more_of_one_does_not_make_up_for_another(town: Ledger) -> None:
    one = services.Had("p", advised=5, referred=9, trained=0, since="")
    assert one.lacks == 1 and one.words() == "5/1 · 9/3 · 0/1"


def test_one_three_one(town: Ledger) -> None:
    def had(since: str = "") -> dict[str, str]:
        records = Records(town.db.conn)
        return {one.person: one.words() for one in services.had(records, read(records), DAY, since)}

    assert had() == {pid(f"q{n}"): "0/1 · 0/3 · 0/1" for n in range(3)}
    placing.refer(town, pid("q0"), postid("P1"), on="2026-11-01")
    placing.refer(town, pid("q0"), postid("P1"), on="2026-11-02")
    placing.refer(town, pid("q0"), postid("P2"), on="2026-11-02")
    town.write([Write("measure", {"person_id": pid("q0"), "measure_type": "2", "done_date": "2026-11-03"}),
                Write("measure", {"person_id": pid("q0"), "measure_type": "3", "done_date": "2026-11-02"}),
                Write("measure", {"person_id": pid("q0"), "measure_type": "3", "done_date": "2026-11-05"}),
                Write("measure", {"person_id": pid("q0"), "measure_type": "4", "planned_date": "2026-11-05"})], source="test")
    services.end(town, services.sign_in(town, course(town), pid("q1")), services.NOT_COMPLETED)
    services.sign_in(town, course(town, kind="guidance", topic="职业指导"), pid("q2"))
    found = had()
    assert found[pid("q0")] == "1/1 · 3/3 · 0/1", "three posts: two referred, one told on another day; a plan is no training"
    assert found[pid("q1")] == "0/1 · 0/3 · 0/1" and found[pid("q2")] == "1/1 · 0/3 · 0/1"
    assert had("2026-11-02")[pid("q0")] == "1/1 · 3/3 · 0/1" and had("2026-11-04")[pid("q0")] == "0/1 · 1/3 · 0/1"
    assert next(iter(found)) == pid("q1"), "who lacks most comes first"
    placing.hire(town, pid("q0"), postid("P1"), DAY)
    assert pid("q0") not in had()
