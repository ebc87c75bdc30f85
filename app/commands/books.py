"""Commands on account books: list, export, and taking an edited one back."""
from pathlib import Path

import click

from app.commands.session import (
    Progress,
    Session,
    as_json,
    command,
    json_option,
    mask_option,
    note,
    note_first,
    out,
)
from app.commands.values import masked_cell
from app.commands.wording import family, option
from app.models.language import counted, say

reason_option = option("--reason", default="", metavar="WORDS",
        help=("为什么要不遮的；记在导出记录里。", "Why it is needed in full; stands in the export log."))


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    book = family(group, "book", ("台账（Excel）。", "Excel account books."),
                "Excel account books.\n\n"
                "台账，就是 Excel 工作簿。\n\n"
                "Example: leye book export labour 劳动力台账.xlsx")
    command(book, name="list")(list_)
    command(book)(add)
    command(book)(export)
    command(book, name="import")(import_)
    command(book)(fill)


@json_option
def list_(session: Session, json_: bool) -> None:
    """List the books there are.

    列出有哪些台账。

    Example: leye book list
    """
    from app.books.catalogue import books
    from app.books.shelf import books_here

    found = [{"id": b.id, "zh": b.zh, "en": b.en} for b in (books_here(session.ledger) if session.there else books())]
    if json_:
        as_json(found)
    for b in () if json_ else found:
        out(f"{b['id']} {say(b['zh'], b['en'])}")


@click.argument("file", type=click.Path(path_type=Path))
def add(session: Session, file: Path) -> None:
    """Send a book's template, or a new version of one, to every computer of this office and below it.

    把台账模板或它的新版发给本单位和下级的每台电脑。

    Example: leye book add 劳动力台账模板.xlsx
    """
    from app.books import shelf

    made, rec = shelf.add(session.ledger, file)
    out(say(f"“{made.meta['name_zh']}”的模板已收下，下次同步就送到各台电脑。 {rec}",
            f"The template of {made.meta['name_en']} is taken and goes out with the next sync. {rec}"))


@click.argument("book")
@click.argument("file", type=click.Path(path_type=Path))
@option("--area", metavar="CODE", help=("只看这个地方；不写就是本工作区的。", "Only this place; the workspace's own if left out."))
@mask_option
@reason_option
def export(session: Session, book: str, file: Path, area: str | None, reason: str) -> None:
    """Write a book as an Excel workbook; counted against the records, or it fails aloud. It stands in the export log.

    把台账写成 Excel 工作簿；行数和记录核对，对不上就报错。记在导出记录里。

    Example: leye book export labour 劳动力台账.xlsx
    """
    from app.books import export as exports
    from app.models import access, places

    done = exports.export(session.ledger, book, file, area=area, mask=session.mask, progress=Progress(say("写台账", "Writing")))
    place = places.complete(area or session.ledger.me.area)
    access.note_export(session.ledger, book, place, done.rows, reason, masked=session.mask, file_hash=access.hash_of(file))
    out(say(f"写了 {done.rows} 行：{done.path}", f"Wrote {counted(done.rows, 'row')}: {done.path}"))


