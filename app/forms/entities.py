"""Entities: what an interview knows of the ledger when it begins, and what it writes when it ends.

Promises one write for the whole response. An answer out of play writes nothing; an answer that was prefilled and not
touched writes nothing; one that a person blanked writes null; each write names what was shown when the interview began.
"""
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.forms import judging, placements
from app.forms.checks import dataset_of, save_of
from app.forms.definition import Definition, Entity, Part
from app.forms.instance import instances, leaves, path_of
from app.forms.kinds import kind_of
from app.forms.shown import Error
from app.forms.xpath.tree import Node
from app.forms.xpath.values import to_boolean
from app.models import asking, clock, employers, places
from app.models.attachments import ref_of
from app.models.change import Value
from app.models.dictionary import Field, dictionary, parse
from app.models.identity import record_id
from app.models.problem import Problem
from app.models.rules.finding import Level
from app.models.writing import Write

if TYPE_CHECKING:
    from app.forms.flow import Flow
    from app.forms.interview import Interview
    from app.models.ledger import Ledger

Reasons = Mapping[tuple[str, str], str]  # (record, rule) -> why it is right all the same
_CODES = {"household": "household_code", "person": "person_code", "resettlement_site": "site_code"}
SUBJECTS = ("household", "person", "employer", "post", "agency")
OPEN, OVER = "1", ("3", "4")  # post_state
_LEAST = {"person": "full_name", "household": "household_code", "employer": "name", "post": "title", "agency": "name"}
_WITHIN = {"person": ("household", "household_id"), "post": ("employer", "employer_id")}  # type -> what it belongs to, by which field
AREA = "area"
_YES, _NO = ("1", "yes", "true", "是"), ("0", "no", "false", "否")


