"""A slow recount of people and households straight from the changes, day by day: what the indicators must equal.

It shares no rule with the program: changes are folded one record at a time, and a household's history is walked through every single day.
"""
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from app.models.change import Change
from app.models.clock import moment_of
from app.models.fold import fold
from app.models.identity import spell_id
from app.models.ledger import Ledger

FIRST = date(2026, 1, 1)


def recount(ledger: Ledger, on: str, since: str, prefix: str, at: int | None = None) -> dict[str, int]:
    """Return every figure of a place that is not 0, those made for a rate too, from the first `at` places of the feed (all)."""
    cids = [row[0] for row in ledger.db.conn.execute("SELECT cid FROM feed WHERE n <= ? ORDER BY n", (at if at is not None else 1 << 60,))]
    by_rec: dict[str, list[Change]] = defaultdict(list)
    for change in ledger.changes(cids):
        if change.kind == "write":
            by_rec[change.rec].append(change)
    world = World(ledger, by_rec)
    day, found = date.fromisoformat(on), defaultdict(int)
    for rec in world.kind("household"):
        if world.place[rec].startswith(prefix):
            for code in world.household(rec, day, date.fromisoformat(since) if since else date.min):
                found[code] += 1
    for code, place, n in Deeds(world, day, date.fromisoformat(since) if since else date.min).all():
        if place.startswith(prefix):
            found[code] += n
    return {code: n for code, n in found.items() if n}


