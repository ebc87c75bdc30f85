"""What comes in: an opened segment is judged change by change, and what is granted is merged with its cursor.

Promises that data and cursor commit together, that what lies beyond the sender's grant is kept aside and shown instead of
applied or lost, and that a receipt is given only for what is on this disk.
"""
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from app.models import erasure, office
from app.models.change import PLACE, Change, chain_hash, from_header
from app.models.dictionary import dictionary
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.record import chunks, filed_on, marks
from app.models.store import Connection
from app.sync import outgoing, peers, quarantine, revocation, segment, tables, voucher
from app.sync.peers import HUB, LAPTOP, Peer, moment
from app.sync.quarantine import AREA, AUTHOR, ERASE, EXPIRED, FORGED, OFFICE, REVOKED, UNSEALED
from app.sync.revocation import Word
from app.sync.seal import signed_by_root
from app.sync.segment import About, Seal, Segment
from app.sync.voucher import Receipt
from app.sync.workspace import Workspace

STAFF = "staff_user"
NOWHERE = ""  # came from an office that may hold it no longer: no echo
BY_CHANCE = "7"  # the version digit of ids that are drawn, not derived from an issued number


@dataclass(frozen=True, slots=True)
class Taken:
    """What an intake did: changes new here, disagreements that began, changes kept aside."""

    new: int
    conflicts: int
    aside: int


def take(ws: Workspace, opened: Segment, sender: Peer, *, late: bool = False) -> Taken:
    """Judge and merge an opened segment from a peer; returns what it did. Raises Problem where its chain is broken.

    late: it lay on a stick, and its office may have lost it since; what the next hello cannot verify goes back there.
    """
    ledger, about = ws.ledger, opened.about
    high = tables.cursor_of(ledger.db.conn, about.instance, tables.HIGH)
    sure = sender.kind != HUB or not late or about.n1 > high[0] or (about.n1, about.h1) == high
    seals, own = check(ws, opened, sender), _own_keys(ws, about)
    changes = [*opened.changes, *quarantine.unproved(ledger, sender, {c.cid for c in opened.changes})]
    judged = _Judge(ledger, changes, seals, sender, (), own.keys()).sort()
    if judged.aside and (ours := _ours(ws, opened)):
        judged = _Judge(ledger, changes, seals, sender, ours, own.keys()).sort()

    def note(conn: Connection) -> None:
        outgoing.keep_seals(ledger, seals, sender.device)
        voucher.keep(conn, about.vouchers, opened.changes, sender.sign_key if sender.kind == HUB else "")
        quarantine.set_aside(conn, judged.aside, sender)
        if sender.kind == HUB and about.n1 > tables.cursor_of(conn, about.instance, tables.HIGH)[0]:
            tables.set_cursor(conn, about.instance, tables.HIGH, about.n1, about.h1)
        if sender.kind == HUB and about.prefix != sender.prefix:
            return  # served to a scope that is no longer ours
        at = tables.cursor_of(conn, about.instance, about.prefix)
        if about.whole or (about.n1 > about.n0 and at == (about.n0, about.h0)):
            tables.set_cursor(conn, about.instance, about.prefix, about.n1, about.h1)

    merged = ledger.merge(judged.good, came_from=about.instance if sure else NOWHERE, after=note)
    return Taken(merged.new, merged.conflicts, len(judged.aside))


def check(ws: Workspace, opened: Segment, sender: Peer, before: dict[tuple[str, int], set[str]] | None = None) -> list[Seal]:
    """Return the seals of a segment that hold; Problem segment.chain where the sender's own log does not connect.

    A laptop's own log comes unfiltered: there each predecessor is here already or with it. Another's comes cut, and of a
    copied disk it has two ends, of which either may come first: there the seals alone decide, and what no seal covers waits.

    before: where the sender's log stood after the segments that come before this one and are not here yet; it is kept up.
    """
    seals, tips = _good_seals(ws, opened.about, sender), before if before is not None else {}
    own = [c for c in opened.changes if c.log == sender.device] if sender.kind == LAPTOP else []

    def held(log: str, seq: int) -> set[str]:
        return _hashes_at(ws.ledger, log, seq) | tips.get((log, seq), set())

    try:
        segment.check_links(own, held)
    except Problem:
        ours = _ours(ws, opened)
        if not ours:
            raise
        segment.check_links(own, held, ours)
    if before is not None:
        for (log, seq), h in segment.run_ends(own).items():
            before.setdefault((log, seq), set()).add(h)
    return seals


