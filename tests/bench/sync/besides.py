"""Besides: other ways to bring laptops together, on the same people and the same edits, in the same run.

Promises rows for what could be installed (`--peers` does that, under build/, by name from the registries) and a word for what could not.
"""
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.models.dictionary import dictionary
from app.models.projection import cell_of, stored_fields
from app.sync import segment
from tests.bench.sync.dataset import CACHE, EDITED, PER, Dataset
from tests.bench.sync.stores import Stores, connect_plain

HERE = Path(__file__).parent / "beside"
HOME = CACHE.parent / "beside"
PYTHON = HOME / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
NAMES = {"floor": "bare UPDATE, standard library, no history", "sessions": "SQLite sessions (apsw), later one wins, no history",
         "geodiff": "geodiff (pygeodiff)", "pouch": "PouchDB (leveldb)"}
MOST = {"floor": 100, "sessions": 100, "geodiff": 20, "pouch": 10}  # laptops: geodiff is quadratic in them, PouchDB slow


def install() -> list[str]:
    """Install what is measured beside us; returns what could not be."""
    failed = []
    HOME.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME / "venv")], check=True)
    for name in ("apsw", "pygeodiff"):
        if subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name], capture_output=True).returncode:
            failed.append(name)
    npm = shutil.which("npm")
    if npm is None or subprocess.run([npm, "install", "--silent", "--prefix", str(HOME), "pouchdb"], capture_output=True).returncode:
        failed.append("pouchdb")
    return failed


def measure(data: Dataset, times: int) -> list[tuple[str, float, int, str]]:
    """Return (what, CPU seconds, edits, a word) of each; no seconds where it could not run."""
    out = []
    with _room(data) as room:
        for name, words in NAMES.items():
            laptops, runs = min(data.laptops, MOST[name]), []
            for _ in range(times):
                shutil.copyfile(room / "base.db", room / "central.db")
                found = subprocess.run([*_command(name), str(room), str(laptops)], capture_output=True, text=True, cwd=HOME)
                if found.returncode:
                    break
                runs.append(json.loads(found.stdout))
            if runs:
                note = ", ".join(f"{key} {runs[0][key]:,}" for key in ("conflicts", "bytes") if key in runs[0])
                out.append((f"{words}, {laptops} laptops", statistics.median(run["cpu"] for run in runs), laptops * PER, note))
            else:
                missing = "could not run here" if PYTHON.exists() else "not here: `python -m tests.bench.sync --peers` installs it"
                out.append((words, 0.0, 0, missing))
    return out


def _command(name: str) -> list[str]:
    if name == "floor":
        return [sys.executable, str(HERE / "floor.py")]
    if name != "pouch":
        return [str(PYTHON if PYTHON.exists() else sys.executable), str(HERE / f"{name}.py")]
    if HOME.exists():
        shutil.copyfile(HERE / "pouch.mjs", HOME / "pouch.mjs")  # beside its library
    return [shutil.which("node") or "node", str(HOME / "pouch.mjs")]


@contextmanager
def _room(data: Dataset) -> Iterator[Path]:
    """Yield a folder with the people as a plain table and as documents, and the edits of each laptop."""
    room = HOME / "room"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    plain = Stores(data, plain=True)
    keys = {one.device: one.sign_key for one in data.peers()}
    fields = {f.name: f for f in stored_fields(dictionary().types["person"])}
    laptops = [[(c.rec, [cell_of(fields[name], (c.payload or {}).get(name)) for name in EDITED])
                for c in segment.unpack(some, keys.__getitem__).changes if c.type == "person"] for some in data.edits]
    (room / "edits.json").write_text(json.dumps({"fields": EDITED, "laptops": laptops}, ensure_ascii=False), encoding="utf-8")
    with closing(connect_plain(plain.path(full=True)).conn) as conn:
        names = [row[1] for row in conn.execute("PRAGMA table_info(person)")]
        rows = [tuple(row) for row in conn.execute("SELECT * FROM person ORDER BY id")]
    with closing(sqlite3.connect(room / "base.db")) as conn, conn:
        columns = ", ".join(f'"{name}" TEXT' + (" PRIMARY KEY NOT NULL" if name == "id" else "") for name in names)
        conn.execute(f"CREATE TABLE person ({columns})")
        conn.executemany(f"INSERT INTO person VALUES ({','.join('?' * len(names))})", rows)
    wanted = {rec for laptop in laptops[:MOST["pouch"]] for rec, _ in laptop}
    at = names.index("id")
    docs = [{"_id": row[at], **{name.strip("_"): value for name, value in zip(names, row, strict=True) if value is not None and name != "id"}}
            for row in rows if row[at] in wanted]
    (room / "people.json").write_text(json.dumps(docs, ensure_ascii=False), encoding="utf-8")
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
