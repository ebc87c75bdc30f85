"""Functions about dates and times: today, now, date, format-date, decimal times. The clock is models.clock."""
import math
from datetime import datetime

from app.forms.xpath.compile import Context
from app.forms.xpath.functions import function
from app.forms.xpath.values import Moment, Value, local_midnight, parse_moment, to_moment, to_text
from app.models import clock


@function("today", 0)
def _today(_c: Context) -> Moment:
    return Moment(local_midnight(clock.today()))


@function("now", 0, volatile=True)
def _now(_c: Context) -> Moment:
    return Moment(clock.now())


@function("date", 1)
def _date(_c: Context, value: Value) -> Moment:
    return to_moment(value)


@function("date-time", 1)
def _date_time(_c: Context, value: Value) -> Moment:
    return to_moment(value)


@function("decimal-date-time", 1)
def _decimal_date_time(_c: Context, value: Value) -> float:
    return to_moment(value).days()


@function("decimal-time", 1)
def _decimal_time(_c: Context, value: Value) -> float:
    text = value.text()[11:] if isinstance(value, Moment) else to_text(value)
    if not text.strip():
        return math.nan
    moment = parse_moment("1970-01-02T" + text.strip())
    if moment is None or moment.at is None:
        return math.nan
    local = moment.at.astimezone()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (local - midnight).total_seconds() / 86400


_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _parts(at: datetime) -> dict[str, str]:
    return {
        "Y": f"{at.year:04d}", "y": f"{at.year % 100:02d}", "m": f"{at.month:02d}", "n": str(at.month),
        "b": _MONTHS_EN[at.month - 1], "d": f"{at.day:02d}", "e": str(at.day), "H": f"{at.hour:02d}", "h": str(at.hour),
        "M": f"{at.minute:02d}", "S": f"{at.second:02d}", "3": f"{at.microsecond // 1000:03d}",
        "a": _DAYS_EN[at.weekday()], "%": "%",
    }


def _formatted(value: Value, pattern: Value) -> str:
    moment = to_moment(value)
    if moment.at is None:
        return ""
    parts = _parts(moment.at.astimezone())
    text, out, at = to_text(pattern), "", 0
    while at < len(text):
        if text[at] == "%" and at + 1 < len(text):
            out += parts.get(text[at + 1], text[at:at + 2])
            at += 2
        else:
            out += text[at]
            at += 1
    return out


@function("format-date", 2)
def _format_date(_c: Context, value: Value, pattern: Value) -> str:
    return _formatted(value, pattern)


@function("format-date-time", 2)
def _format_date_time(_c: Context, value: Value, pattern: Value) -> str:
    return _formatted(value, pattern)