def _ours(ws: Workspace, opened: Segment) -> set[str]:
    """Return the ids of what this office or one above it has taken in before, by their vouchers and receipts."""
    about = opened.about
    return voucher.accepted(ws.ledger, opened.changes, about.vouchers, about.receipts, _own_keys(ws, about) | _keys_above(ws, about))


def _own_keys(ws: Workspace, about: About) -> dict[str, str]:
    """Return device -> key of this office, of those it continues, and of those it has been by a card its own root signed."""
    own = {log: keys.sign_public for log, keys in ws.lineage.items()}
    if about.cards:
        root = ws.hub_keys().root
        own |= {s.card.device: s.card.sign for s in about.cards
                if s.card.device not in own and signed_by_root(root, bytes.fromhex(s.signature), s.card.message())}
    return own


def _keys_above(ws: Workspace, about: About) -> dict[str, str]:
    """Return device -> key of the offices above this one, and of what they have been by a card their pinned root signed."""
    hubs = peers.peers(ws.ledger, HUB) if about.vouchers or about.cards else []
    return {p.device: p.sign_key for p in hubs} | {
        s.card.device: s.card.sign for s in about.cards for p in hubs
        if s.card.device != p.device and signed_by_root(p.root, bytes.fromhex(s.signature), s.card.message())}


def receipts(ws: Workspace, logs: Sequence[str]) -> list[Receipt]:
    """Return this hub's signed receipts for these logs and those they continue: how far each is here without a gap."""
    out = []
    for log in dict.fromkeys(older for one in logs for older in peers.line(ws.ledger, one)):
        tip = voucher.reached(ws.ledger, log)
        if tip is not None:
            given = Receipt(ws.ledger.me.device, log, tip[0], tip[1], moment())
            given = msgspec.structs.replace(given, signature=ws.keys.signature(given.message()).hex())
            _keep_receipt(ws.ledger, given)
            out.append(given)
    return out


def acknowledge(ledger: Ledger, given: Sequence[Receipt], hub: Peer) -> None:
    """Note what a hub has signed for of our own log, where signature and position are right."""
    own = {ledger.me.log, *ledger.settings.get("earlier_logs", [])}
    for receipt in given:
        ours = _hashes_at(ledger, receipt.log, receipt.seq)
        if receipt.hub != hub.device or receipt.log not in own or receipt.hash not in ours:
            continue
        if receipt.holds(hub.sign_key):
            _keep_receipt(ledger, receipt)
            ledger.acknowledge(receipt.log, receipt.seq)


def take_back(ledger: Ledger, given: Sequence[Receipt], hubs: Collection[str]) -> int:
    """Return how many records a hub had signed for and no longer has: it was put back to an earlier state, or made anew.

    hubs: the devices this hub is and was. What it lost counts as only here again, until it is signed for once more; the
    receipts are kept, to be handed back with it.
    """
    told = {r.log: r.seq for r in given if r.log == ledger.me.log or r.log in ledger.settings.get("earlier_logs", [])}
    told.setdefault(ledger.me.log, 0)  # it knows who we are: no word on our log means that it has nothing of it
    lost = 0
    with tables.transaction(ledger.db) as conn:
        for log, seq in told.items():
            marks = ",".join("?" * len(hubs))
            kept = conn.execute(f"SELECT max(seq) FROM receipt WHERE log = ? AND hub IN ({marks})", (log, *hubs)).fetchone()[0] or 0
            if seq >= kept:
                continue
            conn.execute(f"INSERT OR IGNORE INTO receipt_taken_back SELECT * FROM receipt WHERE log = ? AND hub IN ({marks})", (log, *hubs))
            conn.execute(f"DELETE FROM receipt WHERE log = ? AND hub IN ({marks})", (log, *hubs))
            lost += conn.execute("SELECT count(DISTINCT rec) FROM change WHERE log = ? AND seq > ? AND seq <= ?", (log, seq, kept)).fetchone()[0]
            others = conn.execute("SELECT max(seq) FROM receipt WHERE log = ?", (log,)).fetchone()[0] or 0
            ledger.acknowledge(log, max(seq, others), lost=True)
    return lost


