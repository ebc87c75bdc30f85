"""Checks: what in the records should be looked at, worst first. Promises to show and never to judge, to change nothing, and to name nobody in words.

Each check is a row of a table: what it is called, how bad it is (E contradicts itself, W should be asked about, Q should be seen), and the
function that finds it. A finding points at a record; who may see it opens it there (domain.md 1.8 and 2.5).
"""
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.assistance.records import Records
from app.models import places
from app.models.language import say
from app.oversight import interviews
from app.oversight.indicators import count
from app.oversight.looking import Found, Look

if TYPE_CHECKING:
    from app.models.ledger import Ledger

LEVELS = ("E", "W", "Q")
AGREEING = {"2": "12", "3": "0"}  # labour_status -> the wishes that go with it (V24)


@dataclass(frozen=True, slots=True)
class Check:
    """One test. Attributes: key, level, zh, en (what it says of what it finds), find."""

    key: str
    level: str
    zh: str
    en: str
    find: Callable[[Look], Iterator[Found]]

    def label(self) -> str:
        """Return what it says, in the language in use."""
        return say(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. Attributes: check, type and id of the record, place, told (a number that belongs to it, "" none)."""

    check: Check
    type: str
    id: str
    place: str
    told: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as a document."""
        return {"check": self.check.key, "level": self.check.level, "says": self.check.label(), "type": self.type, "id": self.id, "place": self.place,
                "told": self.told}


def look(ledger: "Ledger", on: str, prefix: str = "") -> list[Finding]:
    """Return what the checks find under a prefix at the end of a day, worst first, then by check, place and record."""
    records = Records(ledger.db.conn)
    seen = Look(records, count(records, on))
    found = [Finding(check, one.type, one.rec, one.place, one.told) for check in CHECKS for one in check.find(seen)
             if places.within(one.place, prefix)]
    order = {check.key: at for at, check in enumerate(CHECKS)}
    return sorted(found, key=lambda f: (LEVELS.index(f.check.level), order[f.check.key], f.place, f.id))


def _same_number(look: Look) -> Iterator[Found]:
    for some in look.sharing("id_number", lambda number: number[:18]).values():
        if len(some) > 1:
            yield from (look.person(rec, str(len(some))) for rec in some)


def _same_phone(look: Look) -> Iterator[Found]:
    homes = look.homes_of
    for some in look.sharing("phone", str).values():
        if len({homes.get(rec) for rec in some}) > 3:
            yield from (look.person(rec, str(len(some))) for rec in some)


def _work(test: Callable[[Look, str, Any], bool]) -> Callable[[Look], Iterator[Found]]:
    def find(look: Look) -> Iterator[Found]:
        for rec, one in look.figures.standings.items():
            if one.spell is not None and one.spell.status == "1" and one.spell.holds(look.on) and test(look, rec, one):
                yield look.person(rec)
    return find


def _contradicted(look: Look) -> Iterator[Found]:
    for rec, one in look.figures.standings.items():
        wish = look.figures.roll.people[rec].wants
        if one.spell and one.spell.holds(look.on) and wish and wish not in AGREEING.get(one.spell.status, wish):
            yield look.person(rec)


def _overlapping(look: Look) -> Iterator[Found]:
    for rec, one in look.figures.roll.people.items():
        jobs = [s for s in one.spells if s.status == "1" and s.kind == "1"]
        if any(later.start < (earlier.end or "9999") for earlier, later in zip(jobs, jobs[1:], strict=False)):
            yield look.person(rec)


def _two_public_posts(look: Look) -> Iterator[Found]:
    for home, people in look.figures.roll.members.items():
        some = [p for p in people if p.home_on(look.on) == home and look.in_public_post(p.id)]
        if len(some) > 1:
            yield look.home(home, str(len(some)))


def _cases(test: Callable[[Any, str], bool]) -> Callable[[Look], Iterator[Found]]:
    return lambda look: (look.home(case.household, case.opened) for case in look.figures.cases if not case.ended and test(case, look.on))


def _not_helped(look: Look) -> Iterator[Found]:
    """V20: monitored, risk open, somebody who could work, nothing done for anybody."""
    helped = {look.figures.roll.of(row[2]) for row in look.records.rows("measure", "person_id")}
    for rec, standing in look.figures.homes.items():
        home = look.figures.roll.homes[rec]
        if home.monitoring not in ("", "0") and not home.risk_cleared and standing.labour and helped.isdisjoint(standing.labour):
            yield look.home(rec)


def _no_longer_there(look: Look) -> Iterator[Found]:
    last: dict[str, tuple[str, Any]] = {}
    for _, _, spell, on, still in look.records.rows("follow_up", "placement_id", "on", "still_in_post"):
        if spell and on and still is not None and (on, still) > last.get(spell, ("", 0)):
            last[spell] = (on, still)
    for rec, one in look.figures.standings.items():
        if one.spell and one.spell.holds(look.on) and last.get(one.spell.id, ("", 1))[1] == 0:
            yield look.person(rec, last[one.spell.id][0])


def _no_credit_code(look: Look) -> Iterator[Found]:
    workers: dict[str, int] = {}
    for _, _, employer, status, end in look.records.rows("placement", "employer_id", "labour_status", "end_date"):
        if employer and status == "1" and not (end and end < look.on):
            workers[employer] = workers.get(employer, 0) + 1
    for rec, place, code in look.records.rows("employer", "credit_code"):
        if not code and workers.get(rec, 0) > 20:
            yield Found("employer", rec, place or "", str(workers[rec]))


def _ended_after_the_report(look: Look) -> Iterator[Found]:
    """A placement that ends on the day after a report was cut off."""
    from app.assistance.thresholds import day, shifted

    after = {shifted(day(cut_off), 1) for _, _, cut_off in look.records.rows("report_snapshot", "cut_off") if day(cut_off)}
    for rec, one in look.figures.roll.people.items():
        if any(s.status == "1" and s.end in after for s in one.spells):
            yield look.person(rec)


def _heaped(look: Look) -> Iterator[Found]:
    """Places where four fifths of ten wages or more are the very same."""
    wages: dict[str, list[Any]] = {}
    for _, _, person, status, wage in look.records.rows("placement", "person_id", "labour_status", "monthly_income"):
        place = look.figures.roll.place_of(person, look.on)
        if place and status == "1" and wage is not None:
            wages.setdefault(place, []).append(wage)
    for place, some in wages.items():
        most = max(some.count(wage) for wage in set(some))
        if len(some) >= 10 and most * 5 >= len(some) * 4:
            yield Found("area", place, place, f"{most}/{len(some)}")


CHECKS = (
    Check("same_number", "E", "同一个证件号码登记在几个人名下", "One identity number stands for several people", _same_number),
    Check("unable_at_work", "E", "劳动能力登记为丧失或无，却登记在就业", "Registered as unable to work, and at work",
          _work(lambda look, rec, one: look.figures.roll.people[rec].capacity in ("4", "5"))),
    Check("public_post_away", "E", "公益性岗位或帮扶车间登记在县外", "A public-welfare post or workshop outside the county",
          _work(lambda look, rec, one: one.spell.kind in ("2", "3") and one.spell.level in ("3", "4", "5"))),
    Check("place_unknown", "E", "登记在就业，没有就业地", "At work, and where is not registered", _work(lambda look, rec, one: not one.spell.level)),
    Check("student_at_work", "W", "在校生登记在就业", "At school, and at work",
          _work(lambda look, rec, one: look.figures.roll.people[rec].student not in ("", "00"))),
    Check("wish_contradicts", "W", "就业状态和就业意愿互相矛盾", "Status and wish contradict each other", _contradicted),
    Check("overlapping_jobs", "W", "两份单位工作的时间重叠", "Two wage jobs at the same time", _overlapping),
    Check("two_public_posts", "W", "一户有两个公益性岗位", "Two public-welfare posts in one household", _two_public_posts),
    Check("no_longer_there", "W", "回访说已不在岗，就业记录还没有结束",
          "A follow-up heard that the job is over; the record goes on", _no_longer_there),
    Check("ended_after_report", "W", "报表截止日的第二天就结束的就业",
          "A job that ended on the day after a report was cut off", _ended_after_the_report),
    Check("no_credit_code", "W", "没有统一社会信用代码的单位登记了 20 人以上",
          "An employer without a credit code and with more than 20 people", _no_credit_code),
    Check("clear_overdue", "W", "零就业户超期没有清零", "A zero-employment household that is overdue", _cases(lambda case, on: case.overdue(on))),
    Check("awaits_check", "Q", "零就业户有人上岗，还没有核实", "Of a zero-employment household somebody began to work; nobody has checked",
          _cases(lambda case, on: case.awaits_check)),
    *(Check(key, level, zh, en, find) for key, level, zh, en, find in interviews.CHECKS),
    Check("heaped_wages", "Q", "同一地点的工资几乎全是同一个数", "Nearly all wages of a place are the very same", _heaped),
    Check("same_phone", "Q", "同一个电话登记在三户以上", "One phone number in more than three households", _same_phone),
    Check("not_helped", "Q", "监测户风险没有消除、有劳动力，却没有帮扶措施", "Monitored, at risk, able to work, and no help on record", _not_helped),
)

