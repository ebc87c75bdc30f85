"""Commands on matching: posts for a person, people for a post, everybody at once; pins and strikes with their reasons."""
from typing import TYPE_CHECKING, Any

import click

from app.commands.session import Session, as_json, command, json_option, out
from app.commands.values import record_of, type_named
from app.commands.wording import family, option
from app.models.language import say
from app.models.ledger import Ledger

if TYPE_CHECKING:
    from app.assistance.allocation import Place
    from app.assistance.matching import Match, MatchList


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    match = family(group, "match", ("给人找岗，给岗找人。", "Posts for people, people for posts."),
                 "Which posts suit a person, and who suits a post; each with its reasons.\n\n"
                 "什么岗位适合一个人，谁适合一个岗位；都写明为什么。\n\n"
                 "Example: leye match post ID --json")
    command(match)(person)
    command(match)(post)
    command(match)(allocate)
    command(match)(pin)
    command(match)(strike)
    command(match)(free)


LIMIT = option("--limit", type=click.IntRange(1), help=("只看最合适的几个。", "Only the best so many."))


@click.argument("id_", metavar="ID")
@LIMIT
@json_option
def person(session: Session, id_: str, limit: int | None, json_: bool) -> None:
    """List the posts for a person, the best first, with what each point is for, what is missing and what to ask.

    给一个人列出岗位，最合适的在前；每一分为什么、差什么、要问什么都写明。

    Example: leye match person ID --limit 5
    """
    from app.assistance import matching, offering

    pool, seeker = offering.pool_of(session.ledger, _meant(session.ledger, "person", id_), _today())
    _tell(session.ledger, matching.posts_for(pool, seeker, _terms(session.ledger)), limit, json_)


@click.argument("id_", metavar="ID")
@LIMIT
@json_option
def post(session: Session, id_: str, limit: int | None, json_: bool) -> None:
    """List the people for a post, the best first; sex and ethnic group are not among what is looked at.

    给一个岗位列出人，最合适的在前；性别和民族不在考虑之内。

    Example: leye match post ID --json
    """
    from app.assistance import matching, offering, reasons

    pool, one = offering.pool_for(session.ledger, _meant(session.ledger, "post", id_), _today())
    found = matching.people_for(pool, one, _terms(session.ledger))
    for line in () if json_ else reasons.flags(one):
        out(line)
    _tell(session.ledger, found, limit, json_)


@option("--area", metavar="CODE", help=("只看住在那里的；不写就是全部。", "Only who lives there; everybody here if left out."))
@json_option
def allocate(session: Session, area: str | None, json_: bool) -> None:
    """Give everybody who seeks work one post at most, so that the scores are best in total; says of each which choice it is, and why. Nothing is
    written.

    给每个找工作的人最多一个岗位，使总分最高；写明是各人的第几志愿、为什么。什么都不写入。

    Example: leye match allocate --area 529999001L01 --json
    """
    from app.assistance import allocation, seekers
    from app.assistance.records import Records
    from app.models import places

    ledger, scope = session.ledger, places.prefix(places.complete(area)) if area else ""
    pool = seekers.to_help(seekers.pool(Records(ledger.db.conn), _today()))
    pool.seekers = [s for s in pool.seekers if places.within(s.place, scope)]
    found = allocation.allocate(pool, _terms(ledger))
    asked = [place for place in found.places if place.choices]
    if json_:
        as_json({"direction": "allocate", "on": pool.on, "version": found.version, "total": found.total / 100, "placed": found.placed,
                 "items": [_place_json(place) for place in asked], "without": len(found.places) - len(asked)})
        return
    for place in asked:
        name = place.post.name() if place.post else say("没有安排", "nothing")
        out(f"{_name(ledger, place.seeker.id)} → {name} · {place.why()} · {place.seeker.id}")
    without, total = len(found.places) - len(asked), f"{found.total / 100:g}"
    out(say(f"安排了 {found.placed} 人，合计 {total} 分；另有 {without} 人没有能去的岗位。打分办法 {found.version} 版。",
            f"{found.placed} placed, {total} points in all; {without} more have no post they could take. Scoring version {found.version}."))


@click.argument("person_", metavar="PERSON")
@click.argument("post_", metavar="POST")
@option("--why", required=True, metavar="TEXT", help=("原因，写一句话。", "The reason, in a sentence."))
def pin(session: Session, person_: str, post_: str, why: str) -> None:
    """Put a person in front for a post. A rule that excludes is not overridden.

    把一个人固定在一个岗位的前面。不符合硬性条件的仍然不行。

    Example: leye match pin PERSON POST --why 车间点名要她
    """
    _pick(session, person_, post_, "pin", why)


