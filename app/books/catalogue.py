"""Catalogue: the books there are, and a look into one before it is exported. Promises only books that really exist.

A book is a workbook in resources/books; what its rows are is named in its `_meta` sheet (`source`).
"""
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from app.books import cells
from app.books.assisted import SOURCES
from app.books.kinds import KINDS, PEOPLE, Condition
from app.books.people import People
from app.books.rows import Rows
from app.books.template import HIDDEN, Template
from app.models import clock, places
from app.models.language import say
from app.models.problem import Problem
from app.models.resources import resource
from app.models.store import Connection

if TYPE_CHECKING:
    from app.models.ledger import Ledger

BOOKS = "books"
LAST = 1000  # the place of a book that names none


@dataclass(frozen=True, slots=True)
class BookInfo:
    """A book there is: its id and its name in both languages."""

    id: str
    zh: str
    en: str

    def label(self) -> str:
        """Return the name in the language in use."""
        return say(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a book would hold: its columns, its first rows as text, how many rows there are."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int


@cache
def books() -> tuple[BookInfo, ...]:
    """Return the books there are, in the order in which offices name them (`order` in `_meta`); others after them."""
    found = [template_of(path.stem) for path in sorted(resource(BOOKS).glob("*.xlsx"))]
    found.sort(key=lambda t: (int(t.meta.get("order") or LAST), t.id))
    return tuple(BookInfo(t.id, str(t.meta["name_zh"]), str(t.meta["name_en"])) for t in found)


@cache
def template_of(book: str) -> Template:
    """Return a book's template; Problem when there is no such book."""
    path = resource(BOOKS, f"{book}.xlsx")
    if not book.isidentifier() or not path.is_file():
        there = "、".join(sorted(p.stem for p in resource(BOOKS).glob("*.xlsx")))
        raise Problem("book.unknown", f"没有叫“{book}”的台账。有这些：{there}。",
                      f"There is no book “{book}”. There are: {there.replace('、', ', ')}.")
    return Template(path)


ROWS_OF = {"person": ("每人一行", "a row for each person"), "household": ("每户一行", "a row for each household"),
           "post": ("每个岗位一行", "a row for each post"), "service": ("每次服务一行", "a row for each service"),
           "fair": ("每场招聘会一行", "a row for each fair"), "batch_member": ("每批每人一行", "a row for each traveller"),
           "service_attendance": ("每人每次一行", "a row for each time somebody came"), "area": ("每地一行", "a row for each place")}


def row_words(template: Template) -> tuple[str, str]:
    """Return what a row of a book is, in both languages."""
    return ROWS_OF[KINDS[str(template.meta["source"])].root]


def source_of(template: Template, conn: Connection, prefix: str, on: date) -> Rows:
    """Return the source of a book's rows."""
    kind, where = KINDS[str(template.meta["source"])], tuple(map(Condition.read, str(template.meta.get("where") or "").split()))
    if kind is PEOPLE:
        return People(conn, kind, prefix, on, where, age_from=int(template.meta.get("age_from") or 0))
    return SOURCES.get(str(template.meta["source"]), Rows)(conn, kind, prefix, on, where)


def preview(ledger: "Ledger", book: str, area: str | None = None, *, limit: int = 50, mask: bool = True) -> Preview:
    """Return what a book of an area would hold now; masked unless said otherwise, since it is for the screen."""
    from app.books.shelf import template_for  # the shelf stands on this catalogue

    template, on = template_for(ledger, book), clock.today()
    source = source_of(template, ledger.db.conn, places.prefix(places.complete(area or ledger.me.area)), on)
    columns = [c for c in template.columns if c.marker not in HIDDEN]
    shows = [cells.show(ledger, template, column, mask) for column in columns]
    rows: list[tuple[str, ...]] = []
    for batch in source.batches([c.marker for c in columns]):
        for row in batch.rows():
            rows.append(tuple(_text(len(rows) + 1 if c.marker == "row.number" else show(value))
                              for c, show, value in zip(columns, shows, row, strict=True)))
        if len(rows) >= limit:
            break
    return Preview(tuple(c.title for c in columns), tuple(rows[:limit]), source.count())


def _text(value: Any) -> str:
    return "" if value is None else str(value)
