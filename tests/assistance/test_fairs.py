"""Fairs: one check-in however typed, intentions with their posts, later hires from the spells; special meetings over the threshold."""
import pytest

from app.assistance import fairs, follow_ups, placing
from app.assistance.records import Records
from app.assistance.roll import read
from app.models.ledger import Ledger
from app.models.links import link
from app.models.office import agree
from app.models.problem import Problem
from app.models.writing import Write
from tests.assistance.conftest import DAY, OTHER_SITE, SITE, cells, home, out_of_work, person, pid
from tests.assistance.test_batches import give
from tests.assistance.work import employer, post, postid, seekers, site

NUMBER = "529999199003010018"


@pytest.fixture
def town(ledger: Ledger) -> Ledger:
    ledger.write([*seekers(4), employer(), employer("E2"), post("P1"), post("P2", "E2"), site(),
                  home("R", relocation_type="9"), person("r", "R", "1990-03-01", full_name="韦小山", id_type="01", id_number=NUMBER)], source="test")
    return ledger


def held(town: Ledger, **values: object) -> str:
    return fairs.plan(town, {"name": "向阳专场", "on": DAY, "fair_kind": "1", **values})


def shown(town: Ledger, fair: str) -> fairs.Fair:
    records = Records(town.db.conn)
    return fairs.read(records, read(records), fair)[0]


def test_a_queue_is_checked_in_once_each(town: Ledger) -> None:
    fair = held(town)
    hit, = fairs.who(town, "５２９９９９19900301001 8")
    assert hit.person == pid("r") and [h.person for h in fairs.who(town, "韦小山")] == [pid("r")] == [h.person for h in fairs.who(town, "0018")]
    assert fairs.who(town, NUMBER[:-1] + "X") == []
    one = fairs.check_in(town, fair, pid("r"))
    strict = town.digest(strict=True)
    assert fairs.check_in(town, fair, pid("r")) == one and town.digest(strict=True) == strict
    assert [v.at[:10] for v in shown(town, fair).visitors] == [DAY]


def test_intentions_are_referrals_and_later_hires_are_counted(town: Ledger) -> None:
    fair = held(town)
    for n in range(3):
        fairs.check_in(town, fair, pid(f"q{n}"))
    fairs.intend(town, fair, pid("q0"), [postid("P1")])
    fairs.intend(town, fair, pid("q0"), [postid("P1"), postid("P2")])
    fairs.intend(town, fair, pid("r"), [postid("P2")])
    fairs.intend(town, fair, pid("q2"), [postid("P1")])  # and began in another post than that one
    assert cells(town)["F3"] == 4 and cells(town)["F4"] == 3, "four people and posts, three people"
    assert fairs.settle(town, fair) == {"attended": 4, "intentions": 3, "hired": 0, "hired_relocated": 0, "posts": 2, "employers": 2}
    placing.hire(town, pid("q0"), postid("P2"), DAY)
    placing.hire(town, pid("r"), postid("P2"), DAY)
    placing.hire(town, pid("q2"), postid("P2"), DAY)
    placing.hire(town, pid("q1"), postid("P1"), DAY)  # came, but had agreed on nothing
    assert fairs.settle(town, fair, {"attended": 120, "employers": 1}) == {
        "attended": 120, "intentions": 3, "hired": 2, "hired_relocated": 1, "posts": 2, "employers": 2}
    found = cells(town)
    assert (found["I1_fairs"], found["I1_attended"], found["I1_intentions"], found["I1_hired"], found["F5"]) == (1, 120, 3, 2, 4)
    assert town.rows("referral", {"person_id": pid("q0"), "post_id": postid("P2")})[0][1]["outcome"] == placing.HIRED
    assert town.rows("referral", {"person_id": pid("q0"), "post_id": postid("P1")})[0][1]["outcome"] == placing.INTENDED
    follow_ups.left(town, pid("q0"), last=DAY, reason="2", on=DAY)
    assert fairs.settle(town, fair)["hired"] == 2, "who left had been hired"


