"""Commands on figures: the dispatch indicators, who is behind each of them, and reports that stay as they were sent."""
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.session import Session, as_json, command, json_option, note, out
from app.commands.wording import family, option
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.oversight.cells import Cell
    from app.oversight.snapshots import Snapshot


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    report = family(group, "report", ("调度数字。", "Dispatch figures."),
                  "Figures of a place at a cut-off date.\n\n"
                  "一个地方到截止日期的数字。\n\n"
                  "Example: leye report indicators --area 529999001 --on 2026-06-30")
    command(report)(indicators)
    command(report)(cross)
    command(report)(freeze)
    command(report)(frozen)
    command(group, short_help=("记录里哪些该看一看。", "What in the records should be looked at."))(check)
    command(group, short_help=("抽查抽样。", "Draw a spot check."))(sample)


@option("--area", metavar="CODE", help=("只看这个地方；不写就是本工作区的。", "Only this place; the workspace's own if left out."))
@option("--from", "since", metavar="DATE",
        help=("从哪天算起；不写从行动第一天，再不然从最早。", "Where the period begins; the campaign's first day, else from ever on."))
@option("--on", "on", metavar="DATE", help=("截止日期；不写就是今天。", "The cut-off date; today if left out."))
@option("--cell", metavar="CODE", help=("列出这个数里都有谁。", "List who is counted in this figure."))
@json_option
def indicators(session: Session, area: str | None, since: str | None, on: str | None, cell: str | None, json_: bool) -> None:
    """Show the dispatch figures with numerator and denominator of each rate, or who is counted in one of them.

    看调度数字，各个比率都给出分子和分母；或者看一个数里都有谁。

    Example: leye report indicators --area 529999001 --on 2026-06-30 --cell B1
    """
    from app.assistance.records import Records
    from app.models import clock, places
    from app.oversight.cells import CELLS, RATES
    from app.oversight.indicators import as_dict, count
    from app.oversight.snapshots import campaign_from

    code, day = places.complete(area or session.ledger.me.area), _day(on) if on else clock.today().isoformat()
    only = _cell(cell) if cell is not None else None
    records = Records(session.ledger.db.conn)
    begin = _begun(since, day) or campaign_from(records, code, day)
    found = count(records, day, begin)
    if only is not None:
        listed = found.listed(only, places.prefix(code))
        if json_:
            as_json([{"type": type, "id": rec} for type, rec in listed])
        for type, rec in () if json_ else listed:
            out(f"{type} {rec}")
        return
    report = found.report(places.prefix(code))
    if json_:
        as_json(as_dict(report, code, day, begin))
        return
    period = say(f"{begin} 至 {day}" if begin else f"截至 {day}", f"{begin} to {day}" if begin else f"up to {day}")
    out(f"{places.path(code, session.ledger)} · {period}")
    for name, n in report.cells.items():
        out(f"{name} {CELLS[name].label()} {n}")
    for key, (over, under) in report.rates.items():
        out(f"{RATES[key].label()} {over}/{under}" + (f" = {over / under:.1%}" if under else ""))
    for one in report.checks:
        out(f"{one.key}: {one.left}, {one.right} " + (say("相符", "holds") if one.holds else say("不符，请核对", "does not hold: look into it")))


@click.argument("rows")
@click.argument("columns")
@option("--cell", metavar="CODE", default="B1", show_default=True, help=("摆出哪个数里的人。", "The figure whose people are laid out."))
@option("--area", metavar="CODE", help=("只看这个地方；不写就是本工作区的。", "Only this place; the workspace's own if left out."))
@option("--on", "on", metavar="DATE", help=("截止日期；不写就是今天。", "The cut-off date; today if left out."))
@option("--out", "file", type=click.Path(path_type=Path), metavar="FILE.xlsx", help=("同时写成工作簿。", "Write it as a workbook too."))
@json_option
def cross(session: Session, rows: str, columns: str, cell: str, area: str | None, on: str | None, file: Path | None, json_: bool) -> None:
    """Lay out the people of a figure by two things at once: village, town, work, age, or fields such as person.education. Nobody is named.

    把一个数里的人按两样东西交叉摆开：村、乡镇、就业、年龄，或 person.education 这样的字段。不出现姓名。

    Example: leye report cross village work --cell B1 --out 交叉表.xlsx
    """
    from app.assistance.records import Records
    from app.books import crossing
    from app.models import clock, places
    from app.oversight.cells import CELLS
    from app.oversight.indicators import count

    code, day = places.complete(area or session.ledger.me.area), _day(on) if on else clock.today().isoformat()
    figures = count(Records(session.ledger.db.conn), day)
    table = crossing.cross(session.ledger, figures, places.prefix(code), rows, columns, _cell(cell))
    if file is not None:
        crossing.write(table, file)
    if json_:
        as_json({"rows": rows, "columns": columns, "cell": cell, "on": day, "area": code, "table": table.to_dict(orient="index")})
        return
    out(f"{places.path(code, session.ledger)} · {day} · {CELLS[cell].label()}")
    out(table.to_string())


def _cell(code: str) -> "Cell":
    from app.oversight.cells import CELLS

    if code not in CELLS:
        raise Problem("report.cell", f"没有“{code[:20]}”这个指标。有这些：{'、'.join(CELLS)}。",
                      f"There is no figure {code[:20]}. There are: {', '.join(CELLS)}.")
    return CELLS[code]


def _begun(since: str | None, day: str) -> str:
    """Return the first day that was asked for, "" where none was; raise Problem where it comes after the last one."""
    begin = _day(since) if since else ""
    if begin > day:
        raise Problem("report.period", f"开始日期 {begin} 在截止日期 {day} 之后。请改其中一个。",
                      f"The period begins on {begin}, after its last day {day}. Change one of them.")
    return begin


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Problem("report.date", f"“{text[:20]}”不是日期，请写成 2026-06-30。", f"“{text[:20]}” is no date; write it as 2026-06-30.") from None


