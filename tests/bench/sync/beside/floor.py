"""Bare UPDATE by the standard library's SQLite: the floor of those beside us. `python floor.py FOLDER LAPTOPS` -> one line of JSON."""
import json
import sqlite3
import sys
import time
from pathlib import Path


def main(folder: Path, laptops: int) -> None:
    """Update the edited fields of each laptop's people in one transaction each."""
    told = json.loads((folder / "edits.json").read_text(encoding="utf-8"))
    conn = sqlite3.connect(folder / "central.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    update = f"UPDATE person SET {', '.join(f'{name} = ?' for name in told['fields'])} WHERE id = ?"
    work = [[(*values, rec) for rec, values in laptop] for laptop in told["laptops"][:laptops]]
    start = time.process_time()
    for rows in work:
        conn.execute("BEGIN")
        conn.executemany(update, rows)
        conn.execute("COMMIT")
    sys.stdout.write(json.dumps({"cpu": time.process_time() - start, "edits": sum(map(len, work))}) + "\n")


main(Path(sys.argv[1]), int(sys.argv[2]))
