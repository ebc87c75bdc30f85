"""Commands on a workspace as a whole: init, generate, digest, verify, backup, restore, undo, demo."""
from pathlib import Path

import click

from app.commands.session import Session, as_json, command, json_option, note, out, passphrase_for
from app.commands.wording import option
from app.models.language import counted, say
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    command(group, short_help=("新建工作区。", "Make a workspace."))(init)
    command(group, short_help=("用虚构数据演示全过程。", "Play the main job on sample data."))(demo)
    command(group, short_help=("给练习工作区编一些虚构的人。", "Fill a practice workspace with invented people."))(generate)
    command(group, short_help=("一行十六进制：记录合并后的状态。", "One hex line: the merged state of the records."))(digest)
    command(group, short_help=("核对数据、日志、签名和索引。", "Check store, logs, signatures and projections."))(verify)
    command(group, short_help=("把整个工作区备份成一个加密文件。", "The whole workspace as one encrypted file."))(backup)
    command(group, short_help=("用备份恢复工作区。", "Put a backup in the workspace's place."))(restore)
    command(group, short_help=("在 U 盘或另一块盘上存第二份。", "A second copy on a stick or another disk."))(second)
    command(group, short_help=("撤销本机最近一次导入、决定或修改。", "Take back this device's last import, review or edit."))(undo)


@option("--area", required=True, metavar="CODE", help=("区划代码；短的会补全。", "Place code; short ones are completed."))
@option("--name", required=True, help=("这台电脑或这个单位的名字。", "The name of this computer or office."))
@option("--user", required=True, help=("谁在用。", "Who works here."))
@option("--role", type=click.Choice(["surveyor", "township", "county"]), default="surveyor", show_default=True)
def init(session: Session, area: str, name: str, user: str, role: str) -> None:
    """Make a workspace with its own device identity and an encrypted store; prints the recovery code.

    新建一个工作区：有自己的电脑身份和加密的数据；打印恢复码。

    Example: leye --workspace ./one init --area 529999001L01 --name "向阳 1 号" --user 韦敏
    """
    from app.models import places
    from app.sync.workspace import Workspace

    code = places.complete(area)
    if places.get(code) is None and places.get(code[:9] + "000") is None:  # villages and sites are local: their township is known
        raise Problem("area.unknown", f"没有区划代码 {code}。请核对，或先用上一级的代码。",
                      f"There is no place with the code {code}. Check it, or use the code above it.")
    workspace, recovery = Workspace.create(session.folder, passphrase_for(session.folder, new=True), code, name, user, role)
    workspace.close()
    out(say(f"已建好：{places.path(code)}。", f"Made for {places.path(code)}."))
    out(say("恢复码（请抄在卡上，和电脑分开放）：", "Recovery code (write it on the card; keep it apart from the computer):"))
    out(recovery)


@click.argument("folder", type=click.Path(path_type=Path))
def demo(session: Session, folder: Path) -> None:
    """Play the main job on sample data in FOLDER: two laptops, a hub, a stick, two disagreements, the books.

    在 FOLDER 里用虚构数据演示全过程：两台电脑、乡镇、U 盘、两处不一致、台账。

    Example: leye demo ./demo
    """
    from app.demo import play

    status = play(folder, say=out)
    if status:
        raise SystemExit(status)


@option("--households", type=click.IntRange(1, 1_000_000), required=True)
@option("--seed", type=int, required=True)
def generate(session: Session, households: int, seed: int) -> None:
    """Fill a practice workspace (area 529999) with realistic invented people, about four a household.

    给练习工作区（529999）编一些虚构的人，每户大约四人。

    Example: leye generate --households 60 --seed 1
    """
    from app.models.practice import generate as fill

    made = fill(session.ledger, households, seed)
    out(say(f"编了 {made[0]} 户 {made[1]} 人，都是虚构的。", f"Invented {made[0]} households, {made[1]} people."))


@option("--strict", is_flag=True, help=("连变更的集合一起比。", "Also compare the set of changes."))
def digest(session: Session, strict: bool) -> None:
    """Print the merged state of the records; equal on two workspaces exactly when their records are equal.

    打印记录合并后的状态；两个工作区记录相同时，这一行才相同。

    Example: leye digest
    """
    out(session.ledger.digest(strict=strict))


@json_option
def verify(session: Session, json_: bool) -> None:
    """Check store, log, signatures and projections against each other; exit status 0 only if all hold.

    把数据、日志、签名和索引互相核对；全都对得上，退出状态才是 0。

    Example: leye verify --json
    """
    from app.sync.audit import check_seals

    report = session.ledger.verify()
    report.problems += check_seals(session.workspace)
    if json_:
        as_json({"ok": report.ok, "changes": report.changes, "records": report.records, "problems": report.problems})
    else:
        for problem in report.problems:
            note(problem)
        out(say(f"{report.changes} 条变更，{report.records} 条记录，", f"{counted(report.changes, 'change')}, {counted(report.records, 'record')}, ")
            + (say("都对得上。", "all agree.") if report.ok else say("有对不上的。请用备份恢复。", "not all agree. Restore a backup.")))
    if not report.ok:
        raise SystemExit(1)