@click.argument("person_", metavar="PERSON")
@click.argument("post_", metavar="POST")
@option("--why", required=True, metavar="TEXT", help=("原因，写一句话。", "The reason, in a sentence."))
def strike(session: Session, person_: str, post_: str, why: str) -> None:
    """Strike a person out for a post.

    把一个人从一个岗位划掉。

    Example: leye match strike PERSON POST --why 和组长合不来
    """
    _pick(session, person_, post_, "strike", why)


@click.argument("person_", metavar="PERSON")
@click.argument("post_", metavar="POST")
def free(session: Session, person_: str, post_: str) -> None:
    """Take back a pin or a strike.

    收回固定或划掉。

    Example: leye match free PERSON POST
    """
    from app.assistance import offering

    _, seeker = offering.pool_of(session.ledger, _meant(session.ledger, "person", person_), _today())
    offering.unpick(session.ledger, seeker.id, _meant(session.ledger, "post", post_), source="command")
    out(say("收回了。", "Taken back."))


def _pick(session: Session, person_: str, post_: str, what: str, why: str) -> None:
    from app.assistance import offering

    _, seeker = offering.pool_of(session.ledger, _meant(session.ledger, "person", person_), _today())
    _, one = offering.pool_for(session.ledger, _meant(session.ledger, "post", post_), _today())
    out(offering.pick(session.ledger, seeker.id, one.id, offering.PINNED if what == "pin" else offering.STRUCK, why, source="command"))


def _meant(ledger: Ledger, kind: str, text: str) -> str:
    """Return the id of the person or post meant by an id, the beginning of one, or its code."""
    return record_of(ledger, type_named(kind), text)


def _today() -> str:
    from app.models import clock

    return clock.today().isoformat()


def _terms(ledger: Ledger) -> Any:
    from app.assistance import matching
    from app.assistance.records import Records

    return matching.terms_of(Records(ledger.db.conn), ledger.me.area, _today())


def _tell(ledger: Ledger, found: "MatchList", limit: int | None, json_: bool) -> None:
    from app.assistance import reasons

    items = found.items[:limit]
    if json_:
        as_json({"direction": found.direction, "id": found.subject, "on": found.terms.on, "version": found.version, "inputs": found.inputs,
                 "items": [_item_json(item) for item in items], "excluded": found.reasons})
        return
    for at, item in enumerate(items, 1):
        who = _name(ledger, item.seeker.id) if found.direction == "post" else item.post.name()
        pinned = say(f" 固定在前：{item.pick.note}", f" pinned: {item.pick.note}") if item.pick else ""
        out(f"{at}. {who} {reasons.points(item.score)}{pinned} · {reasons.sentence(item)}")
        if asks := reasons.asks(item):
            out("   " + say("要问：", "Ask: ") + " ".join(asks))
        out(f"   {item.seeker.id if found.direction == 'post' else item.post.id}")
    left = say("；", "; ").join(reasons.excluded_words(found))
    left = say(f"（{left}）", f" ({left})") if left else ""
    out(say(f"列出 {len(items)} 个，没列进来 {len(found.excluded)} 个{left}。打分办法 {found.version} 版，输入 {found.inputs}。",
            f"{len(items)} listed, {len(found.excluded)} not{left}. Scoring version {found.version}, inputs {found.inputs}."))


def _item_json(item: "Match") -> dict[str, Any]:
    from app.assistance import reasons

    parts = [{"term": p.term, "step": p.step, "points": p.points / 100, "of": p.weight, "told": reasons.told(p, item.seeker, item.post)}
             for p in item.parts]
    return {"person": item.seeker.id, "post": item.post.id, "score": item.score / 100, "pinned": item.pinned,
            "note": item.pick.note if item.pick else "", "reasons": reasons.good(item), "gaps": reasons.gaps(item), "asks": reasons.asks(item),
            "parts": parts}


def _place_json(place: "Place") -> dict[str, Any]:
    return {"person": place.seeker.id, "post": place.post.id if place.post else None, "score": place.score / 100, "choice": place.choice,
            "choices": place.choices, "missed": place.missed.id if place.missed else None, "why": place.why()}


def _name(ledger: Ledger, rec: str) -> str:
    """Return what a person is called in a list on the screen: masked, as everywhere; the JSON names nobody, only ids."""
    from app.models.identity import mask_name

    found = ledger.get(rec)
    name = str(found.values.get("full_name") or "") if found else ""
    return mask_name(name) or rec
