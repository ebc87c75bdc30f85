"""Commands on sync: hub run and invite, pair, sync, bundle export and import, devices, revoke, quarantine."""
import sys
from pathlib import Path

import click

from app.commands.session import Session, as_json, command, json_option, note, out
from app.commands.wording import family, option
from app.models.language import counted, say
from app.models.problem import Problem

STATES = {"pending": ("等待确认", "waits to be let in"), "granted": ("已加入", "let in"), "revoked": ("已停用", "shut out")}


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    hub = family(group, "hub", ("给电脑提供同步。", "Serve laptops."),
               "Serve laptops from this workspace.\n\n"
               "用这个工作区给电脑提供同步。\n\n"
               "Example: leye hub run --listen 0.0.0.0:7443")
    bundle = family(group, "bundle", ("用 U 盘交换。", "Exchange by USB stick."),
                  "The same exchange by file, for a USB stick.\n\n"
                  "用文件做同样的交换，给 U 盘用。\n\n"
                  "Example: leye bundle export /media/usb/向阳.leye")
    aside = family(group, "quarantine", ("搁置的修改和放行。", "What is kept aside, and letting it in."),
                   "What came beyond a computer's grant: kept, not applied, let in by the office alone.\n\n"
                   "超出一台电脑权限的修改：留着、不生效，只有单位能放行。\n\n"
                   "Example: leye quarantine list")
    command(aside, name="list")(kept_aside)
    command(aside)(release)
    command(hub)(run)
    command(hub)(invite)
    command(group, short_help=("用配对码加入单位。", "Join a hub with its one-time code."))(pair)
    command(group, short_help=("和单位同步。", "Exchange with the hub."))(sync)
    command(bundle)(export)
    command(bundle, name="import")(import_)
    command(group, short_help=("配对过的电脑。", "The computers this workspace knows."))(devices)
    command(group, short_help=("停用丢失的电脑。", "Shut a lost computer out."))(revoke)


@option("--listen", required=True, metavar="HOST:PORT")
@option("--yes", is_flag=True, help=("邀请过的电脑不再逐台确认。", "Confirm invited devices without asking."))
def run(session: Session, listen: str, yes: bool) -> None:
    """Serve this workspace; prints the address when ready, TERM stops it cleanly.

    用这个工作区提供同步；准备好后打印地址，收到 TERM 就干净地停下。

    Example: leye hub run --listen 0.0.0.0:7443 --yes
    """
    from app.sync import hub

    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit():
        raise Problem("listen.form", "请写成 主机:端口，如 0.0.0.0:7443。", "Write HOST:PORT, such as 0.0.0.0:7443.")
    asks = sys.stdin is not None and sys.stdin.isatty()  # else a laptop waits until the window confirms it
    hub.run(session.workspace, host, int(port), yes=yes,
            ready=lambda url: out(f"listening {url}"),
            ask=(lambda name: click.confirm(say(f"让“{name}”加入吗？", f'Let "{name}" join?'), err=True)) if asks else None,
            told=lambda problem: note(str(problem)))


@option("--area", metavar="CODE", help=("那台电脑管哪里；不写就是本单位的全部。", "What the laptop may hold; the hub's own area if left out."))
@option("--name", help=("是谁的电脑。", "Whose laptop it is."))
@option("--stick", metavar="FOLDER", type=click.Path(path_type=Path),
        help=("把电脑要用的都写到 U 盘：不用网络，配对码 30 天有效。",
              "Write all the laptop needs onto a stick: no network needed, the code holds for 30 days."))
def invite(session: Session, area: str | None, name: str | None, stick: Path | None) -> None:
    """Print a one-time pairing code, valid for 30 minutes.

    打印一次性配对码，30 分钟有效。

    Example: leye hub invite --area 529999001L01
    """
    from app.sync import first_load, pairing

    if stick is None:
        out(pairing.invite(session.workspace, area=area, name=name))
        return
    code, wrote = first_load.write_first_load(session.workspace, stick, area, name)
    note(say(f"资料写在 {'、'.join(wrote.files)}。配对码不要写在U盘上，另外告诉对方。",
             f"Everything is in {', '.join(wrote.files)}. Tell the code apart from the stick; never write it on it."))
    out(code)