class _Judge:
    """Sorts the changes of one segment into those granted and those to keep aside, with the reason."""

    def __init__(self, ledger: Ledger, changes: Sequence[Change], seals: Sequence[Seal], sender: Peer, ours: Container[str],
                 own_logs: Container[str]) -> None:
        self.ledger, self.changes, self.sender, self.ours, self.own_logs = ledger, changes, sender, ours, own_logs
        self.known = _known_hashes(ledger, [c.cid for c in changes])
        self.sealed = _sealed(ledger, changes, seals) if sender.kind == LAPTOP else set()
        self.filed = _filed(ledger, changes) if sender.kind == LAPTOP else {}
        self.words = revocation.binding(ledger, peers.line(ledger, sender.device) if sender.office else ()) if sender.kind == LAPTOP else {}
        self.ended = _ended(ledger, sender, self.words) if sender.kind == LAPTOP else {}
        self.grants: dict[str, Peer | None] = {sender.device: sender}
        self.authors: dict[tuple[str, str], bool] = {}
        self.moved: list[Change] = []  # the moves of this segment that are granted
        self.good: list[Change] = []
        self.aside: list[tuple[Change, str]] = []

    @cached_property
    def lived(self) -> dict[str, set[str]]:
        """The places the dossiers have had; asked for only where a grant is for less than the whole office."""
        out = _places(self.ledger, self.changes)
        for change in self.moved:
            out.setdefault(change.root, set()).add(str(change.place))
        return out

    @cached_property
    def taken_in(self) -> set[str]:
        """What offices had accepted of a computer when they shut it out: it stays good, whoever hands it up."""
        return revocation.taken_in_before(self.ledger, self.changes, self.words)

    @cached_property
    def replaced(self) -> set[tuple[str, str]]:
        """The moves (record, id) that granted moves have replaced: the end of a run may come first, and shows only where the
        dossier went. Asked for only where a grant is for less than the whole office."""
        out = set[tuple[str, str]]()
        rows = filed_on(self.ledger.db.conn, "header", {c.rec for c in self.changes if c.place is not None}, "kind = 'write' AND place IS NOT NULL")
        for move in (*(from_header(row[0], None, None) for row in rows), *self.moved):
            out |= _replaced(move)
        return out

    def sort(self) -> "_Judge":
        """Return itself with `good` and `aside` filled."""
        why, asked = dict[int, str | None](), list(range(len(self.changes)))
        while asked:  # a move that is granted shows where a dossier lives: what stands before it is asked again
            why.update((at, self._judged(self.changes[at])) for at in asked)
            again = [at for at in asked if why[at] == AREA]
            asked = again if len(again) < len(asked) else []
        self.good = [change for at, change in enumerate(self.changes) if why[at] is None]
        self.aside = [(change, said) for at, change in enumerate(self.changes) if (said := why[at]) is not None]
        return self

    def _judged(self, change: Change) -> str | None:
        why = self._why_not(change)
        if why is None and change.place is not None:
            self.moved.append(change)
            if "lived" in self.__dict__:
                self.lived.setdefault(change.root, set()).add(change.place)
            if "replaced" in self.__dict__:
                self.replaced.update(_replaced(change))
        return why

    def _why_not(self, change: Change) -> str | None:
        held = self.known.get(change.cid)
        if held is not None:
            return None if held == chain_hash(change) else FORGED
        if self.sender.kind != LAPTOP or change.cid in self.ours:
            return None
        if (ended := self.ended.get(self.sender.device) or self.ended.get(change.log)) is not None and change.cid not in self.taken_in:
            return ended
        if change.cid not in self.sealed:
            return UNSEALED
        if change.log in self.own_logs:
            return None
        grant = self._grant_of(change.log)
        if grant is not None and grant.device == change.log and not self._author(grant, change):
            return AUTHOR
        if grant is not None and not self._in_scope(grant, change):
            return AREA
        if change.kind in ("redact", "erase") and not erasure.may(self.ledger, change.log):
            return ERASE
        if change.kind == revocation.REVOKE and grant is not None and not self._may_revoke(grant, change):
            return OFFICE
        return None

    def _may_revoke(self, grant: Peer, change: Change) -> bool:
        """An office speaks of the computers of its area, and lets in again whom it has shut out itself."""
        if not grant.office or grant.device != change.log:
            return False
        return revocation.answers_only(self.ledger, revocation.word_of(change), self.changes, peers.line(self.ledger, grant.device))

    def _grant_of(self, log: str) -> Peer | None:
        """Return whose grant a log is held to, whoever hands it up: its own, or that of the office below that vouched for it.

        None for what an office above has written or vouched for.
        """
        if log not in self.grants:
            found = peers.peer(self.ledger, log)
            if found is None:
                row = self.ledger.db.conn.execute("SELECT vouched_by FROM log_key WHERE log = ?", (log,)).fetchone()
                found = peers.peer(self.ledger, row[0]) if row else self.sender if self.sender.office else None
            self.grants[log] = found if found is not None and found.kind == LAPTOP else None
        return self.grants[log]

    def _author(self, grant: Peer, change: Change) -> bool:
        """An author is one of the grant, or somebody whose staff record was made on that device or one it continues."""
        at = (change.author, grant.device)
        if at not in self.authors:
            self.authors[at] = change.author in grant.users or self._made_there(change.author, peers.line(self.ledger, grant.device))
        return self.authors[at]

    def _made_there(self, author: str, logs: Sequence[str]) -> bool:
        """Return whether a staff record was made in these logs and nowhere else: who only writes to it has not made it."""
        makers = {c.log for c in self.changes if c.rec == author and c.type == STAFF and not c.seen}
        makers |= {row[0] for row in filed_on(self.ledger.db.conn, "log, header", [author], "kind = 'write'")
                   if not from_header(row[1], None, None).seen}
        return bool(makers) and makers <= set(logs)

    def _in_scope(self, grant: Peer, change: Change) -> bool:
        """The dossier has lived in the grant. Where its author says he held it counts only while no place of it is known here,
        and for what an office has for all below it; and a record stays what it is, where it is filed."""
        if self.filed.get(change.rec, (change.root, change.type)) != (change.root, change.type):
            return False
        if change.type not in office.RULES and self.ledger.me.area.startswith(grant.prefix) and change.area.startswith(grant.prefix):
            return True  # he holds what the office holds
        lived = self.lived.get(change.root, set())
        if change.type in office.RULES:  # they bind others: not what an office above has made, nor under its name
            homes = [*lived, *([change.place] if change.place else [])]
            return bool(homes) and all(place.startswith(grant.prefix) for place in homes)
        kind = dictionary().types.get(change.type)
        own_word = (not lived or (kind is not None and kind.scope == "below") or self._registered_too(grant, change)
                    or (change.rec, change.cid) in self.replaced)
        return any(place.startswith(grant.prefix) for place in lived) or own_word and change.area.startswith(grant.prefix)

    @staticmethod
    def _registered_too(grant: Peer, change: Change) -> bool:
        """Whom an office has numbered may stand on two villages' rosters: a question for Review. Whose id was drawn by chance
        was registered once, and is nobody else's to register."""
        words = {name for names in change.seen.values() for name in names} - {erasure.ERASE}  # registered anew after it
        return (change.rec == change.root and change.rec[12:13] != BY_CHANCE and not words and change.place is not None
                and change.place.startswith(grant.prefix))


