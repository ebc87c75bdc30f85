"""The command line keeps its contract: names, options, exit statuses, JSON keys, what is printed last; never a traceback."""
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import leye
from app.models.dictionary import dictionary
from tests.command_line import CommandLine

HEX = re.compile(r"[0-9a-f]{32}")


def number(born: str, order: str) -> str:
    from app.models.identity import check_character

    return f"529999{born}{order}" + check_character(f"529999{born}{order}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A workspace with a household of two, written through the commands; and the ids they printed."""
    folder = tmp_path_factory.mktemp("cli") / "one"
    run = CommandLine(folder)
    run("init", "--area", "529999001", "--name", "青禾 1 号", "--user", "韦敏")
    ids = {"household": run("add", "household", "household_code=H-01", "dwelling_no=3-2-501").last}
    ids["head"] = run("add", "person", "household_id=H-01", "full_name=石晓梅", "sex=女", "id_type=01", "relation_to_head=02",
                      f"id_number={number('19920301', '002')}", "birth_date=1992-03-01", "phone=13800005678",
                      "person_code=P-01").last
    ids["child"] = run("add", "person", "household_id=H-01", "full_name=石小山", "sex=男", "relation_to_head=20").last
    return folder, ids


@pytest.fixture
def leye_(made: tuple[Path, dict[str, str]], tmp_path: Path) -> CommandLine:
    """The command line on a copy of that workspace."""
    return CommandLine(Path(shutil.copytree(made[0], tmp_path / "one")))


@pytest.fixture
def ids(made: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return made[1]


# -- what there is, and that it explains itself

CONTRACT = {
    "init": "--area --name --user --role", "demo": "", "generate": "--households --seed", "digest": "--strict",
    "verify": "--json", "undo": "", "import roster": "--dry-run --json", "list": "--where --search --limit --json --mask",
    "show": "--json --mask", "add": "", "set": "", "remove": "--why", "history": "--json", "conflicts": "--json",
    "resolve": "--take", "form check": "--json", "form list": "", "form fill": "--answers --person --draft --json",
    "hub run": "--listen --yes", "hub invite": "--area --name", "pair": "", "sync": "--json",
    "bundle export": "--since", "bundle import": "", "devices": "--json", "book list": "--json",
    "book export": "--area --mask",
}


def commands(group: click.Group = leye, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


@pytest.mark.parametrize("name", CONTRACT)
def test_every_command_of_the_contract_is_there_with_its_options(name: str) -> None:
    command = dict(commands())[name]
    options = {option for one in command.params for option in one.opts}
    assert set(CONTRACT[name].split()) <= options


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_help_explains_with_an_example(name: str, leye_: CommandLine) -> None:
    told = leye_(*name.split(), "--help").out
    example = re.search(rf"Example:\s+leye\s+(--\w+ \S+\s+)?{name}\b", told)
    assert example, told
    for option in re.findall(r"--[a-z-]+", told.split("Example:")[1].split("Options:")[0]):
        assert option in {o for one in [leye, dict(commands())[name]] for p in one.params for o in p.opts}


def test_help_lists_the_commands_and_needs_no_workspace(tmp_path: Path) -> None:
    told = CommandLine(tmp_path / "none").process("--help").out
    assert all(name.split()[0] in told for name in CONTRACT)
    assert "Example" in told
    assert not (tmp_path / "none").exists()


# -- statuses and streams

def test_a_wrong_option_is_refused(leye_: CommandLine) -> None:
    assert "--nonsense" in leye_("list", "person", "--nonsense", status=2).err
    assert leye_("nonsense", status=2).err
    assert leye_("list", status=2).err


def test_an_unknown_type_field_or_record_is_refused_with_what_there_is(leye_: CommandLine, ids: dict[str, str]) -> None:
    assert "household" in leye_("list", "house", status=2).err
    assert "full_nam" in leye_("list", "person", "--where", "full_nam=石", status=2).err
    assert "等号" in leye_("add", "household", "H-02", status=2).err
    assert "人员" in leye_("show", "person", "f" * 32, status=2).err
    assert "人员" in leye_("show", "person", ids["household"], status=2).err, "a household is no person"
    assert leye_("list", "person", "--search", "", status=0).status == 0


def test_json_is_one_document_and_nothing_else(leye_: CommandLine, ids: dict[str, str]) -> None:
    for words in (("list", "person"), ("list", "post"), ("show", "person", ids["head"]), ("history", "person", ids["head"]),
                  ("conflicts",), ("verify",), ("devices",), ("book", "list"), ("form", "list")):
        ran = leye_(*words, "--json")
        assert isinstance(ran.json, (list, dict))


def test_as_a_process_it_prints_utf8_and_keeps_its_status(leye_: CommandLine, ids: dict[str, str]) -> None:
    shown = leye_.process("show", "person", ids["head"], "--json")
    assert shown.json["fields"]["full_name"] == "石晓梅"
    assert shown.err == ""
    refused = leye_.process("show", "person", "f" * 32, status=2)
    assert refused.out == ""
    assert len(refused.err.strip().splitlines()) == 1


def test_without_a_passphrase_or_a_terminal_it_says_so(leye_: CommandLine) -> None:
    assert "LEYE_PASSPHRASE" in CommandLine(leye_.folder, "").process("digest", status=2).err


def test_a_bug_is_said_in_a_line_and_shown_only_with_debug(leye_: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.models.ledger import Ledger

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("杨大山 13800005678")  # what is in a bug's text is not shown either
    monkeypatch.setattr(Ledger, "digest", broken)
    told = leye_("digest", status=1).err
    assert "RuntimeError" in told
    assert "13800005678" not in told
    import contextlib
    import io

    with contextlib.redirect_stderr(io.StringIO()) as err, monkeypatch.context() as env:
        for name, value in leye_.environment().items():
            env.setenv(name, value)
        from app import cli
        assert cli.run(["--debug", "digest"]) == 1
    assert "Traceback" in err.getvalue()


# -- workspaces

def test_init_completes_the_area_and_ends_with_the_recovery_code(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "new")
    made = run("init", "--area", "529999001L01", "--name", "向阳 1 号", "--user", "韦敏", "--role", "surveyor")
    assert re.fullmatch(r"[0-9A-Z]{4,6}(-[0-9A-Z]{4,6}){4,}", made.last)
    assert "向阳新居" in made.out
    before = run.digest()
    assert run("init", "--area", "529999", "--name", "x", "--user", "y", status=2).err
    assert run.digest() == before
    assert run("init", "--area", "529999", "--name", "x", "--user", "y", "--role", "king", status=2).err


def test_init_refuses_a_place_that_is_none(tmp_path: Path) -> None:
    for area in ("999999", "5299990010001", "529998", "529998001201", "县", ""):
        CommandLine(tmp_path / "new")("init", "--area", area, "--name", "x", "--user", "y", status=2)
    assert not (tmp_path / "new" / "ledger.db").exists()


def test_generate_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    digests = []
    for name in ("a", "b"):
        run = CommandLine(tmp_path / name)
        run("init", "--area", "529999", "--name", name, "--user", name)
        run("generate", "--households", 6, "--seed", 3)
        digests.append(run("digest").last)
        assert 12 <= len(run("list", "person", "--json").json) <= 48
        assert len(run("list", "household", "--json").json) == 6
    assert digests[0] == digests[1]
    assert re.fullmatch(r"[0-9a-f]{64}", digests[0])
    run("generate", "--households", 0, "--seed", 3, status=2)


def test_generate_is_refused_outside_the_practice_county(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "real")
    run("init", "--area", "520000", "--name", "a", "--user", "b")
    before = run.digest()
    assert "529999" in run("generate", "--households", 1, "--seed", 1, status=2).err
    assert run.digest() == before


def test_verify_reports_in_json(leye_: CommandLine) -> None:
    told = leye_("verify", "--json").json
    assert told["ok"] is True
    assert told["problems"] == []
    assert told["changes"] >= 5
    assert told["records"] >= 5


def test_verify_fails_aloud_when_a_record_is_not_what_its_changes_say(leye_: CommandLine, ids: dict[str, str]) -> None:
    from app.sync.workspace import Workspace

    with Workspace.open(leye_.folder, leye_.passphrase) as ws:
        ws.ledger.db.execute("UPDATE person SET phone = '13800009999' WHERE id = ?", (ids["head"],))
        ws.ledger.db.conn.commit()
    told = leye_("verify", "--json", status=1).json
    assert told["ok"] is False
    assert any(ids["head"][:8] in problem for problem in told["problems"])
    assert "13800009999" not in str(told)
    assert leye_("verify", status=1).err


def test_undo_takes_back_the_last_edit_and_says_when_there_is_nothing(leye_: CommandLine, ids: dict[str, str]) -> None:
    before = leye_("digest").last
    leye_("set", "person", ids["head"], "phone=13900001111")
    assert leye_("digest").last != before
    leye_("undo")
    assert leye_("digest").last == before
    assert leye_("show", "person", ids["head"], "--json").json["fields"]["phone"] == "13800005678"
    for _ in range(3):
        leye_("undo")
    assert leye_("list", "household", "--json").json == []
    assert leye_("undo", status=2).err


# -- records

def test_add_prints_the_id_last_and_show_gives_every_field(leye_: CommandLine, ids: dict[str, str]) -> None:
    assert all(HEX.fullmatch(one) for one in ids.values())
    told = leye_("show", "person", ids["head"], "--json").json
    assert {"id", "type", "fields", "conflicts"} <= set(told)
    assert (told["id"], told["type"], told["conflicts"]) == (ids["head"], "person", {})
    assert told["fields"] | {"sex": "2", "household_id": ids["household"], "relation_to_head": "02",
                             "id_number": number("19920301", "002"), "birth_date": "1992-03-01"} == told["fields"]


def test_an_id_is_given_whole_as_its_beginning_or_as_a_code(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word in (ids["head"], ids["head"][:8], ids["head"][:20], "P-01"):
        assert leye_("show", "person", word, "--json").json["id"] == ids["head"]
    assert leye_("show", "household", "H-01", "--json").json["id"] == ids["household"]
    assert leye_("show", "person", ids["head"][:4], status=2).err, "too short a beginning"
    leye_("history", "household", "H-01", "--json")
    leye_("set", "household", "H-01", "dwelling_no=1-1-101")
    leye_("remove", "person", "P-01", "--why", "重复登记")


def test_references_are_given_as_id_or_code(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word in ("H-01", ids["household"], ids["household"][:12]):
        person = leye_("add", "person", f"household_id={word}", f"full_name=石{word[0]}丫").last
        assert leye_("show", "person", person, "--json").json["fields"]["household_id"] == ids["household"]
    assert "没有" in leye_("add", "person", "household_id=H-99", "full_name=石二", status=2).err


def test_a_reference_to_one_of_several_types_finds_either(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word, target in (("H-01", ids["household"]), ("P-01", ids["head"]), (ids["head"], ids["head"])):
        visit = leye_("add", "visit", f"subject={word}", "on=2026-11-01").last
        assert leye_("show", "visit", visit, "--json").json["fields"]["subject"] == target
    told = leye_("add", "visit", "subject=X-99", "on=2026-11-01", status=2).err
    assert "X-99" in told
    both = leye_("add", "assignment", "subjects=H-01,P-01", "due=2026-12-01").last
    assert leye_("show", "assignment", both, "--json").json["fields"]["subjects"] == [ids["household"], ids["head"]]


def test_fields_and_codes_are_accepted_as_name_label_code_or_alias(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word in ("姓名=石晓美", "full_name=石晓妹", "Full name=石晓眉"):
        leye_("set", "person", ids["head"], word)
        assert leye_("show", "person", ids["head"], "--json").json["fields"]["full_name"] == word.split("=")[1]
    for word in ("ethnic_group=09", "ethnic_group=布依族", "ethnic_group=布依"):
        leye_("set", "person", ids["head"], "ethnic_group=")
        assert "ethnic_group" not in leye_("show", "person", ids["head"], "--json").json["fields"]
        leye_("set", "person", ids["head"], word)
        assert leye_("show", "person", ids["head"], "--json").json["fields"]["ethnic_group"] == "09"
    leye_("set", "household", "H-01", "origin_area_id=529999001201", "moved_in_date=2017年3月")
    fields = leye_("show", "household", "H-01", "--json").json["fields"]
    assert (fields["origin_area_id"], fields["moved_in_date"]) == ("529999001201", "2017-03")


def test_a_value_that_is_none_of_its_kind_is_refused_and_names_field_and_value(leye_: CommandLine, ids: dict[str, str]) -> None:
    before = leye_.digest()
    for word, label in (("ethnic_group=火星", "民族"), ("birth_date=1992-13-40", "出生日期"), ("years_away=很久", "务工年数"),
                        ("wants_training=也许", "培训意愿"), ("origin=1", "origin"), ("age=34", "age")):
        assert label in leye_("set", "person", ids["head"], word, status=2).err
    assert "搬出地" in leye_("set", "household", "H-01", "origin_area_id=火星", status=2).err
    assert "搬出地" in leye_("set", "household", "H-01", "origin_area_id=990000", status=2).err
    assert leye_.digest() == before


REFUSED = {
    "the check character": ("person", f"id_number={number('19920301', '002')[:17]}?", "证件号码"),
    "sex against the number": ("person", "sex=男", "性别"),
    "birth against the number": ("person", "birth_date=1990-01-01", "出生日期"),
    "a phone that is none": ("person", "phone=123", "电话"),
    "a landline without digits": ("household", "household_phone=abc", "电话"),
    "together without a site": ("household", "settlement_mode=1", "安置点"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_rule_forbids_is_refused_and_nothing_changes(case: str, leye_: CommandLine, ids: dict[str, str]) -> None:
    kind, word, told = REFUSED[case]
    number_ = number("19920301", "002")
    word = word.replace("?", "1" if number_[-1] != "1" else "2")
    before = leye_.digest()
    assert told in leye_("set", kind, "P-01" if kind == "person" else "H-01", word, status=2).err
    assert leye_.digest() == before


def test_a_second_head_the_same_number_and_a_nameless_person_are_refused(leye_: CommandLine, ids: dict[str, str]) -> None:
    before = leye_.digest()
    assert "户主" in leye_("set", "person", ids["child"], "relation_to_head=户主", status=2).err
    assert "证件号码" in leye_("add", "person", "household_id=H-01", "full_name=石三", "id_type=01", "sex=女",
                          f"id_number={number('19920301', '002')}", "birth_date=1992-03-01", status=2).err
    assert "姓名" in leye_("add", "person", "household_id=H-01", status=2).err
    assert "户" in leye_("add", "person", "full_name=石三", status=2).err
    assert leye_("add", "household", "household_code=H-01", status=2).err
    assert leye_.digest() == before


def test_what_a_rule_doubts_is_written_and_said_on_standard_error(leye_: CommandLine, ids: dict[str, str]) -> None:
    ran = leye_("set", "person", ids["head"], "health_status=残疾")
    assert "残疾人证" in ran.err
    assert "没有写原因" in ran.err
    assert ran.out == ""
    assert leye_("show", "person", ids["head"], "--json").json["fields"]["health_status"] == ["4"]


def test_set_on_one_field_of_a_group_writes_the_group_as_shown(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "move_reason=3")
    last = leye_("history", "person", ids["head"], "--json").json
    cid = last[-1]["cid"]
    group = set(dictionary().groups("person")["membership"])
    assert {row["field"] for row in last if row["cid"] == cid} <= group
    assert {"household_id", "move_reason"} <= {row["field"] for row in last if row["cid"] == cid}


def test_list_finds_by_value_and_by_what_people_type(leye_: CommandLine, ids: dict[str, str]) -> None:
    def found(*words: str) -> list[str]:
        return [one["id"] for one in leye_("list", "person", *words, "--json").json]
    assert set(found()) == {ids["head"], ids["child"]}
    assert found("--where", "sex=女") == found("--where", "性别=2") == [ids["head"]]
    assert found("--where", "household_id=H-01", "--where", "relation_to_head=20") == [ids["child"]]
    for text in ("石晓梅", "sxm", "5678", number("19920301", "002")[-6:]):
        assert found("--search", text) == [ids["head"]]
    assert found("--search", "不存在") == []
    assert len(found("--limit", "1")) == 1
    assert leye_("list", "person", "--limit", "0", status=2).err
    assert leye_("list", "post", "--search", "x", status=2).err
    one = leye_("list", "person", "--where", "full_name=石晓梅", "--json").json[0]
    assert set(one) == {"id", "fields"}
    assert one["fields"]["full_name"] == "石晓梅"


def test_mask_hides_names_numbers_and_phones_everywhere(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "health_status=4", "self_care=否")
    secrets = ("石晓梅", number("19920301", "002"), "13800005678")
    for words in (("list", "person", "--mask"), ("list", "person", "--mask", "--json"), ("list", "person"),
                  ("show", "person", "P-01", "--mask", "--json"), ("show", "person", "P-01"),
                  ("history", "person", "P-01", "--mask", "--json"), ("history", "person", "P-01")):
        told = leye_(*words).out
        assert not [secret for secret in secrets if secret in told], words
    shown = leye_("show", "person", "P-01", "--mask", "--json").json["fields"]
    assert (shown["health_status"], shown["self_care"]) == ("***", "***")


def test_remove_wants_a_reason_and_keeps_the_history(leye_: CommandLine, ids: dict[str, str]) -> None:
    assert leye_("remove", "person", ids["child"], status=2).err
    assert leye_("remove", "person", ids["child"], "--why", "  ", status=2).err
    leye_("remove", "person", ids["child"], "--why", "重复登记")
    assert ids["child"] not in [one["id"] for one in leye_("list", "person", "--json").json]
    assert leye_("show", "person", ids["child"], "--json").json["removed"] == "重复登记"
    assert leye_("history", "person", ids["child"], "--json").json[-1]["to"] == "重复登记"


def test_history_says_who_where_when_field_from_to(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "phone=13900001111")
    last = leye_("history", "person", ids["head"], "--json").json[-1]
    assert {"at", "author", "device", "field", "from", "to"} <= set(last)
    assert (last["author"], last["device"], last["field"], last["from"], last["to"]) == (
        "韦敏", "青禾 1 号", "phone", "13800005678", "13900001111")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", last["at"])


# -- what two people filled in differently

@pytest.fixture
def disputed(leye_: CommandLine, ids: dict[str, str], tmp_path: Path) -> CommandLine:
    """The workspace, into which another laptop's different phone and another man's identity were merged."""
    from app.models.ledger import Write
    from app.sync.workspace import Workspace

    other = CommandLine(tmp_path / "other")
    other("init", "--area", "529999001", "--name", "青禾 2 号", "--user", "杨练")
    with Workspace.open(leye_.folder, leye_.passphrase) as here, Workspace.open(other.folder, other.passphrase) as there:
        mine, theirs = here.ledger, there.ledger
        theirs.merge(mine.changes([row[2] for row in mine.feed(0, 10_000)]))
        before = theirs.seen(ids["head"])
        theirs.write([Write("person", {"phone": "13900002222"}, rec=ids["head"], seen=before)], source="screen")
        theirs.write([Write("person", {"birth_date": "1992-03-02", "id_number": None}, rec=ids["head"], seen=before)], source="screen")
        mine.write([Write("person", {"phone": "13900003333"}, rec=ids["head"])], source="screen")
        mine.write([Write("person", {"sex": "1", "id_number": None}, rec=ids["head"])], source="screen")
        merged = mine.merge(theirs.changes([row[2] for row in theirs.feed(0, 1000)]))
        assert merged.conflicts == 2
    return leye_


def test_conflicts_names_both_values_who_where_and_when(disputed: CommandLine, ids: dict[str, str]) -> None:
    listed = {one["unit"]: one for one in disputed("conflicts", "--json").json}
    assert set(listed) == {"phone", "identity"}
    phone = listed["phone"]
    assert (phone["type"], phone["id"]) == ("person", ids["head"])
    assert {(v["value"], v["author"], v["device"]) for v in phone["values"]} == {
        ("13900002222", "杨练", "青禾 2 号"), ("13900003333", "韦敏", "青禾 1 号")}
    assert all(re.match(r"\d{4}-\d\d-\d\dT", v["at"]) for v in phone["values"])
    assert {v["value"]["sex"] for v in listed["identity"]["values"]} == {"1", "2"}
    shown = disputed("show", "person", ids["head"], "--json").json["conflicts"]
    assert shown["phone"] == phone["values"]
    assert "13900002222" not in disputed("conflicts", "--mask", "--json").out
    assert "13900002222" not in disputed("conflicts").out


def test_resolve_takes_a_number_or_a_value_and_nothing_else(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed.digest()
    for unit, take in (("phone", "#3"), ("phone", "#0"), ("phone", "#x"), ("full_name", "#1"), ("nonsense", "#1"),
                       ("identity", "text"), ("identity", '{"nonsense": 1}')):
        assert disputed("resolve", "person", ids["head"], unit, "--take", take, status=2).err
    assert disputed.digest() == before
    versions = disputed("show", "person", ids["head"], "--json").json["conflicts"]
    disputed("resolve", "person", "P-01", "phone", "--take", "#2")
    shown = disputed("show", "person", ids["head"], "--json").json
    assert shown["fields"]["phone"] == versions["phone"][1]["value"]
    assert set(shown["conflicts"]) == {"identity"}
    disputed("resolve", "person", "P-01", "identity", "--take", "#1")
    shown = disputed("show", "person", ids["head"], "--json").json
    assert shown["conflicts"] == {}
    assert {name: shown["fields"].get(name) for name in versions["identity"][0]["value"]} == versions["identity"][0]["value"]
    assert disputed("conflicts", "--json").json == []
    assert disputed("verify", "--json").json["ok"]


def test_resolve_takes_a_third_value_and_undo_brings_the_question_back(disputed: CommandLine, ids: dict[str, str]) -> None:
    disputed("resolve", "person", ids["head"], "phone", "--take", "13900004444")
    assert disputed("show", "person", ids["head"], "--json").json["fields"]["phone"] == "13900004444"
    disputed("undo")
    assert {one["unit"] for one in disputed("conflicts", "--json").json} == {"phone", "identity"}


def test_resolve_refuses_a_value_that_is_none(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed.digest()
    assert disputed("resolve", "person", ids["head"], "identity", "--take", '{"birth_date": "gestern"}', status=2).err
    assert disputed.digest() == before