class World:
    def __init__(self, ledger: Ledger, by_rec: dict[str, list[Change]]) -> None:
        self.values, self.place, self.type, self.first, self.changes = {}, {}, {}, {}, by_rec
        for rec, some in by_rec.items():
            state = fold(some, ledger.groups.get(some[0].type, {}))
            if state.void is None:
                self.values[rec], self.place[rec], self.type[rec] = state.values, state.place or "", some[0].type
                self.first[rec] = min(moment_of(c.cid).astimezone().date() for c in some)
        self.days = lru_cache(None)(self._days)
        self.spells_of = lru_cache(None)(self.spells_of)  # type: ignore[method-assign]

    def kind(self, type: str) -> list[str]:
        return [rec for rec, kind in self.type.items() if kind == type]

    def spells_of(self, person: str) -> list[tuple[date, date | None, date, dict[str, Any], date | None]]:
        """Return (start, end, confirmed, values, checked) by start."""
        out = []
        for rec in self.kind("placement"):
            v = self.values[rec]
            if v["person_id"] != person:
                continue
            said = a(v, "as_of") or self.first[rec]
            start = self.start(person, rec)
            checks = [max(c, start) for c in [a(v, "verified_on")] if c]
            checks += [a(w, "on") for w in map(self.values.get, self.kind("verification")) if w["subject"] == person and w["result"] == "1"
                       and start <= a(w, "on") <= (a(v, "end_date") or date.max)]
            heard = [a(w, "on") for w in map(self.values.get, self.kind("follow_up")) if w["placement_id"] == rec and w["still_in_post"]]
            out.append((start, a(v, "end_date"), max([said, *heard]), v, min(checks) if checks else None, self.number(person, rec)))
        return sorted(out, key=lambda s: (s[0], s[5]))

    @staticmethod
    def number(person: str, rec: str) -> int:
        return next(n for n in range(1, 9) if spell_id(person, n) == rec)

    def start(self, person: str, rec: str) -> date:
        """Return the start as said; else the earliest of: reported, first written, ended, and the next one's start."""
        v, n = self.values[rec], self.number(person, rec)
        after = [r for r in (spell_id(person, m) for m in range(n + 1, 9)) if r in self.values]
        told = [a(v, "as_of") or self.first[rec], self.first[rec], a(v, "end_date"), self.start(person, after[0]) if after else None]
        return a(v, "start_date") or min(day for day in told if day)

    def lives_in(self, person: str, day: date) -> str | None:
        """Return the household: the last of the words on membership whose day had come; a word takes back those of later days."""
        words: list[tuple[date, str]] = []
        for change in sorted(self.changes[person], key=lambda c: c.cid):
            if change.payload and "household_id" in change.payload:
                since = a(change.payload, "member_since") or date.min
                words = [w for w in words if w[0] < since] + [(since, change.payload["household_id"])]
        if not a(self.values[person], "member_since"):
            return self.values[person].get("household_id")
        return next((home for since, home in reversed(words) if since <= day), None)

    def work(self, person: str, day: date) -> str:
        spells, wish = self.spells_of(person), self.values[person].get("wants_work")
        past = [s for s in spells if s[0] <= day]
        if not past:
            return "?"
        start, end, confirmed, v, _, _ = past[-1]
        over = end is not None and end < day
        if max(confirmed, end if over and end else date.min) < day - timedelta(days=180):
            return "?"
        told = {"1": "D1", "2": "D1", "0": "D2"}.get(wish or "") if past[-1] is spells[-1] else None
        if v["labour_status"] == "1":
            if not over and v.get("employment_type") != "7":
                return "C1"
            return "D2" if not over and wish == "3" else told or "?"
        return "?" if over else told or {"2": "D1", "3": "D2"}[v["labour_status"]]

    def normal(self, person: str, day: date) -> str:
        v = self.values[person]
        return "1" if (a(v, "status_date") or date.min) > day else v.get("person_status") or "1"

    def _days(self, home: str, day: date) -> tuple[str, list[str], list[str], list[str]]:
        """Return (state, members, labour, at work) of a household on a day."""
        v = self.values[home]
        there = [p for p in self.kind("person") if self.lives_in(p, day) == home and self.normal(p, day) not in ("2", "3", "4")
                 and (a(self.values[p], "birth_date") or date.min) <= day]
        if v.get("relocation_type") not in ("1", "2") or (a(v, "moved_in_date") or date.min) > day:
            return "none", there, [], []
        labour = [p for p in there if self.normal(p, day) == "1" and (born := a(self.values[p], "birth_date")) and age(born, day) >= 16
                  and self.values[p].get("student_status") in (None, "00") and self.values[p].get("labour_capacity") in ("1", "2", "3")]
        busy = [p for p in there if self.normal(p, day) == "1" and self.work(p, day) == "C1"]
        words = {self.work(p, day) for p in labour}
        state = "nobody" if not labour else "busy" if busy else "?" if "?" in words else "Z2" if "D1" in words else "Z1"
        return state, there, labour, busy

    def household(self, home: str, day: date, since: date) -> Iterable[str]:
        state, there, labour, _ = self.days(home, day)
        if state == "none":
            return
        yield "A1"
        yield from ["A2"] * len(there)
        v = self.values[home]
        for p in labour:
            word, spell = self.work(p, day), ([s for s in self.spells_of(p) if s[0] <= day] or [None])[-1]
            yield "B1"
            registered = v.get("poverty_status") == "1" or not v.get("poverty_status") and v["relocation_type"] == "1"
            if registered or v.get("monitoring_type") in ("1", "2", "3"):
                yield "B2"
            if word in ("C1", "D1"):
                yield "B3"
            yield "D3" if word == "?" else word
            if age(a(self.values[p], "birth_date"), day) >= 60:
                yield "B1_over"
            if word == "C1":
                level = {"4": "C2", "3": "C3", "1": "C4", "2": "C4", "5": "C5"}.get(spell[3].get("work_area_level") or "")
                kind = {"2": "C6", "3": "C7", "4": "C8", "5": "C9", "6": "C10"}.get(spell[3].get("employment_type") or "")
                yield from filter(None, (level, kind))
                if spell[3].get("work_area_level") in ("3", "4", "5") and spell[3].get("transfer_mode") in ("1", "3", "4"):
                    yield "organised"
                if spell[4] and since <= spell[4] <= day:
                    yield "verified"
        if state != "nobody":
            yield "A3"
        yield from {"Z1": ["Z1"], "Z2": ["Z1", "Z2"], "?": ["Z_unknown"]}.get(state, [])
        opened, new, cleared = self.history(home, day, since)
        yield from ["E2_new"] * new + ["E2_cleared"] * cleared
        if state == "busy" and not opened:
            yield "E1"
        if opened and state == "?":
            yield "E2_unknown"
        elif opened:
            yield "E2_end"
            if state == "busy":
                yield "E2_awaiting"
            if day > opened + timedelta(days=5):
                yield "E2_overdue"

    def history(self, home: str, until: date, since: date) -> tuple[date | None, int, int]:
        """Return (since when a case is open, whether one opened in the period, whether one was cleared in it), walking day by day."""
        opened, new, cleared, day = None, 0, 0, FIRST
        while day <= until:
            state, there, _, _ = self.days(home, day)
            if opened is None:
                if state == "Z2":
                    opened, new = day, int(new or day >= since)
            elif any(self.clears(p, day) for p in there):
                opened, cleared = None, int(cleared or day >= since)
            elif state in ("none", "nobody", "Z1"):
                opened = None
            day += timedelta(days=1)
        return opened, new, cleared

    def clears(self, person: str, day: date) -> bool:
        past = [s for s in self.spells_of(person) if s[0] <= day]
        if not past or self.normal(person, day) != "1" or self.work(person, day) != "C1":
            return False
        start, end, _, v, checked, _ = past[-1]
        kind = v.get("employment_type")
        return (v["labour_status"] == "1" and (end is None or day <= end) and kind != "7" and checked is not None and checked <= day
                and not (kind == "6" and day < start + timedelta(days=30)))


