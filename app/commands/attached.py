"""Command on attachments: what is here, what is still to come, and how much of others' photos this computer brings by itself."""
import click

from app.commands.session import Session, as_json, command, json_option, out
from app.commands.wording import option
from app.models.language import say
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add the command to the group."""
    command(group)(attachments)


@option("--quota", type=int, metavar="MB",
        help=("别人的照片自动取多少；0：只取要看的。", "How much of others' photos a laptop brings by itself; 0: only those asked for."))
@json_option
def attachments(session: Session, quota: int | None, json_: bool) -> None:
    """Say how many photos and files are here, and how many records name that are not. An office brings them all by itself.

    说明本机有多少照片和文件，还有多少记录里提到、本机没有的。单位会自动全部取来。

    Example: leye attachments --quota 200
    """
    from app.models import attachments as kept

    ledger = session.ledger
    if quota is not None:
        if not 0 <= quota <= 1_000_000:
            raise Problem("attachment.quota", "请给出 0 到 1000000 之间的 MB 数。", "Give a number of MB from 0 to 1000000.")
        ledger.settings.set(kept.QUOTA, quota)
    many, size = ledger.db.conn.execute("SELECT count(*), coalesce(sum(size), 0) FROM blob WHERE whole").fetchone()
    found = {"here": many, "bytes": size, "missing": kept.missing(ledger), "coming": len(kept.wanted(ledger)),
             "quota_mb": int(ledger.settings.get(kept.QUOTA, 0))}
    if json_:
        as_json(found)
        return
    out(say(f"本机有 {many} 个附件，{size // 2**20} MB；还有 {found['missing']} 个不在本机，其中 {found['coming']} 个下次同步取来。",
            f"{many} attachments are here, {size // 2**20} MB; {found['missing']} are not, {found['coming']} of which the next sync brings."))
