"""Batches (点对点): seats, who travels, who boarded, who arrived. Promises that nobody is put on a seat that is not there, that a person
travels in one batch a day, and that work begins on arrival at the post, never at boarding.

Two laptops that fill the last seat while apart are both heard; the batch then says that it is over its seats.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.assistance import placing
from app.assistance.records import Records
from app.assistance.thresholds import birthday, day
from app.models import clock
from app.models.change import VOID, Value
from app.models.identity import WORKING_AGE, mask_name, record_id
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

PLANNED, GONE, ARRIVED, HANDED_OVER, CANCELLED = "1", "2", "3", "4", "9"  # batch_state
SOURCE = "batch"
_BATCH = ("batch_no", "from_site_id", "from_area_id", "to_area_id", "organiser", "agency_id", "employer_ids", "depart_at", "meeting_point",
          "transport", "vehicle_no", "seats", "leader_name", "escorts", "receiver_name", "arrive_at", "cost", "fund", "insured", "state")
_MEMBER = ("batch_id", "person_id", "seat", "post_id", "agreed_wage", "contract_signed", "boarded", "arrived", "not_arrived_reason", "companions",
           "emergency_contact")


@dataclass(frozen=True, slots=True)
class Member:
    """One person on the roster. Attributes: boarded and arrived (None: nobody has said), reason (why not arrived), companions (family along)."""

    id: str
    person: str
    seat: str = ""
    post: str = ""
    wage: int | float | None = None
    signed: bool = False
    boarded: bool | None = None
    arrived: bool | None = None
    reason: str = ""
    companions: int = 0
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch with its roster. Attributes: said (field to cell), members (by seat), place (of the office that made it)."""

    id: str
    place: str
    said: Mapping[str, object]
    members: tuple[Member, ...] = ()

    @property
    def no(self) -> str:
        """Return the batch number."""
        return str(self.said.get("batch_no") or "")

    @property
    def on(self) -> str:
        """Return the day of departure, "" not known."""
        return day(str(self.said.get("depart_at") or "")[:10])

    @property
    def state(self) -> str:
        """Return the state (code)."""
        return str(self.said.get("state") or PLANNED)

    @property
    def seats(self) -> int | None:
        """Return how many seats there are; None where nobody has said."""
        found = self.said.get("seats")
        return found if isinstance(found, int) else None

    @property
    def taken(self) -> int:
        """Return how many seats are taken, families with them."""
        return len(self.members) + self.families

    @property
    def families(self) -> int:
        """Return how many of their families travel along."""
        return sum(one.companions for one in self.members)

    @property
    def free(self) -> int | None:
        """Return how many seats are left; below 0: over. None where nobody has said how many there are."""
        return None if self.seats is None else self.seats - self.taken

    @property
    def boarded(self) -> int:
        """Return how many boarded; who arrived has boarded."""
        return sum(1 for one in self.members if one.boarded or one.arrived)

    @property
    def arrived(self) -> int:
        """Return how many arrived at their post."""
        return sum(1 for one in self.members if one.arrived)

    @property
    def missing(self) -> tuple[Member, ...]:
        """Return who did not arrive: those of whom it was said."""
        return tuple(one for one in self.members if one.arrived is False)

    @property
    def awaited(self) -> tuple[Member, ...]:
        """Return of whom nobody has said whether they arrived."""
        return tuple(one for one in self.members if one.arrived is None)


def read(records: Records, only: str = "") -> list[Batch]:
    """Return the batches with their rosters, the latest departure first; `only`: this one."""
    roster: dict[str, list[Member]] = {}
    for row in records.rows("batch_member", *_MEMBER, only=("batch_id", (only,)) if only else None):
        batch, person, seat, post, wage, signed, boarded, arrived, reason, along, emergency = row[2:]
        roster.setdefault(batch or "", []).append(Member(
            row[0], person or "", seat or "", post or "", wage if isinstance(wage, int | float) else None, signed == 1, _told(boarded),
            _told(arrived), reason or "", along if isinstance(along, int) and along > 0 else 0, emergency or ""))
    found = [Batch(row[0], row[1] or "", dict(zip(_BATCH, row[2:], strict=True)), tuple(sorted(roster.get(row[0], ()), key=_by_seat)))
             for row in records.rows("transfer_batch", *_BATCH, only=("id", (only,)) if only else None)]
    return sorted(found, key=lambda one: (one.on, one.no, one.id), reverse=True)


def one(ledger: "Ledger", rec: str) -> Batch:
    """Return one batch. Problem where it is not here."""
    found = read(Records(ledger.db.conn), rec)
    if not found:
        raise Problem("batch.unknown", "这个批次不在本机，或已经删除。请刷新后再找一次。",
                      "This batch is not on this computer, or was deleted. Look it up again.")
    return found[0]


