"""Kept figures: equal to the plain recount at any cut-off, for any period, after whatever came and however it came."""
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assistance.records import Records
from app.models import clock, erasure, forgetting, links, office, projection
from app.models.ledger import Ledger
from app.models.writing import Write
from app.oversight import kept as keeping
from app.oversight.cells import CELLS
from app.oversight.indicators import count
from app.oversight.kept import KeptFigures
from app.oversight.stretches import ordinal
from tests.assistance.conftest import DAY, OTHER_SITE, SITE, TOWN, hid, home, job, person, pid
from tests.oversight.worlds import HOMES, PEOPLE, STEPS, beginning, deed, edit, spells


@pytest.fixture(autouse=True)
def kept_by_all() -> Iterator[None]:
    keeping.keep()
    yield
    projection._makers.pop(keeping.NAME, None)


def assert_equal(ledger: Ledger, on: str, since: str, note: Any = "") -> None:
    """Every figure of every place, and every list, as the recount has them."""
    kept, found = KeptFigures(ledger), count(Records(ledger.db.conn), on, since)
    by_place = found.entries.by_place()
    mine = {place: dict(zip(keeping.CODES, sums, strict=True)) for place, sums in kept.by_place(on, since).items()}
    assert {place: {c: n for c, n in sums.items() if n} for place, sums in by_place.items()} == {
        place: told for place, sums in mine.items() if (told := {c: n for c, n in sums.items() if n and c in CELLS})}, (note, on, since)
    for code in CELLS:
        assert kept.listed(code, "", on, since) == found.entries.listed(code, ""), (note, code, on, since)
    in_scope = [one.spell for rec, one in found.standings.items() if one.in_scope and one.spell and one.spell.as_of and one.spell.as_of <= on]
    assert sum(row[keeping.AT["known"]] for row in kept.by_place(on, since).values()) == len(in_scope)
    assert sum(row[keeping.AT["known_days"]] for row in kept.by_place(on, since).values()) == sum(ordinal(one.as_of) for one in in_scope)


def happen(rng: Random, ledger: Ledger) -> str:
    """Let something happen to the records of a ledger; return what."""
    what = rng.choice(("edit", "edit", "edit", "deed", "deed", "deed", "link", "unlink", "void", "rule", "erase",
                       "rebuild", "undo", "forget", "homes"))
    one, other = rng.sample(PEOPLE, 2)
    if what == "edit":
        ledger.write([edit(rng) for _ in range(3)], source="test")
    elif what == "deed":
        ledger.write([deed(rng) for _ in range(6)], source="test")
    elif what in ("link", "unlink"):
        links.link(ledger, "person", pid(one), pid(other), True if what == "link" else None)
    elif what == "homes":
        links.link(ledger, "household", *map(hid, rng.sample(HOMES, 2)))
    elif what == "void":
        ledger.write([Write("person", {"_void": "误"}, rec=pid(one))], source="test")
    elif what == "rule":
        office.agree(ledger, *rng.choice((("status_valid_days", 60), ("scope_age_from", 18), ("farming_counts", True), ("clear_due_days", 30),
                                          ("campaign_from", "2026-04-01"))), rng.choice(("", STEPS[12], STEPS[20])))
    elif what == "erase":
        erasure.grant(ledger, ledger.me.device)
        if ledger.changes_of_root(pid(one)):
            erasure.erase(ledger, pid(one))
    elif what == "forget":
        forgetting.forget(ledger, {rng.choice((pid(one), hid(rng.choice(HOMES)))): rng.random() < .5})
    elif what == "rebuild":
        ledger.rebuild()
    else:
        ledger.undo()
    return what


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_kept_figures_equal_the_recount_whatever_came_and_however(tmp_path_factory: Any, seed: int) -> None:
    rng, folder = Random(seed), Path(tmp_path_factory.mktemp("kept"))
    read, moment = clock.source.read, datetime(2026, 2, 2, 12, 0, tzinfo=UTC)
    clock.source.read = lambda: moment  # type: ignore[method-assign]
    try:
        here, there = (Ledger.create(folder / f"{n}.db", bytes(32), area=TOWN, device_name="d", user_name="杨练", role="township", practice=True)
                       for n in "12")
        here.write(beginning(rng), source="test")
        here.write([write for code in PEOPLE for write in spells(rng, code)], source="test")
        there.merge(here.changes([row[2] for row in here.feed(0, 9999)]))
        KeptFigures(here).follow("2026-02-02")
        told = []
        for _ in range(6):
            moment += timedelta(days=rng.choice((0, 1, 45)))
            ledger = rng.choice((here, there))
            told.append((happen(rng, ledger), ledger is here))
            if rng.random() < .5:  # what came from the other, in any order, some of it twice
                cids = [row[2] for row in there.feed(0, 9999)]
                here.merge(there.changes(rng.sample(cids, rng.randint(1, len(cids)))))
            if rng.random() < .6:
                KeptFigures(here).follow(moment.date().isoformat())
                on = rng.choice((moment.date().isoformat(), *STEPS, "2027-02-02"))
                assert_equal(here, on, rng.choice(("", *[step for step in STEPS if step <= on])), (seed, told))
        KeptFigures(here).follow(moment.date().isoformat())
        assert_equal(here, moment.date().isoformat(), "", (seed, told))
        since = KeptFigures(here).held()[2]  # type: ignore[index]
        assert_equal(here, moment.date().isoformat(), since, (seed, told))  # the sums that are held, not the stretches
        here.close()
        there.close()
    finally:
        clock.source.read = read  # type: ignore[method-assign]


