"""Counting: who was touched since the kept figures were last brought up to date, and where they are counted now. Promises to read nobody else."""
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from app.assistance.records import Records
from app.assistance.roll import Person, Roll, read_some
from app.assistance.thresholds import KEYS, Thresholds, day
from app.models.change import from_header
from app.models.record import chunks, marks
from app.models.store import Connection, transaction
from app.oversight import deeds as done
from app.oversight.deeds import OFFICE, Deeds
from app.oversight.kept import put
from app.oversight.stretches import NOTHING, Regimes, Stretch, of_home, of_made, of_person

if TYPE_CHECKING:
    from app.models.ledger import Ledger
    from app.oversight.kept import KeptFigures

PART = 1000  # dossiers counted in one transaction
Units = dict[str, tuple[str, list[Stretch]]]


class Counting:
    """One bringing up to date."""

    def __init__(self, ledger: "Ledger", kept: "KeptFigures") -> None:
        self.ledger, self.conn, self.kept = ledger, ledger.db.conn, kept
        self.records = Records(self.conn)

    def bring(self, step: Callable[[int, int], None] | None = None) -> int:
        """Count anew whatever was touched; returns how many dossiers that were."""
        self._note()
        waiting = self.conn.execute("SELECT count(*) FROM figure_due").fetchone()[0]
        counted = 0
        while waiting and (part := [row[0] for row in self.conn.execute("SELECT root FROM figure_due ORDER BY no LIMIT ?", (PART,))]):
            if step is not None:
                step(counted, max(waiting, counted))
            with transaction(self.ledger.db) as conn:
                self._count(conn, part)
                conn.executemany("DELETE FROM figure_due WHERE root = ?", [(root,) for root in part])
            counted += len(part)
        return counted

    # -- who

    def _note(self) -> None:
        """Note the dossiers that the feed speaks of since; everybody where a rule or nearly everything is new."""
        held = self.kept.held()
        end = self.ledger.feed_mark()[0]
        if held is None or held[0] == end:
            return
        with transaction(self.ledger.db) as conn:
            conn.execute("UPDATE figure_held SET n = ?", (end,))
            if held[0] < 0 or self._spoken_of(conn, held[0], "setting"):
                for type in ("household", *OFFICE):
                    conn.execute(f'INSERT OR IGNORE INTO figure_due (root) SELECT id FROM "{type}" ORDER BY rowid')
                conn.execute("INSERT OR IGNORE INTO figure_due (root) SELECT id FROM person WHERE household_id IS NULL"
                             " OR household_id NOT IN (SELECT id FROM household)")
                return
            conn.execute("INSERT OR IGNORE INTO figure_due (root) SELECT DISTINCT c.root FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ?"
                         " ORDER BY f.n", (held[0],))
            self._links(conn, held[0])
            self._made(conn, held[0])

    @staticmethod
    def _spoken_of(conn: Connection, n: int, type: str) -> bool:
        """Return whether any record of a type was spoken of since."""
        return bool(conn.execute("SELECT 1 FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ? AND c.type = ? LIMIT 1", (n, type)).fetchone())

    def _links(self, conn: Connection, n: int) -> None:
        """Note both ends of each link that was spoken of, with whom they are one now."""
        ends = {end for (header,) in conn.execute(
            "SELECT c.header FROM feed f JOIN change c ON c.cid = f.cid WHERE f.n > ? AND c.kind = 'link'", (n,)).fetchall()
            for end in from_header(header, None, None).extra.get("ends", ()) if isinstance(end, str)}
        conn.executemany("INSERT OR IGNORE INTO figure_due (root) VALUES (?)", [(end,) for end in sorted(ends)])

    def _made(self, conn: Connection, n: int) -> None:
        """Note fairs whose attendance, and all deeds of offices where a site, was spoken of."""
        conn.execute("INSERT OR IGNORE INTO figure_due (root) SELECT t.fair_id FROM feed f JOIN change c ON c.cid = f.cid JOIN fair_attendance t"
                     " ON t.id = c.rec WHERE f.n > ? AND t.fair_id IS NOT NULL", (n,))
        if self._spoken_of(conn, n, "resettlement_site"):
            for type in OFFICE:
                conn.execute(f'INSERT OR IGNORE INTO figure_due (root) SELECT id FROM "{type}"')

    # -- where

    def _count(self, conn: Connection, part: Sequence[str]) -> None:
        together = self.records.one_person()
        all_of = {rec: ids for ids in together for rec in ids}

        def filed(some: Iterable[str]) -> set[str]:
            return {rec for one in some for rec in all_of.get(one, (one,))}

        people = filed(self._beside(filed(part)))
        roll = read_some(self.records, people, people, together)
        homes = filed({*self._homes_of(people), *people, *(home for person in roll.people.values() for _, home in person.homes)})
        given = done.of_people(self.records, roll, people)
        self._link(conn, people, roll, given)
        more = read_some(self.records, self._beside(homes) - people, homes, together)
        checked = done.of_people(self.records, more, homes)
        regimes = self._regimes()
        members = _by_home([*roll.people.values(), *(person for rec, person in more.people.items() if rec not in roll.people)])
        units: Units = {rec: ("", []) for rec in people | homes}
        units |= {one.id: (one.type, of_made(one)) for one in done.of_offices(self.records, people | homes)}
        units |= {rec: ("household", of_home(home, members.get(rec, ()), checked.get(rec, NOTHING), regimes))
                  for rec, home in more.homes.items() if rec in homes}
        units |= {rec: ("person", of_person(person, roll, given.get(rec, NOTHING), regimes)) for rec, person in roll.people.items()}
        put(conn, units)

    def _beside(self, recs: set[str]) -> set[str]:
        """Return these and the people who are counted anew with them: who is or was in a household, a training, a batch."""
        found = set(recs)
        for part in chunks(sorted(recs)):
            found.update(row[0] for row in self.conn.execute(f"SELECT unit FROM figure_link WHERE of IN ({marks(part)})", part))
            found.update(row[0] for row in self.conn.execute(f"SELECT id FROM person WHERE household_id IN ({marks(part)})", part))
        return found

    def _homes_of(self, people: Iterable[str]) -> set[str]:
        """Return where people were counted so far."""
        return {row[0] for part in chunks(sorted(people)) for row in self.conn.execute(
            f"SELECT of FROM figure_link WHERE unit IN ({marks(part)})", part)}

    def _link(self, conn: Connection, people: Iterable[str], roll: Roll, given: dict[str, Deeds]) -> None:
        """Keep which households, trainings and batches people were ever in."""
        for part in chunks(sorted(people)):
            conn.execute(f"DELETE FROM figure_link WHERE unit IN ({marks(part)})", part)
        pairs = [(home, rec) for rec, person in roll.people.items() for _, home in person.homes if home]
        pairs += [(of, rec) for rec, some in given.items() for of in some.uses if of]
        conn.executemany("INSERT OR IGNORE INTO figure_link VALUES (?,?)", pairs)

    def _regimes(self) -> Regimes:
        days = {"", *(day(since) for _, _, key, since in self.records.rows("setting", "key", "valid_from") if key in KEYS)}
        return Regimes({on: Thresholds(self.records, on) for on in days})


def _by_home(people: Iterable[Person]) -> dict[str, list[Person]]:
    out: dict[str, list[Person]] = {}
    for person in people:
        for home in {home for _, home in person.homes}:
            out.setdefault(home, []).append(person)
    return out
