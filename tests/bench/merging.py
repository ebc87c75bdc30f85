"""Merge: changes into a ledger, against inserting the very same rows without any merge logic (peers, B)."""
import itertools
import tempfile
from pathlib import Path

from app.models.change import Change
from app.models.ledger import Ledger
from app.models.practice import generate
from app.models.store import transaction
from app.models.writing import Write
from tests.bench.measure import Ratio, Work, in_turn

KEY = bytes(range(32))
HOUSEHOLDS = 1500
TABLES = ("change", "feed", "record", "person", "household", "placement", "search_person", "search_household")
_names = itertools.count()


def run() -> list[Ratio]:
    """Return the ratios: new records into an empty ledger, and edits of records that are there."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        source = _ledger(here)
        generate(source, HOUSEHOLDS, 1)
        new = _everything(source)
        edits = _edits(source)
        done = _ledger(here)
        done.merge(new)
        floor = _rows(done)
        return [
            in_turn(f"merge {len(new):,} new changes, projections and search included", "the same rows inserted, no logic",
                    lambda: _merging(_ledger(here), new), lambda: _inserting(_ledger(here), floor),
                    count=len(new), unit="changes"),
            in_turn(f"merge {len(edits):,} edits of records that are there", "bare UPDATE of the same typed rows",
                    lambda: _merging(_with(here, new), edits), lambda: _updating(_with(here, new), edits),
                    count=len(edits), unit="changes")]


def _ledger(folder: Path) -> Ledger:
    return Ledger.create(folder / f"{next(_names)}.db", KEY, area="529999001000", device_name="b", user_name="b",
                         role="township", practice=True)


def _with(folder: Path, changes: list[Change]) -> Ledger:
    ledger = _ledger(folder)
    ledger.merge(changes)
    return ledger


def _everything(ledger: Ledger) -> list[Change]:
    return ledger.changes([row[2] for row in ledger.feed(2, 10**7)])


def _edits(ledger: Ledger) -> list[Change]:
    """Return one later change for each person: phone, skills and remark, by somebody who saw what stood there."""
    mark = ledger.feed_mark()[0]
    ledger.write([Write("person", {"phone": f"139{i:08d}", "skills": ["01"], "remark": "回访"}, rec=rec)
                  for i, (rec, _) in enumerate(ledger.rows("person"))], source="bench")
    return ledger.changes([row[2] for row in ledger.feed(mark, 10**7)])


def _rows(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    return {table: [tuple(row) for row in ledger.db.conn.execute(f'SELECT * FROM "{table}"')] for table in TABLES}


def _merging(ledger: Ledger, changes: list[Change]) -> Work:
    def work() -> None:
        for start in range(0, len(changes), 2500):
            ledger.merge(changes[start:start + 2500])

    return work


def _inserting(ledger: Ledger, rows: dict[str, list[tuple[object, ...]]]) -> Work:
    def work() -> None:
        for table, some in rows.items():
            if some:
                marks = ",".join("?" * len(some[0]))
                for start in range(0, len(some), 2500):
                    with transaction(ledger.db) as conn:
                        conn.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', some[start:start + 2500])

    return work


def _updating(ledger: Ledger, edits: list[Change]) -> Work:
    values = [((c.payload or {}).get("phone"), "[\"01\"]", "回访", c.rec) for c in edits]

    def work() -> None:
        for start in range(0, len(values), 2500):
            with transaction(ledger.db) as conn:
                conn.executemany("UPDATE person SET phone = ?, skills = ?, remark = ? WHERE id = ?", values[start:start + 2500])

    return work
