"""Batch: some hundred rows of a book, column by column, on their way from the store to the sheet. Promises equal lengths."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.record import marks
from app.models.store import Connection

Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Attributes: size (rows), ids (for each type a row remembers, the records' ids), columns (a list for each marker)."""

    size: int
    ids: tuple[Sequence[str | None], ...]
    columns: tuple[Column, ...]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Return the rows' values, one after the other."""
        return zip(*self.columns, strict=True) if self.columns else iter([()] * self.size)


class Joined:
    """The records of one type that the rows of a batch point at, and the fields of them that are asked for.

    Attributes: type, names (of the fields, each once).
    """

    def __init__(self, conn: Connection, type: str, names: Iterable[str]) -> None:
        self._conn, self.type = conn, type
        self.names = tuple(dict.fromkeys(names))
        self._select = "".join(f', t."{name}"' for name in self.names)

    def where(self, column: str, keys: Sequence[Any], more: str = "1", values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return (key, id, field ...) of the records whose column is one of these keys."""
        if not keys:
            return []
        found: list[tuple[Any, ...]] = self._conn.execute(
            f'SELECT t."{column}", t.id{self._select} FROM "{self.type}" t WHERE t."{column}" IN ({marks(keys)}) AND {more}',
            (*keys, *values)).fetchall()
        return found

    def aligned(self, keys: Sequence[Any], found: dict[Any, tuple[Any, ...]]) -> dict[str, Column]:
        """Return field -> values, one for each key, "id" among the fields; None where nothing was found under the key."""
        nothing = (None,) * (len(self.names) + 2)
        return self.columns([found.get(key, nothing) for key in keys])

    def columns(self, rows: Sequence[tuple[Any, ...]]) -> dict[str, Column]:
        """Return field -> values of rows as `where` returns them."""
        turned = zip(*rows, strict=True) if rows else ((),) * (len(self.names) + 2)
        return dict(zip(("", "id", *self.names), turned, strict=True))
