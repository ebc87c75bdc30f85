"""Office: what an office agrees for everything below it: settings with a date, codes of its own, places of its own.

Promises that the nearest office wins, that a code once known is never unknown again, and that a setting made elsewhere is
used only where it has the shape its kind asks for. The settings of one machine are another thing (app.models.settings).

    settings_of(ledger).value("status_valid_days", on=date(2026, 11, 1), place=person_place)      180 where nobody said otherwise
    agree(ledger, "status_valid_days", 90, valid_from="2027-01-01")                               an office says so, for itself and below
What can be agreed, with its default, stands in resources/dictionary/settings.csv.
"""
import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from app.models import clock, places
from app.models.dictionary import LocalCode, dictionary
from app.models.identity import record_id
from app.models.language import say
from app.models.problem import Problem
from app.models.resources import resource
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

RULES = frozenset(("form", "book_template", "code_item", "setting"))  # they bind others: only the office's own devices change them
WORDS = frozenset(("code_item", "area", "resettlement_site"))  # what `follow` reads


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that can be agreed. Attributes: key, kind (integer, number, date, yes, text), default, unit, labels, purpose."""

    key: str
    kind: str
    default: Any
    unit: str
    zh: str
    en: str
    purpose: str

    def label(self) -> str:
        """Return the label in the language in use."""
        return say(self.zh, self.en)

    def unit_label(self) -> str:
        """Return the unit in the language in use, "" where it has none."""
        return say(self.unit, _UNITS.get(self.unit, self.unit))


_UNITS = {"天": "days", "人": "people", "个月": "months", "岁": "years", "元/月": "yuan a month", "分": "points"}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What holds: the value, since when ("" always), and the place of the office that said so ("": the default)."""

    key: str
    value: Any
    valid_from: str
    place: str


@cache
def terms() -> dict[str, Term]:
    """Return what can be agreed, by key, in the order of the file."""
    with resource("dictionary", "settings.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: Term(row["key"], row["kind"], _read(row["kind"], row["default"]) if row["default"] else None, row["unit"],
                                 row["zh"], row["en"], row["purpose"]) for row in csv.DictReader(file)}


class OfficeSettings:
    """The settings that offices have agreed, as this ledger knows them."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger

    def value(self, key: str, on: date | None = None, place: str | None = None) -> Any:
        """Return what holds on a day (today) at a place (where this workspace is); the default where no office said anything.

        KeyError for a key that settings.csv does not have.
        """
        return self.agreed(key, on, place).value

    def agreed(self, key: str, on: date | None = None, place: str | None = None) -> Agreed:
        """Return what holds, and who said so: of the offices above the place the nearest, of its words the latest that holds."""
        rows = self._ledger.db.conn.execute(
            "SELECT id, _place, key, value, valid_from FROM setting WHERE key = ? AND _void IS NULL AND value IS NOT NULL", (key,))
        return nearest(key, rows, (on or clock.today()).isoformat(), place or self._ledger.me.area)


def nearest(key: str, said: Iterable[Sequence[Any]], day: str, where: str) -> Agreed:
    """Return what holds of a setting on a day at a place, by these records of settings: (id, place, key, value, valid_from) each."""
    term = terms()[key]
    best: tuple[int, str, str] | None = None
    found = Agreed(key, term.default, "", "")
    for rec, office, name, cell, since in said:
        since = since or ""
        if name != key or not office or since > day or not places.within(where, scope := places.prefix(office)):
            continue
        rank = (len(scope), since, rec)
        value = _shaped(term.kind, _decoded(cell))
        if value is not None and (best is None or rank > best):
            best, found = rank, Agreed(key, value, since, office)
    return found


def settings_of(ledger: "Ledger") -> OfficeSettings:
    """Return what offices have agreed, as this ledger knows it; reads anew at each question."""
    return OfficeSettings(ledger)


def agree(ledger: "Ledger", key: str, value: Any, valid_from: str = "") -> str:
    """Say for this office and everything below what holds from a day on ("" from ever on); returns the record's id.

    Saying it again for the same day corrects it; other days' words stay. Problem where there is no such setting, or the
    value is not of its kind.
    """
    term = terms().get(key)
    if term is None:
        raise Problem("setting.unknown", f"没有“{key}”这个设置项。有这些：{'、'.join(terms())}。",
                      f"There is no setting {key}. There are: {', '.join(terms())}.")
    read = _shaped(term.kind, _read(term.kind, value) if isinstance(value, str) else value)
    if read is None or valid_from and _read("date", valid_from) is None:
        raise Problem("setting.value", f"“{term.zh}”的值或日期不对：{_KINDS[term.kind][0]}；日期写成 2027-01-01。",
                      f"The value or date of “{term.en}” is not right: {_KINDS[term.kind][1]}; a date is written 2027-01-01.")
    rec = record_id("setting", ledger.me.area, f"{key}@{valid_from}")
    values = {"key": key, "value": read, **({"valid_from": valid_from} if valid_from else {})}
    ledger.write([Write("setting", values, rec=rec, place=ledger.me.area, begins=True)], source="office")
    return rec


_KINDS = {"integer": ("应为不小于 0 的整数", "a whole number, 0 or more"), "date": ("应为日期", "a date"), "yes": ("应为是或否", "yes or no"),
          "text": ("应为文字", "text")}


def _read(kind: str, text: str) -> Any:
    """Return the value that a text means, None where it is none of this kind."""
    text = text.strip()
    if kind == "integer":
        return int(text) if text.isdecimal() and len(text) < 10 else None
    if kind == "yes":
        return {"1": True, "yes": True, "是": True, "0": False, "no": False, "否": False}.get(text.lower())
    if kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return None
    return text or None


def _shaped(kind: str, value: Any) -> Any:
    """Return a value if it has the shape of its kind, else None: what came from elsewhere is not trusted to."""
    if kind == "integer":
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
    if kind == "yes":
        return value if isinstance(value, bool) else None
    if kind == "date":
        return _read("date", value) if isinstance(value, str) else None
    return value if isinstance(value, str) else None


def _decoded(cell: Any) -> Any:
    try:
        return json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        return cell


# -- codes and places -------------------------------------------------------------------------------------------------

def add_code(ledger: "Ledger", list: str, code: str, zh: str, en: str = "", aliases: tuple[str, ...] = (), valid_from: str = "") -> str:
    """Add a code to a list for this office and everything below; returns the record's id. Problem where it cannot be one."""
    known = _list(list)
    if not code or len(code) > 20 or any(c.isspace() or c == "|" for c in code) or not zh.strip():
        raise Problem("code.shape", f"代码“{code[:20]}”不能用：1 到 20 个字、不含空格，并且要有中文名称。",
                      f"“{code[:20]}” cannot be a code: 1 to 20 characters without blanks, and it needs a Chinese label.")
    for word in (zh, en, *aliases):
        if word and known.find(word) not in (None, code):
            raise Problem("code.taken", f"“{word}”在这个代码表里已经是“{known.label(known.find(word) or '')}”。请换一个名称。",
                          f"“{word}” means {known.label(known.find(word) or '')} in this list already. Choose another name.")
    _day(valid_from)
    values = {"list": list, "code": code, "label_zh": zh, "label_en": en or None, "aliases": [*aliases] or None,
              "valid_from": valid_from or None, "valid_to": None}
    return _write_code(ledger, list, code, values)


