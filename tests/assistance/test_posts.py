"""Posts: open on a day for a site, filled by who works there, checked, directed, and no use of a wish for one sex."""
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assistance import posts
from app.assistance.records import Records
from app.assistance.seekers import Pool
from app.models import links
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.assistance.conftest import DAY, SITE, home, job, person, pid
from tests.assistance.offers import EMPLOYER, employer, pools, post, post_id


def read(ledger: Ledger, on: str = DAY) -> dict[str, posts.Post]:
    return {one.code: one for one in posts.read(Records(ledger.db.conn), on)}


def test_filled_is_who_stands_in_the_post_on_the_day(ledger: Ledger) -> None:
    ledger.write([employer(), post("A", headcount=2), post("B"), home("H"), *(person(c, "H", "1990-01-01") for c in "abcd"),
                  job("a", post_id=post_id("A"), start_date="2026-03-01"), job("b", post_id=post_id("A"), start_date="2026-05-01"),
                  job("c", post_id=post_id("A"), start_date="2026-12-01"),
                  job("d", post_id=post_id("B"), start_date="2026-03-01", end_date="2026-11-22")],
                 source="test")
    assert {code: one.filled for code, one in read(ledger).items()} == {"A": 2, "B": 0}, "c has not begun, d has left"
    assert {code: one.filled for code, one in read(ledger, "2026-11-22").items()} == {"A": 2, "B": 1}, "the last day counts"
    assert posts.closed(read(ledger)["A"], DAY) == "full" and not posts.closed(read(ledger, "2026-04-30")["A"], "2026-11-02")


def test_a_person_on_two_records_fills_one_seat(ledger: Ledger) -> None:
    ledger.write([employer(), post("A"), home("H"), person("a", "H", "1990-01-01"), person("b", "H", "1990-01-01"),
                  job("a", post_id=post_id("A")), job("b", post_id=post_id("A"))], source="test")
    assert read(ledger)["A"].filled == 2
    links.link(ledger, "person", pid("a"), pid("b"))
    assert read(ledger)["A"].filled == 1


def test_what_was_said_of_a_post_is_what_it_is(ledger: Ledger) -> None:
    ledger.write([employer(blacklist_reason="拖欠工资"), post("A", pay_basis="2", wage_min=120, wage_max=None),
                  post("G", source="4", kind="3", quota=3, headcount=9), post("D", target_site_ids=["s1"])], source="test")
    found = read(ledger)
    assert found["A"].pay == (None, None) and not found["A"].comparable, "120 a day is not 120 a month"
    assert found["G"].public and found["G"].seats == 3, "a public-welfare post has its quota"
    assert posts.closed(found["A"], DAY) == "blacklisted"
    assert posts.directed(found["D"], "s1") and not posts.directed(found["D"], "s2") and posts.directed(found["A"], "s2")
    ledger.write([Write("employer", {"blacklist_reason": None}, rec=EMPLOYER)], source="test")
    assert not posts.closed(read(ledger)["A"], DAY)


OPEN = posts.Post("p", SITE, seats=2, valid_to="2026-11-23", collected="2026-11-01", state="1")


@pytest.mark.parametrize(("change", "on", "why"), [
    ({}, "2026-11-23", ""), ({}, "2026-11-24", "expired"), ({}, "2026-10-31", "not_yet"), ({"state": "2"}, DAY, "paused"),
    ({"state": "3"}, DAY, "full"), ({"state": "4"}, DAY, "expired"), ({"filled": 2}, DAY, "full"), ({"filled": 1}, DAY, ""),
    ({"filled": 3}, DAY, "full"), ({"stopped": "欠薪"}, DAY, "blacklisted"), ({"state": ""}, DAY, ""), ({"valid_to": ""}, "2030-01-01", "")])
def test_when_a_post_is_open(change: dict[str, object], on: str, why: str) -> None:
    assert posts.closed(replace(OPEN, **change), on) == why
    if not why:
        assert posts.closed(replace(OPEN, **change), on, verified_only=True) == "unverified"
        assert not posts.closed(replace(OPEN, **change, verified=DAY), on, verified_only=True) or on < DAY


@given(pools(people=1, posts=8), st.sampled_from(["site1", "site2", ""]))
def test_open_for_is_every_open_post_that_is_directed_there(pool: Pool, site: str) -> None:
    some = pool.posts
    found = posts.open_for(some, site, DAY)
    assert [p for p in some if not posts.closed(p, DAY) and (not p.targets or site in p.targets)] == [p for p in some if p in found]
    assert found == sorted(found, key=posts.order)


@pytest.mark.parametrize(("terms", "said"), [
    ("限男性，18-45岁", "限男性"), ("会电脑；女士优先", "女士优先"), ("男工 20 人", "男工 20 人"),
    ("招女工", "招女工"), ("男女各 10 人", "男女各 10 人"),
    ("男女不限，吃苦耐劳", ""), ("男女均可", ""), ("18-50 岁", ""), ("可带子女", ""), ("不限性别", ""), ("", "")])
def test_a_wish_for_one_sex_is_pointed_at(terms: str, said: str) -> None:
    assert posts.sex_limit(replace(OPEN, terms=terms)) == said
