"""Values: between what people type and what is stored.

Promises that a stored value has the one form its kind allows, that `parse(field, format(field, v)) == v`, and that what
cannot be read is refused by the field's label, with the value named only where the field is not sensitive.

    text str (NFC) · code str · codes list[str] · date "YYYY-MM-DD" or "YYYY-MM" · integer int · number int, or decimal
    text · yes bool · ref id, or the 12 characters of a place · refs list · json anything; None is nothing
"""
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from app.models import places
from app.models.dictionary import CodeList, Field, dictionary, fold
from app.models.identity import check_name, normalise
from app.models.language import say
from app.models.problem import Problem

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?(?:[T ].*)?")
_PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_BETWEEN = re.compile(r"([,，、;；|/\s]+)")
_ID = re.compile(r"[0-9a-f]{32}")
_EXACT = 2**53
_SPELLED = {("person", "full_name"): check_name, ("person", "id_number"): normalise, ("person", "disability_no"): normalise}
_SHOWN = 8
_YES = frozenset(("是", "有", "对", "真", "1", "true", "yes", "y", "t", "√", "✓", "愿意"))
_NO = frozenset(("否", "无", "没有", "不", "假", "0", "false", "no", "n", "f", "×", "✗", "x", "不愿意"))


def parse(field: Field, value: object) -> Any:
    """Return the stored value; None when there is nothing. Problem when it cannot be read."""
    if value is None or isinstance(value, str) and not value.strip():
        return None
    if field.kind == "json":
        return _parse_json(field, value)
    return _PARSERS[field.kind](field, value)


def format(field: Field, value: Any) -> str:
    """Return a stored value as a person reads it, in the language in use; nothing is "".

    References to records stay ids: only a ledger knows their names.
    """
    if value is None:
        return ""
    if field.kind == "code":
        return dictionary().codes[field.list].label(str(value))
    if field.kind == "codes":
        codes = dictionary().codes[field.list]
        return say("、", "; ").join(codes.label(code) for code in value)
    if field.kind == "yes":
        return say("是", "Yes") if value else say("否", "No")
    if field.kind == "ref" and field.list == "area":
        return places.path(value)
    if field.kind == "refs":
        return say("、", "; ").join(value)
    if field.kind == "json" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def refuse(field: Field, key: str, value: object, zh: str, en: str) -> NoReturn:
    """Raise the Problem that names the field, and the value where that tells nothing about a person."""
    shown = "" if field.sensitive else str(value)[:40]
    raise Problem(
        f"value.{key}",
        f"“{field.zh}”填写的“{shown}”{zh}" if shown else f"“{field.zh}”{zh}",
        f"{field.en}: “{shown}” {en}" if shown else f"{field.en}: the value {en}",
    )


def _text(value: object) -> str:
    """Return the trimmed text of a cell: whole floats lose their ".0", full-width digits become plain."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", str(value)).translate(_DIGITS).strip()


def _parse_text(field: Field, value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 10**15:
        refuse(field, "digits", value, "是数字格式，后几位已丢失；请把单元格改为文本后重新填写",
               "is stored as a number and has lost its last digits; make the cell text and type it again")
    return _SPELLED.get((field.type, field.name), str)(_text(value))


def _parse_code(field: Field, value: object) -> str:
    code = _find(dictionary().codes[field.list], value)
    if code is None:
        _refuse_code(field, value)
    return code


def _find(codes: CodeList, value: object) -> str | None:
    if isinstance(value, bool):
        value = "是" if value else "否"
    return codes.find(_text(value))


def _refuse_code(field: Field, value: object) -> NoReturn:
    """Raise the Problem that says the first choices there are."""
    items = dictionary().codes[field.list].offered()
    more = "…" if len(items) > _SHOWN else ""
    zh, en = "、".join(item.zh for item in items[:_SHOWN]), ", ".join(item.en for item in items[:_SHOWN])
    refuse(field, "code", value, f"不在可选项中；可填：{zh}{more}", f"is not a choice; choose from: {en}{more}")


def _parse_codes(field: Field, value: object) -> list[str]:
    """Read several codes, taking the longest run of words that is a label, since labels hold commas too."""
    codes = dictionary().codes[field.list]
    if isinstance(value, (list, tuple)):
        found = [code for part in value for code in _parse_codes(field, part)]
        return list(dict.fromkeys(found))
    parts = _BETWEEN.split(_text(value).strip(" ,，、;；|/"))
    words, at, result = parts[::2], 0, []
    while at < len(words):
        for end in range(len(words), at, -1):
            if end - at > 1 and all(word in codes.items for word in words[at:end]):
                continue  # 1 2 is two codes, never the code 12
            code = codes.find("".join(parts[2 * at : 2 * end - 1]))
            if code is not None:
                result.append(code)
                at = end
                break
        else:
            _refuse_code(field, words[at])
    return list(dict.fromkeys(result))


def _parse_date(field: Field, value: object) -> str:
    if isinstance(value, (date, datetime)):
        return f"{value:%Y-%m-%d}"
    text = "" if isinstance(value, float) and not value.is_integer() else _text(value)   # 2026.1 may be October
    found = _DATE.fullmatch(text) or _PLAIN_DATE.fullmatch(text)
    if found:
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            whole = date(year or 0, month or 0, day or 1)
        except ValueError:
            found = None
        else:
            return whole.isoformat() if day else f"{whole:%Y-%m}"
    refuse(field, "date", value, "不是日期；请按 2026-11-23 填写", "is not a date; write it as 2026-11-23")


def _decimal(field: Field, value: object) -> Decimal:
    text = _text(value).replace(",", "").replace("，", "")
    for unit in (field.unit, field.unit.split("/")[0], field.unit.removeprefix("个")):  # 9 个月 is written 9月, too
        text = text.removesuffix(unit).strip() if unit else text
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        refuse(field, "number", value, "不是数字", "is not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        refuse(field, "number", value, "不是数字", "is not a number")


def _parse_integer(field: Field, value: object) -> int:
    number = _decimal(field, value)
    if number != number.to_integral_value() or abs(number) > _EXACT:
        refuse(field, "integer", value, "应为整数", "must be a whole number")
    return int(number)


def _parse_number(field: Field, value: object) -> int | str:
    number = _decimal(field, value)
    if abs(number) > _EXACT:
        refuse(field, "number", value, "数值过大", "is too large")
    return int(number) if number == number.to_integral_value() else f"{number.normalize():f}"


def _parse_yes(field: Field, value: object) -> bool:
    word = fold(_text(value))
    if word in _YES:
        return True
    if word not in _NO:
        refuse(field, "yes", value, "应填“是”或“否”", "must be yes or no")
    return False


def _parse_ref(field: Field, value: object) -> str:
    text = _text(value)
    if field.list == "area":
        return places.read(text)
    found = text.replace("-", "").lower()
    if not _ID.fullmatch(found):
        refuse(field, "ref", value, "找不到对应的记录", "names no record")
    return found


def _parse_refs(field: Field, value: object) -> list[str]:
    words = value if isinstance(value, (list, tuple)) else [w for w in _BETWEEN.split(_text(value))[::2] if w]
    return list(dict.fromkeys(_parse_ref(field, word) for word in words))


def _parse_json(field: Field, value: object) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return unicodedata.normalize("NFC", value.strip())


_PARSERS: dict[str, Callable[[Field, object], Any]] = {
    "text": _parse_text,
    "code": _parse_code,
    "codes": _parse_codes,
    "date": _parse_date,
    "integer": _parse_integer,
    "number": _parse_number,
    "yes": _parse_yes,
    "ref": _parse_ref,
    "refs": _parse_refs,
}
