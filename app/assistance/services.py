"""Services and training: plans, who signed in, results and certificates, who works afterwards; "131" of everybody who waits for work.

Promises that a person signs in once, and that what somebody has had is counted from what was done, never from what was planned.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.assistance.records import Records
from app.assistance.roll import Roll
from app.assistance.targets import EMPLOYED_, WILLING_, standing
from app.assistance.thresholds import Thresholds, day
from app.models import clock
from app.models.change import Value
from app.models.identity import record_id
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

TRAINING, GUIDANCE, REFERRAL = "training", "guidance", "referral"  # service_kind
COMPLETED, CERTIFIED, NOT_COMPLETED = "1", "2", "5"  # service_result
ADVISED, REFERRED, TRAINED = "2", "3", "4"  # measure_type
ONE_THREE_ONE = (1, 3, 1)  # of 职业介绍, 岗位推荐, 培训
SOURCE = "service"
_SERVICE = ("service_code", "kind", "topic", "start_on", "end_on", "site_id", "area_id", "venue", "host", "provider", "hours", "course",
            "occupation", "level", "exam", "cost", "subsidy", "certificate_no")


@dataclass(frozen=True, slots=True)
class Participant:
    """Who signed in. Attributes: at (local time; ""), result (code; "" not yet), certificate, works (at work since it ended)."""

    id: str
    person: str
    at: str
    result: str
    certificate: str
    works: bool

    @property
    def certified(self) -> bool:
        """Return whether a certificate was given."""
        return self.result == CERTIFIED or bool(self.certificate)


@dataclass(frozen=True, slots=True)
class Service:
    """One service or training. Attributes: said (field to cell), people (by the time they signed in)."""

    id: str
    place: str
    said: Mapping[str, object]
    people: tuple[Participant, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind (code)."""
        return str(self.said.get("kind") or "")

    @property
    def start(self) -> str:
        """Return the first day, "" not known."""
        return day(self.said.get("start_on"))

    @property
    def end(self) -> str:
        """Return the last day; the first one where none was said."""
        return day(self.said.get("end_on")) or self.start


@dataclass(frozen=True, slots=True)
class Had:
    """What somebody who wants work has had. Attributes: advised, referred, trained (how often), since (without work from that day on)."""

    person: str
    advised: int
    referred: int
    trained: int
    since: str

    @property
    def lacks(self) -> int:
        """Return how much of 1, 3 and 1 is still to be done."""
        return sum(max(0, need - had) for need, had in zip(ONE_THREE_ONE, (self.advised, self.referred, self.trained), strict=True))

    def words(self) -> str:
        """Return it at a glance: 1/1 · 2/3 · 0/1."""
        return " · ".join(f"{had}/{need}" for need, had in zip(ONE_THREE_ONE, (self.advised, self.referred, self.trained), strict=True))


def read(records: Records, roll: Roll, on: str, only: str = "") -> list[Service]:
    """Return the services with who took part, the latest first; `only`: this one."""
    terms = Thresholds(records, on)
    services = list(records.rows("service", *_SERVICE, only=("id", (only,)) if only else None))
    ends = {row[0]: day(row[2 + _SERVICE.index("end_on")]) or day(row[2 + _SERVICE.index("start_on")]) for row in services}
    there: dict[str, list[Participant]] = {}
    for rec, _, service, person, at, result, certificate in records.rows(
            "service_attendance", "service_id", "person_id", "sign_in_at", "result", "certificate_no",
            only=("service_id", (only,)) if only else None):
        one = roll.of(person)
        there.setdefault(service or "", []).append(Participant(rec, one, at or "", result or "", certificate or "",
                                                               _works(roll, one, ends.get(service or "", ""), on, terms)))
    found = [Service(row[0], row[1] or "", dict(zip(_SERVICE, row[2:], strict=True)), tuple(sorted(there.get(row[0], ()), key=_by_time)))
             for row in services]
    return sorted(found, key=lambda one: (one.start, one.id), reverse=True)


def _works(roll: Roll, person: str, ended: str, on: str, terms: Thresholds) -> bool:
    """Return whether somebody is at work on a day in a spell that began once the service had ended: as the dispatch table counts it."""
    who = roll.people.get(person)
    home = roll.homes.get(who.home_on(on)) if who else None
    if who is None or not ended:
        return False
    now = standing(who, home, on, terms.at(home.place if home else ""))
    return now.work == EMPLOYED_ and now.spell is not None and now.spell.start >= ended


def plan(ledger: "Ledger", values: Mapping[str, Value]) -> str:
    """Make a service or training; returns its id. Problem where kind, topic or first day are missing, or it ends before it begins."""
    if not values.get("kind") or not values.get("topic") or not day(values.get("start_on")):
        raise Problem("service.least", "服务要有类型、主题和开始日期。填上再建。",
                      "A service needs a kind, a topic and a first day. Fill them in first.")
    if values.get("end_on") and day(values["end_on"]) < day(values["start_on"]):
        raise Problem("service.days", "结束日期早于开始日期。请改日期。", "It ends before it begins. Change the days.")
    return ledger.write([Write("service", dict(values))], source=SOURCE).ids[0]


