"""How the command line reads FIELD=VALUE and ids, and how it prints values, masked where asked."""
import re
from collections.abc import Callable
from typing import Any

from app.models import entry, places
from app.models.change import Value
from app.models.dictionary import Field, RecordType, dictionary, format, parse
from app.models.identity import mask_id, mask_name, mask_phone
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem

_ID = re.compile(r"[0-9a-f]{32}")
MASKS = {"full_name": mask_name, "id_number": mask_id, "disability_no": mask_id, "phone": mask_phone,
         "household_phone": mask_phone}
ASKED_AS = {"name": "full_name", "proxy_name": "full_name", "other_id_number": "id_number"}  # questions that are called otherwise


def type_named(name: str) -> RecordType:
    """Return the record type; raise Problem that lists the types there are."""
    kind = dictionary().types.get(name)
    if kind is None:
        known = "、".join(sorted(dictionary().types))
        raise Problem("type.unknown", f"没有“{name}”这种记录。可用的有：{known}。",
                      f'There is no record type "{name}". There are: {known.replace("、", ", ")}.')
    return kind


def pairs(ledger: Ledger, kind: RecordType, assignments: tuple[str, ...]) -> dict[str, Value]:
    """Return field -> value of FIELD=VALUE arguments; an empty VALUE clears."""
    values: dict[str, Value] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise Problem("field.form", f"“{name}”后面少了等号。请写成 字段=值。", f'"{name}" lacks "=". Write FIELD=VALUE.')
        field = field_named(kind, name.strip())
        if field.name in values:
            raise Problem("field.twice", f"“{field.zh}”写了两次。请只留一个。", f"{field.en} is given twice. Keep one of them.")
        values[field.name] = None if text == "" else value_of(ledger, field, text)
    return values


def field_named(kind: RecordType, name: str) -> Field:
    """Return the stored field of that name or label; raise Problem otherwise."""
    for field in kind.fields.values():
        if not field.derived and name in (field.name, field.zh, field.en):
            return field
    raise Problem("field.unknown", f"“{kind.zh}”没有字段“{name}”。用 leye list {kind.name} --json 可以看到字段名。",
                  f'{kind.en} has no field "{name}". See the names with: leye list {kind.name} --json')


def value_of(ledger: Ledger, field: Field, text: str) -> Value:
    """Return the value a text means; references are given as id or code. The Problem of a bad one names the field."""
    if field.kind == "ref":
        return reference(ledger, field, text)
    if field.kind == "refs":
        return [reference(ledger, field, part) for part in re.split(r"[,，、;；\s]+", text.strip()) if part]
    return parse(field, text)


def reference(ledger: Ledger, field: Field, text: str) -> str:
    """Return what a reference holds: a place code for an area, else the id of the record, of whichever of its types."""
    refused: Problem | None = None
    for target in field.targets:
        try:
            if target == "area":
                return places.read(text, places.prefix(ledger.me.area), ledger)
            return record_of(ledger, type_named(target), text.strip())
        except Problem as problem:
            refused = refused or problem
    assert refused is not None  # a reference has a target
    raise Problem(refused.key, f"{field.zh}：{refused.zh}", f"{field.en}: {refused.en}")


def record_of(ledger: Ledger, kind: RecordType, text: str) -> str:
    """Return the id of the record meant by an id, the beginning of one, or its code; raise Problem otherwise."""
    conn = ledger.db.conn
    if _ID.fullmatch(text):
        row = conn.execute("SELECT rec FROM record WHERE rec = ? AND type = ?", (text, kind.name)).fetchone()
        if row:
            return text
    if code := entry.ISSUED.get(kind.name):
        rows = conn.execute(f'SELECT id FROM "{kind.name}" WHERE "{code}" = ? AND _void IS NULL LIMIT 2', (text,)).fetchall() or conn.execute(
            f'SELECT id FROM "{kind.name}" WHERE "{code}" = ? LIMIT 2', (text,)).fetchall()
        if rows:
            return _only(kind, text, rows)
    if re.fullmatch(r"[0-9a-f]{6,31}", text):
        rows = conn.execute(f'SELECT id FROM "{kind.name}" WHERE id >= ? AND id < ? LIMIT 2', (text, text + "g")).fetchall()
        if rows:
            return _only(kind, text, rows)
    raise Problem("record.unknown", f"本机没有这条{kind.zh}（{text[:32]}）。请核对编号，或先同步。",
                  f"No such {kind.en.lower()} on this computer ({text[:32]}). Check the id, or sync first.")


