"""Parts: a book in one file for each village or site. Promises that no row is lost in between: what lies in none of them is told."""
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.books.catalogue import source_of
from app.books.export import reading
from app.books.kinds import ABOVE, KINDS
from app.books.shelf import template_for
from app.models import clock, places
from app.models.store import Connection

if TYPE_CHECKING:
    from app.books.template import Template
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Parts:
    """Attributes: places (code and rows of each lowest place that has any), rest (rows of the area that lie in none of these)."""

    places: tuple[tuple[str, int], ...]
    rest: int


def parted(ledger: "Ledger", book: str, area: str | None = None) -> Parts:
    """Return the villages and sites of an area that a book has rows of."""
    template, found = template_for(ledger, book), list[tuple[str, int]]()
    with reading(ledger.db.conn) as conn:
        place = places.complete(area or ledger.me.area)
        whole = _count(conn, template, place)
        _walk(ledger, conn, template, place, whole, found)
    return Parts(tuple(found), whole - sum(count for _, count in found))


def can_be_parted(template: "Template") -> bool:
    """Tell whether a book has rows of places; what an office makes for everybody below it stands in one file."""
    kind = KINDS[str(template.meta["source"])]
    return bool(kind.place) or kind.scope != ABOVE


def _walk(ledger: "Ledger", conn: Connection, template: "Template", place: str, count: int, found: list[tuple[str, int]]) -> None:
    below = places.children(place, ledger) if count else ()
    if count and not below:
        found.append((place, count))
    for one in below:
        _walk(ledger, conn, template, one.code12, _count(conn, template, one.code12), found)


def _count(conn: Connection, template: "Template", place: str) -> int:
    return source_of(template, conn, places.prefix(place), clock.today()).count()
