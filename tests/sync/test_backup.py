"""Backups: one encrypted file, opened by either secret; restoring loses nothing, sets aside, and never reuses a number."""
import random
from pathlib import Path

import pytest

from app.models.problem import Problem
from app.sync.audit import check_seals
from app.sync.backup import backup, restore
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household, sync


def test_what_was_lost_since_the_backup_comes_back_from_the_hub(make: Make, tmp_path: Path) -> None:
    office, one = make("hub", role="township"), make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        household(one, "练习甲")
        sync(one)
        backup(one, tmp_path / "one.bak")
        _, lost = household(one, "练习乙")
        sync(one)
        _, here = household(one, "练习丙")  # never synced: only in what is set aside
        one.close()
        aside = restore(tmp_path / "one", tmp_path / "one.bak", "practice")
        assert aside is not None
        with Workspace.open(tmp_path / "one", "practice") as back:
            assert back.ledger.get(lost) is None
            household(back, "练习丁")
            assert sync(back).level
            assert back.ledger.get(lost) is not None
            assert back.ledger.get(here) is None
            sync(back)
            assert back.ledger.only_here() == 0
            assert back.ledger.digest(strict=True) == office.ledger.digest(strict=True)
            for ws in (back, office):
                assert ws.ledger.verify().ok
                assert check_seals(ws) == []  # no number was used twice
            told = [values for _, values in office.ledger.rows("device")]
            assert any(str(values.get("continues", "")).startswith(back.ledger.settings.get("earlier_logs")[0]) for values in told)
        with Workspace.open(aside, "practice") as kept:
            assert kept.ledger.get(here) is not None


def test_opens_with_the_card_and_not_with_another_passphrase(tmp_path: Path, refused: Refused) -> None:
    ws, card = Workspace.create(tmp_path / "a", "口令", "529999001", "甲", "乙")
    household(ws, "明文丁")
    before = ws.ledger.digest()
    device = ws.ledger.me.device
    assert backup(ws, tmp_path / "a.bak") == (tmp_path / "a.bak").stat().st_size
    ws.close()
    with refused("workspace.passphrase"):
        restore(tmp_path / "b", tmp_path / "a.bak", "wrong")
    assert not (tmp_path / "b" / "ledger.db").exists()
    assert restore(tmp_path / "b", tmp_path / "a.bak", recovery=card) is None
    with Workspace.open(tmp_path / "b", "口令") as other:
        assert other.ledger.digest() == before
        assert other.ledger.me.device != device
    data = (tmp_path / "a.bak").read_bytes()
    assert not [word for word in ("明文丁", "PRIVATE", "AGE-SECRET") if word.encode() in data]
    assert not list(tmp_path.rglob("*.part")) + list(tmp_path.rglob("*.new"))


def test_a_damaged_backup_and_an_open_window_change_nothing(make: Make, tmp_path: Path, refused: Refused) -> None:
    one = make("one")
    household(one, "练习甲")
    backup(one, tmp_path / "one.bak")
    digest, good = one.ledger.digest(strict=True), (tmp_path / "one.bak").read_bytes()
    luck = random.Random(3)
    for _ in range(30):
        at = luck.randrange(len(good))
        (tmp_path / "bad.bak").write_bytes(good[:at] + bytes([good[at] ^ 1 << luck.randrange(8)]) + good[at + 1:])
        with pytest.raises(Problem):
            restore(one.folder, tmp_path / "bad.bak", "practice")
        (tmp_path / "bad.bak").write_bytes(good[:at])
        with refused("restore.damaged"):
            restore(one.folder, tmp_path / "bad.bak", "practice")
    one.lock()
    with refused("workspace.locked"):
        restore(one.folder, tmp_path / "one.bak", "practice")
    with refused("restore.missing"):
        restore(one.folder, tmp_path / "none.bak", "practice")
    with refused("backup.write"):
        backup(one, tmp_path / "nowhere" / "one.bak")
    assert one.ledger.digest(strict=True) == digest
    assert not list(one.folder.glob("aside-*"))
