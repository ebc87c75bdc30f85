"""The second copy: all that was finished here also lies, sealed, in a second place that somebody chose once (a stick left in, a
second disk, a folder). Promises that what is counted as copied was written, read back and given its name there before; that
whatever is pulled out or cut at whichever moment, what lay there still opens; and that names and sizes tell nothing.

    PLACE/leye-copy-<hash>/<random>.leye     parcels, opened by the passphrase or the recovery card
One of them is a base, the whole store; the others hold what was written since, and attachments. When they are many, they
are written anew as one; when they weigh as much as half the base, a new base is. Old ones go when the new one is there.
"""
import contextlib
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from app.models import attachments, disk
from app.models.attachments import PIECE
from app.models.problem import Problem
from app.models.store import DatabaseError, as_problem, transaction
from app.sync import outgoing, parcel, peers, seal
from app.sync.attachments import packed
from app.sync.parcel import BLOB, HEAD, SEGMENT, STORE, TAIL, Item, Part
from app.sync.peers import Peer, moment
from app.sync.wire import BlobIn
from app.sync.workspace import KEYS, Workspace, hold_folder

SETTING, COPIED, TROUBLE = "second_copy", "copied", "second_trouble"
FOLDER = "leye-copy-"
PURPOSE = "second copy"
BASE, CHANGES, BLOBS = "base", "changes", "blobs"
FEW = 64  # files of changes before they become one
SMALL = 8 * 1024 * 1024  # bytes of files beside the base that are never too many
HALF = 2  # they are too many when they weigh more than this part of the base
LOCK = "second.lock"


class CopyHead(msgspec.Struct, frozen=True):
    """What a file of the second copy says of itself: base, changes or blobs; whose (device, instance, its public signing
    key); from which place of the feed to which; when."""

    kind: str
    device: str
    instance: str
    sign: str
    n0: int
    n: int
    at: str


class State(msgspec.Struct):
    """What this machine knows of its second copy.

    Attributes: place (what was chosen), instance (of the store that lies there), base and files (name -> bytes), from_n
    (where the base stands in our feed), n and h (how far the copy holds it), at (when that was so).
    """

    place: str
    instance: str = ""
    base: dict[str, int] = {}
    files: dict[str, int] = {}
    blobs: dict[str, int] = {}
    from_n: int = 0
    n: int = 0
    h: str = ""
    at: str = ""


def state_of(ws: Workspace) -> State | None:
    """Return how the second copy stands, None where no place was chosen."""
    kept = ws.ledger.settings.get(SETTING)
    return msgspec.convert(kept, State) if kept else None


def choose(ws: Workspace, place: Path | None) -> None:
    """Choose the second place, or none. Problem second.place where it is no folder that can be written, or lies in the workspace."""
    if place is None:
        with transaction(ws.ledger.db):
            _forget(ws, None)
        return
    place = Path(place).absolute()
    if place.resolve() == ws.folder.resolve() or ws.folder.resolve() in place.resolve().parents:
        raise Problem("second.inside", "这个文件夹就在本机的数据里，坏了会一起坏。请选U盘、另一块硬盘或别处的文件夹。",
                      "This folder lies within the data themselves and would be lost with them. Choose a stick, another disk or a folder elsewhere.")
    probe = place / f"leye-{secrets.token_hex(6)}.part"
    try:
        disk.write_note(probe, b"")
        disk.source.files.remove(probe)
    except OSError:
        raise Problem("second.place", f"{place} 写不进去：没有这个文件夹、已写满或只读。请换一个地方。",
                      f"{place} cannot be written: no such folder, full or read-only. Choose another place.") from None
    before = state_of(ws)
    if before is None or before.place != str(place):
        with transaction(ws.ledger.db):
            _forget(ws, State(str(place)))


def same_disk(ws: Workspace, place: Path) -> bool:
    """Return whether a place lies on the disk of the data: then one failure takes both."""
    try:
        return place.stat().st_dev == ws.folder.stat().st_dev
    except OSError:
        return False


def keep_up(ws: Workspace) -> bool:
    """Bring the second copy up to date; returns whether anything was written. Problem second.away or second.write where the
    place is missing or takes no more; it is kept for `trouble`, and what lies there already still counts."""
    state = state_of(ws)
    if state is None:
        return False
    try:
        lock = hold_folder(ws.folder, LOCK)
    except Problem:
        return False  # another process of this workspace is at it
    try:
        done = _Copying(ws, state).run()
    except Problem as problem:
        _say(ws, problem)
        raise
    finally:
        lock.close()
    _say(ws, None)
    return done


def trouble(ws: Workspace) -> Problem | None:
    """Return what kept the second copy from being written the last time, None where nothing did."""
    kept = ws.ledger.settings.get(TROUBLE)
    return Problem(*kept) if kept else None


