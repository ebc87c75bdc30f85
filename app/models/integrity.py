"""Integrity: the digest that tells whether two workspaces hold equal records, and the check of one workspace.

Promises that the digest depends on the records alone, not on the device, and that `verify` reads everything it judges.
"""
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from app.models import attachments, erasure, links
from app.models.change import canonical, from_header, hash_of, payload_hash
from app.models.deriving import row_cells
from app.models.dictionary import dictionary
from app.models.fold import fold, versions
from app.models.record import COLUMNS, changes_of, load, row_of
from app.models.store import DatabaseError

if TYPE_CHECKING:
    from app.models.ledger import Ledger

BATCH = 1000
MOST_PROBLEMS = 50


@dataclass(slots=True)
class Report:
    """What `verify` found. `problems` names what is wrong by the first digits of ids, never by a person's data."""

    changes: int = 0
    records: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Return whether all holds."""
        return not self.problems


def digest(ledger: "Ledger", strict: bool) -> str:
    """Return one hex line over (record, unit, the distinct values of its heads) of the domain's records."""
    total = hashlib.sha256()
    conn = ledger.db.conn
    kinds = [t.name for t in dictionary().types.values() if t.digest]
    wanted = ",".join("?" * len(kinds))
    recs = (row[0] for row in conn.execute(f"SELECT rec FROM record WHERE whole AND type IN ({wanted}) ORDER BY rec", kinds))
    for part in _batches(recs):
        changes: dict[str, list] = {}  # type: ignore[type-arg]
        for rec, (kind, _, folded) in sorted(load(conn, part, ledger.groups).items()):
            conflicted = {unit: [] for unit in folded.conflicts}  # type: ignore[var-annotated]
            if conflicted:
                changes = changes or changes_of(conn, part)
                conflicted = {unit: sorted(canonical(v) for _, v in versions(changes[rec], ledger.groups[kind], unit))
                              for unit in folded.conflicts}
            state = [rec, kind, folded.values, folded.place, folded.void,
                     {unit: [v.decode() for v in some] for unit, some in conflicted.items()}]
            total.update(canonical(state))
    if strict:
        for cid, whole in conn.execute("SELECT cid, n IS NOT NULL FROM change ORDER BY cid"):
            total.update(f"{cid}{whole}".encode())
    return total.hexdigest()


def verify(ledger: "Ledger") -> Report:
    """Return whether store, logs, feed, records and projections agree."""
    report = Report()
    for check in (_check_store, _check_logs, _check_feed, _check_records, _check_declared, _check_attachments):
        try:
            report.problems += islice(check(ledger, report), MOST_PROBLEMS)
        except DatabaseError as error:
            report.problems.append(f"store: {error}")
    return report


def _check_store(ledger: "Ledger", report: Report) -> Iterator[str]:
    conn = ledger.db.conn
    for row in conn.execute("PRAGMA cipher_integrity_check"):
        yield f"store: {row[0]}"
    for row in conn.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"store: {row[0]}"


def _check_logs(ledger: "Ledger", report: Report) -> Iterator[str]:
    """Each header hashes to what is noted and fits its payload; what was written here follows the one before it."""
    for header, payload, salt, cid, rec, root, log, seq, h in ledger.db.conn.execute(
            "SELECT header, payload, salt, cid, rec, root, log, seq, h FROM change ORDER BY log, seq, cid"):
        report.changes += 1
        change = from_header(header, payload, salt)
        if (change.cid, change.rec, change.root, change.log, change.seq) != (cid, rec, root, log, seq):
            yield f"change {cid[:8]}: the row does not fit its header"
        if hash_of(header) != h:
            yield f"change {cid[:8]}: the header is not the one that was chained"
        if change.payload is not None and payload_hash(change.salt or "", change.payload) != change.phash:
            yield f"change {cid[:8]}: the payload is not the one that was chained"
    for cid, _, came_from in parted(ledger):
        if came_from is None:
            yield f"change {cid[:8]}: does not follow the change before it in its log"


