"""What is typed goes through the rules with everything around it that the ledger knows, then through the one door."""
from random import Random

import pytest

from app.models import entry, identity, practice, rules
from app.models.dictionary import dictionary, parse
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.rules import RULES
from app.models.writing import Write
from tests.models.conftest import SITE, MakeLedger


def number(order: str) -> str:
    first = "52999919920405" + order
    return first + identity.check_character(first)


def home(ledger: Ledger, code: str) -> str:
    return entry.add(ledger, "household", {"household_code": code}, place=SITE).id


def person(ledger: Ledger, household: str, name: str, **values: str) -> entry.Entered:
    return entry.add(ledger, "person", {"full_name": name, "household_id": household, **values})


def test_a_contradiction_is_stopped_and_nothing_is_written(ledger: Ledger) -> None:
    household = home(ledger, "H1")
    before = ledger.digest(strict=True)
    with pytest.raises(Problem) as caught:
        person(ledger, household, "杨小梅", id_number=number("002"), sex="1")
    assert "性别" in caught.value.zh
    assert ledger.digest(strict=True) == before


def test_a_number_that_is_somebody_s_is_stopped(ledger: Ledger) -> None:
    household = home(ledger, "H1")
    person(ledger, household, "杨小梅", id_number=number("002"))
    with pytest.raises(Problem) as caught:
        person(ledger, household, "龙小梅", id_number=number("002") + "43")
    assert "杨小梅" in caught.value.zh


def test_a_name_and_a_household_are_enough_and_the_rest_is_asked(ledger: Ledger) -> None:
    entered = person(ledger, home(ledger, "H1"), "杨小梅")
    assert "id_number" in entered.to_ask and entered.findings == ()
    with pytest.raises(Problem):
        entry.add(ledger, "person", {"full_name": "杨小梅"})


def test_a_second_head_is_stopped(ledger: Ledger) -> None:
    household = home(ledger, "H1")
    person(ledger, household, "石大山", relation_to_head="02")
    with pytest.raises(Problem) as caught:
        person(ledger, household, "石小山", relation_to_head="02")
    assert "户主" in caught.value.zh


def test_what_was_wrong_before_does_not_stop_another_edit(ledger: Ledger) -> None:
    household = home(ledger, "H1")
    ledger.write([Write("person", {"full_name": name, "household_id": household, "relation_to_head": "02"})
                  for name in ("石大山", "石小山")], source="merged from elsewhere")
    entry.change(ledger, household, {"dwelling_no": "3-2-501"})
    record = ledger.get(household)
    assert record is not None and record.values["dwelling_no"] == "3-2-501"


def test_a_phone_that_many_households_share_is_listed(ledger: Ledger) -> None:
    for code in ("H1", "H2", "H3"):
        person(ledger, home(ledger, code), "杨" + code[1], phone="13800000001")
    fourth = person(ledger, home(ledger, "H4"), "杨四", phone="13800000001")
    assert fourth.findings == ()
    again = entry.change(ledger, fourth.id, {"remark": "问过"})
    assert [(f.rule, f.level) for f in again.findings] == [("V19", "Q")]


@pytest.mark.parametrize("county", ["999998", "522229"])
def test_a_number_of_an_unknown_or_abolished_county_is_only_doubted(ledger: Ledger, county: str) -> None:
    first = f"{county}19850601021"
    found = person(ledger, home(ledger, "H1"), "石晓梅", id_number=first + identity.check_character(first))
    assert "V2" in {finding.rule for finding in found.findings}


def test_a_name_and_a_number_are_kept_in_one_spelling() -> None:
    fields = dictionary().types["person"].fields
    assert parse(fields["full_name"], "买买提•吐尔逊") == "买买提·吐尔逊"
    assert parse(fields["id_number"], "52999919850506100x") == "52999919850506100X"


def test_codes_set_apart_by_a_blank_are_never_run_together() -> None:
    assert parse(dictionary().types["placement"].fields["unemployed_reason"], "1 2") == ["1", "2"]


def test_what_goes_to_standard_error_masks_names(ledger: Ledger) -> None:
    home = entry.add(ledger, "household", {"household_code": "H-77"}).id
    values = {"household_id": home, "full_name": "石晓梅", "relation_to_head": "02", "sex": "2"}
    entry.add(ledger, "person", values)
    other = {**values, "full_name": "欧阳小丽"}
    with pytest.raises(Problem) as window:
        entry.add(ledger, "person", other)
    with pytest.raises(Problem) as command:
        entry.add(ledger, "person", other, source="command")
    assert "石晓梅" in window.value.zh
    assert "石**" in command.value.zh
    assert not any(name in command.value.zh + command.value.en for name in ("石晓梅", "欧阳小丽"))


@pytest.mark.parametrize("name", ["石", "石" * 51, "石3梅"])
def test_a_name_has_two_to_fifty_letters_and_no_digit(name: str) -> None:
    with pytest.raises(Problem):
        parse(dictionary().field("person", "full_name"), name)


def test_a_household_without_a_site_lives_where_its_village_is(make_ledger: MakeLedger) -> None:
    office = make_ledger("office", area="529999001000", role="township")
    inside = entry.add(office, "household", {"household_code": "H-78", "registration_area_id": "529999001201"}).id
    outside = entry.add(office, "household", {"household_code": "H-79", "registration_area_id": "529999002000"}).id
    assert [office.get(rec).place for rec in (inside, outside)] == ["529999001201", "529999001000"]  # type: ignore[union-attr]


def test_an_edit_is_judged_as_if_every_rule_had_been_asked(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.generate(ledger, 8, 3)
    rnd, told = Random(5), {True: 0, False: 0}
    pools = {kind: ledger.rows(kind) for kind in ("person", "household", "placement")}
    strange = {"phone": "12", "id_number": "52999919920405002", "relation_to_head": "02", "labour_capacity": "5", "months_this_year": 13}

    def judged(kind: str, old: entry.Values, new: entry.Values, rec: str) -> object:
        try:
            return entry.doubts(ledger, kind, old, new, rec)
        except Problem as problem:
            return problem.zh

    for _ in range(150):
        kind, pool = rnd.choice(list(pools.items()))
        (rec, old), (_, other) = rnd.choice(pool), rnd.choice(pool)
        said = {**other, **strange} if rnd.random() < .5 else other
        new = {**old, **{name: said[name] for name in rnd.sample(sorted(said), min(2, len(said))) if name in dictionary().types[kind].fields}}
        short = judged(kind, old, new, rec)
        with monkeypatch.context() as patch:
            patch.setattr(rules, "looking_at", lambda kind, fields: RULES)
            assert judged(kind, old, new, rec) == short
        told[bool(short)] += 1
    assert min(told.values()) > 10, told