def folder_for(ws: Workspace, place: Path) -> Path:
    """Return the folder of this store's copy in a place."""
    salt = seal.read_keys((ws.folder / KEYS).read_bytes()).recovery.salt
    return place / f"{FOLDER}{hashlib.sha256(f'leye second {salt} {ws.ledger.me.instance}'.encode()).hexdigest()[:12]}"


class _Copying:
    """One turn of bringing the copy up to date. Each file is there, whole, before the store notes it; only then old ones go."""

    def __init__(self, ws: Workspace, state: State) -> None:
        self.ws, self.state, self.ledger = ws, state, ws.ledger
        self.folder = folder_for(ws, Path(state.place))
        self.clear = (ws.folder / KEYS).read_bytes()
        self.keys = ws.derived_keys(PURPOSE)

    def run(self) -> bool:
        """Return whether anything was written."""
        self._look()
        mark = self.ledger.feed_mark()
        state = self.state
        if state.instance != self.ledger.me.instance or not self.ledger.feed_valid(state.n, state.h):
            self._base()
        elif mark != (state.n, state.h):
            weight = sum(state.files.values())
            if weight > max(SMALL, sum(state.base.values()) // HALF) or self._erased():
                self._base()
            elif len(state.files) >= FEW:
                self._changes(state.from_n, anew=True)
            else:
                self._changes(state.n)
        elif not self._lacking():
            return False
        self._blobs()
        return True

    def _erased(self) -> bool:
        """Return whether something was erased that the base still holds."""
        return bool(self.ledger.db.conn.execute("SELECT 1 FROM change WHERE kind IN ('redact', 'erase') AND n_header > ? LIMIT 1",
                                                (self.state.from_n,)).fetchone())

    def _look(self) -> None:
        """See that the place is there and still holds what it should; else begin anew and count nothing of it."""
        place = Path(self.state.place)
        try:
            if not place.is_dir():
                raise away(place)
            self.folder.mkdir(exist_ok=True)
            there = {path.name: path.stat().st_size for path in self.folder.iterdir()}
            for name in there:
                if name.endswith(disk.PART):
                    disk.source.files.remove(self.folder / name)
        except OSError:
            raise away(place) from None
        known = self.state.base | self.state.files | self.state.blobs
        if self.state.base and any(there.get(name) != size for name, size in known.items()):
            self.state = State(self.state.place)
            with transaction(self.ledger.db):
                _forget(self.ws, self.state)

    def _base(self) -> None:
        """Write the whole store, and only then let go of everything older."""
        copy, mark, tips = self.ws.folder / "second.new", self.ledger.feed_mark(), self._tips()
        old = [*self.state.base, *self.state.files, *self.state.blobs]
        with contextlib.suppress(OSError):
            copy.unlink(missing_ok=True)
        try:
            blobs = self._whole_blobs()
            self.ledger.db.conn.execute("VACUUM INTO ?", (str(copy),))
            with copy.open("rb") as store:
                written = self._write(BASE, 0, mark[0], _pieces(store))
        except DatabaseError as error:
            raise as_problem(error) from error
        except OSError:
            raise full(Path(self.state.place)) from None
        finally:
            with contextlib.suppress(OSError):
                copy.unlink(missing_ok=True)
        self._note(State(self.state.place, self.ledger.me.instance, written, from_n=mark[0], n=mark[0], h=mark[1], at=moment()), tips, blobs)
        self._remove(old)

    def _changes(self, n0: int, *, anew: bool = False) -> None:
        """Write what is new since a place of our feed; anew: in the place of all files of changes."""
        mark, tips, state = self.ledger.feed_mark(), self._tips(self.state.from_n), self.state
        written = self._write(CHANGES, n0, mark[0], self._segments(n0))
        old = [*state.files] if anew else []
        self._note(msgspec.structs.replace(state, files=written if anew else state.files | written, n=mark[0], h=mark[1], at=moment()), tips, [])
        self._remove(old)

    def _segments(self, n: int) -> Iterator[Item]:
        """Return what was written since n, but for what an office gave us, which it holds itself."""
        nobody = Peer(self.ledger.me.device, peers.HUB, "", "", "", "", "", "")
        while True:
            about, data = outgoing.step(self.ws, nobody, "", n, outgoing.rows_for(self.ledger, n), skip=self._skip())
            if about.n1 == n:
                return
            n = about.n1
            yield SEGMENT, data

    def _blobs(self) -> None:
        """Write the attachments that are not there yet, each piece an item, in a file of their own."""
        lacking = self._lacking()
        if lacking:
            written = self._write(BLOBS, 0, 0, self._blob_pieces(lacking))
            state = self.state
            self._note(msgspec.structs.replace(state, blobs=state.blobs | written), {}, [sha for sha, _ in lacking])

    def _blob_pieces(self, lacking: Sequence[tuple[str, int]]) -> Iterator[Item]:
        for sha, size in lacking:
            for at in range(0, size, PIECE):
                yield BLOB, packed(BlobIn(sha, size, at), attachments.piece(self.ledger, sha, at))

    def _lacking(self) -> list[tuple[str, int]]:
        return [tuple(row) for row in self.ledger.db.conn.execute(
            "SELECT b.sha, b.size FROM blob b WHERE b.whole AND b.sha NOT IN (SELECT sha FROM copied_blob)"
            " AND b.sha IN (SELECT sha FROM blob_named) ORDER BY b.sha")]

    def _whole_blobs(self) -> list[str]:
        return [row[0] for row in self.ledger.db.conn.execute("SELECT sha FROM blob WHERE whole")]

    def _tips(self, since: int | None = None) -> dict[str, int]:
        """Return log -> sequence number up to which our own logs are on the copy, once what is written next is there.

        since: where the base stands; what an office gave back to us after it is not on the copy.
        """
        conn, logs = self.ledger.db.conn, [self.ledger.me.log, *self.ledger.settings.get("earlier_logs", [])]
        tips = {log: conn.execute("SELECT coalesce(max(seq), 0) FROM change WHERE log = ?", (log,)).fetchone()[0] for log in logs}
        for log in logs if since is not None else ():
            (first,) = conn.execute("SELECT min(seq) FROM change WHERE log = ? AND n_header > ? AND came_from = ?",
                                    (log, since, self._skip() or "")).fetchone()
            tips[log] = tips[log] if first is None else first - 1
        return tips

    def _skip(self) -> str | None:
        """Return the instance of the office that holds what it gave us."""
        hubs = [p.instance for p in peers.peers(self.ledger, peers.HUB)]
        return hubs[-1] if hubs else None

    def _write(self, kind: str, n0: int, n: int, items: Iterator[Item]) -> dict[str, int]:
        me, name = self.ledger.me, f"{secrets.token_hex(8)}{parcel.SUFFIX}"
        head = CopyHead(kind, me.device, me.instance, self.ws.keys.sign_public, n0, n, moment())

        def whole() -> Iterator[Item]:
            yield HEAD, msgspec.json.encode(head)
            yield from items
            yield TAIL, b""
        try:
            return {name: parcel.write(self.folder / name, [Part([self.keys.age_public], whole(), self.keys)], self.clear)}
        except Problem as problem:
            if problem.key == "stick.write":
                raise full(Path(self.state.place)) from None
            raise

    def _note(self, state: State, tips: dict[str, int], blobs: Sequence[str]) -> None:
        """Note what lies there now, in one transaction with what may be counted as copied."""
        with transaction(self.ledger.db) as conn:
            settings = self.ledger.settings
            if settings.get(SETTING) is None or settings.get(SETTING)["place"] != state.place:
                raise away(Path(state.place))  # another place was chosen meanwhile
            if state.base != self.state.base:
                conn.execute("DELETE FROM copied_blob")
                settings.set(COPIED, {})
            settings.set(SETTING, msgspec.to_builtins(state))
            settings.set(COPIED, settings.get(COPIED, {}) | tips)
            conn.executemany("INSERT OR IGNORE INTO copied_blob VALUES (?)", [(sha,) for sha in blobs])
        self.state = state

    def _remove(self, names: Sequence[str]) -> None:
        """Let old files go; one that stays does no harm."""
        for name in names:
            with contextlib.suppress(OSError):
                disk.source.files.remove(self.folder / name)


def _pieces(store: BinaryIO) -> Iterator[Item]:
    while data := store.read(parcel.STEP):
        yield STORE, data


def _forget(ws: Workspace, state: State | None) -> None:
    """Begin anew: nothing counts as copied; joins the open transaction."""
    settings = ws.ledger.settings
    settings.set(SETTING, None if state is None else msgspec.to_builtins(state))
    settings.set(COPIED, {})
    settings.set(TROUBLE, None)
    ws.ledger.db.conn.execute("DELETE FROM copied_blob")


def _say(ws: Workspace, problem: Problem | None) -> None:
    kept = None if problem is None else [problem.key, problem.zh, problem.en]
    if ws.ledger.settings.get(TROUBLE) != kept:
        ws.ledger.settings.set(TROUBLE, kept)


def away(place: Path) -> Problem:
    """Return the Problem of a second place that is not there."""
    return Problem("second.away", f"放第二份的地方不在：{place}。插上就会自己接着存。",
                   f"The place of the second copy is not there: {place}. Put it in, and copying goes on by itself.", status=1)


def full(place: Path) -> Problem:
    """Return the Problem of a second place that takes no more."""
    return Problem("second.write", f"第二份写不进去：{place} 已满、只读或被拔出。腾出地方或换一个，会自己接着存。",
                   f"The second copy cannot be written: {place} is full, read-only or was pulled out. Make room or choose another; "
                   "copying goes on by itself.", status=1)