def retire_code(ledger: "Ledger", list: str, code: str, on: str = "") -> str:
    """Offer a code no more from a day on (today): at this office and below. It stays known wherever it stands; returns the record's id."""
    known = _list(list)
    if code not in known.items:
        raise Problem("code.unknown", f"代码表“{list}”里没有“{code}”。", f"The list {list} has no code {code}.")
    _day(on)
    item = known.items[code]
    values = {"list": list, "code": code, "label_zh": item.zh, "label_en": item.en, "valid_to": on or clock.today().isoformat()}
    return _write_code(ledger, list, code, values)


def _day(text: str) -> None:
    if text and _read("date", text) is None:
        raise Problem("code.date", f"“{text[:20]}”不是日期，请写成 2027-01-01。", f"“{text[:20]}” is no date; write it as 2027-01-01.")


def _write_code(ledger: "Ledger", list: str, code: str, values: dict[str, Any]) -> str:
    rec = record_id("code_item", ledger.me.area, f"{list}:{code}")
    there = ledger.get(rec)
    kept = {k: v for k, v in values.items() if v is not None or (there is not None and k in there.values)}
    ledger.write([Write("code_item", kept, rec=rec, place=ledger.me.area, begins=True)], source="office")
    return rec


def _list(name: str) -> Any:
    found = dictionary().codes.get(name)
    if found is None:
        raise Problem("code.list", f"没有“{name}”这个代码表。", f"There is no code list {name}.")
    return found


def follow(ledger: "Ledger") -> None:
    """Let the dictionary and the places of this process know what offices have added, as this ledger holds it.

    Codes are offered where their office's area holds this workspace, and known everywhere they are held, removed ones too.
    """
    area, found = ledger.me.area, []
    rows = ledger.db.conn.execute(
        "SELECT list, code, label_zh, label_en, aliases, valid_from, valid_to, sort, _void, _place, id FROM code_item"
        " WHERE list IS NOT NULL AND code IS NOT NULL")
    for list_, code, zh, en, aliases, since, until, sort, void, place, rec in rows:
        words = _decoded(aliases)
        scope = places.prefix(place) if place else ""
        here = bool(place) and places.within(area, scope)
        found.append(((not here, -len(scope), sort if isinstance(sort, int) else 0, code, rec), LocalCode(
            list_, code, zh or "", en or "", tuple(str(w) for w in words) if isinstance(words, list) else (),
            since or "", "0000-01-01" if void else until or "", here)))
    dictionary().adopt([code for _, code in sorted(found, key=lambda one: one[0])])
    places.adopt(dict(places.local_rows(ledger)))
