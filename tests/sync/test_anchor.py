"""Anchors: what is a copy is noticed, and nothing else is: moving, linking and reopening leave a device what it was."""
import shutil
from pathlib import Path

import pytest

from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import anchor
from app.sync.workspace import Workspace
from tests.sync.conftest import Make
from tests.sync.offices import STONE, person


@pytest.fixture
def village(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed workspace with something in it."""
    monkeypatch.setattr(anchor.machine, "home", lambda: tmp_path / "home")
    ws = make("village", STONE)
    person(ws, STONE)
    ws.close()
    return ws.folder


def device(folder: Path) -> str:
    with Workspace.open(folder, "practice") as ws:
        return ws.ledger.me.device


def test_a_second_folder_on_the_same_machine_is_a_second_device(village: Path, tmp_path: Path) -> None:
    first = device(village)
    shutil.copytree(village, tmp_path / "copy")
    second = device(tmp_path / "copy")
    assert second != first
    assert (device(village), device(tmp_path / "copy")) == (first, second)  # each stays what it is now


def test_of_a_copy_that_is_opened_first_one_is_new(village: Path, tmp_path: Path) -> None:
    first = device(village)
    shutil.copytree(village, tmp_path / "aside")
    with Workspace.open(tmp_path / "aside", "practice") as ws:
        ws.ledger.write([Write("person", {"full_name": "练习甲"}, rec=new_id(), place=STONE)], source="screen")
    assert device(village) == first


def test_a_moved_folder_stays_the_same_device(village: Path, tmp_path: Path) -> None:
    first = device(village)
    village.rename(tmp_path / "moved")
    assert device(tmp_path / "moved") == first
    shutil.copytree(tmp_path / "moved", tmp_path / "again")  # moved to another disk: copied, then removed
    shutil.rmtree(tmp_path / "moved")
    assert device(tmp_path / "again") == first
    (tmp_path / "link").symlink_to(tmp_path / "again")
    assert device(tmp_path / "link") == first
    assert device(tmp_path / "again") == first


def test_where_it_was_moved_from_something_else_may_stand(village: Path, tmp_path: Path, make: Make) -> None:
    first = device(village)
    village.rename(tmp_path / "moved")
    other, _ = Workspace.create(village, "practice", STONE, "另一台", "练习乙", "surveyor")
    other.close()
    assert device(tmp_path / "moved") == first


def test_an_older_copy_in_another_folder_is_noticed_though_the_first_is_gone(village: Path, tmp_path: Path) -> None:
    shutil.copytree(village, tmp_path / "older")
    with Workspace.open(village, "practice") as ws:
        first = ws.ledger.me.device
        person(ws, STONE)
    shutil.rmtree(village)
    assert device(tmp_path / "older") != first


def test_no_notes_notice_nothing(village: Path, tmp_path: Path) -> None:
    first = device(village)
    shutil.rmtree(tmp_path / "home")
    (village / anchor.BESIDE).write_bytes(b"{")
    assert device(village) == first