def test_a_day_that_passes_moves_only_whose_border_it_is(make: Callable[[], Ledger]) -> None:
    ledger = make()
    ledger.write([home("H"), home("G", OTHER_SITE), person("a", "H", "1990-05-05"), person("b", "G", "2010-11-25"),
                  job("a", as_of="2026-05-28"), job("b")], source="test")
    kept = KeptFigures(ledger)
    assert kept.follow(DAY) > 0 and kept.follow(DAY) == 0
    for on, row in ((DAY, (1, 1, 0)), ("2026-11-24", (1, 1, 0)), ("2026-11-25", (2, 1, 1)), ("2026-11-26", (2, 1, 1)), (DAY, (1, 1, 0))):
        assert kept.follow(on) == 0, "nobody is counted anew"
        assert kept.held()[1] == on  # type: ignore[index]
        assert tuple(kept.sums("", on)[code] for code in ("B1", "C1", "D3")) == row, on
        assert_equal(ledger, on, "")


def test_only_those_who_were_touched_are_counted_anew(make: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch) -> None:
    from app.oversight import counting

    ledger = make()
    ledger.write([write for n in range(20) for write in (home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05"), job(f"p{n}"))], source="test")
    KeptFigures(ledger).follow(DAY)
    asked = list[str]()
    of_person = counting.of_person
    monkeypatch.setattr(counting, "of_person", lambda one, *rest: (asked.append(one.id), of_person(one, *rest))[1])
    ledger.write([job("p3", end_date="2026-10-01")], source="test")
    assert KeptFigures(ledger).follow(DAY) == 1 and asked == [pid("p3")]
    assert_equal(ledger, DAY, "")


def test_a_program_that_does_not_know_them_and_writes_leaves_nothing_wrong(make: Callable[[], Ledger]) -> None:
    ledger = make()
    ledger.write([home("H"), person("a", "H", "1990-05-05"), job("a")], source="test")
    KeptFigures(ledger).follow(DAY)
    projection._makers.pop(keeping.NAME)
    unaware = Ledger.open(ledger.path, bytes(range(32)))
    unaware.write([person("b", "H", "1980-01-01")], source="test")
    forgetting.forget(unaware, {pid("a"): False})
    unaware.close()
    keeping.keep()
    again = Ledger.open(ledger.path, bytes(range(32)))
    KeptFigures(again).follow(DAY)
    assert_equal(again, DAY, "")
    assert KeptFigures(again).sums(SITE, DAY)["B1"] == 1
    again.close()


def test_counting_that_was_stopped_goes_on_where_it_stopped(make: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch) -> None:
    from app.oversight import counting

    class Stopped(Exception):
        pass

    def stop(done: int, of: int) -> None:
        if done >= 2:
            raise Stopped

    monkeypatch.setattr(counting, "PART", 2)
    ledger = make()
    ledger.write([write for n in range(5) for write in (home(f"H{n}"), person(f"p{n}", f"H{n}", "1990-05-05"))], source="test")
    with pytest.raises(Stopped):
        KeptFigures(ledger).follow(DAY, step=stop)
    assert KeptFigures(ledger).sums("", DAY)["A1"] == 2
    assert KeptFigures(ledger).follow(DAY) == 3
    assert_equal(ledger, DAY, "")


@pytest.mark.parametrize("how", ["forgotten", "erased"])
def test_who_is_let_go_of_leaves_the_figures_at_once(make: Callable[[], Ledger], how: str) -> None:
    ledger = make()
    ledger.write([home("H"), person("a", "H", "1990-05-05"), person("b", "H", "1990-05-05"), job("a")], source="test")
    kept = KeptFigures(ledger)
    kept.follow(DAY)
    if how == "erased":
        erasure.grant(ledger, ledger.me.device)
        erasure.erase(ledger, pid("a"))
    else:
        forgetting.forget(ledger, {pid("a"): False})
    assert kept.sums("", DAY)["B1"] == 1, "nobody has asked in between"
    assert not ledger.db.conn.execute("SELECT 1 FROM figure_unit WHERE unit = ?", (pid("a"),)).fetchone()
    kept.follow(DAY)
    assert kept.sums("", DAY)["E1"] == 0
    assert_equal(ledger, DAY, "")


def test_two_who_become_one_and_two_again(make: Callable[[], Ledger]) -> None:
    ledger = make()
    ledger.write([home("H"), home("G", OTHER_SITE), person("a", "H", "1990-05-05"), person("b", "G", "1990-05-05"), job("a")], source="test")
    for yes, people in ((None, 2), (True, 1), (None, 2)):
        links.link(ledger, "person", pid("a"), pid("b"), yes)
        KeptFigures(ledger).follow(DAY)
        assert KeptFigures(ledger).sums("", DAY)["A2"] == people
        assert_equal(ledger, DAY, "")
