"""Commands on a workspace as a whole: init, generate, digest, verify, undo."""
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.models import clock
from app.sync.workspace import Workspace
from tests.command_line import CommandLine


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


@pytest.mark.parametrize(("day", "wrong"), [("1970-01-02", True), ("2024-12-31", True), ("2025-01-01", False), ("2075-12-31", False),
                                            ("2076-01-01", True)])
def test_a_day_that_cannot_be_is_said_at_each_command(leye_: CommandLine, monkeypatch: pytest.MonkeyPatch, day: str, wrong: bool) -> None:
    moment = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=12)
    monkeypatch.setattr(clock.source, "read", lambda: moment)
    said = leye_("digest")
    assert (f"这台电脑的日期是 {day}" in said.err) is wrong and len(said.out.split()) == 1


def test_verify_reports_in_json(leye_: CommandLine) -> None:
    told = leye_("verify", "--json").json
    assert told["ok"] is True
    assert told["problems"] == []
    assert told["changes"] >= 5
    assert told["records"] >= 5


def test_verify_fails_aloud_when_a_record_is_not_what_its_changes_say(leye_: CommandLine, ids: dict[str, str]) -> None:
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
    made = leye_("add", "household", "household_code=H-77").last
    leye_("undo")
    assert made not in {one["id"] for one in leye_("list", "household", "--json").json}
    # this folder is a copy: what was done in the first one is another computer's, and not this one's to take back
    assert leye_("undo", status=2).err


def test_a_second_copy_is_kept_after_each_command_and_restored_by_the_card(tmp_path: Path) -> None:
    one, usb = CommandLine(tmp_path / "one"), tmp_path / "usb"
    usb.mkdir()
    card = one("init", "--area", "529999001L01", "--name", "向阳 1 号", "--user", "韦敏").last
    assert one("second", "--json").json == {"place": None, "at": "", "wrote": False, "only_here": 0, "also_there": 0}
    assert one("second", tmp_path / "none", status=2).err
    assert one("second", usb, "--json").json["wrote"]
    one("add", "household", "household_code=H-01")
    told = one("second", "--json").json
    assert (told["wrote"], told["only_here"], told["also_there"], told["place"]) == (False, 0, 1, str(usb)), "the command before had copied it"
    usb.rename(tmp_path / "away")
    assert str(usb) in one("add", "household", "household_code=H-02").err
    assert one("list", "household", "--json").err == "", "said once"
    (tmp_path / "away").rename(usb)
    assert one("second", "--json").json["only_here"] == 0
    digest = one("digest").last
    two = CommandLine(tmp_path / "two")
    assert two("restore", tmp_path, status=2).err
    assert two("restore", usb, "--recovery", "00000-00000", status=2).err
    two("restore", usb, "--recovery", card)
    assert two("digest").last == digest
    assert two("verify", "--json").json["ok"]
    assert one("second", "--off", "--json").json["only_here"] == 2


@pytest.mark.parametrize(("name", "user"), [("", "韦敏"), ("青禾", " ")])
def test_a_workspace_of_nobody_is_not_made(tmp_path: Path, name: str, user: str) -> None:
    told = CommandLine(tmp_path / "none")("init", "--area", "529999", "--name", name, "--user", user, status=2)
    assert "名字" in told.err and not (tmp_path / "none").exists()


def test_a_damaged_store_is_told_in_a_line_and_nothing_else_is_written(leye_: CommandLine) -> None:
    for i in range(60):  # some pages
        leye_("add", "household", f"household_code=D-{i:02}", f"dwelling_no={i}-1-101")
    whole = bytearray((leye_.folder / "ledger.db").read_bytes())
    for page in range(3, len(whole) // 4096):
        whole[page * 4096:page * 4096 + 64] = bytes(64)
    (leye_.folder / "ledger.db").write_bytes(whole)
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (leye_.folder / name).unlink(missing_ok=True)
    told = leye_.process("list", "household", "--json", status=1)
    assert len(told.err.splitlines()) == 1 and "损坏" in told.err and not told.out


def test_where_there_is_no_workspace_the_folder_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "没有") in CommandLine(tmp_path / "没有")("digest", status=2).err


def test_who_forgot_the_passphrase_restores_with_the_card_and_goes_on_under_another(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "old", "忘了的口令")
    card = run("init", "--area", "529999001L01", "--name", "向阳 1 号", "--user", "韦敏").last
    run("add", "household", "household_code=H-01")
    state = run("digest").last
    run("backup", tmp_path / "向阳.leyebak")
    forgetful = CommandLine(run.folder, "新的口令")
    assert forgetful("digest", status=2).err
    assert forgetful("restore", tmp_path / "向阳.leyebak", "--recovery", "00000-00000", status=2).err
    assert run("digest").last == state, "a mistyped code changes nothing"
    forgetful("restore", tmp_path / "向阳.leyebak", "--recovery", card)
    assert forgetful("digest").last == state
    assert "口令不对" in run("digest", status=2).err
    fresh = CommandLine(tmp_path / "another", "第三个口令")
    fresh("restore", tmp_path / "向阳.leyebak", "--recovery", card)
    assert fresh("digest").last == state
