"""Commands on people registered twice: duplicates, link, unlink."""
import click

from app.commands.session import Session, as_json, command, json_option, out
from app.commands.values import masked, record_of, type_named
from app.models import duplicates as doubles
from app.models import links
from app.models.dictionary import dictionary
from app.models.language import say


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    command(group, short_help="Who looks the same.")(duplicates)
    command(group, short_help="Say that two records are the same.")(link)
    command(group, short_help="Say that two records are surely different.")(unlink)


@json_option
def duplicates(session: Session, json_: bool) -> None:
    """List people who look the same and about whom nothing was decided.

    Example: leye duplicates --json
    """
    ledger = session.ledger
    found = doubles.proposals(ledger)
    if json_:
        as_json([{"type": "person", "id": p.one, "other_id": p.other, "why": list(p.why)} for p in found])
        return
    for p in found:
        names = [record.values.get("full_name") if (record := ledger.get(rec)) else None for rec in (p.one, p.other)]
        hidden = [masked(dictionary().types["person"], {"full_name": name})["full_name"] for name in names]
        out(f"{hidden[0]} · {hidden[1]} · {p.text()} · {p.one} {p.other}")
    if not found:
        out(say("没有看起来重复的人。", "Nobody looks registered twice."))


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@click.argument("other", metavar="OTHER_ID")
def link(session: Session, type_: str, id_: str, other: str) -> None:
    """Say that two records are the same; both histories stay, and unlink undoes it.

    Example: leye link person 0190a3b1 0190a4c2
    """
    _say(session, type_, id_, other, yes=True)


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@click.argument("other", metavar="OTHER_ID")
def unlink(session: Session, type_: str, id_: str, other: str) -> None:
    """Say that two records are surely different; each is again as it was, and they are not proposed any more.

    Example: leye unlink person 0190a3b1 0190a4c2
    """
    _say(session, type_, id_, other, yes=False)


def _say(session: Session, type_: str, id_: str, other: str, *, yes: bool) -> None:
    kind, ledger = type_named(type_), session.ledger
    links.link(ledger, kind.name, record_of(ledger, kind, id_), record_of(ledger, kind, other), yes)
