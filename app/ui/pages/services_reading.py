"""What the page of services shows, read in one go: who waits, courses, public-welfare posts, local jobs; of those
only who can be on it. Promises plain values."""
from dataclasses import dataclass

from app.assistance import among, public_posts, services
from app.assistance.public_posts import Local, Quota, Worker
from app.assistance.records import Records
from app.assistance.services import Had, Service
from app.models import clock
from app.models.ledger import Ledger
from app.oversight.snapshots import campaign_from
from app.ui.pages.batches_reading import Face, faces


@dataclass(slots=True)
class Waiting:
    """Attributes: had (who lacks most first), faces, since (the campaign's first day)."""

    had: list[Had]
    faces: dict[str, Face]
    since: str


def waiting(ledger: Ledger) -> Waiting:
    """Return who waits for work, with what they have had since the campaign began."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    since = campaign_from(records, ledger.me.area, on)
    some = services.had(records, among.roll_of(records, among.waiting(records, on)), on, since)
    return Waiting(some, faces(ledger, (one.person for one in some)), since)


@dataclass(slots=True)
class Courses:
    """Attributes: services (the latest first), faces."""

    services: list[Service]
    faces: dict[str, Face]


def courses(ledger: Ledger) -> Courses:
    """Return services and trainings with who took part."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    some = services.read(records, among.roll_of(records, among.who_came(records, "service_attendance")), on)
    return Courses(some, faces(ledger, (p.person for one in some for p in one.people)))


@dataclass(slots=True)
class Public:
    """Attributes: quotas (by code), unfiled (who is in a post that nobody has entered), faces."""

    quotas: list[Quota]
    unfiled: list[Worker]
    faces: dict[str, Face]


def public(ledger: Ledger) -> Public:
    """Return the public-welfare posts with who is in them."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    quotas, unfiled = public_posts.quotas(records, among.roll_of(records, among.in_public_posts(records)), on)
    everybody = [w.person for q in quotas for w in q.workers] + [w.person for w in unfiled]
    return Public(sorted(quotas, key=lambda q: q.post.code), unfiled, faces(ledger, everybody))


@dataclass(slots=True)
class Near:
    """Attributes: local (by kind and employer), faces."""

    local: list[Local]
    faces: dict[str, Face]


def near(ledger: Ledger) -> Near:
    """Return zones, workshops and work-for-relief with who works there."""
    records, on = Records(ledger.db.conn), clock.today().isoformat()
    some = public_posts.local(records, among.roll_of(records, among.at_local_work(records)), on)
    return Near(some, faces(ledger, (p for one in some for p in one.people)))
