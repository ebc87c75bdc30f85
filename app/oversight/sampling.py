"""Sampling: who is spot-checked. Promises the same people for the same seed and records, from each site and each situation in proportion.

The order inside a stratum is that of a hash of seed and id: it can be recomputed by anybody, with any program, and not be steered by whoever draws.
"""
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.assistance.records import Records
from app.oversight.indicators import count

if TYPE_CHECKING:
    from app.models.ledger import Ledger

SHARE, LEAST = 20, 5  # one in twenty, five at least


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody to be checked. Attributes: line (from 1), id, place, work (employed, willing, unwilling, unknown), not_by (who asked them last)."""

    line: int
    id: str
    place: str
    work: str
    not_by: str


def draw(ledger: "Ledger", seed: str, on: str, prefix: str = "", size: int | None = None) -> list[Drawn]:
    """Return whom to check of those in scope under a prefix: `size` of them (one in twenty, at least five), by place and situation."""
    records = Records(ledger.db.conn)
    figures = count(records, on)
    strata: dict[tuple[str, str], list[str]] = {}
    for rec, one in figures.standings.items():
        place = figures.roll.place_of(rec, on)
        if one.in_scope and place is not None and place.startswith(prefix):
            strata.setdefault((place, one.work), []).append(rec)
    whole = sum(map(len, strata.values()))
    shares = shared({key: len(some) for key, some in strata.items()}, min(whole, size if size is not None else max(LEAST, -(-whole // SHARE))))
    asked = _asked_by(records, figures.roll.of)
    lines = [(key, rec) for key in sorted(strata) for rec in sorted(strata[key], key=lambda rec: _lot(seed, rec))[:shares[key]]]
    return [Drawn(n, rec, place, work, asked.get(rec, "")) for n, ((place, work), rec) in enumerate(lines, 1)]


def shared(sizes: dict[tuple[str, str], int], wanted: int) -> dict[tuple[str, str], int]:
    """Return how many to draw from each stratum: in proportion, the largest remainders first, never more than there are."""
    whole = sum(sizes.values())
    if not whole:
        return {}
    out = {key: wanted * n // whole for key, n in sizes.items()}
    left = wanted - sum(out.values())
    for key in sorted(sizes, key=lambda key: (-(wanted * sizes[key] % whole), key))[:left]:
        out[key] += 1
    return out


def _lot(seed: str, rec: str) -> str:
    return hashlib.sha256(f"{seed}:{rec}".encode()).hexdigest()


def _asked_by(records: Records, of: Callable[[str | None], str]) -> dict[str, str]:
    """Return person -> who held their last interview: somebody else is to check."""
    last: dict[str, tuple[str, str]] = {}
    for _, _, subject, by, ended in records.rows("survey_response", "subject_id", "enumerator_id", "ended_at"):
        if by and (ended or "", by) > last.get(of(subject), ("", "")):
            last[of(subject)] = (ended or "", by)
    return {rec: by for rec, (_, by) in last.items()}
