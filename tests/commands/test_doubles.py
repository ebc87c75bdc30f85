"""Commands on people registered twice: who is proposed, what a link shows, how it is settled and taken back."""
from app.models.ledger import Write
from app.sync.workspace import Workspace
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


def test_many_of_whom_number_and_name_agree_are_linked_at_once_and_one_undo_parts_them(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("add", "household", "household_code=H-02")
    own = leye_("show", "person", ids["head"], "--json").json["fields"]
    home = leye_("list", "household", "--where", "household_code=H-02", "--json").json[0]["id"]
    with Workspace.open(leye_.folder, leye_.passphrase) as here:  # as it comes from another laptop: entry would refuse the number
        twin = here.ledger.write([Write("person", {**own, "household_id": home, "person_code": None})], source="roster").ids[0]
    double(leye_, "full_name=石小梅", "birth_date=1992-03-01")
    before, proposed = leye_("digest").last, pairs(leye_)
    dry = leye_("duplicates", "--link-sure", "--dry-run", "--json").json
    assert [{p["id"], p["other_id"]} for p in dry] == [{ids["head"], twin}] and pairs(leye_) == proposed
    assert leye_("duplicates", "--dry-run", status=2).err
    leye_("duplicates", "--link-sure")
    assert leye_("show", "person", twin, "--json").json["same_as"] == [ids["head"]]
    leye_("undo")
    assert "same_as" not in leye_("show", "person", twin, "--json").json and pairs(leye_) == proposed and leye_("digest").last == before


def test_what_was_said_of_two_is_remembered_and_can_be_taken_back(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("add", "household", "household_code=H-02")
    other = double(leye_, "full_name=石小梅", "birth_date=1992-03-01")
    proposed = pairs(leye_)
    leye_("unlink", "person", ids["head"], other)
    assert pairs(leye_) == set()
    leye_("unlink", "person", ids["head"], other, "--unsure")
    assert pairs(leye_) == proposed
    leye_("unlink", "person", ids["head"], other)
    leye_("undo")
    assert pairs(leye_) == proposed and leye_("verify", "--json").json["ok"]
