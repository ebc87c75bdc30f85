"""Telling: what a book that came home would do, in plain words, before it does. Promises that names and numbers are masked: it is for a screen."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.books import cells
from app.books.edits import CHANGE, CONFLICT, Edit, Refused
from app.models.dictionary import dictionary
from app.models.identity import mask_name
from app.models.language import say
from app.models.projection import cell_of

if TYPE_CHECKING:
    from app.books.arrivals import Arrivals
    from app.books.take_back import Homecoming
    from app.models.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Line:
    """One edited cell in words. Attributes: edit, who (masked), before (what the book had shown), says (what it says now),
    now (what the record says meanwhile, where that is something else), where (row and column of the sheet)."""

    edit: Edit
    who: str
    before: str
    says: str
    now: str
    where: str


def lines(ledger: "Ledger", found: "Homecoming") -> list[Line]:
    """Return the edits in the order of the sheet."""
    from openpyxl.utils import get_column_letter

    template, names = found.returned.template, dict[str, str]()
    letters = {(layout.sheet.name, column.title): get_column_letter(at)
               for layout in found.returned.layouts for column, at in layout.columns.items()}
    several = len(found.returned.layouts) > 1
    columns = {(c.field.type, c.field.name): c for c in template.columns if c.field}
    out = []
    for edit in sorted(found.edits, key=lambda e: (e.sheet if several else "", e.row)):
        column, field = columns[edit.type, edit.name], dictionary().field(edit.type, edit.name)
        show = cells.show(ledger, template, column, mask=True)
        hide = cells.MASKS.get(edit.name)
        before = hide(edit.before) if hide and isinstance(edit.before, str) else edit.before
        now = _text(show(cell_of(field, edit.now))) or say("（空）", "(blank)") if edit.state == CONFLICT else ""
        letter, sheet = letters.get((edit.sheet, edit.title), ""), f"{edit.sheet} " if several else ""
        where = say(f"{sheet}第 {edit.row} 行 {letter}", f"{sheet}Row {edit.row} {letter}")
        who = names.get(edit.person or edit.rec)
        if who is None:
            who = names[edit.person or edit.rec] = _who(ledger, edit)
        out.append(Line(edit, who, _text(before), _text(show(cell_of(field, edit.value))), now, where))
    return out


def where_of(found: "Homecoming", refused: Refused) -> str:
    """Return where something stands that is not taken: its row, with the sheet where the book has several."""
    sheet = f"{refused.sheet} " if len(found.returned.layouts) > 1 else ""
    return say(f"{sheet}第 {refused.row} 行", f"{sheet}Row {refused.row}")


def summary(found: "Homecoming") -> list[str]:
    """Return what the book would do, in short phrases; nothing where it says what it said."""
    new, gone = found.arrivals, len(found.gone)
    refused = len(found.refused) + (len(new.refused) if new else 0)
    told = ((found.count(CHANGE), say("{} 格有改动", "{} changed")), (found.count(CONFLICT), say("{} 格和别人的不一致", "{} disagree")),
            (new.created if new else 0, say("{} 人是新的", "{} new")),
            (new.known if new else 0, say("{} 行像是已经在册的人", "{} like people who are here already")),
            (gone, say("{} 行不见了（没有删除）", "{} gone (nobody is deleted)")),
            (refused, say("{} 处不收", "{} not taken")))
    return [words.format(count) for count, words in told if count]


def brings(new: "Arrivals | None") -> bool:
    """Tell whether added rows would write anything."""
    return new is not None and bool(new.writes)


def gone_names(found: "Homecoming", most: int) -> Sequence[str]:
    """Return the masked names of who stands in the book no more, some of them."""
    return [mask_name(name) or say("（没有名字）", "(no name)") for _, name in found.gone[:most]]


def _who(ledger: "Ledger", edit: Edit) -> str:
    if edit.person or edit.type == "person":
        person = ledger.get(edit.person or edit.rec)
        return mask_name(str(person.values.get("full_name") or "")) if person else ""
    if edit.type == "household":
        row = ledger.db.conn.execute("SELECT full_name FROM person WHERE household_id = ? AND relation_to_head = '02' AND _void IS NULL"
                                     " ORDER BY id DESC", (edit.rec,)).fetchone()
        if row and row[0]:
            return say(f"{mask_name(row[0])} 一户", f"Household of {mask_name(row[0])}")
    record = ledger.get(edit.rec)
    return _text(record.values.get(dictionary().types[edit.type].label_field)) if record else ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)
