"""Dashboard: 20 indicators of 1,796 places over a million people, and what keeping them costs a merge

The people are typed rows made here, a quarter of a million households over 1,796 places of the practice county; the kept figures count them as they
would any store. The store is made once, under build/bench.
"""
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from app.models import projection
from app.models.ledger import Ledger
from app.models.practice import generate
from app.models.store import transaction
from app.oversight import kept
from app.oversight.cells import CELLS
from app.oversight.kept import AT, KeptFigures

KEY, DAY = bytes(32), "2026-11-23"
PLACES, HOMES, MEMBERS = 1796, 250_000, 4
WANTED = ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "D1", "D2", "D3", "E1", "Z1", "Z2", "E2_end")
STORE = Path(os.environ.get("LEYE_BENCH", "build/bench")) / f"dashboard-{kept.VERSION}"  # another list of figures: another store

RAW = """SELECT h._place, count(*) AS a2, sum(p.in_scope) AS b1, sum(p.in_scope AND (h.poverty_status = '1' OR h.monitoring_type <> '0')) AS b2,
  sum(p.in_scope AND (p.at_work OR p.wants)) AS b3, sum(p.in_scope AND p.at_work) AS c1, sum(p.in_scope AND p.at_work AND p.level = '4') AS c2,
  sum(p.in_scope AND p.at_work AND p.level = '3') AS c3, sum(p.in_scope AND p.at_work AND p.level IN ('1','2')) AS c4,
  sum(p.in_scope AND p.at_work AND p.level = '5') AS c5, sum(p.in_scope AND p.at_work AND p.kind = '2') AS c6,
  sum(p.in_scope AND p.at_work AND p.kind = '3') AS c7, sum(p.in_scope AND NOT p.at_work AND p.wants) AS d1,
  sum(p.in_scope AND p.known AND NOT p.at_work AND NOT p.wants) AS d2, sum(p.in_scope AND NOT p.known) AS d3, count(DISTINCT h.id) AS a1,
  count(DISTINCT CASE WHEN p.in_scope THEN h.id END) AS a3, count(DISTINCT CASE WHEN p.at_work THEN h.id END) AS e1
FROM household h JOIN (SELECT q.household_id, q.birth_date <= '2010-11-23' AND coalesce(q.student_status, '00') = '00'
    AND q.labour_capacity IN ('1','2','3') AS in_scope,
    s.labour_status = '1' AND coalesce(s.end_date, '9') >= :day AND s.employment_type <> '7' AND s.as_of >= '2026-05-27' AS at_work,
    s.as_of >= '2026-05-27' AS known,
    s.labour_status = '2' AND s.as_of >= '2026-05-27' AS wants, s.work_area_level AS level, s.employment_type AS kind
  FROM person q LEFT JOIN placement s ON s.person_id = q.id AND s.start_date <= :day AND s._void IS NULL WHERE q._void IS NULL) p
ON p.household_id = h.id WHERE h._void IS NULL AND h.relocation_type IN ('1','2') AND coalesce(h.moved_in_date, '') <= :day GROUP BY h._place"""


def run() -> list[str]:
    """Measure and return the lines."""
    kept.keep()
    ledger, built = _store()
    figures = KeptFigures(ledger)
    day, since = figures.held()[1:]  # type: ignore[index]
    people = ledger.db.conn.execute("SELECT count(*) FROM person").fetchone()[0]
    ask = [_cpu(lambda: _dashboard(figures, day, since)) for _ in range(31)]
    rows = _dashboard(figures, day, since)
    raw = [_cpu(lambda: ledger.db.conn.execute(RAW, {"day": day}).fetchall()) for _ in range(3)]
    told = {row[0]: row[1:] for row in ledger.db.conn.execute(RAW, {"day": day})}
    assert all(told[place][n] == sums[WANTED.index(code)] for place, sums in rows for n, code in ((0, "A2"), (1, "B1"), (4, "C1"), (5, "C2")))
    past = _cpu(lambda: figures.by_place("2026-10-31", since, "529999001"))
    size = ledger.db.conn.execute("SELECT count(*), sum(length(stretches)) FROM figure_unit").fetchone()
    ledger.close()
    lines = [
        f"- {people:,} people, {len(rows):,} places, {len(WANTED)} indicators: answered in **{median(ask) * 1000:.1f} ms** CPU (31 times;"
        f" {min(ask) * 1000:.1f} to {max(ask) * 1000:.1f})",
        f"- one raw GROUP BY over the typed rows that gives most of them (no zero-employment household, no links, no moves, no settings):"
        f" {median(raw):.2f} s CPU: **{median(raw) / median(ask):,.0f} ×**",
        f"- another cut-off date, one township of some {people * 449 // PLACES:,} people: {past * 1000:.0f} ms CPU, told from stretches",
        f"- counting everybody the first time: {built['count']:,.0f} s CPU, {built['count'] / people * 1e6:,.0f} µs a person; {size[0]:,} units,"
        f" {size[1] / 1e6:,.0f} MB of stretches"]
    return [*lines, *_upkeep()]


