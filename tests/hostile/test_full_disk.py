"""A disk that is full, broken, read-only or torn at each act, one after the other: refused in a sentence, everything as before,
and after room was made the same act succeeds. Files through the seam; the store by a limit on its size and on its log."""
import errno
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.books.export import export
from app.forms.contract import Interview, load
from app.models.identity import new_id
from app.models.ledger import Write
from app.models.practice import generate
from app.models.problem import Problem
from app.sync.backup import backup, restore
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.disks import failing
from tests.hostile.attacker import Attacker
from tests.kills.answers import answer_to
from tests.sync.offices import STONE

EVERY = os.environ.get("LEYE_PROPERTIES") == "new"
ERRORS = [(errno.ENOSPC, False), (errno.ENOSPC, True), (errno.EIO, False), (errno.EROFS, False)]


def write(ws: Workspace, code: str = "H-1") -> str:
    """Write a household; returns its id."""
    return ws.ledger.write([Write("household", {"household_code": code, "remark": "练习" * 300}, rec=new_id(), place=STONE)], source="screen").ids[0]


def every_act(act: Callable[[], object], unchanged: Callable[[], None], error: int, torn: bool) -> int:
    """Let the k-th act of the disk fail, for the k there are (in make test the first, the last and some between); returns their number."""
    with failing(0) as counting:
        act()
    for k in moments(counting.acts):
        refused = False
        with failing(k, error, torn=torn) as disk:
            try:
                act()
            except Problem as problem:
                refused = True
                assert problem.status in (1, 2) and problem.zh and problem.en
        assert disk.failed
        if refused:
            unchanged()
    act()  # there is room again
    return counting.acts


