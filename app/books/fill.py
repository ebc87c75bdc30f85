"""Fill (来表即填): another office's table is filled from the ledger. Promises that nothing that stands there is touched (formats, formulas,
other people's entries), and that the file that came stays as it is.

    foreign.read_all(ledger, path) -> Tables      look(ledger, tables, area) -> Look: what would be filled; nothing is written
    fill(ledger, tables, out, area) -> Filled
A workbook with a sheet for each place is filled sheet by sheet, each with the people of its place. What the ledger does not know becomes a
page in the workbook and, if wanted, questions for the next visit.
"""
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books import cells, package
from app.books.counted import Counting
from app.books.filling import Filled, Filling, Progress
from app.books.foreign import Table, Tables
from app.books.text_table import is_text_table
from app.books.whom import whom_of
from app.models import asking, disk, places
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

LACKING = "待补"  # the page of what is missing
FIRST = 12  # rows shown before anything is written


@dataclass(frozen=True, slots=True)
class Part:
    """What would be filled in one table. Attributes: table, done, rows (number in the sheet, and the texts of its columns; masked)."""

    table: Table
    done: Filled
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What would be filled: done (without a file), parts (one for each table)."""

    done: Filled
    parts: tuple[Part, ...]


def look(ledger: "Ledger", tables: Tables | Table, area: str | None = None, progress: Progress | None = None) -> Look:
    """Return what filling would write and leave blank, and its first rows; nothing is written."""
    whole = _whole(tables)
    done, fillings, _ = _filled(ledger, whole, whole.path, area, progress)
    return Look(done, tuple(Part(filling.table, filling.done, _first_rows(filling)) for filling in fillings))


def _first_rows(filling: Filling | Counting) -> tuple[tuple[int, tuple[str, ...]], ...]:
    columns = filling.table.columns
    shows = {c: cells.MASKS.get(c.marker.partition(".")[2]) if c.marker else _hidden for c in columns}
    rows = []
    for row in filling.touched[:FIRST]:
        texts = ("" if (value := filling.cell(row, c).value) is None else str(value) for c in columns)
        rows.append((row, tuple(hide(text) if (hide := shows[c]) else text for c, text in zip(columns, texts, strict=True))))
    return tuple(rows)


def _hidden(text: str) -> str:
    """Return stars for what stands in a column of which nobody knows what it holds: it may be somebody's number."""
    return "***" if text else ""


def fill(ledger: "Ledger", tables: Tables | Table, out: Path, area: str | None = None, progress: Progress | None = None) -> Filled:
    """Write the filled tables to a new file; the one that came stays. Problem where it cannot be read or written, or where no
    table is of the place."""
    source = _whole(tables).path
    if out.suffix.lower() != (suffix := _suffix(source)):
        raise Problem("fill.suffix", f"文件名 {out.name} 要以 {suffix} 结尾（来的是 {source.name}）。",
                      f"The file name {out.name} must end in {suffix}, since {source.name} came.")
    if out.exists() and out.samefile(source):
        raise Problem("fill.same", f"{out.name} 就是来的那张表，不能写在它上面。请换一个文件名。",
                      f"{out.name} is the table that came and is not written over. Choose another name.")
    done, _, workbook = _filled(ledger, _whole(tables), out, area, progress)
    if not done.parts and (untold := [word for table in _whole(tables).tables if (word := _untold(table))]):
        raise Problem("fill.untold", f"{source.name} 没有填：台账里分不出“{untold[0]}”是谁。请先写上名字，再来填。",
                      f"{source.name} was not filled: the records do not tell who is {untold[0]}. Write the names first, then fill it.")
    if not done.parts:
        asked = places.path(places.complete(area or ledger.me.area), ledger)
        raise Problem("fill.place", f"{source.name} 里的表都不是{asked}的，没有填。请换一个地方。",
                      f"No table of {source.name} is of {asked}; nothing was filled. Choose another place.")
    _page_of_gaps(workbook, done)
    try:
        with disk.writing(out) as file:
            package.save(workbook, file)
    except OSError as error:
        raise Problem("fill.write", f"写不了 {out.name}：请看看文件夹能不能写，文件是不是正打开着。",
                      f"Cannot write {out.name}: see whether the folder can be written and the file is not open.", status=1) from error
    return done


def out_beside(path: Path) -> Path:
    """Return where the filled table goes if nobody says otherwise: beside the one that came, under a name that is free."""
    word = say("已填", "filled")
    names = (f"{path.stem}_{word}{n if n > 1 else ''}{_suffix(path)}" for n in range(1, 1000))
    return next(file for name in names if not (file := path.with_name(name)).exists())


def _suffix(path: Path) -> str:
    """Return how a filled table's name ends: Excel opens a workbook with macros under no other ending than its own."""
    return ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"


