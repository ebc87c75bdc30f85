"""The export's job: stopped in the middle, what is whole stays and is in the log, and nothing half stands there."""
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.books.parts import parted
from app.models import access
from app.models.problem import Problem
from app.sync.workspace import Workspace
from app.ui.job import Cancelled, Work
from app.ui.pages.books_export import Wish, export


def work_over(workspace: Workspace) -> Work:
    work = Work(lambda _: None, None, None)
    work._ledger = workspace.ledger
    return work


@pytest.mark.parametrize("pdf", [False, True])
def test_stopped_after_the_first_file(app: QApplication, workspace: Workspace, tmp_path: Path, pdf: bool) -> None:
    first = parted(workspace.ledger, "labour").places[0][1] / sum(count for _, count in parted(workspace.ledger, "labour").places)
    work = work_over(workspace)
    work.said = lambda now: now.cancelled.set() if now.part > first else None
    with pytest.raises(Cancelled):
        export(work, Wish("labour", workspace.ledger.me.area, True, True, "A4", pdf, tmp_path / "各村"))
        work.step(1, 1)
    lines, files = access.exports(workspace.ledger), list((tmp_path / "各村").iterdir())
    assert 1 <= len(lines) <= 2 and len([file for file in files if file.suffix == ".xlsx"]) == len(lines)
    assert all(file.suffix in (".xlsx", ".pdf") for file in files)
    assert {access.hash_of(file) for file in files if file.suffix == ".xlsx"} == {line.file_hash for line in lines}


def test_what_cannot_be_written_is_no_line(app: QApplication, workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Problem):
        export(work_over(workspace), Wish("labour", workspace.ledger.me.area, True, False, "A3", False, tmp_path / "一本.doc"))
    assert access.exports(workspace.ledger) == []
