"""Snapshots: a report that was sent stays as it was sent. Promises that it recomputes to the same hash, and that a correction tells what changed.

A snapshot keeps its figures, a hash over figures and lists, and the place of this ledger's feed at which it was made. What came later does not
reach it; asked for again, it becomes revision 2 beside the first, with who joined and who left each figure.
"""
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.assistance.records import Records
from app.assistance.thresholds import Thresholds
from app.models import clock, past, places
from app.models.change import canonical
from app.models.identity import record_id
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write
from app.oversight.indicators import Figures, as_dict, count

if TYPE_CHECKING:
    from app.models.ledger import Ledger

DISPATCH = "dispatch"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen report. Attributes: id, area, on, since, revision, cells (as commands.md names them), changed (figure to from, to, joined and
    left, against the revision before), hash (over figures and lists), position (instance, n, h of the feed), at (when, local ISO), new (made now)."""

    id: str
    area: str
    on: str
    since: str
    revision: int
    cells: dict[str, Any]
    changed: dict[str, Any]
    hash: str
    position: tuple[str, int, str]
    at: str
    new: bool = False


def campaign_from(records: Records, place: str, on: str) -> str:
    """Return the first day of the campaign as offices agreed it for a place; "" where nobody did."""
    return str(Thresholds(records, on).value("campaign_from", place) or "")


def freeze(ledger: "Ledger", area: str, on: str, since: str = "") -> Snapshot:
    """Keep the report of an area as it is now and return it; the last revision where nothing has changed since.

    Raises Problem where the earlier revision was made on another computer: it is corrected there.
    """
    earlier = frozen(ledger, area, on, since)
    before = earlier[-1] if earlier else None
    with past.reading(ledger):
        place = past.position(ledger)
        figures = count(Records(ledger.db.conn), on, since)
        told, hashed = told_by(figures, area)
        if before is not None and before.hash == hashed:
            return before
        changed = _changed(_lists(recounted(ledger, before), area), _lists(figures, area)) if before is not None else {}
    revision = before.revision + 1 if before is not None else 1
    rec = record_id("report_snapshot", area, f"{DISPATCH}:{since}:{on}:{revision}")
    at = clock.now().astimezone().isoformat(timespec="seconds")
    cells = {**told, "changed": changed}
    ledger.write([Write("report_snapshot", {"template": DISPATCH, "area_id": area, "cut_off": on, "revision": revision, "cells": cells,
                                            "name_list_hash": hashed, "position": past.told(place), "signed": {"by": ledger.me.user, "at": at}},
                        rec=rec, place=area)], source="report")
    return Snapshot(rec, area, on, since, revision, told, changed, hashed, place, at, True)


def frozen(ledger: "Ledger", area: str | None = None, on: str | None = None, since: str | None = None) -> list[Snapshot]:
    """Return the frozen reports that are here, by area, cut-off date and revision; with arguments, only those of them."""
    found = []
    for rec, values in ledger.rows("report_snapshot", {"template": DISPATCH}):
        one = _read(rec, values)
        if area in (None, one.area) and on in (None, one.on) and since in (None, one.since):
            found.append(one)
    return sorted(found, key=lambda one: (one.area, one.on, one.since, one.revision))


def recounted(ledger: "Ledger", snapshot: Snapshot) -> Figures:
    """Return a snapshot's figures, counted anew from what was known when it was made.

    Raises Problem on a computer other than the one that made it, or where its feed begins otherwise than it did then.
    """
    if not past.is_here(ledger, snapshot.position):
        raise Problem("snapshot.elsewhere", "这份报表是在另一台电脑上（或恢复备份之前）封存的，只能在那里重算。它的数字在这里照样能看。",
                      "This report was frozen on another computer (or before a backup was restored) and is recounted there."
                      " Its figures can be read here.")
    return count(Records(ledger.db.conn, snapshot.position[1]), snapshot.on, snapshot.since)


def told_by(figures: Figures, area: str) -> tuple[dict[str, Any], str]:
    """Return (the report as a document, the hash over it and over who is counted)."""
    told = as_dict(figures.report(places.prefix(area)), area, figures.period.on, figures.period.since)
    return told, hashlib.sha256(canonical([told, _lists(figures, area)])).hexdigest()


def same(ledger: "Ledger", snapshot: Snapshot) -> bool:
    """Return whether a snapshot recomputes to the hash it was sent with; what was erased by law since makes it differ."""
    return told_by(recounted(ledger, snapshot), snapshot.area)[1] == snapshot.hash


def describe(snapshot: Snapshot) -> str:
    """Return a snapshot in a line, in the language in use."""
    period = f"{snapshot.since} – {snapshot.on}" if snapshot.since else snapshot.on
    return say(f"{snapshot.area} {period} 第 {snapshot.revision} 版，封存于 {snapshot.at[:16]}，校验 {snapshot.hash[:12]}",
               f"{snapshot.area} {period} revision {snapshot.revision}, frozen {snapshot.at[:16]}, hash {snapshot.hash[:12]}")


def _lists(figures: Figures, area: str) -> dict[str, list[list[str]]]:
    return {code: [list(one) for one in some] for code, some in figures.entries.all(places.prefix(area))}


def _changed(before: dict[str, list[list[str]]], after: dict[str, list[list[str]]]) -> dict[str, Any]:
    out = {}
    for code, some in after.items():
        then, now = {rec for _, rec in before[code]}, {rec for _, rec in some}
        if then != now:
            out[code] = {"from": len(then), "to": len(now), "joined": sorted(now - then), "left": sorted(then - now)}
    return out


def _read(rec: str, values: Any) -> Snapshot:
    cells, signed = (v if isinstance(v := values.get(name), dict) else {} for name in ("cells", "signed"))
    told = {name: value for name, value in cells.items() if name != "changed"}
    area, on, hashed = (str(values.get(name) or "") for name in ("area_id", "cut_off", "name_list_hash"))
    return Snapshot(rec, area, on, str(told.get("from") or ""), int(values.get("revision") or 0), told, cells.get("changed") or {}, hashed,
                    past.position_of(values.get("position")), str(signed.get("at") or ""))