def _replaced(move: Change) -> set[tuple[str, str]]:
    return {(move.rec, cid) for cid, names in move.seen.items() if PLACE in names}


def _sealed(ledger: Ledger, changes: Sequence[Change], seals: Sequence[Seal]) -> set[str]:
    """Return the ids of the changes whose author's seal covers them, directly or through a successor that is here."""
    found = segment.covered(changes, seals)
    left = [(c, chain_hash(c)) for c in changes if c.cid not in found]
    named = {(c.log, c.prev) for c in changes if c.cid in found} if left else set()
    for change, h in sorted(left, key=lambda pair: (pair[0].log, -pair[0].seq)):
        if (change.log, h) in named or any(from_header(row[0], None, None).prev == h for row in ledger.db.conn.execute(
                "SELECT header FROM change WHERE log = ? AND seq = ?", (change.log, change.seq + 1))):
            found.add(change.cid)
            named.add((change.log, change.prev))
    return found


def _good_seals(ws: Workspace, about: About, sender: Peer) -> list[Seal]:
    """Return the seals that hold under the key their log is known by; a hub or an office may vouch for logs not known yet."""
    keys = _keys_above(ws, about) | _own_keys(ws, about) | {sender.device: sender.sign_key}
    vouches = sender.kind == HUB or sender.office
    out = []
    for seal in about.seals:
        if seal.log not in keys:
            row = ws.ledger.db.conn.execute("SELECT key FROM log_key WHERE log = ?", (seal.log,)).fetchone()
            keys[seal.log] = row[0] if row else seal.key if vouches else ""
        if keys[seal.log] == seal.key and seal.holds():
            out.append(seal)
    return out


