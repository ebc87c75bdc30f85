"""Marks: what a book's hidden columns remember, so that it can come home. Promises that a tampered row is known as such.

`_id`     the ids of the row's records (person household placement), "-" where there is none
`_seen`   for each of them, the heads its cells show: "cid" for all, else "cid:1,4 cid:2", numbers counted from 0 in the
          fields listed in the sheet `_meta`; the records parted by ";"
`_sig`    HMAC-SHA-256 over book, ids and seen, under a key that never leaves this computer
A row whose signature fails comes in as having seen nothing (design.md 6).
"""
import hmac
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.books.template import Column
from app.models.dictionary import dictionary
from app.models.record import unpack

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KEY = "book.key"
SIGNATURE = 32  # hex characters: 128 bits


def book_key(ledger: "Ledger") -> bytes:
    """Return this computer's key for its books, made on first use; it is kept in the encrypted store."""
    kept = ledger.settings.get(KEY)
    if kept is None:
        kept = secrets.token_hex(32)
        ledger.settings.set(KEY, kept)
    return bytes.fromhex(kept)


def remembered(columns: Sequence[Column], types: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return type -> the fields whose heads a row remembers: every field of each unit that has a column."""
    found: dict[str, dict[str, None]] = {type: {} for type in types}
    for column in columns:
        field = column.field
        if field is not None and field.type in found and not field.derived:
            unit = dictionary().unit_of(field.type, field.name)
            found[field.type].update(dict.fromkeys(dictionary().fields_of_unit(field.type, unit)))
    return {type: tuple(names) for type, names in found.items()}


class Marks:
    """Makes the hidden cells of one book's rows. Attributes: book (its id), fields (type -> remembered fields)."""

    def __init__(self, book: str, key: bytes, fields: dict[str, tuple[str, ...]]) -> None:
        self.book, self.fields = book, fields
        self._key = key

    def of(self, row: Sequence[str | bytes | None]) -> tuple[str, str, str]:
        """Return (_id, _seen, _sig) for the leading cells of a source's row: id, lone change and state of each record."""
        ids, seen = [], []
        for names, at in zip(self.fields.values(), range(0, 3 * len(self.fields), 3), strict=True):
            rec, lone, state = row[at:at + 3]
            ids.append(str(rec or "-"))
            seen.append(str(lone) if lone else heads(state, names) if isinstance(state, bytes) else "")
        joined = " ".join(ids), ";".join(seen)
        return *joined, self.sign(*joined)

    def sign(self, ids: str, seen: str) -> str:
        """Return the signature of a row."""
        return hmac.digest(self._key, f"{self.book}|{ids}|{seen}".encode(), "sha256").hex()[:SIGNATURE]

    def holds(self, ids: str, seen: str, signature: str) -> bool:
        """Return whether the row is as this computer wrote it."""
        return hmac.compare_digest(self.sign(ids, seen), signature)


def heads(state: bytes, names: Sequence[str]) -> str:
    """Return the shown heads of these fields: "cid:0,2 cid:1"."""
    shown = unpack(state).shown
    fields: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        for cid in shown.get(name, ()):
            fields.setdefault(cid, []).append(str(number))
    return " ".join(f"{cid}:{','.join(numbers)}" for cid, numbers in fields.items())


def read_seen(seen: str, fields: dict[str, tuple[str, ...]]) -> dict[str, dict[str, list[str]]]:
    """Return type -> field -> the heads a row's cells had seen."""
    out: dict[str, dict[str, list[str]]] = {}
    for (type, names), part in zip(fields.items(), seen.split(";"), strict=True):
        found = out[type] = {}
        for word in part.split():
            cid, _, numbers = word.partition(":")
            for name in [names[int(n)] for n in numbers.split(",")] if numbers else names:
                found.setdefault(name, []).append(cid)
    return out
