"""The command line keeps its contract: names, options, exit statuses, JSON keys, what is printed last; never a traceback."""
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app import cli
from app.cli import leye
from app.commands import wording
from app.models.language import set_language
from app.models.ledger import Ledger
from tests.command_line import LEYE, CommandLine
from tests.commands.conftest import ids, leye_, made

__all__ = ["ids", "leye_", "made"]  # fixtures

# -- what there is, and that it explains itself

CONTRACT = {
    "init": "--area --name --user --role", "demo": "", "generate": "--households --seed", "digest": "--strict",
    "verify": "--json", "undo": "", "import roster": "--dry-run --json", "import posts": "--dry-run --json",
    "import training": "--dry-run --json", "list": "--where --search --limit --json --mask",
    "show": "--json --mask", "add": "", "set": "", "remove": "--why", "history": "--json", "conflicts": "--json",
    "resolve": "--take", "form check": "--json", "form list": "", "form fill": "--answers --person --draft --json",
    "hub run": "--listen --yes", "hub invite": "--area --name", "pair": "", "sync": "--json",
    "bundle export": "--since", "bundle import": "", "devices": "--json", "revoke": "", "book list": "--json",
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


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh")


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_help_explains_with_an_example(name: str, leye_: CommandLine) -> None:
    told = leye_(*name.split(), "--help").out
    example = re.search(rf"Example:\s+leye\s+(--\w+ \S+\s+)?{name}\b", told)
    assert example, told
    for option in re.findall(r"--[a-z-]+", told.split("Example:")[1].split("选项:")[0]):
        assert option in {o for one in [leye, dict(commands())[name]] for p in one.params for o in p.opts}


def groups() -> dict[str, click.Command]:
    return {"": leye, **{name: one for name, one in leye.commands.items() if isinstance(one, click.Group)}}


@pytest.mark.parametrize("name", [*groups(), *(name for name, _ in commands())])
def test_help_speaks_both_languages(name: str, leye_: CommandLine, request: pytest.FixtureRequest) -> None:
    """What a command does, each of its options and each command of a group are told in the language in use."""
    command = {**groups(), **dict(commands())}[name]
    for pair in [one.pair for one in command.params if isinstance(one, wording.Option) and any(one.pair)] + [
            one.pair for one in (command.commands.values() if isinstance(command, click.Group) else ()) if getattr(one, "pair", None)]:
        assert wording.is_chinese(pair[0]) and not wording.is_chinese(pair[1]) and re.search("[a-z]{2}", pair[1]), pair
    zh = [line for line in wording.paragraphs(command.help or "") if wording.EXAMPLE not in line]
    request.getfixturevalue("english")
    en = [line for line in wording.paragraphs(command.help or "") if wording.EXAMPLE not in line]
    assert len(zh) == len(en) >= 1 and all(map(wording.is_chinese, zh)) and not any(map(wording.is_chinese, en)), (zh, en)
    told = leye_(*name.split(), "--help").out
    assert "Options:" in told and "选项" not in told


@pytest.mark.parametrize(("words", "zh"), [
    ("list", "还缺 TYPE"), ("lst", "没有“lst”这个命令，是不是 list"), ("list person --limit x", "--limit 要写整数，1 或更大"),
    ("list a b", "多写了：b"), ("list --nope a", "没有 --nope 这个选项"), ("set person P-01", "还缺 FIELD=VALUE"),
    ("remove person x", "还缺 --why"), ("bundle export x --since y", "--since 只能是 LAST、all"), ("book", "后面还要写做什么：list"),
    ("list --limit", "--limit 后面要写一个值"), ("generate --seed x --households 1", "--seed 要写整数"),
    ("init --area 1 --name a --user b --role z", "--role 只能是 surveyor、township、county"), ("book exprt", "没有“exprt”这个命令，是不是 export")])
def test_what_is_mistyped_is_told_in_one_line(words: str, zh: str, leye_: CommandLine, request: pytest.FixtureRequest) -> None:
    before = leye_.digest()
    told = leye_(*words.split(), status=2).err
    assert told.count("\n") == 1 and told.startswith(zh) and " --help。" in told, told
    request.getfixturevalue("english")
    told = leye_(*words.split(), status=2).err
    assert told.count("\n") == 1 and told.isascii() and "See leye" in told, told
    assert leye_.digest() == before


def test_what_all_commands_share_stands_anywhere(leye_: CommandLine, tmp_path: Path) -> None:
    """--workspace and --debug are common to all commands; after a -- they are words like others."""
    there = leye_.folder
    for words in (("--workspace", there, "digest"), ("digest", "--workspace", there), ("digest", f"--workspace={there}", "--debug")):
        assert CommandLine(tmp_path / "none")(*words).last == leye_("digest").last
    assert cli.common_first(["add", "--", "--workspace", "x"]) == ["add", "--", "--workspace", "x"]
    assert "--workspace" in leye_("digest", "--workspace", status=2).err


@pytest.mark.parametrize("name", [name for name, command in commands() if any("--json" in p.opts for p in command.params)])
def test_what_is_reported_can_be_masked(name: str) -> None:
    assert any("--mask" in p.opts for p in dict(commands())[name].params)


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
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("杨大山 13800005678")  # what is in a bug's text is not shown either
    monkeypatch.setattr(Ledger, "digest", broken)
    told = leye_("digest", status=1).err
    assert "RuntimeError" in told
    assert "13800005678" not in told
    with contextlib.redirect_stderr(io.StringIO()) as err, monkeypatch.context() as env:
        for name, value in leye_.environment().items():
            env.setenv(name, value)
        assert cli.run(["--debug", "digest"]) == 1
    assert "Traceback" in err.getvalue()


def test_bytes_of_another_encoding_are_refused(leye_: CommandLine) -> None:
    before = leye_.digest()
    assert "UTF-8" in leye_.process("add", "household", b"remark=\xb2\xe2".decode("utf-8", "surrogateescape"), status=2).err
    assert leye_.digest() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [("digest",), ("list", "person", "--json"), ("add", "household", "household_code=H-90")])
def test_what_cannot_be_printed_is_a_failure_not_a_refusal(words: tuple[str, ...], leye_: CommandLine) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*LEYE, *words], env={**os.environ, **leye_.environment()}, stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 1, "2 would say that nothing was changed"
    assert len(done.stderr.decode().splitlines()) == 1 and "打印" in done.stderr.decode()


def test_answers_come_from_standard_input_too(leye_: CommandLine) -> None:
    done = subprocess.run([*LEYE, "form", "fill", "person_interview", "--answers", "-", "--json"], env={**os.environ, **leye_.environment()},
                          input=b'[{"set": "/data/nothing", "value": "1"}]', capture_output=True, timeout=120)
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["path"] == "/data/nothing"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_the_window_is_refused_in_words_and_a_picture_is_drawn(leye_: CommandLine, tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    def run(*words: object, lang: str = "zh") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run([*LEYE, *map(str, words)], env={**bare, **leye_.environment(), "LEYE_LANG": lang},
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    refused = run()
    assert (refused.returncode, len(refused.stderr.decode().splitlines())) == (2, 1) and "显示器" in refused.stderr.decode()
    assert run("--picture", tmp_path / "p.png").returncode == 0 and (tmp_path / "p.png").stat().st_size > 10_000
    nowhere = run("--picture", tmp_path / "none" / "p.png")
    assert nowhere.returncode == 1 and "写不进去" in nowhere.stderr.decode()
    english = run("--picture", tmp_path / "none" / "p.png", lang="en")
    assert english.returncode == 1 and "cannot be written" in english.stderr.decode() and "ends in .png" in english.stderr.decode()
