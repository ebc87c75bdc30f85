"""Stick: the same exchange by file. Promises one file that only the other side can read, that appears under its name only
when it has been read back and is right, and that changes nothing where it is damaged, foreign or repeated.

    magic | u32 length | age( manifest and segments, sealed ) for each recipient ... | sha256 of all that
On a laptop there is one part, for its hub and the hub's parent; on a hub one part for each of its laptops, and its own hub.
"""
import hashlib
import struct
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from app.models import disk
from app.models.problem import Problem
from app.models.store import transaction
from app.sync import intake, outgoing, peers, segment, succession, tables
from app.sync.intake import Receipt
from app.sync.peers import GRANTED, HUB, LAPTOP, Peer, moment
from app.sync.seal import decrypt_by, encrypt_for, signed_by
from app.sync.succession import Succession
from app.sync.workspace import Workspace

MAGIC = b"LEYESTK\x01"
MOST = 2 * 1024**3 - 1  # FAT32 and signed lengths: more goes on a second stick
_SUM = 32


class Manifest(msgspec.Struct, frozen=True):
    """What a part of a stick says of itself, inside its signature, so that it cannot be wrapped again for somebody else.

    Attributes: sender, instance, to (device), prefix, n0 h0 n1 h1 (the step of the sender's feed), at, segments (lengths),
    have (how far the sender holds the recipient's feed, and of which instance), receipts, was (whom the sender continues).
    """

    sender: str
    instance: str
    to: str
    prefix: str
    n0: int
    h0: str
    n1: int
    h1: str
    at: str
    segments: list[int]
    have: tuple[str, int, str]
    receipts: list[Receipt] = []
    was: list[Succession] = []


@dataclass(frozen=True, slots=True)
class Carried:
    """What a stick brought or took: changes written out or new here, disagreements that began, changes kept aside."""

    changes: int
    conflicts: int = 0
    aside: int = 0
    senders: tuple[str, ...] = ()

    @property
    def received(self) -> int:
        """Return how many changes were new here."""
        return self.changes

    @property
    def level(self) -> bool:
        """Return False: a stick cannot know what the other side has done since."""
        return False


def export_stick(ws: Workspace, path: Path, since: str = "LAST") -> Carried:
    """Write what the other side lacks (LAST) or everything (all) as one sealed file; returns how many changes it carries."""
    path = Path(path)
    others = _recipients(ws)
    parts, count = [], 0
    for one in others:
        plain, changes = _part(ws, one, everything=since.lower() == "all")
        readers = [key for key in (one.age_key, one.parent_age_key) if key]
        parts.append(encrypt_for(readers, plain))
        count += changes
    data = MAGIC + b"".join(struct.pack(">I", len(part)) + part for part in parts)
    if len(data) > MOST:
        raise Problem("stick.large", "数据超过2GB，一个文件放不下。请先与乡镇联网同步一次。",
                      "There are more than 2 GB, too much for one file. Sync over the network once first.")
    _write_and_read_back(path, data + hashlib.sha256(data).digest())
    return Carried(count)


def import_stick(ws: Workspace, path: Path) -> Carried:
    """Take in a stick's parts that are meant for this computer; returns what was new. Raises Problem, having changed nothing."""
    path = Path(path)
    if not [p for p in peers.peers(ws.ledger) if p.state != peers.PENDING]:
        raise peers.unpaired()
    mine = [plain for part in _parts(_read(path), path.name) if (plain := _for_us(ws, part)) is not None]
    if not mine:
        raise Problem("stick.foreign", f"{path.name} 不是给这台电脑的，没有任何改动。请交给它要去的单位，或让对方重新导出。",
                      f"{path.name} is not meant for this computer; nothing was changed. Give it to the office it is for, or have it written again.")
    opened = [_opened(ws, plain, path.name) for plain in mine]
    total = Carried(0)
    with transaction(ws.ledger.db):  # the whole stick, or nothing of it
        for senders, manifest, segments in opened:
            total = _take(ws, senders, manifest, segments, total)
    return total


def _for_us(ws: Workspace, part: bytes) -> bytes | None:
    """Return what a part says to this computer or to one it continues; None where it is for others."""
    return next((plain for keys in ws.lineage.values() if (plain := decrypt_by(keys, part)) is not None), None)


def _recipients(ws: Workspace) -> list[Peer]:
    """Return whom a stick of this workspace is for: the hub above, the laptops below."""
    granted = [p for p in peers.peers(ws.ledger) if p.state == GRANTED]
    if not granted:
        raise peers.unpaired()
    return granted


def _part(ws: Workspace, to: Peer, *, everything: bool) -> tuple[bytes, int]:
    """Return one recipient's part (manifest, segments, signature) and how many changes are in it."""
    ledger, me = ws.ledger, ws.ledger.me
    prefix = to.prefix if to.kind == LAPTOP else ""
    n0 = 0 if everything or not ledger.feed_valid(to.acked_n, to.acked_h) else to.acked_n
    n, count, segments = n0, 0, []
    while True:
        about, data = outgoing.step(ws, to, prefix, n, skip=to.instance if to.kind == HUB else None)
        if about.n1 == n:
            break
        n, count = about.n1, count + about.count
        segments.append(data)
    back = "" if to.kind == LAPTOP else to.prefix
    have = tables.cursor_of(ledger.db.conn, to.instance, back)
    with transaction(ledger.db):
        given = intake.receipts(ws, [to.device]) if to.kind == LAPTOP else []
    manifest = Manifest(me.device, me.instance, to.device, prefix, n0, outgoing.feed_hash(ledger, n0), n,
                        outgoing.feed_hash(ledger, n), moment(), [len(s) for s in segments], (to.instance, *have), given,
                        succession.steps(ledger))
    head = msgspec.json.encode(manifest)
    body = struct.pack(">I", len(head)) + head + b"".join(segments)
    return body + ws.keys.signature(hashlib.sha256(body).digest()), count


