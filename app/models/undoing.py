"""Undo: the last import, review or edit of this device is taken back as changes; history keeps both.

Promises to touch only what still stands as this device left it: what somebody wrote since stays.
"""
from typing import TYPE_CHECKING

from app.models.change import PLACE, VOID, Change, Value
from app.models.dictionary import dictionary
from app.models.fold import fold, versions
from app.models.language import say
from app.models.record import changes_of
from app.models.store import transaction
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger, Touched

NOTHING = "nothing"  # what an undo restores where nothing had been written before
NOT_UNDONE = ("setup", "undo")


def undo(ledger: "Ledger") -> "Touched | None":
    """Take back the last act of this device; None where there is nothing to take back."""
    with transaction(ledger.db) as conn:
        row = conn.execute(
            f"SELECT id, log, first, last FROM act WHERE undone = 0 AND log = ? AND source NOT IN ({'?,' * len(NOT_UNDONE)}?)"
            " ORDER BY id DESC LIMIT 1", (ledger.me.log, *NOT_UNDONE, "")).fetchone()
        if row is None:
            return None
        act, log, first, last = row
        recs = [r[0] for r in conn.execute(
            "SELECT DISTINCT rec FROM change WHERE log = ? AND seq BETWEEN ? AND ?", (log, first, last))]
        gone = [(first, last), *conn.execute(
            "SELECT first, last FROM act WHERE log = ? AND (undone OR source = 'undo')", (log,))]
        writes = []
        for rec, changes in sorted(changes_of(conn, recs).items()):
            own = {c.cid for c in changes if c.log == log and any(a <= c.seq <= b for a, b in gone)}
            writes += _take_back(ledger, rec, changes, own)
        touched = ledger.write(writes, source="undo")
        conn.execute("UPDATE act SET undone = 1 WHERE id = ?", (act,))
    return touched


def _take_back(ledger: "Ledger", rec: str, changes: list[Change], own: set[str]) -> list[Write]:
    """Return the writes that put one record back; where values disagreed before, one for each of them."""
    kind, groups = changes[0].type, ledger.groups.get(changes[0].type, {})
    others = [c for c in changes if c.cid not in own]
    if not others:
        return [Write(kind, {VOID: say("撤销", "Undone")}, rec=rec)]
    now, before = fold(changes, groups), fold(others, groups)
    standing = {name for name, shown in now.shown.items() if shown and set(shown) <= own}
    writes = []
    for unit in sorted({name if name in (PLACE, VOID) else dictionary().unit_of(kind, name) for name in standing}):
        names = groups.get(unit, (unit,))
        seen = {name: list(now.shown.get(name, ())) for name in names}
        said = versions(others, groups, unit) or [(NOTHING, {name: None for name in names if name in standing})]
        gone = [(cid, value) for cid, value in said if not any(cid in now.heads.get(name, ()) for name in names)]
        for cid, value in gone or said[:1]:  # where all of it still stands beside ours, ours gives way to it
            writes.append(_restoring(kind, rec, unit, value, seen, cid))
    return [w for w in writes if w is not None] if before.whole else []


def _restoring(kind: str, rec: str, unit: str, value: dict[str, Value], seen: dict[str, list[str]], cid: str
               ) -> Write | None:
    if unit == PLACE:
        return Write(kind, {}, rec=rec, seen=seen, place=value[PLACE], restores=cid) if value[PLACE] else None
    return Write(kind, value, rec=rec, seen=seen, restores=cid)
