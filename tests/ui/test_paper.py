"""A book on paper: every row once, heads and page number on each page, as many pages as said; nothing half under its name."""
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.books import printing
from app.models.problem import Problem
from app.sync.workspace import Workspace
from app.ui import paper
from app.ui.job import Cancelled

Written = list[str]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """What is really written on the pages, in order."""
    texts: Written = []
    write = paper._Drawing._write
    monkeypatch.setattr(paper._Drawing, "_write", lambda self, face, text, *more: (texts.append(text), write(self, face, text, *more))[1])
    return texts


@pytest.mark.parametrize("size", ["A3", "A4"])
def test_every_row_once_heads_and_number_on_each_page(app: QApplication, workspace: Workspace, tmp_path: Path, written: Written, size: str) -> None:
    with printing.sheet(workspace.ledger, "labour") as made:
        rows = [list(row) for row in made.rows()]
        pages = paper.to_pdf(made, tmp_path / "一本.pdf", size)
        heads = [box.text for box in made.heads.boxes if box.text]
    said = (tmp_path / "一本.pdf").read_bytes()
    assert pages > 1 and said.startswith(b"%PDF") and said.count(b"/Type /Page\n") == pages
    assert [text for text in written if "页" in text and "共" in text] == [f"第 {n} 页，共 {pages} 页" for n in range(1, pages + 1)]
    assert all(written.count(head) >= pages for head in heads)
    numbers = {text for row in rows for text in row if text.count("*") > 10}
    assert numbers and all(written.count(number) == sum(row.count(number) for row in rows) for number in numbers)
    assert list(tmp_path.glob("*.part")) == []


def test_stopped_or_not_writable_nothing_stands_there(app: QApplication, workspace: Workspace, tmp_path: Path) -> None:
    def stop(done: float, of: float) -> None:
        raise Cancelled
    with printing.sheet(workspace.ledger, "labour") as made:
        with pytest.raises(Cancelled):
            paper.to_pdf(made, tmp_path / "停.pdf", "A3", stop)
        with pytest.raises(Problem):
            paper.to_pdf(made, tmp_path / "没有" / "一本.pdf", "A3")
    assert list(tmp_path.iterdir()) == [p for p in tmp_path.iterdir() if p.name == "workspace"]


def test_no_text_is_wider_than_its_cell(app: QApplication, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written in a cell has the room it needs: in lines, or in smaller letters."""
    cut: list[str] = []
    write: Callable = paper._Drawing._write

    def measure(self, face, text, side, font):
        metrics = paper.QFontMetricsF(font, self.painter.device())
        room = face.width() - 2 * self.pad
        if text and self._squeezed(metrics, text, room) == 1:
            need = metrics.boundingRect(paper.QRectF(0, 0, room, 1e6), paper.WRAP, text)
            if need.width() > room + 1 or need.height() > face.height() + 1:
                cut.append(text)
        write(self, face, text, side, font)
    monkeypatch.setattr(paper._Drawing, "_write", measure)
    for book in ("labour", "household", "wishes"):
        with printing.sheet(workspace.ledger, book) as made:
            paper.to_pdf(made, tmp_path / f"{book}.pdf", "A4")
    assert cut == []
