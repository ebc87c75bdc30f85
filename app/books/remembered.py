"""Remembered: what people chose for the columns of a sender's table. Promises to know the table again by its heads, also with a few changed.

Kept in this workspace's settings, by the kind of table; heads only, nothing of what stands under them.
"""
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.models.dictionary import fold

if TYPE_CHECKING:
    from app.models.ledger import Ledger

ALIKE = 0.8  # of the heads of both tables together that they have in common: the same sender's
MOST = 200  # tables; the one that was used longest ago is forgotten


def recall(ledger: "Ledger", kind: str, heads: Sequence[str]) -> Mapping[str, str]:
    """Return folded head -> what was chosen for it, of the table whose heads are most like these; {} where none is like them."""
    mine = _folded(heads)
    best, found = 0.0, {}
    for one in _tables(ledger, kind):
        alike = _alike(mine, set(one["heads"]))
        if alike >= ALIKE and alike > best:
            best, found = alike, dict(one["chosen"])
    return found


def remember(ledger: "Ledger", kind: str, heads: Sequence[str], chosen: Mapping[str, str]) -> None:
    """Keep what was chosen (head to target, "" is nothing) for tables with these heads, beside what was chosen before."""
    mine = _folded(heads)
    before = recall(ledger, kind, heads)
    rest = [one for one in _tables(ledger, kind) if set(one["heads"]) != mine]
    now = {"heads": sorted(mine), "chosen": {**before, **{fold(head): target for head, target in chosen.items()}}}
    ledger.settings.set(_key(kind), [*rest, now][-MOST:])


def _alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _folded(heads: Sequence[str]) -> set[str]:
    return {fold(head) for head in heads}


def _tables(ledger: "Ledger", kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ledger.settings.get(_key(kind), [])
    return found


def _key(kind: str) -> str:
    return f"columns.{kind}"
