"""Among: who can be on a list, found by a few columns, so that a page reads those and nobody else.

Promises to leave nobody out who belongs on the list; whether somebody does is still decided by the rules, from everything that is said of them:
`roll_of` gives of each the same person that the whole roll does. Of what is known now, not of an earlier place of the feed.
"""
from collections.abc import Collection, Iterable
from typing import Any

from app.assistance.follow_ups import AWAY, HELPED_KINDS, ORGANISED, numbers
from app.assistance.public_posts import KIND
from app.assistance.records import Records
from app.assistance.roll import EMPLOYED, WILLING, Roll, read_some
from app.assistance.targets import FARMING, WILLING_, WISH
from app.assistance.thresholds import shifted
from app.models.office import nearest
from app.models.office import terms as settings

WANTS = tuple(code for code, work in WISH.items() if work == WILLING_)
LOCAL = ("3", "4")  # employment_type: workshop, work-for-relief


def roll_of(records: Records, people: Collection[str]) -> Roll:
    """Return the roll of these people, with each household they ever were in; others of those households are left out."""
    return read_some(records, people, (), records.one_person())


def waiting(records: Records, on: str) -> set[str]:
    """Return who can be without work and want it: who says so, in a spell that is not plain work and was known within the time a status holds.

    And everybody who stands on several records: one of them may say it of another.
    """
    oldest = shifted(on, -_said(records, "status_valid_days")[-1])
    return _linked(records) | _people(
        records, f"(labour_status IS NOT ? OR end_date IS NOT NULL OR employment_type = ?) AND (labour_status = ? OR person_id IN"
                 f" (SELECT id FROM person WHERE wants_work IN ({_marks(WANTS)})))", (EMPLOYED, FARMING, WILLING, *WANTS),
        f"{_NO_DAY.format('as_of')} OR as_of >= ? OR end_date >= ? OR id IN (SELECT placement_id FROM follow_up WHERE still_in_post = 1"
        " AND _void IS NULL)", (oldest, oldest))


def due(records: Records, on: str) -> set[str]:
    """Return who can be due for a call: at work that is away and was not found so for long, or that they were brought into.

    Of the latter those who passed a mark since somebody last knew.
    """
    away = shifted(on, -_said(records, "follow_up_days_away")[0])
    days = [f"+{n} days" for said in _said(records, "stay_call_days") for n in numbers(said)]
    months = [f"+{n} months" for said in _said(records, "stay_call_months") for n in numbers(said)]
    passed = " OR ".join(["date(start_date, ?) BETWEEN as_of AND ?"] * (len(days) + len(months))) or "0"
    upto = shifted(on, 4)  # a month's last day is not the same day in SQL
    marks = [value for step in (*days, *months) for value in (step, upto)]
    unknown = f"{_NO_DAY.format('as_of')} OR {_NO_DAY.format('start_date')} OR as_of > ?"
    what = (f"labour_status = ? AND ({unknown} OR ({_BROUGHT}) AND ({passed}) OR as_of <= ? AND"
            f" (coalesce(work_area_level, '') = '' OR work_area_level IN ({_marks(AWAY)})))")
    return _people(records, what, (EMPLOYED, on, *_BROUGHT_BY, *marks, away, *AWAY), f"{_NO_DAY.format('end_date')} OR end_date >= ?", (on,))


def brought(records: Records, since: str) -> set[str]:
    """Return who can have been brought into work that began since a day."""
    return _people(records, f"labour_status = ? AND ({_BROUGHT})", (EMPLOYED, *_BROUGHT_BY),
                   f"{_NO_DAY.format('start_date')} OR start_date >= ?", (since,))


def in_public_posts(records: Records) -> set[str]:
    """Return who can be in a public-welfare post."""
    return _people(records, "labour_status = ? AND employment_type = ?", (EMPLOYED, KIND))


def at_local_work(records: Records) -> set[str]:
    """Return who can be at work in a zone, a workshop or work-for-relief."""
    return _people(records, f"labour_status = ? AND (post_id IS NOT NULL OR employment_type IN ({_marks(LOCAL)}))", (EMPLOYED, *LOCAL))


def who_came(records: Records, type: str) -> set[str]:
    """Return everybody of whom a record of attendance says that they came."""
    return {row[2] for row in records.rows(type, "person_id") if row[2]}


def _linked(records: Records) -> set[str]:
    return {rec for ids in records.one_person() for rec in ids}


def _people(records: Records, what: str, values: Iterable[str], when: str = "1", days: Iterable[str] = ()) -> set[str]:
    """Return whose spells are such."""
    assert records.at is None, "the tables say what is known now"
    rows = records.conn.execute(f"SELECT DISTINCT person_id FROM placement WHERE _void IS NULL AND ({what}) AND ({when})", (*values, *days))
    return {row[0] for row in rows if row[0]}


def _said(records: Records, key: str) -> list[Any]:
    """Return every value of a setting that holds anywhere: the default, and what offices said, the least first."""
    rows = [row for row in records.rows("setting", "key", "value", "valid_from") if row[2] == key]
    return sorted({settings()[key].default, *(nearest(key, [row], row[4] or "", row[1] or "").value for row in rows)})


def _marks(some: Collection[str]) -> str:
    return ",".join("?" * len(some))


_NO_DAY = "({0} IS NULL OR date({0}) IS NOT {0})"  # nothing said, or a month without its day, or what is no day
_BROUGHT = f"post_id IS NOT NULL OR transfer_mode IN ({_marks(ORGANISED)}) OR employment_type IN ({_marks(HELPED_KINDS)})"
_BROUGHT_BY = (*ORGANISED, *HELPED_KINDS)
