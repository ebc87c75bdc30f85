"""Kept figures: the dispatch figures of every place, held ready. Promises what `indicators.count` gives, for any cut-off date and any period.

Each person, household and office's deed keeps the stretches in which it is counted (`stretches`); each place keeps its sums for the day and the
period that are asked for most. What came since is found in the feed, and what was let go of by the projection, so that a merge does nothing more
than before; a question first brings up to date those who were touched (`counting`), and no others. A day that passes moves those whose next border
it is. Everything can be dropped and counted anew.

    kept = KeptFigures(ledger); kept.follow("2026-11-23"); kept.by_place("2026-11-23")["529999001L01"]["C1"]
"""
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from app.assistance.records import Records
from app.assistance.thresholds import Thresholds
from app.models import clock, places
from app.models.projection import Touch, register
from app.models.record import chunks, marks
from app.models.store import Connection, Database, transaction
from app.oversight.cells import CELLS
from app.oversight.stretches import ENDLESS, KNOWN, KNOWN_DAYS, Stretch, ordinal

if TYPE_CHECKING:
    from app.models.ledger import Ledger

CODES = (*CELLS, KNOWN, KNOWN_DAYS)
NAME, RULES = "figures", "1"  # RULES changes with what is counted; another list of figures is another version by itself
VERSION = f"{RULES}-{zlib.crc32(','.join(CODES).encode()):08x}"
AT = {code: n for n, code in enumerate(CODES)}
SUMS = struct.Struct(f"<{len(CODES)}q")
NONE = SUMS.pack(*[0] * len(CODES))
Packed = tuple[int, str, int, int, int, str, int]  # code's number, place, start, until, since (ordinals), record, how much
END = ordinal(ENDLESS)
MOVED = 5000  # units whose border has passed that are looked at at a time
_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(list[Packed]).decode


class FigureTables:
    """The projection: its tables, and a note of each dossier that is held here no more. What was written is told by the feed."""

    name, version, compares = NAME, VERSION, False
    owns: tuple[str, ...] = ("figure_unit", "figure_link", "figure_at", "figure_place", "figure_due", "figure_held")
    watches: Mapping[str, frozenset[str]] = {"person": frozenset(), "household": frozenset()}

    def tables(self, db: Database) -> None:
        """Make the tables where they are missing."""
        for statement in _TABLES:
            db.execute(statement)

    def clear(self, conn: Connection) -> None:
        """Empty the tables: all will be counted anew."""
        for table in self.owns:
            conn.execute(f"DELETE FROM {table}")

    def apply(self, conn: Connection, touched: Sequence[Touch]) -> None:
        """Let go of those whose rows went, at once, and note that who was counted with them is to be counted anew."""
        gone = {t.root for t in touched if t.after is None}
        if gone and conn.execute("SELECT 1 FROM figure_held").fetchone():
            put(conn, {root: ("", []) for root in gone})
            conn.executemany("INSERT OR IGNORE INTO figure_due (root) VALUES (?)", [(root,) for root in sorted(gone)])


_TABLES = (
    # stretches of one person, household or deed; next: the first day, as an ordinal, on which it is counted otherwise than on the held one
    "CREATE TABLE IF NOT EXISTS figure_unit (unit TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, next INTEGER NOT NULL, stretches BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS figure_unit_next ON figure_unit(next)",
    # unit is counted anew when `of` is touched
    "CREATE TABLE IF NOT EXISTS figure_link (of TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (of, unit)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS figure_link_unit ON figure_link(unit)",
    "CREATE TABLE IF NOT EXISTS figure_at (place TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (place, unit)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS figure_place (place TEXT PRIMARY KEY NOT NULL, sums BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS figure_due (no INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS figure_held (n INTEGER NOT NULL, on_day TEXT NOT NULL, since TEXT NOT NULL)",
)


def keep() -> None:
    """Have every ledger that is opened from now on keep these figures."""
    register(NAME, FigureTables)


