"""Writing: what a person wants written becomes changes that name what the person had seen.

Promises the discipline of merge groups (all fields of a group at once, naming every head that was shown,
sync-scopes.md 6) and that what is already so is not written again.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.models import erasure, places
from app.models.change import (
    PLACE,
    VOID,
    WHY,
    Change,
    Seen,
    Value,
    canonical,
    from_header,
    hash_of,
    header_bytes,
    new_salt,
    payload_hash,
)
from app.models.clock import Clock
from app.models.dictionary import dictionary
from app.models.fold import Folded, advance, fold
from app.models.identity import new_id
from app.models.record import changes_of, load
from app.models.store import Connection

SeenByField = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Write:
    """What somebody wants a record to say.

    Attributes: type, values (field -> value; None clears; `_void` with a reason deletes), rec (None makes a new
    record), seen (field -> ids of the writes the author was shown; None: what is shown now), place (where a new
    dossier lives, or where it moves to), restores (an undo: the id of the write whose value comes back, or "nothing"),
    why (rule -> the reason given for what the rule doubts; kept in the history), settles (write it even where the record says
    so already: it answers what a linked record says), begins (this is the whole of what the record is to say: where it was shown as
    deleted it begins anew, and says nothing of what it said before).
    """

    type: str
    values: Mapping[str, Value]
    rec: str | None = None
    seen: SeenByField | None = None
    place: str | None = None
    restores: str | None = None
    why: Mapping[str, str] | None = None
    settles: bool = False
    begins: bool = False


@dataclass(slots=True)
class Author:
    """Who writes, from which log, and where its chain stands."""

    user: str
    log: str
    area: str
    seq: int
    prev: str
    clock: Clock
    source: str


@dataclass(slots=True)
class Drafting:
    """One batch of writes on its way to changes; later writes of the batch see the earlier ones."""

    conn: Connection
    author: Author
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    made: list[Change] = field(default_factory=list)
    _state: dict[str, tuple[str, str, Folded]] = field(default_factory=dict)
    _fresh: dict[str, list[Change]] = field(default_factory=dict)
    _erased: erasure.Erased = field(default_factory=dict)

    def draft(self, writes: Sequence[Write]) -> list[str]:
        """Return the record id of each write, in order; `made` then holds the changes (fewer where nothing differs)."""
        recs = [w.rec or new_id() for w in writes]
        self._state = load(self.conn, sorted(set(recs)), self.groups)
        self._erased = erasure.erasures(self.conn)
        for rec, write in zip(recs, writes, strict=True):
            self._draft_one(rec, write)
        return recs

    def _draft_one(self, rec: str, write: Write) -> None:
        known = self._state.get(rec)
        if known is None:
            self._create(rec, write)
            return
        _, root, folded = known
        if write.begins and folded.void is not None:
            write = self._anew(write, folded)
        values, seen = self._differing(rec, write, folded)
        settles = write.seen is not None and PLACE in folded.conflicts
        place = write.place if write.place != folded.place or settles or write.restores else None
        if place is not None:
            _name(seen, PLACE, (write.seen or {}).get(PLACE) or folded.shown.get(PLACE, ()))
        if values or place is not None:
            extra = {"restores": write.restores} if write.restores else {}
            self._make(rec, write, root, folded.place or self._home(root), place, values, seen, extra)

    def _create(self, rec: str, write: Write) -> None:
        kind = dictionary().types[write.type]
        values = {name: value for name, value in write.values.items() if value is not None}
        root = rec if kind.root == "self" else str(values.get(kind.root_field) or rec)
        place = (write.place or self._first_place(values)) if kind.place == "own" else None
        area = place or self._home(root)
        self._make(rec, write, root, area, place, values, {})

    def _anew(self, write: Write, folded: Folded) -> Write:
        """A list whose import was undone comes in again: the deletion is taken back, and what was said before it with it."""
        place = write.place or (self._first_place(write.values) if dictionary().types[write.type].place == "own" else None)
        return replace(write, values={**dict.fromkeys(folded.values), **write.values, VOID: None}, place=place)

    def _first_place(self, values: Mapping[str, Value]) -> str:
        """A person starts with the household's place, a household with its site's or its village's; else where the author works."""
        for name in ("household_id", "site_id"):
            if (target := values.get(name)) and (found := self._place_of(str(target))):
                return found
        registered = str(values.get("registration_area_id") or "")
        return registered if places.is_code(registered) and places.within(registered, places.prefix(self.author.area)) else self.author.area

    def _home(self, root: str) -> str:
        return self._place_of(root) or self.author.area

    def _place_of(self, rec: str) -> str | None:
        if rec not in self._state:
            self._state.update(load(self.conn, [rec], self.groups))
        known = self._state.get(rec)
        return known[2].place if known else (rec if places.is_code(rec) else None)

    def _differing(self, rec: str, write: Write, folded: Folded) -> tuple[dict[str, Value], Seen]:
        """Return the values to write, whole groups of them, and what they supersede."""
        out: dict[str, Value] = {}
        seen: Seen = {}
        groups = self.groups.get(write.type, {})
        units = {dictionary().unit_of(write.type, name) for name in write.values if name != VOID}
        for unit in sorted(units):
            names = groups.get(unit, (unit,))
            asked = {n: write.values[n] for n in names if n in write.values}
            same = all(_equal(v, folded.values.get(n)) for n, v in asked.items())
            if same and not write.restores and not write.settles and not (write.seen is not None and unit in folded.conflicts):
                continue
            for name in names:
                heads = tuple(write.seen.get(name, ())) if write.seen is not None else folded.shown.get(name, ())
                if name in asked:
                    out[name] = asked[name]
                elif heads:
                    out[name] = self._value_seen(rec, name, heads)
                _name(seen, name, heads)
        if VOID in write.values:
            out[VOID] = write.values[VOID]
            restored = write.seen.get(VOID) if write.restores and write.seen is not None else None
            self._see_all(rec, seen, folded, write.values[VOID] is not None, restored)
        return out, seen

    def _see_all(self, rec: str, seen: Seen, folded: Folded, deletes: bool, restored: Sequence[str] | None) -> None:
        """A deletion names every head it saw; taking it back names only the deletion. An undo may put several back.

        restored: what a deletion that comes back had seen; of what stands now it names that, and what came back beside it.
        """
        if restored is not None:
            _name(seen, VOID, restored)
            known = {c.cid: c for c in self._all_of(rec)} if deletes else {}
            for name, heads in folded.heads.items():
                _name(seen, VOID, [cid for cid in heads if deletes and name != VOID and _first_said(known, cid) in restored])
            return
        for name, heads in folded.heads.items():
            if deletes or name == VOID:
                _name(seen, VOID, heads)

    def _value_seen(self, rec: str, name: str, heads: Sequence[str]) -> Value:
        """Return the value the author was shown in a field of the group that was not touched."""
        known = {c.cid: c for c in self._all_of(rec)}
        held = [cid for cid in heads if cid in known and known[cid].payload is not None and name in known[cid].fields]
        return known[max(held)].value(name) if held else None

    def _make(self, rec: str, write: Write, root: str, area: str, place: str | None, values: Mapping[str, Value],
              seen: Seen, extra: Mapping[str, Value] | None = None) -> None:
        author, salt, kind, seen = self.author, new_salt(), write.type, self._readable(seen)
        for cid in self._erased.get(root, ()):  # a registration after an erasure says that it has heard of it
            _name(seen, erasure.ERASE, (cid,))
        payload = {**values, WHY: dict(write.why)} if write.why else dict(values)
        change = Change(cid=author.clock.stamp(), type=kind, rec=rec, root=root, area=area, place=place,
                        fields=tuple(sorted(values)), seen=seen, author=author.user, source=author.source,
                        log=author.log, seq=author.seq + 1, prev=author.prev, phash=payload_hash(salt, payload),
                        extra=dict(extra or {}), payload=payload, salt=salt)
        author.seq, author.prev = change.seq, hash_of(header_bytes(change))
        self.made.append(change)
        known, groups = self._state.get(rec), self.groups.get(kind, {})
        folded = advance(known[2], change, groups) if known else fold([change], groups)
        self._state[rec] = (kind, root, folded or fold(self._all_of(rec), groups))

    def _readable(self, seen: Seen) -> Seen:
        """Return what the author can have seen: of a change whose values have not arrived, only where it moved to."""
        part = sorted(seen)
        bare = {row[0] for row in self.conn.execute(
            f"SELECT cid, header FROM change WHERE n IS NULL AND cid IN ({','.join('?' * len(part))})", part)
            if from_header(row[1], None, None).fields} if part else set()
        known = {cid: [PLACE] if cid in bare else fields for cid, fields in seen.items()}
        return {cid: fields for cid, fields in known.items() if PLACE in seen[cid] or cid not in bare}

    def _all_of(self, rec: str) -> list[Change]:
        """Return every change of a record, those of this batch too."""
        if rec not in self._fresh:
            self._fresh[rec] = changes_of(self.conn, [rec]).get(rec, [])
        return [*self._fresh[rec], *(m for m in self.made if m.rec == rec)]


def _first_said(known: Mapping[str, Change], cid: str) -> str:
    while cid in known and (restored := known[cid].extra.get("restores")) in known:
        cid = str(restored)
    return cid


def _name(seen: Seen, name: str, heads: Sequence[str]) -> None:
    for cid in heads:
        fields = seen.setdefault(cid, [])
        if name not in fields:
            fields.append(name)


def _equal(left: Value, right: Value) -> bool:
    return left == right and type(left) is type(right) or canonical(left) == canonical(right)
