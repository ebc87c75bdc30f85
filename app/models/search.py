"""Finding people: by name, pinyin, last digits, phone, household code, dwelling. Promises an indexed answer at any size.

The search table is a projection: rows derived for searching only, inside the encrypted store, gone when the record is.
Names stand in FTS5 with one token per character (its trigrams find nothing for two characters), pinyin as prefixes,
numbers reversed, so that the digits people remember, the last ones, come first.
"""
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from app.models import clock, identity
from app.models.pinyin import pinyin_keys
from app.models.projection import Touch
from app.models.record import chunks, marks
from app.models.store import Connection, Database

if TYPE_CHECKING:
    from app.models.ledger import Ledger

How = Literal["name", "pinyin", "id", "phone", "household", "dwelling"]
Values = Mapping[str, Any]

LEVELS = (2, 4, 6, 9, 12)  # lengths of a scope's prefix
LAST = 6  # digits of the ID number that are kept for searching
SHORTEST_TAIL = 4
OF_PERSON = ("full_name", "id_number", "phone", "household_id", "_place", "_void")
_BESIDE_PHONE = frozenset(OF_PERSON) - {"phone"}
OF_HOUSEHOLD = ("household_code", "dwelling_no", "household_phone", "_place", "_void")


@dataclass(frozen=True, slots=True)
class Hit:
    """One person found (person is None for a household without members): age in years, and by what it was found."""

    person: str | None
    household: str | None
    name: str
    sex: str | None
    age: int | None
    dwelling: str | None
    how: How


# -- the projection ---------------------------------------------------------------------------------------------------

class SearchTable:
    """Keeps the search rows of persons and households in step with their records."""

    name, version, compares = "search", "3", False
    owns: tuple[str, ...] = ("search_person", "search_household", "search_name")
    watches: Mapping[str, frozenset[str]] = {"person": frozenset(OF_PERSON), "household": frozenset(OF_HOUSEHOLD)}

    def tables(self, db: Database) -> None:
        """Make the tables and indexes where they are missing."""
        for statement in _TABLES:
            db.execute(statement)

    def clear(self, conn: Connection) -> None:
        """Empty the tables, before a rebuild."""
        for table in self.owns:
            conn.execute(f"DELETE FROM {table}")

    def apply(self, conn: Connection, touched: Sequence[Touch]) -> None:
        """Bring the rows of the touched persons and households up to date."""
        homes = [t for t in touched if t.type == "household"]
        self._households(conn, homes)
        new: dict[str, Values] = {t.rec: t.after for t in touched if t.type == "person" and t.fields is None and t.after is not None}
        gone = [t.rec for t in touched if t.type == "person" and t.after is None]
        calls, changed = [], dict[str, None]()
        for t in touched:
            if t.type == "person" and t.fields is not None and t.after is not None:
                if t.fields.isdisjoint(_BESIDE_PHONE):
                    calls.append((_digits(t.after["phone"])[::-1], t.rec))
                else:
                    changed[t.rec] = None
        moved = [t.rec for t in homes if t.fields is None or "_place" in t.fields]
        for part in chunks(moved):
            rows = conn.execute(f"SELECT id FROM person WHERE household_id IN ({marks(part)}) AND _place IS NULL", part)
            changed.update((row[0], None) for row in rows if row[0] not in new)
        conn.executemany("UPDATE search_person SET phone = ? WHERE id = ?", calls)
        self._forget(conn, [*changed, *gone])
        for rec, values in _rows(conn, "person", OF_PERSON, list(changed)):
            new[rec] = values
        self._persons(conn, new)

    def _households(self, conn: Connection, touched: Sequence[Touch]) -> None:
        for part in chunks([t.rec for t in touched if t.fields is not None or t.after is None]):
            conn.execute(f"DELETE FROM search_household WHERE id IN ({marks(part)})", part)
        rows: list[tuple[str, Values]] = [(t.rec, t.after) for t in touched if t.fields is None and t.after is not None]
        rows += _rows(conn, "household", OF_HOUSEHOLD, [t.rec for t in touched if t.fields is not None])
        conn.executemany("INSERT INTO search_household VALUES (?,?,?,?,?,?)", [
            (rec, v.get("_place") or "", code := _code(v.get("household_code")), code[::-1],
             dwelling_key(_text(v.get("dwelling_no"))), _digits(v.get("household_phone"))[::-1])
            for rec, v in rows if v.get("_void") is None])

    def _forget(self, conn: Connection, recs: Sequence[str]) -> None:
        gone = [(n,) for n in _numbers(conn, recs).values()]
        conn.executemany("DELETE FROM search_name WHERE rowid = ?", gone)
        conn.executemany("DELETE FROM search_person WHERE n = ?", gone)

    def _persons(self, conn: Connection, values_of: Mapping[str, Values]) -> None:
        """Write the rows of persons that have none."""
        live = {rec: v for rec, v in values_of.items() if v.get("_void") is None}
        homes = _places_of(conn, {home for v in live.values() if not v.get("_place") and (home := v.get("household_id"))})
        free = conn.execute("SELECT coalesce(max(n), 0) FROM search_person").fetchone()[0]
        rows, names = [], []
        for n, (rec, values) in enumerate(live.items(), free + 1):
            place = values.get("_place") or homes.get(str(values.get("household_id"))) or ""
            number, name = identity.base18(_text(values.get("id_number"))), _text(values.get("full_name"))
            rows.append((n, rec, place, number[:-LAST - 1:-1], _digits(values.get("phone"))[::-1]))
            names.append((n, letters(name), pinyin_keys(name), _levels(place)))
        conn.executemany("INSERT INTO search_person VALUES (?,?,?,?,?)", rows)
        conn.executemany("INSERT INTO search_name(rowid, name, pinyin, place) VALUES (?,?,?,?)", names)


