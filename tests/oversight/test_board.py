"""The board: a line for each place right below, two numbers for each rate, and nobody lost on the way without a reason."""
from collections.abc import Callable

import pytest

from app.models.ledger import Ledger
from app.models.writing import Write
from app.oversight import board
from app.oversight.behind import Behind
from app.oversight.kept import KeptFigures
from tests.assistance.conftest import COUNTY, DAY, OTHER_SITE, SITE, TOWN, hid, home, job, out_of_work, person, pid


def kept(ledger: Ledger) -> KeptFigures:
    found = KeptFigures(ledger)
    found.follow(DAY, "")
    return found


def test_a_line_for_each_place_right_below_with_the_age_of_its_data(ledger: Ledger) -> None:
    ledger.write([home("H"), person("a", "H", "1990-05-05"), person("b", "H", "1990-05-05"),
                  job("a", as_of="2026-11-03"), job("b", as_of="2026-11-13"),
                  home("G", OTHER_SITE), person("c", "G", "1990-05-05"), home("K", "529999002L01")], source="test")
    town, county = board.quick(kept(ledger), TOWN, DAY, ""), board.quick(kept(ledger), COUNTY, DAY, "")
    assert [(line.code, line.sums["B1"], line.age) for line in town.lines] == [(SITE, 2, 15), (OTHER_SITE, 1, None)]
    assert [(line.code, line.sums["A1"]) for line in county.lines] == [("529999001000", 2), ("529999002000", 1)]
    assert town.rate("employment_rate") == (2, 3) and all(holds for _, holds in town.identities())
    assert town.identities()[0][0] == "劳动力 3 = 已就业 2 + 想工作 0 + 不想 0 + 不明 1"


def test_an_identity_that_fails_says_so(ledger: Ledger) -> None:
    ledger.write([home("H"), person("a", "H", "1990-05-05"), job("a", work_area_level=None)], source="test")
    assert [holds for _, holds in board.quick(kept(ledger), TOWN, DAY, "").identities()] == [True, False, True]


def test_the_way_from_wish_to_staying(ledger: Ledger) -> None:
    def referred(code: str, n: int, on: str, outcome: str = "3") -> Write:
        return Write("referral", {"person_id": pid(code), "date": on, "outcome": outcome}, rec=f"{n:032x}")

    writes = [home("H")]
    for code in "abcdef":
        writes += [person(code, "H", "1990-05-05", wants_work="1"), out_of_work(code, start_date="2026-02-01")]
    for n, (code, began, end) in enumerate((("c", "2026-07-01", None), ("d", "2026-10-20", None), ("e", "2026-06-01", "2026-06-20"))):
        writes += [referred(code, n, "2026-05-10", "4"), out_of_work(code, start_date="2026-02-01", end_date=began),
                   job(code, 2, start_date=began, end_date=end)]
    ledger.write([*writes, referred("b", 9, "2026-05-11"), person("g", "H", "1990-05-05"), job("g")], source="test")
    way = board.slow(kept(ledger), TOWN, DAY, "2026-05-01")
    told = {stage.key: ({pid(c) for c in who} == stage.people, {why: len(ids) for why, ids in stage.lost}) for stage, who in zip(
        way.stages, ("abcdef", "bcde", "cde", "c"), strict=True)}
    assert told == {"wanted": (True, {"not_referred": 2}), "referred": (True, {"not_arrived": 1}),
                    "arrived": (True, {"not_yet": 1, "left": 1}), "stayed": (True, {})}
    assert way.trend[0][0] >= "2026-05-01" and way.trend[-1] == (DAY, 3, 7) and len(way.trend) <= 12


