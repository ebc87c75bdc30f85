"""Case: one disagreement in plain words. Promises who said what, when, where, and what both of them had seen."""
from dataclasses import dataclass

from app.models.change import VOID
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.reading import Conflict, Event
from app.models.record import Version
from app.ui.telling import field_label, near, source_words, told

NOBODY = "–"


@dataclass(frozen=True)
class Line:
    """One field of a version: its label, its value in words, whether the versions differ here."""

    label: str
    words: str
    differs: bool


@dataclass(frozen=True)
class Side:
    """One of the values: whose it is, when, on which computer, from what, its lines; what they had seen before."""

    version: Version
    who: str
    where: str
    source: str
    lines: tuple[Line, ...]
    saw: str


@dataclass(frozen=True)
class Case:
    """A disagreement ready to be shown: about whom, about what, the sides, and where they parted."""

    conflict: Conflict
    person: str
    who: str
    what: str
    when: str
    number: str
    door: str
    sides: tuple[Side, ...]
    common: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what names this case."""
        return self.conflict.rec, self.conflict.unit

    def title(self) -> str:
        """Return the sentence over both cards."""
        count = len(self.sides)
        many = say("两个人" if count == 2 else f"{count} 个人", "Two people" if count == 2 else f"{count} people")
        if len({side.version.author for side in self.sides}) == 1:
            return say(f"{self.who}的{self.what}，前后填得不一样", f"{self.who}, {self.what.lower()}: given in {count} ways")
        return say(f"{self.who}的{self.what}，{many}填得不一样", f"{self.who}, {self.what.lower()}: {many.lower()} say different things")

    def short(self) -> str:
        """Return what the list says."""
        return say(f"{self.what}不一样", f"{self.what[:1].upper()}{self.what[1:]} differs")


def case_of(ledger: Ledger, conflict: Conflict) -> Case:
    """Return a conflict in words."""
    person, who, number, door = _about(ledger, conflict)
    events = ledger.history(conflict.rec)
    fields = [VOID] if conflict.unit == VOID else list(dictionary().fields_of_unit(conflict.type, conflict.unit))
    sides = tuple(_side(ledger, conflict, fields, version, events) for version in conflict.versions)
    first = field_label(conflict.type, conflict.unit)
    return Case(conflict, person, who, first, near(max(v.at for v in conflict.versions)), number, door, sides,
                _common(ledger, conflict, fields, events))


def _about(ledger: Ledger, conflict: Conflict) -> tuple[str, str, str, str]:
    """Return (person id or "", name, ID number, door) of the dossier the record is in."""
    root = ledger.get(conflict.root) or ledger.get(conflict.rec)
    if root is None:
        return "", NOBODY, "", ""
    if root.type == "person":
        home = ledger.get(str(root.values.get("household_id") or ""))
        door = str(home.values.get("dwelling_no") or "") if home else ""
        return root.id, str(root.values.get("full_name") or NOBODY), str(root.values.get("id_number") or ""), door
    name = root.values.get(dictionary().types[root.type].label_field) or NOBODY
    label = say(f"户 {name}", f"household {name}") if root.type == "household" else str(name)
    return "", label, "", str(root.values.get("dwelling_no") or "")


def _value(version: Version, unit: str, name: str):
    return version.value.get(name) if isinstance(version.value, dict) and name != unit else version.value


def _words(ledger: Ledger, conflict: Conflict, name: str, value: object) -> str:
    if isinstance(value, dict):
        value = value.get(name)
    if name.startswith("_"):
        return str(value) if value else say("留着", "Keep")
    words = told(dictionary().field(conflict.type, name), value, ledger, masked=False)
    return words or say("没有填", "not given")


def _side(ledger: Ledger, conflict: Conflict, fields: list[str], version: Version, events: list[Event]) -> Side:
    lines = []
    for name in fields:
        if name == "person_id":  # whose it is stands over both cards
            continue
        all_values = [_value(one, conflict.unit, name) for one in conflict.versions]
        if all(value in (None, "", []) for value in all_values):
            continue
        differs = any(value != all_values[0] for value in all_values)
        words = _words(ledger, conflict, name, _value(version, conflict.unit, name))
        lines.append(Line(field_label(conflict.type, name), words, differs))
    lines.sort(key=lambda line: not line.differs)
    mine = ledger.me.device == version.device
    device = say(f"{version.device_name}（这台）", f"{version.device_name} (this one)") if mine else version.device_name
    where = " · ".join((near(version.at), device))
    saw = _telling(conflict, fields, [e for e in events if e.cid == version.cid])
    seen = _words(ledger, conflict, saw[0].field, saw[0].before) if saw else ""
    return Side(version, version.author_name, where, source_words(version.source), tuple(lines), seen)


def _telling(conflict: Conflict, fields: list[str], events: list[Event]) -> list[Event]:
    """Return the events that had seen something, those first whose field says most: what is chosen, then what is written."""
    kinds = dictionary().types[conflict.type].fields
    rank = {"code": 0, "codes": 1, "yes": 1, "text": 2, "integer": 3, "number": 3}
    found = [e for e in events if e.field in fields and e.before not in (None, "", [])]
    return sorted(found, key=lambda e: (rank.get(kinds[e.field].kind, 4) if e.field in kinds else 0, fields.index(e.field)))


def _common(ledger: Ledger, conflict: Conflict, fields: list[str], events: list[Event]) -> str:
    """Return the value both sides had seen, with when and from what; "" where there was none."""
    cids = {version.cid for version in conflict.versions}
    for event in _telling(conflict, fields, [e for e in events if e.cid in cids]):
        written = [e for e in events if e.field == event.field and e.after == event.before and e.cid < event.cid
                   and e.cid not in cids]
        if written:
            first = written[-1]
            words = _words(ledger, conflict, first.field, first.after)
            return f"{near(first.at, time=False)} {source_words(first.source)}{say('：', ': ')}{words}"
    return ""


def cases(ledger: Ledger) -> list[Case]:
    """Return what waits for a decision, grouped by person, the newest first."""
    order: dict[str, int] = {}
    found = [case_of(ledger, conflict) for conflict in ledger.conflicts()]
    for at, case in enumerate(found):
        order.setdefault(case.person or case.conflict.rec, at)
    return sorted(found, key=lambda case: order[case.person or case.conflict.rec])