class KeptFigures:
    """The kept figures of a ledger, on its connection."""

    def __init__(self, ledger: "Ledger") -> None:
        self.ledger, self.conn = ledger, ledger.db.conn

    def follow(self, on: str, since: str | None = None, step: Callable[[int, int], None] | None = None) -> int:
        """Bring everything up to date and hold the sums of this day and period (None: the campaign's); returns how many were counted anew.

        It is asked for today; other days are told from the stretches. `step(done, of)` may raise to stop: what was done stays.
        """
        from app.oversight.counting import Counting

        if since is None:
            since = str(Thresholds(Records(self.conn), on).value("campaign_from", self.ledger.me.area) or "")
        held = self.held()
        if held is None:
            with transaction(self.ledger.db) as conn:
                FigureTables().tables(self.ledger.db)
                held = self.held() or self._begin(conn, on, since)
        counted = Counting(self.ledger, self).bring(step)
        _, day, period = self.held() or held
        if (on, since) != (day, period):
            with transaction(self.ledger.db) as conn:
                self._hold(conn, on, since, whole=since != period or on < day)
        return counted

    def held(self) -> tuple[int, str, str] | None:
        """Return (places of the feed that are counted, the day, the first day of the period) of the sums; None before the first time."""
        if not self.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'figure_held'").fetchone():
            return None
        row = self.conn.execute("SELECT n, on_day, since FROM figure_held").fetchone()
        return (row[0], row[1], row[2]) if row else None

    def _begin(self, conn: Connection, on: str, since: str) -> tuple[int, str, str]:
        conn.execute("INSERT INTO figure_held VALUES (-1, ?, ?)", (on, since))
        return -1, on, since

    # -- answers

    def by_place(self, on: str, since: str | None = None, prefix: str = "") -> dict[str, tuple[int, ...]]:
        """Return place -> figures in the order of CODES, of the places under a prefix of which anything was ever counted."""
        held = self.held()
        if held is not None and held[1:] == (on, held[2] if since is None else since):
            return {place: SUMS.unpack(sums) for place, sums in self.conn.execute(
                "SELECT place, sums FROM figure_place WHERE place >= ? AND place < ?", (prefix, _after(prefix)))}
        found: dict[str, list[int]] = {}
        day, begin = ordinal(on), ordinal(since if since is not None else held[2] if held else "")
        for _, _, some in self.units(prefix):
            for code, place, start, until, last, _, n in some:
                if start <= day < until and begin <= last and place.startswith(prefix):
                    found.setdefault(place, [0] * len(CODES))[code] += n
        return {place: tuple(sums) for place, sums in found.items()}

    def sums(self, prefix: str, on: str, since: str | None = None) -> dict[str, int]:
        """Return code -> the figure of everything under a prefix."""
        some = self.by_place(on, since, prefix).values()
        return {code: sum(sums[at] for sums in some) for code, at in AT.items()}

    def trend(self, prefix: str, days: Sequence[str], since: str) -> list[dict[str, int]]:
        """Return the figures of everything under a prefix on each of these days."""
        ordinals, begin = [ordinal(day) for day in days], ordinal(since)
        out = [[0] * len(CODES) for _ in days]
        for _, _, some in self.units(prefix):
            for code, place, start, until, last, _, n in some:
                if begin <= last and place.startswith(prefix):
                    for at, day in enumerate(ordinals):
                        if start <= day < until:
                            out[at][code] += n
        return [dict(zip(CODES, sums, strict=True)) for sums in out]

    def listed(self, code: str, prefix: str, on: str, since: str) -> list[tuple[str, str]]:
        """Return (type, id) of what is counted in a figure under a prefix, by id."""
        return self.lists((code,), prefix, on, since)[code]

    def lists(self, codes: Sequence[str], prefix: str, on: str, since: str) -> dict[str, list[tuple[str, str]]]:
        """Return code -> what `listed` gives of it, all in one reading."""
        numbers, day, begin = {AT[code]: code for code in codes}, ordinal(on), ordinal(since)
        found: dict[str, set[tuple[str, str]]] = {code: set() for code in codes}
        types = {CELLS[code].type for code in codes if code in CELLS}
        whole = types == {"household"}  # a household's figures are counted in no unit but its own
        for unit, kind, some in self.units(prefix, "household" if whole else ""):
            for one, place, start, until, last, rec, _ in some:
                code = numbers.get(one)
                if code is not None and start <= day < until and begin <= last and place.startswith(prefix):
                    found[code].add((CELLS[code].type if rec and code in CELLS else kind, rec or unit))
        return {code: sorted(some) for code, some in found.items()}

    def ever_in(self, homes: Iterable[str]) -> set[str]:
        """Return everybody who is or was in these households."""
        return {row[0] for part in chunks(sorted(homes)) for row in self.conn.execute(
            f"SELECT unit FROM figure_link WHERE of IN ({marks(part)})", part)}

    def units(self, prefix: str, only: str = "") -> Iterator[tuple[str, str, list[Packed]]]:
        """Yield (unit, kind, stretches) of everybody and everything ever counted under a prefix, each once; `only`: of this kind.

        Others may come too: where each stretch lies is for the caller to look at.
        """
        if not self.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'figure_at'").fetchone():
            return
        some = prefix != places.prefix(self.ledger.me.area) and bool(prefix)  # of the office's own area nearly everything is read anyway
        here = "unit IN (SELECT unit FROM figure_at WHERE place >= ? AND place < ?)" if some else "1"
        rows = self.conn.execute(f"SELECT unit, kind, stretches FROM figure_unit WHERE {here} AND (? = '' OR kind = ?)",
                                 ((prefix, _after(prefix)) if some else ()) + (only, only))
        for unit, kind, stretches in rows:
            yield unit, kind, _decode(stretches)

    def _hold(self, conn: Connection, on: str, since: str, *, whole: bool) -> None:
        """Hold the sums of another day or period: of all units, or (the period is the same) of those whose border has passed."""
        _, was, began = self.held() or (0, "", "")
        conn.execute("UPDATE figure_held SET on_day = ?, since = ?", (on, since))
        if whole:
            conn.execute("DELETE FROM figure_place")
            conn.execute("UPDATE figure_unit SET next = 0")
        day, begin, old, then = ordinal(on), ordinal(since), ordinal(was), ordinal(began)
        sums = dict[str, list[int]]()
        while rows := conn.execute("SELECT unit, stretches FROM figure_unit WHERE next <= ? LIMIT ?", (day, MOVED)).fetchall():
            moved = []
            for unit, stretches in rows:
                some = _decode(stretches)
                if not whole:
                    _add(sums, some, old, then, -1)
                _add(sums, some, day, begin, 1)
                moved.append((_next(some, day), unit))
            conn.executemany("UPDATE figure_unit SET next = ? WHERE unit = ?", moved)
        _add_sums(conn, sums)


