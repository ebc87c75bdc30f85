"""Bad input gets one or two plain lines that say what is wrong, where, and what to do; nothing is changed, nothing lost."""
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import store
from app.sync.workspace import Workspace
from tests.command_line import LEYE, ROOT, CommandLine
from tests.disks import elsewhere
from tests.kills.rosters import HEADS, person_row, roster

QUESTIONS = ["type", "name", "label::中文 (zh)", "label::English (en)", "relevant"]


def refused(leye: CommandLine, *arguments: object, says: tuple[str, ...], status: int = 2) -> None:
    """The command is refused in one or two plain lines that hold these words; the ledger is as it was."""
    before = sound(leye)
    told = leye(*arguments, status=status).err.strip().splitlines()
    assert 1 <= len(told) <= 2, told
    assert not [word for word in says if word not in "\n".join(told)], told
    assert sound(leye) == before


def sound(leye: CommandLine) -> str:
    """Return the strict digest of a workspace that holds together."""
    with Workspace.open(leye.folder, leye.passphrase) as ws:
        report = ws.ledger.verify()
        assert report.ok, report.problems
        return ws.ledger.digest(strict=True)


def workbook(path: Path, *rows: list[object]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


# -- the store

def test_a_wrong_passphrase(leye: CommandLine) -> None:
    wrong, before = CommandLine(leye.folder, "不是这个"), snapshot(leye.folder)
    for words in (("list", "person"), ("set", "household", "H-1", "remark=x"), ("verify",), ("undo",)):
        told = wrong(*words, status=2)
        assert "口令" in told.err
        assert told.out == ""
        assert len(told.err.strip().splitlines()) <= 2
    assert snapshot(leye.folder) == before


def test_a_store_from_a_newer_version(leye: CommandLine) -> None:
    with Workspace.open(leye.folder, leye.passphrase) as ws:
        ws.ledger.db.execute(f"PRAGMA user_version = {store.SCHEMA + 1}")
    before = snapshot(leye.folder)
    for words in (("list", "person"), ("undo",), ("digest",)):
        told = leye(*words, status=2).err
        assert "更新版本" in told and "升级" in told
    assert snapshot(leye.folder) == before


def test_a_locked_store(leye: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 200)  # people wait longer
    before = leye.digest()
    with Workspace.open(leye.folder, leye.passphrase) as other, store.transaction(other.ledger.db):
        told = leye("add", "household", "household_code=H-9", status=2).err
        assert "占用" in told and "再试" in told
        assert leye("list", "household", "--json").json, "reading goes on"
    assert leye.digest() == before


@pytest.mark.parametrize("name", ["ledger.db", "keys.json"])
def test_a_missing_file_of_the_workspace(name: str, leye: CommandLine) -> None:
    away = (leye.folder / name).rename(leye.folder / "elsewhere")
    told = leye("list", "person", status=2).err
    assert "文件夹" in told
    assert not (leye.folder / name).exists(), "nothing is made in its place"
    away.rename(leye.folder / name)
    assert leye("verify", "--json").json["ok"]


def test_a_damaged_file_of_the_workspace(leye: CommandLine) -> None:
    for name, data in (("keys.json", b"{"), ("ledger.db", os.urandom(8192))):
        kept = (leye.folder / name).read_bytes()
        (leye.folder / name).write_bytes(data)
        told = leye("list", "person", status=2).err
        assert len(told.strip().splitlines()) <= 2
        assert (leye.folder / name).read_bytes() == data
        (leye.folder / name).write_bytes(kept)
    assert leye("verify", "--json").json["ok"]


@pytest.mark.parametrize("words", [("import", "roster"), ("form", "check"), ("bundle", "import"),
                                   ("form", "fill", "person_interview", "--answers")])
@pytest.mark.parametrize("what", ["missing", "a folder"])
def test_a_file_that_is_not_there(words: tuple[str, ...], what: str, leye: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "名册2026.xlsx"
    if what == "a folder":
        path.mkdir()
    refused(leye, *words, path, says=() if words[0] == "bundle" else ("名册2026",))


# -- a full disk

@contextlib.contextmanager
def small_disk(tmp_path: Path, size: str) -> Iterator[Path]:
    """Give a file system of this size; skip where none can be mounted."""
    room = tmp_path / "disk"
    room.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", room], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here; the other test limits the size of files instead")
    try:
        yield room
    finally:
        subprocess.run(["umount", room], check=True)


def test_a_full_disk(leye: CommandLine, tmp_path: Path) -> None:
    book = roster(tmp_path / "名册.xlsx", 200)
    with small_disk(tmp_path, "8m") as disk:
        elsewhere()
        full = CommandLine(Path(shutil.copytree(leye.folder, disk / "one")))
        before, digest = full.digest(), full("digest").last
        fill(disk)
        told = full("import", "roster", book, status=2).err
        assert "磁盘" in told and "空间" in told
        assert (disk / "台账.xlsx").name in leye("book", "export", "labour", disk / "台账.xlsx", status=2).err
        assert sorted(path.name for path in disk.iterdir()) == ["ballast", "one"], "no half book, under no name"
        (disk / "ballast").unlink()
        assert full("verify", "--json").json["ok"]
        assert (full.digest(), full("digest").last) == (before, digest), "nothing changed, nothing lost"
        full("import", "roster", book)
        assert full("digest").last != digest


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_files_that_may_not_grow(leye: CommandLine, tmp_path: Path) -> None:
    """The same without mounting: no file of the process may grow past what there is."""
    import resource

    book, digest = roster(tmp_path / "名册.xlsx", 200), leye.digest()
    most = max(path.stat().st_size for path in leye.folder.iterdir()) + 64 * 1024
    done = subprocess.run([*LEYE, "import", "roster", str(book)], cwd=ROOT, env={**os.environ, **leye.environment()},
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    told = done.stderr.decode()
    assert done.returncode == 2, told
    assert "磁盘" in told and "Traceback" not in told and len(told.strip().splitlines()) <= 2
    assert leye("verify", "--json").json["ok"]
    assert leye.digest() == digest


# -- workbooks

@pytest.mark.parametrize("data", [b"", b"name,phone\n", b"%PDF-1.7 x", b"PK\x03\x04 cut", "姓名".encode("utf-16")])
@pytest.mark.parametrize("words", [("import", "roster"), ("form", "check"), ("form", "fill", "--answers=x")])
def test_a_workbook_that_is_none(data: bytes, words: tuple[str, ...], leye: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "名册2026.xlsx"
    path.write_bytes(data)
    if words[-1] == "--answers=x":
        steps = tmp_path / "steps.json"
        steps.write_text("[]")
        words = (*words[:-1], f"--answers={steps}")
    refused(leye, *words, path, says=("名册2026.xlsx",))


def test_a_zip_that_is_no_workbook(leye: CommandLine, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "名册.xlsx", "w") as file:
        file.writestr("readme.txt", "x")
    for words in (("import", "roster"), ("form", "check")):
        refused(leye, *words, tmp_path / "名册.xlsx", says=("名册.xlsx",))


def test_a_title_where_heads_should_be(leye: CommandLine, tmp_path: Path) -> None:
    path = workbook(tmp_path / "名册.xlsx", ["练习县搬迁人口名册"], person_row(1, 0), person_row(1, 1))
    refused(leye, "import", "roster", path, says=("名册.xlsx", "表头", "第 1 行", "列名"))


def test_heads_with_nobody_below_them(leye: CommandLine, tmp_path: Path) -> None:
    refused(leye, "import", "roster", workbook(tmp_path / "名册.xlsx", list(HEADS)), says=("名册.xlsx",))


ID = HEADS.index("证件号码")
RELATION = HEADS.index("与户主关系")


def spoilt(household: int, member: int, column: int, value: object) -> list[object]:
    row: list[object] = list(person_row(household, member))
    row[column] = value
    return row


BAD_ROWS = {
    "an ID stored as a number": ([spoilt(7, 0, ID, 529999197001010110)], [3], "证件号码", "数字"),
    "an ID stored as a float": ([spoilt(7, 0, ID, 5.29999197001010e17)], [3], "证件号码", "数字"),
    "a wrong check digit": ([spoilt(7, 0, ID, "529999197001010111")], [3], "证件号码", "最后一位"),
    "an ID too short": ([spoilt(7, 0, ID, "5299991970010101")], [3], "证件号码", "16"),
    "two heads in one household": ([person_row(7, 0), spoilt(7, 1, RELATION, "户主")], [3, 4], "与户主关系", "户主"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_rows_that_are_wrong_are_named_and_stay_out(case: str, leye: CommandLine, tmp_path: Path) -> None:
    rows, at, field, why = BAD_ROWS[case]
    path = workbook(tmp_path / "名册.xlsx", ["练习县搬迁人口名册"], list(HEADS), *rows)
    before = leye.digest()
    ran = leye("import", "roster", path, "--json", status=2)
    bad = ran.json["rejected"]
    assert [(row["row"], row["sheet"]) for row in bad] == [(n, "Sheet") for n in at]
    assert any(row["field"] == field and why in row["reason"] for row in bad), bad
    assert all(set(row) >= {"sheet", "row", "field", "value", "reason"} for row in bad)
    told = leye("import", "roster", path, status=2).err
    assert f"第 {at[0]} 行" in told and field in told and why in told
    assert leye.digest() == before


@pytest.mark.parametrize("case", BAD_ROWS)
def test_good_rows_beside_wrong_ones_go_in(case: str, leye: CommandLine, tmp_path: Path) -> None:
    rows, at, field, why = BAD_ROWS[case]
    path = workbook(tmp_path / "名册.xlsx", ["练习县搬迁人口名册"], list(HEADS), *rows, person_row(8, 0), person_row(8, 1))
    before = len(leye("list", "person", "--json").json)
    dry = leye("import", "roster", path, "--dry-run", "--json").json
    assert len(leye("list", "person", "--json").json) == before, "a dry run writes nothing"
    done = leye("import", "roster", path, "--json", "--rejected", tmp_path / "未导入.xlsx").json
    assert done == dry
    assert done["created"] == 2
    assert [row["row"] for row in done["rejected"]] == at
    assert len(leye("list", "person", "--json").json) == before + 2
    assert leye("import", "roster", path, "--json").json["unchanged"] == 2
    from openpyxl import load_workbook

    kept = list(load_workbook(tmp_path / "未导入.xlsx").active.iter_rows(values_only=True))
    assert len(kept) == 1 + len(at) and why in str(kept[1][0])


def form(path: Path, *questions: list[str]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "survey"
    for row in (QUESTIONS, *questions):
        book.active.append(row)
    choices = book.create_sheet("choices")
    for line in (["list_name", "name", "label::中文 (zh)", "label::English (en)"], ["yes_no", "1", "是", "Yes"]):
        choices.append(line)
    settings = book.create_sheet("settings")
    for line in (["form_id", "form_title", "version"], ["try", "试用", "1"]):
        settings.append(line)
    book.save(path)
    return path


BAD_FORMS = {
    "an unknown type": (["telepathy", "x", "甲", "A", ""], ("survey", "第 3 行", "telepathy")),
    "a reference to nothing": (["text", "x", "甲", "A", "${nobody} = 1"], ("survey", "第 3 行", "nobody")),
    "an unknown function": (["text", "x", "甲", "A", "divine(1)"], ("survey", "第 3 行", "divine")),
    "a bad expression": (["text", "x", "甲", "A", "1 +"], ("survey", "第 3 行", "relevant")),
    "no list of choices": (["select_one nowhere", "x", "甲", "A", ""], ("survey", "第 3 行", "nowhere")),
}


@pytest.mark.parametrize("case", BAD_FORMS)
def test_a_form_that_does_not_convert(case: str, leye: CommandLine, tmp_path: Path) -> None:
    question, says = BAD_FORMS[case]
    path = form(tmp_path / "调查表.xlsx", ["text", "first", "先", "First", ""], question)
    steps = tmp_path / "steps.json"
    steps.write_text("[]")
    refused(leye, "form", "check", path, says=(path.name, *says))
    refused(leye, "form", "fill", path, "--answers", steps, says=(path.name, *says))
    told = leye("form", "check", path, "--json", status=2).json
    assert told["ok"] is False
    assert {"sheet", "row", "column", "message"} <= set(told["problems"][0])
    assert (told["problems"][0]["sheet"], told["problems"][0]["row"]) == ("survey", 3)


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "", "[{}]", '[{"set": "/data/nothing", "value": "1"}]'])
def test_answers_that_are_none(text: str, leye: CommandLine, tmp_path: Path) -> None:
    steps, before = tmp_path / "steps.json", leye.digest()
    steps.write_text(text)
    told = leye("form", "fill", "person_interview", "--answers", steps, "--json", status=2)
    assert "Error" not in told.err
    assert leye.digest() == before


# -- sync and sticks

@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    run = CommandLine(tmp_path / "office")
    run("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    return run


def test_sync_and_sticks_without_a_pairing(leye: CommandLine, tmp_path: Path) -> None:
    for words in (("sync",), ("sync", "https://127.0.0.1:9"), ("bundle", "export", tmp_path / "x.leye"),
                  ("bundle", "import", ROOT / "README.md")):
        refused(leye, *words, says=("配对",))
    refused(leye, "pair", "https://127.0.0.1:9", "AAAA-BBBB", says=("配对码",))
    assert not (tmp_path / "x.leye").exists()


def test_a_hub_that_is_not_the_paired_one(leye: CommandLine, office: CommandLine, tmp_path: Path) -> None:
    other = CommandLine(tmp_path / "other")
    other("init", "--area", "529999001", "--name", "别处", "--user", "陆某", "--role", "township")
    with office.serving("--yes") as url:
        code = office("hub", "invite").last
        with other.serving("--yes") as stranger:
            refused(leye, "pair", stranger, code, says=("证书", stranger))
            leye("pair", url, code)
            refused(leye, "sync", stranger, says=("证书", stranger))
    assert other("list", "person", "--json").json == []


def test_a_stick_cut_short_or_spoilt(leye: CommandLine, office: CommandLine, tmp_path: Path) -> None:
    with office.serving("--yes") as url:
        leye("pair", url, office("hub", "invite").last)
    stick = tmp_path / "向阳.leye"
    leye("bundle", "export", stick)
    whole = stick.read_bytes()
    for at in (0, 7, len(whole) // 2, len(whole) - 1):
        stick.write_bytes(whole[:at])
        refused(office, "bundle", "import", stick, says=("向阳.leye", "没有任何改动"))
    for at in (len(whole) // 3, len(whole) - 5):
        stick.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        refused(office, "bundle", "import", stick, says=("向阳.leye",))
    stick.write_bytes(whole)
    refused(leye, "bundle", "import", stick, says=("向阳.leye",))
    office("bundle", "import", stick)
    assert office("digest").last == leye("digest").last
    before = office.digest()
    office("bundle", "import", stick)
    assert office.digest() == before, "the same stick again is no harm"


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the files of a workspace, without what only opening it leaves beside."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix not in (".db-wal", ".db-shm")}
