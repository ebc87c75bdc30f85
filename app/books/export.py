"""Export: a book is written as an Excel workbook, streamed from the ledger. Promises the whole book or none.

The rows come from one read transaction and go straight into the sheet's XML; they are counted against a query of their
own; the file is written as `.part`, put on disk, and only then gets its name.
"""
import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from app.books import cells, marks, shell
from app.books.catalogue import source_of
from app.books.figures import FIGURES
from app.books.package import Package
from app.books.rows import Rows
from app.books.sheet import Body, Cells, Counted, Days, Few, Numbers, Plain, Serials, Style, Texts, YesNo
from app.books.shelf import template_for
from app.books.sums import summed, sums
from app.books.template import HIDDEN, Column, Template
from app.models import clock, disk, identity, places
from app.models.problem import Problem
from app.models.store import Connection

if TYPE_CHECKING:
    from app.models.ledger import Ledger

Progress = Callable[[int, int], None]  # rows written, rows in all; it may raise to stop
FAST = 1  # deflate level of the sheet
PAGES_KIB = 8_000
LARGE = 400_000  # rows from which the sheet's XML may pass 2 GiB
HASH = "{{hash}}"
FEW = ("code", "codes", "yes")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows, path, the book's id (stands in its `_meta`) and its version, counted by book and area."""

    rows: int
    path: Path
    book: str
    version: int


