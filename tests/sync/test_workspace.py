"""Workspaces: made whole or not at all, opened by the right secret only, and every refusal in words."""
from pathlib import Path

import pytest

from app.sync import workspace
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household


def files(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir()}


def test_opens_by_passphrase_and_by_recovery_card(tmp_path: Path) -> None:
    ws, card = Workspace.create(tmp_path / "a", "口令", "529999001", "甲", "乙")
    household(ws, "练习甲")
    digest = ws.ledger.digest(strict=True)
    assert ws.ledger.me.practice
    assert ws.ledger.me.area == "529999001000"
    ws.close()
    for opened in (Workspace.open(tmp_path / "a", "口令"), Workspace.open(tmp_path / "a", recovery=card)):
        with opened:
            assert opened.ledger.digest(strict=True) == digest
    with Workspace.open(tmp_path / "a", recovery=card) as opened:
        opened.change_passphrase("another")
    with Workspace.open(tmp_path / "a", "another") as opened:
        assert opened.keys.sign_public == ws.keys.sign_public


def test_wrong_secrets_and_broken_folders_are_refused_and_stay_as_they_were(make: Make, tmp_path: Path, refused: Refused) -> None:
    make("a").close()
    before = files(tmp_path / "a")
    with refused("workspace.passphrase"):
        Workspace.open(tmp_path / "a", "wrong")
    with refused("workspace.passphrase"):
        Workspace.open(tmp_path / "a")
    with refused("workspace.recovery"):
        Workspace.open(tmp_path / "a", recovery="AAAAA")
    with refused("workspace.missing"):
        Workspace.open(tmp_path / "none", "practice")
    with refused("workspace.exists"):
        Workspace.create(tmp_path / "a", "practice", "529999", "n", "u")
    assert files(tmp_path / "a") == before
    for field, value in (("area", "12345"), ("passphrase", " "), ("role", "king")):
        given = {"passphrase": "practice", "area": "529999", "name": "n", "user": "u", "role": "surveyor", field: value}
        with refused({"area": "place.code", "passphrase": "workspace.no_passphrase", "role": "workspace.role"}[field]):
            Workspace.create(tmp_path / "b", **given)
        assert not (tmp_path / "b").exists()
    (tmp_path / "a" / "keys.json").write_bytes(before["keys.json"].replace(b'"leye":1', b'"leye":9'))
    with refused("workspace.newer"):
        Workspace.open(tmp_path / "a", "practice")
    (tmp_path / "a" / "keys.json").write_bytes(before["keys.json"])
    (tmp_path / "a" / "ledger.db").unlink()
    with refused("store.missing"):
        Workspace.open(tmp_path / "a", "practice")


def test_a_file_in_the_way_is_said(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "a").write_text("not a folder")
    with refused("workspace.folder"):
        Workspace.create(tmp_path / "a", "practice", "529999", "n", "u")


def test_an_interrupted_creation_can_be_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled_plug(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace.Ledger, "create", pulled_plug)
    with pytest.raises(KeyboardInterrupt):
        Workspace.create(tmp_path / "a", "first", "529999", "n", "u")
    monkeypatch.undo()
    Workspace.create(tmp_path / "a", "second", "529999", "n", "u")[0].close()
    Workspace.open(tmp_path / "a", "second").close()


def test_two_windows_do_not_share_a_folder_but_commands_do(make: Make, refused: Refused) -> None:
    window = make("a")
    window.lock()
    with Workspace.open(window.folder, "practice") as other:
        household(other, "练习甲")  # a command beside the window
        with refused("workspace.locked"):
            other.lock()
        window.close()
        other.lock()


def test_passphrase_comes_from_the_environment_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEYE_PASSPHRASE", "given")
    assert workspace.passphrase(tmp_path) == "given"
    monkeypatch.delenv("LEYE_PASSPHRASE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert workspace.passphrase(tmp_path) is None
