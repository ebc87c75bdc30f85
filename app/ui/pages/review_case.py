"""Case: one disagreement in plain words. Promises who said what, when, where and how they know, and what both had seen."""
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.models import asking, deciding, places
from app.models.change import PLACE, VOID
from app.models.clock import moment_of
from app.models.dictionary import dictionary
from app.models.language import counted, say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.reading import Conflict, Event
from app.models.record import Version
from app.models.ruling import Clocks, off_by, rule_words
from app.ui.telling import NUMBERS, PHONES, field_label, near, source_words, told

NOBODY, HEAD, PHONED = "–", "02", "2"
HIDDEN = (*NUMBERS, *PHONES)


@dataclass(frozen=True)
class Heading:
    """A disagreement as the list shows it: about whom, about what, when; `asked`: it waits for the next visit."""

    conflict: Conflict
    person: str
    household: str
    who: str
    what: str
    when: str
    number: str
    door: str
    asked: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what names this case."""
        return self.conflict.rec, self.conflict.unit

    @property
    def about(self) -> tuple[str, ...]:
        """Return the records by which somebody may ask for this case."""
        return self.person, self.conflict.rec

    @property
    def icon(self) -> str:
        """Return its sign in the list."""
        return "trash" if self.conflict.unit == VOID else "place" if self.conflict.unit == PLACE else "review"

    def short(self) -> str:
        """Return what the list says."""
        if self.conflict.unit == VOID:
            return say("一边删了，一边又改了", "Deleted or kept?")
        if self.conflict.unit == PLACE:
            return say("住在哪里不一样", "Where they live differs")
        return say(f"{self.what}不一样", f"{self.what[:1].upper()}{self.what[1:]} differs")


@dataclass(frozen=True)
class Line:
    """One field of a version: its label, its value in words (masked, and in full), whether the versions differ here."""

    label: str
    words: str
    full: str
    differs: bool


@dataclass(frozen=True)
class Side:
    """One of the values: whose it is, when, on which computer, from what, its lines; what they had seen; how they know.

    clock: how the moment was put right, "" where it was not; talk: the source of an interview, "" where it is none.
    """

    version: Version
    who: str
    where: str
    source: str
    lines: tuple[Line, ...]
    saw: str
    clock: str
    evidence: tuple[tuple[str, str], ...]
    talk: str
    deletes: bool = False  # whether the question is a deletion
    phoned: bool = False  # whether it was asked by phone

    @property
    def by(self) -> str:
        """Return whose side this is."""
        if self.version.value and self.deletes:
            return say(f"{self.who}删的", f"Deleted by {self.who}")
        return say(f"{self.who}填的", f"By {self.who}")


@dataclass(frozen=True)
class Case:
    """A disagreement ready to be shown: its heading, the sides, the sentence, and where they parted."""

    heading: Heading
    sides: tuple[Side, ...]
    sentence: str
    common: str

    @property
    def conflict(self) -> Conflict:
        """Return the disagreement itself."""
        return self.heading.conflict

    @property
    def void(self) -> bool:
        """Tell whether one deleted what another went on with."""
        return self.conflict.unit == VOID

    @property
    def hides(self) -> bool:
        """Tell whether a value is masked."""
        return any(line.words != line.full for side in self.sides for line in side.lines)

    def title(self) -> str:
        """Return the sentence over both cards."""
        who, what, count = self.heading.who, self.heading.what, len(self.sides)
        if self.void:
            return say(f"{who}：有人删了，有人没看到删除、又改了", f"{who}: deleted by one, changed by another who had not seen it")
        if self.conflict.unit == PLACE:
            return say(f"{who}住在哪里，{'两边' if count == 2 else f'{count} 边'}说得不一样", f"Where {who} lives: said in {count} ways")
        many = say("两个人" if count == 2 else f"{count} 个人", "Two people" if count == 2 else counted(count, "person", "people"))
        if len({side.version.author for side in self.sides}) == 1:
            return say(f"{who}的{what}，前后填得不一样", f"{who}, {what.lower()}: given in {count} ways")
        return say(f"{who}的{what}，{many}填得不一样", f"{who}, {what.lower()}: {many.lower()} say different things")


def headings(ledger: Ledger, among: Collection[str] | None = None) -> list[Heading]:
    """Return what waits for a decision: household by household and person by person, the newest first."""
    asked = {(q.about, q.unit) for q in asking.open_questions(ledger)}
    found = [_heading(ledger, conflict, asked) for conflict in deciding.waiting(ledger, among=among)]
    return in_order(found)


def in_order(found: list[Heading]) -> list[Heading]:
    """Return them with what waits for a visit last, then by household, person and work, each where its newest stands."""
    newest = {}
    for one in found:
        for key in (one.household, one.person or one.conflict.rec):
            newest[key] = max(newest.get(key, ""), *(v.cid for v in one.conflict.versions))
    found = sorted(found, key=lambda h: (h.conflict.type != "person", h.what, h.conflict.rec))
    found.sort(key=lambda h: (newest[h.household], h.household, newest[h.person or h.conflict.rec], h.person), reverse=True)
    return sorted(found, key=lambda h: h.asked)


def _heading(ledger: Ledger, conflict: Conflict, asked: Collection[tuple[str, str]]) -> Heading:
    person, household, who, number, door = _about(ledger, conflict)
    return Heading(conflict, person, household, who, field_label(conflict.type, conflict.unit), near(max(v.at for v in conflict.versions)),
                   number, door, (conflict.rec, conflict.unit) in asked)


def _about(ledger: Ledger, conflict: Conflict) -> tuple[str, str, str, str, str]:
    """Return (person id or "", household id or "", name, ID number, door) of the dossier the record is in."""
    root = ledger.get(conflict.root) or ledger.get(conflict.rec)
    if root is None:
        return "", "", NOBODY, "", ""
    if root.type == "person":
        home = ledger.get(str(root.values.get("household_id") or ""))
        door = str(home.values.get("dwelling_no") or "") if home else ""
        return (root.id, home.id if home else root.id, str(root.values.get("full_name") or NOBODY), str(root.values.get("id_number") or ""), door)
    return "", root.id, name_of(ledger, root.id), "", str(root.values.get("dwelling_no") or "")


def name_of(ledger: Ledger, rec: str) -> str:
    """Return what a dossier is called: a person's name, a household by its head, else what its type goes by."""
    root = ledger.get(rec)
    if root is None:
        return NOBODY
    name = str(root.values.get(dictionary().types[root.type].label_field) or NOBODY)
    if root.type != "household":
        return name
    head = ledger.rows("person", {"household_id": rec, "relation_to_head": HEAD}, 1)
    name = str(head[0][1].get("full_name") or name) if head else name
    return say(f"{name} 家", f"{name}'s household") if head else say(f"户 {name}", f"household {name}")


