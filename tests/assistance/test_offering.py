"""Offering: what staff do with a match is a record with its reason, meets in Review where offices differ, and never goes round a rule."""
from collections.abc import Callable

import pytest

from app.assistance import matching, offering, placing, seekers
from app.assistance.records import Records
from app.models import entry, links
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.assistance.conftest import DAY, SITE, TOWN, home, job, out_of_work, person, pid
from tests.assistance.offers import employer, post, post_id

WISH = {"wants_work": "1", "preferred_occupations": ["02"], "preferred_areas": ["1"], "expected_wage_min": 2600, "work_limits": ["0"],
        "care_duties": ["0"]}


@pytest.fixture
def village(ledger: Ledger) -> Ledger:
    ledger.write([employer(), post("A"), post("B", headcount=1), home("H"), person("a", "H", "1990-01-01", **WISH), out_of_work("a"),
                  person("b", "H", "1985-01-01", **WISH), out_of_work("b"), person("c", "H", "1980-01-01"), job("c", post_id=post_id("B"))],
                 source="test")
    return ledger


def listed(ledger: Ledger, code: str = "A") -> matching.MatchList:
    pool, one = offering.pool_for(ledger, post_id(code), DAY)
    return matching.people_for(pool, one, matching.terms_of(Records(ledger.db.conn), TOWN, DAY))


def refused(key: str, do: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        do()
    assert caught.value.key == key and caught.value.zh and caught.value.en
    return caught.value.zh


def test_a_pin_keeps_what_was_on_the_screen_and_can_be_taken_back(village: Ledger) -> None:
    second = listed(village).items[1]
    offering.pick(village, second.seeker.id, second.post.id, offering.PINNED, " 车间点名要他 ", second)
    item, = village.rows("match_item")
    assert item[0] == offering.item_id(second.seeker.id, second.post.id) and item[1]["note"] == "车间点名要他"
    assert item[1]["score"] == f"{second.score / 100:g}" and sum(part["points"] for part in item[1]["reasons"]) == second.score / 100
    assert listed(village).items[0].seeker.id == second.seeker.id and listed(village).items[0].pinned
    village.undo()
    assert not listed(village).items[0].pinned
    refused("match.why", lambda: offering.pick(village, second.seeker.id, second.post.id, offering.STRUCK, "  "))


def test_two_offices_that_differ_are_asked(make: Callable[..., Ledger], village: Ledger) -> None:
    other = make()
    other.merge(village.changes([row[2] for row in village.feed(0, 10**6)]))
    offering.pick(village, pid("a"), post_id("A"), offering.PINNED, "车间点名要他")
    offering.pick(other, pid("a"), post_id("A"), offering.STRUCK, "和组长合不来")
    village.merge(other.changes([row[2] for row in other.feed(0, 10**6)]))
    other.merge(village.changes([row[2] for row in village.feed(0, 10**6)]))
    assert village.digest() == other.digest() and len(village.rows("match_item")) == 1
    assert "staff_action" in {conflict.unit for conflict in village.conflicts()}


def test_a_referral_goes_round_no_rule(village: Ledger) -> None:
    refused("match.person", lambda: offering.refer(village, "nobody", post_id("A"), "1"))
    refused("match.post", lambda: offering.refer(village, pid("a"), "none", "1"))
    assert refused("match.against", lambda: offering.refer(village, pid("a"), post_id("B"), "1")) == "不能推荐：岗位已招满。"
    assert refused("match.against", lambda: offering.refer(village, pid("c"), post_id("A"), "1")) == "不能推荐：已在别处上班。"
    offering.pick(village, pid("a"), post_id("A"), offering.STRUCK, "和组长合不来")
    assert refused("match.against", lambda: offering.refer(village, pid("a"), post_id("A"), "1")) == "不能推荐：已经划掉：和组长合不来。"
    offering.unpick(village, pid("a"), post_id("A"))
    refused("match.nothing", lambda: offering.unpick(village, pid("a"), post_id("A")))
    assert not village.rows("referral"), "nothing was written by what was refused"


def test_a_referral_its_answer_and_the_next_list(village: Ledger) -> None:
    made = offering.refer(village, pid("a"), post_id("A"), "2")
    values = village.get(made).values  # type: ignore[union-attr]
    assert (values["channel"], values["outcome"], values["date"]) == ("2", placing.WAITING, DAY)
    assert "已经推荐过" in refused("match.referred", lambda: offering.refer(village, pid("a"), post_id("A"), "1"))
    placing.answer(village, made, placing.DECLINED, "嫌远")
    assert listed(village).excluded[pid("a")] == ("refused",)
    made = offering.refer(village, pid("b"), post_id("A"), "1")
    placing.answer(village, made, placing.HIRED)
    assert listed(village).excluded[pid("b")] == ("placed",), "about to begin there"
    pool = seekers.pool(Records(village.db.conn), DAY)
    assert {one.id: one.hired for one in pool.seekers if one.hired} == {pid("b"): frozenset({post_id("A")})}


def test_directed_and_checked(village: Ledger) -> None:
    site = village.write([Write("resettlement_site", {"name": "向阳新居", "site_code": SITE}, place=SITE)], source="test").ids[0]
    other = village.write([Write("resettlement_site", {"name": "云上家园", "site_code": "529999001L02"}, place="529999001L02")], source="test").ids[0]
    offering.direct(village, post_id("A"), [other])
    assert listed(village).reasons == {"placed": 1, "directed": 2}
    offering.direct(village, post_id("A"), [other, site])
    assert len(listed(village).items) == 2
    offering.direct(village, post_id("A"), [])
    assert listed(village).items[0].post.targets == ()
    offering.verify(village, post_id("A"), "4", "2026-11-22")
    found = listed(village).items[0].post
    assert (found.verified, found.verified_how) == ("2026-11-22", "4")
    refused("match.verified", lambda: offering.verify(village, post_id("A"), "4", "2026-11-24"))


def test_who_stands_on_two_records_is_recommended_once(village: Ledger) -> None:
    links.link(village, "person", pid("a"), pid("b"))
    first, second = sorted((pid("a"), pid("b")))
    village.write([placing.referring(second, post_id("A"), DAY, "1", placing.WAITING)], source="test")
    refused("match.referred", lambda: offering.refer(village, first, post_id("A"), "1"))
    refused("match.referred", lambda: offering.refer(village, second, post_id("A"), "1"))
    assert offering.refer_all(village, [(one, post_id("A")) for one in (first, second)], "1") == 0


def test_a_referral_that_was_removed_begins_anew(village: Ledger) -> None:
    made = offering.refer(village, pid("a"), post_id("A"), "1")
    placing.answer(village, made, placing.DECLINED, "太远")
    entry.remove(village, made, "记错了")
    assert offering.refer(village, pid("a"), post_id("A"), "1") == made
    values = village.get(made).values  # type: ignore[union-attr]
    assert values["outcome"] == placing.WAITING and values.get("reason") is None
