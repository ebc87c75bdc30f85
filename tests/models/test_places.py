"""Places: codes are scopes, names lead back to codes, and an office's own villages and sites are places too."""
import csv
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import places
from app.models.places import Place
from app.models.problem import Problem
from app.models.resources import resource
from app.models.store import Database

SITE, VILLAGE, TOWN, COUNTY = "529999001L01", "529999001201", "529999001000", "529999000000"
FILE = resource("places", "areas.csv.gz").read_bytes()
SHIPPED = [line.split(",") for line in gzip.decompress(FILE).decode().splitlines()]
PRACTICE = list(csv.DictReader(resource("places", "practice.csv").read_text(encoding="utf-8").splitlines()))
code = st.sampled_from([row[0] for row in SHIPPED] + [row["code"] for row in PRACTICE])


class Books:
    """A ledger as far as places can see: its typed tables."""

    def __init__(self):
        self.db = Database(memory=True)
        self.db.execute("CREATE TABLE area (code TEXT, name TEXT, _void TEXT)")
        self.db.execute("CREATE TABLE resettlement_site (_place TEXT, name TEXT, _void TEXT)")
        self.db.execute("INSERT INTO area VALUES ('529999001299', '新桥村', NULL)")
        self.db.execute("INSERT INTO resettlement_site VALUES ('529999001L09', '河畔家园安置点', NULL)")


def test_the_shipped_file_is_four_levels_in_order():
    assert len(SHIPPED) == 44699
    assert sorted(SHIPPED) == SHIPPED and all(len(row) == 2 and len(row[0]) == 12 for row in SHIPPED)
    assert not [row for row in SHIPPED if not row[0].endswith("000")]    # no village
    assert not [row for row in SHIPPED if row[0].startswith("5299")]     # the practice codes are nobody's
    assert FILE[4:8] == bytes(4)    # no time: the same bytes each time


def test_the_practice_county():
    kinds = [row["kind"] for row in PRACTICE]
    assert kinds.count("town") >= 3 and kinds.count("site") >= 5 and kinds.count("village") >= 8
    assert all(row["code"].startswith("5299") for row in PRACTICE)
    assert places.get(COUNTY) == Place(COUNTY, "练习县", 3, "529900000000")
    assert places.get(SITE) == Place(SITE, "向阳新居安置点", 5, TOWN)
    assert places.get("529999002L01").name == "老街安置点"


@pytest.mark.parametrize(("text", "full"), [
    ("52", "520000000000"), ("5299", "529900000000"), ("529999", COUNTY), ("529999001", TOWN), (TOWN, TOWN),
    (" ５２９９９９ ", COUNTY), ("529999001l01", SITE), (VILLAGE, VILLAGE), ("441900003", "441900003000"),
    ("653229", "653229000000"),    # a county newer than the file, in a known city
])
def test_codes_are_completed(text, full):
    assert places.complete(text) == full


@pytest.mark.parametrize("text", [
    "", "5", "529", "99", "9999", "529999001L1", "52999900", "520000001000", "529999000201", "5299990010000", "练习县",
    "529999L01001", "52999900a"])
def test_nonsense_is_refused(text):
    with pytest.raises(Problem) as refused:
        places.complete(text)
    assert refused.value.key == "place.code"


@given(code)
def test_a_prefix_is_a_scope_and_completes_to_its_code(code12):
    scope = places.prefix(code12)
    assert len(scope) in places.LENGTHS and places.complete(scope) == code12
    assert places.within(code12, scope) and places.within(code12, "")


@given(code)
def test_parents_hold_their_children(code12):
    above = places.parent(code12)
    assert (above == "") == (places.level_of(code12) == 1)
    assert places.get(code12) in places.children(above)
    if above:
        assert places.within(code12, places.prefix(above)) and places.level_of(above) < places.level_of(code12)


@given(code)
def test_a_path_reads_back(code12):
    assert places.read(places.path(code12)) == code12
    assert places.read(places.path(code12, whole=True)) == code12


def test_paths_are_short_but_plain():
    assert places.path(VILLAGE) == "练习县 青禾镇 石板村"
    assert places.path(VILLAGE, whole=True) == "贵州省 练习市 练习县 青禾镇 石板村"
    assert places.path("320106000000") == "南京市 鼓楼区"    # there are several 鼓楼区
    assert places.path("110105000000") == "北京市 朝阳区"    # and the level between has no name of its own
    assert places.path("440600000000") == "广东省 佛山市"
    assert places.path("522632001017") == "榕江县 车民街道 522632001017"    # a village that nobody has entered


def test_cities_without_counties():
    assert places.level_of("441900000000") == 2
    town = places.children("441900000000")[0]
    assert (town.level, town.parent) == (4, "441900000000")
    assert places.path(town.code12) == f"东莞市 {town.name}"
    assert places.work_area_level("441900003000", "441900004000") == 2


@pytest.mark.parametrize(("work", "level"), [
    (VILLAGE, 1), (TOWN, 1), ("529999002000", 2), ("529999002L01", 2), ("522632001000", 3), ("520100000000", 3),
    ("440606000000", 4), ("440000000000", 4), (COUNTY, None), ("529900000000", None), ("520000000000", None),
])
def test_where_work_is_seen_from_home(work, level):
    assert places.work_area_level(SITE, work) == level


@given(code, code)
def test_work_and_home_see_each_other_alike(one, other):
    assert places.work_area_level(one, other) == places.work_area_level(other, one)


def test_names_of_several_places_are_refused():
    with pytest.raises(Problem, match="鼓楼区"):
        places.read("鼓楼区")
    assert places.read("鼓楼区", scope="3201") == "320106000000"
    with pytest.raises(Problem) as refused:
        places.read("月亮县")
    assert refused.value.key == "place.name"


def test_names_run_together_or_apart():
    texts = ("练习县青禾镇", "练习县 青禾镇", "贵州省练习市练习县青禾镇", "贵州省/练习市/练习县/青禾镇")
    assert {places.read(text) for text in texts} == {TOWN}
    assert places.read("青禾镇", scope="529999") == TOWN


def test_local_villages_and_sites_are_in_the_ledger():
    books = Books()
    assert places.get("529999001299") is None and places.get("529999001299", books).name == "新桥村"
    assert places.path("529999001L09", books) == "练习县 青禾镇 河畔家园安置点"
    assert {"新桥村", "河畔家园安置点", "石板村"} <= {place.name for place in places.children(TOWN, books)}
    assert places.read("练习县青禾镇新桥村", ledger=books) == "529999001299"
    assert places.find("河畔家园安置点", "529999", books)[0].code12 == "529999001L09"
    assert places.find("河畔家园安置点", "529999") == ()


def test_names_can_be_looked_for_in_a_scope():
    assert [place.code12 for place in places.find("青禾镇", "529999")] == [TOWN]
    assert len(places.find("鼓楼区")) > 1


def test_levels_have_names():
    assert places.level_name(3) in ("县", "County")


def test_only_twelve_characters_are_a_code():
    assert places.is_code(SITE) and places.is_code(TOWN)
    assert not places.is_code("529999") and not places.is_code("0190b5c08a2e7c3d9e4f112233445566")