def _dashboard(figures: KeptFigures, day: str, since: str) -> list[tuple[str, tuple[int, ...]]]:
    at = [AT[code] for code in WANTED]
    return [(place, tuple([sums[n] for n in at])) for place, sums in figures.by_place(day, since).items()]


def _cpu(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start


def _upkeep() -> list[str]:
    """Return what a merge of an interviewed village costs with and without the projection, and what the next question then costs."""
    with tempfile.TemporaryDirectory() as here:
        source = Ledger.create(Path(here) / "source.db", KEY, area="529999000000", device_name="d", user_name="u", role="county", practice=True)
        generate(source, 1500, 1)
        changes = source.changes([row[2] for row in source.feed(0, 1 << 30)])
        people = source.db.conn.execute("SELECT count(*) FROM person").fetchone()[0]
        source.close()
        bare, with_it, after = [], [], []
        for n in range(5):
            for keeps, out in ((False, bare), (True, with_it)):
                projection._makers.pop(kept.NAME, None)
                if keeps:
                    kept.keep()
                ledger = Ledger.create(Path(here) / f"{n}{keeps}.db", KEY, area="529999000000", device_name="d", user_name="u", role="county",
                                       practice=True)
                out.append(_cpu(lambda ledger=ledger: ledger.merge(changes)))  # type: ignore[misc]
                if keeps:
                    after.append(_cpu(lambda ledger=ledger: KeptFigures(ledger).follow(DAY, "")))  # type: ignore[misc]
                ledger.close()
        kept.keep()
    return [f"- upkeep in the merge of {len(changes):,} changes: {median(with_it):.2f} s CPU with, {median(bare):.2f} s without:"
            f" **{median(with_it) / median(bare):.2f} ×** (medians of 5 in turn)",
            f"- the first question after it counts those {people:,} people: {median(after):.2f} s CPU, {median(after) / people * 1e6:.0f} µs a person"
            f" ({median(after) / median(bare):.1f} × the merge: this is why it is not done inside it)"]


# -- the store -----------------------------------------------------------------------------------------------------------

def _store() -> tuple[Ledger, dict[str, float]]:
    """Return the ledger with everybody counted, and what that cost; made when it is not there."""
    told = STORE / "built.json"
    if told.exists():
        return Ledger.open(STORE / "l.db", KEY), json.loads(told.read_text(encoding="utf-8"))
    shutil.rmtree(STORE, ignore_errors=True)
    STORE.mkdir(parents=True)
    ledger = Ledger.create(STORE / "l.db", KEY, area="529999000000", device_name="d", user_name="u", role="county", practice=True)
    for start in range(0, HOMES, 10_000):
        _fill(ledger, range(start, start + 10_000))
    count = _cpu(lambda: KeptFigures(ledger).follow(DAY, ""))
    told.write_text(json.dumps({"count": count}), encoding="utf-8")
    return ledger, {"count": count}


def _fill(ledger: Ledger, some: range) -> None:
    """Write the typed rows of these households: what a merge would have derived."""
    homes, people, spells = [], [], []
    for n in some:
        rng = Random(n)
        home = f"{n:032x}"
        place = f"529{999 - n % PLACES // 600:03d}{n % PLACES // 40 % 15 + 1:03d}{n % PLACES % 600 + 1:03d}"
        homes.append((home, place, rng.choice("112"), rng.choice("12"), rng.choice("0001"), "2020-05-01"))
        for m in range(MEMBERS):
            person = f"{n * MEMBERS + m:031x}p"
            born = f"{rng.randint(1945, 2020)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            people.append((person, home, born, rng.choice(("00", "00", "00", "60")), rng.choice("11235"), rng.choice("0123")))
            if born < "2008":
                status = rng.choice("11123")
                start, as_of = f"2026-{rng.randint(1, 9):02d}-{rng.randint(1, 28):02d}", f"2026-{rng.randint(4, 11):02d}-{rng.randint(1, 22):02d}"
                spells.append((f"{n * MEMBERS + m:031x}s", person, status, rng.choice("1123567") if status == "1" else None,
                               rng.choice("12345") if status == "1" else None, start, max(start, as_of)))
    with transaction(ledger.db) as conn:
        conn.executemany("INSERT INTO household (id, _place, _conflicts, relocation_type, poverty_status, monitoring_type, moved_in_date)"
                         " VALUES (?,?,0,?,?,?,?)", homes)
        conn.executemany("INSERT INTO person (id, _conflicts, household_id, birth_date, student_status, labour_capacity, wants_work)"
                         " VALUES (?,0,?,?,?,?,?)", people)
        conn.executemany("INSERT INTO placement (id, _conflicts, person_id, labour_status, employment_type, work_area_level, start_date, as_of)"
                         " VALUES (?,0,?,?,?,?,?,?)", spells)


assert set(WANTED) <= set(CELLS)
