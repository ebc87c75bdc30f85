"""Interviews: what in the way answers were taken should be looked at. Promises to point at responses, not at people who work (domain.md 2.5)."""
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.oversight.looking import Found, Look

SHORT_S, HOURLY, PROXY_LEAST = 90, 12, 10
NIGHT = (22, 6)


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview. Attributes: id, subject, by (whoever asked), start, end (naive local), proxy, spot, signature."""

    id: str
    subject: str
    by: str
    start: datetime
    end: datetime
    proxy: bool
    spot: str
    signature: str


def _interviews(look: Look) -> list[Interview]:
    out = []
    for rec, _, subject, by, status, start, end, respondent, spot, signature in look.records.rows(
            "survey_response", "subject_id", "enumerator_id", "status", "started_at", "ended_at", "respondent", "location", "signature_hash"):
        begun, over = _moment(start), _moment(end)
        if status in ("submitted", "accepted", "returned") and begun and over and end[:10] <= look.on:
            out.append(Interview(rec, subject or "", by or "", begun, over, respondent == "2", _spot(spot), signature or ""))
    return sorted(out, key=lambda one: (one.by, one.start, one.id))


def _found(look: Look, one: Interview, told: str = "") -> Found:
    place = look.figures.roll.place_of(one.subject, look.on)
    home = look.figures.roll.homes.get(one.subject)
    return Found("survey_response", one.id, place or (home.place if home else ""), told)


def short(look: Look) -> Iterator[Found]:
    """Yield interviews that took less than a minute and a half, or no time at all."""
    for one in _interviews(look):
        seconds = int((one.end - one.start).total_seconds())
        if seconds < SHORT_S:
            yield _found(look, one, str(seconds))


def overlapping(look: Look) -> Iterator[Found]:
    """Yield interviews that began while the same person was still holding another."""
    some = _interviews(look)
    for one, after in zip(some, some[1:], strict=False):
        if one.by and one.by == after.by and after.start < one.end:
            yield _found(look, after)


def at_night(look: Look) -> Iterator[Found]:
    """Yield interviews that began between ten in the evening and six."""
    for one in _interviews(look):
        if one.start.hour >= NIGHT[0] or one.start.hour < NIGHT[1]:
            yield _found(look, one, f"{one.start:%H:%M}")


def too_many(look: Look) -> Iterator[Found]:
    """Yield the interview that was one too many within an hour."""
    some = _interviews(look)
    for earlier, one in zip(some, some[HOURLY:], strict=False):
        if one.by and one.by == earlier.by and (one.start - earlier.start).total_seconds() < 3600:
            yield _found(look, one, str(HOURLY + 1))


def same_spot(look: Look) -> Iterator[Found]:
    """Yield interviews with the very same position, or the very same signature, as one of another household."""
    for name in ("spot", "signature"):
        groups: dict[str, list[Interview]] = {}
        for one in _interviews(look):
            if getattr(one, name):
                groups.setdefault(getattr(one, name), []).append(one)
        for some in groups.values():
            if len({look.homes_of.get(one.subject, one.subject) for one in some}) > 1:
                yield from (_found(look, one, name) for one in some)


def by_proxy(look: Look) -> Iterator[Found]:
    """Yield the interviews by proxy of whoever has most of theirs answered by somebody else."""
    by: dict[str, list[Interview]] = {}
    for one in _interviews(look):
        by.setdefault(one.by, []).append(one)
    for some in by.values():
        proxies = [one for one in some if one.proxy]
        if len(some) >= PROXY_LEAST and len(proxies) * 2 > len(some):
            yield from (_found(look, one, f"{len(proxies)}/{len(some)}") for one in proxies)


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if isinstance(text, str) else None
    except ValueError:
        return None


def _spot(cell: Any) -> str:
    """Return a position as text, "" where there is none; to the metre, as devices give it."""
    try:
        found = json.loads(cell) if isinstance(cell, str) and cell[:1] in "[{" else cell
    except ValueError:
        found = cell
    return json.dumps(found, sort_keys=True) if found else ""


CHECKS = (
    ("interviews_overlap", "W", "同一人的两次调查时间重叠", "Two interviews by the same person at the same time", overlapping),
    ("interview_short", "W", "调查不到 90 秒", "An interview of less than 90 seconds", short),
    ("interviews_many", "W", "一小时内调查超过 12 份", "More than 12 interviews within an hour", too_many),
    ("same_spot", "W", "不同的户，定位或签名完全相同", "The very same position or signature for different households", same_spot),
    ("interview_at_night", "Q", "夜间调查（22 点到 6 点）", "An interview at night (22 to 6)", at_night),
    ("by_proxy", "Q", "多数调查由家人代答", "Most interviews answered by a proxy", by_proxy),
)
