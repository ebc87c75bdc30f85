"""Placements: what an answer about work does to a person's spells. Promises that ending spell n opens n + 1.

The same status in the same job changes the spell; another status or another job ends it and opens the next.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.change import Value
from app.models.spells import Spell, current, next_id, spells

if TYPE_CHECKING:
    from app.models.ledger import Ledger

EMPLOYED = "1"
FOUND_WORK, CHANGED_JOB, CHANGED_WISH = "9", "8", "10"
_JOB = ("employment_type", "employer_name", "employer_id", "start_date")


def now(ledger: "Ledger", person: str) -> tuple[Spell | None, str]:
    """Return the spell a person is in (None: in none that goes on), and the id of the one that would follow."""
    found = current(ledger, person)
    return (found if found is not None and not found.ended else None), next_id(ledger, person)


@dataclass(frozen=True, slots=True)
class Plan:
    """Answers about work: `now` all in play, `touched` those not merely prefilled, `following` those of the next spell."""

    now: dict[str, Value]
    touched: dict[str, Value]
    following: dict[str, Value]
    today: str
    source: str

    def spells(self, ledger: "Ledger", person: str, spell: str | None, after: str | None) -> Iterator[tuple[str, dict[str, Value]]]:
        """Yield (spell id, values to write) for a person who was shown to be in `spell`."""
        held = next((s for s in spells(ledger, person) if s.id == spell), None) if spell else None
        opens = after or next_id(ledger, person)
        base = {"person_id": person}
        if held is None:
            begun = {**self.now, **self.following}
            if begun.get("labour_status"):
                yield opens, {**base, **self._new(begun)}
            return
        if self.following.get("labour_status"):
            ended = self._end(held, self.following, self.touched)
            yield held.id, {**self.touched, **ended}
            yield opens, {**base, "start_date": ended["end_date"], **self._new(self.following)}
        elif self._other_job(held):
            ended = self._end(held, self.now, self.touched)
            yield held.id, ended
            yield opens, {**base, "start_date": ended["end_date"], **self._new(self.now)}
        elif self.touched:
            yield held.id, {**self.touched, "as_of": self.touched.get("as_of") or self.today}

    def _new(self, values: dict[str, Value]) -> dict[str, Value]:
        kept = {k: v for k, v in values.items() if v is not None and k not in ("end_date", "end_reason")}
        return {"source": self.source, "as_of": self.today, **kept}

    def _other_job(self, held: Spell) -> bool:
        """Return whether the answers tell of another status or another job than the spell."""
        status = self.now.get("labour_status")
        if not status:
            return False
        if status != held.values.get("labour_status"):
            return held.values.get("labour_status") is not None
        if status != EMPLOYED:
            return False
        return any(self.now.get(f) and held.values.get(f) and self.now[f] != held.values[f] for f in _JOB)

    def _end(self, held: Spell, then: dict[str, Value], given: dict[str, Value]) -> dict[str, Value]:
        """Return how the old spell ends: as said, else the day the new one began, else today."""
        began, old = str(then.get("start_date") or ""), str(held.values.get("start_date") or "")
        day = given.get("end_date") or (began if began > old else self.today)
        ended: dict[str, Value] = {"end_date": day, "as_of": self.today}
        reason = given.get("end_reason") or self._reason(held.values.get("labour_status"), then.get("labour_status"))
        return {**ended, "end_reason": reason} if reason else ended

    @staticmethod
    def _reason(before: Value, after: Value) -> str:
        if before == EMPLOYED and after == EMPLOYED:
            return CHANGED_JOB
        if before != EMPLOYED and after == EMPLOYED:
            return FOUND_WORK
        return CHANGED_WISH if before != EMPLOYED else ""