def _write_and_read_back(path: Path, data: bytes) -> None:
    """Write `.part`, flush it to the stick, read it back, and only then give it its name."""
    files = disk.source.files
    try:
        with disk.part_of(path) as part:
            with files.create(part) as file:
                file.write(data)
                files.flush(file)
            if files.read(part) != data:
                raise Problem("stick.write", f"写入后读回核对不符，U盘可能有问题，没有生成 {path.name}。请换一个U盘。",
                              f"What was read back differs from what was written; {path.name} was not made. Use another stick.", status=1)
            files.rename(part, path)
    except OSError:
        raise Problem("stick.write", f"无法写入 {path.name}：U盘已满、只读或被拔出。请检查后重试；本机数据都在。",
                      f"{path.name} cannot be written: the stick is full, read-only or was pulled out. Check it and try again; "
                      "everything is safe on this computer.") from None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST:
            raise _damaged(path.name)
        return disk.source.files.read(path)
    except OSError:
        raise Problem("stick.missing", f"读不到文件 {path.name}。请检查U盘是否插好、文件名是否正确。",
                      f"The file {path.name} cannot be read. See whether the stick is in and the name is right.") from None


def _parts(data: bytes, name: str) -> list[bytes]:
    if len(data) < len(MAGIC) + _SUM or not data.startswith(MAGIC) or hashlib.sha256(data[:-_SUM]).digest() != data[-_SUM:]:
        raise _damaged(name)
    parts, at, end = [], len(MAGIC), len(data) - _SUM
    while at < end:
        if at + 4 > end:
            raise _damaged(name)
        (length,) = struct.unpack_from(">I", data, at)
        if at + 4 + length > end:
            raise _damaged(name)
        parts.append(data[at + 4:at + 4 + length])
        at += 4 + length
    return parts


Opened = tuple[list[Peer], Manifest, list[segment.Segment]]


def _opened(ws: Workspace, plain: bytes, name: str) -> Opened:
    """Return the sender, the manifest and the checked segments of one part; nothing has been applied yet."""
    manifest, body, signature, told = _manifest(plain, name)
    senders = _senders(ws, manifest, name)
    sender = senders[-1]
    if not signed_by(sender.sign_key, signature, hashlib.sha256(told).digest()):
        raise _damaged(name)
    segments, at = [], 0
    for length in manifest.segments:
        opened = segment.unpack(body[at:at + length], lambda device: sender.sign_key if device == sender.device else None)
        if opened.about.to != manifest.to or opened.about.prefix != manifest.prefix:
            raise _damaged(name)
        segments.append(opened)
        at += length
    if at != len(body):
        raise _damaged(name)
    return senders, manifest, segments


def _senders(ws: Workspace, manifest: Manifest, name: str) -> list[Peer]:
    """Return the sender, after those it continues that are not known here yet."""
    if manifest.to in ws.lineage:
        if found := peers.heirs(ws.ledger, manifest.sender, manifest.was):
            return [replace(one, instance=manifest.instance) if one.kind == HUB else one for one in found]
    elif (office := peers.peer(ws.ledger, manifest.to)) is not None and office.office:
        key = peers.key_of(ws.ledger, manifest.sender)  # a laptop of an office below us: the office has vouched for its key
        if key is not None:
            return [replace(office, device=manifest.sender, instance=manifest.instance, sign_key=key, users=(), role="")]
    else:
        raise _damaged(name)
    raise Problem("stick.stranger", f"{name} 来自一台没有配对的电脑，没有任何改动。请先让那台电脑配对，再重新导出。",
                  f"{name} comes from a computer that was never paired: pair first, then write it again. Nothing was changed.")


def _manifest(plain: bytes, name: str) -> tuple[Manifest, bytes, bytes, bytes]:
    told, signature = plain[:-64], plain[-64:]
    try:
        (length,) = struct.unpack_from(">I", told)
        return msgspec.json.decode(told[4:4 + length], type=Manifest), told[4 + length:], signature, told
    except (struct.error, msgspec.DecodeError):
        raise _damaged(name) from None


def _take(ws: Workspace, senders: list[Peer], manifest: Manifest, segments: list[segment.Segment], total: Carried) -> Carried:
    changes, conflicts, aside = total.changes, total.conflicts, total.aside
    sender, direct = senders[-1], manifest.to in ws.lineage
    if direct:
        peers.admit(ws.ledger, senders)
    for opened in segments:
        taken = intake.take(ws, opened, sender)
        changes, conflicts, aside = changes + taken.new, conflicts + taken.conflicts, aside + taken.aside
    if direct:
        _note(ws, sender, manifest)
    return Carried(changes, conflicts, aside, (*total.senders, sender.name))


def _note(ws: Workspace, sender: Peer, manifest: Manifest) -> None:
    """Learn how far the sender holds our feed, and take in its receipts."""
    instance, n, h = manifest.have
    if instance == ws.ledger.me.instance and ws.ledger.feed_valid(n, h) and n > sender.acked_n:
        peers.update(ws.ledger, sender.device, acked_n=n, acked_h=h)
    if sender.kind == LAPTOP:
        peers.update(ws.ledger, sender.device, last_at=moment(), instance=manifest.instance)
    else:
        intake.acknowledge(ws.ledger, manifest.receipts, sender)


def _damaged(name: str) -> Problem:
    return Problem("stick.damaged", f"{name} 不完整或已损坏，没有任何改动。请让对方重新导出到U盘。",
                   f"{name} is incomplete or damaged; nothing was changed. Have it written to the stick again.")