def test_a_live_stream_has_intentions_and_no_visitors_who_came(town: Ledger) -> None:
    fair = held(town, fair_kind="2")
    with pytest.raises(Problem, match="直播"):
        fairs.check_in(town, fair, pid("q0"))
    fairs.intend(town, fair, pid("q0"), [postid("P1")])
    assert [(v.at, v.posts) for v in shown(town, fair).visitors] == [("", (postid("P1"),))]
    told = fairs.settle(town, fair)
    assert (told["attended"], told["intentions"]) == (0, 1) and cells(town).get("I1_attended", 0) == 0


def test_a_mistaken_check_in_goes_and_comes_back(town: Ledger) -> None:
    fair = held(town)
    fairs.check_in(town, fair, pid("q0"))
    fairs.withdraw(town, fair, pid("q0"))
    assert shown(town, fair).visitors == ()
    fairs.check_in(town, fair, pid("q0"))
    fairs.intend(town, fair, pid("q0"), [postid("P1")])
    with pytest.raises(Problem, match="已经记了意向"):
        fairs.withdraw(town, fair, pid("q0"))


def test_two_desks_and_two_records_of_one_person(make: object) -> None:
    one, other = make(), make()  # type: ignore[operator]
    one.write([*seekers(2), employer(), post("P1"), site()], source="test")
    fair = held(one)
    give(one, other)
    fairs.check_in(one, fair, pid("q0"))
    fairs.check_in(other, fair, pid("q0"))
    fairs.check_in(other, fair, pid("q1"))
    give(one, other)
    give(other, one)
    assert one.digest() == other.digest() and len(shown(one, fair).visitors) == 2
    link(one, "person", pid("q0"), pid("q1"))
    assert len(shown(one, fair).visitors) == 1
    for code, at in (("q0", "2026-05-20 09:00"), ("q1", "2026-05-20 08:00")):
        one.write([Write("fair_attendance", {"sign_in_at": at}, rec=fairs.attendance_id(fair, pid(code)))], source="test")
    assert shown(one, fair).visitors[0].at == "2026-05-20 08:00", "since they came"


def test_special_meetings_over_the_threshold_of_the_day(town: Ledger) -> None:
    town.write([site(OTHER_SITE, name="大塘安置点", planned_persons=12_000)], source="test")
    records = Records(town.db.conn)

    def needs(on: str = DAY) -> list[tuple[str, int, bool, int]]:
        return [(n.name, n.people, n.huge, len(n.held)) for n in fairs.special(records, on, "2026-05-01")]

    assert needs() == [("大塘安置点", 12_000, True, 0), ("向阳安置点", 900, False, 0)]
    fairs.plan(town, {"name": "万人专场", "on": "2026-06-01", "site_id": site(OTHER_SITE).rec, "special": True})
    fairs.plan(town, {"name": "平常一场", "on": "2026-06-02", "site_id": site(OTHER_SITE).rec})
    fairs.plan(town, {"name": "去年一场", "on": "2025-06-02", "site_id": site(OTHER_SITE).rec, "special": True})
    assert needs()[0][3] == 1
    agree(town, "site_large", 900, "2026-01-01")
    assert [n[0] for n in needs()] == ["大塘安置点", "向阳安置点"], "as many as the threshold are enough"
    agree(town, "site_large", 1000, "2026-06-01")
    assert [n[0] for n in needs()] == ["大塘安置点"] and len(needs("2026-05-31")) == 2, "the threshold is dated"
    assert SITE != OTHER_SITE


def test_referrals_are_refused_in_words(town: Ledger) -> None:
    town.write([post("P9", valid_to="2026-11-22"), Write("post", {"state": "2"}, rec=postid("P2")), out_of_work("r")], source="test")
    for code in ("P9", "P2"):
        with pytest.raises(Problem, match="暂停或过期"):
            placing.refer(town, pid("q0"), postid(code))
    rec = placing.refer(town, pid("q0"), postid("P1"))
    with pytest.raises(Problem, match="写一句为什么"):
        placing.answer(town, rec, placing.DECLINED)
    placing.answer(town, rec, placing.DECLINED, "太远")
    placing.hire(town, pid("q0"), postid("P1"))
    assert town.get(rec).values["outcome"] == placing.DECLINED  # type: ignore[union-attr]
