"""Books' export as one job: the file or the files, the PDF beside each. Promises that every file that is finished is a line in the export log."""
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.models import access, places
from app.models.problem import Problem


@dataclass(frozen=True)
class Wish:
    """What is to be exported. Attributes: book, area, mask, parted (a file for each village or site), paper, pdf (one beside each
    file), path (of the file, or the folder of the files), reason (why in full; "" where masked)."""

    book: str
    area: str
    mask: bool
    parted: bool
    paper: str
    pdf: bool
    path: Path
    reason: str = ""


@dataclass(frozen=True)
class Done:
    """What was exported. Attributes: rows, files (paths), rest (rows that lie in no village or site), folder."""

    rows: int
    files: tuple[Path, ...]
    rest: int
    folder: Path


def export(work: Any, wish: Wish) -> Done:
    """Write everything that is wished for. What was written whole before a person stopped it stays, and is in the log."""
    if not wish.parted:
        wish.path.parent.mkdir(parents=True, exist_ok=True)
        return Done(_one(work, wish, wish.area, wish.path, 0.0, 1.0), (wish.path,), 0, wish.path.parent)
    from app.books.export import suggested_name
    from app.books.parts import parted

    found = parted(work.ledger, wish.book, wish.area)
    wish.path.mkdir(parents=True, exist_ok=True)
    total, done, files = sum(count for _, count in found.places) or 1, 0, []
    for area, count in found.places:
        path = wish.path / suggested_name(work.ledger, wish.book, area)
        _one(work, wish, area, path, done / total, count / total)
        files.append(path)
        done += count
    return Done(done, tuple(files), found.rest, wish.path)


def _one(work: Any, wish: Wish, area: str, path: Path, begun: float, share: float) -> int:
    """Write one file, and its PDF; return the rows."""
    from app.books.export import export as write

    half = 2 if wish.pdf else 1
    done = write(work.ledger, wish.book, path, area=area, mask=wish.mask, paper=wish.paper,
                 progress=lambda n, of: work.step(begun + share * n / (of or 1) / half, 1))
    try:
        access.note_export(work.ledger, wish.book, places.complete(area), done.rows, wish.reason, masked=wish.mask, file_hash=access.hash_of(path))
    except BaseException:
        with suppress(OSError):
            path.unlink()  # no file without its line
        raise
    if wish.pdf:
        _pdf(work, wish, area, path.with_suffix(".pdf"), lambda n, of: work.step(begun + share * (0.5 + n / (of or 1) / 2), 1))
    return done.rows


def _pdf(work: Any, wish: Wish, area: str, path: Path, step: Any) -> None:
    from app.books import printing
    from app.ui import paper

    with printing.sheet(work.ledger, wish.book, area, wish.mask) as made:
        paper.to_pdf(made, path, wish.paper, step)


def print_out(work: Any, wish: Wish, printer: Any) -> int:
    """Draw the book on a printer; return how many pages. It stands in the log before the first page comes out."""
    from app.books import printing
    from app.ui import paper

    with printing.sheet(work.ledger, wish.book, wish.area, wish.mask) as made:
        if not made.count:
            raise Problem("book.nothing", "没有可打印的行。", "There are no rows to print.")
        count = made.count
    access.note_export(work.ledger, wish.book, places.complete(wish.area), count, wish.reason, masked=wish.mask, action=access.PRINT)
    with printing.sheet(work.ledger, wish.book, wish.area, wish.mask) as made:
        return paper.draw(made, printer, wish.paper, work.step)