def _tail(text: str) -> str:
    """Return what finds digits by their end: the last four as a number, for a small index has few pages to write."""
    return f"CAST(substr({text}, 1, {SHORTEST_TAIL}) AS INTEGER)"


_TABLES = (
    "CREATE TABLE IF NOT EXISTS search_person (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, place TEXT NOT NULL,"
    " last TEXT NOT NULL, phone TEXT NOT NULL)",
    *(f"CREATE INDEX IF NOT EXISTS search_person_{column} ON search_person({_tail(column)})" for column in ("last", "phone")),
    "CREATE TABLE IF NOT EXISTS search_household (id TEXT PRIMARY KEY, place TEXT NOT NULL, code TEXT NOT NULL,"
    " code_end TEXT NOT NULL, dwelling TEXT NOT NULL, phone TEXT NOT NULL) WITHOUT ROWID",
    *(f"CREATE INDEX IF NOT EXISTS search_household_{column} ON search_household({column})"
      for column in ("code", "code_end", "dwelling", "phone")),
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_name USING fts5(name, pinyin, place, content='', contentless_delete=1,"
    " tokenize='ascii', prefix='2 3')",
)


def _rows(conn: Connection, table: str, columns: Sequence[str], recs: Sequence[str]) -> list[tuple[str, Values]]:
    """Return (id, values) of the rows that are there, as the typed table holds them."""
    return [(rec, dict(zip(columns, values, strict=True))) for part in chunks(recs) for rec, *values in conn.execute(
        f"SELECT id, {', '.join(columns)} FROM {table} WHERE id IN ({marks(part)})", part)]


def _numbers(conn: Connection, recs: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(recs):
        found.update(conn.execute(f"SELECT id, n FROM search_person WHERE id IN ({marks(part)})", part))
    return found


def _places_of(conn: Connection, households: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in chunks(sorted(households)):
        found.update(conn.execute(f"SELECT id, place FROM search_household WHERE id IN ({marks(part)})", part))
    return found


# -- keys -------------------------------------------------------------------------------------------------------------

def letters(name: str) -> str:
    """Return the tokens of a name, one for each character: its code point, so that no tokenizer drops a rare letter."""
    return " ".join(f"u{ord(letter):x}" for letter in identity.searchable_name(name))


def dwelling_key(text: str) -> str:
    """Return a dwelling as numbers and letters between dashes: 3栋2单元501室 -> 3-2-501."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[^0-9A-Z]+", "-", folded).strip("-")


@lru_cache(4096)
def _levels(place: str) -> str:
    return " ".join(f"p{place[:length].lower()}" for length in LEVELS if len(place) >= length)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _code(value: Any) -> str:
    return unicodedata.normalize("NFKC", _text(value)).upper().strip()


def _digits(value: Any) -> str:
    text = _text(value)
    return text if text.isascii() and text.isdigit() else re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


# -- finding ----------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Query:
    """One way to look: the statement gives ids of persons, or of households for `of="household"`, in its own order."""

    how: How
    of: Literal["person", "household"]
    sql: str
    values: tuple[Any, ...]


def find(ledger: "Ledger", text: str, prefix: str = "", limit: int = 50) -> list[Hit]:
    """Return the persons that a typed text may mean, the likeliest first, in the places under a prefix."""
    conn = ledger.db.conn
    found: dict[tuple[str | None, str | None], Hit] = {}
    for query in queries(text, prefix, limit):
        ids = [row[0] for row in conn.execute(query.sql, query.values)]
        for hit in _hits(conn, query, ids):
            found.setdefault((hit.person, hit.household if hit.person is None else None), hit)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def queries(text: str, prefix: str, limit: int) -> Iterator[Query]:
    """Return the ways in which a text is looked up, the likeliest first."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return
    plain = re.sub(r"\s", "", typed).upper()
    if re.fullmatch(r"[A-Za-z\s'’]+", typed):
        yield from _by_pinyin(re.sub(r"[^a-z]", "", typed.lower()), prefix, limit)
        yield from _by_name(typed, prefix, limit)
    elif re.fullmatch(r"\d+[X]?", plain):
        yield from _by_digits(plain, prefix, limit)
    elif not re.search(r"\d", typed):
        yield from _by_name(typed, prefix, limit)
    if re.search(r"\d", typed):
        yield _in_households("household", "code", plain, prefix, limit)
        yield _in_households("household", "code_end", plain[::-1], prefix, limit)
        yield _in_households("dwelling", "dwelling", dwelling_key(typed), prefix, limit)


def _by_name(typed: str, prefix: str, limit: int) -> Iterator[Query]:
    phrase = letters(typed)
    if phrase:
        yield _in_names("name", f'name : ^ "{phrase}"', prefix, limit)
        yield _in_names("name", f'name : "{phrase}"', prefix, limit)


def _by_pinyin(typed: str, prefix: str, limit: int) -> Iterator[Query]:
    if typed:
        yield _in_names("pinyin", f'pinyin : "{typed}"', prefix, limit)
        yield _in_names("pinyin", f'pinyin : "{typed}" *', prefix, limit)


def _by_digits(plain: str, prefix: str, limit: int) -> Iterator[Query]:
    tail = plain[::-1]
    if SHORTEST_TAIL <= len(plain) <= LAST:
        yield _in_persons("id", "last", tail, prefix, limit)
    elif len(plain) > LAST:
        low, high = _range(plain[:18])
        yield Query("id", "person", "SELECT s.id FROM person p JOIN search_person s ON s.id = p.id"
                    f" WHERE p.id_number >= ? AND p.id_number < ? AND {_SCOPE} LIMIT ?", (low, high, prefix, limit))
    if len(plain) >= SHORTEST_TAIL and plain.isdigit():
        yield _in_persons("phone", "phone", tail, prefix, limit)
        yield _in_households("phone", "phone", tail, prefix, limit)


_SCOPE = "s.place LIKE ? || '%'"


def _in_names(how: How, match: str, prefix: str, limit: int) -> Query:
    if prefix:
        place = prefix.lower()
        match = f'({match}) AND place : "p{place}"{"" if len(place) in LEVELS else " *"}'
    return Query(how, "person", "SELECT s.id FROM search_name f JOIN search_person s ON s.n = f.rowid"
                 " WHERE search_name MATCH ? LIMIT ?", (match, limit))


def _in_persons(how: How, column: str, key: str, prefix: str, limit: int) -> Query:
    return Query(how, "person", f"SELECT s.id FROM search_person s WHERE {_tail(f's.{column}')} = {_tail('?')}"
                 f" AND s.{column} >= ? AND s.{column} < ? AND {_SCOPE} ORDER BY s.n LIMIT ?", (key, *_range(key), prefix, limit))


def _in_households(how: How, column: str, key: str, prefix: str, limit: int) -> Query:
    return Query(how, "household", f"SELECT s.id FROM search_household s WHERE s.{column} >= ? AND s.{column} < ?"
                 f" AND {_SCOPE} ORDER BY s.{column} LIMIT ?", (*_range(key), prefix, limit))


def _range(key: str) -> tuple[str, str]:
    """Return the bounds between which everything begins with the key; nothing does for an empty one."""
    return (key, key + "\U0010ffff") if key else ("\U0010ffff", "")


_HIT = ("SELECT p.id, h.id, p.full_name, p.sex, p.birth_date, h.dwelling_no, h.household_code, p.relation_to_head"
        " FROM {table} LEFT JOIN {other} WHERE {key}.id IN ({marks}) AND {alive}._void IS NULL")


def _hits(conn: Connection, query: Query, ids: Sequence[str]) -> list[Hit]:
    """Return the hits of these ids in their order; a household's members with the head first."""
    order = {rec: at for at, rec in enumerate(ids)}
    by_person = query.of == "person"
    parts = (("person p", "household h ON h.id = p.household_id", "p", "p") if by_person else
             ("household h", "person p ON p.household_id = h.id AND p._void IS NULL", "h", "h"))
    rows: list[Any] = []
    for part in chunks(ids):
        rows += conn.execute(_HIT.format(table=parts[0], other=parts[1], key=parts[2], alive=parts[3],
                                         marks=marks(part)), part)
    rows.sort(key=lambda row: (order[row[0 if by_person else 1]], row[7] != "02", row[7] or "99", row[2] or ""))
    return [Hit(row[0], row[1], row[2] or row[6] or "", row[3], _age(row[4]), row[5], query.how) for row in rows]


def _age(birth: str | None) -> int | None:
    try:
        return identity.age_on(date.fromisoformat(birth or ""), clock.today())
    except ValueError:
        return None
