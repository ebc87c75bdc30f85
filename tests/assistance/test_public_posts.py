"""Public-welfare posts: quota, one for a household, term, age and attendance, in words; local jobs."""
import pytest

from app.assistance import placing, public_posts
from app.assistance.records import Records
from app.assistance.roll import read
from app.models.ledger import Ledger
from app.models.problem import Problem
from tests.assistance.conftest import DAY, TOWN, home, job, out_of_work, person, pid
from tests.assistance.work import employer, post, postid


@pytest.fixture
def town(ledger: Ledger) -> Ledger:
    ledger.write([
        home("H"), person("a", "H", "1974-01-10", labour_capacity="3", wants_work="1"), out_of_work("a"),
        person("b", "H", "1976-01-10", labour_capacity="3", wants_work="1"), out_of_work("b"),
        home("J"), person("c", "J", "1954-01-10", labour_capacity="3", wants_work="1"), out_of_work("c"),
        person("d", "J", "1990-01-10", wants_work="1"), out_of_work("d"), person("e", "J", "1991-01-10"), job("e"),
        person("kid", "J", "2011-01-10", labour_capacity="5"), person("s", "J", "2008-01-10", student_status="41"),
        employer(area_id=TOWN), public("G1", quota=2), public("G2", quota=1), post("P1")], source="test")
    return ledger


def public(code: str, **values: object):  # type: ignore[no-untyped-def]
    return post(code, **{"title": "保洁员",
                         "source": "4", "kind": "3", "area_id": TOWN, "monthly_subsidy": 800, "collected_on": "2023-01-01", **values})


def against(town: Ledger, who: str, code: str = "G1", on: str = DAY) -> list[tuple[str, bool]]:
    return [(one.key, one.stops) for one in public_posts.objections(town, pid(who), postid(code), on)]


def test_nothing_speaks_against_the_weaker_of_a_zero_household(town: Ledger) -> None:
    assert against(town, "a") == []
    spell = public_posts.appoint(town, pid("a"), postid("G1"), DAY)
    told = town.get(spell).values  # type: ignore[union-attr]
    assert {name: told.get(name) for name in ("employment_type", "public_post_kind", "monthly_income", "start_date", "post_id")} == {
        "employment_type": "2", "public_post_kind": "3", "monthly_income": 800, "start_date": DAY, "post_id": postid("G1")}


def test_one_for_a_household_wants_a_reason_and_keeps_it(town: Ledger) -> None:
    public_posts.appoint(town, pid("a"), postid("G1"), DAY)
    assert ("household", False) in against(town, "b")
    before = town.digest()
    with pytest.raises(Problem, match="这一户已经有人在公益性岗位，一户一岗。.*写一句原因"):
        public_posts.appoint(town, pid("b"), postid("G1"), DAY)
    assert town.digest() == before
    spell = public_posts.appoint(town, pid("b"), postid("G1"), DAY, "县里定为可安置两人")
    assert any((event.why or {}).get("V17") == "县里定为可安置两人" for event in town.history(spell))


def test_what_stops(town: Ledger) -> None:
    assert ("young", True) in against(town, "kid") and ("student", True) in against(town, "s")
    public_posts.appoint(town, pid("a"), postid("G2"), DAY)
    assert ("quota", True) in against(town, "c", "G2")
    with pytest.raises(Problem, match="定员 1 人，已有 1 人，没有空额"):
        public_posts.appoint(town, pid("c"), postid("G2"), DAY, "再加一个")
    assert ("two", True) in against(town, "a") and against(town, "a", "P1")[0] == ("kind", True)


def test_age_strength_and_term_want_a_reason(town: Ledger) -> None:
    assert against(town, "c") == [("old", False)]
    assert against(town, "d") == [("strong", False)], "able, and somebody of the household works"
    town.write([out_of_work("a", start_date="2023-10-01", end_date="2023-11-01"),
                job("a", 2, employment_type="2", work_area_level="1", start_date="2023-11-01", end_date="2026-11-01",
                    as_of="2026-11-01")], source="test")
    assert ("term", False) in against(town, "a")


def test_quota_age_term_and_attendance_at_a_glance(town: Ledger) -> None:
    town.write([out_of_work("a", start_date="2023-10-01")], source="test")
    first = public_posts.appoint(town, pid("a"), postid("G1"), "2023-11-20")
    old = public_posts.appoint(town, pid("c"), postid("G1"), DAY, "无其他人选")
    public_posts.attend(town, first, "2026-11", 20)
    public_posts.attend(town, first, "2026-11", 21, paid_on=DAY)
    records = Records(town.db.conn)
    by_post, unfiled = public_posts.quotas(records, read(records), DAY)
    full = next(q for q in by_post if q.post.id == postid("G1"))
    assert full.vacant == 0 and not unfiled
    assert [(w.spell, w.months, w.over_term, w.over_age, w.days) for w in full.workers] == [
        (first, 36, False, False, 21), (old, 0, False, True, None)]
    one = public_posts.quotas(records, read(records), "2026-12-20")[0]
    assert [(w.months, w.over_term, w.days) for q in one for w in q.workers][0] == (37, True, None), "a new month, and past the term"


def test_whoever_is_as_old_as_the_limit_is_not_over_age(town: Ledger) -> None:
    for code, born in (("x", "1957-01-10"), ("y", "1956-01-10")):  # 69 and 70
        town.write([person(code, "J", born), job(code, employment_type="2", work_area_level="1")], source="test")
    records = Records(town.db.conn)
    over = {one.person: (one.age, one.over_age) for one in public_posts.workers(records, read(records), DAY)}
    assert (over[pid("x")], over[pid("y")]) == ((69, False), (70, True))


def test_attendance_is_refused_in_words(town: Ledger) -> None:
    spell = public_posts.appoint(town, pid("a"), postid("G1"), DAY)
    for month, days, words in (("2026-13", 3, "考勤月份"), ("2026-12", 3, "不能晚于本月"), ("2026-11", 32, "0 到 31")):
        with pytest.raises(Problem, match=words):
            public_posts.attend(town, spell, month, days)
    with pytest.raises(Problem, match="没有登记公益性岗位"):
        public_posts.attend(town, town.rows("placement", {"person_id": pid("e")})[0][0], "2026-11", 3)


def test_full_months() -> None:
    assert [public_posts.whole_months("2026-01-31", on) for on in ("2026-02-28", "2026-03-31", "2026-01-01", "2027-01-31")] == [0, 2, 0, 12]


def test_local_jobs(town: Ledger) -> None:
    town.write([employer("W", name="练习车间", area_id=TOWN), post("W1", "W", source="3", headcount=5, area_id=TOWN)], source="test")
    placing.hire(town, pid("a"), postid("W1"), DAY)
    town.write([job("d", 2, employment_type="3", work_area_level="1", start_date=DAY, employer_name="别的车间")], source="test")
    records = Records(town.db.conn)
    assert [(one.source, one.employer, one.left, one.people) for one in public_posts.local(records, read(records), DAY)] == [
        ("3", "别的车间", 0, (pid("d"),)), ("3", "练习车间", 4, (pid("a"),))]