def export(ledger: "Ledger", book: str, path: Path, area: str | None = None, mask: bool = False,
           progress: Progress | None = None, on: date | None = None, paper: str = "", most: int = shell.MOST_ROWS) -> Exported:
    """Write a book of an area (this workspace's when None) to a new .xlsx; return what was written. `paper`: A3, A4, or the template's;
    `most`: rows on one sheet, behind which the next begins.

    Raises Problem: no such book or place, a file that cannot be written, or a count that does not fit (status 1).
    What `progress` raises stops the export; nothing is left behind under the file's name or any other.
    """
    template, place = template_for(ledger, book), places.complete(area or ledger.me.area)
    if path.suffix.lower() != ".xlsx":
        raise Problem("book.suffix", f"文件名 {path.name} 要以 .xlsx 结尾。", f"The file name {path.name} must end in .xlsx.")
    name, version, key = identity.new_id(), next_version(ledger, book, place), marks.book_key(ledger)
    on = on or clock.today()
    with reading(ledger.db.conn) as conn, _few_pages(conn), _whole(path) as file, _no_sweeping():
        source = source_of(template, conn, places.prefix(place), on)
        count = source.count()
        mark = marks.Marks(name, ledger.feed_mark(), key)
        meta = _meta(ledger, template, place, mark, version, on, mask) | {"sheets": max(1, -(-count // most))}
        frame = shell.make(template, count, around(ledger, template, place, on, source.totals(template.totals)) | source.told(), meta, paper, most)
        body = _body(ledger, template, frame, mask, most)
        hashed = hashlib.sha256()
        write(file, frame, _chunks(source, template, body, mark, hashed), count, lambda: hashed.hexdigest(), progress)
    ledger.settings.set(_version_key(book, place), version)
    return Exported(count, path, name, version)


def write(file: BinaryIO, frame: shell.Shell, chunks: Iterator[tuple[int, bytes]], count: int,
          digest: Callable[[], str], progress: Progress | None = None) -> None:
    """Write the workbook; Problem (status 1) when the rows are not as many as counted before."""
    from isal import isal_zlib

    with Package(file) as out:
        for name, part in sorted(frame.parts.items(), key=lambda named: not named[0].startswith("[")):
            if HASH.encode() not in part:
                out.writestr(name, part)
        done = full = 0
        for leaf in frame.leaves:
            full += leaf.rows
            with out.open(out.part(leaf.part), "w", force_zip64=leaf.rows > LARGE) as sheet:
                # isal deflates ten times as fast as zlib, and as small; a stream of a zip has no other way to take it
                sheet._compressor = isal_zlib.compressobj(FAST, isal_zlib.DEFLATED, -15)  # type: ignore[attr-defined]
                sheet.write(leaf.before)
                while done < full and (chunk := next(chunks, None)):
                    done = chunk[0]
                    sheet.write(chunk[1])
                    if progress is not None:
                        progress(done, count)
                sheet.write(leaf.after)
        done = max([done, *(more for more, _ in chunks)])  # more than were counted are none the better
        if done != count:
            raise Problem("book.count", f"台账没有导出：应有 {count} 行，只写出 {done} 行。数据没有动，请再导出一次；"
                          "还是这样就用“检查数据”看看。",
                          f"The book was not exported: there should be {count} rows, {done} were written. Nothing was"
                          " changed; export again, and if it stays so, verify the data.", status=1)
        for name, part in frame.parts.items():
            if HASH.encode() in part:
                out.writestr(name, part.replace(HASH.encode(), digest().encode()))


def suggested_name(ledger: "Ledger", book: str, area: str | None = None, on: date | None = None) -> str:
    """Return a file name such as 练习县_青禾镇_劳动力台账_20261123_v3.xlsx; never a person's name."""
    place = places.complete(area or ledger.me.area)
    template = template_for(ledger, book)
    words = [*places.path(place, ledger).split(), str(template.meta["file_name"]), f"{on or clock.today():%Y%m%d}",
             f"v{next_version(ledger, book, place)}"]
    return "_".join("".join(c for c in word if c not in '\\/:*?"<>|') for word in words) + ".xlsx"


def next_version(ledger: "Ledger", book: str, place: str) -> int:
    """Return the version that the next export of this book and place on this computer will have."""
    return int(ledger.settings.get(_version_key(book, place), 0)) + 1


def _version_key(book: str, place: str) -> str:
    return f"book.version.{book}.{place}"


def _body(ledger: "Ledger", template: Template, frame: shell.Shell, mask: bool, most: int) -> Body:
    days = Serials()
    return Body([_maker(column, style, cells.show(ledger, template, column, mask), days)
                 for column, style in zip(template.columns, frame.styles, strict=True)], frame.first, frame.height, most)


def _maker(column: Column, style: Style, show: cells.Show, days: Serials) -> Cells:
    """Return what makes a column's cells."""
    field = column.field
    if column.marker == "row.number":
        return Counted(style)
    if column.marker in HIDDEN:
        return Plain(style)
    if field is None or column.marker in FIGURES:
        return Few(style, show)
    if show is cells.as_date:
        return Days(style, show, days)
    if field.kind in FEW:
        return YesNo(style, show) if field.kind == "yes" else Few(style, show)
    if field.kind in ("integer", "number"):
        return Numbers(style, show)
    return Texts(style) if show is cells.as_stored else Cells(style, show)


def _chunks(source: Rows, template: Template, body: Body, mark: marks.Marks, hashed: Any) -> Iterator[tuple[int, bytes]]:
    """Yield (rows so far, XML), a batch at a time, the hidden cells made on the way."""
    columns = template.columns
    shown = [at for at, column in enumerate(columns) if column.marker not in HIDDEN]
    hidden = [(at, column.marker) for at, column in enumerate(columns) if column.marker in HIDDEN]
    counted = [columns.index(column) for some in summed(template) for column in some]
    markers = [columns[at].marker for at in shown]
    stored = frozenset(marker for at, marker in zip(shown, markers, strict=True) if columns[at].field is not None and marker not in FIGURES)
    for batch in source.batches(markers, stored):
        strips = {at: body.strip(at, values) for at, values in zip(shown, batch.columns, strict=True)}
        ids, signatures = mark.of(batch.ids)
        hashed.update(b"".join(signatures))
        mine = {"_id": ids, "_sum": sums([strips[at].said for at in counted]), "_sig": signatures}
        strips |= {at: body.strip(at, mine[marker]) for at, marker in hidden}
        for xml in body.rows([strips[at] for at in range(len(columns))]):
            yield body.done, xml


def around(ledger: "Ledger", template: Template, place: str, on: date, totals: Mapping[Any, Any]) -> dict[str, Any]:
    """Return marker -> value for what stands above and below the body."""
    zh = template.meta["language"] == "zh"
    path = places.path(place, ledger)
    return {"area.path": path.replace(" ", "") if zh else path, "area.name": path.split(" ")[-1],
            "unit": places.path(ledger.me.area, ledger).replace(" ", "" if zh else " "),
            "date": f"{on.year}年{on.month}月{on.day}日" if zh else on.isoformat(),
            **{_marker(total): value for total, value in totals.items()}}


def _marker(total: Any) -> str:
    words = [total.how] if total.marker is None else [total.how, total.marker + ("=" + "|".join(total.values) if total.values else "")]
    return " ".join(words)


def _meta(ledger: "Ledger", template: Template, place: str, mark: marks.Marks, version: int, on: date, mask: bool) -> dict[str, Any]:
    me = ledger.me
    return {"id": mark.book, "seen.n": mark.position[0], "seen.h": mark.position[1],
            "version": version, "area": place, "on": on.isoformat(), "masked": int(mask),
            "exporter": me.user, "exporter_name": me.user_name, "device": me.device, "at": clock.now().isoformat(timespec="seconds"),
            "filter": f"{template.meta['source']} age>={template.meta.get('age_from', 0)}", "instance": me.instance,
            "columns": " ".join(c.marker for c in template.columns), "body": template.body,
            "hash": HASH}


@contextmanager
def reading(conn: Connection) -> Iterator[Connection]:
    """Hold one read transaction, so that counting, totals and rows see the same ledger."""
    if conn.in_transaction:
        yield conn
        return
    conn.execute("BEGIN")
    try:
        yield conn
    finally:
        conn.rollback()


@contextmanager
def _few_pages(conn: Connection) -> Iterator[None]:
    """Let the store keep few of the pages it reads: a book reads each once, and would fill the cache of them."""
    before = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute(f"PRAGMA cache_size = -{PAGES_KIB}")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA cache_size = {before}")


@contextmanager
def _no_sweeping() -> Iterator[None]:
    """Let nobody look for cycles meanwhile: rows make none, and looking through all of their values costs a tenth of an export."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; it gets its name when the block ends well, and is gone when it does not."""
    try:
        with disk.writing(path) as file:
            yield file
    except OSError as error:
        raise Problem("book.write", f"写不了 {path.name}：请看看文件夹在不在、盘满没满，文件是不是正在 Excel 或 WPS 里打开着。",
                      f"Cannot write {path.name}: see whether the folder is there, the disk is full, or the file is open in"
                      " Excel or WPS.") from error
