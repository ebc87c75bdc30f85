"""Agenda: what a worker is to do today, in order of need; and whom to help, with why and why not. Promises that nothing of it is typed or stored.

First comes whose clock runs, then what must be checked or settled, then who is to be called, then what was begun, then of whom nothing is known.
"""
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from app.assistance import among, follow_ups, targets, zero
from app.assistance.records import Records
from app.assistance.roll import Home, Person, Roll, read, read_some
from app.assistance.targets import UNKNOWN, Z2, HomeStanding, Standing
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
    """Who is to be helped, of one place, or some of them.

    Attributes: on, roll, thresholds, standings, homes (household to how it stands; {} where only some were read), cases (open ones), zero (the
    households that want work and have none: Z2).
    """

    on: str
    roll: Roll
    thresholds: Thresholds
    standings: dict[str, Standing] = field(default_factory=dict)
    homes: dict[str, HomeStanding] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    zero: frozenset[str] = frozenset()

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
        return targets.priority(home, self._state(home), one) if one.in_scope and home else ""

    def in_need(self, some: Iterable[str]) -> list[str]:
        """Return people in order of need; those not in scope keep the order of their ids."""
        def key(rec: str) -> tuple[str, int, str, str]:
            person, one = self.roll.people[rec], self.standings[rec]
            home = self.home_of(person)
            return targets.in_need(home, self._state(home), person, one) if one.in_scope and home else ("9", 0, "", rec)
        return sorted(some, key=key)

    def _state(self, home: Home) -> str:
        return Z2 if home.id in self.zero else ""


def group(ledger: "Ledger", on: str, prefix: str = "") -> Group:
    """Return who lives under a prefix and how they stand on a day."""
    records = Records(ledger.db.conn)
    found = Group(on, read(records), Thresholds(records, on))
    _stand(found, prefix)
    roll = found.roll
    for rec, home in roll.homes.items():
        if home.place.startswith(prefix):
            found.homes[rec] = zero.stands(home, roll.members.get(rec, ()), on, found.thresholds.at(home.place))
    found.zero = frozenset(rec for rec, one in found.homes.items() if one.state == Z2)
    found.cases = _open(zero.all_cases(roll, on, found.thresholds, zero.helped(records, roll)), prefix)
    return found


def some(ledger: "Ledger", on: str, prefix: str, people: Collection[str], homes: Collection[str] = (), z2: Collection[str] = ()) -> Group:
    """Return these people as `group` has them, and the open cases of these households.

    people: with everybody who ever was in one of `homes`. z2: the households, of all of them, that want work and have none.
    """
    records = Records(ledger.db.conn)
    found = Group(on, read_some(records, people, homes, records.one_person()), Thresholds(records, on), zero=frozenset(z2))
    _stand(found, prefix)
    helped = zero.helped(records, found.roll, found.roll.filed())
    found.cases = _open(zero.all_cases(found.roll, on, found.thresholds, helped, homes), prefix)
    return found


def _stand(found: Group, prefix: str) -> None:
    """Say how everybody of the roll stands who lives under a prefix."""
    for rec, person in found.roll.people.items():
        home = found.home_of(person)
        if (home.place if home else "").startswith(prefix):
            found.standings[rec] = targets.standing(person, home, found.on, found.terms(home))


def _open(cases: Iterable[Case], prefix: str) -> list[Case]:
    return sorted((case for case in cases if not case.ended and case.place.startswith(prefix)), key=lambda case: (case.clear_due, case.household))


def errands(ledger: "Ledger", on: str, prefix: str = "", found: Group | None = None, *, whole: bool = True) -> list[Errand]:
    """Return everything that is to be done on a day, in order of need.

    found: all open cases, and everybody of whom nothing is known; whole: False leaves out the latter, who come last (`visits`).
    """
    found = found or group(ledger, on, prefix)
    out = [_case(case, on) for case in found.cases]
    out += _disputed(ledger, prefix)
    out += _calls(ledger, on, prefix)
    out += _asked(ledger, prefix)
    out += _begun(ledger)
    return _in_order(out) + (visits(found) if whole else [])


def visits(found: Group) -> list[Errand]:
    """Return the households to visit because nothing is known of somebody there: what stands last on the agenda."""
    return _in_order(_unknown(found))


def _in_order(some: Iterable[Errand]) -> list[Errand]:
    return sorted(some, key=lambda one: (ORDER.index(one.kind), -(one.late if one.late is not None else -9999), one.due, one.household, one.person))


def _asked(ledger: "Ledger", prefix: str) -> list[Errand]:
    open_ = asking.open_questions(ledger, prefix=prefix)
    kinds = {rec: kind for part in chunks(sorted({one.subject for one in open_})) for rec, kind in ledger.db.conn.execute(
        f"SELECT rec, type FROM record WHERE rec IN ({marks(part)})", part)}
    return [Errand(ASK, one.subject if kinds.get(one.subject) == "person" else "", one.subject if kinds.get(one.subject) == "household" else "",
                   one.on, say(f"{one.by} 请再问一次", f"{one.by} asks to ask again") + (f"：{one.note}" if one.note else ""), opens=one.about)
            for one in open_]


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


def _calls(ledger: "Ledger", on: str, prefix: str) -> list[Errand]:
    records = Records(ledger.db.conn)
    roll = among.roll_of(records, among.due(records, on))
    return [_call(roll.people[call.person].home_on(on), call, on) for call in follow_ups.calls(records, roll, on, some=True)
            if (roll.place_of(call.person, on) or "").startswith(prefix)]


def _call(home: str, call: follow_ups.Call, on: str) -> Errand:
    tried = say(f"，打过 {call.tries} 次没联系上", f", tried {call.tries} times") if call.tries else ""
    words = say(f"上岗{follow_ups.mark_words(call.mark)}回访", f"Follow-up: {follow_ups.mark_words(call.mark)} after beginning") + tried
    return Errand(CALL, call.person, home, call.due, words, _days(call.due, on), opens=call.spell)


def _begun(ledger: "Ledger") -> list[Errand]:
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