def plan(ledger: "Ledger", values: Mapping[str, Value]) -> str:
    """Make a batch; returns its id. Problem where number, departure or destination are missing, or the number is taken."""
    for name, zh, en in (("batch_no", "批次号", "a batch number"), ("depart_at", "出发时间", "a departure"),
                         ("to_area_id", "输入地", "a destination")):
        if values.get(name) in (None, ""):
            raise Problem("batch.least", f"还缺{zh}。填上才能建这个批次。", f"The batch needs {en}. Fill it in first.")
    if not day(str(values["depart_at"])[:10]):
        raise Problem("batch.depart", "出发时间请写成 2026-05-20 或 2026-05-20 08:00。", "Write the departure as 2026-05-20 or 2026-05-20 08:00.")
    rec = record_id("transfer_batch", ledger.me.area[:6], str(values["batch_no"]))
    if (there := ledger.get(rec)) is not None and there.void is None:
        raise Problem("batch.twice", f"批次号“{values['batch_no']}”已经有了。请打开那一批改，或换一个号。",
                      f"There is a batch {values['batch_no']} already. Open it, or use another number.")
    ledger.write([Write("transfer_batch", {"state": PLANNED, **values}, rec=rec, begins=True)], source=SOURCE)
    return rec


def member_id(batch: str, person: str) -> str:
    """Return the id of a person's line on a roster: the same on every laptop."""
    return record_id("batch_member", "", f"{batch}:{person}")


def put_on(ledger: "Ledger", batch: str, people: Sequence[str], more: Mapping[str, Mapping[str, Value]] | None = None) -> list[str]:
    """Put people on the roster, all of them or none; returns their lines' ids. `more`: person -> other fields of the line.

    Problem where the seats do not suffice, somebody travels elsewhere on that day or is a child, or the batch is no longer planned.
    """
    there = one(ledger, batch)
    if there.state != PLANNED:
        raise Problem("batch.closed", f"{there.no} 批次{state_words(there.state)[0]}，不能再加人。请另开一批。",
                      f"Batch {there.no} is {state_words(there.state)[1]}; nobody can be added. Make another batch.")
    extra = more or {}
    known = {line.person: line for line in there.members}
    new = [person for person in dict.fromkeys(people) if person not in known]
    _seats(there, extra, len(new) + sum(_along(extra.get(person, {})) for person in new))
    for person in new:
        _may_travel(ledger, there, person)
    return list(ledger.write([_line(batch, person, extra.get(person, {})) for person in new], source=SOURCE).ids)


def _line(batch: str, person: str, more: Mapping[str, Value]) -> Write:
    return Write("batch_member", {"batch_id": batch, "person_id": person, **more}, rec=member_id(batch, person), begins=True)


def _lines(ledger: "Ledger", members: Sequence[str]) -> Sequence[str]:
    """Return these lines; Problem where somebody was taken off meanwhile: a page that is behind puts nobody on again."""
    for rec in members:
        line = ledger.get(rec)
        if line is None or line.void is not None:
            raise Problem("batch.off", "有人已从名单取下，没有改。请刷新后再看。",
                          "Somebody was taken off the roster meanwhile; nothing was changed. Refresh and look again.")
    return members


def _seats(there: Batch, extra: Mapping[str, Mapping[str, Value]], wanted: int) -> None:
    if there.free is None or wanted <= max(there.free, 0):
        return
    raise Problem("batch.full", f"{there.no} 批次 {there.seats} 座，已坐 {there.taken} 人（其中随行家属 {there.families} 人），"
                  f"再上 {wanted} 人坐不下。换大车，或分到另一批。",
                  f"Batch {there.no} has {there.seats} seats; {there.taken} are taken ({there.families} by family)."
                  f" {wanted} more do not fit. Take a larger bus, or another batch.")


def _may_travel(ledger: "Ledger", there: Batch, person: str) -> None:
    who = ledger.get(person)
    if who is None or who.void is not None:
        raise Problem("batch.nobody", "这个人不在本机，没有加上。请刷新后再找一次。",
                      "This person is not on this computer and was not added. Look them up again.")
    name = mask_name(str(who.values.get("full_name") or ""))
    born = day(who.values.get("birth_date"))
    if born and there.on and there.on < birthday(born, WORKING_AGE):
        raise Problem("batch.child", f"{name}出发那天不满 {WORKING_AGE} 岁，不能去务工。随家人走的，记在家人的“随行家属人数”里。",
                      f"{name} will be under {WORKING_AGE} on that day and cannot go to work. Count a child with the family member who goes.")
    for other in read(Records(ledger.db.conn)):
        if other.id != there.id and other.on and other.on == there.on and other.state != CANCELLED and any(m.person == person for m in other.members):
            raise Problem("batch.two", f"{name}当天已经在 {other.no} 批次。先从那一批取下，再加到这里。",
                          f"{name} already travels in batch {other.no} on that day. Take them off there first.")


