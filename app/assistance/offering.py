"""Offering: what staff do about a person and a post: pin it in front, strike it out, refer, direct a post to sites, check that it is true.

Promises that each is a record written through the one door, that a pin or a strike has a reason and keeps what was on the screen (score, parts,
version of the weights), that two offices' words on one pair meet in Review, and that nobody is referred where a rule keeps them out.
"""
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.assistance import matching, placing, seekers, used
from app.assistance.matching import Match, MatchList
from app.assistance.posts import Post
from app.assistance.reasons import why_not_this
from app.assistance.records import Records
from app.assistance.seekers import PINNED, STRUCK, Pool, Seeker
from app.models import clock, entry
from app.models.identity import record_id
from app.models.past import Position
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger


def pool_of(ledger: "Ledger", person: str, on: str) -> tuple[Pool, Seeker]:
    """Return a person with all posts. Problem where there is no such person here."""
    records = Records(ledger.db.conn)
    same = next((ids[0] for ids in records.one_person() if person in ids), person)
    home = seekers.home_of(records, same)
    found = seekers.pool(records, on, {home} if home else ())
    seeker = next((one for one in found.seekers if one.id == same), None)
    if seeker is None:
        raise Problem("match.person", "这个人不在本机，或者没有登记在哪一户。请先找到这个人，把户补上。",
                      "This person is not on this computer, or of no household. Look them up and give them a household first.")
    return found, seeker


def pool_for(ledger: "Ledger", post: str, on: str) -> tuple[Pool, Post]:
    """Return a post with everybody here who is to be helped. Problem where there is no such post here."""
    found = seekers.to_help(seekers.pool(Records(ledger.db.conn), on, only_posts=[post]))
    if not found.posts:
        raise Problem("match.post", "这个岗位不在本机。请刷新后再找一次。", "This post is not on this computer. Look it up again.")
    return found, found.posts[0]


def pick(ledger: "Ledger", person: str, post: str, action: str, why: str, match: Match | None = None, *, source: str = "screen") -> str:
    """Pin a post for a person (PINNED), or strike it out (STRUCK), with the reason; returns the record's id. Problem without a reason."""
    if not why.strip():
        raise Problem("match.why", "请写一句原因：以后的人要看得懂为什么。", "Give the reason in a sentence, so that others understand it later.")
    values = {"person_id": person, "post_id": post, "staff_action": action, "note": why.strip()}
    if match is not None:
        parts = [{"term": p.term, "step": p.step, "points": p.points / 100, "of": p.weight} for p in match.parts]
        values |= {"score": f"{match.score / 100:g}", "reasons": parts}  # type: ignore[dict-item]
    ledger.write([Write("match_item", values, rec=item_id(person, post), begins=True)], source=source)
    return item_id(person, post)


def unpick(ledger: "Ledger", person: str, post: str, *, source: str = "screen") -> None:
    """Take back a pin or a strike; what was said stays in the history."""
    rec = item_id(person, post)
    found = ledger.get(rec)
    if found is None or not found.values.get("staff_action"):
        raise Problem("match.nothing", "这个人和这个岗位没有固定也没有划掉。", "Nothing was pinned or struck out for this person and post.")
    ledger.write([Write("match_item", {"staff_action": None, "note": None}, rec=rec)], source=source)


def item_id(person: str, post: str) -> str:
    """Return the id of what is said of a person and a post: the same in every office."""
    return record_id("match_item", person, post)


def refer(ledger: "Ledger", person: str, post: str, channel: str, found: MatchList | None = None, position: Position | None = None) -> str:
    """Record that a post was recommended to a person today; returns the referral's id.

    found, position: the list it was recommended from and the place of the feed at which that was read; both are kept with it.

    Problem where a rule keeps them apart today, or where they were referred there and nobody has said what came of it.
    """
    today = clock.today().isoformat()
    pool, seeker = pool_of(ledger, person, today)
    offered = next((one for one in pool.posts if one.id == post), None)
    if offered is None:
        raise Problem("match.post", "这个岗位不在本机。请刷新后再找一次。", "This post is not on this computer. Look it up again.")
    terms = matching.terms_of(Records(ledger.db.conn), ledger.me.area, today)
    said = pool.picks.get((seeker.id, post))
    if matching.against(seeker, offered, terms, said):
        why = why_not_this(seeker, offered, terms, said.note if said else "")
        raise Problem("match.against", f"不能推荐：{why}。", f"Cannot be recommended: {why}.")
    if (on := waiting(Records(ledger.db.conn), seeker.id).get((seeker.id, post))) is not None:
        raise Problem("match.referred", f"{on} 已经推荐过这个岗位，还没有结果。先把结果记上。",
                      f"This post was recommended on {on} and there is no result yet. Record that first.")
    kept = used.keeping(ledger, found, position) if found is not None and position is not None else []
    told = placing.referring(person, post, today, channel, placing.WAITING)
    if found is not None and position is not None:
        told = replace(told, values={**told.values, "list_id": used.list_id(found, position)})
    return ledger.write([told, *kept], source=placing.SOURCE).ids[0]


def refer_all(ledger: "Ledger", pairs: Sequence[tuple[str, str]], channel: str) -> int:
    """Record in one step that each of these people was recommended one post today; returns how many were.

    Who is kept from it by a rule today, or was referred there and has not answered, is left out: the others go on.
    """
    today, records = clock.today().isoformat(), Records(ledger.db.conn)
    pool = seekers.pool(records, today)
    people, offered = {one.id: one for one in pool.seekers}, {one.id: one for one in pool.posts}
    terms = matching.terms_of(records, ledger.me.area, today)
    waits = waiting(records)
    good = [(person, post) for person, post in pairs if (person, post) not in waits and person in people and post in offered
            and not matching.against(people[person], offered[post], terms, pool.picks.get((person, post)))]
    if good:
        ledger.write([placing.referring(person, post, today, channel, placing.WAITING) for person, post in good], source=placing.SOURCE)
    return len(good)


def waiting(records: Records, person: str = "") -> dict[tuple[str, str], str]:
    """Return (person, post) -> day of the referrals that nobody has answered, of everybody or of one; who stands on several records is
    the one of lists."""
    together = records.one_person()
    one = {rec: ids[0] for ids in together for rec in ids}
    only = ("person_id", next((set(ids) for ids in together if person in ids), {person})) if person else None
    return {(one.get(str(rec), str(rec)), str(post)): str(on or "") for _, _, rec, post, outcome, on in
            records.rows("referral", "person_id", "post_id", "outcome", "date", only=only) if (outcome or placing.WAITING) in placing.OPEN}


def direct(ledger: "Ledger", post: str, sites: Sequence[str], *, source: str = "screen") -> None:
    """Direct a post to these sites; none: to all."""
    entry.change(ledger, post, {"target_site_ids": sorted(set(sites)) or None}, source=source)


def verify(ledger: "Ledger", post: str, how: str, on: str, *, source: str = "screen") -> None:
    """Record that the one who is working has checked that a post is true: how (verify_method), and on which day. Problem for a day to come."""
    if on > clock.today().isoformat():
        raise Problem("match.verified", "核验日期在今天以后。请写实际核验的那天。", "The day of the check lies ahead. Give the day it was made.")
    entry.change(ledger, post, {"verified_on": on, "verified_how": how, "verified_by": ledger.me.user}, source=source)


__all__ = ["PINNED", "STRUCK", "direct", "item_id", "pick", "pool_for", "pool_of", "refer", "refer_all", "unpick", "verify", "waiting"]
