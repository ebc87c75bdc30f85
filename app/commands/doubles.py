"""Commands on people registered twice: duplicates, link, unlink."""
import click

from app.commands.session import Progress, Session, as_json, command, json_option, out
from app.commands.values import masked, record_of, type_named
from app.commands.wording import option
from app.models import duplicates as doubles
from app.models import links
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    command(group, short_help=("谁像是重复登记。", "Who looks the same."))(duplicates)
    command(group, short_help=("两条记录是同一个人。", "Say that two records are the same."))(link)
    command(group, short_help=("两条记录不是同一个人。", "Say that two records are surely different."))(unlink)


@option("--link-sure", is_flag=True,
        help=("号码和姓名都一样的全部合并；undo 能整批撤销。", "Link all of whom number and name agree; undo takes all of it back."))
@option("--dry-run", is_flag=True, help=("和 --link-sure 一起：只列出会合并谁。", "With --link-sure: only list who would be linked."))
@json_option
def duplicates(session: Session, link_sure: bool, dry_run: bool, json_: bool) -> None:
    """List people who look the same and about whom nothing was decided.

    列出像是重复登记、还没有定的人。

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

    说明两条记录是同一个人；两边的历史都在，unlink 能分开。

    Example: leye link person 0190a3b1 0190a4c2
    """
    _say(session, type_, id_, other, yes=True)


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@click.argument("other", metavar="OTHER_ID")
@option("--unsure", is_flag=True, help=("收回说过的；以后还会提出来。", "Take back what was said of them; they may be proposed again."))
def unlink(session: Session, type_: str, id_: str, other: str, unsure: bool) -> None:
    """Say that two records are surely different; each is again as it was, and they are not proposed any more.

    说明两条记录不是同一个人；各自恢复原样，以后不再提出来。

    Example: leye unlink person 0190a3b1 0190a4c2
    """
    _say(session, type_, id_, other, yes=None if unsure else False)


def _say(session: Session, type_: str, id_: str, other: str, *, yes: bool | None) -> None:
    kind, ledger = type_named(type_), session.ledger
    links.link(ledger, kind.name, record_of(ledger, kind, id_), record_of(ledger, kind, other), yes)
