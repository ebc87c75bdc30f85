"""Shelf: the book templates there are here, those of the program and those that offices sent down.

Promises that a template that is not right, or has not come yet, leaves the one before it in use, and that a book made with an
older version still comes home: every version stays on the shelf.
"""
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.books.catalogue import BookInfo, books, template_of
from app.books.kinds import KINDS
from app.books.template import Template
from app.models import attachments, workbooks
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KIND = "book_template"


def books_here(ledger: "Ledger") -> tuple[BookInfo, ...]:
    """Return the books that can be made here: the program's in their order, under the titles in use, then the offices' own."""
    out = {info.id: info for info in books()}
    for key in dict.fromkeys(one.key for one in workbooks.all_of(ledger, KIND) if one.active):
        for made in _right(ledger, key, active=True)[:1]:
            out[key] = BookInfo(key, str(made.meta["name_zh"]), str(made.meta["name_en"]))
    return tuple(out.values())


def template_for(ledger: "Ledger", book: str) -> Template:
    """Return the template to make a book with: the nearest office's newest that is right, else the program's. Problem where there is none."""
    return next(iter(_right(ledger, book, active=True)), None) or template_of(book)


def to_read(ledger: "Ledger", book: str) -> list[list[Template]]:
    """Return the templates that a workbook may have been made with, the book it says it is first: of each book the one in use
    and every older one."""
    shipped = {info.id: template_of(info.id) for info in books()}
    keys = dict.fromkeys([book, *shipped, *(one.key for one in workbooks.all_of(ledger, KIND))])
    found = [[*_right(ledger, key), *([shipped[key]] if key in shipped else [])] for key in keys]
    return [some for some in found if some]


def add(ledger: "Ledger", file: Path) -> tuple[Template, str]:
    """Send a template down from this office; returns it and its record's id. Problem where it is none."""
    try:
        data = file.read_bytes()
    except OSError:
        raise Problem("book.missing", f"找不到模板 {file.name}，请检查文件位置。",
                      f"The template {file.name} cannot be read; check where it is.") from None
    made = _checked(Template(Path(file.name), data))
    meta = {key: str(made.meta[key]) for key in ("book", "template", "name_zh", "name_en")}
    return made, workbooks.add(ledger, KIND, meta["book"], data, "xlsx", version=meta["template"], zh=meta["name_zh"], en=meta["name_en"])


def _right(ledger: "Ledger", book: str, *, active: bool = False) -> list[Template]:
    """Return the offices' templates of a book that are here and right, the nearest office's newest first."""
    out = []
    for one in workbooks.all_of(ledger, KIND, book):
        data = workbooks.bytes_of(ledger, one) if one.active or not active else None
        if data is None:
            continue
        try:
            out.append(_made(one.ref, data))
        except Problem:
            continue  # what does not run here does not stop the one before it
    return [made for made in out if made.id == book]


@lru_cache(maxsize=16)
def _made(ref: str, data: bytes) -> Template:
    named = attachments.ref_of(ref)
    return _checked(Template(Path(f"{named.sha[:8] if named else 'book'}.xlsx"), data))


def _checked(made: Template) -> Template:
    """Return a template that says all that is asked of it; Problem where it does not."""
    lacking = [key for key in ("book", "template", "language", "name_zh", "name_en", "file_name", "source") if not made.meta.get(key)]
    book, source = str(made.meta.get("book", "")), str(made.meta.get("source", ""))
    if lacking or not book.isidentifier() or source not in KINDS or made.meta.get("language") not in ("zh", "en"):
        what = "、".join(lacking) or "book / source / language"
        raise Problem("book.template", f"台账模板 {made.path.name} 的 _meta 表不对：{what}。请对照原来的模板补齐。",
                      f"The sheet _meta of the book template {made.path.name} is not right: {what}. Fill it in as in the original template.")
    return made

