"""Crossing: the people a dispatch figure counts, laid out by two things at once, as offices are asked for it (交叉表).

Promises that its total is the figure it was made of, that what nobody has said is a line of its own, and that nobody is named in it.

    cross(ledger, count(Records(ledger.db.conn), on), prefix, "village", "work", CELLS["B1"])       a pandas DataFrame of whole numbers
"""
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.assistance.records import Records
from app.assistance.roll import each
from app.books import package
from app.models import disk, places
from app.models.dictionary import Field, dictionary
from app.models.identity import age_on
from app.models.language import say
from app.models.problem import Problem
from app.oversight.cells import Cell
from app.oversight.indicators import Figures

if TYPE_CHECKING:
    from pandas import DataFrame

    from app.models.ledger import Ledger

WORK = {"employed": ("已就业", "employed"), "willing": ("想工作", "wants work"), "unwilling": ("不想工作", "does not want"),
        "unknown": ("情况不明", "not known")}
BANDS = ((16, "16–25"), (26, "26–35"), (36, "36–45"), (46, "46–55"), (56, "56–59"), (60, "60+"))
PLACES = {"town": 9, "village": 12}
OWN = {"work": ("就业情况", "Work"), "age": ("年龄段", "Age"), "town": ("乡镇", "Township"), "village": ("村、安置点", "Village or site")}


def axes() -> dict[str, str]:
    """Return what can be laid out: key to label. `person.sex`-like keys are single-choice fields, of persons and of households."""
    own = {key: say(*label) for key, label in OWN.items()}
    return own | {f"{kind}.{field.name}": field.label() for kind in ("person", "household") for field in _fields(kind)}


def cross(ledger: "Ledger", figures: Figures, prefix: str, rows: str, columns: str, cell: Cell) -> "DataFrame":
    """Return how many of those whom a figure counts under a prefix stand where, labels at both edges, sums at the ends.

    Problem where an axis is none, or where the figure does not count people.
    """
    import pandas

    known = axes()
    for axis in (rows, columns):
        if axis not in known:
            raise Problem("report.axis", f"不能按“{axis[:30]}”分。可以用：{'、'.join(known)}。",
                          f"There is no {axis[:30]} to lay out by. There are: {', '.join(known)}.")
    people = [rec for kind, rec in figures.listed(cell, prefix) if kind == "person"]
    if not people and figures.listed(cell, prefix):
        raise Problem("report.axis", f"“{cell.label()}”数的不是人，分不了。", f'"{cell.label()}" does not count people.')
    whole, unsaid = say("合计", "All"), say("没有填", "not said")
    edges = [pandas.Categorical(*_edge(ledger, figures, people, axis, unsaid)) for axis in (rows, columns)]
    table = pandas.crosstab(edges[0], edges[1], rownames=[known[rows]], colnames=[known[columns]], dropna=False)
    table.index, table.columns = table.index.astype(str), table.columns.astype(str)
    table[whole] = table.sum(axis=1)
    table.loc[whole] = table.sum(axis=0)
    return table.astype(int)


def write(table: "DataFrame", path: Path) -> None:
    """Write the table as a workbook; whole or not at all. Problem where the file cannot be written."""
    import pandas

    whole = table.rename(index=_plain, columns=_plain).reset_index(names=f"{table.index.name} / {table.columns.name}")
    try:
        with disk.writing(path) as file:
            sheets = pandas.ExcelWriter(file, engine="openpyxl")
            whole.to_excel(sheets, index=False)
            package.save(sheets.book, file)
    except OSError:
        raise Problem("report.write", f"写不了 {path.name}：磁盘满、只读，或者文件正打开着。请检查后重试。",
                      f"{path.name} cannot be written: the disk is full or read-only, or the file is open. Check it and try again.",
                      status=1) from None


def _plain(label: str) -> str:
    """Return a label that no spreadsheet takes for a formula: an office may call its own choices what it likes."""
    return f"'{label}" if label[:1] in ("=", "+", "-", "@") else label


def _fields(kind: str) -> list[Field]:
    fields = dictionary().types[kind].fields.values()
    return [field for field in fields if field.kind == "code" and field.list and not field.derived and not field.off]


def _edge(ledger: "Ledger", figures: Figures, people: list[str], axis: str, unsaid: str) -> tuple[list[str], list[str]]:
    """Return the label of each person along an axis, and all labels of the axis that occur, in their order."""
    roll, on = figures.roll, figures.period.on
    if axis == "work":
        order = {key: say(*label) for key, label in WORK.items()}
        found = [order[figures.standings[rec].work] for rec in people]
    elif axis == "age":
        order = {"": say("不满 16", "under 16"), **{str(least): label for least, label in BANDS}}
        found = [_band(roll.people[rec].born, on) or unsaid for rec in people]
    elif axis in PLACES:
        codes = [(roll.place_of(rec, on) or "")[:PLACES[axis]].ljust(12, "0") for rec in people]
        order = {code: places.path(code, ledger) for code in sorted(set(codes))}
        found = [order[code] for code in codes]
    else:
        kind, _, name = axis.partition(".")
        field = dictionary().types[kind].fields[name]
        order = {code: item.label() for code, item in dictionary().codes[field.list].items.items()}
        records = Records(ledger.db.conn)
        said = {row[0]: row[2] for row in each(records, kind, (name,), records.one_person())}
        of = (lambda rec: rec) if kind == "person" else (lambda rec: roll.people[rec].home_on(on))
        found = [order.get(str(said.get(of(rec)) or ""), unsaid) for rec in people]
    there = set(found)
    return found, [label for label in dict.fromkeys([*order.values(), unsaid]) if label in there]


def _band(born: str, on: str) -> str:
    if not born:
        return ""
    age = age_on(date.fromisoformat(born), date.fromisoformat(on))
    return next((label for least, label in reversed(BANDS) if age >= least), say("不满 16", "under 16"))