def change_line(ledger: "Ledger", member: str, values: Mapping[str, Value]) -> None:
    """Change what a line of the roster says: seat, post, wage, family along. Problem where the family does not fit in."""
    line = ledger.get(*_lines(ledger, [member]))
    there = one(ledger, str(line.values.get("batch_id") if line else ""))
    now = next((m for m in there.members if m.id == member), None)
    if now is not None and "companions" in values:
        more = _along(values) - now.companions
        if more > 0:
            _seats(there, {}, more)
    ledger.write([Write("batch_member", dict(values), rec=member)], source=SOURCE)


def assign(ledger: "Ledger", members: Sequence[str], post: str) -> None:
    """Say to which post people on the roster go; the wage they were promised stays as it was said."""
    ledger.write([Write("batch_member", {"post_id": post}, rec=rec) for rec in _lines(ledger, members)], source=SOURCE)


def take_off(ledger: "Ledger", member: str, why: str) -> None:
    """Take a person off the roster, with a reason. Problem where they have arrived: then they left a post."""
    line = ledger.get(member)
    if line is None or line.values.get("arrived") is True:
        raise Problem("batch.arrived", "已经到岗的人不能取下。离岗请在回访里登记。",
                      "Who arrived cannot be taken off. Enter the leaving in a follow-up.")
    if not why.strip():
        raise Problem("batch.why", "请写一句为什么不走了。", "Say in a few words why they do not go.")
    ledger.write([Write("batch_member", {VOID: why.strip()}, rec=member)], source=SOURCE)


def board(ledger: "Ledger", members: Sequence[str], boarded: bool = True) -> None:
    """Write who boarded. It is not yet work."""
    ledger.write([Write("batch_member", {"boarded": boarded}, rec=rec) for rec in _lines(ledger, members)], source=SOURCE)


def depart(ledger: "Ledger", batch: str, aboard: Sequence[str] = ()) -> None:
    """Write that the batch has left, with who boarded at the last moment (lines of the roster)."""
    _turn(ledger, batch, (PLANNED,), {"state": GONE}, [Write("batch_member", {"boarded": True}, rec=rec) for rec in _lines(ledger, aboard)])


def arrive(ledger: "Ledger", batch: str, members: Sequence[str], on: str = "") -> None:
    """Write who arrived at their post on a day: each begins work, in the same write. Whoever had arrived is not told again."""
    there, on = one(ledger, batch), on or clock.today().isoformat()
    if there.state == CANCELLED:
        raise Problem("batch.cancelled", f"{there.no} 批次已取消，不能登记到岗。", f"Batch {there.no} was cancelled; nobody can arrive with it.")
    if there.on and on < there.on:
        raise Problem("batch.early", "到岗日期早于出发日期。请改日期。", "They cannot arrive before they leave. Change the date.")
    writes: list[Write] = []
    for line in there.members:
        if line.id in members and line.arrived is not True:
            writes.append(Write("batch_member", {"boarded": True, "arrived": True, "not_arrived_reason": None}, rec=line.id))
            writes += placing.begin(ledger, line.person, _work(ledger, there, line), on)
    if writes:
        if there.state in (PLANNED, GONE):
            writes.append(Write("transfer_batch", {"state": ARRIVED, "arrive_at": there.said.get("arrive_at") or on}, rec=batch))
        ledger.write(writes, source=SOURCE)


def _work(ledger: "Ledger", there: Batch, line: Member) -> dict[str, Value]:
    """Return the spell of somebody who arrived: of the post where one was agreed, else of the batch's one employer."""
    to = str(there.said.get("to_area_id") or "")
    found: dict[str, Value] = {"employment_type": "1", "work_area_id": to, "work_area_level": placing.level_of(ledger, line.person, to) or "4"}
    if line.post:
        found |= placing.of_post(ledger, line.person, line.post)
    else:
        found |= _employer(ledger, there)
    return {**found, "transfer_mode": str(there.said.get("organiser") or "1"), "point_to_point": True, "batch_id": there.id, "source": "employer",
            **({"monthly_income": line.wage} if line.wage else {}), **({"contract": "1"} if line.signed else {})}


def _employer(ledger: "Ledger", there: Batch) -> dict[str, Value]:
    import json

    cell = there.said.get("employer_ids")
    ids = json.loads(cell) if isinstance(cell, str) else []
    boss = ledger.get(str(ids[0])) if len(ids) == 1 else None
    return {"employer_id": boss.id, "employer_name": boss.values.get("name"), "industry": boss.values.get("industry")} if boss else {}