def put(conn: Connection, units: Mapping[str, tuple[str, list[Stretch]]]) -> None:
    """Keep the stretches of these units ([]: not counted any more) instead of those kept so far, and the sums with them."""
    row = conn.execute("SELECT on_day, since FROM figure_held").fetchone()
    day, begin = ordinal(row[0]), ordinal(row[1])
    sums, at, gone, new = dict[str, list[int]](), list[tuple[str, str]](), list[tuple[str, str]](), list[tuple[str, str, int, bytes]]()
    before = {unit: _decode(some) for part in chunks(sorted(units)) for unit, some in conn.execute(
        f"SELECT unit, stretches FROM figure_unit WHERE unit IN ({marks(part)})", part)}
    for unit, (kind, some) in units.items():
        packed = [_pack(one) for one in some]
        old = before.get(unit, [])
        if packed == old:
            continue
        _add(sums, old, day, begin, -1)
        _add(sums, packed, day, begin, 1)
        were, are = {one[1] for one in old}, {one[1] for one in packed}
        gone += [(place, unit) for place in were - are]
        at += [(place, unit) for place in are - were]
        new.append((unit, kind, _next(packed, day), _encode(packed)))
    conn.executemany("DELETE FROM figure_at WHERE place = ? AND unit = ?", gone)
    conn.executemany("INSERT OR IGNORE INTO figure_at VALUES (?,?)", at)
    conn.executemany("DELETE FROM figure_unit WHERE unit = ?", [(row[0],) for row in new if not units[row[0]][1]])
    conn.executemany("INSERT INTO figure_unit VALUES (?,?,?,?) ON CONFLICT(unit) DO UPDATE SET kind = excluded.kind, next = excluded.next,"
                     " stretches = excluded.stretches", [row for row in new if units[row[0]][1]])
    _add_sums(conn, sums)


def _add_sums(conn: Connection, sums: Mapping[str, Sequence[int]]) -> None:
    rows = []
    for place, more in sums.items():
        row = conn.execute("SELECT sums FROM figure_place WHERE place = ?", (place,)).fetchone()
        rows.append((place, SUMS.pack(*map(sum, zip(SUMS.unpack(row[0] if row else NONE), more, strict=True)))))
    conn.executemany("INSERT OR REPLACE INTO figure_place VALUES (?,?)", rows)


def today(ledger: "Ledger") -> KeptFigures:
    """Return the kept figures of a ledger, up to date and held for today and the campaign."""
    kept = KeptFigures(ledger)
    kept.follow(clock.today().isoformat())
    return kept


def _after(prefix: str) -> str:
    return prefix + "~"


def _pack(one: Stretch) -> Packed:
    return AT[one.code], one.place, ordinal(one.start), ordinal(one.until), ordinal(one.since), one.rec, one.n


def _next(some: Iterable[Packed], day: int) -> int:
    return min((border for one in some for border in one[2:4] if border > day), default=END)


def _add(sums: dict[str, list[int]], some: Iterable[Packed], day: int, begin: int, sign: int) -> None:
    for code, place, start, until, last, _, n in some:
        if start <= day < until and begin <= last:
            sums.setdefault(place, [0] * len(CODES))[code] += sign * n

