"""Marks: what a book remembers, so that it can come home. Promises that a tampered row is known as such.

`_id`     the ids of the row's records (person household placement), "-" where there is none
`_sig`    keyed BLAKE2b over book, position and ids, under a key that never leaves this computer
What the cells had seen needs no copy: the sheet `_meta` holds the position of the feed (n, h) at which the book was
written, and every head of that moment is still in the ledger (app.models.past). A row whose signature fails comes in
as having seen nothing (design.md 6).
"""
import hmac
import secrets
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KEY = "book.key"
SIGNATURE = 16  # bytes
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
        head = f"{book}|{position[0]}|{position[1]}|".encode()
        self._begun, self._older = blake2b(head, digest_size=SIGNATURE, key=key), hmac.new(key, head, "sha256")

    def of(self, ids: Sequence[Sequence[str | None]]) -> tuple[list[bytes], list[bytes]]:
        """Return the columns _id and _sig for the records of a batch's rows, type by type."""
        joined = "\n".join(map(" ".join, zip(*([rec or NONE for rec in some] for some in ids), strict=True))).encode().split(b"\n")
        return joined, " ".join(map(self._sign, joined)).encode().split()

    def holds(self, ids: str, signature: str) -> bool:
        """Return whether the row is as this computer wrote it."""
        older = self._older.copy()  # how the books were signed that are still out from earlier programs
        older.update(ids.encode())
        return any(hmac.compare_digest(true.encode(), signature.encode()) for true in (self._sign(ids.encode()), older.hexdigest()[:2 * SIGNATURE]))

    def _sign(self, ids: bytes) -> str:
        signed = self._begun.copy()
        signed.update(ids)
        return signed.hexdigest()
