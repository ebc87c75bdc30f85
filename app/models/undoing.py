"""Undo: the last import, review or edit of this device is taken back as changes; history keeps both.

Promises to touch only what still stands as this device left it: what somebody wrote since stays, and what another machine
wrote in the same log (of which this disk is a copy) is somebody's.
"""
from typing import TYPE_CHECKING

from app.models import links
from app.models.change import PLACE, VOID, Change, Value
from app.models.dictionary import dictionary
from app.models.fold import fold, versions
from app.models.language import say
from app.models.record import changes_of
from app.models.store import Connection, transaction
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger, Touched

NOTHING = "nothing"  # what an undo restores where nothing had been written before
NOT_UNDONE = ("setup", "undo", "audit")


def undo(ledger: "Ledger") -> "Touched | None":
    """Take back the last act of this device; None where there is nothing to take back."""
    with transaction(ledger.db) as conn:
        row = _last(conn, ledger.me.log)
        if row is None:
            return None
        act, log, first, last = row
        recs = [r[0] for r in conn.execute(
            "SELECT DISTINCT rec FROM change WHERE log = ? AND seq BETWEEN ? AND ?", (log, first, last))]
        gone = [(first, last), *conn.execute(
            "SELECT first, last FROM act WHERE log = ? AND (undone OR source = 'undo')", (log,))]
        here = {cid for span in gone for cid in _written_here(conn, log, *span)}
        writes = []
        for rec, changes in sorted(changes_of(conn, recs).items()):
            if own := {c.cid for c in changes if c.cid in here}:
                writes += take_back(ledger, rec, changes, own)
        touched = ledger.write(writes, source="undo")
        unsaid = links.take_back(ledger, log, first, last)
        conn.execute("UPDATE act SET undone = 1 WHERE id = ?", (act,))
    return type(touched)((*touched.ids, *unsaid), touched.cids)


def overtaken_words() -> str:
    """Return what is to be said where nothing of the act stood any more, so that nothing was taken back."""
    return say("那一步写的，现在显示的已是别的，没有改动；写得不一样的在“复核”里定",
               "Other words are shown now than that step wrote; nothing was changed. What disagrees is decided in Review")


def last(ledger: "Ledger") -> int:
    """Return the number of the act that undo would take back, 0 where there is none; later ones have greater numbers."""
    row = _last(ledger.db.conn, ledger.me.log)
    return row[0] if row else 0


def _last(conn: Connection, log: str) -> tuple[int, str, int, int] | None:
    return conn.execute(  # type: ignore[no-any-return]
        f"SELECT id, log, first, last FROM act WHERE undone = 0 AND log = ? AND source NOT IN ({'?,' * len(NOT_UNDONE)}?)"
        " ORDER BY id DESC LIMIT 1", (log, *NOT_UNDONE, "")).fetchone()


def _written_here(conn: Connection, log: str, first: int, last: int) -> list[str]:
    return [row[0] for row in conn.execute(
        "SELECT cid FROM change WHERE log = ? AND seq BETWEEN ? AND ? AND came_from IS NULL", (log, first, last))]


def take_back(ledger: "Ledger", rec: str, changes: list[Change], own: set[str], only: str = "") -> list[Write]:
    """Return the writes that put one record back (`only`: one unit of it).

    Where values disagreed before there is one for each of them, the one that was shown last, so that it is shown again.
    """
    kind, groups = changes[0].type, ledger.groups.get(changes[0].type, {})
    others = [c for c in changes if c.cid not in own]
    if not others:
        return [Write(kind, {VOID: say("撤销", "Undone")}, rec=rec)]
    now, before = fold(changes, groups), fold(others, groups)
    standing = {name for name, shown in now.shown.items() if shown and set(shown) <= own}
    writes = []
    units = {name if name in (PLACE, VOID) else dictionary().unit_of(kind, name) for name in standing}
    for unit in sorted(units, key=lambda u: (u == VOID, u)):  # a deletion comes last: it names what the others brought back
        if only and unit != only:
            continue
        names = groups.get(unit, (unit,))
        seen = {name: [*now.shown.get(name, ()), *(cid for cid in now.heads.get(name, ()) if cid in own and cid not in now.shown.get(name, ()))]
                for name in names}
        said = versions(others, groups, unit) or [(NOTHING, {name: None for name in names if name in standing})]
        gone = [(cid, value) for cid, value in said if not any(cid in now.heads.get(name, ()) for name in names)]
        for cid, value in reversed(gone or said[:1]):  # where all of it still stands beside ours, ours gives way to it
            if unit == VOID and value[VOID] is not None:  # it comes back having seen what it had seen, no more
                saw = next((c for c in others if c.cid == cid), None)
                seen = {VOID: [*seen[VOID], *(c for c, fields in (saw.seen.items() if saw else ()) if VOID in fields)]}
            writes.append(_restoring(kind, rec, unit, value, seen, cid))
    return [w for w in writes if w is not None] if before.whole else []


def _restoring(kind: str, rec: str, unit: str, value: dict[str, Value], seen: dict[str, list[str]], cid: str
               ) -> Write | None:
    if unit == PLACE:
        return Write(kind, {}, rec=rec, seen=seen, place=value[PLACE], restores=cid) if value[PLACE] else None
    return Write(kind, value, rec=rec, seen=seen, restores=cid)