def _ended(ledger: Ledger, sender: Peer, words: Mapping[str, list[Word]]) -> dict[str, str]:
    """Return log -> why what is not here of it yet must wait: the grant has ended, and no later word counts.

    A grant that has run out here binds nothing an office below hands up: it has let the laptop in, and decides once for all.
    """
    out = dict.fromkeys(words, REVOKED)
    known = [sender, *peers.stored(ledger, LAPTOP)]
    parents = {one.device: one.parent for one in known}
    for one in known:
        if one.state == peers.REVOKED or revocation.of_line(one.device, parents, words):
            out[one.device] = REVOKED
        elif one.expires_at and one.expires_at < moment() and (one == sender or not sender.office):
            out[one.device] = EXPIRED
    return out


def _known_hashes(ledger: Ledger, cids: Sequence[str]) -> Mapping[str, str]:
    out: dict[str, str] = {}
    for start in range(0, len(cids), 500):
        part = cids[start:start + 500]
        out.update(ledger.db.conn.execute(f"SELECT cid, h FROM change WHERE cid IN ({','.join('?' * len(part))})", part))
    return out


def _places(ledger: Ledger, changes: Sequence[Change]) -> dict[str, set[str]]:
    """Return root -> the places it has had, as far as they are known here."""
    out: dict[str, set[str]] = {}
    for part in chunks(sorted({c.root for c in changes})):
        for root, place in ledger.db.conn.execute(
                f"SELECT root, place FROM change WHERE root IN ({marks(part)}) AND place IS NOT NULL", part):
            out.setdefault(root, set()).add(place)
    return out


def _filed(ledger: Ledger, changes: Sequence[Change]) -> dict[str, tuple[str, str]]:
    """Return record -> (dossier, type) of those that are here."""
    out: dict[str, tuple[str, str]] = {}
    for part in chunks(sorted({c.rec for c in changes if c.kind == "write"})):
        out.update((rec, (root, kind)) for rec, root, kind in ledger.db.conn.execute(
            f"SELECT rec, root, type FROM record WHERE rec IN ({marks(part)})", part))
    return out


def _hashes_at(ledger: Ledger, log: str, seq: int) -> set[str]:
    return {row[0] for row in ledger.db.conn.execute("SELECT h FROM change WHERE log = ? AND seq = ?", (log, seq))}


def _keep_receipt(ledger: Ledger, given: Receipt) -> None:
    with tables.transaction(ledger.db) as conn:
        conn.execute("INSERT INTO receipt VALUES (?,?,?,?,?,?) ON CONFLICT(hub, log) DO UPDATE SET seq = excluded.seq,"
                     " hash = excluded.hash, at = excluded.at, signature = excluded.signature WHERE excluded.seq >= seq",
                     (given.hub, given.log, given.seq, given.hash, given.at, given.signature))