@dataclass(slots=True)
class Shown:
    """What an interview was shown: values to prefill by path, records of repeats by path, heads by record and field.

    spell and next: the ids of the work spell the subject is in (None: in none), and of the one that would follow.
    """

    values: dict[str, str] = field(default_factory=dict)
    instances: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    spell: str | None = None
    next: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal keeps."""
        return {"seen": self.seen, "spell": self.spell, "next": self.next}


def look(definition: Definition, ledger: "Ledger", subject: tuple[str, str] | None) -> Shown:
    """Return what the ledger knows of a subject, by the same mapping that `save` writes."""
    shown = Shown()
    if subject is None:
        return shown
    kind, rec = subject
    known: dict[str, dict[str, Value]] = {}
    record = ledger.get(rec)
    if record is not None:
        known[kind] = record.values
        shown.seen[rec] = ledger.seen(rec)
    if kind == "person":
        now, shown.next = placements.now(ledger, rec)
        if now is not None:
            known["placement"], shown.spell = now.values, now.id
            shown.seen[now.id] = ledger.seen(now.id)
    for question in asking.open_questions(ledger, rec):  # what is to be asked again is not known
        if question.about in (rec, shown.spell):
            asked = dictionary().fields_of_unit(question.type, question.unit)
            known[question.type] = {name: value for name, value in known.get(question.type, {}).items() if name not in asked}
    for part in definition.parts.values():
        saved = _saved(definition, part)
        if saved is None or saved[2] == "next" or "calculate" in part.expressions:
            continue
        if not part.repeats:
            _show(ledger, shown, part, part.path, saved, known.get(saved[0], {}), record.place if record else None)
        elif kind == _WITHIN.get(saved[0], ("", ""))[0]:
            _members(ledger, shown, part, saved, rec)
    return shown


def _members(ledger: "Ledger", shown: Shown, part: Part, saved: tuple[str, str, str], whole: str) -> None:
    """Show the records that belong to one, as the instances of a repeat: a household's people, an employer's posts that are not over."""
    repeat = part.repeats[-1].path
    rows = {rec: values for rec, values in ledger.rows(saved[0], {_WITHIN[saved[0]][1]: whole}) if values.get("state") not in OVER}
    shown.instances[repeat] = list(rows)
    for rec, values in rows.items():
        if rec not in shown.seen:
            shown.seen[rec] = ledger.seen(rec)
        _show(ledger, shown, part, f"{repeat}[#{rec}]{part.path[len(repeat):]}", saved, values)


def _show(ledger: "Ledger", shown: Shown, part: Part, path: str, saved: tuple[str, str, str], values: dict[str, Value],
          place: str | None = None) -> None:
    of = dictionary().field(saved[0], saved[1])
    text = raw(ledger, of, values.get(saved[1]), place)
    if text and of.list == AREA and "constraint" not in part.expressions:  # a form that wants the code asks for its shape
        text = _in_words(ledger, text)
    if text:
        shown.values[path] = text


def _in_words(ledger: "Ledger", code: str) -> str:
    """Return a place as people write it, such that it is read as this place again; the code where no words do that."""
    for words in (places.path(code, ledger), places.path(code, ledger, whole=True)):
        try:
            if places.read(words, ledger.me.area[:6], ledger) == code:
                return words
        except Problem:
            continue
    return code


def raw(ledger: "Ledger", of: Field, value: Value, place: str | None = None) -> str:
    """Return a stored value as the raw answer of a question; '' where a form cannot hold it.

    A reference to a record with an issued code is that code; a site that is not here is known by the record's place.
    """
    if value is None or of.kind in ("json", "refs"):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return " ".join(str(v) for v in value)
    if of.kind == "date" and len(str(value)) != 10:
        return ""
    if of.kind == "ref" and of.list in _CODES:
        target = ledger.get(str(value))
        code = str(target.values.get(_CODES[of.list]) or "") if target else ""
        return code or (place if place and record_id(of.list, ledger.me.area[:6], place) == value else "")
    return str(value)


def _saved(definition: Definition, part: Part) -> tuple[str, str, str] | None:
    return save_of(part, dataset_of(definition, part)) if part.leaf else None


@dataclass(slots=True)
class Gathered:
    """The answers for one record: all that are in play, and those a person touched (None: blanked)."""

    all: dict[str, Value] = field(default_factory=dict)
    touched: dict[str, Value] = field(default_factory=dict)


class Saving:
    """One interview on its way into the ledger. Attributes: writes (in order), wrote ((type, id) of each)."""

    def __init__(self, talk: "Interview", flow: "Flow") -> None:
        self.talk, self.flow, self.ledger = talk, flow, talk.ledger
        self.definition = talk.form.definition
        self.shown: dict[str, Any] = talk.head["shown"]
        self.writes: list[Write] = []
        self.paths: dict[tuple[str, str, str], str] = {}
        self.failed: list[Error] = []
        self.subject = talk.subject
        self.wholes = {"household": talk.household} | ({talk.subject[0]: talk.subject[1]} if talk.subject is not None else {})

    def run(self, reasons: Reasons) -> tuple[tuple[str, str], ...]:
        """Write everything in one act and return (type, id) of each record, the response first."""
        self.plan()
        self._explain(reasons)
        response = self._response()
        source = f"form:{self.talk.form.id}@{self.talk.form.version}/{self.talk.id}"
        self.ledger.write([*self.writes, response], source=source)
        wrote = [("survey_response", self.talk.id), *((w.type, str(w.rec)) for w in self.writes)]
        return tuple(dict.fromkeys(wrote))

    def plan(self) -> None:
        """Work out `writes`, without the response."""
        gathered = self._gather()
        for kind, within in self._order(gathered):
            self._one(kind, within, gathered)

    def _explain(self, reasons: Reasons) -> None:
        """Put to each write the doubts of the rules, with the reason given or none."""
        why: dict[str, dict[str, str]] = {}
        for doubt in judging.findings(self.writes, self.ledger, self.paths, "W"):
            why.setdefault(doubt.rec, {})[doubt.rule] = reasons.get((doubt.rec, doubt.rule), "").strip()
        self.writes = [replace(w, why=why.pop(str(w.rec), None)) for w in self.writes]

    def _gather(self) -> dict[tuple[str, str, int], tuple[Node | None, Gathered]]:
        """Return the answers by (type, spell, repeat instance)."""
        found: dict[tuple[str, str, int], tuple[Node | None, Gathered]] = {}
        for node in leaves(self.flow.instance.root):
            saved = _saved(self.definition, node.ref)
            if saved is None or not node.relevant:
                continue
            kind, name, spell = saved
            within = _instance_of(node)
            if not self._wanted(kind, within):
                continue
            _node, gathered = found.setdefault((kind, spell, id(within)), (within, Gathered()))
            self.paths[(kind, within.key if within is not None else "", name)] = path_of(node)
            of = dictionary().field(kind, name)
            try:
                value = self._value(of, node.value or "")
            except Problem as trouble:
                self.failed.append(Error(path_of(node), str(trouble)))
                continue
            if value is not None:
                gathered.all[name] = value
                if not node.state.known:
                    gathered.touched[name] = value
            elif node.state.prefilled and not node.state.known and name not in gathered.all:
                gathered.touched.setdefault(name, None)
        return found

    def _wanted(self, kind: str, within: Node | None) -> bool:
        """Return whether the entities sheet lets this record be written (create_if, update_if)."""
        for entity in self.definition.entities:
            if entity.dataset != kind or (entity.create is None and entity.update is None):
                continue
            node = self._entity_node(entity, within)
            conditions = [e for e in (entity.create, entity.update) if e is not None]
            if node is not None and not any(to_boolean(self.flow.value(e, node)) for e in conditions):
                return False
        return True

    def _entity_node(self, entity: Entity, within: Node | None) -> Node | None:
        """Return a node standing where the entity's attributes stand."""
        top = within if within is not None and within.ref is entity.scope else self.flow.instance.root
        part = self.definition.parts[f"{entity.scope.path}/meta/entity"]
        found = next(iter(instances(top, part)), None)
        if found is None:
            return None
        stand = Node("attribute", "id")
        stand.parent = found
        return stand

    def _value(self, of: Field, text: str) -> Value:
        if not text.strip():
            return None
        if of.kind == "yes" and text.strip().lower() in (*_YES, *_NO):
            return text.strip().lower() in _YES
        if of.kind == "ref" and of.list in _CODES and len(text.strip()) != 32:
            code = text.strip()
            known = self.ledger.rows(of.list, {_CODES[of.list]: code}, limit=1)
            return known[0][0] if known else record_id(of.list, self.ledger.me.area[:6], code)
        if of.kind == "ref" and of.list == AREA:
            return places.read(text, self.ledger.me.area[:6], self.ledger)
        value: Value = parse(of, text)
        return value

    def _order(self, gathered: dict[tuple[str, str, int], tuple[Node | None, Gathered]]) -> Iterator[tuple[str, Node | None]]:
        """Yield (type, repeat instance): a household before its people, a person before what belongs to one, an employer before its posts."""
        seen: dict[tuple[str, int], tuple[str, Node | None]] = {}
        for (kind, _spell, _at), (within, _g) in gathered.items():
            seen[(kind, id(within))] = (kind, within)
        yield from sorted(seen.values(), key=lambda kw: {"household": 0, "employer": 0, "person": 1}.get(kw[0], 2))

    def _one(self, kind: str, within: Node | None, gathered: dict[tuple[str, str, int], tuple[Node | None, Gathered]]) -> None:
        now = gathered.get((kind, "", id(within)), (None, Gathered()))[1]
        following = gathered.get((kind, "next", id(within)), (None, Gathered()))[1]
        if kind == "placement":
            self._work(now, following)
            return
        rec = self._rec(kind, within, now)
        fresh = rec not in self.shown["seen"]
        values = now.all | now.touched if fresh else now.touched
        if fresh and _LEAST.get(kind) and not values.get(_LEAST[kind]):
            return
        if fresh:
            values = {**self._links(kind), **{k: v for k, v in values.items() if v is not None}}
        if within is None and kind in SUBJECTS and (self.subject is None or self.subject[0] != kind):
            self.subject = (kind, rec)
        if within is None:
            self.wholes[kind] = rec
        if values.get("verified_on") or values.get("verified_at"):
            values.setdefault("verified_by", self.ledger.me.user)
        if values:
            self._write(kind, rec, values)

    def _write(self, kind: str, rec: str, values: dict[str, Value]) -> None:
        seen = self.shown["seen"].get(rec, {})
        place = self._place(values) if kind == "household" else None
        self.writes.append(Write(kind, values, rec=rec, seen=seen, place=place))

    def _place(self, values: dict[str, Value]) -> str | None:
        """A household lives where its site is, once the answer names one."""
        for node in leaves(self.flow.instance.root):
            saved = _saved(self.definition, node.ref)
            if saved and saved[:2] == ("household", "site_id") and node.relevant and "site_id" in values:
                code = (node.value or "").strip()
                return code if places.is_code(code) else None
        return None

    def _rec(self, kind: str, within: Node | None, now: Gathered) -> str:
        if within is not None:
            return self._member(kind, within, now)
        if self.talk.subject is not None and self.talk.subject[0] == kind:
            return self.talk.subject[1]
        code = now.all.get(_CODES.get(kind, ""))
        if code:
            return record_id(kind, self.ledger.me.area[:6], str(code))
        if kind in (employers.EMPLOYER, employers.AGENCY) and now.all.get("name"):
            return employers.id_for(self.ledger, now.all, kind)
        return uuid.uuid5(uuid.UUID(self.talk.id), kind).hex

    def _member(self, kind: str, within: Node, now: Gathered) -> str:
        """An instance is the record it was prefilled from, else the member with its number, else a new one."""
        number = now.all.get("id_number")
        home = self.wholes.get("household")
        if within.key not in self.shown["seen"] and kind == "person" and number and home:
            known = self.ledger.rows("person", {"household_id": home, "id_number": number}, limit=1)
            if known:
                return known[0][0]
        return within.key

    def _links(self, kind: str) -> dict[str, Value]:
        """Return what ties a new record to others: its dossier, its work spell, who made it."""
        record = dictionary().types[kind]
        links: dict[str, Value] = {}
        if self.subject is not None and record.root_field and self.subject[0] in record.root.split("|"):
            links[record.root_field] = self.subject[1]
        whole, field = _WITHIN.get(kind, ("", ""))
        if self.wholes.get(whole):
            links[field] = self.wholes[whole]
        if kind == "post":
            links |= {"state": OPEN, "collected_on": clock.today().isoformat()}
        if "placement_id" in record.fields and self.shown.get("spell"):
            links["placement_id"] = self.shown["spell"]
        if "staff_id" in record.fields and record.fields["staff_id"].need:
            links["staff_id"] = self.ledger.me.user
        return links

    def _work(self, now: Gathered, following: Gathered) -> None:
        if self.subject is None or self.subject[0] != "person":
            return
        person = self.subject[1]
        source = "follow_up" if any(e.dataset == "follow_up" for e in self.definition.entities) else "survey"
        plan = placements.Plan(now=now.all, touched=now.touched, following=following.all, today=clock.today().isoformat(),
                               source=source)
        for rec, values in plan.spells(self.ledger, person, self.shown.get("spell"), self.shown.get("next")):
            self._write("placement", rec, values)

    def _response(self) -> Write:
        talk, me = self.talk, self.ledger.me
        at = clock.now().astimezone()
        values: dict[str, Value] = {
            "form_id": talk.form.id, "form_version": talk.form.version, "round": f"{at.year}Q{(at.month + 2) // 3}",
            "answers": {path: text for path, text in talk.answers().items() if text}, "status": "submitted",
            "started_at": talk.head["started"], "ended_at": at.isoformat(timespec="milliseconds"), "enumerator_id": me.user,
        }
        if self.subject is not None and self.subject[0] in SUBJECTS:
            values |= {"subject_kind": self.subject[0], "subject_id": self.subject[1]}
        fields = dictionary().types["survey_response"].fields
        for name in ("visit_mode", "respondent", "proxy_name", "proxy_relation", "refusal_reason", "consent", "location"):
            node = next((n for n in leaves(self.flow.instance.root) if n.local == name and n.relevant and n.value), None)
            if node is not None:
                values[name] = self._value(fields[name], node.value or "")
        signed = next((n for n in leaves(self.flow.instance.root) if n.relevant and n.value and kind_of(n.ref) == "image"
                       and "signature" in n.ref.appearance), None)
        if signed is not None and (ref := ref_of(signed.value)):
            values["signature_hash"] = ref.sha
        if values.get("consent") is False:
            values["status"] = "refused"
        return Write("survey_response", values, rec=talk.id, seen={})


def findings(talk: "Interview", flow: "Flow", level: Level) -> list[Error]:
    """Return what the rules of entry say of what would be written (E: forbid, W: doubt), beside the question it is about."""
    saving = Saving(talk, flow)
    saving.plan()
    if saving.failed:
        return saving.failed if level == "E" else []
    return list(judging.findings(saving.writes, talk.ledger, saving.paths, level, talk.masked))


def save(talk: "Interview", flow: "Flow", reasons: Reasons) -> tuple[tuple[str, str], ...]:
    """Write a finished interview; return (type, id) of every record written, the response first."""
    return Saving(talk, flow).run(reasons)


def _instance_of(node: Node) -> Node | None:
    """Return the innermost repeat instance a node lies in."""
    here: Node | None = node
    while here is not None and here.ref is not None:
        if here.ref.repeat:
            return here
        here = here.parent
    return None
