"""Used lists: of a list from which somebody was recommended, what is needed to show it again. Promises no name, and nothing of who was on it.

Kept are the day, the version of the weights, the mark of all inputs, how many were listed and left out, and the place of this computer's feed. From
there the list is made again as it was; equal marks say that it is the same. A referral names the list it came from.
"""
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.assistance import matching, seekers
from app.assistance.matching import FOR_PERSON, FOR_POST, MatchList
from app.assistance.records import Records
from app.assistance.thresholds import day
from app.models import clock, past
from app.models.identity import record_id
from app.models.past import Position
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

TYPE = "match_list"


@dataclass(frozen=True, slots=True)
class Used:
    """One list that was used. Attributes: direction, subject (id of the post or person), on, version (of the weights), inputs (their mark),
    at (when first used, local ISO), by (staff member), listed and excluded (how many), recommended (referrals that name it), position."""

    id: str
    direction: str
    subject: str
    on: str
    version: str
    inputs: str
    at: str
    by: str
    listed: int
    excluded: int
    recommended: int
    position: Position


def list_id(found: MatchList, position: Position) -> str:
    """Return the id of a list at the computer whose feed the position is of: where two use the same list, each keeps how it comes to it."""
    return record_id(TYPE, found.subject, f"{position[0]}:{found.direction}:{found.inputs}")


def keeping(ledger: "Ledger", found: MatchList, position: Position) -> list[Write]:
    """Return what keeps a list that was read at this place of the feed; nothing where it is kept already."""
    rec = list_id(found, position)
    if (held := ledger.get(rec)) is not None and held.void is None:
        return []
    values = {"direction": found.direction, "subject": found.subject, "inputs_hash": found.inputs, "weights_version": found.version,
              "on": found.terms.on, "listed": len(found.items), "excluded": len(found.excluded), "position": past.told(position),
              "made_at": clock.now().astimezone().isoformat(timespec="seconds"), "made_by": ledger.me.user}
    return [Write(TYPE, values, rec=rec, place=found.others[0].place or None, begins=True)]


def used(ledger: "Ledger") -> list[Used]:
    """Return the lists that were used, the last first."""
    named: dict[str, int] = {}
    for _, _, rec in Records(ledger.db.conn).rows("referral", "list_id"):
        if rec:
            named[rec] = named.get(rec, 0) + 1
    found = []
    for rec, v in ledger.rows(TYPE):
        told = {name: str(v.get(name) or "") for name in ("direction", "subject", "weights_version", "inputs_hash", "made_at", "made_by")}
        if told["direction"] in (FOR_PERSON, FOR_POST) and day(v.get("on")):
            listed, excluded = (n if isinstance(n := v.get(name), int) else 0 for name in ("listed", "excluded"))
            found.append(Used(rec, told["direction"], told["subject"], day(v.get("on")), told["weights_version"], told["inputs_hash"],
                              told["made_at"], told["made_by"], listed, excluded, named.get(rec, 0), past.position_of(v.get("position"))))
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def again(ledger: "Ledger", one: Used) -> MatchList:
    """Return a list as it was, from what was known then. Problem on another computer, or where what it was made of is gone by law since."""
    if not past.is_here(ledger, one.position):
        raise Problem("match.elsewhere", "这份清单是在另一台电脑上（或恢复备份之前）用的，只能在那里再看。",
                      "This list was used on another computer (or before a backup was restored) and can be seen there.")
    records = Records(ledger.db.conn, one.position[1])
    pool, terms = seekers.pool(records, one.on), matching.terms_of(records, ledger.me.area, one.on)
    found = None
    if one.direction == FOR_POST and (post := next((p for p in pool.posts if p.id == one.subject), None)):
        found = matching.people_for(seekers.for_post(pool, post), post, terms)
    if one.direction == FOR_PERSON and (seeker := next((s for s in pool.seekers if s.id == one.subject), None)):
        found = matching.posts_for(pool, seeker, terms)
    if found is None or found.inputs != one.inputs:
        raise Problem("match.gone", "这份清单当时依据的资料，后来依法删除过，或者打分办法的文件换了，不能原样再看。",
                      "What this list was made of was erased since, or the files of the weights are others: it cannot be shown as it was.")
    return found
