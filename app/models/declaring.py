"""Declaring: changes that are no values: a link, a redaction, an erasure. They hold ids alone and reach everybody.

Promises that a declaration stands in this device's log like any write, and that it carries no free text.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.change import Change, Kind, Seen, Value, hash_of, header_bytes
from app.models.clock import Clock
from app.models.store import transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Said:
    """What is declared: of which root, with which ids, in which fields, having seen which declarations."""

    root: str
    extra: Mapping[str, Value]
    fields: tuple[str, ...] = ()
    seen: Seen | None = None


def declare(ledger: "Ledger", kind: Kind, type: str, root: str, extra: Mapping[str, Value], *,
            fields: Sequence[str] = (), seen: Seen | None = None) -> str:
    """Append one declaration to this device's log and apply it; returns its change id."""
    return declare_all(ledger, kind, type, [Said(root, extra, tuple(fields), seen)])[0]


def declare_all(ledger: "Ledger", kind: Kind, type: str, said: Sequence[Said], act: str = "") -> list[str]:
    """Append declarations to this device's log and apply them, all or none; `act` names the step that undo may take back."""
    if not said:
        return []
    with transaction(ledger.db) as conn:
        me, (first, prev) = ledger.me, ledger.log_end()
        clock, made = Clock(int(ledger.settings.get("clock", 0))), list[Change]()
        for seq, one in enumerate(said, first + 1):
            change = Change(cid=clock.stamp(), kind=kind, type=type, rec=one.root, root=one.root, area=me.area, fields=one.fields,
                            seen=one.seen or {}, author=me.user, source=kind, log=me.log, seq=seq, prev=prev, phash="",
                            extra=dict(one.extra))
            prev = hash_of(header_bytes(change))
            made.append(change)
        ledger.settings.set("clock", clock.last)
        ledger.merge(made)
        if act:
            conn.execute("INSERT INTO act (source, log, first, last) VALUES (?,?,?,?)", (act, me.log, first + 1, first + len(made)))
    return [change.cid for change in made]