def case_of(ledger: Ledger, heading: Heading, clocks: Clocks) -> Case:
    """Return a disagreement in words; clocks: device -> by how many seconds it was ahead."""
    conflict, events = heading.conflict, ledger.history(heading.conflict.rec)
    fields = [VOID] if conflict.unit == VOID else list(dictionary().fields_of_unit(conflict.type, conflict.unit))
    sides = tuple(_side(ledger, conflict, fields, version, events, clocks) for version in conflict.versions)
    return Case(heading, sides, _sentence(heading, sides), _common(ledger, conflict, fields, events))


def late(heading: Heading) -> Problem:
    """Return what is said where something arrived while somebody was looking."""
    return Problem("review.late", f"{heading.who}的{heading.what}刚刚又有新填的到，没有定。请再看一眼。",
                   f"{heading.what} of {heading.who}: something new has just arrived; nothing was settled. Look again.")


# -- a side --------------------------------------------------------------------------------------------------------------

def _side(ledger: Ledger, conflict: Conflict, fields: list[str], version: Version, events: list[Event], clocks: Clocks) -> Side:
    off = off_by(version.device, clocks)
    at = (moment_of(version.cid) - timedelta(seconds=off)).astimezone().isoformat(timespec="seconds")
    mine = ledger.me.device == version.device
    device = say(f"{version.device_name}（这台）", f"{version.device_name} (this one)") if mine else version.device_name
    saw = _telling(conflict, fields, [e for e in events if e.cid == version.cid])
    seen = _words(ledger, conflict, saw[0].field, saw[0].before) if saw else ""
    talk = version.source if version.source.startswith("form:") else ""
    response = _response(ledger, talk)
    lines = _deletion(ledger, conflict, version, events) if conflict.unit == VOID else _lines(ledger, conflict, fields, version)
    why = say("；", "; ").join(dict.fromkeys(text for e in events if e.cid == version.cid for text in (e.why or {}).values() if text))
    evidence = [("interview", _talk_words(ledger, response))] if response else [(_ICONS.get(version.source.split(":")[0], "edit"), _by_hand(version))]
    if why:
        evidence.append(("ask", say(f"当时说明：{why}", f"Reason given: {why}")))
    return Side(version, version.author_name, f"{near(at)} · {device}", _source(ledger, version, response), lines, seen, _clock(version, off),
                tuple(evidence), talk, conflict.unit == VOID, response.get("visit_mode") == PHONED)


