"""Projections that rooms above bring: built when new, built again when they changed, were dropped or were not kept."""
from collections.abc import Iterator, Mapping, Sequence

import pytest

from app.models import keeping, projection
from app.models.ledger import Ledger
from app.models.projection import Touch, register
from app.models.schema import _FIRST, _SECOND
from app.models.store import Connection, Database
from app.models.writing import Write
from tests.models.conftest import KEY, MakeLedger


class Skills:
    """How many live people say each skill: an indicator that adds what came and takes off what went."""

    name, compares = "skills", True
    owns: tuple[str, ...] = ("skills_sum",)
    watches: Mapping[str, frozenset[str]] = {"person": frozenset(("skill_level", "_void"))}

    def __init__(self, version: str = "1", factor: int = 1) -> None:
        self.version, self.factor = version, factor

    def tables(self, db: Database) -> None:
        db.execute("CREATE TABLE IF NOT EXISTS skills_sum (level TEXT PRIMARY KEY, n INTEGER NOT NULL)")

    def clear(self, conn: Connection) -> None:
        conn.execute("DELETE FROM skills_sum")

    def apply(self, conn: Connection, touched: Sequence[Touch]) -> None:
        for touch in touched:
            after = None if touch.after is None else {**(touch.before or {}), **touch.after}
            for cells, sign in ((touch.before, -1), (after, 1)):
                if cells and cells.get("skill_level") and not cells.get("_void"):
                    conn.execute("INSERT INTO skills_sum VALUES (?, ?) ON CONFLICT(level) DO UPDATE SET n = n + excluded.n",
                                 (cells["skill_level"], sign * self.factor))


@pytest.fixture(autouse=True)
def nobody_registered() -> Iterator[None]:
    yield
    projection._makers.clear()


def sums(ledger: Ledger) -> dict[str, int]:
    return dict(ledger.db.conn.execute("SELECT level, n FROM skills_sum WHERE n <> 0 ORDER BY level"))


def counted(ledger: Ledger, factor: int = 1) -> dict[str, int]:
    return dict(ledger.db.conn.execute("SELECT skill_level, count(*) * ? FROM person WHERE _void IS NULL AND skill_level IS NOT NULL"
                                       " GROUP BY 1 ORDER BY 1", (factor,)))


def some_people(ledger: Ledger) -> list[str]:
    return list(ledger.write([Write("person", {"full_name": "杨甲", "skill_level": level}) for level in "1223"], source="t").ids)


def test_it_is_built_when_new_and_kept_in_step(make_ledger: MakeLedger) -> None:
    ledger, other = make_ledger(), make_ledger("two")
    recs = some_people(ledger)
    other.merge(ledger.changes([row[2] for row in ledger.feed(0, 99)]))
    register("skills", Skills)
    again = Ledger.open(ledger.path, KEY)
    assert sums(again) == {"1": 1, "2": 2, "3": 1}
    again.write([Write("person", {"skill_level": "3"}, rec=recs[1])], source="t")
    again.write([Write("person", {"_void": "x"}, rec=recs[0])], source="t")
    again.write([Write("person", {"phone": "1"}, rec=recs[2])], source="t")
    other.write([Write("person", {"skill_level": "4"}, rec=recs[1])], source="t")
    again.merge(other.changes([row[2] for row in other.feed(0, 99)]))  # a disagreement: the row is folded
    assert again.conflicts() and sums(again) == counted(again)
    again.undo()
    again.rebuild()
    assert sums(again) == counted(again) and again.verify().ok
    again.close()


def test_it_is_told_only_of_what_it_watches(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    [rec, *_] = some_people(ledger)
    register("skills", Skills)
    again, told = Ledger.open(ledger.path, KEY), list[Touch]()
    monkeypatch.setattr(Skills, "apply", lambda self, conn, touched: told.extend(touched))
    again.write([Write("person", {"phone": "1"}, rec=rec)], source="t")
    assert told == []
    again.write([Write("person", {"phone": "2", "skill_level": "3"}, rec=rec)], source="t")
    assert [(t.rec, t.before, t.after) for t in told] == [
        (rec, {"_void": None, "skill_level": "1"}, {"phone": "2", "skill_level": "3"})]  # the search watches phones
    again.close()


def test_it_is_built_again_when_its_version_changes_or_its_tables_are_gone(ledger: Ledger) -> None:
    some_people(ledger)
    register("skills", Skills)
    Ledger.open(ledger.path, KEY).close()
    register("skills", lambda: Skills("2", 10))
    again = Ledger.open(ledger.path, KEY)
    assert sums(again) == counted(again, 10)
    again.db.execute("DROP TABLE skills_sum")
    again.close()
    again = Ledger.open(ledger.path, KEY)
    assert sums(again) == counted(again, 10)
    again.close()


def test_who_does_not_know_it_and_writes_has_it_built_anew(ledger: Ledger) -> None:
    some_people(ledger)
    register("skills", Skills)
    Ledger.open(ledger.path, KEY).close()
    projection._makers.clear()
    unaware = Ledger.open(ledger.path, KEY)
    assert "skills" in unaware.settings.get(keeping.KEPT)  # reading alone changes nothing
    some_people(unaware)
    unaware.close()
    register("skills", Skills)
    again = Ledger.open(ledger.path, KEY)
    assert sums(again) == counted(again) == {"1": 2, "2": 4, "3": 2}
    again.close()


def test_a_store_of_the_second_version_is_brought_forward(ledger: Ledger) -> None:
    """Its records held all values once more, its typed tables lay in the order of ids, and every change was in one more index."""
    [rec, *_] = some_people(ledger)
    ledger.write([Write("person", {"phone": "2"}, rec=rec)], source="t")
    before, told = ledger.digest(strict=True), ledger.rows("person")
    conn = ledger.db.conn
    for statement in ("DROP TABLE record", "DROP INDEX change_rec", *(s for s in (*_FIRST, *_SECOND) if "TABLE record " in s or
                                                                      "INDEX change_rec" in s or "INDEX record_root" in s),
                      "DROP TABLE person", "CREATE TABLE person (id TEXT PRIMARY KEY, phone TEXT) WITHOUT ROWID",
                      "DELETE FROM _sqlite_migrations WHERE name = 'm004_thin'", "PRAGMA user_version = 2"):
        conn.execute(statement)
    ledger.settings.set("dictionary", "of the second version")
    conn.commit()
    again = Ledger.open(ledger.path, KEY)
    assert again.verify().problems == []
    assert (again.digest(strict=True), sorted(again.rows("person"))) == (before, sorted(told))
    assert again.db.execute("PRAGMA user_version").fetchone()[0] >= 3
    again.close()