def parted(ledger: "Ledger") -> Iterator[tuple[str, str, str | None]]:
    """Yield (id, log, where it came from) of the changes that do not follow any that is here at the place before them.

    Of what was written here that is damage. Of a copied disk's log, served to our scope, we may hold what one of the two
    wrote and then what the other did: whose word decides is told by app.sync.audit, which knows who handed it over.
    """
    log_of, at, before, here = "", 0, set[str](), set[str]()  # a copied disk goes on twice from one place: every end counts
    for header, cid, log, seq, h, came_from in ledger.db.conn.execute(
            "SELECT header, cid, log, seq, h, came_from FROM change ORDER BY log, seq, cid"):
        if (log, seq) != (log_of, at):
            before, here = here if (log, seq - 1) == (log_of, at) else set(), set()
            log_of, at = log, seq
        if before and from_header(header, None, None).prev not in before:
            yield cid, log, came_from
        here.add(h)


def _check_feed(ledger: "Ledger", report: Report) -> Iterator[str]:
    from app.models.ledger import chain

    n, h = 0, ""
    for row in ledger.db.conn.execute("SELECT n, cid, form, h FROM feed ORDER BY n"):
        n, h = n + 1, chain(h, row[1], row[2])
        if (row[0], row[3]) != (n, h):
            yield f"feed: place {row[0]} does not follow the one before it"
            return
    missing = ledger.db.conn.execute(
        "SELECT count(*) FROM change c LEFT JOIN feed f ON f.n = c.n_header WHERE f.cid IS NOT c.cid").fetchone()[0]
    if missing:
        yield f"feed: {missing} changes have no place"


def _check_records(ledger: "Ledger", report: Report) -> Iterator[str]:
    """Each record row, conflict row and typed row is what its changes fold to."""
    conn = ledger.db.conn
    open_units: dict[str, set[str]] = {}
    for rec, unit in conn.execute("SELECT rec, unit FROM conflict"):
        open_units.setdefault(rec, set()).add(unit)
    report.records = conn.execute("SELECT count(*) FROM record").fetchone()[0]
    recs = (row[0] for row in conn.execute("SELECT DISTINCT rec FROM change WHERE kind = 'write' ORDER BY rec"))
    seen = 0
    for part in _batches(recs):
        for rec, changes in changes_of(conn, part).items():
            seen += 1
            first = min(changes, key=lambda c: c.cid)
            folded = fold(changes, ledger.groups.get(first.type, {}))
            row = conn.execute(f"SELECT {', '.join(COLUMNS)} FROM record WHERE rec = ?", (rec,)).fetchone()
            if row is None or tuple(row) != row_of(changes, folded):
                yield f"record {rec[:8]}: not what its changes say"
            if set(folded.conflicts) != open_units.get(rec, set()):
                yield f"record {rec[:8]}: its open questions are not those of its changes"
            if ledger.typed.knows(first.type):
                typed = ledger.typed.held(conn, first.type, [rec]).get(rec)
                wanted = row_cells(ledger.typed, first.type, folded) if folded.whole else None
                if typed != (None if wanted is None else dict.fromkeys(typed or ()) | wanted):
                    yield f"record {rec[:8]}: its row for screens and books is not up to date"
    if seen != report.records:
        yield f"records: {report.records} rows for {seen} records"


def _check_declared(ledger: "Ledger", report: Report) -> Iterator[str]:
    """What was to be forgotten is not here, and the links are those that were declared."""
    for cid in erasure.problems(ledger.db.conn):
        yield f"change {cid}: its payload should have been erased"
    for pair in links.problems(ledger.db.conn):
        yield f"link {pair}: not what was said of it"


def _check_attachments(ledger: "Ledger", report: Report) -> Iterator[str]:
    """Every attachment is what its name says, and is named by the records that are said to name it."""
    yield from attachments.problems(ledger.db.conn)


def _batches(recs: Iterator[str]) -> Iterator[list[str]]:
    while part := list(islice(recs, BATCH)):
        yield part
