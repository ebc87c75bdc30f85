"""Ledger: the one door for writes. Changes are appended for ever; records, typed tables and search are derived.

Promises that a merge is one transaction on disk (changes, feed, records, projections and the caller's cursor together),
that the result does not depend on order, repetition or batching, and that nothing is ever refused at merge.
"""
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.models import attachments, deciding, erasure, integrity, keeping, links, office, reading, undoing
from app.models.change import Change, Value, canonical, chain_hash, from_header, header_bytes, payload_bytes
from app.models.clock import Clock, time_of
from app.models.deriving import Deriving
from app.models.dictionary import dictionary
from app.models.fold import Folded, Groups
from app.models.identity import new_id
from app.models.projection import Projection, TypedTables, registered
from app.models.reading import Conflict, Event
from app.models.record import Record, changes_of, chunks, load, marks
from app.models.schema import bring_forward
from app.models.search import SearchTable
from app.models.settings import Me, Settings
from app.models.store import SCHEMA, Connection, Database, connect, once_on_disk, transaction, uncollected
from app.models.writing import Author, Drafting, Write

REFOLD_BATCH = 2000
HEADER, WHOLE = 1, 2  # the forms in which a change can be here


@dataclass(frozen=True, slots=True)
class Touched:
    """What a write did: the record id of each write, in order, and the ids of the changes made."""

    ids: tuple[str, ...]
    cids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: how many changes were new, which records they touched, how many units newly disagree."""

    new: int
    touched: frozenset[str]
    conflicts: int


class Ledger:
    """The ledger of one workspace on one connection; each thread has its own (`again`).

    Attributes: db (the sqlite-utils database), settings (this machine's own), me (who and where this is), listeners
    (called with the touched record ids after each commit).
    """

    def __init__(self, path: Path, key: bytes, db: Database, projections: Sequence[Projection]) -> None:
        self.path, self._key, self.db = path, key, db
        self.settings = Settings(db)
        self.typed, self.projections = TypedTables(), list(projections)
        self.listeners: list[Callable[[frozenset[str]], None]] = []
        self.groups: dict[str, Groups] = {name: dictionary().groups(name) for name in dictionary().types}
        self.deriving = Deriving(self.groups, self.typed, self.projections)
        self._unkept: frozenset[str] = frozenset()

    @classmethod
    def open(cls, path: Path, key: bytes) -> "Ledger":
        """Return the ledger in this file. Raises Problem (store.*) where it cannot be opened."""
        return cls._ready(path, key, connect(path, key))

    @classmethod
    def create(cls, path: Path, key: bytes, *, area: str, device_name: str, user_name: str, role: str,
               practice: bool) -> "Ledger":
        """Return a new ledger; its first changes are the person who made it and this device."""
        if path.exists():
            raise FileExistsError(path)
        ledger = cls._ready(path, key, connect(path, key, create=True))
        me = Me(area=area, device=new_id(), device_name=device_name, user=new_id(), user_name=user_name, role=role,
                practice=practice, instance=secrets.token_hex(16))
        ledger.settings.set("me", me.as_dict())
        ledger.write([Write("staff_user", {"name": user_name, "role": _STAFF_ROLES.get(role, "enumerator"),
                                           "active": True}, rec=me.user, place=area),
                      Write("device", {"name": device_name, "assigned_to": me.user, "status": "active"},
                            rec=me.device, place=area)], source="setup")
        return ledger

    @classmethod
    def _ready(cls, path: Path, key: bytes, db: Database) -> "Ledger":
        bring_forward(db)
        ledger = cls(path, key, db, [SearchTable(), *registered()])
        ledger._follow_dictionary()
        ledger._unkept = keeping.follow(db, ledger.settings, ledger.typed, ledger.projections)
        if ledger.settings.get("me"):
            office.follow(ledger)
        return ledger

    def again(self) -> "Ledger":
        """Return the same ledger on a connection of its own, for another thread."""
        other = Ledger(self.path, self._key, connect(self.path, self._key), self.projections)
        other.listeners, other._unkept = self.listeners, self._unkept
        return other

    def close(self) -> None:
        """Close the connection."""
        self.db.conn.close()

    @property
    def me(self) -> Me:
        """Return who and where this workspace is."""
        return self.settings.me()

    # -- writing

    def write(self, writes: Sequence[Write], *, source: str, author: str | None = None) -> Touched:
        """Write in one transaction what a person wants written; nothing is lost once this returns."""
        me = self.me
        with transaction(self.db) as conn:
            seq, prev = self._end_of_log(conn, me.device)
            clock = Clock(int(self.settings.get("clock", 0)))
            by = Author(author or me.user, me.device, me.area, seq, prev, clock, source)
            drafting = Drafting(conn, by, self.groups)
            recs = drafting.draft(writes)
            if drafting.made:
                self._append(conn, drafting.made, None)
                attachments.note(conn, drafting.made, ())
                self.deriving.bring(conn, _by_record(drafting.made))
                self.settings.set("clock", clock.last)
                conn.execute("INSERT INTO act (source, log, first, last) VALUES (?,?,?,?)",
                             (source, me.device, seq + 1, by.seq))
        touched = Touched(tuple(recs), tuple(c.cid for c in drafting.made))
        self.tell(frozenset(c.rec for c in drafting.made))
        return touched

    def merge(self, changes: Iterable[Change], *, came_from: str | None = None,
              after: Callable[[Connection], None] | None = None) -> Merged:
        """Take in changes from elsewhere, already verified; `after` runs inside the same transaction."""
        with uncollected(), transaction(self.db) as conn:
            given = list(changes)
            gone = erasure.note(self.db, given)
            new, anew = self._append(conn, erasure.lawful(conn, given), came_from)
            linked = links.note(conn, new)
            conflicts = self.deriving.bring(conn, _by_record(new), {*anew, *gone.values()}, gone)
            attachments.note(conn, new, set(gone.values()))
            if new:
                clock = Clock(int(self.settings.get("clock", 0)))
                clock.saw(max((c.cid for c in new), key=time_of))
                self.settings.set("clock", clock.last)
            if after is not None:
                after(conn)
        touched = frozenset({c.rec for c in new if c.kind == "write"} | linked | set(gone.values()))
        self.tell(touched)
        return Merged(len(new), touched, max(0, conflicts))

    def resolve(self, rec: str, unit: str, value: Value) -> Touched:
        """Settle a disagreement: write the value (a dict for a group) as one who saw every head of the unit."""
        return deciding.decide(self, [deciding.Decision(rec, unit, value)]).touched

    def undo(self) -> Touched | None:
        """Take back the last import, review or edit of this device, as changes; None where there is nothing."""
        return undoing.undo(self)

    def _append(self, conn: Connection, changes: Sequence[Change], came_from: str | None) -> tuple[list[Change], set[str]]:
        """Add what is new to the changes and to the feed; return it, and the records of which a known change became whole."""
        if self._unkept:
            keeping.let_go(self.settings, self._unkept)
        known = _known(conn, [c.cid for c in changes])
        n, h = self.feed_mark()
        rows, feed, upgrades, new, anew = [], [], [], [], set()
        for change in changes:
            cid, body = change.cid, payload_bytes(change)
            form = WHOLE if body is not None or change.kind != "write" else HEADER
            before = known.get(cid, 0)
            if form <= before:
                continue
            n, h = n + 1, chain(h, cid, form)
            feed.append((n, cid, form, h))
            if before:
                upgrades.append((n, change.salt, body, cid))
                anew.add(change.rec)
            else:
                rows.append((cid, n if form == WHOLE else None, n, change.rec, change.root, change.kind, change.type,
                             change.place, change.log, change.seq, chain_hash(change), came_from, header_bytes(change),
                             change.salt, body))
            known[cid] = form
            new.append(change)
        conn.executemany(_INSERT_CHANGE, rows)
        conn.executemany("UPDATE change SET n = ?, salt = ?, payload = ? WHERE cid = ?", upgrades)
        conn.executemany("INSERT INTO feed VALUES (?,?,?,?)", feed)
        if any(c.type in office.WORDS for c in new):
            once_on_disk(self.db, partial(office.follow, self))
        return new, anew

    def rebuild(self) -> None:
        """Throw away everything that is derived and derive it again from the changes."""
        with transaction(self.db) as conn:
            self.typed.clear(conn)
            for projection in self.projections:
                projection.clear(conn)
            conn.execute("DELETE FROM record")
            conn.execute("DELETE FROM conflict")
            erasure.drop(conn, erasure.rebuild(self.db))
            links.rebuild(conn)
            attachments.rebuild(conn)
            recs = [row[0] for row in conn.execute(
                "SELECT rec FROM change WHERE kind = 'write' GROUP BY rec ORDER BY min(n_header)")]
            for start in range(0, len(recs), REFOLD_BATCH):
                part = recs[start:start + REFOLD_BATCH]
                found = changes_of(conn, part)
                self.deriving.bring(conn, {rec: found[rec] for rec in part})

    def _follow_dictionary(self) -> None:
        """Rebuild what is derived where the dictionary or the tables are not those it was derived with."""
        shape = [SCHEMA, [[t.name, [[f.name, f.kind, f.group] for f in t.fields.values()]] for t in dictionary().types.values()]]
        version = hashlib.sha256(canonical(shape)).hexdigest()
        if self.settings.get("dictionary") == version:
            return
        with transaction(self.db) as conn:
            self.typed.drop(self.db)
            self.typed.tables(self.db)
            keeping.make(self.db, self.settings, self.projections)
            if conn.execute("SELECT 1 FROM change LIMIT 1").fetchone():
                self.rebuild()
            self.settings.set("dictionary", version)

    def log_end(self) -> tuple[int, str]:
        """Return the last place of this device's own log and its hash: (0, "") where nothing was written."""
        return self._end_of_log(self.db.conn, self.me.log)

    def tell(self, recs: frozenset[str]) -> None:
        """Let the listeners know of these records once what was done to them is on disk."""
        for listener in self.listeners if recs else ():
            once_on_disk(self.db, partial(listener, recs))

    @staticmethod
    def _end_of_log(conn: Connection, log: str) -> tuple[int, str]:
        row = conn.execute("SELECT seq, h FROM change WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)).fetchone()
        return (row[0], row[1]) if row else (0, "")

    # -- reading

    def get(self, rec: str) -> Record | None:
        """Return the record with its conflicts, or None where it is not here."""
        return reading.get(self, rec)

    def folded(self, rec: str) -> Folded | None:
        """Return the folded state of a record, or None where it is not here."""
        found = load(self.db.conn, [rec], self.groups).get(rec)
        return found[2] if found else None

    def seen(self, rec: str) -> dict[str, list[str]]:
        """Return field -> ids of the writes whose value is shown now; what a later `Write.seen` names."""
        folded = self.folded(rec)
        return {name: list(cids) for name, cids in folded.shown.items()} if folded else {}

    def rows(self, kind: str, where: Mapping[str, Value] | None = None, limit: int | None = None,
             prefix: str = "") -> list[tuple[str, dict[str, Value]]]:
        """Return (id, values) of the live records of a type, by id; `where` compares fields with stored values."""
        return reading.rows(self, kind, where or {}, limit, prefix)

    def history(self, rec: str) -> list[Event]:
        """Return every change of a record, oldest first: who, where, when, field, from, to."""
        return reading.history(self, rec)

    def conflicts(self, prefix: str = "") -> list[Conflict]:
        """Return what waits for review, newest first."""
        return reading.conflicts(self, prefix)

    def only_here(self) -> int:
        """Return how many records hold a change of this device that neither a hub has acknowledged nor a second copy holds."""
        return reading.only_here(self)

    def not_at_office(self) -> int:
        """Return how many records hold a change of this device that no hub has acknowledged, wherever else they are."""
        return reading.only_here(self, copies=False)

    def acknowledge(self, log: str, seq: int, *, lost: bool = False) -> None:
        """Note that a hub holds this log up to this sequence number; `lost`: no further than this any more."""
        furthest = "excluded.seq" if lost else "max(seq, excluded.seq)"
        with transaction(self.db) as conn:
            conn.execute(f"INSERT INTO acknowledged VALUES (?,?) ON CONFLICT(log) DO UPDATE SET seq = {furthest}", (log, seq))

    def digest(self, *, strict: bool = False) -> str:
        """Return the merged state of the domain's records as one hex line; strict adds the set of changes."""
        return integrity.digest(self, strict)

    def verify(self) -> integrity.Report:
        """Return whether store, logs, feed, records and projections agree."""
        return integrity.verify(self)

    # -- feed

    def feed_mark(self) -> tuple[int, str]:
        """Return the length of the feed and the hash of the whole of it ("" when empty)."""
        row = self.db.conn.execute("SELECT n, h FROM feed ORDER BY n DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, "")

    def feed_valid(self, n: int, h: str) -> bool:
        """Return whether the first n places of the feed are those whose hash this is."""
        if n == 0:
            return h == ""
        row = self.db.conn.execute("SELECT h FROM feed WHERE n = ?", (n,)).fetchone()
        return bool(row) and row[0] == h

    def feed(self, n0: int, limit: int) -> list[tuple[int, str, str, int]]:
        """Return (n, hash of the prefix, change id, form) of up to `limit` places after n0."""
        return [tuple(row) for row in self.db.conn.execute(
            "SELECT n, h, cid, form FROM feed WHERE n > ? ORDER BY n LIMIT ?", (n0, limit))]

    def changes(self, cids: Sequence[str]) -> list[Change]:
        """Return these changes, in the order of their ids, those that are here."""
        found: list[Change] = []
        for part in chunks(sorted(set(cids))):
            found += [from_header(*row) for row in self.db.conn.execute(
                f"SELECT header, payload, salt FROM change WHERE cid IN ({marks(part)}) ORDER BY cid", part)]
        return found

    def changes_of_root(self, root: str) -> list[Change]:
        """Return every change of a dossier, in the order of their ids."""
        return sorted(changes_of(self.db.conn, [root], "root").get(root, []), key=lambda c: c.cid)


_INSERT_CHANGE = "INSERT INTO change VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_STAFF_ROLES = {"surveyor": "enumerator", "township": "township_reviewer", "county": "county_admin"}


def chain(h: str, cid: str, form: int) -> str:
    """Return the hash of a feed prefix with one more place."""
    return hashlib.blake2b(f"{h}{cid}{form}".encode(), digest_size=16).hexdigest()


def _by_record(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Return record -> the writes to it."""
    out: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind == "write":
            out.setdefault(change.rec, []).append(change)
    return out


def _known(conn: Connection, cids: Sequence[str]) -> dict[str, int]:
    out: dict[str, int] = {}
    for part in chunks(cids):
        for cid, n in conn.execute(f"SELECT cid, n FROM change WHERE cid IN ({marks(part)})", part):
            out[cid] = WHOLE if n is not None else HEADER
    return out
