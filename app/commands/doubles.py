"""Commands on people registered twice: duplicates, link, unlink."""
import click

from app.commands.session import Progress, Session, as_json, command, json_option, out
from app.commands.values import masked, record_of, type_named
from app.models import duplicates as doubles
from app.models import links
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    command(group, short_help="Who looks the same.")(duplicates)
    command(group, short_help="Say that two records are the same.")(link)
    command(group, short_help="Say that two records are surely different.")(unlink)


@click.option("--link-sure", is_flag=True, help="Link all of whom number and name agree; undo takes all of it back.")
@click.option("--dry-run", is_flag=True, help="With --link-sure: only list who would be linked.")
@json_option
def duplicates(session: Session, link_sure: bool, dry_run: bool, json_: bool) -> None:
    """List people who look the same and about whom nothing was decided.

    Example: leye duplicates --json

    Example: leye duplicates --link-sure --dry-run
    """
    ledger = session.ledger
    if dry_run and not link_sure:
        raise Problem("duplicates.dry", "--dry-run 只和 --link-sure 一起用。", "--dry-run goes with --link-sure only.")
    tell = Progress(say("找重复的人", "Looking for people registered twice"))
    found = doubles.proposals(ledger, lambda done, total: tell(round(done), round(total)))
    if link_sure:
        found = doubles.sure(ledger, found)
        if not dry_run:
            links.link_many(ledger, "person", [(p.one, p.other) for p in found])
    if json_:
        as_json([{"type": "person", "id": p.one, "other_id": p.other, "why": list(p.why)} for p in found])
        return
    for p in found:
        out(_line(ledger, p))
    if link_sure:
        out(say(f"会合并 {len(found)} 对，什么都没写。", f"Would link {len(found)} pairs; nothing was written.") if dry_run
            else say(f"合并了 {len(found)} 对。leye undo 能整批撤销。", f"Linked {len(found)} pairs. leye undo takes all of it back."))
    elif not found:
        out(say("没有看起来重复的人。", "Nobody looks registered twice."))


def _line(ledger: Ledger, p: doubles.Proposal) -> str:
    names = [record.values.get("full_name") if (record := ledger.get(rec)) else None for rec in (p.one, p.other)]
    hidden = [masked(dictionary().types["person"], {"full_name": name})["full_name"] for name in names]
    return f"{hidden[0]} · {hidden[1]} · {p.text()} · {p.one} {p.other}"


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
@click.option("--unsure", is_flag=True, help="Take back what was said of them; they may be proposed again.")
def unlink(session: Session, type_: str, id_: str, other: str, unsure: bool) -> None:
    """Say that two records are surely different; each is again as it was, and they are not proposed any more.

    Example: leye unlink person 0190a3b1 0190a4c2
    """
    _say(session, type_, id_, other, yes=None if unsure else False)


def _say(session: Session, type_: str, id_: str, other: str, *, yes: bool | None) -> None:
    kind, ledger = type_named(type_), session.ledger
    links.link(ledger, kind.name, record_of(ledger, kind, id_), record_of(ledger, kind, other), yes)
