"""Undo: the last import, review or edit of this device is taken back as changes; history keeps both.

Promises to touch only what still stands as this device left it: what somebody wrote since stays.
"""
from typing import TYPE_CHECKING

from app.models.change import PLACE, VOID, Change
from app.models.language import say
from app.models.record import changes_of
from app.models.store import transaction
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger, Touched

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
        writes = []
        for rec, changes in sorted(changes_of(conn, recs).items()):
            mine = [c for c in changes if c.log == log and first <= c.seq <= last]
            writes += _take_back(ledger, rec, {c.cid: c for c in changes}, mine)
        touched = ledger.write(writes, source="undo")
        conn.execute("UPDATE act SET undone = 1 WHERE id = ?", (act,))
    return touched


def _take_back(ledger: "Ledger", rec: str, by_id: dict[str, Change], mine: list[Change]) -> list[Write]:
    """Return the write that puts one record back, or none."""
    folded = ledger.folded(rec)
    if folded is None:
        return []
    own = {c.cid for c in mine}
    if set(by_id) <= own:
        return [Write(mine[0].type, {VOID: say("撤销", "Undone")}, rec=rec)]
    values, seen, place = {}, {}, None
    for name, shown in folded.shown.items():
        if not shown or not set(shown) <= own:
            continue
        before = _before(by_id, own, name, shown)
        seen[name] = list(shown)
        if name == PLACE:
            place = before.place if before else None
        else:
            values[name] = before.value(name) if before else None
    return [Write(mine[0].type, values, rec=rec, seen=seen, place=place)] if values or place else []


def _before(by_id: dict[str, Change], own: set[str], name: str, shown: tuple[str, ...]) -> Change | None:
    """Return the newest write of the field, from before the act, that the act's writes had seen."""
    todo, found = list(shown), []
    while todo:
        for cid, names in by_id[todo.pop()].seen.items():
            if name in names and cid in by_id:
                if cid in own:
                    todo.append(cid)
                elif by_id[cid].has(name) and (name in by_id[cid].fields or name == PLACE):
                    found.append(by_id[cid])
    return max(found, key=lambda c: c.cid) if found else None
