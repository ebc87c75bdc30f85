"""People are found by what staff remember of them, in a real encrypted ledger; nothing scans a table."""
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.models import clock, identity, search
from app.models.ledger import Ledger
from app.models.search import find
from app.models.writing import Write

FIRST_SITE, SECOND_SITE = "529999001L01", "529999002L01"


def number(birth: str, order: str) -> str:
    first = "529999" + birth + order
    return first + identity.check_character(first)


PEOPLE = (  # household, relation, name, sex, birth, order, phone
    ("H0001", "02", "石大山", "1", "19900102", "001", "13800000001"),
    ("H0001", "10", "杨小梅", "2", "19920405", "002", "13800005678"),
    ("H0001", "20", "石杨", "1", "20180301", "003", None),
    ("H0002", "02", "单雄信", "1", "19740611", "005", None),
    ("H0002", "52", "吕布依", "2", "19480611", "006", None),
    ("H0003", "02", "买买提·吐尔逊", "1", "19850611", "007", "13900001111"),
    ("H0003", "10", "𬭎䶮", "2", "19850712", "008", None),
)
HOMES = {"H0001": (FIRST_SITE, "3-2-501"), "H0002": (FIRST_SITE, "3栋2单元502室"), "H0003": (SECOND_SITE, "３－２－５０１")}


@pytest.fixture(scope="module", autouse=True)
def at_a_fixed_day() -> Iterator[None]:
    real, clock.source.read = clock.source.read, lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)
    yield
    clock.source.read = real


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    made = new_ledger(tmp_path_factory.mktemp("found") / "store")
    made.write([Write("household", {"household_code": code, "dwelling_no": dwelling, "household_phone": "0855-6221234"},
                      rec=home(code), place=place) for code, (place, dwelling) in HOMES.items()], source="command")
    made.write([Write("person", {
        "household_id": home(code), "relation_to_head": relation, "full_name": name, "sex": sex, "phone": phone,
        "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}", "id_number": number(birth, order)}, rec=rec(name))
        for code, relation, name, sex, birth, order, phone in PEOPLE], source="command")
    yield made
    made.close()


def new_ledger(path: Path) -> Ledger:
    return Ledger.create(path, bytes(range(32)), area="529999001000", device_name="试验机", user_name="试验员",
                         role="surveyor", practice=True)


def home(code: str) -> str:
    return identity.record_id("household", "529999", code)


def rec(name: str) -> str:
    return identity.record_id("person", "529999", name)


def names(ledger: Ledger, text: str, **how: Any) -> list[str]:
    return [hit.name for hit in find(ledger, text, **how)]


@pytest.mark.parametrize(("text", "expected"), [
    ("石大山", ["石大山"]), ("大山", ["石大山"]), ("山", ["石大山"]), ("杨", ["杨小梅", "石杨"]),
    ("单雄", ["单雄信"]), ("𬭎", ["𬭎䶮"]), ("䶮", ["𬭎䶮"]), ("提吐", ["买买提·吐尔逊"]), ("买买提•吐", ["买买提·吐尔逊"]),
    ("呂布", ["吕布依"]), ("山大", []), ("张", []),
    ("yxm", ["杨小梅"]), ("YXM", ["杨小梅"]), ("sxx", ["单雄信"]), ("dxx", ["单雄信"]), ("cxx", ["单雄信"]),
    ("yangx", ["杨小梅"]), ("shanxiong", ["单雄信"]), ("lvbu", ["吕布依"]), ("lubu", ["吕布依"]), ("xm", []),
    ("5678", ["杨小梅"]), ("13800005678", ["杨小梅"]), ("8000 05678", ["杨小梅"]),
    ("0000 5679", []), ("H0002", ["单雄信", "吕布依"]), ("h0002", ["单雄信", "吕布依"]), ("0002", ["单雄信", "吕布依"]),
    ("3-2-502", ["单雄信", "吕布依"]), ("3栋2单元502", ["单雄信", "吕布依"]),
    ("3-2-501", ["石大山", "杨小梅", "石杨", "买买提·吐尔逊", "𬭎䶮"]), ("", []), ("  ", []), ("“*", []), ('"', []),
])
def test_what_is_typed_finds_whom_it_means(ledger: Ledger, text: str, expected: list[str]) -> None:
    assert sorted(names(ledger, text)) == sorted(expected)


