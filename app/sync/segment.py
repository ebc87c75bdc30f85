"""The one container for changes on the way: over the network and inside a stick.

Promises that whatever comes out was sealed by the sender it names, is whole, is no larger than it says, and that each
payload fits the hash in its header; otherwise a Problem is raised before anything is applied.

    magic | u32 length | header JSON | u32 length | zstd(JSON changes) | sha256 of all that | Ed25519 of the sha256
"""
import hashlib
import struct
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import zstandard

from app.models import change as changes_of
from app.models.change import Change, Kind
from app.models.problem import Problem
from app.models.store import uncollected
from app.sync.seal import DeviceKeys, signed_by
from app.sync.shapes import MOST_DEPTH, Count, Id, Place, Text, Whole, decoded, within_depth
from app.sync.voucher import Receipt, Voucher
from app.sync.wire import SignedCard

MAGIC = b"LEYESEG\x01"
TARGET = 1024 * 1024  # what a sender aims at: 1 MiB on the wire
MOST = 64 * TARGET  # what a receiver accepts on the wire, for the one giant record
MOST_INSIDE = MOST  # and after unpacking
MOST_RATIO, SMALL = 100, 16 * TARGET  # what packs better than this is no record of people, unless it is small
HEADER_MOST = 4 * TARGET
LEVEL = 3
TRAILER = 32 + 64
MADE_THERE = "="  # in the place of a hash that follows from what stands beside it

T = TypeVar("T")
Name = Text
Header = tuple[Literal[1], Id, Kind, Name, Name, Name, Name, Name | None, tuple[Name, ...], dict[Id, list[Name]],
               Name, Name, Name, Place, Name, Name, dict[str, Any]]


class Sent(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """A change on the wire: its canonical header, and payload and salt where they are owed."""

    header: Header
    payload: dict[str, Any] | None = None
    salt: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2})*\Z")] | None = None


