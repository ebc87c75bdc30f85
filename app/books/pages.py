"""Pages: sheets that are a form for one person (登记表), labels with room to the right of each. Promises that a table is never taken for one.

    page_of(sheet) -> its labels, each with the cell that answers it; () where the sheet is no such form
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.books.asked import DEPARTMENT
from app.books.headers import as_text
from app.books.incoming import Sheet
from app.books.vocabulary import Target, may_be_theirs, names_another

WHO = ("person.full_name", "person.id_number")
LEAST, ROWS = 4, 3  # labels with room beside them, in so many rows: fewer make no form
TALL, LONG = 60, 40  # rows of a form; letters of a label


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a form. Attributes: text, targets (what it asks for), row and column (of the cell that answers it, from 1)."""

    text: str
    targets: tuple[Target, ...]
    row: int
    column: int


def page_of(sheet: Sheet) -> tuple[Label, ...]:
    """Return the labels of a form for one person, in the order they are read; () where the sheet is none."""
    if len(sheet.rows) > TALL:
        return ()
    labels = list(labels_of(sheet))
    room = [label for label in labels if not _says(sheet, label)]
    who = [label for label in labels if any(target.name in WHO for target in label.targets)]
    names = [target.name for label in who for target in label.targets]
    if len(room) < LEAST or len({label.row for label in labels}) < ROWS or not who or len(set(names)) < len(names):
        return ()
    return tuple(labels)


def person_of(sheet: Sheet, labels: Sequence[Label]) -> dict[str, str]:
    """Return what a form says of whom it is about: marker to text; {} where it names nobody yet."""
    said = {target.name: _says(sheet, label) for label in labels for target in label.targets if target.name in WHO}
    return {name: text for name, text in said.items() if text}


def labels_of(sheet: Sheet, last: int = TALL) -> Iterator[Label]:
    """Yield the labels that are known down to a row, each with the cell to its right; not one that stands beside another label, as heads
    of a table do."""
    wide = sheet.first_column + max((len(row) for row in sheet.rows), default=0)
    for row in range(1, min(last, len(sheet.rows)) + 1):
        before = ""
        for column in range(sheet.first_column, wide):
            text = sheet.cell(row, column)
            if not isinstance(text, str) or not text.strip() or len(text) > LONG:
                continue
            theirs = names_another(before) and may_be_theirs(text)
            before, targets = text if not theirs else before, () if theirs else DEPARTMENT.targets_of(text)
            beside = _right_of(sheet, row, column)
            if not targets or beside > max(wide - 1, _right_edge(sheet)):
                continue
            answer = as_text(sheet.cell(row, beside))
            if not answer or not DEPARTMENT.targets_of(answer):
                yield Label("".join(text.split()).rstrip("：:"), targets, row, beside)


def _right_of(sheet: Sheet, row: int, column: int) -> int:
    """Return the column after a cell and all that is merged with it."""
    return next((last for top, first, foot, last in sheet.merged if top <= row <= foot and first <= column <= last), column) + 1


def _right_edge(sheet: Sheet) -> int:
    return max((last for _, _, _, last in sheet.merged), default=0)


def _says(sheet: Sheet, label: Label) -> str:
    return as_text(sheet.cell(label.row, label.column))
