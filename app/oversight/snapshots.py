"""Snapshots: a report that was sent stays as it was sent. Promises that it recomputes to the same hash, and that a correction tells what changed."""
from app.assistance.records import Records
from app.assistance.thresholds import Thresholds


def campaign_from(records: Records, place: str, on: str) -> str:
    """Return the first day of the campaign as offices agreed it for a place; "" where nobody did."""
    return str(Thresholds(records, on).value("campaign_from", place) or "")