def attendance_id(service: str, person: str) -> str:
    """Return the id of a person's taking part: the same on every laptop."""
    return record_id("service_attendance", "", f"{service}:{person}")


def sign_in(ledger: "Ledger", service: str, person: str) -> str:
    """Write that a person takes part; returns the id. Told again it changes nothing."""
    _must(ledger, service, "service")
    rec = attendance_id(service, person)
    known = ledger.get(rec)
    if known is None or known.void is not None:
        values: dict[str, Value] = {"service_id": service, "person_id": person, "sign_in_at": clock.now().astimezone().strftime("%Y-%m-%d %H:%M")}
        ledger.write([Write("service_attendance", values, rec=rec, begins=True)], source=SOURCE)
    return rec


def end(ledger: "Ledger", attendance: str, result: str, certificate: str = "") -> None:
    """Write how it ended for somebody. Problem where a certificate was given and has no number, of the person or of the whole course."""
    there = _must(ledger, attendance, "service_attendance")
    course = ledger.get(str(there.get("service_id") or ""))
    number = certificate.strip() or str(there.get("certificate_no") or "")
    if result == CERTIFIED and not number and not (course and course.values.get("certificate_no")):
        raise Problem("service.certificate", "发了证要写证书编号；全班一个批次号的，写在培训里。",
                      "A certificate has a number: write it here, or the course's one for everybody.")
    ledger.write([Write("service_attendance", {"result": result, **({"certificate_no": number} if number else {})}, rec=attendance)], source=SOURCE)


def had(records: Records, roll: Roll, on: str, since: str = "") -> list[Had]:
    """Return what everybody who is in scope, without work and wants it has had between two days, who lacks most first.

    A referral counts by its post: three posts, not three talks of one. A measure of that kind counts on days without a referral.
    """
    counts = _Counts(records, roll, since, on)
    terms = Thresholds(records, on)
    found = []
    for person in roll.people.values():
        home = roll.homes.get(person.home_on(on))
        now = standing(person, home, on, terms.at(home.place if home else ""))
        if now.in_scope and now.work == WILLING_:
            found.append(Had(person.id, len(counts.advised.get(person.id, ())), counts.of_posts(person.id), len(counts.trained.get(person.id, ())),
                             now.spell.start if now.spell else ""))
    return sorted(found, key=lambda one: (-one.lacks, one.since, one.person))


class _Counts:
    """What was done for people in a period, by person: days of advice, days or ids of trainings, posts they were referred to."""

    def __init__(self, records: Records, roll: Roll, since: str, on: str) -> None:
        self.advised: dict[str, set[str]] = {}
        self.trained: dict[str, set[str]] = {}
        self.posts: dict[str, dict[str, str]] = {}
        self.told: dict[str, set[str]] = {}
        for _, _, person, post, when in records.rows("referral", "person_id", "post_id", "date"):
            if since <= day(when) <= on and post:
                self.posts.setdefault(roll.of(person), {})[post] = day(when)
        by_kind = {ADVISED: self.advised, REFERRED: self.told, TRAINED: self.trained}
        for _, _, person, kind, when in records.rows("measure", "person_id", "measure_type", "done_date"):
            if kind in by_kind and day(when) and since <= day(when) <= on:
                by_kind[kind].setdefault(roll.of(person), set()).add(day(when))
        held = {row[0]: (row[2], day(row[3])) for row in records.rows("service", "kind", "start_on")}
        for _, _, service, person, result in records.rows("service_attendance", "service_id", "person_id", "result"):
            kind, when = held.get(service, ("", ""))
            if when and since <= when <= on and result != NOT_COMPLETED:
                where = {GUIDANCE: self.advised, REFERRAL: self.told, TRAINING: self.trained}.get(kind or "")
                if where is not None:
                    where.setdefault(roll.of(person), set()).add(when)

    def of_posts(self, person: str) -> int:
        """Return to how many posts somebody was referred."""
        posts = self.posts.get(person, {})
        return len(posts) + len(self.told.get(person, set()) - set(posts.values()))


def _must(ledger: "Ledger", rec: str, type: str) -> Mapping[str, Value]:
    found = ledger.get(rec)
    if found is None or found.type != type or found.void is not None:
        raise Problem("service.unknown", "这条服务记录不在本机，或已经删除。请刷新后再找一次。",
                      "This record of a service is not on this computer, or was deleted. Look it up again.")
    return found.values


def _by_time(one: Participant) -> tuple[str, str]:
    return one.at or "~", one.id
