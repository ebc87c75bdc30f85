"""Commands that bring in what other offices send: rosters, posts, training lists."""
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.commands.session import Session, as_json, command, json_option, note, note_first, out
from app.commands.values import masked_cell
from app.commands.wording import family, option
from app.models.language import say
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    imports = family(group, "import", ("导入名册、岗位表或培训名单。", "Bring in a roster, posts or a training list."),
                   "Bring in lists of other offices.\n\n"
                   "导入别的部门的名单。\n\n"
                   "Example: leye import roster 名册.xlsx --dry-run")
    command(imports)(roster)
    command(imports)(posts)
    command(imports)(training)


def _list_options(fn: Callable[..., None]) -> Callable[..., None]:
    """Add what every list takes."""
    for add in (json_option,
                option("--rejected", type=click.Path(path_type=Path),
                    help=("未导入的行和原因写到哪里；不写就放在 FILE 旁边。", "Where the rejected rows go, with their reasons; else beside FILE.")),
                option("--column", "columns", multiple=True, metavar="HEAD=FIELD",
                            help=("某一列当作什么（TYPE.FIELD；空：不要）；记住这个来表单位，--dry-run 也记。",
                                  "What a column is taken for (TYPE.FIELD; empty: nothing); remembered for this sender, after --dry-run too.")),
                option("--dry-run", is_flag=True, help=("只说会怎样，什么都不写。", "Only say what would happen.")),
                click.argument("file", type=click.Path(path_type=Path))):
        fn = add(fn)
    return fn


@_list_options
def roster(session: Session, **options: Any) -> None:
    """Bring in households and people; good rows go in, all or none, bad ones are named with their reasons.

    导入户和人；好的行要么全进、要么一行不进，不好的逐行写明原因。

    Example: leye import roster 名册.xlsx --dry-run
    """
    from app.books.roster import ROSTER

    _bring(session, ROSTER, **options)


@_list_options
def posts(session: Session, **options: Any) -> None:
    """Bring in job posts and their employers; good rows go in, all or none, bad ones are named with their reasons.

    导入岗位和用人单位；好的行要么全进、要么一行不进，不好的逐行写明原因。

    Example: leye import posts 岗位表.xlsx --dry-run
    """
    from app.books.posts import POSTS

    _bring(session, POSTS, **options)


@_list_options
def training(session: Session, **options: Any) -> None:
    """Bring in who took part in a training; good rows go in, all or none, bad ones are named with their reasons.

    导入参加培训的人；好的行要么全进、要么一行不进，不好的逐行写明原因。

    Example: leye import training 培训班名册.xlsx --dry-run
    """
    from app.books.training import TRAINING

    _bring(session, TRAINING, **options)


def _bring(session: Session, kind: Any, file: Path, dry_run: bool, rejected: Path | None, columns: tuple[str, ...], json_: bool) -> None:
    from app.books import lists
    from app.books import rejected as bad_rows

    preview = lists.read(file, kind, session.ledger)
    if columns:
        preview = preview.choose(session.ledger, _chosen(kind, preview, columns))
    result = preview.compare(session.ledger, masked=True) if dry_run else preview.commit(session.ledger, masked=True)
    kept = None
    try:
        if rejected is not None or not dry_run:
            kept = bad_rows.write(rejected or bad_rows.beside(file), preview, result)
    except Problem as trouble:  # the list is in; where nobody asked for the file, its folder may be read-only
        if rejected is not None:
            raise
        note(str(trouble))
    lines = [say(f"{r.sheet} 第 {r.row} 行 {r.field}：{r.reason}", f"{r.sheet} row {r.row} {r.field}: {r.reason}") for r in result.rejected]
    if json_:
        as_json({"created": result.created, "updated": result.updated, "unchanged": result.unchanged,
                 "rejected": [masked_cell(r.as_dict()) if session.mask else r.as_dict() for r in result.rejected]})
    else:
        out(say(f"新建 {result.created}，更新 {result.updated}，没变 {result.unchanged}，未导入 {len(result.rejected)}。",
                f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged, {len(result.rejected)} rejected."))
        for line in lines:
            out(line)
    note_first(file.name, lines)
    if kept is not None:
        note(say(f"未导入的行和原因写在 {kept.name}，改好可以再导。",
                 f"The rejected rows and the reasons are in {kept.name}; mend them there and import it."))
    if result.rejected and not result.good:
        raise SystemExit(2)


def _chosen(kind: Any, preview: Any, columns: tuple[str, ...]) -> dict[str, str]:
    """Return head -> target of what was given; Problem where the list has no such head, or there is no such target."""
    heads, targets = {column.head for column in preview.columns}, set(kind.vocabulary.meanings())
    chosen = {}
    for given in columns:
        head, _, target = given.rpartition("=")
        if head not in heads:
            raise Problem("list.column", f"表里没有列名“{head}”。有：{'、'.join(sorted(heads))}。",
                          f"The list has no head {head}. There are: {', '.join(sorted(heads))}.")
        if target and target not in targets:
            raise Problem("list.target", f"没有“{target}”这一项。可用的有：{'、'.join(sorted(targets))}。",
                          f"There is no {target}. There are: {', '.join(sorted(targets))}.")
        chosen[head] = target
    return chosen