@option("--area", metavar="CODE", help=("只看这个地方；不写就是本工作区的。", "Only this place; the workspace's own if left out."))
@option("--from", "since", metavar="DATE",
        help=("从哪天算起；不写从行动第一天，再不然从最早。", "Where the period begins; the campaign's first day, else from ever on."))
@option("--on", "on", metavar="DATE", help=("截止日期；不写就是今天。", "The cut-off date; today if left out."))
def freeze(session: Session, area: str | None, since: str | None, on: str | None) -> None:
    """Keep a report as it is sent. Where something has changed since it was frozen, the next revision stands beside the first.

    把报出去的报表原样留存。以后有变化的，另存下一版，第一版不动。

    Example: leye report freeze --area 529999001 --on 2026-06-30
    """
    from app.assistance.records import Records
    from app.models import clock, places
    from app.oversight import snapshots

    code, day = places.complete(area or session.ledger.me.area), _day(on) if on else clock.today().isoformat()
    begin = _begun(since, day) or snapshots.campaign_from(Records(session.ledger.db.conn), code, day)
    made = snapshots.freeze(session.ledger, code, day, begin)
    if not made.new:
        note(say("这份报表封存以后没有变化，没有新的版本。", "Nothing has changed since this report was frozen; there is no new revision."))
    out(f"{snapshots.describe(made)} {made.id}")


@option("--check", is_flag=True, help=("按当时知道的重新算一遍。", "Recount each from what was known when it was made."))
@json_option
def frozen(session: Session, check: bool, json_: bool) -> None:
    """List the frozen reports with what each revision changed; --check recounts them and leaves with 1 where one differs.

    列出留存的报表和每一版改了什么；--check 重算一遍，有不同的退出状态是 1。

    Example: leye report frozen --check
    """
    from app.oversight import snapshots

    rows, fine = [], True
    for one in snapshots.frozen(session.ledger):
        row = {"id": one.id, **one.cells, "revision": one.revision, "at": one.at, "hash": one.hash, "changed": one.changed}
        if check:
            row["same"] = _same(session, one)
            fine = fine and row["same"] is not False
        rows.append(row)
        if not json_:
            told = {True: say(" 重算相符", " recounted: the same"), False: say(" 重算不符", " recounted: it differs"),
                    None: say(" 在别处封存", " frozen elsewhere")}
            out(snapshots.describe(one) + (told[row["same"]] if check else "") + f" {one.id}")
            for code, what in one.changed.items():
                out(_moved(code, what))
    if json_:
        as_json(rows)
    if not fine:
        raise SystemExit(1)


def _moved(code: str, what: dict[str, Any]) -> str:
    """Return what a revision changed in a figure: from, to, and how many joined and left."""
    return say(f"  {code} {what['from']} → {what['to']}（进 {len(what['joined'])}，出 {len(what['left'])}）",
               f"  {code} {what['from']} → {what['to']} (joined {len(what['joined'])}, left {len(what['left'])})")


def _same(session: Session, one: "Snapshot") -> bool | None:
    """Return whether a snapshot recomputes to its hash, None where it was made elsewhere."""
    from app.oversight import snapshots

    try:
        return snapshots.same(session.ledger, one)
    except Problem as problem:
        if problem.key != "snapshot.elsewhere":
            raise
        return None


@option("--area", metavar="CODE", help=("只看这个地方；不写就是本工作区的。", "Only this place; the workspace's own if left out."))
@json_option
def check(session: Session, area: str | None, json_: bool) -> None:
    """Show what in the records should be looked at, worst first: contradictions, what should be asked, what should be seen.

    看记录里哪些该看一看，最要紧的在前：矛盾的、该问的、该去看的。

    Example: leye check --area 529999001L01 --json
    """
    from app.models import clock, places
    from app.oversight import checks

    prefix = places.prefix(places.complete(area or session.ledger.me.area))
    found = checks.look(session.ledger, clock.today().isoformat(), prefix)
    if json_:
        as_json([one.as_dict() for one in found])
        return
    for one in found:
        out(f"{one.check.level} {one.check.label()}{f' ({one.told})' if one.told else ''} · {one.type} {one.id}")
    out(say(f"共 {len(found)} 处。", f"{len(found)} in all."))


@option("--size", type=click.IntRange(1), help=("抽多少人；不写就抽二十分之一，至少五人。", "How many; one in twenty, at least five, if left out."))
@option("--seed", required=True, metavar="S", help=("随便一个词；同一个词抽到同样的人。", "Any word; the same word draws the same people."))
@option("--area", metavar="CODE", help=("只看这个地方；不写就是本工作区的。", "Only this place; the workspace's own if left out."))
@json_option
def sample(session: Session, size: int | None, seed: str, area: str | None, json_: bool) -> None:
    """Draw people to be checked by somebody else than who asked them: from each place and situation in proportion.

    抽出要由别人核查的人：各地、各种情况按比例抽。

    Example: leye sample --size 20 --seed 2026-06
    """
    from app.books.crossing import WORK
    from app.models import clock, places
    from app.oversight.sampling import draw

    prefix = places.prefix(places.complete(area or session.ledger.me.area))
    drawn = draw(session.ledger, seed, clock.today().isoformat(), prefix, size)
    if json_:
        as_json([{"line": one.line, "type": "person", "id": one.id, "place": one.place, "work": one.work, "not_by": one.not_by} for one in drawn])
    for one in () if json_ else drawn:
        out(f"{one.line} {one.place} {say(*WORK[one.work])} {one.id}")