def moments(acts: int) -> list[int]:
    """Return which acts fail: each of them in the long runs."""
    if EVERY or acts <= 10:
        return list(range(1, acts + 1))
    return sorted({1, 2, 3, *range(4, acts - 3, max(1, acts // 4)), acts - 3, acts - 2, acts - 1, acts})


@pytest.mark.parametrize(("error", "torn"), ERRORS)
def test_files_at_each_act(attacker: Attacker, tmp_path: Path, error: int, torn: bool) -> None:
    ws, office = attacker.mine, attacker.office
    write(ws)
    digest, there = ws.ledger.digest(strict=True), office.ledger.digest(strict=True)
    for path, act in ((tmp_path / "s.leye", lambda: export_stick(ws, tmp_path / "s.leye")),
                      (tmp_path / "b.bak", lambda: backup(ws, tmp_path / "b.bak")),
                      (tmp_path / "b.xlsx", lambda: export(office.ledger, "labour", tmp_path / "b.xlsx"))):
        path.write_bytes(b"the older one")

        def unchanged(path: Path = path) -> None:
            assert path.read_bytes() == b"the older one"
            assert not list(tmp_path.glob("*.part"))
            assert not list(ws.folder.glob("*.new*"))

        def again(act: Callable[[], object] = act, path: Path = path) -> None:
            path.write_bytes(b"the older one")
            act()
        assert every_act(again, unchanged, error, torn) >= 3
    assert (ws.ledger.digest(strict=True), office.ledger.digest(strict=True)) == (digest, there)


@pytest.mark.parametrize(("error", "torn"), ERRORS)
def test_a_restore_at_each_act(attacker: Attacker, tmp_path: Path, error: int, torn: bool) -> None:
    backup(attacker.mine, tmp_path / "b.bak")
    then = attacker.mine.ledger.digest()
    write(attacker.mine)
    now, folder = attacker.mine.ledger.digest(), attacker.mine.folder
    attacker.mine.close()
    for k in range(1, 100):
        with failing(k, error, torn=torn) as disk:
            try:
                restore(folder, tmp_path / "b.bak", "practice")
            except Problem as problem:
                assert problem.status in (1, 2)
        with Workspace.open(folder, "practice") as ws:  # as it was, or the backup; what was there is kept
            found = ws.ledger.digest()
            assert found in (now, then) and ws.ledger.verify().ok
        kept = [p for p in folder.glob("aside-*") if (p / "ledger.db").exists()]
        assert found == now or kept
        for one in kept:
            with Workspace.open(one, "practice") as old:
                assert old.ledger.digest() in (now, then)
        if not disk.failed:
            assert found == then and k > 5
            return
    raise AssertionError("no end of acts")


def test_a_new_workspace_and_another_passphrase_at_each_act(tmp_path: Path) -> None:
    for k in range(1, 50):
        folder = tmp_path / f"new-{k}"
        with failing(k) as disk:
            try:
                ws, _ = Workspace.create(folder, "first", STONE, "n", "u")
                with ws:
                    ws.change_passphrase("second")
            except (Problem, OSError):  # an OSError is a sentence of the command line's
                pass
        if not disk.failed:
            break
        opened = [word for word in ("first", "second") if _opens(folder, word)]
        assert opened or not (folder / "ledger.db").exists()
        if not opened:
            Workspace.create(folder, "first", STONE, "n", "u")[0].close()
    assert k > 4


def _opens(folder: Path, word: str) -> bool:
    try:
        Workspace.open(folder, word).close()
    except Problem:
        return False
    return True


def test_the_inbox_at_each_act(attacker: Attacker) -> None:
    """What the office answered is on its disk; where it could not be put there, the laptop is told and sends it again."""
    from app.sync.inbox import Inbox

    for k in range(1, 9):
        inbox = Inbox.of(attacker.office)
        assert inbox is not None
        with failing(k) as disk:
            try:
                inbox.append([(attacker.mine.ledger.me.device, attacker.packed([attacker.next()]))])
                accepted = 1
            except Problem as problem:
                assert problem.key == "store.full"
                accepted = 0
        inbox.close()
        again = Inbox.of(attacker.office)
        assert again is not None and again.waiting() >= accepted
        again.close()
        for path in again.folder.glob("*.log"):
            path.unlink()
        if not disk.failed:
            assert k > 2
            return


def test_the_second_copy_at_each_act(attacker: Attacker, tmp_path: Path) -> None:
    """Whatever failed is said; once there is room the copy is whole and a new computer goes on from it."""
    from app.sync.from_copy import restore_copy
    from app.sync.second_copy import choose, keep_up

    def copy(ws: Workspace, usb: Path) -> None:
        choose(ws, usb)
        write(ws)
        keep_up(ws)
    ws, usbs = attacker.mine, [tmp_path / f"usb-{number}" for number in range(40)]
    for usb in usbs:
        usb.mkdir()
    with failing(0) as counting:
        copy(ws, usbs[0])
    for k in moments(counting.acts):
        with failing(k), suppress(Problem):
            copy(ws, usbs[k % 40])
        copy(ws, usbs[k % 40])
        assert ws.ledger.verify().ok
        assert not [path for path in usbs[k % 40].rglob("*.part") if path.stat().st_size]
        restore_copy(tmp_path / f"back-{k}", usbs[k % 40], "practice")
        with Workspace.open(tmp_path / f"back-{k}", "practice") as back:
            assert back.ledger.digest() == ws.ledger.digest()
    assert counting.acts > 3


def interviewed(ws: Workspace) -> None:
    """Ask somebody everything, and finish."""
    person = next(rec for rec, values in ws.ledger.rows("person") if "1960" < str(values.get("birth_date", "")) < "2005")
    talk = Interview.start(load("person_interview"), ws.ledger, subject=("person", person))
    asked: set[str] = set()
    while question := next((q for s in talk.sections() if s.relevant for q in talk.questions(s.path)
                            if q.path not in asked and q.kind not in ("note", "repeat") and not q.readonly), None):
        asked.add(question.path)
        answer_to(talk, question)
    talk.finish()


ACTS: dict[str, Callable[[Workspace, Path], object]] = {
    "write": lambda ws, _: write(ws, "H-77"),
    "merge": lambda ws, folder: import_stick(ws, folder / "in.leye"),
    "backup": lambda ws, folder: backup(ws, folder / "b.bak"),
    "stick": lambda ws, folder: export_stick(ws, folder / "out.leye"),
    "interview and finish": lambda ws, _: interviewed(ws),
    "rebuild": lambda ws, _: ws.ledger.rebuild(),
}


@pytest.mark.skipif(os.name != "posix", reason="limits on the size of files are of POSIX")
@pytest.mark.parametrize("name", ACTS)
def test_the_store_full_at_each_size(attacker: Attacker, tmp_path: Path, name: str) -> None:
    """A child may write no file beyond a size, which grows from attempt to attempt: the log, the store or the new file is cut there."""
    write(attacker.mine)
    export_stick(attacker.mine, tmp_path / "in.leye", "all")
    ws, act = attacker.office, ACTS[name]
    generate(ws.ledger, 2, 1)
    write(ws)
    ws.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    folder, digest, size = ws.folder, ws.ledger.digest(strict=True), (ws.folder / "ledger.db").stat().st_size
    ws.close()
    refusals, limit, found = 0, 4096, set[str]()
    while limit < 16 * size:
        said = _limited(folder, lambda one: act(one, tmp_path), limit)
        with Workspace.open(folder, "practice") as left:
            assert left.ledger.verify().ok
            whole = left.ledger.digest(strict=True)
            if said != "done":
                found.add(whole)
                assert said in ("store.full", "store.readonly", "stick.write", "backup.write", "stick.missing"), said
                refusals += 1
        if said == "done":
            break
        limit += max(4096, size // (24 if EVERY else 8))
    assert said == "done" and refusals > 0
    # each segment of a stick is a commit of its own, and that the file was read is noted after the last: what came in before stays
    assert found <= ({digest, whole} if name == "merge" else {digest})
    assert not list(tmp_path.glob("*.part"))
    with Workspace.open(folder, "practice") as ws:
        act(ws, tmp_path)


def _limited(folder: Path, act: Callable[[Workspace], object], limit: int) -> str:
    """Return what came of an act in a child that may write no file larger than this: `done` or the Problem's key."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = "broke"
        try:
            ws = Workspace.open(folder, "practice")
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            act(ws)
            said = "done"
        except Problem as problem:
            said = problem.key
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(into, said.encode())
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(pid, 0)
    return told


