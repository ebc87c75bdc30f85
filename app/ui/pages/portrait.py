"""What the person card shows, read in one go. Promises labels instead of codes, and who wrote each block when."""
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.models import asking, attachments, clock, identity
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.reading import Event
from app.models.spells import spells
from app.ui.telling import field_label, near, source_words, told, unit_label, years

EMPLOYED, WANTS, UNWILLING = "1", "2", "3"
HEAD = "02"
ABILITY = ("education", "student_status", "skills", "certificates", "labour_capacity", "health_status", "work_limits", "care_duties")
WISH = ("wants_work", "preferred_areas", "preferred_occupations", "preferred_types", "expected_wage_min", "available_from",
        "training_wish", "unwilling_reason")
WORKING = ("labour_status", "employment_type", "employer_name", "work_area_level", "work_place", "occupation", "monthly_income",
           "start_date", "as_of")
NOT_WORKING = ("labour_status", "unemployed_reason", "last_job", "return_date", "plan_leave", "as_of")
IDENTITY = ("relation_to_head", "ethnic_group", "phone", "phone_owner", "marital_status", "person_status")


@dataclass(frozen=True)
class Fact:
    """One line of a block: what it is called, what it says, and where it can be changed."""

    label: str
    value: str
    rec: str
    type: str
    field: str


@dataclass(frozen=True)
class Block:
    """A panel of facts with who wrote it last, when and how."""

    title: str
    remark: str
    facts: tuple[Fact, ...]
    empty: str = ""