@pytest.mark.parametrize("digits", [4, 5, 6, 18])
def test_the_last_digits_of_the_number_find_the_person(ledger: Ledger, digits: int) -> None:
    for _, _, name, _, birth, order, _ in PEOPLE:
        found = find(ledger, number(birth, order)[-digits:].lower())
        assert (name, "id") in [(hit.name, hit.how) for hit in found]


def test_a_hit_says_what_the_list_shows(ledger: Ledger) -> None:
    hit = find(ledger, "yxm")[0]
    assert hit == search.Hit(rec("杨小梅"), home("H0001"), "杨小梅", "2", 34, "3-2-501", "pinyin")


def test_members_come_head_first_and_names_that_begin_so_first(ledger: Ledger) -> None:
    assert names(ledger, "H0001")[0] == "石大山"
    assert names(ledger, "杨") == ["杨小梅", "石杨"]
    assert names(ledger, "杨", limit=1) == ["杨小梅"]


def test_a_prefix_keeps_to_its_places(ledger: Ledger) -> None:
    assert names(ledger, "3-2-501", prefix="529999002") == ["买买提·吐尔逊", "𬭎䶮"]
    assert names(ledger, "yxm", prefix="529999002") == []
    for prefix in ("52", "5299", "529999", "529999001", FIRST_SITE, "52999900"):
        assert names(ledger, "yxm", prefix=prefix) == ["杨小梅"]
        assert names(ledger, "5678", prefix=prefix) == ["杨小梅"]


def test_a_household_without_members_is_found_too(tmp_path: Path) -> None:
    made = new_ledger(tmp_path / "store")
    made.write([Write("household", {"household_code": "H0009"}, rec=home("H0009"), place=FIRST_SITE)], source="command")
    assert [(hit.person, hit.household, hit.name) for hit in find(made, "H0009")] == [(None, home("H0009"), "H0009")]
    made.close()


def test_search_follows_edits_moves_and_deletions(tmp_path: Path) -> None:
    made = new_ledger(tmp_path / "store")
    made.write([Write("household", {"household_code": "H0001"}, rec=home("H0001"), place=FIRST_SITE)], source="command")
    made.write([Write("person", {"full_name": "杨小梅", "household_id": home("H0001"), "phone": "13800005678"},
                      rec=rec("a"))], source="command")
    made.write([Write("person", {"full_name": "龙小梅", "phone": None}, rec=rec("a"))], source="command")
    assert (names(made, "杨小梅"), names(made, "lxm"), names(made, "5678")) == ([], ["龙小梅"], [])
    made.write([Write("household", {}, rec=home("H0001"), place=SECOND_SITE),
                Write("person", {}, rec=rec("a"), place=SECOND_SITE)], source="command")
    assert names(made, "lxm", prefix="529999002") == ["龙小梅"]
    assert names(made, "lxm", prefix="529999001") == []
    before = made.db.execute("SELECT id, place, last, phone FROM search_person").fetchall()
    made.rebuild()
    assert made.db.execute("SELECT id, place, last, phone FROM search_person").fetchall() == before
    assert names(made, "lxm", prefix="529999002") == ["龙小梅"]
    made.write([Write("person", {"_void": "重复登记"}, rec=rec("a"))], source="command")
    assert names(made, "lxm") == names(made, "龙") == []
    made.close()


@pytest.mark.parametrize("text", ["杨", "yxm", "5678", "13800005678", number("19920405", "002"), "H0001", "3-2-501"])
@pytest.mark.parametrize("prefix", ["", "529999001"])
def test_no_lookup_scans_a_table(ledger: Ledger, text: str, prefix: str) -> None:
    for query in search.queries(text, prefix, 50):
        plan = [row[3] for row in ledger.db.execute(f"EXPLAIN QUERY PLAN {query.sql}", query.values)]
        assert plan and not [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE INDEX" not in step], plan
