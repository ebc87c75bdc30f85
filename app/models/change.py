"""Change: somebody wrote these values to this record, having seen those earlier ones. Never altered once made.

A change is a header that lives for ever and a payload that may be absent: not received, out of scope, or erased
(sync-scopes.md 1). The header carries a salted hash of the payload, and a chain hash per device log, so that who wrote
what, when and on which device can be shown even where the payload is gone.
"""
import hashlib
import secrets
from typing import Any, Literal

import msgspec

Kind = Literal["write", "link", "redact", "erase", "revoke"]
Value = Any
Seen = dict[str, list[str]]

PLACE = "_place"  # pseudo-field: where the dossier lives; its value stands in the header
VOID = "_void"  # pseudo-field: deleted, with the reason; it names every head its author had seen
WHY = "_why"  # in the payload, no field: rule -> the reason given for what the rule doubts, or that none was given
FIRST = ""  # `prev` of the first change of a log

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """One change. Its canonical bytes and hash are made once and kept beside it; a replaced copy makes its own.

    Attributes: cid (its identity and time), rec (the record), root (the dossier it belongs to), area (the code under
    which the author held the record; serves the grant check, never routes), place (the new place, only where the
    change moves the dossier), fields (written, sorted), seen (change id -> the fields of it that the author was shown
    and overwrites), log and seq and prev (the device's chain), phash (hash of salt and payload), extra (what later
    kinds and later programs carry; kept and relayed).
    """

    cid: str
    kind: Kind = "write"
    type: str
    rec: str
    root: str
    area: str
    place: str | None = None
    fields: tuple[str, ...] = ()
    seen: Seen = {}
    author: str
    source: str
    log: str
    seq: int
    prev: str
    phash: str
    extra: dict[str, Any] = {}
    payload: dict[str, Value] | None = None
    salt: str | None = None

    def value(self, field: str) -> Value:
        """Return what this change wrote to a field; its payload must be here unless the field is the place."""
        if field == PLACE:
            return self.place
        return self.payload[field] if self.payload is not None else None

    def has(self, field: str) -> bool:
        """Return whether the value this change wrote to the field is here."""
        return field == PLACE or self.payload is not None


def canonical(value: Any) -> bytes:
    """Return the one JSON form of a value: sorted keys, no blanks, UTF-8."""
    return _encode(value)


def header_bytes(change: Change) -> bytes:
    """Return the canonical header: an array, so that field order is fixed and short."""
    kept = change.__dict__.get("header")
    if kept is None:
        c = change
        seen = {cid: sorted(fields) for cid, fields in c.seen.items()}
        kept = c.__dict__["header"] = _encode([1, c.cid, c.kind, c.type, c.rec, c.root, c.area, c.place, c.fields, seen,
                                               c.author, c.source, c.log, c.seq, c.prev, c.phash, c.extra])
    return bytes(kept)


def payload_bytes(change: Change) -> bytes | None:
    """Return the canonical payload, None where it is not here."""
    if change.payload is None:
        return None
    kept = change.__dict__.get("body")
    if kept is None:
        kept = change.__dict__["body"] = _encode(change.payload)
    return bytes(kept)


def keep_body(change: Change, body: bytes) -> None:
    """Keep the canonical payload beside a change that has just been made from it."""
    change.__dict__["body"] = body


def chain_hash(change: Change) -> str:
    """Return the hash of a change's header, which the next one of its log names as `prev`."""
    kept = change.__dict__.get("hash")
    if kept is None:
        kept = change.__dict__["hash"] = hash_of(header_bytes(change))
    return str(kept)


def fits(change: Change) -> bool:
    """Return whether the payload is the one whose hash stands in the header."""
    body = payload_bytes(change)
    return body is not None and change.salt is not None and salted_hash(change.salt, body) == change.phash


def from_header(header: bytes, payload: bytes | None, salt: str | None) -> Change:
    """Return the change whose canonical header and payload these are."""
    h = _decode(header)
    if h[0] != 1 or len(h) != 17:
        raise ValueError("not a change header of this version")
    change = Change(cid=h[1], kind=h[2], type=h[3], rec=h[4], root=h[5], area=h[6], place=h[7], fields=tuple(h[8]),
                    seen=h[9], author=h[10], source=h[11], log=h[12], seq=h[13], prev=h[14], phash=h[15], extra=h[16],
                    payload=None if payload is None else _decode(payload), salt=salt)
    change.__dict__["header"] = header
    return change


def hash_of(header: bytes) -> str:
    """Return the chain hash of a canonical header: SHA-256, hex. It covers `prev`, so it covers the whole log."""
    return hashlib.sha256(header).hexdigest()


def new_salt() -> str:
    """Return 16 random bytes as hex, so that the payload hash of a short value cannot be guessed back."""
    return secrets.token_hex(16)


def payload_hash(salt: str, payload: dict[str, Value]) -> str:
    """Return the hash of a payload with its salt: SHA-256, hex."""
    return salted_hash(salt, _encode(payload))


def salted_hash(salt: str, body: bytes) -> str:
    """Return the hash of a canonical payload with its salt: SHA-256, hex."""
    return hashlib.sha256(bytes.fromhex(salt) + body).hexdigest()
