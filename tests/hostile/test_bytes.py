"""Every byte of a small stick, backup, segment and accepted segment flipped, and each cut at every length: refused, nothing changed."""
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.identity import new_id
from app.models.ledger import Write
from app.models.problem import Problem
from app.sync import parcel
from app.sync.backup import backup, restore
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.hostile.attacker import Attacker
from tests.sync.offices import STONE


def damaged(good: bytes, step: int = 1) -> Iterator[bytes]:
    """Yield each copy with one byte changed, then each one cut."""
    for at in range(0, len(good), step):
        yield good[:at] + bytes([good[at] ^ (1 << at % 8 or 1)]) + good[at + 1:]
    for at in range(0, len(good), step):
        yield good[:at]


def marks(ws: Workspace) -> tuple[object, ...]:
    """Return what must stay: every record and change, the feed, whom we know, what waits, every setting."""
    conn = ws.ledger.db.conn
    tables = ("peer", "cursor", "receipt", "quarantine", "machine_setting", "log_key", "seal")
    rows = [conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables]
    return (ws.ledger.digest(strict=True), ws.ledger.feed_mark(), *rows)


@pytest.fixture
def stick(attacker: Attacker, tmp_path: Path) -> Path:
    """Return a stick of a laptop with one small household on it."""
    attacker.mine.ledger.write([Write("household", {"household_code": "H-9"}, rec=new_id(), place=STONE)], source="screen")
    export_stick(attacker.mine, tmp_path / "small.leye")
    return tmp_path / "small.leye"


def test_a_small_stick_with_any_byte_flipped_or_missing(attacker: Attacker, stick: Path) -> None:
    """In a file of a few kilobytes there is no byte that does not count."""
    good, before = stick.read_bytes(), marks(attacker.office)
    assert len(good) < 12_000
    keys: set[str] = set()
    for number, bad in enumerate(damaged(good)):
        stick.write_bytes(bad)
        with pytest.raises(Problem) as caught:
            import_stick(attacker.office, stick)
        keys.add(caught.value.key)
        if number % 500 == 0:
            assert marks(attacker.office) == before
    assert marks(attacker.office) == before
    assert keys <= {"stick.damaged", "stick.foreign", "segment.damaged", "segment.foreign", "stick.stranger"}
    stick.write_bytes(good + b"\0")
    with pytest.raises(Problem):
        import_stick(attacker.office, stick)
    stick.write_bytes(good)
    assert import_stick(attacker.office, stick).changes == 1


def test_sticks_that_are_none(attacker: Attacker, stick: Path, tmp_path: Path) -> None:
    before = marks(attacker.office)
    (tmp_path / "empty.leye").write_bytes(b"")
    (tmp_path / "folder.leye").mkdir()
    shutil.make_archive(str(tmp_path / "zipped"), "zip", tmp_path, stick.name)
    for strange in ("empty.leye", "folder.leye", "zipped.zip", "none.leye"):
        with pytest.raises(Problem):
            import_stick(attacker.office, tmp_path / strange)
    for device in ("/dev/null", "/dev/zero"):
        if Path(device).exists():
            with pytest.raises(Problem):
                import_stick(attacker.office, Path(device))
    assert marks(attacker.office) == before


def test_renamed_repeated_and_out_of_order_sticks_are_sticks(attacker: Attacker, stick: Path, tmp_path: Path) -> None:
    attacker.mine.ledger.write([Write("person", {"phone": "13900001299"}, rec=attacker.own)], source="screen")
    export_stick(attacker.mine, tmp_path / "second.leye")
    stick.rename(tmp_path / "工资表.xls")
    assert import_stick(attacker.office, tmp_path / "second.leye").changes == 2  # it carries what is not acknowledged yet
    assert import_stick(attacker.office, tmp_path / "工资表.xls").changes == 0
    assert import_stick(attacker.office, tmp_path / "second.leye").changes == 0
    assert attacker.office.ledger.verify().ok


def test_a_stick_sealed_anew_for_another_office_is_refused(attacker: Attacker, stick: Path) -> None:
    """Whoever can read a stick could wrap it again for somebody else: for whom it is stands inside the signature."""
    for data in (lambda items: items, lambda items: items[:-1], lambda items: items[::-1], lambda items: [*items, items[-1]]):
        items = _items(attacker, stick)
        stick.with_name("again.leye").write_bytes(b"")
        parcel.write(stick.with_name("again.leye"), [parcel.Part((attacker.victim.keys.age_public,), data(items), attacker.mine.keys)])
        before = marks(attacker.victim)
        with pytest.raises(Problem):
            import_stick(attacker.victim, stick.with_name("again.leye"))
        assert marks(attacker.victim) == before


def _items(attacker: Attacker, stick: Path) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []

    class Sink:
        def take(self, kind: bytes, said: bytes, before: bytes) -> None:
            if kind != parcel.SIGNED:
                found.append((kind, said))

        def end(self) -> None:
            pass
    parcel.read(stick, [attacker.office.keys], Sink)
    return found


def test_a_backup_with_any_byte_flipped_or_missing(attacker: Attacker, tmp_path: Path) -> None:
    """Sums are judged before anything else; to the end goes what an attacker has summed anew."""
    path, bad = tmp_path / "one.bak", tmp_path / "bad.bak"
    backup(attacker.mine, path)
    good, before = path.read_bytes(), attacker.mine.ledger.digest(strict=True)
    step = max(1, len(good) // 700)
    for data in damaged(good, step):
        bad.write_bytes(data)
        with pytest.raises(Problem):
            restore(attacker.mine.folder, bad, "practice")
    assert attacker.mine.ledger.digest(strict=True) == before
    assert not list(attacker.mine.folder.glob("aside-*"))




def test_what_was_accepted_and_then_damaged_on_disk_stops_nobody(attacker: Attacker) -> None:
    """Any byte of the office's own inbox flipped or missing: the laptop sends it again, nothing else is touched."""
    from app.sync.inbox import Inbox, merge_first

    def filled() -> tuple[Path, bytes]:
        inbox = Inbox.of(attacker.office)
        assert inbox is not None
        inbox.append([(attacker.mine.ledger.me.device, attacker.packed([attacker.next()]))])
        inbox.close()
        (path,) = inbox.folder.glob("*.log")
        return path, path.read_bytes()
    path, good = filled()
    for number, bad in enumerate(damaged(good, 7)):
        path.write_bytes(bad)
        inbox = Inbox.of(attacker.office)
        assert inbox is not None
        while (became := merge_first(attacker.office, inbox)) is not None:
            assert became.refused is not None, number
        inbox.close()
    attacker.nothing_changed()
