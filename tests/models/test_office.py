"""What an office agrees: dated settings, the nearest office first; codes that are added and never vanish; places by name."""
from datetime import date

import pytest

from app.models import office, places
from app.models.clock import today
from app.models.dictionary import Dictionary, dictionary, parse
from app.models.identity import new_id
from app.models.ledger import Ledger, Write
from app.models.problem import Problem
from tests.models.conftest import MakeLedger

COUNTY, TOWN, SITE = "529999000000", "529999001000", "529999001L01"


@pytest.fixture(autouse=True)
def _alone():
    """Let no office's words of one test reach the next."""
    yield
    dictionary().adopt([])
    places.adopt({})


def copy(source: Ledger, target: Ledger) -> None:
    """Give everything one ledger holds to another, as a merge does."""
    target.merge(source.changes([row[0] for row in source.db.conn.execute("SELECT cid FROM change")]))


def test_the_nearest_office_wins_and_a_day_begins_to_hold(make_ledger: MakeLedger) -> None:
    county, town, laptop = make_ledger("county", COUNTY, "county"), make_ledger("town", TOWN, "township"), make_ledger("laptop", SITE)
    value = office.settings_of(laptop).value
    assert value("status_valid_days") == 180
    office.agree(county, "status_valid_days", 90)
    office.agree(county, "status_valid_days", "60", valid_from="2027-01-01")
    copy(county, laptop)
    assert value("status_valid_days", on=date(2026, 11, 1)) == 90 and value("status_valid_days", on=date(2027, 1, 1)) == 60
    office.agree(town, "status_valid_days", 45)
    copy(town, laptop)
    assert value("status_valid_days", on=date(2027, 6, 1)) == 45
    assert value("status_valid_days", on=date(2027, 6, 1), place="529999002201") == 60, "another township's people"
    assert value("status_valid_days", place="520000000000") == 180
    assert office.settings_of(laptop).agreed("status_valid_days", on=date(2027, 6, 1)).place == TOWN


def test_saying_it_again_corrects_and_what_is_no_value_is_refused(ledger: Ledger) -> None:
    one = office.agree(ledger, "site_large", 700)
    assert office.agree(ledger, "site_large", 750) == one and office.settings_of(ledger).value("site_large") == 750
    for key, value, since, said in (("nothing", 1, "", "setting.unknown"), ("site_large", "many", "", "setting.value"),
                                    ("site_large", -1, "", "setting.value"), ("site_large", 1, "soon", "setting.value"),
                                    ("campaign_from", "2026-13-01", "", "setting.value")):
        with pytest.raises(Problem) as caught:
            office.agree(ledger, key, value, since)
        assert caught.value.key == said
    with pytest.raises(KeyError):
        office.settings_of(ledger).value("nothing")


def test_a_value_of_another_shape_from_elsewhere_is_passed_over(ledger: Ledger) -> None:
    office.agree(ledger, "site_large", 700)
    for wrong in ("many", [1], -5, True):
        ledger.write([Write("setting", {"key": "site_large", "value": wrong, "valid_from": "2020-01-01"}, rec=new_id())], source="later")
    assert office.settings_of(ledger).value("site_large") == 700


def test_a_code_comes_into_use_and_a_retired_one_stays_known(make_ledger: MakeLedger) -> None:
    county, laptop = make_ledger("county", COUNTY, "county"), make_ledger("laptop", SITE)
    skills = dictionary().codes["skill"]
    before = [item.code for item in skills.offered()]
    office.add_code(county, "skill", "X95", "编竹器", "Bamboo ware", ("竹编",))
    copy(county, laptop)
    assert [i.code for i in skills.offered()] == [*before, "X95"]
    assert skills.find("竹编") == "X95" and skills.label("X95") == "编竹器"
    assert parse(dictionary().field("person", "skills"), "竹编、" + skills.items[before[0]].zh) == ["X95", before[0]]
    office.retire_code(county, "skill", "X95")
    office.retire_code(county, "skill", before[0])
    copy(county, laptop)
    assert [i.code for i in skills.offered()] == before[1:]
    assert skills.find("编竹器") == "X95" and skills.label(before[0]) != before[0], "what has it still reads"
    laptop.write([Write("code_item", {"_void": "a mistake"}, rec=laptop.rows("code_item", {"code": "X95"})[0][0])], source="screen")
    assert skills.label("X95") == "编竹器", "not even a removed one vanishes"


def test_a_code_begins_on_its_day_and_a_township_s_code_is_not_offered_at_the_county(make_ledger: MakeLedger) -> None:
    town, county = make_ledger("town", TOWN, "township"), make_ledger("county", COUNTY, "county")
    office.add_code(town, "skill", "X96", "将来的手艺", valid_from="2999-01-01")
    office.add_code(town, "skill", "X97", "本镇手艺")
    skills = dictionary().codes["skill"]
    assert "X96" not in [i.code for i in skills.offered()] and skills.label("X96") == "将来的手艺" and today().year < 2999
    copy(town, county)
    assert "X97" not in [i.code for i in skills.offered()] and skills.label("X97") == "本镇手艺"
    common = next(iter(skills.shipped))
    office.retire_code(town, "skill", common)
    assert common not in [i.code for i in skills.offered()]
    copy(town, county)
    assert common in [i.code for i in skills.offered()], "what a township offers no more, the county goes on offering"


def test_what_cannot_be_a_code_is_refused(ledger: Ledger) -> None:
    taken = dictionary().codes["skill"].offered()[0].zh
    for list_, code, label, said in (("skill", "a b", "甲", "code.shape"), ("skill", "", "甲", "code.shape"), ("skill", "X1", " ", "code.shape"),
                                     ("no_list", "X1", "甲", "code.list"), ("skill", "X1", taken, "code.taken")):
        with pytest.raises(Problem) as caught:
            office.add_code(ledger, list_, code, label)
        assert caught.value.key == said
    with pytest.raises(Problem):
        office.add_code(ledger, "skill", "X1", "甲", valid_from="soon")
    with pytest.raises(Problem):
        office.retire_code(ledger, "skill", "no such")


def test_an_old_program_s_list_that_is_not_here_does_no_harm(ledger: Ledger) -> None:
    ledger.write([Write("code_item", {"list": "of_a_later_program", "code": "1", "label_zh": "甲"}),
                  Write("code_item", {"list": "skill", "code": "X98", "aliases": "not a list"})], source="screen")
    assert isinstance(dictionary(), Dictionary) and dictionary().codes["skill"].label("X98") == "X98"


def test_a_site_of_an_office_is_read_by_name_everywhere(make_ledger: MakeLedger) -> None:
    county, laptop = make_ledger("county", COUNTY, "county"), make_ledger("laptop", SITE)
    county.write([Write("resettlement_site", {"name": "向阳二期"}, place="529999001L02"),
                  Write("area", {"code": "529999001L03", "name": "柳树湾"}, place=COUNTY)], source="screen")
    copy(county, laptop)
    assert places.path("529999001L02").endswith("向阳二期") and places.path("529999001L03").endswith("柳树湾")
    assert "529999001L03" in [p.code12 for p in places.matching("柳树")]
    assert places.path("529999001L02", laptop).endswith("向阳二期")