_ICONS = {"roster": "upload", "book": "books", "review": "review", "command": "key", "undo": "undo"}


def _clock(version: Version, off: int) -> str:
    if not off:
        return ""
    zh, en = _span(abs(off))
    return say(f"这台电脑的钟{'快' if off > 0 else '慢'} {zh}，时间已校正（原记 {near(version.at)}）",
               f"Its clock is {en} {'fast' if off > 0 else 'slow'}; put right (recorded as {near(version.at)})")


def _span(seconds: int) -> tuple[str, str]:
    for size, zh, en in ((86_400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= size:
            return f"{seconds // size} {zh}", f"{seconds // size} {en}"
    return f"{seconds} 秒", f"{seconds} s"


def _response(ledger: Ledger, talk: str) -> Mapping[str, object]:
    found = ledger.get(talk.rsplit("/", 1)[-1]) if talk else None
    return found.values if found is not None and found.type == "survey_response" else {}


def _source(ledger: Ledger, version: Version, response: Mapping[str, object]) -> str:
    fields = dictionary().types["survey_response"].fields
    how = [told(fields[name], response.get(name)) for name in ("visit_mode", "respondent") if response.get(name)]
    return " · ".join(how) if how else source_words(version.source)


def _talk_words(ledger: Ledger, response: Mapping[str, object]) -> str:
    answers = response.get("answers")
    count = len(answers) if isinstance(answers, dict) else 0
    return say(f"整份调查共答 {count} 题，F7 看", f"A whole interview of {counted(count, 'answer')}; F7 shows it")


def _by_hand(version: Version) -> str:
    kind, _, rule = version.source.partition(":")
    if kind == "review" and rule in _RULED:
        return say(f"复核按规则定的：{rule_words(rule)}", f"Settled in Review by rule: {rule_words(rule)}")
    return say(*_HOW.get(kind, ("没有更多凭据", "No more evidence")))


_RULED = ("newest-interview", "roster", "office", "newest")
_HOW = {"roster": ("名册里的，没有当面问", "From a roster; nobody was asked"), "screen": ("手工改的，没有调查", "Typed in; no interview"),
        "form": ("调查里填的，答卷不在这台电脑", "From an interview whose response is not here"),
        "book": ("台账里改的，没有调查", "Changed in a book; no interview"), "review": ("复核时定的", "Settled in Review"),
        "command": ("命令行写入", "Written by a command"), "practice": ("练习数据", "Practice data")}


def _lines(ledger: Ledger, conflict: Conflict, fields: list[str], version: Version) -> tuple[Line, ...]:
    lines = []
    for name in fields:
        if name == "person_id":  # whose it is stands over both cards
            continue
        all_values = [_value(one, conflict.unit, name) for one in conflict.versions]
        if all(value in (None, "", []) for value in all_values):
            continue
        value = _value(version, conflict.unit, name)
        lines.append(Line(field_label(conflict.type, name), _words(ledger, conflict, name, value), _words(ledger, conflict, name, value, False),
                          any(one != all_values[0] for one in all_values)))
    return tuple(sorted(lines, key=lambda line: not line.differs))


def _deletion(ledger: Ledger, conflict: Conflict, version: Version, events: list[Event]) -> tuple[Line, ...]:
    """Return why it was deleted, or what was written by who had not seen the deletion."""
    reason = _value(version, VOID, VOID)
    if reason:
        return (Line(say("删除原因", "Why deleted"), str(reason), str(reason), True),)
    written = [e for e in events if e.cid == version.cid and e.field not in (VOID, PLACE)]
    return tuple(Line(field_label(conflict.type, e.field), _words(ledger, conflict, e.field, e.after),
                      _words(ledger, conflict, e.field, e.after, False),
                      True) for e in written) or (Line(say("删除", "Deletion"), say("留着", "Keep"), say("留着", "Keep"), True),)


def _value(version: Version, unit: str, name: str):
    return version.value.get(name) if isinstance(version.value, dict) and name != unit else version.value


def _words(ledger: Ledger, conflict: Conflict, name: str, value: object, masked: bool = True) -> str:
    if isinstance(value, dict):
        value = value.get(name)
    if name == PLACE:
        return places.path(str(value), ledger) if value else say("没有填", "not given")
    if name.startswith("_"):
        return str(value) if value else say("留着", "Keep")
    words = told(dictionary().field(conflict.type, name), value, ledger, masked=masked)
    return words or say("没有填", "not given")


# -- the sentence, and where they parted -----------------------------------------------------------------------------------

def _sentence(heading: Heading, sides: tuple[Side, ...]) -> str:
    """Return the case as one would tell it: 电话：李四 5月3日入户问到 139****2212；王五 从名册导入 138****0007。"""
    parts = []
    for side in sides:
        when = side.where.split(" · ")[0]
        deed = _deed(heading, side)
        value = "" if heading.conflict.unit == VOID or len(side.lines) != 1 else side.lines[0].words
        parts.append(say(f"{side.who} {when} {deed[0]}{' ' + value if value else ''}", f"{side.who} {when} {deed[1]}{' ' + value if value else ''}"))
    what = say(f"{heading.what}：", f"{heading.what[:1].upper()}{heading.what[1:]}: ") if heading.conflict.unit != VOID else ""
    return what + say("；", "; ").join(parts) + say("。", ".")


def _deed(heading: Heading, side: Side) -> tuple[str, str]:
    kind = side.version.source.split(":")[0]
    if heading.conflict.unit == VOID:
        reason = side.version.value.get(VOID) if isinstance(side.version.value, dict) else side.version.value
        return (f"删了（{reason}）", f"deleted it ({reason})") if reason else (
            "没看到删除，又填了" + "、".join(line.label for line in side.lines),
            "had not seen that and gave " + ", ".join(line.label for line in side.lines))
    if kind == "form":
        return ("电话里问到", "asked by phone") if side.phoned else ("入户问到", "asked at the door")
    return _DEEDS.get(kind, ("填的是", "gave"))


_DEEDS = {"roster": ("从名册导入", "read from a roster"), "screen": ("手工填了", "typed in"), "book": ("在台账里改成", "changed in a book to"),
          "review": ("复核定成", "settled as"), "command": ("用命令写成", "wrote by command"), "practice": ("填了", "gave")}


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