@click.argument("url")
@click.argument("code")
def pair(session: Session, url: str, code: str) -> None:
    """Join the hub at URL with its one-time CODE; again with the same hub updates its address. A stick's folder in the
    place of the URL brings everything without a network.

    用一次性配对码 CODE 加入 URL 的单位；对同一个单位再做一次就更新地址。把 URL 换成 U 盘的文件夹，不用网络也能加入。

    Example: leye pair https://10.8.0.12:7443 7K4MQ-2XD…
    """
    from app.sync import first_load, pairing

    if url and Path(url).exists():
        hub, done = first_load.join(session.workspace, Path(url), code)
        out(say(f"已和“{hub.name}”配对，收到 {done.changes} 条变更。用U盘交回第一份时，对方按名字确认。",
                f'Paired with "{hub.name}", {counted(done.changes, "change")} received.'
                " It confirms this computer by name when your first stick comes."))
        return
    paired = pairing.pair(session.workspace, url, code)
    out(say(f"已和“{paired.name}”配对。", f'Paired with "{paired.name}".'))


@click.argument("url", required=False)
@json_option
def sync(session: Session, url: str | None, json_: bool) -> None:
    """Exchange with the hub until both agree; an interrupted sync goes on where it stopped.

    和单位同步到两边一致；断了的下次接着来。

    Example: leye sync --json
    """
    from app.sync.exchange import HubCarrier, exchange

    done = exchange(session.workspace, HubCarrier.of(session.workspace, url))
    if json_:
        as_json({"sent": done.sent, "received": done.received, "conflicts": done.conflicts, "level": done.level,
                 "attachments": done.blobs, "attachments_left": done.blobs_left})
        return
    out(say(f"送出 {done.sent}，收到 {done.received}，要定的 {done.conflicts}。",
            f"Sent {done.sent}, received {done.received}, to decide {done.conflicts}.")
        + (say("两边一致。", " Both sides agree.") if done.level else say("两边还没有对齐，请再同步一次。", " Not level yet: sync again."))
        + (say(f"还有 {done.blobs_left} 个附件没传完。", f" {done.blobs_left} attachments still to go.") if done.blobs_left else ""))