def withheld_words() -> str:
    """Return why a column stays blank though it is known what it asks for."""
    return say("默认不给：帮人就业用不着这一项", "Not given unless somebody says so: getting people into work does not need it")


def _whole(tables: Tables | Table) -> Tables:
    return tables if isinstance(tables, Tables) else Tables(tables.path, (tables,))


def _filled(ledger: "Ledger", tables: Tables, out: Path, area: str | None, progress: Progress | None) -> tuple[Filled, list[Filling | Counting], Any]:
    """Return what was filled, table by table, and the workbook, in memory."""
    from openpyxl import load_workbook

    path, first = tables.path, tables.tables[0]
    try:
        workbook = _of_text(first) if is_text_table(path) else load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm")
    except (OSError, ValueError, KeyError) as error:
        raise Problem("fill.open", f"{path.name} 打不开，请用 Excel 或 WPS 另存为 .xlsx 再试。",
                      f"{path.name} cannot be opened; save it as .xlsx in Excel or WPS and try again.") from error
    done, fillings = Filled(out, left=list(tables.left)), list[Filling | Counting]()
    asked = places.complete(area or ledger.me.area)
    for table in tables.tables:
        place = _place(table, asked)
        if not place:
            there = places.path(table.place, ledger)
            done.left.append((table.sheet, say(f"是{there}的，不在要填的地方", f"is of {there}, outside of the place that is filled")))
            continue
        if untold := _untold(table):
            done.left.append((table.sheet, say(f"台账里分不出“{untold}”是谁，请先写上名字",
                                               f"the records do not tell who is {untold}: write the names first")))
            continue
        some = Filled(out, sheet=table.sheet)
        filling = (Counting(ledger, table, workbook[table.sheet], place, some) if table.is_counted
                   else Filling(ledger, table, workbook[table.sheet], place, some, progress))
        filling.run()
        done.take(filling.done)
        fillings.append(filling)
    return done, fillings, workbook


def _untold(table: Table) -> str:
    """Return whom a table without names is about, where the ledger cannot tell who they are (留守儿童); else ""."""
    return "" if table.named or table.home else whom_of(*table.around()).untold


def _place(table: Table, asked: str) -> str:
    """Return whose people a table is for: those of its own place within the one that was asked for; "" where it is of another place."""
    if table.named or not table.place or places.within(asked, places.prefix(table.place)):
        return asked
    return table.place if places.within(table.place, places.prefix(asked)) else ""


def _of_text(table: Table) -> Any:
    """Return a workbook of what stood in a CSV file: it is filled as one, since only a workbook keeps long numbers as text."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = table.sheet
    for number, row in enumerate(table.source.rows, 1):
        for column, text in enumerate(row, 1):
            if text != "":
                cell = sheet.cell(number, column, text)
                cell.data_type, cell.number_format = "s", "@"
    return workbook


def ask(ledger: "Ledger", done: Filled) -> int:
    """Put what was missing on the list for the next visit; returns how many questions are new."""
    return asking.ask_missing(ledger, [(gap.rec, gap.marker.partition(".")[2]) for gap in done.gaps if gap.rec])


def _page_of_gaps(workbook: Any, done: Filled) -> None:
    """Add the page of what is missing, by person; names masked, since the workbook travels."""
    if not done.gaps and not done.strangers and not done.unknown and not done.withheld and not done.left:
        return
    name = LACKING if LACKING not in workbook.sheetnames else f"{LACKING}{len(workbook.sheetnames)}"
    page = workbook.create_sheet(name)
    many = len(done.parts) + len(done.left) > 1
    lines: list[list[Any]] = [[say("行", "Row"), say("姓名", "Name"), say("列", "Column"), say("为什么没有填", "Why it is blank"),
                               say("工作表", "Sheet")]]
    for part in done.parts:
        lines += [[gap.row, gap.name, gap.head, gap.why, part.sheet] for gap in sorted(part.gaps, key=lambda g: (g.row, g.head))]
        lines += [[row, "", "", say("这一行写的人不在台账里，有同名的人，或和台账里的不一样",
                                    "The person of this row is not in the ledger, not the only one of that name, or otherwise there"), part.sheet]
                  for row in part.strangers]
        lines += [["", "", head, say("这一列不知道问的是什么", "It is not known what this column asks for"), part.sheet] for head in part.unknown]
        lines += [["", "", head, withheld_words(), part.sheet] for head in part.withheld]
    lines += [["", "", "", why, sheet] for sheet, why in done.left]
    for line in lines:
        page.append(line if many else line[:4])
    for letter, width in (("A", 8), ("B", 12), ("C", 24), ("D", 46), ("E", 20)):
        page.column_dimensions[letter].width = width