def _only(kind: RecordType, text: str, rows: list[tuple[str]]) -> str:
    if len(rows) > 1:
        raise Problem("record.several", f"本机有不止一条{kind.zh}是这个编号（{text[:32]}）。请写完整的 32 位编号：leye list {kind.name} --json。",
                      f"More than one {kind.en.lower()} on this computer has this code ({text[:32]}). Give the whole id of 32 characters:"
                      f" leye list {kind.name} --json.")
    return str(rows[0][0])


def masked(kind: RecordType, values: dict[str, Value]) -> dict[str, Value]:
    """Return the values with names, numbers and phones masked and other sensitive ones starred."""
    return {name: _mask(kind, name, value) for name, value in values.items()}


def _mask(kind: RecordType, name: str, value: Value) -> Value:
    field = kind.fields.get(name)
    if field is None or not field.sensitive or value is None:
        return value
    return MASKS[name](str(value)) if name in MASKS else "***"


def line(kind: RecordType, values: dict[str, Value]) -> str:
    """Return the values on one line, with labels, masked."""
    parts = []
    for name, value in masked(kind, values).items():
        field = kind.fields.get(name)
        shown = value if value == "***" or field is None else _shown(field, value)
        parts.append(f"{field.label() if field else name} {shown}")
    return " · ".join(parts)


PSEUDO = {"_place": ("所在地", "Place"), "_void": ("删除", "Deleted")}


def in_words(kind: RecordType, name: str, *values: Value) -> tuple[str, ...]:
    """Return the label of a field and its values as people read them, already masked ones as they are; "-" for none."""
    field = kind.fields.get(name)
    label = field.label() if field else say(*PSEUDO[name]) if name in PSEUDO else name
    return label, *("-" if value is None else str(value) if field is None or value == "***" else _shown(field, value) for value in values)


def _shown(field: Field, value: Value) -> str:
    try:
        return format(field, value)
    except (KeyError, TypeError, ValueError):
        return str(value)


def versions_json(versions: list[Any]) -> list[dict[str, Any]]:
    """Return the versions of a unit as the contract names them."""
    return [{"value": v.value, "author": v.author_name, "device": v.device_name, "at": v.at, "source": v.source}
            for v in versions]


def masked_version(kind: str, unit: str, version: dict[str, Any]) -> dict[str, Any]:
    """Return one version of a unit with its value masked."""
    value = version["value"]
    if kind not in dictionary().types:
        return version
    hidden = masked(dictionary().types[kind], value if isinstance(value, dict) else {unit: value})
    return {**version, "value": hidden if isinstance(value, dict) else hidden[unit]}


def told_version(kind: str, unit: str, value: Any) -> str:
    """Return the value of a version as people read it, masked: a group with the label of each of its fields."""
    known = dictionary().types.get(kind)
    if known is None:
        return str(value)
    if isinstance(value, dict):
        return line(known, {name: one for name, one in value.items() if one is not None})
    return in_words(known, unit, masked(known, {unit: value})[unit])[1]


def masked_cell(rejected: dict[str, Any]) -> dict[str, Any]:
    """Return a rejected cell ("field": its label, "value") with the value masked where the field is sensitive, or is none that we know."""
    known = False
    for kind in dictionary().types.values():
        for field in kind.fields.values():
            if rejected["field"] in (field.zh, field.en, field.name):
                known = True
                if field.sensitive:
                    return {**rejected, "value": _mask(kind, field.name, rejected["value"] or None) or ""}
    return rejected if known or not rejected["value"] else {**rejected, "value": "***"}


def masked_answers(result: dict[str, Any], saved_to: Callable[[str], Field | None]) -> dict[str, Any]:
    """Return what a filled form says with the sensitive answers masked.

    saved_to: the field that the question at a path is saved to; one that is saved nowhere is known by its name.
    """
    sensitive = {name for kind in dictionary().types.values() for name, field in kind.fields.items() if field.sensitive} | set(ASKED_AS)
    answers = {}
    for path, value in result["answers"].items():
        asked = re.sub(r"\[\d+\]", "", path)
        field, name = saved_to(asked), asked.rsplit("/", 1)[-1]
        hidden = field.sensitive if field is not None else name in sensitive
        name = field.name if field is not None else ASKED_AS.get(name, name)
        answers[path] = value if not value or not hidden else MASKS[name](value) if name in MASKS else "***"
    return {**result, "answers": answers}
