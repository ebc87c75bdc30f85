"""What the pages of batches, fairs and services show, read in one go, of those only who can be on it.

Promises plain values: names, doors and phones beside what the rules say.
"""
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.assistance import among, batches, fairs, follow_ups, posts, stays
from app.assistance.records import Records
from app.assistance.thresholds import Thresholds
from app.models import clock
from app.models.ledger import Ledger
from app.models.record import chunks, marks
from app.oversight.snapshots import campaign_from
from app.ui.pages.portrait import age_of


@dataclass(frozen=True, slots=True)
class Face:
    """A person as lists show them."""

    id: str
    name: str
    door: str = ""
    phone: str = ""
    age: int | None = None
    home: str = ""


def faces(ledger: Ledger, ids: Iterable[str]) -> dict[str, Face]:
    """Return id -> face of these people, those that are here."""
    found: dict[str, Face] = {}
    for part in chunks(sorted(set(ids))):
        for rec, name, door, phone, born, home in ledger.db.conn.execute(
                "SELECT p.id, p.full_name, h.dwelling_no, coalesce(p.phone, h.household_phone), p.birth_date, p.household_id FROM person p"
                f" LEFT JOIN household h ON h.id = p.household_id WHERE p.id IN ({marks(part)})", part):
            found[rec] = Face(rec, name or "", door or "", phone or "", age_of({"birth_date": born}), home or "")
    return found


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call that is due."""

    call: follow_ups.Call
    face: Face
    employer: str
    title: str
    start: str
    wage: object
    heard: tuple[follow_ups.Heard, ...]


@dataclass(slots=True)
class Calls:
    """Attributes: lines (the longest due first), on."""

    on: str
    lines: list[CallLine] = field(default_factory=list)


@dataclass(slots=True)
class Stayed:
    """Attributes: on, by (how it went, by "employer" or "agency"), early_days (leaving within so many is early)."""

    on: str = ""
    by: dict[str, list[stays.Line]] = field(default_factory=dict)
    early_days: int = 90


def calls(ledger: Ledger) -> Calls:
    """Return the calls that are due today."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    due = follow_ups.calls(records, among.roll_of(records, among.due(records, on)), on, some=True)
    known = faces(ledger, (one.person for one in due))
    heard = follow_ups.read_heard(records, {one.person for one in due})
    titles = {row[0]: row[2] or "" for row in records.rows("post", "title")}
    employers = {row[0]: row[2] or "" for row in records.rows("employer", "name")}
    work = {row[0]: row[2:] for row in records.rows("placement", "employer_id", "employer_name", "post_id", "start_date", "monthly_income",
                                                    only=("id", {one.spell for one in due}))}
    found = Calls(on)
    for one in due:
        employer, name, post, start, wage = work.get(one.spell, ("", "", "", "", None))
        found.lines.append(CallLine(one, known.get(one.person, Face(one.person, "")), employers.get(employer or "") or name or "",
                                    titles.get(post or "", ""), start or "", wage, tuple(heard.get(one.spell, ()))))
    return found


def stayed(ledger: Ledger) -> Stayed:
    """Return how the stays went since the campaign began."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    since = campaign_from(records, ledger.me.area, on)
    some = stays.stays(records, among.roll_of(records, among.brought(records, since)), on, since)
    early = Thresholds(records, on).value("early_leave_days", ledger.me.area)
    return Stayed(on, {by: stays.lines(some, by, on) for by in ("employer", "agency")}, early)


@dataclass(slots=True)
class Rosters:
    """Attributes: batches (the latest first), faces, titles (post to its title), employers (id to name), agencies, open (posts to choose from)."""

    batches: list[batches.Batch]
    faces: dict[str, Face]
    titles: dict[str, str]
    employers: dict[str, str]
    agencies: dict[str, str]
    open: list[tuple[str, str]]


def rosters(ledger: Ledger) -> Rosters:
    """Return the batches with who travels."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    some = batches.read(records)
    return Rosters(some, faces(ledger, (m.person for one in some for m in one.members)),
                   {row[0]: row[2] or "" for row in records.rows("post", "title")},
                   {row[0]: row[2] or "" for row in records.rows("employer", "name")},
                   {row[0]: row[2] or "" for row in records.rows("agency", "name")},
                   [(one.id, one.name()) for one in posts.read(records, on) if not posts.closed(one, on)])


@dataclass(slots=True)
class Meetings:
    """Attributes: fairs (the latest first), needs (sites over the threshold), faces, posts (those that are open), titles, counted
    (fair to figures)."""

    fairs: list[fairs.Fair]
    needs: list[fairs.Need]
    faces: dict[str, Face]
    posts: list[posts.Post]
    titles: dict[str, str]
    counted: dict[str, dict[str, int]]


def meetings(ledger: Ledger) -> Meetings:
    """Return the fairs with who came."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    roll = among.roll_of(records, among.who_came(records, "fair_attendance"))
    some = fairs.read(records, roll)
    offered = posts.read(records, on)
    employers = {one.id: one.employer for one in offered}
    return Meetings(some, fairs.special(records, on, campaign_from(records, ledger.me.area, on)),
                    faces(ledger, (v.person for one in some for v in one.visitors)), [one for one in offered if not posts.closed(one, on)],
                    {one.id: one.name() for one in offered},
                    {one.id: fairs.counted(one, roll, employers) for one in some})
