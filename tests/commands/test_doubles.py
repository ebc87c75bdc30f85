"""Commands on people registered twice: who is proposed, what a link shows, how it is settled and taken back."""
from tests.command_line import CommandLine
from tests.commands.conftest import number


def pairs(run: CommandLine) -> set[tuple[frozenset[str], tuple[str, ...]]]:
    return {(frozenset((p["id"], p["other_id"])), tuple(p["why"])) for p in run("duplicates", "--json").json}


def double(run: CommandLine, *values: str) -> str:
    return run("add", "person", "household_id=H-02", "relation_to_head=97", *values).last


def test_people_who_look_the_same_are_proposed_with_the_reason(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("add", "household", "household_code=H-02")
    assert pairs(leye_) == set()
    sound = double(leye_, "full_name=石小梅", "birth_date=1992-03-01")
    off = double(leye_, "full_name=石晓梅", "id_type=01", f"id_number={number('19920301', '004')}", "birth_date=1992-03-01", "sex=女")
    twin = double(leye_, "full_name=石小梅", "birth_date=1992-03-01")
    assert pairs(leye_) >= {(frozenset((ids["head"], sound)), ("pinyin_birth",)),
                            (frozenset((ids["head"], off)), ("pinyin_birth", "id_number_one_off")),
                            (frozenset((sound, twin)), ("name_birth_household", "pinyin_birth"))}
    assert "石小梅" not in leye_("duplicates").out
    leye_("unlink", "person", ids["head"], sound)
    leye_("link", "person", off, ids["head"])
    left = {pair for pair, _ in pairs(leye_)}
    assert frozenset((ids["head"], sound)) not in left and frozenset((ids["head"], off)) not in left and frozenset((sound, off)) in left


def test_a_link_shows_what_differs_is_settled_once_and_undone(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("add", "household", "household_code=H-02")
    other = double(leye_, "full_name=石晓梅", "phone=13900001111")
    before = leye_("show", "person", other, "--json").json
    leye_("link", "person", ids["head"], other)
    shown = leye_("show", "person", other, "--json").json
    assert shown["same_as"] == [ids["head"]] and shown["fields"] == before["fields"]
    assert {v["value"] for v in shown["conflicts"]["phone"]} == {"13800005678", "13900001111"}
    assert "石晓梅" not in leye_("show", "person", other).out
    leye_("resolve", "person", ids["head"], "phone", "--take", "13800005678")
    assert "phone" not in leye_("show", "person", other, "--json").json["conflicts"]
    leye_("unlink", "person", other, ids["head"])
    assert leye_("show", "person", other, "--json").json == before
    leye_("link", "person", other, other, status=2)
    leye_("link", "person", other, "ffffffff", status=2)
    assert leye_("verify", "--json").json["ok"]