def test_who_no_longer_wanted_work_when_the_period_began_is_not_on_the_way(ledger: Ledger) -> None:
    ledger.write([home("H"), *(person(code, "H", "1990-05-05", wants_work="3") for code in "ab"),
                  *(out_of_work(code, start_date="2026-02-01", as_of="2026-04-20", end_date=end)
                    for code, end in (("a", "2026-05-01"), ("b", "2026-05-02"))),
                  job("a", 2, start_date="2026-05-01", as_of=DAY), job("b", 2, start_date="2026-05-02", as_of=DAY)], source="test")
    first, *_ = board.slow(kept(ledger), TOWN, DAY, "2026-05-01").stages
    assert first.people == {pid("b")}, "who began to work on the first day of the period wanted it until the day before"


@pytest.mark.parametrize("since", ["", "2026-11-20", "2026-01-01", "2020-01-01"])
def test_the_trend_ends_on_the_day_and_is_not_crowded(make: Callable[[], Ledger], since: str) -> None:
    days = [day for day, _, _ in board.slow(kept(make()), TOWN, DAY, since).trend]
    assert days[-1] == DAY and 1 <= len(days) <= 12 and days == sorted(days) and (not since or days[0] >= since)


def test_each_one_behind_a_figure_has_an_answer_who_when_and_where(ledger: Ledger) -> None:
    ledger.write([home("H", dwelling_no="3-2-501"), person("a", "H", "1990-05-05", relation_to_head="02"),
                  job("a", employer_name="海晨电子", monthly_income=3600), person("b", "H", "1992-05-05"),
                  Write("referral", {"person_id": pid("b"), "date": "2026-10-01", "outcome": "3"}, rec="1" * 32)], source="test")
    a, h, r, b = Behind(ledger, DAY).answers([("person", pid("a")), ("household", hid("H")), ("referral", "1" * 32), ("person", pid("b"))])
    assert (a.name, a.person, a.who, a.where) == ("练a", pid("a"), "杨练", "laptop") and "3600 元" in a.says and "海晨电子" in a.says
    assert a.about == "36 周岁 · 3-2-501" and len(a.when) == 16
    assert h.name == "练a 家" and h.household == hid("H") and "海晨电子" in h.says
    assert r.person == pid("b") and "2026-10-01" in r.says and b.says == "没有问过就业情况"


def test_the_answer_is_that_of_the_last_spell_and_of_who_wrote_it_last(make: Callable[..., Ledger]) -> None:
    ledger, other = make(), make()
    ledger.write([home("H"), person("a", "H", "1990-05-05", relation_to_head="02"), job("a", employer_name="海晨电子", end_date="2026-10-01"),
                  job("a", 2, start_date="2026-10-01", employer_name="青禾纸厂"), job("a", 3, start_date="2026-12-01", employer_name="云上家具厂")],
                 source="test")
    other.merge(ledger.changes([row[2] for row in ledger.feed(0, 99)]))
    other.write([Write("placement", {"employer_name": "青禾纸业"}, rec=job("a", 2).rec)], source="test", author="f" * 32)
    ledger.merge(other.changes([row[2] for row in other.feed(0, 99)]))
    one, = Behind(ledger, DAY).answers([("person", pid("a"))])
    assert "青禾纸业" in one.says and "海晨" not in one.says and "云上" not in one.says, "the one that goes on on the day"
    first, = Behind(ledger, "2026-09-30").answers([("person", pid("a"))])
    assert "海晨电子" in first.says
    writer, = Behind(ledger, DAY).answers([("person", pid("a"))])
    assert writer.who != "杨练", "who wrote last, not who wrote first"


def test_who_wrote_last_is_found_without_walking_the_feed(ledger: Ledger) -> None:
    ledger.write([home("H"), person("a", "H", "1990-05-05", relation_to_head="02"), job("a", employer_name="海晨电子")], source="test")
    conn, asked = ledger.db.conn, list[str]()
    conn.set_trace_callback(lambda sql: asked.append(sql) if "change" in sql else None)
    told = Behind(ledger, DAY).answers([("person", pid("a")), ("household", hid("H"))])
    conn.set_trace_callback(None)
    assert [one.who for one in told] == ["杨练", "杨练"] and asked
    for sql in asked:
        plan = [row[-1] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert not any(step.startswith("SCAN change") for step in plan), (sql, plan)
