"""Lists that were used: the list somebody was recommended from is kept without a name and shown again as it was, whatever came since."""
from collections.abc import Callable

import pytest

from app.assistance import matching, offering, seekers, used
from app.assistance.records import Records
from app.models import office, past
from app.models.change import PLACE
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.assistance.conftest import DAY, TOWN, home, out_of_work, person, pid
from tests.assistance.offers import employer, post, post_id

WISH = {"wants_work": "1", "preferred_occupations": ["02"], "preferred_areas": ["1"], "expected_wage_min": 2600, "work_limits": ["0"],
        "care_duties": ["0"]}


@pytest.fixture
def village(ledger: Ledger) -> Ledger:
    ledger.write([employer(), post("A"), post("B"), home("H"), person("a", "H", "1990-01-01", **WISH), out_of_work("a"),
                  person("b", "H", "1985-01-01", **WISH), out_of_work("b")], source="test")
    return ledger


def shown(ledger: Ledger, code: str = "A") -> tuple[matching.MatchList, past.Position]:
    """A list as the page of posts reads it."""
    with past.reading(ledger):
        records, at = Records(ledger.db.conn), past.position(ledger)
        pool = seekers.pool(records, DAY)
        one = next(p for p in pool.posts if p.id == post_id(code))
        return matching.people_for(seekers.for_post(pool, one), one, matching.terms_of(records, TOWN, DAY)), at


def told(found: matching.MatchList) -> list[tuple[str, int]]:
    return [(item.seeker.id, item.score) for item in found.items]


def test_a_list_is_kept_once_with_its_version_and_shown_again_as_it_was(village: Ledger) -> None:
    found, at = shown(village)
    for code in "ab":
        offering.refer(village, pid(code), post_id("A"), "1", found, at)
    one, = used.used(village)
    assert (one.direction, one.subject, one.on, one.listed, one.excluded, one.recommended) == ("post", post_id("A"), DAY, 2, 0, 2)
    assert (one.version, one.inputs, one.by) == (found.version, found.inputs, village.me.user)
    village.write([person("c", "H", "1980-01-01", **WISH), out_of_work("c"), Write("person", {"expected_wage_min": 9000}, rec=pid("a")),
                   Write("post", {"wage_min": 1000, "state": "2"}, rec=post_id("A"))], source="test")
    office.agree(village, "match_occupation", 1)
    assert told(shown(village)[0]) != told(found)
    again = used.again(village, used.used(village)[0])
    assert told(again) == told(found) and again.inputs == found.inputs and again.version == found.version


def test_posts_for_a_person_too_and_the_record_stands_where_the_subject_is(village: Ledger) -> None:
    with past.reading(village):
        at, pool = past.position(village), seekers.pool(Records(village.db.conn), DAY)
        seeker = next(one for one in pool.seekers if one.id == pid("a"))
        found = matching.posts_for(pool, seeker, matching.terms_of(Records(village.db.conn), TOWN, DAY))
    offering.refer(village, pid("a"), post_id("B"), "1", found, at)
    one, = used.used(village)
    assert [item.post.id for item in used.again(village, one).items] == [item.post.id for item in found.items]
    kept = village.get(one.id)
    assert kept is not None and kept.place == seeker.place and PLACE not in kept.conflicts
    assert not any(name in str(kept.values) for name in ("练a", pid("b"))), "nobody who was on the list stands in the record"


def test_a_referral_without_a_list_and_an_undo_leave_none(village: Ledger) -> None:
    offering.refer(village, pid("a"), post_id("A"), "1")
    assert used.used(village) == [] and village.rows("referral")[0][1].get("list_id") is None
    found, at = shown(village)
    offering.refer(village, pid("b"), post_id("A"), "1", found, at)
    assert village.rows("referral", {"person_id": pid("b")})[0][1]["list_id"] == used.used(village)[0].id
    village.undo()
    assert used.used(village) == [] and len(village.rows("referral")) == 1, "the list and its referral were one step"


def test_another_computer_knows_of_it_and_says_where_it_can_be_seen(make: Callable[..., Ledger], village: Ledger) -> None:
    found, at = shown(village)
    offering.refer(village, pid("a"), post_id("A"), "1", found, at)
    other = make()
    other.merge(village.changes([row[2] for row in village.feed(0, 10**6)]))
    one, = used.used(other)
    assert (one.listed, one.version, one.recommended) == (2, found.version, 1)
    with pytest.raises(Problem) as trouble:
        used.again(other, one)
    assert trouble.value.key == "match.elsewhere"


def test_what_was_erased_since_is_not_shown_as_if_it_were_the_same(village: Ledger) -> None:
    from app.models import erasure

    found, at = shown(village)
    offering.refer(village, pid("a"), post_id("A"), "1", found, at)
    erasure.grant(village, village.me.device)
    erasure.erase(village, pid("b"))
    with pytest.raises(Problem) as trouble:
        used.again(village, used.used(village)[0])
    assert trouble.value.key == "match.gone"


def test_two_desks_that_use_the_same_list_disagree_on_nothing(make: Callable[..., Ledger], village: Ledger) -> None:
    other = make()
    other.merge(village.changes([row[2] for row in village.feed(0, 10**6)]))
    for ledger, code in ((village, "a"), (other, "b")):
        found, at = shown(ledger)
        offering.refer(ledger, pid(code), post_id("A"), "1", found, at)
    village.merge(other.changes([row[2] for row in other.feed(0, 10**6)]))
    assert not village.conflicts()
    mine = [one for one in used.used(village) if past.is_here(village, one.position)]
    assert len(used.used(village)) == 2 and len(mine) == 1 and used.again(village, mine[0]).items


def test_a_list_whose_use_was_undone_is_kept_when_it_is_used_again(village: Ledger) -> None:
    found, at = shown(village)
    offering.refer(village, pid("a"), post_id("A"), "1", found, at)
    village.undo()
    offering.refer(village, pid("a"), post_id("A"), "1", found, at)
    one, = used.used(village)
    assert one.recommended == 1 and told(used.again(village, one)) == told(found)