@click.argument("path", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@option("--since", type=click.Choice(["LAST", "all"], case_sensitive=False), default="LAST", show_default=True)
def export(session: Session, path: Path, since: str) -> None:
    """Write what the other side lacks into one sealed file, or into a stick's folder under names that say nothing.

    把对方缺的写成一个加密文件，或写进 U 盘的文件夹，文件名看不出内容。

    Example: leye bundle export /media/usb/向阳.leye
    """
    from app.sync.stick import export_stick

    sent = export_stick(session.workspace, path, since=since)
    names = say("、", ", ").join(sent.files)
    out(say(f"写了 {sent.changes} 条变更到 {names}，已读回核对。", f"Wrote {counted(sent.changes, 'change')} to {names}; read back and checked."))


@click.argument("path", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@option("--yes", is_flag=True, help=("用 U 盘加入的电脑不再逐台确认。", "Let in computers that came by a first load without asking."))
@json_option
def import_(session: Session, path: Path, yes: bool, json_: bool) -> None:
    """Read a sealed file, or a whole stick; what is damaged, foreign or repeated changes nothing.

    读一个加密文件或整个 U 盘；损坏的、不是给本机的、重复的都不改变什么。

    An office answers a whole stick: it writes receipts, and what the laptops that came lack, beside their files.

    单位读整个 U 盘时，会把回执和对方缺的写在旁边。

    Example: leye bundle import /media/usb
    """
    from app.sync.unload import import_stick

    if path.is_dir():
        _import_folder(session, path, yes, json_)
        return
    done = import_stick(session.workspace, path, yes=yes)
    if json_:
        as_json({"received": done.changes, "conflicts": done.conflicts, "aside": done.aside, "from": list(done.senders)})
        return
    out(say(f"收到 {done.changes} 条变更，要定的 {done.conflicts}。", f"Received {counted(done.changes, 'change')}, to decide {done.conflicts}."))


def _import_folder(session: Session, folder: Path, yes: bool, json_: bool) -> None:
    """Read a whole stick and tell of each file; refused where not one of them was any good."""
    from app.sync.stick_folder import read_folder

    read = read_folder(session.workspace, folder, yes=yes)
    done, bad = read.carried, [file for file in read.files if not file.good]
    if json_:
        as_json({"received": done.changes, "conflicts": done.conflicts, "aside": done.aside, "from": list(done.senders),
                 "files": [{"name": f.name, "state": f.state, "received": f.changes, "words": f.words} for f in read.files],
                 "wrote": list(read.wrote)})
    for file in read.files:
        if not file.good:
            note(file.words)
        elif not json_:
            out(f"{file.name}  {file.words}")
    if read.unanswered is not None:
        note(str(read.unanswered))
    if not json_:
        out(say(f"收到 {done.changes} 条变更，要定的 {done.conflicts}。", f"Received {counted(done.changes, 'change')}, to decide {done.conflicts}."))
        if read.wrote:
            out(say(f"写了 {len(read.wrote)} 份回执和新内容。", f"Wrote {len(read.wrote)} answers with receipts and news."))
    if bad and len(bad) == len(read.files):
        raise SystemExit(2)


@json_option
def devices(session: Session, json_: bool) -> None:
    """List the computers this workspace has been paired with.

    列出配对过的电脑。

    Example: leye devices --json
    """
    from app.models import places
    from app.sync.peers import devices as known

    found = known(session.workspace)
    if json_:
        as_json(found)
    for d in () if json_ else found:
        state = say(*STATES[d["state"]]) if d["state"] in STATES else d["state"]
        last = say(f"上次交换 {d['last_at']}", f"last exchange {d['last_at']}") if d["last_at"] else say("还没有交换过", "no exchange yet")
        out(" · ".join(filter(None, (d["name"], places.path(d["area"], session.ledger) if d["area"] else "", state, last, d["url"], d["device"]))))
    if not found and not json_:
        note(say("还没有配对过的电脑。", "No computers yet."))


@json_option
def kept_aside(session: Session, json_: bool) -> None:
    """List what is kept aside: from which computer, why, how many changes, since when.

    列出搁置的修改：哪台电脑来的、为什么、多少条、从什么时候起。

    Example: leye quarantine list --json
    """
    from app.sync.quarantine import waiting

    found = waiting(session.ledger)
    if json_:
        as_json([{"device": w.device, "name": w.name, "why": w.why, "text": w.text(), "changes": w.count, "since": w.since} for w in found])
        return
    for w in found:
        out(f"{w.name} · {w.text()} · {w.count} · {w.since} · {w.device}")
    if not found:
        note(say("没有搁置的修改。", "Nothing is kept aside."))


@click.argument("device")
def release(session: Session, device: str) -> None:
    """Let in what is kept aside from a computer, by its id or its name; what carries a forged id stays.

    放行一台电脑被搁置的修改，写它的编号或名字；编号是冒充的仍然留着。

    Example: leye quarantine release 向阳2号
    """
    from app.sync import quarantine

    named = {w.device for w in quarantine.waiting(session.ledger) if device in (w.device, w.name)}
    if len(named) != 1:
        raise _none_or_several(bool(named))
    new = quarantine.release(session.workspace, named.pop())
    out(say(f"放行了 {new} 条修改。", f"Let in {counted(new, 'change')}."))


def _none_or_several(several: bool) -> Problem:
    if several:
        return Problem("quarantine.several", "有几台电脑叫这个名字。请用 leye quarantine list 里的编号。",
                       "Several computers have this name. Use the id shown by leye quarantine list.")
    return Problem("quarantine.none", "没有这台电脑搁置的修改。用 leye quarantine list 查看。",
                   "Nothing is kept aside from such a computer. See leye quarantine list.")


@click.argument("device")
def revoke(session: Session, device: str) -> None:
    """Shut a lost computer out, by its id or its name; what it sends from now on is kept aside.

    停用一台丢失的电脑，写它的编号或名字；它以后送来的都搁置。

    Example: leye revoke 向阳2号
    """
    from app.sync import pairing, peers

    named = [p.device for p in peers.peers(session.ledger, peers.LAPTOP) if device in (p.device, p.name)]
    if len(named) > 1:
        raise Problem("revoke.several", "有几台电脑叫这个名字。请用 leye devices 里的编号。",
                      "Several computers have this name. Use the id shown by leye devices.")
    pairing.revoke(session.ledger, named[0] if named else device)
    out(say("已停用。", "Shut out."))
