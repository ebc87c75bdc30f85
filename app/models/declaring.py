"""Declaring: changes that are no values: a link, a redaction, an erasure. They hold ids alone and reach everybody.

Promises that a declaration stands in this device's log like any write, and that it carries no free text.
"""
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.models.change import Change, Kind, Seen, Value
from app.models.clock import Clock
from app.models.store import transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger


def declare(ledger: "Ledger", kind: Kind, type: str, root: str, extra: Mapping[str, Value], *,
            fields: Sequence[str] = (), seen: Seen | None = None) -> str:
    """Append one declaration to this device's log and apply it; returns its change id."""
    with transaction(ledger.db):
        me, (seq, prev) = ledger.me, ledger.log_end()
        clock = Clock(int(ledger.settings.get("clock", 0)))
        change = Change(cid=clock.stamp(), kind=kind, type=type, rec=root, root=root, area=me.area, fields=tuple(fields),
                        seen=seen or {}, author=me.user, source=kind, log=me.log, seq=seq + 1, prev=prev, phash="",
                        extra=dict(extra))
        ledger.settings.set("clock", clock.last)
        ledger.merge([change])
    return change.cid
