"""Activity: what was done for people in a period: posts, referrals, batches, trainings, fairs, surveys, checks (F to K of domain.md 2.4)."""
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, Roll
from app.assistance.targets import EMPLOYED_, Standing
from app.assistance.thresholds import day
from app.models import places
from app.oversight.entries import Entries, Period

INTENTION, HIRED = ("3", "4"), "4"
PUBLIC_POST, TRAINING, CERTIFIED, CANCELLED = "2", "training", "2", "9"
SURVEYED, DIFFERS, MONTHS = ("submitted", "accepted"), ("2", "3"), 3
FAIR = (("I1_employers", 3), ("I1_posts", 4), ("I1_attended", 5), ("I1_intentions", 6), ("I1_hired", 7))


def count(entries: Entries, records: Records, roll: Roll, standings: Mapping[str, Standing], period: Period) -> None:
    """Add what was done in the period."""
    one = _Counting(entries, records, roll, standings, period)
    for step in (one.posts, one.placements, one.batches, one.trainings, one.fairs, one.surveys, one.checks):
        step()


class _Counting:
    def __init__(self, entries: Entries, records: Records, roll: Roll, standings: Mapping[str, Standing], period: Period) -> None:
        self.entries, self.records, self.roll, self.standings, self.period = entries, records, roll, standings, period
        self.sites = {rec: place or "" for rec, place in records.rows("resettlement_site")}
        self.hired: dict[str, list[str]] = {}

    def person(self, code: str, rec: str | None, on: str = "") -> None:
        """Count a person who lives somewhere on the roll."""
        place = self.roll.place_of(rec or "", on or self.period.on)
        if place is not None:
            self.entries.add(code, place, "person", self.roll.of(rec))

    def posts(self) -> None:
        for rec, place, collected, sites in self.records.rows("post", "collected_on", "target_site_ids"):
            if not self.period.holds(day(collected)):
                continue
            self.entries.add("F1", place or "", "post", rec)
            targets = [self.sites[site] for site in listed(sites) if site in self.sites]
            if targets:
                self.entries.add("F2", shared(targets), "post", rec)

    def placements(self) -> None:
        """Referrals, intentions, who began work through them or through a post, new public posts, who stayed three months."""
        for rec, _, person, on, outcome in self.records.rows("referral", "person_id", "date", "outcome"):
            if outcome == HIRED and day(on):
                self.hired.setdefault(self.roll.of(person), []).append(day(on))
            if not self.period.holds(day(on)):
                continue
            place = self.roll.place_of(person, self.period.on)
            if place is not None:
                self.entries.add("F3", place, "referral", rec)
            if outcome in INTENTION:
                self.person("F4", person)
        for one in self.roll.people.values():
            for spell in one.spells:
                if spell.status != EMPLOYED:
                    continue
                if self.period.holds(spell.start):
                    if spell.post or any(on <= spell.start for on in self.hired.get(one.id, ())):
                        self.person("F5", one.id)
                    if spell.kind == PUBLIC_POST:
                        self.person("J1", one.id)
                self._three_months(one.id, spell.id, spell.start, spell.end)

    def _three_months(self, person: str, spell: str, start: str, end: str) -> None:
        due = months_later(start, MONTHS) if start else ""
        place = self.roll.place_of(person, self.period.on)
        if place is not None and self.period.holds(due):
            self.entries.add("placed_3m", place, "placement", spell)
            if not end or end >= due:
                self.entries.add("kept_3m", place, "placement", spell)

    def batches(self) -> None:
        gone = set()
        for rec, place, depart, site, area, state in self.records.rows("transfer_batch", "depart_at", "from_site_id", "from_area_id", "state"):
            if self.period.holds(day(date_of(depart))) and state != CANCELLED:
                gone.add(rec)
                self.entries.add("G1", self._where(place, site, area), "transfer_batch", rec)
        for _, _, batch, person, arrived in self.records.rows("batch_member", "batch_id", "person_id", "arrived"):
            if batch in gone and arrived == 1:  # boarding is not yet arriving
                self.person("G2", person)

    def trainings(self) -> None:
        ended: dict[str, str] = {}
        for rec, place, kind, start, end, site, area in self.records.rows("service", "kind", "start_on", "end_on", "site_id", "area_id"):
            if kind == TRAINING and self.period.holds(day(start)):
                ended[rec] = day(end) or day(start)
                self.entries.add("H1_courses", self._where(place, site, area), "service", rec)
        for rec, _, service, person, result, certificate in self.records.rows("service_attendance", "service_id", "person_id", "result",
                                                                              "certificate_no"):
            if service not in ended or (place := self.roll.place_of(person, self.period.on)) is None:
                continue
            self.entries.add("H1_attendances", place, "service_attendance", rec)
            if result == CERTIFIED or certificate:
                self.person("H2", person)
            now = self.standings.get(self.roll.of(person))
            if now and now.work == EMPLOYED_ and now.spell and now.spell.start >= ended[service]:
                self.person("H3", person)

    def fairs(self) -> None:
        attended = came(self.records)
        for row in self.records.rows("fair", "on", "employers", "posts", "attended", "intentions", "hired", "site_id", "area_id"):
            if self.period.holds(day(row[2])):
                place = self._where(row[1], row[8], row[9])
                self.entries.add("I1_fairs", place, "fair", row[0])
                for code, n in of_fair(row, attended):
                    if n:
                        self.entries.add(code, place, "fair", row[0], n)

    def surveys(self) -> None:
        for _, _, subject, status, started, ended in self.records.rows("survey_response", "subject_id", "status", "started_at", "ended_at"):
            now = self.standings.get(self.roll.of(subject))
            if status in SURVEYED and now is not None and now.in_scope and self.period.holds(day(date_of(ended) or date_of(started))):
                self.person("K1", subject)

    def checks(self) -> None:
        for _, _, subject, on, result in self.records.rows("verification", "subject", "on", "result"):
            if not result or not self.period.holds(day(on)):
                continue
            for code in ("K2", "K3") if result in DIFFERS else ("K2",):
                if (home := self.roll.of(subject)) in self.roll.homes:
                    self.entries.add(code, self.roll.homes[home].place, "household", home)
                else:
                    self.person(code, subject)

    def _where(self, place: Any, site: Any, area: Any) -> str:
        return where(self.sites, place, site, area)


