"""Marks: what a book remembers, so that it can come home. Promises that a tampered row is known as such.

`_id`     the ids of the row's records (person household placement), "-" where there is none
`_sig`    HMAC-SHA-256 over book, position and ids, under a key that never leaves this computer
What the cells had seen needs no copy: the sheet `_meta` holds the position of the feed (n, h) at which the book was
written, and every head of that moment is still in the ledger (app.models.past). A row whose signature fails comes in
as having seen nothing (design.md 6).
"""
import hmac
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KEY = "book.key"
SIGNATURE = 32  # hex characters: 128 bits
NONE = "-"


def book_key(ledger: "Ledger") -> bytes:
    """Return this computer's key for its books, made on first use; it is kept in the encrypted store."""
    kept = ledger.settings.get(KEY)
    if kept is None:
        kept = secrets.token_hex(32)
        ledger.settings.set(KEY, kept)
    return bytes.fromhex(kept)


class Marks:
    """Makes and judges the hidden cells of one book's rows. Attributes: book (its id), position (of the feed: n, h)."""

    def __init__(self, book: str, position: tuple[int, str], key: bytes) -> None:
        self.book, self.position = book, position
        self._key, self._head = key, f"{book}|{position[0]}|{position[1]}|".encode()

    def of(self, ids: Sequence[Sequence[str | None]]) -> tuple[list[str], list[str]]:
        """Return the columns _id and _sig for the records of a batch's rows, type by type."""
        joined = list(map(" ".join, zip(*([rec or NONE for rec in some] for some in ids), strict=True)))
        return joined, list(map(self.sign, joined))

    def sign(self, ids: str) -> str:
        """Return the signature of a row."""
        return hmac.digest(self._key, self._head + ids.encode(), "sha256").hex()[:SIGNATURE]

    def holds(self, ids: str, signature: str) -> bool:
        """Return whether the row is as this computer wrote it."""
        return hmac.compare_digest(self.sign(ids).encode(), signature.encode())
