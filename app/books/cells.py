"""Cells: a stored value becomes what its cell shows. Promises the labels of the book's language, and dates as dates."""
import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from app.books.template import Column, Template
from app.models import identity, places
from app.models.dictionary import Field, dictionary

if TYPE_CHECKING:
    from app.models.ledger import Ledger

Shown = str | int | float | date | None
Show = Callable[[Any], Shown]
MASKS = {"id_number": identity.mask_id, "disability_no": identity.mask_id, "head_id_number": identity.mask_id,
         "phone": identity.mask_phone, "household_phone": identity.mask_phone,
         "full_name": identity.mask_name, "head_name": identity.mask_name}


def show(ledger: "Ledger", template: Template, column: Column, mask: bool) -> Show:
    """Return the function that turns this column's stored values into what is shown."""
    if column.marker == "place.name":
        return lambda value: place_name(ledger, value)
    field = column.field
    if field is None:
        return as_stored
    if mask and field.name in MASKS:
        hide = MASKS[field.name]
        return lambda value: hide(value) if isinstance(value, str) else value
    return _of_kind(ledger, template, field)


def place_name(ledger: "Ledger", value: Any) -> Shown:
    """Return the last name of a place's path; what is no place code is a name already."""
    if not isinstance(value, str) or not places.is_code(value):
        return as_stored(value)
    return places.path(value, ledger).split(" ")[-1] or value


def _of_kind(ledger: "Ledger", template: Template, field: Field) -> Show:
    zh = template.meta["language"] == "zh"
    if field.kind == "code":
        labels = template.labels(field.list)
        return lambda value: None if value is None else labels.get(value, value)
    if field.kind == "codes":
        labels, comma = template.labels(field.list), "、" if zh else "; "
        return lambda value: comma.join(labels.get(code, str(code)) for code in _listed(value)) or None
    if field.kind == "yes":
        yes, no = ("是", "否") if zh else ("Yes", "No")
        return lambda value: value if value not in (0, 1) else yes if value else no
    if field.kind == "date":
        return as_date
    if field.kind in ("integer", "number"):
        return as_number
    if field.kind == "ref" and field.list == "area":
        return lambda value: places.path(value, ledger) if value and places.is_code(value) else value
    if field.kind == "ref":
        return Names(ledger, field).__getitem__
    return as_stored


class Names(dict[Any, Shown]):
    """What the records are called that a field points at, each looked up once; a place or an unknown one stands for itself."""

    def __init__(self, ledger: "Ledger", field: Field) -> None:
        super().__init__({None: None})
        self._ledger, self._types = ledger, [dictionary().types[t] for t in field.targets if t in dictionary().types]

    def __missing__(self, value: Any) -> Shown:
        found: Any = None
        for kind in self._types if isinstance(value, str) else ():
            row = self._ledger.db.conn.execute(f'SELECT "{kind.label_field}" FROM "{kind.name}" WHERE id = ?', (value,)).fetchone()
            found = found or (row[0] if row else None)
        shown = self[value] = as_stored(found if found is not None else value)
        return shown


def as_date(value: Any) -> Shown:
    """Return a whole date as a date; a month alone, or a day before Excel's calendar, as its text."""
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return as_stored(value)
    return day if day.year > 1900 else str(value)


def as_number(value: Any) -> Shown:
    """Return a whole or decimal number as a number; anything else as its text."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return as_stored(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    try:
        found = json.loads(value)
    except (TypeError, ValueError):
        return [value]
    return found if isinstance(found, list) else [found]


def as_stored(value: Any) -> Shown:
    """Return text, numbers and dates as they are; what is none of these as its text."""
    return value if value is None or isinstance(value, (str, int, float, date)) else str(value)