def where(sites: Mapping[str, str], place: Any, site: Any, area: Any) -> str:
    """Return where what an office made is counted: at its site, its area, else at the office."""
    return sites.get(site or "") or (area if isinstance(area, str) and places.is_code(area) else "") or place or ""


def came(records: Records, only: Collection[str] | None = None) -> dict[str, int]:
    """Return fair -> how many were signed in."""
    out: dict[str, int] = {}
    for _, _, fair in records.rows("fair_attendance", "fair_id", only=None if only is None else ("fair_id", only)):
        out[fair] = out.get(fair, 0) + 1
    return out


def of_fair(row: Sequence[Any], came: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield (code, number) of what a fair reports, who came counted where the fair did not say."""
    for code, at in FAIR:
        yield code, row[at] if isinstance(row[at], int) else came.get(row[0], 0) if code == "I1_attended" else 0


def months_later(start: str, months: int) -> str:
    """Return the day so many months later; the month's last day where it has no such day."""
    began = date.fromisoformat(start)
    year, month = divmod(began.year * 12 + began.month - 1 + months, 12)
    for last in (began.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, began.day)).isoformat()
        except ValueError:
            continue
    return ""


def date_of(moment: Any) -> str:
    """Return the day of a stored moment, "" for none."""
    return moment[:10] if isinstance(moment, str) else ""


def listed(cell: Any) -> list[Any]:
    """Return the list that a cell holds."""
    try:
        found = json.loads(cell) if isinstance(cell, str) else []
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def shared(some: list[str]) -> str:
    """Return the place under which all of these lie: where a post for several sites is counted."""
    if len(set(some)) == 1:
        return some[0]
    for length in (9, 6, 4, 2):
        if len({place[:length] for place in some}) == 1:
            return some[0][:length].ljust(12, "0")
    return ""
