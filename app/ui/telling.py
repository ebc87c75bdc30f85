"""How values, moments and sources are told to people. Promises labels instead of codes and masked numbers in lists."""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.models import clock, values
from app.models.dictionary import Field, dictionary
from app.models.identity import mask_id, mask_phone
from app.models.language import say
from app.models.ledger import Ledger

DAYS_ZH = "一二三四五六日"
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK = 7


def near(iso: str, time: bool = True) -> str:
    """Return a moment as people say it: 今天 08:31, 昨天 17:20, 周五, 11-21 15:10, 2025-11-21."""
    if not iso:
        return ""
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is not None:
        moment = moment.astimezone()
    days = (clock.today() - moment.date()).days
    hour = moment.strftime(" %H:%M") if time and len(iso) > 10 else ""
    if days == 0:
        return say("今天", "today") + hour
    if days == 1:
        return say("昨天", "yesterday") + hour
    if 1 < days < WEEK:
        return say(f"周{DAYS_ZH[moment.weekday()]}", DAYS_EN[moment.weekday()]) + hour
    return (moment.strftime("%m-%d") + hour) if moment.year == clock.today().year else moment.strftime("%Y-%m-%d")


NUMBERS = ("id_number", "disability_no")
PHONES = ("phone", "household_phone")
PSEUDO = {"_place": ("所在地", "Place"), "_void": ("删除", "Deleted")}


def field_label(type: str, name: str) -> str:
    """Return what a field, a merge group or a pseudo-field is called."""
    if name in PSEUDO:
        return say(*PSEUDO[name])
    found = dictionary().types[type].fields.get(name)
    if found is not None:
        return found.label()
    return unit_label(name) or name


def unit_label(unit: str) -> str:
    """Return what a merge group is called, or "" where it is none."""
    return say(*UNITS_WORDS[unit]) if unit in UNITS_WORDS else ""


UNITS_WORDS = {"identity": ("身份信息", "identity"), "health": ("健康和劳动能力", "health and capacity"),
               "membership": ("所属户", "household"), "wish": ("就业意愿", "wish to work"), "training": ("培训", "training"),
               "work": ("工作", "work"), "post_terms": ("岗位条件", "terms of the post")}


def told(field: Field, value: Any, ledger: Ledger | None = None, masked: bool = True) -> str:
    """Return a stored value as people read it: labels, units, names behind references, numbers masked."""
    if value is None or value in ("", []):
        return ""
    if masked and field.name in NUMBERS:
        return mask_id(str(value))
    if masked and field.name in PHONES:
        return mask_phone(str(value))
    if field.kind in ("ref", "refs") and field.list != "area" and ledger is not None:
        return say("、", "; ").join(named(ledger, one) for one in (value if isinstance(value, list) else [value]))
    if field.name.endswith("_at") and isinstance(value, str):
        return near(value)
    words = values.format(field, value)
    return f"{words} {unit_words(field.unit)}" if field.unit else words


UNIT_WORDS = {"元": "yuan", "元/月": "yuan a month", "人": "", "年": "years", "份": "", "岁": "years", "秒": "s",
              "个": "", "家": "", "户": "", "次": "", "人次": "", "天": "days", "课时": "hours", "分": "points", "个月": "months"}


def unit_words(unit: str) -> str:
    """Return a unit in the language in use."""
    return say(unit, UNIT_WORDS.get(unit, unit))


def named(ledger: Ledger, rec: str) -> str:
    """Return the name of the record that a reference points to, its first digits where it is not here."""
    record = ledger.get(rec) if len(rec) == 32 else None
    if record is None:
        return rec[:8]
    return str(record.values.get(dictionary().types[record.type].label_field) or rec[:8])


SOURCES = {"form": ("调查", "interview"), "roster": ("名册导入", "roster"), "screen": ("手工", "by hand"),
           "review": ("复核", "review"), "book": ("台账收回", "account book"), "command": ("命令行", "command"),
           "setup": ("建工作区", "set-up"), "undo": ("撤销", "undo"), "practice": ("练习数据", "practice data")}


def source_words(source: str) -> str:
    """Return where a change came from: an interview, a roster, by hand, a review."""
    kind = source.split(":")[0]
    return say(*SOURCES[kind]) if kind in SOURCES else kind


def years(age: int | None) -> str:
    """Return an age in words, "" where it is not known."""
    return "" if age is None else say(f"{age} 周岁", f"aged {age}")


def person_line(person: Mapping[str, Any], age: int | None) -> str:
    """Return "男 · 52 周岁" of a person's values."""
    sex = dictionary().codes["sex"].label(str(person["sex"])) if person.get("sex") else ""
    return " · ".join(part for part in (sex, years(age)) if part)