def not_arrived(ledger: "Ledger", member: str, reason: str) -> None:
    """Write that somebody did not arrive, and why; their situation stays as it was. Problem without a reason, or where they have arrived."""
    line = ledger.get(member)
    if line is None or line.values.get("arrived") is True:
        raise Problem("batch.arrived", "已经登记到岗，不能改成没到岗。离岗请在回访里登记。", "They have arrived. Enter the leaving in a follow-up.")
    if not reason.strip():
        raise Problem("batch.reason", "请写一句为什么没有到岗。", "Say in a few words why they did not arrive.")
    ledger.write([Write("batch_member", {"arrived": False, "not_arrived_reason": reason.strip()}, rec=member)], source=SOURCE)


def hand_over(ledger: "Ledger", batch: str) -> None:
    """Write that the employer has received everybody. Problem while of somebody nobody has said whether they arrived."""
    there = one(ledger, batch)
    if there.awaited:
        raise Problem("batch.awaited", f"{there.no} 批次还有 {len(there.awaited)} 人没有说到没到岗。逐个登记后再交接。",
                      f"Of {len(there.awaited)} people in batch {there.no} nobody has said whether they arrived. Enter them first.")
    _turn(ledger, batch, (ARRIVED, GONE), {"state": HANDED_OVER})


def cancel(ledger: "Ledger", batch: str) -> None:
    """Cancel a batch. Problem where somebody has arrived with it."""
    if one(ledger, batch).arrived:
        raise Problem("batch.arrived", "已有人到岗，这一批不能取消。", "Somebody has arrived with this batch; it cannot be cancelled.")
    _turn(ledger, batch, (PLANNED, GONE), {"state": CANCELLED})


def _turn(ledger: "Ledger", batch: str, from_: Sequence[str], values: Mapping[str, Value], more: Sequence[Write] = ()) -> None:
    there = one(ledger, batch)
    if there.state not in from_:
        zh, en = state_words(there.state)
        raise Problem("batch.state", f"{there.no} 批次{zh}，不用再登记。", f"Batch {there.no} is {en} already.")
    ledger.write([*more, Write("transfer_batch", dict(values), rec=batch)], source=SOURCE)


def state_words(state: str) -> tuple[str, str]:
    """Return a state in words, Chinese and English."""
    return {PLANNED: ("组织中", "planned"), GONE: ("已出发", "on its way"), ARRIVED: ("已到达", "arrived"),
            HANDED_OVER: ("已交接", "handed over"), CANCELLED: ("已取消", "cancelled")}.get(state, (state, state))


def findings(there: Batch) -> list[str]:
    """Return what is wrong with a batch, in sentences: over its seats, one seat twice, somebody without a post."""
    found = []
    if there.free is not None and there.free < 0:
        found.append(say(f"{there.seats} 座坐了 {there.taken} 人：两台电脑各加了人。取下 {-there.free} 人，或换大车。",
                         f"{there.taken} people on {there.seats} seats: two computers added people. Take {-there.free} off, or find a larger bus."))
    seats = [m.seat for m in there.members if m.seat]
    if double := sorted({seat for seat in seats if seats.count(seat) > 1}):
        found.append(say(f"座位 {'、'.join(double)} 排了不止一个人。", f"Seat {', '.join(double)} has more than one person."))
    if without := sum(1 for m in there.members if not m.post) if not _one_employer(there) else 0:
        found.append(say(f"{without} 人还没有定岗位。", f"{without} people have no post yet."))
    return found


def numbered(there: Batch) -> list[tuple[str, str]]:
    """Return (line, seat) that gives everybody without a seat the next free number."""
    used = {m.seat for m in there.members if m.seat}
    free = (str(n) for n in range(1, len(there.members) * 2 + 1) if str(n) not in used)
    return [(m.id, next(free)) for m in there.members if not m.seat]


def seated(there: Batch, pairs: Sequence[tuple[str, str]]) -> Batch:
    """Return the batch with these seats."""
    seats = dict(pairs)
    return replace(there, members=tuple(sorted((replace(m, seat=seats.get(m.id, m.seat)) for m in there.members), key=_by_seat)))


def _one_employer(there: Batch) -> bool:
    cell = there.said.get("employer_ids")
    return isinstance(cell, str) and cell.count('"') == 2


def _along(values: Mapping[str, Value]) -> int:
    found = values.get("companions")
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def _by_seat(one: Member) -> tuple[int, str, str]:
    return (int(one.seat) if one.seat.isdecimal() else 10**6 if one.seat else 10**7, one.seat, one.id)


def _told(cell: object) -> bool | None:
    return None if cell is None else cell == 1
