"""Practice people: the same for the same seed, plausible as families, and nothing for the rules to stop."""
import secrets
from collections import Counter
from pathlib import Path

import pytest

from app.models import rules
from app.models.entry import context
from app.models.identity import PRACTICE_AREA, check_id_number
from app.models.ledger import Ledger
from app.models.practice import generate
from app.models.problem import Problem


def workspace(path: Path, area: str = "529999001000", practice: bool = True) -> Ledger:
    return Ledger.create(path, secrets.token_bytes(32), area=area, device_name="练习机", user_name="练习员",
                         role="township", practice=practice)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = workspace(tmp_path_factory.mktemp("practice") / "one.db")
    generate(ledger, 60, 7)
    return ledger


def test_the_same_seed_makes_the_same_records_and_another_seed_others(filled: Ledger, tmp_path: Path) -> None:
    again, other = workspace(tmp_path / "again.db"), workspace(tmp_path / "other.db")
    generate(again, 60, 7)
    generate(other, 60, 8)
    assert again.digest() == filled.digest()
    assert other.digest() != filled.digest()


def test_filling_twice_writes_nothing_new_and_a_longer_fill_begins_with_the_shorter(filled: Ledger, tmp_path: Path) -> None:
    ledger = workspace(tmp_path / "grows.db")
    generate(ledger, 20, 7)
    before = ledger.feed_mark()
    generate(ledger, 20, 7)
    assert ledger.feed_mark() == before
    generate(ledger, 60, 7)
    assert ledger.digest() == filled.digest()


def test_counts_are_those_of_the_ledger_about_four_a_household(tmp_path: Path) -> None:
    ledger = workspace(tmp_path / "counts.db")
    households, persons = generate(ledger, 150, 3)
    assert (len(ledger.rows("household")), len(ledger.rows("person"))) == (households, persons) == (150, persons)
    assert 3.5 <= persons / households <= 4.5


def test_no_rule_stops_anybody_and_hardly_one_is_asked_about(filled: Ledger) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for kind in ("household", "person", "placement"):
        for rec, values in filled.rows(kind):
            for finding in rules.check(kind, values, context(filled, kind, values, rec)):
                found[finding.rule, finding.level] += 1
    assert [rule for rule, level in found if level == "E"] == []
    assert sum(n for (_, level), n in found.items() if level == "W") <= len(filled.rows("person")) // 20, found


def test_numbers_are_of_the_practice_area_and_phones_belong_to_nobody(filled: Ledger) -> None:
    people = [values for _, values in filled.rows("person")]
    assert {check_id_number(p["id_number"]).area6 for p in people} == {PRACTICE_AREA}
    assert len({p["id_number"] for p in people}) == len(people)
    assert {p["phone"][3:7] for p in people if p.get("phone")} == {"0000"}


def test_peoples_and_names_are_mixed(tmp_path: Path) -> None:
    ledger = workspace(tmp_path / "names.db")
    generate(ledger, 250, 1)
    people = [values for _, values in ledger.rows("person")]
    assert {"01", "06", "12"} <= {p["ethnic_group"] for p in people}
    assert any("·" in p["full_name"] for p in people)
    assert any(p["full_name"] in ("卓玛", "扎西", "拉姆", "够妹", "阿彩") for p in people)


def test_people_live_under_the_workspace_s_area(tmp_path: Path) -> None:
    ledger = workspace(tmp_path / "site.db", area="529999001L01")
    generate(ledger, 5, 1)
    places = {ledger.get(rec).place for rec, _ in ledger.rows("household")}  # type: ignore[union-attr]
    assert places == {"529999001L01"}


def test_a_real_workspace_is_refused_and_stays_empty(tmp_path: Path) -> None:
    ledger = workspace(tmp_path / "real.db", area="522632000000", practice=False)
    before = ledger.feed_mark()
    with pytest.raises(Problem, match="529999"):
        generate(ledger, 5, 1)
    assert ledger.feed_mark() == before
