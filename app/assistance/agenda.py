"""Agenda: what a worker is to do today, in order of need; and whom to help, with why and why not. Promises that nothing of it is typed or stored.

First comes whose clock runs, then what must be checked or settled, then who is to be called, then what was begun, then of whom nothing is known.
"""
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from app.assistance import follow_ups, targets, zero
from app.assistance.records import Records
from app.assistance.roll import Home, Person, Roll, read
from app.assistance.targets import UNKNOWN, HomeStanding, Standing
from app.assistance.thresholds import Terms, Thresholds
from app.assistance.zero import Case
from app.models import asking, deciding
from app.models.language import say
from app.models.record import chunks, marks

if TYPE_CHECKING:
    from app.models.ledger import Ledger

ZERO, CHECK, REVIEW, CALL, ASK, DRAFT, VISIT = "zero", "check", "review", "call", "ask", "draft", "visit"
ORDER = (ZERO, CHECK, REVIEW, CALL, ASK, DRAFT, VISIT)


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do. Attributes: kind, person, household ("" none), due (ISO, "" no day), words (why), late (days past due, below 0: still to go;
    None: no day), opens (what Enter opens besides: a draft's id, a record under review), clock (days gone of how many; None)."""

    kind: str
    person: str
    household: str
    due: str
    words: str
    late: int | None = None
    opens: str = ""
    clock: tuple[int, int] | None = None

    @property
    def about(self) -> tuple[str, str, str]:
        """Return what makes it the same errand when it is read again."""
        return self.kind, self.person, self.household


@dataclass(slots=True)
class Group:
    """Who is to be helped, of one place. Attributes: on, roll, thresholds, standings, homes (household to how it stands), cases (open ones)."""

    on: str
    roll: Roll
    thresholds: Thresholds
    standings: dict[str, Standing] = field(default_factory=dict)
    homes: dict[str, HomeStanding] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def home_of(self, person: Person) -> Home | None:
        """Return the household a person is in on the day."""
        return self.roll.homes.get(person.home_on(self.on))

    def terms(self, home: Home | None) -> Terms:
        """Return what holds at a household's place."""
        return self.thresholds.at(home.place if home else "")

    def priority(self, rec: str) -> str:
        """Return the priority (code) of somebody in scope, "" of who is not."""
        person, one = self.roll.people[rec], self.standings[rec]
        home = self.home_of(person)
        return targets.priority(home, self.homes[home.id].state, one) if one.in_scope and home else ""

    def in_need(self, some: Iterable[str]) -> list[str]:
        """Return people in order of need; those not in scope keep the order of their ids."""
        def key(rec: str) -> tuple[str, int, str, str]:
            person, one = self.roll.people[rec], self.standings[rec]
            home = self.home_of(person)
            return targets.in_need(home, self.homes[home.id].state, person, one) if one.in_scope and home else ("9", 0, "", rec)
        return sorted(some, key=key)


def group(ledger: "Ledger", on: str, prefix: str = "") -> Group:
    """Return who lives under a prefix and how they stand on a day."""
    records = Records(ledger.db.conn)
    roll, thresholds = read(records), Thresholds(records, on)
    found = Group(on, roll, thresholds)
    for rec, person in roll.people.items():
        home = roll.homes.get(person.home_on(on))
        if (home.place if home else "").startswith(prefix):
            found.standings[rec] = targets.standing(person, home, on, thresholds.at(home.place if home else ""))
    for rec, home in roll.homes.items():
        if home.place.startswith(prefix):
            found.homes[rec] = zero.stands(home, roll.members.get(rec, ()), on, thresholds.at(home.place))
    cases = zero.all_cases(roll, on, thresholds, zero.helped(records, roll))
    here = (case for case in cases if not case.ended and case.place.startswith(prefix))
    found.cases = sorted(here, key=lambda case: (case.clear_due, case.household))
    return found


def errands(ledger: "Ledger", on: str, prefix: str = "", found: Group | None = None) -> list[Errand]:
    """Return everything that is to be done on a day, in order of need."""
    found = found or group(ledger, on, prefix)
    records = Records(ledger.db.conn)
    out = [_case(case, on) for case in found.cases]
    out += _disputed(ledger, prefix)
    out += [_call(found, call, on) for call in follow_ups.calls(records, found.roll, on, found.thresholds) if call.person in found.standings]
    out += [Errand(ASK, one.subject if one.subject in found.roll.people else "", one.subject if one.subject in found.roll.homes else "", one.on,
                   say(f"{one.by} 请再问一次", f"{one.by} asks to ask again") + (f"：{one.note}" if one.note else ""), opens=one.about)
            for one in asking.open_questions(ledger, prefix=prefix)]
    out += _begun(ledger, found)
    out += _unknown(found)
    return sorted(out, key=lambda one: (ORDER.index(one.kind), -(one.late if one.late is not None else -9999), one.due, one.household, one.person))


def _case(case: Case, on: str) -> Errand:
    gone, span = _days(case.opened, on) + 1, _days(case.opened, case.clear_due)
    if case.awaits_check:
        words = say("零就业户有人上岗了，核实以后才能销号", "Zero-employment; somebody began to work: check it to close the case")
        return Errand(CHECK, "", case.household, case.clear_due, words, _days(case.clear_due, on), clock=(gone, span))
    if case.state == UNKNOWN:
        words = say("零就业户，现在情况不明，去问一问", "Zero-employment household whose situation is unknown now: ask")
    elif not case.helped:
        words = say(f"零就业户第 {gone} 天，还没有开始帮扶，{case.help_due} 前要开始",
                    f"Zero-employment, day {gone}; nobody has helped yet, due {case.help_due}")
    else:
        words = say(f"零就业户第 {gone} 天，{case.helped} 帮过，{case.clear_due} 前要有人上岗",
                    f"Zero-employment, day {gone}; helped {case.helped}, work due {case.clear_due}")
    due = case.clear_due if case.helped else case.help_due
    return Errand(ZERO, "", case.household, due, words, _days(due, on), clock=(gone, span))


def _disputed(ledger: "Ledger", prefix: str) -> list[Errand]:
    out: dict[str, Errand] = {}
    for one in deciding.waiting(ledger, prefix):
        words = say("几个人填得不一样，请定下哪一个对", "People say different things; settle which is right")
        kept = out.get(one.root)
        out[one.root] = kept or Errand(REVIEW, one.root, "", "", words, opens=one.rec)
    return list(out.values())


def _call(found: Group, call: follow_ups.Call, on: str) -> Errand:
    person = found.roll.people[call.person]
    tried = say(f"，打过 {call.tries} 次没联系上", f", tried {call.tries} times") if call.tries else ""
    words = say(f"上岗{follow_ups.mark_words(call.mark)}回访", f"Follow-up: {follow_ups.mark_words(call.mark)} after beginning") + tried
    return Errand(CALL, call.person, person.home_on(on), call.due, words, _days(call.due, on), opens=call.spell)


def _begun(ledger: "Ledger", found: Group) -> list[Errand]:
    from app.forms.contract import drafts

    out = []
    for one in drafts(ledger):
        type, rec = one.subject or ("", "")
        words = say(f"“{one.title}”填了 {one.answered} / {one.total} 题，接着填", f"“{one.title}”: {one.answered} of {one.total} answered; go on")
        out.append(Errand(DRAFT, rec if type == "person" else "", rec if type == "household" else "", one.updated[:10], words, opens=one.id))
    return out


def _unknown(found: Group) -> list[Errand]:
    homes: dict[str, list[str]] = {}
    for rec in found.in_need(rec for rec, one in found.standings.items() if one.in_scope and one.work == UNKNOWN):
        homes.setdefault(found.roll.people[rec].home_on(found.on), []).append(rec)
    out = []
    for home, people in homes.items():
        asked = max((s.as_of for rec in people for s in found.roll.people[rec].spells), default="")
        words = say(f"{len(people)} 人情况不明，" + (f"上次问是 {asked}" if asked else "从来没有问过"),
                    f"{len(people)} whose situation is unknown, " + (f"last asked {asked}" if asked else "never asked"))
        out.append(Errand(VISIT, people[0], home, asked, words))
    return out


def names(ledger: "Ledger", people: Iterable[str], homes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return person or household -> (name: a household's is its head's, its door or code)."""
    out: dict[str, tuple[str, str]] = {}
    conn = ledger.db.conn
    for part in chunks(sorted({*people} - {""})):
        out.update({row[0]: (row[1] or "", row[2] or "") for row in conn.execute(
            "SELECT p.id, p.full_name, h.dwelling_no FROM person p LEFT JOIN household h ON h.id = p.household_id"
            f" WHERE p.id IN ({marks(part)})", part)})
    for part in chunks(sorted({*homes} - {""})):
        for rec, head, code, door, members in conn.execute(
                "SELECT h.id, (SELECT full_name FROM person WHERE household_id = h.id AND relation_to_head = '02' AND _void IS NULL LIMIT 1),"
                " h.household_code, h.dwelling_no, (SELECT count(*) FROM person WHERE household_id = h.id AND _void IS NULL)"
                f" FROM household h WHERE h.id IN ({marks(part)})", part):
            who = head or code or "—"
            out[rec] = (say(f"{who} 家（{members} 人）", f"{who} ({members})"), door or code or "")
    return out


def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days