class Deeds:
    """What was done in a period: each told as (code, where it is counted, how much)."""

    def __init__(self, world: World, day: date, since: date) -> None:
        self.w, self.day, self.since = world, day, since
        self.said: set[tuple[str, str]] = set()

    def inside(self, when: date | None) -> bool:
        return when is not None and self.since <= when <= self.day

    def of(self, type: str) -> list[tuple[str, dict[str, Any]]]:
        return [(rec, self.w.values[rec]) for rec in self.w.kind(type)]

    def lives(self, person: str | None) -> str | None:
        """Return the place of the household a person is in on the day, None for nobody on the roll."""
        if person not in self.w.values or self.w.type[person] != "person":
            return None
        home = self.w.lives_in(person, self.day)
        return self.w.place[home] if home in self.w.values and self.w.type[home] == "household" else None

    def once(self, code: str, person: str | None) -> Iterable[tuple[str, str, int]]:
        """Count a person in a figure, once however often it happened."""
        place = self.lives(person)
        if place is not None and person is not None and (code, person) not in self.said:
            self.said.add((code, person))
            yield code, place, 1

    def at(self, values: dict[str, Any], rec: str, site: str, area: str) -> str:
        """Return where an office's deed counts: at its site, its area, the office."""
        there = self.w.place.get(values.get(site) or "", "") if values.get(site) in self.w.kind("resettlement_site") else ""
        return there or values.get(area) or self.w.place[rec]

    def all(self) -> Iterable[tuple[str, str, int]]:
        for part in (self.posts, self.referrals, self.work, self.batches, self.trainings, self.fairs, self.surveys, self.checks):
            yield from part()

    def posts(self) -> Iterable[tuple[str, str, int]]:
        for rec, v in self.of("post"):
            if self.inside(a(v, "collected_on")):
                yield "F1", self.w.place[rec], 1
                sites = [self.w.place[s] for s in v.get("target_site_ids") or () if s in self.w.kind("resettlement_site")]
                if sites:
                    same = next(n for n in (12, 9, 6, 4, 2, 0) if len({place[:n] for place in sites}) == 1)
                    yield "F2", sites[0][:same].ljust(12, "0") if same else "", 1

    def referrals(self) -> Iterable[tuple[str, str, int]]:
        for _, v in self.of("referral"):
            if self.inside(a(v, "date")) and (place := self.lives(v["person_id"])) is not None:
                yield "F3", place, 1
                if v["outcome"] in ("3", "4"):
                    yield from self.once("F4", v["person_id"])

    def work(self) -> Iterable[tuple[str, str, int]]:
        for person in self.w.kind("person"):
            hired = [a(v, "date") for _, v in self.of("referral") if v["person_id"] == person and v["outcome"] == "4"]
            for start, end, _, v, _, _ in self.w.spells_of(person):
                if v["labour_status"] != "1":
                    continue
                if self.inside(start) and (v.get("post_id") or any(day <= start for day in hired if day)):
                    yield from self.once("F5", person)
                if self.inside(start) and v.get("employment_type") == "2":
                    yield from self.once("J1", person)
                due, place = three_months(start), self.lives(person)
                if self.inside(due) and place is not None:
                    yield "placed_3m", place, 1
                    if end is None or end >= due:
                        yield "kept_3m", place, 1

    def batches(self) -> Iterable[tuple[str, str, int]]:
        gone = {rec for rec, v in self.of("transfer_batch") if v.get("state") != "9" and self.inside(date.fromisoformat(v["depart_at"][:10]))}
        for rec in gone:
            yield "G1", self.at(self.w.values[rec], rec, "from_site_id", "from_area_id"), 1
        for _, v in self.of("batch_member"):
            if v["batch_id"] in gone and v["arrived"]:
                yield from self.once("G2", v["person_id"])

    def trainings(self) -> Iterable[tuple[str, str, int]]:
        held = {rec: v for rec, v in self.of("service") if v["kind"] == "training" and self.inside(a(v, "start_on"))}
        for rec, v in held.items():
            yield "H1_courses", self.at(v, rec, "site_id", "area_id"), 1
        for _, v in self.of("service_attendance"):
            place, person = self.lives(v["person_id"]), v["person_id"]
            if v["service_id"] not in held or place is None:
                continue
            yield "H1_attendances", place, 1
            if v["result"] == "2" or v.get("certificate_no"):
                yield from self.once("H2", person)
            begun = [s for s in self.w.spells_of(person) if s[0] <= self.day]
            course = held[v["service_id"]]
            if begun and self.w.work(person, self.day) == "C1" and begun[-1][0] >= (a(course, "end_on") or a(course, "start_on")):
                yield from self.once("H3", person)

    def fairs(self) -> Iterable[tuple[str, str, int]]:
        for rec, v in self.of("fair"):
            if self.inside(a(v, "on")):
                place = self.at(v, rec, "site_id", "area_id")
                came = sum(w["fair_id"] == rec for _, w in self.of("fair_attendance"))
                yield "I1_fairs", place, 1
                for name in ("employers", "posts", "intentions", "hired"):
                    yield f"I1_{name}", place, v.get(name) or 0
                yield "I1_attended", place, v["attended"] if v.get("attended") is not None else came

    def surveys(self) -> Iterable[tuple[str, str, int]]:
        for _, v in self.of("survey_response"):
            person = v["subject_id"]
            home = self.w.lives_in(person, self.day) if person in self.w.values else None
            if v["status"] in ("submitted", "accepted") and self.inside(date.fromisoformat(v["ended_at"][:10])) and home in self.w.kind("household") \
                    and person in self.w.days(home, self.day)[2]:
                yield from self.once("K1", person)

    def checks(self) -> Iterable[tuple[str, str, int]]:
        for _, v in self.of("verification"):
            subject = v["subject"]
            for code in ("K2", "K3") if v["result"] in ("2", "3") else ("K2",):
                if v["result"] and self.inside(a(v, "on")) and subject in self.w.kind("household"):
                    if (code, subject) not in self.said:
                        self.said.add((code, subject))
                        yield code, self.w.place[subject], 1
                elif v["result"] and self.inside(a(v, "on")):
                    yield from self.once(code, subject)


def three_months(start: date) -> date:
    """Return the day three months later; the month's last day where it has no such day."""
    year, month = (start.year, start.month + 3) if start.month < 10 else (start.year + 1, start.month - 9)
    for last in (start.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError


def a(values: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(values[name]) if values.get(name) else None


def age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
