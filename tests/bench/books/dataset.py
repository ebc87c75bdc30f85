"""The data of these measurements: people with forty columns filled, in a real ledger, and a book that shows all forty.

The shape is that of the peers (forty columns, nearly all filled, texts of 6 to 24 letters); the people are invented.
The plain store is a seam of these measurements alone, so that the cipher's cost shows; the app never opens one.
More than 100,000 people are the tables of these laid as often as needed: an export reads nothing else.
"""
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlcipher3.dbapi2  # type: ignore[import-untyped]

from app.books import shelf
from app.models.dictionary import dictionary
from app.models.ledger import Ledger
from app.models.store import BUSY_MS, CACHE_KIB, Database
from app.models.writing import Write
from tools.book_templates import Book, Col, make

KEY = bytes(range(32))
LAID = 100_000  # people who are really written; more are copies in the tables
TOWN, SITE, NOBODY = "529999001000", "529999001L01", "529999001L02"
HOME = Path(__file__).parents[3]
CACHE = HOME / "build" / "bench" / "books"
BOOK = "bench"
SHAPED_BY = ("models/schema.py", "models/store.py", "models/change.py", "models/fold.py", "models/record.py", "models/projection.py",
             "models/search.py", "models/ledger.py", "models/deriving.py", "models/keeping.py", "models/attachments.py")
FIELDS = ("full_name", "id_number", "sex", "birth_date", "ethnic_group", "relation_to_head", "education", "major", "mandarin", "literacy",
          "smartphone", "skills", "certificates", "certificate_count", "skill_level", "years_away", "work_limits", "student_status",
          "health_status", "labour_capacity", "phone", "phone_owner", "person_code", "registration_moved", "living_place", "status_date",
          "wants_work", "preferred_types", "preferred_areas", "preferred_province", "preferred_occupations", "expected_wage_min",
          "board_lodging", "available_from", "accept_organised_transfer", "startup_idea", "wants_training", "training_wish", "service_needs",
          "remark")
WORDS = "希望在县内就业方便照顾老人孩子近期因身体原因无法外出务工愿意参加技能培训学习电焊家中有学生需要接送丈夫在浙江务工收入稳定"
NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"


@contextmanager
def ledger(size: int, *, plain: bool = False) -> Iterator[Ledger]:
    """Yield a ledger of so many people; made once, kept under build/ until the store changes."""
    path = _made(size, plain)
    if plain:
        conn = sqlcipher3.dbapi2.connect(str(path), timeout=BUSY_MS / 1000, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY", f"cache_size = -{CACHE_KIB}"):
            conn.execute(f"PRAGMA {pragma}")
        found = Ledger._ready(path, KEY, Database(conn))
    else:
        found = Ledger.open(path, KEY)
    try:
        yield found
    finally:
        found.close()


def _template(found: Ledger) -> None:
    """Send the book of forty columns down, as an office would."""
    path = CACHE / f"{BOOK}.xlsx"
    book = Book(BOOK, "四十列台账", "Forty columns", "people",
                (("", (Col("row.number", "序号", 6.7),)), ("人", tuple(Col(f"person.{name}", width=12.7) for name in FIELDS))), "")
    make(book).save(path)
    shelf.add(found, path)


def _made(size: int, plain: bool) -> Path:
    version = hashlib.sha256(b"".join((HOME / "app" / name).read_bytes() for name in SHAPED_BY)).hexdigest()[:8]
    folder = CACHE / f"{size}-{version}"
    path = folder / "people.db"
    if not path.exists():
        for old in CACHE.glob(f"{size}-*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        if size > LAID:
            _lay(_made(LAID, False), folder / "making.db", size // LAID)
        else:
            _fill(folder / "making.db", size)
        (folder / "making.db").replace(path)
    other = folder / "plain.db"
    if plain and not other.exists():
        with_key = Ledger.open(path, KEY)
        with_key.db.conn.execute("ATTACH ? AS plain KEY ''", (str(other) + ".making",))
        with_key.db.conn.execute("SELECT sqlcipher_export('plain')")
        version_row = with_key.db.conn.execute("PRAGMA user_version").fetchone()[0]
        with_key.db.conn.execute(f"PRAGMA plain.user_version = {version_row}")
        with_key.db.conn.execute("DETACH plain")
        with_key.close()
        Path(str(other) + ".making").replace(other)
    return other if plain else path


def _fill(path: Path, size: int) -> None:
    found = Ledger.create(path, KEY, area=TOWN, device_name="bench", user_name="bench", role="township", practice=True)
    rnd, people = Random(size), iter(range(size))
    while some := [n for n, _ in zip(people, range(4000), strict=False)]:
        writes: list[Write] = []
        for n in some:
            home = f"{n // 4:032x}"
            if n % 4 == 0:
                writes.append(Write("household", {"household_code": f"H{n // 4:08d}"}, rec=home, place=SITE))
            writes.append(Write("person", person(rnd, n, home), rec=f"{(1 << 124) + n:032x}", place=SITE))
        found.write(writes, source="bench")
    _template(found)
    found.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found.close()


def _lay(of: Path, path: Path, times: int) -> None:
    """Lay the tables of people and households so often, with ids and household codes of their own."""
    shutil.copyfile(of, path)
    found = Ledger.open(path, KEY)
    conn = found.db.conn
    for table, ids in (("household", ("id",)), ("person", ("id", "household_id"))):
        names = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]
        told = [f"substr({name}, 1, 1) || printf('%x', ?) || substr({name}, 3)" if name in ids else
                "household_code || printf('-%x', ?)" if name == "household_code" else f'"{name}"' for name in names]
        asked = sum("?" in one for one in told)
        for n in range(1, times):
            conn.execute(f'INSERT INTO "{table}" SELECT {", ".join(told)} FROM "{table}" WHERE substr(id, 2, 1) = \'0\'', (n,) * asked)
            conn.commit()
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found.close()


def person(rnd: Random, n: int, home: str) -> dict[str, Any]:
    """Return a person with all of FIELDS filled, but every fourth remark and major."""
    out: dict[str, Any] = {"household_id": home}
    for name in FIELDS:
        out[name] = _value(rnd, n, name)
    return out


def _value(rnd: Random, n: int, name: str) -> Any:
    field = dictionary().field("person", name)
    if name == "full_name":
        return "".join(rnd.choice(NAMES) for _ in range(rnd.choice((2, 3, 3))))
    if name == "id_number":
        return f"529999{1950 + n % 55}{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}X"
    if name == "phone":
        return f"139{n % 10**8:08d}"
    if name in ("remark", "major") and n % 4 == 0:
        return None
    if field.kind == "text":
        start = rnd.randrange(len(WORDS))
        return (WORDS + WORDS)[start:start + rnd.randrange(6, 24)]
    if field.kind == "date":
        return (date(1960, 1, 1) + timedelta(days=rnd.randrange(20000))).isoformat()
    if field.kind in ("code", "codes"):
        offered = [item.code for item in dictionary().codes[field.list].offered()]
        return rnd.choice(offered) if field.kind == "code" else sorted(rnd.sample(offered, min(2, len(offered))))
    return rnd.random() < .5 if field.kind == "yes" else rnd.randrange(1, 9000)
