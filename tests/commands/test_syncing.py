"""Commands on sync: a hub is served, invites, pairs, exchanges by network and by file; what does not fit is refused."""
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import LEYE, ROOT, CommandLine


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    run = CommandLine(tmp_path_factory.mktemp("office") / "office")
    run("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    return run


@pytest.fixture(scope="module")
def hub(office: CommandLine) -> Iterator[str]:
    with office.serving("--yes") as url:
        yield url


def test_a_laptop_pairs_and_syncs(leye_: CommandLine, office: CommandLine, hub: str) -> None:
    code = office("hub", "invite", "--area", "529999001L01", "--name", "韦敏")
    assert code.out.split() == [code.last]
    assert leye_("pair", hub, code.last, status=2).err, "a laptop of the whole town does not fit an invitation to one site"
    leye_("pair", hub, office("hub", "invite").last)
    told = leye_("sync", "--json").json
    assert {"sent", "received", "conflicts", "level"} <= set(told)
    assert told["sent"] >= 3 and told["level"] is True and told["conflicts"] == 0
    again = leye_("sync", "--json").json
    assert (again["sent"], again["received"], again["level"]) == (0, 0, True)
    assert leye_("digest").last == office("digest").last
    assert "青禾 1 号" in [device["name"] for device in office("devices", "--json").json]
    assert "青禾镇" in leye_("devices").out


def test_a_code_serves_one_device_and_must_be_typed_right(leye_: CommandLine, office: CommandLine, hub: str, tmp_path: Path) -> None:
    code = office("hub", "invite").last
    for wrong in (code[:-1], code[::-1], "x", code.replace(code[0], "2" if code[0] != "2" else "3")):
        assert "配对码" in leye_("pair", hub, wrong, status=2).err
    leye_("pair", hub, code.lower())
    other = CommandLine(tmp_path / "other")
    other("init", "--area", "529999001", "--name", "乙", "--user", "罗兵")
    assert "配对码" in other("pair", hub, code, status=2).err
    assert "不在" in office("hub", "invite", "--area", "520000", status=2).err


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1", "ftp://x", "https://", "127.0.0.1:port"])
def test_an_address_that_is_none(url: str, leye_: CommandLine, office: CommandLine) -> None:
    leye_("pair", url, office("hub", "invite").last, status=2)


@pytest.mark.parametrize("listen", ["", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "203.0.113.1:7443"])
def test_an_address_that_cannot_be_served(listen: str, office: CommandLine) -> None:
    assert len(office("hub", "run", "--listen", listen, status=2).err.strip().splitlines()) <= 2


def test_a_hub_that_moved_is_found_again(leye_: CommandLine, tmp_path: Path) -> None:
    office = CommandLine(tmp_path / "office")
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    with office.serving("--yes") as url:
        leye_("pair", url, office("hub", "invite").last)
        assert leye_("sync", "--json").json["level"]
    with office.serving("--yes") as moved:
        assert moved != url
        leye_("pair", moved, office("hub", "invite").last)
        assert leye_("sync", "--json").json["level"]
        assert len(leye_("devices", "--json").json) == len(office("devices", "--json").json) == 1


def test_sticks_carry_what_is_lacking_or_all(leye_: CommandLine, tmp_path: Path) -> None:
    office, stick = CommandLine(tmp_path / "office"), tmp_path / "向阳.leye"
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    with office.serving("--yes") as url:
        leye_("pair", url, office("hub", "invite").last)
        leye_("sync")
    for since in (("--since", "all"), ("--since", "LAST"), ()):
        leye_("bundle", "export", stick, *since)
        told = office("bundle", "import", stick, "--json").json
        assert (told["received"], told["conflicts"]) == (0, 0)
    leye_("add", "household", "household_code=H-02")
    leye_("bundle", "export", stick)
    assert office("bundle", "import", stick, "--json").json["received"] == 1
    assert leye_("bundle", "export", stick, "--since", "yesterday", status=2).err


@pytest.mark.skipif(os.name == "nt", reason="TERM is for POSIX")
def test_a_hub_that_nobody_confirms_stops_on_term_without_a_word(leye_: CommandLine, tmp_path: Path) -> None:
    office = CommandLine(tmp_path / "office")
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    code = office("hub", "invite").last
    hub = subprocess.Popen([*LEYE, "hub", "run", "--listen", "127.0.0.1:0"], cwd=ROOT, env={**os.environ, **office.environment()},
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert hub.stdout is not None
    url = hub.stdout.readline().split()[-1]
    waiting = subprocess.Popen([*LEYE, "pair", url, code], cwd=ROOT, env={**os.environ, **leye_.environment()},
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        waiting.wait(4)
    except subprocess.TimeoutExpired:
        pass
    assert waiting.poll() is None, "it waits to be confirmed"
    waiting.kill()
    waiting.wait()
    hub.send_signal(signal.SIGTERM)
    _, err = hub.communicate(timeout=30)
    assert (hub.returncode, err) == (0, "")
    shutil.rmtree(office.folder)


def test_a_lost_laptop_is_shut_out(leye_: CommandLine, tmp_path: Path) -> None:
    office = CommandLine(tmp_path / "office")
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    with office.serving("--yes") as url:
        leye_("pair", url, office("hub", "invite").last)
        assert leye_("sync", "--json").json["level"]
        office("revoke", "没有这台", status=2)
        office("revoke", "青禾 1 号")
        leye_("add", "household", "household_code=H-09")
        before = office("digest", "--strict").last
        assert leye_("sync", status=2).err
        assert office("digest", "--strict").last == before
        assert office("quarantine", "list", "--json").json == []
    stick = tmp_path / "late.leye"
    leye_("bundle", "export", str(stick))
    assert office("bundle", "import", str(stick), "--json").json["aside"] == 1
    [told] = office("quarantine", "list", "--json").json
    assert (told["name"], told["why"], told["changes"]) == ("青禾 1 号", "revoked", 1)
    assert "青禾 1 号" in office("quarantine", "list").out
    office("quarantine", "release", "没有这台", status=2)
    office("quarantine", "release", "青禾 1 号")
    assert office("quarantine", "list", "--json").json == []
    assert office("digest").last == leye_("digest").last


def test_a_whole_stick_is_read_told_of_and_answered(leye_: CommandLine, tmp_path: Path) -> None:
    office, usb = CommandLine(tmp_path / "office"), tmp_path / "usb"
    usb.mkdir()
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    with office.serving("--yes") as url:
        leye_("pair", url, office("hub", "invite").last)
    assert office("bundle", "import", usb, status=2).err
    leye_("add", "household", "household_code=H-02")
    wrote = leye_("bundle", "export", usb)
    assert [path.name in wrote.out for path in usb.iterdir()] == [True]
    good = next(usb.iterdir())
    (usb / "cut.leye").write_bytes(good.read_bytes()[:-9])
    told = office("bundle", "import", usb, "--json")
    assert "cut.leye" in told.err
    assert {f["name"]: f["state"] for f in told.json["files"]} == {good.name: "new", "cut.leye": "stick.damaged"}
    assert told.json["received"] >= 1 and len(told.json["wrote"]) == 1
    assert office("bundle", "import", usb, "--json").json["received"] == 0
    assert leye_("bundle", "import", usb, "--json").json["received"] > 0
    assert leye_("digest", "--strict").last == office("digest", "--strict").last
    good.unlink()
    (usb / told.json["wrote"][0]).unlink()
    assert "cut.leye" in office("bundle", "import", usb, status=2).err


def test_a_new_laptop_needs_a_stick_and_a_code_and_no_network(leye_: CommandLine, tmp_path: Path) -> None:
    office, usb = CommandLine(tmp_path / "office"), tmp_path / "usb"
    usb.mkdir()
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    office("add", "household", "household_code=H-01")
    code = office("hub", "invite", "--stick", usb).last
    assert code not in "".join(path.name for path in usb.iterdir())
    assert leye_("pair", usb, code[:-1], status=2).err
    assert "青禾镇" in leye_("pair", usb, code).out
    assert len(leye_("list", "household", "--json").json) == 1
    leye_("add", "household", "household_code=H-02")
    leye_("bundle", "export", usb)
    assert "青禾 1 号" in office("bundle", "import", usb, "--json").err, "named, and not let in"
    assert office("bundle", "import", usb, "--yes", "--json").json["received"] > 0
    leye_("bundle", "import", usb)
    assert leye_("second", "--json").json["only_here"] == 0, "the receipt came on the same stick"
    assert leye_("digest", "--strict").last == office("digest", "--strict").last