@click.argument("file", type=click.Path(path_type=Path))
@option("--dry-run", is_flag=True, help=("只说会怎样，什么都不写。", "Only say what would happen."))
@json_option
def import_(session: Session, file: Path, dry_run: bool, json_: bool) -> None:
    """Take an edited book back: what was edited comes in as changes, whatever else was done to the sheet.

    收回改过的台账：改了的格子作为改动进来，表怎么排序、筛选都不要紧。

    Example: leye book import 劳动力台账.xlsx --dry-run
    """
    from app.books import take_back

    returned = take_back.read(session.ledger, file)
    found = take_back.compare(session.ledger, returned)
    if not dry_run:
        take_back.accept(session.ledger, found)
    told = found.as_dict()
    lines = [say(f"{r['sheet']} 第 {r['row']} 行 {r['field']}：{r['reason']}", f"{r['sheet']} row {r['row']} {r['field']}: {r['reason']}")
             for r in told["rejected"]]
    if json_:
        as_json({**told, "rejected": [masked_cell(one) for one in told["rejected"]]} if session.mask else told)
    else:
        out(say(f"{told['changed']} 处改动，其中 {told['conflicts']} 处和别人的不一致；新加 {told['new']} 人；未收下 {len(lines)} 处。",
                f"{counted(told['changed'], 'value')} changed, {told['conflicts']} of them disagree;"
                f" {counted(told['new'], 'new person', 'new people')}; {len(lines)} rejected."))
        for line in lines:
            out(line)
    if told["gone"]:
        note(say(f"有 {told['gone']} 人的行不在这本台账里了，没有删除；要删请在人员页上删。",
                 f"{counted(told['gone'], 'person has', 'people have')} no row in this book any more; nobody was deleted."
                 " Delete on the people page if that is meant."))
    note_first(file.name, lines)
    if lines and not told["changed"] and not told["new"] and not told["unchanged"]:
        raise SystemExit(2)


@click.argument("file", type=click.Path(path_type=Path))
@option("--out", "out_", type=click.Path(path_type=Path),
        help=("填好的表放哪里；不写就放在 FILE 旁边，换一个没用过的名字。",
              "Where the filled table goes; else beside FILE, under a name that is free."))
@option("--area", metavar="CODE",
        help=("表里没写人时填哪里的人；不写就是本工作区的。", "Whose rows, where the table names nobody; the workspace's own if left out."))
@option("--column", "chosen", multiple=True, metavar="HEAD=FIELD",
        help=("某一列问的是什么（TYPE.FIELD；空：留空）；同样表头的表都记住。",
              "What a column asks for (TYPE.FIELD; empty: leave it blank); remembered for tables with these heads."))
@option("--ask", is_flag=True, help=("缺的列进下次入户要问的。", "Put what is missing on the list for the next visit."))
@reason_option
@json_option
def fill(session: Session, file: Path, out_: Path | None, area: str | None, chosen: tuple[str, ...], ask: bool, reason: str, json_: bool) -> None:
    """Fill another office's table from the records; what stands in it is left alone. It is filled in full: --mask is refused.

    用本机的记录填别的部门的表；已经填了的不动。填的是全的，不能加 --mask。

    Example: leye book fill 人社局表.xlsx --area 529999001L01
    """
    from app.books import fill as filling
    from app.books import foreign
    from app.models import access, places
    from app.models.problem import Problem

    if session.mask:  # the option comes with --json; whoever gives it believes that the table goes out masked
        raise Problem("fill.mask", "来表要填的就是姓名和号码，遮不了，没有填。要填就去掉 --mask；不能给对方的列用 --column 表头= 留空。",
                      "The table asks for names and numbers and cannot be filled masked; nothing was filled. Leave out --mask; "
                      "a column that is not to be given stays blank with --column HEAD=.")
    tables = foreign.read_all(session.ledger, file)
    for one in chosen:
        tables = foreign.choose_by_head(session.ledger, tables, *one.rpartition("=")[::2])
    done = filling.fill(session.ledger, tables, out_ or filling.out_beside(file), area)
    place = places.complete(area or session.ledger.me.area)
    access.note_export(session.ledger, access.FILLED, place, done.rows, reason, masked=False, file_hash=access.hash_of(done.path))
    asked = filling.ask(session.ledger, done) if ask else 0
    if json_:
        as_json({**done.as_dict(), "asked": asked})
    else:
        for sheet, why in done.left:
            note(say(f"工作表“{sheet}”没有填：{why}。", f"Sheet {sheet} was not filled: {why}."))
        for part in done.parts:
            if part.whom:
                note(say(f"工作表“{part.sheet}”按表上写的只填{part.whom}。", f"Sheet {part.sheet} was filled, as it says, only with: {part.whom}."))
        out(say(f"{done.rows} 行，填了 {done.cells} 格，缺 {len(done.gaps)} 格（见“待补”页）：{done.path}",
                f"{done.rows} rows, {done.cells} cells filled, {len(done.gaps)} missing (see the page 待补): {done.path}"))
