"""Any figure on generated data equals a slow recount from the changes, at any past date and any place of the feed."""
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models import clock
from app.models.identity import spell_id
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.assistance.conftest import OTHER_SITE, SITE, TOWN, figures, hid, home, person, pid
from tests.oversight.recount import FIRST, recount

HOMES, PEOPLE = "GH", "abcd"
DAYS = st.integers(0, 330).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
MAYBE = st.one_of(st.none(), DAYS)


def said(draw: st.DrawFn, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Return the fields that somebody says something of."""
    return {name: value for name, field in fields.items() if (value := draw(field)) is not None}


@st.composite
def edits(draw: st.DrawFn) -> Write:
    """Return something that is said of somebody, of their work, of a household."""
    code, kind = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(("spell", "spell", "spell", "person", "move", "home", "check", "heard")))
    if kind == "spell":
        n = draw(st.integers(1, 3))
        values = said(draw, labour_status=st.sampled_from("1123"), employment_type=st.sampled_from("123567"),
                      work_area_level=st.sampled_from("12345"), start_date=MAYBE, end_date=MAYBE, as_of=MAYBE, verified_on=MAYBE)
        return Write("placement", {"person_id": pid(code), **values}, rec=spell_id(pid(code), n))
    if kind == "person":
        return Write("person", said(draw, wants_work=st.sampled_from("0123"), student_status=st.sampled_from(("00", "60")),
                                    labour_capacity=st.sampled_from("1235"), person_status=st.sampled_from("11235"), status_date=MAYBE,
                                    birth_date=st.sampled_from(("1990-05-05", "2010-06-15", "1966-07-01", "2026-03-03"))) or {"remark": "x"},
                     rec=pid(code))
    if kind == "move":
        return Write("person", {"household_id": hid(draw(st.sampled_from(HOMES))), "member_since": draw(MAYBE)}, rec=pid(code))
    if kind == "home":
        rec = hid(draw(st.sampled_from(HOMES)))
        return Write("household", said(draw, relocation_type=st.sampled_from("1129"), moved_in_date=MAYBE, monitoring_type=st.sampled_from("02"))
                     or {"remark": "x"}, rec=rec, place=draw(st.sampled_from((SITE, OTHER_SITE))))
    if kind == "check":
        return Write("verification", {"sample_id": "1", "subject": pid(code), "on": draw(DAYS), "result": draw(st.sampled_from("13"))})
    return Write("follow_up", {"person_id": pid(code), "placement_id": spell_id(pid(code), draw(st.integers(1, 2))), "on": draw(DAYS),
                               "still_in_post": draw(st.booleans())})


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=st.lists(st.lists(edits(), max_size=6), min_size=2, max_size=6), on=DAYS, since=st.one_of(st.just(""), DAYS), cut=st.integers(0, 5))
def test_any_figure_equals_a_slow_recount_from_the_changes(tmp_path_factory: Any, some: list[list[Write]], on: str, since: str, cut: int) -> None:
    folder: Path = tmp_path_factory.mktemp("recount")
    read, moment = clock.source.read, datetime(2026, 1, 2, 4, 0, tzinfo=UTC)
    clock.source.read = lambda: moment  # type: ignore[method-assign]
    try:
        ledger = Ledger.create(folder / "l.db", bytes(32), area=TOWN, device_name="d", user_name="杨练", role="township", practice=True)
        marks = []
        ledger.write([home("G"), home("H", OTHER_SITE), *(person(code, "H" if code == "a" else "G", "1990-05-05") for code in PEOPLE)], source="test")
        for batch in some:
            moment += timedelta(days=45)
            there = {rec for rec, in ledger.db.conn.execute("SELECT rec FROM record")}
            begun = [w if w.type != "placement" or w.rec in there or "labour_status" in w.values else
                     Write(w.type, {**w.values, "labour_status": "2"}, rec=w.rec) for w in batch]
            ledger.write([Write(w.type, {**w.values}, rec=w.rec, place=w.place) for w in begun], source="test")
            marks.append(ledger.feed_mark()[0])
        at = marks[min(cut, len(marks) - 1)]
        for place, mark in ((TOWN[:9], None), (SITE, None), (TOWN[:9], at), (OTHER_SITE, at)):
            found = {code: n for code, n in figures(ledger, on, since, mark).report(place).cells.items() if n and code[0] in "ABCDEZ"}
            assert found == recount(ledger, on, since, place, mark), (date.fromisoformat(on), since, place, mark)
        ledger.close()
    finally:
        clock.source.read = read  # type: ignore[method-assign]