@dataclass(frozen=True)
class Member:
    """One person of the household tree."""

    id: str
    name: str
    relation: str
    line: str
    state: str
    level: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the history tab."""

    at: str
    author: str
    device: str
    source: str
    label: str
    before: str
    after: str
    decided: tuple[str, str] = ("", "")  # the record and the unit, where this line is a decision of Review


@dataclass(frozen=True)
class Talk:
    """An interview of the person: a kept response, or a draft (then `draft` is its id). `papers`: its photos, signature, files."""

    at: str
    title: str
    who: str
    how: str
    state: str
    draft: str = ""
    answered: int = 0
    total: int = 0
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Home:
    """A household as the tree shows it."""

    id: str
    code: str
    dwelling: str
    tags: tuple[tuple[str, str], ...]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Portrait:
    """A person as the card shows them."""

    id: str
    name: str
    line: str
    tags: tuple[tuple[str, str], ...]
    number: str
    phone: str
    door: str
    household: str
    blocks: tuple[Block, ...]
    history: tuple[Line, ...]
    talks: tuple[Talk, ...]
    disagreements: tuple[str, ...]
    missing: tuple[str, ...] = field(default=())
    to_ask: tuple[str, ...] = field(default=())
    not_asked: str = ""  # why nobody asks about work, in words; "" where somebody does

    @property
    def draft(self) -> Talk | None:
        """Return the interview that was begun and not finished."""
        return next((talk for talk in self.talks if talk.draft), None)


def age_of(values: dict[str, Any]) -> int | None:
    """Return the age today, None when the birth date is not known."""
    try:
        return identity.age_on(date.fromisoformat(str(values.get("birth_date") or "")), clock.today())
    except ValueError:
        return None


def home(ledger: Ledger, household: str) -> Home | None:
    """Return a household with its members, the head first."""
    record = ledger.get(household)
    if record is None:
        return None
    members = sorted(ledger.rows("person", {"household_id": household}), key=lambda row: (
        row[1].get("relation_to_head") != HEAD, str(row[1].get("relation_to_head") or "99"), str(row[1].get("birth_date") or "")))
    values = record.values
    tags = []
    if values.get("monitoring_type") not in (None, "0") and not values.get("risk_cleared"):
        tags.append((say("监测户", "Monitored"), "ask"))
    return Home(household, str(values.get("household_code") or ""), str(values.get("dwelling_no") or ""), tuple(tags),
                tuple(_member(ledger, rec, found) for rec, found in members))


def _member(ledger: Ledger, rec: str, values: dict[str, Any]) -> Member:
    fields = dictionary().types["person"].fields
    age = age_of(values)
    sex = told(fields["sex"], values.get("sex"))
    state, level = _state(ledger, rec, values)
    return Member(rec, str(values.get("full_name") or say("没有名字", "No name")),
                  told(fields["relation_to_head"], values.get("relation_to_head")),
                  " ".join(part for part in (sex, str(age) if age is not None else "") if part), state, level)


def _state(ledger: Ledger, rec: str, values: dict[str, Any]) -> tuple[str, str]:
    """Return one line of how the person stands in work, and its colour."""
    person = dictionary().types["person"].fields
    if values.get("person_status") not in (None, "1"):
        return told(person["person_status"], values["person_status"]), "2"
    if values.get("student_status") not in (None, "00"):
        return say("在校：", "Enrolled: ") + told(person["student_status"], values["student_status"]), "2"
    found = spells(ledger, rec)
    if found and not found[-1].ended and found[-1].values.get("labour_status"):
        status = found[-1].values["labour_status"]
        words = told(dictionary().types["placement"].fields["labour_status"], status)
        where = str(found[-1].values.get("employer_name") or "")
        return (f"{words} · {where}" if where else words), {EMPLOYED: "ok", WANTS: "warn"}.get(str(status), "2")
    if values.get("labour_capacity") in ("4", "5"):
        return _capacity(values), "2"
    return say("还没有调查", "Not surveyed yet"), "3"


def _capacity(values: dict[str, Any]) -> str:
    words = told(dictionary().types["person"].fields["labour_capacity"], values["labour_capacity"])
    return say(words, f"Capacity: {words.lower()}")


def portrait(ledger: Ledger, rec: str) -> Portrait | None:
    """Return everything the person card shows, or None where the person is not here."""
    record = ledger.get(rec)
    if record is None or record.type != "person":
        return None
    values = record.values
    fields = dictionary().types["person"].fields
    house = ledger.get(str(values["household_id"])) if values.get("household_id") else None
    work = spells(ledger, rec)
    history = {rec: ledger.history(rec), **{spell.id: ledger.history(spell.id) for spell in work}}
    phone = told(fields["phone"], values.get("phone"))
    if phone and values.get("phone_owner"):
        phone += say(f"（{told(fields['phone_owner'], values['phone_owner'])}）", f" ({told(fields['phone_owner'], values['phone_owner'])})")
    relation = told(fields["relation_to_head"], values.get("relation_to_head"))
    sex = told(fields["sex"], values.get("sex"))
    age = age_of(values)
    current = ledger.get(work[-1].id) if work else None
    not_asked = _not_asked(values, age)
    clashes = [*record.conflicts, *(current.conflicts if current else ())]
    return Portrait(
        rec, str(values.get("full_name") or say("没有名字", "No name")), " · ".join(p for p in (sex, years(age), relation) if p),
        _tags(ledger, values, current.values if current else {}, house.values if house else {}),
        str(values.get("id_number") or ""), phone, str(house.values.get("dwelling_no") or "") if house else "",
        str(values.get("household_id") or ""), _blocks(ledger, rec, values, work, history, not_asked),
        tuple(_lines(ledger, history)), tuple(_talks(ledger, rec)),
        tuple(unit_label(unit) or field_label("person", unit) for unit in clashes),
        to_ask=tuple(field_label(q.type, q.unit) for q in asking.open_questions(ledger, rec)), not_asked=not_asked)


def _tags(ledger: Ledger, values: dict[str, Any], work: dict[str, Any], house: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    person = dictionary().types["person"].fields
    tags = []
    if values.get("person_status") not in (None, "1"):
        tags.append((told(person["person_status"], values["person_status"]), "plain"))
    if values.get("labour_capacity"):
        tags.append((_capacity(values), "plain"))
    if values.get("wants_work") in ("1", "2"):
        tags.append((say("想工作", "Wants work"), "accent"))
    if work.get("labour_status") == EMPLOYED and not work.get("end_date"):
        tags.append((say("已就业", "Employed"), "ok"))
    if house.get("monitoring_type") not in (None, "0") and not house.get("risk_cleared"):
        tags.append((say("监测户", "Monitored"), "ask"))
    return tuple(tags)


def _not_asked(values: dict[str, Any], age: int | None) -> str:
    """Return why the interview leaves work out: too young, at school, unable."""
    if age is not None and age < identity.WORKING_AGE:
        return say(f"不满 {identity.WORKING_AGE} 周岁，不问就业。", f"Under {identity.WORKING_AGE}: not asked about work.")
    if values.get("student_status") not in (None, "00"):
        return say("在校，不问就业。", "At school: not asked about work.")
    return say("没有劳动能力，不问就业。", "No capacity for work: not asked about it.") if values.get("labour_capacity") in ("4", "5") else ""


def _blocks(ledger: Ledger, rec: str, values: dict[str, Any], work: list[Any], history: dict[str, list[Event]],
            not_asked: str) -> tuple[Block, ...]:
    spell = work[-1] if work else None
    names = WORKING if spell and spell.values.get("labour_status") == EMPLOYED else NOT_WORKING
    ask = say("还没有问过。按 F5 开始调查。", "Not asked yet. Press F5 to start the interview.")
    return (
        Block(say("就业", "Work"), _remark(history.get(spell.id, ()) if spell else (), None),
              _facts(ledger, "placement", spell.id if spell else "", spell.values if spell else {}, names), not_asked or ask),
        Block(say("能力与限制", "Ability and limits"), _remark(history[rec], ABILITY), _facts(ledger, "person", rec, values, ABILITY), ask),
        Block(say("意愿", "Wish"), _remark(history[rec], WISH), _facts(ledger, "person", rec, values, WISH), not_asked or ask),
        Block(say("身份与联系", "Identity and contact"), _remark(history[rec], IDENTITY),
              _facts(ledger, "person", rec, values, IDENTITY), ""),
    )


def _facts(ledger: Ledger, type: str, rec: str, values: dict[str, Any], names: tuple[str, ...]) -> tuple[Fact, ...]:
    fields = dictionary().types[type].fields
    return tuple(Fact(fields[name].label(), told(fields[name], values[name], ledger), rec, type, name)
                 for name in names if name in fields and values.get(name) not in (None, "", []))


def _remark(events: list[Event] | tuple[()], names: tuple[str, ...] | None) -> str:
    """Return who wrote a block last, when and how."""
    mine = [event for event in events if names is None or event.field in names]
    if not mine:
        return ""
    last = mine[-1]
    return f"{last.author_name} {near(last.at, time=False)} {source_words(last.source)}"


def _lines(ledger: Ledger, history: dict[str, list[Event]]) -> list[Line]:
    """Return the history of the person and of the work spells, newest first."""
    lines, explained = [], set()
    for at, (rec, events) in enumerate(history.items()):
        type = "placement" if at else "person"
        fields = dictionary().types[type].fields
        for event in events:
            decided = event.source.split(":")[0] == "review"  # a decision is told even where it says what was shown before
            if event.before == event.after and event.before is not None and not decided or event.field in ("person_id",):
                continue
            known = fields.get(event.field)
            before, after = ((told(known, value, ledger) if known else str(value or "")) for value in (event.before, event.after))
            order = list(fields).index(event.field) if known else -1
            if (why := reason_of(event)) and event.cid not in explained:  # once for all the fields of one change
                explained.add(event.cid)
                after = say(f"{after}（{why}）", f"{after} ({why})")
            lines.append(((event.cid, -order), Line(near(event.at), event.author_name, event.device_name, source_words(event.source),
                                          field_label(type, event.field), before, after or say("（清空）", "(cleared)"),
                                          (rec, dictionary().unit_of(type, event.field)) if decided else ("", ""))))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0], reverse=True)]


def reason_of(event: Event) -> str:
    """Return the reasons given for what the rules doubted in a change."""
    return say("；", "; ").join(text for text in (event.why or {}).values() if text)


def _talks(ledger: Ledger, rec: str) -> list[Talk]:
    """Return the interviews of a person: drafts first, then responses, newest first."""
    from app.forms.contract import drafts, title_of

    found = [Talk(near(draft.updated), title_of(ledger, draft.form), ledger.me.user_name, "", say("没填完", "Not finished"), draft.id,
                  draft.answered, draft.total)
             for draft in drafts(ledger) if draft.subject == ("person", rec)]
    fields = dictionary().types["survey_response"].fields
    kept = sorted(ledger.rows("survey_response", {"subject_id": rec}), key=lambda row: str(row[1].get("ended_at") or ""), reverse=True)
    for response, values in kept:
        who = told(fields["enumerator_id"], values.get("enumerator_id"), ledger)
        how = say(" · ", " · ").join(part for part in (told(fields["visit_mode"], values.get("visit_mode")),
                                                       told(fields["respondent"], values.get("respondent"))) if part)
        found.append(Talk(near(str(values.get("ended_at") or values.get("started_at") or "")), title_of(ledger, str(values.get("form_id") or "")),
                          who, how, told(fields["status"], values.get("status")),
                          papers=tuple(str(ref) for ref in attachments.named_of(ledger, response))))
    return found
