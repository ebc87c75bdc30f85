"""Batch: some hundred rows of a book, column by column, on their way from the store to the sheet. Promises equal lengths."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.record import marks
from app.models.store import Connection

Column = Sequence[Any]
BETWEEN = b"\x1f"
AT_ONCE = 40


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

    Attributes: type, names (of the fields, each once), told (of those that are wanted as their texts in UTF-8). These come out
    of the store as one text and are parted here: a value made alone costs three times as much.
    """

    def __init__(self, conn: Connection, type: str, names: Iterable[str], told: Iterable[str] = ()) -> None:
        self._conn, self.type = conn, type
        self.names, self.told = tuple(dict.fromkeys(names)), tuple(dict.fromkeys(told))
        self._select = "".join(f', t."{name}"' for name in self.names) + (f", CAST({_joined(self.told)} AS BLOB)" if self.told else "")

    @property
    def asked(self) -> bool:
        """Tell whether any field is asked for."""
        return bool(self.names or self.told)

    def where(self, column: str, keys: Sequence[Any], more: str = "1", values: Sequence[Any] = (), order: str = "") -> list[tuple[Any, ...]]:
        """Return (key, id, field ..., what is told in one) of the records whose column is one of these keys."""
        if not keys:
            return []
        found: list[tuple[Any, ...]] = self._conn.execute(
            f'SELECT t."{column}", t.id{self._select} FROM "{self.type}" t WHERE t."{column}" IN ({marks(keys)}) AND {more} {order}',
            (*keys, *values)).fetchall()
        return found

    def aligned(self, keys: Sequence[Any], found: dict[Any, tuple[Any, ...]]) -> dict[str | bytes, Column]:
        """Return field -> values, one for each key, "id" among the fields; None where nothing was found under the key."""
        nothing = (None,) * (len(self.names) + 2) + ((BETWEEN * (len(self.told) - 1),) if self.told else ())
        return self.columns([found.get(key, nothing) for key in keys])

    def columns(self, rows: Sequence[tuple[Any, ...]]) -> dict[str | bytes, Column]:
        """Return field -> values of rows as `where` returns them; those that are told under the field's name in bytes."""
        turned = list(zip(*rows, strict=True)) if rows else [()] * (len(self.names) + 2)
        out: dict[str | bytes, Column] = dict(zip(("", "id", *self.names), turned, strict=False))
        if self.told:
            parts = [row[-1].split(BETWEEN) for row in rows]
            if set(map(len, parts)) - {len(self.told)}:  # somebody has such a letter in a text
                parts = [some if len(some) == len(self.told) else self._alone(row[1]) for some, row in zip(parts, rows, strict=True)]
            out.update(zip((name.encode() for name in self.told), zip(*parts, strict=True) if rows else [()] * len(self.told), strict=True))
        return out

    def _alone(self, rec: str) -> list[bytes]:
        """Return what one record tells, value by value."""
        fields = ", ".join(f"CAST(coalesce(\"{name}\", '') AS BLOB)" for name in self.told)
        return list(self._conn.execute(f'SELECT {fields} FROM "{self.type}" WHERE id = ?', (rec,)).fetchone())


def _joined(names: Sequence[str]) -> str:
    """Return SQL for the fields' values in one text; a function takes no more than some hundred values."""
    some = [", x'1f', ".join(f't."{name}"' for name in names[at:at + AT_ONCE]) for at in range(0, len(names), AT_ONCE)]
    return " || x'1f' || ".join(f"concat({one}, '')" for one in some)
