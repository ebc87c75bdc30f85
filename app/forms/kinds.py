"""Kinds of questions: what each stores, and how a person's text becomes that. Promises one canonical text per answer."""
import re
import unicodedata
from datetime import date

from app.forms.definition import Part
from app.forms.shown import Kind
from app.forms.xpath.values import parse_moment
from app.models.attachments import ref_of
from app.models.language import say

_DATE = re.compile(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_INTEGER = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
_BY_TYPE: dict[str, Kind] = {"int": "integer", "decimal": "decimal", "date": "date", "time": "time", "dateTime": "datetime",
                             "geopoint": "geopoint", "binary": "image"}
_BY_CONTROL: dict[str, Kind] = {"select1": "select_one", "select": "select_multiple", "rank": "rank", "trigger": "select_one",
                                "upload": "image"}
TICKED = "OK"


def kind_of(part: Part) -> Kind:
    """Return what a part asks for."""
    if part.repeat:
        return "repeat"
    if not part.asked:
        return "calculate"
    if part.control == "upload" and part.mediatype and not part.mediatype.startswith("image"):
        return "file"
    if part.control in _BY_CONTROL:
        return _BY_CONTROL[part.control]
    if is_note(part):
        return "note"
    return _BY_TYPE.get(part.type, "text")


def is_note(part: Part) -> bool:
    """Return whether a part only says something."""
    readonly = part.expressions.get("readonly")
    return part.control == "input" and readonly is not None and readonly.text == "true()" and (
        "calculate" not in part.expressions and part.type == "string" and (not part.row or "note" in part.row.cells.get("type", "note"))
    )


def normal(kind: Kind, text: str, offered: tuple[str, ...] | None) -> str | None:
    """Return the text to store for a person's answer; None where it is no answer of this kind."""
    if not text.strip():
        return ""
    if kind == "text":
        return unicodedata.normalize("NFC", text)
    if kind in ("image", "file"):
        return text.strip() if ref_of(text.strip()) else None
    if kind in ("select_one", "select_multiple", "rank"):
        return _chosen(kind, text, offered or ())
    plain = unicodedata.normalize("NFKC", text).strip()
    act = {"integer": _integer, "decimal": _decimal, "date": _date, "time": _time, "datetime": _datetime,
           "geopoint": _geopoint}.get(kind)
    return act(plain) if act else None


def _chosen(kind: Kind, text: str, offered: tuple[str, ...]) -> str | None:
    names = list(dict.fromkeys(text.split()))
    if kind == "select_one" and len(names) != 1 or any(name not in offered for name in names):
        return None
    return " ".join(names)


def _integer(text: str) -> str | None:
    return str(int(text)) if _INTEGER.fullmatch(text) else None


def _decimal(text: str) -> str | None:
    if not _DECIMAL.fullmatch(text):
        return None
    text = text.rstrip("0").rstrip(".") if "." in text else text
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = digits.partition(".")
    return sign + (whole.lstrip("0") or "0") + dot + rest


def _date(text: str) -> str | None:
    found = _DATE.fullmatch(text) if not text.isdecimal() else _PLAIN.fullmatch(text)
    if found is None:
        moment = parse_moment(text)
        return moment.at.astimezone().date().isoformat() if moment and moment.at else None
    try:
        return date(*(int(g) for g in found.groups())).isoformat()
    except ValueError:
        return None


def _time(text: str) -> str | None:
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return None
    return f"{int(found[1]):02d}:{found[2]}:{found[3] or '00'}{found[4] or '.000'}{found[5] or ''}"


def _datetime(text: str) -> str | None:
    moment = parse_moment(text)
    return moment.at.isoformat(timespec="milliseconds") if moment and moment.at else None


def _geopoint(text: str) -> str | None:
    parts = text.replace(",", " ").split()
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        return None
    if not 2 <= len(numbers) <= 4 or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        return None
    return " ".join(f"{n:.10f}".rstrip("0").rstrip(".") for n in (*numbers, *[0.0] * (4 - len(numbers))))


def refusal(kind: Kind) -> str:
    """Return why an answer of this kind was not taken."""
    return {
        "integer": say("请填整数。", "Type a whole number."),
        "decimal": say("请填数字。", "Type a number."),
        "date": say("请按 2026-11-23 填写日期。", "Type a date such as 2026-11-23."),
        "time": say("请按 08:30 填写时间。", "Type a time such as 08:30."),
        "datetime": say("请按 2026-11-23T08:30 填写。", "Type a date and time such as 2026-11-23T08:30."),
        "image": say("请选一张照片。", "Choose a picture."),
        "file": say("请选一个文件。", "Choose a file."),
        "geopoint": say("请填纬度和经度，例如 26.65 106.63。", "Type latitude and longitude, such as 26.65 106.63."),
    }.get(kind, say("这个答案不在可选项中，请重新选择。", "This is not one of the choices; choose again."))
