"""Deeds: what was done for some people, and what offices made, as plain values by person. Promises what `activity` counts, read for a few."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.assistance.records import Records
from app.assistance.roll import Roll
from app.assistance.thresholds import day
from app.oversight import activity

OFFICE = ("post", "transfer_batch", "service", "fair")


@dataclass(slots=True)
class Deeds:
    """What was done for one person (of a household: only `checks`).

    Attributes: referrals ((day, outcome, id)), arrived (days a batch left on which they went and arrived), trainings ((begins, ends, certified,
    attendance's id)), surveys (days), checks ((day, result)), uses (ids of trainings and batches they were in, whenever).
    """

    referrals: list[tuple[str, str, str]] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    trainings: list[tuple[str, str, bool, str]] = field(default_factory=list)
    surveys: list[str] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)


def of_people(records: Records, roll: Roll, filed: Collection[str]) -> dict[str, Deeds]:
    """Return person or household -> what is filed on these records of it."""
    out: dict[str, Deeds] = {}

    def of(rec: Any) -> Deeds:
        return out.setdefault(roll.of(rec), Deeds())

    for rec, _, person, on, outcome in records.rows("referral", "person_id", "date", "outcome", only=("person_id", filed)):
        of(person).referrals.append((day(on), outcome or "", rec))
    for _, _, subject, status, start, end in records.rows("survey_response", "subject_id", "status", "started_at", "ended_at",
                                                          only=("subject_id", filed)):
        if status in activity.SURVEYED:
            of(subject).surveys.append(day(activity.date_of(end) or activity.date_of(start)))
    for _, _, subject, on, result in records.rows("verification", "subject", "on", "result", only=("subject", filed)):
        if result:
            of(subject).checks.append((day(on), result))
    members = list(records.rows("batch_member", "batch_id", "person_id", "arrived", only=("person_id", filed)))
    left = {rec: day(activity.date_of(depart)) for rec, _, depart, state in records.rows(
        "transfer_batch", "depart_at", "state", only=("id", {row[2] for row in members if row[2]})) if state != activity.CANCELLED}
    for _, _, batch, person, arrived in members:
        of(person).uses.add(batch or "")
        if arrived == 1 and left.get(batch):
            of(person).arrived.append(left[batch])
    _trainings(records, of, filed)
    return out


def _trainings(records: Records, of: Any, filed: Collection[str]) -> None:
    there = list(records.rows("service_attendance", "service_id", "person_id", "result", "certificate_no", only=("person_id", filed)))
    held = {rec: (day(start), day(end) or day(start)) for rec, _, kind, start, end in records.rows(
        "service", "kind", "start_on", "end_on", only=("id", {row[2] for row in there if row[2]})) if kind == activity.TRAINING}
    for rec, _, service, person, result, certificate in there:
        of(person).uses.add(service or "")
        if service in held and held[service][0]:
            of(person).trainings.append((*held[service], result == activity.CERTIFIED or bool(certificate), rec))


@dataclass(frozen=True, slots=True)
class Made:
    """What an office made and counts. Attributes: id, type, on (its day), cells ((code, place, how much))."""

    id: str
    type: str
    on: str
    cells: tuple[tuple[str, str, int], ...]


def of_offices(records: Records, only: Collection[str]) -> Iterable[Made]:
    """Yield these of the posts, batches, trainings and fairs."""
    sites = {rec: place or "" for rec, place in records.rows("resettlement_site")}

    def where(place: Any, site: Any, area: Any) -> str:
        return activity.where(sites, place, site, area)

    for rec, place, collected, targets in records.rows("post", "collected_on", "target_site_ids", only=("id", only)):
        directed = [sites[site] for site in activity.listed(targets) if site in sites]
        cells = [("F1", place or "", 1)] + ([("F2", activity.shared(directed), 1)] if directed else [])
        yield Made(rec, "post", day(collected), tuple(cells))
    for rec, place, depart, site, area, state in records.rows("transfer_batch", "depart_at", "from_site_id", "from_area_id", "state",
                                                              only=("id", only)):
        if state != activity.CANCELLED:
            yield Made(rec, "transfer_batch", day(activity.date_of(depart)), (("G1", where(place, site, area), 1),))
    for rec, place, kind, start, site, area in records.rows("service", "kind", "start_on", "site_id", "area_id", only=("id", only)):
        if kind == activity.TRAINING:
            yield Made(rec, "service", day(start), (("H1_courses", where(place, site, area), 1),))
    fairs = list(records.rows("fair", "on", "employers", "posts", "attended", "intentions", "hired", "site_id", "area_id", only=("id", only)))
    came = activity.came(records, {row[0] for row in fairs})
    for row in fairs:
        at = where(row[1], row[8], row[9])
        told = [(code, at, n) for code, n in activity.of_fair(row, came) if n]
        yield Made(row[0], "fair", day(row[2]), (("I1_fairs", at, 1), *told))
