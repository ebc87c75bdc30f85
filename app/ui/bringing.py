"""Bringing: a file that is dropped or chosen opens on the page it is for. Promises that nothing is written before it is seen there."""
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from app.models.language import say

if TYPE_CHECKING:
    from app.ui.page import Desk

PAGE_OF = {"book": "take_back", "table": "fill"}  # any other kind of file is a list, and has its page


def file_of(data: QMimeData) -> Path | None:
    """Return the first file of this computer that is carried, None where there is none."""
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)


def bring(desk: "Desk", file: Path) -> None:
    """Find out what a file is, off the screen's thread, and open its page; what is no workbook is said in words."""
    def look(work: Any) -> str:
        from app.books.recognise import recognise

        return recognise(work.ledger, file)

    def open_page(kind: str) -> None:
        if kind in PAGE_OF:
            desk.go(PAGE_OF[kind], path=str(file))
        else:
            desk.go("roster", path=str(file), kind=kind)

    desk.jobs.read(look, open_page, desk.trouble,
                   words=say("正在看这是什么表", "Seeing what this file is"), slot="bring")


def choose(over: QWidget, desk: "Desk") -> None:
    """Ask for a file, and open it as if it had been dropped."""
    file, _ = QFileDialog.getOpenFileName(over, say("打开表格", "Open a workbook"), str(Path.home()),
                                          say("表格", "Workbooks") + " (*.xlsx *.xlsm *.xls *.csv *.tsv *.txt)")
    if file:
        bring(desk, Path(file))