@click.argument("file", type=click.Path(path_type=Path))
def backup(session: Session, file: Path) -> None:
    """Write the whole workspace into one encrypted file; passphrase or recovery card opens it.

    把整个工作区写成一个加密文件；用口令或恢复卡打开。

    Example: leye backup /media/usb/向阳.leyebak
    """
    from app.sync.backup import backup as write

    size = write(session.workspace, file)
    out(say(f"已备份到 {file.name}，{size // 1024 + 1} KB；用现在的口令或恢复卡打开。",
            f"Backed up to {file.name}, {size // 1024 + 1} KB; this passphrase or the recovery card opens it."))


@click.argument("path", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@option("--recovery", metavar="CODE", help=("口令忘了时，写卡上的恢复码。", "The recovery code on the card, where the passphrase is forgotten."))
def restore(session: Session, path: Path, recovery: str | None) -> None:
    """Put a backup, or the second copy on a stick, in the workspace's place; the present store is set aside, and the
    computer goes on as a new device. With --recovery the passphrase given now is its passphrase from then on.

    用备份或 U 盘上的第二份恢复工作区；现在的数据另存一边，这台电脑以新的身份继续。用恢复码时，现在给的口令就是以后的口令。

    Example: leye restore /media/usb --recovery 7K4MQ-2XD…
    """
    from app.sync.backup import restore as put_back
    from app.sync.from_copy import restore_copy
    from app.sync.workspace import Workspace

    known = None if recovery else passphrase_for(session.folder)
    new = _if_any(session.folder) if recovery else None
    if path.is_dir():
        back = restore_copy(session.folder, path, known, recovery)
        aside = back.aside
        for problem in back.skipped:
            note(str(problem))
    else:
        aside = put_back(session.folder, path, known, recovery)
    if new is not None:
        with Workspace.open(session.folder, recovery=recovery) as restored:
            restored.change_passphrase(new)
    if aside is not None:
        out(say(f"原来的数据另存在 {aside.name}，没有删除。", f"What was here is kept in {aside.name}."))
    out(say("已恢复。备份之后同步过的内容，下次同步时会从单位取回。", "Restored. What was synced since comes back at the next sync."))


def _if_any(folder: Path) -> str | None:
    """Return the passphrase from now on; None where none can be had and the one of the backup stays."""
    try:
        return passphrase_for(folder, new=True)
    except Problem as problem:
        if problem.key != "passphrase.none":
            raise
        return None


@click.argument("folder", required=False, type=click.Path(path_type=Path))
@option("--off", is_flag=True, help=("不再存第二份；已经存的留着。", "Keep no second copy any more; what lies there stays."))
@json_option
def second(session: Session, folder: Path | None, off: bool, json_: bool) -> None:
    """Keep a second, sealed copy in FOLDER (a stick, another disk), or bring it up to date; tells how many records are where.

    在 FOLDER（U 盘、另一块盘）存加密的第二份，或把它更新；说明各有多少条记录在哪里。

    Example: leye second /media/usb
    """
    from app.sync import second_copy

    if off or folder is not None:
        second_copy.choose(session.workspace, None if off else folder)
    wrote = second_copy.keep_up(session.workspace)
    state, ledger = second_copy.state_of(session.workspace), session.ledger
    only, waiting = ledger.only_here(), ledger.not_at_office()
    if json_:
        as_json({"place": state.place if state else None, "at": state.at if state else "", "wrote": wrote,
                 "only_here": only, "also_there": waiting - only})
        return
    out(say(f"第二份在 {state.place}。", f"The second copy lies in {state.place}.") if state else
        say("没有选放第二份的地方。", "No place for a second copy was chosen."))
    out(say(f"{only} 条记录只在本机；{waiting - only} 条第二份里也有、单位还没有收到。",
            f"{counted(only, 'record')} only on this computer; {waiting - only} also in the second copy, not yet at the office."))


def undo(session: Session) -> None:
    """Take back the last import, review or edit of this device, as changes; history keeps both.

    撤销本机最近一次导入、决定或修改；撤销也是改动，历史里两样都在。

    Example: leye undo
    """
    from app.models.undoing import overtaken_words

    touched = session.ledger.undo()
    if touched is None:
        raise Problem("undo.none", "没有可以撤销的。", "There is nothing to take back.")
    if not touched.ids:
        out(overtaken_words())
        return
    out(say(f"已撤销，涉及 {len(set(touched.ids))} 条记录。", f"Taken back; records concerned: {len(set(touched.ids))}."))