class Seal(msgspec.Struct, array_like=True, frozen=True):
    """A device's word that its log stood here: position, chain hash, wall clock; `key` is its public key, all hex."""

    log: str
    seq: Whole
    hash: str
    at: str
    key: str
    signature: str

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return f"leye seal 1 {self.log} {self.seq} {self.hash} {self.at}".encode()

    def holds(self) -> bool:
        """Return whether the signature fits."""
        try:
            return signed_by(self.key, bytes.fromhex(self.signature), self.message())
        except ValueError:
            return False


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a segment says of itself.

    Attributes: sender (device), instance (of the sender's store), to (the receiving device), prefix (the view that was
    served; "" is all), n0 h0 n1 h1 (the step of the sender's feed; equal when it is no step), at (wall clock), count,
    size (bytes inside), seals, whole (the step began a comparison: the cursor is set, not advanced), vouchers (an
    office's word on what it serves), receipts and cards (handed back
    with what an office lacks: its word that it had it, and who it was then).
    """

    sender: Id
    instance: Name
    to: Name = ""
    prefix: Name = ""
    n0: Count = 0
    h0: Name = ""
    n1: Count = 0
    h1: Name = ""
    end: Count = 0
    at: Name = ""
    whole: bool = False
    count: Count = 0
    size: Count = 0
    seals: list[Seal] = []
    vouchers: list[Voucher] = []
    receipts: list[Receipt] = []
    cards: list[SignedCard] = []


class Segment(msgspec.Struct, frozen=True):
    """An opened segment: what it says of itself, its changes, and its SHA-256 (hex)."""

    about: About
    changes: list[Change]
    digest: str


def seal_of(keys: DeviceKeys, log: str, seq: int, chain_hash: str, at: str) -> Seal:
    """Return this device's seal on a position of its own log."""
    seal = Seal(log, seq, chain_hash, at, keys.sign_public, "")
    return msgspec.structs.replace(seal, signature=keys.signature(seal.message()).hex())


def pack(about: About, changes: Iterable[Change], keys: DeviceKeys) -> bytes:
    """Return the sealed container of these changes; a change without payload goes as a header."""
    sent = _all_sent(changes)
    inside = msgspec.json.encode(sent)
    about = msgspec.structs.replace(about, count=len(sent), size=len(inside))
    header, body = msgspec.json.encode(about), zstandard.ZstdCompressor(level=LEVEL).compress(inside)
    data = b"".join((MAGIC, struct.pack(">I", len(header)), header, struct.pack(">I", len(body)), body))
    digest = hashlib.sha256(data).digest()
    return data + digest + keys.signature(digest)


def unpack(data: bytes, key_of: Callable[[str], str | None]) -> Segment:
    """Return the checked segment; `key_of` gives a device's public signing key, None for a stranger."""
    about, body, digest = check(data, key_of)
    with uncollected():
        changes = _all_changes(_decode(_inflate(body, about.size), list[Sent]))
    if len(changes) != about.count:
        raise damaged()
    return Segment(about, changes, digest.hex())


def check(data: bytes, key_of: Callable[[str], str | None]) -> tuple[About, bytes, bytes]:
    """Return (what a segment says of itself, packed body, SHA-256) where size, sum and the sender's signature hold."""
    header, body, digest, signature = _parts(data)
    about = _decode(header, About)
    key = key_of(about.sender)
    if key is None or not signed_by(key, signature, digest):
        raise Problem("segment.foreign", "这份数据不是由已配对的电脑封装的，已拒收，没有任何改动。请先配对，再重新同步。",
                      "This data was not sealed by a paired computer; it was refused and nothing was changed. Pair first, then sync again.")
    if about.size > MOST_INSIDE or about.size > max(SMALL, MOST_RATIO * len(body)):
        raise _too_large()
    return about, body, digest


def without_payload(change: Change) -> Change:
    """Return the header of a change alone."""
    return change if change.payload is None else msgspec.structs.replace(change, payload=None, salt=None)


def damaged() -> Problem:
    """Return the Problem of data that did not arrive whole."""
    return Problem("segment.damaged", "这份数据不完整或已损坏，已拒收，没有任何改动。请重新同步，或重新导出到U盘。",
                   "This data is incomplete or damaged; it was refused and nothing was changed. Sync again, or write the stick again.")


def misdirected() -> Problem:
    """Return the Problem of data that is meant for somebody else."""
    return Problem("segment.misdirected", "这份数据不是发给这台电脑的，没有任何改动。请交给它要去的单位。",
                   "This data is meant for another computer; nothing was changed. Give it to the office it is for.")


def _too_large() -> Problem:
    return Problem("segment.large", "这份数据超出允许的大小，已拒收，没有任何改动。请与发送方核对后重新同步。",
                   "This data is larger than allowed; it was refused and nothing was changed. Ask the sender, then sync again.")


def _all_sent(changes: Iterable[Change]) -> list[Sent]:
    """Return the changes as they travel: a hash that the reader makes itself is not sent, for it is half of what would go."""
    out: list[Sent] = []
    ends: dict[str, tuple[int, str]] = {}
    for c in changes:
        seen = {cid: sorted(fields) for cid, fields in c.seen.items()}
        prev = MADE_THERE if ends.get(c.log) == (c.seq - 1, c.prev) else c.prev
        phash = MADE_THERE if c.payload is not None and changes_of.fits(c) else c.phash
        header: Header = (1, c.cid, c.kind, c.type, c.rec, c.root, c.area, c.place, c.fields, seen,
                          c.author, c.source, c.log, c.seq, prev, phash, c.extra)
        out.append(Sent(header, c.payload, c.salt if c.payload is not None else None))
        ends[c.log] = (c.seq, changes_of.chain_hash(c))
    return out


def _all_changes(sent: Iterable[Sent]) -> list[Change]:
    """Return the changes that travelled, the left-out hashes made anew; where one was altered, its seal will not hold."""
    out: list[Change] = []
    ends: dict[str, tuple[int, str]] = {}
    for one in sent:
        log, seq, prev = one.header[12:15]
        if prev == MADE_THERE:
            before, prev = ends.get(log, (0, ""))
            if before != seq - 1 or not before:
                raise damaged()
        change = _change(one, prev)
        ends[log] = (seq, changes_of.chain_hash(change))
        out.append(change)
    return out


def _change(sent: Sent, prev: str) -> Change:
    h, body, phash = sent.header, None, sent.header[15]
    if phash == MADE_THERE:
        if sent.payload is None or sent.salt is None:
            raise damaged()
        body = _spelled(sent.payload)
        phash = changes_of.salted_hash(sent.salt, body)
    if not (_is_shallow(h[16], None) and _is_shallow(sent.payload, body)):
        raise damaged()
    change = Change(cid=h[1], kind=h[2], type=h[3], rec=h[4], root=h[5], area=h[6], place=h[7], fields=h[8], seen=h[9],
                    author=h[10], source=h[11], log=h[12], seq=h[13], prev=prev, phash=phash, extra=h[16],
                    payload=sent.payload, salt=sent.salt)
    if body is not None:
        changes_of.keep_body(change, body)
    if sent.payload is not None and not ((body is not None or changes_of.fits(change)) and (
            h[2] != "write" or tuple(sent.payload) == h[8] or tuple(sorted(sent.payload.keys() - {changes_of.WHY})) == h[8])):
        raise damaged()
    return change


def _spelled(payload: dict[str, Any]) -> bytes:
    try:
        return changes_of.canonical(payload)
    except RecursionError:
        raise damaged() from None


def _is_shallow(value: dict[str, Any] | None, spelled: bytes | None) -> bool:
    """Return whether a value nests no deeper than values do; its JSON, where it is at hand, mostly shows it at a glance."""
    return not value or spelled is not None and spelled.count(b"[") + spelled.count(b"{") <= MOST_DEPTH or within_depth(value)


def _parts(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    if len(data) > MOST:
        raise _too_large()
    if len(data) < len(MAGIC) + 8 + TRAILER or not data.startswith(MAGIC):
        raise damaged()
    signed, digest, signature = data[:-TRAILER], data[-TRAILER:-64], data[-64:]
    if hashlib.sha256(signed).digest() != digest:
        raise damaged()
    at = len(MAGIC)
    (length,) = struct.unpack_from(">I", signed, at)
    header = signed[at + 4:at + 4 + length]
    at += 4 + length
    if length > HEADER_MOST or at + 4 > len(signed):
        raise damaged()
    (length,) = struct.unpack_from(">I", signed, at)
    if at + 4 + length != len(signed):
        raise damaged()
    return header, signed[at + 4:], digest, signature


def _inflate(body: bytes, size: int) -> bytes:
    """Return the unpacked body; never makes more than one byte beyond the size declared under the signature."""
    try:
        inside = zstandard.ZstdDecompressor().stream_reader(body).read(size + 1)
    except zstandard.ZstdError:
        raise damaged() from None
    if len(inside) != size:
        raise damaged()
    return inside


def _decode(data: bytes, shape: type[T]) -> T:
    try:
        return decoded(data, shape)
    except msgspec.DecodeError:
        raise damaged() from None


def run_ends(changes: Sequence[Change]) -> dict[tuple[str, int], str]:
    """Return (log, seq) -> chain hash of the last change of each unbroken run: the positions that need a seal."""
    prevs = {c.prev for c in changes}
    hashes = {(c.log, c.seq): changes_of.chain_hash(c) for c in changes}
    return {at: value for at, value in hashes.items() if value not in prevs}


def covered(changes: Sequence[Change], seals: Iterable[Seal]) -> set[str]:
    """Return the ids of the changes that a seal vouches for: reached from a sealed hash through `prev`."""
    by_hash = {(c.log, changes_of.chain_hash(c)): c for c in changes}
    found: set[str] = set()
    for seal in seals:
        change = by_hash.get((seal.log, seal.hash))
        while change is not None and change.cid not in found:
            found.add(change.cid)
            change = by_hash.get((change.log, change.prev))
    return found


def check_links(changes: Sequence[Change], held: Callable[[str, int], set[str]], vouched: Container[str] = ()) -> None:
    """Raise a Problem when a change names a predecessor other than the one that is known here or comes with it.

    vouched: ids that need no predecessor, for this office has signed for them before.
    """
    here: dict[tuple[str, int], set[str]] = {}
    for c in changes:
        here.setdefault((c.log, c.seq), set()).add(changes_of.chain_hash(c))
    for c in changes:
        if c.cid in vouched:
            continue
        if c.seq == 1:
            right = c.prev == changes_of.FIRST
        else:
            before = here.get((c.log, c.seq - 1), set())
            known = set() if c.prev in before else held(c.log, c.seq - 1)  # asked once for each run
            right = c.prev in before or c.prev in known or not before | known
        if not right:
            raise Problem("segment.chain", "这份数据的修改记录前后不相连，可能被改动过，已拒收。请在发送方电脑上运行“核验”。",
                          "The record of changes in this data does not connect; it may have been altered and was refused. "
                          "Run verify on the sending computer.")
