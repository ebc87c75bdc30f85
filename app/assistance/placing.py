"""Placing: from a referral over an intention to a spell of work. Promises that beginning work ends what went on before, in one write,
and that the same beginning told twice, or on two laptops, is one spell.
"""
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from app.assistance.roll import EMPLOYED
from app.models import clock, places
from app.models.change import Value
from app.models.identity import mask_name, record_id
from app.models.problem import Problem
from app.models.spells import current, next_id
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

WAITING, INTERVIEW, INTENDED, HIRED, DECLINED, REFUSED = "1", "2", "3", "4", "5", "6"  # referral_outcome
OPEN = (WAITING, INTERVIEW, INTENDED)
FOUND_WORK, CHANGED_JOB = "9", "8"  # end_reason
AT_FAIR = "4"  # referral_channel
PUBLIC_WELFARE, WORKSHOP, RELIEF = "4", "3", "7"  # post_source
KIND_OF_SOURCE = {PUBLIC_WELFARE: "2", WORKSHOP: "3", RELIEF: "4"}  # employment_type of what such a post offers; else 1
SOURCE = "placing"  # of the changes made here


def refer(ledger: "Ledger", person: str, post: str, *, on: str = "", channel: str = "1", outcome: str = WAITING) -> str:
    """Refer a person to a post; returns the referral's id.

    One referral of a person to a post on a day: told again it only goes on. Problem where the person was referred there before and
    nobody has answered yet, or where the post is closed.
    """
    on = on or clock.today().isoformat()
    there = _must(ledger, post, "post")
    if there.get("state") in ("2", "4") or str(there.get("valid_to") or on) < on:
        raise Problem("placing.closed", f"岗位“{there.get('title', '')}”已暂停或过期，没有推荐。请换一个岗位，或先让单位续期。",
                      f'The post "{there.get("title", "")}" is paused or has expired; nobody was referred. Choose another, or have it renewed.')
    ledger.write([referring(person, post, on, channel, outcome)], source=SOURCE)
    return referral_id(person, post, on)


def referring(person: str, post: str, on: str, channel: str, outcome: str) -> Write:
    """Return the write of a referral."""
    return Write("referral", {"person_id": person, "post_id": post, "date": on, "channel": channel, "outcome": outcome},
                 rec=referral_id(person, post, on), begins=True)


def referral_id(person: str, post: str, on: str) -> str:
    """Return the id of a person's referral to a post on a day: the same on every laptop."""
    return record_id("referral", "", f"{person}:{post}:{on}")


def answer(ledger: "Ledger", referral: str, outcome: str, reason: str = "") -> None:
    """Say what came of a referral. Problem where the person or the employer said no and nobody wrote why."""
    _must(ledger, referral, "referral")
    if outcome in (DECLINED, REFUSED) and not reason.strip():
        raise Problem("placing.why", "没有成，请写一句为什么，下次推荐时用得上。",
                      "It came to nothing: say why in a few words; the next referral needs it.")
    ledger.write([Write("referral", {"outcome": outcome, **({"reason": reason.strip()} if reason.strip() else {})}, rec=referral)],
                 source=SOURCE)


def begin(ledger: "Ledger", person: str, values: Mapping[str, Value], on: str) -> list[Write]:
    """Return the writes by which a person begins work on a day: what went on ends, the next spell opens.

    Somebody who is in that very job since that day stays in that spell; it is told anew.
    """
    held = current(ledger, person)
    spell = {"person_id": person, "labour_status": EMPLOYED, "start_date": on, "as_of": on, **values}
    if held is not None and _same_job(held.values, spell):
        return [Write("placement", spell, rec=held.id)]
    writes = []
    if held is not None and not held.ended:
        if str(held.values.get("start_date") or "") > on:
            who = ledger.get(person)
            name = mask_name(str(who.values.get("full_name") or "")) if who else ""
            raise Problem("placing.order", f"{name}现在的就业情况从更晚的日子起。请先核对日期，再登记上岗。",
                          f"What is known of {name}'s work begins on a later day. Check the dates before work is entered.")
        working = held.values.get("labour_status") == EMPLOYED
        writes.append(Write("placement", {"end_date": on, "end_reason": CHANGED_JOB if working else FOUND_WORK, "as_of": on}, rec=held.id))
    return [*writes, Write("placement", spell, rec=next_id(ledger, person)), *_hired(ledger, person, spell.get("post_id"))]


def hire(ledger: "Ledger", person: str, post: str, on: str = "", **more: Value) -> str:
    """Write that a person began work in a post on a day; returns the spell's id. Referrals to the post say that it was taken."""
    on = on or clock.today().isoformat()
    writes = begin(ledger, person, {**of_post(ledger, person, post), "source": "employer", **more}, on)
    return next(rec for rec, write in zip(ledger.write(writes, source=SOURCE).ids, writes, strict=True)
                if write.type == "placement" and write.values.get("post_id") == post)


def of_post(ledger: "Ledger", person: str, post: str) -> dict[str, Value]:
    """Return what a spell says of itself when it is in this post: employer, place, kind, occupation."""
    there = _must(ledger, post, "post")
    employer = ledger.get(str(there.get("employer_id") or ""))
    boss = employer.values if employer else {}
    level = level_of(ledger, person, there.get("area_id"))
    found: dict[str, Value] = {
        "post_id": post, "employment_type": KIND_OF_SOURCE.get(str(there.get("source")), "1"), "employer_id": there.get("employer_id"),
        "employer_name": boss.get("name"), "industry": boss.get("industry"), "occupation": there.get("occupation"),
        "work_area_id": there.get("area_id"), "work_area_level": level, "contract": there.get("contract"),
        "public_post_kind": there.get("kind") if there.get("source") == PUBLIC_WELFARE else None, "transfer_mode": "1"}
    return {name: value for name, value in found.items() if value is not None}


def level_of(ledger: "Ledger", person: str, area: Value) -> str | None:
    """Return how far a place of work is from where a person lives (code of work_area); None where it cannot be told."""
    home = ledger.get(person)
    if home is None or not home.place or not places.is_code(home.place) or not (isinstance(area, str) and places.is_code(area)):
        return None
    return str(places.work_area_level(home.place, area) or "") or None


def _same_job(held: Mapping[str, Value], spell: Mapping[str, Value]) -> bool:
    same = ("labour_status", "start_date", "post_id") if spell.get("post_id") else ("labour_status", "start_date", "employer_name")
    return all(held.get(name) == spell.get(name) for name in same)


def _hired(ledger: "Ledger", person: str, post: Value) -> Iterable[Write]:
    """Yield what referrals of a person to a post say once the work has begun."""
    for rec, values in ledger.rows("referral", {"person_id": person, "post_id": post}) if post else ():
        if values.get("outcome", WAITING) in OPEN:
            yield Write("referral", {"outcome": HIRED}, rec=rec)


def _must(ledger: "Ledger", rec: str, type: str) -> Mapping[str, Value]:
    found = ledger.get(rec)
    if found is None or found.type != type or found.void is not None:
        raise Problem("placing.unknown", "要找的记录不在本机，或已经删除。请刷新后再找一次。",
                      "The record is not on this computer, or was deleted. Look it up again.")
    return found.values
